"""Each stage once: what it reads, its parameters, its schema, and whether an earlier run's result still holds.

The way of the data: events and leases → attributions → sightings → visits → visitors → conduct → subjects → leads and
enquiries. A result is kept in the cache under the SHA-256 of what made it; a rule changed redoes what depends on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from landmark import accounting, regulars, store, tables
from landmark.errors import CaseError, Problem
from landmark.intake.leases import tried_shifts
from landmark.kept import Kept, Stages
from landmark.keys import key_of
from landmark.lookups.reach import reach
from landmark.stages import ASSIGNMENT_CLOCKS, DECLARED, HELD, LOG_CLOCKS, REACH, READS, SHIFTS, SPEAKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from landmark.case import Assignment, Case, Log
    from landmark.intake.leases import Leased
    from landmark.intake.logs import Logs
    from landmark.pseudonyms import Pseudonyms

OVERLAPS = tables.Table(
    "overlaps",
    "Pairs of files whose periods overlap and that hold equal rows.",
    ("one", "other"),
    (
        tables.Column("one", "string", "source"),
        tables.Column("other", "string", "source"),
        tables.Column("equal", "int64", "equal rows"),
    ),
)


@dataclass(slots=True)
class Results:
    """What a run gives: every table, the funnel, and the keys that the cache must keep."""

    tables: dict[str, pa.Table]
    files: tuple[accounting.FileCount, ...]
    funnel: dict[str, object]
    counts: dict[str, int]


def run(case: Case, logs: Logs, leased: Leased | None, names: Pseudonyms, stages: Stages) -> Results:
    """Take events and leases through every stage.

    Args:
        case: the case, checked.
        logs: what came of the log files.
        leased: what came of the assignment files; None where the case has none.
        names: gives pseudonyms for what the case itself names.
        stages: runs or remembers.

    Raises:
        CaseError: two files tell the same twice.
        IntegrityError: rows do not add up.
    """
    events = Kept(logs.events, logs.key)
    _refuse_overlaps(case, events, logs, leased, stages)
    attributed = _attribute(case, logs, events, leased, stages)
    attributions, leases = attributed["attributions"], attributed["leases"]
    sightings = stages.sql(tables.SIGHTINGS, {"events": events, "attributions": attributions})
    seen = {"events": events, "sightings": sightings}
    visits = stages.sql(
        tables.VISITS,
        seen,
        visit_gap=case.rules.visit_gap,
        window_from=case.authority.begin,
        window_until=case.authority.end,
    )
    visitors = stages.sql(tables.VISITORS, {**seen, "visits": visits})
    conduct = regulars.conduct(case, {**seen, "visits": visits, "visitors": visitors}, names, stages)
    placed = regulars.country_of_addresses(case, {**seen, "visitors": visitors}, stages)
    country = case.authority.country or case.lead
    before = {**seen, "visits": visits, "attributions": attributions, "reach": attributed["reach"]}
    more_than = case.rules.more_than
    subjects = stages.sql(
        tables.SUBJECTS,
        {**before, "visitors": visitors, "conduct": conduct, "leases": leases, "countries": placed},
        more_than=more_than,
        country=country,
    )
    leads = stages.sql(tables.LEADS, {"subjects": subjects}, country=country)
    enquiries = stages.sql(tables.ENQUIRIES, {**seen, "subjects": subjects, "countries": placed}, more_than=more_than)
    instants = stages.sql(tables.INSTANTS, {**seen, "visits": visits, "enquiries": enquiries, "countries": placed})
    made = {
        **{name: kept.data for name, kept in attributed.items() if name in tables.BY_NAME},
        "events": events.data,
        "rejects": logs.rejects,
        "sightings": sightings.data,
        "visits": visits.data,
        "visitors": visitors.data,
        "conduct": conduct.data,
        "countries": placed.data,
        "subjects": subjects.data,
        "leads": leads.data,
        "enquiries": enquiries.data,
        "instants": instants.data,
    }
    files = (*logs.files, *(leased.files if leased else ()))
    steps = accounting.steps(files, made)
    counts = {step.step: step.count for step in steps} | {"enquiries": made["enquiries"].num_rows}
    return Results(made, files, accounting.as_json(files, steps, counts["enquiries"], _clocks_said(logs, made)), counts)


def _clocks_said(logs: Logs, made: Mapping[str, pa.Table]) -> dict[str, Sequence[object]]:
    """Give what must be said of clocks: where one was set back, and where one fits better at another time."""
    back = [{"log": log, "series": step.series, "from": step.begin, "until": step.end} for log, step in logs.steps]
    tests = made["source_tests"]
    loud = tests.filter(tests["loud"]).drop_columns(["excluded", "loud", "days"]).to_pylist()
    return {"clock_steps": back, "loud": loud}


def _refuse_overlaps(case: Case, events: Kept, logs: Logs, leased: Leased | None, stages: Stages) -> None:
    keeping = sorted(log.name for log in case.logs if log.overlap == "keep")
    keeps = Kept(pa.table({"log": pa.array(keeping, pa.string())}), key_of(keeping))
    pairs = stages.sql(OVERLAPS, {"events": events, "keeps": keeps})
    twice = list(zip(*(pairs.data.column(name).to_pylist() for name in OVERLAPS.names), strict=True))
    names = dict(logs.names)
    if leased is not None:
        twice += leased.twice
        names |= leased.names
    if twice:
        raise CaseError(*(_overlap(names, *pair) for pair in twice))


def _overlap(names: Mapping[str, str], one: str, other: str, equal: int) -> Problem:
    pair = sorted((names.get(one, one), names.get(other, other)))
    return Problem(
        'each line in one file only; drop one of the two, or say overlap = "keep" on one of them',
        file=" and ".join(pair),
        found=f"{equal} equal rows in files whose periods overlap: they would be counted twice",
    )


def _attribute(case: Case, logs: Logs, events: Kept, leased: Leased | None, stages: Stages) -> dict[str, Kept]:
    if leased is None:
        none = key_of("no assignments")
        absent = (tables.LEASES, tables.SOURCE_TESTS, tables.DOUBTS, tables.ATTRIBUTIONS)
        return {table.name: Kept(store.empty(table), none) for table in (*absent, REACH)}
    leases = Kept(leased.leases, leased.key)
    tolerance = case.rules.clock_tolerance
    clients = pc.unique(events.data["client_address"]).drop_null().to_pylist()
    pairs = reach(clients, pc.unique(leases.data["address"]).to_pylist())
    small = {
        "reach": _table(REACH, pairs),
        "shifts": _table(SHIFTS, [(shift,) for shift in tried_shifts(case)]),
        "log_clocks": _clocks(LOG_CLOCKS, case.logs, tolerance),
        "assignment_clocks": _clocks(ASSIGNMENT_CLOCKS, case.assignments, tolerance),
        "declared": _declared(case, logs),
    }
    given = {name: Kept(data, store.digest(data)) for name, data in small.items()}
    return {
        "leases": leases,
        "reach": given["reach"],
        **_resolve({"events": events, "leases": leases, **given}, stages),
    }


def _resolve(given: Mapping[str, Kept], stages: Stages) -> dict[str, Kept]:
    known = dict(given)
    chain = (
        ("held", HELD),
        ("speaking", SPEAKING),
        ("source_test", tables.SOURCE_TESTS),
        ("doubts", tables.DOUBTS),
        ("attributions", tables.ATTRIBUTIONS),
    )
    for stage, table in chain:
        known[table.name] = stages.sql(table, {name: known[name] for name in READS[stage]}, stage=stage)
    return {name: known[name] for name in ("source_tests", "doubts", "attributions")}


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
