"""What an earlier run of the tests left behind, and cannot be removed, is no fault of the next run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"

# As where a file system is still mounted, which takes no rights to say.
AS_IF_MOUNTED = """
import errno, os, sys
import pytest
remove = os.rmdir
def refuse(path, *args, **kwargs):
    if os.path.basename(path) == "mounted":
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), path)
    return remove(path, *args, **kwargs)
os.rmdir = refuse
sys.exit(pytest.main(sys.argv[1:]))
"""


def test_a_folder_that_cannot_be_removed(tmp_path: Path) -> None:
    (tmp_path / "test_nothing.py").write_text("def test_nothing(tmp_path):\n    assert tmp_path.is_dir()\n")
    user = tmp_path / "root" / "pytest-of-somebody"
    for run in range(4):  # the last three are kept
        (user / f"pytest-{run}" / "mounted").mkdir(parents=True)
    user.chmod(0o700)
    asked = [
        "-c",
        str(PROJECT),
        "--rootdir",
        str(tmp_path),
        "-p",
        "no:cacheprovider",
        str(tmp_path / "test_nothing.py"),
    ]
    done = subprocess.run(
        [sys.executable, "-c", AS_IF_MOUNTED, *asked],
        cwd=tmp_path,
        env=os.environ | {"PYTEST_DEBUG_TEMPROOT": str(tmp_path / "root"), "LOGNAME": "somebody"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
    assert {place.name for place in user.glob("garbage-*/*")} == {"mounted"}, "the run did not even try"
