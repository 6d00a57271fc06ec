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


def at_home(derive: Derive, begin: int, *held: tuple[float, float], more: dict[str, Any] | None = None) -> Any:  # noqa: ANN401 - a row
    """Give the subject of eleven visits over two days whose account is sure."""
    events = visits(begin, 11, client_address=HOME)
    made = derive(events, attributions=graded(events, "sure"), leases=leases(begin, *held, **(more or {})))
    (row,) = made["subjects"]
    return row


def one(derive: Derive, events: Events, **more: object) -> dict[str, Any]:
    (row,) = derive(events, **more)["subjects"]
    return row


def test_a_subject_has_strictly_more_visits_than_the_threshold(derive: Derive, begin: int) -> None:
    assert derive(visits(begin, 10))["subjects"] == []
    assert one(derive, visits(begin, 11))["visits"] == 11


def test_two_leases_on_two_days_make_a_lead(derive: Derive, begin: int) -> None:
    row = at_home(derive, begin, (0, 0.9), (1, 1.9))
    assert (row["lost"], row["leases"], row["lease_days"], row["against"]) == (None, 2, 2, [])


@pytest.mark.parametrize(("second", "counted"), [(9, 2), (7, 1)])
def test_leases_of_one_address_are_as_many_as_the_records_that_begin_them(
    derive: Derive, begin: int, second: int, counted: int
) -> None:
    """A session that gives its address up and takes it again is one; the next session is another."""
    events = visits(begin, 11, client_address=HOME)
    held = leases(begin, (0, 0.9), (1, 1.9), source="text-a")
    held[0]["rows"], held[1]["rows"] = [7, 8], [second, 12]
    assert one(derive, events, attributions=graded(events, "sure"), leases=held)["leases"] == counted


def test_renewals_without_a_gap_are_one_lease(derive: Derive, begin: int) -> None:
    row = at_home(derive, begin, (0, 1), (1, 3))
    assert (row["lost"], row["leases"], row["lease_days"]) == ("single_lease", 1, 2)
    assert row["against"] == ["single_lease"]


def test_a_microsecond_between_two_leases_is_a_gap(derive: Derive, begin: int) -> None:
    events = visits(begin, 11, client_address=HOME)
    held = leases(begin, (0, 1), (1, 3))
    held[1]["from"] = begin + DAY + 1
    assert one(derive, events, attributions=graded(events, "sure"), leases=held)["leases"] == 2


def test_overlapping_leases_are_one(derive: Derive, begin: int) -> None:
    assert at_home(derive, begin, (0, 3), (0.2, 0.4), (0.5, 2))["leases"] == 1


@pytest.mark.parametrize("held", [((0, 3), (0, 0.9)), ((0, 0.9), (0, 3)), ((0, 0.9), (0, 3), (0, 0.9))])
def test_leases_that_begin_at_one_instant_are_one_whichever_ends_first(
    derive: Derive, begin: int, held: tuple[tuple[float, float], ...]
) -> None:
    assert at_home(derive, begin, *held)["leases"] == 1


def test_two_leases_on_one_day_are_not_enough(derive: Derive, begin: int) -> None:
    events: Events = [{"time": begin + (2 * n + 1) * HOUR + n**2 * MINUTE, "client_address": HOME} for n in range(10)]
    held = leases(begin, (0, 0.4), (0.5, 1))
    row = one(derive, events, attributions=graded(events, "sure"), leases=held, more_than=9)
    assert (row["leases"], row["lease_days"], row["lost"]) == (2, 1, "single_lease")


@pytest.mark.parametrize(("held", "ends"), [((0, 14), "stated"), ((0, -1), "open")])
def test_a_static_assignment_counts_once_for_each_day(
    derive: Derive, begin: int, held: tuple[float, float], ends: str
) -> None:
    row = at_home(derive, begin, held, more={"ends": ends})
    assert (row["leases"], row["lease_days"], row["lost"]) == (2, 2, None)


@pytest.mark.parametrize(("account", "counted"), [("account-a", 3), ("account-b", 2)])
def test_a_static_assignment_counts_by_days_whatever_other_lease_its_account_or_another_has(
    derive: Derive, begin: int, account: str, counted: int
) -> None:
    """One more lease of the account at another address, or another account's of the same address, some days later."""
    where = "198.51.100.2" if account == "account-a" else HOME
    events = visits(begin, 11, client_address=HOME)
    events += [{"time": event["time"] + 5 * DAY, "client_address": where} for event in events]
    attributions = graded(events, "sure")
    for row in attributions[11:]:
        row["accounts"] = [account]
    held = [*leases(begin, (0, 4), ends="stated"), *leases(begin, (5, 8), account=account, address=where)]
    (row, *_) = sorted(
        derive(events, attributions=attributions, leases=held)["subjects"], key=lambda row: row["account"]
    )
    assert (row["account"], row["leases"]) == ("account-a", counted)


def test_a_static_assignment_that_renews_a_lease_is_one_lease_with_it(derive: Derive, begin: int) -> None:
    events = visits(begin, 11, client_address=HOME)
    held = leases(begin, (0, 1), (1, 14))
    held[1]["ends"] = "stated"
    row = one(derive, events, attributions=graded(events, "sure"), leases=held)
    assert (row["leases"], row["lease_days"], row["lost"]) == (1, 2, "single_lease")


def test_a_doubtful_row_is_no_lease(derive: Derive, begin: int) -> None:
    row = at_home(derive, begin, (0, 0.9), (1, 1.9), more={"doubtful": True})
    assert (row["leases"], row["lease_days"], row["lost"]) == (0, 0, "single_lease")


def test_a_lease_that_a_doubtful_stretch_cuts_is_one_lease(derive: Derive, begin: int) -> None:
    events = visits(begin, 11, client_address=HOME)
    held = leases(begin, (0, 1), (1, 1.01), (1.01, 3))
    held[1]["doubtful"] = True
    row = one(derive, events, attributions=graded(events, "sure"), leases=held)
    assert (row["leases"], row["lost"]) == (1, "single_lease")
    held[1]["until"] = begin + DAY + 1
    assert one(derive, events, attributions=graded(events, "sure"), leases=held)["leases"] == 2


def test_at_the_instant_at_which_it_ends_a_lease_holds_no_longer(derive: Derive, begin: int) -> None:
    events = visits(begin, 11, client_address=HOME)
    (held,) = leases(begin, (0, 1))
    held["until"] = events[8]["time"]  # the first on the second day
    row = one(derive, events, attributions=graded(events, "sure"), leases=[held])
    assert (row["leases"], row["lease_days"]) == (1, 1)


def test_at_the_instant_at_which_it_begins_a_lease_holds(derive: Derive, begin: int) -> None:
    events = visits(begin, 11, client_address=HOME)
    (held,) = leases(begin, (0, 14))
    held["from"] = events[10]["time"]
    row = one(derive, events, attributions=graded(events, "sure"), leases=[held])
    assert (row["leases"], row["lease_days"]) == (1, 1)


@pytest.mark.parametrize(("last", "days"), [(DAY - 1, 1), (DAY, 2)])
def test_the_days_of_leases_are_those_of_utc(derive: Derive, begin: int, last: int, days: int) -> None:
    events = [*visits(begin, 7, client_address=HOME), {"time": begin + last, "client_address": HOME}]
    sure = graded(events, "sure")
    row = one(derive, events, attributions=sure, leases=leases(begin, (0, 14), ends="stated"), more_than=7)
    assert (row["leases"], row["lease_days"]) == (days, days)


def test_another_accounts_lease_says_nothing(derive: Derive, begin: int) -> None:
    assert at_home(derive, begin, (0, 0.9), (1, 1.9), more={"account": "account-b"})["leases"] == 0


def test_anothers_lease_of_the_address_between_two_of_one_account_joins_them_not(derive: Derive, begin: int) -> None:
    """Both are subjects: the second has the address while the first is without it."""
    events = visits(begin, 11, client_address=HOME)
    events += [{**event, "time": event["time"] + MINUTE} for event in events]
    attributions = graded(events, "sure")
    for row in attributions[11:]:
        row["accounts"] = ["account-b"]
    held = [*leases(begin, (0, 0.9), (1, 1.9)), *leases(begin, (0.9, 1), account="account-b")]
    rows = derive(events, attributions=attributions, leases=held)["subjects"]
    assert {row["account"]: row["leases"] for row in rows} == {"account-a": 2, "account-b": 0}


@pytest.mark.parametrize("between", [{"address": "198.51.100.2"}, {"account": "account-b"}])
def test_a_renewal_is_one_lease_with_what_it_renews_whatever_else_was_given_out_between(
    derive: Derive, begin: int, between: dict[str, Any]
) -> None:
    events = visits(begin, 11, client_address=HOME)
    events += [{**event, "time": event["time"] + MINUTE, "client_address": "192.0.2.9"} for event in events]
    attributions = graded(events, "sure")
    for row in attributions[11:]:
        row["accounts"] = ["account-b"]
    held = [*leases(begin, (0, 1), (1, 3)), *leases(begin, (0.5, 2), **between)]
    rows = derive(events, attributions=attributions, leases=held)["subjects"]
    assert {row["account"]: row["leases"] for row in rows} == {"account-a": 1, "account-b": 0}


def test_what_did_not_count_makes_no_lease_and_says_nothing_against_anybody(derive: Derive, begin: int) -> None:
    events = visits(begin, 11, client_address=HOME)
    failed = {"time": begin + 5 * DAY, "client_address": HOME, "counts": False, "reason": "failed"}
    said = {"zone_known": "declared", "host": None, "login": "login-a", "login_verified": True}
    events.append({**failed, **said})
    held = leases(begin, (0, 3), (4, 6))
    row = one(derive, events, attributions=graded(events, "sure"), leases=held)
    assert (row["leases"], row["lease_days"], row["against"]) == (1, 2, ["single_lease"])


def test_a_prefix_is_a_lease_of_each_address_in_it(derive: Derive, begin: int) -> None:
    assert at_home(derive, begin, (0, 0.9), (1, 1.9), more={"address": "198.51.100.0/29"})["leases"] == 2


def test_an_address_and_the_prefix_around_it_are_not_two_leases_of_one_event(derive: Derive, begin: int) -> None:
    events = visits(begin, 11, client_address=HOME)
    held = [*leases(begin, (0, 14)), *leases(begin, (0, 14), address="198.51.100.0/29")]
    assert one(derive, events, attributions=graded(events, "sure"), leases=held)["leases"] == 1


SIX = "2001:db8:0:1::/64"


@pytest.mark.parametrize(
    ("here", "there", "leases_made"),
    [
        ((["text-a", 7, 90],), (["text-a", 7, 90],), 1),  # one session with both, over midnight
        ((["text-a", 7, 10],), (["text-a", 7, 90],), 1),  # the one given up, the other to the session's end
        ((["text-a", 7, 90],), (["text-a", 8, 90],), 2),
        ((["text-a", 7, 90],), (["text-b", 7, 90],), 2),
        ((["text-a", 7, 90], ["text-a", 95, 99]), (["text-a", 7, 90],), 1),  # renewed without a gap
        ((["text-a", 9, 90],), (["text-a", 95, 99], ["text-a", 7, 90]), 2),  # begun by another session
    ],
)
def test_the_addresses_of_one_record_are_one_lease(
    derive: Derive, begin: int, here: tuple[list[Any], ...], there: tuple[list[Any], ...], leases_made: int
) -> None:
    events = visits(begin, 8, client_address=HOME)
    events += [
        {"time": begin + minute * MINUTE, "client_address": "2001:db8:0:1::9"} for minute in (1600, 1811, 2026, 2214)
    ]
    made = [
        {**one, "source": text, "rows": rows}
        for told, address in ((here, HOME), (there, SIX))
        for one, (text, *rows) in zip(
            leases(begin, *((day, day + 2) for day in range(0, 2 * len(told), 2)), address=address), told, strict=True
        )
    ]
    row = one(derive, events, attributions=graded(events, "sure"), leases=made)
    assert (row["visits"] > 10, row["leases"], row["lease_days"]) == (True, leases_made, 2)
    assert row["lost"] == ("single_lease" if leases_made == 1 else None)


@pytest.mark.parametrize("other", ["text-0", "text-z"])
def test_a_record_that_begins_two_leases_makes_them_one_whatever_else_tells_of_one_of_them(
    derive: Derive, begin: int, other: str
) -> None:
    """Two sources tell of the home address from one instant on; only one of them knows the other address."""
    events = visits(begin, 8, client_address=HOME)
    events += [
        {"time": begin + minute * MINUTE, "client_address": "2001:db8:0:1::9"} for minute in (1600, 1811, 2026, 2214)
    ]
    held = [{**row, "source": text, "rows": [7]} for text in ("text-a", other) for row in leases(begin, (0, 2))]
    held += [{**row, "source": "text-a", "rows": [7]} for row in leases(begin, (0, 2), address=SIX)]
    row = one(derive, events, attributions=graded(events, "sure"), leases=held)
    assert (row["leases"], row["lease_days"], row["lost"]) == (1, 2, "single_lease")


def test_anothers_record_of_the_same_addresses_makes_no_lease_of_two(derive: Derive, begin: int) -> None:
    mornings = [begin + minute * MINUTE for minute in (1600, 1811, 2026, 2214)]
    events = visits(begin, 8, client_address=HOME)
    events += [{"time": time, "client_address": "2001:db8:0:1::9"} for time in mornings]
    own = graded(events, "sure")
    events += visits(begin, 11)
    anothers = [{**row, "accounts": ["account-b"]} for row in graded(events, "sure")[len(own) :]]
    made = [
        {**row, "source": text, "rows": rows}
        for account, span, where, text, rows in (
            ("account-a", (0, 2), HOME, "text-a", [7]),
            ("account-a", (0, 2), SIX, "text-b", [8]),
            ("account-b", (-2, 0), HOME, "text-0", [1]),
            ("account-b", (-2, 0), SIX, "text-0", [1]),
        )
        for row in leases(begin, span, account=account, address=where)
    ]
    rows = derive(events, attributions=[*own, *anothers], leases=made)["subjects"]
    assert {row["account"]: row["leases"] for row in rows} == {"account-a": 2, "account-b": 0}


def test_an_address_that_a_session_gets_later_is_the_same_lease(derive: Derive, begin: int) -> None:
    """It is doubtful from the session's begin until a packet names it: the record of that begin tells of both."""
    events = visits(begin, 8, client_address=HOME)
    events += [
        {"time": begin + minute * MINUTE, "client_address": "198.51.100.77"} for minute in (1600, 1811, 2026, 2214)
    ]
    first, later = (leases(begin, span, address=where) for span, where in (((0, 1), HOME), ((1, 2), "198.51.100.77")))
    unsure = {**later[0], "from": begin, "until": later[0]["from"], "doubtful": True}
    told = zip((*first, unsure, *later), ([7, 10], [7, 19], [19, 28]), strict=True)
    made = [{**each, "source": "text-a", "rows": rows} for each, rows in told]
    row = one(derive, events, attributions=graded(events, "sure"), leases=made)
    assert (row["leases"], row["lease_days"], row["lost"]) == (1, 2, "single_lease")


def test_a_doubtful_end_takes_from_nobody_that_his_address_is_static(derive: Derive, begin: int) -> None:
    events = visits(begin, 12, client_address=HOME)
    (stated,) = leases(begin, (0, 5), address=HOME)
    tail = {
        **stated,
        "from": stated["until"],
        "until": stated["until"] + 60 * MINUTE,
        "doubtful": True,
        "ends": "replaced",
    }
    row = one(derive, events, attributions=graded(events, "sure"), leases=[{**stated, "ends": "stated"}, tail])
    assert (row["leases"], row["lease_days"]) == (2, 2)


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


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
