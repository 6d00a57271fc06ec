"""The oracle's rule, case by case: what is surely told, and what makes it less."""

from __future__ import annotations

import pytest

from landmark.simulate.acts import FOR_EVER, Row
from landmark.simulate.clock import BEGIN, HOUR
from landmark.simulate.oracle import Pair, Reading, Records, SourceTest

HERE = "10.20.0.1"
NO_SHIFT: tuple[int, ...] = ()
BLOCK = (1_024, 4_095)
ENDS = 10**6


def row(  # noqa: PLR0913 - a row has as many parts
    begin: int,
    end: int,
    holder: str,
    *,
    ports: tuple[int, int] | None = None,
    doubtful: bool = False,
    inner: bool = False,
    address: str = HERE,
    line: str | None = None,
) -> Row:
    return Row("radius", address, ports, begin, end, holder, doubtful, inner, line)


@pytest.mark.parametrize(
    ("rows", "instants", "shifts", "grade"),
    [
        ([row(0, 1_000, "a")], (500,), NO_SHIFT, "sure"),
        ([row(0, 1_000, "a")], (1_005,), NO_SHIFT, "fragile"),
        ([row(0, 1_000, "a")], (2_000,), NO_SHIFT, "none"),
        ([row(0, 1_000, "a"), row(1_002, 2_000, "b")], (1_005,), NO_SHIFT, "fragile"),
        ([row(0, 1_000, "a"), row(1_002, 2_000, "a")], (1_005,), NO_SHIFT, "sure"),
        ([row(0, 1_000, "a"), row(500, 2_000, "b")], (700,), NO_SHIFT, "contradicted"),
        ([row(0, 1_000, "a", ports=BLOCK)], (700,), NO_SHIFT, "shared"),
        ([row(0, 1_000, "a"), row(4_000, 5_000, "b")], (700,), NO_SHIFT, "sure"),
        ([row(0, 1_000, "a"), row(4_000, 5_000, "b")], (700,), (3_600,), "fragile"),
        ([row(0, 1_000, "a"), row(4_000, 5_000, "a")], (700,), (3_600,), "sure"),
        ([row(0, 1_000, "a"), row(4_000, 5_000, "b")], (700, 4_500), NO_SHIFT, "fragile"),
        ([row(0, 1_000, "a")], (700, 4_500), NO_SHIFT, "none"),
        ([row(0, 1_000, "a"), row(0, 1_000, "a", doubtful=True)], (700,), NO_SHIFT, "fragile"),
        ([row(0, 1_000, "a"), row(1_000, FOR_EVER, "a", doubtful=True)], (995,), NO_SHIFT, "sure"),
        ([row(0, 1_000, "a", doubtful=True), row(1_000, 2_000, "b")], (1_005,), NO_SHIFT, "fragile"),
        ([row(0, 1_000, "a", doubtful=True)], (700,), NO_SHIFT, "fragile"),
        ([row(0, 1_000, "a", doubtful=True)], (1_700,), NO_SHIFT, "none"),
        (
            [row(0, 1_000, "a", line="1"), row(0, 1_000, "a", line="2", address="10.20.0.2")],
            (700,),
            NO_SHIFT,
            "contradicted",
        ),
        ([row(0, ENDS, "a")], (700,), NO_SHIFT, "sure"),
    ],
)
def test_an_answer_is_sure_only_where_nobody_else_fits(
    rows: list[Row], instants: tuple[int, ...], shifts: tuple[int, ...], grade: str
) -> None:
    told = Records(rows, shifts).tell("web", HERE, None, instants)
    assert told.grade == grade
    assert (told.row is not None) == (grade == "sure")


@pytest.mark.parametrize(
    ("rows", "port", "grade", "holder"),
    [
        ([row(0, ENDS, "a", ports=BLOCK), row(0, ENDS, "b", ports=(4_096, 9_000))], 2_000, "sure", "a"),
        ([row(0, ENDS, "a", ports=BLOCK), row(0, ENDS, "b", ports=(4_096, 9_000))], 5_000, "sure", "b"),
        ([row(0, ENDS, "a", ports=BLOCK), row(0, ENDS, "b", ports=(4_096, 9_000))], 9_001, "none", None),
        ([row(0, ENDS, "a", ports=BLOCK), row(0, ENDS, "b", ports=(4_096, 9_000))], None, "shared", None),
        ([row(0, ENDS, "a", ports=BLOCK), row(0, ENDS, "b")], 2_000, "contradicted", None),
        ([row(0, ENDS, "in", ports=BLOCK, inner=True), row(0, 900, "a", address="in")], 2_000, "sure", "a"),
        ([row(0, ENDS, "in", ports=BLOCK, inner=True), row(0, 700, "a", address="in")], 2_000, "fragile", None),
        ([row(0, ENDS, "in", ports=BLOCK, inner=True)], 2_000, "none", None),
        ([row(0, ENDS, "in", ports=BLOCK, inner=True), row(0, 900, "a", address="in")], None, "shared", None),
    ],
)
def test_ports_and_inner_addresses_are_followed_step_by_step(
    rows: list[Row], port: int | None, grade: str, holder: str | None
) -> None:
    told = Records(rows, NO_SHIFT).tell("web", HERE, port, (705,))
    assert told.grade == grade
    assert (told.row.holder if told.row else None) == holder


def test_only_the_first_reading_of_a_half_hour_speaks() -> None:
    records = Records([row(0, 1_000, "a"), row(40_000, 41_000, "b")])
    readings = [Reading("web", time, HERE) for time in (300, 400, 1_799, 40_100)]
    tests = records.test((one, (one.time,)) for one in [*readings, Reading("web", 300, "100.64.0.1")])
    assert {key: (one.for_zero, one.for_shift, one.days) for key, one in tests.items()} == {
        ("web", "radius", shift): (2, 0, 1) for shift in (-7_200, -3_600, -1_800, 1_800, 3_600, 7_200)
    }


def test_a_reading_that_meets_a_doubtful_row_is_left_out_for_that_shift() -> None:
    records = Records([row(0, 1_000, "a"), row(3_600, 4_600, "b", doubtful=True)])
    tests = records.test([(Reading("web", 300, HERE), (300,))])
    assert {shift for _, _, shift in tests} == {-7_200, -3_600, -1_800, 1_800, 7_200}


@pytest.mark.parametrize(("others", "readings"), [([], 2), ([row(0, 1_000, "else", ports=BLOCK, inner=True)], 1)])
def test_an_inner_address_is_read_too_where_it_alone_fits(others: list[Row], readings: int) -> None:
    rows = [*others, row(0, 1_000, "in", ports=BLOCK, inner=True), row(0, 1_000, "a", address="in")]
    tests = Records(rows).test([(Reading("web", 300, HERE, 2_000), (300,))])
    assert {test.for_zero for test in tests.values()} == {readings}


def days(number: int, *, wrong: set[int]) -> list[tuple[Reading, tuple[int, ...]]]:
    """One reading an hour at an address of its own; where it is wrong, an hour late."""
    times = [BEGIN + n * HOUR + 600 + (HOUR if n in wrong else 0) for n in range(number)]
    return [(Reading("web", time, f"10.20.1.{n}"), (time,)) for n, time in enumerate(times)]


def held(number: int) -> list[Row]:
    return [
        row(BEGIN + n * HOUR, BEGIN + n * HOUR + 1_200, f"user-{n}", address=f"10.20.1.{n}") for n in range(number)
    ] + [
        row(BEGIN + n * HOUR + HOUR, BEGIN + n * HOUR + HOUR + 1_200, "next", address=f"10.20.1.{n}") for n in (50, 90)
    ]


def asked(wrong: set[int]) -> tuple[Records, dict[Pair, SourceTest]]:
    records = Records(held(100))
    return records, dict(records.test(days(100, wrong=wrong)))


def test_a_shift_that_the_readings_exclude_makes_nothing_fragile() -> None:
    records, tests = asked(set())
    assert tests["web", "radius", HOUR].excluded
    assert records.tell("web", "10.20.1.50", None, (BEGIN + 50 * HOUR + 600,)).grade == "sure"


def test_two_of_the_ten_readings_around_are_enough_to_reopen_a_shift_there_and_only_there() -> None:
    records, tests = asked({88, 91})
    assert tests["web", "radius", -HOUR].excluded
    assert records.tell("web", "10.20.1.50", None, (BEGIN + 50 * HOUR + 600,)).grade == "sure"
    near = BEGIN + 90 * HOUR + 600
    assert records.tell("web", "10.20.1.90", None, (near + HOUR,)).grade == "fragile"


def test_where_the_shift_fits_better_all_of_that_source_is_doubtful() -> None:
    records, tests = asked(set(range(40, 100)) - {50, 90})
    assert tests["web", "radius", -HOUR].loud
    assert records.tell("web", "10.20.1.5", None, (BEGIN + 5 * HOUR + 600,)).grade == "fragile"


def test_a_shift_is_excluded_by_thirty_readings_on_three_days_and_ten_to_one() -> None:
    assert SourceTest(30, 3, 3).excluded
    assert not SourceTest(29, 0, 3).excluded
    assert not SourceTest(30, 0, 2).excluded
    assert not SourceTest(30, 4, 3).excluded
    assert SourceTest(9, 10, 1).loud
    assert not SourceTest(8, 9, 1).loud
