"""A small case folder, written line by line: a web log, a news log, assignments, and who sat where."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

import landmark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

TODAY = date(2001, 11, 1)
BEGIN = datetime(2001, 10, 1, tzinfo=UTC)
KEY = "0123456789abcdef" * 4
AGENT = "Mozilla/4.77 [en] (X11; U; Linux 2.4.2 i686)"
WEB = {"files": ["logs/access.log*"], "format": "combined", "host": "forum-a.example"}
NEWS = {"files": ["logs/news.notice*"], "format": "inn", "zone": "UTC", "year": 2001}
CSV = {"files": ["isp/assignments*.csv"], "format": "csv", "account": "user-name", "zone": "UTC"}
BOARD = {"id": "forum-a", "host": "forum-a.example", "path": "/board/"}
GROUP = {"id": "group-a", "newsgroup": "test.watched.a"}


def web(  # noqa: PLR0913 - a line has these fields
    at: datetime,
    client: str,
    asked: str = "/board/",
    *,
    user: str = "-",
    status: int = 200,
    method: str = "GET",
    referrer: str = "-",
    agent: str = AGENT,
) -> bytes:
    """Give a line of a combined log."""
    time = at.strftime("%d/%b/%Y:%H:%M:%S +0000")
    return f'{client} - {user} [{time}] "{method} {asked} HTTP/1.0" {status} 512 "{referrer}" "{agent}"\n'.encode()


def news(at: datetime, client: str, pid: int, articles: int = 7, *, user: str | None = None) -> list[bytes]:
    """Give the lines of one news connection of five minutes that read from the watched group."""
    end = at + timedelta(minutes=5)

    def line(when: datetime, text: str) -> bytes:
        return f"{when:%b} {when.day:2d} {when:%H:%M:%S} news1 nnrpd[{pid}]: {client} {text}\n".encode()

    known = [line(at, f"user {user}")] if user else []
    return [
        line(at, f"({client}) connect - port 119"),
        *known,
        line(end, f"group test.watched.a {articles}"),
        line(end, f"exit articles {articles} groups 1"),
        line(end, "times user 0.010 system 0.020 idle 0.000 elapsed 300.000"),
    ]


def sittings(who: int, count: int = 12) -> list[datetime]:
    """Give the begins of as many visits, on different days and at hours that no program keeps."""
    clock = [timedelta(hours=7 + (n * n + who * 5) % 13, minutes=(n * 17 + who * 29) % 47) for n in range(count)]
    return [BEGIN + timedelta(days=1 + n % 13, seconds=n) + at for n, at in enumerate(clock)]


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class World:
    """Who did what: lines with their instants, and rows of assignments."""

    web: list[tuple[datetime, bytes]] = field(default_factory=list)
    news: list[tuple[datetime, bytes]] = field(default_factory=list)
    assignments: list[str] = field(default_factory=list)

    def sit(self, at: datetime, client: str, number: int) -> None:
        """Open three pages of the board within four minutes."""
        for page in range(3):
            when = at + timedelta(minutes=2 * page)
            self.web.append((when, web(when, client, f"/board/{number}/topic{page}.html")))

    def lease(self, at: datetime, address: str, account: str) -> None:
        """Give the address out from a quarter of an hour before to two hours after."""
        begin, end = stamp(at - timedelta(minutes=15)), stamp(at + timedelta(hours=2))
        self.assignments.append(f"{address},,,{begin},{end},{account}")

    def web_lines(self) -> list[bytes]:
        return [line for _, line in sorted(self.web)]

    def news_lines(self) -> list[bytes]:
        return [line for _, line in sorted(self.news, key=lambda one: one[0])]


def small_world(homes: int = 2) -> World:
    """Two customers and one from abroad with twelve visits each, curious ones, readers of news, and neighbours."""
    world = World()
    for who in range(homes):
        for number, at in enumerate(sittings(who)):
            address = f"192.0.2.{20 + (who * 7 + number) % 60}"
            world.lease(at, address, f"user-{who:04d}")
            if number % 4 == 3:
                world.news += [(at, line) for line in news(at, address, 1000 + 20 * who + number)]
            else:
                world.sit(at, address, number)
    for number, at in enumerate(sittings(9)):
        world.sit(at, "198.51.100.7", number)
    for number, at in enumerate(sittings(5, 13)):
        world.sit(at, f"203.0.113.{number}", number)
        other = at + timedelta(minutes=1)
        world.web.append((other, web(other, f"203.0.113.{number}", "/help/")))
        world.web.append((other, web(other, f"203.0.113.{number}", "/board/none", status=404)))
    return world


def _value(value: object) -> str:
    if isinstance(value, list | str) and not (isinstance(value, str) and value.startswith("@")):
        return json.dumps(value, ensure_ascii=False)
    return str(value).removeprefix("@") if isinstance(value, str) else json.dumps(value)


@dataclass
class Folder:
    """A case folder; `save` writes `case.toml` as it is described here. A value that begins with `@` is bare TOML."""

    path: Path
    authority: dict[str, Any] = field(default_factory=dict)
    rules: dict[str, Any] = field(default_factory=dict)
    targets: list[dict[str, Any]] = field(default_factory=lambda: [BOARD, GROUP])
    logs: list[dict[str, Any]] = field(default_factory=lambda: [WEB, NEWS])
    assignments: list[dict[str, Any]] = field(default_factory=lambda: [CSV])
    more: str = ""

    def save(self) -> Folder:
        authority = {
            "reference": "W-1",
            "issuer": "Example Court",
            "provider": "Example Internet",
            "country": "GB",
            "zone": "Europe/London",
            "from": "@2001-10-01T00:00:00Z",
            "until": "@2001-10-15T00:00:00Z",
            "covers": ["traffic", "identification"],
            **self.authority,
        }
        parts: list[tuple[str, Mapping[str, Any]]] = [
            ("[case]", {"id": "small", "title": "A small case", "lead": "GB"}),
            ("[authority]", authority),
            ("[rules]", self.rules),
            ("[countries]", {"addresses": "geo.csv"}),
            *(("[[target]]", target) for target in self.targets),
            *(("[[log]]", log) for log in self.logs),
            *(("[[assignment]]", one) for one in self.assignments),
        ]
        text = "\n".join(
            head + "\n" + "".join(f"{key} = {_value(value)}\n" for key, value in body.items()) for head, body in parts
        )
        self.write("case.toml", (text + "\n" + self.more).encode())
        return self

    def write(self, name: str, content: bytes | Iterable[bytes]) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else b"".join(content))
        return path

    def fill(self, world: World) -> Folder:
        """Write the inputs of a world, the data set of countries and the key."""
        self.write("logs/access.log", world.web_lines())
        self.write("logs/news.notice", world.news_lines())
        header = "address,port_from,port_to,from,until,account"
        self.write("isp/assignments.csv", ("\n".join([header, *world.assignments]) + "\n").encode())
        self.write(
            "geo.csv",
            b"# date: 2001-10-01\n192.0.2.0,192.0.2.255,GB\n198.51.100.0,198.51.100.255,DE\n"
            b"203.0.113.0,203.0.113.255,CH\n",
        )
        self.write("case.key", KEY.encode() + b"\n").chmod(0o600)
        return self

    def run(self, **options: Any) -> landmark.Ran:  # noqa: ANN401 - what landmark.run takes
        return landmark.run(self.path, today=TODAY, **options)

    def out(self) -> dict[str, bytes]:
        """Give every file of `out/` by its name, but the manifest."""
        out = self.path / "out"
        return {
            path.relative_to(out).as_posix(): path.read_bytes()
            for path in sorted(out.rglob("*"))
            if path.is_file() and path.name != "manifest.json"
        }

    def tables(self) -> dict[str, bytes]:
        return {name: content for name, content in self.out().items() if name.startswith("tables/")}

    def rows(self, table: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = pq.read_table(self.path / "out" / "tables" / f"{table}.parquet").to_pylist()
        return rows

    def funnel(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.path / "out" / "funnel.json").read_bytes())
        return content

    def file(self, name: str) -> dict[str, Any]:
        funnel = self.funnel()
        found: dict[str, Any] = next(
            one for one in [*funnel["files"], *funnel["assignment_files"]] if one["path"] == name
        )
        return found

    def step(self, name: str) -> int:
        return next(int(step["count"]) for step in self.funnel()["steps"] if step["step"] == name)

    def whole(self) -> bool:
        """Whether there is a manifest, and every file is there that it names, with that content, and no other."""
        manifest = self.path / "out" / "manifest.json"
        if not manifest.exists():
            return False
        named = json.loads(manifest.read_bytes())["files"]
        return bool({name: hashlib.sha256(content).hexdigest() for name, content in self.out().items()} == named)

    def ledger(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.path / "ledger.jsonl").read_bytes().splitlines()]

    def holding(self, *words: bytes, inside: Iterable[str] = ("out", "cache", "ledger.jsonl")) -> list[str]:
        """Give the files that Landmark wrote and that hold one of these words, in their bytes or in a table's texts."""
        found = []
        for name in inside:
            top = self.path / name
            for path in [top] if top.is_file() else sorted(top.rglob("*")):
                if path.is_file():
                    content = path.read_bytes()
                    if path.suffix == ".parquet":
                        content += str(pq.read_table(path).to_pydict()).encode()
                    if any(word in content for word in words):
                        found.append(path.relative_to(self.path).as_posix())
        return found


@pytest.fixture(scope="session")
def make() -> Callable[..., Folder]:
    """Make a case folder; with a world its inputs are written."""

    def made(path: Path, world: World | None = None, **parts: Any) -> Folder:  # noqa: ANN401 - what Folder has
        folder = Folder(path, **parts)
        path.mkdir(parents=True, exist_ok=True)
        return folder.fill(world or small_world()).save()

    return made


@pytest.fixture
def case(tmp_path: Path, make: Callable[..., Folder]) -> Folder:
    """A small case, not run yet."""
    return make(tmp_path / "case")


@pytest.fixture
def light(tmp_path: Path, make: Callable[..., Folder]) -> Folder:
    """The small case without assignments, which runs in half the time."""
    return make(tmp_path / "case", assignments=[])


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """No power is cut here, so nothing waits for the disk. (Runs in processes of their own do.)"""
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, make: Callable[..., Folder]) -> Folder:
    """The small case, run once with nothing in the way. Nobody may change it."""
    folder = make(tmp_path_factory.mktemp("undisturbed") / "case")
    folder.run()
    return folder


@pytest.fixture(scope="session")
def words() -> Callable[..., bytes]:
    """Lines of a web log."""
    return web


@pytest.fixture(scope="session")
def talk() -> Callable[..., list[bytes]]:
    """Lines of a news log."""
    return news


@pytest.fixture(scope="session")
def world() -> Callable[..., World]:
    return small_world


@pytest.fixture(scope="session")
def command() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command line in a process of its own."""

    def ran(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:  # noqa: ANN401 - of subprocess.run
        line = [sys.executable, "-m", "landmark", *map(str, arguments)]
        return subprocess.run(line, capture_output=True, text=True, check=False, **options)

    return ran
