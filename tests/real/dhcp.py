"""ISC dhcpd and Kea on a link of their own, and a relay agent that speaks for the clients behind it.

Sources: RFC 2131, RFC 3046.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from contextlib import suppress
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tests.real.place import Clock, Place

SERVER, RELAY = "10.77.0.1", "10.77.0.2"
_HERE, _THERE = "02:00:00:00:00:01", "02:00:00:00:00:02"
_LINK = f"""
ip link add v0 address {_HERE} type veth peer name v1 address {_THERE}
ip address add {SERVER}/24 dev v0
ip link set v0 up
ip link set v1 up
for link in v0 v1; do until ip -o link show $link | grep -q "state UP"; do sleep 0.01; done; done
ip neigh add {RELAY} lladdr {_THERE} dev v0
"""
_DISCOVER, _REQUEST, _RELEASE = 1, 3, 7
_PORT = 67
_AGAIN = 0.5  # seconds after which a client looks again for an address
_NOTHING = str(IPv4Address(0))
_REMOTE = b"\x00\x06\x02\x00\x00\x00\x00\x02"  # the relay agent's own name
_IPV4 = 0x0800
_COOKIE = b"\x63\x82\x53\x63"
_DHCPD = """
authoritative;
ping-check off;
default-lease-time 3600;
max-lease-time 3600;
shared-network all {
    subnet 10.77.0.0 netmask 255.255.255.0 { }
    subnet 192.0.2.0 netmask 255.255.255.0 { range 192.0.2.100 192.0.2.101; }
}
if exists agent.circuit-id {
    log(info, concat("Lease for ", binary-to-ascii(10, 8, ".", leased-address), " raw option-82 info is CID: ",
        binary-to-ascii(10, 8, ".", option agent.circuit-id), " AID: ",
        binary-to-ascii(10, 8, ".", option agent.remote-id)));
}
"""


class Lease(NamedTuple):
    """What a client holds."""

    device: int
    circuit: bytes
    address: str


class Relay:
    """Sends what clients ask for over the link, with the circuit that each is on."""

    def __init__(self, place: Place, said: str, words: tuple[bytes, bytes]) -> None:
        """Take a place with the link, and where the server says with which words that it gave or took an address."""
        self._place, self._said, self._words = place, said, words
        self._done = 0
        self._talk = place.packets("v1", _IPV4)
        self._number = 0

    def take(self, device: int, circuit: bytes) -> Lease:
        """Ask for an address."""
        address, server = self._offered(device, circuit)
        options = b"\x32\x04" + socket.inet_aton(address) + b"\x36\x04" + server
        assert self._ask(_REQUEST, device, circuit, options)[0] == address
        self._wait()
        return Lease(device, circuit, address)

    def renew(self, lease: Lease) -> None:
        """Ask for the same again."""
        assert self._ask(_REQUEST, lease.device, lease.circuit, held=lease.address)[0] == lease.address
        self._wait()

    def release(self, lease: Lease) -> None:
        """Give it back; nobody answers that."""
        self._send(_RELEASE, lease.device, lease.circuit, b"\x36\x04" + socket.inet_aton(SERVER), lease.address)
        self._wait()

    def _wait(self) -> None:
        """Wait until the server has said what it did: only then may its clock be set."""
        self._done += 1
        self._place.until(lambda: self._place.count(self._said, *self._words) >= self._done, "an answer")

    def _offered(self, device: int, circuit: bytes) -> tuple[str, bytes]:
        """Look for an address, again while nothing is offered: a server has none until it knows that one ran out."""
        first, offered = self._number + 1, None
        self._talk.settimeout(_AGAIN)
        end = time.monotonic() + self._place.patience
        while offered is None:
            assert time.monotonic() < end, "nothing is offered"
            self._send(_DISCOVER, device, circuit)
            with suppress(TimeoutError):
                offered = self._heard(first)
        self._talk.settimeout(self._place.patience)
        return offered

    def _ask(
        self, kind: int, device: int, circuit: bytes, options: bytes = b"", held: str = _NOTHING
    ) -> tuple[str, bytes]:
        """Send a message; give the address in the answer and the server's.

        Once only: nothing is lost on the link, and a server that is slow would say twice that it gave the address.
        """
        self._send(kind, device, circuit, options, held)
        return self._heard(self._number)

    def _heard(self, first: int) -> tuple[str, bytes]:
        """Wait for the answer to a message, of those from this number on."""
        while True:
            frame = self._talk.recv(2048)
            message = frame[42:]
            from_server = frame[6:12] == bytes.fromhex(_HERE.replace(":", "")) and frame[23] == socket.IPPROTO_UDP
            if from_server and first <= int.from_bytes(message[4:8]) <= self._number:
                return socket.inet_ntoa(message[16:20]), _options(message[240:])[54]

    def _send(self, kind: int, device: int, circuit: bytes, options: bytes = b"", held: str = _NOTHING) -> None:
        self._number += 1
        hardware = bytes((2, 0, 0, 0, 1, device))
        inner = b"\x01" + bytes((len(circuit),)) + circuit + b"\x02\x08" + _REMOTE
        said = b"\x35\x01" + bytes((kind,)) + b"\x3d\x07\x01" + hardware + options
        said += b"\x52" + bytes((len(inner),)) + inner + b"\xff"
        fixed = struct.pack("!BBBBIHH", 1, 1, 6, 1, self._number, 0, 0)
        addresses = socket.inet_aton(held) + bytes(8) + socket.inet_aton(RELAY) + hardware + bytes(10)
        message = (fixed + addresses + bytes(192) + _COOKIE + said).ljust(300, b"\0")
        datagram = struct.pack("!HHHH", _PORT, _PORT, 8 + len(message), 0) + message
        ends = socket.inet_aton(RELAY) + socket.inet_aton(SERVER)
        head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(datagram), 0, 0, 64, socket.IPPROTO_UDP, 0) + ends
        head = head[:10] + struct.pack("!H", _checksum(head)) + head[12:]
        link = bytes.fromhex((_HERE + _THERE).replace(":", "")) + struct.pack("!H", _IPV4)
        self._talk.send(link + head + datagram)


def _options(text: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    while text and text[0] != 255:
        if text[0] == 0:
            text = text[1:]
            continue
        found[text[0]] = text[2 : 2 + text[1]]
        text = text[2 + text[1] :]
    return found


def _checksum(head: bytes) -> int:
    """RFC 1071."""
    total = sum(int.from_bytes(head[at : at + 2], "big") for at in range(0, len(head), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def start_dhcpd(place: Place, clock: Clock) -> Relay:
    """Start ISC dhcpd, which logs circuits; its leases stand in `dhcp/dhcpd.leases`, two addresses in all."""
    folder = place.house / "dhcp"
    folder.mkdir()
    place.run("sh", "-ec", _LINK)
    (folder / "dhcpd.conf").write_text(_DHCPD, encoding="ascii")
    (folder / "dhcpd.leases").touch()
    files = ("-cf", "/mnt/dhcp/dhcpd.conf", "-lf", "/mnt/dhcp/dhcpd.leases")
    place.start("dhcpd", "dhcpd", "-4", "-f", "--no-pid", *files, "v0", clock=clock)
    place.until(lambda: place.count("logs/dhcpd.log", b"Server starting service") > 0, "dhcpd")
    return Relay(place, "logs/dhcpd.log", (b"DHCPACK on", b"DHCPRELEASE of"))


def start_kea(place: Place, clock: Clock) -> Relay:
    """Start Kea; its leases stand in `dhcp/kea-leases4.csv`, two addresses in all."""
    folder = place.house / "dhcp"
    folder.mkdir()
    place.run("sh", "-ec", _LINK)
    leases = {"type": "memfile", "persist": True, "name": "/mnt/dhcp/kea-leases4.csv", "lfc-interval": 0}
    pool = {"id": 1, "subnet": "192.0.2.0/24", "pools": [{"pool": "192.0.2.100 - 192.0.2.101"}]}
    server = {
        "interfaces-config": {"interfaces": ["v0"]},
        "lease-database": leases,
        "valid-lifetime": 3600,
        "store-extended-info": True,
        "subnet4": [{**pool, "relay": {"ip-addresses": [RELAY]}}],
        "loggers": [{"name": "kea-dhcp4", "severity": "INFO", "output_options": [{"output": "stdout"}]}],
    }
    (folder / "kea.conf").write_text(json.dumps({"Dhcp4": server}), encoding="ascii")
    folders = ("KEA_PIDFILE_DIR=/mnt/dhcp", "KEA_LOCKFILE_DIR=/mnt/dhcp")
    place.start("kea", "env", *folders, "kea-dhcp4", "-c", "/mnt/dhcp/kea.conf", clock=clock)
    place.until(lambda: place.count("kea.out", b"DHCP4_STARTED") > 0, "kea")
    return Relay(place, "kea.out", (b"DHCP4_LEASE_ALLOC", b"DHCP4_RELEASE "))
