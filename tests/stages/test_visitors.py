"""Visitors: everybody with at least one visit; what stands beside the visits is never added to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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


def test_whoever_only_failed_is_no_visitor(derive: Derive, begin: int) -> None:
    assert derive([{"time": begin, "counts": False, "reason": "failed"}])["visitors"] == []


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


def test_a_news_connection_is_one_whatever_port_its_lines_have(derive: Derive, begin: int) -> None:
    assert one(derive, {"time": begin, "connection": "c", "client_port": 40_001})["connections"] == 1


def test_a_visitor_was_seen_last_where_its_last_connection_ended(derive: Derive, begin: int) -> None:
    row = one(derive, {"time": begin + HOUR, "first_instant": begin, "connection": "c"})
    assert (row["first"], row["last"]) == (begin, begin + HOUR)
