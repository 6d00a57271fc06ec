"""How regular and how purposeful: the figures beside a subject, each recounted by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from landmark.tables import DAY, HOUR, MINUTE, SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

    Derive = Callable[..., dict[str, list[dict[str, Any]]]]


def one(derive: Derive, events: list[dict[str, Any]], **more: object) -> dict[str, Any]:
    (row,) = derive(events, **more)["conduct"]
    return row


def test_ten_visits_are_not_over_the_threshold_and_eleven_are(derive: Derive, begin: int) -> None:
    events = [{"time": begin + number * HOUR, "client_address": "192.0.2.10"} for number in range(10)]
    events += [{"time": begin + number * HOUR, "client_address": "192.0.2.11"} for number in range(11)]
    made = derive(events)
    (subject,) = made["subjects"]
    assert (subject["client_address"], subject["visits"], len(made["conduct"])) == ("192.0.2.11", 11, 1)


def test_a_subject_is_marginal_where_twice_the_gap_leaves_too_few_visits(derive: Derive, begin: int) -> None:
    pauses = [HOUR] + [2 * HOUR] * 9
    times = [begin + sum(pauses[:number]) for number in range(11)]
    assert one(derive, [{"time": time} for time in times])["marginal"] is True
    apart = [times[0], *(time + 1 for time in times[1:])]
    assert one(derive, [{"time": time} for time in apart])["marginal"] is False


def test_a_connection_fills_the_time_to_its_last_group_line_with_twice_the_gap_too(derive: Derive, begin: int) -> None:
    """Pauses run between ends: from the end of one connection to the next connect line, an hour and not longer."""
    for pause, marginal in ((HOUR, True), (HOUR + 1, False)):
        begins = [begin + number * (pause + 20 * MINUTE) for number in range(3)]
        events = [
            {"time": first + 20 * MINUTE, "first_instant": first, "connection": f"c{number}"}
            for number, first in enumerate(begins)
        ]
        row = one(derive, events, more_than=2)
        assert row["marginal"] is marginal
        assert (row["gap_low"], row["gap_median"], row["gap_high"]) == (3600, 3600, 3600)


def test_days_weeks_and_the_longest_run_are_utc(derive: Derive, begin: int) -> None:
    """The window begins on a Monday: day 6 is its Sunday, day 7 the next Monday."""
    events: list[dict[str, Any]] = [{"time": begin + day * DAY + 12 * HOUR} for day in (0, 1, 2, 5, 6, 7, 8, 12)]
    row = one(derive, events, more_than=2)
    assert (row["weeks"], row["longest_run"]) == (2, 4)


def test_quartiles_of_pauses_are_pauses_that_occur_in_whole_seconds(derive: Derive, begin: int) -> None:
    """Of five pauses in order, from 0, those at 1, 2 and 3; fractions of a second are cut off."""
    time, events = begin, [{"time": begin}]
    for hours in (5, 1, 4, 2, 3):
        time += hours * HOUR + SECOND // 2
        events.append({"time": time})
    row = one(derive, events, more_than=5)
    assert [row[name] for name in ("gap_low", "gap_median", "gap_high")] == [2 * 3600, 3 * 3600, 4 * 3600]


def test_quartiles_lie_at_the_lower_of_two_places_between_which_they_fall(derive: Derive, begin: int) -> None:
    """Of four pauses those at 0, 1 and 2: three quarters, three halves and nine quarters of a place are cut off."""
    time, events = begin, [{"time": begin}]
    for hours in (4, 1, 3, 2):
        time += hours * HOUR
        events.append({"time": time})
    row = one(derive, events, more_than=4)
    assert [row[name] for name in ("gap_low", "gap_median", "gap_high")] == [3600, 2 * 3600, 3 * 3600]


def test_one_visit_has_no_pauses(derive: Derive, begin: int) -> None:
    row = one(derive, [{"time": begin}], more_than=0)
    assert [row[name] for name in ("gap_low", "gap_median", "gap_high")] == [None, None, None]


def test_hours_are_those_at_which_visits_begin(derive: Derive, begin: int) -> None:
    events: list[dict[str, Any]] = [
        {"time": begin + 20 * HOUR + 50 * MINUTE},
        {"time": begin + 21 * HOUR + 10 * MINUTE},
        {"time": begin + DAY + 20 * HOUR},
    ]
    row = one(derive, events, more_than=1)
    assert {hour: visits for hour, visits in enumerate(row["hours"]) if visits} == {20: 2}
    assert len(row["hours"]) == 24


def test_the_strip_has_every_hour_of_the_windows_days(derive: Derive, begin: int) -> None:
    """A window that begins at six and ends at noon two days later touches three days."""
    window = (begin + 6 * HOUR, begin + 2 * DAY + 12 * HOUR)
    events: list[dict[str, Any]] = [
        {"time": begin + 6 * HOUR},
        {"time": begin + 6 * HOUR + MINUTE},
        {"time": begin + 2 * DAY + 11 * HOUR},
    ]
    strip = one(derive, events, more_than=1, window=window)["strip"]
    assert (len(strip), {hour: count for hour, count in enumerate(strip) if count}) == (72, {6: 2, 59: 1})


def test_a_window_that_ends_at_midnight_has_no_day_after_it(derive: Derive, begin: int) -> None:
    assert len(one(derive, [{"time": begin}], more_than=0, window=(begin, begin + DAY))["strip"]) == 24


def test_purpose_is_counted_by_action_and_by_what_did_not_count(derive: Derive, begin: int) -> None:
    lost = {"counts": False, "referred": "other"}
    events: list[dict[str, Any]] = [
        {"time": begin, "action": "open", "referred": "other"},
        {"time": begin, "action": "fetch"},
        {"time": begin, "action": "post"},
        {"time": begin, "action": "post"},
        {"time": begin, "action": "search"},
        {"time": begin, **lost, "reason": "embed"},
        {"time": begin, **lost, "reason": "embed"},
        {"time": begin, **lost, "reason": "failed"},
    ]
    row = one(derive, events, more_than=0)
    assert [row[name] for name in ("opened", "fetched", "posted", "searched")] == [1, 1, 2, 1]
    assert [row[name] for name in ("by_link", "by_embed", "failed")] == [1, 2, 1]


def test_what_nobody_did_is_counted_as_none(derive: Derive, begin: int) -> None:
    for action, fetched in (("open", 0), ("fetch", 1)):
        row = one(derive, [{"time": begin, "action": action}], more_than=0)
        assert [row[name] for name in ("opened", "fetched", "posted", "searched")] == [1 - fetched, fetched, 0, 0]
        assert [row[name] for name in ("by_link", "by_embed", "failed", "automated_events")] == [0, 0, 0, 0]


def test_a_visit_has_a_purpose_by_a_page_or_by_what_its_own_host_showed(derive: Derive, begin: int) -> None:
    picture = {"static": True, "action": "fetch"}
    events: list[dict[str, Any]] = [
        {"time": begin, **picture, "referred": "none"},
        {"time": begin + HOUR, **picture, "referred": "own"},
        {"time": begin + 2 * HOUR, **picture, "referred": "unknown"},
        {"time": begin + 3 * HOUR, **picture},
        {"time": begin + 3 * HOUR + MINUTE},
    ]
    assert one(derive, events, more_than=3)["purposeful_visits"] == 2


def test_pauses_run_from_a_visits_last_event_to_the_next_ones_first(derive: Derive, begin: int) -> None:
    events = [{"time": begin + visit * 5 * HOUR + late} for visit in range(3) for late in (0, 10 * MINUTE)]
    row = one(derive, events, more_than=2)
    assert [row[name] for name in ("gap_low", "gap_median", "gap_high")] == [5 * 3600 - 600] * 3


def test_weeks_begin_on_monday_and_runs_of_days_are_broken_by_one_day(derive: Derive, begin: int) -> None:
    """Sunday and Monday are a run of two in two weeks; Monday and Sunday of one week are one week."""
    for days, weeks, run in (((6, 7), 2, 2), ((0, 6), 1, 1), ((0, 2, 3), 1, 2), ((3, 4, 6), 1, 2)):
        events: list[dict[str, Any]] = [{"time": begin + day * DAY + 12 * HOUR} for day in days]
        row = one(derive, events, more_than=1)
        assert (row["weeks"], row["longest_run"]) == (weeks, run)


def test_the_events_of_one_visit_are_of_that_one_from_its_first_instant_on(derive: Derive, begin: int) -> None:
    events = [{"time": begin + visit * 5 * HOUR + late} for visit in range(4) for late in (0, MINUTE, 2 * MINUTE)]
    row = one(derive, events, more_than=3)
    assert (row["purposeful_visits"], row["attended_visits"]) == (4, 4)


def test_nobody_over_the_threshold_makes_an_empty_table(derive: Derive, begin: int) -> None:
    assert derive([{"time": begin}])["conduct"] == []
    assert derive([])["conduct"] == []
