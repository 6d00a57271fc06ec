"""The source tests as a judge needs them: for each clock and assignment source, what speaks for which shift."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from landmark.figures import count, many, shift, span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Cell:
    """One shift of one pair: readings for 0 and for the shift, and what follows."""

    for_zero: str
    for_shift: str
    state: str  # loud, excluded, open, or empty where the shift was not tried
    said: str
    by_logins: str = ""  # how many of both counts logins gave that come back; empty where none


@dataclass(frozen=True, slots=True)
class Pair:
    """A clock of a log against an assignment source: a cell for each shift, and the time in doubt."""

    log: str
    series: str
    assignment: str
    cells: tuple[Cell, ...]
    days: int
    loud: bool
    doubts: int
    outright: str  # time of the window that is doubtful outright; empty where none is
    tested: bool  # whether it would have been seen, had another time fitted better


class Tested(NamedTuple):
    """How many pairs could be tested, in words; `all` where there is none that could not."""

    all: bool
    said: str


_UNTRIED = Cell("", "", "", "not tried")
_FEWEST = 10  # readings that speak; with fewer the source test never says that another time fits better


def shifts(tests: pa.Table) -> tuple[int, ...]:
    """Give every shift that was tried, ascending, µs."""
    return tuple(sorted(set(tests["shift"].to_pylist())))


def pairs(tests: pa.Table, doubts: pa.Table, drifts: pa.Table, begin: int, end: int) -> tuple[Pair, ...]:
    """Give each pair of clock and assignment source, those first for which somewhere fits better than 0.

    Args:
        tests: `landmark.tables.SOURCE_TESTS`.
        doubts: `landmark.tables.DOUBTS`.
        drifts: `landmark.tables.DRIFTS`.
        begin: of the window, µs UTC.
        end: of the window, µs UTC; no doubt is told beyond it.
    """
    tried = shifts(tests)
    rows = {(row["log"], row["series"], row["assignment"], row["shift"]): row for row in tests.to_pylist()}
    stretches = doubts.to_pylist()
    told = {
        _name(row)
        for row in drifts.to_pylist()
        if row["loud"] or (row["best"] is not None and row["for_best"] <= row["for_zero"])
    }
    made = []
    for name in sorted({key[:3] for key in rows} | {_name(row) for row in stretches}):
        own = [row for row in stretches if _name(row) == name]
        outright = sum(max(0, min(row["until"], end) - max(row["from"], begin)) for row in own if row["shift"] == 0)
        found = [rows[*name, each] for each in tried if (*name, each) in rows]
        log, series, assignment = name
        made.append(
            Pair(
                log,
                series,
                assignment,
                tuple(_cell(rows[*name, each]) if (*name, each) in rows else _UNTRIED for each in tried),
                max((row["days"] for row in found), default=0),
                any(row["loud"] for row in found),
                sum(row["shift"] != 0 for row in own),
                span(outright) if outright else "",
                name in told or _tested(found),
            )
        )
    return tuple(sorted(made, key=lambda pair: (not pair.loud, pair.log, pair.series, pair.assignment)))


def tested(found: Sequence[Pair], *, quiet: bool) -> Tested | None:
    """Say how many pairs could be tested; None where there is none.

    Args:
        found: the pairs.
        quiet: whether none fits better at another time than at the time as written.
    """
    if not found:
        return None
    left = sum(not pair.tested for pair in found)
    good = len(found) - left
    said = f"Of {many(len(found), 'pair')} of a clock and records, {count(good) if good else 'none'} could be tested"
    if good and quiet:
        said += ", and there the readings do not show that another time fits better than the time as written"
    if left:
        said += (
            f". Of {'the rest' if good else 'these'} too few readings speak: whether the clock is right there is not "
            "known from the records"
        )
    return Tested(not left, f"{said}.")


def _tested(rows: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether at every shift enough readings speak, and not more of them for it than for the time as written."""
    enough = [row["for_zero"] + row["for_shift"] >= _FEWEST and row["for_zero"] >= row["for_shift"] for row in rows]
    return any(row["loud"] for row in rows) or (bool(enough) and all(enough))


def _name(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["log"], row["series"], row["assignment"]


def loud(tests: pa.Table, drifts: Sequence[Mapping[str, Any]] = ()) -> tuple[str, ...]:
    """Give a sentence for each pair for which somewhere fits better than 0, with every shift; see `by_pair`."""
    return tuple(_loud(*rows) for rows in by_pair([row for row in tests.to_pylist() if row["loud"]], drifts))


def by_pair(
    rows: Sequence[Mapping[str, Any]], drifts: Sequence[Mapping[str, Any]] = ()
) -> list[list[Mapping[str, Any]]]:
    """Give what fits better than 0 by pair; in each the shift for which most speaks stands first.

    Args:
        rows: of `landmark.tables.SOURCE_TESTS`, those that are loud.
        drifts: of `landmark.tables.DRIFTS`, those that are loud and have a sentence of their own. A pair of which it
            says all, the one shift that fits better, is left out.
    """
    found: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for row in sorted(rows, key=lambda row: (-row["for_shift"], row["for_zero"], row["shift"])):
        found.setdefault(_name(row), []).append(row)
    said = {_name(row): row["best"] for row in drifts if row["elsewhere"] and not row["line_elsewhere"]}
    return [found[name] for name in sorted(found) if [row["shift"] for row in found[name]] != [said.get(name)]]


def others(rows: Sequence[Mapping[str, Any]]) -> str:
    """Name further shifts that fit better: `−30 min (49 to 2)`."""
    return ", ".join(f"{shift(row['shift'])} ({count(row['for_shift'])} to {count(row['for_zero'])})" for row in rows)


def _loud(row: Mapping[str, Any], *more: Mapping[str, Any]) -> str:
    besides = f" So it does at {others(more)}." if more else ""
    return (
        f"The clock “{row['series']}” of log “{row['log']}” fits the records “{row['assignment']}” better when shifted "
        f"by {shift(row['shift'])}: {many(row['for_shift'], 'reading speaks', 'readings speak')} for the shift, "
        f"{count(row['for_zero'])} for the time as written.{besides} Nothing was corrected; every attribution of this "
        "pair is doubtful, and none makes a lead."
    )


def _cell(row: Mapping[str, Any]) -> Cell:
    state = "loud" if row["loud"] else "excluded" if row["excluded"] else "open"
    said = {
        "loud": "fits better than the time as written",
        "excluded": "excluded by the data",
        "open": "not excluded",
    }[state]
    by_logins = row["for_zero_by_logins"] + row["for_shift_by_logins"]
    return Cell(count(row["for_zero"]), count(row["for_shift"]), state, said, count(by_logins) if by_logins else "")
