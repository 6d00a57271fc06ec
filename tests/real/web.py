"""nginx and Apache httpd, each with two logs of the same requests or three, and a client that knows what it asked for.

One log is as Debian configures it (`combined`, `vhost_combined`); in the other the client's port follows the agent. It
ties a line to the connection that the test made, whatever else stands in the line. Apache's third has microseconds.
"""

from __future__ import annotations

import base64
import socket
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from tests.real.place import Clock, Place

NGINX, APACHE = "198.51.100.80", "198.51.100.81"
BESIDE = "2001:db8::80"  # nginx listens there, too
HOSTS = {NGINX: "forum-a.example", APACHE: "forum-b.example", BESIDE: "forum-a.example"}
MARK = b"THE BOARD"  # stands in every page below /board/, and in no other
PASSWORDS = {"mary jane": "one", 'the "duke"': "two", "anna\\bell": "three", "zoë": "four", "bob - x": "five"}
_PAGES = {
    "board/index.html": MARK + b" of all",
    "board/topic.html": MARK,
    "board/a&b;c.html": MARK,
    "board/picture.png": MARK,
    "board/members/index.html": MARK,
    "boardroom/index.html": b"elsewhere",
    "help/index.html": b"elsewhere",
    "index.html": b"elsewhere",
}
_NGINX = """
daemon off; user root; worker_processes 1; pid /mnt/nginx.pid; error_log /mnt/logs/nginx.error;
env LD_PRELOAD; env FAKETIME_TIMESTAMP_FILE; env FAKETIME_NO_CACHE; env FAKETIME_DONT_FAKE_MONOTONIC; env TZ;
events { worker_connections 64; }
http {
    log_format ports '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent '
                     '"$http_referer" "$http_user_agent" $remote_port';
    access_log /mnt/logs/nginx.log combined;
    access_log /mnt/logs/nginx-ports.log ports;
    types { text/html html; image/png png; }
    server {
        listen 198.51.100.80:80; listen [2001:db8::80]:80;
        server_name forum-a.example; root /mnt/www;
        location = /board/post { return 303 /board/; }
        location = /board/form { return 302 /board/; }
        location /board/members/ { auth_basic "members"; auth_basic_user_file /mnt/passwords; }
    }
}
"""
_APACHE = """
ServerRoot /mnt
ServerName other.example
PidFile /mnt/apache2.pid
DefaultRuntimeDir /mnt
ErrorLog /mnt/logs/apache.error
User www-data
Group www-data
Listen 198.51.100.81:80
{modules}
StartServers 1
ServerLimit 1
ThreadsPerChild 4
MaxRequestWorkers 4
LogFormat "%v:%p %h %l %u %t \\"%r\\" %>s %O \\"%{{Referer}}i\\" \\"%{{User-Agent}}i\\"" vhost_combined
LogFormat "%v:%p %h %l %u %t \\"%r\\" %>s %O \\"%{{Referer}}i\\" \\"%{{User-Agent}}i\\" %{{remote}}p" ports
CustomLog /mnt/logs/apache.log vhost_combined
CustomLog /mnt/logs/apache-micros.log {micros}
CustomLog /mnt/logs/apache-ports.log ports
TypesConfig /mnt/mime.types
DocumentRoot /mnt/www
<Directory /mnt/www>
    Require all granted
    DirectoryIndex index.html
</Directory>
<Location /board/members/>
    AuthType Basic
    AuthName members
    AuthUserFile /mnt/passwords
    Require valid-user
</Location>
Redirect 303 /board/post /board/
Redirect 302 /board/form /board/
<VirtualHost *:80>
    ServerName other.example
</VirtualHost>
<VirtualHost *:80>
    ServerName forum-b.example
</VirtualHost>
"""
MICROS = (
    r'"%v:%p %h %l %u [%{%d/%b/%Y:%H:%M:%S}t.%{usec_frac}t %{%z}t] \"%r\" %>s %O \"%{Referer}i\" '
    r'\"%{User-Agent}i\" %{remote}p"'
)
"""How Apache is told to log microseconds: fractions and `strftime` cannot stand in one item."""
_MODULES = "mpm_event authn_core authn_file authz_core authz_user auth_basic alias dir mime"
_TYPES = "text/html html\nimage/png png\n"


class Asked(NamedTuple):
    """What the client did, and what it was told: from where, when by the servers' clock (µs), what came back."""

    source: str
    port: int
    server: str
    began: int
    ended: int
    status: int | None
    body: bytes


@dataclass
class Web:
    """Both servers, in one place and by one clock."""

    place: Place
    clock: Clock

    @property
    def logs(self) -> Path:
        """The folder of their logs."""
        return self.place.house / "logs"

    def ask(self, source: str, server: str, request: bytes, *, shut: bool = False) -> Asked:
        """Send bytes over a connection of their own, shut it on this side if so told; read until the server ends it."""
        began = self._micros()
        with self.place.connect(source, (server, 80)) as talk:
            port = talk.getsockname()[1]
            talk.sendall(request)
            if shut:
                talk.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: talk.recv(1 << 16), b""))
        status, body = None, answer  # HTTP/0.9 has no head
        if answer.startswith(b"HTTP/"):
            head, _, body = answer.partition(b"\r\n\r\n")
            status = int(head.split(b" ", 2)[1])
        return Asked(source, port, server, began, self._micros(), status, body)

    def lines(self, server: str) -> list[tuple[str, int]]:
        """Give client and port of each line that a server wrote, rotated files first, in order."""
        name = "nginx" if server in {NGINX, BESIDE} else "apache"
        at = 0 if name == "nginx" else 1
        content = b"".join(path.read_bytes() for path in sorted(self.logs.glob(f"{name}-ports.log*"), reverse=True))
        lines = [line.split(b" ") for line in content.splitlines()]
        return [(words[at].decode(), int(words[-1])) for words in lines]

    def written(self, asked: list[Asked]) -> None:
        """Wait until every request stands in the log of its server."""
        for server in {one.server for one in asked}:
            wanted = Counter((one.source, one.port) for one in asked if one.server == server)
            self.place.until(partial(self._holds, server, wanted), f"the log of {server}")

    def until_written(self, one: Asked) -> Asked:
        """Wait until a request stands in the log of its server, and give it with that for its end.

        A server may write once it has answered; until it has, its clock may not be set.
        """
        self.written([one])
        return one._replace(ended=self._micros())

    def rotate(self) -> None:
        """Rotate all logs as logrotate does: rename, then the servers' own signals."""
        for path in list(self.logs.glob("*.log")):
            path.rename(path.with_suffix(".log.1"))
        for name in ("nginx", "apache2"):
            self.place.signal(name, "USR1")
        self.place.until(lambda: len(list(self.logs.glob("*.log"))) == 5, "rotation")
        self.listening()

    def listening(self) -> None:
        """Wait until both take connections."""
        for server in (NGINX, APACHE):
            self.place.until(partial(self.place.listens, server, 80), server)

    def _holds(self, server: str, wanted: Counter[tuple[str, int]]) -> bool:
        return wanted <= Counter(self.lines(server))

    def _micros(self) -> int:
        return int(self.clock.now().timestamp() * 1_000_000)


def request(  # noqa: PLR0913 - a request has these parts
    path: str,
    host: str,
    *,
    method: str = "GET",
    agent: str = "Mozilla/4.77 [en] (X11; U; Linux 2.4.2 i686)",
    referrer: str | None = None,
    login: tuple[str, str] | None = None,
) -> bytes:
    """Give the bytes of a request as a browser writes it."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Connection: close", f"User-Agent: {agent}"]
    if referrer is not None:
        lines.append(f"Referer: {referrer}")
    if login is not None:
        lines.append("Authorization: Basic " + base64.b64encode(":".join(login).encode()).decode())
    if method == "POST":
        lines.append("Content-Length: 0")
    return "\r\n".join([*lines, "", ""]).encode()


def open_web(place: Place, clock: Clock) -> Web:
    """Start both servers."""
    house = place.house
    for name, content in _PAGES.items():
        path = house / "www" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (house / "logs").mkdir(exist_ok=True)
    (house / "mime.types").write_text(_TYPES, encoding="ascii")
    modules = "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in _MODULES.split())
    (house / "nginx.conf").write_text(_NGINX, encoding="ascii")
    (house / "apache2.conf").write_text(_APACHE.format(modules=modules, micros=MICROS), encoding="ascii")
    entries = [
        f"{name}:{place.run('openssl', 'passwd', '-apr1', word).decode().strip()}\n" for name, word in PASSWORDS.items()
    ]
    (house / "passwords").write_text("".join(entries), encoding="utf-8")
    place.start("nginx", "nginx", "-c", "/mnt/nginx.conf", clock=clock)
    place.start("apache2", "apache2", "-DFOREGROUND", "-f", "/mnt/apache2.conf", clock=clock)
    web = Web(place, clock)
    web.listening()
    return web
