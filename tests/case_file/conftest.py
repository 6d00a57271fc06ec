"""A small case file for tests of what assignments must state."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from landmark import case_file
from landmark.case import AssignmentFormat, Case, LogFormat

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

FORMATS = {"combined": LogFormat("web", logs_host=False, needs_zone=False, needs_year=False)}
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
"""


@pytest.fixture
def load_with(tmp_path: Path) -> Callable[[str, Mapping[str, AssignmentFormat]], Case]:
    """Load the case with more text behind it, which begins on line 19, against formats of assignment records."""

    def load(more: str, holders: Mapping[str, AssignmentFormat]) -> Case:
        (tmp_path / "case.toml").write_text(TEXT + more, encoding="utf-8")
        return case_file.load(tmp_path, today=date(2001, 11, 5), formats=FORMATS, assignment_formats=holders)

    return load
