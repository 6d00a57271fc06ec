"""What the case names as a unit at work or as serving several people."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from landmark.case import Known
from landmark.lookups.known import events_of, hashed

COLUMNS = {
    "event": pa.int64(),
    "first_instant": pa.int64(),
    "last_instant": pa.int64(),
    "client_address": pa.string(),
    "login": pa.string(),
    "login_verified": pa.bool_(),
    "login_account": pa.string(),
    "account": pa.string(),
}
NOBODY: dict[str, Any] = {
    "first_instant": 50,
    "last_instant": 50,
    "client_address": "192.0.2.1",
    "login": None,
    "login_verified": False,
    "login_account": None,
    "account": None,
}


def named(entry: Known, *rows: dict[str, Any]) -> list[int]:
    """Give which rows the entry names; hashes are the names turned round."""
    events = [{**NOBODY, "event": number, **row} for number, row in enumerate(rows)]
    entries = hashed(
        [entry],
        accounts=lambda name: [name.decode()[::-1], name.decode()[::-1].lower()],
        logins=lambda name: [name.decode()[::-1] + realm for realm in ("@b", "@a")],
    )
    return sorted(events_of(entries, pa.Table.from_pylist(events, schema=pa.schema(COLUMNS.items()))))


def test_an_address_or_network_is_matched() -> None:
    rows = [{"client_address": address} for address in ("192.0.2.7", "192.0.2.8", None, "2001:db8::7")]
    assert named(Known("", address="192.0.2.7"), *rows) == [0]
    assert named(Known("", address="192.0.2.0/29"), *rows) == [0]
    assert named(Known("", address="2001:db8::/32"), *rows) == [3]


def test_an_account_is_matched_where_it_is_the_visitor_or_the_logins() -> None:
    rows = [{"account": "nosrep"}, {"login_account": "nosrep"}, {"account": "person"}, {"login": "nosrep"}]
    assert named(Known("", account="person"), *rows) == [0, 1]


def test_an_account_is_matched_in_every_form_in_which_records_have_it() -> None:
    rows = [{"account": "nosrep"}, {"account": "nosreP"}, {"account": "NOSREP"}]
    assert named(Known("", account="Person"), *rows) == [0, 1]


def test_a_login_is_matched_in_every_realm_and_only_where_it_was_verified() -> None:
    """Anybody can write the name of a unit where no server checks it."""
    rows: list[dict[str, Any]] = [
        {"login": "tinu@a", "login_verified": True},
        {"login": "tinu@b", "login_verified": True},
        {"login": "tinu@a"},
        {"login": "tinu", "login_verified": True},
    ]
    assert named(Known("", login="unit"), *rows) == [0, 1]


@pytest.mark.parametrize(
    ("first", "last", "inside"), [(10, 10, True), (9, 10, False), (10, 19, True), (19, 20, False), (20, 20, False)]
)
def test_the_whole_time_of_an_event_lies_in_the_half_open_period(first: int, last: int, inside: bool) -> None:  # noqa: FBT001 - what is expected
    row = {"first_instant": first, "last_instant": last}
    assert named(Known("", address="192.0.2.1", begin=10, end=20), row) == ([0] if inside else [])


def test_without_bounds_every_time_is_matched() -> None:
    assert named(Known("", address="192.0.2.1"), {"first_instant": -5, "last_instant": 10**18}) == [0]


def test_nothing_named_names_nothing() -> None:
    assert events_of([], pa.Table.from_pylist([], schema=pa.schema(COLUMNS.items()))) == frozenset()
