"""For whom a name may be looked up: subjects whose account is sure and behind whom somebody sat; nobody else.

A subject is named if it is a lead, or if one of `ALONE` is all that keeps it from being one. Whom nothing but a machine
speaks for (`automated`, `unattended`), who is at work for the case (`known`), whose account serves several people
(`leaf`), who only saw a picture on another page (`embedded`) or whose records contradict each other (`contradicted`) is
named by no look-up: the name would be that of somebody who did not do it, or may not have.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

ALONE = ("single_lease", "no_country")
"""What may keep a subject from being a lead and still allow that its name is looked up."""


class Visit(NamedTuple):
    """One visit: its number, and the instants of its begin and end, µs UTC."""

    number: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody whose name may be looked up."""

    visitor_id: str
    account: str  # keyed hash
    lost: str | None  # why it is no lead; None: it is one
    visits: tuple[Visit, ...]


def asked(tables: Mapping[str, pa.Table], more_than: int) -> tuple[Subject, ...]:
    """Give the subjects whose names may be looked up, in the order of their ids.

    Args:
        tables: `subjects` and `visits` of a run.
        more_than: the threshold.
    """
    names = ("visitor_id", "basis", "account", "visits", "attended_visits", "machine", "lost")
    rows = [
        row
        for row in tables["subjects"].select(list(names)).to_pylist()
        if row["basis"] == "account"
        and row["account"] is not None
        and min(row["visits"], row["attended_visits"]) > more_than
        and row["machine"] is None
        and (row["lost"] is None or row["lost"] in ALONE)
    ]
    visits: dict[str, list[Visit]] = {row["visitor_id"]: [] for row in rows}
    columns = (tables["visits"][name].to_pylist() for name in ("visitor_id", "visit", "first", "last"))
    for visitor_id, *visit in zip(*columns, strict=True):
        if visitor_id in visits:
            visits[visitor_id].append(Visit(*visit))
    found = [
        Subject(row["visitor_id"], row["account"], row["lost"], tuple(sorted(visits[row["visitor_id"]])))
        for row in rows
    ]
    # The visits themselves are counted once more: whoever has not more of them is not asked about, whatever is written.
    return tuple(sorted((one for one in found if len(one.visits) > more_than), key=lambda one: one.visitor_id))
