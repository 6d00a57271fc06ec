"""Translations and blocks of ports in the syslog of Cisco's devices: IOS, ASA, IOS XR.

    … %IPNAT-6-NAT_CREATED: Created tcp 10.0.0.1:43800 203.0.113.5:1024 192.0.2.80:80 192.0.2.80:80
    … %ASA-6-305011: Built dynamic TCP translation from inside:10.0.0.1/54321(user) to outside:203.0.113.5/12345
    … %ASA-6-305012: Teardown dynamic TCP translation from … duration 0:01:23
    … %ASA-6-305014: Allocated TCP block of ports for translation from inside:10.0.0.1 to outside:203.0.113.5/1024-1535
    … [UserbasedA - 10.0.0.1 vrf-a - 203.0.113.5 - 1024 1535 - -]

Source: Cisco, "IP Addressing: NAT Configuration Guide", `ip nat log translations syslog` (inside local, inside global,
outside local, outside global); "Cisco Secure Firewall ASA Series Syslog Messages" (305009 to 305012, 305014, 305015,
305017); "IOS XR Carrier Grade NAT Configuration Guide", external logging.

The destination is the outside global address, which is what the server has for its own. Where an ASA's build is lost,
the teardown's duration says since when, doubtfully. A restart of a device (%SYS-5-RESTART, %ASA-6-199002) ends all that
it had. One datagram of IOS XR may hold several records.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from landmark.assignments import Example
from landmark.assignments.mappings import SECOND
from landmark.assignments.nat.log import NatLog
from landmark.assignments.nat.translations import Kind, Said, destination, mark_of, outer, read_address
from landmark.assignments.splices import another_begins
from landmark.assignments.times import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from landmark.assignments.stamps import Head

_RESTART = re.compile(rb"%(?:SYS-\d-RESTART|(?:ASA|PIX|FWSM)-\d-199002):")
_IOS = re.compile(rb"%IPNAT-\d-(?:NAT_)?(?P<event>CREATED|DELETED):")
_IOS_SIDES = re.compile(
    rb"""
    \ (?:(?:Created|Deleted)\ )?+(?:Translation\ )?+ (?P<protocol>\w+)
    \ (?P<inner>[\d.]+)(?::\d+)?+ \ (?P<outer>[\d.]+)(?::(?P<port>\d+))?+
    \ [\d.]+(?::\d+)?+ \ (?P<to>[\d.]+)(?::(?P<to_port>\d+))?+ (?:\s.*)?
    """,
    re.VERBOSE,
)
_ASA = re.compile(rb"%(?:ASA|PIX|FWSM|FTD)-\d-305(?P<event>009|010|011|012|014|015|017):")
_MARK = re.compile(b"|".join(re.sub(rb"\?P<\w+>", b"?:", one.pattern) for one in (_IOS, _ASA, _RESTART)))
_ASA_SIDES = re.compile(
    rb"""
    \ [^:]{0,60}? (?:Pba-interim-logging:\ \w+\ )?+ (?:(?P<protocol>TCP|UDP|ICMP|SCTP)\ )?
    (?:block\ of\ ports\ for\ )?+ translation\ from
    \ [^\s:]+:(?P<inner>[^\s/(]+)(?:/\d+)?+(?:\s?\([^)]*\))?+
    \ to\ [^\s:]+:(?P<outer>[^\s/(]+)(?:/(?P<low>\d+)(?:-(?P<high>\d+))?+)?+
    (?:\ duration\ (?P<h>\d{1,5}):(?P<m>\d\d):(?P<s>\d\d))?+ (?:\s.*)?
    """,
    re.VERBOSE,
)
_ASA_KINDS = {b"010": Kind.DELETED, b"012": Kind.DELETED, b"015": Kind.DELETED, b"017": Kind.ALIVE}
_XR = re.compile(rb"\[(?P<by>User|Session)based(?P<event>A|AD|W|WD)\b(?P<rest>[^\]]*)(?P<end>\]?)")
_XR_FIELDS = 10
_REALM = re.compile(rb"\[(?:User|Session)based(?:AD?|WD?)\b\s*\S+\s+\S+\s+(\S+)")
_NO_PROTOCOL = frozenset({b"-", b"ip", b"any"})
_SECRETS = (re.compile(rb"\btranslation from [^\s(]+\s?\(([^)]+)"),)


def _parse(head: Head) -> Sequence[Said]:
    message = head.message
    mark_of(_MARK, message)
    found = _IOS.search(message)
    if found is not None:
        return [_ios(found["event"], message[found.end() :])]
    found = _ASA.search(message)
    if found is not None:
        return [_asa(found["event"], message[found.end() :], head)]
    if _RESTART.search(message) is not None:
        return [Said(Kind.CLEARED, None)]
    records = [*_XR.finditer(message)]
    if records and another_begins(message, records[-1].start()):
        raise UnreadableError("malformed")
    return [_xr(one) for one in records]


def _ios(event: bytes, text: bytes) -> Said:
    sides = _IOS_SIDES.fullmatch(text)
    if sides is None:
        raise UnreadableError("malformed")
    to = None if sides["to_port"] is None else destination(sides["to"], sides["to_port"])
    protocol = None if sides["protocol"].lower() in _NO_PROTOCOL else sides["protocol"]
    public = outer(sides["outer"], sides["port"], sides["port"], protocol, to)
    return Said(Kind.CREATED if event == b"CREATED" else Kind.DELETED, public, read_address(sides["inner"]))


def _asa(event: bytes, text: bytes, head: Head) -> Said:
    sides = _ASA_SIDES.fullmatch(text)
    if sides is None:
        raise UnreadableError("malformed")
    public = outer(sides["outer"], sides["low"], sides["high"] or sides["low"], sides["protocol"])
    began = None
    if sides["h"] is not None:
        lasted = (int(sides["h"]) * 60 + int(sides["m"])) * 60 + int(sides["s"])
        began = head.at.earlier - lasted * SECOND
    return Said(_ASA_KINDS.get(event, Kind.CREATED), public, read_address(sides["inner"]), began=began)


def _xr(record: re.Match[bytes]) -> Said:
    fields = record["rest"].split()
    if len(fields) != _XR_FIELDS or not record["end"]:
        raise UnreadableError("malformed")
    protocol, source, realm, source6, public, _, low, high, to, to_port = fields
    side = outer(
        public,
        low,
        low if high == b"-" else high,
        None if protocol in _NO_PROTOCOL else protocol,
        None if b"-" in {to, to_port} else destination(to, to_port),
    )
    inner = read_address(source6 if source == b"-" else source)
    kind = Kind.CREATED if record["event"].startswith(b"A") else Kind.DELETED
    return Said(kind, side, inner, realm=b"" if realm == b"-" else realm)


_BUILT = (
    b"<166>Oct 02 2001 20:00:00 fw1 : %ASA-6-305011: Built dynamic TCP translation from "
    b"inside:10.0.0.1/54321(LOCAL\\user-a) to outside:203.0.113.5/12345\n"
)
_TEARDOWN = (
    b"<166>Oct 02 2001 20:01:23 fw1 : %ASA-6-305012: Teardown dynamic TCP translation from "
    b"inside:10.0.0.1/54321 to outside:203.0.113.5/12345 duration 0:01:23\n"
)
_IOS_CREATED = (
    b"<190>Oct  2 20:00:00 r1 4711: Oct  2 20:00:00.120 BST: %IPNAT-6-NAT_CREATED: "
    b"Created tcp 10.0.0.1:43800 203.0.113.5:1024 192.0.2.80:80 192.0.2.80:80\n"
)
_IOS_DELETED = (
    b"<190>Oct  2 20:01:35 r1 4712: Oct  2 20:01:35.368 BST: %IPNAT-6-DELETED: "
    b"tcp 10.0.0.1:43800 203.0.113.5:1024 192.0.2.80:80 192.0.2.80:80\n"
)
_XR_TWO = (
    b"1 2001 Oct 2 20:00:00 x1 - - NAT44 - [UserbasedA - 10.0.0.1 - - 203.0.113.5 - 1024 1535 - -]"
    b"[UserbasedA - 10.0.0.2 - - 203.0.113.5 - 1536 2047 - -]\n"
)
_LONDON = {"zone": "Europe/London"}
_LOCAL = {"zone": "Europe/London", "year": 2001}
_AT = 1_002_049_200_000_000  # 2001-10-02T19:00:00Z
_EXAMPLES = (
    Example(
        "ASA: from build to teardown",
        _BUILT + _TEARDOWN,
        (
            {
                "address": "203.0.113.5",
                "port_from": 12345,
                "port_to": 12345,
                "protocol": "tcp",
                "destination": None,
                "begin": _AT,
                "end": _AT + 83_000_000,
                "ends": "released",
                "doubtful": False,
                "rows": (1, 2),
                "inner": "10.0.0.1",
            },
        ),
        settings=_LONDON,
    ),
    Example(
        "ASA: a build lost is reckoned from the duration, and doubtful; a restart ends what has no teardown",
        _TEARDOWN + b"<166>Oct 02 2001 21:00:00 fw1 : %ASA-6-305014: Allocated TCP block of ports for translation from "
        b"inside:10.0.0.1 to outside:203.0.113.5/1024-1535\n"
        b"<166>Oct 02 2001 22:00:00 fw1 : %ASA-6-199002: Startup completed. Beginning operation.\n",
        (
            {"begin": _AT, "end": _AT + 83_000_000, "doubtful": True, "rows": (1,)},
            {
                "port_from": 1024,
                "port_to": 1535,
                "begin": _AT + 3600_000_000,
                "end": _AT + 7200_000_000,
                "ends": "rebooted",
                "doubtful": True,
                "rows": (2, 3),
            },
        ),
        settings=_LONDON,
    ),
    Example(
        "IOS: with the destination, as the log server stamped it",
        _IOS_CREATED + _IOS_DELETED,
        (
            {
                "port_from": 1024,
                "destination": "192.0.2.80:80",
                "begin": _AT,
                "end": _AT + 95_000_000,
                "doubtful": False,
                "inner": "10.0.0.1",
            },
        ),
        settings=_LOCAL,
    ),
    Example(
        "IOS XR: two records in one line",
        _XR_TWO + _XR_TWO.replace(b"20:00:00", b"20:30:00").replace(b"UserbasedA", b"UserbasedW"),
        (
            {"port_from": 1024, "port_to": 1535, "inner": "10.0.0.1", "doubtful": False, "rows": (1, 2)},
            {"port_from": 1536, "port_to": 2047, "inner": "10.0.0.2", "doubtful": False, "rows": (1, 2)},
        ),
        settings=_LONDON,
    ),
    Example(
        "what cannot be read, a clock that was never set, a year that nobody knows",
        _BUILT.replace(b"203.0.113.5/12345", b"203.0.113.5/x")
        + _XR_TWO.replace(b" 1024 ", b" ")
        + b"42: *Mar  1 2002 00:00:01.0 UTC: %IPNAT-6-CREATED: tcp 10.0.0.1:1 203.0.113.5:1 192.0.2.8:1 192.0.2.8:1\n"
        + _IOS_CREATED
        + _IOS_DELETED.replace(b"Oct  2 20:01:35 r1", b"Oct 2 2001 20:01:35 r1").replace(b"192.0.2.80:80\n", b"\n"),
        (),
        rejected={"malformed": 3, "bad_time": 2},
        settings=_LONDON,
    ),
)
FORMAT = NatLog("cisco-nat", 1, _parse, _EXAMPLES, secrets=_SECRETS, always=rb"-RESTART:|-199002:", realm=_REALM)
