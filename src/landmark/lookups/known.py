"""Which events are those of a unit or hotline at work, or of what the case says serves several people.

The case names an address, an account or a login, each by hash where it is a name, and for a unit the time.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_network
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from landmark.lookups import networks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from landmark.case import Known
    from landmark.lookups.networks import Networks


@dataclass(frozen=True, slots=True)
class Named:
    """One entry of the case with its names hashed; `begin` included, `end` excluded, µs UTC, None: without bound."""

    addresses: Networks
    accounts: tuple[str, ...] = ()
    logins: tuple[str, ...] = ()
    begin: int | None = None
    end: int | None = None


def hashed(
    entries: Iterable[Known],
    accounts: Callable[[bytes], Iterable[str]],
    logins: Callable[[bytes], Iterable[str]],
) -> tuple[Named, ...]:
    """Hash the names in `[[known]]` or `[[leaf]]`.

    Args:
        entries: as the case has them.
        accounts: gives the hashes of an account's name, one for each way in which records normalise it.
        logins: gives the hashes of a login's name, one for each realm of the case.
    """
    return tuple(
        Named(
            networks.of([] if entry.address is None else [ip_network(entry.address, strict=False)]),
            () if entry.account is None else tuple(sorted(set(accounts(entry.account.encode())))),
            () if entry.login is None else tuple(sorted(set(logins(entry.login.encode())))),
            entry.begin,
            entry.end,
        )
        for entry in entries
    )


def events_of(named: Iterable[Named], events: pa.Table) -> frozenset[int]:
    """Give the events that an entry names and whose whole time lies in its period.

    An account is matched where it is the visitor or what the case ties the event's verified login to; a login only
    where the server had verified it, since anybody can write the name of a unit.

    Args:
        named: what the case names.
        events: `event`, `first_instant`, `last_instant`, `client_address`, `login`, `login_verified`, `login_account`
            of `landmark.tables.EVENTS`, with `account` of SIGHTINGS.
    """
    found: set[int] = set()
    for one in named:
        matches = _matches(one, events)
        if one.begin is not None:
            matches = pc.and_(matches, pc.greater_equal(events.column("first_instant"), one.begin))
        if one.end is not None:
            matches = pc.and_(matches, pc.less(events.column("last_instant"), one.end))
        found.update(events.column("event").filter(matches).to_pylist())
    return frozenset(found)


def _matches(one: Named, events: pa.Table) -> pa.ChunkedArray:
    held = one.addresses.holding(pc.unique(events.column("client_address")).to_pylist())
    by_address = _among(events.column("client_address"), held)
    by_account = pc.or_(
        _among(events.column("account"), one.accounts), _among(events.column("login_account"), one.accounts)
    )
    by_login = pc.and_(_among(events.column("login"), one.logins), events.column("login_verified"))
    return pc.or_(pc.or_(by_address, by_account), by_login)


def _among(column: pa.ChunkedArray, values: Iterable[str]) -> pa.ChunkedArray:
    return pc.is_in(column, value_set=pa.array(sorted(values), pa.string()), skip_nulls=True)
