"""Shares and the bounds between which they lie."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.simulate.calibration import Share, percent


def at_most(wrong: int, number: int, chance: float) -> float:
    """Give how likely at most so many wrong ones are, each with this chance."""
    return sum(comb(number, k) * chance**k * (1 - chance) ** (number - k) for k in range(wrong + 1))


@pytest.mark.parametrize("number", [3, 10, 40, 300, 1000])
def test_where_none_is_wrong_a_true_share_at_the_bound_would_show_it_nineteen_times_in_twenty(number: int) -> None:
    low, high = Share(number, 0).bounds
    assert high == 1
    assert at_most(0, number, 1 - low) <= 0.0501
    assert low == pytest.approx(1 - 3 / number, abs=0.002)


@pytest.mark.parametrize(
    ("share", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998), table I, method 3
        (Share(81, 263 - 81), 0.2553, 0.3662),
        (Share(15, 148 - 15), 0.0624, 0.1605),
        (Share(1, 28), 0.0061, 0.1718),
    ],
)
def test_bounds_are_wilsons(share: Share, low: float, high: float) -> None:
    assert share.bounds == pytest.approx((low, high), abs=0.00006)


@given(st.integers(0, 5_000), st.integers(0, 5_000))
def test_bounds_hold_the_share_and_lie_between_none_and_all(right: int, wrong: int) -> None:
    share = Share(right, wrong)
    low, high = share.bounds
    assert 0 <= low <= high <= 1
    if share.share is not None:
        assert low <= share.share <= high
        mirrored = Share(wrong, right).bounds
        assert (1 - mirrored[1], 1 - mirrored[0]) == pytest.approx((low, high))


def test_of_nothing_nothing_is_said() -> None:
    assert Share(0, 0).share is None
    assert Share(0, 0).bounds == (0, 1)
    assert Share(0, 0).as_text() == "–"
    assert Share(0, 0).as_json() == {"right": 0, "wrong": 0, "share": None, "low": 0, "high": 1}


def test_one_wrong_in_many_is_never_rounded_to_all() -> None:
    assert Share(99_999, 1).as_text().startswith("99.99 % (")
    assert Share(100_000, 0).as_text() == "100 % (99.99 to 100)"
    assert percent(0.29) == "29"
    assert percent(0.99999) == "99.99"
