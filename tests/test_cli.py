"""The command line: exit statuses, and words for whatever listens."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import landmark
from landmark import cli, commands, outputs
from landmark.cli.showing import _tree
from landmark.errors import CaseError, IntegrityError, LandmarkError, MachineError, Problem
from landmark.trace import Node

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def started(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    line = [sys.executable, "-m", "landmark", *map(str, arguments)]
    return subprocess.run(line, capture_output=True, check=False, env={**os.environ, **environment})


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (CaseError(Problem("one thing"), Problem("another")), 2),
        (IntegrityError("rows"), 3),
        (MachineError("disk"), 5),
        (LandmarkError("a table"), 1),
        (OSError(28, "No space left on device"), 5),
        (MemoryError(), 5),
        (KeyboardInterrupt(), 130),
        (ZeroDivisionError("what it was reading"), 1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_way_to_fail_has_its_status_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: BaseException, status: int
) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr(commands, "funnel", fail)
    assert cli.main(["funnel", "case"]) == status
    said = capsys.readouterr()
    assert said.out == ""
    assert all(line.startswith("landmark: ") for line in said.err.splitlines())
    assert "what it was reading" not in said.err
    assert "Traceback" not in said.err


def test_whoever_interrupts_while_it_still_starts_sees_one_line() -> None:
    begin = (
        "import sys\n"
        "class Interrupting:\n"
        "    def find_spec(name, path, target=None):\n"
        "        if name == 'landmark.cli.mistakes':\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupting)\n"
        "from importlib.metadata import entry_points\n"
        "(command,) = entry_points(group='console_scripts', name='landmark')\n"
        "sys.exit(command.load()())\n"
    )
    done = subprocess.run([sys.executable, "-c", begin], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (130, b"", 1)
    assert done.stderr.startswith(b"landmark: interrupted")


@pytest.mark.parametrize(
    "arguments", [["nothing"], ["run"], ["run", "x", "--threads", "many"], ["run", "x", "--no"]], ids=str
)
def test_arguments_that_are_wrong_are_said_with_status_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert cli.main(arguments) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_new_makes_a_case_that_it_does_not_write_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["new", str(tmp_path / "case")]) == 0
    assert "landmark check" in capsys.readouterr().out
    content = (tmp_path / "case" / "case.toml").read_bytes()
    assert cli.main(["new", str(tmp_path / "case")]) == 2
    assert (tmp_path / "case" / "case.toml").read_bytes() == content


def test_simulate_writes_into_no_folder_that_holds_something(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").write_bytes(b"")
    assert cli.main(["simulate", str(tmp_path)]) == 2
    assert "nothing was written" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8", "cp1252"])
def test_a_terminal_of_any_encoding_is_told_in_letters_that_it_has(tmp_path: Path, encoding: str) -> None:
    folder = tmp_path / "Fälle 1–2"
    done = started("new", folder, PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    assert "case.toml" in done.stdout.decode(encoding)
    assert b"Traceback" not in done.stderr


def test_a_folder_whose_name_is_no_text_is_named_by_its_bytes(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/caf\xe9"
    line = [sys.executable.encode(), b"-m", b"landmark", b"new", folder]
    done = subprocess.run(line, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert b"\\udce9" in done.stdout


def test_a_case_in_a_folder_whose_name_is_no_text_is_refused_with_what_to_do(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/caf\xe9"
    landmark.simulate(tmp_path / "case", scale=0.01)
    os.rename(os.fsencode(tmp_path / "case"), folder)  # noqa: PTH104 - a name of bytes
    done = subprocess.run(
        [sys.executable.encode(), b"-m", b"landmark", b"run", folder], capture_output=True, check=False
    )
    assert done.returncode == 2
    assert b"rename the folder" in done.stderr


@pytest.fixture
def unheard() -> Iterator[int]:
    """A pipe to which nobody listens any more."""
    read, write = os.pipe()
    os.close(read)
    yield write
    os.close(write)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case that has been run."""
    folder: Path = tmp_path_factory.mktemp("ran") / "case"
    landmark.simulate(folder, scale=0.01)
    landmark.run(folder)
    return folder


@pytest.mark.parametrize(
    "line",
    [
        "--help",
        "--version",
        "run --help",
        "new NEW",
        "sniff CASE/logs/access.log",
        "run CASE",
        "funnel CASE --json",
        "show CASE 0",
    ],
)
def test_who_stops_listening_changes_no_exit_status(ran: Path, tmp_path: Path, unheard: int, line: str) -> None:
    words = [word.replace("CASE", str(ran)).replace("NEW", str(tmp_path / "new")) for word in line.split()]
    done = subprocess.run(
        [sys.executable, "-m", "landmark", *words], stdout=unheard, stderr=subprocess.PIPE, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_who_stops_listening_to_what_is_wrong_changes_no_exit_status(tmp_path: Path, unheard: int) -> None:
    line = [sys.executable, "-m", "landmark", "run", str(tmp_path)]
    assert subprocess.run(line, stdout=subprocess.DEVNULL, stderr=unheard, check=False).returncode == 2
    assert subprocess.run([*line, "--no"], stdout=unheard, stderr=unheard, check=False).returncode == 2


def test_where_nobody_can_be_told_what_is_wrong_the_exit_status_says_it(tmp_path: Path) -> None:
    if not os.path.exists("/dev/full"):  # noqa: PTH110 - a device
        pytest.skip("this system has no /dev/full")
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
        line = [sys.executable, "-m", "landmark", "run", str(tmp_path)]
        assert subprocess.run(line, stdout=subprocess.DEVNULL, stderr=full, check=False).returncode == 2


def test_a_full_disk_under_the_output_is_the_machine_s_no(tmp_path: Path) -> None:
    if not os.path.exists("/dev/full"):  # noqa: PTH110 - a device
        pytest.skip("this system has no /dev/full")
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
        line = [sys.executable, "-m", "landmark", "new", str(tmp_path / "case")]
        done = subprocess.run(line, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 5
    assert b"No space left on device" in done.stderr
    assert b"Traceback" not in done.stderr


def test_what_is_shown_of_a_row_stands_on_a_line_though_a_client_wrote_several(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _tree(Node("event 0", {"agent": "Mozilla\n  verified: the bytes are those that the run read"}), "")
    assert capsys.readouterr().out.splitlines() == [
        "event 0",
        "  agent: Mozilla\\n  verified: the bytes are those that the run read",
    ]


def test_what_visitors_wrote_moves_no_cursor_begins_no_line_and_turns_no_direction_of_writing(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    landmark.simulate(folder, scale=0.01)
    log = folder / "logs" / "access.log"
    agent = "\x1b[2J\x9b1A\r\x7f\u202e\u2028Mozilla"
    lines = log.read_bytes().split(b"\n")
    lines = [line.rsplit(b'"', 2)[0] + b'"' + agent.encode() + b'"' if b'"' in line else line for line in lines]
    log.write_bytes(b"\n".join(lines))
    landmark.run(folder)
    events = outputs.table(folder, "events").to_pylist()
    (event, *_) = [row["event"] for row in events if row["agent"] == agent]
    plain, machine = started("show", folder, event), started("show", folder, event, "--json")
    assert (plain.returncode, machine.returncode) == (0, 0)
    assert json.loads(machine.stdout)["facts"]["agent"] == agent
    for said in (plain.stdout.decode(), machine.stdout.decode()):
        assert all(sign.isprintable() or sign in "\n\u202f" for sign in said)
        assert "\\u001b[2J\\u009b1A" in said
    (line,) = [line for line in plain.stdout.decode().splitlines() if line.lstrip().startswith("agent:")]
    assert line.endswith("\\u202e\\u2028Mozilla")
