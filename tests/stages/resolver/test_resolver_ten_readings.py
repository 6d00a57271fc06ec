"""The source test alone: what is counted, when a shift is excluded, and which ten readings lie around an instant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landmark import stages, store, tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import pyarrow as pa

    from landmark.engine import Engine
    from landmark.tables import Table

    Make = Callable[[Table, Iterable[Mapping[str, Any]]], pa.Table]

DAY = 86_400_000_000
BASE = 11_600 * DAY
SHIFT = 3_600_000_000
PAIR = {"log": "web", "series": "one", "assignment": "isp", "shift": SHIFT}


def reading(instant: int, *, for_shift: bool, address: str = "198.51.100.1", port: int = -1) -> dict[str, Any]:
    return {**PAIR, "instant": instant, "client_address": address, "client_port": port, "for_shift": for_shift}


def event(number: int, *instants: int) -> dict[str, Any]:
    return {
        "event": number,
        "log": "web",
        "series": "one",
        "client_address": "198.51.100.1",
        "instants": list(instants),
        "first_instant": instants[0],
    }


def clocks(engine: Engine, make: Make, events: Sequence[Mapping[str, Any]]) -> pa.Table:
    given = {
        "events": make(tables.EVENTS, events),
        "log_clocks": make(stages.LOG_CLOCKS, [{"log": "web", "tolerance": 0}]),
    }
    return store.conform(engine.run("clocks", given, {}), stages.CLOCKS)


def the_test(
    engine: Engine, make: Make, readings: Sequence[Mapping[str, Any]], returning: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    given = {
        "clocks": clocks(engine, make, [event(0, BASE)]),
        "shifts": make(stages.SHIFTS, [{"shift": SHIFT}]),
        "assignment_clocks": make(stages.ASSIGNMENT_CLOCKS, [{"assignment": "isp", "tolerance": 0}]),
        "speaking": make(stages.SPEAKING, readings),
        "returning": make(stages.RETURNING, returning),
    }
    (row,) = store.conform(engine.run("source_test", given, {}), tables.SOURCE_TESTS).to_pylist()
    return dict(row)


def the_doubts(  # noqa: PLR0913 - each is a table of the stage, or makes one
    engine: Engine,
    make: Make,
    events: Sequence[Mapping[str, Any]],
    readings: Sequence[Mapping[str, Any]],
    *,
    test: Mapping[str, Any],
    declared: Sequence[Mapping[str, Any]] = (),
    returning: Sequence[Mapping[str, Any]] = (),
) -> list[tuple[int, int, int]]:
    given = {
        "clocks": clocks(engine, make, events),
        "assignment_clocks": make(stages.ASSIGNMENT_CLOCKS, [{"assignment": "isp", "tolerance": 0}]),
        "declared": make(stages.DECLARED, declared),
        "speaking": make(stages.SPEAKING, readings),
        "returning": make(stages.RETURNING, returning),
        "source_tests": make(tables.SOURCE_TESTS, [{**PAIR, **test}]),
    }
    rows = store.conform(engine.run("doubts", given, {}), tables.DOUBTS).to_pylist()
    return [(row["shift"], row["from"], row["until"]) for row in rows]


@pytest.mark.parametrize(
    "row",
    [
        (30, 3, 3, True, False),
        (30, 0, 3, True, False),
        (29, 0, 3, False, False),
        (30, 0, 2, False, False),
        (30, 4, 3, False, False),
        (39, 3, 3, True, False),
        (39, 4, 3, False, False),
        (40, 4, 4, True, False),
        (9, 10, 1, False, True),
        (10, 10, 1, False, False),
        (0, 9, 0, False, False),
        (0, 10, 0, False, True),
        (0, 0, 0, False, False),
    ],
)
def test_a_shift_is_excluded_in_the_whole_by_thirty_readings_on_three_days_and_nine_in_ten(
    engine: Engine, make: Make, row: tuple[int, int, int, bool, bool]
) -> None:
    zero, shift, days, excluded, loud = row
    rows = [reading(BASE + min(n, days - 1) * DAY + n, for_shift=False) for n in range(zero)]
    # Readings for the shift on further days count for no day.
    rows += [reading(BASE + (10 + n) * DAY, for_shift=True) for n in range(shift)]
    found = {"for_zero": zero, "for_shift": shift, "days": days, "excluded": excluded, "loud": loud}
    found |= {"for_zero_by_logins": 0, "for_shift_by_logins": 0}
    assert the_test(engine, make, rows) == {**PAIR, **found}


def test_days_are_utc_days(engine: Engine, make: Make) -> None:
    rows = [reading(BASE + day * DAY + second, for_shift=False) for day in range(2) for second in (0, DAY - 1)]
    assert the_test(engine, make, rows)["days"] == 2


def test_the_order_among_ties_is_address_then_port(engine: Engine, make: Make) -> None:
    """At one instant eleven readings: which of them stand at the seam follows from address and port alone."""
    against = [reading(BASE + 100, for_shift=True, address=f"198.51.100.{n}") for n in (8, 9)]
    quiet = [reading(BASE + 100, for_shift=False, address="198.51.100.1", port=n) for n in range(4)]
    early = [reading(BASE + n, for_shift=False) for n in range(10)]
    late = [reading(BASE + 200 + n, for_shift=False) for n in range(10)]
    rows = [*against, *late, *quiet, *early]
    events = [event(0, BASE, BASE + 300)]
    # From 100 on backwards the five after are the four quiet ones and one against; only past 100 do both lie before.
    found = the_doubts(engine, make, events, rows, test={"excluded": True})
    assert found == [(SHIFT, BASE + 101, BASE + 204)]


def test_fewer_on_one_side_take_more_of_the_other(engine: Engine, make: Make) -> None:
    marks = [False] * 8 + [True, True] + [False] * 20
    rows = [reading(BASE + 10 * n, for_shift=mark) for n, mark in enumerate(marks)]
    events = [event(0, BASE - 1000, BASE + 1000)]
    # The first ten hold both: all from the beginning; the last ten that hold both end after the twelfth's instant.
    assert the_doubts(engine, make, events, rows, test={"excluded": True}) == [(SHIFT, BASE - 1000, BASE + 131)]
    backwards = [reading(BASE + 10 * n, for_shift=mark) for n, mark in enumerate(reversed(marks))]
    assert the_doubts(engine, make, events, backwards, test={"excluded": True}) == [(SHIFT, BASE + 161, BASE + 1001)]


def test_a_pair_not_excluded_in_the_whole_is_doubtful_for_all_its_time(engine: Engine, make: Make) -> None:
    events = [event(0, BASE, BASE + 50), event(1, BASE + 70)]
    assert the_doubts(engine, make, events, [], test={"excluded": False}) == [(SHIFT, BASE, BASE + 71)]


def test_where_a_shift_fits_better_all_of_the_pair_is_doubtful_outright(engine: Engine, make: Make) -> None:
    events = [event(0, BASE, BASE + 50)]
    found = the_doubts(engine, make, events, [], test={"excluded": False, "loud": True})
    assert found == [(0, BASE, BASE + 51), (SHIFT, BASE, BASE + 51)]


def test_declared_stretches_that_touch_are_one_and_empty_ones_none(engine: Engine, make: Make) -> None:
    spans = [(100, 200), (200, 300), (150, 180), (301, 400), (500, 500), (600, 550)]
    declared = [{"from": BASE + since, "until": BASE + until} for since, until in spans]
    found = the_doubts(engine, make, [event(0, BASE)], [], test={"excluded": True}, declared=declared)
    assert found == [(0, BASE + 100, BASE + 300), (0, BASE + 301, BASE + 400)]


def ten_around(readings: Sequence[tuple[int, bool]], instant: int) -> list[bool]:
    """Take five before and five at or after, more of one side where the other has fewer."""
    before = [for_shift for at, for_shift in readings if at < instant]
    after = [for_shift for at, for_shift in readings if at >= instant]
    if len(before) < 5:
        return [*before, *after[: 10 - len(before)]]
    if len(after) < 5:
        return [*before[-(10 - len(after)) :], *after]
    return [*before[-5:], *after[:5]]


@settings(max_examples=200)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 25), st.integers(1, 3), st.integers(-1, 2), st.sampled_from([False, False, False, True])
        ),
        min_size=10,
        max_size=45,
        unique_by=lambda row: row[:3],
    )
)
def test_the_clause_of_the_ten_readings_holds_at_every_instant(
    engine: Engine, make: Make, drawn: list[tuple[int, int, int, bool]]
) -> None:
    rows = [
        reading(BASE + at, for_shift=mark, address=f"198.51.100.{place}", port=port) for at, place, port, mark in drawn
    ]
    found = the_doubts(engine, make, [event(0, BASE - 3, BASE + 30)], rows, test={"excluded": True})
    ordered = [(BASE + at, mark) for at, _, _, mark in sorted(drawn)]
    for instant in range(BASE - 3, BASE + 31):
        doubted = any(since <= instant < until for _, since, until in found)
        assert doubted == (sum(ten_around(ordered, instant)) > 1), instant
