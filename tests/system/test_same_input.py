"""The same text is read once, two logs of one server stop the run; order, threads, surroundings change nothing."""

from __future__ import annotations

import gzip
import os
import shutil
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
import zstandard

import landmark

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from tests.system.conftest import Folder, World


def test_the_same_text_is_read_once_under_whatever_name_and_however_packed(light: Folder) -> None:
    light.run()
    before, lines = light.tables(), light.step("lines")
    text = (light.path / "logs/access.log").read_bytes()
    light.write("logs/access.log.copy.gz", gzip.compress(text))
    light.write("logs/access.log.zst", zstandard.compress(text))
    members = gzip.compress(text[:1000]) + gzip.compress(text[1000:])
    light.write("more/members.gz", members)
    light.logs = [*light.logs, {**light.logs[0], "files": ["more/*"]}]
    light.save().run()
    assert light.tables() == before
    assert light.step("lines") == lines
    by_name = {file["path"]: file for file in light.funnel()["files"]}
    first = {name for name, file in by_name.items() if "duplicate_of" not in file}
    assert len(by_name) == 5
    assert len(first) == 2
    copies = [file for name, file in by_name.items() if name not in first]
    assert {file["content_sha256"] for file in copies} == {by_name[copies[0]["duplicate_of"]]["content_sha256"]}
    assert len({file["sha256"] for file in copies} | {by_name[copies[0]["duplicate_of"]]["sha256"]}) == 4
    assert all(set(file) == {"path", "sha256", "content_sha256", "bytes", "duplicate_of"} for file in copies)


def test_a_link_beside_the_file_it_leads_to_is_one_more_name_of_one_text(light: Folder) -> None:
    light.run()
    before = light.rows("events")
    (light.path / "logs/access.log").rename(light.path / "logs/access.log-20011014")
    (light.path / "logs/access.log").symlink_to("access.log-20011014")
    light.run()
    assert light.rows("events") == before
    assert light.file("logs/access.log")["duplicate_of"] == "logs/access.log-20011014"


def test_the_same_assignments_twice_are_read_once(case: Folder, undisturbed: Folder) -> None:
    case.write("isp/assignments-again.csv", (case.path / "isp/assignments.csv").read_bytes())
    case.run()
    assert case.tables() == undisturbed.tables()
    assert "duplicate_of" in case.file("isp/assignments.csv")


@pytest.fixture
def twice(light: Folder) -> Folder:
    """A case with a combined and a vhost log of one server."""
    text = (light.path / "logs/access.log").read_bytes().splitlines(keepends=True)
    light.write("logs/vhosts.log", [b"forum-a.example:80 " + line for line in text])
    light.logs = [*light.logs, {"files": ["logs/vhosts.log"], "format": "vhost_combined"}]
    return light.save()


def test_two_logs_of_one_server_stop_the_run_and_both_are_named(
    twice: Folder, command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    with pytest.raises(landmark.CaseError) as said:
        twice.run()
    assert said.value.exit_status == 2
    (problem,) = said.value.problems
    assert problem.file == "logs/access.log and logs/vhosts.log"
    assert 'overlap = "keep"' in problem.expected
    assert not (twice.path / "out" / "manifest.json").exists()
    done = command("run", twice.path, "--as-of", "2001-11-01")
    assert done.returncode == 2
    assert "logs/access.log and logs/vhosts.log" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("which", [0, -1])
def test_where_one_of_the_two_says_that_it_is_meant_the_run_goes_through(twice: Folder, which: int) -> None:
    twice.logs[which] = {**twice.logs[which], "overlap": "keep"}
    twice.save().run()
    assert twice.file("logs/vhosts.log")["kept"] == twice.file("logs/access.log")["kept"]


def test_dropping_one_of_the_two_lets_the_run_through(twice: Folder) -> None:
    with pytest.raises(landmark.CaseError):
        twice.run()
    twice.logs = twice.logs[:-1]
    twice.save().run()
    assert twice.whole()


def test_a_copy_of_which_a_part_is_missing_stops_the_run(light: Folder) -> None:
    text = (light.path / "logs/access.log").read_bytes().splitlines(keepends=True)
    light.write("copy/access.log", text[5:-5])
    light.logs = [*light.logs, {**light.logs[0], "files": ["copy/*"]}]
    with pytest.raises(landmark.CaseError, match=r"copy/access\.log and logs/access\.log"):
        light.save().run()


def test_rows_that_tell_of_one_request_in_other_words_stop_the_run(
    light: Folder, words: Callable[..., bytes], world: Callable[[], World]
) -> None:
    """Client, second and request are equal, the lines are not: one server logs the agent, the other does not."""
    at, _ = min(world().web)
    second = at + timedelta(hours=2)
    light.write("logs/access.log", [words(at, "192.0.2.9"), words(second, "192.0.2.9"), words(second, "192.0.2.10")])
    light.write(
        "other/short.log", [words(at - timedelta(hours=1), "192.0.2.11"), words(second, "192.0.2.9", agent="-")]
    )
    light.logs = [light.logs[0], {**light.logs[0], "files": ["other/short.log"]}]
    with pytest.raises(landmark.CaseError, match=r"1 equal rows"):
        light.save().run()


def test_neighbours_of_one_rotated_series_may_share_the_second_at_which_one_ends(
    light: Folder, words: Callable[..., bytes], world: Callable[[], World]
) -> None:
    at, _ = min(world().web)
    border = at + timedelta(hours=3)
    line = words(border, "203.0.113.5", "/board/same")
    light.write("logs/access.log.1", [words(at, "203.0.113.5"), line])
    light.write("logs/access.log", [line, words(border + timedelta(hours=1), "203.0.113.5")])
    light.run()
    assert light.step("events") == light.file("logs/news.notice")["kept"] + 4


def shuffled(folder: Folder) -> None:
    """Turn round every list of the case whose order says nothing: logs, patterns, assignments."""
    folder.logs = [{**log, "files": log["files"][::-1]} for log in folder.logs[::-1]]
    folder.assignments = folder.assignments[::-1]
    folder.save()


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory, make: Callable[..., Folder], world: Callable[[], World]) -> Folder:
    """The small case with its inputs spread over several files and sources, run once."""
    whole = world()
    folder = make(tmp_path_factory.mktemp("wide") / "case")
    web, news = whole.web_lines(), whole.news_lines()
    folder.write("logs/access.log.2.gz", gzip.compress(b"".join(web[:50])))
    folder.write("logs/access.log.1", web[50:70])
    folder.write("logs/access.log", web[70:99])
    folder.write("logs/other.log", web[99:])
    folder.write("logs/news.notice.1", news[:25])
    folder.write("logs/news.notice", news[25:])
    header, *rows = (folder.path / "isp/assignments.csv").read_bytes().splitlines(keepends=True)
    folder.write("isp/assignments-1.csv", [header, *rows[1::2]])
    folder.write("isp/assignments.csv", [header, *rows[::2]])
    folder.logs[0] = {**folder.logs[0], "files": ["logs/access.log", "logs/access.log.*", "logs/other.log"]}
    folder.assignments = [{**one, "files": [f"isp/{name}"]} for one in folder.assignments for name in NAMES]
    folder.save().run()
    return folder


NAMES = ("assignments.csv", "assignments-1.csv")


def copied(wide: Folder, path: Path, make: Callable[..., Folder]) -> Folder:
    folder = make(path, logs=wide.logs, assignments=wide.assignments)
    for name in ("logs", "isp"):
        shutil.rmtree(folder.path / name)
        shutil.copytree(wide.path / name, folder.path / name)
    return folder


def test_spread_over_many_files_the_small_case_comes_to_the_same_visitors(wide: Folder, undisturbed: Folder) -> None:
    for name in ("visits", "visitors", "leads", "enquiries", "conduct"):
        assert wide.rows(name) == undisturbed.rows(name)


def test_inputs_in_another_order_give_the_same_bytes(wide: Folder, tmp_path: Path, make: Callable[..., Folder]) -> None:
    folder = copied(wide, tmp_path / "case", make)
    shuffled(folder)
    folder.run()
    assert folder.whole()
    assert folder.out() == wide.out()


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_another_number_of_threads_gives_the_same_bytes(
    wide: Folder, tmp_path: Path, make: Callable[..., Folder], threads: int
) -> None:
    folder = copied(wide, tmp_path / "case", make)
    folder.run(threads=threads)
    assert folder.out() == wide.out()
    assert (folder.path / "out/manifest.json").read_bytes() == (wide.path / "out/manifest.json").read_bytes()


@pytest.mark.parametrize(
    "surroundings",
    [
        {"TZ": "Pacific/Kiritimati", "LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "1"},
        {
            "TZ": "America/St_Johns",
            "LC_ALL": "C",
            "PYTHONHASHSEED": "42",
            "PYTHONUTF8": "0",
            "PYTHONCOERCECLOCALE": "0",
        },
    ],
    ids=["Kiritimati, Turkish", "St John's, C"],
)
def test_zone_and_language_and_hash_seed_of_the_machine_change_no_byte(
    wide: Folder,
    tmp_path: Path,
    make: Callable[..., Folder],
    command: Callable[..., subprocess.CompletedProcess[str]],
    surroundings: dict[str, str],
) -> None:
    folder = copied(wide, tmp_path / "case", make)
    done = command("run", folder.path, "--as-of", "2001-11-01", env={**os.environ, **surroundings})
    assert done.returncode == 0, done.stderr
    assert folder.out() == wide.out()
    again = command("funnel", folder.path, env={**os.environ, **surroundings})
    assert again.returncode == 0, again.stderr


def test_a_case_folder_that_was_moved_has_nothing_to_do(wide: Folder, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    shutil.copytree(wide.path, moved)
    assert not landmark.run(moved, today=date(2001, 11, 1)).changed


def test_a_link_to_the_case_folder_is_the_same_case(wide: Folder, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(wide.path)
    assert not landmark.run(tmp_path / "link", today=date(2001, 11, 1)).changed
