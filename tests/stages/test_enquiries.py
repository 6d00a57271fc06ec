"""Enquiries: every other subject, once for each country of its addresses, with the instants to ask about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from landmark.tables import DAY, HOUR, MINUTE, SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

    Derive = Callable[..., dict[str, list[dict[str, Any]]]]
    Events = list[dict[str, Any]]

CLOCK = (97, 311, 402, 633, 851, 1042, 1217, 1439, 1558, 1811, 2026, 2214)


def visits(begin: int, count: int = 11, **columns: object) -> Events:
    return [{"time": begin + minute * MINUTE + n * 7_000_000, **columns} for n, minute in enumerate(CLOCK[:count])]


def place(address: str, country: str, **more: object) -> dict[str, Any]:
    return {"client_address": address, "country": country, "dataset": "geo.csv", "dataset_date": "2001-10-01", **more}


def test_a_subject_that_is_no_lead_is_asked_about_with_its_reason(derive: Derive, begin: int) -> None:
    (row,) = derive(visits(begin), countries=[place("192.0.2.1", "NL")])["enquiries"]
    assert (row["country"], row["candidate"], row["dataset"], row["dataset_date"]) == (
        "NL",
        None,
        "geo.csv",
        "2001-10-01",
    )
    assert (row["lost"], row["visits"]) == ("no_assignment", 11)


@pytest.mark.parametrize(
    ("suspects", "asked"),
    [
        ({"agents": {"A Browser/1.0"}}, 0),
        ({"known_events": set(range(11))}, 0),
        ({"leaf_events": set(range(11))}, 1),
        ({"leaf_events": set(range(11)), "known_events": set(range(11))}, 0),
    ],
)
def test_who_is_automated_or_known_is_not_asked_about_whatever_else_it_is(
    derive: Derive, begin: int, suspects: dict[str, Any], asked: int
) -> None:
    assert len(derive(visits(begin), **suspects)["enquiries"]) == asked


def test_who_is_unattended_is_asked_about(derive: Derive, begin: int) -> None:
    (row,) = derive([{"time": begin + n * HOUR} for n in range(11)])["enquiries"]
    assert row["lost"] == "unattended"


def test_a_login_in_two_countries_is_two_enquiries_each_with_its_own_instants(derive: Derive, begin: int) -> None:
    events = visits(begin, login="login-a", login_verified=True)
    for event in events[:4]:
        event["client_address"] = "192.0.2.2"
    countries = [place("192.0.2.1", "NL"), place("192.0.2.2", "DE")]
    made = derive(events, countries=countries)
    assert [(row["country"], row["visits"]) for row in made["enquiries"]] == [("DE", 11), ("NL", 11)]
    asked = [(row["country"], row["client_address"]) for row in made["instants"]]
    assert asked == [("DE", "192.0.2.2")] * 4 + [("NL", "192.0.2.1")] * 7


def test_each_is_asked_about_in_the_countries_of_its_own_addresses_alone(derive: Derive, begin: int) -> None:
    """Two subjects that are to be asked about, and one who came too seldom for it."""
    events = [
        *visits(begin, client_address="192.0.2.1"),
        *visits(begin, client_address="192.0.2.2"),
        *visits(begin, 10, client_address="192.0.2.3"),
    ]
    countries = [place("192.0.2.1", "NL"), place("192.0.2.2", "ZZ", candidate="DE"), place("192.0.2.3", "FR")]
    made = derive(sorted(events, key=lambda event: int(str(event["time"]))), countries=countries)
    asked = [(row["country"], row["client_address"], row["candidate"]) for row in made["enquiries"]]
    assert sorted(asked) == [("NL", "192.0.2.1", None), ("ZZ", "192.0.2.2", "DE")]
    instants = [(row["country"], row["client_address"], row["candidate"]) for row in made["instants"]]
    assert sorted(instants, key=str) == [("NL", "192.0.2.1", None)] * 11 + [("ZZ", "192.0.2.2", "DE")] * 11


def test_a_lead_is_not_asked_about_beside_another_who_is(derive: Derive, begin: int) -> None:
    events = [*visits(begin), *visits(begin, client_address="192.0.2.2")]
    sure = [{"event": event, "grade": "sure", "accounts": ["account-a"]} for event in range(11)]
    lease = {"address": "192.0.2.1", "account": "account-a", "from": begin, "until": begin + 14 * DAY, "ends": "stated"}
    made = derive(events, attributions=sure, leases=[lease])
    assert [row["account"] for row in made["leads"]] == ["account-a"]
    assert [(row["basis"], row["client_address"]) for row in made["enquiries"]] == [("address", "192.0.2.2")]


def test_where_nothing_was_reached_nobody_is_asked(derive: Derive, begin: int) -> None:
    events = visits(begin, login="login-a", login_verified=True)
    events.append({**events[-1], "client_address": "192.0.2.2", "counts": False, "reason": "failed"})
    made = derive(events, countries=[place("192.0.2.1", "NL"), place("192.0.2.2", "DE")])
    assert [row["country"] for row in made["enquiries"]] == ["NL"]


@pytest.mark.parametrize(("attended", "asked"), [(11, 1), (10, 0)])
def test_who_came_no_oftener_than_the_threshold_but_for_work_is_not_asked_about(
    derive: Derive, begin: int, attended: int, asked: int
) -> None:
    at_work = set(range(attended, 12))
    assert len(derive(visits(begin, 12), known_events=at_work)["enquiries"]) == asked


def test_candidates_of_a_data_set_too_old_stand_beside(derive: Derive, begin: int) -> None:
    events = visits(begin, login="login-a", login_verified=True)
    for number, event in enumerate(events[:4]):
        event["client_address"] = f"192.0.2.{2 + number}"
    told = [("192.0.2.1", "NL"), ("192.0.2.2", "DE"), ("192.0.2.3", "NL"), ("192.0.2.4", None)]
    countries = [place(address, "ZZ", candidate=candidate) for address, candidate in told]
    made = derive(events, countries=countries)
    (row,) = made["enquiries"]
    assert (row["country"], row["candidate"], row["dataset"]) == ("ZZ", "DE, NL", "geo.csv")
    assert {one["client_address"]: one["candidate"] for one in made["instants"]} == {
        **dict(told),
        "192.0.2.5": None,
    }


def test_a_host_name_without_address_has_no_country(derive: Derive, begin: int) -> None:
    made = derive(visits(begin, client_address=None, client_host="client.example"))
    (row,) = made["enquiries"]
    assert (row["country"], row["candidate"], row["dataset"], row["dataset_date"]) == ("ZZ", None, "", None)
    assert {one["client_host"] for one in made["instants"]} == {"client.example"}
    assert len(made["instants"]) == 11


def test_instants_are_the_first_of_each_visit_at_each_address_and_port(derive: Derive, begin: int) -> None:
    written = {"time_text": "as written", "zone": "+0000", "time_until": begin + HOUR + SECOND}
    events: Events = [
        {"time": begin + HOUR, "client_port": 40_001, **written},
        {"time": begin + HOUR + MINUTE, "client_port": 40_001},
        {"time": begin + HOUR + 2 * MINUTE, "client_port": 40_002},
        {"time": begin + HOUR + 3 * MINUTE},
        {"time": begin + HOUR + 4 * MINUTE},
        {"time": begin + HOUR + 4 * MINUTE, "counts": False, "reason": "failed", "client_port": 40_003},
        {"time": begin + 3 * HOUR, "client_port": 40_001},
    ]
    rows = derive(events, more_than=1)["instants"]
    assert [(row["visit"], row["event"], row["client_port"]) for row in rows] == [
        (1, 0, 40_001),
        (1, 2, 40_002),
        (1, 3, None),
        (2, 6, 40_001),
    ]
    assert {name: rows[0][name] for name in ("time", *written)} == {"time": begin + HOUR, **written}
    assert [row["time_until"] for row in rows[1:]] == [None] * 3


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"client_address": "192.0.2.1"}, {"client_address": "192.0.2.2"}),
        (
            {"client_address": None, "client_host": "a.example"},
            {"client_address": None, "client_host": "b.example"},
        ),
        ({"login": "login-a"}, {"login": "login-b"}),  # of one address, each in a first visit of its own
    ],
    ids=["addresses", "host names", "visitors"],
)
def test_within_one_visit_each_address_host_name_and_visitor_is_asked_about(
    derive: Derive, begin: int, first: dict[str, Any], second: dict[str, Any]
) -> None:
    login = {"login": "login-a", "login_verified": True}
    events: Events = [
        {"time": begin + (1 + 3 * visit) * HOUR + number * MINUTE, **login, **where}
        for visit in range(2)
        for number, where in enumerate((first, second, first, second))
    ]
    rows = derive(events, more_than=1)["instants"]
    assert sorted((row["visit"], row["event"]) for row in rows) == [(1, 0), (1, 1), (2, 4), (2, 5)]


def test_anothers_visits_at_the_same_hours_are_asked_about_apart(derive: Derive, begin: int) -> None:
    """The second visitor's first visit is at the hour of the first one's second."""
    hours = {"192.0.2.1": (1, 4, 7), "192.0.2.2": (4, 7)}
    events: Events = [
        {"time": begin + hour * HOUR, "client_address": address}
        for hour in (1, 4, 7)
        for address, own in hours.items()
        if hour in own
    ]
    rows = derive(events, more_than=1)["instants"]
    asked = {
        address: [(row["visit"], row["time"]) for row in rows if row["client_address"] == address] for address in hours
    }
    assert asked == {
        address: [(visit, begin + hour * HOUR) for visit, hour in enumerate(own, 1)] for address, own in hours.items()
    }


def test_of_a_news_connection_the_connect_line_is_asked_about(derive: Derive, begin: int) -> None:
    """Its group line is written when the group is left: where a line broke, the address may be another's by then."""
    connect = {"action": "connect", "counts": False, "reason": "connection", "target": None}
    events: Events = []
    for number in range(2):
        first, last = begin + (1 + 3 * number) * HOUR, begin + (2 + 3 * number) * HOUR
        line = {"connection": f"line-{number}", "first_instant": first, "last_instant": last}
        events += [
            {**line, **connect, "time": first, "event_id": f"line-{number}", "time_text": f"connect {number}"},
            {**line, "time": last - MINUTE, "event_id": f"group-a-{number}", "time_text": "group"},
            {**line, "time": last, "event_id": f"group-b-{number}", "time_text": "group", "target": "group-b"},
        ]
    made = derive(events, more_than=1)
    assert [(row["visit"], row["event"], row["time"], row["time_text"], row["target"]) for row in made["instants"]] == [
        (1, 0, begin + HOUR, "connect 0", "forum-a"),
        (2, 3, begin + 4 * HOUR, "connect 1", "forum-a"),
    ]


def test_every_visit_of_an_enquiry_has_an_instant(derive: Derive, begin: int) -> None:
    events = visits(begin, 12)
    events[3] |= {"first_instant": events[3]["time"], "time": begin + 700 * MINUTE, "connection": "c"}
    made = derive(sorted(events, key=lambda event: int(str(event["time"]))))
    assert [row["visit"] for row in made["instants"]] == list(range(1, made["visitors"][0]["visits"] + 1))
