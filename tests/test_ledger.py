"""The ledger: nothing can be taken out, put in or changed unseen; a killed run's last line is no harm."""

from __future__ import annotations

import errno
import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from landmark import ledger
from landmark.errors import IntegrityError, MachineError

if TYPE_CHECKING:
    from pathlib import Path


def clock() -> datetime:
    return datetime(2001, 11, 28, 6, 0, tzinfo=UTC)


def written(folder: Path, count: int = 4) -> list[bytes]:
    book = ledger.read(folder, clock)
    for number in range(count):
        book.add("input", path=f"logs/{number}.log")
    return (folder / ledger.LEDGER_FILE).read_bytes().splitlines(keepends=True)


def test_what_is_added_is_read_back_in_order_and_holds(tmp_path: Path) -> None:
    written(tmp_path)
    book = ledger.read(tmp_path, clock)
    assert [entry["path"] for entry in book.entries] == [f"logs/{number}.log" for number in range(4)]
    assert book.entries[0]["before"] == "0" * 64
    assert all(after["before"] == before["hash"] for before, after in zip(book.entries, book.entries[1:], strict=False))


@pytest.mark.parametrize("change", ["taken out", "put in twice", "changed", "exchanged", "hash made new"])
def test_any_change_breaks_the_chain_and_is_located(tmp_path: Path, change: str) -> None:
    lines = written(tmp_path)
    if change == "taken out":
        del lines[1]
    elif change == "put in twice":
        lines.insert(1, lines[1])
    elif change == "changed":
        lines[1] = lines[1].replace(b"logs/1.log", b"logs/9.log")
    elif change == "exchanged":
        lines[1], lines[2] = lines[2], lines[1]
    else:
        entry = json.loads(lines[1])
        entry["path"] = "logs/9.log"
        entry["hash"] = ledger._hash(entry)
        lines[1] = json.dumps(entry, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    (tmp_path / ledger.LEDGER_FILE).write_bytes(b"".join(lines))
    with pytest.raises(IntegrityError, match=r"ledger\.jsonl:[23]: the chain of hashes does not hold here"):
        ledger.read(tmp_path, clock)


def test_a_chain_that_holds_and_does_not_begin_at_the_first_line_is_no_ledger(tmp_path: Path) -> None:
    entry = json.loads(written(tmp_path, 1)[0])
    entry["n"] = 2
    entry["hash"] = ledger._hash(entry)
    (tmp_path / ledger.LEDGER_FILE).write_text(json.dumps(entry) + "\n", encoding="utf-8")
    with pytest.raises(IntegrityError, match=r"ledger\.jsonl:1: the chain of hashes does not hold here"):
        ledger.read(tmp_path, clock)


@pytest.mark.parametrize("line", [b"what is this\n", b"[]\n", b'"text"\n', b"7\n", b"\n", b"\xff\n"])
def test_a_line_that_is_no_entry_is_located(tmp_path: Path, line: bytes) -> None:
    lines = written(tmp_path)
    lines[2] = line
    (tmp_path / ledger.LEDGER_FILE).write_bytes(b"".join(lines))
    with pytest.raises(IntegrityError, match=r"ledger\.jsonl:3: is no ledger line"):
        ledger.read(tmp_path, clock)


def test_a_last_line_that_a_killed_run_left_unfinished_is_cut_off_by_the_next_entry(tmp_path: Path) -> None:
    lines = written(tmp_path)
    (tmp_path / ledger.LEDGER_FILE).write_bytes(b"".join(lines[:3]) + lines[3][:20])
    book = ledger.read(tmp_path, clock)
    assert book.torn
    assert len(book.entries) == 3
    book.add("run")
    again = ledger.read(tmp_path, clock)
    assert not again.torn
    assert [entry["what"] for entry in again.entries] == ["input", "input", "input", "run"]


def test_an_entry_was_made_to_last_before_anything_that_depends_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lasting: list[bytes] = []
    monkeypatch.setattr(os, "fsync", lambda _: lasting.append((tmp_path / ledger.LEDGER_FILE).read_bytes()))
    book = ledger.read(tmp_path, clock)
    for number in range(1, 3):
        book.add("input")
        assert lasting[-1].count(b"\n") == number


def test_a_clock_that_was_set_back_breaks_no_chain(tmp_path: Path) -> None:
    days = iter([28, 27, 29])
    for _ in range(3):
        ledger.read(tmp_path, lambda: datetime(2001, 11, next(days), tzinfo=UTC)).add("run")
    entries = ledger.read(tmp_path, clock).entries
    assert [str(entry["at"])[:10] for entry in entries] == ["2001-11-28", "2001-11-27", "2001-11-29"]


def test_what_an_entry_that_could_not_be_written_left_is_cut_off_and_the_chain_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full: part of the line is there, and the same ledger is asked once more when there is room."""
    written(tmp_path, 2)
    book = ledger.read(tmp_path, clock)

    def full(descriptor: int) -> None:
        os.ftruncate(descriptor, os.fstat(descriptor).st_size - 10)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(MachineError, match="No space left on device"):
            book.add("run")
    book.add("run again")
    assert [entry["what"] for entry in ledger.read(tmp_path, clock).entries] == ["input", "input", "run again"]
