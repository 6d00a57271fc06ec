"""Genuine servers in a place of their own: a network of loopback alone, processes, mounts and a clock that is set.

Nothing that runs there is seen or reached from outside, and with its first process all of it ends. It needs root and
the right to make namespaces. Clients are sockets of the test itself, opened inside.
"""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PATIENCE = 300.0  # seconds within which a server must have done what it was told, on a machine with much else to do
HOUSE = "/mnt"  # where the place's files are seen inside, by every user
NETWORKS = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")
ADDRESSES = ("2001:db8::80", "2001:db8:1::5", "2001:db8:2::6")
NAMES = (
    ("127.0.0.1", "localhost"),
    ("198.51.100.119", "news.example"),
    *((f"192.0.2.{number}", f"dialup-{number}.isp.example") for number in range(1, 20)),
)
"""What addresses are called there; those above have no name."""
_CLONE_NEWNET = 0x40000000
_FURNISH = """
ip link set lo up
for network in $NETWORKS; do ip route add local "$network" dev lo; done
for address in $ADDRESSES; do ip address add "$address/128" dev lo nodad; done
mount --bind "$HOUSE" /mnt
mkdir -m 1777 /mnt/tmp
mount --bind /mnt/tmp /tmp
mount --bind /mnt/tmp /var/tmp
mkdir -p /mnt/dev
mount -t tmpfs tmpfs /mnt/dev
for name in null zero full random urandom; do touch "/mnt/dev/$name"; mount --bind "/dev/$name" "/mnt/dev/$name"; done
mkdir -m 1777 /mnt/dev/shm
mount --rbind /mnt/dev /dev
mount --bind /mnt/hosts /etc/hosts
mount --bind /mnt/nsswitch.conf /etc/nsswitch.conf
echo ready
exec cat
"""
_BEGIN = 'echo $$ >"$0.new"; mv "$0.new" "$0"; exec "$@"'


class Clock:
    """A clock that programs under libfaketime read; it runs on from whatever it was set to."""

    def __init__(self, folder: Path, zone: str, at: datetime) -> None:
        """Take where its file lies, the zone that servers write in, and what it shows now."""
        self.zone = zone
        self._file = folder / "clock"
        self._ahead = 0.0
        self.set(at)

    def set(self, at: datetime) -> None:
        """Set it."""
        self._ahead = at.timestamp() - time.time()
        new = self._file.with_suffix(".new")
        new.write_text(f"{self._ahead:.6f}\n", encoding="ascii")
        new.chmod(0o644)
        new.replace(self._file)

    def now(self) -> datetime:
        """Give the time by it."""
        return datetime.fromtimestamp(time.time() + self._ahead, UTC)

    @property
    def environment(self) -> dict[str, str]:
        """What a program's environment must hold for it."""
        (library,) = Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")
        return {
            "TZ": self.zone,
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": f"{HOUSE}/clock",
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",  # timeouts run as ever
            "NO_FAKE_STAT": "1",
        }


class Place:
    """The place: servers are started in it, by name, and end with it."""

    def __init__(self, house: Path) -> None:
        """Take the folder of its files, which is made."""
        self.house = house
        self.patience = PATIENCE
        self._servers: dict[str, subprocess.Popen[bytes]] = {}
        self._sockets: list[socket.socket] = []
        house.mkdir(mode=0o755)
        (house / "hosts").write_text("".join(f"{address} {name}\n" for address, name in NAMES), encoding="ascii")
        (house / "nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files\n", encoding="ascii")
        (house / "pids").mkdir()
        words = {"HOUSE": str(house), "NETWORKS": " ".join(NETWORKS), "ADDRESSES": " ".join(ADDRESSES)}
        command = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-ec"]
        # Of what this process was told nothing holds there: not the zone, nor where passing files lie.
        self._environment = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
        self._first = subprocess.Popen(
            [*command, _FURNISH], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**self._environment, **words}
        )
        said = self._stdout.readline()
        spaces = Path(f"/proc/{self._first.pid}/ns")
        if said != b"ready\n":
            self._first.wait(PATIENCE)
            raise RuntimeError("no namespaces here: they need root and CAP_SYS_ADMIN")
        self._enter = [
            "nsenter",
            f"--mount={spaces}/mnt",
            f"--net={spaces}/net",
            f"--pid={spaces}/pid_for_children",
            "--wd=/mnt",
        ]
        self._network = os.open(spaces / "net", os.O_RDONLY)

    @property
    def _stdout(self) -> IO[bytes]:
        assert self._first.stdout is not None
        return self._first.stdout

    def run(self, *command: str, given: bytes = b"", user: str | None = None, clock: Clock | None = None) -> bytes:
        """Run a program to its end; give what it printed."""
        line = [*self._enter, *_as(user), *_by(clock), *command]
        done = subprocess.run(
            line, input=given, capture_output=True, check=False, timeout=PATIENCE, env=self._environment
        )
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        return done.stdout

    def start(self, name: str, *command: str, user: str | None = None, clock: Clock | None = None) -> None:
        """Start a server that stays in the foreground; what it prints is put into a file."""
        mark = ["sh", "-c", _BEGIN, f"{HOUSE}/pids/{name}"]
        with (self.house / f"{name}.out").open("ab") as out:
            line = [*self._enter, *mark, *_as(user), *_by(clock), *command]
            self._servers[name] = subprocess.Popen(
                line, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=self._environment
            )
        self.until((self.house / "pids" / name).exists, name)

    def signal(self, name: str, signal: str) -> None:
        """Send a server a signal."""
        self.run("kill", f"-{signal}", (self.house / "pids" / name).read_text(encoding="ascii").strip())

    def stop(self, name: str) -> None:
        """Stop a server in its own good time."""
        self.signal(name, "TERM")
        self._servers.pop(name).wait(PATIENCE)

    def until(self, done: Callable[[], bool], what: str) -> None:
        """Wait until something is so."""
        end = time.monotonic() + PATIENCE
        while not done():
            assert time.monotonic() < end, (what, [path.read_text() for path in self.house.glob("*.out")])
            time.sleep(0.005)

    def has_process(self, number: int) -> bool:
        """Whether a process of the place has this number, be it one that has ended and was not asked for."""
        return bool(self.run("sh", "-c", f"[ ! -e /proc/{number} ] || echo there"))

    def count(self, name: str, *words: bytes) -> int:
        """Count how often words stand in a file of the house, which need not be there yet."""
        path = self.house / name
        return sum(map(path.read_bytes().count, words)) if path.exists() else 0

    def connect(
        self, source: str, server: tuple[str, int], kind: socket.SocketKind = socket.SOCK_STREAM
    ) -> socket.socket:
        """Connect from an address in the place."""
        family = socket.AF_INET6 if ":" in source else socket.AF_INET
        made = self.open_socket(family, kind)
        made.bind((source, 0))
        made.connect(server)
        return made

    def packets(self, link: str, protocol: int) -> socket.socket:
        """Take part in a link of the place: send and receive whole frames."""
        made = self.open_socket(socket.AF_PACKET, socket.SOCK_RAW)
        made.bind((link, protocol))
        return made

    def network(self, name: str) -> int:
        """Give another network of the place, by the path of its name inside."""
        return os.open(f"/proc/{self._first.pid}/root{name}", os.O_RDONLY)

    def open_socket(
        self, family: socket.AddressFamily, kind: socket.SocketKind, network: int | None = None
    ) -> socket.socket:
        """Open a socket in the place, or in another network of it."""
        with self._entered(self._network if network is None else network):
            made = socket.socket(family, kind)
        self._sockets.append(made)
        made.settimeout(PATIENCE)
        return made

    def listens(self, address: str, port: int) -> bool:
        """Whether somebody listens there; nobody is disturbed."""
        return bool(self.run("ss", "-Hlntu", "src", f"[{address}]", "and", "sport", "=", f":{port}").strip())

    def close(self) -> None:
        """Stop the servers, the last first, and end every other process there; once is enough."""
        if self._first.returncode is not None:
            return
        for one in self._sockets:
            one.close()
        for name in reversed(self._servers):
            if self._servers[name].poll() is None:
                self.signal(name, "TERM")
        for server in self._servers.values():
            with suppress(subprocess.TimeoutExpired):
                server.wait(PATIENCE)
        os.close(self._network)
        self._first.communicate(timeout=PATIENCE)
        for server in self._servers.values():
            server.wait(PATIENCE)

    @contextmanager
    def _entered(self, network: int) -> Iterator[None]:
        """Be in a network for a while, with this thread: its sockets stay there."""
        own = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        try:
            _set_network(network)
            yield
        finally:
            _set_network(own)
            os.close(own)


def _set_network(space: int) -> None:
    if ctypes.CDLL(None, use_errno=True).setns(space, _CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def _as(user: str | None) -> list[str]:
    return [] if user is None else ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]


def _by(clock: Clock | None) -> list[str]:
    """Say by which clock; after `setpriv`, which would not pass it on."""
    return [] if clock is None else ["env", *(f"{name}={value}" for name, value in clock.environment.items())]
