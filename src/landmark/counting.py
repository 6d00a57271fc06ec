"""What is counted beside the way to a lead: the same visits by address alone, and hints of logins at shared addresses.

Neither enters a lead, an enquiry or a step of the funnel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
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


def by_address(case: Case, seen: Mapping[str, Kept], stages: Stages) -> ByAddress:
    """Count visits, visitors and subjects as they would be if every visitor were an address, by the same statements.

    Where every visitor is one address, and every address one visitor, they are counted already.

    Args:
        case: the case.
        seen: `events`, `sightings`, `visits` and `visitors`.
        stages: runs or remembers.
    """
    events, visits, visitors = (seen[name] for name in ("events", "visits", "visitors"))
    if not are_one(seen["sightings"].select("event", "visitor_id"), _visitors(events)):
        beside = {"events": events, "sightings": Kept(_addresses(events), key_of("by address", events.key))}
        begin, end, gap = case.authority.begin, case.authority.end, case.rules.visit_gap
        visits = stages.sql(tables.VISITS, beside, visit_gap=gap, window_from=begin, window_until=end)
        visitors = stages.sql(tables.VISITORS, {**beside, "visits": visits})
    store.let_go()
    over = pc.sum(pc.greater(visitors.select("visits")["visits"], case.rules.more_than)).as_py() or 0
    return ByAddress(visits.rows, visitors.rows, over)


def are_one(sightings: pa.Table, addresses: pa.Table) -> bool:
    """Say whether sightings of the same events, both in their order, tell visitors apart in the same way."""
    if not sightings["event"].equals(addresses["event"]):
        return False
    one, other = (table["visitor_id"].combine_chunks().dictionary_encode() for table in (sightings, addresses))
    pairs = one.indices.to_numpy().astype(np.int64) * len(other.dictionary) + other.indices.to_numpy()
    return bool(len(one.dictionary) == len(other.dictionary) == len(np.unique(pairs)))


def _visitors(kept: Kept) -> pa.Table:
    """Give the events that have an address or a host name, each with that as its visitor."""
    events = kept.select("event", "client_address", "client_host")
    visitors = pc.coalesce(events["client_address"], events["client_host"])
    return pa.table({"event": events["event"], "visitor_id": visitors}).filter(pc.is_valid(visitors))


def _addresses(kept: Kept) -> pa.Table:
    """Give `SIGHTINGS` in which each event's visitor is its address, or its host name where it has none."""
    events = kept.select("event", "client_address", "client_host")
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
