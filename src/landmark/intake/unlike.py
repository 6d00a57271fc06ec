"""Why no record of a file of assignments reads: what its format or the case would have to say for any to be one."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from landmark import assignments
from landmark.assignments.csv_records import NEEDED, OPTIONAL, fields_of
from landmark.assignments.names import addresses_in, text_of
from landmark.assignments.times import UnreadableError
from landmark.case import Assignment
from landmark.lines import unmarked
from landmark.scan.blocks import first_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from landmark.intake.inputs import Input
    from landmark.lines import Line

LINES = 2_000
"""How many of the first lines are tried: a log of leases may begin with much that is no record of its format."""
_FEW = 100
"""How many are tried first."""
_EVER = 1 << 62
_HEADED = frozenset({"radius-csv", "kea"})
# Tried where the case says none: with any of them a time reads that lacks no more than that.
_STATED: tuple[tuple[str, dict[str, str | int]], ...] = (
    ("`zone`: its times do not say how they stand to UTC", {"zone": "UTC"}),
    ("`year`: its times write none", {"year": 2001}),
    ("`zone` and `year`: its times write neither", {"zone": "UTC", "year": 2001}),
)


def expected(one: Input) -> str | None:
    """Say what is expected of a file of assignments none of whose first lines reads as its format; else None.

    Only for one of which nothing was kept. A file without records, as of a day without leases, is none of these.

    Raises:
        MachineError: the machine refuses to read it.
    """
    owner = one.owner
    if not isinstance(owner, Assignment):
        return None
    lines = list(unmarked(islice(first_lines(one.path), LINES)))
    settings = _settings(owner)
    if _records(_reading(lines[:_FEW], owner.format, settings)):
        return None  # as nearly always: `check` asks it of every file
    reading = _reading(lines, owner.format, settings)
    alone = owner.format in _HEADED or owner.format == "csv"
    if _records(reading) or not _others(reading, alone=alone):
        return None
    return (
        _header(lines, owner, reading)
        or _undeclared(lines, owner, settings)
        or f"lines as docs/formats.md shows them for {owner.format}"
    )


def says_nothing(lines: Iterable[Line], owner: Assignment) -> bool:
    """Tell whether nothing stands in the lines of a file of assignments but its headings and blank lines."""
    reading = _reading(list(unmarked(lines)), owner.format, _settings(owner))
    headings = reading.dropped["directive"] + reading.dropped["empty"]
    return reading.kept + reading.dropped.total() + len(reading.rejects) == headings


def _settings(owner: Assignment) -> assignments.Settings:
    return assignments.Settings(
        lambda _name: "",
        owner.zone,
        owner.year,
        owner.columns,
        account_kind=owner.account,
        table=owner.table,
    )


def _reading(lines: Sequence[Line], name: str, settings: assignments.Settings) -> assignments.FileLeases:
    """Read lines of which every address is asked for, at any time."""
    addresses = frozenset(one for one in addresses_in(text_of(lines)) if "/" not in one)
    wanted = assignments.Wanted(addresses, frozenset(), -_EVER, _EVER)
    (reading,) = assignments.ALL[name].read([lines], settings, wanted)
    return reading


def _records(reading: assignments.FileLeases) -> int:
    return reading.kept + reading.dropped["outside_window"]


def _others(reading: assignments.FileLeases, *, alone: bool) -> int:
    """Count what is there and no record; where others may stand in the same file, only what cannot be read."""
    # The last record may be cut off by there being no more lines, and not in the file.
    unread = sum(reject.reason != "truncated" for reject in reading.rejects)
    return unread + (reading.dropped["not_watched"] if alone else 0)


def _header(lines: Sequence[Line], owner: Assignment, reading: assignments.FileLeases) -> str | None:
    """Say what the first line would have to name; columns by the names that the case gives them."""
    if reading.dropped["directive"]:
        return None
    if owner.format in _HEADED:
        return f"a first line that names the columns as docs/formats.md says for {owner.format}"
    if owner.format != "csv":
        return None
    first = next(line.text for line in lines if line.text.strip())
    try:
        called = [name.strip() for name in fields_of(first.removesuffix(b"\r"))]
    except UnreadableError:
        called = []
    names = [owner.columns.get(name, name) for name in (*NEEDED, *OPTIONAL) if name in NEEDED or name in owner.columns]
    missing = ", ".join(name for name in names if name not in called)
    said = "a first line that names the columns, with commas between them"
    if len(called) == 1 and missing:
        return f"{said}; it has no comma"
    if missing:
        return f"{said}; it lacks {missing} (or say under `columns` what it calls them)"
    return f"{said}, each once"


def _undeclared(lines: Sequence[Line], owner: Assignment, settings: assignments.Settings) -> str | None:
    for said, stated in _STATED:
        if all(getattr(owner, key) is None for key in stated):
            with_it = replace(settings, **stated)  # type: ignore[arg-type]  # of two types by two names
            if _records(_reading(lines, owner.format, with_it)):
                return f"an [[assignment]] that declares {said}"
    return None
