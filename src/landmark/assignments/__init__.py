"""One format of assignment records a module: lines in, leases out; no engine, no disk, no clock.

A module is a format by having a `FORMAT`. `ALL` finds every one; nothing else need be told of it.
"""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from landmark.lines import Line, Reject


class Lease(NamedTuple):
    """One interval, as `tables.LEASES` without `lease`, `assignment` and `source`."""

    address: str  # RFC 5952; a prefix has `/`
    port_from: int | None
    port_to: int | None
    protocol: str | None
    destination: str | None
    begin: int
    end: int | None
    account: str | None
    line: str | None
    ends: str
    doubtful: bool
    rows: tuple[int, ...]
    inner: str | None = None  # inner address of a translation, RFC 5952; `account` is then None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records bear on the case: addresses (RFC 5952) and account hashes seen, and the half-open time, µs UTC."""

    addresses: Collection[str]
    accounts: Collection[str]
    begin: int
    end: int


def unkeyed(name: bytes) -> str:
    """Give a hash of a line's name for want of the case's key: what is read outside a case is in the clear nowhere."""
    return hashlib.sha256(name).hexdigest()[:32]


def only_itself(name: bytes) -> tuple[bytes, ...]:
    """Give the one spelling of an account where the case ties none to another."""
    return (name,)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the [[assignment]] states, and `account`: the keyed hash of an account's bytes; None: they name nobody."""

    account: Callable[[bytes], str | None]
    zone: str | None = None
    year: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    clock_ahead: int = 0
    account_kind: str = ""  # what the account is, as `account = "…"` in the case says it
    line: Callable[[bytes], str] = unkeyed  # the pseudonym of a line: circuit, calling station, or NAS and port
    tolerance: int = 5_000_000  # of this source's clock, µs
    spellings: Callable[[bytes], Iterable[bytes]] = only_itself  # every name that `account` gives the same hash as one
    series: tuple[str, ...] = ()  # the series of rotated files that each text belongs to; empty: all to one
    ages: tuple[Mapping[str, tuple[int, int]], ...] = ()  # how old each text is in each series it is of: from, to
    table: str = "radacct"  # which table of a dump, with or without its schema


@dataclass(slots=True)
class FileLeases:
    """What came of one text; kept records, dropped and rejected add up to the lines, or to `units`."""

    leases: list[Lease] = field(default_factory=list)
    kept: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    rejects: list[Reject] = field(default_factory=list)
    units: int | None = None  # how many there are of what is counted, where that is not the line


@dataclass(frozen=True, slots=True)
class Example:
    """Bytes in, leases out."""

    name: str
    text: bytes
    expected: tuple[Mapping[str, object], ...]
    dropped: Mapping[str, int] = field(default_factory=dict)
    rejected: Mapping[str, int] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)


class Format(Protocol):
    """A format of assignment records."""

    name: str
    version: int
    needs_zone: bool
    needs_year: bool | None  # None: some of its lines write the year and some do not
    translates: bool | None  # whether its records give an inner address in an account's place; None: as the case says

    def read(self, texts: Iterable[Iterable[Line]], settings: Settings, wanted: Wanted) -> list[FileLeases]:
        """Read the texts of one source in order; only records that bear on `wanted` become leases."""

    def mask(self, line: bytes) -> bytes:
        """Give the line with every account in it replaced by `***`."""

    def examples(self) -> tuple[Example, ...]:
        """Give examples, rejects included."""


@runtime_checkable
class Placed(Protocol):
    """A format whose records are not lines: a lease's `rows` are then the offsets of their first bytes."""

    def placed(self, text: Iterable[Line], offsets: Collection[int]) -> Iterator[Line]:
        """Give the records that begin at some offsets, in order, as lines: the number is that of the first line."""


@runtime_checkable
class Headed(Protocol):
    """A format whose lines are records each, and whose header says what their cells are."""

    def mask_under(self, header: bytes, line: bytes, columns: Mapping[str, str]) -> bytes:
        """Give a line with all replaced by `***` but what stands in columns that hold no account.

        Args:
            header: the first line of the text that is not blank.
            line: a line of it.
            columns: what the header calls our columns, where it is not the same.
        """


def _find() -> dict[str, Format]:
    found: dict[str, Format] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda one: one.name):
        format_: Format | None = getattr(importlib.import_module(f"{__name__}.{module.name}"), "FORMAT", None)
        if format_ is not None:
            found[format_.name] = format_
    return found


ALL: dict[str, Format] = _find()
"""Every format by the name that `format = "…"` gives it."""
