"""The forms of ISC dhcpd's messages that concern who has an address, as it and its configuration write them.

The server writes a host name that the client chose in parentheses: of several `) via` the last is the server's own.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from landmark.assignments.addresses import canonical
from landmark.assignments.dhcp.option_data import octets, plain_hex
from landmark.assignments.stamps import TIME, Head
from landmark.assignments.times import UnreadableError

# `dhcpd[471]: ` as RFC 3164 has it, or the program, process, kind and structured data of RFC 5424
_TAG = re.compile(
    rb"[\w./-]*dhcpd4?(?:(?:\[[0-9]+\])?: | (?:-|[0-9]+) \S+ (?:-|(?:\[[^\]]*\])+) )(?P<said>.*)", re.DOTALL
)
_ADDRESS = rb"(?P<address>[0-9]{1,3}(?:\.[0-9]{1,3}){3})"
_MAC = rb"(?:(?P<mac>[0-9A-Fa-f]{1,2}(?::[0-9A-Fa-f]{1,2})*)|<[^>]*>)"
_CLIENT = _MAC + rb"(?: \((?P<name>.*)\))? via \S+(?P<rest>(?: .*)?)"
# Another message begins within one: two writes were spliced, or a client calls himself so. What stands at the end may
# then be another's; the address is given all the same, or whoever had it before would still have it.
_ANOTHER = re.compile(rb"dhcpd4?(?:\[[0-9]+\])?: ")
_FORMS = {
    "given": re.compile(rb"DHCPACK on " + _ADDRESS + rb" to " + _CLIENT, re.DOTALL),
    "booted": re.compile(rb"BOOTREPLY (?:on|for) " + _ADDRESS + rb" to .* via .*", re.DOTALL),
    "offered": re.compile(rb"DHCPOFFER on " + _ADDRESS + rb" to (?:" + _MAC + rb"(?= |$))?.*", re.DOTALL),
    "released": re.compile(rb"DHCPRELEASE of " + _ADDRESS + rb" from " + _CLIENT, re.DOTALL),
    "expired": re.compile(rb"DHCPEXPIRE on " + _ADDRESS + rb" to (?:" + _MAC + rb"(?= |$))?.*", re.DOTALL),
    "abandoned": re.compile(rb"Abandoning IP address " + _ADDRESS + rb": .*", re.DOTALL),
    "circuit": re.compile(
        rb"Option 82: received an? \S+ DHCP packet from relay-agent \S+ with a circuit-id of \"(?P<circuit>[^\"]*)\""
        rb"(?:(?:,| and)(?: a)? remote-id of \"(?P<remote>[^\"]*)\")? for " + _ADDRESS + rb" \(" + _MAC + rb"\).*",
        re.DOTALL,
    ),
    "raw": re.compile(
        rb"Lease for " + _ADDRESS + rb" raw option-82 info is CID: (?P<circuit>\S+)(?: AID: (?P<remote>\S+))?"
    ),
}
_CONCERNS = re.compile(
    rb"DHCPACK on|BOOTREPLY|DHCPOFFER on|DHCPRELEASE of|DHCPEXPIRE on|Abandoning IP"
    rb"|Option 82: received|Lease for .* raw"
)
# What may change who has an address, or show that it is free, wherever in a message it begins.
_GIVES_OR_TAKES = re.compile(rb"DHCP(?:ACK on|OFFER on|RELEASE of|EXPIRE on)|BOOTREPLY|Abandoning IP")
# Another line of the server's, with its own head, behind one that was cut off; bounded, as a line may hold many times.
_BEHIND = re.compile(
    TIME + rb"\S{0,20} \S{1,255} [\w./-]{0,99}dhcpd4?\b.{0,255}?(?:" + _GIVES_OR_TAKES.pattern + rb")", re.DOTALL
)
_TIME = re.compile(TIME)
_OTHER = re.compile(
    rb"(?!\S*dhcp|h?c?p?d4?\b)[\w./-]+(?:(?:\[[0-9]+\])?: | (?:-|[0-9]+) \S+ (?:-|\[))"
)  # another program's tag
_GIVES_NOTHING = re.compile(rb"DHCP(?:DISCOVER|REQUEST|INFORM|NAK|DECLINE|LEASEQUERY)\b|Option 82: received|Lease for ")
_LASTS = re.compile(rb" (?:lease|offered)-duration ([0-9]{1,10})\b")
_UID = re.compile(rb" uid ([0-9A-Fa-f:]+)")
_OF_LINE = (re.compile(rb"-id of \"([^\"\n]*)\""), re.compile(rb"ID: (\S+)"))
IDS = {"circuit-id": _OF_LINE, "remote-id": _OF_LINE, "client-id": (re.compile(rb" uid ([0-9A-Fa-f:]+)"),)}
"""What each kind of account may be written as, in group 1, wherever in a line it stands."""
_PLAINLY_HEX = re.compile(rb"[A-Fa-f]|\b0[0-9]\b")
_SHOWN = re.compile(rb"(.*?dhcpd4?[^A-Z]*? (?:DHCP|BOOT)[A-Z]+ (?:on|of|for) [0-9.]+)(.*)", re.DOTALL)


class Message(NamedTuple):
    """What one message says of an address."""

    form: str  # given, booted, offered, released, expired, abandoned; circuit and raw: which line asked for it
    address: str
    mac: bytes | None
    ids: dict[str, bytes]  # what names the client or its line, by kind
    lasts: int | None  # seconds
    found: bool  # of a release: whether the server knew the lease


def said_by(head: Head) -> Message | None:
    """Read what a line says behind its head, as `read_message`.

    Raises:
        UnreadableError: `malformed`: also where it was cut off, whoever wrote it, and behind it another line gives or
            takes an address.
    """
    # Before the last mention of the program there is as a rule no more than the host's name.
    last = head.message.rfind(b"dhcpd")
    if last > 0 and _TIME.search(head.message, 0, last) is not None and _BEHIND.search(head.message) is not None:
        raise UnreadableError("malformed")
    return read_message(head.message.removeprefix(head.host).removeprefix(b" "))


def read_message(message: bytes) -> Message | None:
    """Read a message from the program's name on; None where it does not concern who has an address.

    Raises:
        UnreadableError: `malformed`: it begins as one that does, and goes on as none.
    """
    tag = _TAG.fullmatch(message)
    if tag is None or _CONCERNS.match(tag["said"]) is None:
        return None
    for form, pattern in _FORMS.items():
        match = pattern.fullmatch(tag["said"])
        if match is not None:
            return _message(form, match)
    raise UnreadableError("malformed")


def may_give(message: bytes) -> bool:
    """Tell whether a line that cannot be read may have given an address to another, or taken it.

    It may unless it is plain that it says something else: what is damaged may have been anything.

    Args:
        message: what stands behind the host's name; the whole line where it has no whole head.
    """
    if _GIVES_OR_TAKES.search(message) is not None:
        return True
    tag = _TAG.fullmatch(message)
    return (_OTHER.match(message) if tag is None else _GIVES_NOTHING.match(tag["said"])) is None


def _message(form: str, match: re.Match[bytes]) -> Message:
    address = canonical(match["address"].decode("ascii"))
    if address is None:
        raise UnreadableError("malformed")
    said = match.groupdict()
    mac, rest = said.get("mac"), said.get("rest") or b""
    ids = {}
    for name, kind in (("circuit", "circuit-id"), ("remote", "remote-id")):
        if said.get(name):
            ids[kind] = said[name] if form == "raw" else written_id(said[name])
    spliced = any(_ANOTHER.search(part) is not None for part in (said.get("name") or b"", rest))
    own = b"" if spliced else rest
    uid = _UID.search(own)
    client_id = None if uid is None else plain_hex(uid[1].decode("ascii"))
    if client_id is not None:
        ids["client-id"] = client_id
    lasts = min((int(found) for found in _LASTS.findall(own)), default=None)
    return Message(form, address, octets(mac.decode("ascii")) if mac else None, ids, lasts, b"(found)" in rest)


def written_id(text: bytes) -> bytes:
    """Give the bytes of an identifier where it is plainly written in hexadecimal, else itself as it is written.

    `0:4:0:10` may be so or decimal, as the server was told: taken for the wrong one it would be another's line.
    """
    data = octets(text.decode("latin-1"))
    return text if data is None or b":" not in text or _PLAINLY_HEX.search(text) is None else data


def meanings(text: bytes) -> tuple[bytes | None, ...]:
    """Give all that an identifier may mean, whichever it is."""
    return text, written_id(text), plain_hex(text.decode("latin-1"))


def masked(line: bytes) -> bytes:
    """Give a line with whatever names a client, its line or its device replaced by `***`."""
    match = _SHOWN.fullmatch(line.removesuffix(b"\r"))
    if match is None:
        return b"***"
    lasts = _LASTS.search(match[2])
    return match[1] + b" ***" + (lasts[0] if lasts is not None else b"")
