"""What a log must and must not state, by what wraps its lines."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from landmark import case_file, sources
from landmark.errors import CaseError

if TYPE_CHECKING:
    from pathlib import Path

CASE = """
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
covers = ["traffic"]
[[target]]
id = "a"
newsgroup = "test.watched.a"
[[log]]
files = ["news.notice"]
"""


def refused(folder: Path, more: str) -> list[str]:
    """Give what is wrong with the case."""
    (folder / "case.toml").write_text(CASE + more, encoding="utf-8")
    formats = {name: source.format for name, source in sources.ALL.items()}
    try:
        case_file.load(folder, today=date(2001, 11, 5), formats=formats, assignment_formats={})
    except CaseError as error:
        return [str(problem) for problem in error.problems]
    return []


@pytest.mark.parametrize("transport", ["iso", "rfc5424", "journal"])
@pytest.mark.parametrize("name", ["inn", "diablo"])
def test_lines_that_state_their_instant_need_neither_zone_nor_year_and_take_none(
    tmp_path: Path, name: str, transport: str
) -> None:
    log = f'format = "{name}"\ntransport = "{transport}"\n'
    assert refused(tmp_path, log) == []
    (problem,) = refused(tmp_path, log + 'zone = "UTC"\n')
    assert f"no `zone`: each line of {transport} states its offset" in problem
    (problem,) = refused(tmp_path, log + "year = 2001\n")
    assert "no `year`" in problem


@pytest.mark.parametrize("said", ["", 'transport = "rfc3164"\n'])
def test_rfc_3164_states_neither(tmp_path: Path, said: str) -> None:
    log = f'format = "inn"\n{said}'
    assert len(refused(tmp_path, log)) == 2
    assert refused(tmp_path, log + 'zone = "UTC"\nyear = 2001\n') == []


def test_a_format_that_writes_a_time_of_its_own_needs_its_zone_whatever_wraps_it(tmp_path: Path) -> None:
    log = 'format = "haproxy"\ntransport = "iso"\n'
    (problem,) = refused(tmp_path, log)
    assert "a time zone: haproxy writes times without one" in problem
    assert refused(tmp_path, log + 'zone = "UTC"\n') == []


def test_a_format_that_nothing_wraps_takes_no_transport(tmp_path: Path) -> None:
    (problem,) = refused(tmp_path, 'format = "combined"\ntransport = "iso"\n')
    assert "no `transport`: combined is no log that comes through syslog" in problem


def test_a_transport_that_is_none_is_refused_with_those_that_are(tmp_path: Path) -> None:
    problems = refused(tmp_path, 'format = "inn"\ntransport = "export"\nzone = "UTC"\nyear = 2001\n')
    assert len(problems) == 1
    assert "rfc5424" in problems[0]
