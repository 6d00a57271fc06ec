"""Each stage once: what it reads, its parameters, its schema, and whether an earlier run's result still holds.

The way of the data: events and leases → attributions → sightings → visits → visitors → conduct → subjects → leads and
enquiries. A result is kept in the cache under the SHA-256 of what made it; a rule changed redoes what depends on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from landmark import accounting, counting, fitting, regulars, store, tables
from landmark.errors import CaseError, Problem
from landmark.kept import Kept, Stages
from landmark.keys import key_of
from landmark.resolving import nobody, resolve

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from landmark.case import Case
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
    """What a run gives: every table and the funnel."""

    tables: dict[str, pa.Table]
    events: Kept  # a table, too, as large as all that was kept
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
    events = logs.events
    _refuse_overlaps(case, events, logs, leased, stages)
    resolved = nobody() if leased is None else resolve(case, logs, leased, stages)
    attributions = resolved.attributions
    attributed = {"events": events, "attributions": attributions}
    sightings = stages.sql(tables.SIGHTINGS, attributed, held=False, salt=names.salt)  # as many as events
    seen = {"events": events, "sightings": sightings}
    visits = stages.sql(
        tables.VISITS,
        seen,
        visit_gap=case.rules.visit_gap,
        window_from=case.authority.begin,
        window_until=case.authority.end,
    )
    stages.let_go()
    visitors = stages.sql(tables.VISITORS, {**seen, "visits": visits})
    stages.let_go()  # here and above: no other stages take as much, and what they take grows with the rows
    conduct = regulars.conduct(case, {**seen, "visits": visits, "visitors": visitors}, names, stages)
    placed = regulars.country_of_addresses(case, {**seen, "visitors": visitors}, stages)
    country = case.authority.country or case.lead
    before = {**seen, "visits": visits, "attributions": attributions}
    held = {"leases": resolved.holders, "reach": resolved.reach, "sought": resolved.sought}
    more_than = case.rules.more_than
    subjects = stages.sql(
        tables.SUBJECTS,
        {**before, **held, "visitors": visitors, "conduct": conduct, "countries": placed},
        more_than=more_than,
        country=country,
    )
    leads = stages.sql(tables.LEADS, {"subjects": subjects}, country=country)
    enquiries = stages.sql(tables.ENQUIRIES, {**seen, "subjects": subjects, "countries": placed}, more_than=more_than)
    instants = stages.sql(tables.INSTANTS, {**seen, "visits": visits, "enquiries": enquiries, "countries": placed})
    fit = fitting.nothing() if resolved.fitted is None else resolved.fitted.tables
    narrowed = counting.narrowed({**before, **held, "subjects": subjects}, stages)
    made = {
        "leases": store.empty(tables.LEASES) if leased is None else leased.leases,
        "source_tests": resolved.source_tests.data,
        "doubts": resolved.doubts.data,
        **fit,
        "attributions": attributions.data,
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
        "narrowed": narrowed.data,
    }
    files = (*logs.files, *(leased.files if leased else ()))
    steps = accounting.steps(files, {**made, "events": events.select("reason")})
    counts = {step.step: step.count for step in steps} | {"enquiries": len(made["enquiries"]["visitor_id"].unique())}
    addresses = counting.by_address(case, {**seen, "visits": visits, "visitors": visitors}, stages)
    beside = accounting.Beside(counts["enquiries"], addresses, _clocks_said(logs, made) | _gone(case))
    return Results(made, events, files, accounting.as_json(files, steps, beside), counts)


def _clocks_said(logs: Logs, made: Mapping[str, pa.Table]) -> dict[str, Sequence[object]]:
    """Give what must be said of clocks: where one was set back, and where one fits better at another time."""
    back = [{"log": log, "series": step.series, "from": step.begin, "until": step.end} for log, step in logs.steps]
    tests = made["source_tests"]
    loud = tests.filter(tests["loud"]).drop_columns(["excluded", "loud", "days"]).to_pylist()
    drifts = made["drifts"]
    return {"clock_steps": back, "loud": loud, "elsewhere": drifts.filter(drifts["loud"]).to_pylist()}


def _gone(case: Case) -> dict[str, Sequence[object]]:
    """Give which files the case declares gone that earlier runs read; nothing where there are none."""
    gone: list[object] = [{"path": path, "of": "files"} for log in case.logs for path in log.gone]
    gone += [{"path": path, "of": "assignment_files"} for one in case.assignments for path in one.gone]
    return {"gone": gone} if gone else {}


def _refuse_overlaps(case: Case, events: Kept, logs: Logs, leased: Leased | None, stages: Stages) -> None:
    keeping = sorted(log.name for log in case.logs if log.overlap == "keep")
    keeps = Kept(pa.table({"log": pa.array(keeping, pa.string())}), key_of(keeping))
    pairs = stages.sql(OVERLAPS, {"events": events, "keeps": keeps})
    twice = list(zip(*(pairs.data.column(name).to_pylist() for name in OVERLAPS.names), strict=True))
    problems = [_overlap(logs.names, *pair) for pair in twice]
    if leased is not None:
        problems += [_recorded_twice(leased.names, *pair) for pair in leased.twice]
    if problems:
        raise CaseError(*problems)


def _overlap(names: Mapping[str, str], one: str, other: str, equal: int) -> Problem:
    return Problem(
        'each line in one file only; drop one of the two, or say overlap = "keep" on one of them',
        file=_both(names, one, other),
        found=f"{equal} equal rows in files whose periods overlap: they would be counted twice",
    )


def _recorded_twice(names: Mapping[str, str], one: str, other: str, equal: int) -> Problem:
    return Problem(
        "each record in one file only, as a copy in another network's place would name its customers there; drop one "
        "of the two, or where both are meant (two exports of one table, two realms that both have it) say "
        'overlap = "keep" on one [[assignment]] of theirs',
        file=_both(names, one, other),
        found=f"{equal} equal records",
    )


def _both(names: Mapping[str, str], one: str, other: str) -> str:
    return " and ".join(sorted((names.get(one, one), names.get(other, other))))
