"""Two stages over one input: every row is answered once, by the one or the other, and comes with its part."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.errors import LandmarkError
from landmark.plain_first import MOST, Plain, PlainFirst
from landmark.tables import Column, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

NUMBER = Column("event", "int64", "the row")
WHOLE = Table("whole", "What comes of a row.", ("event",), (NUMBER, Column("by", "string", "who answered")))
SHORT = Table("plain", "What comes of a plain row.", ("event",), (NUMBER,))


def rows(numbers: Iterable[int]) -> pa.Table:
    return pa.table({"event": pa.array(list(numbers), pa.int64())})


def spoken(short: pa.Table) -> pa.Table:
    return short.append_column("by", pa.repeat(pa.scalar("plain"), short.num_rows))


def turns(parts: Sequence[Sequence[int]], many: int = 5) -> PlainFirst:
    plain = Plain(SHORT, lambda: spoken)
    return PlainFirst(map(rows, parts), plain, "rest", WHOLE, given=lambda part: {"rows": part}, rows=many)


def asked(
    first: PlainFirst,
    plain: Callable[[list[int]], Iterable[int]],
    rest: Callable[[list[int]], Iterable[int]],
    ahead: int = 1,
) -> tuple[list[list[dict[str, Any]]], list[str]]:
    """Answer the questions, of which so many are taken before one is answered; give the parts, and who was asked."""
    parts: list[list[dict[str, Any]]] = []
    who: list[str] = []

    def answer(stage: str, tables: Any) -> None:  # noqa: ANN401 - as a runner takes them
        who.append(stage)
        numbers = tables["rows"]["event"].to_pylist()
        found = rows((plain if stage == "plain" else rest)(numbers))
        if stage == "rest":
            found = found.append_column("by", pa.repeat(pa.scalar("rest"), found.num_rows))
        parts.extend(part.sort_by("event").to_pylist() for part in first.answered(found))

    questions = first.questions()
    waiting = list(itertools.islice(questions, ahead))
    while waiting:
        waiting += itertools.islice(questions, 1)
        answer(*waiting.pop(0))
    while (last := first.left()) is not None:
        answer(*last)
    return parts, who


@given(
    st.lists(st.lists(st.sampled_from(["plain", "rest", "nobody"]), max_size=8), max_size=20),
    st.integers(1, 3),
    st.integers(1, 9),
)
def test_each_row_comes_once_with_its_part_by_whom_it_is_answered(
    drawn: list[list[str]], ahead: int, many: int
) -> None:
    numbers = itertools.count(7)
    parts = [[(next(numbers), by) for by in part] for part in drawn]
    by = dict(itertools.chain.from_iterable(parts))
    found, who = asked(
        turns([[number for number, _ in part] for part in parts], many),
        lambda part: reversed([number for number in part if by[number] == "plain"]),
        lambda part: reversed([number for number in part if by[number] == "rest"]),
        ahead,
    )
    assert found == [[{"event": number, "by": by} for number, by in part if by != "nobody"] for part in parts]
    assert who.count("plain") == len(parts)


def test_what_is_left_of_several_parts_is_asked_at_once_but_not_of_too_many() -> None:
    parts = [range(first, first + 10) for first in range(0, 20 * 10, 10)]
    # At the end twice: what is answered by then, and the part that is not yet.
    _, who = asked(turns(parts, 1000), lambda part: part[1:], lambda part: part)
    assert who.count("rest") == len(parts) // MOST + 2
    _, who = asked(turns(parts, 2), lambda part: part[1:], lambda part: part)
    assert len(parts) // 2 <= who.count("rest") <= len(parts) // 2 + 2
    for ahead in (1, 2, 3):
        _, who = asked(turns(parts, 10), lambda _: [], lambda part: part, ahead)
        assert who.count("rest") == len(parts)


@pytest.mark.parametrize(
    ("plain", "rest", "said"),
    [
        ([3, 3], [], "the stage plain answers a row twice, or one that was not asked"),
        ([2], [], "the stage plain answers a row twice, or one that was not asked"),
        ([3], [3], "the stage rest answers a row that was not asked"),
        ([3], [9], "the stage rest answers a row that was not asked"),
        ([3], [4, 4], "two rows have one key"),
    ],
)
def test_an_answer_that_nobody_asked_for_is_an_error(plain: list[int], rest: list[int], said: str) -> None:
    with pytest.raises(LandmarkError, match=said):
        asked(turns([[3, 4]]), lambda _: plain, lambda _: rest)


@pytest.mark.parametrize("parts", [[[1, 2], [2, 3]], [[5, 6], [1, 2]]])
def test_parts_that_do_not_ascend_are_an_error(parts: list[list[int]]) -> None:
    with pytest.raises(LandmarkError, match="a part begins before the end of the part before it"):
        asked(turns(parts), lambda part: part, lambda part: part)


@pytest.mark.parametrize("part", [[2, 1], [1, 1]])
def test_a_part_that_does_not_ascend_is_an_error(part: list[int]) -> None:
    with pytest.raises(LandmarkError, match="what is asked is not in order"):
        asked(turns([part]), lambda part: part, lambda part: part)
