"""Every kind of world is a complete case, the same each time; and its faults are those that it says."""

from __future__ import annotations

import csv
import re
import tomllib
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

import landmark
from landmark.commands import load
from landmark.errors import CaseError
from landmark.simulate.clock import BEGIN, DAY, DAYS, HOUR, MINUTE, web_stamp
from landmark.simulate.kinds import DEFAULT, KINDS
from landmark.simulate.provider import happen
from landmark.simulate.truth_file import kind_as_json

if TYPE_CHECKING:
    from landmark.simulate.provider import Happened

SMALL = 0.01
LONDON = ZoneInfo("Europe/London")
IN_LOCAL_TIME = re.compile(r"200[0-3]-[01]\d-[0-3]\d [0-2]\d:[0-5]\d:[0-5]\d")


@pytest.fixture(scope="module", params=sorted(KINDS))
def one_of_each(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    name: str = request.param
    return name, landmark.simulate(tmp_path_factory.mktemp(name) / "case", seed=5, scale=SMALL, kind=name)


def case_of(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "case.toml").read_text("utf-8"))


def test_every_kind_is_a_case_that_checks(one_of_each: tuple[str, Path]) -> None:
    _, folder = one_of_each
    assert len(load(folder, today=date(2001, 11, 28)).targets) == 30
    for source in case_of(folder)["assignment"]:
        assert [path for pattern in source["files"] for path in folder.glob(pattern)]


def test_the_same_seed_gives_the_same_bytes_in_every_kind(one_of_each: tuple[str, Path], tmp_path: Path) -> None:
    name, folder = one_of_each
    again = landmark.simulate(tmp_path / "again", seed=5, scale=SMALL, kind=name)
    files = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    assert not [path for path in files if (folder / path).read_bytes() != (again / path).read_bytes()]


@pytest.mark.parametrize("kind", ["", "everything", "PROVIDER"])
def test_a_kind_that_does_not_exist_is_refused(kind: str, tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"world: found .*, expected provider | radius"):
        landmark.simulate(tmp_path / "case", kind=kind)
    assert not (tmp_path / "case").exists()


def test_the_default_kind_is_the_provider_with_right_clocks_and_whole_records() -> None:
    assert next(iter(KINDS)) == DEFAULT == "provider"
    said = {"world": "provider", "faults": [], "right_clocks": True}
    assert kind_as_json(KINDS[DEFAULT]) == said


def test_what_is_wrong_with_a_kind_is_said_and_clocks_are_right_unless_it_is_they() -> None:
    for kind in KINDS.values():
        assert kind.right_clocks == (not {"clock wrong", "zone wrong"} & set(kind.faults))
    assert {fault for kind in KINDS.values() for fault in kind.faults} == {
        "records lost",
        "ports missing",
        "zone wrong",
        "clock wrong",
    }


@pytest.mark.parametrize(
    ("kind", "at", "off"),
    [
        ("slow-clock", BEGIN, -MINUTE),
        ("slow-clock-measured", BEGIN, -MINUTE),
        ("ten-minutes-slow", BEGIN, -10 * MINUTE),
        ("drifting", BEGIN, 0),
        ("drifting", BEGIN + DAYS * DAY // 2, -10 * MINUTE),
        ("gaining", BEGIN + DAYS * DAY // 2, 10 * MINUTE),
        ("hour-off", BEGIN, HOUR),
        ("hour-off-a-day", BEGIN + 3 * DAY - 1, 0),
        ("hour-off-a-day", BEGIN + 3 * DAY, HOUR),
        ("hour-off-a-day", BEGIN + 4 * DAY, 0),
        ("hour-off-half-a-day", BEGIN + 3 * DAY + 12 * HOUR, -HOUR),
        ("hour-off-half-a-day", BEGIN + 4 * DAY, 0),
        ("wrong-zone", BEGIN, 0),
    ],
)
def test_a_clock_is_off_by_what_its_kind_says_on_the_main_web_server_alone(kind: str, at: int, off: int) -> None:
    assert KINDS[kind].clock("web", at) == at + off
    assert [KINDS[kind].clock(log, at) for log in ("club", "news", "news2")] == [at] * 3


def test_the_log_shows_what_the_clock_shows(tmp_path: Path) -> None:
    folder = landmark.simulate(tmp_path / "case", seed=5, scale=SMALL, kind="slow-clock")
    hits = [hit for hit in happen(5, SMALL, "slow-clock").hits if hit.host != "club.example"]
    text = (folder / "logs" / "access.log").read_text("utf-8")
    last = max(hits, key=lambda hit: hit.time)
    assert web_stamp(last.time - MINUTE) in text
    assert "clock_ahead" not in (folder / "case.toml").read_text("utf-8")


def test_a_clock_that_was_measured_is_declared_and_reads_right(tmp_path: Path) -> None:
    folder = landmark.simulate(tmp_path / "case", seed=5, scale=SMALL, kind="slow-clock-measured")
    declared = [log.get("clock_ahead") for log in case_of(folder)["log"]]
    assert declared == ["-1m", None, None, None]
    assert KINDS["slow-clock-measured"].read("web", BEGIN) == BEGIN


@pytest.mark.parametrize("kind", ["local-time", "wrong-zone"])
def test_assignments_in_local_time_have_no_offset_and_the_rows_are_what_london_makes_of_them(
    kind: str, tmp_path: Path
) -> None:
    folder = landmark.simulate(tmp_path / "case", seed=5, scale=0.03, kind=kind)
    (source,) = case_of(folder)["assignment"]
    assert source["zone"] == "Europe/London"
    expected = []
    for written in table(folder):
        assert IN_LOCAL_TIME.fullmatch(written["from"])
        begins, ends = (readings(written[name]) for name in ("from", "until"))
        certain = max(begins), min(ends)
        if certain[0] < certain[1]:
            parts = [(min(begins), certain[0], True), (*certain, False), (certain[1], max(ends), True)]
        else:
            parts = [(min(begins), max(ends), True)]
        expected += [(written["address"], *part, written["account"]) for part in parts if part[0] < part[1]]
    window = range(BEGIN - 3 * DAY, BEGIN + (DAYS + 3) * DAY)  # static ones begin in another winter
    rows = happen(5, 0.03, kind).recorded.rows
    told = [(row.address, row.begin, row.end, row.doubtful, row.holder) for row in rows]
    assert sorted(one for one in told if one[1] in window) == sorted(one for one in expected if one[1] in window)
    assert any(row.doubtful for row in rows)


def readings(written: str) -> list[int]:
    local = datetime.fromisoformat(written)
    return [round(local.replace(tzinfo=LONDON, fold=fold).timestamp()) for fold in (0, 1)]


@pytest.mark.parametrize(("kind", "ahead"), [("local-time", 0), ("wrong-zone", HOUR)])
def test_what_is_written_is_londons_time_or_an_hour_east_of_it(kind: str, ahead: int) -> None:
    zones = KINDS[kind].zones
    assert zones is not None
    for instant in range(BEGIN, BEGIN + DAYS * DAY, 5 * HOUR + 7):
        there = datetime.fromtimestamp(instant, LONDON).replace(tzinfo=None) + timedelta(seconds=ahead)
        assert zones.written(instant) == there.isoformat(" ")


def table(folder: Path) -> list[dict[str, str]]:
    with (folder / "isp" / "assignments.csv").open(encoding="ascii", newline="") as file:
        return list(csv.DictReader(file))


def test_ports_are_logged_where_the_kind_says_so_and_only_there(one_of_each: tuple[str, Path]) -> None:
    name, folder = one_of_each
    ends = [line.rsplit(" ", 1)[1] for line in (folder / "logs" / "access.log").read_text("utf-8").splitlines()]
    assert all(end.isdigit() for end in ends) == KINDS[name].ports
    assert {log.get("client_port") for log in case_of(folder)["log"]} == ({1, None} if KINDS[name].ports else {None})


def test_no_address_is_ever_empty_where_the_kind_says_so() -> None:
    happened = happen(5, SMALL, "never-empty")
    held: dict[str, list[tuple[int, int]]] = {}
    for lease in happened.leases:
        if lease.address.startswith("10.2"):
            held.setdefault(lease.address, []).append((lease.begin, lease.end))
    for stretches in held.values():
        stretches.sort()
        gaps = [after[0] - before[1] for before, after in pairwise(stretches)]
        assert all(0 < gap <= 15 for gap in gaps)
        assert stretches[0][0] < BEGIN - 2 * HOUR
        assert stretches[-1][1] > BEGIN + DAYS * DAY + 2 * HOUR


def sure(happened: Happened) -> int:
    return sum(person.reachable for person in happened.truth().people)


def test_each_fault_leaves_fewer_to_be_reached_than_there_are_without_it() -> None:
    assert sure(happen(5, 0.03, "nat-without-ports")) < sure(happen(5, 0.03, "nat"))
    assert sure(happen(5, 0.03, "hour-off")) < sure(happen(5, 0.03))
    assert sure(happen(5, 0.03, "wrong-zone")) == 0


def test_the_page_of_the_worlds_names_every_kind_and_no_other() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "worlds.md").read_text("utf-8")
    assert set(re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE)) == set(KINDS)
    right, wrong = page.split("Kinds in which a clock or a zone is not", 1)
    assert all(f"| `{name}` |" in (right if kind.right_clocks else wrong) for name, kind in KINDS.items())
