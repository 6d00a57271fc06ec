"""Who held an address: the stages of the resolver, step by step where an address stands for an inner one.

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
from landmark.engine import columns
from landmark.intake.leases import tried_shifts
from landmark.kept import Kept
from landmark.keys import key_of
from landmark.lookups.reach import reach
from landmark.stages import (
    ACCOUNTS,
    ASSIGNMENT_CLOCKS,
    DECLARED,
    HELD,
    LINKS,
    LOG_CLOCKS,
    NAMING,
    REACH,
    READS,
    RETURNING,
    SHIFTS,
    SOUGHT,
    SPEAKING,
    TWO_LINES,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from landmark.case import Assignment, Case, Log
    from landmark.intake.leases import Leased
    from landmark.intake.logs import Logs
    from landmark.kept import Stages
    from landmark.sources import Step

DEEPEST = 4
"""How many translations one address may stand behind."""
_INNER = "inner "
_REALM = " of "
_CHAIN = (
    ("accounts", ACCOUNTS),
    ("two_lines", TWO_LINES),
    ("held", HELD),
    ("speaking", SPEAKING),
    ("naming", NAMING),
    ("returning", RETURNING),
    ("source_test", tables.SOURCE_TESTS),
    ("doubts", tables.DOUBTS),
    ("attributions", tables.ATTRIBUTIONS),
)
_PASSING = frozenset({"accounts", "two_lines", "held", "speaking"})
"""Quickly made, large to keep, and of no use once the attributions are there."""
_IN_PARTS = frozenset({"attributions"})
"""Each event is answered for itself."""
NEEDED = tuple(
    name
    for name in tables.EVENTS.names
    if any(name in columns(stage, "events") for stage, read in READS.items() if "events" in read)
)
"""The columns of events that the resolver reads."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What the resolver gives: the tables that are shown, and those that later stages read of it."""

    source_tests: Kept
    doubts: Kept
    attributions: Kept
    holders: Kept  # the leases, with an inner address in an account's place and realms in the addresses
    reach: Kept
    sought: Kept
    known: Mapping[str, Kept]  # all that the stages of the last questions read and gave, by name


def nobody() -> Resolved:
    """Give what a case without assignments comes to: nothing is known of anybody."""
    key = key_of("no assignments")
    every = (tables.SOURCE_TESTS, tables.DOUBTS, tables.ATTRIBUTIONS, tables.LEASES, REACH, SOUGHT)
    tests, doubts, attributions, leases, pairs, sought = (Kept(store.empty(table), key) for table in every)
    return Resolved(tests, doubts, attributions, leases, pairs, sought, known={})


def resolve(case: Case, logs: Logs, leased: Leased, stages: Stages) -> Resolved:
    """Say for each event with an address how surely the assignments name an account.

    Args:
        case: the case.
        logs: what came of the logs.
        leased: what came of the assignment files.
        stages: runs or remembers.
    """
    return answer(case, logs.steps, Kept(logs.events, logs.key), Kept(leased.leases, leased.key), stages)


def answer(case: Case, steps: Sequence[tuple[str, Step]], events: Kept, leases: Kept, stages: Stages) -> Resolved:
    """Say the same of events and leases that may lie on disk; of the events the columns `NEEDED` are enough.

    Args:
        case: the case.
        steps: where the clock of a log was set back.
        events: the events, numbered from 0.
        leases: the leases.
        stages: runs or remembers.
    """
    holders = _holders(case, leases)
    translated = _translate(leases)
    asked = _Asked(events)
    levels: list[pa.Table] = []
    known = _step(case, steps, asked, holders, stages)
    while translated and (links := asked.further(known["attributions"].data)).num_rows:
        levels.append(links)
        if len(levels) > DEEPEST:  # a circle: what was never asked is answered by nobody
            break
        known = _step(case, steps, asked, holders, stages)
    attributions = known["attributions"]
    for links in reversed(levels):
        given = {"attributions": attributions, "links": Kept(links, store.digest(links))}
        attributions = stages.sql(tables.ATTRIBUTIONS, given, stage="chain")
    return Resolved(
        known["source_tests"],
        known["doubts"],
        attributions,
        holders,
        known["reach"],
        Kept(lambda: asked.sought(levels), key_of("sought", asked.events.key, [store.digest(one) for one in levels])),
        known,
    )


class _Asked:
    """The events, and after them the questions about inner addresses, numbered on."""

    def __init__(self, events: Kept) -> None:
        self.events = events
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
        asked = pa.array(range(rows, rows + len(named)), pa.int64())
        links = pa.table([events, asked, named], store.schema(LINKS))
        if links.num_rows:
            several = pc.value_counts(events)
            one = several.field("values").filter(pc.equal(several.field("counts"), 1))
            self.events = Kept(
                pa.concat_tables([before, _questions(before, links, one)]), key_of(self.events.key, store.digest(links))
            )
        return links

    def sought(self, levels: Sequence[pa.Table]) -> pa.Table:
        """Give `SOUGHT`: for each event its address, and those inner ones behind it that were the only ones."""
        addresses = self.events.select("event", "client_address", "counts")
        number = addresses["event"].combine_chunks()
        origin = number.slice(0, len(number) - sum(links.num_rows for links in levels))
        first_questions = len(origin)
        for links in levels:
            origin = pa.concat_arrays([origin, origin.take(links["event"].combine_chunks())])
        told = pc.or_(pc.less(number, first_questions), addresses["counts"].combine_chunks())
        found = pa.table([origin, addresses["client_address"].combine_chunks()], store.schema(SOUGHT).names)
        found = found.filter(pc.and_(told, pc.is_valid(found["client_address"])))
        if levels:
            found = found.group_by(SOUGHT.names).aggregate([])
        return store.conform(found, SOUGHT)


def _questions(events: pa.Table, links: pa.Table, alone: pa.Array) -> pa.Table:
    """Make an event of each link: the same instants at the inner address. No port is known inside.

    Only where one inner address fits is it a reading for the source test.
    """
    asked = events.take(links["event"])
    inner = pc.utf8_slice_codeunits(links["inner"], len(_INNER))
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


def _step(
    case: Case, steps: Sequence[tuple[str, Step]], asked: _Asked, holders: Kept, stages: Stages
) -> dict[str, Kept]:
    tolerance = case.rules.clock_tolerance
    clients = asked.events.distinct("client_address")
    places = holders.distinct("address")
    small = {
        "reach": _table(REACH, _reach(clients, places)),
        "shifts": _table(SHIFTS, [(shift,) for shift in tried_shifts(case)]),
        "log_clocks": _clocks(LOG_CLOCKS, case.logs, tolerance),
        "assignment_clocks": _clocks(ASSIGNMENT_CLOCKS, case.assignments, tolerance),
        "declared": _declared(case, steps),
    }
    known = {name: Kept(data, store.digest(data)) for name, data in small.items()}
    known |= {"events": asked.events, "leases": holders}
    for stage, table in _CHAIN:
        inputs = {name: known[name] for name in READS[stage]}
        if stage in _PASSING:
            known[table.name] = stages.passing(table, inputs, stage)
        elif stage in _IN_PARTS:
            known[table.name] = stages.in_parts(table, inputs, "events", stage)
        else:
            known[table.name] = stages.sql(table, inputs, stage=stage)
    return known


def _realms(case: Case) -> list[tuple[str, str | None, str]]:
    return sorted((one.name, one.realm, one.account) for one in case.assignments)


def _holders(case: Case, leases: Kept) -> Kept:
    """Put an inner address in an account's place, and its realm behind an address that has one.

    The realm of a source of translations is that of its inner addresses; of any other, of the addresses it assigns.
    """
    realms = _realms(case)
    if not _translate(leases) and all(realm is None for _, realm, _ in realms):
        return leases
    return Kept(lambda: _translated(realms, leases.data), key_of("holders", leases.key, realms))


def _translate(leases: Kept) -> bool:
    return bool(leases.select("inner")["inner"].null_count < leases.rows)


def _translated(realms: Sequence[tuple[str, str | None, str]], leases: pa.Table) -> pa.Table:
    name, realm, _ = (pa.array(column, pa.string()) for column in zip(*realms, strict=True))
    realm = realm.take(pc.index_in(leases["assignment"], value_set=name).combine_chunks())
    address, account, inner = (leases[one].combine_chunks() for one in ("address", "account", "inner"))
    is_inner = pc.is_valid(inner)
    changed = {
        "address": pc.if_else(is_inner, address, _placed_in(address, realm)),
        "account": pc.if_else(is_inner, pc.binary_join_element_wise(_INNER, _placed_in(inner, realm), ""), account),
    }
    for one, column in changed.items():
        place = leases.schema.get_field_index(one)
        leases = leases.set_column(place, leases.schema.field(place), column)
    return leases


def _placed_in(addresses: pa.Array, realms: pa.Array) -> pa.Array:
    return pc.if_else(pc.is_valid(realms), pc.binary_join_element_wise(addresses, realms, _REALM), addresses)


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


def _declared(case: Case, steps: Sequence[tuple[str, Step]]) -> pa.Table:
    rows: list[tuple[str | None, str | None, str | None, int, int]] = []
    for log in case.logs:
        rows += [(log.name, None, None, stretch.begin, stretch.end) for stretch in log.doubtful]
    for one in case.assignments:
        rows += [(None, None, one.name, stretch.begin, stretch.end) for stretch in one.doubtful]
    rows += [(log, step.series, None, step.begin, step.end) for log, step in steps]
    return _table(DECLARED, sorted(set(rows), key=str))
