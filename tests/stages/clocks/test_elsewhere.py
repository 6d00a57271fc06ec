"""Where a clock fits better than as written, and what is doubtful for it: more readings for it, and at least ten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from landmark import fitting, store, tables
from landmark.kept import Kept
from landmark.stages import DECLARED, drift, fits
from landmark.tables import DAY, HOUR, MINUTE, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Reading = tuple[int, Sequence[int]]
    """A day of the window, and the minutes at which somebody is there."""

BEGIN = 11_600 * DAY
END = BEGIN + 14 * DAY
SHIFTS = fits.grid(())
NAMES = {"log": "web", "series": "web", "assignment": "isp"}
WHOLE = {**NAMES, "shift": 0, "from": BEGIN - fitting.AROUND, "until": END + fitting.AROUND}
Fit = Any  # see conftest.py
Pool = Any


def row(readings: Sequence[Reading]) -> dict[str, Any]:
    """Give the row of `drifts` of readings."""
    instants, met = [], np.zeros((len(readings), SHIFTS.size), np.uint8)
    for number, (day, minutes) in enumerate(sorted((day, tuple(minutes)) for day, minutes in readings)):
        instants.append(BEGIN + day * DAY + number * SECOND)
        met[number, np.searchsorted(SHIFTS, np.array(minutes, np.int64) * MINUTE)] = fits.SOMEBODY
    one = fits.Answers("web", "web", "isp", 1, np.array(instants, np.int64), met)
    return drift.drifts(one, fits.counted(one, SHIFTS), SHIFTS, 1, BEGIN)[0]


def on_days(number: int, minutes: Sequence[int]) -> list[Reading]:
    """Spread readings over four days: too few for a line."""
    return [(one % 4, minutes) for one in range(number)]


ALWAYS = on_days(40, range(-12, 23))
"""Readings that say nothing of 0 against +10, and that the clock is off by no more than that."""


@pytest.mark.parametrize(
    ("for_it", "for_zero", "is_better"),
    [(10, 9, True), (10, 0, True), (10, 10, False), (9, 0, False), (9, 8, False), (500, 499, True), (500, 501, False)],
)
def test_ten_readings_and_one_more_than_for_the_time_as_written_are_asked_for(
    for_it: int,
    for_zero: int,
    is_better: bool,  # noqa: FBT001 - a row
) -> None:
    assert drift.better(for_it, for_zero) == is_better
    found = row([*ALWAYS, *on_days(for_it, [10]), *on_days(for_zero, [0])])
    assert (found["elsewhere"], found["loud"]) == (is_better, is_better)
    if is_better:
        assert (found["best"], found["for_best"], found["for_zero"]) == (10 * MINUTE, for_it, for_zero)


@pytest.mark.parametrize(("for_zero", "is_better"), [(7, False), (6, True)])
def test_a_peak_that_cannot_be_told_is_better_only_where_the_time_as_written_is_excluded(
    for_zero: int,
    is_better: bool,  # noqa: FBT001 - a row
) -> None:
    """Two peaks two and a half hours apart: nobody can say which of them it is."""
    found = row([*on_days(60, [10, -140]), *on_days(for_zero, [0])])
    assert found["best_untold"] == "no_peak"
    assert found["elsewhere"] == is_better
    assert (found["best"] is None) == (not is_better)


def test_where_the_time_as_written_is_excluded_on_two_days_only_that_is_of_those_days() -> None:
    found = row([*((day, [10, -140]) for day in (0, 1) for _ in range(40)), *((day, [-3, 5]) for day in range(2, 6))])
    assert not found["elsewhere"]
    assert found["days_elsewhere"] == 2
    assert found["loud"]


@pytest.mark.parametrize(
    ("days", "for_zero", "is_better"), [(10, 9, True), (10, 10, False), (9, 0, False), (10, 0, True)]
)
def test_a_line_through_the_days_is_held_to_the_same_rule(days: int, for_zero: int, is_better: bool) -> None:  # noqa: FBT001 - a row
    """A minute a day: on each day but the first one reading fits on the line only; two bare days speak for 0."""
    told = [(day, range(day - 20, day + 21)) for day in range(days + 1) for _ in range(15)]
    on_it = [(day, [day]) for day in range(1, days + 1)]
    found = row([*told, *on_it, *((20 + number % 2, [0]) for number in range(for_zero))])
    assert (found["offset"], found["drift"], found["told_days"]) == (-MINUTE // 2, MINUTE, days + 1)
    assert (found["for_line"], found["for_zero_not_line"]) == (days, for_zero)
    assert found["line_elsewhere"] == found["loud"] == is_better
    assert not found["elsewhere"]


def fitted(
    drifts: Sequence[dict[str, Any]], days: Sequence[dict[str, Any]], pictured: Sequence[dict[str, Any]] = ()
) -> fitting.Fitted:
    def kept(table: tables.Table, rows: Sequence[dict[str, Any]]) -> Kept:
        blank = {column.name: None if column.empty else 0 for column in table.columns}
        flags = {column.name: False for column in table.columns if column.type == "bool"}
        data = store.empty(table).from_pylist([{**blank, **flags, **NAMES, **one} for one in rows], store.schema(table))
        return Kept(store.conform(data, table), table.name)

    spoken, by_day = kept(tables.SPEAKING_DAYS, ()), kept(tables.FIT_DAYS, days)
    return fitting.Fitted(kept(tables.FITS, pictured), by_day, kept(tables.DRIFTS, drifts), spoken)


def found_on(days: Iterable[int], shift: int) -> list[dict[str, Any]]:
    """Give what is pictured of the source that finds a shift: readings for it on some days."""
    return [{"day": BEGIN + day * DAY, "shift": shift, "for_zero": 0, "for_shift": 9} for day in days]


OTHERS = [
    {"assignment": "nat"},
    {"log": "club", "series": "club"},
    {"log": "club", "series": "club", "assignment": "nat"},
]
"""The clock against another source, and another clock against both."""
LINE = {"line_elsewhere": True, "offset": 0, "drift": 0}


@pytest.mark.parametrize("better", [{"elsewhere": True, "best": 0}, LINE])
def test_the_whole_of_a_pair_is_doubtful_where_a_minute_or_a_line_fits_better(better: dict[str, Any]) -> None:
    made = fitting.elsewhere(fitted([{**better, "loud": True}, *OTHERS], []), BEGIN, END)
    assert made.schema.equals(store.schema(DECLARED))
    assert WHOLE in made.to_pylist()


@pytest.mark.parametrize("better", [{"elsewhere": True, "best": 90 * SECOND}, {**LINE, "offset": 90 * SECOND}])
def test_a_minute_that_fits_better_for_one_source_is_a_shift_of_that_clock_for_the_others(
    better: dict[str, Any],
) -> None:
    made = fitting.elsewhere(fitted([better, *OTHERS], []), BEGIN, END)
    assert made.to_pylist() == [WHOLE, {**WHOLE, "assignment": "nat", "shift": 90 * SECOND}]


def test_of_a_line_each_day_has_the_shifts_of_its_ends() -> None:
    made = fitting.elsewhere(fitted([{**LINE, "drift": MINUTE}, *OTHERS], []), BEGIN, END).to_pylist()
    assert made[0] == WHOLE
    noon = BEGIN + 5 * DAY + DAY // 2
    held = [row for row in made if row["assignment"] == "nat" and row["from"] <= noon < row["until"]]
    assert [row["shift"] for row in held] == [5 * MINUTE, 6 * MINUTE]
    for day in (-2, 15):  # the first and the last that are around the window
        noon = BEGIN + day * DAY + DAY // 2
        held = [row for row in made if row["assignment"] == "nat" and row["from"] <= noon < row["until"]]
        assert [row["shift"] for row in held] == [day * MINUTE, (day + 1) * MINUTE]
    assert {(row["log"], row["assignment"]) for row in made} == {("web", "isp"), ("web", "nat")}


def test_a_minute_that_fits_better_on_a_day_is_a_shift_of_that_day_for_the_others() -> None:
    day = {"day": BEGIN + 3 * DAY, "elsewhere": True, "best": 7 * MINUTE}
    made = fitting.elsewhere(fitted([{}, *OTHERS], [day]), BEGIN, END).to_pylist()
    stretch = {**NAMES, "from": BEGIN + 3 * DAY, "until": BEGIN + 4 * DAY}
    assert made == [{**stretch, "shift": 0}, {**stretch, "assignment": "nat", "shift": 7 * MINUTE}]


@pytest.mark.parametrize(
    ("readings", "is_held"),
    [
        ([(12, 0), (12, 0), (12, 3)], False),
        ([(12, 0), (12, 0), (12, 4)], True),  # more than a tenth speak for it
        ([(10, 0), (10, 0), (9, 0)], True),  # fewer than thirty
        ([(40, 0), (40, 0), (0, 0)], True),  # on two days only
    ],
)
def test_a_shift_that_a_source_excludes_in_the_whole_is_none_for_it(
    readings: Sequence[tuple[int, int]],
    is_held: bool,  # noqa: FBT001 - a row
) -> None:
    """Then it is the other's records that are an hour off, and not the clock of the log."""
    pictured = [
        {"assignment": "nat", "day": BEGIN + day * DAY, "shift": minute * MINUTE, "for_zero": zero, "for_shift": other}
        for day, (zero, other) in enumerate(readings)
        for minute in (-65, -60, -55)
    ]
    better = {"elsewhere": True, "best": -60 * MINUTE}
    pictured += found_on(range(14), -60 * MINUTE)
    made = fitting.elsewhere(fitted([better, *OTHERS], [], pictured), BEGIN, END).to_pylist()
    assert ({**WHOLE, "assignment": "nat", "shift": -60 * MINUTE} in made) == is_held
    assert WHOLE in made


def test_what_a_source_excludes_in_the_whole_it_does_not_around_a_day_that_speaks_for_it() -> None:
    pictured = [
        {"assignment": "nat", "day": BEGIN + day * DAY, "shift": -60 * MINUTE, "for_zero": zero, "for_shift": other}
        for day, (zero, other) in enumerate([(20, 0), (20, 1), (20, 2), (20, 0), (20, 0), (20, 0), (0, 3)])
    ]
    pictured += found_on(range(14), -60 * MINUTE)
    made = fitting.elsewhere(fitted([{"elsewhere": True, "best": -60 * MINUTE}, *OTHERS], [], pictured), BEGIN, END)
    stretch = {"shift": -60 * MINUTE, "from": BEGIN + 5 * DAY, "until": BEGIN + 8 * DAY}
    assert [row for row in made.to_pylist() if row["assignment"] == "nat"] == [
        {**WHOLE, "assignment": "nat", **stretch}
    ]


@pytest.mark.parametrize(("minutes", "is_held"), [(-60, False), (-64, False), (-65, True), (7, True)])
def test_a_day_on_which_the_shift_of_the_whole_fits_best_says_nothing_more(minutes: int, is_held: bool) -> None:  # noqa: FBT001 - a row
    pictured = [
        {"assignment": "nat", "day": BEGIN + day * DAY, "shift": -60 * MINUTE, "for_zero": 15} for day in range(3)
    ]
    pictured += found_on(range(14), -60 * MINUTE)
    whole = {"elsewhere": True, "best": -60 * MINUTE}
    day = {"day": BEGIN + 9 * DAY, "elsewhere": True, "best": minutes * MINUTE}
    made = fitting.elsewhere(fitted([whole, *OTHERS], [day], pictured), BEGIN, END).to_pylist()
    assert any(row["assignment"] == "nat" for row in made) == is_held


@pytest.mark.parametrize(("offset", "is_held"), [(-60, False), (-56, False), (-55, True)])
def test_a_line_along_the_shift_of_the_whole_is_excluded_with_it(offset: int, is_held: bool) -> None:  # noqa: FBT001 - a row
    pictured = [
        {"assignment": "nat", "day": BEGIN + day * DAY, "shift": minute * MINUTE, "for_zero": 15}
        for day in range(3)
        for minute in (-60, -55, -50)
    ]
    pictured += found_on(range(14), -60 * MINUTE)
    whole = {"elsewhere": True, "best": -60 * MINUTE, **LINE, "offset": offset * MINUTE}
    made = fitting.elsewhere(fitted([whole, *OTHERS], [], pictured), BEGIN, END).to_pylist()
    assert any(row["assignment"] == "nat" for row in made) == is_held


def test_where_a_line_leads_beyond_all_leases_the_others_are_doubtful_outright() -> None:
    made = fitting.elsewhere(fitted([{**LINE, "drift": 30 * MINUTE}, *OTHERS], []), BEGIN, END).to_pylist()
    others = [row for row in made if row["assignment"] == "nat"]
    assert {row["shift"] for row in others} == {minutes * MINUTE for minutes in range(-60, 151, 30)}
    assert [(row["from"] - BEGIN) // DAY for row in others if row["shift"] == 0] == list(range(5, 16))


@pytest.mark.parametrize(("bad", "is_held"), [((0, 1, 2), False), ((2, 3, 4), True), ((8, 9, 10), True), ((), True)])
def test_good_days_of_a_source_say_nothing_of_those_on_which_another_found_the_shift(
    bad: Sequence[int],
    is_held: bool,  # noqa: FBT001 - a row
) -> None:
    """The clock was off on three days only, which is when the one has its readings; the other has few of them there."""
    pictured = [
        {"assignment": "nat", "day": BEGIN + day * DAY, "shift": -60 * MINUTE, "for_zero": 20} for day in range(3)
    ]
    # On the good days a few of the one's readings are for the shift, too, as where Stops are lost.
    pictured += [{**row, "for_zero": 40} for row in found_on({0, 1, 2} - set(bad), -60 * MINUTE)]
    pictured += found_on(bad, -60 * MINUTE)
    made = fitting.elsewhere(fitted([{"elsewhere": True, "best": -60 * MINUTE}, *OTHERS], [], pictured), BEGIN, END)
    held = {**WHOLE, "assignment": "nat", "shift": -60 * MINUTE}
    assert (held in made.to_pylist()) == is_held


def test_a_shift_is_excluded_only_where_those_near_it_are() -> None:
    pictured = [
        {"assignment": "nat", "day": BEGIN + day * DAY, "shift": minute * MINUTE, "for_zero": 20, "for_shift": speaking}
        for day in range(3)
        for minute, speaking in ((-5, 0), (-4, 0), (-3, 0), (-2, 3), (0, 0))
    ]
    for best, is_held in ((-8 * MINUTE - 1, False), (-6 * MINUTE, True), (-MINUTE, True), (-30 * MINUTE, True)):
        found = [*pictured, *found_on(range(14), best)]
        made = fitting.elsewhere(fitted([{"elsewhere": True, "best": best}, *OTHERS], [], found), BEGIN, END)
        assert ({**WHOLE, "assignment": "nat", "shift": best} in made.to_pylist()) == is_held


@pytest.mark.parametrize(("excluded_on", "is_held"), [(3, False), (4, True)])
def test_what_a_source_excludes_on_other_days_says_nothing_of_a_day(excluded_on: int, is_held: bool) -> None:  # noqa: FBT001 - a row
    pictured = [
        {"assignment": "nat", "day": BEGIN + number * DAY, "shift": 60 * MINUTE, "for_zero": 10, "for_shift": speaking}
        for number, speaking in ((2, 0), (excluded_on, 1), (5, 0))
    ]
    day = {"day": BEGIN + 3 * DAY, "elsewhere": True, "best": 60 * MINUTE}
    made = fitting.elsewhere(fitted([{}, *OTHERS], [day], pictured), BEGIN, END).to_pylist()
    held = {**WHOLE, "assignment": "nat", "shift": 60 * MINUTE, "from": day["day"], "until": BEGIN + 4 * DAY}
    assert (held in made) == is_held


def test_a_day_is_doubtful_by_itself_and_no_other() -> None:
    days = [{"day": BEGIN + number * DAY, "elsewhere": number in {3, 8}, "best": MINUTE} for number in range(14)]
    made = fitting.elsewhere(fitted([{"days_elsewhere": 2, "loud": True}], days), BEGIN, END)
    assert made.to_pylist() == [
        {**NAMES, "shift": 0, "from": BEGIN + number * DAY, "until": BEGIN + (number + 1) * DAY} for number in (3, 8)
    ]


def test_where_nothing_fits_better_nothing_is_doubtful() -> None:
    made = fitting.elsewhere(fitted([{}], [{"day": BEGIN}]), BEGIN, END)
    assert made.schema.equals(store.schema(DECLARED))
    assert made.num_rows == 0


def test_a_clock_ten_minutes_slow_and_one_that_drifts_are_doubtful_in_the_whole(fit: Fit, pool: Pool) -> None:
    assert WHOLE in fit(*pool(lambda _: -10 * MINUTE))["elsewhere"]
    assert WHOLE in fit(*pool(lambda at: MINUTE * ((at - BEGIN) // DAY)))["elsewhere"]


def test_a_clock_that_is_off_on_one_day_is_doubtful_on_that_utc_day_alone(fit: Fit, pool: Pool) -> None:
    made = fit(*pool(lambda at: HOUR if (at - BEGIN) // DAY == 5 else 0, addresses=80))
    assert made["elsewhere"] == [{**NAMES, "shift": 0, "from": BEGIN + 5 * DAY, "until": BEGIN + 6 * DAY}]


POOLS = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 1 << 32),
        "addresses": st.integers(2, 50),
        "empty": st.sampled_from([0, 1, 5, 30, 90, 300]),
        "lost": st.sampled_from([0, 3, 5, 10, 20, 50]),
    }
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(drawn=POOLS)
def test_a_right_clock_is_never_said_to_fit_better_elsewhere_whatever_records_are_lost(
    drift_of: Any,  # noqa: ANN401 - a fixture
    pool: Pool,
    drawn: dict[str, Any],
) -> None:
    found = drift_of(*pool(lambda _: 0, **drawn))
    assert not found["loud"]
    assert not found["elsewhere"]
    assert not found["line_elsewhere"]


@pytest.mark.parametrize("lost", [0, 10])
def test_what_is_found_without_an_engine_is_what_a_run_finds(fit: Fit, drift_of: Any, pool: Pool, lost: int) -> None:  # noqa: ANN401 - a fixture
    drawn = pool(lambda _: 10 * MINUTE, lost=lost)
    assert fit(*drawn)["drifts"] == [drift_of(*drawn)]
