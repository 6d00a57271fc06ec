"""The report and a country's folder show a hint at its subject, as no lead and without the accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from landmark import store
from landmark.hints import ASSUMED, expected, millionths, sure_on
from landmark.referral.country import folder
from landmark.report.page import report
from landmark.tables import INSTANTS

if TYPE_CHECKING:
    from collections.abc import Callable

    Row = dict[str, Any]

ACCOUNT = "cafe" * 8
NAME = f"{7:016x}"


@pytest.fixture
def hint() -> Row:
    return {
        "visitor_id": NAME,
        "login": "b" * 32,
        "visits": 12,
        "events": 14,
        "sizes": [4, 4, 8],
        "grade": "narrowed",
        "accounts": [ACCOUNT],
        "remaining": 1,
        "customers": 1200,
        "expected_ppm": millionths(expected([4, 4, 8], 1200)),
    }


def a_login(make_subject: Callable[..., Row]) -> Row:
    return make_subject(7, basis="login", account=None, login="b" * 32, lost="shared", against=["shared_address"])


def test_the_report_shows_the_hint_at_its_subject_and_no_account(
    make: Callable[..., Any], make_subject: Callable[..., Row], hint: Row
) -> None:
    subjects = [a_login(make_subject), make_subject(8)]
    world = make(subjects, {f"{8:016x}": "GB"}, [(NAME, "DE")], narrowed=[hint])
    text = report(world.case, world.funnel, world.tables)
    card = text.split(f'id="s{NAME}"', 1)[1].split("</article>", 1)[0]
    assert "<dt>Hint</dt>" in card
    assert "1 account is among the candidates of every one" in card
    assert ASSUMED in card
    assert text.count("<dt>Hint</dt>") == 1
    assert ACCOUNT not in text


def test_the_report_shows_the_count_by_address(make: Callable[..., Any], make_subject: Callable[..., Row]) -> None:
    world = make([make_subject(8)], {f"{8:016x}": "GB"})
    assert "By address alone" not in report(world.case, world.funnel, world.tables)
    world.funnel["by_address"] = {"visits": 9, "visitors": 4, "over_threshold": 1}
    text = report(world.case, world.funnel, world.tables)
    assert "By address alone: 9 visits of 4 visitors, 1 over the threshold." in text


def test_a_countrys_folder_says_the_hint_at_the_enquiry_and_names_nobody(
    make: Callable[..., Any], make_subject: Callable[..., Row], hint: Row
) -> None:
    subjects = [a_login(make_subject), make_subject(8)]
    world = make(subjects, {f"{8:016x}": "DE"}, [(NAME, "DE")], narrowed=[hint])
    files = folder(world.case, "DE", {**world.tables, "instants": store.empty(INSTANTS)})
    for name in ("enquiries.csv", "enquiries.json", "index.html"):
        assert b"1 account is among the candidates of every one" in files[name], name
    for name in ("leads.csv", "leads.json"):
        assert b"candidates" not in files[name], name
    assert all(ACCOUNT.encode() not in content for content in files.values())


@pytest.mark.parametrize(
    ("leases", "days", "said"),
    [
        (1, 1, "sure on 1 UTC day, by 1 assignment"),
        (1, 3, "sure on 3 UTC days, by 1 assignment"),
        (3, 1, "sure on 1 UTC day, by 3 assignments"),
        (11, 11, "sure on 11 UTC days, by 1 to 11 assignments"),
        (11, 4, "sure on 4 UTC days, by 3 to 11 assignments"),
        (2, 11, "sure on 11 UTC days, by 1 or 2 assignments"),
    ],
)
def test_assignments_that_are_counted_once_a_day_are_not_taken_for_as_many(leases: int, days: int, said: str) -> None:
    counted = f" (one without end, or whose end a list states, is counted anew on each day: {leases} as counted)"
    assert sure_on(leases, days) == said + (counted if " to " in said or " or " in said else "")


def test_the_report_and_the_countrys_page_say_that_eleven_days_may_be_one_assignment(
    make: Callable[..., Any], make_subject: Callable[..., Row]
) -> None:
    row = make_subject(7, leases=11, lease_days=11)
    world = make([row], {row["visitor_id"]: "GB"})
    instants = store.empty(INSTANTS)
    page = folder(world.case, "GB", {**world.tables, "instants": instants})["index.html"].decode()
    for text in (report(*world), page):
        assert "sure on 11 UTC days, by 1 to 11 assignments" in text
        assert "sure on 11 assignments" not in text
    assert "<code>leases</code> counts an assignment without end" in page
