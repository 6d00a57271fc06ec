"""Which events are settled first, and with which answer; that the whole statement says the same every test sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Resolve = Callable[..., dict[str, list[dict[str, Any]]]]

SECOND = 1_000_000
HOUR = 3600 * SECOND
NOON = 11_600 * 24 * HOUR + 12 * HOUR
A = "198.51.100.21"
CLOCKS = {"log_clocks": {"web": 2 * SECOND}, "assignment_clocks": {"isp": 3 * SECOND, "other": 3 * SECOND}}


def lease(account: str | None, since: int, until: int, **more: object) -> dict[str, object]:
    """Give a lease from and until so many seconds from noon."""
    times = {"from": NOON + since * SECOND, "until": NOON + until * SECOND}
    return {"address": A, "account": account, "doubtful": False, **times, **more}


def settled(
    resolve: Resolve, *leases: dict[str, object], event: dict[str, object] | None = None, **more: object
) -> list[tuple[Any, ...]]:
    """Give grade, reason and holder of an event at noon, if it is settled; beside it is one elsewhere."""
    here = {"client_address": A, "instants": [NOON], **(event or {})}
    elsewhere = {"client_address": "192.0.2.1", "instants": [NOON]}
    rows = resolve([here, elsewhere], leases, **CLOCKS, **more)["settled"]
    assert {row["event"] for row in rows} <= {0}
    return [(row["grade"], row["reason"], row["holder"]) for row in rows]


LONG = lease("a", -3600, 3600)


def test_one_account_that_surely_holds_the_address_is_settled(resolve: Resolve) -> None:
    assert settled(resolve, LONG) == [("sure", None, 0)]
    assert settled(resolve, lease("b", -7200, -3600), LONG) == [("sure", None, 1)]


def test_two_rows_of_one_account_are_settled(resolve: Resolve) -> None:
    assert settled(resolve, LONG, lease("a", -1800, 1800, assignment="other")) == [("sure", None, 0)]


@pytest.mark.parametrize(
    "leases",
    [
        [],
        [lease(None, -3600, 3600)],
        [lease("a", -3600, 3600, doubtful=True)],
        [lease("a", -3600, 3600, port_from=1024, port_to=2047)],
        [lease("a", -3600, 3600, protocol="tcp")],
        [lease("a", -3600, 0)],  # within the tolerance only
        [lease("a", 1, 3600)],
        [LONG, lease("b", -3600, 3600)],
        [LONG, lease("b", 4, 3600)],
        [LONG, lease("b", -3600, -4)],
        [LONG, lease("b", 4, 3600, doubtful=True)],
        [LONG, lease(None, -3600, 3600, assignment="other")],
        [
            {**LONG, "line": "1"},
            lease("a", 7200, 9000, line="2"),
            lease("a", 7200, 9000, line="3", address="192.0.2.9"),
        ],
    ],
)
def test_what_is_not_plain_is_left(resolve: Resolve, leases: list[dict[str, object]]) -> None:
    assert settled(resolve, *leases) == []


@pytest.mark.parametrize("event", [{"instants": [NOON, NOON + SECOND]}, {"login_account": "a"}])
def test_an_event_with_two_instants_or_a_login_is_left(resolve: Resolve, event: dict[str, object]) -> None:
    assert settled(resolve, LONG, event=event) == []


@pytest.mark.parametrize("shifts", [(-HOUR, HOUR), (-2 * HOUR, -HOUR), (-HOUR, HOUR, 2 * HOUR)])
@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ([], ("sure", None)),
        ([("a", False)], ("sure", None)),
        ([("b", False)], ("fragile", "other_under_shift")),
        ([("b", True)], ("fragile", "doubtful_row")),
        ([("b", True), ("b", False)], ("fragile", "other_under_shift")),
    ],
)
@pytest.mark.parametrize("at", [0, -1])
def test_open_shifts_are_asked_near_and_far(
    resolve: Resolve,
    shifts: tuple[int, ...],
    others: list[tuple[str, bool]],
    expected: tuple[str, str | None],
    at: int,
) -> None:
    """So few readings exclude no shift; another account has the address at the least of them, or at the greatest."""
    away = shifts[at] // SECOND
    rows = [lease(account, away - 60, away + 60, doubtful=doubtful) for account, doubtful in others]
    assert settled(resolve, lease("a", -60, 60), *rows, shifts=shifts) == [(*expected, 0)]


def test_a_stretch_that_is_doubtful_outright_is_said(resolve: Resolve) -> None:
    stretch = {"log": None, "series": None, "assignment": "isp", "shift": 0, "from": NOON - HOUR, "until": NOON + HOUR}
    assert settled(resolve, LONG, declared=[stretch]) == [("fragile", "doubtful_stretch", 0)]
    before = {**stretch, "until": NOON}
    assert settled(resolve, LONG, declared=[before]) == [("sure", None, 0)]
