"""Each stage once: what it reads, its parameters, its schema, and whether an earlier run's result still holds.

The way of the data: events and leases → attributions → sightings → visits → visitors → conduct → subjects → leads and
enquiries. A result is kept in the cache under the SHA-256 of what made it; a rule changed redoes what depends on it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from landmark import accounting, store, tables
from landmark.engine import statement
from landmark.errors import CaseError, Problem
from landmark.intake.leases import tried_shifts
from landmark.keys import code_key, key_of
from landmark.lookups import reach
from landmark.stages import HELD, READS, SPEAKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from landmark.case import Assignment, Case, Log
    from landmark.engine import Engine
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


@dataclass(frozen=True, slots=True)
class Kept:
    """A table and the key of what made it."""

    data: pa.Table
    key: str


@dataclass(slots=True)
class Results:
    """What a run gives: every table, the funnel, and the keys that the cache must keep."""

    tables: dict[str, pa.Table]
    files: tuple[accounting.FileCount, ...]
    funnel: dict[str, object]
    counts: dict[str, int]


class Stages:
    """Runs stages one after the other, or takes what an earlier run left in the cache."""

    def __init__(self, engine: Engine, cache: Path, say: Callable[[str], None]) -> None:
        """Take the engine, the folder of kept tables, and whom to tell which stage is at work."""
        self._engine = engine
        self._cache = cache
        self._say = say
        self.used: set[str] = set()

    def keep(self, table: tables.Table, key: str, make: Callable[[], pa.Table]) -> Kept:
        """Give the table of that key: from the cache, else made, checked and kept."""
        self.used.add(key)
        path = self._cache / f"{key}.parquet"
        if path.exists():
            return Kept(store.read(path, table), key)
        self._say(table.name)
        data = store.conform(make(), table)
        store.write(data, table, path)
        return Kept(data, key)

    def sql(self, table: tables.Table, inputs: Mapping[str, Kept], stage: str = "", **parameters: int | str) -> Kept:
        """Run the stage's SQL over the inputs (by the names that the SQL uses)."""
        name = stage or table.name
        key = key_of(
            name, statement(name), str(table), parameters, {one: kept.key for one, kept in inputs.items()}, code_key()
        )
        read = {one: kept.data for one, kept in inputs.items()}
        return self.keep(table, key, lambda: self._engine.run(name, read, parameters))


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
    window = {"window_from": case.authority.begin, "window_until": case.authority.end}
    sightings = stages.sql(tables.SIGHTINGS, {"events": events, "attributions": attributions})
    seen = {"events": events, "sightings": sightings}
    visits = stages.sql(tables.VISITS, seen, visit_gap=case.rules.visit_gap, **window)
    visitors = stages.sql(tables.VISITORS, {**seen, "visits": visits})
    conduct = _conduct(case, {**seen, "visits": visits, "visitors": visitors}, names, stages)
    placed = _countries(case, seen, conduct, stages)
    country = case.authority.country or case.lead
    before = {**seen, "visits": visits, "attributions": attributions}
    subjects = stages.sql(
        tables.SUBJECTS,
        {**before, "visitors": visitors, "conduct": conduct, "leases": leases, "countries": placed},
        more_than=case.rules.more_than,
        country=country,
    )
    leads = stages.sql(tables.LEADS, {"subjects": subjects}, country=country)
    enquiries = stages.sql(tables.ENQUIRIES, {**seen, "subjects": subjects, "countries": placed})
    instants = stages.sql(tables.INSTANTS, {**seen, "visits": visits, "enquiries": enquiries, "countries": placed})
    made = {
        **{name: kept.data for name, kept in attributed.items()},
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
    steps = _steps(files, made)
    counts = {step.step: step.count for step in steps} | {"enquiries": made["enquiries"].num_rows}
    return Results(made, files, accounting.as_json(files, steps, counts["enquiries"]), counts)


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
        return {table.name: Kept(store.empty(table), none) for table in absent}
    leases = Kept(leased.leases, leased.key)
    tolerance = case.rules.clock_tolerance
    clients = pc.unique(events.data["client_address"]).drop_null().to_pylist()
    pairs = reach.reach(clients, pc.unique(leases.data["address"]).to_pylist())
    small = {
        "reach": _table({"client_address": pa.string(), "address": pa.string()}, pairs),
        "shifts": _table({"shift": pa.int64()}, [(shift,) for shift in tried_shifts(case)]),
        "log_clocks": _clocks("log", case.logs, tolerance),
        "assignment_clocks": _clocks("assignment", case.assignments, tolerance),
        "declared": _declared(case, logs),
    }
    given = {name: Kept(data, store.digest(data)) for name, data in small.items()}
    return {"leases": leases, **_resolve({"events": events, "leases": leases, **given}, stages)}


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


def _table(columns: Mapping[str, pa.DataType], rows: Sequence[tuple[object, ...]]) -> pa.Table:
    values = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    return pa.table(
        {name: pa.array(list(column), type_) for (name, type_), column in zip(columns.items(), values, strict=True)}
    )


def _clocks(column: str, owners: Sequence[Log | Assignment], default: int) -> pa.Table:
    rows = sorted((one.name, default if one.clock_tolerance is None else one.clock_tolerance) for one in owners)
    return _table({column: pa.string(), "tolerance": pa.int64()}, rows)


def _declared(case: Case, logs: Logs) -> pa.Table:
    rows: list[tuple[str | None, str | None, str | None, int, int]] = []
    for log in case.logs:
        rows += [(log.name, None, None, stretch.begin, stretch.end) for stretch in log.doubtful]
    for one in case.assignments:
        rows += [(None, None, one.name, stretch.begin, stretch.end) for stretch in one.doubtful]
    rows += [(log, step.series, None, step.begin, step.end) for log, step in logs.steps]
    types = {
        "log": pa.string(),
        "series": pa.string(),
        "assignment": pa.string(),
        "from": pa.int64(),
        "until": pa.int64(),
    }
    return _table(types, sorted(set(rows), key=str))


def _steps(files: Sequence[accounting.FileCount], made: Mapping[str, pa.Table]) -> list[accounting.Step]:
    lines, kept = accounting.lines_step(files)
    reasons = Counter(made["events"]["reason"].drop_null().to_pylist())
    counting = kept.count - sum(reasons.values())
    visitors, subjects = made["visitors"].num_rows, made["subjects"].num_rows
    lost = list(zip(made["subjects"]["lost"].to_pylist(), made["subjects"]["basis"].to_pylist(), strict=True))
    attended = Counter(why for why, _ in lost if why in (*tables.MACHINES, "embedded"))
    rest = [(why, basis) for why, basis in lost if why not in attended]
    attributed = Counter(why for why, basis in rest if basis != "account")
    unplaced = Counter(why for why, basis in rest if basis == "account" and why == "no_country")
    identified = Counter(why for why, basis in rest if basis == "account" and why not in (None, "no_country"))
    left = [subjects]
    for step in (attended, attributed, identified, unplaced):
        left.append(left[-1] - sum(step.values()))

    def step(name: str, unit: str, count: int, gone: Mapping[str | None, int]) -> accounting.Step:
        order = (*tables.NOT_COUNTED, *tables.LEAD_LOSSES)
        return accounting.Step(name, unit, count, {word: gone[word] for word in order if gone.get(word)})

    below = {"at_most_threshold": visitors - subjects}
    return [
        lines,
        kept,
        step("counting", "events", counting, reasons),
        step("visits", "visits", made["visits"].num_rows, {}),
        step("visitors", "visitors", visitors, {}),
        step("over_threshold", "visitors", left[0], below),
        step("attended", "visitors", left[1], attended),
        step("attributed", "visitors", left[2], attributed),
        step("identified", "visitors", left[3], identified),
        step("placed", "visitors", left[4], unplaced),
        step("leads", "visitors", made["leads"].num_rows, {}),
    ]
