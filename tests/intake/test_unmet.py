"""A unit at work that by the case alone nobody can be is said before a run; one that somebody may be is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from landmark.case import Assignment, Authority, Case, Known, Log, Mapping
from landmark.intake.unmet import unmet

AUTHORITY = Authority("W-1", "Example Court", "Example Internet", 100, 200, ("traffic", "identification"))
WEB = Log(("access.log",), "combined")
NEWS = Log(("news.notice",), "inn", zone="UTC", year=2001)
CSV = Assignment(("isp.csv",), "csv", "user-name")
UNIT = Known("observation", "Example Hotline", address="192.0.2.7", begin=100, end=200)
ACCOUNT = replace(UNIT, address=None, account="canary-office")
LOGIN = replace(UNIT, address=None, login="canary-observer")


def said(*known: Known, **more: object) -> list[str]:
    case = Case(Path(), "small", "A small case", "GB", AUTHORITY, (), (WEB,), known=known)
    return list(map(str, unmet(replace(case, **more))))  # type: ignore[arg-type]  # of many types by its name


@pytest.mark.parametrize(("begin", "end"), [(0, 100), (200, 300)])
def test_a_time_outside_the_window_is_nobody_s(begin: int, end: int) -> None:
    (problem,) = said(replace(UNIT, begin=begin, end=end))
    assert problem.startswith("case.toml: [[known]] from: found one that does not (Example Hotline), expected a time")


@pytest.mark.parametrize(("begin", "end"), [(0, 101), (199, 300), (0, 300), (150, 151)])
def test_a_time_that_meets_the_window_may_be(begin: int, end: int) -> None:
    assert not said(replace(UNIT, begin=begin, end=end))


def test_an_account_needs_something_that_names_accounts() -> None:
    (problem,) = said(ACCOUNT)
    assert problem.startswith("case.toml: [[known]] account: found neither (Example Hotline), ")
    assert not said(ACCOUNT, assignments=(CSV,))
    assert not said(ACCOUNT, login_map=(Mapping("observer", "office"),))


def test_a_login_needs_a_server_that_checks_it() -> None:
    (problem,) = said(LOGIN)
    assert problem.startswith("case.toml: [[known]] login: found neither (Example Hotline), ")
    assert not said(LOGIN, logs=(replace(WEB, login_verified=("/members/",)),))
    assert not said(LOGIN, logs=(WEB, NEWS))


def test_what_serves_several_people_is_told_too_and_no_name_is_said() -> None:
    leaf = Known("library, says the provider", account="canary-library")
    problems = said(ACCOUNT, LOGIN, leaf=(leaf,))
    assert [problem.split(": found")[0] for problem in problems] == [
        "case.toml: [[known]] account",
        "case.toml: [[known]] login",
        "case.toml: [[leaf]] account",
    ]
    assert "library, says the provider" in problems[2]
    assert "canary" not in str(problems)
