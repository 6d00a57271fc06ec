"""Disk full, permission refused, a folder in a file's place, another run: said clearly, and nothing is half-written."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import filelock
import pytest

import landmark
from landmark import cli

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.system.conftest import Folder

if TYPE_CHECKING:
    Command = Callable[..., subprocess.CompletedProcess[str]]

NOBODY = 65534


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """Hold what a process said against how it must be said, and give it."""
    assert done.returncode == 5, (done.returncode, done.stderr)
    assert done.stderr.startswith("landmark: ")
    assert "Traceback" not in done.stderr
    assert "fault of Landmark" not in done.stderr
    return done.stderr


def nothing_half_written(folder: Folder, expected: dict[str, bytes]) -> None:
    """Readers find whole results or refuse; in good order the next run gives the right bytes."""
    if not folder.whole():
        with pytest.raises(landmark.LandmarkError):
            landmark.funnel(folder.path)
    folder.run()
    assert folder.whole()
    assert folder.out() == expected


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1024k", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine lets us mount nothing")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)  # whatever is still open there


@pytest.mark.parametrize("left", [0, 30, 90, 180], ids=lambda left: f"{left} kB left")
def test_a_full_disk(
    small_disk: Path,
    make: Callable[..., Folder],
    undisturbed: Folder,
    capfd: pytest.CaptureFixture[str],
    left: int,
) -> None:
    case = make(small_disk / "case")
    free = shutil.disk_usage(small_disk).free
    (small_disk / "ballast").write_bytes(b"\0" * (free - left * 1024))
    assert cli.main(["run", str(case.path), "--as-of", "2001-11-01"]) == 5
    said = capfd.readouterr().err
    assert "No space left on device" in said
    assert "Traceback" not in said
    (small_disk / "ballast").unlink()
    nothing_half_written(case, undisturbed.out())


@pytest.mark.parametrize("most", [600, 3_000, 9_000])
def test_a_limit_on_the_size_of_files(case: Folder, undisturbed: Folder, command: Command, most: int) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    done = command("run", case.path, "--as-of", "2001-11-01", preexec_fn=limit)
    assert "File too large" in refused(done)
    nothing_half_written(case, undisturbed.out())


# Root is refused nothing: then a process becomes nobody, after a run that has loaded what it may load no longer.
AS_NOBODY = """
import os, pathlib, sys
from datetime import date
import landmark.cli
import landmark.intake.peek, landmark.report.terminal
landmark.run(pathlib.Path(sys.argv[1]), today=date(2001, 11, 1))
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
sys.exit(landmark.cli.main(sys.argv[2:]))
"""


@pytest.fixture
def open_case(make: Callable[..., Folder]) -> Iterator[Folder]:
    """A small case to which everybody comes; folders of pytest are its user's alone."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield make(Path(name) / "case")


@pytest.fixture
def unprivileged(tmp_path: Path, make: Callable[..., Folder]) -> Callable[[Folder], subprocess.CompletedProcess[str]]:
    """Run a case as somebody who owns it and is refused what the case's folder refuses."""
    warm = make(tmp_path / "warm", assignments=[])

    def ran(case: Folder) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-c", AS_NOBODY, str(warm.path), "run", str(case.path), "--as-of", "2001-11-01"]
        if os.geteuid() == 0:
            for path in (case.path, *case.path.rglob("*")):
                os.chown(path, NOBODY, NOBODY)
        return subprocess.run(line, capture_output=True, text=True, check=False)

    return ran


@pytest.mark.parametrize("shut", ["logs/access.log", "case.toml", "isp/assignments.csv", "geo.csv", "case.key", "."])
def test_a_permission_that_is_refused(
    open_case: Folder,
    undisturbed: Folder,
    unprivileged: Callable[[Folder], subprocess.CompletedProcess[str]],
    shut: str,
) -> None:
    case = open_case
    closed = case.path / shut
    mode = closed.stat().st_mode
    closed.chmod(0o555 if shut == "." else 0)
    said = refused(unprivileged(case))
    assert "Permission denied" in said or "case.key: cannot be read" in said
    assert (shut if shut != "." else case.path.name) in said
    closed.chmod(mode)
    nothing_half_written(case, undisturbed.out())


@pytest.mark.parametrize("shut", ["out/tables", "cache", "cache/tables", "ledger.jsonl"])
def test_a_permission_that_is_refused_to_a_later_run(
    open_case: Folder,
    undisturbed: Folder,
    unprivileged: Callable[[Folder], subprocess.CompletedProcess[str]],
    shut: str,
) -> None:
    case = open_case
    case.run()
    case.rules = {"visit_gap": "29m"}
    case.save()
    closed = case.path / shut
    mode = closed.stat().st_mode
    closed.chmod(0o555 if closed.is_dir() else 0o444)
    if shut == "cache":
        shutil.rmtree(closed / "tables")
    said = refused(unprivileged(case))
    assert "Permission denied" in said
    assert Path(shut).name in said
    closed.chmod(mode)
    case.rules = {}
    case.save()
    nothing_half_written(case, undisturbed.out())


RESULTS = ["out/funnel.json", "out/tables/events.parquet", "out/manifest.json", "out/countries/GB/leads.csv"]
KEPT = ["ledger.jsonl", "case.key", "cache/lock", "cache/authority", "cache/inputs.json", "case.toml", "geo.csv"]


@pytest.mark.parametrize("name", [*RESULTS, *KEPT])
def test_a_folder_in_a_file_s_place(
    case: Folder, undisturbed: Folder, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    if name in RESULTS:
        case.run()
    path = case.path / name
    content = path.read_bytes() if path.exists() else None
    path.unlink(missing_ok=True)
    (path / "inside").mkdir(parents=True)
    (path / "inside" / "file").write_bytes(b"")
    assert cli.main(["run", str(case.path), "--as-of", "2001-11-01"]) == 5
    said = capfd.readouterr().err
    assert "Traceback" not in said
    assert path.name in said
    shutil.rmtree(path)
    if content is not None and name not in RESULTS:
        path.write_bytes(content)
    nothing_half_written(case, undisturbed.out())


def test_a_folder_in_place_of_a_log_that_is_named_outright(case: Folder) -> None:
    case.logs[0] = {**case.logs[0], "files": ["logs"]}
    with pytest.raises(landmark.MachineError, match=r"logs: Is a directory"):
        case.save().run()


@pytest.mark.parametrize("name", ["out", "cache", "cache/tables", "cache/events"])
def test_a_file_in_a_folder_s_place(
    case: Folder, undisturbed: Folder, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    path = case.write(name, b"not a folder\n")
    assert cli.main(["run", str(case.path), "--as-of", "2001-11-01"]) == 5
    said = capfd.readouterr().err
    assert "Traceback" not in said
    assert path.name in said
    assert path.read_bytes() == b"not a folder\n"
    path.unlink()
    nothing_half_written(case, undisturbed.out())


def test_another_run_on_the_case(case: Folder, undisturbed: Folder, capfd: pytest.CaptureFixture[str]) -> None:
    case.run()
    before = {path: path.stat().st_mtime_ns for path in case.path.rglob("*") if path.name != "lock"}
    with filelock.FileLock(case.path / "cache" / "lock"):
        assert cli.main(["run", str(case.path), "--as-of", "2001-11-01"]) == 5
        assert "another run holds this case" in capfd.readouterr().err
        with pytest.raises(landmark.MachineError, match="another run"):
            landmark.check(case.path, today=date(2001, 11, 1), reread=True)
        assert landmark.check(case.path, today=date(2001, 11, 1)).ledger_lines == len(case.ledger())
    assert {path: path.stat().st_mtime_ns for path in case.path.rglob("*") if path.name != "lock"} == before
    nothing_half_written(case, undisturbed.out())


def test_a_file_where_the_folder_of_tables_should_lie(case: Folder, undisturbed: Folder) -> None:
    case.run()
    shutil.rmtree(case.path / "out" / "tables")
    case.write("out/tables", b"not a folder\n")
    with pytest.raises(landmark.MachineError, match=r"out/tables"):
        case.run()
    (case.path / "out" / "tables").unlink()
    nothing_half_written(case, undisturbed.out())


def test_a_pipe_in_place_of_a_log_is_not_waited_for(case: Folder) -> None:
    (case.path / "logs/access.log").unlink()
    os.mkfifo(case.path / "logs/access.log")
    with pytest.raises(landmark.MachineError, match=r"logs/access\.log"):
        case.run()


@pytest.mark.parametrize("command", ["new", "simulate"])
def test_a_place_where_nothing_can_be_made(tmp_path: Path, capfd: pytest.CaptureFixture[str], command: str) -> None:
    (tmp_path / "taken").write_bytes(b"")
    assert cli.main([command, str(tmp_path / "taken")]) == 5
    assert cli.main([command, str(tmp_path / "taken" / "case")]) == 5
    said = capfd.readouterr().err
    assert said.count("landmark: ") == 2
    assert "taken" in said
    assert (tmp_path / "taken").read_bytes() == b""
