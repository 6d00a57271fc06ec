"""Of a table that holds over time every row near a stretch is given, however long the rows are."""

from __future__ import annotations

from typing import NamedTuple

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.errors import LandmarkError
from landmark.near import Near

HOUR, DAY, EVER = 60, 24 * 60, 1 << 62
LAST = 2**63 - 1


class Row(NamedTuple):
    grain: int
    begin: int
    until: int


ROWS = st.builds(
    Row, st.sampled_from([HOUR, DAY, EVER]), st.integers(-500, 500), st.one_of(st.integers(-500, 700), st.just(LAST))
)


def table(rows: list[Row]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [(), (), ()]
    names = ("grain", "from", "until")
    data = {name: pa.array(list(column), pa.int64()) for name, column in zip(names, columns, strict=True)}
    numbered = pa.table({**data, "number": pa.array(range(len(rows)), pa.int64())})
    return numbered.sort_by([("grain", "ascending"), ("from", "ascending")])


@given(st.lists(ROWS, max_size=40), st.integers(-600, 600), st.integers(0, 300))
def test_every_row_that_may_hold_in_a_stretch_is_given_once(rows: list[Row], first: int, wide: int) -> None:
    last = first + wide
    found = Near(table(rows)).between(first, last)
    numbers = found["number"].to_pylist()
    assert len(set(numbers)) == len(numbers)
    assert {number for number, row in enumerate(rows) if row.begin <= last and row.until > first} <= set(numbers)
    assert all(rows[number].begin <= last for number in numbers)
    for number in numbers:
        own = Row(*(found[name][numbers.index(number)].as_py() for name in ("grain", "from", "until")))
        assert own == rows[number]


@given(st.lists(ROWS, min_size=1, max_size=40))
def test_rows_of_one_width_that_end_in_order_are_given_only_where_they_hold(rows: list[Row]) -> None:
    one_after_the_other = [Row(HOUR, place * HOUR, place * HOUR + HOUR) for place in range(len(rows))]
    near = Near(table(one_after_the_other))
    for place in range(len(rows)):
        assert near.between(place * HOUR, place * HOUR)["number"].to_pylist() == [place]
    assert near.between(-2, -1).num_rows == near.between(len(rows) * HOUR, LAST).num_rows == 0


@pytest.mark.parametrize("lists", [False, True])
def test_rows_are_given_around_instants_that_stand_in_lists_or_alone(lists: bool) -> None:  # noqa: FBT001 - a parameter
    near = Near(table([Row(HOUR, place * HOUR, place * HOUR + HOUR) for place in range(10)]))
    instants = pa.chunked_array([[[200, 330], [150]]] if lists else [[200, 330, 150]])
    assert near.around(instants, 0)["number"].to_pylist() == [2, 3, 4, 5]
    assert near.around(instants, HOUR)["number"].to_pylist() == [1, 2, 3, 4, 5, 6]
    assert near.around(instants.slice(0, 0), HOUR).num_rows == 0


def test_a_stretch_beyond_what_a_column_holds_gives_every_row() -> None:
    rows = [Row(EVER, -LAST, LAST), Row(HOUR, 0, 1)]
    assert Near(table(rows)).between(-(1 << 70), 1 << 70).num_rows == len(rows)


@pytest.mark.parametrize("places", [[1, 0], [2, 0], [2, 1]])
def test_rows_in_another_order_are_refused(places: list[int]) -> None:
    rows = table([Row(HOUR, 0, 3), Row(HOUR, 1, 2), Row(DAY, 0, 1)])
    assert Near(rows).between(0, 5).num_rows == 3
    assert Near(rows.take([0, 2])).between(0, 5).num_rows == 2
    with pytest.raises(LandmarkError, match="not in order"):
        Near(rows.take(places))
