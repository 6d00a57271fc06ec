"""The case file: what a court allowed, what is watched, which inputs lie where.

Words only; `landmark.case_file` reads them from `case.toml`. Durations and instants are int64 microseconds;
instants are UTC. Names stand as they were written, networks and addresses in their canonical form.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from landmark.tables import MINUTE, SECOND

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

COVERS = ("traffic", "identification", "subscriber", "content")
"""The kinds of data that an authority may cover, in the order in which `Authority.covers` has them."""
ACCOUNT_FORMS = ("lower", "no-realm", "lower no-realm")
"""How spellings of an account are made one: ASCII lower case; without the first `@` and all behind it; both."""
TRANSPORTS = ("rfc3164", "iso", "rfc5424", "journal")
"""What wraps the lines of a program that logs through syslog or the journal. The first is what is not said."""
ASSIGNMENT_COLUMNS = ("address", "port_from", "port_to", "protocol", "destination", "from", "until", "account")
"""The columns of a CSV of assignments; `Assignment.columns` gives the file's own name for each that has another."""
RADIUS_COLUMNS = (
    "address",
    "address6",
    "prefix",
    "delegated",
    "account",
    "user",
    "session",
    "nas",
    "circuit",
    "station",
    "port",
    "from",
    "until",
    "updated",
    "cause",
    "lasted",
    "status",
    "time",
    "delay",
)
"""The columns of RADIUS accounting in a CSV or a table; `landmark.assignments.radius_csv` says what each holds."""
SUBSCRIBER_GROUPS = ("billing", "installation", "user")
"""Who pays, where the line ends, who uses it: three people or places that may differ, and are never merged."""
SUBSCRIBER_COLUMNS = (
    "account",
    *(f"{group}_{what}" for group in SUBSCRIBER_GROUPS for what in ("name", "address", "country")),
    "from",
    "until",
)
"""The columns of subscriber records in a CSV."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time that the case declares doubtful: half-open, µs UTC, and why."""

    begin: int
    end: int
    why: str


@dataclass(frozen=True, slots=True)
class Authority:
    """What a court allowed, to whom, and for which window. Nothing outside it is kept."""

    reference: str
    issuer: str
    provider: str
    begin: int  # `from`
    end: int  # `until`
    covers: tuple[str, ...]  # in the order of COVERS
    basis: str = "order"
    country: str | None = None
    zone: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None  # the last day
    provider_key: str | None = None  # path of the public key that acquisitions are signed with


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of counting."""

    visit_gap: int = 30 * MINUTE
    more_than: int = 10
    clock_tolerance: int = 5 * SECOND
    reject_more_than: Fraction = Fraction(1, 1000)
    disk: int | None = None  # bytes that a run may need; None: what is free


@dataclass(frozen=True, slots=True)
class Countries:
    """Where the country of an address is looked up."""

    addresses: str | None = None  # path relative to the case folder; None: the packaged data set
    date: date | None = None
    anonymisers: tuple[str, ...] = ()  # files of networks: Tor exits, VPN, hosting


@dataclass(frozen=True, slots=True)
class Target:
    """A watched forum or newsgroup."""

    id: str
    host: str | None = None
    path: str | None = None
    newsgroup: str | None = None
    begin: int | None = None  # `from`
    end: int | None = None  # `until`
    listed_by: str | None = None
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class Log:
    """A set of log files of one format, and what the provider states about them."""

    files: tuple[str, ...]
    format: str
    line: int = 0  # of its [[log]] in case.toml
    host: str | None = None
    zone: str | None = None
    year: int | None = None
    log_format: str | None = None  # the server's own, pasted from its configuration
    transport: str = TRANSPORTS[0]  # where the format is wrapped
    client_port: int | None = None  # which field after the agent, from 1
    server: str | None = None  # `address:port`, `[address]:port`
    login_verified: tuple[str, ...] = ()
    realm: str | None = None
    trusted_proxies: tuple[str, ...] = ()
    clock_tolerance: int | None = None
    clock_ahead: int = 0
    why: str | None = None
    doubtful: tuple[Stretch, ...] = ()
    overlap: Literal["refuse", "keep"] = "refuse"
    gone: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What tables call it: its patterns, sorted, so that their order in the case changes nothing."""
        return ", ".join(sorted(self.files))


@dataclass(frozen=True, slots=True)
class Assignment:
    """A set of files of assignment records of one format."""

    files: tuple[str, ...]
    format: str
    account: str  # what the account is: user-name, circuit-id, …
    line: int = 0
    zone: str | None = None
    year: int | None = None
    realm: str | None = None  # of inner addresses; where two networks use the same ones
    account_form: str | None = None  # of ACCOUNT_FORMS
    columns: dict[str, str] = field(default_factory=dict)  # of the format's columns to the file's own name
    table: str = "radacct"  # of a dump; with or without its schema or database
    clock_tolerance: int | None = None
    clock_ahead: int = 0
    why: str | None = None
    doubtful: tuple[Stretch, ...] = ()
    overlap: Literal["refuse", "keep"] = "refuse"
    gone: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What tables call it: its patterns, sorted."""
        return ", ".join(sorted(self.files))


@dataclass(frozen=True, slots=True)
class Subscribers:
    """A set of files of who the customers are, read only when names are revealed."""

    files: tuple[str, ...]
    line: int = 0
    zone: str | None = None
    account_form: str | None = None  # of ACCOUNT_FORMS; None: as written, and in each form of the assignments
    columns: dict[str, str] = field(default_factory=dict)  # of SUBSCRIBER_COLUMNS to the file's own name

    @property
    def name(self) -> str:
        """What results call it: its patterns, sorted."""
        return ", ".join(sorted(self.files))


@dataclass(frozen=True, slots=True)
class Known:
    """A unit or hotline at work, or (without `begin`) an address, account or login that serves several people."""

    why: str
    who: str = ""
    address: str | None = None
    account: str | None = None
    login: str | None = None
    begin: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Mapping:
    """Names of one kind and what they are in another; a name that begins with `@` is a suffix."""

    old: str  # `from`
    new: str  # `to`


@dataclass(frozen=True, slots=True)
class LogFormat:
    """What the checks of the case must know of a log format."""

    kind: Literal["web", "news"]
    logs_host: bool
    needs_zone: bool
    needs_year: bool
    forwards: bool = False  # whether it may log a forwarded address, which `trusted_proxies` are for
    described: Callable[[str], LogFormat] | None = None
    wrapped: bool = False  # whether its lines come through syslog or the journal, by one of TRANSPORTS

    def of(self, log_format: str | None) -> LogFormat:
        """Give the facts of a log whose lines are as the case's `log_format` says; it is `described` then, else fixed.

        Raises:
            ValueError: the string is none of the server's, or leaves out what must be known; the message says which.
        """
        return self if self.described is None or log_format is None else self.described(log_format)

    def carried(self, transport: str | None) -> LogFormat:
        """Give the facts of a log by what wraps its lines: all but RFC 3164 state the instant in each.

        A format that takes its time from the wrapper is told by the year, which only the wrapper can lack; one that
        writes a time of its own needs what it needs, whatever is around it.
        """
        if transport in {None, TRANSPORTS[0]} or not (self.wrapped and self.needs_year):
            return self
        return replace(self, needs_zone=False, needs_year=False)


@dataclass(frozen=True, slots=True)
class AssignmentFormat:
    """What the checks of the case must know of a format of assignment records."""

    needs_zone: bool
    needs_year: bool | None = False  # None: `year` may be stated, for lines that do not write it
    translates: bool | None = None  # whether its records give an inner address; None: as the case says


@dataclass(frozen=True, slots=True)
class Case:
    """A whole case, checked."""

    folder: Path
    id: str
    title: str
    lead: str
    authority: Authority
    targets: tuple[Target, ...]
    logs: tuple[Log, ...]
    rules: Rules = Rules()
    countries: Countries = Countries()
    assignments: tuple[Assignment, ...] = ()
    subscribers: tuple[Subscribers, ...] = ()
    login_map: tuple[Mapping, ...] = ()
    account_map: tuple[Mapping, ...] = ()
    known: tuple[Known, ...] = ()
    leaf: tuple[Known, ...] = ()
    crawler_networks: tuple[str, ...] = ()  # files of networks that crawlers publish
    targets_list: str | None = None  # the CSV from which the targets came
