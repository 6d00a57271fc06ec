"""What the lookups say of the visitors over the threshold: whether anybody sat there, and in which country."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from landmark import case_file, store, tables
from landmark.contents import content_of
from landmark.intake.names import account_forms, account_of
from landmark.keys import code_key, key_of
from landmark.lookups import countries, known, machines, networks
from landmark.stages import regularity
from landmark.stages.regulars import COLUMNS, Suspects, looked_at, regulars

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from landmark.case import Case
    from landmark.kept import Kept, Stages
    from landmark.pseudonyms import Pseudonyms


def conduct(case: Case, before: Mapping[str, Kept], names: Pseudonyms, stages: Stages) -> Kept:
    """Say how each visitor over the threshold behaves, with what the case and the lookups know of machines."""
    authority, rules = case.authority, case.rules
    counted = regularity.Rules(authority.begin, authority.end, rules.visit_gap, rules.more_than)
    realms = sorted({log.realm or log.name for log in case.logs})
    # The case names an account as the records write it: each source may normalise it in its own way.
    accounts = [account_of(case, form, names) for form in (None, *account_forms(case))]
    hashed = [
        known.hashed(
            entries,
            lambda name: [one for account in accounts if (one := account(name)) is not None],
            lambda name: [names.login(name, realm) for realm in realms],
        )
        for entries in (case.known, case.leaf)
    ]
    lists = [networks.parse(content, name) for name, content in _files(case, case.crawler_networks)]
    facts = [str(counted), str(hashed), str(lists), machines.list_name()]
    key = key_of("conduct", code_key(), facts, {name: kept.key for name, kept in before.items()})

    def make() -> pa.Table:
        made = _looked_at(before, rules.more_than)
        regular = regulars(made, rules.more_than)
        clients = pc.unique(regular["client_address"]).to_pylist()
        suspects = Suspects(
            agents=machines.automated_agents(pc.unique(regular["agent"]).to_pylist()),
            addresses=frozenset[str]().union(*(one.holding(clients) for one in lists)),
            known_events=known.events_of(hashed[0], regular),
            leaf_events=known.events_of(hashed[1], regular),
        )
        return regularity.conduct(made, counted, suspects)

    return stages.keep(tables.CONDUCT, key, make)


def country_of_addresses(case: Case, before: Mapping[str, Kept], stages: Stages) -> Kept:
    """Look up the country of each address of a visitor over the threshold."""
    stated = case.countries
    if stated.addresses is None:
        source = countries.packaged(stated.date)
        digest = source.name
    else:
        ((name, content),) = _files(case, (stated.addresses,))
        source = countries.from_file(content, name, stated.date)
        digest = hashlib.sha256(content).hexdigest()
    anonymisers = [networks.parse(content, name) for name, content in _files(case, stated.anonymisers)]
    window = (case.authority.begin, case.authority.end)
    facts = [digest, source.name, str(source.date), str(anonymisers), window, case.rules.more_than]
    key = key_of("countries", code_key(), facts, {name: kept.key for name, kept in before.items()})

    def make() -> pa.Table:
        made = _looked_at(before, case.rules.more_than)
        regular = regulars(made, case.rules.more_than)
        addresses = pc.unique(regular.filter(regular["counts"])["client_address"]).to_pylist()
        return countries.lookup(addresses, source, window, anonymisers)

    return stages.keep(tables.COUNTRIES, key, make)


def _looked_at(before: Mapping[str, Kept], more_than: int) -> dict[str, pa.Table]:
    """Give the tables, of the events only what is looked at: they may be many, and regulars are few."""
    made = {name: kept.data for name, kept in before.items() if name != "events"}
    events = before["events"]
    which = looked_at(events.select("event", "object"), made, more_than).combine_chunks()
    if not pc.any(which).as_py():
        return {**made, "events": store.empty(tables.EVENTS)}
    parts, begin = [], 0
    for part in events.parts(store.ROW_GROUP, frozenset(COLUMNS)):
        plain = pa.schema([store.schema(tables.EVENTS).field(name) for name in part.column_names])
        parts.append(part.filter(which.slice(begin, part.num_rows)).cast(plain))
        begin += part.num_rows
    return {**made, "events": pa.concat_tables(parts)}


def _files(case: Case, names: Sequence[str]) -> list[tuple[str, bytes]]:
    """Read the files that the case names by these names."""
    contents = []
    for name in names:
        path = case_file.resolve(case, name)
        try:
            contents.append((name, content_of(path)))
        except OSError as error:
            raise store.refused(path, error) from error
    return contents
