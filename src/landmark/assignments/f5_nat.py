"""Translations that F5's BIG-IP adds and deletes for a large-scale NAT (LSN) pool.

    … ip_protocol="TCP",lsn_event="LSN_DELETE",start="1002049200250",cli="10.0.0.1%0:5000",nat="203.0.113.5%0:1024",
      duration="8080",pem_subscriber_id="…"
    … LSN_ADD 10.0.0.1%0:5000 6 203.0.113.5%0:1024 192.0.2.80 80
    … "LSN_ADD""10.0.0.1: 5000""203.0.113.5:1024"
    … lsn_event="LSN_PB_ALLOCATED",lsn_client="10.0.0.1",lsn_pb="203.0.113.5: 1024-1087"
    … "LSN_PB_RELEASED""10.0.0.1%11""203.0.113.5%22: 1024-1087"

Source: F5, "BIG-IP CGNAT: Implementations", chapters "Using CGNAT Logging and Subscriber Traceability" (the Splunk form
of key and value, and the plain one) and "Using CGNAT Translation Modes", "NAPT log examples" (the short ones); "F5
BIG-IP Telemetry Streaming", event listener class, CGNAT.

`start` and `duration` are milliseconds, of the device's own clock, and state both instants; where the line's own time
is not theirs, its zone is declared wrong or its head is not the device's, and it is `bad_time`. The number behind `%`
is the routing domain. An inbound session (LSN_INBOUND_…) uses a translation and makes none.

Of a block of ports (LSN_PB_ALLOCATED, LSN_PB_RELEASED) no genuine line could be had: that manual has "PBA log examples"
in the second chapter, which could not be read, and no public parser or log has one. So it is read in two shapes only
that say themselves what they mean: under keys, where `lsn_pb` is the block and `lsn_client` (of DS-Lite
`lsn_dslite_client`) whose it is; and short, where one end has a range of ports and the other is an address alone. All
else with LSN_PB_ is `malformed`, and not passed over.

Whether the last port is in the block, nobody says. It is taken as in it, which is the careful side: were it not, it
would be the first of the next block, both of whose holders would then have it, and an event from it is attributed to
neither. `start` and `duration` of a block, if there are any, are a check of the line's own time, and no more.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from landmark.assignments import Example
from landmark.assignments.mappings import SECOND
from landmark.assignments.nat.log import NatLog
from landmark.assignments.nat.translations import Kind, Said, destination, mark_of, outer, read_address
from landmark.assignments.times import Instant, UnreadableError

if TYPE_CHECKING:
    from landmark.assignments.stamps import Head

_TAG = re.compile(rb"\bLSN_(?P<event>INBOUND_ADD|INBOUND_DELETE|ADD|DELETE|PB_\w*)\b")
_REALM = re.compile(rb"""(?:\bLSN_\w+["\s]+|(?<![\w-])(?:cli|lsn_client|lsn_dslite_client)="\s*)[0-9a-fA-F.:]+%(\d+)""")
_FIELD = re.compile(rb'([\w-]+)="([^"]*)"')
_END = re.compile(rb"\s*(?P<address>[0-9a-fA-F.:]+?)(?:%(?P<realm>\d+))?:\s*(?P<port>\d+)\s*")
_PLAIN = re.compile(
    rb"""
    ["\s]+ (?P<cli>[^\s"]+) ["\s]+ (?P<protocol>\w+) ["\s]+ (?P<nat>[^\s"]+)
    (?: ["\s]+ (?P<to>[^\s"]+) ["\s]+ (?P<to_port>\d+) )? ["\s]*
    """,
    re.VERBOSE,
)
_CLIENT = re.compile(rb"\s*(?P<address>[0-9a-fA-F.:]+)(?:%(?P<realm>\d+))?\s*")
_BLOCK = re.compile(rb"\s*(?P<address>[0-9a-fA-F.:]+?)(?:%\d+)?:\s*(?P<low>\d+)-(?P<high>\d+)\s*")
_BLOCK_KINDS = {b"PB_ALLOCATED": Kind.CREATED, b"PB_RELEASED": Kind.DELETED}
_CLIENTS = (b"lsn_client", b"lsn_dslite_client")
_SHORT = re.compile(rb'"\s*"(?P<cli>[^"]+)"\s*"(?P<nat>[^"]+)"\s*')
_MILLISECOND = SECOND // 1000
_CHECK = 60 * SECOND
"""How far the two instants of one line may differ, µs: a log server may stamp it a little later."""
_SECRETS = (re.compile(rb'\b\w*(?:subscriber|imsi|msisdn|user)\w*="([^"]+)', re.IGNORECASE),)


def _parse(head: Head) -> list[Said]:
    tag = mark_of(_TAG, head.message)
    if tag is None or tag["event"].startswith(b"INBOUND"):
        return []
    if tag["event"].startswith(b"PB"):
        return [_block(tag, head)]
    kind = Kind.CREATED if tag["event"] == b"ADD" else Kind.DELETED
    short = _SHORT.fullmatch(head.message, tag.end())
    if short is not None:
        return [_said(kind, short["cli"], short["nat"], None, None)]
    plain = _PLAIN.fullmatch(head.message, tag.end())
    if plain is not None:
        to = None if plain["to"] is None else destination(plain["to"], plain["to_port"])
        return [_said(kind, plain["cli"], plain["nat"], plain["protocol"], to)]
    fields = _fields(head.message)
    if not {b"cli", b"nat"} <= fields.keys():
        raise UnreadableError("malformed")
    said = _said(kind, fields[b"cli"], fields[b"nat"], fields.get(b"ip_protocol"), None)
    return [_timed(said, head.at, fields.get(b"start"), fields.get(b"duration"))]


def _fields(message: bytes) -> dict[bytes, bytes]:
    pairs = _FIELD.findall(message)
    fields = dict(pairs)
    if len(fields) < len(set(pairs)):
        raise UnreadableError("malformed")  # two writes spliced: nobody knows whose port is whose
    return fields


def _block(tag: re.Match[bytes], head: Head) -> Said:
    kind = _BLOCK_KINDS.get(tag["event"])
    fields: dict[bytes, bytes] = {}
    short = _SHORT.fullmatch(head.message, tag.end())
    if short is not None:
        client, ports = _CLIENT.fullmatch(short["cli"]), _BLOCK.fullmatch(short["nat"])
    else:
        fields = _fields(head.message)
        clients = [fields[name] for name in _CLIENTS if name in fields]
        client = _CLIENT.fullmatch(clients[0]) if len(clients) == 1 and fields.get(b"lsn_event") == tag[0] else None
        ports = _BLOCK.fullmatch(fields.get(b"lsn_pb", b""))
    if kind is None or client is None or ports is None:
        raise UnreadableError("malformed")
    side = outer(ports["address"], ports["low"], ports["high"], None)
    said = Said(kind, side, read_address(client["address"]), realm=client["realm"] or b"0")
    _timed(said, head.at, fields.get(b"start"), fields.get(b"duration"))  # a check: which instants, nobody says
    return said


def _said(kind: Kind, client: bytes, public: bytes, protocol: bytes | None, to: str | None) -> Said:
    inner, outside = _END.fullmatch(client), _END.fullmatch(public)
    if inner is None or outside is None:
        raise UnreadableError("malformed")
    side = outer(outside["address"], outside["port"], outside["port"], protocol, to)
    return Said(kind, side, read_address(inner["address"]), realm=inner["realm"] or b"0")


def _timed(said: Said, at: Instant, start: bytes | None, duration: bytes | None) -> Said:
    if start is None:
        return said
    if not start.isdigit() or (duration is not None and not duration.isdigit()):
        raise UnreadableError("malformed")
    began = int(start[:16]) * _MILLISECOND
    if said.kind is Kind.DELETED and duration is None:
        return said._replace(began=began)  # nothing shows that the line's own time is of the same clock
    own = began if said.kind is Kind.CREATED else began + int((duration or b"0")[:12]) * _MILLISECOND
    if min(abs(one - own) for one in at) > _CHECK:
        raise UnreadableError("bad_time")
    return said._replace(at=Instant(own, own), began=began, exact=True)


_ADD = (
    b'<134>Oct  2 20:00:01 lb1 ip_protocol="TCP",lsn_event="LSN_ADD",start="1002049200250",cli="10.0.0.1%0:5000",'
    b'nat="203.0.113.5%0:1024"\n'
)
_DELETE = (
    b'<134>Oct  2 20:00:08 lb1 ip_protocol="TCP",lsn_event="LSN_DELETE",start="1002049200250",cli="10.0.0.1%0:5000",'
    b'nat="203.0.113.5%0:1024",duration="8080",pem_subscriber_id="subscriber-a"\n'
)
_BLOCK_GIVEN = (
    b'<134>Oct  2 20:00:00 lb1 lsn_event="LSN_PB_ALLOCATED",lsn_client="10.0.0.1%11",'
    b'lsn_pb="203.0.113.9%22: 1024-1087"\n'
)
_LOCAL = {"zone": "Europe/London", "year": 2001}
_AT = 1_002_049_200_000_000  # 2001-10-02T19:00:00Z
_EXAMPLES = (
    Example(
        "a translation from its addition to its deletion, by the device's own milliseconds",
        _ADD + _DELETE,
        (
            {
                "address": "203.0.113.5",
                "port_from": 1024,
                "port_to": 1024,
                "protocol": "tcp",
                "destination": None,
                "begin": _AT + 250_000,
                "end": _AT + 8_330_000,
                "ends": "released",
                "doubtful": False,
                "rows": (1, 2),
                "inner": "10.0.0.1",
            },
        ),
        settings=_LOCAL,
    ),
    Example(
        "an addition lost: the deletion states both instants",
        _DELETE,
        ({"begin": _AT + 250_000, "end": _AT + 8_330_000, "doubtful": False, "rows": (1,)},),
        settings=_LOCAL,
    ),
    Example(
        "the plain form, with the destination",
        b'2001-10-02T19:00:00Z lb1 "LSN_ADD" "10.0.0.1%0:5000" "6" "203.0.113.5%0:1024" "192.0.2.80" "80"\n'
        b"2001-10-02T19:00:05Z lb1 LSN_DELETE 10.0.0.1%0:5000 6 203.0.113.5%0:1024 192.0.2.80 80\n",
        ({"begin": _AT, "end": _AT + 5_000_000, "destination": "192.0.2.80:80", "doubtful": False},),
    ),
    Example(
        "the short form, as the manual's example of translations has it",
        b'Oct  2 20:00:00 10.10.10.200 "LSN_ADD""10.0.0.1: 5000""203.0.113.5:1024"\n'
        b'Oct  2 20:00:05 localhost info tmm[32683]: "LSN_DELETE""10.0.0.1:5000""203.0.113.5:1024"\n',
        ({"begin": _AT, "end": _AT + 5_000_000, "protocol": None, "port_from": 1024, "doubtful": False},),
        settings=_LOCAL,
    ),
    Example(
        "a block of ports, under keys and in the short form: from its allocation to its release, then another's",
        _BLOCK_GIVEN
        + b'<134>Oct  2 21:00:00 lb1 "LSN_PB_RELEASED""10.0.0.1%11""203.0.113.9%22: 1024-1087"\n'
        + _BLOCK_GIVEN.replace(b"20:00", b"21:30").replace(b"10.0.0.1", b"10.0.0.2")
        + b'<134>Oct  2 20:00:00 lb1 lsn_event="LSN_PB_ALLOCATED",lsn_dslite_client="2001:db8::200%11",'
        b'lsn_pb="203.0.113.5:1024-1087"\n',
        (
            {
                "address": "203.0.113.9",
                "port_from": 1024,
                "port_to": 1087,
                "protocol": None,
                "destination": None,
                "begin": _AT,
                "end": _AT + 3600_000_000,
                "ends": "released",
                "doubtful": False,
                "rows": (1, 2),
                "inner": "10.0.0.1",
            },
            {"begin": _AT + 5400_000_000, "end": None, "ends": "open", "doubtful": True, "inner": "10.0.0.2"},
            {"address": "203.0.113.5", "begin": _AT, "end": None, "doubtful": True, "inner": "2001:db8::200"},
        ),
        settings=_LOCAL,
    ),
    Example(
        "what cannot be read, a block of ports that does not say whose it is, and an instant that its own line denies",
        _ADD.replace(b'cli="10.0.0.1', b'cli="10.0.0')
        + _BLOCK_GIVEN.replace(b"client", b"host")
        + _ADD.replace(b"20:00:01", b"21:00:01")
        + _ADD.replace(b"LSN_ADD", b"LSN_INBOUND_ADD"),
        (),
        {"not_watched": 1},
        {"malformed": 2, "bad_time": 1},
        _LOCAL,
    ),
)
FORMAT = NatLog("f5-nat", 1, _parse, _EXAMPLES, secrets=_SECRETS, realm=_REALM, slack=_CHECK)
