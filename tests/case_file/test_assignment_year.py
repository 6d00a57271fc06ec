"""The year of assignment records whose times are written without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from landmark.case import AssignmentFormat, Case
from landmark.errors import CaseError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Load = Callable[[str, Mapping[str, AssignmentFormat]], Case]

HOLDERS = {
    "always": AssignmentFormat(needs_zone=False, needs_year=True),
    "never": AssignmentFormat(needs_zone=False, needs_year=False),
    "sometimes": AssignmentFormat(needs_zone=False, needs_year=None),
}
HOLDER = '[[assignment]]\nfiles = ["nat.log"]\naccount = "user-name"\nformat = "{}"\n{}\n'


@pytest.mark.parametrize(
    ("name", "year"), [("always", "year = 2001"), ("sometimes", "year = 2001"), ("sometimes", ""), ("never", "")]
)
def test_a_year_is_taken_where_the_format_may_not_write_it(load_with: Load, name: str, year: str) -> None:
    case = load_with(HOLDER.format(name, year), HOLDERS)
    assert case.assignments[0].year == (2001 if year else None)


@pytest.mark.parametrize(
    ("name", "year", "message"),
    [
        ("always", "", "year: found nothing, expected the year of the first line: always writes times without one"),
        ("never", "year = 2001", "year: found a second statement, expected no `year`: never writes it in each line"),
    ],
)
def test_a_year_that_is_missing_or_a_second_statement_is_refused(
    load_with: Load, name: str, year: str, message: str
) -> None:
    with pytest.raises(CaseError, match=message):
        load_with(HOLDER.format(name, year), HOLDERS)
