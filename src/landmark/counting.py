"""What is counted beside the way to a lead: the same visits by address alone, and hints of logins at shared addresses.

Neither enters a lead, an enquiry or a step of the funnel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from landmark import hints, store, tables
from landmark.accounting import ByAddress
from landmark.kept import Kept
from landmark.keys import code_key, key_of
from landmark.stages import NARROWED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from landmark.case import Case
    from landmark.kept import Stages

_READ = ("events", "attributions", "leases", "sightings", "visits", "subjects", "sought", "reach")


def by_address(case: Case, events: Kept, stages: Stages) -> ByAddress:
    """Count visits, visitors and subjects as they would be if every visitor were an address, by the same statements.

    Args:
        case: the case.
        events: `EVENTS`.
        stages: runs or remembers.
    """
    seen = {"events": events, "sightings": Kept(_addresses(events.data), key_of("by address", events.key))}
    authority, gap = case.authority, case.rules.visit_gap
    visits = stages.sql(tables.VISITS, seen, visit_gap=gap, window_from=authority.begin, window_until=authority.end)
    visitors = stages.sql(tables.VISITORS, {**seen, "visits": visits}).data
    over = pc.sum(pc.greater(visitors["visits"], case.rules.more_than)).as_py() or 0
    return ByAddress(visits.data.num_rows, visitors.num_rows, over)


def _addresses(events: pa.Table) -> pa.Table:
    """Give `SIGHTINGS` in which each event's visitor is its address, or its host name where it has none."""
    address, host = events["client_address"], events["client_host"]
    named = pc.is_valid(address)
    columns = {
        "event": events["event"],
        "visitor_id": pc.coalesce(address, host),
        "basis": pc.if_else(named, "address", "host"),
        "client_address": address,
        "client_host": pc.if_else(named, pa.scalar(None, pa.string()), host),
    }
    blank = pa.nulls(events.num_rows, pa.string())
    schema = store.schema(tables.SIGHTINGS)
    made = pa.table([columns.get(name, blank) for name in schema.names], schema)
    return made.filter(pc.is_valid(made["visitor_id"]))


def narrowed(before: Mapping[str, Kept], stages: Stages) -> Kept:
    """Give `NARROWED`: the stage's table, with what chance would leave beside.

    Args:
        before: the tables that the stage reads, by name.
        stages: runs or remembers.
    """
    left = stages.sql(NARROWED, {name: before[name] for name in _READ})

    def make() -> pa.Table:
        pairs = zip(left.data["sizes"].to_pylist(), left.data["customers"].to_pylist(), strict=True)
        chance = [hints.millionths(hints.expected(sizes, customers)) for sizes, customers in pairs]
        return left.data.append_column(
            store.schema(tables.NARROWED).field("expected_ppm"), pa.array(chance, pa.int64())
        )

    return stages.keep(tables.NARROWED, key_of("narrowed", code_key(), left.key), make)
