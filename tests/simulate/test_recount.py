"""Truth, which knows what was done, and a plain count of the written bytes come to the same."""

from __future__ import annotations

import csv
import gzip
import re
import tomllib
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest

if TYPE_CHECKING:
    from pathlib import Path


LONDON = ZoneInfo("Europe/London")
WEB = re.compile(r'(?:(\S+):80 )?(\S+) - (\S+) \[(.*?)\] "(\S+) (\S+) \S+" (\d+) \S+ "(.*?)" ".*"')
Span = tuple[float, float]


def lines_of(folder: Path, *names: str) -> list[str]:
    lines = []
    for name in names:
        content = (folder / "logs" / name).read_bytes()
        lines += (gzip.decompress(content) if name.endswith(".gz") else content).decode().splitlines()
    return lines


def web_acts(folder: Path) -> list[tuple[str, Span]]:
    """Give (address, time) of every request that reached a target in the window."""
    targets = [
        (one["host"], one.get("path", "").rstrip("/"), one.get("from"))
        for one in tomllib.loads((folder / "case.toml").read_text("utf-8"))["target"]
        if "host" in one
    ]
    begin, end = window(folder)
    acts = []
    names = ("access.log.2.gz", "access.log.1", "access.log", "club-access.log.1", "club-access.log")
    for line in lines_of(folder, *names):
        found = WEB.fullmatch(line)
        assert found
        host, address, _, stamp, method, url, status, referrer = found.groups("club.example")
        time = datetime.strptime(stamp, "%d/%b/%Y:%H:%M:%S %z")
        path = unquote(url.split("?")[0])
        froms = [
            since
            for name, base, since in targets
            if (host == name or (name[0] == "*" and host.endswith(name[1:])))
            and (not base or path == base or path.startswith(base + "/"))
        ]
        if not froms or not (froms[0] or begin) <= time or not begin <= time < end:
            continue
        fine = status[0] == "2" or status == "304" or (method == "POST" and status in {"302", "303"})
        foreign = referrer != "-" and not referrer.startswith(f"http://{host}/")
        if method != "HEAD" and fine and not (foreign and re.search(r"\.(css|js|gif|jpg)$", path)):
            acts.append((address, (time.timestamp(), time.timestamp())))
    return acts


def news_acts(folder: Path) -> list[tuple[str, Span]]:
    """Give (address, connect and last watched group) of every connection to the first news server that counts."""
    begin, end = window(folder)
    readers: dict[str, list[tuple[str, float, list[tuple[float, int]]]]] = defaultdict(list)
    before, fold = datetime(2001, 10, 1, tzinfo=LONDON), 0
    for line in lines_of(folder, "news.notice.1", "news.notice"):
        naive = datetime.strptime(f"2001 {line[:15]}", "%Y %b %d %H:%M:%S")  # noqa: DTZ007 - local; the zone follows
        if naive < before.replace(tzinfo=None) - timedelta(minutes=50):
            fold = 1
        before = naive.replace(tzinfo=LONDON, fold=fold)
        time = before.timestamp()
        if found := re.search(r"nnrpd\[(\d+)\]: \S+ \((\S+)\) connect", line):
            readers[found[1]].append((found[2], time, []))
        elif found := re.search(r"nnrpd\[(\d+)\]: \S+ group test\.watched\.(?:[a-k]|pool\.\S+) (\d+)$", line):
            readers[found[1]][-1][2].append((time, int(found[2])))
    return [
        (address, (time, left[-1][0]))
        for connections in readers.values()
        for address, time, left in connections
        if any(n for _, n in left) and begin.timestamp() <= time and left[-1][0] < end.timestamp()
    ]


def window(folder: Path) -> tuple[datetime, datetime]:
    authority = tomllib.loads((folder / "case.toml").read_text("utf-8"))["authority"]
    return authority["from"], authority["until"]


def runs(spans: list[Span]) -> int:
    """Count runs with no pause over half an hour."""
    ends: list[float] = []
    for first, last in sorted(spans):
        if ends and first - ends[-1] <= 1_800:
            ends[-1] = max(ends[-1], last)
        else:
            ends.append(last)
    return len(ends)


@pytest.fixture(scope="session")
def acts(small_world: Path) -> list[tuple[str, Span]]:
    return web_acts(small_world) + news_acts(small_world)


def test_people_abroad_come_as_often_as_their_addresses_stand_in_the_logs(
    small_truth: dict[str, Any], acts: list[tuple[str, Span]]
) -> None:
    spans: dict[str, list[Span]] = defaultdict(list)
    for address, span in acts:
        spans[address].append(span)
    kinds = {"abroad", "curious", "frequent", "crawler", "feed", "unit", "shared"}
    visitors = [one for one in small_truth["visitors"] if one["basis"] == "address" and one["kind"] in kinds]
    assert {visitor["kind"] for visitor in visitors} == kinds
    assert {visitor["name"]: visitor["visits"] for visitor in visitors} == {
        visitor["name"]: runs(spans[visitor["name"]]) for visitor in visitors
    }


def test_customers_come_as_often_as_the_records_put_them_at_the_addresses_in_the_logs(
    small_world: Path, small_truth: dict[str, Any], acts: list[tuple[str, Span]]
) -> None:
    held: dict[str, list[tuple[float, float, str]]] = defaultdict(list)
    with (small_world / "isp/assignments.csv").open(encoding="ascii", newline="") as file:
        for row in csv.DictReader(file):
            begin, end = (datetime.fromisoformat(row[name]).timestamp() for name in ("from", "until"))
            held[row["address"]].append((begin, end, row["account"]))
    spans: dict[str, list[Span]] = defaultdict(list)
    for address, span in acts:
        for begin, end, account in held.get(address, ()):
            if begin <= span[0] and span[1] < end:
                spans[account].append(span)
    kinds = {"home", "static", "curious", "frequent", "feed", "pull", "leafnode", "cafe", "embedded", "picture"}
    people = [person for person in small_truth["people"] if person["kind"] in kinds]
    assert {person["kind"] for person in people} == kinds
    assert {person["account"]: person["visits"] for person in people} == {
        person["account"]: runs(spans[person["account"]]) for person in people
    }


def test_nobody_else_comes(small_world: Path, small_truth: dict[str, Any], acts: list[tuple[str, Span]]) -> None:
    with (small_world / "isp/assignments.csv").open(encoding="ascii", newline="") as file:
        pool = {row["address"] for row in csv.DictReader(file)}
    abroad = {address for address, _ in acts} - pool
    known = {one["name"] for one in small_truth["visitors"] if one["basis"] == "address"}
    logins = {one["name"] for one in small_truth["visitors"] if one["basis"] == "login"}
    named = {
        found[2]
        for line in lines_of(small_world, "club-access.log.1", "club-access.log")
        if (found := WEB.fullmatch(line)) and found[3] in logins
    }
    assert abroad <= known | named


def test_all_of_it_lies_in_utc_as_the_offsets_say(small_world: Path) -> None:
    begin, end = window(small_world)
    assert begin == datetime(2001, 10, 15, tzinfo=UTC)
    assert end == datetime(2001, 10, 29, tzinfo=UTC)
