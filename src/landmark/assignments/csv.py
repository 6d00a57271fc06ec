"""The plain CSV of assignments: `address,port_from,port_to,from,until,account`, one record a line.

Written as RFC 4180 says, but a record never goes over a line's end: a line in which a quote is never closed is
malformed, and the next line is read as if nothing had been. The first line that is not blank names the columns, in any
order; `protocol` and `destination` may be among them, other columns are left alone. A line equal to it, as where files
were joined, is a header again. A text whose header lacks a column has no record: nothing is guessed.

Two records that differ in their ends alone are one, told in two ways (`stated_ends`).

Where the case says that the account is an `inner-address`, each record is a translation, and the address behind it is
resolved further.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from landmark.assignments import Example, FileLeases, Lease
from landmark.assignments.addresses import Bearing, canonical
from landmark.assignments.csv_evidence import masked, masked_under
from landmark.assignments.csv_records import Record, fields_of, places_of, read_record
from landmark.assignments.names import Names, not_asked_for, words_of
from landmark.assignments.sieve import Needles, again, rows
from landmark.assignments.stated_ends import StatedEnds, touches
from landmark.assignments.times import UnreadableError, stretches
from landmark.lines import Reject
from landmark.zones import zone_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from landmark.assignments import Settings, Wanted
    from landmark.assignments.names import Word
    from landmark.lines import Line

_BOM = b"\xef\xbb\xbf"
_INNER = "inner-address"


class Csv:
    """The format; `FORMAT` is the one there is."""

    name = "csv"
    version = 1
    needs_zone = False
    needs_year = False
    translates: bool | None = None

    def read(self, texts: Iterable[Iterable[Line]], settings: Settings, wanted: Wanted) -> list[FileLeases]:
        """Read the texts; a record bears on the case by its address, or by an account that such a record names."""
        bearing = Bearing(wanted.addresses)
        accounts = set(wanted.accounts)
        words: set[Word] = set()
        texts = again(texts, wanted.accounts)
        for text in texts:
            for name, leases in _intervals(text, settings, FileLeases(), Names(wanted.addresses)):
                account = leases[0].account
                if account is not None and leases[0].address in bearing and touches(leases, wanted):
                    accounts.add(account)
                    words |= words_of(settings.spellings(name))
        readings = [FileLeases() for _ in texts]
        ends = StatedEnds(settings.ages)
        kept: list[tuple[FileLeases, list[Lease]]] = []
        for number, (text, reading) in enumerate(zip(texts, readings, strict=True)):
            for _, leases in _intervals(text, settings, reading, Names(wanted.addresses, words)):
                asked = leases[0].address in bearing
                if not asked and leases[0].account not in accounts:
                    reading.dropped["not_watched"] += 1
                    continue
                ends.saw(leases, number, all_known=asked)
                if touches(leases, wanted):
                    kept.append((reading, leases))
                else:
                    reading.dropped["outside_window"] += 1
        for reading, leases in kept:
            ends.give(leases, reading, wanted)
        for reading in readings:
            reading.leases.sort(key=lambda lease: (lease.rows, lease.begin))
        return readings

    def mask(self, line: bytes) -> bytes:
        """Give the line with its account, and whatever might be it, replaced by `***`."""
        return masked(line)

    def mask_under(self, header: bytes, line: bytes, columns: Mapping[str, str]) -> bytes:
        """Give the same, but nothing replaced of which the header tells that it is no account."""
        return masked_under(header, line, columns)

    def examples(self) -> tuple[Example, ...]:
        """Give examples, rejects included."""
        return _EXAMPLES


def _intervals(
    text: Iterable[Line], settings: Settings, reading: FileLeases, names: Names
) -> Iterator[tuple[bytes, list[Lease]]]:
    """Give the account as written and the leases of each record that may hold a name, earliest first.

    Every other line is accounted for in `reading`.
    """
    zone = None if settings.zone is None else zone_of(settings.zone)
    header: bytes | None = None
    columns: Mapping[str, int] | None = None
    width = 0
    for line in rows(text, Needles(names), reading):
        written = line.text.removesuffix(b"\r")
        if not written.strip():
            reading.dropped["empty"] += 1
            continue
        first = header is None
        try:
            if header is None:
                header = written.removeprefix(_BOM)
                called = fields_of(header)
                width, columns = len(called), places_of(called, settings.columns)
            elif written == header and columns is not None:
                pass
            else:
                fields = fields_of(written)
                if columns is None or len(fields) != width:
                    raise UnreadableError("malformed")  # noqa: TRY301 - one place counts every reject
                record = read_record({name: fields[place] for name, place in columns.items()}, zone)
                yield record.account, _leases(record, settings, line.number)
                continue
        except UnreadableError as error:
            if first or not line.ended or not not_asked_for(reading, (line,), names):
                reason = error.reason if line.ended else "truncated"
                reading.rejects.append(Reject(line.number, line.offset, len(line.text), reason))
        else:
            reading.dropped["directive"] += 1


def _leases(record: Record, settings: Settings, number: int) -> list[Lease]:
    inner = None
    if settings.account_kind == _INNER and record.account:
        inner = canonical(record.account.decode("ascii", "replace"))
        if inner is None or "/" in inner:
            raise UnreadableError("malformed")
    account = settings.account(record.account) if record.account and inner is None else None
    low, high = record.ports or (None, None)
    ahead = settings.clock_ahead
    return [
        Lease(
            record.address,
            low,
            high,
            record.protocol,
            record.destination,
            since - ahead,
            None if until is None else until - ahead,
            account,
            None,
            "stated",
            doubtful,
            (number,),
            inner,
        )
        for since, until, doubtful in stretches(record.begin, record.end)
    ]


_WINTER_NIGHT = b"203.0.113.9,,,2001-10-28 00:30:00,2001-10-28 01:30:00,user-f\n"
_EXAMPLES = (
    Example(
        "one record, times with offset",
        b"address,port_from,port_to,from,until,account\n"
        b"198.51.100.21,0,65535,2001-10-02T19:00:00Z,2001-10-02T22:00:00+01:00,user-a\n",
        (
            {
                "address": "198.51.100.21",
                "port_from": 0,
                "port_to": 65535,
                "begin": 1_002_049_200_000_000,
                "end": 1_002_056_400_000_000,
                "account": "user-a",
                "ends": "stated",
                "doubtful": False,
                "rows": (2,),
            },
        ),
        {"directive": 1},
    ),
    Example(
        "without end, without account, seconds of the epoch, columns in another order and one more",
        b'account,note,until,from,address,port_to,port_from\n,"a, b",,1002049200,2001:DB8:0::/48,,\n',
        (
            {
                "address": "2001:db8::/48",
                "port_from": None,
                "begin": 1_002_049_200_000_000,
                "end": None,
                "account": None,
            },
        ),
        {"directive": 1},
    ),
    Example(
        "a local end that occurs twice is certain only where both readings hold",
        b"address,port_from,port_to,from,until,account\n" + _WINTER_NIGHT,
        (
            {"begin": 1_004_225_400_000_000, "end": 1_004_229_000_000_000, "doubtful": False},
            {"begin": 1_004_229_000_000_000, "end": 1_004_232_600_000_000, "doubtful": True},
        ),
        {"directive": 1},
        settings={"zone": "Europe/London"},
    ),
    Example(
        "what cannot be read is located by its reason, and the next line is read",
        b"address,port_from,port_to,from,until,account\n"
        b'203.0.113.9,,,2001-10-02T19:00:00Z,,"user-\n'
        b"203.0.113.300,,,2001-10-02T19:00:00Z,,user-a\n"
        b"203.0.113.9,,,1970-01-01T00:00:00Z,,user-a\n"
        b"203.0.113.9,,,2001-10-02T19:00:00Z,2001-10-02T19:00:00Z,user-a\n"
        b"\n"
        b"203.0.113.9,1024,2047,2001-10-02T19:00:00Z,,user-a\n",
        ({"port_from": 1024, "port_to": 2047, "account": "user-a", "rows": (7,)},),
        {"directive": 1, "empty": 1, "not_watched": 1},
        {"malformed": 1, "bad_time": 2},
    ),
)
FORMAT = Csv()
