"""What was taken off every instant of a log or of records, for somebody measured how far the clock was off. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from landmark.figures import exactly

if TYPE_CHECKING:
    from collections.abc import Mapping

    from landmark.case import Assignment, Log


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
