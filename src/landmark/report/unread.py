"""What must be heard of an input beyond its counts: that it ends early, is damaged, does not read, or is gone."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from landmark.figures import many
from landmark.report.steps import files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from landmark.report.steps import File

_DAMAGE = {
    "cut_off": "ends early: it is cut off",
    "checksum": "has a wrong check sum: what was read of it may be other than what was packed",
    "damaged": "is damaged: near the damage what was read of it may be other than what was packed",
}
_LOST = {
    "files": "Whoever stands there is missing from every figure.",
    "assignment_files": "A record that speaks against an attribution, and so a lead, may be among what is lost.",
}
_NOT_WHOLE = (
    "**These totals rest on inputs that are not whole**: a part is missing, damaged or could not be read, and what it "
    "says is not known."
)
_IN_PUBLIC = {
    "files": "Of the logs that holds: whoever stands only in what is lost is missing from every total.",
    "assignment_files": "Of the records of who held which address that holds: a lead may be among these totals against "
    "which a lost record would speak, and another may be missing.",
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
    said += [
        f"What an earlier run read of “{one['path']}” is gone, as the case declares. {_LOST[one['of']]}"
        for part in parts
        for one in funnel.get("gone", ())
        if one["of"] == part
    ]
    return tuple(said)


def in_public(funnel: Mapping[str, Any], allowed: Fraction) -> tuple[str, ...]:
    """Give what must be said beside totals that are published, a sentence each: which kind of input is not whole.

    Neither file nor format nor number is said, so that nobody can be known by them.

    Args:
        funnel: as in `funnel.json`.
        allowed: the share of a log's lines that may be rejected; of records every line counts, as one may speak
            against a lead.
    """
    gone = {one["of"] for one in funnel.get("gone", ())}
    logs = "files" in gone or any(_is_not_whole(one, allowed) for one in files(funnel))
    records = "assignment_files" in gone or any(
        _is_not_whole(one, Fraction(0)) for one in files(funnel, "assignment_files")
    )
    said = [_IN_PUBLIC["files"]] * logs + [_IN_PUBLIC["assignment_files"]] * records
    return (_NOT_WHOLE, *said) if said else ()


def _is_not_whole(file: File, allowed: Fraction) -> bool:
    rejected = sum(number for _, number in file.rejected)
    return file.damage is not None or file.unlike or file.admitted_lost > 0 or rejected > allowed * file.lines
