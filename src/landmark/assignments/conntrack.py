"""Events of Linux's connection tracking, as `conntrack -E -o timestamp` writes them, with `extended`, `id` or neither.

    [1002049200.123456]     [NEW] ipv4     2 tcp      6 120 SYN_SENT src=10.0.0.1 dst=192.0.2.80 sport=5000 dport=80
      [UNREPLIED] src=192.0.2.80 dst=203.0.113.5 sport=80 dport=1024 id=4711
    [1002049231.654321] [DESTROY] ipv4     2 tcp      6 src=10.0.0.1 … [ASSURED] delta-time=31 id=4711

Source: conntrack(8), conntrack-tools 1.4. Which port is the public one: `flows`.

The stamp is seconds of the epoch, so neither zone nor year is declared; a line without one is `malformed`. An UPDATE
only shows that its flow is alive. A DESTROY whose NEW is lost says with `delta-time`, if the kernel keeps it, how many
seconds the flow was there: its begin is reckoned, and doubtful. A flow's `zone` is the routing domain.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from landmark.assignments import Example
from landmark.assignments.mappings import SECOND
from landmark.assignments.nat.flows import KINDS, Tuple, said
from landmark.assignments.nat.log import NatLog
from landmark.assignments.nat.translations import mark_of
from landmark.assignments.stamps import Head
from landmark.assignments.times import UnreadableError, read_instant

if TYPE_CHECKING:
    from landmark.assignments.nat.translations import Said

_STAMPED = re.compile(rb"[^\[]*\[\s*(?P<stamp>\d{9,11}\.\d{1,6})\s*\]\s+(?P<event>\[.*)", re.DOTALL)
_SECONDS = re.compile(rb"^[^\[\n]*\[\s*(\d{9,11})\.", re.MULTILINE)
_NEVER = 10**12
_ZONE = re.compile(rb"zone(?:-orig)?=(\S+)")
_EVENT = re.compile(
    rb"""
    \[(?P<kind>NEW|UPDATE|DESTROY)\]\s+ (?:ipv[46]\s+\d+\s+)?+ (?P<protocol>\S+)\s+ (?P<number>\d+)\s
    (?P<rest>.*)
    """,
    re.VERBOSE,
)
_KIND = re.compile(rb"\[(?:NEW|UPDATE|DESTROY)\]")
_OTHER = re.compile(rb"\[[A-Z_]+\]\s")
_PAIR = re.compile(rb"(?:^|\s)(src|dst|sport|dport|delta-time|id|zone|zone-orig)=(\S+)")
_TUPLES = 2


class _Stamps:
    """Reads the stamps of lines: seconds of the epoch."""

    def __init__(self, _zone: str | None, _year: int | None) -> None:
        pass

    def head(self, text: bytes) -> Head:
        """Read the stamp of a line."""
        match = _STAMPED.fullmatch(text)
        if match is None or b"\0" in text:
            raise UnreadableError("malformed")
        return Head(read_instant(match["stamp"].decode("ascii"), None), b"", match["event"], stated=True)

    def earliest(self, lines: bytes) -> int | None:
        """Give an instant before which none of some lines is, µs UTC; far off where none has a stamp."""
        return min(map(int, set(_SECONDS.findall(lines))), default=_NEVER) * SECOND


def _parse(head: Head) -> list[Said]:
    mark_of(_KIND, head.message)
    event = _EVENT.fullmatch(head.message)
    if event is None:
        if b"src=" in head.message or _OTHER.match(head.message) is None:
            raise UnreadableError("malformed")
        return []
    pairs: dict[bytes, list[bytes]] = {}
    for name, value in _PAIR.findall(event["rest"]):
        pairs.setdefault(name, []).append(value)
    original, reply = (_tuple(pairs, place) for place in range(_TUPLES))
    began = None
    lasted = pairs.get(b"delta-time", [b""])[0]
    if lasted.isdigit():
        began = head.at.earlier - int(lasted[:10]) * SECOND
    realm = (pairs.get(b"zone") or pairs.get(b"zone-orig") or [b"0"])[0]
    name = pairs[b"id"][-1] if b"id" in pairs else None
    return said(KINDS[event["kind"]], event["number"], original, reply, name=name, began=began, realm=realm)


def _tuple(pairs: dict[bytes, list[bytes]], place: int) -> Tuple:
    sources, destinations = pairs.get(b"src", []), pairs.get(b"dst", [])
    if len(sources) != _TUPLES or len(destinations) != _TUPLES:
        raise UnreadableError("malformed")
    ports = [pairs.get(name, []) for name in (b"sport", b"dport")]
    if len(ports[0]) != len(ports[1]) or len(ports[0]) not in {0, _TUPLES}:
        raise UnreadableError("malformed")
    low, high = (one[place] if one else None for one in ports)
    return Tuple(sources[place], destinations[place], low, high)


_FLOW = (
    b"src=10.0.0.1 dst=192.0.2.80 sport=5000 dport=80 [UNREPLIED] "
    b"src=192.0.2.80 dst=203.0.113.5 sport=80 dport=1024 id=4711\n"
)
_NEW = b"[1002049200.123456]\t    [NEW] ipv4     2 tcp      6 120 SYN_SENT " + _FLOW
_UPDATE = b"[1002049203.000000]\t [UPDATE] ipv4     2 tcp      6 60 SYN_RECV " + _FLOW.replace(b"[UNREPLIED] ", b"")
_DESTROY = (
    b"[1002049231.654321]\t[DESTROY] ipv4     2 tcp      6 src=10.0.0.1 dst=192.0.2.80 sport=5000 dport=80 "
    b"packets=4 bytes=400 src=192.0.2.80 dst=203.0.113.5 sport=80 dport=1024 packets=3 bytes=900 "
    b"[ASSURED] delta-time=31 id=4711\n"
)
_AT = 1_002_049_200_000_000  # 2001-10-02T19:00:00Z
_EXAMPLES = (
    Example(
        "a flow: the public port is the reply's destination",
        _NEW + _UPDATE + _DESTROY,
        (
            {
                "address": "203.0.113.5",
                "port_from": 1024,
                "port_to": 1024,
                "protocol": "tcp",
                "destination": "192.0.2.80:80",
                "begin": _AT + 123_456,
                "end": _AT + 31_654_321,
                "account": None,
                "ends": "released",
                "doubtful": False,
                "rows": (1, 2, 3),
                "inner": "10.0.0.1",
            },
        ),
    ),
    Example(
        "one outer port serves two inner hosts at once, to two destinations",
        _NEW
        + _NEW.replace(b"10.0.0.1", b"10.0.0.2").replace(b"192.0.2.80", b"192.0.2.81").replace(b"4711", b"4712")
        + _DESTROY
        + _DESTROY.replace(b"10.0.0.1", b"10.0.0.2").replace(b"192.0.2.80", b"192.0.2.81").replace(b"4711", b"4712"),
        (
            {"destination": "192.0.2.80:80", "inner": "10.0.0.1", "rows": (1, 3), "doubtful": False},
            {"destination": "192.0.2.81:80", "inner": "10.0.0.2", "rows": (2, 4), "doubtful": False},
        ),
    ),
    Example(
        "a DESTROY lost: certain to the last event; the identifier tells the next flow apart",
        _NEW + _UPDATE + _NEW.replace(b"9200", b"9260").replace(b"4711", b"4712"),
        (
            {"begin": _AT + 123_456, "end": _AT + 3_000_000, "ends": "last_seen", "doubtful": False, "rows": (1, 2, 3)},
            {"begin": _AT + 3_000_000, "end": _AT + 60_123_456, "ends": "replaced", "doubtful": True},
            {"begin": _AT + 60_123_456, "end": None, "ends": "open", "doubtful": True, "rows": (3,)},
        ),
    ),
    Example(
        "a NEW lost: reckoned from the flow's duration, and doubtful",
        _DESTROY,
        ({"begin": _AT + 654_321, "end": _AT + 31_654_321, "doubtful": True},),
    ),
    Example(
        "what cannot be read, what is not translated, and what has no ports",
        _NEW.replace(b"[1002049200.123456]\t", b"")
        + _NEW.replace(b" dst=203.0.113.5", b"")
        + _NEW.replace(b"dport=1024", b"dport=102400")
        + _NEW.replace(b"203.0.113.5", b"10.0.0.1")
        + b"[1002049200.5]\t    [NEW] ipv4     2 icmp     1 30 src=10.0.0.1 dst=192.0.2.80 type=8 code=0 id=77 "
        b"[UNREPLIED] src=192.0.2.80 dst=203.0.113.5 type=0 code=0 id=77 id=9\n",
        (),
        {"not_watched": 3},
        {"malformed": 2},
    ),
)
FORMAT = NatLog("conntrack", 1, _parse, _EXAMPLES, needs_year=False, heads=_Stamps, realm=_ZONE)
