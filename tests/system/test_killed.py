"""Killed at any point: readers see whole results or none, and the next run ends with the same bytes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

import landmark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.system.conftest import Folder

# Runs a case in a process of its own that ends, without a word, before its n-th change of the disk. Of a file that was
# written but not made to last only half is left, of the ledger's last line only a part. Processes are forked from one
# that has everything imported.
DRIVER = r"""
import json, os, sys, threading
from datetime import date

import landmark
from landmark import running  # noqa: F401 - imported once, for all that are forked

left = [0]


def torn(descriptor):
    name, size = os.readlink(f"/proc/self/fd/{descriptor}"), os.fstat(descriptor).st_size
    if name.endswith(".part"):
        os.ftruncate(descriptor, size // 2)
    elif name.endswith(".jsonl"):
        os.ftruncate(descriptor, size - 10)


def dying(real):
    def call(*arguments, **options):
        left[0] -= 1
        if left[0] == 0:
            if real is sync:
                torn(arguments[0])
            os._exit(9)
        return real(*arguments, **options)

    return call


sync = os.fsync
for name in ("replace", "rename", "unlink", "mkdir", "rmdir", "fsync"):
    setattr(os, name, dying(getattr(os, name)))

assert threading.active_count() == 1
for line in sys.stdin:
    folder, at = json.loads(line)
    child = os.fork()
    if child == 0:
        left[0] = at
        try:
            landmark.run(landmark_path(folder), today=date(2001, 11, 1))
        except BaseException as error:
            print(json.dumps({"error": repr(error)}), flush=True)
            os._exit(1)
        print(json.dumps({"changes": at - left[0]}), flush=True)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) == 9:
        print(json.dumps({"killed": True}), flush=True)
"""
NEVER = 1_000_000_000


class Driver:
    """Runs cases and kills them."""

    def __init__(self) -> None:
        script = DRIVER.replace("landmark_path", "__import__('pathlib').Path")
        self._process = subprocess.Popen(
            [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, folder: Path, at: int = NEVER) -> dict[str, object]:
        """Run a case and kill it before its change number `at`; tell how many it made."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([str(folder), at]) + "\n")
        self._process.stdin.flush()
        told: dict[str, object] = json.loads(self._process.stdout.readline())
        assert "error" not in told, told
        return told

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@pytest.fixture(scope="module")
def driver() -> Iterator[Driver]:
    if not hasattr(os, "fork"):
        pytest.skip("this system knows no fork")
    made = Driver()
    yield made
    made.close()


def seen(folder: Folder, expected: dict[str, bytes]) -> None:
    """Whatever a killed run left: a manifest names right files only, and without one readers refuse."""
    if (folder.path / "out" / "manifest.json").exists():
        assert folder.whole()
        assert folder.out() == expected
    else:
        with pytest.raises(landmark.CaseError, match="run the case first"):
            landmark.funnel(folder.path)
        with pytest.raises(landmark.CaseError, match="run the case first"):
            landmark.show(folder.path, "0", as_of=None)


def test_killed_again_and_again_it_ends_with_the_same_bytes(driver: Driver, undisturbed: Folder, case: Folder) -> None:
    expected = undisturbed.out()
    kills = 0
    for at in range(5, 400, 19):
        if "killed" not in driver.run(case.path, at):
            break
        kills += 1
        seen(case, expected)
    else:
        pytest.fail("it never ended")
    assert kills > 5
    assert case.whole()
    assert case.out() == expected


@pytest.fixture(scope="module")
def changes(driver: Driver, tmp_path_factory: pytest.TempPathFactory, make: Callable[..., Folder]) -> int:
    """How often a run of the small case changes the disk."""
    return int(str(driver.run(make(tmp_path_factory.mktemp("counted") / "case").path)["changes"]))


@pytest.mark.parametrize("share", [0.1, 0.35, 0.6, 0.85])
def test_killed_once_the_next_run_ends_with_the_same_bytes(
    driver: Driver, undisturbed: Folder, case: Folder, changes: int, share: float
) -> None:
    assert "killed" in driver.run(case.path, int(changes * share))
    seen(case, undisturbed.out())
    driver.run(case.path)
    assert case.whole()
    assert case.out() == undisturbed.out()
    # What is kept is the same too, but for the names of what was killed.
    assert {path.name for path in (case.path / "cache").rglob("*")} == {
        path.name for path in (undisturbed.path / "cache").rglob("*")
    }


def test_killed_at_the_first_and_the_last_changes_results_and_ledger_agree(
    driver: Driver, undisturbed: Folder, make: Callable[..., Folder], tmp_path: Path
) -> None:
    """With all stages kept, what remains is deleting the old results, writing the new ones, and their entries."""
    case = make(tmp_path / "case")
    for name in ("out", "cache"):
        shutil.copytree(undisturbed.path / name, case.path / name)
    shutil.copy2(undisturbed.path / "ledger.jsonl", case.path)
    driver.run(case.path)
    case.more = "# once more\n"
    case.save()
    template = tmp_path / "template"
    shutil.copytree(case.path, template)
    changes = int(str(driver.run(case.path)["changes"]))
    for at in [2, 5, 9, 30, *range(changes - 3, changes + 1)]:
        shutil.rmtree(case.path)
        shutil.copytree(template, case.path)
        assert "killed" in driver.run(case.path, at)
        seen(case, undisturbed.out())
        driver.run(case.path)
        assert case.whole()
        assert case.out() == undisturbed.out()
        what = [entry["what"] for entry in case.ledger()]
        assert what[-1] in {"results", "nothing changed"}


def test_a_key_that_was_begun_and_not_written_is_no_key(driver: Driver, case: Folder) -> None:
    (case.path / "case.key").unlink()
    for at in range(1, 16):
        driver.run(case.path, at)
        key = case.path / "case.key"
        assert not key.exists() or len(bytes.fromhex(key.read_text())) == 32
    driver.run(case.path)
    assert case.whole()
    assert (case.path / "case.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("folder", "files"), [("cache/events", 1), ("cache/tables", 4), ("out/tables", 6)])
def test_killed_with_signal_9_while_it_works_the_next_run_ends_with_the_same_bytes(
    undisturbed: Folder, case: Folder, folder: str, files: int
) -> None:
    process = subprocess.Popen([sys.executable, "-m", "landmark", "run", str(case.path), "--as-of", "2001-11-01"])
    watched = case.path / folder
    there: list[Path] = []
    while process.poll() is None and len(there) < files:
        time.sleep(0.0005)
        with suppress(FileNotFoundError):  # it is not there yet, or again
            there = list(watched.iterdir())
    process.send_signal(signal.SIGKILL)
    process.wait()
    seen(case, undisturbed.out())
    case.run()
    assert case.whole()
    assert case.out() == undisturbed.out()
