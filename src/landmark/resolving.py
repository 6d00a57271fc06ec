"""Who held an address: the five stages of the resolver, step by step where an address stands for an inner one.

A translation (carrier-grade NAT) gives for an outer address and port an inner address, which the provider's other
records resolve further. So the question is asked again, of the inner address in its realm, until accounts are all that
is left; the grade is the worst of the steps. Source tests and doubts are those of all questions together: it is the
same two clocks that are held against each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from landmark import store, tables
from landmark.intake.leases import tried_shifts
from landmark.kept import Kept
from landmark.keys import key_of
from landmark.lookups.reach import reach
from landmark.stages import (
    ASSIGNMENT_CLOCKS,
    DECLARED,
    HELD,
    LINKS,
    LOG_CLOCKS,
    REACH,
    READS,
    SHIFTS,
    SOUGHT,
    SPEAKING,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from landmark.case import Assignment, Case, Log
    from landmark.intake.leases import Leased
    from landmark.intake.logs import Logs
    from landmark.kept import Stages

DEEPEST = 4
"""How many translations one address may stand behind."""
_INNER = "inner "
_REALM = " of "
_CHAIN = (
    ("held", HELD),
    ("speaking", SPEAKING),
    ("source_test", tables.SOURCE_TESTS),
    ("doubts", tables.DOUBTS),
    ("attributions", tables.ATTRIBUTIONS),
)


@dataclass(frozen=True, slots=True)
class Resolved:
    """What the resolver gives: the tables that are shown, and those that later stages read of it."""

    source_tests: Kept
    doubts: Kept
    attributions: Kept
    holders: Kept  # the leases, with an inner address in an account's place and realms in the addresses
    reach: Kept
    sought: Kept


def nobody() -> Resolved:
    """Give what a case without assignments comes to: nothing is known of anybody."""
    key = key_of("no assignments")
    every = (tables.SOURCE_TESTS, tables.DOUBTS, tables.ATTRIBUTIONS, tables.LEASES, REACH, SOUGHT)
    return Resolved(*(Kept(store.empty(table), key) for table in every))


def resolve(case: Case, logs: Logs, leased: Leased, stages: Stages) -> Resolved:
    """Say for each event with an address how surely the assignments name an account.

    Args:
        case: the case.
        logs: what came of the logs.
        leased: what came of the assignment files.
        stages: runs or remembers.
    """
    holders = Kept(_holders(case, leased.leases), key_of("holders", leased.key, _realms(case)))
    asked = _Asked(logs.events, logs.key)
    levels: list[pa.Table] = []
    known = _step(case, logs, asked, holders, stages)
    while (links := asked.further(known["attributions"].data)).num_rows:
        levels.append(links)
        if len(levels) > DEEPEST:  # a circle: what was never asked is answered by nobody
            break
        known = _step(case, logs, asked, holders, stages)
    attributions = known["attributions"]
    for links in reversed(levels):
        given = {"attributions": attributions, "links": Kept(links, store.digest(links))}
        attributions = stages.sql(tables.ATTRIBUTIONS, given, stage="chain")
    sought = asked.sought(levels)
    return Resolved(
        known["source_tests"],
        known["doubts"],
        attributions,
        holders,
        known["reach"],
        Kept(sought, store.digest(sought)),
    )


class _Asked:
    """The events, and after them the questions about inner addresses, numbered on."""

    def __init__(self, events: pa.Table, key: str) -> None:
        self.events = Kept(events, key)
        self._asked = 0  # the number from which on no answer was looked at

    def further(self, attributions: pa.Table) -> pa.Table:
        """Ask about every inner address among the newest answers; give `LINKS`."""
        before, rows = self.events.data, self.events.data.num_rows
        newest = attributions.filter(pc.greater_equal(attributions["event"], self._asked))
        self._asked = rows
        parents = pc.list_parent_indices(newest["accounts"].combine_chunks())
        named = pc.list_flatten(newest["accounts"]).combine_chunks()
        inner = pc.starts_with(named, _INNER)
        events = newest["event"].take(parents).combine_chunks().filter(inner)
        named = named.filter(inner)
        links = _table(
            LINKS, list(zip(events.to_pylist(), range(rows, rows + len(named)), named.to_pylist(), strict=True))
        )
        if links.num_rows:
            several = pc.value_counts(events)
            one = several.field("values").filter(pc.equal(several.field("counts"), 1))
            self.events = Kept(
                pa.concat_tables([before, _questions(before, links, one)]), key_of(self.events.key, store.digest(links))
            )
        return links

    def sought(self, levels: Sequence[pa.Table]) -> pa.Table:
        """Give `SOUGHT`: for each event its address, and those inner ones behind it that were the only ones."""
        addresses = self.events.data["client_address"].to_pylist()
        counts = self.events.data["counts"].to_pylist()
        origin: dict[int, int] = {}
        rows: list[tuple[int, str]] = []
        for links in levels:
            for event, asked, _ in zip(*(links[name].to_pylist() for name in LINKS.names), strict=True):
                origin[asked] = origin.get(event, event)
        for number, address in enumerate(addresses):
            if address is not None and (number not in origin or counts[number]):
                rows.append((origin.get(number, number), address))
        return _table(SOUGHT, sorted(set(rows)))


def _questions(events: pa.Table, links: pa.Table, alone: pa.Array) -> pa.Table:
    """Make an event of each link: the same instants at the inner address. No port is known inside.

    Only where one inner address fits is it a reading for the source test.
    """
    asked = events.take(links["event"])
    inner = pa.array([name.removeprefix(_INNER) for name in links["inner"].to_pylist()], pa.string())
    sure = pc.and_(asked["counts"], pc.is_in(links["event"], value_set=alone))
    changed = {
        "event": links["asked"],
        "client_address": inner,
        "client_port": pa.nulls(links.num_rows, pa.int64()),
        "counts": sure,
    }
    for name, column in changed.items():
        place = asked.schema.get_field_index(name)
        asked = asked.set_column(place, asked.schema.field(place), column)
    return asked


def _step(case: Case, logs: Logs, asked: _Asked, holders: Kept, stages: Stages) -> dict[str, Kept]:
    tolerance = case.rules.clock_tolerance
    clients = pc.unique(asked.events.data["client_address"]).drop_null().to_pylist()
    places = pc.unique(holders.data["address"]).to_pylist()
    small = {
        "reach": _table(REACH, _reach(clients, places)),
        "shifts": _table(SHIFTS, [(shift,) for shift in tried_shifts(case)]),
        "log_clocks": _clocks(LOG_CLOCKS, case.logs, tolerance),
        "assignment_clocks": _clocks(ASSIGNMENT_CLOCKS, case.assignments, tolerance),
        "declared": _declared(case, logs),
    }
    known = {name: Kept(data, store.digest(data)) for name, data in small.items()}
    known |= {"events": asked.events, "leases": holders}
    for stage, table in _CHAIN:
        known[table.name] = stages.sql(table, {name: known[name] for name in READS[stage]}, stage=stage)
    return known


def _realms(case: Case) -> list[tuple[str, str | None, str]]:
    return sorted((one.name, one.realm, one.account) for one in case.assignments)


def _holders(case: Case, leases: pa.Table) -> pa.Table:
    """Put an inner address in an account's place, and its realm behind an address that has one.

    The realm of a source of translations is that of its inner addresses; of any other, of the addresses it assigns.
    """
    realms = {one.name: one.realm for one in case.assignments}
    addresses, accounts = [], []
    columns = (leases[name].to_pylist() for name in ("assignment", "address", "account", "inner"))
    for assignment, address, account, inner in zip(*columns, strict=True):
        realm = realms[assignment]
        addresses.append(address if inner is not None else _placed(address, realm))
        accounts.append(account if inner is None else _INNER + _placed(inner, realm))
    for name, column in (("address", addresses), ("account", accounts)):
        place = leases.schema.get_field_index(name)
        leases = leases.set_column(place, leases.schema.field(place), pa.array(column, pa.string()))
    return leases


def _placed(address: str, realm: str | None) -> str:
    return address if realm is None else f"{address}{_REALM}{realm}"


def _reach(clients: Iterable[str], places: Iterable[str]) -> list[tuple[str, str]]:
    """Pair addresses with leases' addresses realm by realm."""
    realms: dict[str, tuple[list[str], list[str]]] = {}
    for side, names in enumerate((clients, places)):
        for name in names:
            address, _, realm = name.partition(_REALM)
            realms.setdefault(realm, ([], []))[side].append(address)
    pairs = []
    for realm, (here, there) in realms.items():
        pairs += [(_placed(one, realm or None), _placed(other, realm or None)) for one, other in reach(here, there)]
    return sorted(pairs)


def _table(table: tables.Table, rows: Sequence[tuple[object, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(table.columns)
    schema = store.schema(table)
    return pa.table([pa.array(list(column), field.type) for field, column in zip(schema, columns, strict=True)], schema)


def _clocks(table: tables.Table, owners: Sequence[Log | Assignment], default: int) -> pa.Table:
    rows = [(one.name, default if one.clock_tolerance is None else one.clock_tolerance) for one in owners]
    return _table(table, sorted(rows))


def _declared(case: Case, logs: Logs) -> pa.Table:
    rows: list[tuple[str | None, str | None, str | None, int, int]] = []
    for log in case.logs:
        rows += [(log.name, None, None, stretch.begin, stretch.end) for stretch in log.doubtful]
    for one in case.assignments:
        rows += [(None, None, one.name, stretch.begin, stretch.end) for stretch in one.doubtful]
    rows += [(log, step.series, None, step.begin, step.end) for log, step in logs.steps]
    return _table(DECLARED, sorted(set(rows), key=str))
