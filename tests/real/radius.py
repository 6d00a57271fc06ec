"""FreeRADIUS writing `detail`, and an access server that reports sessions to it (RFC 2866)."""

from __future__ import annotations

import hashlib
import socket
import struct
from functools import partial
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.real.place import Clock, Place

SERVER, PORT = "198.51.100.13", 1813
_SECRET = b"testing"
_CONF = """
name = radiusd
prefix = /usr
libdir = /usr/lib/freeradius
logdir = /mnt/logs
run_dir = /mnt/radius
hostname_lookups = no
log {
    destination = files
    file = /mnt/logs/radius.log
}
security {
    allow_core_dumps = no
}
modules {
    detail {
        filename = /mnt/logs/detail
        permissions = 0644
        header = "%t"
    }
}
client access {
    ipaddr = 203.0.113.0/24
    secret = testing
}
server accounting {
    listen {
        type = acct
        ipaddr = 198.51.100.13
        port = 1813
    }
    accounting {
        detail
    }
}
"""
START, STOP, INTERIM, ON, OFF = 1, 2, 3, 7, 8
_NUMBERS = {  # attributes of four bytes (RFC 2866, 5; RFC 2869, 5)
    "port": 5,
    "status": 40,
    "delay": 41,
    "octets": 42,
    "session_time": 46,
    "gigawords": 52,
    "event": 55,
}
_TEXTS = {"user": 1, "calling": 31, "session": 44}


class Access:
    """An access server: each of its packets is answered, or sent again."""

    def __init__(self, place: Place, address: str) -> None:
        """Take its address."""
        self._address = address
        self._talk = place.connect(address, (SERVER, PORT), socket.SOCK_DGRAM)
        self._number = 0

    def report(self, status: int, address: str | None = None, prefix: bytes | None = None, **said: int | str) -> None:
        """Send an accounting packet; `prefix` is an IPv6 prefix of 64 bits, whose first 8 bytes are given."""
        parts = [(4, IPv4Address(self._address).packed)]
        if address is not None:
            parts.append((8, IPv4Address(address).packed))
        if prefix is not None:
            parts.append((97, b"\0\x40" + prefix))  # Framed-IPv6-Prefix (RFC 3162, 2.3)
        for name, value in {"status": status, **said}.items():
            if isinstance(value, int):
                parts.append((_NUMBERS[name], value.to_bytes(4, "big")))
            else:
                parts.append((_TEXTS[name], value.encode()))
        body = b"".join(bytes((kind, len(value) + 2)) + value for kind, value in parts)
        self._number = (self._number + 1) % 256
        head = struct.pack("!BBH", 4, self._number, 20 + len(body))
        # RFC 2866, 3: the authenticator covers the packet with zeros in its place, and the secret.
        authenticator = hashlib.md5(head + bytes(16) + body + _SECRET, usedforsecurity=False).digest()
        self._talk.send(head + authenticator + body)
        assert self._talk.recv(4096)[:2] == bytes((5, self._number))


class Radius:
    """The server and its file."""

    def __init__(self, place: Place, clock: Clock) -> None:
        """Start it."""
        self._place = place
        folder = place.house / "radius"
        folder.mkdir()
        (place.house / "logs").mkdir(exist_ok=True)
        (folder / "radiusd.conf").write_text(_CONF, encoding="ascii")
        (folder / "dictionary").write_text("$INCLUDE /usr/share/freeradius/dictionary\n", encoding="ascii")
        place.start("freeradius", "freeradius", "-f", "-d", "/mnt/radius", "-n", "radiusd", clock=clock)
        place.until(partial(place.listens, SERVER, PORT), "freeradius")

    @property
    def detail(self) -> Path:
        """The file of what it was told."""
        return self._place.house / "logs" / "detail"

    def access(self, address: str) -> Access:
        """Put up an access server."""
        return Access(self._place, address)
