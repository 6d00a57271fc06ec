"""The ledger: nothing can be taken out, put in or changed unseen; a killed run's last line is no harm."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from landmark import ledger
from landmark.errors import IntegrityError

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


def test_a_line_that_is_no_json_is_located(tmp_path: Path) -> None:
    lines = written(tmp_path)
    lines[2] = b"what is this\n"
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
