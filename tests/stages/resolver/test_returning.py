"""What a verified login that comes back says of two clocks, by example."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Resolve = Callable[..., dict[str, list[dict[str, Any]]]]
    Row = dict[str, Any]

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
BASE = 11_600 * DAY
A, B, C = (f"198.51.100.{n}" for n in (1, 2, 3))


def seen(address: str, day: int = 0, minute: int = 10, login: str | None = "lisa", **more: object) -> Row:
    """Give a reading ten minutes into the first hour of a day."""
    at = BASE + day * DAY + minute * MINUTE
    return {"client_address": address, "instants": [at], "login": login, "login_verified": login is not None, **more}


def held(address: str, here: str | None, there: str | None, day: int = 0, **more: object) -> list[Row]:
    """Give who holds an address in the first hour of a day, and in the second; nobody holds it for a while before."""
    begin = BASE + day * DAY
    return [
        {"address": address, "account": account, "from": begin + n * HOUR, "until": begin + (n + 1) * HOUR, **more}
        for n, account in enumerate((here, there))
    ]


def voices(resolve: Resolve, events: list[Row], leases: list[Row], **more: object) -> list[tuple[str, int, bool]]:
    rows = resolve(events, leases, shifts=[HOUR], **more)["returning"]
    return sorted((row["login"], (row["instant"] - BASE) // DAY, row["for_shift"]) for row in rows)


HOME = [*held(A, "x", "y"), *held(B, "x", "z", day=1)]
"""Twice at home as written; at the shift with two others."""
ELSEWHERE = [*held(A, "y", "x"), *held(B, "z", "x", day=1)]
"""The other way round."""
TWICE = [seen(A), seen(B, 1)]


def test_one_account_as_written_and_several_at_the_shift_speak_for_the_time_as_written(resolve: Resolve) -> None:
    assert voices(resolve, TWICE, HOME) == [("lisa", 0, False), ("lisa", 1, False)]


def test_several_accounts_as_written_and_one_at_the_shift_speak_for_the_shift(resolve: Resolve) -> None:
    assert voices(resolve, TWICE, ELSEWHERE) == [("lisa", 0, True), ("lisa", 1, True)]


def test_a_login_that_is_used_once_or_from_one_address_alone_says_nothing(resolve: Resolve) -> None:
    assert voices(resolve, [seen(A)], HOME) == []
    often = [*held(A, "x", "y"), *held(A, "x", "z", day=1)]
    assert voices(resolve, [seen(A), seen(A, 0, 40), seen(A, 1)], often) == []


def test_one_account_both_as_written_and_at_the_shift_says_nothing(resolve: Resolve) -> None:
    assert voices(resolve, TWICE, [*held(A, "x", "x"), *held(B, "x", "x", day=1)]) == []
    assert voices(resolve, TWICE, [*held(A, "x", "y"), *held(B, "x", "y", day=1)]) == []


def test_a_login_of_two_accounts_never_speaks_for_the_time_as_written(resolve: Resolve) -> None:
    lent = held(C, "guest", "w", day=2)
    assert voices(resolve, [*TWICE, seen(C, 2)], [*HOME, *lent]) == []


def test_two_logins_of_one_account_never_speak_for_the_time_as_written(resolve: Resolve) -> None:
    both = [*TWICE, seen(A, 0, 40, login="child")]
    assert voices(resolve, both, HOME) == []


def test_a_day_with_the_wrong_clock_speaks_for_the_shift_and_silences_the_others(resolve: Resolve) -> None:
    bad = held(C, "w", "x", day=2)
    assert voices(resolve, [*TWICE, seen(C, 2)], [*HOME, *bad]) == [("lisa", 2, True)]
    stretch = {"from": BASE + 2 * DAY, "until": BASE + 3 * DAY}
    declared = voices(resolve, [*TWICE, seen(C, 2)], [*HOME, *bad], declared=[stretch])
    assert declared == [("lisa", 0, False), ("lisa", 1, False)]


def test_a_login_speaks_once_a_day_and_for_the_shift_if_it_does_at_all(resolve: Resolve) -> None:
    more = [*held(C, "x", "w"), *HOME]
    assert voices(resolve, [seen(C), *TWICE], more) == [("lisa", 0, False), ("lisa", 1, False)]
    bad = [*held(A, "x", "y"), *held(B, "w", "x"), *held(C, "x", "z", day=1)]
    events = [seen(A), seen(B, 0, 50), seen(C, 1)]
    assert voices(resolve, events, bad) == [("lisa", 0, True)]


def test_only_verified_logins_of_counting_events_speak(resolve: Resolve) -> None:
    assert voices(resolve, [seen(A, login_verified=False), seen(B, 1)], HOME) == []
    assert voices(resolve, [seen(A, counts=False), seen(B, 1)], HOME) == []
    assert voices(resolve, [seen(A), seen(B, 1, login="mary")], HOME) == []


def test_each_clock_has_logins_of_its_own(resolve: Resolve) -> None:
    assert voices(resolve, [seen(A), seen(B, 1, series="other")], HOME) == []


@pytest.mark.parametrize("hour", [0, 1])
def test_a_reading_that_does_not_surely_name_one_account_on_both_sides_is_left_out(resolve: Resolve, hour: int) -> None:
    more = held(C, "x", "w", day=2)
    events = [*TWICE, seen(C, 2)]
    assert len(voices(resolve, events, [*HOME, *more])) == 3
    left = [("lisa", 0, False), ("lisa", 1, False)]
    for change in ({"doubtful": True}, {"account": None}, {"inner": "100.64.0.1"}):
        changed = [{**row, **change} if n == hour else row for n, row in enumerate(more)]
        assert voices(resolve, events, [*HOME, *changed]) == left, change
    assert voices(resolve, events, [*HOME, *more, {**more[hour], "account": "q"}]) == left
    assert voices(resolve, events, [*HOME, *(row for n, row in enumerate(more) if n != hour)]) == left
    assert voices(resolve, events, [*HOME, *({**row, "port_from": 1024, "port_to": 2047} for row in more)]) == left


def test_an_account_that_two_logins_call_their_own_at_the_shift_speaks_for_no_shift(resolve: Resolve) -> None:
    both = [*TWICE, seen(A, 0, 40, login="child"), seen(B, 1, 40, login="child")]
    assert voices(resolve, both, ELSEWHERE) == []


def test_where_thirty_addresses_speak_logins_do_not(resolve: Resolve) -> None:
    for many, spoken in ((29, 2), (30, 0)):
        crowd = [f"203.0.113.{n}" for n in range(many)]
        events = [*TWICE, *(seen(address, login=None) for address in crowd)]
        leases = [*HOME, *(held(address, "c", None)[0] for address in crowd)]
        found = resolve(events, leases, shifts=[HOUR])
        assert len(found["returning"]) == spoken
        (test,) = found["source_tests"]
        assert (test["for_zero"], test["for_zero_by_logins"]) == (many + spoken, spoken)


def test_each_reading_in_the_table_of_the_documentation_speaks_as_its_row_says(resolve: Resolve) -> None:
    text = (Path(__file__).resolve().parents[3] / "docs" / "attribution.md").read_text(encoding="utf-8")
    table = text.split("| it speaks for |\n|---|---|---|---|---|\n", 1)[1].split("\n\n", 1)[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    assert len(rows) >= 9
    events, leases, wanted = [], [], []
    for login, reading, here, there, voice in rows:
        day, address = reading.replace(" October", "").split(", ")
        events.append(seen(address, int(day), login=login))
        leases += held(address, here, there, day=int(day))
        if voice != "nothing":
            wanted.append((login, int(day), {"the time as written": False, "the shift": True}[voice]))
    assert voices(resolve, events, leases) == sorted(wanted)


# --- a pool that is never empty ---------------------------------------------------------------------------------------


def a_pool(*, logins: bool, off: int = 0) -> tuple[list[Row], list[Row]]:
    """Deal twelve addresses to 36 accounts anew each hour of four days; 24 of them come by whenever they are there."""
    pick = Random(4)  # noqa: S311 - a world for a test, no secret
    events, leases = [], []
    for hour in range(-3, 4 * 24 + 3):
        begin = BASE + hour * HOUR
        for place, account in enumerate(pick.sample(range(36), 12)):
            row = {"address": f"198.51.100.{place}", "account": f"acc-{account}"}
            leases.append({**row, "from": begin, "until": begin + HOUR})
            if account < 24 and 0 <= hour < 4 * 24:
                login = f"login-{account}" if logins else None
                event = seen(row["address"], login=login)
                events.append({**event, "instants": [begin + 30 * MINUTE + off], "sat": row["account"]})
    return events, leases


def graded(resolve: Resolve, *, logins: bool, off: int = 0) -> tuple[set[str], dict[str, Any]]:
    events, leases = a_pool(logins=logins, off=off)
    sat = [event.pop("sat") for event in events]
    found = resolve(events, leases, shifts=[-HOUR, HOUR])
    rows = found["attributions"]
    wrong = [row for row in rows if row["grade"] == "sure" and row["accounts"] != [sat[row["event"]]]]
    assert not wrong
    (test,) = (row for row in found["source_tests"] if row["shift"] == -HOUR)
    return {row["grade"] for row in rows if BASE + DAY <= events[row["event"]]["instants"][0] < BASE + 3 * DAY}, test


def test_in_a_pool_that_is_never_empty_nothing_is_sure_without_logins_and_all_is_with_them(resolve: Resolve) -> None:
    grades, test = graded(resolve, logins=False)
    assert grades == {"fragile"}
    assert (test["for_zero"], test["for_shift"], test["excluded"]) == (0, 0, False)
    grades, test = graded(resolve, logins=True)
    assert grades == {"sure"}
    assert (test["for_shift"], test["excluded"], test["loud"]) == (0, True, False)


def test_in_a_pool_that_is_never_empty_a_clock_an_hour_off_is_loud_and_nothing_is_sure(resolve: Resolve) -> None:
    grades, test = graded(resolve, logins=True, off=HOUR)
    assert grades == {"fragile"}
    assert (test["for_zero"], test["excluded"], test["loud"]) == (0, False, True)


def test_in_a_pool_that_is_never_empty_the_ten_around_an_instant_lie_within_a_day(resolve: Resolve) -> None:
    events, leases = a_pool(logins=True)
    for event in events:
        del event["sat"]
    silent = range(BASE + DAY + 12 * HOUR, BASE + 2 * DAY + 20 * HOUR)
    few = [event for event in events if event["instants"][0] not in silent]
    alone = seen("198.51.100.5", 2, 30, login=None)
    for some, grade in (([*events, alone], "sure"), ([*few, alone], "fragile")):
        found = resolve(some, leases, shifts=[-HOUR, HOUR])
        assert all(row["excluded"] for row in found["source_tests"])
        assert found["attributions"][-1]["grade"] == grade
