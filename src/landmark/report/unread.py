"""What must be heard of an input beyond its counts: that it ends early, is damaged, or does not read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from landmark.figures import many
from landmark.report.steps import files

if TYPE_CHECKING:
    from collections.abc import Mapping

_DAMAGE = {
    "cut_off": "ends early: it is cut off",
    "checksum": "has a wrong check sum: what was read of it may be other than what was packed",
    "damaged": "is damaged: near the damage what was read of it may be other than what was packed",
}
_LOST = {
    "files": "Whoever stands there is missing from every figure.",
    "assignment_files": "A record that speaks against an attribution, and so a lead, may be among what is lost.",
}

_WHATEVER = frozenset({"truncated", "too_long"})
"""Reasons for which a line is rejected whatever stands in it."""
_UNREAD = {
    "with an address that was asked for could not be read": False,
    "cut off or too long could not be read, and may hold an address that was asked for": True,
}


def unread(funnel: Mapping[str, Any]) -> tuple[str, ...]:
    """Give it as sentences: first of damage, which no share of rejected lines measures; of assignment records first."""
    parts = ("assignment_files", "files")
    said = [
        f"“{file.path}” {_DAMAGE[file.damage]}, and what stood behind is not known. {_LOST[part]}"
        for part in parts
        for file in files(funnel, part)
        if file.damage is not None
    ]
    said += [
        f"None of the first lines of “{file.path}” reads as {file.format}, and nothing of it was kept, so whom its "
        f"records name is not known. Expected: {file.expected}."
        for file in files(funnel, "assignment_files")
        if file.expected is not None
    ]
    said += [
        f"Of “{file.path}”, {many(number, 'line')} {what}. A record that speaks against an attribution, and so a lead, "
        "may be among them."
        for file in files(funnel, "assignment_files")
        if file.damage is None and file.expected is None
        for what, unsure in _UNREAD.items()
        if (number := sum(number for reason, number in file.rejected if (reason in _WHATEVER) == unsure))
    ]
    return tuple(said)
