"""Readers of INN's reader daemon that know what they did, and the log that rsyslog writes of them."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from tests.real.place import Clock, Place

SERVER, SIX = "198.51.100.119", "2001:db8::80"
PLAIN, SECURE = 1119, 1563  # ports; behind the second one STARTTLS can be had
LOG = "logs/news.notice"
_CONNECTED = re.compile(rb"nnrpd(?:-ssl)?\[(\d+)\]: (\S+) \((\S+)\) connect")


@dataclass
class Read:
    """What a reader did: from where, when by the server's clock (µs), under which label and process, groups left.

    It `began` no sooner, the line of it was there by `known`, and that of its end by `ended`: whatever the server wrote
    was written between. `groups` are those left, each with how many articles were fetched, and when the server was told
    to leave it (µs).
    """

    source: str
    label: str
    pid: int
    began: int
    known: int
    ended: int | None = None
    login: str | None = None
    groups: list[tuple[str, int, int]] = field(default_factory=list)
    killed: bool = False


class Reader:
    """A connection to the server."""

    def __init__(self, news: News, talk: socket.socket, source: str, began: int) -> None:
        """Take a socket that has connected, and when that began."""
        self._news = news
        self._asked = began
        self._talk = talk
        self._file = talk.makefile("rwb", buffering=0)
        self._group: str | None = None
        self._fetched = 0
        assert self._file.readline().startswith(b"200 ")
        pid, label = news.connected(source)
        self.did = Read(source, label, pid, began, news.micros())

    def say(self, command: str, *, lines: bool = False) -> int:
        """Send a command, read its answer, with the lines that follow it; give its code."""
        self._asked = self._news.micros()
        self._file.write(command.encode() + b"\r\n")
        code = int(self._file.readline()[:3])
        if lines and code < 300:
            while self._file.readline() not in {b".\r\n", b""}:
                pass
        return code

    def login(self, name: str, word: str) -> bool:
        """Give a name and a password; say whether they were taken."""
        self.say(f"AUTHINFO USER {name}")
        taken = self.say(f"AUTHINFO PASS {word}") == 281
        if taken:
            self.did.login = name
        return taken

    def enter(self, group: str, command: str = "GROUP") -> None:
        """Go into a group, and out of the one before."""
        if self.say(f"{command} {group}", lines=command == "LISTGROUP") == 211:
            self._leave()
            self._group = group

    def fetch(self, what: int | str = "", verb: str = "ARTICLE") -> bool:
        """Fetch an article, its head or its body, by number or id."""
        got = self.say(f"{verb} {what}".strip(), lines=True) in {220, 221, 222}
        self._fetched += got
        return got

    def post(self, group: str) -> int:
        """Post an article."""
        self.say("POST")
        head = f"From: a@news.example\r\nNewsgroups: {group}\r\nSubject: one\r\n\r\n"
        return self.say(head + "nnrpd[1]: dialup-1.isp.example group test.watched.a 99\r\n.")

    def secure(self) -> None:
        """Go over to TLS; the server forgets the group."""
        assert self.say("STARTTLS") == 382
        self._leave()
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self._talk = context.wrap_socket(self._talk)
        self._file = self._talk.makefile("rwb", buffering=0)

    def quit(self, *, politely: bool = True, heard: bool = True) -> Read:
        """End the connection: say so, or just go; wait for its last line, if that is to come."""
        if politely:
            assert self.say("QUIT") == 205
        else:
            self._asked = self._news.micros()
        self._close()
        self._leave()
        if heard:
            self._news.ended()
            self.did.ended = self._news.micros()
        return self.did

    def kill(self) -> Read:
        """Kill the server's process, which then writes nothing more, and whose number is free afterwards."""
        self._news.place.run("kill", "-KILL", str(self.did.pid))
        while self._file.read(1 << 16):
            pass
        self._close()
        self._news.place.until(lambda: not self._news.place.has_process(self.did.pid), "the end of a process")
        self._news.left(self.did)
        self.did.ended = self._news.micros()
        self.did.killed = True
        return self.did

    def _close(self) -> None:
        self._file.close()
        self._talk.close()

    def _leave(self) -> None:
        """Leave the group; what is fetched outside of any is counted in the next one."""
        if self._group is not None:
            self.did.groups.append((self._group, self._fetched, self._asked))
            self._group, self._fetched = None, 0


class News:
    """The server and its log."""

    def __init__(self, place: Place, clock: Clock) -> None:
        """Take the place and the clock."""
        self.place = place
        self.clock = clock
        self._connections = 0
        self._ends = 0

    @property
    def log(self) -> Path:
        """The file that syslog writes now."""
        return self.place.house / LOG

    def content(self) -> bytes:
        """Give what the log holds, rotated files first."""
        return b"".join(path.read_bytes() for path in sorted(self.log.parent.glob("news.notice*"), reverse=True))

    def reader(self, source: str, port: int = PLAIN) -> Reader:
        """Connect a reader."""
        server = SIX if ":" in source else SERVER
        began = self.micros()
        return Reader(self, self.place.connect(source, (server, port)), source, began)

    def connected(self, source: str) -> tuple[int, str]:
        """Wait for the line of the reader that connected last; give its process and the label it got."""
        self._connections += 1
        self.place.until(lambda: len(self._lines()) >= self._connections, "a connect line")
        pid, label, address = self._lines()[-1]
        assert address.decode() == source
        return int(pid), label.decode()

    def ended(self) -> None:
        """Wait for the last line of one more reader."""
        self._ends += 1
        self.place.until(lambda: self.content().count(b" nntpwrite ") >= self._ends, "the end of a reader")

    def left(self, did: Read) -> None:
        """Wait for the lines of the groups that a reader left."""
        line = re.compile(rb"\[%d\]: \S+ group " % did.pid)
        self.place.until(lambda: len(line.findall(self.content())) >= len(did.groups), "the groups of a reader")

    def next_process(self, number: int) -> None:
        """See to it that the next process has this number, if it is free."""
        self.place.run("sh", "-c", f"echo {number - 1} >/proc/sys/kernel/ns_last_pid")

    def rotate(self) -> None:
        """Rotate the log as logrotate does."""
        self.log.rename(self.log.with_suffix(".notice.1"))
        self.place.signal("rsyslogd", "HUP")
        self.place.until(self.log.exists, "rotation")

    def micros(self) -> int:
        """Give the time by the server's clock."""
        return int(self.clock.now().timestamp() * 1_000_000)

    def _lines(self) -> list[tuple[bytes, bytes, bytes]]:
        return _CONNECTED.findall(self.content())
