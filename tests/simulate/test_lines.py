"""People on lines that are not theirs: truth tells the account from the person, and who of them is guilty."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from landmark.simulate.acts import holder_of, sat
from landmark.simulate.provider import Happened, happen

if TYPE_CHECKING:
    from landmark.simulate.truth import Truth

SEEDS = (3, 8)


@pytest.fixture(scope="module", params=SEEDS)
def happened(request: pytest.FixtureRequest) -> Happened:
    return happen(request.param, 0.02, "people")


@pytest.fixture(scope="module")
def told(happened: Happened) -> Truth:
    return happened.truth()


def test_somebody_sat_there_who_is_the_holder_unless_it_is_said() -> None:
    assert sat("user-1", None) == holder_of("user-1") == "user-1.1"
    assert sat("user-1", "user-1.2") == "user-1.2"
    assert sat(None, None) is None


@pytest.mark.parametrize(
    ("kind", "who", "guilty"),
    [
        ("household", "another", ".3"),
        ("together", "together", None),
        ("sold", "another", ".2"),
        ("wireless", "another", ".2"),
        ("thief", "holder", ".1"),
        ("robbed", None, None),
        ("proxy", None, None),
    ],
)
def test_who_is_guilty_on_a_line_is_known(told: Truth, kind: str, who: str | None, guilty: str | None) -> None:
    (account,) = [person for person in told.people if person.kind == kind]
    persons = [one for one in told.persons if one.account == account.account]
    assert account.who == who
    assert account.guilty == (who is not None)
    assert [one.person.removeprefix(one.account) for one in persons if one.guilty] == ([guilty] if guilty else [])
    assert sum(one.visits for one in persons) == account.visits or kind == "proxy"


def test_two_of_a_household_exceed_the_threshold_together_and_neither_does_alone(told: Truth) -> None:
    (account,) = [person for person in told.people if person.kind == "together"]
    persons = [one.visits for one in told.persons if one.account == account.account]
    assert account.visits > 10 >= max(persons)
    assert account.reachable


def test_an_account_sold_on_has_one_person_before_and_another_after(happened: Happened) -> None:
    times: dict[str | None, list[int]] = defaultdict(list)
    for hit in happened.hits:
        if happened.kinds.get(hit.account or "") == "sold":
            times[sat(hit.account, hit.person)].append(hit.time)
    first, second = sorted(times.values())
    assert max(first) < min(second)


def test_a_stolen_login_is_used_from_two_lines(happened: Happened) -> None:
    accounts = {hit.account for hit in happened.hits if hit.login == "stolen-0"}
    assert {happened.kinds[account or ""] for account in accounts} == {"thief", "robbed"}


def test_people_of_a_household_have_browsers_of_their_own_and_never_read_at_once(happened: Happened) -> None:
    for kind in ("household", "together", "sold", "wireless"):
        agents: dict[str | None, set[str]] = defaultdict(set)
        for hit in happened.hits:
            if happened.kinds.get(hit.account or "") == kind:
                agents[sat(hit.account, hit.person)].add(hit.agent)
        assert len(agents) > 1
        assert all(len(one) == 1 for one in agents.values())
        assert agents[min(agents, key=str)] not in [agents[one] for one in sorted(agents, key=str)[1:]]


def test_everybody_else_is_whom_the_contract_names(told: Truth) -> None:
    special = {"household", "together", "sold", "wireless", "proxy"}
    assert all(one.holder for one in told.persons if one.kind not in special)
    assert all(person.who in {None, "holder"} for person in told.people if person.kind not in special)
