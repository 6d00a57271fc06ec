"""Which shifts are excluded at an instant is said with the counts, and why one is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from landmark.case import Assignment, Authority, Case, Log, Stretch
from landmark.tables import HOUR, MINUTE
from landmark.trace.clocks import clocks

if TYPE_CHECKING:
    from landmark.trace.node import Node

BEGIN = 1_001_894_400_000_000  # 2001-10-01T00:00:00Z
CASE = Case(
    folder=Path("case"),
    id="clocks",
    title="Clocks",
    lead="GB",
    authority=Authority("W-1", "Example Court", "Example Internet", BEGIN, BEGIN + 24 * HOUR, ("traffic",)),
    targets=(),
    logs=(Log(("web.log",), "combined"),),
    assignments=(Assignment(("isp.csv",), "csv", "user-name"),),
)


def counts_of(shift: int = HOUR, b: int = 409, c: int = 3, days: int = 12, **changed: Any) -> dict[str, Any]:  # noqa: ANN401 - any column's value
    row = {"log": "web.log", "series": "s", "assignment": "isp.csv", "shift": shift, "for_zero": b, "for_shift": c}
    excluded = b >= 30 and days >= 3 and c * 10 <= b
    return row | {"days": days, "excluded": excluded, "loud": c > b and c >= 10, **changed}


def doubt(shift: int, begin: int, until: int) -> dict[str, Any]:
    return {"assignment": "isp.csv", "shift": shift, "from": BEGIN + begin, "until": BEGIN + until}


def said(tests: list[dict[str, Any]], doubts: list[dict[str, Any]], *instants: int, case: Case = CASE) -> Node:
    event = {"log": "web.log", "series": "s", "instants": [BEGIN + at for at in instants or (0,)]}
    (node,) = clocks(case, event, tests, doubts)
    return node


def test_a_shift_that_is_excluded_is_said_with_its_counts() -> None:
    node = said([counts_of()], [])
    assert node.title == "clock s of web.log, against isp.csv"
    assert node.facts == {"+1 h": "excluded (for the time as written 409, for the shift 3, days 12)"}
    assert node.exact == {str(HOUR): {"for_zero": 409, "for_shift": 3, "days": 12, "not_excluded_at": []}}


@pytest.mark.parametrize(
    ("test", "why"),
    [
        (counts_of(b=29, c=0), "not excluded: fewer than 30 readings speak for the time as written"),
        (counts_of(b=300, c=0, days=2), "not excluded: they lie on fewer than 3 days"),
        (counts_of(b=30, c=4), "not excluded: more than a tenth as many speak for it"),
        (
            counts_of(b=0, c=0, days=0),
            "not excluded: fewer than 30 readings speak for the time as written, they lie on fewer than 3 days",
        ),
        (counts_of(b=4, c=11), "not excluded: it fits better than the time as written"),
    ],
    ids=str,
)
def test_of_one_that_is_not_excluded_in_the_whole_it_is_said_why(test: dict[str, Any], why: str) -> None:
    node = said([test], [doubt(HOUR, -HOUR, HOUR)])
    assert str(node.facts["+1 h"]).startswith(f"{why} (")
    assert node.exact[str(HOUR)]["not_excluded_at"] == [BEGIN]  # type: ignore[index]


def test_one_that_two_of_the_ten_speak_for_is_said_where_it_is_so() -> None:
    node = said([counts_of()], [doubt(HOUR, MINUTE, HOUR)], 0, MINUTE)
    text = str(node.facts["+1 h"])
    assert "at 2001-10-01T00:00:00Z excluded; at 2001-10-01T00:01:00Z not excluded here" in text
    assert "two or more of the ten readings around the instant speak for it" in text
    assert node.exact[str(HOUR)]["not_excluded_at"] == [BEGIN + MINUTE]  # type: ignore[index]


def test_what_is_doubtful_outright_is_said_first_and_why() -> None:
    declared = replace(CASE.logs[0], doubtful=(Stretch(BEGIN, BEGIN + HOUR, "clock replaced"),))
    node = said([counts_of(b=4, c=11)], [doubt(0, 0, HOUR)], case=replace(CASE, logs=(declared,)))
    first, *_ = node.facts.items()
    assert first[0] == "doubtful outright at 2001-10-01T00:00:00Z"
    assert "2001-10-01T01:00:00Z (clock replaced); +1 h fits better than the time as written" in str(first[1])
    stepped = said([counts_of()], [doubt(0, 0, HOUR)])
    assert "the log's clock was set back" in str(next(iter(stepped.facts.values())))


def test_readings_that_logins_gave_are_told_apart() -> None:
    node = said([counts_of(for_zero_by_logins=5, for_shift_by_logins=1)], [])
    assert "for the shift 3 (6 of both by logins that come back), days 12" in str(node.facts["+1 h"])
