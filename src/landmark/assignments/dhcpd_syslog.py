"""What ISC dhcpd tells syslog of addresses that it gives: a history, as far as no line is lost.

    dhcpd[471]: Option 82: received a REQUEST DHCP packet from relay-agent 192.0.2.1 with a circuit-id of "0:4:0:a" and
                remote-id of "0:6:2" for 198.51.100.21 (2:0:0:0:0:1) lease time is undefined seconds.
    dhcpd[471]: Lease for 198.51.100.21 raw option-82 info is CID: 0.4.0.10 AID: 0.6.2
    dhcpd[471]: DHCPACK on 198.51.100.21 to 02:00:00:00:00:01 (host) via 192.0.2.1

The server itself names no line. The first two are what providers have it log of the relay agent option (RFC 3046); such
a line belongs to the acknowledgement of its address that follows within five seconds. One without such a line gives the
address to a holder whom nobody recorded.

How long a lease lasts only some builds say (`lease-duration`); the time in the first line is what the client asked for.
Without it an acknowledgement is doubtful from itself on, until the next; where that is of the same client and account,
and the address was not offered in between, all between is certain: the server acknowledges a request that answers no
offer only where its record of the address still names that client. `DHCPRELEASE … (found)` ends a lease (`released`);
so does an address that is abandoned, and `DHCPEXPIRE` (`timed_out`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from landmark.assignments import Example
from landmark.assignments.dhcpd_messages import Message, masked, read_message
from landmark.assignments.held_rows import Reading, account_for
from landmark.assignments.holders import FOREVER, Part, Record, holds_on
from landmark.assignments.local_order import LocalOrder
from landmark.assignments.names import Names
from landmark.assignments.option_data import account_of, line_of
from landmark.assignments.stamps import Clock
from landmark.assignments.times import Instant, UnreadableError
from landmark.tables import SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable

    from landmark.assignments import FileLeases, Settings, Wanted
    from landmark.assignments.held_rows import Series
    from landmark.lines import Line

_WITHIN = 5 * SECOND
_INFINITE = 0xFFFF_FFFF


class _Told(NamedTuple):
    """A message, the host that wrote it, and its line."""

    place: int  # in the order of the lines, which knows its instant
    host: bytes
    message: Message
    record: Record


class DhcpdSyslog:
    """The format; `FORMAT` is the one there is."""

    name = "dhcpd-syslog"
    version = 1
    needs_zone = False
    needs_year: bool | None = None
    translates = False

    def read(self, texts: Iterable[Iterable[Line]], settings: Settings, wanted: Wanted) -> list[FileLeases]:
        """Read the texts; lines of one address follow one another also from a text to the next of its series."""
        reading = Reading(settings)
        names = Names(wanted.addresses)
        histories: dict[int, _History] = {}
        for text in texts:
            number, counts, series = reading.next_text()
            history = histories.setdefault(id(series), _History(series, settings))
            for line in text:
                written = line.text.removesuffix(b"\r")
                if not written.strip():
                    counts.dropped["empty"] += 1
                    continue
                try:
                    concerns = history.read(written, Record(number, (line.number,)))
                except UnreadableError as error:
                    account_for(counts, [line], error.reason if line.ended else "truncated", names)
                else:
                    if not concerns:
                        counts.dropped["not_watched"] += 1
        for history in histories.values():
            for record in history.tell():
                reading.texts[record.text].dropped["not_watched"] += 1
        return reading.finish(wanted)

    def mask(self, line: bytes) -> bytes:
        """Give the line with whatever names a client, its line or its device replaced by `***`."""
        return masked(line)

    def examples(self) -> tuple[Example, ...]:
        """Give examples, rejects included."""
        return _EXAMPLES


class _History:
    """The lines of one series: first read and then, once their order has settled their times, told."""

    def __init__(self, series: Series, settings: Settings) -> None:
        self._series = series
        self._settings = settings
        self._clock = Clock(settings.zone, settings.year)
        self._order = LocalOrder(settings.tolerance)
        self._told: list[_Told] = []
        self._circuits: dict[tuple[bytes, str], tuple[_Told, Instant]] = {}
        self._offered: set[str] = set()
        self._unused: list[Record] = []

    def read(self, text: bytes, record: Record) -> bool:
        """Read a line, whoever wrote it, for its time; tell whether it may concern a lease."""
        head = self._clock.head(text)
        message = read_message(head.message.removeprefix(head.host).removeprefix(b" "))
        place = self._order.add(head.host, head.at)
        if message is not None:
            self._told.append(_Told(place, head.host, message, record))
        return message is not None

    def tell(self) -> list[Record]:
        """Tell the series what its lines say; give the records that say nothing of a lease."""
        self._order.settle()
        ahead = self._settings.clock_ahead
        self._series.steps += [(begin - ahead, end - ahead) for begin, end in self._order.steps]
        for told in self._told:
            at = self._order.instant(told.place)
            self._tell(told, Instant(at.earlier - ahead, at.later - ahead))
        return self._unused + [told.record for told, _ in self._circuits.values()]

    def _tell(self, told: _Told, at: Instant) -> None:
        form, address = told.message.form, told.message.address
        if form in {"given", "booted"}:
            self._give(told, at)
        elif form in {"circuit", "raw"}:
            before = self._circuits.pop((told.host, address), None)
            if before is not None:
                self._unused.append(before[0].record)
            self._circuits[told.host, address] = told, at
        elif form == "offered" or (form == "released" and not told.message.found):
            if form == "offered":
                self._offered.add(address)
            self._unused.append(told.record)
        else:
            ends = "timed_out" if form == "expired" else "released"
            self._series.timelines[address].give_back(at, ends, told.record, known=True)

    def _give(self, told: _Told, at: Instant) -> None:
        message, records = told.message, [told.record]
        ids = dict(message.ids)
        circuit = self._circuits.pop((told.host, message.address), None)
        if circuit is not None:
            asked, when = circuit
            if asked.message.mac in {None, message.mac} and 0 <= at.earlier - when.earlier <= _WITHIN:
                ids |= asked.message.ids
                records.append(asked.record)
            else:
                self._unused.append(asked.record)
        timeline = self._series.timelines[message.address]
        if message.lasts == 0:
            for record in records:
                timeline.give_back(at, "timed_out", record, known=True)
            return
        account, line = account_of(ids, self._settings), line_of(ids, self._settings)
        part = Part(at, Instant(at.earlier, FOREVER), account, line, message.mac, "open", over=False, records=records)
        if timeline.parts and message.address not in self._offered and _still_has(timeline.parts[-1], part):
            timeline.parts[-1].end = Instant(FOREVER, FOREVER)
            timeline.parts[-1].ends = part.ends = "last_seen"
        if message.lasts == _INFINITE:
            part.end, part.ends = Instant(FOREVER, FOREVER), "open"
        elif message.lasts is not None:
            part.end = Instant(at.earlier + message.lasts * SECOND, at.later + message.lasts * SECOND)
            part.ends = "timed_out"
        self._offered.discard(message.address)
        timeline.grant(part)


def _still_has(last: Part, part: Part) -> bool:
    """Tell whether a lease of which nobody said how long it lasts went on until its client is served again."""
    untold = last.end == (last.begin.earlier, FOREVER) and last.begin.earlier < part.begin.earlier
    return untold and not last.over and last.device == part.device and holds_on(last, part)


_AT = b"Oct  2 07:00:00 dhcp1 dhcpd[471]: "
_LINE_1 = (
    b"Option 82: received a REQUEST DHCP packet from relay-agent 192.0.2.1 with a circuit-id of "
    b'"6c:69:6e:65:2d:31" and remote-id of "0:6:2" for 198.51.100.21 (2:0:0:0:0:1) lease time is undefined seconds.\n'
)
_STATED = {"zone": "Europe/London", "year": 2001, "account_kind": "circuit-id"}
_EXAMPLES = (
    Example(
        "what lies between acknowledgements of one client is certain, what follows the last is not",
        _AT + _LINE_1 + _AT + b"DHCPACK on 198.51.100.21 to 02:00:00:00:00:01 (pc) via 192.0.2.1\n"
        b"Oct  2 07:30:00 dhcp1 dhcpd[471]: "
        + _LINE_1
        + b"Oct  2 07:30:01 dhcp1 dhcpd[471]: DHCPACK on 198.51.100.21 to 02:00:00:00:00:01 via 192.0.2.1\n"
        b"Oct  2 08:00:00 dhcp1 dhcpd[471]: DHCPACK on 198.51.100.21 to 02:00:00:00:00:02 via 192.0.2.1\n",
        (
            {
                "begin": 1_002_002_400_000_000,
                "end": 1_002_004_201_000_000,
                "account": "line-1",
                "doubtful": False,
                "rows": (1, 2, 3, 4),
            },
            {"begin": 1_002_004_201_000_000, "end": 1_002_006_000_000_000, "doubtful": True, "ends": "replaced"},
            {"begin": 1_002_006_000_000_000, "end": None, "account": None, "doubtful": True, "ends": "open"},
        ),
        settings=_STATED,
    ),
    Example(
        "a lease that says how long it lasts; released before; times with year and zone",
        b"2001-10-02T06:00:00+00:00 dhcp1 dhcpd[471]: Lease for 198.51.100.21 raw option-82 info is CID: 0.4.0.10\n"
        b"2001-10-02T06:00:00.5+00:00 dhcp1 dhcpd[471]: DHCPACK on 198.51.100.21 to 02:00:00:00:00:01 via eth2 "
        b"relay 192.0.2.1 lease-duration 3600 (NEW)\n"
        b"2001-10-02T06:10:00+00:00 dhcp1 dhcpd[471]: DHCPRELEASE of 198.51.100.21 from 02:00:00:00:00:01 via "
        b"eth2 (found)\n"
        b"2001-10-02T06:11:00+00:00 dhcp1 sshd[1]: DHCPACK on 198.51.100.21 to 02:00:00:00:00:02 via eth2\n",
        (
            {
                "begin": 1_002_002_400_500_000,
                "end": 1_002_003_000_000_000,
                "account": "0.4.0.10",
                "ends": "released",
            },
        ),
        {"not_watched": 1},
        settings={"account_kind": "circuit-id"},
    ),
    Example(
        "what cannot be read is located by its reason, and the next line is read",
        _AT + b"DHCPACK on 198.51.100.21 to 02:00:00:0\0\n"
        b"Oct 32 07:00:00 dhcp1 dhcpd[471]: DHCPDISCOVER from 02:00:00:00:00:01 via eth2\n"
        b"no line of syslog\n\n" + _AT + b"DHCPACK to 198.51.100.21 (02:00:00:00:00:01) via eth2\n",
        (),
        {"empty": 1, "not_watched": 3},
        {"malformed": 1},
        _STATED,
    ),
)
FORMAT = DhcpdSyslog()
