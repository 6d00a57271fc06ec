"""What a case declares about clocks is said where the clocks are, since every instant shown rests on it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.case import Assignment, Log, Stretch
from landmark.declared import declared, together
from landmark.figures import exactly
from landmark.report.fit_page import PAGE, drawings
from landmark.report.page import report
from landmark.tables import DAY, HOUR, MINUTE, SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

BEGIN = 1_001_894_400_000_000
AHEAD = 7 * MINUTE + 12 * SECOND
MEASURED = Log(("logs/a.log",), "combined", clock_ahead=AHEAD, why="held against the time signal")
BEHIND = Assignment(("isp/a.csv",), "csv", "user-name", clock_ahead=-90 * SECOND, why="the provider's own word")
USUAL = Log(("logs/b.log",), "combined")


def said(page: str) -> str:
    """Give the text of a page without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", page.split("</head>")[1]).replace("&#39;", "'").split())


def clocks(page: str) -> str:
    return said("</head>" + page.split('<section id="clocks"')[1].split("</section>", maxsplit=1)[0])


def test_a_clock_that_the_case_declares_ahead_or_behind_is_said_with_who_measured_it(
    make: Callable[..., Any], make_case: Callable[..., Any]
) -> None:
    heard = clocks(report(*make(case=make_case(logs=(MEASURED, USUAL), assignments=(BEHIND,)))))
    assert "What the case declares about clocks" in heard
    assert "Log logs/a.log : its clock was 7 min 12 s ahead (held against the time signal)." in heard
    assert "Records isp/a.csv : their clock was 1 min 30 s behind (the provider's own word)." in heard
    assert "What a clock was ahead was taken off every instant of it, and what it was behind was added" in heard
    assert "logs/b.log" not in heard


def test_a_stretch_that_the_case_declares_doubtful_is_said_with_its_reason(
    make: Callable[..., Any], make_case: Callable[..., Any]
) -> None:
    stretches = (Stretch(BEGIN, BEGIN + DAY, "clock replaced"), Stretch(BEGIN + 2 * DAY, BEGIN + 3 * DAY, "<no power>"))
    log = replace(USUAL, doubtful=stretches)
    records = Assignment(("isp/a.csv",), "csv", "user-name", doubtful=stretches[:1])
    page = report(*make(case=make_case(logs=(log,), assignments=(records,))))
    heard = clocks(page)
    first = "doubtful from 2001-10-01T00:00:00Z up to 2001-10-02T00:00:00Z (clock replaced)"
    assert f"Log logs/b.log : its clock is {first}, and from 2001-10-03T00:00:00Z up to" in heard
    assert f"Records isp/a.csv : their clock is {first}." in heard
    assert "&lt;no power&gt;" in page
    assert "taken off" not in heard


def test_a_case_that_declares_nothing_about_clocks_says_what_each_is_allowed(make: Callable[..., Any]) -> None:
    heard = clocks(report(*make()))
    assert "The case declares nothing about any single clock: each may be off by 5 s either way" in heard
    assert "taken off" not in heard


@pytest.mark.parametrize(
    ("log", "records", "expected"),
    [
        (None, None, "by 10 s (5 s each)"),
        (2 * SECOND, 2 * SECOND, "by 4 s (2 s each)"),
        (60 * SECOND, None, "by 1 min 5 s (1 min of the log, 5 s of the records)"),
        (None, 0, "by 5 s (5 s of the log, 0 s of the records)"),
    ],
)
def test_the_head_says_by_how_much_a_log_and_the_records_may_differ(
    make_case: Callable[..., Any], log: int | None, records: int | None, expected: str
) -> None:
    case = make_case(
        logs=(Log(("a",), "combined", clock_tolerance=log),),
        assignments=(Assignment(("b",), "csv", "user-name", clock_tolerance=records),),
    )
    assert together(case) == f"the clock of a log and that of the records may differ {expected}"


def test_where_clocks_are_allowed_different_tolerances_the_head_says_from_what_to_what(
    make: Callable[..., Any], make_case: Callable[..., Any]
) -> None:
    exact = Log(("c",), "combined", clock_tolerance=SECOND // 2)
    loose = Assignment(("d",), "csv", "user-name", clock_tolerance=MINUTE)
    case = make_case(logs=(USUAL, exact), assignments=(BEHIND, loose))
    heard = said(report(*make(case=case)))
    assert "may differ by up to 5.5 s, or up to 1 min 5 s, as the case declares" in heard
    assert "Log c : its clock may be off by 0.5 s either way." in heard
    assert "Records d : their clock may be off by 1 min either way." in heard
    assert "A clock whose tolerance is not named here may be off by 5 s either way." in heard
    every = clocks(report(*make(case=make_case(logs=(exact,), assignments=(loose,)))))
    assert "tolerance is not named" not in every


def test_without_records_the_head_says_how_far_a_log_s_clock_may_be_off(make_case: Callable[..., Any]) -> None:
    exact = Log(("c",), "combined", clock_tolerance=SECOND)
    assert together(make_case(assignments=())) == "the clock of a log may be off by 5 s"
    assert together(make_case(assignments=(), logs=(USUAL, exact))) == (
        "the clock of a log may be off by up to 1 s, or up to 5 s, as the case declares"
    )


def test_pictures_drawn_later_leave_to_the_report_what_the_case_declared_when_it_was_run(
    make: Callable[..., Any], make_case: Callable[..., Any]
) -> None:
    case = make_case(logs=(MEASURED,))
    page = said(drawings(case, make(case=case).tables)[PAGE].decode())
    assert "report.html says of which, and by how much. What is found here corrects nothing." in page
    assert "7 min 12 s" not in page


def test_no_page_says_that_nothing_is_corrected_where_a_deviation_was_taken_off(
    make: Callable[..., Any], make_case: Callable[..., Any]
) -> None:
    for case in (make_case(), make_case(logs=(MEASURED,))):
        world = make(case=case)
        for page in (report(*world), drawings(case, world.tables)[PAGE].decode()):
            assert "Nothing here corrects anything" not in page


def test_head_and_foot_say_that_instants_are_after_what_was_taken_off(
    make: Callable[..., Any], make_case: Callable[..., Any]
) -> None:
    for logs, times in (((USUAL,), 0), ((MEASURED,), 2)):
        page = report(*make(case=make_case(logs=logs)))
        outer = said(re.sub("<main>.*</main>", "", page, flags=re.DOTALL))
        assert outer.count("after what the case declares a clock to be off was taken off") == times


def test_only_clocks_of_which_something_is_declared_are_named_in_the_order_of_their_names(
    make_case: Callable[..., Any],
) -> None:
    other = replace(MEASURED, files=("logs/0.log",))
    case = make_case(logs=(MEASURED, USUAL, other), assignments=(BEHIND,))
    assert [one.name for one in declared(case)] == ["logs/0.log", "logs/a.log", "isp/a.csv"]


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (0, "0 s"),
        (1, "0.000001 s"),
        (-1_500_000, "1.5 s"),
        (AHEAD, "7 min 12 s"),
        (HOUR + 2 * MINUTE + 3 * SECOND + 500_000, "1 h 2 min 3.5 s"),
        (DAY + SECOND, "1 d 1 s"),
    ],
)
def test_a_measured_length_of_time_is_said_exactly(length: int, expected: str) -> None:
    assert exactly(length) == expected


@given(st.integers(-(10**13), 10**13), st.integers(-(10**13), 10**13))
def test_two_lengths_of_time_that_differ_are_never_said_alike(one: int, other: int) -> None:
    assert (exactly(one) == exactly(other)) == (abs(one) == abs(other))
