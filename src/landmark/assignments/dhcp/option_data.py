"""What tells DHCP clients and their lines apart, as servers write it, and which of it is the account.

One circuit is written by one server in quotes, by another as hexadecimal octets, by a third inside an option; here each
becomes its bytes, and its bytes one name: as they stand where all are printable ASCII, else as pairs of hexadecimal
digits with colons, which is how a case or a subscriber record can name them, too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from landmark.assignments import Settings

_PRINTABLE = re.compile(rb"[\x20-\x7e]+")
_OCTETS = re.compile(r"[0-9A-Fa-f]{1,2}(?::[0-9A-Fa-f]{1,2})*")
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|(.))", re.DOTALL)
_LETTERS = {b"t": b"\t", b"n": b"\n", b"r": b"\r", b"b": b"\b"}
_SUBOPTIONS = {1: "circuit-id", 2: "remote-id", 6: "subscriber-id"}  # RFC 3046, RFC 3993
_RELAY_OPTIONS = {18: "circuit-id", 37: "remote-id", 38: "subscriber-id"}  # RFC 8415 21.18, RFC 4649, RFC 4580
_ENTERPRISE = 4  # octets before the id in a DHCPv6 remote-id (RFC 4649, section 3)
_IAID = 4
_WITH_DUID = 255  # type of a client identifier that holds IAID and DUID (RFC 4361, section 6.1)


def octets(text: str) -> bytes | None:
    """Read hexadecimal octets with colons, `1:2:a`; None where it is none."""
    if _OCTETS.fullmatch(text) is None:
        return None
    digits = text.replace(":", "")
    if len(digits) == 2 * (text.count(":") + 1):
        return bytes.fromhex(digits)
    return bytes(int(octet, 16) for octet in text.split(":"))


def plain_hex(text: str) -> bytes | None:
    """Read hexadecimal digits with or without colons and `0x`; None where there are none, or an odd one."""
    digits = text.removeprefix("0x").removeprefix("0X")
    if ":" in digits:
        return octets(digits)
    if not digits or len(digits) % 2 or not re.fullmatch(r"[0-9A-Fa-f]+", digits):
        return None
    return bytes.fromhex(digits)


def unquoted(text: bytes) -> bytes:
    r"""Give what a string of dhcpd stands for: the octal escapes `\ooo`, `\xhh` and `\"` resolved (dhcpd.leases(5))."""
    if b"\\" not in text:
        return text
    return _ESCAPE.sub(_resolved, text)


def _resolved(escape: re.Match[bytes]) -> bytes:
    octal, hexadecimal, letter = escape.groups()
    if octal is not None:
        return bytes([int(octal, 8) & 0xFF])
    if hexadecimal is not None:
        return bytes([int(hexadecimal, 16)])
    return _LETTERS.get(letter, letter)


def name_of(data: bytes) -> bytes:
    """Give the one name of some bytes: themselves if printable, else pairs of lower-case digits with colons."""
    return data if _PRINTABLE.fullmatch(data) else data.hex(":").encode("ascii")


def duid_of(client_id: bytes) -> bytes | None:
    """Give the DUID in a DHCPv4 client identifier, where one is in it."""
    head = 1 + _IAID
    return client_id[head:] if len(client_id) > head and client_id[0] == _WITH_DUID else None


def sub_options(data: bytes) -> dict[str, bytes]:
    """Give what names the line in a DHCPv4 relay agent option (RFC 3046): type, length and value after one another."""
    return _named(data, _SUBOPTIONS, 1)


def relay_options(data: bytes) -> dict[str, bytes]:
    """Give what names the line among a DHCPv6 relay's options; the interface-id is the circuit-id."""
    return _named(data, _RELAY_OPTIONS, 2)


def _named(data: bytes, names: Mapping[int, str], width: int) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    at = 0
    while at + 2 * width <= len(data):
        code = int.from_bytes(data[at : at + width], "big")
        length = int.from_bytes(data[at + width : at + 2 * width], "big")
        at += 2 * width
        if code in names and at + length <= len(data):
            found.setdefault(names[code], data[at : at + length])
        at += length
    return found


def account_of(ids: Mapping[str, bytes], settings: Settings) -> str | None:
    """Give the pseudonym of the account, of the kind that the case says; None where the record does not name it."""
    data = ids.get(settings.account_kind)
    return settings.account(name_of(data)) if data else None


def line_of(ids: Mapping[str, bytes], settings: Settings, *, enterprise: bool = False) -> str | None:
    """Give the pseudonym of the line: the circuit, with the remote id where there is one.

    A circuit is named for its relay alone (RFC 3046, section 2.1): two relays may have one of the same name, and the
    remote id then tells two lines apart where the account does not.

    Args:
        ids: what the record names, by kind.
        settings: gives pseudonyms.
        enterprise: whether the remote id begins with an enterprise number, which DHCPv4 has not.
    """
    circuit = ids.get("circuit-id")
    if not circuit:
        return None
    remote = ids.get("remote-id", b"")[_ENTERPRISE if enterprise else 0 :]
    return settings.line(name_of(circuit) + (b"\0" + name_of(remote) if remote else b""))
