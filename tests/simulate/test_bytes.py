"""The same seed gives the same bytes; and the bytes are those that the servers write."""

from __future__ import annotations

import csv
import gzip
import hashlib
import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import landmark
from landmark.errors import CaseError, MachineError
from landmark.simulate import world

if TYPE_CHECKING:
    from collections.abc import Iterator


STAMP = r"\[(?:1[4-9]|2\d)/Oct/2001:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d \+0[01]00\]"
COMBINED = re.compile(
    r"[0-9a-f.:]+ - [\w-]+ " + STAMP + r' "(?:GET|POST|HEAD) /\S* HTTP/1\.0" [2345]\d\d (?:\d+|-) "[^"\\]+" "[^"\\]+"'
)
VHOST = re.compile(r"[a-z.-]+\.example:80 " + COMBINED.pattern.replace(r"(?:\d+|-)", r"\d+"))
NEWS = re.compile(
    r"Oct (?:1[4-9]|2\d) (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d (?:news1|news2) "
    r"(?:innd: .+|nnrpd\[\d{3,5}\]: (?P<label>\S+) (?:\((?P<address>[0-9a-f.:]+)\) connect - port 119|user \S+"
    r"|group [a-z.]+ \d+|exit articles \d+ groups \d+|times user 0\.010 system 0\.020 idle 0\.000 elapsed \d+\.000))"
)


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def texts_of(folder: Path, pattern: str) -> Iterator[tuple[str, list[str]]]:
    for path in sorted(folder.glob(pattern)):
        content = path.read_bytes()
        text = gzip.decompress(content) if path.suffix == ".gz" else content
        assert text.endswith(b"\n")
        yield path.name, text.decode("ascii").splitlines()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_gives_others(tmp_path: Path) -> None:
    for name, seed in (("one", 5), ("two", 5), ("three", 6)):
        world(tmp_path / name, seed=seed, scale=0.03)
    one, two, three = (files_of(tmp_path / name) for name in ("one", "two", "three"))
    assert one == two
    assert set(one) == set(three)
    assert {name for name in one if one[name] == three[name]} == {"case.toml", "geo.csv"}


def test_a_world_is_a_complete_case(small_world: Path) -> None:
    assert set(files_of(small_world)) == {
        "case.key",
        "case.toml",
        "geo.csv",
        "isp/assignments.csv",
        "isp/subscribers.csv",
        "logs/access.log",
        "logs/access.log.1",
        "logs/access.log.2.gz",
        "logs/club-access.log",
        "logs/club-access.log.1",
        "logs/news.notice",
        "logs/news.notice.1",
        "logs/news2.notice",
        "truth.json",
    }


@pytest.mark.parametrize(
    ("pattern", "form"), [("logs/access.log*", VHOST), ("logs/club*", COMBINED), ("logs/news*", NEWS)]
)
def test_every_line_has_the_form_that_its_server_writes(small_world: Path, pattern: str, form: re.Pattern[str]) -> None:
    for name, lines in texts_of(small_world, pattern):
        bad = [number for number, line in enumerate(lines, 1) if not form.fullmatch(line)]
        assert not bad, name
        assert len(lines) > 20


def test_offsets_change_with_the_clocks(small_world: Path) -> None:
    lines = [line for _, part in texts_of(small_world, "logs/*access.log*") for line in part]
    summer = [line for line in lines if "+0100]" in line]
    winter = [line for line in lines if "+0000]" in line]
    assert summer
    assert winter
    assert not [line for line in summer if "[29/Oct" in line]
    assert all(re.search(r"\[2[89]/Oct", line) for line in winter)


def test_the_hour_that_comes_twice_is_settled_by_one_step_back_in_the_news_log(small_world: Path) -> None:
    lines = dict(texts_of(small_world, "logs/news.notice"))["news.notice"]
    night = [line[7:15] for line in lines if line.startswith("Oct 28 0")]
    seconds = [int(time[:2]) * 3_600 + int(time[3:5]) * 60 + int(time[6:]) for time in night]
    steps = [after - before for before, after in pairwise(seconds) if after < before]
    assert len(steps) == 1
    assert -65 * 60 <= steps[0] <= -55 * 60


def test_the_quiet_news_server_does_not_tell_which_of_two_hours_it_was(small_world: Path) -> None:
    lines = dict(texts_of(small_world, "logs/news2.notice"))["news2.notice"]
    night = [line for line in lines if line.startswith("Oct 28 0")]
    assert {line[7:9] for line in night} == {"01"}
    assert night == sorted(night, key=lambda line: line[:15])


def test_lines_of_a_reader_follow_its_connect_line_and_bear_its_label(small_world: Path) -> None:
    labels: dict[tuple[str, str], str] = {}
    parts = dict(texts_of(small_world, "logs/news*"))
    for line in [*parts["news.notice.1"], *parts["news.notice"], *parts["news2.notice"]]:
        found = NEWS.fullmatch(line)
        assert found
        if found["label"] is None:
            continue
        host, process = line.split()[3:5]
        if found["address"] is not None:
            labels[host, process] = found["label"]
        assert labels[host, process] == found["label"]


def test_a_process_number_comes_back_without_the_first_reader_having_left(small_world: Path) -> None:
    lines = [line for _, part in texts_of(small_world, "logs/news.*") for line in part if "nnrpd[250]" in line]
    assert [line.split()[6] for line in lines].count("exit") == 1
    assert sum(" connect - port 119" in line for line in lines) == 2


def test_no_two_files_tell_the_same_request(default_world: Path) -> None:
    where: dict[tuple[str, str, str], str] = {}
    for name, lines in texts_of(default_world, "logs/*access.log*"):
        for line in lines:
            found = re.search(r"^(?:\S+:80 )?(\S+) - \S+ \[(.*?)\] \"(.*?)\"", line)
            assert found
            assert where.setdefault((found[1], found[2], found[3]), name) == name


def test_truth_knows_each_text_by_its_hash_and_names_lines_about_targets(
    small_world: Path, small_truth: dict[str, Any]
) -> None:
    known = small_truth["files"]
    accounts = {person["account"] for person in small_truth["people"]}
    texts = dict(texts_of(small_world, "logs/*"))
    assert {Path(path).name for path in known} == set(texts)
    sat: set[str | None] = set()
    for path, file in known.items():
        lines = texts[Path(path).name]
        text = "".join(f"{line}\n" for line in lines).encode()
        assert file["content_sha256"] == hashlib.sha256(text).hexdigest()
        assert file["lines"] == len(lines)
        numbers = [line for line, _ in file["watched"]]
        assert numbers == sorted(set(numbers))
        assert not [line for line in numbers if "test.other." in lines[line - 1] or "innd:" in lines[line - 1]]
        sat.update(account for _, account in file["watched"])
    assert accounts <= sat


def test_assignments_are_a_csv_of_utc_intervals_that_end_after_they_begin(small_world: Path) -> None:
    with (small_world / "isp/assignments.csv").open(encoding="ascii", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["address", "port_from", "port_to", "from", "until", "account"]
    form = re.compile(r"200[0-3]-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\dZ")
    for row in rows:
        assert form.fullmatch(row["from"])
        assert form.fullmatch(row["until"])
        assert row["from"] < row["until"]
        assert re.fullmatch(r"user-\d{4,}", row["account"])
        assert 0 <= int(row["port_from"]) < int(row["port_to"]) <= 65_535


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("kept", "utf-8")
    with pytest.raises(CaseError, match="an empty folder"):
        world(tmp_path, scale=0.01)
    assert list(files_of(tmp_path)) == ["mine.txt"]


def test_a_file_in_the_place_of_the_folder_is_the_machines_refusal(tmp_path: Path) -> None:
    (tmp_path / "case").write_text("kept", "utf-8")
    with pytest.raises(MachineError):
        world(tmp_path / "case", scale=0.01)


def test_the_command_of_the_library_may_be_called_again_and_again(tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert landmark.simulate(tmp_path / name, scale=0.01) == tmp_path / name
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")
