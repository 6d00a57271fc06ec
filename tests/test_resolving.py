"""What the resolver is told of clocks: how far each may be off, and where the case or a log itself doubts one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from landmark import resolving, tables
from landmark.case import Assignment, Authority, Case, Log, Rules, Stretch
from landmark.sources import Step
from landmark.stages import ASSIGNMENT_CLOCKS, DECLARED, LOG_CLOCKS, REACH, SOUGHT
from landmark.tables import SECOND

NIGHT, MORNING = Stretch(100, 200, "a restart"), Stretch(300, 400, "a battery")
WEB, NEWS = Log(("web.log",), "combined"), Log(("news.notice", "OLD/*"), "inn", clock_tolerance=0)
ISP, POOL = (
    Assignment(("isp.csv",), "csv", "name"),
    Assignment(("pool.csv",), "csv", "name", clock_tolerance=60 * SECOND),
)
AUTHORITY = Authority("W-1", "Example Court", "Example Internet", 0, 1000, ("traffic",))
CASE = Case(Path("case"), "example", "Example", "GB", AUTHORITY, (), logs=(WEB, NEWS), assignments=(ISP, POOL))


def test_a_clock_may_be_off_as_far_as_is_stated_of_it_even_nothing_and_else_as_the_case_says() -> None:
    assert resolving._clocks(LOG_CLOCKS, CASE.logs, 5 * SECOND).to_pylist() == [
        {"log": "OLD/*, news.notice", "tolerance": 0},
        {"log": "web.log", "tolerance": 5 * SECOND},
    ]
    assert resolving._clocks(ASSIGNMENT_CLOCKS, CASE.assignments, 7).to_pylist() == [
        {"assignment": "isp.csv", "tolerance": 7},
        {"assignment": "pool.csv", "tolerance": 60 * SECOND},
    ]
    assert Rules().clock_tolerance == 5 * SECOND


def test_what_is_declared_of_a_log_or_a_source_or_set_back_in_a_series_is_doubted_there_and_nowhere_else() -> None:
    case = replace(
        CASE,
        logs=(replace(WEB, doubtful=(NIGHT, MORNING, NIGHT)), NEWS),
        assignments=(ISP, replace(POOL, doubtful=(MORNING,))),
    )
    steps = [(NEWS.name, Step("news.notice", 500, 600)), (NEWS.name, Step("news.notice", 500, 600))]
    rows = resolving._declared(case, steps).to_pylist()
    nobody = {"log": None, "series": None, "assignment": None, "shift": 0}
    wanted = [
        {**nobody, "log": "web.log", "from": 100, "until": 200},
        {**nobody, "log": "web.log", "from": 300, "until": 400},
        {**nobody, "assignment": "pool.csv", "from": 300, "until": 400},
        {**nobody, "log": "OLD/*, news.notice", "series": "news.notice", "from": 500, "until": 600},
    ]
    assert sorted(rows, key=str) == sorted(wanted, key=str)
    assert rows == resolving._declared(case, steps[::-1]).to_pylist()
    assert resolving._declared(CASE, ()).column_names == list(DECLARED.names)
    assert not resolving._declared(CASE, ()).num_rows


def test_without_assignments_nobody_is_known_and_every_table_is_there() -> None:
    made = resolving.nobody()
    assert made.fitted is None
    given = {
        tables.SOURCE_TESTS: made.source_tests,
        tables.DOUBTS: made.doubts,
        tables.ATTRIBUTIONS: made.attributions,
        tables.LEASES: made.holders,
        REACH: made.reach,
        SOUGHT: made.sought,
    }
    for table, kept in given.items():
        assert kept.rows == 0
        assert kept.data.column_names == list(table.names)
