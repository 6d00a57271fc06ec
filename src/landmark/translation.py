"""Inner addresses in an account's place: what they are called in tables, and how they are asked about in turn.

A translation (carrier-grade NAT) gives for an outer address and port an inner one. Until it is resolved it stands where
an account would, marked as what it is, with its realm behind it: two networks may use the same inner addresses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from landmark import store
from landmark.kept import Kept
from landmark.keys import key_of
from landmark.lookups.reach import reach
from landmark.stages import LINKS, SOUGHT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from landmark.case import Case

_INNER = "inner "
_REALM = " of "


class Asked:
    """The events, and after them the questions about inner addresses, numbered on."""

    def __init__(self, events: Kept) -> None:
        """Take the events, numbered from 0."""
        self.events = events
        self._asked = 0  # the number from which on no answer was looked at

    def further(self, attributions: pa.Table) -> pa.Table:
        """Ask about every inner address among the newest answers; give `LINKS`."""
        before, rows = self.events.data, self.events.data.num_rows
        newest = attributions.filter(pc.greater_equal(attributions["event"], self._asked))
        self._asked = rows
        parents = pc.list_parent_indices(newest["accounts"].combine_chunks())
        named = pc.list_flatten(newest["accounts"]).combine_chunks()
        inner = pc.starts_with(named, _INNER)
        events = newest["event"].take(parents).combine_chunks().filter(inner)
        named = named.filter(inner)
        asked = pa.array(range(rows, rows + len(named)), pa.int64())
        links = pa.table([events, asked, named], store.schema(LINKS))
        if links.num_rows:
            several = pc.value_counts(events)
            one = several.field("values").filter(pc.equal(several.field("counts"), 1))
            self.events = Kept(
                pa.concat_tables([before, _questions(before, links, one)]), key_of(self.events.key, store.digest(links))
            )
        return links

    def sought(self, levels: Sequence[pa.Table]) -> pa.Table:
        """Give `SOUGHT`: for each event its address, and those inner ones behind it that were the only ones."""
        addresses = self.events.select("event", "client_address", "counts")
        number = addresses["event"].combine_chunks()
        origin = number.slice(0, len(number) - sum(links.num_rows for links in levels))
        first_questions = len(origin)
        for links in levels:
            origin = pa.concat_arrays([origin, origin.take(links["event"].combine_chunks())])
        told = pc.or_(pc.less(number, first_questions), addresses["counts"].combine_chunks())
        found = pa.table([origin, addresses["client_address"].combine_chunks()], store.schema(SOUGHT).names)
        found = found.filter(pc.and_(told, pc.is_valid(found["client_address"])))
        if levels:
            found = found.group_by(SOUGHT.names).aggregate([])
        return store.conform(found, SOUGHT)


def _questions(events: pa.Table, links: pa.Table, alone: pa.Array) -> pa.Table:
    """Make an event of each link: the same instants at the inner address. No port is known inside.

    Only where one inner address fits is it a reading for the source test.
    """
    asked = events.take(links["event"])
    inner = pc.utf8_slice_codeunits(links["inner"], len(_INNER))
    sure = pc.and_(asked["counts"], pc.is_in(links["event"], value_set=alone))
    changed = {
        "event": links["asked"],
        "client_address": inner,
        "client_port": pa.nulls(links.num_rows, pa.int64()),
        "counts": sure,
    }
    for name, column in changed.items():
        place = asked.schema.get_field_index(name)
        asked = asked.set_column(place, asked.schema.field(place), column)
    return asked


def _realms(case: Case) -> list[tuple[str, str | None, str]]:
    return sorted((one.name, one.realm, one.account) for one in case.assignments)


def holders(case: Case, leases: Kept) -> Kept:
    """Put an inner address in an account's place, and its realm behind an address that has one.

    The realm of a source of translations is that of its inner addresses; of any other, of the addresses it assigns.
    """
    realms = _realms(case)
    if not translate(leases) and all(realm is None for _, realm, _ in realms):
        return leases
    return Kept(lambda: _translated(realms, leases.data), key_of("holders", leases.key, realms))


def translate(leases: Kept) -> bool:
    """Say whether any lease gives an inner address."""
    return bool(leases.select("inner")["inner"].null_count < leases.rows)


def _translated(realms: Sequence[tuple[str, str | None, str]], leases: pa.Table) -> pa.Table:
    name, realm, _ = (pa.array(column, pa.string()) for column in zip(*realms, strict=True))
    realm = realm.take(pc.index_in(leases["assignment"], value_set=name).combine_chunks())
    address, account, inner = (leases[one].combine_chunks() for one in ("address", "account", "inner"))
    is_inner = pc.is_valid(inner)
    changed = {
        "address": pc.if_else(is_inner, address, _placed_in(address, realm)),
        "account": pc.if_else(is_inner, pc.binary_join_element_wise(_INNER, _placed_in(inner, realm), ""), account),
    }
    for one, column in changed.items():
        place = leases.schema.get_field_index(one)
        leases = leases.set_column(place, leases.schema.field(place), column)
    return leases


def _placed_in(addresses: pa.Array, realms: pa.Array) -> pa.Array:
    return pc.if_else(pc.is_valid(realms), pc.binary_join_element_wise(addresses, realms, _REALM), addresses)


def _placed(address: str, realm: str | None) -> str:
    return address if realm is None else f"{address}{_REALM}{realm}"


def reaching(clients: Iterable[str], places: Iterable[str]) -> list[tuple[str, str]]:
    """Pair addresses with leases' addresses realm by realm, sorted."""
    clients, places = list(clients), list(places)
    if not any(_REALM in name for name in places):  # then no client's address has a realm that a lease has, too
        return list(reach((one for one in clients if _REALM not in one), places))
    realms: dict[str, tuple[list[str], list[str]]] = {}
    for side, names in enumerate((clients, places)):
        for name in names:
            address, _, realm = name.partition(_REALM)
            realms.setdefault(realm, ([], []))[side].append(address)
    pairs = []
    for realm, (here, there) in realms.items():
        pairs += [(_placed(one, realm or None), _placed(other, realm or None)) for one, other in reach(here, there)]
    return sorted(pairs)
