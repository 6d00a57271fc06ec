"""The truth about a world: who sat where, who came how often, and who can be told from the records.

`truth.json` holds:

- `seed`, `scale`, `window` (`from`, `until`);
- `totals`: `targets`; `visitors` and `over_threshold` (in the counted sense); `guilty`; `reachable`; `leads` (how many
  a run without a mistake has: the reachable); `countries`; `lines`;
- `visitors`: everybody with a visit in the counted sense: `basis` (account, login, address), `name` (of the account,
  the login or the address), `log` (of a login), `kind`, `machine`, `visits`, `over_threshold`, `guilty`, `reachable`,
  `why` (not reachable), `country`;
- `people`: every account behind which somebody reached a target: `account`, `kind`, `visits` (their own, by true
  instants), `over_threshold`, `guilty` (over it, and a person who read knowingly), `reachable` (the provider's records
  give a sure answer for more than the threshold), `why` (not);
- `files`: for each log `content_sha256`, `lines` and `watched`: `[line, account or null]` for each line about a target.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from landmark.simulate.acts import HUMANS, MORE_THAN
from landmark.simulate.clock import BEGIN, DAY, END, iso
from landmark.simulate.counting import Counted, counted_connection, counted_hit, visits
from landmark.simulate.geography import HOME, country_of
from landmark.simulate.oracle import Records, Told, open_shifts
from landmark.simulate.sites import FORUMS, GROUPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from landmark.simulate.acts import Connection, Hit, Lease
    from landmark.simulate.oracle import SourceTest
    from landmark.simulate.servers import LogFile


class Person(NamedTuple):
    """An account behind which somebody reached a target."""

    account: str
    kind: str
    visits: int
    over_threshold: bool
    guilty: bool
    reachable: bool
    why: str | None


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
    tests: Mapping[tuple[str, int], SourceTest]

    @property
    def over_threshold(self) -> int:
        """How many visitors in the counted sense come more often than the threshold."""
        return sum(visitor.over_threshold for visitor in self.visitors)


_Key = tuple[str, str, str]  # basis, log of a login, name


def truth(
    hits: Iterable[Hit], connections: Iterable[Connection], leases: Sequence[Lease], kinds: Mapping[str, str]
) -> Truth:
    """Work out what is true of what happened."""
    counted = [one for one in map(counted_hit, hits) if one is not None]
    counted += [one for one in map(counted_connection, connections) if one is not None]
    records = Records(leases)
    tests = records.test(reading for one in counted for reading in one.readings)
    shifts = {log: open_shifts(tests, log) for log in ("web", "club", "news", "news2")}
    told = [records.tell(one.address, one.instants, shifts[one.log]) for one in counted]
    by_visitor: dict[_Key, list[Counted]] = defaultdict(list)
    by_account: dict[str, list[tuple[Counted, Told]]] = defaultdict(list)
    for one, answer in zip(counted, told, strict=True):
        by_visitor[_visitor(one, answer)].append(one)
        if one.account is not None:
            by_account[one.account].append((one, answer))
    people = {name: _person(name, kinds[name], acts) for name, acts in sorted(by_account.items())}
    return Truth(
        tuple(_told_visitor(key, acts, kinds, people) for key, acts in sorted(by_visitor.items())),
        tuple(people.values()),
        tests,
    )


def _visitor(one: Counted, answer: Told) -> _Key:
    if answer.lease is not None:
        return "account", "", answer.lease.account
    if one.login is not None:
        return "login", one.log, one.login
    return "address", "", one.address


def _person(name: str, kind: str, acts: Sequence[tuple[Counted, Told]]) -> Person:
    own = visits((one.true_first, one.true_last) for one, _ in acts)
    guilty = own > MORE_THAN and kind in HUMANS
    sure = [(one, answer.lease) for one, answer in acts if answer.lease is not None and answer.lease.account == name]
    why = None
    if guilty and visits((one.first, one.last) for one, _ in sure) <= MORE_THAN:
        grades = [answer.grade for _, answer in acts if answer.grade != "sure"]
        why = max(sorted(set(grades)), key=grades.count)
    elif guilty and len({(lease, one.first // DAY) for one, lease in sure}) == 1:
        why = "single_lease"
    return Person(name, kind, own, own > MORE_THAN, guilty, guilty and why is None, why)


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


def as_json(told: Truth, files: Sequence[LogFile], seed: int, scale: float) -> str:
    """Give the text of `truth.json`."""
    reachable = sum(person.reachable for person in told.people)
    totals = {
        "targets": len(FORUMS) + len(GROUPS) + 1,
        "visitors": len(told.visitors),
        "over_threshold": told.over_threshold,
        "guilty": sum(person.guilty for person in told.people),
        "reachable": reachable,
        "leads": reachable,
        "countries": len({visitor.country for visitor in told.visitors}),
        "lines": sum(file.lines for file in files),
    }
    head = {"seed": seed, "scale": scale, "window": {"from": iso(BEGIN), "until": iso(END)}, "totals": totals}
    parts = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in head.items()]
    parts += [_list("visitors", told.visitors), _list("people", told.people)]
    logs = {
        one.path: {"content_sha256": one.content_sha256, "lines": one.lines, "watched": one.watched} for one in files
    }
    parts.append(
        '"files": {\n' + ",\n".join(f"{json.dumps(path)}: {json.dumps(log)}" for path, log in logs.items()) + "\n}"
    )
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _list(name: str, rows: Iterable[Visitor | Person]) -> str:
    return f"{json.dumps(name)}: [\n" + ",\n".join(json.dumps(row._asdict()) for row in rows) + "\n]"
