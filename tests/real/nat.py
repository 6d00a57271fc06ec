"""Homes behind a translator of Linux's own, in a network of their own, and the two records that it keeps."""

from __future__ import annotations

import os
import socket
import struct
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.real.place import Clock, Place

OUTER = "203.0.113.5"
PORTS = (4000, 4001)  # so few that each serves many, and two at once where they go to two servers
_SETUP = f"""
mount -t tmpfs tmpfs /run
ip netns add homes
ip link add n0 type veth peer name n1 netns homes
ip address add 10.88.0.1/24 dev n0
ip link set n0 up
ip -n homes link set lo up
ip -n homes address add 10.88.0.2/24 dev n1
ip -n homes link set n1 up
ip -n homes route add local 10.0.0.0/24 dev lo
ip -n homes route add default via 10.88.0.1
ip -n homes address add {OUTER}/32 dev lo
ip route add {OUTER}/32 via 10.88.0.2
ip netns exec homes nft -f /mnt/nat.nft
"""
_RULES = f"""
table ip nat {{
    chain out {{
        type nat hook postrouting priority srcnat;
        ip saddr 10.0.0.0/24 oifname "n1" meta l4proto tcp snat to {OUTER}:{PORTS[0]}-{PORTS[1]};
    }}
}}
"""
_ULOGD = """
[global]
logfile="/mnt/logs/ulogd.own"
plugin="{plugins}/ulogd_inpflow_NFCT.so"
plugin="{plugins}/ulogd_filter_IFINDEX.so"
plugin="{plugins}/ulogd_filter_IP2STR.so"
plugin="{plugins}/ulogd_filter_PRINTFLOW.so"
plugin="{plugins}/ulogd_output_LOGEMU.so"
stack=ct1:NFCT,ip2str1:IP2STR,print1:PRINTFLOW,emu1:LOGEMU
[ct1]
hash_enable=0
[emu1]
file="/mnt/logs/ulogd.log"
sync=1
"""
_INSIDE = ("nsenter", "--net=/run/netns/homes")
_RECORDS = ("conntrack.out", "logs/ulogd.log")


class Nat:
    """The translator; every flow that begins and ends is in both records before the clock is set."""

    def __init__(self, place: Place, clock: Clock) -> None:
        """Take a place and make the network in it."""
        self._place = place
        self._flows = 0
        (place.house / "logs").mkdir(exist_ok=True)
        (place.house / "nat.nft").write_text(_RULES, encoding="ascii")
        plugins = place.run("sh", "-c", "dirname /usr/lib/*/ulogd/ulogd_inpflow_NFCT.so").decode().strip()
        (place.house / "ulogd.conf").write_text(_ULOGD.format(plugins=plugins), encoding="ascii")
        place.run("sh", "-ec", _SETUP)
        self._homes = place.network("/run/netns/homes")
        place.start("conntrack", *_INSIDE, "conntrack", "-E", "-o", "timestamp,id", clock=clock)
        place.start("ulogd", *_INSIDE, "ulogd", "-c", "/mnt/ulogd.conf", clock=clock)
        place.until(self._ready, "the records")

    def connect(self, inner: str, server: str) -> socket.socket:
        """Connect from a home."""
        made = self._place.open_socket(socket.AF_INET, socket.SOCK_STREAM, self._homes)
        # Reset in the end: a server that waits for stray packets of a port refuses it to whoever has it next.
        made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        made.bind((inner, 0))
        made.connect((server, 80))
        self._flows += 1
        self._wait(b"[NEW]", self._flows)
        return made

    def forget(self) -> None:
        """Let the translator forget every flow; all must be over."""
        self._place.run(*_INSIDE, "conntrack", "-F")
        self._wait(b"[DESTROY]", self._flows)

    def close(self) -> None:
        """Let go of the network."""
        os.close(self._homes)

    def _ready(self) -> bool:
        """Tell whether both listen to the kernel: their sockets of NETLINK_NETFILTER are members of groups."""
        sockets = [line.split() for line in self._place.run(*_INSIDE, "cat", "/proc/net/netlink").splitlines()[1:]]
        return sum(family == b"12" and int(groups, 16) != 0 for _, family, _, groups, *_ in sockets) >= len(_RECORDS)

    def _wait(self, word: bytes, count: int) -> None:
        for name in _RECORDS:
            self._place.until(partial(self._has, name, word, count), f"{word!r} in {name}")

    def _has(self, name: str, word: bytes, count: int) -> bool:
        return self._place.count(name, word) >= count
