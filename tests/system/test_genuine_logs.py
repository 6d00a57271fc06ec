"""Logs that genuine servers wrote, run whole: every count equals a plain one, and most regulars are machines."""

from __future__ import annotations

import gzip
import re
from collections import Counter, defaultdict
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote_to_bytes

import pytest
from crawlerdetect import CrawlerDetect

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.system.conftest import Folder

GAP, MINUTE, HOUR, DAY = 1800, 60, 3600, 86400
PERIODS = [15 * MINUTE, 20 * MINUTE, 30 * MINUTE, 40 * MINUTE, 45 * MINUTE, 60 * MINUTE, 90 * MINUTE]
PERIODS += [2 * HOUR, 3 * HOUR, 4 * HOUR, 6 * HOUR, 8 * HOUR, 12 * HOUR, 24 * HOUR]
STATIC = re.compile(
    r"\.(css|js|png|jpe?g|gif|ico|svg|ttf|woff|eot|swf|flv|mp3|mp4|mov|avi|bmp|tiff?|wav|wmv|ogg)$", re.IGNORECASE
)
QUOTED = rb'"((?:[^"\\]|\\.)*)"'
REQUEST = rb'"(\S+) ((?:[^"\\]|\\.)*?)(?: HTTP/[0-9.]+)?"'
LINE = re.compile(rb"(\S+) \S+ \S+ \[([^\]]+)\] " + REQUEST + rb" (\d+) (?:\d+|-) " + QUOTED + rb" " + QUOTED)


class Asked(NamedTuple):
    """One request, as a plain reading of the line has it; `at` in seconds."""

    client: str
    at: int
    method: str
    asked: str
    path: str
    status: int
    agent: str

    @property
    def counts(self) -> bool:
        reached = 200 <= self.status < 300 or self.status == 304
        return (self.method in {"GET", "POST"} and reached) or (self.method == "POST" and self.status in {302, 303})

    @property
    def static(self) -> bool:
        return STATIC.search(self.path) is not None


def plain(text: bytes) -> list[Asked]:
    """Read a log with a regular expression and the standard library."""
    found = []
    for line in text.split(b"\n"):
        if not (match := LINE.match(line)) or not match[4].startswith(b"/"):
            continue
        client, time, method, asked, status, _, agent = match.groups()
        at = datetime.strptime(time.decode(), "%d/%b/%Y:%H:%M:%S %z").timestamp()
        path = re.sub(rb"/+", b"/", unquote_to_bytes(re.split(rb"[?#]", asked)[0])).decode("latin-1")
        words = (method.decode(), asked.decode("latin-1"), path)
        found.append(Asked(client.decode().lower(), int(at), *words, int(status), agent.decode("latin-1")))
    return found


def under(path: str, wanted: str) -> bool:
    bare = wanted.rstrip("/")
    return path in {bare, wanted} or path.startswith(bare + "/")


def spans(instants: list[int], gap: int) -> list[tuple[int, int]]:
    """Give begin and end of each run of instants with no pause longer than the gap."""
    found: list[tuple[int, int]] = []
    for at in sorted(instants):
        if found and at - found[-1][1] <= gap:
            found[-1] = (found[-1][0], at)
        else:
            found.append((at, at))
    return found


def machine(rows: list[Asked], robots: set[tuple[str, str]], is_crawler: Callable[[str], bool]) -> str | None:
    """Say by the definition why nobody may have sat there; `rows` are one visitor's counting requests."""
    visits = spans([row.at for row in rows], GAP)

    def attended(row: Asked) -> bool:
        return not (is_crawler(row.agent) or (row.client, row.agent) in robots)

    human = [row.at for row in rows if attended(row)]
    if sum(any(begin <= at <= end for at in human) for begin, end in visits) <= 10:
        return "automated"
    if 10 * max(Counter(row.asked for row in rows).values()) >= 9 * len(rows):
        return "unattended"
    pages = sorted(row.at for row in rows if not row.static)
    starts = [at for before, at in zip([None, *pages], pages, strict=False) if before is None or at - before >= MINUTE]
    intervals = [after - before for before, after in pairwise(starts)]
    for period in PERIODS:
        near = sum(abs(one - max(1, round(one / period)) * period) <= MINUTE for one in intervals)
        if len(intervals) >= 10 and 2 * near >= len(intervals):
            return "unattended"
    return "leaf" if len(together(rows)) >= 2 else None


def together(rows: list[Asked]) -> set[int]:
    """Give the days on which visits of three agents overlap."""
    by_agent = defaultdict(list)
    for row in rows:
        if row.agent not in {"", "-"}:
            by_agent[row.agent].append(row.at)
    visits = [span for instants in by_agent.values() for span in spans(instants, GAP)]
    days: set[int] = set()
    for begin, _ in visits:
        ends = sorted((end for other, end in visits if other <= begin <= end), reverse=True)
        if len(ends) >= 3:
            days.update(range(begin // DAY, ends[2] // DAY + 1))
    return days


class Log(NamedTuple):
    name: str
    target: str
    begin: str
    end: str


LOGS = [
    Log("elastic_apache_logs.log", "/presentations", "2015-05-17", "2015-05-21"),
    Log("elastic_apache_logs.log", "/", "2015-05-17", "2015-05-21"),
    Log("elastic_apache_logs.log", "/blog/", "2015-05-18", "2015-05-20"),
    Log("hurence_access.log.48", "/node", "2013-11-03", "2013-11-11"),
    Log("hurence_access.log.48", "/", "2013-11-03", "2013-11-11"),
    Log("hurence_access.log.5.gz", "/node", "2014-08-31", "2014-09-08"),
    Log("hurence_access.log.5.gz", "/", "2014-08-31", "2014-09-08"),
]


class Counted(NamedTuple):
    folder: Folder
    rows: list[Asked]
    kept: list[Asked]
    visitors: dict[str, list[Asked]]


@pytest.fixture(scope="module", params=LOGS, ids=lambda log: f"{log.name} {log.target}")
def counted(
    request: pytest.FixtureRequest,
    shared: Path,
    tmp_path_factory: pytest.TempPathFactory,
    make: Callable[..., Folder],
) -> Counted:
    """Run a genuine log with a target that is a path alone, and count the same plainly."""
    log: Log = request.param
    stored = (shared / "data" / "web" / log.name).read_bytes()
    folder = make(
        tmp_path_factory.mktemp("genuine") / "case",
        authority={"from": f"@{log.begin}T00:00:00Z", "until": f"@{log.end}T00:00:00Z", "covers": ["traffic"]},
        targets=[{"id": "place", "path": log.target}],
        logs=[{"files": ["genuine/*"], "format": "combined"}],
        assignments=[],
    )
    folder.write(f"genuine/{log.name}", stored)
    folder.run()
    rows = plain(gzip.decompress(stored) if log.name.endswith(".gz") else stored)
    window = [datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() for day in (log.begin, log.end)]
    kept = [row for row in rows if under(row.path, log.target) and window[0] <= row.at < window[1]]
    visitors = defaultdict(list)
    for row in kept:
        if row.counts:
            visitors[row.client].append(row)
    return Counted(folder, rows, kept, dict(visitors))


def test_events_and_counting_events_are_those_of_a_plain_count(counted: Counted) -> None:
    assert len(counted.kept) > 100
    assert counted.folder.step("events") == len(counted.kept)
    assert counted.folder.step("counting") == sum(row.counts for row in counted.kept)
    found = Counter((row["client_address"] or row["client_host"], row["time"]) for row in counted.folder.rows("events"))
    assert found == Counter((row.client, row.at * 1_000_000) for row in counted.kept)


def test_visitors_and_their_visits_are_those_of_a_plain_count(counted: Counted) -> None:
    found = {row["client_address"] or row["client_host"]: row["visits"] for row in counted.folder.rows("visitors")}
    assert found == {client: len(spans([row.at for row in rows], GAP)) for client, rows in counted.visitors.items()}
    assert counted.folder.step("visits") == sum(found.values())
    assert counted.folder.step("visitors") == len(found)


def test_those_over_ten_are_those_of_a_plain_count_and_most_are_machines(counted: Counted) -> None:
    over = {client: rows for client, rows in counted.visitors.items() if len(spans([row.at for row in rows], GAP)) > 10}
    assert counted.folder.step("over_threshold") == len(over)
    listed: dict[str, bool] = {}
    detector = CrawlerDetect()

    def is_crawler(agent: str) -> bool:
        if agent not in listed:
            listed[agent] = bool(agent) and detector.is_crawler(agent)
        return listed[agent]

    robots = {(row.client, row.agent) for row in counted.kept if row.path == "/robots.txt"}
    subjects = {row["client_address"] or row["client_host"]: row for row in counted.folder.rows("subjects")}
    said = {client: row["machine"] for client, row in subjects.items()}
    assert said == {client: machine(rows, robots, is_crawler) for client, rows in over.items()}
    for client, rows in over.items():
        if all("bot" in row.agent.lower() for row in rows):
            assert said[client] == "automated"
    top = sorted(over, key=lambda client: -subjects[client]["visits"])[:5]
    assert sum(said[client] is not None for client in top) * 2 >= len(top), {one: said[one] for one in top}


def test_every_line_is_accounted_for(counted: Counted) -> None:
    (file,) = counted.folder.funnel()["files"]
    assert file["lines"] == file["kept"] + sum(file["dropped"].values()) + sum(file["rejected"].values())
    assert file["kept"] == len(counted.kept)
    assert sum(file["rejected"].values()) <= 1


def test_googlebot_and_its_like_are_listed_as_machines_and_no_lead_comes_of_a_log_alone(counted: Counted) -> None:
    assert counted.folder.step("leads") == 0
    agents: dict[str, set[str]] = defaultdict(set)
    for client, rows in counted.visitors.items():
        agents[client].update(row.agent for row in rows)
    found: dict[str, Any] = {
        row["client_address"] or row["client_host"]: row for row in counted.folder.rows("subjects")
    }
    for client, row in found.items():
        if all("Googlebot" in agent or "bingbot" in agent for agent in agents[client]):
            assert row["machine"] == "automated"
            assert row["lost"] == "automated"
