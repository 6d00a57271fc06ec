"""What a case declares about clocks, in words: how far each may be off, what was measured, which time is doubtful.

What a clock was measured to be ahead is taken off every instant, so each instant that is shown rests on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from landmark.case import Log
from landmark.figures import exactly

if TYPE_CHECKING:
    from collections.abc import Sequence

    from landmark.case import Assignment, Case, Stretch


@dataclass(frozen=True, slots=True)
class Declared:
    """What is declared of one clock; `said` in words without their subject: `was 7 min 12 s ahead (measured)`."""

    name: str
    of_log: bool  # else of assignment records
    said: tuple[str, ...]
    ahead: bool  # whether something is taken off
    doubtful: tuple[Stretch, ...]


def declared(case: Case) -> tuple[Declared, ...]:
    """Give what is declared of each clock of which anything is: logs, then assignment records, each by name."""
    every: list[Log | Assignment] = sorted(case.logs, key=lambda one: one.name)
    every += sorted(case.assignments, key=lambda one: one.name)
    return tuple(
        Declared(one.name, isinstance(one, Log), said, bool(one.clock_ahead), one.doubtful)
        for one in every
        if (said := _said(one)) or one.doubtful
    )


def together(case: Case) -> str:
    """Say by how much the clock of a log and that of the records may differ: the sum of what both are allowed."""
    logs = _allowed(case, case.logs)
    records = _allowed(case, case.assignments)
    if not case.assignments:
        said = _from_to(logs[0], logs[-1])
        return f"the clock of a log may be off by {said}{', as the case declares' if len(logs) > 1 else ''}"
    least, most = logs[0] + records[0], logs[-1] + records[-1]
    said = f"the clock of a log and that of the records may differ by {_from_to(least, most)}"
    if len(logs) > 1 or len(records) > 1:
        return f"{said}, as the case declares"
    if logs == records:
        return f"{said} ({exactly(logs[0])} each)"
    return f"{said} ({exactly(logs[0])} of the log, {exactly(records[0])} of the records)"


def usual(case: Case) -> str:
    """Give what clocks are allowed that have no tolerance of their own; empty where every one has."""
    every: tuple[Log | Assignment, ...] = (*case.logs, *case.assignments)
    return exactly(case.rules.clock_tolerance) if any(one.clock_tolerance is None for one in every) else ""


def ahead(one: Log | Assignment) -> str:
    """Say how far a clock was measured to be off, and who says so: `7 min 12 s ahead (held against …)`."""
    why = f" ({one.why})" if one.why else ""
    return f"{exactly(one.clock_ahead)} {'ahead' if one.clock_ahead > 0 else 'behind'}{why}"


def _said(one: Log | Assignment) -> tuple[str, ...]:
    said = [f"was {ahead(one)}"] if one.clock_ahead else []
    if one.clock_tolerance is not None:
        said.append(f"may be off by {exactly(one.clock_tolerance)} either way")
    return tuple(said)


def _allowed(case: Case, clocks: Sequence[Log | Assignment]) -> list[int]:
    """Give the tolerances that are used, each once, ascending, µs; the usual one where there is no clock."""
    default = case.rules.clock_tolerance
    used = {default if one.clock_tolerance is None else one.clock_tolerance for one in clocks}
    return sorted(used or {default})


def _from_to(least: int, most: int) -> str:
    return exactly(least) if least == most else f"up to {exactly(least)}, or up to {exactly(most)}"
