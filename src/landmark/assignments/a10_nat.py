"""Translations of A10's Thunder CGN: ports, sessions, blocks of ports and fixed ports, in its text form and in CEF.

    … NAT-TCP-C: 10.0.0.1:5000 -> 203.0.113.5: 1024
    … NAT-TCP-C: 10.0.0.1:5000<-->203.0.113.5:1024 to 192.0.2.80:80
    … NAT-TCP-C: 10.0.0.1:5000<->192.0.2.80:80, 192.0.2.80:80<-->203.0.113.5:1024
    … FIXED-NAT-PORTS 10.0.0.1->203.0.113.5:3000-4000
    … CEF:0|A10|CFW|6.0.0-P1|CGN 106|Nat Port Batch Pool Allocated|5|proto=UDP src=10.0.0.1
      sourceTranslatedAddress=203.0.113.5 sourceTranslatedPort=22016 cn3=22271 cn3Label=Last Nat Port

Source: A10 Networks, "Traffic Logging Guide for IPv6 Migration", ASCII format and CEF. Letters: C and B create, U shows
alive, D and F free. The third form names the session forward and in reverse: its public side is where the reverse ends.
Fixed ports follow from the configuration alone (RFC 7422): each such line shows that they hold, none says until when.
CEF names a destination at allocation only; the port is not restricted to it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from landmark.assignments import Example
from landmark.assignments.nat.log import NatLog
from landmark.assignments.nat.translations import Kind, Said, destination, mark_of, outer, read_address
from landmark.assignments.times import UnreadableError

if TYPE_CHECKING:
    from landmark.assignments.stamps import Head

_KINDS = {
    b"C": Kind.CREATED,
    b"B": Kind.CREATED,
    b"U": Kind.ALIVE,
    b"D": Kind.DELETED,
    b"F": Kind.DELETED,
}
_TEXT = re.compile(rb"\bNAT-(?P<protocol>[A-Z0-9]{2,8})-(?P<letter>[A-Z]):")
_PLACE = rb"[0-9a-fA-F.:\[\]]+?"
_FORMS = tuple(
    re.compile(form.replace(b"PLACE", _PLACE), re.VERBOSE)
    for form in (
        rb"\s* (?P<inner>PLACE):\d+ \s*->\s* (?P<outer>PLACE):\ ?(?P<port>\d+) \s*",
        rb"""\s* (?P<inner>PLACE):\d+ \s*<-->\s* (?P<outer>PLACE):(?P<port>\d+)
             \s+to\s+ (?P<to>PLACE):(?P<to_port>\d+) \s*""",
        rb"""\s* (?P<inner>PLACE):\d+ \s*<->\s* PLACE:\d+ ,\s* (?P<to>PLACE):(?P<to_port>\d+)
             \s*<-->\s* (?P<outer>PLACE):(?P<port>\d+) \s*""",
    )
)
_FIXED = re.compile(rb"\bFIXED-NAT-PORTS\b")
_FIXED_SIDES = re.compile(
    rb":?\s*(?P<inner>" + _PLACE + rb")\s*->\s*(?P<outer>" + _PLACE + rb"):(?P<low>\d+)-(?P<high>\d+)\s*"
)
_ANY_CEF = re.compile(rb"CEF:\d+\|A10\|")
_CEF = re.compile(rb"CEF:\d+\|A10\|[^|]*\|[^|]*\|CGN\ (?P<id>100|101|106|107)\|[^|]*\|[^|]*\|")
_PAIR = re.compile(rb"(?:^|\s)(\w+)=(\S*)")
_READ = frozenset({b"proto", b"src", b"sourceTranslatedAddress", b"sourceTranslatedPort", b"cn3"})
_FREED = frozenset({b"101", b"107"})
_BLOCKS = frozenset({b"106", b"107"})
_SECRETS = (re.compile(rb"\b(?:suser|duser|imsi|msisdn|imei|customer\w*)=(\S+)", re.IGNORECASE),)


def _parse(head: Head) -> list[Said]:
    message = head.message
    found = mark_of(_TEXT, message)
    if found is not None:
        return _text(found, message)
    found = mark_of(_ANY_CEF, message)
    found = None if found is None else _CEF.match(message, found.start())
    if found is not None:
        return [_cef(found["id"], message[found.end() :])]
    found = mark_of(_FIXED, message)
    if found is None:
        return []
    sides = _FIXED_SIDES.fullmatch(message, found.end())
    if sides is None:
        raise UnreadableError("malformed")
    public = outer(sides["outer"], sides["low"], sides["high"], None)
    return [Said(Kind.ALIVE, public, read_address(sides["inner"]))]


def _text(found: re.Match[bytes], message: bytes) -> list[Said]:
    matches = (form.fullmatch(message, found.end()) for form in _FORMS)
    sides = next((match for match in matches if match is not None), None)
    kind = _KINDS.get(found["letter"])
    if sides is None or kind is None:
        raise UnreadableError("malformed")
    named = sides.groupdict()
    to = None if named.get("to") is None else destination(_bare(named["to"]), named["to_port"])
    public = outer(_bare(sides["outer"]), sides["port"], sides["port"], found["protocol"], to)
    return [Said(kind, public, read_address(_bare(sides["inner"])))]


def _cef(number: bytes, text: bytes) -> Said:
    pairs = [pair for pair in _PAIR.findall(text) if pair[0] in _READ]
    fields = dict(pairs)
    if len(fields) < len(set(pairs)):
        raise UnreadableError("malformed")  # two writes spliced: nobody knows whose port is whose
    try:
        low = fields[b"sourceTranslatedPort"]
        high = fields[b"cn3"] if number in _BLOCKS else low
        public = outer(fields[b"sourceTranslatedAddress"], low, high, fields.get(b"proto"))
        inner = read_address(fields[b"src"])
    except KeyError:
        raise UnreadableError("malformed") from None
    return Said(Kind.DELETED if number in _FREED else Kind.CREATED, public, inner)


def _bare(place: bytes) -> bytes:
    return place.removeprefix(b"[").removesuffix(b"]")


_PORT = b"2001-10-02T19:00:00Z cgn1 NAT-TCP-C: 10.0.0.1:5000 -> 203.0.113.5: 1024\n"
_SESSION = b"2001-10-02T19:00:00Z cgn1 NAT-TCP-C: 10.0.0.1:5000<->192.0.2.80:80, 192.0.2.80:80<-->203.0.113.5:1025\n"
_BLOCK = (
    b"2001-10-02T19:00:00.87+00:00 198.51.100.1 cgn1/part-a  CEF:0|A10|CFW|6.0.0-P1|CGN 106|"
    b"Nat Port Batch Pool Allocated|5|proto=UDP src=10.0.0.1 sourceTranslatedAddress=203.0.113.5 "
    b"sourceTranslatedPort=22016 cn3=22271 cn3Label=Last Nat Port\n"
)
_BLOCK_FREED = _BLOCK.replace(b"19:00:00.87", b"19:10:00").replace(b"106", b"107").replace(b"Allocated", b"Freed")
_FIXED_LINE = b"2001-10-02T19:00:00Z cgn1 FIXED-NAT-PORTS 10.0.0.1->203.0.113.5:3000-4000\n"
_AT = 1_002_049_200_000_000  # 2001-10-02T19:00:00Z
_EXAMPLES = (
    Example(
        "a port, and a session with its destination",
        _PORT
        + _SESSION
        + _PORT.replace(b"00:00Z", b"00:09Z").replace(b"-C", b"-F")
        + _SESSION.replace(b"00:00Z", b"00:05Z").replace(b"-C", b"-D"),
        (
            {
                "address": "203.0.113.5",
                "port_from": 1024,
                "port_to": 1024,
                "protocol": "tcp",
                "destination": None,
                "begin": _AT,
                "end": _AT + 9_000_000,
                "ends": "released",
                "doubtful": False,
                "rows": (1, 3),
                "inner": "10.0.0.1",
            },
            {"port_from": 1025, "destination": "192.0.2.80:80", "end": _AT + 5_000_000, "rows": (2, 4)},
        ),
    ),
    Example(
        "a block of ports in CEF",
        _BLOCK + _BLOCK_FREED,
        (
            {
                "port_from": 22016,
                "port_to": 22271,
                "protocol": "udp",
                "begin": _AT + 870_000,
                "end": _AT + 600_000_000,
                "doubtful": False,
                "inner": "10.0.0.1",
            },
        ),
    ),
    Example(
        "fixed ports are certain between the lines that show them",
        _FIXED_LINE + _FIXED_LINE.replace(b"19:00", b"20:00"),
        (
            {"begin": _AT, "end": _AT + 3600_000_000, "ends": "last_seen", "doubtful": False},
            {"begin": _AT + 3600_000_000, "end": None, "ends": "open", "doubtful": True},
        ),
    ),
    Example(
        "what cannot be read, and a protocol without ports",
        _PORT.replace(b" -> ", b" - ")
        + _SESSION.replace(b"203.0.113.5:1025", b"203.0.113.5:70000")
        + _BLOCK.replace(b"cn3=22271 ", b"")
        + _FIXED_LINE.replace(b"-4000", b"")
        + _PORT.replace(b"TCP", b"ICMP"),
        (),
        {"not_watched": 1},
        {"malformed": 4},
    ),
)
FORMAT = NatLog("a10-nat", 1, _parse, _EXAMPLES, secrets=_SECRETS)
