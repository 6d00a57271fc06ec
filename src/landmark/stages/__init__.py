"""One stage a `.sql` file: one statement over declared tables, in words that can be said aloud in court.

The resolver, which says who held an address, is fifteen stages; each reads what those before it gave:

    stage          reads                                                          gives
    clients        events                                                         CLIENTS
    accounts       leases                                                         ACCOUNTS
    two_lines      leases accounts                                                TWO_LINES
    clocks         events log_clocks                                              CLOCKS
    held           leases reach shifts assignment_clocks clocks accounts          HELD
    places         reach held                                                     PLACES
    grains         held                                                           GRAINS
    speaking       events leases shifts assignment_clocks clocks declared
                   held places grains                                             SPEAKING
    naming         events leases shifts log_clocks assignment_clocks
                   declared held places grains speaking                           NAMING
    returning      naming speaking                                                RETURNING
    source_test    shifts assignment_clocks clocks speaking returning             tables.SOURCE_TESTS
    doubts         assignment_clocks clocks declared speaking returning
                   source_tests                                                   tables.DOUBTS
    settled        events log_clocks assignment_clocks two_lines
                   held places grains doubts                                      SETTLED
    attributions   events log_clocks assignment_clocks accounts
                   two_lines held places grains doubts                            tables.ATTRIBUTIONS
    chain          attributions links                                             tables.ATTRIBUTIONS

`reach` comes from `clients` by `lookups/reach.py`, `shifts` from `lookups/shifts.py`, the clocks and `declared` from
the case. `READS` says the same to a program. None of them takes a parameter, and none asks where its tables lie.

`clients`, `clocks` and `naming` need every event of the case. `speaking` takes those of any whole half hours, and
`settled` and `attributions` any part of them, with the whole of the other tables, and of `held` all rows near the
part's instants; so they can be run over a quarter of a million events at a time. `attributions` answers any event, most
of them slowly, and is asked of those only that `settled` leaves. Of the others it would say the same to the word.
"""

from __future__ import annotations

from landmark import tables
from landmark.tables import Column, Table

CLIENTS = Table(
    "clients",
    "Each client's address.",
    ("client_address",),
    (Column("client_address", "string", "the address, RFC 5952"),),
)

REACH = Table(
    "reach",
    "Which addresses and prefixes of leases hold which client's address.",
    ("client_address", "address"),
    (
        Column("client_address", "string", "a client's address, RFC 5952"),
        Column("address", "string", "address or prefix of a lease that is it or contains it"),
    ),
)

SHIFTS = Table(
    "shifts",
    "The shifts of a clock that are tried.",
    ("shift",),
    (Column("shift", "int64", "µs, zero not among them"),),
)

LOG_CLOCKS = Table(
    "log_clocks",
    "How far the clock of each [[log]] may be off.",
    ("log",),
    (
        Column("log", "string", "the [[log]]"),
        Column("tolerance", "int64", "its clock's tolerance, µs"),
    ),
)

ASSIGNMENT_CLOCKS = Table(
    "assignment_clocks",
    "How far the clock of each [[assignment]] may be off.",
    ("assignment",),
    (
        Column("assignment", "string", "the [[assignment]]"),
        Column("tolerance", "int64", "its clock's tolerance, µs"),
    ),
)

DECLARED = Table(
    "declared",
    "Stretches that are doubtful outright: declared by the case, in which a server's clock was set back, or in which "
    "it fits better at another time. Beside those a shift that fits better for one source, to be held against the "
    "others.",
    ("log", "series", "assignment", "shift", "from", "until"),
    (
        Column("log", "string", "the [[log]]; empty: every one", empty=True),
        Column("series", "string", "the clock in it; empty: every one", empty=True),
        Column("assignment", "string", "the [[assignment]]; empty: every one", empty=True),
        Column("shift", "int64", "the shift under which an attribution must stand, µs; 0: doubtful outright"),
        Column("from", "int64", "begin, included, µs UTC"),
        Column("until", "int64", "end, excluded, µs UTC"),
    ),
)

ACCOUNTS = Table(
    "accounts",
    "Each account by a number.",
    ("account",),
    (
        Column("account", "string", "the account"),
        Column("holder", "int64", "lowest number of its leases"),
    ),
)

TWO_LINES = Table(
    "two_lines",
    "When one account holds two lines at once.",
    ("holder", "from", "until"),
    (
        Column("holder", "int64", "the account's lowest lease"),
        Column("from", "int64", "begin, included, µs UTC"),
        Column("until", "int64", "end, excluded, µs UTC; without end the last instant that there is"),
    ),
)

CLOCKS = Table(
    "clocks",
    "Each clock of a log by a number, with the first and the last instant that its events bring.",
    ("log", "series"),
    (
        Column("log", "string", "the [[log]]"),
        Column("series", "string", "the clock in it"),
        Column("clock", "int64", "its number, ascending, from 1"),
        Column("tolerance", "int64", "its tolerance, µs"),
        Column("from", "int64", "the first instant, µs UTC"),
        Column("until", "int64", "a microsecond after the last instant, µs UTC"),
    ),
)

HELD = Table(
    "held",
    "Leases on addresses that were seen, in each time bucket in which they can answer.",
    ("lease", "slot"),
    (
        Column("place", "int64", "number of the client's address among those that leases reach, ascending, from 1"),
        Column("grain", "int64", "width of the bucket, µs: an hour, a day, or all time"),
        Column("base", "int64", "number from which on the buckets of this place and width are numbered"),
        Column("slot", "int64", "number of the bucket: of an instant, the base and the instant divided by the grain"),
        Column("lease", "int64", "the lease"),
        Column("source_number", "int64", "number of its [[assignment]], ascending, from 1"),
        Column("tolerance", "int64", "tolerance of that source's clock, µs"),
        Column("from", "int64", "begin, included, µs UTC"),
        Column("until", "int64", "end, excluded, µs UTC; without end the last instant that there is"),
        Column("holder", "int64", "lowest lease of the account; of a lease without account, its own number"),
        Column("known", "bool", "whether the account is recorded"),
        Column("translated", "bool", "whether the holder is an inner address, behind which an account is sought next"),
        Column("restricts", "bool", "whether the ports leave any of 1 to 65535 out"),
        Column("port_from", "int64", "lowest port; 0 where none is recorded"),
        Column("port_to", "int64", "highest port; 65535 where none is recorded"),
        Column("protocol", "string", "transport protocol, lower case", empty=True),
        Column("destination", "string", "destination address and port of a translation", empty=True),
        Column("one_translation", "bool", "whether it is the record of one translation: one port, with its protocol"),
        Column("doubtful", "bool", "whether it cannot be said that it holds"),
    ),
)

PLACES = Table(
    "places",
    "Each client's address that some lease holds, by a number.",
    ("client_address",),
    (
        Column("client_address", "string", "the address"),
        Column("place", "int64", "its number, as in `held`"),
        Column("limited", "bool", "whether some record holds only for certain ports, a protocol or a destination"),
        Column("one_source", "bool", "whether all records are of one source"),
    ),
)

GRAINS = Table(
    "grains",
    "Of which widths the buckets of each place are.",
    ("place", "grain"),
    (
        Column("place", "int64", "number of the client's address, as in `held`"),
        Column("grain", "int64", "a width of its buckets, µs"),
        Column("base", "int64", "number from which on they are numbered"),
    ),
)

SPEAKING = Table(
    "speaking",
    "Readings that speak, for each source and shift: somebody was there at 0 only, or at the shift only.",
    ("log", "series", "assignment", "shift", "instant", "client_address", "client_port"),
    (
        Column("log", "string", "the [[log]]"),
        Column("series", "string", "the clock in it"),
        Column("assignment", "string", "the [[assignment]]"),
        Column("shift", "int64", "the shift, µs"),
        Column("instant", "int64", "the reading's instant, µs UTC"),
        Column("client_address", "string", "the address read"),
        Column("client_port", "int64", "the port read; -1 where the source or the row has none"),
        Column("for_shift", "bool", "whether it speaks for the shift, not for 0"),
    ),
)

NAMING = Table(
    "naming",
    "Readings under verified logins, and which account each names as written and at each shift.",
    ("log", "series", "assignment", "login", "shift", "event"),
    (
        Column("log", "string", "the [[log]]"),
        Column("series", "string", "the clock in it"),
        Column("assignment", "string", "the [[assignment]]"),
        Column("login", "string", "the login, keyed hash"),
        Column("shift", "int64", "the shift, µs; 0: as written"),
        Column("event", "int64", "the event"),
        Column("instant", "int64", "the reading's instant, µs UTC"),
        Column("client_address", "string", "the address read"),
        Column("client_port", "int64", "the port read; -1 where the source or the row has none"),
        Column("holder", "int64", "lowest lease of the account that surely holds the address then"),
        Column("address", "string", "address or prefix of its lease"),
    ),
)

RETURNING = Table(
    "returning",
    "Readings under verified logins that come back and speak, where too few addresses alone do.",
    ("log", "series", "assignment", "shift", "instant", "client_address", "client_port", "login"),
    (
        Column("log", "string", "the [[log]]"),
        Column("series", "string", "the clock in it"),
        Column("assignment", "string", "the [[assignment]]"),
        Column("shift", "int64", "the shift, µs"),
        Column("instant", "int64", "the reading's instant, µs UTC"),
        Column("client_address", "string", "the address read"),
        Column("client_port", "int64", "the port read; -1 where the source or the row has none"),
        Column("login", "string", "the login, keyed hash; one row at most for each UTC day"),
        Column("for_shift", "bool", "whether it speaks for the shift, not for 0"),
    ),
)

SETTLED = Table(
    "settled",
    "Events whose answer is plain: one account, surely or but for a shift. `attributions` says the same of each.",
    ("event",),
    (
        Column("event", "int64", "the event"),
        Column("grade", "string", "sure or fragile"),
        Column("holder", "int64", "lowest lease of the account"),
        Column("reason", "string", "why not surely, as in attributions", empty=True),
    ),
)

FIT_READINGS = Table(
    "fit_readings",
    "Readings for the picture of fit against shift, for each assignment source that has their address on record.",
    ("assignment", "event"),
    (
        Column("assignment", "string", "the [[assignment]]"),
        Column("log", "string", "the [[log]]"),
        Column("series", "string", "the clock in it"),
        Column("event", "int64", "the event"),
        Column("instant", "int64", "the reading's instant, µs UTC"),
        Column("client_address", "string", "the address read"),
        Column("client_port", "int64", "the port read", empty=True),
        Column("protocol", "string", "transport protocol, lower case", empty=True),
        Column("destination", "string", "server's address and port", empty=True),
        Column("tolerance", "int64", "tolerance of both clocks together, µs"),
    ),
)

LINKS = Table(
    "links",
    "Questions about the inner addresses behind an event's address.",
    ("event", "asked"),
    (
        Column("event", "int64", "the event, or a question about an inner address of it"),
        Column("asked", "int64", "number of the question, above all events"),
        Column("inner", "string", "how the inner address stands among the accounts"),
    ),
)
SOUGHT = Table(
    "sought",
    "At which addresses each event's account was sought: the client's, and inner ones behind it.",
    ("event", "client_address"),
    (
        Column("event", "int64", "the event"),
        Column("client_address", "string", "the address, with its realm where it has one"),
    ),
)
NARROWED = Table(
    "narrowed",
    "What the stage of that name gives: all but what chance would leave, which no integer of SQL holds on the way.",
    tables.NARROWED.key,
    tables.NARROWED.columns[:-1],
)
READS = {
    "clients": ("events",),
    "accounts": ("leases",),
    "two_lines": ("leases", "accounts"),
    "clocks": ("events", "log_clocks"),
    "held": ("leases", "reach", "shifts", "assignment_clocks", "clocks", "accounts"),
    "places": ("reach", "held"),
    "grains": ("held",),
    "speaking": (
        "events",
        "leases",
        "shifts",
        "assignment_clocks",
        "clocks",
        "declared",
        "held",
        "places",
        "grains",
    ),
    "naming": (
        "events",
        "leases",
        "shifts",
        "log_clocks",
        "assignment_clocks",
        "declared",
        "held",
        "places",
        "grains",
        "speaking",
    ),
    "returning": ("naming", "speaking"),
    "source_test": ("shifts", "assignment_clocks", "clocks", "speaking", "returning"),
    "doubts": ("assignment_clocks", "clocks", "declared", "speaking", "returning", "source_tests"),
    "chain": ("attributions", "links"),
    "settled": (
        "events",
        "log_clocks",
        "assignment_clocks",
        "two_lines",
        "held",
        "places",
        "grains",
        "doubts",
    ),
    "attributions": (
        "events",
        "log_clocks",
        "assignment_clocks",
        "accounts",
        "two_lines",
        "held",
        "places",
        "grains",
        "doubts",
    ),
}
"""Which tables each stage of the resolver reads."""
