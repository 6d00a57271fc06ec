"""A list of targets as CSV: the columns are the keys of `[[target]]`, an empty cell is a key left out."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from landmark.case_file.court import TARGET
from landmark.case_file.reading import Row, fill
from landmark.case_file.said import near_hint, plain
from landmark.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

_COLUMNS = tuple(key.name for key in TARGET.keys)


def rows(text: str, file: str) -> tuple[list[Row], list[Problem]]:
    """Read a targets list (RFC 4180, with a header line; UTF-8).

    Args:
        text: the whole list.
        file: what messages call it.

    Returns:
        A row for each target, with the line on which it begins, and all that is wrong.
    """
    records, broken = _records(text)
    if broken:
        expected = "quotes that are closed, and cells of ordinary length"
        return [], [Problem(expected, file, broken, found="a record that cannot be read")]
    if not records:
        return [], [Problem("a header line: " + ",".join(_COLUMNS), file, 1, found="an empty list")]
    line, header = records[0]
    problems = list(_header(header, file, line))
    if problems:
        return [], problems
    found = []
    for number, cells in records[1:]:
        if len(cells) != len(header):
            problems.append(
                Problem(f"{len(header)} cells, as the header has", file, number, found=f"{len(cells)} cells")
            )
            continue
        table = {name.strip(): cell.strip() for name, cell in zip(header, cells, strict=True) if cell.strip()}
        row = Row("target", number, file)
        problems += fill(row, TARGET.keys, table, (), {})
        found.append(row)
    if not found and not problems:
        problems.append(Problem("a line for each target", file, line, found="a header only"))
    return found, problems


def _records(text: str) -> tuple[list[tuple[int, list[str]]], int | None]:
    """Give the records that are not blank, each with the line on which it begins; and where one cannot be read."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records = []
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                records.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error:
        return records, begins
    return records, None


def _header(header: list[str], file: str, line: int) -> Iterator[Problem]:
    names = [name.strip() for name in header]
    if len(names) == 1 and ";" in names[0]:
        yield Problem("columns parted by commas", file, line, found="columns parted by semicolons")
        return
    for name in names:
        if name not in _COLUMNS:
            hint = near_hint(name, _COLUMNS) or f"its columns: {', '.join(_COLUMNS)}"
            yield Problem("a column of a targets list", file, line, plain(name), "an unknown column", hint)
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Problem("each column once", file, line, plain(name), "a column written twice")
    if "id" not in names:
        yield Problem("a column with the short name of each target", file, line, "id", "nothing")
