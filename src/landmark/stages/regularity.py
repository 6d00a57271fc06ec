"""How regular and how purposeful each visitor over the threshold is, and whether anybody sat there.

Statistics that SQL does badly, over regulars only: tables in, a table out; no engine, no disk. Instants are int64 µs
UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from landmark import store
from landmark.stages import attendance
from landmark.stages.regulars import each, regulars
from landmark.tables import CONDUCT, DAY, HOUR, MACHINES, MINUTE, SECOND

if TYPE_CHECKING:
    from collections.abc import Mapping

    from landmark.stages.regulars import Seen, Suspects

_MONDAY = 3
"""1970-01-01 was a Thursday, three days after a Monday."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What is counted: the half-open window, the gap and the threshold; µs."""

    window_from: int
    window_until: int
    visit_gap: int
    more_than: int


def conduct(tables: Mapping[str, pa.Table], rules: Rules, suspects: Suspects) -> pa.Table:
    """Say of each visitor over the threshold how it behaves.

    Quartiles of pauses are values that occur: of n pauses in ascending order, the one at position (n − 1) · q // 4,
    from 0, in whole seconds; empty where there is one visit only.

    Args:
        tables: `events`, `sightings`, `visits` and `visitors`, as in `landmark.tables`.
        rules: what is counted.
        suspects: what the lookups found.

    Returns:
        `landmark.tables.CONDUCT`, ascending by visitor.
    """
    regular = regulars(tables, rules.more_than)
    counting = regular.filter(regular.column("counts"))
    actions, reasons = _tally(counting, "action"), _tally(regular, "reason")
    referred = _tally(counting, "referred")
    rows: list[dict[str, object]] = [
        {
            "visitor_id": visitor,
            **_regularity(seen, rules),
            **_machine(seen, rules),
            "purposeful_visits": seen.visits_with(seen.purposeful),
            "opened": actions.get((visitor, "open"), 0),
            "fetched": actions.get((visitor, "fetch"), 0),
            "posted": actions.get((visitor, "post"), 0),
            "searched": actions.get((visitor, "search"), 0),
            "by_link": referred.get((visitor, "other"), 0),
            "by_embed": reasons.get((visitor, "embed"), 0),
            "failed": reasons.get((visitor, "failed"), 0),
            "automated_events": int(np.count_nonzero(seen.automated)),
        }
        for visitor, seen in each(counting, tables, suspects)
    ]
    return pa.Table.from_pylist(rows, schema=store.schema(CONDUCT))


def _regularity(seen: Seen, rules: Rules) -> dict[str, object]:
    days = np.unique(seen.time // DAY)
    runs = np.split(days, np.flatnonzero(np.diff(days) != 1) + 1)
    pauses = np.sort((seen.visits_first[1:] - seen.visits_last[:-1]) // SECOND)
    low, median, high = (int(pauses[(pauses.size - 1) * q // 4]) if pauses.size else None for q in (1, 2, 3))
    first_day, last_day = rules.window_from // DAY, (rules.window_until - 1) // DAY
    hour = seen.time // HOUR - first_day * 24
    wider, _ = attendance.runs(seen.first, seen.last, 2 * rules.visit_gap)
    return {
        "marginal": wider.size <= rules.more_than,
        "weeks": int(np.unique((days + _MONDAY) // 7).size),
        "longest_run": max(run.size for run in runs),
        "gap_low": low,
        "gap_median": median,
        "gap_high": high,
        "hours": np.bincount(seen.visits_first // HOUR % 24, minlength=24).tolist(),
        "strip": np.bincount(hour, minlength=24 * (last_day - first_day + 1)).tolist(),
    }


def _machine(seen: Seen, rules: Rules) -> dict[str, object]:
    attended = seen.visits_with(~seen.automated & ~seen.known)
    why = {
        "automated": _automated(seen, rules),
        "unattended": _unattended(seen),
        "leaf": _leaf(seen, rules),
        "known": _known(seen, rules, attended),
    }
    fits = [word for word in MACHINES if why[word]]
    return {
        "machine": fits[0] if fits else None,
        "machine_why": "; ".join(why[word] for word in fits) or None,
        "attended_visits": attended,
    }


def _automated(seen: Seen, rules: Rules) -> str:
    others = seen.visits_with(~seen.automated)
    if others > rules.more_than:
        return ""
    agent, robots, network = (int(np.count_nonzero(by)) for by in (seen.by_agent, seen.by_robots, seen.by_network))
    return (
        f"{others} of {seen.visits_first.size} visits hold an event that is not a known machine's; of {seen.time.size} "
        f"events {agent} are by an agent on the list, {robots} by an agent that asked that address's robots.txt, "
        f"{network} from a crawler's network"
    )


def _unattended(seen: Seen) -> str:
    on_it = attendance.one_path(seen.path)
    if attendance.is_one_path(on_it, seen.time.size):
        return f"{on_it} of {seen.time.size} events ask for one path"
    beat = attendance.beat(attendance.starts(seen.first, seen.connection, seen.static))
    if beat.unattended:
        return (
            f"{beat.near} of {beat.intervals} intervals between starts lie within a minute of a multiple of "
            f"{_in_words(beat.period)}"
        )
    return ""


def _in_words(period: int) -> str:
    """Write one of the periods, µs: those of two hours and more are whole hours."""
    return f"{period // MINUTE} minutes" if period < 2 * HOUR else f"{period // HOUR} hours"


def _leaf(seen: Seen, rules: Rules) -> str:
    if seen.visits_with(~seen.leaf) <= rules.more_than:
        return "the case says that it serves several people"
    logins = attendance.days_of_several_logins(seen.time, seen.login)
    agents = attendance.days_of_several_agents(seen.first, seen.last, seen.agent, rules.visit_gap)
    if len(logins | agents) < attendance.ENOUGH_DAYS:
        return ""
    said = []
    if logins:
        said.append(f"on {len(logins)} days two verified logins or more under it")
    if agents:
        said.append(f"on {len(agents)} days three agents or more at one instant")
    return ", ".join(said)


def _known(seen: Seen, rules: Rules, attended: int) -> str:
    # A machine's visits are nobody's: together with those of a unit at work they may leave too few.
    if attended > rules.more_than or not seen.known.any():
        return ""
    outside = seen.visits_with(~seen.known)
    return f"{outside} of {seen.visits_first.size} visits hold an event outside the periods that the case names"


def _tally(table: pa.Table, column: str) -> dict[tuple[str, str], int]:
    counted = table.group_by(["visitor_id", column]).aggregate([([], "count_all")]).to_pylist()
    return {(row["visitor_id"], row[column]): row["count_all"] for row in counted}
