"""The funnel as it is read out of `funnel.json`: steps, files, and why it ran dry where it did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from landmark import words
from landmark.figures import count, many

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the funnel: how many of which unit are left, and what was lost on the way from the step before."""

    step: str
    unit: str
    count: int
    lost: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class File:
    """What became of the lines of one input file; `duplicate_of` names the file that had the same text."""

    path: str
    sha256: str
    content_sha256: str
    bytes: int
    lines: int
    kept: int
    dropped: tuple[tuple[str, int], ...]
    rejected: tuple[tuple[str, int], ...]
    admitted_lost: int
    duplicate_of: str | None
    embeds_unknown: bool
    unlike: bool
    format: str | None
    expected: str | None
    damage: str | None

    @property
    def adds_up(self) -> bool:
        """Tell whether lines = kept + dropped + rejected."""
        gone = [number for _, number in (*self.dropped, *self.rejected)]
        return self.lines == self.kept + sum(gone)


def steps(funnel: Mapping[str, Any]) -> tuple[Step, ...]:
    """Give the steps in order; each one's losses are those on the way from the step before."""
    return tuple(Step(one["step"], one["unit"], one["count"], dict(one["lost"])) for one in funnel["steps"])


def by_address(funnel: Mapping[str, Any]) -> str:
    """Say in a sentence what would be counted if a visitor were an address; empty where the funnel does not say it."""
    if "by_address" not in funnel:
        return ""
    addresses = funnel["by_address"]
    own = {step.step: step.count for step in steps(funnel)}
    return (
        f"By account where it is sure, else by login, else by address: {many(own['visits'], 'visit')} of "
        f"{many(own['visitors'], 'visitor')}, {count(own['over_threshold'])} of them over the threshold. By address "
        f"alone: {many(addresses['visits'], 'visit')} of {many(addresses['visitors'], 'visitor')}, "
        f"{count(addresses['over_threshold'])} over the threshold. What lies between the two was one "
        "account's or login's addresses taken for several visitors, or an address of several taken for one."
    )


def files(funnel: Mapping[str, Any], part: str = "files") -> tuple[File, ...]:
    """Give the accounting of the logs (`files`) or of the assignment records (`assignment_files`), as listed."""
    return tuple(
        File(
            one["path"],
            one["sha256"],
            one["content_sha256"],
            one["bytes"],
            one.get("lines", 0),
            one.get("kept", 0),
            ranked(one.get("dropped", {})),
            ranked(one.get("rejected", {})),
            one.get("admitted_lost", 0),
            one.get("duplicate_of"),
            one.get("embeds_unknown", False),
            one.get("unlike", False),
            one.get("format"),
            one.get("expected"),
            one.get("damage"),
        )
        for one in funnel.get(part, ())
    )


def ranked(lost: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Give losses that are not zero, the largest first, equal ones by their word."""
    return tuple(sorted(((reason, n) for reason, n in lost.items() if n), key=lambda one: (-one[1], one[0])))


def dried_up(funnel: Mapping[str, Any]) -> str | None:
    """Say in a sentence where the funnel ran dry and why; None where there is a lead."""
    went = steps(funnel)
    if not went or went[-1].count:
        return None
    if not went[0].count:
        return "The funnel is empty because the logs have no lines: no file was found, or each one is empty."
    at = next(index for index, step in enumerate(went) if not step.count)
    before, here = went[at - 1], went[at]
    name = f"“{words.step(here.step).label}”"
    lost = ranked(here.lost)
    if not lost:
        return f"The funnel runs dry at {name}: none of the {_of(before)} before is one."
    why = "; ".join(f"{count(number)}: {words.loss(reason).label}" for reason, number in lost)
    if before.count == 1:
        return f"The funnel runs dry at {name}. The one {before.unit.removesuffix('s')} before was lost ({why})."
    return f"The funnel runs dry at {name}. Of the {_of(before)} before, all were lost ({why})."


def _of(step: Step) -> str:
    return many(step.count, step.unit.removesuffix("s"))
