"""Whether anybody sat there: automated, unattended, leaf and known, at their exact edges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from landmark.tables import DAY, HOUR, MINUTE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Derive = Callable[..., dict[str, list[dict[str, Any]]]]
    Events = list[dict[str, Any]]

# No two differences of these hours and minutes are near one period.
CLOCK = (0, 97, 311, 402, 633, 851, 1042, 1217, 1439, 1558, 1811, 2026, 2214, 2467, 2693, 2861, 3077, 3298, 3512, 3763)


def irregular(begin: int, visits: int, **columns: object) -> Events:
    """Give one event a visit, at no rhythm."""
    return [
        {"time": begin + minute * MINUTE + number * 7_000_000, **columns}
        for number, minute in enumerate(CLOCK[:visits])
    ]


def one(derive: Derive, events: Iterable[dict[str, Any]], **more: object) -> dict[str, Any]:
    (row,) = derive(list(events), **more)["conduct"]
    return row


def test_a_person_is_none_of_them(derive: Derive, begin: int) -> None:
    row = one(derive, irregular(begin, 20))
    assert (row["machine"], row["machine_why"], row["attended_visits"]) == (None, None, 20)


def test_a_visitor_whose_agent_is_on_the_list_is_automated(derive: Derive, begin: int) -> None:
    row = one(derive, irregular(begin, 11, agent="examplebot"), agents={"examplebot"})
    assert (row["machine"], row["attended_visits"], row["automated_events"]) == ("automated", 0, 11)
    assert row["machine_why"].startswith("0 of 11 visits hold an event that is not a known machine's")


def test_by_what_each_event_is_a_machines_is_counted(derive: Derive, begin: int) -> None:
    events = irregular(begin, 11, login="login-a", login_verified=True)
    for number, event in enumerate(events):
        event["agent"] = "examplebot" if number < 8 else "Another/2.0"
        event["client_address"] = "192.0.2.2" if 3 <= number < 8 else "192.0.2.1"
    asked = {"time": begin, "agent": "Another/2.0", "object": "/robots.txt", "counts": False, "reason": "failed"}
    row = one(derive, [*events, asked], agents={"examplebot"}, addresses={"192.0.2.2"})
    assert row["machine_why"] == (
        "0 of 11 visits hold an event that is not a known machine's; of 11 events 8 are by an agent on the list, "
        "3 by an agent that asked that address's robots.txt, 5 from a crawler's network"
    )


@pytest.mark.parametrize(("human", "machine"), [(10, "automated"), (11, None)])
def test_automated_is_whoever_has_too_few_visits_left(
    derive: Derive, begin: int, human: int, machine: str | None
) -> None:
    events = irregular(begin, 20, agent="examplebot")
    events[:human] = irregular(begin, human)
    row = one(derive, events, agents={"examplebot"})
    assert (row["machine"], row["attended_visits"], row["automated_events"]) == (machine, human, 20 - human)


def test_a_person_behind_a_machines_visits_is_seen(derive: Derive, begin: int) -> None:
    """Each visit holds an event of both: none of them is nobody's."""
    both = [*irregular(begin, 11, agent="examplebot"), *irregular(begin, 11)]
    row = one(derive, both, agents={"examplebot"})
    assert (row["machine"], row["attended_visits"]) == (None, 11)


def test_whoever_asked_for_robots_txt_is_automated_with_that_agent(derive: Derive, begin: int) -> None:
    asked = {"time": begin, "object": "/robots.txt?x=1", "counts": False, "reason": "failed"}
    assert one(derive, [*irregular(begin, 11), asked])["machine"] == "automated"
    other_agent = {**asked, "agent": "Another/2.0"}
    assert one(derive, [*irregular(begin, 11), other_agent])["machine"] is None
    other_address = {**asked, "client_address": "192.0.2.9"}
    assert one(derive, [*irregular(begin, 11), other_address])["machine"] is None


def test_who_asked_for_robots_txt_is_known_by_the_host_name_where_the_log_has_no_address(
    derive: Derive, begin: int
) -> None:
    asked = {"time": begin, "object": "/robots.txt", "client_address": None, "counts": False, "reason": "failed"}
    events = irregular(begin, 11, client_address=None, client_host="a.example")
    assert one(derive, [*events, {**asked, "client_host": "a.example"}])["machine"] == "automated"
    assert one(derive, [*events, {**asked, "client_host": "b.example"}])["machine"] is None


def test_where_no_agent_is_logged_whoever_asked_for_robots_txt_is_known_by_the_address(
    derive: Derive, begin: int
) -> None:
    asked = {"time": begin, "object": "/robots.txt", "agent": None, "counts": False, "reason": "failed"}
    assert one(derive, [*irregular(begin, 11, agent=None), asked])["machine"] == "automated"
    assert one(derive, [*irregular(begin, 11), asked])["machine"] is None


@pytest.mark.parametrize("path", ["/robots.txt.old", "/board/robots.txt", "/Robots.txt", "/?/robots.txt"])
def test_another_path_is_not_robots_txt(derive: Derive, begin: int, path: str) -> None:
    asked = {"time": begin, "object": path, "counts": False, "reason": "failed"}
    assert one(derive, [*irregular(begin, 11), asked])["machine"] is None


def test_an_address_in_a_crawlers_network_is_automated(derive: Derive, begin: int) -> None:
    row = one(derive, irregular(begin, 11), addresses={"192.0.2.1"})
    assert row["machine"] == "automated"
    assert "11 from a crawler's network" in row["machine_why"]


def test_an_agent_that_is_missing_says_nothing(derive: Derive, begin: int) -> None:
    assert one(derive, irregular(begin, 11, agent=None), agents={"", "-"})["machine"] is None


@pytest.mark.parametrize(("on_it", "machine"), [(18, "unattended"), (17, None)])
def test_nine_in_ten_events_on_one_path_is_unattended(
    derive: Derive, begin: int, on_it: int, machine: str | None
) -> None:
    events = irregular(begin, 20)
    for event in events[:on_it]:
        event["object"] = "/board/feed?format=xml"
    row = one(derive, events)
    assert row["machine"] == machine
    assert row["machine_why"] == (f"{on_it} of 20 events ask for one path" if machine else None)


def test_one_path_on_two_hosts_is_two_paths(derive: Derive, begin: int) -> None:
    events = irregular(begin, 20, object="/")
    for event in events[:10]:
        event["host"] = "forum-b.example"
    assert one(derive, events)["machine"] is None


@pytest.mark.parametrize(("paths", "machine"), [(1, "unattended"), (2, None)])
def test_one_path_of_a_log_that_writes_no_host_is_one(
    derive: Derive, begin: int, paths: int, machine: str | None
) -> None:
    events = irregular(begin, 20, host=None)
    for number, event in enumerate(events):
        event["object"] = f"/board/{number % paths}"
    assert one(derive, events)["machine"] == machine


def test_a_picture_on_one_path_is_an_event_on_that_path(derive: Derive, begin: int) -> None:
    """Nine in ten counting events, whatever was asked for; the path need not be a page's."""
    events = irregular(begin, 20, object="/board/a.gif", static=True, action="fetch", referred="own")
    row = one(derive, events)
    assert row["machine"] == "unattended"
    assert row["machine_why"] == "20 of 20 events ask for one path"


def test_what_did_not_count_is_neither_on_a_path_nor_a_start(derive: Derive, begin: int) -> None:
    failed = {"counts": False, "reason": "failed", "object": "/board/feed"}
    polled = [{"time": begin + hour * HOUR, **failed} for hour in range(60)]
    assert one(derive, [*irregular(begin, 20), *polled])["machine"] is None


def test_a_query_makes_another_path(derive: Derive, begin: int) -> None:
    events = irregular(begin, 20)
    for number, event in enumerate(events):
        event["object"] = f"/board/?page={number}"
    assert one(derive, events)["machine"] is None


def test_a_newsgroup_is_a_target_and_not_a_path(derive: Derive, begin: int) -> None:
    events = irregular(begin, 20, object="test.watched.a", host=None, agent=None)
    for number, event in enumerate(events):
        event["connection"] = f"c{number}"
    assert one(derive, events)["machine"] is None


def test_a_clock_that_asks_is_unattended_night_pause_or_not(derive: Derive, begin: int) -> None:
    hours = [hour for day in range(2) for hour in range(day * 24 + 8, day * 24 + 20)]
    row = one(derive, [{"time": begin + hour * HOUR} for hour in hours])
    assert row["machine"] == "unattended"
    assert row["machine_why"] == "23 of 23 intervals between starts lie within a minute of a multiple of 60 minutes"


def test_a_period_of_hours_is_said_in_hours(derive: Derive, begin: int) -> None:
    row = one(derive, [{"time": begin + day * 24 * HOUR} for day in range(12)])
    assert row["machine_why"] == "11 of 11 intervals between starts lie within a minute of a multiple of 24 hours"


@pytest.mark.parametrize(("minutes", "said"), [(90, "90 minutes"), (120, "2 hours")])
def test_a_period_is_said_in_hours_from_two_hours_on(derive: Derive, begin: int, minutes: int, said: str) -> None:
    row = one(derive, [{"time": begin + number * minutes * MINUTE} for number in range(12)])
    assert row["machine_why"].endswith(f"a multiple of {said}")


def test_ten_intervals_are_needed(derive: Derive, begin: int) -> None:
    eleven = [{"time": begin + number * HOUR} for number in range(11)]
    assert one(derive, eleven)["machine"] == "unattended"
    assert one(derive, eleven[:10], more_than=5)["machine"] is None


def test_starts_of_connections_are_their_connect_lines(derive: Derive, begin: int) -> None:
    """A group line is written when the group is left: its time is no clock's, and the connect line's is."""
    events: Events = []
    for number in range(12):
        connect = begin + number * 2 * HOUR
        for late in (3 + 7 * number % 50, 5 + 11 * number % 60):
            line = {"first_instant": connect, "connection": f"c{number}", "object": "test.watched.a"}
            events.append({"time": connect + late * MINUTE, **line})
    row = one(derive, events, visit_gap=15 * MINUTE)
    assert row["machine"] == "unattended"
    assert row["machine_why"] == "11 of 11 intervals between starts lie within a minute of a multiple of 2 hours"


def test_connections_and_page_requests_are_one_row_of_starts(derive: Derive, begin: int) -> None:
    """Every other hour a page, every other a connection: intervals of one hour each."""
    events: Events = [{"time": begin + hour * HOUR} for hour in range(12)]
    for event in events[::2]:
        event |= {"connection": f"c{event['time']}", "object": "test.watched.a", "host": None}
    row = one(derive, events)
    assert row["machine_why"] == "11 of 11 intervals between starts lie within a minute of a multiple of 60 minutes"


def test_a_static_object_is_no_start(derive: Derive, begin: int) -> None:
    pictures = {"static": True, "action": "fetch", "referred": "own"}
    events = irregular(begin, 20) + [{"time": begin + hour * HOUR, **pictures} for hour in range(60)]
    assert one(derive, events)["machine"] is None


@pytest.mark.parametrize(("logins", "machine"), [(2, "leaf"), (1, None)])
def test_two_verified_logins_on_two_days_are_a_leaf(
    derive: Derive, begin: int, logins: int, machine: str | None
) -> None:
    events = irregular(begin, 20)
    for day in range(2):
        for number in range(logins):
            login = {"login": f"login-{number}", "login_verified": True}
            events.append({"time": begin + day * DAY + number * MINUTE, **login})
    sure = [{"event": number, "grade": "sure", "accounts": ["account-a"]} for number in range(len(events))]
    row = one(derive, events, attributions=sure)
    assert row["machine"] == machine
    assert row["machine_why"] == ("on 2 days two verified logins or more under it" if machine else None)


def test_two_logins_on_one_day_are_no_leaf(derive: Derive, begin: int) -> None:
    events = irregular(begin, 20)
    events += [{"time": begin, "login": f"login-{number}", "login_verified": True} for number in range(2)]
    sure = [{"event": number, "grade": "sure", "accounts": ["account-a"]} for number in range(len(events))]
    assert one(derive, events, attributions=sure)["machine"] is None


def test_logins_that_nobody_verified_are_no_leaf(derive: Derive, begin: int) -> None:
    events = irregular(begin, 20)
    events += [{"time": begin + number % 2 * DAY, "login": f"login-{number}"} for number in range(4)]
    assert one(derive, events)["machine"] is None


@pytest.mark.parametrize(("days", "agents", "machine"), [(2, 3, "leaf"), (1, 3, None), (2, 2, None)])
def test_three_agents_at_once_on_two_days_are_a_leaf(
    derive: Derive, begin: int, days: int, agents: int, machine: str | None
) -> None:
    events = irregular(begin, 20, agent=None)
    for day in range(days):
        noon = begin + day * DAY + 12 * HOUR
        for agent in range(agents):
            ends = (noon + agent * MINUTE, noon + 10 * MINUTE + agent * MINUTE)
            events += [{"time": time, "agent": f"Agent/{agent}"} for time in ends]
    row = one(derive, events)
    assert row["machine"] == machine
    assert row["machine_why"] == ("on 2 days three agents or more at one instant" if machine else None)


@pytest.mark.parametrize(("third", "machine"), [("Agent/2", "leaf"), ("-", None), ("", None), (None, None)])
def test_an_agent_that_is_not_told_is_nobodys(
    derive: Derive, begin: int, third: str | None, machine: str | None
) -> None:
    events = irregular(begin, 20, agent=None)
    for day in range(2):
        noon = begin + day * DAY + 12 * HOUR
        for agent in ("Agent/0", "Agent/1", third):
            events += [{"time": time, "agent": agent} for time in (noon, noon + 10 * MINUTE)]
    assert one(derive, events)["machine"] == machine


def test_two_logins_on_one_day_and_three_agents_on_another_are_a_leaf(derive: Derive, begin: int) -> None:
    events = irregular(begin, 20, agent=None)
    events += [
        {"time": begin, "login": f"login-{number}", "login_verified": True, "agent": None} for number in range(2)
    ]
    noon = begin + DAY + 12 * HOUR
    events += [{"time": noon + (agent % 3) * MINUTE, "agent": f"Agent/{agent % 3}"} for agent in range(3)]
    events += [{"time": noon + (10 + agent) * MINUTE, "agent": f"Agent/{agent}"} for agent in range(3)]
    sure = [{"event": number, "grade": "sure", "accounts": ["account-a"]} for number in range(len(events))]
    row = one(derive, events, attributions=sure)
    assert row["machine"] == "leaf"
    assert row["machine_why"] == (
        "on 1 days two verified logins or more under it, on 1 days three agents or more at one instant"
    )


def test_two_logins_and_three_agents_on_one_day_are_one_day_and_no_leaf(derive: Derive, begin: int) -> None:
    events = irregular(begin, 20, agent=None)
    noon = begin + 12 * HOUR
    events += [{"time": noon, "login": f"login-{number}", "login_verified": True, "agent": None} for number in range(2)]
    events += [{"time": noon + late, "agent": f"Agent/{agent}"} for late in (0, MINUTE) for agent in range(3)]
    sure = [{"event": number, "grade": "sure", "accounts": ["account-a"]} for number in range(len(events))]
    assert one(derive, events, attributions=sure)["machine"] is None


@pytest.mark.parametrize(("apart", "machine"), [(0, "leaf"), (1, None)])
def test_an_agents_visit_ends_where_its_own_pause_is_longer_than_the_gap(
    derive: Derive, begin: int, apart: int, machine: str | None
) -> None:
    """Of each agent two requests, half an hour apart or a little more, and only between them are all three there."""
    events = irregular(begin, 20, agent=None)
    for day in range(2):
        noon = begin + day * DAY + 12 * HOUR
        for agent in range(3):
            first = noon + agent * 10 * MINUTE
            events += [{"time": time, "agent": f"Agent/{agent}"} for time in (first, first + 30 * MINUTE + apart)]
    assert one(derive, events)["machine"] == machine


def test_two_agents_of_a_login_and_a_third_under_another_do_not_make_either_a_leaf(derive: Derive, begin: int) -> None:
    events = []
    for login, agents in (("login-a", (0, 1)), ("login-b", (1, 2))):
        verified = {"login": login, "login_verified": True}
        events += irregular(begin, 20, agent=None, **verified)
        for day in range(2):
            noon = begin + day * DAY + 12 * HOUR
            ends = (0, 10 * MINUTE)
            events += [{"time": noon + end, "agent": f"Agent/{agent}", **verified} for agent in agents for end in ends]
    rows = derive(events)["conduct"]
    assert [row["machine"] for row in rows] == [None, None]


def test_agents_one_after_another_are_no_leaf(derive: Derive, begin: int) -> None:
    """A person who changes the browser: the visits of the agents touch, and three never overlap."""
    events = irregular(begin, 20, agent=None)
    for day in range(4):
        noon = begin + day * DAY + 12 * HOUR
        for agent in range(3):
            ends = (noon + agent * 10 * MINUTE, noon + (agent + 1) * 10 * MINUTE - 1)
            events += [{"time": time, "agent": f"Agent/{agent}"} for time in ends]
    assert one(derive, events)["machine"] is None


def test_what_the_case_says_is_a_leaf_is_one(derive: Derive, begin: int) -> None:
    row = one(derive, irregular(begin, 20), leaf_events=set(range(20)))
    assert (row["machine"], row["machine_why"]) == ("leaf", "the case says that it serves several people")


@pytest.mark.parametrize(("others", "machine"), [(10, "leaf"), (11, None)])
def test_a_leaf_is_whoever_has_too_few_visits_but_at_what_the_case_says_is_one(
    derive: Derive, begin: int, others: int, machine: str | None
) -> None:
    assert one(derive, irregular(begin, 20), leaf_events=set(range(others, 20)))["machine"] == machine


@pytest.mark.parametrize(("outside", "machine"), [(10, "known"), (11, None)])
def test_known_is_whoever_has_too_few_visits_outside_the_named_periods(
    derive: Derive, begin: int, outside: int, machine: str | None
) -> None:
    row = one(derive, irregular(begin, 20), known_events=set(range(outside, 20)))
    assert (row["machine"], row["attended_visits"]) == (machine, outside)
    said = "10 of 20 visits hold an event outside the periods that the case names"
    assert row["machine_why"] == (said if machine else None)


def test_visits_of_machines_and_of_a_unit_together_may_leave_too_few(derive: Derive, begin: int) -> None:
    events = irregular(begin, 20)
    for event in events[:8]:
        event["agent"] = "examplebot"
    row = one(derive, events, agents={"examplebot"}, known_events=set(range(12, 20)))
    assert (row["machine"], row["attended_visits"]) == ("known", 4)


def test_the_first_that_fits_is_the_machine_and_every_reason_is_said(derive: Derive, begin: int) -> None:
    events = irregular(begin, 11, agent="examplebot", object="/")
    row = one(derive, events, agents={"examplebot"}, leaf_events=set(range(11)), known_events=set(range(11)))
    assert row["machine"] == "automated"
    assert row["machine_why"].split("; ")[2:] == [
        "11 of 11 events ask for one path",
        "the case says that it serves several people",
        "0 of 11 visits hold an event outside the periods that the case names",
    ]


def test_no_name_stands_in_the_reason(derive: Derive, begin: int) -> None:
    events = irregular(begin, 11, agent="examplebot", object="/secret-path")
    why = one(derive, events, agents={"examplebot"})["machine_why"]
    assert not any(word in why for word in ("examplebot", "secret", "192.0.2.1", "forum-a"))
