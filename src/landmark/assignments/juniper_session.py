"""Sessions that a Junos device translates, each from its creation to its end.

    … RT_FLOW: RT_FLOW_SESSION_CREATE: session created 100.64.0.9/40000->192.0.2.80/80 0x0 junos-http
      203.0.113.5/1024->192.0.2.80/80 0x0 source rule r1 N/A N/A 6 permit inside outside 4711 N/A(N/A) ge-0/0/0.0 …
    … RT_FLOW: RT_FLOW_SESSION_CLOSE: session closed TCP FIN: … 4711 10(550) 9(709) 31 UNKNOWN UNKNOWN N/A(N/A) …
    … RT_FLOW - RT_FLOW_SESSION_CLOSE [junos@2636.… source-address="100.64.0.9" … elapsed-time="31" …]

Source: Juniper, "System Log Explorer" (RT_FLOW_SESSION_CREATE, _CLOSE, and _USF of Next Gen Services).

The destination is the one behind the translation, which is what the server has for its own address. A session is one by
its identifier. Of one whose creation is lost the close states the seconds since: its begin is reckoned, and doubtful.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from landmark.assignments import Example
from landmark.assignments.mappings import SECOND
from landmark.assignments.nat.log import NatLog
from landmark.assignments.nat.translations import Kind, Said, destination, mark_of, outer, read_address
from landmark.assignments.times import UnreadableError

if TYPE_CHECKING:
    from landmark.assignments.stamps import Head

_TAG = re.compile(rb"\bRT_FLOW_SESSION_(CREATE|CLOSE)(?:_USF|_LS)?\b")
_SENTENCE = re.compile(
    rb"""
    .{0,200}?\bsession\ (?:created|closed\ (?P<reason>[^:]{0,100}):)\ ?
    (?P<inner>[^\s/]+)/\d+->[^\s/]+/\d+ (?:\ 0x[0-9a-f]+)?+ \ \S+
    \ (?P<outer>[^\s/]+)/(?P<port>\d+)->(?P<to>[^\s/]+)/(?P<to_port>\d+) (?:\ 0x[0-9a-f]+)?+
    \ (?:\S+\ ){1,16}? (?P<protocol>\d{1,3})\ \S+\ \S+\ \S+\ (?P<id>\d+)
    (?:\ \d+\(\d+\)\ \d+\(\d+\)\ (?P<elapsed>\d+))?+ (?:\ .*)?
    """,
    re.VERBOSE,
)
_FIELD = re.compile(rb'([\w-]+)="((?:[^"\\]|\\.)*)"')
_FIELDS = {
    "reason": (b"reason",),
    "inner": (b"source-address",),
    "outer": (b"nat-source-address",),
    "port": (b"nat-source-port",),
    "to": (b"nat-destination-address",),
    "to_port": (b"nat-destination-port",),
    "protocol": (b"protocol-id",),
    "id": (b"session-id", b"session-id-32", b"session-id-64"),
    "elapsed": (b"elapsed-time",),
}
_SECRETS = (
    re.compile(rb'\b(?:username|roles)="((?:[^"\\]|\\.)+)'),
    re.compile(rb"\bsession created .*? \d{1,3} \S+ \S+ \S+ \d+ ([^\[]+)"),
    re.compile(rb"\bsession closed .*? \d+\(\d+\) \d+\(\d+\) \d+ ([^\[]+)"),
)


def _parse(head: Head) -> list[Said]:
    tag = mark_of(_TAG, head.message)
    if tag is None:
        return []
    fields = _fields(head.message[tag.end() :])
    try:
        to = destination(fields["to"], fields["to_port"])
        public = outer(fields["outer"], fields["port"], fields["port"], fields["protocol"], to)
        inner, name = read_address(fields["inner"]), fields["id"]
    except KeyError:
        raise UnreadableError("malformed") from None
    if tag[1] == b"CREATE":
        return [Said(Kind.CREATED, public, inner, name)]
    elapsed = fields.get("elapsed", b"")
    began = head.at.earlier - int(elapsed[:9]) * SECOND if elapsed.isdigit() else None
    reason = fields.get("reason", b"").lower()
    ends = "timed_out" if b"timeout" in reason or b"aged" in reason else "stopped"
    return [Said(Kind.DELETED, public, inner, name, began, ends=ends)]


def _fields(text: bytes) -> dict[str, bytes]:
    match = _SENTENCE.fullmatch(text)
    if match is not None:
        return {name: value for name, value in match.groupdict().items() if value is not None}
    found: dict[bytes, bytes] = {}
    for name, value in _FIELD.findall(text):
        found.setdefault(name, value)  # what a client may have a say in comes last
    return {name: found[one] for name, theirs in _FIELDS.items() for one in theirs if one in found}


_CREATE = (
    b"<14>Oct  2 20:00:00 fw1 RT_FLOW: RT_FLOW_SESSION_CREATE: session created 100.64.0.9/40000->192.0.2.80/80 0x0 "
    b"junos-http 203.0.113.5/1024->192.0.2.80/80 0x0 source rule r1 N/A N/A 6 permit inside outside 4711 "
    b"user-a(role) ge-0/0/0.0 UNKNOWN\n"
)
_CLOSE = (
    b"<14>Oct  2 20:00:31 fw1 RT_FLOW: RT_FLOW_SESSION_CLOSE: session closed TCP FIN: 100.64.0.9/40000->192.0.2.80/80 "
    b"0x0 junos-http 203.0.113.5/1024->192.0.2.80/80 0x0 source rule r1 N/A N/A 6 permit inside outside 4711 "
    b"10(550) 9(709) 31 UNKNOWN UNKNOWN user-a(role) ge-0/0/0.0\n"
)
_STRUCTURED = (
    b'<14>1 2001-10-02T19:00:31.250Z fw1 RT_FLOW - RT_FLOW_SESSION_CLOSE [junos@2636.1.1.1.2.129 reason="idle Timeout" '
    b'source-address="100.64.0.8" source-port="5000" destination-address="192.0.2.119" destination-port="119" '
    b'nat-source-address="203.0.113.5" nat-source-port="1030" nat-destination-address="192.0.2.119" '
    b'nat-destination-port="119" protocol-id="6" session-id="12" elapsed-time="31" username="user-b" roles="N/A"]\n'
)
_LOCAL = {"zone": "Europe/London", "year": 2001}
_AT = 1_002_049_200_000_000  # 2001-10-02T19:00:00Z
_EXAMPLES = (
    Example(
        "a session from its creation to its end",
        _CREATE + _CLOSE,
        (
            {
                "address": "203.0.113.5",
                "port_from": 1024,
                "port_to": 1024,
                "protocol": "tcp",
                "destination": "192.0.2.80:80",
                "begin": _AT,
                "end": _AT + 31_000_000,
                "account": None,
                "ends": "stopped",
                "doubtful": False,
                "rows": (1, 2),
                "inner": "100.64.0.9",
            },
        ),
        settings=_LOCAL,
    ),
    Example(
        "a creation lost: reckoned from the close, and doubtful",
        _STRUCTURED,
        ({"begin": _AT + 250_000, "end": _AT + 31_250_000, "ends": "timed_out", "doubtful": True, "port_from": 1030},),
    ),
    Example(
        "what is not translated, what is no session, and what cannot be read",
        _CREATE.replace(b"100.64.0.9/", b"203.0.113.5/")
        + b"<14>Oct  2 20:00:00 fw1 RT_FLOW: RT_FLOW_SESSION_DENY: session denied\n"
        + _CREATE.replace(b"203.0.113.5/1024", b"203.0.113.5/65536")
        + _CLOSE.replace(b"203.0.113.5/", b"/")
        + _STRUCTURED.replace(b'nat-source-port="1030" ', b""),
        (),
        {"not_watched": 3},
        {"malformed": 2},
        _LOCAL,
    ),
)
FORMAT = NatLog("juniper-session", 1, _parse, _EXAMPLES, secrets=_SECRETS)
