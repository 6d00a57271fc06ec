"""Where a clock fits best: the truth within bounds, or that it cannot be told; never an alarm where there is none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from landmark.stages import drift
from landmark.tables import DAY, HOUR, MINUTE, SECOND

BEGIN = 11_600 * DAY
Fit = Any  # see conftest.py
Pool = Any


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("lost", [0, 20])
def test_a_right_clock_is_told_to_be_right(fit: Fit, pool: Pool, seed: int, lost: int) -> None:
    (row,) = fit(*pool(lambda _: 0, seed=seed, lost=lost))["drifts"]
    assert abs(row["best"]) <= MINUTE
    assert row["lowest"] <= 0 <= row["highest"]
    assert row["best_untold"] is row["line_untold"] is None
    assert abs(row["offset"]) <= 2 * MINUTE
    assert abs(row["drift"]) <= 10 * SECOND
    assert row["told_days"] >= 12
    assert row["for_zero"] + row["for_best"] < 30
    assert (row["loud"], row["drifting"], row["days_elsewhere"]) == (False, False, 0)


@pytest.mark.parametrize("off", [-HOUR, HOUR, -10 * MINUTE, 10 * MINUTE, 37 * MINUTE, -3 * MINUTE])
def test_a_clock_that_is_off_by_one_shift_is_found_within_the_step_of_the_grid(fit: Fit, pool: Pool, off: int) -> None:
    """A clock that is slow by ten minutes fits when ten are added."""
    (row,) = fit(*pool(lambda _: -off, lost=20))["drifts"]
    assert abs(row["best"] - off) <= MINUTE
    assert row["elsewhere"]
    assert row["loud"]
    assert not row["lowest"] <= 0 <= row["highest"]
    assert row["for_best"] >= 30
    assert row["for_zero"] * 10 <= row["for_best"]
    assert abs(row["offset"] - off) <= 2 * MINUTE
    assert abs(row["drift"]) <= 15 * SECOND
    assert not row["drifting"]


@pytest.mark.parametrize("slope", [MINUTE, -MINUTE, 3 * MINUTE])
def test_a_clock_that_drifts_gives_its_drift_within_a_quarter_minute_a_day(fit: Fit, pool: Pool, slope: int) -> None:
    (row,) = fit(*pool(lambda at: -slope * (at - BEGIN) // DAY, lost=20))["drifts"]
    assert abs(row["drift"] - slope) <= 15 * SECOND
    assert abs(row["offset"]) <= 2 * MINUTE
    assert row["told_days"] >= 10
    assert row["line_elsewhere"]
    assert row["drifting"]
    assert row["loud"]


def test_days_on_which_the_clock_was_an_hour_off_are_named_one_by_one(fit: Fit, pool: Pool) -> None:
    made = fit(*pool(lambda at: HOUR if (at - BEGIN) // DAY in {3, 8} else 0, addresses=80))
    off = [row for row in made["fit_days"] if row["elsewhere"]]
    assert [(row["day"] - BEGIN) // DAY for row in off] == [3, 8]
    assert all(abs(row["best"] + HOUR) <= 5 * MINUTE for row in off)
    (row,) = made["drifts"]
    assert row["days_elsewhere"] == 2
    assert row["loud"]
    assert not row["elsewhere"]
    assert abs(row["best"]) <= MINUTE


def test_a_clock_that_jumps_to_and_fro_is_given_no_line(fit: Fit, pool: Pool) -> None:
    (row,) = fit(*pool(lambda at: HOUR if (at - BEGIN) // DAY % 2 else 0, addresses=80))["drifts"]
    assert row["line_untold"] == "no_line"
    assert row["offset"] is row["drift"] is None
    assert row["days_elsewhere"] == 7
    assert row["loud"]


@pytest.mark.parametrize("off", [0, HOUR])
def test_in_a_pool_that_is_never_empty_nothing_can_be_told(fit: Fit, pool: Pool, off: int) -> None:
    (row,) = fit(*pool(lambda _: off, empty=0))["drifts"]
    assert row["best_untold"] == "never_empty"
    assert row["best"] is row["offset"] is row["drift"] is None
    assert (row["told_days"], row["line_untold"]) == (0, "few_days")
    assert not row["loud"]


@pytest.mark.parametrize("seed", range(6))
def test_readings_that_have_nothing_to_do_with_the_records_tell_nothing(fit: Fit, pool: Pool, seed: int) -> None:
    (row,) = fit(*pool(lambda _: 0, alike=False, seed=seed, addresses=60))["drifts"]
    assert row["best_untold"] == "no_peak"
    assert row["best"] is row["drift"] is None
    assert not row["loud"]


def test_too_few_readings_tell_nothing(fit: Fit, pool: Pool) -> None:
    events, leases = pool(lambda _: HOUR)
    made = fit(events[:20], leases)
    (row,) = made["drifts"]
    assert row["best_untold"] == "too_few"
    assert row["best"] is None
    assert not row["loud"]
    assert all(day["best"] is None for day in made["fit_days"])


def test_a_clock_without_any_reading_of_a_source_still_has_its_row(fit: Fit) -> None:
    made = fit(
        [{"client_address": "192.0.2.1", "first_instant": BEGIN}],
        [{"address": "198.51.100.1", "from": BEGIN, "until": BEGIN + HOUR, "account": "a"}],
    )
    (row,) = made["drifts"]
    assert (row["readings"], row["best_untold"], row["loud"]) == (0, "too_few", False)
    assert made["fits"] == made["fit_days"] == []


def test_the_line_is_not_moved_by_a_few_wrong_days() -> None:
    """Four days in five lie on 90 seconds a day, the others anywhere."""
    days = []
    for number in range(20):
        shift = 300 * SECOND + 90 * SECOND * number if number % 5 else (-1) ** number * HOUR
        days.append((BEGIN + number * DAY, drift.Best(shift, 0, shift - MINUTE, shift + MINUTE, True, 0, 0, False)))  # noqa: FBT003 - a row
    drawn, untold = drift.line(days, BEGIN + DAY // 2)
    assert untold is None
    assert drawn is not None
    assert abs(drawn.drift - 90 * SECOND) <= SECOND
    assert abs(drawn.offset - 300 * SECOND) <= 10 * SECOND


def test_of_several_plateaus_as_high_the_one_next_to_zero_is_taken_and_its_middle_given() -> None:
    shifts = np.arange(-5, 6, dtype=np.int64) * MINUTE
    net = np.array([7, 7, 0, 0, 0, 0, 7, 7, 7, 0, 7], np.int64)
    met = np.ones((1, shifts.size), np.uint8)
    assert drift.best(met, net, shifts, 10, HOUR).shift == 2 * MINUTE


@pytest.mark.parametrize(
    ("for_this", "for_other", "is_excluded"), [(30, 3, True), (30, 4, False), (29, 0, False), (300, 30, True)]
)
def test_zero_is_excluded_by_the_rule_that_excludes_a_shift(for_this: int, for_other: int, is_excluded: bool) -> None:  # noqa: FBT001 - a row
    assert drift.excluded(for_this, for_other) == is_excluded
