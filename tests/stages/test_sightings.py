"""Whose each event is: the account if it is sure, else the verified login, else the address, else the host name."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from landmark.errors import LandmarkError

if TYPE_CHECKING:
    from collections.abc import Callable

    Derive = Callable[..., dict[str, list[dict[str, Any]]]]


def whose(derive: Derive, begin: int, grade: str | None = None, accounts: tuple[str, ...] = (), **event: object) -> Any:  # noqa: ANN401 - a row
    attributions = [] if grade is None else [{"event": 0, "grade": grade, "accounts": list(accounts)}]
    rows = derive([{"time": begin, **event}], attributions=attributions)["sightings"]
    return rows[0] if rows else None


def test_a_sure_account_comes_before_a_verified_login(derive: Derive, begin: int) -> None:
    row = whose(derive, begin, "sure", ("account-a",), login="login-a", login_verified=True)
    assert (row["basis"], row["account"], row["login"], row["client_address"]) == ("account", "account-a", None, None)


@pytest.mark.parametrize("grade", ["none", "contradicted", "shared", "fragile"])
def test_an_account_that_is_not_sure_names_nobody(derive: Derive, begin: int, grade: str) -> None:
    row = whose(derive, begin, grade, ("account-a",))
    assert (row["basis"], row["account"], row["client_address"]) == ("address", None, "192.0.2.1")


def test_two_accounts_name_nobody_even_if_called_sure(derive: Derive, begin: int) -> None:
    assert whose(derive, begin, "sure", ("account-a", "account-b"))["basis"] == "address"


def test_a_verified_login_comes_before_the_address(derive: Derive, begin: int) -> None:
    row = whose(derive, begin, "fragile", ("account-a",), login="login-a", login_verified=True)
    assert (row["basis"], row["login"], row["client_address"]) == ("login", "login-a", None)


def test_a_login_that_nobody_verified_is_nobody(derive: Derive, begin: int) -> None:
    assert whose(derive, begin, login="login-a", login_verified=False)["basis"] == "address"


def test_the_host_name_stands_where_the_log_has_no_address(derive: Derive, begin: int) -> None:
    row = whose(derive, begin, client_address=None, client_host="client.example")
    assert (row["basis"], row["client_host"]) == ("host", "client.example")


@pytest.mark.parametrize("basis", ["account", "login", "client_address", "client_host"])
def test_a_sighting_has_one_name_and_that_in_the_column_of_its_kind(derive: Derive, begin: int, basis: str) -> None:
    grade = "sure" if basis == "account" else "fragile"
    where = {"client_address": None, "client_host": "client.example"} if basis == "client_host" else {}
    login = {"login": "login-a", "login_verified": basis == "login"}
    row = whose(derive, begin, grade, ("account-a",), **login, **where)
    named = [name for name in ("account", "login", "client_address", "client_host") if row[name] is not None]
    assert (named, row["basis"]) == ([basis], basis.removeprefix("client_"))


def test_a_visitor_is_known_by_a_hash_of_salt_basis_and_name(derive: Derive, begin: int) -> None:
    row = whose(derive, begin)
    assert row["visitor_id"] == hashlib.sha256(b":address:192.0.2.1").hexdigest()[:16]


def test_one_name_of_two_kinds_is_two_visitors(derive: Derive, begin: int) -> None:
    rows = derive(
        [
            {"time": begin, "client_address": "client.example"},
            {"time": begin, "client_address": None, "client_host": "client.example"},
        ]
    )["sightings"]
    assert len({row["visitor_id"] for row in rows}) == 2


def test_what_does_not_count_is_sighted_too(derive: Derive, begin: int) -> None:
    assert whose(derive, begin, counts=False, reason="failed")["basis"] == "address"


def test_what_has_nobody_is_left_out_where_it_does_not_count(derive: Derive, begin: int) -> None:
    assert whose(derive, begin, client_address=None, counts=False, reason="cut") is None


def test_what_has_nobody_and_counts_stops_the_run(derive: Derive, begin: int) -> None:
    with pytest.raises(LandmarkError, match="visitor_id is empty"):
        whose(derive, begin, client_address=None)
