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
offer only where its record of the address still names that client. `DHCPRELEASE … (found)` ends a lease (`released`), so
does an address that is abandoned, and `DHCPEXPIRE` (`timed_out`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from landmark.assignments import Example
from landmark.assignments.addresses import canonical
from landmark.assignments.held_rows import Reading, account_for
from landmark.assignments.holders import FOREVER, Part, Record, holds_on
from landmark.assignments.local_order import LocalOrder
from landmark.assignments.option_data import account_of, line_of, octets, plain_hex
from landmark.assignments.syslog_heads import Heads
from landmark.assignments.times import Instant, UnreadableError
from landmark.tables import SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable

    from landmark.assignments import FileLeases, Settings, Wanted
    from landmark.assignments.held_rows import Series
    from landmark.lines import Line

_WITHIN = 5 * SECOND
_INFINITE = 0xFFFF_FFFF
_TAG = re.compile(rb"[\w./-]*dhcpd4?(?:\[[0-9]+\])?: (?P<said>.*)", re.DOTALL)
_ADDRESS = rb"(?P<address>[0-9]{1,3}(?:\.[0-9]{1,3}){3})"
_MAC = rb"(?P<mac>[0-9A-Fa-f]{1,2}(?::[0-9A-Fa-f]{1,2})*)"
# A host name is what a client chose: the last `) via` is the server's own.
_CLIENT = _MAC + rb"(?: \(.*\))? via \S+(?P<rest>(?: .*)?)"
_FORMS = {
    "given": re.compile(rb"(?:DHCPACK on|BOOTREPLY (?:on|for)) " + _ADDRESS + rb" to " + _CLIENT, re.DOTALL),
    "offered": re.compile(rb"DHCPOFFER on " + _ADDRESS + rb" to .*", re.DOTALL),
    "released": re.compile(rb"DHCPRELEASE of " + _ADDRESS + rb" from " + _CLIENT, re.DOTALL),
    "expired": re.compile(rb"DHCPEXPIRE on " + _ADDRESS + rb" to .*", re.DOTALL),
    "abandoned": re.compile(rb"Abandoning IP address " + _ADDRESS + rb": .*", re.DOTALL),
    "circuit": re.compile(
        rb"Option 82: received an? \S+ DHCP packet from relay-agent \S+ with a circuit-id of \"(?P<circuit>[^\"]*)\""
        rb"(?:(?:,| and)(?: a)? remote-id of \"(?P<remote>[^\"]*)\")? for " + _ADDRESS + rb" \(" + _MAC + rb"\).*",
        re.DOTALL,
    ),
    "raw": re.compile(
        rb"Lease for " + _ADDRESS + rb" raw option-82 info is CID: (?P<circuit>\S+)(?: AID: (?P<remote>\S+))?",
    ),
}
_KNOWN = re.compile(
    rb"DHCPACK on|BOOTREPLY|DHCPOFFER|DHCPRELEASE|DHCPEXPIRE|Abandoning IP address|Option 82: received|Lease for .* raw"
)
_LASTS = re.compile(rb" (?:lease|offered)-duration ([0-9]{1,10})\b")
_UID = re.compile(rb" uid ([0-9A-Fa-f:]+)")
_SHOWN = re.compile(rb"(.*?dhcpd4?(?:\[[0-9]+\])?: [A-Z]+ (?:on|of|for) [0-9.]+)(.*)", re.DOTALL)


class _Said(NamedTuple):
    """What one line says of an address, of which `LocalOrder` knows the instant."""

    place: int
    form: str
    address: str
    host: bytes
    mac: bytes | None
    ids: dict[str, bytes]
    rest: bytes
    record: Record


class DhcpdSyslog:
    """The format; `FORMAT` is the one there is."""

    name = "dhcpd-syslog"
    version = 1
    needs_zone = False
    needs_year: bool | None = None

    def read(self, texts: Iterable[Iterable[Line]], settings: Settings, wanted: Wanted) -> list[FileLeases]:
        """Read the texts; lines of one address follow one another also from a text to the next of its series."""
        reading = Reading(settings)
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
                    account_for(counts, [line], error.reason if line.ended else "truncated")
                else:
                    counts.dropped["not_watched"] += not concerns
        for history in histories.values():
            for record in history.tell():
                reading.texts[record.text].dropped["not_watched"] += 1
        return reading.finish(wanted)

    def mask(self, line: bytes) -> bytes:
        """Give the line with whatever names a client, its line or its device replaced by `***`."""
        match = _SHOWN.fullmatch(line.removesuffix(b"\r"))
        if match is None:
            return b"***"
        lasts = _LASTS.search(match[2])
        return match[1] + b" ***" + (lasts[0] if lasts is not None else b"")

    def examples(self) -> tuple[Example, ...]:
        """Give examples, rejects included."""
        return _EXAMPLES


class _History:
    """The lines of one series, first read and then, once their order has settled their times, told."""

    def __init__(self, series: Series, settings: Settings) -> None:
        self._series = series
        self._settings = settings
        self._heads = Heads(settings.year, None if settings.zone is None else ZoneInfo(settings.zone))
        self._order = LocalOrder(settings.tolerance)
        self._said: list[_Said] = []
        self._circuits: dict[tuple[bytes, str], tuple[_Said, Instant]] = {}
        self._offered: set[str] = set()
        self._unused: list[Record] = []

    def read(self, text: bytes, record: Record) -> bool:
        """Read a line, whoever wrote it, for its time; tell whether it may concern a lease."""
        if text.startswith(b"\0"):
            raise UnreadableError("malformed")
        head = self._heads.read(text)
        tag = _TAG.fullmatch(head.message)
        found = None if tag is None else _said(tag["said"])
        place = self._order.add(head.host, head.at)
        if found is None:
            return False
        form, match = found
        address = canonical(match["address"].decode("ascii"))
        if address is None:
            raise UnreadableError("malformed")
        named = match.groupdict()
        mac = None if not named.get("mac") else octets(named["mac"].decode("ascii"))
        rest = named.get("rest") or b""
        self._said.append(_Said(place, form, address, head.host, mac, _ids(form, named, rest), rest, record))
        return True

    def tell(self) -> list[Record]:
        """Tell the series what its lines say; give the records that say nothing of a lease."""
        self._order.settle()
        ahead = self._settings.clock_ahead
        self._series.steps += [(begin - ahead, end - ahead) for begin, end in self._order.steps]
        for said in self._said:
            at = self._order.instant(said.place)
            self._tell(said, Instant(at.earlier - ahead, at.later - ahead))
        return self._unused + [said.record for said, _ in self._circuits.values()]

    def _tell(self, said: _Said, at: Instant) -> None:
        if said.form == "given":
            self._give(said, at)
        elif said.form in {"circuit", "raw"}:
            before = self._circuits.pop((said.host, said.address), None)
            if before is not None:
                self._unused.append(before[0].record)
            self._circuits[said.host, said.address] = said, at
        elif said.form == "offered":
            self._offered.add(said.address)
            self._unused.append(said.record)
        elif said.form == "released" and b"(found)" not in said.rest:
            self._unused.append(said.record)
        else:
            ends = "timed_out" if said.form == "expired" else "released"
            self._series.timelines[said.address].give_back(at, ends, said.record, known=True)

    def _give(self, said: _Said, at: Instant) -> None:
        ids, records = dict(said.ids), [said.record]
        circuit = self._circuits.pop((said.host, said.address), None)
        if circuit is not None:
            told, when = circuit
            if told.mac in {None, said.mac} and 0 <= at.earlier - when.earlier <= _WITHIN:
                ids |= told.ids
                records.append(told.record)
            else:
                self._unused.append(told.record)
        timeline = self._series.timelines[said.address]
        last = timeline.parts[-1] if timeline.parts else None
        account, line = account_of(ids, self._settings), line_of(ids, self._settings)
        lasts = [int(found) for found in _LASTS.findall(said.rest)]
        part = Part(at, Instant(at.earlier, FOREVER), account, line, said.mac, "open", over=False, records=records)
        if lasts and min(lasts) < _INFINITE:
            part.end = Instant(at.earlier + min(lasts) * SECOND, at.later + min(lasts) * SECOND)
            part.ends = "timed_out"
        elif lasts:
            part.end = Instant(FOREVER, FOREVER)
        elif last is not None and not last.over and last.device == said.mac and holds_on(last, part):
            if said.address not in self._offered and last.end.later == FOREVER and at.earlier > last.begin.earlier:
                last.end, part.ends = Instant(FOREVER, FOREVER), "last_seen"
        self._offered.discard(said.address)
        if part.end.later > part.begin.earlier:
            timeline.grant(part)
        else:
            for record in records:
                timeline.give_back(at, "timed_out", record, known=True)


def _said(text: bytes) -> tuple[str, re.Match[bytes]] | None:
    if _KNOWN.match(text) is None:
        return None
    for form, pattern in _FORMS.items():
        match = pattern.fullmatch(text)
        if match is not None:
            return form, match
    raise UnreadableError("malformed")


def _ids(form: str, named: dict[str, bytes], rest: bytes) -> dict[str, bytes]:
    ids = {}
    for name, kind in (("circuit", "circuit-id"), ("remote", "remote-id")):
        if named.get(name):
            ids[kind] = named[name] if form == "raw" else _written(named[name])
    uid = _UID.search(rest)
    data = None if uid is None else plain_hex(uid[1].decode("ascii"))
    return ids if data is None else {**ids, "client-id": data}


def _written(text: bytes) -> bytes:
    """Give the bytes of an identifier where it is plainly written in hexadecimal, else itself as it is written.

    `0:4:0:10` may be so or decimal, as the server was told: taken for the wrong one it would be another's line.
    """
    data = octets(text.decode("latin-1"))
    plainly = re.search(rb"[A-Fa-f]|\b0[0-9]\b", text) is not None
    return text if data is None or b":" not in text or not plainly else data


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
        {"empty": 1, "not_watched": 1},
        {"malformed": 2, "bad_time": 1},
        _STATED,
    ),
)
FORMAT = DhcpdSyslog()
