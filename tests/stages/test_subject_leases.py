"""On how many leases and days a subject's account is sure, and with how few it is no lead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

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


def test_a_record_that_begins_two_leases_makes_them_one_though_others_tie_one_of_them_to_a_third(
    derive: Derive, begin: int
) -> None:
    third = "198.51.100.3"
    told = ((HOME, "text-c"), (SIX, "text-c"), (SIX, "text-d"), (third, "text-d"), (third, "text-a"))
    held = [{**leases(begin, (0, 2), address=where)[0], "source": text, "rows": [7]} for where, text in told]
    events = visits(begin, 6, client_address=HOME) + visits(begin + DAY, 6, client_address="2001:db8:0:1::9")
    (row,) = derive(events, attributions=graded(events, "sure"), leases=held)["subjects"]
    assert (row["leases"], row["lost"]) == (1, "single_lease")


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
