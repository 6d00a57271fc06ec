"""One text is read once: what of the case is said of it must be one thing, by whichever name it is read."""

from __future__ import annotations

from dataclasses import fields
from itertools import islice
from typing import TYPE_CHECKING

from landmark.case import Assignment
from landmark.errors import CaseError, Problem
from landmark.intake.unlike import says_nothing
from landmark.lines import unmarked
from landmark.scan.blocks import LONGEST, first_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from landmark.case import Case, Log
    from landmark.intake.inputs import Input
    from landmark.scan.identity import Identity

_OF_NO_ROW = frozenset({"files", "line", "why", "overlap", "gone"})
"""What a case says of files that changes nothing in what a line of them means."""
_EXPECTED = (
    "each text under one declaration, as it is read once and the other would be lost: name one of the two alone, or "
    "declare both alike; lines of two kinds need a file for each kind"
)


def refuse(found: Sequence[tuple[Input, Identity]], case: Case) -> None:
    """See that no text with something in it is declared in two ways that mean different rows.

    The same bytes under another realm, clock or format are other rows; they would be listed as a copy and be missing.

    Raises:
        CaseError: one is.
    """
    first: dict[tuple[str, str], tuple[Input, Identity]] = {}
    problems: dict[tuple[str, str, str], Problem] = {}
    for one, identity in found:
        other, _ = first.setdefault((one.kind, identity.content_sha256), (one, identity))
        if other.owner is one.owner:
            continue
        keys = _differing(other.owner, one.owner, case)
        place = (identity.content_sha256, other.owner.name, one.owner.name)
        if keys and place not in problems and not (_is_empty(other, identity) and _is_empty(one, identity)):
            problems[place] = _problem(other, one, keys)
    if problems:
        raise CaseError(*problems.values())


def _problem(one: Input, other: Input, keys: Sequence[str]) -> Problem:
    one, other = sorted((one, other), key=lambda named: named.owner.line)
    found = f"one text in {one.name} and {other.name}, which line {one.owner.line} declares otherwise"
    return Problem(_EXPECTED, "case.toml", other.owner.line or None, ", ".join(keys), found)


def _differing(one: Log | Assignment, other: Log | Assignment, case: Case) -> list[str]:
    said, also = _said(one, case), _said(other, case)
    return sorted(key for key in said if said[key] != also[key])


def _said(owner: Log | Assignment, case: Case) -> dict[str, object]:
    """Give what is declared of rows, in whatever order the case says it."""
    said = {field.name: getattr(owner, field.name) for field in fields(owner) if field.name not in _OF_NO_ROW}
    if owner.clock_tolerance is None:
        said["clock_tolerance"] = case.rules.clock_tolerance
    said["doubtful"] = [(stretch.begin, stretch.end) for stretch in owner.doubtful]
    return {key: sorted(value) if isinstance(value, tuple | list) else value for key, value in said.items()}


def _is_empty(one: Input, identity: Identity) -> bool:
    """Tell whether nothing is in a text but headings and blank lines, as in the log of a day on which nothing was."""
    if identity.text_bytes >= LONGEST:
        return False
    lines = list(unmarked(islice(first_lines(one.path), identity.lines)))
    if isinstance(one.owner, Assignment):
        return says_nothing(lines, one.owner)
    return all(line.text[:1] == b"#" or not line.text.strip() for line in lines)
