"""Whether `year` still means the year that it meant before the oldest files of a log were declared gone.

Where lines write no year, the case states that of the first line of the earliest file. When December's file has gone,
that is January's: the same `year` would put every event a year back, most often out of the window, and in silence.
Events that an earlier run had of the same lines show it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from landmark.errors import CaseError, Problem
from landmark.tables import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from landmark.intake.inputs import Input
    from landmark.scan.reading import Identity

_ANOTHER_YEAR = 300 * DAY
_HINT = "where `year` was wrong before, run once with the right one, and then say what has gone"


def check(files: Sequence[tuple[Input, Identity]], before: pa.Table, now: pa.Table) -> None:
    """Hold the events of logs of which files have gone against what an earlier run had of the same lines.

    Args:
        files: every input with its identity, in the order in which they are read.
        before: `events` of the earlier run.
        now: `events` as they are read now.

    Raises:
        CaseError: the same lines are of another year now, or all of a text's are outside the window.
    """
    times = dict(zip(now["event_id"].to_pylist(), now["time"].to_pylist(), strict=True))
    problems = []
    for owner in {one.owner.name: one.owner for one, _ in files if one.kind == "log"}.values():
        if owner.year is None or not owner.gone:
            continue
        own = [(one, identity.content_sha256) for one, identity in files if one.owner is owner]
        texts = pa.array([content for _, content in own], pa.string())
        known = [
            (times.get(key), was) for key, was in _left(before.filter(pc.is_in(before["source"], value_set=texts)))
        ]
        elsewhere = any(at is not None and abs(at - was) > _ANOTHER_YEAR for at, was in known)
        if elsewhere or (known and all(at is None for at, _ in known)):
            expected = f"the year of the first line of {own[0][0].name}, which is the earliest file now"
            found = f"{owner.year}, by which lines that were read before would be of another year"
            problems.append(Problem(expected, "case.toml", owner.line or None, "year", found, _HINT))
    if problems:
        raise CaseError(*problems)


def _left(rows: pa.Table) -> list[tuple[str, int]]:
    """Give id and instant of each row, but of those of a connection that began in a file that has gone: orphans now."""
    ids = rows["event_id"].to_pylist()
    there = {None, *ids}
    columns = (ids, rows["time"].to_pylist(), rows["connection"].to_pylist())
    return [(key, at) for key, at, began in zip(*columns, strict=True) if began in there]
