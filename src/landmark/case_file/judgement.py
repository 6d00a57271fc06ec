"""The tables of the case file by which rows are judged: rules, countries, maps of names, known visits, shared lines."""

from __future__ import annotations

from landmark.case_file.keys import Key, Section
from landmark.case_file.names import FILE, MAPPED, NETWORK
from landmark.case_file.values import DATE, DURATION, INSTANT, NAME, SHARE, SIZE, TEXT, whole

RULES = Section(
    "rules",
    "How visits are counted, and how much doubt is allowed.",
    (
        Key("visit_gap", DURATION, "longest pause within one visit", '"45m"', default='"30m"'),
        Key("more_than", whole(0), "a subject has more visits than this", "12", default="10"),
        Key(
            "clock_tolerance",
            DURATION,
            "how far a clock may be off, for every log and assignment source that states no other",
            '"10s"',
            default='"5s"',
        ),
        Key(
            "reject_more_than",
            SHARE,
            "share of a file's lines that may be rejected before the exit status is 4",
            "0.01",
            default="0.001",
        ),
        Key("disk", SIZE, "disk that a run may need; left out, what is free", '"20GB"'),
        Key(
            "crawler_networks",
            FILE,
            "files of the networks that crawlers publish as theirs, one network a line",
            '["crawlers.txt"]',
            many=True,
        ),
    ),
)

COUNTRIES = Section(
    "countries",
    "Where the country of an address is looked up. Left out, it is the packaged registry data, whose date is stated.",
    (
        Key("addresses", FILE, "a data set of countries by address", '"geo.csv"'),
        Key("date", DATE, "date of that data set, where it does not tell its own", "2001-10-05"),
        Key(
            "anonymisers",
            FILE,
            "files of networks of anonymising services (exit nodes, VPN, hosting), one network a line",
            '["tor-exits.txt"]',
            many=True,
        ),
    ),
)


def _map(name: str, meaning: str, old: str, new: str) -> Section:
    return Section(
        name,
        meaning + " Both are names, or both are suffixes that begin with `@`.",
        (
            Key("from", MAPPED, old, '"@provider.example"', required=True, secret=True, field_name="old"),
            Key("to", MAPPED, new, '"@isp.example"', required=True, secret=True, field_name="new"),
        ),
        several=True,
    )


def _who(meaning: str) -> tuple[Key, ...]:
    return (
        Key("address", NETWORK, f"the address or network {meaning}", '"192.0.2.7"'),
        Key("account", NAME, f"the account {meaning}", '"office"', secret=True),
        Key("login", NAME, f"the login {meaning}", '"observer"', secret=True),
    )


KNOWN = Section(
    "known",
    "The visits of a unit or hotline at work: exactly one of `address`, `account` and `login`. They are no lead and no "
    "enquiry.",
    (
        *_who("that it uses"),
        Key("from", INSTANT, "beginning of its work", "2001-10-01T00:00:00Z", required=True),
        Key("until", INSTANT, "end of its work, not included", "2001-10-15T00:00:00Z", required=True),
        Key("who", TEXT, "which unit or hotline", '"Example Hotline"', required=True),
        Key("why", TEXT, "why it visits", '"observation under W-2001-117"', required=True),
    ),
    several=True,
)

LEAF = Section(
    "leaf",
    "What serves several people (a café, a proxy, a news server of its own): exactly one of `address`, `account` and "
    "`login`. It is no lead.",
    (
        *_who("that serves them"),
        Key("why", TEXT, "how that is known", '"library, says the provider"', required=True),
    ),
    several=True,
)

LOGIN_MAP = _map("login_map", "What a server's logins are among the accounts.", "the login", "the account")
ACCOUNT_MAP = _map(
    "account_map", "What accounts of one kind are in another.", "the account of one kind", "that of the other"
)
