"""What leaves the case: leads, enquiries with what to ask, countries of addresses; and the hint that is no lead."""

from __future__ import annotations

from landmark.tables.columns import Table, always, maybe
from landmark.tables.visitors import SUBJECTS

LEADS = Table(
    "leads",
    "Subjects whose account is sure, and against whom nothing of the kind stands that bars a lead.",
    ("visitor_id",),
    (*SUBJECTS.columns, always("country", "string", "country of the provider, ISO 3166-1 alpha-2")),
)

ENQUIRIES = Table(
    "enquiries",
    "Every other subject that is neither automated nor known, once for each country of its addresses.",
    ("country", "visitor_id"),
    (
        *SUBJECTS.columns,
        always("country", "string", "country of the addresses; ZZ where the data set is too old or has none"),
        maybe("candidate", "string", "country that a data set too old for the window gives"),
        always("dataset", "string", "data set of countries: name"),
        maybe("dataset_date", "string", "its date, ISO 8601"),
    ),
)

INSTANTS = Table(
    "instants",
    "For each enquiry, the instants to ask about: the first event of every visit at each address and port; of a news "
    "connection its connect line.",
    ("country", "visitor_id", "visit", "event"),
    (
        always("country", "string", "country of the address"),
        maybe("candidate", "string", "country that a data set too old for the window gives"),
        always("visitor_id", "string", "the subject"),
        always("visit", "int64", "its visit"),
        always("event", "int64", "the event"),
        always("time", "int64", "instant, µs UTC"),
        maybe("time_until", "int64", "the later instant of a local time that occurs twice"),
        always("time_text", "string", "the time as written"),
        always("zone", "string", "offset or zone that was used to read it"),
        maybe("client_address", "string", "the address to ask about"),
        maybe("client_port", "int64", "the port, where logged"),
        maybe("client_host", "string", "the host name, where the log has no address"),
        always("target", "string", "target that was reached"),
    ),
)

COUNTRIES = Table(
    "countries",
    "Country of each address of a subject.",
    ("client_address",),
    (
        always("client_address", "string", "the address"),
        always("country", "string", "ISO 3166-1 alpha-2, or ZZ"),
        maybe("candidate", "string", "what a data set too old for the window gives"),
        always("dataset", "string", "data set: name"),
        maybe("dataset_date", "string", "its date, ISO 8601"),
        always("anonymiser", "bool", "whether a list of the case has it: Tor exit, VPN, hosting"),
    ),
)

NARROWED = Table(
    "narrowed",
    "A hint, never a lead: for each subject that is a verified login, which accounts are candidates of all its visits "
    "from shared addresses, and how many would be by chance.",
    ("visitor_id",),
    (
        always("visitor_id", "string", "the subject"),
        always("login", "string", "the verified login, keyed hash"),
        always("visits", "int64", "visits with an event that several accounts fit"),
        always("events", "int64", "those events; each has a set of candidates"),
        always(
            "sizes",
            "list<int64>",
            "accounts in each set that counts (of a visit and of an address the first), ascending",
        ),
        always("grade", "string", "narrowed; contradicted where no account is in all sets"),
        always("accounts", "list<string>", "accounts in all sets, keyed hashes, ascending"),
        always("remaining", "int64", "how many these are"),
        always("customers", "int64", "accounts in the records read, which stands for all customers: a lower bound"),
        always(
            "expected_ppm",
            "int64",
            "millionths of an account that chance leaves in all sets that count: customers × Π (size / customers), "
            "rounded up",
        ),
    ),
)
