"""What was taken off every instant of a log or of records, for somebody measured how far the clock was off. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from landmark.errors import CaseError, Problem
from landmark.figures import exactly

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from landmark.case import Assignment, Case, Log


def as_run(case: Case, entries: Iterable[Mapping[str, Any]]) -> Case:
    """Give a case with the deviations that were taken off when its results were made: it may declare others since.

    Args:
        case: the case as it is now.
        entries: those of its ledger, in order.

    Raises:
        CaseError: it has no more a log or records of which the results are.
    """
    last: Mapping[str, Any] = {}
    made = last
    for entry in entries:
        last = entry if entry["what"] == "run" else last
        made = last if entry["what"] in {"results", "nothing changed"} else made
    logs = {one["log"]: one for one in made.get("logs", ())}
    holders = {one["assignment"]: one for one in made.get("assignments", ())}
    for part, then, now in (("log", logs, case.logs), ("assignment", holders, case.assignments)):
        if gone := sorted(set(then) - {one.name for one in now}):
            expected = f"each [[{part}]] as it was when the results were made; run again"
            raise CaseError(Problem(expected, found=f"none with the files {gone[0]}"))
    return replace(
        case,
        logs=tuple(replace(one, **_deviation(logs, one.name)) for one in case.logs),
        assignments=tuple(replace(one, **_deviation(holders, one.name)) for one in case.assignments),
    )


def _deviation(stated: Mapping[str, Mapping[str, Any]], name: str) -> dict[str, Any]:
    one = stated.get(name, {})
    return {"clock_ahead": one.get("clock_ahead", 0), "why": one.get("why")}


def measured(owner: Log | Assignment, of: str = "") -> dict[str, object]:
    """Say it, with the reason that the case declares; nothing where the case declares no deviation.

    Args:
        owner: the `[[log]]` or `[[assignment]]` whose instant it stands beside.
        of: what the name of the fact goes on with.
    """
    ahead = owner.clock_ahead
    if not ahead:
        return {}
    name, was, written = ("taken off", "ahead", "later") if ahead > 0 else ("added", "behind", "earlier")
    by = exactly(abs(ahead))
    said = f"{by}, by which the clock was measured to be {was} ({owner.why}); what is written is as much {written}"
    return {f"{name}{of}": said}


def figure(owner: Log | Assignment) -> dict[str, object]:
    """Give the same as a figure, µs, negative where it was added."""
    return {"clock_ahead": owner.clock_ahead} if owner.clock_ahead else {}


def after(name: str, facts: Mapping[str, object], more: Mapping[str, object]) -> dict[str, object]:
    """Put facts behind the one of a name."""
    made: dict[str, object] = {}
    for one, value in facts.items():
        made |= {one: value, **(more if one == name else {})}
    return made
