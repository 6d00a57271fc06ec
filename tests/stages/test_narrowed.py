"""The hint `narrowed`: which accounts are candidates of every visit under one verified login, and never a lead."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from landmark.tables import DAY, HOUR

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Derive = Callable[..., dict[str, list[dict[str, Any]]]]
    Row = dict[str, Any]

LOGIN = {"login": "login-a", "login_verified": True}


def act(time: int, address: str, *accounts: str, grade: str = "shared", **event: Any) -> Row:  # noqa: ANN401 - any column's value
    """Give an event and the attribution of it, in one."""
    reason = event.pop("why", {"shared": "no_port", "fragile": "other_within_tolerance"}.get(grade))
    given = grade, sorted(accounts), reason
    return {"time": time, "client_address": address, **LOGIN, **event, "given": given}


def narrowed(derive: Derive, acts: Sequence[Row], more_than: int = 1, **more: Any) -> dict[str, list[Row]]:  # noqa: ANN401 - as `derive` has them
    events = [{name: value for name, value in one.items() if name != "given"} for one in acts]
    attributions = [
        dict(zip(("event", "grade", "accounts", "reason"), (number, *one["given"]), strict=True))
        for number, one in enumerate(acts)
    ]
    pool = {one["client_address"] for one in acts}
    everybody = [f"a{number}" for number in range(20)]
    leases = [
        {"address": address, "from": 0, "until": 2**62, "account": name}
        for address in sorted(pool)
        for name in everybody
    ]
    return derive(events, attributions=attributions, leases=leases, more_than=more_than, **more)


def test_who_is_among_the_candidates_of_every_visit_is_left_with_the_sizes_and_the_customers(
    derive: Derive, begin: int
) -> None:
    acts = [
        act(begin, "192.0.2.1", "a1", "a2", "a3"),
        act(begin + DAY, "192.0.2.2", "a2", "a3"),
        act(begin + 2 * DAY, "192.0.2.3", "a3", "a4", "a5", "a6"),
    ]
    (row,) = narrowed(derive, acts)["narrowed"]
    assert row == {
        "visitor_id": row["visitor_id"],
        "login": "login-a",
        "visits": 3,
        "events": 3,
        "sizes": [2, 3, 4],
        "grade": "narrowed",
        "accounts": ["a3"],
        "remaining": 1,
        "customers": 20,
    }


def test_where_nobody_is_left_the_visits_contradict_each_other(derive: Derive, begin: int) -> None:
    acts = [act(begin, "192.0.2.1", "a1", "a2"), act(begin + DAY, "192.0.2.2", "a3", "a4")]
    (row,) = narrowed(derive, acts)["narrowed"]
    assert (row["grade"], row["accounts"], row["remaining"]) == ("contradicted", [], 0)


def test_of_one_visit_the_first_set_counts_but_an_account_must_be_in_all_of_them(derive: Derive, begin: int) -> None:
    acts = [
        act(begin, "192.0.2.1", "a1", "a2", "a3"),
        act(begin + 60_000_000, "192.0.2.2", "a1", "a2"),
        act(begin + DAY, "192.0.2.3", "a2", "a3", "a1", "a4"),
        act(begin + DAY + 60_000_000, "192.0.2.3", "a2", "a4"),
    ]
    (row,) = narrowed(derive, acts)["narrowed"]
    assert (row["visits"], row["events"], row["sizes"], row["accounts"]) == (2, 4, [3, 4], ["a2"])


def test_a_second_set_at_the_same_address_says_the_same_again(derive: Derive, begin: int) -> None:
    acts = [act(begin, "192.0.2.1", "a1", "a2", "a3"), act(begin + DAY, "192.0.2.1", "a1", "a2", "a4")]
    (row,) = narrowed(derive, acts)["narrowed"]
    assert (row["visits"], row["sizes"], row["accounts"]) == (2, [3], ["a1", "a2"])


def test_a_second_set_that_is_equal_says_the_same_again_whatever_the_address(derive: Derive, begin: int) -> None:
    acts = [act(begin, "192.0.2.1", "a1", "a2"), act(begin + DAY, "192.0.2.2", "a1", "a2")]
    (row,) = narrowed(derive, acts)["narrowed"]
    assert (row["visits"], row["sizes"], row["accounts"]) == (2, [2], ["a1", "a2"])


def test_what_one_login_says_is_not_said_again_by_another(derive: Derive, begin: int) -> None:
    """Two logins at the same addresses, in turn: each has both sets, and its own accounts in all of them."""
    sets = {"192.0.2.1": ("a1", "a2", "a3"), "192.0.2.2": ("a2", "a3")}
    acts = [
        act(begin + day * DAY, address, *sets[address], login=login)
        for login, addresses in (("login-a", sorted(sets)), ("login-b", sorted(sets, reverse=True)))
        for day, address in enumerate(addresses)
    ]
    acts.append(act(begin + 5 * DAY, "192.0.2.3", "a2", "a4", "a5", "a6", login="login-b"))
    rows = narrowed(derive, sorted(acts, key=lambda one: str(one["time"])))["narrowed"]
    said = {row["login"]: (row["visits"], row["events"], row["sizes"], row["accounts"]) for row in rows}
    assert said == {"login-a": (2, 2, [2, 3], ["a2", "a3"]), "login-b": (3, 3, [2, 3, 4], ["a2"])}


def test_the_first_set_of_a_visit_is_that_of_the_earliest_instant_and_then_of_the_earliest_row(
    derive: Derive, begin: int
) -> None:
    """A news connection's row stands where its time is, behind a page that was asked for after its connect line."""
    acts = [
        act(begin + 60_000_000, "192.0.2.1", "a1", "a2"),
        act(begin + 120_000_000, "192.0.2.2", "a1", "a2", "a3", first_instant=begin, connection="c"),
        act(begin + DAY, "192.0.2.3", "a1", "a4", "a5", "a6"),
        act(begin + DAY, "192.0.2.4", "a1", "a4", "a5", "a6", "a7"),
    ]
    (row,) = narrowed(derive, acts)["narrowed"]
    assert (row["visits"], row["events"], row["sizes"]) == (2, 4, [3, 4])


def test_a_set_that_one_login_says_again_is_another_logins_own(derive: Derive, begin: int) -> None:
    """Both have a first and a second visit; only the first login's second one says the same again."""
    acts = [
        act(begin, "192.0.2.1", "a1", "a2"),
        act(begin + HOUR, "192.0.2.1", "a1", "a2", "a3", login="login-b"),
        act(begin + DAY, "192.0.2.1", "a1", "a2", "a4"),
        act(begin + DAY + HOUR, "192.0.2.2", "a1", "a2", "a5", "a6", login="login-b"),
    ]
    rows = narrowed(derive, acts)["narrowed"]
    assert {row["login"]: row["sizes"] for row in rows} == {"login-a": [2], "login-b": [3, 4]}


def test_a_visit_whose_first_set_says_the_same_again_is_not_counted_by_its_second(derive: Derive, begin: int) -> None:
    acts = [
        act(begin, "192.0.2.1", "a1", "a2"),
        act(begin + DAY, "192.0.2.1", "a1", "a2", "a3"),
        act(begin + DAY + 60_000_000, "192.0.2.2", "a1", "a4", "a5", "a6"),
    ]
    (row,) = narrowed(derive, acts)["narrowed"]
    assert (row["visits"], row["events"], row["sizes"], row["accounts"]) == (2, 3, [2], ["a1"])


def test_who_is_left_is_in_the_sets_of_one_login_and_no_other_login_adds_to_them(derive: Derive, begin: int) -> None:
    """Each login's candidates are others, and as many events are under both."""
    acts = [
        act(begin + day * DAY + hour * HOUR, f"192.0.2.{2 * day + hour + 1}", *names, login=login)
        for day in range(2)
        for hour, (login, names) in enumerate((("login-a", ("a1", "a2")), ("login-b", ("a2", "a3", "a4"))))
    ]
    rows = narrowed(derive, acts)["narrowed"]
    assert {row["login"]: row["accounts"] for row in rows} == {"login-a": ["a1", "a2"], "login-b": ["a2", "a3", "a4"]}


def test_two_addresses_of_one_prefix_that_is_held_are_one(derive: Derive, begin: int) -> None:
    acts = [act(begin, "2001:db8::1", "a1", "a2"), act(begin + DAY, "2001:db8::2", "a1", "a3")]
    events = [{name: value for name, value in one.items() if name != "given"} for one in acts]
    attributions = [
        {"event": number, "grade": "shared", "accounts": one["given"][1], "reason": "no_port"}
        for number, one in enumerate(acts)
    ]
    leases = [{"address": "2001:db8::/64", "from": 0, "until": 2**62, "account": name} for name in ("a1", "a2", "a3")]
    (row,) = derive(events, attributions=attributions, leases=leases, more_than=1)["narrowed"]
    assert (row["sizes"], row["accounts"], row["customers"]) == ([2], ["a1"], 3)


def test_what_is_no_whole_set_of_candidates_is_not_used(derive: Derive, begin: int) -> None:
    acts = [
        act(begin, "192.0.2.1", "a1", "a2"),
        act(begin + DAY, "192.0.2.2", "a2", "a3", grade="fragile"),
        act(begin + 2 * DAY, "192.0.2.3", "a4", "a5", grade="contradicted"),
        act(begin + 3 * DAY, "192.0.2.4", "a6", "a7", grade="none"),
        act(begin + 4 * DAY, "192.0.2.5", "a8"),
        act(begin + 5 * DAY, "192.0.2.6", "a9", "a10", counts=False, reason="failed"),
        act(begin + 6 * DAY, "192.0.2.7", "a11", "a12", grade="fragile", why="other_under_shift"),
    ]
    (row,) = narrowed(derive, acts)["narrowed"]
    assert (row["visits"], row["accounts"]) == (2, ["a2"])


def test_a_login_that_nobody_verified_one_visit_and_too_few_visits_give_no_hint(derive: Derive, begin: int) -> None:
    acts = [act(begin, "192.0.2.1", "a1", "a2"), act(begin + DAY, "192.0.2.2", "a1", "a3")]
    assert narrowed(derive, [{**one, "login_verified": False} for one in acts])["narrowed"] == []
    assert narrowed(derive, acts, more_than=2)["narrowed"] == []
    assert narrowed(derive, [acts[0], {**acts[1], "time": begin + 1}], more_than=0)["narrowed"] == []
    assert len(narrowed(derive, acts)["narrowed"]) == 1


def test_customers_are_the_accounts_of_the_records_and_no_inner_address_is_one(derive: Derive, begin: int) -> None:
    acts = [act(begin, "192.0.2.1", "a1", "a2"), act(begin + DAY, "192.0.2.2", "a1", "a3")]
    events = [{name: value for name, value in one.items() if name != "given"} for one in acts]
    leases = [
        {"address": "192.0.2.1", "from": 0, "until": 2**62, "account": "inner 10.0.0.7", "inner": "10.0.0.7"},
        {"address": "192.0.2.2", "from": 0, "until": 2**62, "account": None},
        *({"address": "10.0.0.7", "from": 0, "until": 2**62, "account": name} for name in ("a1", "a2", "a3")),
    ]
    attributions = [
        {"event": number, "grade": "shared", "accounts": one["given"][1], "reason": "no_port"}
        for number, one in enumerate(acts)
    ]
    (row,) = derive(events, attributions=attributions, leases=leases, more_than=1)["narrowed"]
    assert row["customers"] == 3


@settings(max_examples=15)
@given(seed=st.integers(0, 2**32))
def test_a_hint_is_never_a_lead_nor_of_one_and_no_lead_changes_by_it(derive: Derive, begin: int, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - a test draws acts
    acts = []
    for number in range(40):
        grade = random.choice(("sure", "shared", "fragile", "contradicted", "none"))
        accounts = random.sample(["a1", "a2", "a3", "a4"], 1 if grade == "sure" else random.randrange(2, 4))
        login = random.choice(("login-a", "login-b", None))
        event = {"login": login, "login_verified": login is not None}
        address = f"192.0.2.{random.randrange(6)}"
        acts.append(act(begin + number * 7 * HOUR, address, *accounts, grade=grade, **event))
    made = narrowed(derive, acts, more_than=2)
    leads = {row["visitor_id"]: row for row in made["leads"]}
    for row in made["narrowed"]:
        assert row["visitor_id"] not in leads
        (subject,) = [one for one in made["subjects"] if one["visitor_id"] == row["visitor_id"]]
        assert subject["basis"] == "login"
        assert subject["account"] is None
        assert subject["lost"] is not None
        sets = [
            set(one["given"][1])
            for one in acts
            if one["login"] == row["login"] and one["given"][0] in {"shared", "fragile"}
        ]
        assert row["accounts"] == sorted(set.intersection(*sets))
        assert row["remaining"] == len(row["accounts"])
        assert len(row["sizes"]) <= row["visits"] <= row["events"] == len(sets)
    # What a lead says of an account rests on its own events alone: those under a hint could as well not be there.
    alone = [one if one["given"][0] == "sure" else {**one, "counts": False, "reason": "failed"} for one in acts]
    said = ("visitor_id", "account", "visits", "events", "leases", "lease_days")
    only = narrowed(derive, alone, more_than=2)
    assert only["narrowed"] == []
    assert [[row[name] for name in said] for row in made["leads"]] == [
        [row[name] for name in said] for row in only["leads"]
    ]
