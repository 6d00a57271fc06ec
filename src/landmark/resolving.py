"""Who held an address: the stages of the resolver, step by step where an address stands for an inner one.

A translation (carrier-grade NAT) gives for an outer address and port an inner address, which the provider's other
records resolve further. So the question is asked again, of the inner address in its realm, until accounts are all that
is left; the grade is the worst of the steps. Source tests and doubts are those of all questions together: it is the
same two clocks that are held against each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from landmark import fitting, store, tables, translation
from landmark.engine import columns
from landmark.errors import LandmarkError
from landmark.intake.leases import tried_shifts
from landmark.kept import Beside, Kept
from landmark.keys import key_of
from landmark.plain_first import Plain
from landmark.stages import (
    ACCOUNTS,
    ASSIGNMENT_CLOCKS,
    CLIENTS,
    CLOCKS,
    DECLARED,
    GRAINS,
    HELD,
    LOG_CLOCKS,
    NAMING,
    PLACES,
    REACH,
    READS,
    RETURNING,
    SETTLED,
    SHIFTS,
    SOUGHT,
    SPEAKING,
    TWO_LINES,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from landmark.case import Assignment, Case, Log
    from landmark.fitting import Fitted
    from landmark.intake.leases import Leased
    from landmark.intake.logs import Logs
    from landmark.kept import Stages
    from landmark.sources import Step

DEEPEST = 4
"""How many translations one address may stand behind."""
_CHAIN = (
    ("accounts", ACCOUNTS),
    ("two_lines", TWO_LINES),
    ("clocks", CLOCKS),
    ("held", HELD),
    ("places", PLACES),
    ("grains", GRAINS),
    ("speaking", SPEAKING),
    ("naming", NAMING),
    ("returning", RETURNING),
    ("source_test", tables.SOURCE_TESTS),
)
_SPOKEN = ("speaking", "naming", "returning")
_PASSING = frozenset({"accounts", "two_lines", "clocks", "held", "places", "grains"})
"""Quickly made, large to keep, and of no use once the attributions are there."""
_IN_PARTS = {"attributions": "instants"}
"""Each event is answered for itself; and in which column its instants are."""
_IN_SPANS = {"speaking": ("events", "first_instant", 1_800_000_000)}
"""Each half hour is read for itself (DEFINITIONS: a reading is the first of a half hour)."""
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
    fitted: Fitted | None


def nobody() -> Resolved:
    """Give what a case without assignments comes to: nothing is known of anybody."""
    key = key_of("no assignments")
    every = (tables.SOURCE_TESTS, tables.DOUBTS, tables.ATTRIBUTIONS, tables.LEASES, REACH, SOUGHT)
    tests, doubts, attributions, leases, pairs, sought = (Kept(store.empty(table), key) for table in every)
    return Resolved(tests, doubts, attributions, leases, pairs, sought, None)


def resolve(case: Case, logs: Logs, leased: Leased, stages: Stages) -> Resolved:
    """Say for each event with an address how surely the assignments name an account.

    Args:
        case: the case.
        logs: what came of the logs.
        leased: what came of the assignment files.
        stages: runs or remembers.
    """
    return answer(case, logs.steps, logs.events, Kept(leased.leases, leased.key), stages)


def answer(case: Case, steps: Sequence[tuple[str, Step]], events: Kept, leases: Kept, stages: Stages) -> Resolved:
    """Say the same of events and leases that may lie on disk; of the events the columns `NEEDED` are enough.

    Args:
        case: the case.
        steps: where the clock of a log was set back.
        events: the events, numbered from 0.
        leases: the leases.
        stages: runs or remembers.
    """
    holders = translation.holders(case, leases)
    translated = translation.translate(leases)
    asked = translation.Asked(events)
    levels: list[pa.Table] = []
    known, fitted = _step(case, steps, asked, holders, stages)
    while translated and (links := asked.further(known["attributions"].data)).num_rows:
        levels.append(links)
        if len(levels) > DEEPEST:  # a circle: what was never asked is answered by nobody
            break
        known, fitted = _step(case, steps, asked, holders, stages)
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
        fitted,
    )


def _step(
    case: Case, steps: Sequence[tuple[str, Step]], asked: translation.Asked, holders: Kept, stages: Stages
) -> tuple[dict[str, Kept], Fitted]:
    tolerance = case.rules.clock_tolerance
    clients = stages.sql(CLIENTS, {"events": asked.events}).data["client_address"].to_pylist()
    places = pc.unique(holders.select("address")["address"]).to_pylist()
    small = {
        "reach": _table(REACH, translation.reaching(clients, places)),
        "shifts": _table(SHIFTS, [(shift,) for shift in tried_shifts(case)]),
        "log_clocks": _clocks(LOG_CLOCKS, case.logs, tolerance),
        "assignment_clocks": _clocks(ASSIGNMENT_CLOCKS, case.assignments, tolerance),
        "declared": _declared(case, steps),
    }
    known = {name: Kept(data, store.digest(data)) for name, data in small.items()}
    known |= {"events": asked.events, "leases": holders}
    for stage, table in _CHAIN:
        known[table.name] = _stage(stage, table, known, stages)
    fitted = fitting.fitted(known, stages, case.authority.begin)
    declared = known["declared"].data
    elsewhere = fitting.elsewhere(fitted, case.authority.begin, case.authority.end)
    doubted = pa.concat_tables([declared, elsewhere])
    judged = known | {"declared": Kept(doubted, store.digest(doubted))}
    judged["doubts"] = _stage("doubts", tables.DOUBTS, judged, stages)
    for name in _SPOKEN:  # large, and nothing asks for it any more
        del known[name], judged[name]
    judged["attributions"] = _stage("attributions", tables.ATTRIBUTIONS, judged, stages)
    return judged, fitted


def _stage(stage: str, table: tables.Table, known: Mapping[str, Kept], stages: Stages) -> Kept:
    inputs = {name: known[name] for name in READS[stage]}
    if stage in _IN_SPANS:
        of = _IN_SPANS[stage]
        return stages.passing_in_spans(table, inputs, of, stage, Beside("held", of[1], _margin(known)))
    if stage in _IN_PARTS:
        instants = _IN_PARTS[stage]
        plain = Plain(SETTLED, lambda: _with_accounts(known["accounts"].data))
        beside = Beside("held", instants, _margin(known))
        return stages.in_parts(table, inputs, "events", stage, plain=plain, beside=beside)
    if stage in _PASSING:
        return stages.passing(table, inputs, stage)
    return stages.sql(table, inputs, stage=stage)


def _with_accounts(accounts: pa.Table) -> Callable[[pa.Table], pa.Table]:
    """Give what gives settled events as attributions: with the account's name instead of its number."""
    names = accounts["account"].combine_chunks()
    numbers = accounts["holder"].to_numpy()
    # Where the name of each number stands: they are numbers of leases, and so lie close together.
    rows = np.full(int(numbers.max(initial=-1)) + 1, -1, np.int32)
    rows[numbers] = np.arange(len(numbers), dtype=np.int32)

    def with_accounts(settled: pa.Table) -> pa.Table:
        holders = settled["holder"].to_numpy()
        if len(holders) and (holders.min() < 0 or holders.max() >= len(rows) or (rows[holders] < 0).any()):
            raise LandmarkError("the stage settled gives a holder that is no account")
        each = pa.array(np.arange(settled.num_rows + 1, dtype=np.int32))
        found = pa.ListArray.from_arrays(each, names.take(pa.array(rows[holders])))
        return settled.drop_columns("holder").add_column(2, "accounts", found)

    return with_accounts


def _margin(known: Mapping[str, Kept]) -> int:
    """Say how far (µs) from an instant that is asked about a lease may hold and yet bear on it."""
    shifts = (known[table].data["shift"] for table in ("shifts", "declared", "doubts") if table in known)
    clocks = (known[table].data["tolerance"] for table in ("log_clocks", "assignment_clocks"))
    farthest = max((abs(shift) for column in shifts for shift in pc.unique(column).to_pylist()), default=0)
    return farthest + sum(pc.max(column).as_py() or 0 for column in clocks)


def _table(table: tables.Table, rows: Sequence[tuple[object, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(table.columns)
    schema = store.schema(table)
    return pa.table([pa.array(list(column), field.type) for field, column in zip(schema, columns, strict=True)], schema)


def _clocks(table: tables.Table, owners: Sequence[Log | Assignment], default: int) -> pa.Table:
    rows = [(one.name, default if one.clock_tolerance is None else one.clock_tolerance) for one in owners]
    return _table(table, sorted(rows))


def _declared(case: Case, steps: Sequence[tuple[str, Step]]) -> pa.Table:
    rows: list[tuple[str | None, str | None, str | None, int, int, int]] = []
    for log in case.logs:
        rows += [(log.name, None, None, 0, stretch.begin, stretch.end) for stretch in log.doubtful]
    for one in case.assignments:
        rows += [(None, None, one.name, 0, stretch.begin, stretch.end) for stretch in one.doubtful]
    rows += [(log, step.series, None, 0, step.begin, step.end) for log, step in steps]
    return _table(DECLARED, sorted(set(rows), key=str))
