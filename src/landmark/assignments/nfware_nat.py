"""Mappings that NFWare's vCGNAT adds (A) and deletes (D): of an address, of a port, of a session, of a block of ports.

    … A VRF 0 INT 10.0.0.1 EXT 203.0.113.5
    … A VRF 0 6 INT 10.0.0.1:57938 EXT 203.0.113.5:28475
    … A VRF 0 6 INT 10.0.0.1:57938 EXT 203.0.113.5:28475 DST 192.0.2.80:443 DIR OUT
    … A VRF 0 INT 10.0.0.1 EXT 203.0.113.5:1024-1535

Source: NFWare, "vCGNAT user guide", section "Logging", message format.

The VRF is the routing domain of the inner address. A session from outside (DIR IN) uses a mapping and makes none.
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

_TAG = re.compile(rb"(?:^|\s)(?:[AD]\ VRF\s)")
_REALM = re.compile(rb"VRF (\S+)")
_MAPPING = re.compile(
    rb"""
    (?:^|.*\s) (?P<kind>[AD])\ VRF\ (?P<realm>\S+) (?:\ (?P<protocol>\d{1,3}))?+
    \ INT\ (?P<inner>[^\s:]+)(?::\d+)?+
    \ EXT\ (?P<outer>[^\s:]+)(?: :(?P<low>\d+)(?:-(?P<high>\d+))?+ )?+
    (?:\ DST\ (?P<to>[^\s:]+):(?P<to_port>\d+))?+ (?:\ DIR\ (?P<direction>OUT|IN))?+ \s*
    """,
    re.VERBOSE,
)


def _parse(head: Head) -> list[Said]:
    if mark_of(_TAG, head.message) is None:
        return []
    match = _MAPPING.fullmatch(head.message)
    if match is None:
        raise UnreadableError("malformed")
    to = None if match["to"] is None else destination(match["to"], match["to_port"])
    public = outer(match["outer"], match["low"], match["high"] or match["low"], match["protocol"], to)
    inner = read_address(match["inner"])
    if match["direction"] == b"IN":
        return []
    kind = Kind.CREATED if match["kind"] == b"A" else Kind.DELETED
    return [Said(kind, public, inner, realm=match["realm"])]


_BLOCK = b"2001-10-02T19:00:00.5Z cgn1 nat: A VRF 0 INT 10.0.0.1 EXT 203.0.113.5:1024-1535\n"
_SESSION = b"Oct  2 20:00:00 cgn1 A VRF 0 6 INT 10.0.0.1:57938 EXT 203.0.113.5:28475 DST 192.0.2.80:443 DIR OUT\n"
_LOCAL = {"zone": "Europe/London", "year": 2001}
_AT = 1_002_049_200_000_000  # 2001-10-02T19:00:00Z
_EXAMPLES = (
    Example(
        "a block of ports, and a session within a second",
        _BLOCK
        + _SESSION
        + _SESSION.replace(b" A ", b" D ")
        + _BLOCK.replace(b"00:00.5", b"30:00").replace(b" A ", b" D "),
        (
            {
                "address": "203.0.113.5",
                "port_from": 1024,
                "port_to": 1535,
                "protocol": None,
                "begin": _AT + 500_000,
                "end": _AT + 1800_000_000,
                "ends": "released",
                "doubtful": False,
                "rows": (1, 4),
                "inner": "10.0.0.1",
            },
            {
                "port_from": 28475,
                "port_to": 28475,
                "protocol": "tcp",
                "destination": "192.0.2.80:443",
                "begin": _AT,
                "end": _AT + 1_000_000,
                "doubtful": False,
                "rows": (2, 3),
            },
        ),
        settings=_LOCAL,
    ),
    Example(
        "an address that is given whole, and still is",
        b"2001-10-02T19:00:00Z cgn1 A VRF 7 INT 10.0.0.1 EXT 203.0.113.5\n",
        ({"port_from": None, "port_to": None, "begin": _AT, "end": None, "doubtful": True, "inner": "10.0.0.1"},),
    ),
    Example(
        "two routing domains: an inner address alone says nobody",
        _BLOCK
        + _BLOCK.replace(b"00:00.5", b"30:00").replace(b" A ", b" D ")
        + _SESSION.replace(b"VRF 0", b"VRF 7").replace(b"203.0.113.5", b"192.0.2.1"),
        ({"inner": None, "account": None, "doubtful": False},),
        {"not_watched": 1},
        settings=_LOCAL,
    ),
    Example(
        "what cannot be read, a time whose zone nobody knows, and a session from outside",
        _BLOCK.replace(b"1024-1535", b"1535-1024")
        + _BLOCK.replace(b"INT 10.0.0.1 ", b"")
        + _SESSION
        + b"2001-10-02T19:00:00Z cgn1 A VRF 0 6 INT 10.0.0.1:80 EXT 203.0.113.5:80 DST 192.0.2.80:443 DIR IN\n",
        (),
        {"not_watched": 1},
        {"malformed": 2, "bad_time": 1},
    ),
)
FORMAT = NatLog("nfware-nat", 1, _parse, _EXAMPLES, realm=_REALM)
