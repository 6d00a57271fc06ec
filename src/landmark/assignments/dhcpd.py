"""ISC dhcpd's lease file, for IPv4 and IPv6 (dhcpd.leases(5)): a state, and after it what has changed since.

The server rewrites the file from time to time, so it answers inside its intervals only. How a lease ends: one that is
`active`, its planned end (`timed_out`) or none (`open`); `expired` → `timed_out`; `released` → `released`; `free`,
`backup` and `reset`, which come after either, as the block of the same start before it, or `released` where that was to
end later. `abandoned` is `released`: a client has found that another machine uses the address, and has given it back.

The blocks of an address renew, end and replace one another as `holders` says. A block of another account with the same
start is in force from there; the one before it has then never held.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from landmark.assignments import Example, elsewhere
from landmark.assignments.dhcp.dhcpd_blocks import Block, blocks
from landmark.assignments.dhcp.dhcpd_fields import Fields, read_block
from landmark.assignments.dhcp.dhcpd_look import addresses_that_matter, of_six, written_in
from landmark.assignments.dhcp.option_data import account_of, line_of
from landmark.assignments.held_rows import Reading, account_for
from landmark.assignments.holders import FOREVER, Part, Record, holds_on
from landmark.assignments.names import Names, text_of
from landmark.assignments.sieve import EveryLine, again
from landmark.assignments.times import Instant, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from landmark.assignments import FileLeases, Settings, Wanted
    from landmark.assignments.elsewhere import Accounts
    from landmark.assignments.held_rows import Series
    from landmark.assignments.holders import Timeline
    from landmark.lines import Line

_PLAIN = re.compile(
    rb"\s*(?:(?:starts|ends|tstp|tsfp|atsfp|cltt|(?:next |rewind )?binding|preferred-life|max-life|lease|iaaddr"
    rb"|iaprefix|authoring-byte-order)\s[^\"#]*|(?:bootp|reserved|abandoned)\s*;|[{}]?\s*)"
)
_HEAD = re.compile(rb"\s*[A-Za-z_-]*(?:\s+agent\.[a-z-]+)?")


class _Before(NamedTuple):
    """The block of an address before: what another of its start and hardware address takes from it."""

    starts: int | None
    device: bytes | None
    account: str | None
    line: str | None


class Dhcpd:
    """The format; `FORMAT` is the one there is."""

    name = "dhcpd"
    version = 1
    needs_zone = False
    needs_year = False
    translates = False

    def read(self, texts: Iterable[Iterable[Line]], settings: Settings, wanted: Wanted) -> list[FileLeases]:
        """Read the texts; blocks of one address follow one another also from a text to the next of its series."""
        faulty = Names(wanted.addresses)

        def once(texts: Sequence[Iterable[Line]], names: Names) -> Reading:
            return _once(texts, names, faulty, settings)

        def look(texts: Sequence[Iterable[Line]], accounts: Accounts) -> set[str]:
            return addresses_that_matter(texts, settings, accounts)

        every = again(texts, wanted.accounts)
        some = [EveryLine(text) for text in every] if any(map(of_six, every)) else every
        return elsewhere.read(once, look, written_in(settings.account_kind), some, settings, wanted)

    def mask(self, line: bytes) -> bytes:
        """Give the line with whatever names a client, its line or its device replaced by `***`."""
        if _PLAIN.fullmatch(line.removesuffix(b"\r")) is not None:
            return line
        head = _HEAD.match(line)
        return (head[0] if head is not None else b"") + b" ***"

    def examples(self) -> tuple[Example, ...]:
        """Give examples, rejects included."""
        return _EXAMPLES


def _once(texts: Sequence[Iterable[Line]], names: Names, faulty: Names, settings: Settings) -> Reading:
    reading, before = Reading(settings, settings.ages), dict[int, dict[str, _Before]]()
    for text in texts:
        number, counts, series = reading.next_text()
        known = before.setdefault(id(series), {})
        for block in blocks(text, names, counts):
            if not isinstance(block, Block):
                if block.reason in {"directive", "empty"}:
                    counts.dropped[block.reason] += 1
                else:
                    account_for(counts, [block.line], block.reason)
                    series.unreadable(block.line.text)
                continue
            try:
                held = read_block(block.statement)
                for fields in held:
                    _check(fields)
            except UnreadableError as error:
                account_for(counts, block.lines, error.reason, faulty)
                series.unreadable(text_of(block.lines))
                continue
            record = Record(number, _rows(block.lines))
            if not held:
                counts.dropped["not_watched"] += len(block.lines)
            for fields in held:
                _take(fields, record, series, known, settings)
    return reading


def _rows(lines: Sequence[Line]) -> range | tuple[int, ...]:
    """Give the numbers of a block's lines: in a whole text they follow one another."""
    first, last = lines[0].number, lines[-1].number
    return range(first, last + 1) if last - first + 1 == len(lines) else tuple(line.number for line in lines)


def _check(fields: Fields) -> None:
    """Refuse a lease that is in force without a begin, or that begins at the epoch's zero or after its end."""
    begin, end = fields.starts, fields.ends
    if fields.state == "active" and begin is None:
        raise UnreadableError("malformed")
    interval = begin is not None and end is not None and begin < end
    if begin is not None and (begin < 0 or begin >= FOREVER or (begin == 0 and interval)):
        raise UnreadableError("bad_time")
    if fields.state == "active" and (begin == 0 or (end is not None and not interval)):
        raise UnreadableError("bad_time")


def _take(fields: Fields, record: Record, series: Series, known: dict[str, _Before], settings: Settings) -> None:
    ahead = settings.clock_ahead
    timeline = series.timelines[fields.address]
    account, line = account_of(fields.ids, settings), line_of(fields.ids, settings)
    before = known.get(fields.address)
    again = before is not None and (before.starts, before.device) == (fields.starts, fields.device)
    if account is None and again and before is not None and fields.device is not None:
        account, line = before.account, line or before.line
    known[fields.address] = _Before(fields.starts, fields.device, account, line)
    if fields.cltt and fields.cltt != FOREVER:
        series.saw(fields.address, fields.cltt - ahead, settings.tolerance)
    begin, until = (fields.starts or 0) - ahead, FOREVER
    if fields.ends and fields.ends != FOREVER:
        until = fields.ends - ahead
    at = Instant(begin, begin)
    had = fields.state == "expired" or not fields.delegated
    gone = Part(at, at, account, line, fields.device, "", over=True, records=[record])
    if fields.state == "abandoned":
        timeline.lose_sight(gone, had=True)
        timeline.give_back(at, "released", record, known=True, until=FOREVER if fields.delegated else until)
    elif fields.state == "released" and fields.delegated:  # its `ends` stays the planned one; `cltt` is the release
        timeline.lose_sight(gone, had=True)
        timeline.give_back(at, "released", record, known=True)
    elif fields.state == "active" or (had and fields.starts and fields.ends and begin < until):
        # One without end that is over all the same has ended nobody knows when.
        stated = fields.ends is not None and (until != FOREVER or fields.state == "active")
        end = Instant(until, until) if stated else Instant(begin, FOREVER)
        part = Part(at, end, account, line, fields.device, "", fields.state != "active", [record])
        part.ends = _ends(fields.state, part, timeline)
        timeline.lose_sight(part, had=fields.state != "active")
        timeline.grant(part)
    else:  # nobody has it any more; since when is not said, but that it is so since then at the latest
        timeline.lose_sight(gone, had=True)
        latest = min(begin, until)
        timeline.give_back(Instant(latest, latest), "released", record, known=False)


def _ends(state: str, part: Part, timeline: Timeline) -> str:
    if part.end.later == FOREVER:
        return "open"
    if state in {"active", "expired"}:
        return "timed_out"
    if state == "released":
        return "released"
    last = timeline.parts[-1] if timeline.parts else None
    if last is None or not holds_on(last, part) or last.begin != part.begin:
        return "timed_out"
    return "released" if part.end.later < last.end.later else last.ends


_CIRCUIT = {"account_kind": "circuit-id"}
_EXAMPLES = (
    Example(
        "a lease in UTC whatever the server's zone, one in seconds, one without end",
        b"# This lease file was written by isc-dhcp-4.4.3\n"
        b"authoring-byte-order little-endian;\n"
        b"\n"
        b"lease 198.51.100.21 {\n  starts 2 2001/10/02 06:00:00;\n  ends 2 2001/10/02 22:00:00;\n"
        b'  binding state active;\n  option agent.circuit-id "line-1";\n}\n'
        b"lease 198.51.100.22 {\n  starts epoch 1001998800; # Tue Oct  2 01:00:00 2001\n  ends never;\n"
        b"  binding state active;\n  option agent.circuit-id 0:4:0:a;\n}\n",
        (
            {
                "address": "198.51.100.21",
                "begin": 1_002_002_400_000_000,
                "end": 1_002_060_000_000_000,
                "account": "line-1",
                "ends": "timed_out",
                "rows": (4, 5, 6, 7, 8, 9),
            },
            {"begin": 1_001_998_800_000_000, "end": None, "account": "00:04:00:0a", "ends": "open"},
        ),
        {"directive": 2, "empty": 1},
        settings=_CIRCUIT,
    ),
    Example(
        "a row of another account ends the one before, of the same device, too; a released one keeps its account",
        b"lease 198.51.100.21 {\n  starts 2 2001/10/02 06:00:00;\n  ends 2 2001/10/02 22:00:00;\n"
        b'  hardware ethernet 02:00:00:00:00:01;\n  option agent.circuit-id "line-1";\n}\n'
        b"lease 198.51.100.21 {\n  starts 2 2001/10/02 08:00:00;\n  ends 2 2001/10/02 23:00:00;\n"
        b'  hardware ethernet 02:00:00:00:00:01;\n  option agent.circuit-id "line-2";\n}\n'
        b"lease 198.51.100.21 {\n  starts 2 2001/10/02 08:00:00;\n  ends 2 2001/10/02 09:00:00;\n"
        b"  binding state released;\n  hardware ethernet 02:00:00:00:00:01;\n}\n",
        (
            {"begin": 1_002_002_400_000_000, "end": 1_002_009_600_000_000, "account": "line-1", "ends": "replaced"},
            {"begin": 1_002_009_600_000_000, "end": 1_002_013_200_000_000, "account": "line-2", "ends": "released"},
        ),
        settings=_CIRCUIT,
    ),
    Example(
        "an association of DHCPv6",
        b'ia-na "\\001\\002\\003\\004\\000\\003\\000\\001\\002\\000\\000\\000\\000\\001" {\n'
        b"  cltt 2 2001/10/02 06:00:00;\n  iaaddr 2001:db8::5 {\n    binding state active;\n"
        b"    preferred-life 375;\n    max-life 600;\n    ends 2 2001/10/02 06:10:00;\n  }\n}\n",
        (
            {
                "address": "2001:db8::5",
                "begin": 1_002_002_400_000_000,
                "end": 1_002_003_000_000_000,
                "account": "00:03:00:01:02:00:00:00:00:01",
            },
        ),
        settings={"account_kind": "duid"},
    ),
    Example(
        "what cannot be read is located by its reason, and the next block is read; one cut off at the end is truncated",
        b"lease 198.51.100.21 {\n  starts 4 1970/01/01 00:00:00;\n  ends never;\n}\n"
        b'lease 198.51.100.22 {\n  client-hostname "never closed;\n}\n'
        b"lease 203.0.113.9 {\n  starts 2 2001/10/02 06:00:00;\n  ends never;\n}\n"
        b"lease 203.0.113.5 {\n  starts 2 2001/10/02 06:00:00;\n",
        ({"address": "203.0.113.9", "end": None, "account": None, "rows": (8, 9, 10, 11)},),
        rejected={"bad_time": 4, "malformed": 3, "truncated": 2},
        settings=_CIRCUIT,
    ),
)
FORMAT = Dhcpd()
