"""The truth about a world: who sat where, who came how often, and who can be told from the records.

An account is a contract, a person is who sat there: `.1` behind the account's name is whom the contract names, `.2` and
so on are others on the same line. A lead is *right* where over its account's line people came, knowingly, more often
than the threshold: that account is the answer to what the records can be asked. Whether one of them did so alone, and
whether that is whom the contract names, no records can tell; so a right lead is besides

- `holder`, where a guilty person is whom the contract names;
- `another`, where a guilty person is, but is not the one the contract names (a household, a stranger on open wireless,
  an account sold on);
- `together`, where nobody alone came more often than the threshold.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from landmark.simulate.acts import HUMANS, MORE_THAN, holder_of
from landmark.simulate.clock import DAY, right
from landmark.simulate.counting import Counted, counted_connection, counted_hit, visits
from landmark.simulate.geography import HOME, country_of
from landmark.simulate.oracle import Records, Told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from landmark.simulate.clock import Clock
    from landmark.simulate.oracle import Pair, SourceTest
    from landmark.simulate.recording import Recorded


class Person(NamedTuple):
    """An account over whose line somebody reached a target."""

    account: str
    kind: str
    visits: int
    over_threshold: bool
    guilty: bool
    reachable: bool
    why: str | None
    who: str | None


class Somebody(NamedTuple):
    """A person who reached a target over a customer's line."""

    person: str
    account: str
    kind: str
    holder: bool
    visits: int
    guilty: bool


class Visitor(NamedTuple):
    """A visitor in the counted sense."""

    basis: str
    name: str
    log: str | None
    kind: str
    machine: bool
    visits: int
    over_threshold: bool
    guilty: bool
    reachable: bool
    why: str | None
    country: str


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of a world, and what its source tests come to."""

    visitors: tuple[Visitor, ...]
    people: tuple[Person, ...]
    persons: tuple[Somebody, ...]
    tests: Mapping[Pair, SourceTest]

    @property
    def over_threshold(self) -> int:
        """How many visitors in the counted sense come more often than the threshold."""
        return sum(visitor.over_threshold for visitor in self.visitors)


_Key = tuple[str, str, str]  # basis, log of a login, name


def truth(recorded: Recorded, kinds: Mapping[str, str], clock: Clock = right) -> Truth:
    """Work out what is true of what happened.

    Args:
        recorded: what was done from where, and what the provider's records say.
        kinds: what each account, address and login is.
        clock: what the servers' clocks showed.
    """
    counted = [one for one in (counted_hit(hit, clock) for hit in recorded.hits) if one is not None]
    counted += [one for one in (counted_connection(one, clock) for one in recorded.connections) if one is not None]
    records = Records(recorded.rows)
    tests = records.test((reading, one.instants) for one in counted for reading in one.readings)
    told = [records.tell(one.log, one.address, one.port, one.instants) for one in counted]
    by_visitor: dict[_Key, list[Counted]] = defaultdict(list)
    by_account: dict[str, list[tuple[Counted, Told]]] = defaultdict(list)
    by_person: dict[tuple[str, str], list[Counted]] = defaultdict(list)
    for one, answer in zip(counted, told, strict=True):
        by_visitor[_visitor(one, answer)].append(one)
        if one.account is not None and one.person is not None:
            by_account[one.account].append((one, answer))
            by_person[one.account, one.person].append(one)
    persons = [_somebody(*key, kinds[key[0]], acts) for key, acts in sorted(by_person.items())]
    guilty: dict[str, list[Somebody]] = defaultdict(list)
    for somebody in persons:
        if somebody.guilty:
            guilty[somebody.account].append(somebody)
    people = {name: _person(name, kinds[name], acts, guilty[name]) for name, acts in sorted(by_account.items())}
    return Truth(
        tuple(_told_visitor(key, acts, kinds, people) for key, acts in sorted(by_visitor.items())),
        tuple(people.values()),
        tuple(persons),
        tests,
    )


def _somebody(account: str, person: str, kind: str, acts: Sequence[Counted]) -> Somebody:
    own = visits((one.true_first, one.true_last) for one in acts)
    return Somebody(person, account, kind, person == holder_of(account), own, own > MORE_THAN and kind in HUMANS)


def _visitor(one: Counted, answer: Told) -> _Key:
    if answer.row is not None:
        return "account", "", answer.row.holder
    if one.login is not None:
        return "login", one.log, one.login
    return "address", "", one.address


def _person(name: str, kind: str, acts: Sequence[tuple[Counted, Told]], guilty_ones: Sequence[Somebody]) -> Person:
    own = visits((one.true_first, one.true_last) for one, _ in acts)
    guilty = own > MORE_THAN and kind in HUMANS
    sure = [(one, answer.row) for one, answer in acts if answer.row is not None and answer.row.holder == name]
    why = who = None
    if guilty:
        who = "holder" if any(one.holder for one in guilty_ones) else "another" if guilty_ones else "together"
    if guilty and visits((one.first, one.last) for one, _ in sure) <= MORE_THAN:
        grades = [answer.grade for _, answer in acts if answer.grade != "sure"]
        why = max(sorted(set(grades)), key=grades.count)
    elif guilty:
        uses = {(row, one.first // DAY if row.once_a_day else 0) for one, row in sure}
        if len(uses) == 1 or len({one.first // DAY for one, _ in sure}) == 1:
            why = "single_lease"
    return Person(name, kind, own, own > MORE_THAN, guilty, guilty and why is None, why, who)


def _told_visitor(
    key: _Key, acts: Sequence[Counted], kinds: Mapping[str, str], people: Mapping[str, Person]
) -> Visitor:
    basis, log, name = key
    kind = kinds.get(name, "unsure")
    number = visits((one.first, one.last) for one in acts)
    machine = kind not in (*HUMANS, "unsure")
    person = people.get(name) if basis == "account" else None
    why = person.why if person else (kind if machine else "no_sure_account")
    country = HOME if person else country_of(acts[0].address)
    guilty, reachable = (person.guilty, person.reachable) if person else (False, False)
    over = number > MORE_THAN
    return Visitor(basis, name, log or None, kind, machine, number, over, guilty, reachable, why, country)
