"""Subjects: what speaks against each stands beside it, and the first reason why it is no lead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from landmark.tables import DAY, HOUR, MINUTE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Derive = Callable[..., dict[str, list[dict[str, Any]]]]
    Events = list[dict[str, Any]]

CLOCK = (
    97,
    311,
    402,
    633,
    851,
    1042,
    1217,
    1439,
    1558,
    1811,
    2026,
    2214,
    2467,
    2693,
    2861,
    3077,
    3298,
    3512,
    3763,
    3999,
)
HOME = "198.51.100.1"


def visits(begin: int, count: int, **columns: object) -> Events:
    """Give one page a visit, at no rhythm, over three days, none at the window's edge."""
    return [{"time": begin + minute * MINUTE + n * 7_000_000, **columns} for n, minute in enumerate(CLOCK[:count])]


def graded(events: Sequence[object], grade: str, account: str = "account-a", **more: object) -> list[dict[str, Any]]:
    return [{"event": number, "grade": grade, "accounts": [account], **more} for number in range(len(events))]


def leases(begin: int, *days: tuple[float, float], account: str = "account-a", **more: object) -> Events:
    """Give leases of the home address from one day to another, counted from the window's begin."""
    return [
        {
            "address": HOME,
            "account": account,
            "from": begin + int(first * DAY),
            "until": None if last < 0 else begin + int(last * DAY),
            **more,
        }
        for first, last in days
    ]


def one(derive: Derive, events: Events, **more: object) -> dict[str, Any]:
    (row,) = derive(events, **more)["subjects"]
    return row


def test_a_subject_has_strictly_more_visits_than_the_threshold(derive: Derive, begin: int) -> None:
    assert derive(visits(begin, 10))["subjects"] == []
    assert one(derive, visits(begin, 11))["visits"] == 11


def test_without_a_country_there_is_no_lead(derive: Derive, begin: int) -> None:
    events = visits(begin, 11, client_address=HOME)
    held = leases(begin, (0, 0.9), (1, 1.9))
    made = derive(events, attributions=graded(events, "sure"), leases=held, country="")
    assert (made["subjects"][0]["lost"], made["leads"]) == ("no_country", [])


@pytest.mark.parametrize("grade", ["none", "contradicted", "shared", "fragile"])
def test_the_grade_that_kept_a_subject_from_an_account_is_the_reason(derive: Derive, begin: int, grade: str) -> None:
    events = visits(begin, 11)
    assert one(derive, events, attributions=graded(events, grade))["lost"] == grade


@pytest.mark.parametrize(
    ("worse", "better"), [("none", "contradicted"), ("contradicted", "shared"), ("shared", "fragile")]
)
def test_of_two_grades_as_common_the_worse_is_given(derive: Derive, begin: int, worse: str, better: str) -> None:
    events = visits(begin, 12)
    rows = [*graded(events[:6], better), *({**row, "event": 6 + row["event"]} for row in graded(events[6:], worse))]
    assert one(derive, events, attributions=rows)["lost"] == worse


def test_the_commonest_grade_is_given_and_of_two_as_common_the_worse(derive: Derive, begin: int) -> None:
    events = visits(begin, 12)
    rows = graded(events, "fragile")
    for row in rows[:5]:
        row["grade"] = "none"
    assert one(derive, events, attributions=rows)["lost"] == "fragile"
    rows[5]["grade"] = "none"
    assert one(derive, events, attributions=rows)["lost"] == "none"


def test_the_grades_of_anothers_events_are_nobody_elses_reason(derive: Derive, begin: int) -> None:
    events = [*visits(begin, 11), *visits(begin, 12, client_address=HOME)]
    attributions = [
        *graded(events[:11], "fragile"),
        *({**row, "event": 11 + row["event"]} for row in graded(events[11:], "shared")),
    ]
    rows = derive(events, attributions=attributions)["subjects"]
    assert {row["client_address"]: (row["lost"], row["against"]) for row in rows} == {
        "192.0.2.1": ("fragile", []),
        HOME: ("shared", ["shared_address"]),
    }


def test_a_grade_is_the_reason_even_where_most_events_have_none(derive: Derive, begin: int) -> None:
    events = visits(begin, 11, login="login-a", login_verified=True)
    for event in events[4:]:
        event |= {"client_address": None, "client_host": "a.example"}
    assert one(derive, events, attributions=graded(events[:4], "shared"))["lost"] == "shared"


def test_without_assignments_the_reason_is_that(derive: Derive, begin: int) -> None:
    assert one(derive, visits(begin, 11))["lost"] == "no_assignment"


def test_a_machine_is_lost_as_what_it_is_before_anything_else(derive: Derive, begin: int) -> None:
    row = one(derive, visits(begin, 11, agent="examplebot", static=True), agents={"examplebot"})
    assert (row["lost"], row["against"]) == ("automated", ["automated", "embedded"])


@pytest.mark.parametrize(("pages", "lost"), [(10, "embedded"), (11, None)])
def test_pictures_on_other_pages_make_no_lead(derive: Derive, begin: int, pages: int, lost: str | None) -> None:
    events = visits(begin, 20, client_address=HOME)
    for event in events[pages:]:
        event["static"] = True
    held = leases(begin, (0, 0.9), (1, 2.9))
    row = one(derive, events, attributions=graded(events, "sure"), leases=held)
    assert (row["lost"], "embedded" in row["against"]) == (lost, lost is not None)


@pytest.mark.parametrize(("named", "login_account"), [("account-a", "account-b"), ("account-b", "account-a")])
def test_an_account_that_a_login_disagrees_with_is_contradicted(
    derive: Derive, begin: int, named: str, login_account: str
) -> None:
    events = visits(begin, 11, client_address=HOME)
    attributions = graded(events, "sure")
    login = {"login": "login-a", "login_verified": True, "login_account": login_account}
    events.append({"time": begin + 20 * MINUTE, "client_address": "198.51.100.2", **login})
    attributions.append({"event": 11, "grade": "contradicted", "accounts": [named], "reason": "login_disagrees"})
    row = one(derive, events, attributions=attributions, leases=leases(begin, (0, 0.9), (1, 1.9)))
    assert (row["basis"], row["lost"], row["against"]) == ("account", "contradicted", ["contradicted"])


@pytest.mark.parametrize("reason", ["two_accounts", "two_lines"])
@pytest.mark.parametrize(
    ("login_account", "contradicted"), [("account-b", True), ("account-c", False), ("account-d", False), (None, False)]
)
def test_a_login_disagrees_also_where_the_records_contradict_themselves(
    derive: Derive, begin: int, reason: str, login_account: str | None, *, contradicted: bool
) -> None:
    """Two others are recorded where the subject's own login was used; a login of one of the two disagrees with none."""
    events = visits(begin, 11, client_address=HOME)
    attributions = graded(events, "sure", account="account-b")
    login = {"login": "login-a", "login_verified": True, "login_account": login_account}
    events.append({"time": begin + 20 * MINUTE, "client_address": "198.51.100.2", **login})
    others = ["account-c", "account-d"]
    attributions.append({"event": 11, "grade": "contradicted", "accounts": others, "reason": reason})
    held = leases(begin, (0, 0.9), (1, 1.9), account="account-b")
    row = one(derive, events, attributions=attributions, leases=held)
    assert (row["basis"], row["lost"]) == ("account", "contradicted" if contradicted else None)


@pytest.mark.parametrize(
    ("reason", "lost"), [("two_accounts", None), ("two_lines", None), ("login_disagrees", "contradicted")]
)
def test_a_login_of_one_of_the_accounts_that_records_name_disagrees_where_that_is_the_reason(
    derive: Derive, begin: int, reason: str, lost: str | None
) -> None:
    """It is where the login's own account is only told of by a doubtful record."""
    events = visits(begin, 11, client_address=HOME)
    attributions = graded(events, "sure", account="account-c")
    login = {"login": "login-a", "login_verified": True, "login_account": "account-c"}
    events.append({"time": begin + 20 * MINUTE, "client_address": "198.51.100.2", **login})
    both = ["account-c", "account-d"]
    attributions.append({"event": 11, "grade": "contradicted", "accounts": both, "reason": reason})
    held = leases(begin, (0, 0.9), (1, 1.9), account="account-c")
    assert one(derive, events, attributions=attributions, leases=held)["lost"] == lost


def test_an_address_that_is_shared_at_times_is_said_to_be(derive: Derive, begin: int) -> None:
    events = visits(begin, 11)
    rows = graded(events, "fragile")
    rows[3]["grade"] = "shared"
    assert one(derive, events, attributions=rows)["against"] == ["shared_address"]


def test_a_leaf_is_a_shared_address(derive: Derive, begin: int) -> None:
    assert one(derive, visits(begin, 11), leaf_events=set(range(11)))["against"] == ["leaf", "shared_address"]


def test_a_login_used_from_two_accounts_is_shared(derive: Derive, begin: int) -> None:
    login = {"login": "login-a", "login_verified": True}
    events = [*visits(begin, 11, client_address=HOME), {"time": begin + HOUR, **login}]
    events[0] |= login
    rows = [
        *graded(events[:11], "sure"),
        {"event": 11, "grade": "sure", "accounts": ["account-b"]},
    ]
    row = one(derive, events, attributions=rows, leases=leases(begin, (0, 0.9), (1, 1.9)))
    assert (row["lost"], row["against"]) == (None, ["shared_login"])


@pytest.mark.parametrize(("later", "shared"), [(20 * MINUTE, True), (20 * MINUTE + 1, False)])
def test_a_login_used_from_two_addresses_at_once_is_shared(
    derive: Derive,
    begin: int,
    later: int,
    shared: bool,  # noqa: FBT001 - what is expected
) -> None:
    login = {"login": "login-a", "login_verified": True}
    events = visits(begin, 11, **login)
    at = begin + 1400 * MINUTE
    first = {"time": at + 20 * MINUTE, "first_instant": at, "connection": "c", **login}
    other = {"time": at + later, "connection": "d", "client_address": "192.0.2.2", **login}
    row = one(derive, [*events, first, other])
    assert (row["basis"], "shared_login" in row["against"]) == ("login", shared)


def test_a_login_that_another_only_claimed_or_with_which_nothing_was_reached_is_not_shared(
    derive: Derive, begin: int
) -> None:
    login = {"login": "login-a", "login_verified": True}
    events = visits(begin, 11, **login)
    other = {"time": events[0]["time"], "client_address": "192.0.2.2", **login}
    events += [{**other, "login_verified": False}, {**other, "counts": False, "reason": "failed"}]
    assert one(derive, events)["against"] == []


def test_a_login_used_at_once_where_no_address_was_logged_is_not_seen_at_two(derive: Derive, begin: int) -> None:
    login = {"login": "login-a", "login_verified": True}
    events = visits(begin, 11, **login)
    events.append({"time": events[0]["time"], "client_address": None, "client_host": "a.example", **login})
    assert "shared_login" not in one(derive, events)["against"]


@pytest.mark.parametrize("lengths", [(20, 0), (0, 20), (20, 20)])
def test_two_connections_of_one_address_begun_at_one_instant_share_no_login(
    derive: Derive, begin: int, lengths: tuple[int, int]
) -> None:
    login = {"login": "login-a", "login_verified": True}
    events = visits(begin, 11, **login)
    at = begin + 1400 * MINUTE
    for number, minutes in enumerate(lengths):
        span = {"time": at + minutes * MINUTE, "first_instant": at, "last_instant": at + minutes * MINUTE}
        events.append({**span, "connection": f"c{number}", **login})
    assert "shared_login" not in one(derive, events)["against"]


uses = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 12), st.integers(0, 4), st.integers(1, 3)), max_size=20)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(uses)
def test_a_login_is_shared_where_any_two_addresses_overlap(
    derive: Derive, begin: int, drawn: list[tuple[int, int, int, int]]
) -> None:
    events = [
        {
            "time": begin + (first + length) * MINUTE,
            "first_instant": begin + first * MINUTE,
            "connection": f"c{number}",
            "client_address": f"192.0.2.{address}",
            "login": f"login-{login}",
            "login_verified": True,
        }
        for number, (login, first, length, address) in enumerate(drawn)
    ]
    shared = {
        f"login-{one[0]}"
        for one in drawn
        for other in drawn
        if one[0] == other[0] and one[3] != other[3] and one[1] <= other[1] + other[2] and other[1] <= one[1] + one[2]
    }
    rows = derive(events, more_than=0)["subjects"]
    assert {row["login"] for row in rows} == {f"login-{one[0]}" for one in drawn}
    assert {row["login"] for row in rows if "shared_login" in row["against"]} == shared


def test_what_speaks_against_is_said_word_for_word(derive: Derive, begin: int) -> None:
    """Marginal, in one burst, by links from elsewhere, in a declared zone, of unknown host."""
    events: Events = [
        {
            "time": begin + HOUR + n * 34 * MINUTE,
            "referred": "other",
            "zone_known": "declared",
            "host": None,
            "agent": f"{n}",
        }
        for n in range(11)
    ]
    row = one(derive, events)
    assert row["against"] == ["declared_zone", "foreign_page", "host_unknown", "marginal", "one_burst"]


@pytest.mark.parametrize(("referred", "foreign"), [(5, False), (6, True)])
def test_a_page_is_foreign_where_it_referred_half_of_the_events(
    derive: Derive,
    begin: int,
    referred: int,
    foreign: bool,  # noqa: FBT001 - what is expected
) -> None:
    events = visits(begin, 12)
    for event in events[:referred]:
        event["referred"] = "other"
    assert ("foreign_page" in one(derive, events)["against"]) == foreign


@pytest.mark.parametrize(("time", "edge"), [(30 * MINUTE, True), (30 * MINUTE + 1, False)])
def test_the_edge_speaks_where_the_threshold_hangs_on_it(
    derive: Derive,
    begin: int,
    time: int,
    edge: bool,  # noqa: FBT001 - what is expected
) -> None:
    events: Events = [{"time": begin + time}, *visits(begin, 10)]
    assert ("edge" in one(derive, events)["against"]) == edge
    assert "edge" not in one(derive, [{"time": begin + time}, *visits(begin, 11)])["against"]


def test_an_address_on_the_cases_list_is_an_anonymiser(derive: Derive, begin: int) -> None:
    place = {"client_address": "192.0.2.1", "country": "GB", "dataset": "geo.csv", "anonymiser": True}
    assert one(derive, visits(begin, 11), countries=[place])["against"] == ["anonymiser"]


@pytest.mark.parametrize(
    ("event", "word"),
    [
        ({"zone_known": "declared"}, "declared_zone"),
        ({"host": None}, "host_unknown"),
        ({"host": None, "connection": "c"}, None),  # a news log has none, and embeds nothing
        ({"client_address": "192.0.2.2"}, "anonymiser"),
        ({"grade": "contradicted"}, "contradicted"),
    ],
)
def test_one_event_is_enough_for_what_speaks_against(
    derive: Derive, begin: int, event: dict[str, Any], word: str | None
) -> None:
    events = visits(begin, 11, login="login-a", login_verified=True)
    rows = graded(events, "fragile")
    rows[4]["grade"] = event.get("grade", "fragile")
    events[4] |= {name: value for name, value in event.items() if name != "grade"}
    exits = {"client_address": "192.0.2.2", "country": "GB", "dataset": "geo.csv", "anonymiser": True}
    assert one(derive, events, attributions=rows, countries=[exits])["against"] == ([] if word is None else [word])


def test_some_automated_events_are_said(derive: Derive, begin: int) -> None:
    events = visits(begin, 12)
    events[0]["agent"] = "examplebot"
    assert one(derive, events, agents={"examplebot"})["against"] == ["some_automated"]
