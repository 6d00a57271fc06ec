r"""RADIUS accounting out of a database, as CSV: one session a row, or one packet a row.

The header names the columns as FreeRADIUS's `radacct` does, or as the case says (`columns`):

    account                              the account; left out, `user`, or what `account = "…"` says
    user, session, nas                   User-Name, Acct-Session-Id and the NAS: what a session is known by
    address, address6, prefix, delegated Framed-IP-Address, Framed-IPv6-Address and -Prefix, Delegated-IPv6-Prefix
    circuit, station, port               what tells a line from others: its circuit, Calling-Station-Id, NAS port
    from, until, updated, cause, lasted  of a session: begin, end (empty: open), last Interim, why it ended, its seconds
    status, time, delay, lasted          of a packet: Acct-Status-Type, when it came, Acct-Delay-Time, Acct-Session-Time

A row of a session is believed as to its begin and its Stop. An open one is certain to its last update and doubtful from
there until the address is next given out; without an update all of it is doubtful. One that a restart of its NAS ended
(NAS-Reboot) was seen last at its last update; so was one that whoever tidies the table up may have closed, whose Stop
never came: its cause is Admin-Reset, Admin-Reboot or NAS-Error, or it lasted and counts no second. Rows of packets are
what a `detail` file would say. Written as RFC 4180 says, a record a line; nothing is `NULL`, `\N` or a date of zeros. A
line equal to the header is a header again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from landmark.assignments import Example
from landmark.assignments.addresses import canonical
from landmark.assignments.csv_records import fields_of, split_raw
from landmark.assignments.names import Names, not_asked_for
from landmark.assignments.radius.packets import Record
from landmark.assignments.radius.reading import read_each
from landmark.assignments.radius.rows import USUAL, Clock, Columns, Row, columns_of, packets
from landmark.assignments.sieve import Needles, rows
from landmark.assignments.times import UnreadableError, has_date
from landmark.lines import Reject
from landmark.zones import zone_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from landmark.assignments import FileLeases, Settings, Wanted
    from landmark.lines import Line

_BOM = b"\xef\xbb\xbf"
_MASK = b"***"
# A type of packet, by word or number: where a table has packets, any field of it may be that.
_RESTART = rb"accounting-o|(?:^|[^0-9a-z])[78](?:[^0-9a-z]|$)"


class RadiusCsv:
    """The format; `FORMAT` is the one there is."""

    name = "radius-csv"
    version = 1
    needs_zone = False
    needs_year = False
    translates = False

    def read(self, texts: Iterable[Iterable[Line]], settings: Settings, wanted: Wanted) -> list[FileLeases]:
        """Read the texts; rows of one session stand in any order and any text."""
        return read_each(_records, texts, settings, wanted)

    def mask(self, line: bytes) -> bytes:
        """Give the line with everything replaced that is no time with a date and no address."""
        text = line.removesuffix(b"\r")
        fields = split_raw(text)
        if fields is None:
            return _MASK
        plain = [field.strip(b'"').decode("latin-1").strip() for field in fields]
        if {name.lower() for name in plain} & {USUAL["from"], USUAL["status"]}:
            return line
        shown = [
            field if not value or has_date(value) or canonical(value) is not None else _MASK
            for field, value in zip(fields, plain, strict=True)
        ]
        return b",".join(shown) + line[len(text) :]

    def examples(self) -> tuple[Example, ...]:
        """Give examples, rejects included."""
        return _EXAMPLES


def _records(
    number: int, text: Iterable[Line], settings: Settings, reading: FileLeases, names: Names
) -> Iterator[Record]:
    clock = Clock(None if settings.zone is None else zone_of(settings.zone), settings.clock_ahead)
    header: bytes | None = None
    columns: Columns | None = None
    width = 0
    for line in rows(text, Needles(names, _RESTART), reading):
        written = line.text.removesuffix(b"\r")
        if not written.strip():
            reading.dropped["empty"] += 1
            continue
        first = header is None
        try:
            if header is None:
                header = written.removeprefix(_BOM)
                called = fields_of(header)
                width, columns = len(called), columns_of(called, settings)
            elif written == header and columns is not None:
                pass
            else:
                fields = fields_of(written)
                if columns is None or len(fields) != width:
                    raise UnreadableError("malformed")  # noqa: TRY301 - one place counts every reject
                found = packets(Row(fields, columns), clock, settings, text=number, number=line.number)
                yield Record(number, line.number, 1, tuple(found))
                continue
        except UnreadableError as error:
            if first or not line.ended or not not_asked_for(reading, (line,), names):
                reason = error.reason if line.ended else "truncated"
                reading.rejects.append(Reject(line.number, line.offset, len(line.text), reason))
        else:
            reading.dropped["directive"] += 1


_HEADER = (
    b"radacctid,acctsessionid,username,nasipaddress,acctstarttime,acctupdatetime,acctstoptime,acctsessiontime,"
    b"acctterminatecause,callingstationid,framedipaddress,framedipv6prefix\n"
)
_EIGHT = 1_002_009_600_000_000
_HOUR = 3_600_000_000
_EXAMPLES = (
    Example(
        "a session that a Stop ended, one still open, one that a restart of the NAS ended",
        _HEADER + b"1,A1,user-a,192.0.2.254,2001-10-02 08:00:00,NULL,2001-10-02 09:00:00,3600,User-Request,,"
        b"198.51.100.21,2001:db8::/64\n"
        b"2,B1,user-b,192.0.2.254,2001-10-02 10:00:00,2001-10-02 11:00:00,NULL,3600,,,198.51.100.21,\n"
        b"3,C1,user-c,192.0.2.254,2001-10-02 08:00:00,2001-10-02 09:00:00,2001-10-02 10:00:00,3600,NAS-Reboot,,"
        b"198.51.100.22,\n",
        (
            {"account": "user-a", "begin": _EIGHT, "end": _EIGHT + _HOUR, "ends": "stopped", "rows": (2,)},
            {"address": "2001:db8::/64", "begin": _EIGHT, "end": _EIGHT + _HOUR, "ends": "stopped", "rows": (2,)},
            {"account": "user-b", "end": _EIGHT + 3 * _HOUR, "ends": "last_seen", "doubtful": False},
            {"account": "user-b", "begin": _EIGHT + 3 * _HOUR, "end": None, "ends": "open", "doubtful": True},
            {"account": "user-c", "end": _EIGHT + _HOUR, "ends": "last_seen", "doubtful": False},
            {"account": "user-c", "end": _EIGHT + 2 * _HOUR, "ends": "rebooted", "doubtful": True},
        ),
        {"directive": 1},
        settings={"zone": "UTC"},
    ),
    Example(
        "packets, one a row, under names of its own",
        b"when,type,nas,sid,login,ip,waited\n"
        b"2001-10-02T08:00:00Z,Start,192.0.2.254,A1,user-a,198.51.100.21,0\n"
        b"2001-10-02T09:00:10Z,Stop,192.0.2.254,A1,user-a,198.51.100.21,10\n"
        b"2001-10-02T09:00:20Z,Tunnel-Stop,192.0.2.254,A1,user-a,198.51.100.21,0\n",
        ({"account": "user-a", "begin": _EIGHT, "end": _EIGHT + _HOUR, "ends": "stopped", "rows": (2, 3)},),
        {"directive": 1, "not_watched": 1},
        settings={
            "columns": {
                "time": "when",
                "status": "type",
                "nas": "nas",
                "session": "sid",
                "user": "login",
                "address": "ip",
                "delay": "waited",
            }
        },
    ),
    Example(
        "what cannot be read is located by its reason, and the next line is read",
        b"acctsessionid,username,nasipaddress,acctstarttime,acctstoptime,framedipaddress\n"
        b"A1,user-a,192.0.2.254,2001-10-02T08:00:00Z,2001-10-02T07:00:00Z,198.51.100.21\n"
        b"A1,user-a,192.0.2.254,1970-01-01T00:00:00Z,,198.51.100.21\n"
        b"A1,user-a,192.0.2.254,2001-10-02T08:00:00Z,soon,198.51.100.21\n"
        b'A1,"user-a,192.0.2.254,2001-10-02T08:00:00Z,,198.51.100.21\n'
        b"\n"
        b"A1,user-a,192.0.2.254,2001-10-02T08:00:00Z,2001-10-02T08:30:00Z,198.51.100.21\n",
        ({"account": "user-a", "end": _EIGHT + _HOUR // 2, "ends": "stopped", "rows": (7,)},),
        {"directive": 1, "empty": 1},
        {"bad_time": 2, "malformed": 2},
    ),
)
FORMAT = RadiusCsv()
