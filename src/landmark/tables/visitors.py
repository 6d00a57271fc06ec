"""Whose each event is, how often and how regularly each visitor came, and who is over the threshold."""

from __future__ import annotations

from landmark.tables.columns import Table, always, maybe

ATTRIBUTIONS = Table(
    "attributions",
    "For each event with an address: how surely the assignments name an account.",
    ("event",),
    (
        always("event", "int64", "the event"),
        always("grade", "string", "none, contradicted, shared, fragile or sure"),
        always("accounts", "list<string>", "every account that fits within the tolerance, keyed hashes, ascending"),
        maybe("reason", "string", "why it is not sure; empty where it is"),
    ),
)

SIGHTINGS = Table(
    "sightings",
    "Whose each event is, whether it counts or not.",
    ("event",),
    (
        always("event", "int64", "the event"),
        always("visitor_id", "string", "the visitor"),
        always("basis", "string", "account, login, address or host: what names the visitor"),
        maybe("account", "string", "keyed hash, where basis is account"),
        maybe("login", "string", "keyed hash, where basis is login"),
        maybe("client_address", "string", "where basis is address"),
        maybe("client_host", "string", "where basis is host"),
    ),
)

VISITS = Table(
    "visits",
    "Runs of one visitor's counting events with no pause longer than the gap.",
    ("visitor_id", "visit"),
    (
        always("visitor_id", "string", "the visitor"),
        always("visit", "int64", "number of the visit of this visitor, from 1"),
        always("first", "int64", "begin of the first event, µs UTC"),
        always("last", "int64", "end of the last event, µs UTC"),
        always("events", "int64", "counting events in it"),
        always("edge", "bool", "whether it holds web events within the gap of the window's edge"),
    ),
)

_VISITOR_COLUMNS = (
    always("visitor_id", "string", "pseudonym of the visitor, 16 hex digits"),
    always("basis", "string", "account, login, address or host: what names the visitor"),
    maybe("account", "string", "keyed hash, where basis is account"),
    maybe("login", "string", "keyed hash, where basis is login"),
    maybe("client_address", "string", "where basis is address"),
    maybe("client_host", "string", "where basis is host"),
    always("visits", "int64", "visits, web and news together"),
    maybe(
        "connections", "int64", "news connections and distinct (address, port) of the web; empty where none is known"
    ),
    always("events", "int64", "events that count"),
    always("days", "int64", "UTC days with an event that counts"),
    always("first", "int64", "begin of the first event, µs UTC"),
    always("last", "int64", "end of the last event, µs UTC"),
    always("targets", "list<string>", "ids of the targets reached, ascending"),
)

VISITORS = Table("visitors", "Everybody with at least one visit.", ("visitor_id",), _VISITOR_COLUMNS)

CONDUCT = Table(
    "conduct",
    "For each visitor over the threshold: how regular, how purposeful, and whether anybody sat there.",
    ("visitor_id",),
    (
        always("visitor_id", "string", "the visitor"),
        always("marginal", "bool", "whether it would not be over the threshold with twice the gap"),
        maybe("machine", "string", "automated, unattended, leaf or known; empty: attended"),
        maybe("machine_why", "string", "what shows it, in words"),
        always("weeks", "int64", "UTC weeks (from Monday) with an event that counts"),
        always("longest_run", "int64", "longest run of successive UTC days"),
        maybe("gap_low", "int64", "lower quartile of the pauses between visits, seconds"),
        maybe("gap_median", "int64", "median of the pauses between visits, seconds"),
        maybe("gap_high", "int64", "upper quartile of the pauses between visits, seconds"),
        always("hours", "list<int64>", "visits begun in each hour of the day, UTC, 24 values"),
        always("strip", "list<int64>", "events that count in each hour of the window's days, 24 values a day"),
        always("attended_visits", "int64", "visits with an event whose agent is no known machine, outside known hours"),
        always(
            "purposeful_visits",
            "int64",
            "visits with an event that is no static object or was referred by its own host",
        ),
        always("opened", "int64", "counting events: open"),
        always("fetched", "int64", "counting events: fetch"),
        always("posted", "int64", "counting events: post"),
        always("searched", "int64", "counting events: search"),
        always("by_link", "int64", "counting events that another site's page referred"),
        always("by_embed", "int64", "events that another site's page embedded (they do not count)"),
        always("failed", "int64", "events that were refused or not found (they do not count)"),
        always("automated_events", "int64", "counting events of a known machine: by agent, robots.txt or network"),
    ),
)

SUBJECTS = Table(
    "subjects",
    "Visitors with strictly more than the threshold of visits; what speaks against each stands beside it.",
    ("visitor_id",),
    (
        *_VISITOR_COLUMNS,
        *CONDUCT.columns[1:],
        always("leases", "int64", "leases (of a static assignment: UTC days) that make the account sure"),
        always("lease_days", "int64", "UTC days with a sure event"),
        always("against", "list<string>", "what speaks against the subject"),
        maybe("lost", "string", "why it is no lead; empty where it is one"),
    ),
)
