"""Flows of Linux's connection tracking as ulogd writes them: input NFCT, filter PRINTFLOW, output LOGEMU or SYSLOG.

    Oct  2 20:00:31 gw1 [DESTROY] ORIG: SRC=10.0.0.1 DST=192.0.2.80 PROTO=TCP SPT=5000 DPT=80 PKTS=4 BYTES=400 ,
      REPLY: SRC=192.0.2.80 DST=203.0.113.5 PROTO=TCP SPT=80 DPT=1024 PKTS=3 BYTES=900

Source: ulogd 2.0, "ulogd.conf" and the filter PRINTFLOW. Which port is the public one: `flows`.

Where ulogd keeps a table of flows (`hash_enable`) it writes DESTROY alone, and no begin: of such a flow all that can be
said is that it was there before, from an instant that nobody knows. With `hash_enable=0` NEW and DESTROY are written.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from landmark.assignments import Example
from landmark.assignments.nat.flows import KINDS, Tuple, said
from landmark.assignments.nat.log import NatLog
from landmark.assignments.nat.translations import mark_of
from landmark.assignments.times import UnreadableError

if TYPE_CHECKING:
    from landmark.assignments.nat.translations import Said
    from landmark.assignments.stamps import Head

_TAG = re.compile(rb"\[(?P<kind>NEW|UPDATE|DESTROY)\]\s(?=.*\bORIG:)")
_SIDE = rb"""
    SRC=(?P<source_N>\S+)\s DST=(?P<destination_N>\S+)\s (?:[A-Z]+=\S*\s)*? PROTO=(?P<protocol_N>\S+)
    (?:\s SPT=(?P<low_N>\d+)\s DPT=(?P<high_N>\d+))?+ [^,]*
"""
_FLOW = re.compile(
    rb".*?\bORIG:\s" + _SIDE.replace(b"_N", b"_1") + rb",\s*REPLY:\s" + _SIDE.replace(b"_N", b"_2"), re.VERBOSE
)


def _parse(head: Head) -> list[Said]:
    tag = mark_of(_TAG, head.message)
    if tag is None:
        return []
    flow = _FLOW.fullmatch(head.message, tag.end())
    if flow is None or flow["protocol_1"] != flow["protocol_2"]:
        raise UnreadableError("malformed")
    original, reply = (
        Tuple(flow[f"source_{side}"], flow[f"destination_{side}"], flow[f"low_{side}"], flow[f"high_{side}"])
        for side in (1, 2)
    )
    return said(KINDS[tag["kind"]], flow["protocol_1"], original, reply)


_NEW = (
    b"Oct  2 20:00:00 gw1 [NEW] ORIG: SRC=10.0.0.1 DST=192.0.2.80 PROTO=TCP SPT=5000 DPT=80 PKTS=0 BYTES=0 , "
    b"REPLY: SRC=192.0.2.80 DST=203.0.113.5 PROTO=TCP SPT=80 DPT=1024 PKTS=0 BYTES=0 \n"
)
_DESTROY = (
    b"Oct  2 20:00:31 gw1 ulogd[77]: [DESTROY] ORIG: SRC=10.0.0.1 DST=192.0.2.80 PROTO=TCP SPT=5000 DPT=80 PKTS=4 "
    b"BYTES=400 , REPLY: SRC=192.0.2.80 DST=203.0.113.5 PROTO=TCP SPT=80 DPT=1024 PKTS=3 BYTES=900 \n"
)
_LOCAL = {"zone": "Europe/London", "year": 2001}
_AT = 1_002_049_200_000_000  # 2001-10-02T19:00:00Z
_EXAMPLES = (
    Example(
        "a flow from NEW to DESTROY",
        _NEW + _DESTROY,
        (
            {
                "address": "203.0.113.5",
                "port_from": 1024,
                "port_to": 1024,
                "protocol": "tcp",
                "destination": "192.0.2.80:80",
                "begin": _AT,
                "end": _AT + 31_000_000,
                "ends": "released",
                "doubtful": False,
                "rows": (1, 2),
                "inner": "10.0.0.1",
            },
        ),
        settings=_LOCAL,
    ),
    Example(
        "DESTROY alone: doubtful since the first record of all",
        _NEW.replace(b"20:00:00", b"19:00:00").replace(b"203.0.113.5", b"192.0.2.1") + _DESTROY,
        ({"begin": _AT - 3600_000_000, "end": _AT + 31_000_000, "ends": "released", "doubtful": True, "rows": (2,)},),
        {"not_watched": 1},
        settings=_LOCAL,
    ),
    Example(
        "what cannot be read, what is not translated, and what has no ports",
        _NEW.replace(b", REPLY:", b" ")
        + _NEW.replace(b"DPT=1024", b"DPT=x")
        + _NEW.replace(b"DST=203.0.113.5", b"DST=10.0.0.1")
        + b"Oct  2 20:00:31 gw1 [DESTROY] ORIG: SRC=10.0.0.1 DST=192.0.2.80 PROTO=ICMP TYPE=8 CODE=0 PKTS=1 BYTES=84 , "
        b"REPLY: SRC=192.0.2.80 DST=203.0.113.5 PROTO=ICMP TYPE=0 CODE=0 PKTS=1 BYTES=84 \n"
        + b"Oct  2 20:00:31 gw1 kernel: eth0 up\n",
        (),
        {"not_watched": 3},
        {"malformed": 2},
        _LOCAL,
    ),
)
FORMAT = NatLog("ulogd", 1, _parse, _EXAMPLES)
