"""Patterns in, files out."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from landmark.errors import MachineError
from landmark.scan.finding import expand

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    for name in [
        "logs/a.log",
        "logs/a.log.1",
        "logs/b.log",
        "logs/.hidden.log",
        "logs/old/2001/a.log",
        "logs/old/c[1].log",
    ]:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (folder / "logs" / "folder.log").mkdir()
    return folder


def names(folder: Path, *patterns: str) -> list[str]:
    found = expand(folder, patterns)
    assert not found.problems
    assert all(path.is_file() for _, path in found.files)
    return [name for name, _ in found.files]


def test_files_of_a_pattern_come_by_name_and_folders_are_passed_over(case: Path) -> None:
    assert names(case, "logs/*.log*") == ["logs/a.log", "logs/a.log.1", "logs/b.log"]


def test_patterns_keep_their_order_and_each_file_comes_once(case: Path) -> None:
    absolute = str(case / "logs" / "a.log")
    assert names(case, "logs/b.log", "./logs/*.log", absolute) == ["logs/b.log", "logs/a.log"]


def test_two_stars_reach_any_depth(case: Path) -> None:
    assert names(case, "logs/**/a.log") == ["logs/a.log", "logs/old/2001/a.log"]
    assert names(case, "**/2001/**") == ["logs/old/2001/a.log"]
    assert names(case, "**/**/c*") == ["logs/old/c[1].log"]


def test_wildcards_pass_over_what_an_acquisition_wrote_and_its_name_does_not(case: Path) -> None:
    before = names(case, "logs/*"), names(case, "logs/**")
    for folder in ("logs", "logs/old"):
        (case / folder / "acquisition.json").write_bytes(b'{\n "acquisition": 1,\n "by": "somebody"}\n')
    for name in ("acquisition.json.sig", "acquisition.json.part", "old/acquisition.json.sig"):
        (case / "logs" / name).touch()
    assert (names(case, "logs/*"), names(case, "logs/**")) == before
    (case / "logs" / "my-acquisition.json").touch()
    assert names(case, "logs/*.json", "logs/acquisition.json") == ["logs/my-acquisition.json", "logs/acquisition.json"]


def test_a_log_that_only_is_called_like_a_manifest_is_none(case: Path) -> None:
    (case / "logs" / "acquisition.json").write_bytes(b'{"acquisition": "a line of a log"}\n')
    assert names(case, "logs/*.json") == ["logs/acquisition.json"]


def test_names_of_absolute_patterns_stay_absolute(case: Path) -> None:
    assert names(case, f"{case}/logs/*.1") == [f"{case.as_posix()}/logs/a.log.1"]
    assert names(case, f"{case}/logs/b.log") == [f"{case.as_posix()}/logs/b.log"]


def test_a_wildcard_passes_over_hidden_files_unless_it_names_the_dot(case: Path) -> None:
    assert names(case, "logs/.*.log") == ["logs/.hidden.log"]


def test_a_file_whose_name_holds_a_bracket_may_be_named_as_it_stands(case: Path) -> None:
    assert names(case, "logs/old/c[1].log") == ["logs/old/c[1].log"]


def test_letter_case_counts(case: Path) -> None:
    assert expand(case, ["logs/*.LOG"]).files == []


@pytest.mark.parametrize("pattern", ["logs/none*", "nowhere/*.log", "logs/a.log/x", "gone.log", "logs/*/none/a.log"])
def test_a_pattern_without_a_file_is_a_problem_that_says_so(case: Path, pattern: str) -> None:
    found = expand(case, ["logs/a.log", pattern])
    assert [name for name, _ in found.files] == ["logs/a.log"]
    assert [str(problem) for problem in found.problems] == [
        f'files: found none for "{pattern}", expected at least one file'
    ]


def test_a_folder_named_outright_is_the_machines_no(case: Path) -> None:
    with pytest.raises(MachineError, match=r"folder\.log: Is a directory"):
        expand(case, ["logs/folder.log"])


def test_a_link_that_leads_nowhere_is_not_passed_over(case: Path) -> None:
    (case / "logs" / "link.log").symlink_to(case / "gone")
    assert "logs/link.log" in [name for name, _ in expand(case, ["logs/*.log"]).files]


def test_a_link_that_leads_to_itself_is_the_machines_no(case: Path) -> None:
    (case / "logs" / "loop.log").symlink_to(case / "logs" / "loop.log")
    with pytest.raises(MachineError, match=r"loop\.log"):
        expand(case, ["logs/*.log"])


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions are others there")
def test_a_folder_that_cannot_be_looked_into_is_the_machines_no(
    open_folder: Path, as_nobody: Callable[[], AbstractContextManager[None]]
) -> None:
    for name in ("logs", "logs/old"):
        (open_folder / name).mkdir()
        (open_folder / name).chmod(0o755)  # whatever umask the tests were started with
    (open_folder / "logs" / "access.log").touch()
    with as_nobody():
        assert [name for name, _ in expand(open_folder, ["logs/**/*.log"]).files] == ["logs/access.log"]
    (open_folder / "logs" / "old").chmod(0)
    with as_nobody(), pytest.raises(MachineError, match="Permission denied"):
        expand(open_folder, ["logs/**/*.log"])
    (open_folder / "logs" / "old").chmod(0o755)


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode there")
def test_a_name_that_is_no_utf8_is_shown_so_that_it_can_be_written(case: Path) -> None:
    path = os.fsencode(case) + b"/logs/caf\xe9.log"
    with open(path, "wb"):  # noqa: PTH123 - a path of bytes
        pass
    found = expand(case, ["logs/caf*"])
    assert [(name, os.fsencode(one)) for name, one in found.files] == [("logs/caf\\xe9.log", path)]
