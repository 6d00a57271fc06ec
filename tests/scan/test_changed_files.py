"""A file that is not what was opened, however late that shows: nothing of it is kept; one that only grew is whole."""

from __future__ import annotations

import gzip
import os
from typing import TYPE_CHECKING

import pytest

from landmark.errors import MachineError
from landmark.scan.compression import open_text

if TYPE_CHECKING:
    from pathlib import Path

TEXT = b"one line\n" * 5


@pytest.fixture(params=["plain", "packed"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "log"
    path.write_bytes(TEXT if request.param == "plain" else gzip.compress(TEXT))
    return path


@pytest.mark.parametrize("left", [0, 3])
@pytest.mark.parametrize("when", ["before its first byte", "behind its last byte"])
def test_a_file_that_became_shorter_is_said(log: Path, when: str, left: int) -> None:
    buffer = bytearray(len(TEXT))
    with open_text(log) as text:
        if when == "behind its last byte":
            assert text.readinto(buffer) == len(TEXT)
        os.truncate(log, left)
        with pytest.raises(MachineError, match="changed while it was read"):
            text.readinto(buffer)


def test_a_file_that_was_written_over_is_said(log: Path) -> None:
    buffer = bytearray(len(TEXT))
    stat = log.stat()
    with open_text(log) as text:
        assert text.readinto(buffer) == len(TEXT)
        with log.open("r+b") as file:
            file.write(b"X")
        os.utime(log, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
        with pytest.raises(MachineError, match="changed while it was read"):
            text.readinto(buffer)


def test_a_file_that_only_grew_is_what_it_was(log: Path) -> None:
    buffer = bytearray(len(TEXT))
    with open_text(log) as text:
        size = text.stored_bytes
        with log.open("ab") as file:
            file.write(b"more\n")
        assert text.readinto(buffer) == len(TEXT)
        assert text.readinto(buffer) == 0
        assert (bytes(buffer), text.stored_bytes, text.ended_early) == (TEXT, size, False)


def test_bytes_that_are_not_there_any_more_are_not_read_again(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(TEXT)
    with open_text(path) as text:
        os.truncate(path, 3)
        with pytest.raises(MachineError, match="changed while it was read"):
            text.extract(0, len(TEXT))
