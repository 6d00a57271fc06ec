"""Leads: subjects against whom nothing stands that bars a lead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from landmark.tables import DAY, MINUTE

if TYPE_CHECKING:
    from collections.abc import Callable

    Derive = Callable[..., dict[str, list[dict[str, Any]]]]

CLOCK = (97, 311, 402, 633, 851, 1042, 1217, 1439, 1558, 1811, 2026)


def test_a_lead_has_the_providers_country_and_is_no_enquiry(derive: Derive, begin: int) -> None:
    events = [{"time": begin + minute * MINUTE} for minute in CLOCK]
    sure = [{"event": event, "grade": "sure", "accounts": ["account-a"]} for event in range(11)]
    lease = {"address": "192.0.2.1", "account": "account-a", "from": begin, "until": begin + 14 * DAY, "ends": "stated"}
    made = derive(events, attributions=sure, leases=[lease], country="NL")
    (lead,) = made["leads"]
    assert {**lead, "lost": None} == {**made["subjects"][0], "country": "NL"}
    assert (lead["account"], lead["visits"]) == ("account-a", 11)
    assert (made["enquiries"], made["instants"]) == ([], [])


def test_without_subjects_there_is_no_lead(derive: Derive, begin: int) -> None:
    made = derive([{"time": begin}])
    assert (made["subjects"], made["leads"], made["enquiries"], made["instants"]) == ([], [], [], [])


def test_a_subject_against_whom_something_stands_is_no_lead(derive: Derive, begin: int) -> None:
    made = derive([{"time": begin + minute * MINUTE} for minute in CLOCK])
    assert [row["lost"] for row in made["subjects"]] == ["no_assignment"]
    assert made["leads"] == []
