"""Beside a live server: bounded in bytes, threads, priority and disk, without a network, and with the same results."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from landmark import commands
from landmark.errors import CaseError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.system.conftest import Folder


def test_no_bound_changes_a_result(tmp_path: Path, make: Callable[..., Folder]) -> None:
    free, bounded = make(tmp_path / "free"), make(tmp_path / "bounded")
    free.run()
    bounded.run(threads=1, rate=50_000_000)
    assert bounded.out() == free.out()


def test_a_nice_run_has_the_lowest_priority_and_whoever_started_it_keeps_its_own(
    tmp_path: Path, make: Callable[..., Folder]
) -> None:
    case = make(tmp_path / "case")
    program = (
        "import os, sys, datetime, pathlib, landmark\n"
        "landmark.run(pathlib.Path(sys.argv[1]), nice=True, today=datetime.date(2001, 11, 1))\n"
        "print(os.nice(0))\n"
    )
    before = os.nice(0)
    done = subprocess.run([sys.executable, "-c", program, case.path], capture_output=True, text=True, check=True)
    assert done.stdout == "19\n"
    assert os.nice(0) == before
    assert case.whole()


def test_the_command_takes_its_bounds(tmp_path: Path, make: Callable[..., Folder]) -> None:
    case = make(tmp_path / "case")
    line = [sys.executable, "-m", "landmark", "run", str(case.path), "--as-of", "2001-11-01"]
    done = subprocess.run([*line, "--rate", "50MB", "--nice", "--threads", "1"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert case.whole()


@pytest.mark.parametrize(
    ("text", "count"),
    [("50MB", 50_000_000), ("50 MiB", 52_428_800), ("1.5GB", 1_500_000_000), ("100k", 100_000), ("7", 7), ("7B", 7)],
)
def test_a_rate_is_written_as_people_do(text: str, count: int) -> None:
    assert commands.bytes_of(text) == count


@pytest.mark.parametrize("text", ["", "fast", "-5MB", "0", "0MB", "5 MB/s", "1e9", "٣MB"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(CaseError, match="a number of bytes"):
        commands.bytes_of(text)


def test_disk_is_said_by_check_and_refused_beyond_the_rules(
    tmp_path: Path, make: Callable[..., Folder], capfd: pytest.CaptureFixture[str]
) -> None:
    case = make(tmp_path / "case")
    case.run()
    assert commands.check(case.path, today=None, as_of=None).disk.startswith("a run needs ")
    case.rules = {"disk": "1kB"}
    case.save()
    line = [sys.executable, "-m", "landmark", "run", str(case.path), "--as-of", "2001-11-01"]
    assert subprocess.run(line, check=False).returncode == 5
    said = capfd.readouterr().err
    assert "a run needs about" in said
    assert "[rules] disk allows 1.0 kB; nothing was read" in said
    assert any("[rules] disk allows" in warning for warning in commands.check(case.path).warnings)


def test_a_whole_run_needs_no_network(tmp_path: Path, make: Callable[..., Folder]) -> None:
    if shutil.which("unshare") is None:
        pytest.skip("needs the Debian package util-linux")
    if os.geteuid() != 0:
        pytest.skip("needs root: it runs in a network namespace without interfaces")
    with_network, without = make(tmp_path / "with"), make(tmp_path / "without")
    with_network.run()
    alone = ["unshare", "--net", "--", sys.executable, "-m", "landmark"]
    for command in (["check"], ["run", "--as-of", "2001-11-01"]):
        name, *options = command
        done = subprocess.run([*alone, name, str(without.path), *options], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
    seen = subprocess.run(["unshare", "--net", "--", "cat", "/proc/net/dev"], capture_output=True, check=True)
    up = [line for line in seen.stdout.splitlines()[2:] if not line.strip().startswith(b"lo:")]
    assert not up, "there was a network to be had"
    assert without.out() == with_network.out()
