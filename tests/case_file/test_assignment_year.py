"""The year of assignment records whose times are written without one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from landmark import case_file
from landmark.case import AssignmentFormat, LogFormat
from landmark.errors import CaseError

if TYPE_CHECKING:
    from pathlib import Path

FORMATS = {"combined": LogFormat("web", logs_host=False, needs_zone=False, needs_year=False)}
HOLDERS = {
    "always": AssignmentFormat(needs_zone=False, needs_year=True),
    "never": AssignmentFormat(needs_zone=False, needs_year=False),
    "sometimes": AssignmentFormat(needs_zone=False, needs_year=None),
}
TEXT = """
[case]
id = "a"
title = "A"
lead = "GB"
[authority]
reference = "W-1"
issuer = "Example Court"
provider = "Example Internet"
from = 2001-10-01T00:00:00Z
until = 2001-10-15T00:00:00Z
covers = ["traffic", "identification"]
[[target]]
id = "a"
path = "/board/"
[[log]]
files = ["access.log"]
format = "combined"
[[assignment]]
files = ["nat.log"]
account = "user-name"
"""


def load(folder: Path, *lines: str) -> int | None:
    (folder / "case.toml").write_text(TEXT + "\n".join(lines) + "\n", encoding="utf-8")
    case = case_file.load(folder, today=date(2001, 11, 5), formats=FORMATS, assignment_formats=HOLDERS)
    return case.assignments[0].year


@pytest.mark.parametrize(
    ("name", "year"), [("always", "year = 2001"), ("sometimes", "year = 2001"), ("sometimes", ""), ("never", "")]
)
def test_a_year_is_taken_where_the_format_may_not_write_it(tmp_path: Path, name: str, year: str) -> None:
    assert load(tmp_path, f'format = "{name}"', year) == (2001 if year else None)


@pytest.mark.parametrize(
    ("name", "year", "message"),
    [
        ("always", "", "year: found nothing, expected the year of the first line: always writes times without one"),
        ("never", "year = 2001", "year: found a second statement, expected no `year`: never writes it in each line"),
    ],
)
def test_a_year_that_is_missing_or_a_second_statement_is_refused(
    tmp_path: Path, name: str, year: str, message: str
) -> None:
    with pytest.raises(CaseError, match=message):
        load(tmp_path, f'format = "{name}"', year)
