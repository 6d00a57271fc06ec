"""Country of an address, offline, from a dated data set.

It is the country of registration or of whatever the data set says, not proof of where anybody sat.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from typing import TYPE_CHECKING

import iptocc
import pyarrow as pa

from landmark import store
from landmark.errors import CaseError, Problem
from landmark.lookups import ranges
from landmark.tables import COUNTRIES, DAY, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from landmark.lookups.networks import Networks

TOO_FAR = 90 * DAY
"""How far from the window a data set may be dated."""
NOWHERE = "ZZ"
_UNIONS = frozenset({"EU", "AP"})
"""What registries write for blocks of no one country: a candidate, never a country."""
_PACKAGE = "iptocc"


@dataclass(frozen=True, slots=True)
class Source:
    """A data set of countries: its name, its date, and its ranges (None: those inside the package `iptocc`)."""

    name: str
    date: date | None
    ranges: tuple[ranges.Range, ...] | None


def packaged(stated: date | None) -> Source:
    """Give the registries' data that come with the package.

    Their date is what the case states, else the day on which the package was built, which its bill of materials (PEP
    770) tells: it is built anew from the registries' files each night. Where neither is known every country is `ZZ`.
    """
    name, told = _installed()
    return Source(name, stated or told, None)


@cache
def _installed() -> tuple[str, date | None]:
    try:
        package = distribution(_PACKAGE)
    except PackageNotFoundError:
        return _PACKAGE, None
    files = [file for file in package.files or () if file.name.endswith(".cyclonedx.json")]
    days = [_built(file.read_text()) for file in files]
    return f"{_PACKAGE} {package.version}", min((day for day in days if day is not None), default=None)


def from_file(content: bytes, name: str, stated: date | None) -> Source:
    """Give the data set in a file that the case names.

    Args:
        content: the file's bytes; `landmark.lookups.ranges` says which forms are read.
        name: what the case calls it; it stands in every row.
        stated: `[countries] date`, which prevails over what the data set tells of itself.

    Raises:
        CaseError: it is of no form that is read, or nothing tells its date.
    """
    found = ranges.parse(content, name)
    day = stated or found.date
    if day is None:
        raise CaseError(
            Problem(
                "the date of the data set, which tells none of itself: date = YYYY-MM-DD",
                file=name,
                key="[countries] date",
            )
        )
    return Source(name, day, found.ranges)


def lookup(
    addresses: Iterable[str | None], source: Source, window: tuple[int, int], anonymisers: Sequence[Networks] = ()
) -> pa.Table:
    """Look up each distinct address.

    Args:
        addresses: addresses in the form of RFC 5952; None stands for no address and is passed over.
        source: the data set.
        window: begin and end of the authority's window, µs UTC.
        anonymisers: the case's lists of exits, proxies and hosting networks.

    Returns:
        `landmark.tables.COUNTRIES`, ascending by address. The country is `ZZ`, with what the data set says as
        candidate beside, where it is dated more than 90 days before or after the window, is of no known date, gives
        several countries, or one that is none; and without a candidate where it has nothing.
    """
    distinct = sorted({address for address in addresses if address is not None})
    hidden = frozenset[str]().union(*(one.holding(distinct) for one in anonymisers))
    dated = _is_near(source.date, window)
    rows = []
    for address, said in zip(distinct, _said(distinct, source), strict=True):
        certain = dated and len(said) == 1 and said[0] not in _UNIONS
        rows.append(
            {
                "client_address": address,
                "country": said[0] if certain else NOWHERE,
                "candidate": None if certain or not said else ", ".join(said),
                "dataset": source.name,
                "dataset_date": None if source.date is None else source.date.isoformat(),
                "anonymiser": address in hidden,
            }
        )
    return pa.Table.from_pylist(rows, schema=store.schema(COUNTRIES))


def _said(addresses: Sequence[str], source: Source) -> list[tuple[str, ...]]:
    if source.ranges is None:
        return [() if country is None else (country,) for country in iptocc.country_code(list(addresses))]
    numbers = [ranges.number(address) for address in addresses]
    by_version = {
        version: ranges.narrowest(source.ranges, version, (one for of_it, one in numbers if of_it == version))
        for version in (4, 6)
    }
    return [by_version[version][one] for version, one in numbers]


def _is_near(day: date | None, window: tuple[int, int]) -> bool:
    if day is None:
        return False
    at = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * SECOND
    return window[0] - TOO_FAR <= at <= window[1] + TOO_FAR


def _built(bill: str | None) -> date | None:
    """Read the day from a bill of materials in CycloneDX's form: `metadata.timestamp`."""
    try:
        return datetime.fromisoformat(json.loads(bill or "")["metadata"]["timestamp"]).astimezone(UTC).date()
    except (ValueError, KeyError, TypeError):
        return None
