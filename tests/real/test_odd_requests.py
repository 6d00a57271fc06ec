"""What two genuine servers write of requests that nobody's browser sends, and what becomes of each line.

Every request comes from an address of its own. What the servers answered is known to the client: what they served from
the board counts, and nothing else does.
"""

from __future__ import annotations

import base64
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from tests.real.case import Case
    from tests.real.web import Asked, Web

NGINX, APACHE = "198.51.100.80", "198.51.100.81"
HOSTS = {NGINX: b"forum-a.example", APACHE: b"forum-b.example"}
AT = datetime(2001, 10, 24, 9, 0, tzinfo=UTC)
WINDOW = (AT - timedelta(days=2), AT + timedelta(days=12))
DROPPED = {"not_watched", "mention_only", "other_host"}
REJECTED = {"malformed"}
_NO_BODY = b"Content-Length: 0\r\n"


class Odd(NamedTuple):
    """A request, and what its line comes to in either log: counts, why not, why dropped or rejected, or no line.

    `HOST` in the bytes stands for the server's own name; without `whole` a Host and a Connection field are added.
    """

    asked: bytes
    nginx: str
    apache: str
    more: bytes = b""
    whole: bool = False
    login: tuple[str, str] | None = None
    host: bytes = b"HOST"

    def written(self, server: str) -> bytes:
        if self.whole:
            return self.asked
        lines = b"%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s" % (self.asked, self.host, self.more)
        if self.login is not None:
            lines += b"Authorization: Basic " + base64.b64encode(":".join(self.login).encode()) + b"\r\n"
        return (lines + b"\r\n").replace(b"HOST", HOSTS[server])


def same(asked: bytes, comes_to: str, **parts: Any) -> Odd:  # noqa: ANN401 - what Odd has
    return Odd(asked, comes_to, comes_to, **parts)


ODD = (
    same(b"GET /board/", "counts"),
    same(b"GET /board", "failed"),
    same(b"GET /board?x", "failed"),
    same(b"GET /board/none", "failed"),
    same(b"HEAD /board/", "method"),
    same(b"OPTIONS /board/", "method"),
    same(b"BREW /board/", "method"),
    same(b"get /board/", "method"),
    same(b"OPTIONS *", "not_watched"),
    same(b"POST /board/post", "counts", more=_NO_BODY),
    same(b"POST /board/form", "counts", more=_NO_BODY),
    same(b"POST /board/index.html", "failed", more=_NO_BODY)._replace(apache="counts"),
    same(b"GET /board/", "counts", more=b"Range: bytes=0-7\r\n"),
    same(b"GET /board/", "counts", more=b"If-None-Match: *\r\n"),
    # Spellings of a path: where they lead is what the server served.
    Odd(b"GET /board%2Ftopic.html", "counts", "failed"),
    same(b"GET //board///topic.html", "counts"),
    same(b"GET /./board/./", "counts"),
    same(b"GET /help/../board/topic.html", "counts"),
    same(b"GET /help/%2e%2e/board/", "counts"),
    same(b"GET /%62oard/topic.html", "counts"),
    same(b"GET /board/../help/", "not_watched"),
    same(b"GET /board/%2e%2e/help/", "not_watched"),
    same(b"GET /../board/", "failed"),
    same(b"GET /board/..;/help/", "failed"),
    same(b"GET /BOARD/", "not_watched"),
    same(b"GET /boardroom/", "not_watched"),
    same(b"GET /board;x=1/", "not_watched"),
    same(b"GET /board/;jsessionid=1", "failed"),
    same(b"GET /board/a&b;c.html", "counts"),
    same(b"GET /board/%252F", "failed"),
    same(b"GET /board/%0aGET", "failed"),
    same(b"GET /board/%zz", "failed"),
    same(b"GET /board%00/", "not_watched"),
    Odd(b"GET /board/#part", "counts", "not_watched"),
    same(b"GET \\board\\", "not_watched"),
    Odd(b"GET /board/" + b"x" * 9000, "failed", "not_watched"),
    # Other people's text: quotes, backslashes, bytes that are no text; names elsewhere.
    same(b'GET /board/?q=x"y\\z', "counts"),
    same(b"GET /board/?q=\xc3\xa9\xff", "counts"),
    Odd(b"GET /board/\x01\x02", "failed", "not_watched"),
    same(b"GET /board/", "counts", more=b'User-Agent: a"b\\c\xe9\\\r\nReferer: http://x.example/"\\\xff" 200 1\r\n'),
    same(b"GET /board/", "counts", more=b'User-Agent: [24/Oct/2001:00:00:00 +0000] "GET /help/ HTTP/1.0" 404 0\r\n'),
    same(b"GET /help/?u=/board/&h=HOST", "mention_only"),
    same(b"GET /help/", "mention_only", more=b"Referer: http://HOST/board/\r\n"),
    same(b"GET /help/", "mention_only", more=b'User-Agent: "GET http://HOST/board/ HTTP/1.0" 200\r\n'),
    same(b"GET /board/picture.png", "counts"),
    same(b"GET /board/picture.png", "counts", more=b"Referer: http://HOST:80/board/\r\n"),
    same(b"GET /board/picture.png", "embed", more=b"Referer: http://x.example/\r\n"),
    # Hosts.
    same(b"GET http://HOST/board/", "counts"),
    same(b"GET http://forum-a.example/board/", "counts"),
    Odd(b"GET http://other.example/board/", "other_host", "not_watched"),
    same(b"GET http://u:p@HOST/board/", "failed"),
    same(b"CONNECT HOST:443", "not_watched"),
    same(b"GET /board/", "counts", host=b"HOST.:80"),
    Odd(b"GET /board/", "counts", "not_watched", host=b"unknown.example"),
    Odd(b"GET /board/", "failed", "not_watched", host=b"a b"),
    # What is hardly a request.
    same(b"\x16\x03\x01\x00\xc4\x01\x00\x00\xc0\x03\x03/board/\r\n\r\n", "not_watched", whole=True),
    same(b"", "no line", whole=True),
    Odd(b"\r\n\r\n", "not_watched", "no line", whole=True),
    Odd(b"GET /board/\r\n\r\n", "counts", "not_watched", whole=True),
    Odd(b"GET /board/ HTTP/1.0\r\n\r\n", "counts", "not_watched", whole=True),
    Odd(b"GET /board/ HTTP/1.1 x", "failed", "not_watched"),
    same(b"GET /board /topic.html", "not_watched"),
    # Names, checked and unchecked.
    same(b"GET /board/members/", "failed"),
    same(b"GET /board/members/", "counts", login=("mary jane", "one")),
    same(b"GET /board/members/", "failed", login=("mary jane", "no")),
    same(b"GET /board/", "counts", login=("mary jane", "no")),
    Odd(b"GET /board/members/", "counts", "malformed", login=('the "duke"', "two")),
    same(b"GET /board/members/", "counts", login=("anna\\bell", "three")),
    same(b"GET /board/members/", "counts", login=("zoë", "four")),
    same(b"GET /board/members/", "malformed", login=("bob - x", "five")),
    same(b"GET /board/members/", "failed", login=("", "")),
    same(b"GET /board/members/", "malformed", login=('a [b] "GET /board/ HTTP/1.0" 200 1', "six")),
)
VERIFIED = {"mary jane": "one", 'the "duke"': "two", "anna\\bell": "three", "zoë": "four"}
TABLES = """
[[target]]
id = "forum-a"
host = "forum-a.example"
path = "/board/"
[[target]]
id = "forum-b"
host = "forum-b.example"
path = "/board/"
[[log]]
files = ["logs/nginx{ports}.log"]
format = "combined"
host = "forum-a.example"
login_verified = ["/board/members/"]
realm = "members"
{client_port}
[[log]]
files = ["logs/apache{ports}.log"]
format = "vhost_combined"
login_verified = ["/board/members/"]
realm = "members"
{client_port}
"""


@pytest.fixture
def asked(web: Web) -> dict[str, list[Asked]]:
    """Ask everything of one server, and an hour later of the other."""
    done: dict[str, list[Asked]] = {}
    for hour, (server, comes_to) in enumerate(((NGINX, "nginx"), (APACHE, "apache"))):
        web.clock.set(AT + timedelta(hours=hour))
        done[server] = []
        for number, odd in enumerate(ODD, 1):
            one = web.ask(f"192.0.2.{number}", server, odd.written(server), shut=odd.whole)
            done[server].append(one if getattr(odd, comes_to) == "no line" else web.until_written(one))
    return done


def case_of(path: Path, web: Web, make_case: type[Case], *, ports: bool) -> Case:
    """Run a case over the plain logs, or over those with the client's port."""
    case = make_case(path, WINDOW, date(2001, 11, 20))
    words = {"ports": "-ports" if ports else "", "client_port": "client_port = 1" if ports else ""}
    case.write(TABLES.format(**words), {f"logs/{log.name}": log.read_bytes() for log in web.logs.glob("*.log")})
    case.run()
    return case


def test_every_line_comes_to_what_the_server_did(
    web: Web, asked: dict[str, list[Asked]], make_case: type[Case], tmp_path: Path
) -> None:
    case = case_of(tmp_path / "case", web, make_case, ports=True)
    events = {(row["source"], row["line"]): row for row in case.rows("events")}
    rejects = {(row["source"], row["line"]): row["reason"] for row in case.rows("rejects")}
    for server, name in ((NGINX, "nginx"), (APACHE, "apache")):
        file = case.file(f"logs/{name}-ports.log")
        lines = {client: number for number, client in enumerate(web.lines(server), 1)}
        dropped: Counter[str] = Counter()
        seen = 0
        for odd, one in zip(ODD, asked[server], strict=True):
            comes_to: str = getattr(odd, name)
            number = lines.get((one.source, one.port))
            assert (number is None) == (comes_to == "no line"), odd
            if number is None:
                continue
            seen += 1
            line = (file["content_sha256"], number)
            event = events.get(line)
            if comes_to in DROPPED | REJECTED:
                assert event is None, odd
                assert rejects.get(line) == (comes_to if comes_to in REJECTED else None), odd
                dropped[comes_to] += comes_to in DROPPED
            else:
                assert event is not None, (odd, rejects.get(line))
                assert ("counts" if event["counts"] else event["reason"]) == comes_to, odd
                assert (event["client_address"], event["client_port"]) == (one.source, one.port)
                assert event["status"] == (one.status or 200), odd
                assert one.began - 1_000_000 < event["time"] <= one.ended, odd
            if one.status in {None, 200} and b"GET" in odd.asked and comes_to not in {"other_host", "malformed"}:
                served = b"THE BOARD" in one.body
                foreign = server == APACHE and comes_to == "not_watched"  # served from the neighbour beside it
                assert served == (comes_to in {"counts", "embed"}) or foreign, odd
        assert file["lines"] == seen == file["kept"] + sum(file["dropped"].values()) + sum(file["rejected"].values())
        assert file["dropped"] == dict(+dropped)


def test_who_came_is_whom_the_server_knew(
    web: Web, asked: dict[str, list[Asked]], make_case: type[Case], tmp_path: Path
) -> None:
    case = case_of(tmp_path / "case", web, make_case, ports=False)
    named: Counter[str] = Counter()
    addresses: Counter[str] = Counter()
    for server, name in ((NGINX, "nginx"), (APACHE, "apache")):
        for odd, one in zip(ODD, asked[server], strict=True):
            if getattr(odd, name) != "counts":
                continue
            if odd.login is not None and VERIFIED.get(odd.login[0]) == odd.login[1]:
                named[odd.login[0]] += 1
            else:
                addresses[one.source] += 1
    visitors = case.rows("visitors")
    assert {row["client_address"]: row["events"] for row in visitors if row["basis"] == "address"} == addresses
    found = {row["login"]: row["events"] for row in visitors if row["basis"] == "login"}
    assert found == {case.login(name, "members"): count for name, count in named.items()}


def test_the_plain_logs_say_the_same_but_for_the_port(
    web: Web, asked: dict[str, list[Asked]], make_case: type[Case], tmp_path: Path
) -> None:
    assert asked
    ours = {"event_id", "source", "offset", "length", "client_port", "log", "series", "login"}
    plain, ports = (
        [
            {name: value for name, value in row.items() if name not in ours}
            for row in case_of(tmp_path / str(with_ports), web, make_case, ports=with_ports).rows("events")
        ]
        for with_ports in (False, True)
    )

    def order(row: dict[str, Any]) -> tuple[Any, ...]:
        return row["target"], row["line"]

    first = [{**row, "event": 0} for row in sorted(plain, key=order)]
    assert first == [{**row, "event": 0} for row in sorted(ports, key=order)]


def test_a_time_that_the_server_writes_in_parts_is_the_same_to_the_microsecond(
    web: Web, asked: dict[str, list[Asked]], make_case: type[Case], tmp_path: Path
) -> None:
    """The line of the server's own configuration is pasted into the case."""
    (configured,) = (
        line for line in (web.place.house / "apache2.conf").read_text().splitlines() if "apache-micros.log" in line
    )
    case = make_case(tmp_path / "micros", WINDOW, date(2001, 11, 20))
    tables = TABLES.format(ports="-ports", client_port="").replace(
        'files = ["logs/apache-ports.log"]\nformat = "vhost_combined"',
        f"files = [\"logs/apache-micros.log\"]\nformat = \"apache\"\nlog_format = '''{configured}'''",
    )
    case.write(tables, {f"logs/{log.name}": log.read_bytes() for log in web.logs.glob("*.log")})
    case.run()
    other = case_of(tmp_path / "case", web, make_case, ports=True)
    compared = ("line", "client_address", "client_port", "action", "object", "status", "counts", "reason", "zone")
    micros, seconds = (
        {row["line"]: row for row in one.rows("events") if row["target"] == "forum-b"} for one in (case, other)
    )
    said, meant = (
        [(*(row[name] for name in compared), row["login"] is None, row["time"] // 1_000_000) for row in rows.values()]
        for rows in (micros, seconds)
    )
    assert said == meant
    asked_by = {(one.source, one.port): one for one in asked[APACHE]}
    for row in micros.values():
        one = asked_by[row["client_address"], row["client_port"]]
        assert one.began - 50_000 <= row["time"] <= one.ended + 50_000
    assert any(row["time"] % 1_000_000 for row in micros.values())
