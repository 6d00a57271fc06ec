"""Which shifts are excluded at an instant is said with the counts, and why one is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from landmark.case import Assignment, Authority, Case, Log, Stretch
from landmark.tables import DAY, HOUR, MINUTE, SECOND
from landmark.trace.clocks import Known, clocks

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


def said(
    tests: list[dict[str, Any]],
    doubts: list[dict[str, Any]],
    *instants: int,
    case: Case = CASE,
    drift: dict[str, Any] | None = None,
    days: tuple[dict[str, Any], ...] = (),
) -> Node:
    event = {"log": "web.log", "series": "s", "instants": [BEGIN + at for at in instants or (0,)]}
    flags = {"assignment": "isp.csv", "elsewhere": False, "line_elsewhere": False}
    drifts = [flags | drift, flags | drift | {"assignment": "other.csv"}] if drift else []
    own = [{"assignment": "isp.csv", "elsewhere": True, "for_best": 40, "for_zero": 1, **day} for day in days]
    (node,) = clocks(case, event, Known(tests, doubts, drifts, own))
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


@pytest.mark.parametrize(
    ("drift", "place", "counts"),
    [
        (
            {"elsewhere": True, "best": 10 * MINUTE, "for_best": 140, "for_zero": 3},
            "another minute fits better than the time as written: +10 min",
            "(140 readings fit there only, 3 as written only)",
        ),
        (
            {"line_elsewhere": True, "offset": -3 * SECOND, "drift": 2 * SECOND + SECOND // 5}
            | {"for_line": 300, "for_zero_not_line": 2},
            "a line through the days fits better than the time as written: it begins at −3 s and changes by +2 s a day",
            "(300 readings fit there only, 2 as written only)",
        ),
    ],
    ids=["another minute", "a line"],
)
def test_where_another_minute_or_a_line_fits_better_that_is_why_and_nothing_was_declared(
    drift: dict[str, Any], place: str, counts: str
) -> None:
    node = said([counts_of()], [doubt(0, -DAY, DAY)], drift=drift)
    assert node.facts["doubtful outright at 2001-10-01T00:00:00Z"] == f"{place} {counts}"


def test_a_day_on_which_another_time_fits_better_is_why_on_that_day_alone() -> None:
    bad = {"day": BEGIN, "best": -HOUR}
    node = said([counts_of()], [doubt(0, 0, 2 * DAY)], 0, DAY - 1, DAY, days=(bad,))
    first, last, next_day = (node.facts[name] for name in list(node.facts)[:3])
    assert first == last
    assert first == (
        "on that UTC day −1 h fits better than the time as written (40 readings fit there only, 1 as written only)"
    )
    assert "set back" in str(next_day)


def test_readings_that_logins_gave_are_told_apart() -> None:
    node = said([counts_of(for_zero_by_logins=5, for_shift_by_logins=1)], [])
    assert "for the shift 3 (6 of both by logins that come back), days 12" in str(node.facts["+1 h"])


@pytest.mark.parametrize(
    ("flags", "day"), [({"elsewhere": True}, {}), ({"line_elsewhere": True}, {}), ({}, {"elsewhere": True})], ids=str
)
def test_a_minute_that_fits_better_against_other_records_is_said_to_be_held_against_these(
    flags: dict[str, Any], day: dict[str, Any]
) -> None:
    event = {"log": "web.log", "series": "s", "instants": [BEGIN]}
    drift = {"elsewhere": False, "line_elsewhere": False, "best": 90 * SECOND}
    nat = {**drift, **flags, "assignment": "nat.csv"}
    days = [{"elsewhere": False, **day, "assignment": "nat.csv", "day": BEGIN, "best": 90 * SECOND}]
    known = Known([counts_of()], [doubt(90 * SECOND, 0, HOUR)], [{**drift, "assignment": "isp.csv"}, nat], days)
    (node,) = clocks(CASE, event, known)
    assert node.facts["+1 min 30 s"] == (
        "not excluded: this clock fits better elsewhere against nat.csv, and what these records answer must stand "
        "there, too"
    )
    assert str(node.facts["+1 h"]).startswith("excluded (")
    assert node.exact[str(90 * SECOND)] == {"not_excluded_at": [BEGIN]}


@pytest.mark.parametrize(
    ("flags", "day", "is_why"),
    [
        ({"elsewhere": True}, {}, True),
        ({}, {"elsewhere": True}, True),
        ({}, {"elsewhere": True, "day": BEGIN - DAY}, False),  # of another day
        ({"elsewhere": True, "best": 2 * HOUR}, {}, False),
        ({"elsewhere": True, "assignment": "isp.csv"}, {}, False),
    ],
    ids=str,
)
def test_a_tried_shift_that_others_brought_in_is_not_said_to_be_spoken_for(
    flags: dict[str, Any],
    day: dict[str, Any],
    is_why: bool,  # noqa: FBT001 - a row
) -> None:
    event = {"log": "web.log", "series": "s", "instants": [BEGIN]}
    nat = {"elsewhere": False, "line_elsewhere": False, "assignment": "nat.csv", "best": HOUR}
    days = [{**nat, "day": BEGIN, **day}]
    known = Known([counts_of()], [doubt(HOUR, 0, HOUR)], [{**nat, **flags}], days)
    (node,) = clocks(CASE, event, known)
    assert ("against nat.csv" in str(node.facts["+1 h"])) == is_why
    assert ("two or more of the ten" in str(node.facts["+1 h"])) != is_why


def test_a_line_of_others_may_be_why_an_instant_is_doubtful_outright() -> None:
    event = {"log": "web.log", "series": "s", "instants": [BEGIN]}
    nat = {"elsewhere": False, "line_elsewhere": True, "assignment": "nat.csv", "best": None}
    (node,) = clocks(CASE, event, Known([counts_of()], [doubt(0, 0, HOUR)], [nat]))
    assert str(next(iter(node.facts.values()))).startswith(
        "a line leads far from the time as written against nat.csv, or"
    )
    (node,) = clocks(CASE, event, Known([counts_of()], [doubt(0, 0, HOUR)], [{**nat, "line_elsewhere": False}]))
    assert next(iter(node.facts.values())) == "the log's clock was set back, and this lies in between"


def test_where_logins_had_to_help_silence_may_be_why_a_shift_is_not_excluded_here() -> None:
    node = said([counts_of(for_zero_by_logins=9)], [doubt(HOUR, 0, HOUR)])
    assert "speak for it, or they do not lie within a day" in str(node.facts["+1 h"])
