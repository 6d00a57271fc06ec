"""What chance would leave of several sets of candidates: exact, rounded towards more, and said with what is assumed."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.hints import ASSUMED, decimal, expected, millionths, said


def test_chance_leaves_what_it_leaves_over_all_ways_to_draw_the_sets() -> None:
    customers = range(5)
    for sizes in ((2, 3), (1, 1), (2, 2, 4), (5, 5)):
        ways = list(product(*(list(combinations(customers, size)) for size in sizes)))
        left = sum(len(set(customers).intersection(*way)) for way in ways)
        assert expected(sizes, 5) == Fraction(left, len(ways))


@given(st.lists(st.integers(1, 64), min_size=1, max_size=30), st.integers(64, 10**7))
def test_more_customers_or_another_set_never_leave_more_and_millionths_are_never_less_than_it_is(
    sizes: list[int], customers: int
) -> None:
    share = expected(sizes, customers)
    assert expected(sizes, customers + 1) <= share <= min(sizes)
    assert expected([*sizes, 64], customers) <= share
    assert 0 <= millionths(share) - share * 1_000_000 < 1
    assert millionths(share) >= 1


@pytest.mark.parametrize(("ppm", "text"), [(1, "0.000001"), (1_500_000, "1.5"), (4_000_000, "4"), (0, "0")])
def test_millionths_are_written_exactly(ppm: int, text: str) -> None:
    assert decimal(ppm) == text


def row(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 - any column's value
    return {
        "visits": 12,
        "sizes": [4, 4, 8],
        "customers": 1200,
        "remaining": 1,
        "accounts": ["cafe" * 8],
        "expected_ppm": millionths(expected([4, 4, 8], 1200)),
        **changed,
    }


def test_one_is_said_as_one_and_several_are_said_as_several() -> None:
    text = said(row(sizes=[4], remaining=3))
    assert "3 accounts are among the candidates of every one" in text
    assert "1 set counts on their own (4 accounts)" in text


def test_a_hint_says_how_many_are_left_how_many_by_chance_what_is_assumed_and_no_account() -> None:
    text = said(row())
    assert "12 visits under this verified login" in text
    assert "1 account is among the candidates of every one" in text
    assert "3 sets count on their own (4, 4, 8 accounts)" in text
    assert "0.000089 would be in all of these by chance" in text
    assert ASSUMED in text
    assert "cafe" not in text


def test_where_nobody_is_left_it_is_said_what_that_can_mean() -> None:
    text = said(row(remaining=0, accounts=[]))
    assert "No account is a candidate of all of them: several people used the login, or a clock is wrong" in text
    assert "chance" not in text
