"""Every table's columns, types, units and meaning, and the closed lists of words that stand in them.

Words only: no I/O, no engine. Instants are int64 microseconds since 1970-01-01T00:00:00Z. A table's key is
unique, is checked when the table is written, and is the table's order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Type = Literal["int64", "string", "bool", "list<int64>", "list<string>"]

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

DROPPED = ("not_watched", "outside_window", "mention_only", "other_host", "duplicate", "directive", "empty")
REJECTED = ("malformed", "bad_time", "too_long", "truncated", "orphan")
NOT_COUNTED = ("method", "failed", "embed", "connection", "only_opened", "cut")
ACTIONS = ("open", "fetch", "post", "search", "connect", "other")
ZONE_KNOWN = ("stated", "declared")
GRADES = ("none", "contradicted", "shared", "fragile", "sure")  # from worst to best
BASES = ("account", "login", "address", "host")
ENDS = ("stopped", "released", "timed_out", "last_seen", "replaced", "rebooted", "open", "stated")
REFERRED = ("none", "own", "other", "unknown")
MACHINES = ("automated", "unattended", "leaf", "known")
"""Why nobody may have sat there, in the order in which the first that fits is given."""
ATTRIBUTION_REASONS = (
    "nobody",  # none: nobody within the tolerance
    "no_account",  # none: a lease without account alone
    "two_accounts",  # contradicted: two holders at the written instant
    "two_lines",  # contradicted: one account on two lines at once
    "login_disagrees",  # contradicted: a verified login that the case maps to another account
    "no_port",  # shared: the record restricts ports and the row has none
    "several_accounts",  # shared: several accounts fit otherwise
    "other_within_tolerance",  # fragile
    "other_under_shift",  # fragile: another account under a shift that the data do not exclude
    "only_within_tolerance",  # fragile: nobody at the written instant, one within the tolerance
    "doubtful_row",  # fragile: a doubtful row bears on it
    "two_instants",  # fragile: the ends of a connection or the instants of a row differ
    "doubtful_stretch",  # fragile: an instant in a stretch that is doubtful outright
)
UNTOLD = ("too_few", "never_empty", "no_peak", "few_days", "no_line")
"""Why the shift that fits a clock best, or its drift, cannot be told."""
LEAD_LOSSES = ("at_most_threshold", *MACHINES, "embedded", *GRADES[:-1], "no_assignment", "single_lease", "no_country")
"""Why a visitor is no lead; a grade stands for the commonest grade of the events that kept it from an account."""
HINTS = ("narrowed", "contradicted")
"""What the candidates of several visits under one login come to; none of them makes a lead."""
AGAINST = (
    *MACHINES,
    "shared_address",
    "shared_login",
    "marginal",
    "one_burst",
    "foreign_page",
    "embedded",
    "declared_zone",
    "single_lease",
    "edge",
    "contradicted",
    "anonymiser",
    "some_automated",
    "host_unknown",
)
"""What speaks against a subject; `docs/against.md` explains each."""
STEPS = (
    "lines",
    "events",
    "counting",
    "visits",
    "visitors",
    "over_threshold",
    "attended",
    "attributed",
    "identified",
    "placed",
    "leads",
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, type, whether it may be empty, and its meaning with the unit."""

    name: str
    type: Type
    meaning: str
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its name, meaning, columns in order, and the unique key that is its order."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The column names in order."""
        return tuple(column.name for column in self.columns)


def _column(name: str, type_: Type, meaning: str) -> Column:
    return Column(name, type_, meaning)


def _maybe(name: str, type_: Type, meaning: str) -> Column:
    return Column(name, type_, meaning, empty=True)


EVENTS = Table(
    "events",
    "One row for each log line that concerns a target inside the window.",
    ("event",),
    (
        _column("event", "int64", "number of the row in canonical order (time, source, offset), from 0"),
        _column("event_id", "string", "first 16 hex digits of the line's SHA-256, `-`, offset in 15 digits"),
        _column("source", "string", "SHA-256 of the text of the file, hex"),
        _column("line", "int64", "line number in the text, from 1"),
        _column("offset", "int64", "byte offset of the line in the text, from 0"),
        _column("length", "int64", "bytes of the line without its newline"),
        _column("time", "int64", "instant as read, µs UTC; of a local time that occurs twice, the earlier"),
        _maybe("time_until", "int64", "the later instant of a local time that occurs twice, µs UTC; else empty"),
        _column("time_text", "string", "the time as written"),
        _column("zone", "string", "offset or zone that was used to read it"),
        _column("zone_known", "string", "how the zone is known: stated in the bytes, declared in the case"),
        _maybe("client_address", "string", "client's address, RFC 5952"),
        _maybe("client_port", "int64", "client's port"),
        _maybe("client_host", "string", "client's host name as logged, lower case"),
        _maybe("protocol", "string", "transport protocol, lower case: tcp, udp"),
        _maybe("destination", "string", "server's address and port, as the case or the log says"),
        _maybe("login", "string", "keyed hash of the login as logged, verified or not"),
        _maybe("target", "string", "id of the target, on rows that name one"),
        _column("action", "string", "open, fetch, post, search, connect or other"),
        _maybe("object", "string", "what was asked for: path and query as logged; the newsgroup"),
        _maybe("articles", "int64", "articles fetched, on watched group lines"),
        _maybe("status", "int64", "status of the answer (RFC 9110)"),
        _maybe("bytes", "int64", "bytes of the answer as logged"),
        _maybe("agent", "string", "user agent as logged"),
        _maybe("referrer", "string", "referrer as logged"),
        _maybe("connection", "string", "event_id of the news connection's connect line; empty for the web"),
        _column("counts", "bool", "whether something was reached"),
        _maybe("reason", "string", "first reason why it does not count"),
        _column("log", "string", "which [[log]]: its files patterns, sorted, joined by a comma and a blank"),
        _column("series", "string", "log host (syslog) or rotated series of files: one clock"),
        _maybe("host", "string", "host that the request was for, normalised; empty where unknown, and for news"),
        _column("static", "bool", "whether a static object was asked for (web)"),
        _column("referred", "string", "referrer's host: none, own (the row's host), other, or unknown"),
        _column("login_verified", "bool", "whether the server had verified the login"),
        _maybe("login_account", "string", "account that the case ties to the verified login, keyed hash"),
        _column("instants", "list<int64>", "distinct instants at which attribution must hold, ascending, µs UTC"),
        _column("first_instant", "int64", "begin of the time that the row fills: time, or the connect line's, µs UTC"),
        _column("last_instant", "int64", "end of the time that the row fills, µs UTC"),
    ),
)

REJECTS = Table(
    "rejects",
    "One row for each line that was rejected: located, never quoted.",
    ("source", "line"),
    (
        _column("source", "string", "SHA-256 of the text of the file, hex"),
        _column("line", "int64", "line number in the text, from 1"),
        _column("offset", "int64", "byte offset of the line in the text"),
        _column("length", "int64", "bytes of the line without its newline"),
        _column("reason", "string", "why: malformed, bad_time, too_long, truncated, orphan"),
    ),
)

LEASES = Table(
    "leases",
    "One row for each interval in which an account held an address, and for each doubtful stretch.",
    ("lease",),
    (
        _column("lease", "int64", "number of the row in canonical order, from 0"),
        _column("assignment", "string", "which [[assignment]]: its files patterns, sorted, joined"),
        _column("address", "string", "address (RFC 5952) or prefix"),
        _maybe("port_from", "int64", "lowest port of the block; empty where the record has none"),
        _maybe("port_to", "int64", "highest port of the block"),
        _maybe("protocol", "string", "transport protocol, lower case"),
        _maybe("destination", "string", "destination address and port of a translation"),
        _column("from", "int64", "begin, included, µs UTC"),
        _maybe("until", "int64", "end, excluded, µs UTC; empty: no end"),
        _maybe("account", "string", "keyed hash of the account; empty: held, by whom is not recorded"),
        _maybe("line", "string", "circuit, calling station, or NAS and port; keyed hash"),
        _column("ends", "string", "how the end is known"),
        _column("doubtful", "bool", "whether it cannot be said that it holds"),
        _column("source", "string", "SHA-256 of the text of the file, hex"),
        _column("rows", "list<int64>", "line numbers of the records that make it; of a dump, the rows' byte offsets"),
        _maybe("inner", "string", "inner address of a translation: resolved further"),
    ),
)

SOURCE_TESTS = Table(
    "source_tests",
    "For each clock of a log, each assignment source and each shift: what the readings say.",
    ("log", "series", "assignment", "shift"),
    (
        _column("log", "string", "the [[log]]"),
        _column("series", "string", "the clock in it: log host or rotated series"),
        _column("assignment", "string", "the [[assignment]]"),
        _column("shift", "int64", "shift of the log's clock, µs"),
        _column("for_zero", "int64", "b: readings that fall in a lease at 0 only"),
        _column("for_shift", "int64", "c: readings that fall in a lease at the shift only"),
        _column("for_zero_by_logins", "int64", "how many of b verified logins gave that come back"),
        _column("for_shift_by_logins", "int64", "how many of c verified logins gave that come back"),
        _column("days", "int64", "UTC days on which readings speak for 0"),
        _column("excluded", "bool", "excluded in the whole: b ≥ 30 on 3 days or more, and c ≤ b / 10"),
        _column("loud", "bool", "somewhere fits better than 0: c > b and c ≥ 10"),
    ),
)

DOUBTS = Table(
    "doubts",
    "Stretches in which a shift is not excluded (shift 0: doubtful outright).",
    ("log", "series", "assignment", "shift", "from"),
    (
        _column("log", "string", "the [[log]]"),
        _column("series", "string", "the clock in it"),
        _column("assignment", "string", "the [[assignment]]"),
        _column("shift", "int64", "the shift that is not excluded, µs; 0: doubtful outright"),
        _column("from", "int64", "begin, included, µs UTC"),
        _column("until", "int64", "end, excluded, µs UTC"),
    ),
)

SPEAKING_DAYS = Table(
    "speaking_days",
    "For each UTC day, clock of a log, assignment source and shift: how many readings speak for 0 and for the shift.",
    ("log", "series", "assignment", "shift", "day"),
    (
        _column("log", "string", "the [[log]]"),
        _column("series", "string", "the clock in it"),
        _column("assignment", "string", "the [[assignment]]"),
        _column("shift", "int64", "shift of the log's clock, µs"),
        _column("day", "int64", "begin of the UTC day, µs UTC; a day on which nothing speaks has no row"),
        _column("for_zero", "int64", "readings that speak for 0, those of verified logins included"),
        _column("for_shift", "int64", "readings that speak for the shift, those of verified logins included"),
    ),
)

FITS = Table(
    "fits",
    "For each UTC day, clock of a log, assignment source and shift of a grid: for how many readings somebody is there.",
    ("log", "series", "assignment", "day", "shift"),
    (
        _column("log", "string", "the [[log]]"),
        _column("series", "string", "the clock in it"),
        _column("assignment", "string", "the [[assignment]]"),
        _column("day", "int64", "begin of the UTC day, µs UTC"),
        _column("shift", "int64", "shift of the log's clock, µs"),
        _column("readings", "int64", "readings that meet no doubtful row at 0 or at the shift"),
        _column("there", "int64", "those for which somebody has the address at the shift"),
        _column("for_zero", "int64", "those for which somebody has it at 0 only"),
        _column("for_shift", "int64", "those for which somebody has it at the shift only"),
    ),
)

FIT_DAYS = Table(
    "fit_days",
    "For each UTC day, clock of a log and assignment source: the shift that fits best. Nothing is corrected by it; "
    "where 0 is excluded, the day is doubtful outright.",
    ("log", "series", "assignment", "day"),
    (
        _column("log", "string", "the [[log]]"),
        _column("series", "string", "the clock in it"),
        _column("assignment", "string", "the [[assignment]]"),
        _column("day", "int64", "begin of the UTC day, µs UTC"),
        _column("readings", "int64", "readings that meet no doubtful row at 0"),
        _maybe("best", "int64", "the shift that fits best, middle of its plateau, µs; empty: cannot be told"),
        _maybe("lowest", "int64", "lowest shift against which the best does not stand out, µs"),
        _maybe("highest", "int64", "highest shift against which the best does not stand out, µs"),
        _column("for_best", "int64", "readings that fit at the best only, not at 0"),
        _column("for_zero", "int64", "readings that fit at 0 only, not at the best"),
        _column("elsewhere", "bool", "0 is excluded against the best: for_best ≥ 30, and for_zero ≤ for_best / 10"),
    ),
)

DRIFTS = Table(
    "drifts",
    "For each clock of a log and assignment source: the shift that fits best, and a straight line through the days. "
    "Nothing is corrected by it; where one of them fits better than 0, the whole pair is doubtful outright.",
    ("log", "series", "assignment"),
    (
        _column("log", "string", "the [[log]]"),
        _column("series", "string", "the clock in it"),
        _column("assignment", "string", "the [[assignment]]"),
        _column("one_in", "int64", "1: every reading is used; else one half hour of an address in so many"),
        _column("readings", "int64", "readings used that meet no doubtful row at 0"),
        _column("days", "int64", "UTC days with such a reading"),
        _maybe("best", "int64", "one shift for all days that fits best, µs; empty: cannot be told"),
        _maybe("lowest", "int64", "lowest shift against which it does not stand out, µs"),
        _maybe("highest", "int64", "highest shift against which it does not stand out, µs"),
        _maybe("best_untold", "string", "why it cannot be told: too_few, never_empty, no_peak"),
        _column("for_best", "int64", "readings that fit at it only, not at 0"),
        _column("for_zero", "int64", "readings that fit at 0 only, not at it"),
        _column("elsewhere", "bool", "told, with more readings for it than for 0, and at least ten; or 0 is excluded"),
        _column("told_days", "int64", "UTC days whose own best shift can be told"),
        _column("told_readings", "int64", "readings of those days"),
        _maybe("offset", "int64", "the line at the window's begin, µs; empty: cannot be told"),
        _maybe("drift", "int64", "slope of the line, µs a day"),
        _maybe("line_untold", "string", "why there is no line: few_days, no_line"),
        _column("for_line", "int64", "readings that fit on the line only, not at 0"),
        _column("for_zero_not_line", "int64", "readings that fit at 0 only, not on the line"),
        _column("line_elsewhere", "bool", "the line fits better than 0: more readings for it, and at least ten"),
        _column("drifting", "bool", "the best one shift for all days is excluded against the line"),
        _column("days_elsewhere", "int64", "UTC days on which 0 is excluded against that day's best"),
        _column("loud", "bool", "somewhere fits better than 0: as one shift, on the line, or on a day"),
    ),
)

ATTRIBUTIONS = Table(
    "attributions",
    "For each event with an address: how surely the assignments name an account.",
    ("event",),
    (
        _column("event", "int64", "the event"),
        _column("grade", "string", "none, contradicted, shared, fragile or sure"),
        _column("accounts", "list<string>", "every account that fits within the tolerance, keyed hashes, ascending"),
        _maybe("reason", "string", "why it is not sure; empty where it is"),
    ),
)

SIGHTINGS = Table(
    "sightings",
    "Whose each event is, whether it counts or not.",
    ("event",),
    (
        _column("event", "int64", "the event"),
        _column("visitor_id", "string", "the visitor"),
        _column("basis", "string", "account, login, address or host: what names the visitor"),
        _maybe("account", "string", "keyed hash, where basis is account"),
        _maybe("login", "string", "keyed hash, where basis is login"),
        _maybe("client_address", "string", "where basis is address"),
        _maybe("client_host", "string", "where basis is host"),
    ),
)

VISITS = Table(
    "visits",
    "Runs of one visitor's counting events with no pause longer than the gap.",
    ("visitor_id", "visit"),
    (
        _column("visitor_id", "string", "the visitor"),
        _column("visit", "int64", "number of the visit of this visitor, from 1"),
        _column("first", "int64", "begin of the first event, µs UTC"),
        _column("last", "int64", "end of the last event, µs UTC"),
        _column("events", "int64", "counting events in it"),
        _column("edge", "bool", "whether it holds web events within the gap of the window's edge"),
    ),
)

_VISITOR_COLUMNS = (
    _column("visitor_id", "string", "pseudonym of the visitor, 16 hex digits"),
    _column("basis", "string", "account, login, address or host: what names the visitor"),
    _maybe("account", "string", "keyed hash, where basis is account"),
    _maybe("login", "string", "keyed hash, where basis is login"),
    _maybe("client_address", "string", "where basis is address"),
    _maybe("client_host", "string", "where basis is host"),
    _column("visits", "int64", "visits, web and news together"),
    _maybe(
        "connections", "int64", "news connections and distinct (address, port) of the web; empty where none is known"
    ),
    _column("events", "int64", "events that count"),
    _column("days", "int64", "UTC days with an event that counts"),
    _column("first", "int64", "begin of the first event, µs UTC"),
    _column("last", "int64", "end of the last event, µs UTC"),
    _column("targets", "list<string>", "ids of the targets reached, ascending"),
)

VISITORS = Table("visitors", "Everybody with at least one visit.", ("visitor_id",), _VISITOR_COLUMNS)

CONDUCT = Table(
    "conduct",
    "For each visitor over the threshold: how regular, how purposeful, and whether anybody sat there.",
    ("visitor_id",),
    (
        _column("visitor_id", "string", "the visitor"),
        _column("marginal", "bool", "whether it would not be over the threshold with twice the gap"),
        _maybe("machine", "string", "automated, unattended, leaf or known; empty: attended"),
        _maybe("machine_why", "string", "what shows it, in words"),
        _column("weeks", "int64", "UTC weeks (from Monday) with an event that counts"),
        _column("longest_run", "int64", "longest run of successive UTC days"),
        _maybe("gap_low", "int64", "lower quartile of the pauses between visits, seconds"),
        _maybe("gap_median", "int64", "median of the pauses between visits, seconds"),
        _maybe("gap_high", "int64", "upper quartile of the pauses between visits, seconds"),
        _column("hours", "list<int64>", "visits begun in each hour of the day, UTC, 24 values"),
        _column("strip", "list<int64>", "events that count in each hour of the window's days, 24 values a day"),
        _column(
            "attended_visits", "int64", "visits with an event whose agent is no known machine, outside known hours"
        ),
        _column(
            "purposeful_visits",
            "int64",
            "visits with an event that is no static object or was referred by its own host",
        ),
        _column("opened", "int64", "counting events: open"),
        _column("fetched", "int64", "counting events: fetch"),
        _column("posted", "int64", "counting events: post"),
        _column("searched", "int64", "counting events: search"),
        _column("by_link", "int64", "counting events that another site's page referred"),
        _column("by_embed", "int64", "events that another site's page embedded (they do not count)"),
        _column("failed", "int64", "events that were refused or not found (they do not count)"),
        _column("automated_events", "int64", "counting events of a known machine: by agent, robots.txt or network"),
    ),
)

SUBJECTS = Table(
    "subjects",
    "Visitors with strictly more than the threshold of visits; what speaks against each stands beside it.",
    ("visitor_id",),
    (
        *_VISITOR_COLUMNS,
        *CONDUCT.columns[1:],
        _column("leases", "int64", "leases (of a static assignment: UTC days) that make the account sure"),
        _column("lease_days", "int64", "UTC days with a sure event"),
        _column("against", "list<string>", "what speaks against the subject"),
        _maybe("lost", "string", "why it is no lead; empty where it is one"),
    ),
)

LEADS = Table(
    "leads",
    "Subjects whose account is sure, and against whom nothing of the kind stands that bars a lead.",
    ("visitor_id",),
    (*SUBJECTS.columns, _column("country", "string", "country of the provider, ISO 3166-1 alpha-2")),
)

ENQUIRIES = Table(
    "enquiries",
    "Every other subject that is neither automated nor known, once for each country of its addresses.",
    ("country", "visitor_id"),
    (
        *SUBJECTS.columns,
        _column("country", "string", "country of the addresses; ZZ where the data set is too old or has none"),
        _maybe("candidate", "string", "country that a data set too old for the window gives"),
        _column("dataset", "string", "data set of countries: name"),
        _maybe("dataset_date", "string", "its date, ISO 8601"),
    ),
)

INSTANTS = Table(
    "instants",
    "For each enquiry, the instants to ask about: the first event of every visit at each address and port; of a news "
    "connection its connect line.",
    ("country", "visitor_id", "visit", "event"),
    (
        _column("country", "string", "country of the address"),
        _maybe("candidate", "string", "country that a data set too old for the window gives"),
        _column("visitor_id", "string", "the subject"),
        _column("visit", "int64", "its visit"),
        _column("event", "int64", "the event"),
        _column("time", "int64", "instant, µs UTC"),
        _maybe("time_until", "int64", "the later instant of a local time that occurs twice"),
        _column("time_text", "string", "the time as written"),
        _column("zone", "string", "offset or zone that was used to read it"),
        _maybe("client_address", "string", "the address to ask about"),
        _maybe("client_port", "int64", "the port, where logged"),
        _maybe("client_host", "string", "the host name, where the log has no address"),
        _column("target", "string", "target that was reached"),
    ),
)

COUNTRIES = Table(
    "countries",
    "Country of each address of a subject.",
    ("client_address",),
    (
        _column("client_address", "string", "the address"),
        _column("country", "string", "ISO 3166-1 alpha-2, or ZZ"),
        _maybe("candidate", "string", "what a data set too old for the window gives"),
        _column("dataset", "string", "data set: name"),
        _maybe("dataset_date", "string", "its date, ISO 8601"),
        _column("anonymiser", "bool", "whether a list of the case has it: Tor exit, VPN, hosting"),
    ),
)

NARROWED = Table(
    "narrowed",
    "A hint, never a lead: for each subject that is a verified login, which accounts are candidates of all its visits "
    "from shared addresses, and how many would be by chance.",
    ("visitor_id",),
    (
        _column("visitor_id", "string", "the subject"),
        _column("login", "string", "the verified login, keyed hash"),
        _column("visits", "int64", "visits with an event that several accounts fit"),
        _column("events", "int64", "those events; each has a set of candidates"),
        _column(
            "sizes",
            "list<int64>",
            "accounts in each set that counts (of a visit and of an address the first), ascending",
        ),
        _column("grade", "string", "narrowed; contradicted where no account is in all sets"),
        _column("accounts", "list<string>", "accounts in all sets, keyed hashes, ascending"),
        _column("remaining", "int64", "how many these are"),
        _column("customers", "int64", "accounts in the records read, which stands for all customers: a lower bound"),
        _column(
            "expected_ppm",
            "int64",
            "millionths of an account that chance leaves in all sets that count: customers × Π (size / customers), "
            "rounded up",
        ),
    ),
)

ALL = (
    EVENTS,
    REJECTS,
    LEASES,
    SOURCE_TESTS,
    DOUBTS,
    SPEAKING_DAYS,
    FITS,
    FIT_DAYS,
    DRIFTS,
    ATTRIBUTIONS,
    SIGHTINGS,
    VISITS,
    VISITORS,
    CONDUCT,
    SUBJECTS,
    COUNTRIES,
    INSTANTS,
    LEADS,
    ENQUIRIES,
    NARROWED,
)
BY_NAME = {table.name: table for table in ALL}
