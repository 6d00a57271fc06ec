"""A byte order mark before the first line of a file of records is none of it, in whatever format they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from landmark.assignments import ALL, Settings, Wanted
from landmark.lines import MARK
from landmark.scan.sifting import SiftedLines

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from landmark.assignments import Example, FileLeases

EXAMPLES = [(name, example) for name, format_ in ALL.items() for example in format_.examples()]
ADDRESSES = frozenset({"198.51.100.21", "198.51.100.22", "203.0.113.5", "203.0.113.9", "2001:db8::5"})
PACKET = b"""Tue Oct  2 %d:00:00 2001
\tAcct-Status-Type = %b
\tUser-Name = "user-a"
\tAcct-Session-Id = "%b"
\tFramed-IP-Address = 198.51.100.21
\tNAS-IP-Address = 192.0.2.254

"""
RESTART = b"""Tue Oct  2 %d:00:00 2001
\tAcct-Status-Type = Accounting-Off
\tNAS-IP-Address = 192.0.2.254

"""


def taken(path: Path, name: str, settings: Mapping[str, Any], *texts: bytes) -> tuple[list[FileLeases], list[int]]:
    """Read files as a run does; give what came of each, and how many lines it has."""
    files = []
    for number, text in enumerate(texts):
        (path / f"{number}").write_bytes(text)
        files.append(SiftedLines(path / f"{number}"))
    stated = Settings(account=lambda account: account.decode("latin-1"), **settings)
    readings = ALL[name].read(files, stated, Wanted(ADDRESSES, frozenset(), 0, 4_000_000_000_000_000))
    return readings, [file.counts.lines for file in files if file.counts is not None]


def told(reading: FileLeases) -> tuple[object, ...]:
    """Give what came of a text, but for where in it a row of a dump begins, and the line that is named by it."""
    leases = [one[:8] + one[9:11] for one in reading.leases]
    return leases, reading.kept, dict(reading.dropped), [(one.line, one.reason) for one in reading.rejects]


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[f"{name}: {example.name}" for name, example in EXAMPLES])
def test_what_stands_behind_the_mark_is_read_as_without_it(tmp_path: Path, name: str, example: Example) -> None:
    (plain,), lines = taken(tmp_path, name, example.settings, example.text)
    (marked,), lines_too = taken(tmp_path, name, example.settings, MARK + example.text)
    assert told(marked) == told(plain)
    assert lines == lines_too


@pytest.mark.parametrize("name", sorted(ALL))
@pytest.mark.parametrize("text", [MARK, MARK + b"\n", MARK + b"\r\n", MARK + MARK + b"\n", MARK + b"a"])
def test_a_file_that_is_little_but_a_mark_adds_up(tmp_path: Path, name: str, text: bytes) -> None:
    (reading,), (lines,) = taken(tmp_path, name, {"zone": "UTC", "year": 2001}, text)
    assert not reading.leases
    every = lines if reading.units is None else reading.units
    assert reading.kept + reading.dropped.total() + len(reading.rejects) == every


def test_each_of_rotated_files_may_begin_with_one(tmp_path: Path) -> None:
    texts = [MARK + PACKET % (10, b"Start", b"A1"), MARK + PACKET % (12, b"Stop", b"A1")]
    readings, _ = taken(tmp_path, "radius-detail", {"zone": "UTC"}, *texts)
    assert [(lease.ends, lease.doubtful) for reading in readings for lease in reading.leases] == [("stopped", False)]


def test_a_restart_behind_the_mark_ends_what_it_ends(tmp_path: Path) -> None:
    """It names no address, so that nothing would have been said of it: whoever had the address kept it without end."""
    texts = [PACKET % (10, b"Start", b"A1"), MARK + RESTART % 11]
    readings, _ = taken(tmp_path, "radius-detail", {"zone": "UTC"}, *texts)
    assert [lease.ends for reading in readings for lease in reading.leases] == ["rebooted"]


def test_a_row_of_a_dump_is_where_it_stands_in_the_file(tmp_path: Path) -> None:
    (example, *_) = ALL["radius-sql"].examples()
    (plain,), _ = taken(tmp_path, "radius-sql", example.settings, example.text)
    (marked,), _ = taken(tmp_path, "radius-sql", example.settings, MARK + example.text)
    rows = [[row + len(MARK) for row in lease.rows] for lease in plain.leases]
    assert [list(lease.rows) for lease in marked.leases] == rows


def test_a_mark_elsewhere_is_a_part_of_its_line(tmp_path: Path) -> None:
    text = PACKET % (10, b"Start", b"A1") + MARK + PACKET % (11, b"Stop", b"A1")
    (reading,), _ = taken(tmp_path, "radius-detail", {"zone": "UTC"}, text)
    assert [reject.line for reject in reading.rejects] == list(range(8, 14))
