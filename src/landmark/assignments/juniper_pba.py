"""Blocks of ports that a Junos device gives to an inner address and takes back, and says from time to time that it has.

    … RT_NAT: RT_SRC_NAT_PBA_ALLOC: Subscriber 100.64.0.9 used/maximum [1/8] blocks, allocates port block [1024-1151]
      from 203.0.113.5 in source pool pool-a lsys_id: 0 epoch 0x3bba0eb0
    … RT_NAT - RT_SRC_NAT_PBA_ALLOC [junos@2636.… internal-ip="100.64.0.9" … epoch-time-64="3bba0eb0"]
    … {sset}[jservices-nat]: JSERVICES_NAT_PORT_BLOCK_ALLOC: 100.64.0.9 -> 203.0.113.5:1024-1151 0x3bba0eb0

Source: Juniper, "System Log Explorer" (RT_SRC_NAT_PBA_ALLOC, _INTERIM, _RELEASE) and "Secured Port Block Allocation
Interim Logging" (JSERVICES_NAT_PORT_BLOCK_ALLOC, _ACTIVE, _RELEASE; ASP_NAT_PORT_BLOCK_… before).

The instant is the line's own. The seconds of the epoch in hexadecimal are a check and an identity: in an ALLOC they are
that of the line; where they are not, the line's zone is declared wrong or its head is not the device's, and it is
`bad_time`. In an INTERIM they are the allocation's, which is so known even if its ALLOC is lost; where the line is of
local time, nothing says that its zone is right, and what lies between is doubtful. In a RELEASE some versions write the
allocation's, some the release's own: doubtful, too. In the hour that occurs twice they say which it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from landmark.assignments import Example
from landmark.assignments.mappings import SECOND
from landmark.assignments.nat.log import NatLog
from landmark.assignments.nat.translations import Kind, Said, mark_of, outer, read_address
from landmark.assignments.times import Instant, UnreadableError

if TYPE_CHECKING:
    from landmark.assignments.stamps import Head

_KINDS = {
    b"ALLOC": Kind.CREATED,
    b"INTERIM": Kind.ALIVE,
    b"ACTIVE": Kind.ALIVE,
    b"RELEASE": Kind.DELETED,
}
_TAG = re.compile(
    rb"\b(?:RT_SRC_NAT_PBA|JSERVICES_NAT_PORT_BLOCK|ASP_NAT_PORT_BLOCK)_(?P<kind>ALLOC|INTERIM|ACTIVE|RELEASE)\b"
)
_SENTENCE = re.compile(
    rb"""
    :\ Subscriber\ (?P<inner>\S+)\ .{0,200}?
    port\ block\ \[(?P<low>\d+)-(?P<high>\d+)\]\ from\ (?P<outer>\S+)\ in\ source\ pool\ \S+
    (?:.{0,100}?\bepoch\ (?:0x)?(?P<epoch>[0-9a-fA-F]{1,16}))?+ \s*
    """,
    re.VERBOSE,
)
_ARROW = re.compile(
    rb":\ (?P<inner>\S+)\ ->\ (?P<outer>\S+):(?P<low>\d+)-(?P<high>\d+)(?:\ (?:0x)?(?P<epoch>[0-9a-fA-F]{1,16}))?+\s*"
)
_HEXADECIMAL = re.compile(rb"(?:0x)?[0-9a-fA-F]{1,16}")
_FIELD = re.compile(rb' ?([\w-]+)="([^"]*)"')
_FIELDS = {
    "inner": b"internal-ip",
    "outer": b"reflexive-ip",
    "low": b"block-port-low",
    "high": b"block-port-high",
    "epoch": b"epoch-time-64",
}
_CHECK = 60 * SECOND
"""How far the two instants of one line may differ, µs: a log server may stamp it a little later."""


def _parse(head: Head) -> list[Said]:
    tag = mark_of(_TAG, head.message)
    if tag is None:
        return []
    fields = _fields(head.message[tag.end() :])
    try:
        inner, public = fields["inner"], fields["outer"]
        low, high = fields["low"], fields["high"]
    except KeyError:
        raise UnreadableError("malformed") from None
    said = Said(_KINDS[tag["kind"]], outer(public, low, high, None), read_address(inner))
    epoch = fields.get("epoch")
    if epoch is None:
        return [said]
    if _HEXADECIMAL.fullmatch(epoch) is None:
        raise UnreadableError("malformed")
    return [_timed(said, head, int(epoch, 16) * SECOND)]


def _fields(text: bytes) -> dict[str, bytes]:
    match = _SENTENCE.fullmatch(text) or _ARROW.fullmatch(text)
    if match is not None:
        return {name: value for name, value in match.groupdict().items() if value is not None}
    written = text.partition(b"[")[2].partition(b"]")
    if not written[1]:
        raise UnreadableError("malformed")
    found = dict(_FIELD.findall(written[0]))
    return {name: found[theirs] for name, theirs in _FIELDS.items() if theirs in found}


def _timed(said: Said, head: Head, epoch: int) -> Said:
    at = head.at
    near = [one for one in at if abs(one - epoch) <= _CHECK]
    if epoch > at.later + _CHECK or (said.kind is Kind.CREATED and not near):
        raise UnreadableError("bad_time")
    own = Instant(near[0], near[0]) if near else at
    if said.kind is Kind.DELETED and near:
        return said._replace(at=own)
    return said._replace(
        at=own if said.kind is Kind.CREATED else at, began=epoch, exact=said.kind is Kind.ALIVE and head.stated
    )


_ALLOC = (
    b"<14>Oct  2 20:00:00 cgn1 RT_NAT: RT_SRC_NAT_PBA_ALLOC: Subscriber 100.64.0.9 used/maximum [1/8] blocks, "
    b"allocates port block [1024-1151] from 203.0.113.5 in source pool pool-a lsys_id: 0 epoch 0x3bba0eb0\n"
)
_INTERIM = _ALLOC.replace(b"20:00:00", b"20:30:00").replace(b"ALLOC", b"INTERIM")
_RELEASE = (
    b'<14>1 2001-10-02T19:45:00.5Z cgn1 RT_NAT - RT_SRC_NAT_PBA_RELEASE [junos@2636.1 internal-ip="100.64.0.9" '
    b'block-used="0" block-max-per-host="8" block-port-low="1024" block-port-high="1151" reflexive-ip="203.0.113.5" '
    b'nat-pool-name="pool-a" logical-system-id="0" epoch-time-64="3bba193c"]\n'
)
_LOCAL = {"zone": "Europe/London", "year": 2001}
_AT = 1_002_049_200_000_000  # 2001-10-02T19:00:00Z
_EXAMPLES = (
    Example(
        "a block from its allocation to its release",
        _ALLOC + _INTERIM + _RELEASE,
        (
            {
                "address": "203.0.113.5",
                "port_from": 1024,
                "port_to": 1151,
                "protocol": None,
                "destination": None,
                "begin": _AT,
                "end": _AT + 2700_500_000,
                "account": None,
                "ends": "released",
                "doubtful": False,
                "rows": (1, 2, 3),
                "inner": "100.64.0.9",
            },
        ),
        settings=_LOCAL,
    ),
    Example(
        "a release lost: certain to the last interim record, then doubtful until the block is given out again",
        _ALLOC + _INTERIM + _ALLOC.replace(b"20:00:00", b"21:00:00").replace(b".9 ", b".8 ").replace(b"0eb0", b"1cc0"),
        (
            {"begin": _AT, "end": _AT + 1800_000_000, "ends": "last_seen", "doubtful": False, "rows": (1, 2, 3)},
            {"begin": _AT + 1800_000_000, "end": _AT + 3600_000_000, "ends": "replaced", "doubtful": True},
            {"begin": _AT + 3600_000_000, "end": None, "ends": "open", "doubtful": True, "inner": "100.64.0.8"},
        ),
        settings=_LOCAL,
    ),
    Example(
        "an allocation lost: an interim record states it, doubtfully where it is of local time",
        _INTERIM + _RELEASE,
        (
            {"begin": _AT, "end": _AT + 1800_000_000, "ends": "released", "doubtful": True},
            {"begin": _AT + 1800_000_000, "end": _AT + 2700_500_000, "ends": "released", "doubtful": False},
        ),
        settings=_LOCAL,
    ),
    Example(
        "an allocation lost: an interim record of a stated offset states it",
        _RELEASE.replace(b"RELEASE", b"INTERIM").replace(b"193c", b"0eb0")
        + _RELEASE.replace(b"19:45", b"19:50").replace(b"193c", b"1a68"),
        ({"begin": _AT, "end": _AT + 3000_500_000, "ends": "released", "doubtful": False, "rows": (1, 2)},),
    ),
    Example(
        "a release that states the allocation's instant, of which nothing else is known",
        b"Oct  2 20:30:00 mx1 (FPC Slot 2, PIC Slot 0) 2001-10-02 19:30:00: {sset}[jservices-nat]: "
        b"JSERVICES_NAT_PORT_BLOCK_RELEASE: 100.64.0.9 -> 203.0.113.5:1024-1151 0x3bba0eb0\n",
        ({"begin": _AT, "end": _AT + 1800_000_000, "ends": "released", "doubtful": True},),
        settings=_LOCAL,
    ),
    Example(
        "what cannot be read, an instant that its own line denies, and what is no record of a block",
        _ALLOC.replace(b"[1024-1151]", b"[1151-1024]")
        + _ALLOC.replace(b"203.0.113.5 ", b"203.0.113.555 ")
        + _ALLOC.replace(b"20:00:00", b"19:00:00")
        + b"Oct  2 20:00:01 cgn1 sshd[12]: session opened\n"
        + _ALLOC.replace(b"203.0.113.5 ", b"192.0.2.1 ")
        + b"\n"
        + b"no head\n",
        (),
        {"not_watched": 4, "empty": 1},
        {"malformed": 1, "bad_time": 1},
        _LOCAL,
    ),
)
FORMAT = NatLog("juniper-pba", 1, _parse, _EXAMPLES, slack=_CHECK)
