"""Visitors: everybody with at least one visit; what stands beside the visits is never added to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from landmark.tables import DAY, HOUR, MINUTE

if TYPE_CHECKING:
    from collections.abc import Callable

    Derive = Callable[..., dict[str, list[dict[str, Any]]]]


def one(derive: Derive, *events: dict[str, Any]) -> dict[str, Any]:
    (row,) = derive(events)["visitors"]
    return row


def test_a_visitor_has_its_visits_events_days_and_targets(derive: Derive, begin: int) -> None:
    events: list[dict[str, Any]] = [
        {"time": begin + HOUR, "target": "forum-b"},
        {"time": begin + HOUR + MINUTE},
        {"time": begin + DAY},
    ]
    row = one(derive, *events)
    assert (row["visits"], row["events"], row["days"]) == (2, 3, 2)
    assert (row["first"], row["last"], row["targets"]) == (begin + HOUR, begin + DAY, ["forum-a", "forum-b"])
    assert (row["basis"], row["client_address"]) == ("address", "192.0.2.1")


@pytest.mark.parametrize(
    ("basis", "event"),
    [
        ("account", {"login": "login-a", "login_verified": True}),
        ("login", {"login": "login-a", "login_verified": True}),
        ("address", {"login": "login-a"}),
        ("host", {"client_address": None, "client_host": "client.example"}),
    ],
)
def test_a_visitor_has_one_name_and_that_of_its_basis(
    derive: Derive, begin: int, basis: str, event: dict[str, Any]
) -> None:
    sure = [{"event": 0, "grade": "sure" if basis == "account" else "shared", "accounts": ["account-a"]}]
    (row,) = derive([{"time": begin, **event}], attributions=sure)["visitors"]
    names = {"account": "account", "login": "login", "address": "client_address", "host": "client_host"}
    assert [name for name in names.values() if row[name] is not None] == [names[basis]]
    assert row["basis"] == basis


def test_days_are_those_of_utc_on_which_its_lines_were_written(derive: Derive, begin: int) -> None:
    """A connection that goes on past midnight is of the day of its line, a time that occurs twice of the earlier."""
    midnight = begin + DAY
    assert one(derive, {"time": begin}, {"time": midnight - 1})["days"] == 1
    assert one(derive, {"time": midnight - 1}, {"time": midnight})["days"] == 2
    news = {"time": midnight + MINUTE, "first_instant": midnight - MINUTE, "connection": "c"}
    assert one(derive, news, {"time": midnight + HOUR})["days"] == 1
    twice = {"time": midnight - MINUTE, "last_instant": midnight + HOUR - MINUTE}
    assert one(derive, {"time": begin}, twice)["days"] == 1


def test_whoever_only_failed_is_no_visitor(derive: Derive, begin: int) -> None:
    assert derive([{"time": begin, "counts": False, "reason": "failed"}])["visitors"] == []


def test_what_does_not_count_adds_to_no_figure_of_a_visitor(derive: Derive, begin: int) -> None:
    failed = {"counts": False, "reason": "failed", "target": "forum-b", "client_port": 40_002}
    events: list[dict[str, Any]] = [
        {"time": begin, **failed},
        {"time": begin + DAY, "client_port": 40_001},
        {"time": begin + 2 * DAY, **failed},
    ]
    row = one(derive, *events)
    assert (row["visits"], row["connections"], row["events"], row["days"]) == (1, 1, 1, 1)
    assert (row["first"], row["last"], row["targets"]) == (begin + DAY, begin + DAY, ["forum-a"])


def test_connections_are_empty_where_no_port_is_logged(derive: Derive, begin: int) -> None:
    assert one(derive, {"time": begin}, {"time": begin + 1})["connections"] is None


def test_connections_are_news_connections_and_distinct_ports(derive: Derive, begin: int) -> None:
    events: list[dict[str, Any]] = [
        {"time": begin, "client_port": 40_001},
        {"time": begin + 1, "client_port": 40_001},
        {"time": begin + 2, "client_port": 40_002},
        {"time": begin + 3},
        {"time": begin + 4, "connection": "c"},
        {"time": begin + 5, "connection": "c"},
    ]
    assert one(derive, *events)["connections"] == 3


def test_six_connections_for_one_download_are_one_visit(derive: Derive, begin: int) -> None:
    row = one(derive, *({"time": begin + number, "connection": f"c{number}"} for number in range(6)))
    assert (row["visits"], row["connections"]) == (1, 6)


def test_one_port_of_two_addresses_is_two_connections(derive: Derive, begin: int) -> None:
    login = {"login": "login-a", "login_verified": True, "client_port": 40_001}
    row = one(derive, {"time": begin, **login}, {"time": begin, "client_address": "192.0.2.2", **login})
    assert (row["basis"], row["login"], row["connections"]) == ("login", "login-a", 2)


def test_one_port_of_two_host_names_is_two_connections(derive: Derive, begin: int) -> None:
    login = {"login": "login-a", "login_verified": True, "client_port": 40_001, "client_address": None}
    row = one(derive, *({"time": begin, **login, "client_host": f"{name}.example"} for name in "ab"))
    assert row["connections"] == 2


def test_a_port_is_one_connection_where_neither_address_nor_host_is_logged(derive: Derive, begin: int) -> None:
    login = {"login": "login-a", "login_verified": True, "client_port": 40_001, "client_address": None}
    assert one(derive, {"time": begin, **login})["connections"] == 1


def test_a_news_connection_is_one_whatever_port_its_lines_have(derive: Derive, begin: int) -> None:
    assert one(derive, {"time": begin, "connection": "c", "client_port": 40_001})["connections"] == 1


def test_a_visitor_was_seen_last_where_its_last_connection_ended(derive: Derive, begin: int) -> None:
    row = one(derive, {"time": begin + HOUR, "first_instant": begin, "connection": "c"})
    assert (row["first"], row["last"]) == (begin, begin + HOUR)
