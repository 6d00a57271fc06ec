"""The command line: what is wrong with the arguments, and what to do next."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from landmark import cli
from landmark.cli.mistakes import COMMANDS
from landmark.cli.saying import app

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("arguments", "mistake"),
    [
        (["rnu", "case"], 'Unknown command "rnu". Did you mean "run"?'),
        (["run"], "run: CASE is missing."),
        (["acquire", "logs"], "acquire: --by is missing."),
        (["run", "case", "--rate"], "run: --rate needs a value."),
        (["funnel", "case", "more"], "funnel: more than it takes: more"),
        (["run", "case", "--jsn"], "run: Unknown option: --jsn. Did you mean --json?"),
        (["run", "case", "--threads", "two"], 'unable to convert "two" into a whole number.'),
        (["run", "case", "--as-of", "May"], 'unable to convert "May" into a date (2001-10-31).'),
        (["run", "case", "--rate", "fast"], "--rate: found fast, expected a number of bytes"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_is_said_in_a_line_and_the_next_step_in_another(
    capsys: pytest.CaptureFixture[str], arguments: list[str], mistake: str
) -> None:
    assert cli.main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    first, *others = said.err.splitlines()
    assert mistake in first
    assert all(line.startswith("landmark: ") for line in (first, *others))
    if "--rate: found" not in mistake:
        assert "--help" in others[0]


def test_help_and_an_unknown_command_list_every_command_in_the_order_of_a_case(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert set(COMMANDS) == {name for name in app if not name.startswith("-")}
    assert cli.main(["--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    heads = [line[2:].split()[0] for line in lines if line.startswith("│ ") and line[2:].lstrip()[:1] == line[2:3]]
    assert tuple(head for head in heads if not head.startswith("-")) == COMMANDS
    assert cli.main(["bogus"]) == 2
    assert ", ".join(COMMANDS) in capsys.readouterr().err


@pytest.mark.parametrize("command", ["run", "check", "funnel", "show", "plot", "reveal", "purge", "score"])
def test_a_case_that_is_no_folder_is_said_with_what_would_be_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    more = {"show": ["x"], "plot": ["fit"], "score": [str(tmp_path / "truth.json")]}.get(command, [])
    assert cli.main([command, str(tmp_path / "none"), *more]) == 2
    assert "found no folder, expected a folder with a case.toml; `landmark new` makes one" in capsys.readouterr().err
    (tmp_path / "case.toml").write_bytes(b"")
    assert cli.main([command, str(tmp_path / "case.toml"), *more]) == 2
    assert f"expected the case folder, {tmp_path}" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["run", "check", "funnel", "show", "plot", "reveal", "purge", "score"])
def test_another_folder_than_a_case_s_is_told_from_one_that_was_not_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    more = {"show": ["0"], "score": [str(tmp_path / "truth.json")]}.get(command, [])
    assert cli.main([command, str(tmp_path), *more]) == 2
    assert "case.toml: found nothing, expected a case file; `landmark new` makes one" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["funnel", "purge", "score"])
def test_a_case_that_was_not_run_is_told_how(tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    assert cli.main(["new", str(tmp_path / "case")]) == 0
    capsys.readouterr()
    more = [str(tmp_path / "truth.json")] if command == "score" else []
    assert cli.main([command, str(tmp_path / "case"), *more]) == 2
    assert "`landmark run`" in capsys.readouterr().err


def test_a_log_that_is_not_there_or_is_a_folder_is_a_wrong_argument(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["sniff", str(tmp_path / "none.log")]) == 2
    assert "found no file, expected a log" in capsys.readouterr().err
    assert cli.main(["sniff", str(tmp_path)]) == 2
    assert "found a folder, expected one of its files" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["file", "file/case"])
def test_no_case_is_made_where_a_file_stands(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert cli.main(["new", str(tmp_path / name)]) == 5
    assert "a file stands where the folder should be; nothing was written" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["new", "simulate"])
def test_the_next_step_can_be_pasted_whatever_the_folder_is_called(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    folder = tmp_path / 'Fall "7" $HOME'
    more = ["--scale", "0.01"] if command == "simulate" else []
    assert cli.main([command, str(folder), *more]) == 0
    assert shlex.split(capsys.readouterr().out)[-1] == str(folder)


@pytest.mark.parametrize("command", ["new", "simulate"])
def test_the_next_step_is_no_option_where_the_folder_s_name_would_be_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main([command, "./-x", *(["--scale", "0.01"] if command == "simulate" else [])]) == 0
    _, _, pasted = capsys.readouterr().out.rpartition("landmark ")
    if command == "new":
        assert pasted == "check ./-x\n"
    else:
        assert cli.main(shlex.split(pasted)) == 0


@pytest.mark.parametrize("closed", ["stdout", "stderr"])
def test_a_stream_that_is_closed_changes_no_exit_status(tmp_path: Path, closed: str) -> None:
    number = {"stdout": 1, "stderr": 2}[closed]
    again = "os.execv(sys.executable, [sys.executable, '-m', 'landmark', *sys.argv[1:]])"
    line = f"import os, sys; os.close({number}); {again}"
    done = subprocess.run(
        [sys.executable, "-c", line, "new", str(tmp_path / "case")],
        capture_output=True, check=False, env=dict(os.environ),
    )  # fmt: skip
    assert done.returncode == 0
    assert b"fault" not in done.stderr


def test_a_backslash_in_a_name_of_files_is_told_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["new", str(tmp_path / "case")]) == 0
    path = tmp_path / "case" / "case.toml"
    content = path.read_bytes()
    path.write_bytes(content.replace(b'["logs/access*.log*"]', rb"['logs\access*.log*']"))
    assert path.read_bytes() != content
    capsys.readouterr()
    assert cli.main(["check", str(tmp_path / "case")]) == 2
    said = capsys.readouterr().err.splitlines()
    assert [line for line in said if line.endswith("(a case file writes / between folders)")] == [
        line for line in said if "access" in line
    ]
