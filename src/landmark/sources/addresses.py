"""Who the client is, as a log writes it: an address in one form, or a host name."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import NamedTuple

_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.\-]{0,252})")
_LONGEST = 255
_HIGHEST_PORT = 65535
_IPV4 = re.compile(rb"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\.(?!\Z)|\Z)){4}")
_PORT = re.compile(rb"[1-9][0-9]{0,4}")


class Client(NamedTuple):
    """A client: its address in the form of RFC 5952, or, where the log has none, its host name in lower case."""

    address: str | None
    host: str | None


def address(text: bytes) -> str | None:
    """Give an address in the form of RFC 5952, an IPv4-mapped one as IPv4, without zone id; None where it is none."""
    return _address(text) if len(text) <= _LONGEST else None  # longer text is never held


@lru_cache(maxsize=1 << 14)
def _address(text: bytes) -> str | None:
    if _IPV4.fullmatch(text):
        return text.decode("ascii")  # as most are, in their one form already
    bare = text.decode("ascii", "replace").partition("%")[0]
    try:
        found = ipaddress.ip_address(bare.removeprefix("[").removesuffix("]") if bare.startswith("[") else bare)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return str(mapped or found)


def client(text: bytes) -> Client | None:
    """Give the client; None where the text is neither an address nor a host name.

    A name whose last label is a number would be an address (WHATWG URL, host parsing): two addresses that run into
    one another are neither.
    """
    return _client(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=1 << 14)
def _client(text: bytes) -> Client | None:
    known = _address(text)
    if known is not None:
        return Client(known, None)
    host = text.decode("utf-8", "backslashreplace").lower()
    if not _HOST.fullmatch(host) or host.rstrip(".").rpartition(".")[2].isdigit():
        return None
    return Client(None, host)


def port(text: bytes) -> int | None:
    """Give a port from 1 to 65535 in plain digits; None for anything else."""
    if not _PORT.fullmatch(text):
        return None
    number = int(text)
    return number if number <= _HIGHEST_PORT else None


def server(place: bytes | None, number: bytes | None) -> str | None:
    """Give a server's address and port as a case writes them, `192.0.2.80:443`; None where either is none."""
    known, at = address(place or b""), port(number or b"")
    if known is None or at is None:
        return None
    return f"[{known}]:{at}" if ":" in known else f"{known}:{at}"
