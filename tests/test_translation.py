"""Inner addresses: how they stand in an account's place, each in its realm, and how they are asked about in turn."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from landmark import store, tables
from landmark.case import Assignment, Authority, Case
from landmark.kept import Kept
from landmark.translation import Asked, holders, reaching, translate

Row = dict[str, Any]

_NOTHING: Row = {"int64": 0, "string": "", "bool": False, "list<int64>": [], "list<string>": []}
NAT, POOL, SOUTH, SOUTH_POOL = (
    Assignment(("nat.csv",), "csv", "inner-address"),
    Assignment(("pool.csv",), "csv", "user-name"),
    Assignment(("south.csv",), "csv", "inner-address", realm="south"),
    Assignment(("south-pool.csv",), "csv", "user-name", realm="south"),
)
AUTHORITY = Authority("W-1", "Example Court", "Example Internet", 0, 1000, ("traffic",))
CASE = Case(Path("case"), "example", "", "GB", AUTHORITY, (), (), assignments=(NAT, POOL))
TWO_REALMS = replace(CASE, assignments=(SOUTH_POOL, NAT, SOUTH, POOL))


def kept(what: tables.Table, rows: list[Row], key: str = "rows") -> Kept:
    """Make a table in as many chunks as rows: results of a stage that is run in parts lie in several."""
    blank = {column.name: None if column.empty else _NOTHING[column.type] for column in what.columns}
    data = pa.Table.from_pylist([{**blank, **row} for row in rows], schema=store.schema(what))
    return Kept(pa.concat_tables([data.slice(0, 0), *(data.slice(at, 1) for at in range(len(rows)))]), key)


def leases(*rows: Row) -> Kept:
    return kept(tables.LEASES, [{"lease": number, **row} for number, row in enumerate(rows)])


def held(case: Case, before: Kept) -> list[tuple[str, str | None, str | None]]:
    made = holders(case, before).data
    assert made.schema == before.data.schema
    names = [name for name in made.column_names if name not in {"address", "account"}]
    assert made.select(names).equals(before.data.select(names))
    return [(row["address"], row["account"], row["inner"]) for row in made.to_pylist()]


def test_an_inner_address_stands_where_an_account_would_and_no_other_lease_changes() -> None:
    before = leases(
        {"assignment": "nat.csv", "address": "203.0.113.5", "inner": "10.0.0.7"},
        {"assignment": "pool.csv", "address": "10.0.0.7", "account": "a"},
        {"assignment": "pool.csv", "address": "10.0.0.8", "account": None},
    )
    assert held(CASE, before) == [
        ("203.0.113.5", "inner 10.0.0.7", "10.0.0.7"),
        ("10.0.0.7", "a", None),
        ("10.0.0.8", None, None),
    ]


def test_a_realm_is_that_of_inner_addresses_or_else_of_those_that_a_source_assigns() -> None:
    """The outer address of a translation is nobody's network's; each lease has the realm of its own source."""
    before = leases(
        {"assignment": "pool.csv", "address": "10.0.0.7", "account": "a"},
        {"assignment": "south.csv", "address": "203.0.113.6", "inner": "10.0.0.7"},
        {"assignment": "south-pool.csv", "address": "10.0.0.7", "account": "b"},
        {"assignment": "south-pool.csv", "address": "10.0.0.0/24", "account": None},
        {"assignment": "nat.csv", "address": "203.0.113.5", "inner": "10.0.0.7"},
    )
    assert held(TWO_REALMS, before) == [
        ("10.0.0.7", "a", None),
        ("203.0.113.6", "inner 10.0.0.7 of south", "10.0.0.7"),
        ("10.0.0.7 of south", "b", None),
        ("10.0.0.0/24 of south", None, None),
        ("203.0.113.5", "inner 10.0.0.7", "10.0.0.7"),
    ]


def test_a_realm_is_read_without_a_translation_too_and_without_both_the_leases_stand() -> None:
    before = leases(
        {"assignment": "pool.csv", "address": "10.0.0.7", "account": "a"},
        {"assignment": "south-pool.csv", "address": "10.0.0.7", "account": "b"},
    )
    assert not translate(before)
    assert held(TWO_REALMS, before) == [("10.0.0.7", "a", None), ("10.0.0.7 of south", "b", None)]
    assert holders(CASE, before) is before


def test_some_inner_address_is_a_translation_and_none_is_none() -> None:
    inner, plain = {"address": "203.0.113.5", "inner": "10.0.0.7"}, {"address": "10.0.0.7", "account": "a"}
    assert [translate(leases(*rows)) for rows in ((), (plain,), (inner,), (inner, plain))] == [False, False, True, True]


def test_what_stands_for_the_leases_is_made_anew_where_they_or_a_realm_change() -> None:
    row = {"assignment": "nat.csv", "address": "203.0.113.5", "inner": "10.0.0.7"}
    cases = (CASE, replace(CASE, assignments=(replace(NAT, realm="south"), POOL)))
    keys = {holders(case, kept(tables.LEASES, [row], key)).key for case in cases for key in ("one", "other")}
    assert len(keys) == 4


NAMES = st.tuples(
    st.sampled_from(["10.0.0.1", "10.0.0.2", "10.0.1.1", "2001:db8::1"]), st.sampled_from([None, "north", "south"])
)
PLACES = st.tuples(
    st.sampled_from(["10.0.0.1", "10.0.0.2", "10.0.0.0/24", "10.0.0.0/16", "2001:db8::/64", "2001:db8::1"]),
    st.sampled_from([None, "north", "south"]),
)


def placed(address: str, realm: str | None) -> str:
    return address if realm is None else f"{address} of {realm}"


@given(st.lists(NAMES, max_size=6), st.lists(PLACES, max_size=6))
def test_an_address_is_held_by_leases_of_its_own_realm_alone(
    clients: list[tuple[str, str | None]], places: list[tuple[str, str | None]]
) -> None:
    expected = {
        (placed(address, realm), placed(held, other))
        for address, realm in clients
        for held, other in places
        if realm == other and ip_address(address) in ip_network(held)
    }
    pairs = reaching((placed(*one) for one in clients), (placed(*one) for one in places))
    assert pairs == sorted(expected)


def event(number: int, **more: object) -> Row:
    """Give an event at an outer address, by which it is told from others."""
    seen = {"client_address": f"203.0.113.{number}", "client_port": 1500 + number, "counts": True}
    spans = {"time": 10 * number, "first_instant": 10 * number, "last_instant": 10 * number + 5}
    return {"event": number, **seen, **spans, "instants": [10 * number, 10 * number + 5], "log": "web", **more}


def answers(*accounts: list[str], begin: int = 0) -> pa.Table:
    rows = [{"event": begin + number, "grade": "shared", "accounts": one} for number, one in enumerate(accounts)]
    return kept(tables.ATTRIBUTIONS, rows).data


def links(table: pa.Table) -> list[tuple[int, int, str]]:
    return [(row["event"], row["asked"], row["inner"]) for row in table.to_pylist()]


def sought(asked: Asked, *levels: pa.Table) -> list[tuple[int, str]]:
    return [(row["event"], row["client_address"]) for row in asked.sought(levels).to_pylist()]


def test_every_inner_address_is_asked_about_at_the_instants_of_its_event_and_no_account_is() -> None:
    """The only one is a reading of what counted; no port is known inside, and all else is the event's own."""
    before = kept(tables.EVENTS, [event(0), event(1), event(2), event(3, counts=False)])
    asked = Asked(before)
    made = asked.further(
        answers(["inner 10.0.0.7"], ["a"], ["inner 10.0.0.8", "inner 10.0.0.9 of south"], ["inner 10.0.0.6"])
    )
    assert links(made) == [
        (0, 4, "inner 10.0.0.7"),
        (2, 5, "inner 10.0.0.8"),
        (2, 6, "inner 10.0.0.9 of south"),
        (3, 7, "inner 10.0.0.6"),
    ]
    rows = asked.events.data.to_pylist()
    assert rows[:4] == before.data.to_pylist()
    inside = [(4, 0, "10.0.0.7", True), (5, 2, "10.0.0.8", False), (6, 2, "10.0.0.9 of south", False)]
    inside.append((7, 3, "10.0.0.6", False))
    for number, of, address, counts in inside:
        changed = {"event": number, "client_address": address, "client_port": None, "counts": counts}
        assert rows[number] == {**rows[of], **changed}
    assert asked.events.data.schema == before.data.schema
    assert asked.events.key != before.key
    assert sought(asked, made) == [
        (0, "10.0.0.7"),
        (0, "203.0.113.0"),
        *((number, f"203.0.113.{number}") for number in (1, 2, 3)),
    ]


def test_of_the_newest_answers_alone_it_is_asked_further_and_an_inner_address_leads_back_to_its_event() -> None:
    asked = Asked(kept(tables.EVENTS, [event(0), event(1, client_address=None), event(2)]))
    outer = [["inner 10.0.0.7"], [], ["inner 10.0.0.8"]]
    first = asked.further(answers(*outer))
    second = asked.further(answers(*outer, ["a"], ["inner 172.16.0.1"]))
    assert (links(first), links(second)) == (
        [(0, 3, "inner 10.0.0.7"), (2, 4, "inner 10.0.0.8")],
        [(4, 5, "inner 172.16.0.1")],
    )
    last, key = asked.events.data.to_pylist()[-1], asked.events.key
    assert (last["event"], last["client_address"], last["time"], last["counts"]) == (5, "172.16.0.1", 20, True)
    assert asked.further(answers(*outer, ["a"], ["inner 172.16.0.1"], ["b"])).num_rows == 0
    assert (asked.events.key, asked.events.data.num_rows) == (key, 6)
    assert sought(asked, first, second) == [
        (0, "10.0.0.7"),
        (0, "203.0.113.0"),
        (2, "10.0.0.8"),
        (2, "172.16.0.1"),
        (2, "203.0.113.2"),
    ]


def test_events_and_their_questions_have_a_key_of_both() -> None:
    """What is kept of other events, or of questions about another inner address, must not be taken for these."""
    keys = set()
    for key in ("one", "other"):
        for inner in (["a"], ["inner 10.0.0.7"], ["inner 10.0.0.8"]):
            asked = Asked(kept(tables.EVENTS, [event(0)], key))
            asked.further(answers(inner))
            keys.add(asked.events.key)
    assert len(keys) == 6


def test_behind_several_inner_addresses_none_is_a_reading_however_few_each_leads_to() -> None:
    asked = Asked(kept(tables.EVENTS, [event(0)]))
    first = asked.further(answers(["inner 10.0.0.7", "inner 10.0.0.8"]))
    second = asked.further(answers(["inner 10.0.0.7", "inner 10.0.0.8"], ["inner 172.16.0.1"], ["a"]))
    assert links(second) == [(1, 3, "inner 172.16.0.1")]
    assert [row["counts"] for row in asked.events.data.to_pylist()] == [True, False, False, False]
    assert sought(asked, first, second) == [(0, "203.0.113.0")]


def test_an_inner_address_that_is_the_outer_one_too_is_sought_once() -> None:
    asked = Asked(kept(tables.EVENTS, [event(0)]))
    first = asked.further(answers(["inner 203.0.113.0"]))
    assert sought(asked, first) == [(0, "203.0.113.0")]


def test_where_nothing_is_translated_each_event_is_sought_at_its_own_address() -> None:
    asked = Asked(kept(tables.EVENTS, [event(0), event(1, client_address=None), event(2, counts=False)]))
    assert asked.further(answers(["a"], [], ["b"])).num_rows == 0
    assert sought(asked) == [(0, "203.0.113.0"), (2, "203.0.113.2")]
