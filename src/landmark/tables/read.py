"""What is read from the files: events, rejected lines, and who held which address."""

from __future__ import annotations

from landmark.tables.columns import Table, always, maybe

EVENTS = Table(
    "events",
    "One row for each log line that concerns a target inside the window.",
    ("event",),
    (
        always("event", "int64", "number of the row in canonical order (time, source, offset), from 0"),
        always("event_id", "string", "first 16 hex digits of the line's SHA-256, `-`, offset in 15 digits"),
        always("source", "string", "SHA-256 of the text of the file, hex"),
        always("line", "int64", "line number in the text, from 1"),
        always("offset", "int64", "byte offset of the line in the text, from 0"),
        always("length", "int64", "bytes of the line without its newline"),
        always("time", "int64", "instant as read, µs UTC; of a local time that occurs twice, the earlier"),
        maybe("time_until", "int64", "the later instant of a local time that occurs twice, µs UTC; else empty"),
        always("time_text", "string", "the time as written"),
        always("zone", "string", "offset or zone that was used to read it"),
        always("zone_known", "string", "how the zone is known: stated in the bytes, declared in the case"),
        maybe("client_address", "string", "client's address, RFC 5952"),
        maybe("client_port", "int64", "client's port"),
        maybe("client_host", "string", "client's host name as logged, lower case"),
        maybe("protocol", "string", "transport protocol, lower case: tcp, udp"),
        maybe("destination", "string", "server's address and port, as the case or the log says"),
        maybe("login", "string", "keyed hash of the login as logged, verified or not"),
        maybe("target", "string", "id of the target, on rows that name one"),
        always("action", "string", "open, fetch, post, search, connect or other"),
        maybe("object", "string", "what was asked for: path and query as logged; the newsgroup"),
        maybe("articles", "int64", "articles fetched, on watched group lines"),
        maybe("status", "int64", "status of the answer (RFC 9110)"),
        maybe("bytes", "int64", "bytes of the answer as logged"),
        maybe("agent", "string", "user agent as logged"),
        maybe("referrer", "string", "referrer as logged"),
        maybe("connection", "string", "event_id of the news connection's connect line; empty for the web"),
        always("counts", "bool", "whether something was reached"),
        maybe("reason", "string", "first reason why it does not count"),
        always("log", "string", "which [[log]]: its files patterns, sorted, joined by a comma and a blank"),
        always("series", "string", "log host (syslog) or rotated series of files: one clock"),
        maybe("host", "string", "host that the request was for, normalised; empty where unknown, and for news"),
        always("static", "bool", "whether a static object was asked for (web)"),
        always("referred", "string", "referrer's host: none, own (the row's host), other, or unknown"),
        always("login_verified", "bool", "whether the server had verified the login"),
        maybe("login_account", "string", "account that the case ties to the verified login, keyed hash"),
        always("instants", "list<int64>", "distinct instants at which attribution must hold, ascending, µs UTC"),
        always("first_instant", "int64", "begin of the time that the row fills: time, or the connect line's, µs UTC"),
        always("last_instant", "int64", "end of the time that the row fills, µs UTC"),
    ),
)

REJECTS = Table(
    "rejects",
    "One row for each line that was rejected: located, never quoted.",
    ("source", "line"),
    (
        always("source", "string", "SHA-256 of the text of the file, hex"),
        always("line", "int64", "line number in the text, from 1"),
        always("offset", "int64", "byte offset of the line in the text"),
        always("length", "int64", "bytes of the line without its newline"),
        always("reason", "string", "why: malformed, bad_time, too_long, truncated, orphan"),
    ),
)

LEASES = Table(
    "leases",
    "One row for each interval in which an account held an address, and for each doubtful stretch.",
    ("lease",),
    (
        always("lease", "int64", "number of the row in canonical order, from 0"),
        always("assignment", "string", "which [[assignment]]: its files patterns, sorted, joined"),
        always("address", "string", "address (RFC 5952) or prefix"),
        maybe("port_from", "int64", "lowest port of the block; empty where the record has none"),
        maybe("port_to", "int64", "highest port of the block"),
        maybe("protocol", "string", "transport protocol, lower case"),
        maybe("destination", "string", "destination address and port of a translation"),
        always("from", "int64", "begin, included, µs UTC"),
        maybe("until", "int64", "end, excluded, µs UTC; empty: no end"),
        maybe("account", "string", "keyed hash of the account; empty: held, by whom is not recorded"),
        maybe("line", "string", "circuit, calling station, or NAS and port; keyed hash"),
        always("ends", "string", "how the end is known"),
        always("doubtful", "bool", "whether it cannot be said that it holds"),
        always("source", "string", "SHA-256 of the text of the file, hex"),
        always("rows", "list<int64>", "line numbers of the records that make it; of a dump, the rows' byte offsets"),
        maybe("inner", "string", "inner address of a translation: resolved further"),
    ),
)
