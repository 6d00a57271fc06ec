"""One log format a module: a block's lines in, rows out; no engine, no disk, no clock.

A module is a source by having a `SOURCE`. `ALL` finds every one; nothing else need be told of it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

from landmark.lines import Line, Reject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from landmark.case import LogFormat
    from landmark.sources.many.rows import Rows
    from landmark.sources.sieving.looks import Look
    from landmark.targets import Targets

__all__ = [
    "ALL",
    "Block",
    "Event",
    "Example",
    "FileReading",
    "Line",
    "Reader",
    "Reject",
    "Settings",
    "Sifting",
    "Source",
    "Step",
]


class Event(NamedTuple):
    """One kept line, as `tables.EVENTS` without `event`, `source` and `log`, which the reader of files adds."""

    event_id: str
    line: int
    offset: int
    length: int
    time: int
    time_until: int | None
    time_text: str
    zone: str
    zone_known: str
    client_address: str | None
    client_port: int | None
    client_host: str | None
    protocol: str | None
    destination: str | None
    login: str | None
    target: str | None
    action: str
    object: str | None
    articles: int | None
    status: int | None
    bytes: int | None
    agent: str | None
    referrer: str | None
    connection: str | None
    counts: bool
    reason: str | None
    series: str
    host: str | None
    static: bool
    referred: str
    login_verified: bool
    login_account: str | None
    instants: tuple[int, ...]
    first_instant: int
    last_instant: int


class Step(NamedTuple):
    """A stretch in which a log host's clock was set back: the host, and the half-open instants between, µs UTC."""

    series: str
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Settings:
    """What a reader must know besides the bytes: the authority's window and targets, and what the [[log]] states.

    `login` gives the keyed hash of a login's bytes; `login_account` that of the account which the case ties a verified
    login to, or None. `tolerance` (µs) is the sum of slack under which a step back is no `clock_step`.
    """

    begin: int
    end: int
    targets: Targets
    login: Callable[[bytes], str]
    login_account: Callable[[bytes], str | None]
    series: str = ""  # of web logs; syslog names its own
    host: str | None = None
    zone: str | None = None
    year: int | None = None
    log_format: str | None = None
    transport: str = "rfc3164"  # of `case.TRANSPORTS`
    client_port: int | None = None
    server: str | None = None
    login_verified: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    clock_ahead: int = 0
    tolerance: int = 5_000_000


@dataclass(slots=True)
class FileReading:
    """What came of one text: kept rows, each as an event or many as columns, and every other line by its reason.

    The sum of all is the number of lines that were fed; of those that a `Sifting` reader passed over first and read
    later after all, one less is `not_watched` for each.
    """

    events: list[Event] = field(default_factory=list)
    rows: Rows | None = None
    dropped: Counter[str] = field(default_factory=Counter)
    rejects: list[Reject] = field(default_factory=list)
    admitted_lost: int = 0

    @property
    def kept(self) -> int:
        """How many lines were kept."""
        return len(self.events) + (0 if self.rows is None else len(self.rows))

    def each(self) -> list[Event]:
        """Give every kept line as an event, in order."""
        rows = [] if self.rows is None else list(self.rows)
        return sorted([*self.events, *map(_event, rows)], key=lambda event: event.line)


def _event(row: Mapping[str, Any]) -> Event:
    return Event(**{**row, "instants": tuple(row["instants"])})


class Reader(Protocol):
    """Reads the texts of one series, in order; a state machine where the format needs one."""

    def begin(self) -> None:
        """Begin the next text of the series."""

    def feed(self, lines: Iterable[Line]) -> None:
        """Take more lines of the text begun last, in order."""

    def finish(self) -> list[FileReading]:
        """Give what came of each text, in the order in which they were begun."""

    @property
    def steps(self) -> list[Step]:
        """The stretches in which a clock was set back; complete after `finish`."""


class Block(NamedTuple):
    """Whole lines of a text: `buffer[begin:end]`, the first of them line `number`, at byte `offset` of the text."""

    number: int
    offset: int
    buffer: bytearray | bytes
    begin: int
    end: int


@runtime_checkable
class Sifting(Reader, Protocol):
    """A reader that wants every line, and can say of a block which of them it must be fed; the others it has read."""

    @property
    def needles(self) -> Sequence[bytes] | None:
        """What must be sought in a block, in the letter case that it has; None: it must be fed every line."""

    def look(self, buffer: bytearray | bytes, begin: int, end: int) -> Callable[[], Look | None]:
        """Give what is to be done before the block `buffer[begin:end]`, whole lines, is sifted.

        It may be done in any thread, also while blocks before it are sifted and their lines fed.
        """

    def sift(self, block: Block, hits: NDArray[np.int64] | None, looked: Look | None) -> tuple[list[Line], int] | None:
        """Read the next lines but those that must be fed, which come next.

        Args:
            block: whole lines.
            hits: where in the buffer the last byte of each needle is, ascending; None: at too many places.
            looked: what came of `look`.

        Returns:
            The lines to be fed, in order, and how many there are in all: the others are `not_watched`, for all that
            is known by now. None: all lines of the block must be fed.
        """


@dataclass(frozen=True, slots=True)
class Example:
    """Bytes in, rows out: what the format's documentation says, tried by one parametrised test for all.

    `settings` are keyword arguments for `Settings` beyond window and targets; `expected` has, for each line, either
    a reason (dropped or rejected) or a mapping of event columns that must come out.
    """

    name: str
    text: bytes
    expected: tuple[str | Mapping[str, object], ...]
    settings: Mapping[str, object] = field(default_factory=dict)


class Source(Protocol):
    """A log format."""

    name: str
    version: int  # raised with every change of what comes out: part of the cache's key
    format: LogFormat
    stateful: bool  # every line of every text is wanted, in order; else only lines that may name a target
    directed: bool  # lines of a text that begin with `#` say how those after them read
    moment: str  # which instant its times are, for the documentation
    lacks: str  # what its lines cannot tell, for the documentation

    def reader(self, settings: Settings) -> Reader:
        """Give a fresh reader."""

    def mask(self, line: bytes, log_format: str | None = None) -> bytes:
        """Give the line with every login in it replaced by `***`; `log_format` is what the [[log]] says."""

    def examples(self) -> tuple[Example, ...]:
        """Give examples, rejects included."""


def _find() -> dict[str, Source]:
    found: dict[str, Source] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda one: one.name):
        source: Source | None = getattr(importlib.import_module(f"{__name__}.{module.name}"), "SOURCE", None)
        if source is not None:
            found[source.name] = source
    return found


ALL: dict[str, Source] = _find()
"""Every source by the name that `format = "…"` gives it."""
