"""Kea's lease file in CSV (`kea-leases4.csv`, `kea-leases6.csv`) and the dump of its databases: a state.

Kea writes a row when it grants, renews or ends a lease, and now and then leaves of each address only the last (the
files that go before are `….2` and `….1`); so it answers inside its intervals only. A row begins at `expire` less its
lifetime. A lifetime of 0, or the state *released*, gives back at an unknown instant after that. *Declined* ends what
goes before, and nobody has the address until the next. *Expired* and reclaimed changes nothing; where nothing is left
of a lease but such a row, the lease is what it says. A *registered* address (RFC 9686) is held as a granted one. A row
that gives back or reclaims another's lease within one shows that the row that gave it is lost (`holders`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from landmark.assignments import Example, elsewhere
from landmark.assignments.addresses import canonical
from landmark.assignments.dhcp.kea_look import addresses_that_matter, of_six, written_in
from landmark.assignments.dhcp.kea_rows import (
    COLUMNS4,
    COLUMNS6,
    DECLINED,
    RECLAIMED,
    RELEASED,
    Row,
    columns_of,
    fields_of,
    read_row,
)
from landmark.assignments.dhcp.option_data import account_of, line_of
from landmark.assignments.held_rows import Reading, account_for
from landmark.assignments.holders import FOREVER, Part, Record
from landmark.assignments.names import Names
from landmark.assignments.sieve import EveryLine, Needles, again, rows
from landmark.assignments.times import Instant, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from landmark.assignments import FileLeases, Settings, Wanted
    from landmark.assignments.elsewhere import Accounts
    from landmark.assignments.held_rows import Series
    from landmark.lines import Line

_MASK = "***"
_HIDDEN = frozenset(("hwaddr", "client_id", "duid", "hostname", "user_context"))


class Kea:
    """The format; `FORMAT` is the one there is."""

    name = "kea"
    version = 1
    needs_zone = False
    needs_year = False
    translates = False

    def read(self, texts: Iterable[Iterable[Line]], settings: Settings, wanted: Wanted) -> list[FileLeases]:
        """Read the texts; rows of one address follow one another also from a text to the next of its series."""
        faulty = Names(wanted.addresses)

        def once(texts: Sequence[Iterable[Line]], names: Names) -> Reading:
            return _once(texts, names, faulty, settings)

        def look(texts: Sequence[Iterable[Line]], accounts: Accounts) -> set[str]:
            return addresses_that_matter(texts, settings, accounts)

        every = again(texts, wanted.accounts)
        some = [EveryLine(text) for text in every] if any(map(of_six, every)) else every
        return elsewhere.read(once, look, written_in(settings.account_kind), some, settings, wanted)

    def mask(self, line: bytes) -> bytes:
        """Give the row with whatever names a client, its line or its device replaced by `***`; columns as Kea's."""
        fields = line.decode("latin-1").split(",")
        if columns_of([field.removesuffix("\r") for field in fields]) is not None:
            return line
        address = canonical(fields[0].strip())
        if address is None:
            return _MASK.encode("ascii")
        names = COLUMNS6 if ":" in address else COLUMNS4
        shown = [fields[0]]
        for place, field in enumerate(fields[1:], 1):
            open_ = place < len(names) and names[place] not in _HIDDEN and field.strip().isdigit()
            shown.append(field if open_ or not field.strip() else _MASK)
        return ",".join(shown).encode("latin-1")

    def examples(self) -> tuple[Example, ...]:
        """Give examples, rejects included."""
        return _EXAMPLES


def _once(texts: Sequence[Iterable[Line]], names: Names, faulty: Names, settings: Settings) -> Reading:
    reading = Reading(settings, settings.ages)
    for text in texts:
        number, counts, series = reading.next_text()
        header: list[str] | None = None
        columns: dict[str, int] | None = None
        for line in rows(text, Needles(names), counts):
            written = line.text.removesuffix(b"\r")
            if not written.strip():
                counts.dropped["empty"] += 1
                continue
            fields = fields_of(written)
            if header is None or fields == header:
                header, columns = fields, columns_of(fields)
                if columns is not None:
                    counts.dropped["directive"] += 1
                else:
                    account_for(counts, [line], "malformed" if line.ended else "truncated")
                continue
            try:
                if columns is None or len(fields) != len(header) or b"\0" in written:
                    raise UnreadableError("malformed")  # noqa: TRY301 - one place counts every reject
                row = read_row(fields, columns)
            except UnreadableError as error:
                account_for(counts, [line], error.reason if line.ended else "truncated", faulty)
                series.unreadable(written, lengths_apart=columns is not None and "duid" in columns)
            else:
                _take(row, Record(number, (line.number,)), series, settings)
    return reading


def _take(row: Row, record: Record, series: Series, settings: Settings) -> None:
    timeline = series.timelines[row.address]
    begin = row.begin - settings.clock_ahead
    at = Instant(begin, begin)
    end = FOREVER if row.end == FOREVER else row.end - settings.clock_ahead
    account, line = account_of(row.ids, settings), line_of(row.ids, settings, enterprise=row.of_six)
    if row.state in {DECLINED, RELEASED} or end == begin:
        gone = Part(at, at, account, line, row.device, "", over=True, records=[record])
        timeline.lose_sight(gone, had=row.state != DECLINED)  # which names nobody
        timeline.give_back(at, "released", record, known=row.state == DECLINED)
        return
    ends = "open" if end == FOREVER else "timed_out"
    over = row.state == RECLAIMED
    # One without end that is over all the same has ended nobody knows when.
    until = Instant(begin if over and end == FOREVER else end, end)
    part = Part(at, until, account, line, row.device, ends, over, [record])
    if over:
        timeline.note(part)
        return
    series.saw(row.address, begin, settings.tolerance)
    timeline.lose_sight(part)
    timeline.grant(part)


_HEADER4 = (
    b"address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id\n"
)
_CIRCUIT = b'{ "ISC": { "relay-agent-info": { "sub-options": "0x01066c696e652d31" } } }'
_EXAMPLES = (
    Example(
        "granted, renewed and given back at an unknown instant after the last renewal",
        _HEADER4 + b"198.51.100.21,02:00:00:00:00:01,,3600,1002006000,1,0,0,,0," + _CIRCUIT + b",0\n"
        b"198.51.100.21,02:00:00:00:00:01,,3600,1002007800,1,0,0,,0," + _CIRCUIT + b",0\n"
        b"198.51.100.21,02:00:00:00:00:01,,0,1002004200,1,0,0,,0," + _CIRCUIT + b",0\n",
        (
            {
                "begin": 1_002_002_400_000_000,
                "end": 1_002_004_200_000_000,
                "account": "line-1",
                "doubtful": False,
            },
            {
                "begin": 1_002_004_200_000_000,
                "end": 1_002_007_800_000_000,
                "doubtful": True,
                "ends": "released",
                "rows": (2, 3, 4),
            },
        ),
        {"directive": 1},
        settings={"account_kind": "circuit-id"},
    ),
    Example(
        "a row of another client ends the one before, whatever its hardware address; a declined one ends it, too",
        _HEADER4 + b"198.51.100.21,02:00:00:00:00:01,01:02,3600,1002006000,1,0,0,,0,,0\n"
        b"198.51.100.21,02:00:00:00:00:01,01:03,3600,1002006060,1,0,0,a&#x2cb,0,{ },0\n"
        b"198.51.100.21,,,86400,1002088920,1,0,0,,1,,0\n",
        (
            {"begin": 1_002_002_400_000_000, "end": 1_002_002_460_000_000, "account": "01:02", "ends": "replaced"},
            {"begin": 1_002_002_460_000_000, "end": 1_002_002_520_000_000, "account": "01:03", "ends": "released"},
        ),
        {"directive": 1},
        settings={"account_kind": "client-id"},
    ),
    Example(
        "a delegated prefix without end, and an address that has expired and of which nothing else is left",
        b"address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,"
        b"hostname,hwaddr,state,user_context\n"
        b"2001:db8::,00:03:00:01,4294967295,5296969695,1,0,2,1,48,0,0,,,0,\n"
        b"2001:db8::5,00:03:00:02,3600,1002006000,1,0,0,1,128,0,0,,,2,\n",
        (
            {"address": "2001:db8::/48", "begin": 1_002_002_400_000_000, "end": None, "ends": "open"},
            {"address": "2001:db8::5", "end": 1_002_006_000_000_000, "account": "00:03:00:02", "ends": "timed_out"},
        ),
        {"directive": 1},
        settings={"account_kind": "duid"},
    ),
    Example(
        "what cannot be read is located by its reason, and the next row is read",
        _HEADER4 + b"198.51.100.21,,,3600,3600,1,0,0,,0,,0\n"
        b"198.51.100.21,,,3600,soon,1,0,0,,0,,0\n"
        b"198.51.100.21,,,3600,1002006000,1,0,0,,9,,0\n"
        b'198.51.100.21,,,3600,1002006000,1,0,0,,0,{ "ISC,0\n'
        b"\n"
        b"198.51.100.21,,,3600,1002006000,1,0,0,,0,,0\n",
        ({"begin": 1_002_002_400_000_000, "account": None, "rows": (7,)},),
        {"directive": 1, "empty": 1},
        {"bad_time": 1, "malformed": 3},
    ),
)
FORMAT = Kea()
