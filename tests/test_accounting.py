"""The accounting of rows: a sum that does not hold stops the run, whichever it is."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark import accounting
from landmark.accounting import Beside, ByAddress, FileCount, Step, as_json, lines_step
from landmark.errors import IntegrityError
from landmark.tables import DROPPED, REJECTED, STEPS


def count(**changed: Any) -> FileCount:  # noqa: ANN401 - any field's value
    said: dict[str, Any] = {"lines": 10, "kept": 4, "dropped": {"not_watched": 5}, "rejected": {"malformed": 1}}
    return FileCount("logs/a.log", "a" * 64, "b" * 64, 1000, **{**said, **changed})


def test_a_file_whose_lines_add_up_is_in_order() -> None:
    count().check()


@pytest.mark.parametrize(
    "changed",
    [
        {"lines": 11},
        {"kept": 3},
        {"dropped": {"not_watched": 4}},
        {"rejected": {}},
        {"dropped": {"lost": 5}},
        {"rejected": {"strange": 1}},
        {"kept": -1, "dropped": {"not_watched": 10}},
        {"dropped": {"not_watched": 6, "empty": -1}},
        {"rejected": {"malformed": 2, "bad_time": -1}},
        {"dropped": {"malformed": 5}},
    ],
    ids=str,
)
def test_a_file_whose_lines_do_not_add_up_or_are_lost_for_another_reason_stops_the_run(changed: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=r"logs/a\.log: the lines do not add up"):
        count(**changed).check()


reasons = (
    st.dictionaries(st.sampled_from(DROPPED), st.integers(0, 50)),
    st.dictionaries(st.sampled_from(REJECTED), st.integers(0, 50)),
)


@given(kept=st.integers(0, 50), dropped=reasons[0], rejected=reasons[1], wrong=st.integers(-3, 3))
def test_only_the_exact_sum_passes(kept: int, dropped: dict[str, int], rejected: dict[str, int], wrong: int) -> None:
    lines = kept + sum(dropped.values()) + sum(rejected.values()) + wrong
    file = count(lines=lines, kept=kept, dropped=dropped, rejected=rejected)
    if wrong:
        with pytest.raises(IntegrityError):
            file.check()
    else:
        file.check()
        first, second = lines_step([file])
        assert first.count - sum(second.lost.values()) == second.count == kept


@pytest.mark.parametrize(
    ("lines", "rejected", "over"), [(1000, 1, False), (999, 1, True), (1000, 2, True), (0, 0, False), (1, 1, True)]
)
def test_more_than_the_share_is_over_exactly_the_share_is_not(lines: int, rejected: int, *, over: bool) -> None:
    file = count(lines=lines, kept=lines - rejected, dropped={}, rejected={"malformed": rejected})
    assert file.over(Fraction(1, 1000)) is over


def test_a_file_that_was_read_under_another_name_says_so_and_stands_in_no_sum() -> None:
    again = count(duplicate_of="logs/b.log")
    assert again.as_json() == {
        "path": "logs/a.log",
        "sha256": "a" * 64,
        "content_sha256": "b" * 64,
        "bytes": 1000,
        "duplicate_of": "logs/b.log",
    }
    assert [step.count for step in lines_step([count(), again])] == [10, 4]


def test_a_file_says_what_became_of_its_lines_in_the_order_of_the_reasons() -> None:
    file = count(
        dropped={"empty": 1, "mention_only": 0, "not_watched": 2},
        rejected={"orphan": 1, "too_long": 0, "malformed": 2},
        admitted_lost=7,
    )
    said = file.as_json()
    assert said == {
        "path": "logs/a.log",
        "sha256": "a" * 64,
        "content_sha256": "b" * 64,
        "bytes": 1000,
        "lines": 10,
        "kept": 4,
        "dropped": {"not_watched": 2, "empty": 1},
        "rejected": {"malformed": 2, "orphan": 1},
        "admitted_lost": 7,
    }
    assert [list(said[name]) for name in ("dropped", "rejected")] == [["not_watched", "empty"], ["malformed", "orphan"]]  # type: ignore[call-overload]


@pytest.mark.parametrize("fact", ["embeds_unknown", "unlike"])
def test_a_file_says_so_where_embeds_cannot_be_told_or_nothing_reads_as_its_format(fact: str) -> None:
    assert count(**{fact: True}).as_json() == {**count().as_json(), fact: True}


def test_a_file_says_what_is_expected_of_it_and_why_its_stream_ended_early() -> None:
    assert count(expected="a zone", format="csv", damage="cut_off").as_json() == {
        **count().as_json(),
        "format": "csv",
        "expected": "a zone",
        "damage": "cut_off",
    }
    again = count(duplicate_of="logs/b.log", damage="checksum").as_json()
    assert (again["duplicate_of"], again["damage"]) == ("logs/b.log", "checksum")


def test_what_was_lost_of_all_files_is_added_up_by_reason_in_order() -> None:
    other = count(dropped={"empty": 1, "not_watched": 2}, rejected={"malformed": 3})
    lines, events = lines_step([other, count()])
    assert (lines.step, lines.unit, lines.count, lines.lost) == ("lines", "lines", 20, {})
    assert (events.step, events.unit, events.count) == ("events", "events", 8)
    assert list(events.lost.items()) == [("not_watched", 7), ("empty", 1), ("malformed", 4)]


def steps(**changed: int) -> list[Step]:
    return [Step(name, "visitors", changed.get(name, 5), {}) for name in STEPS]


def beside(visits: int = 5, visitors: int = 4, over_threshold: int = 1) -> Beside:
    return Beside(2, ByAddress(visits, visitors, over_threshold), {"loud": []})


def test_steps_that_follow_are_written_in_their_order_and_what_stands_beside_is_no_step() -> None:
    said = as_json([count()], steps(), beside())
    assert [step["step"] for step in said["steps"]] == list(STEPS)  # type: ignore[attr-defined]
    assert said["enquiries"] == 2
    assert said["by_address"] == {"visits": 5, "visitors": 4, "over_threshold": 1}
    assert said["loud"] == []


@pytest.mark.parametrize("figures", [(6, 4, 1), (3, 4, 1), (5, 0, 0), (5, 4, 5), (5, 4, -1)], ids=str)
def test_a_count_by_address_that_cannot_be_one_of_the_same_events_stops_the_run(figures: tuple[int, int, int]) -> None:
    with pytest.raises(IntegrityError, match="count by address"):
        as_json([count()], steps(), beside(*figures))


@pytest.mark.parametrize("figures", [(5, 5, 5), (5, 4, 4), (1, 1, 0)], ids=str)
def test_a_count_by_address_may_be_as_large_as_that_of_the_events_and_as_small_as_one_visit(
    figures: tuple[int, int, int],
) -> None:
    assert as_json([], steps(), beside(*figures))["by_address"]


def test_files_of_logs_and_of_assignments_stand_apart_and_each_step_says_its_unit_count_and_losses() -> None:
    told = [Step(name, name, 5, {"embed": 2} if name == "counting" else {}) for name in STEPS]
    told[:2] = [Step("lines", "lines", 8, {}), Step("events", "events", 5, {"empty": 3})]
    said = as_json([count(kind="assignment"), count(admitted_lost=1)], told, beside())
    assert (said["files"], said["assignment_files"]) == ([count(admitted_lost=1).as_json()], [count().as_json()])
    assert said["steps"] == [
        {"step": step.step, "unit": step.unit, "count": step.count, "lost": dict(step.lost)} for step in told
    ]


def test_where_nothing_counts_there_is_no_address_either() -> None:
    none = [Step(name, step.unit, 0, {}) for name, step in zip(STEPS, steps(), strict=True)]
    assert as_json([], none, beside(0, 0, 0))["by_address"] == {"visits": 0, "visitors": 0, "over_threshold": 0}


@pytest.mark.parametrize("name", STEPS[1:])
def test_a_step_that_is_not_what_the_one_before_leaves_stops_the_run(name: str) -> None:
    with pytest.raises(IntegrityError, match="does not add up at step"):
        as_json([count()], steps(**{name: 4}), beside())


def test_a_step_that_is_missing_stops_the_run() -> None:
    with pytest.raises(IntegrityError, match="not complete"):
        as_json([count()], steps()[:-1], beside())


def test_lines_that_do_not_add_up_stand_in_no_step() -> None:
    with pytest.raises(IntegrityError, match="do not add up"):
        lines_step([count(), count(lines=11)])


def test_lines_of_assignments_are_none_of_logs() -> None:
    assert [step.count for step in lines_step([count(), count(kind="assignment")])] == [10, 4]


def test_lines_that_are_lost_between_files_and_events_stop_the_run() -> None:
    lines, events = lines_step([count()])
    rest = [Step(name, "visitors", 5, {}) for name in STEPS[2:]]
    with pytest.raises(IntegrityError, match="does not add up at step events"):
        as_json([count()], [lines, Step("events", events.unit, events.count - 1, events.lost), *rest], beside())


def of_subjects(*lost: tuple[str | None, str]) -> dict[str, pa.Table]:
    """Give what a run made, of which nine visitors and these subjects: why each is no lead, and its basis."""
    reasons = pa.array([None, None, "method", "embed", "embed", None], pa.string())
    why, basis = zip(*lost, strict=True)
    leads = sum(one is None for one in why)
    return {
        "events": pa.table({"reason": reasons}),
        "visits": pa.table({"visit": range(20)}),
        "visitors": pa.table({"visitor_id": range(9)}),
        "subjects": pa.table({"lost": pa.array(why, pa.string()), "basis": pa.array(basis, pa.string())}),
        "leads": pa.table({"visitor_id": range(leads)}),
    }


def test_each_subject_is_lost_once_at_the_step_at_which_it_is() -> None:
    made = of_subjects(
        (None, "account"),
        (None, "account"),
        ("automated", "account"),
        ("embedded", "address"),
        ("fragile", "address"),
        ("single_lease", "account"),
        ("contradicted", "account"),
        ("no_country", "account"),
    )
    file = count(lines=6, kept=6, dropped={}, rejected={})
    found = accounting.steps([file], made)
    assert [(step.step, step.count, dict(step.lost)) for step in found] == [
        ("lines", 6, {}),
        ("events", 6, {}),
        ("counting", 3, {"method": 1, "embed": 2}),
        ("visits", 20, {}),
        ("visitors", 9, {}),
        ("over_threshold", 8, {"at_most_threshold": 1}),
        ("attended", 6, {"automated": 1, "embedded": 1}),
        ("attributed", 5, {"fragile": 1}),
        ("identified", 3, {"contradicted": 1, "single_lease": 1}),
        ("placed", 2, {"no_country": 1}),
        ("leads", 2, {}),
    ]
    units = ["lines", "events", "events", "visits", *["visitors"] * 7]
    assert [step.unit for step in found] == units
    assert as_json([file], found, beside(3, 2, 1))["steps"]
