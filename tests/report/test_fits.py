"""The picture of fit against shift: what it shows is there in words too, and nothing lies outside its frame."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from landmark import store, tables
from landmark.report import fit_frame, fit_picture, fits
from landmark.report.fit_page import PAGE, drawings, figures
from landmark.report.page import report
from landmark.report.terminal import funnel_text
from landmark.tables import DAY, HOUR, MINUTE, SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

BEGIN = 1_001_894_400_000_000
NAMES = {"log": "logs/access.log", "series": "logs/access.log", "assignment": "isp/leases.csv"}
SVG = "{http://www.w3.org/2000/svg}"
RIGHT: dict[str, Any] = {
    "one_in": 1,
    "readings": 900,
    "days": 14,
    "best": 0,
    "lowest": -MINUTE,
    "highest": 2 * MINUTE,
    "told_days": 12,
    "told_readings": 800,
    "offset": 4 * SECOND,
    "drift": -SECOND,
}
OFF: dict[str, Any] = {
    "best": 10 * MINUTE,
    "lowest": 9 * MINUTE,
    "highest": 11 * MINUTE,
    "for_best": 1409,
    "for_zero": 3,
}


def world(make: Callable[..., Any], days: int = 14, off: tuple[int, ...] = (), **drift: Any) -> Any:  # noqa: ANN401 - columns
    """Give a world with one clock that was tried, with a row of `drifts` as given."""
    shifts = [minute * MINUTE for minute in range(-150, 151, 5)]
    flags = {column.name: False for column in tables.DRIFTS.columns if column.type == "bool"}
    counts = {column.name: 0 for column in tables.DRIFTS.columns if column.type == "int64" and not column.empty}
    blank = {column.name: None for column in tables.DRIFTS.columns if column.empty}
    tests = [
        {**NAMES, "shift": shift, "for_zero": 409, "for_shift": 3, "days": 9, "excluded": True, "loud": False}
        | {"for_zero_by_logins": 0, "for_shift_by_logins": 0}
        for shift in (-HOUR, HOUR, 11 * HOUR)
    ]
    rows: dict[tables.Table, list[dict[str, Any]]] = {
        tables.DRIFTS: [{**blank, **counts, **flags, **NAMES, **RIGHT, **drift}],
        tables.FITS: [
            {**NAMES, "day": BEGIN + day * DAY, "shift": at, "readings": 64, "there": max(0, 64 - abs(at) // MINUTE)}
            | {"for_zero": 0, "for_shift": 0}
            for day in range(days)
            for at in shifts
        ],
        tables.FIT_DAYS: [
            {**NAMES, "day": BEGIN + day * DAY, "readings": 64, "elsewhere": day in off, "for_zero": 1}
            | {"best": HOUR if day in off else None if day % 3 else 0, "for_best": 40 if day in off else 2}
            | {"lowest": None if day % 3 and day not in off else 0, "highest": HOUR if day in off else MINUTE}
            for day in range(days)
        ],
        tables.SPEAKING_DAYS: [
            {**NAMES, "shift": at, "day": BEGIN + day * DAY, "for_zero": 30, "for_shift": day % 2}
            for at in (-HOUR, HOUR)
            for day in range(days)
        ],
    }
    made = make([], tests=tests)
    for table, content in rows.items():
        made.tables[table.name] = store.conform(pa.Table.from_pylist(content, schema=store.schema(table)), table)
    return made


def test_a_picture_stands_alone_is_well_formed_and_says_in_words_what_it_shows(make: Callable[..., Any]) -> None:
    made = world(make)
    files = drawings(made.case, made.tables)
    assert list(files) == [PAGE, "fit-1-logs-access-log-isp-leases-csv.svg"]
    root = ET.fromstring(files["fit-1-logs-access-log-isp-leases-csv.svg"])  # noqa: S314 - our own picture
    assert root.get("role") == "img"
    named = {one.get("id"): "".join(one.itertext()) for one in root if one.tag in {f"{SVG}title", f"{SVG}desc"}}
    assert set((root.get("aria-labelledby") or "").split()) == set(named)
    assert "somebody is there for 896 of 896 readings" in named["fit-desc"]
    assert "+1 h excluded, 409 to 3" in named["fit-desc"]
    assert "no shift fits better than the time as written" in named["fit-desc"]
    text = " ".join(root.itertext())
    for words in (
        "as written",
        "−1 h",
        "Tried beyond the picture: +11 h excluded",
        "2001-10-01",
        "Best shift of each day",
    ):
        assert words in text
    assert "prefers-color-scheme: dark" in text
    for content in files.values():
        assert not re.search(rb"(?:href|src)=.https?:|url\(|<script", content)


def test_a_right_clock_has_no_red_in_it(make: Callable[..., Any]) -> None:
    made = world(make)
    (picture,) = (fit_picture.fit_picture(one, BEGIN, BEGIN + 14 * DAY) for one in fits.fits(made.tables))
    assert picture.peak is None
    assert {mark.kind for mark in picture.marks} == {"excluded"}
    assert {point.kind for point in picture.points} == {"told"}
    page = report(*made)
    assert "A clock does not fit the records" not in page
    assert '<p class="loud"' not in page.split("<h3>How each clock fits")[1].split("</section>")[0]


LOUD = [
    ({"elsewhere": True, "loud": True, **OFF}, "when shifted by +10 min: 1 409 readings fit there only, 3 as written"),
    (
        {"line_elsewhere": True, "drifting": True, "loud": True, "offset": -3 * SECOND, "drift": 61_200_000}
        | {"for_line": 300, "for_zero_not_line": 2},
        "changes by +1 min 1 s a day: 300 readings fit there only, 2 as written only (from 800 readings of 12 days)",
    ),
    ({"days_elsewhere": 2, "loud": True}, "at another time on 2 days of 14"),
]


@pytest.mark.parametrize(("drift", "said"), LOUD, ids=["off", "drifting", "days"])
def test_a_clock_that_fits_better_elsewhere_is_said_loudly_in_report_and_terminal(
    make: Callable[..., Any], drift: dict[str, Any], said: str
) -> None:
    made = world(make, off=(3, 6) if "days_elsewhere" in drift else (), **drift)
    page = report(*made).replace("\u202f", " ")
    assert "A clock does not fit the records" in page
    assert said in page
    made.funnel["elsewhere"] = made.tables["drifts"].to_pylist()
    heard = funnel_text(made.funnel)
    assert f"HEED: {fits.loud(made.funnel['elsewhere'][0])}".replace("\u202f", " ") in heard
    assert "Nothing was corrected" in heard
    (one,) = fits.fits(made.tables)
    assert any("Nothing was corrected" in sentence for sentence in one.said)


def test_what_cannot_be_told_is_said_with_its_reason(make: Callable[..., Any]) -> None:
    gone: dict[str, Any] = {"best": None, "lowest": None, "highest": None, "offset": None, "drift": None}
    made = world(make, best_untold="never_empty", line_untold="few_days", one_in=7, **gone)
    (one,) = fits.fits(made.tables)
    assert one.said[0].startswith("Where the clock fits best cannot be told: somebody has nearly every address")
    assert one.said[1].startswith("Drift cannot be told")
    assert "one in 7 was looked at" in one.said[2]


def test_where_no_day_tells_a_best_shift_a_sentence_stands_in_the_place_of_an_empty_frame(
    make: Callable[..., Any],
) -> None:
    gone: dict[str, Any] = {"best": None, "lowest": None, "highest": None, "offset": None, "drift": None}
    made = world(make, best_untold="too_few", line_untold="few_days", **gone)
    rows = [row | {"best": None, "lowest": None, "highest": None} for row in made.tables["fit_days"].to_pylist()]
    schema = store.schema(tables.FIT_DAYS)
    made.tables["fit_days"] = store.conform(pa.Table.from_pylist(rows, schema=schema), tables.FIT_DAYS)
    (one,) = fits.fits(made.tables)
    picture = fit_picture.fit_picture(one, BEGIN, BEGIN + 14 * DAY)
    assert (picture.points, picture.levels, picture.line) == ((), (), None)
    assert picture.height < picture.days_top + 60
    for content in (report(*made), *(content.decode() for content in drawings(made.case, made.tables).values())):
        assert "On no day can it be told which shift fits best" in content
        assert "a dot where it can be told" not in content


def test_too_few_readings_for_the_best_are_not_made_an_accusation(make: Callable[..., Any]) -> None:
    (one,) = fits.fits(world(make, **OFF | {"for_best": 12}).tables)
    assert "too few readings speak for that to exclude the time as written" in one.said[0]
    assert not one.loud


def test_days_off_are_named_and_of_very_many_the_rest_is_counted(make: Callable[..., Any]) -> None:
    (one,) = fits.fits(world(make, off=tuple(range(11)), days_elsewhere=11, loud=True).tables)
    assert "2001-10-01 (+1 h)" in one.said[2]
    assert "and 3 more" in one.said[2]


def test_a_year_has_a_bar_for_every_few_days(make: Callable[..., Any]) -> None:
    (one,) = fits.fits(world(make, days=366).tables)
    picture = fit_picture.fit_picture(one, BEGIN, BEGIN + 366 * DAY)
    assert picture.per_bar == "3 days"
    assert picture.lanes[0].zero.count("M") == 122


def test_a_case_without_assignments_has_a_page_that_says_so(make: Callable[..., Any], make_case: Any) -> None:  # noqa: ANN401 - a fixture
    made = make([], case=make_case(assignments=()))
    (content,) = drawings(made.case, made.tables).values()
    assert b"the case names no assignment records" in content
    assert figures(made.tables) == []


def test_the_figures_are_those_of_the_tables(make: Callable[..., Any]) -> None:
    (one,) = figures(world(make, off=(2,)).tables)
    assert one["curve"][30] == {"shift": 0, "readings": 896, "there": 896}
    assert [row["shift"] for row in one["tried"]] == [-HOUR, HOUR, 11 * HOUR]
    assert one["speaking"][1] == {"shift": -HOUR, "day": BEGIN + DAY, "for_zero": 30, "for_shift": 1}
    assert one["fit_days"][2]["best"] == HOUR
    assert one["drift"] == -SECOND


SHIFT = st.integers(-200 * HOUR, 200 * HOUR)
WINDOW = st.tuples(st.integers(1, 40), st.integers(0, 5))


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(best=SHIFT, line=st.tuples(SHIFT, st.integers(-3 * HOUR, 3 * HOUR)), window=WINDOW)
def test_nothing_ever_lies_outside_the_frame(
    make: Callable[..., Any], best: int, line: tuple[int, int], window: tuple[int, int]
) -> None:
    (offset, drift), (days, late) = line, window
    figures_: dict[str, Any] = {
        "best": best,
        "lowest": best - HOUR,
        "highest": best + HOUR,
        "offset": offset,
        "drift": drift,
    }
    (one,) = fits.fits(world(make, days=days, off=(0,), **figures_).tables)
    picture = fit_picture.fit_picture(one, BEGIN + late * HOUR, BEGIN + days * DAY)
    across = [x for mark in picture.marks for x in (mark.x,)] + [point.x for point in picture.points]
    across += [x for lane in picture.lanes for x, _ in lane.shaded] + list((picture.line or (200,))[:1])
    assert all(fit_frame.LEFT <= x <= fit_frame.RIGHT for x in across)
    down = [y for point in picture.points for y in (point.y, point.low, point.high)]
    down += [picture.line[1], picture.line[3]] if picture.line else []
    assert all(picture.days_top <= y <= picture.days_bottom for y in down)
    assert all(picture.top <= mark.y <= picture.bottom for mark in picture.marks)
