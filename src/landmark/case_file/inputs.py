"""The tables of the case file that name inputs: `[[log]]`, `[[assignment]]`, `[[subscribers]]`."""

from __future__ import annotations

from landmark.case import ACCOUNT_FORMS, ASSIGNMENT_COLUMNS, RADIUS_COLUMNS, SUBSCRIBER_COLUMNS, TRANSPORTS
from landmark.case_file.keys import Key, Section
from landmark.case_file.names import ACCOUNT_KIND, FILE, HOST, NETWORK, PATH, SERVER
from landmark.case_file.values import DURATION, INSTANT, NAME, SIGNED_DURATION, TEXT, WORD, ZONE, choice, whole

_STRETCH = (
    Key("from", INSTANT, "beginning", "2001-10-04T00:00:00Z", required=True),
    Key("until", INSTANT, "end, not included", "2001-10-05T00:00:00Z", required=True),
    Key("why", TEXT, "why it is doubtful", '"clock replaced"', required=True),
)


def _clock_and_files(what: str) -> tuple[Key, ...]:
    return (
        Key("clock_tolerance", DURATION, "how far the clock may be off; left out, as `[rules]` says", '"2s"'),
        Key(
            "clock_ahead",
            SIGNED_DURATION,
            "how far the clock was measured to be ahead (negative: behind); it is taken off every instant",
            '"7m12s"',
            default='"0s"',
        ),
        Key("why", TEXT, "who measured it, and how; goes with `clock_ahead`", '"measured on 2001-10-16"'),
        Key(
            "doubtful",
            None,
            "stretches of time in which the clock is not to be trusted",
            '[{ from = 2001-10-04T00:00:00Z, until = 2001-10-05T00:00:00Z, why = "clock replaced" }]',
            many=True,
            parts=_STRETCH,
        ),
        Key(
            "overlap",
            choice("keep"),
            "that two files hold equal rows is known and meant; without it, such files stop the run",
            '"keep"',
        ),
        Key(
            "gone",
            FILE,
            f"{what} files that an earlier run read and that are no longer there",
            '["logs/access.log.9"]',
            many=True,
        ),
    )


def _column(name: str) -> str:
    """Say which formats have a column."""
    called = f"its name for `{name}`"
    if name not in RADIUS_COLUMNS:
        return f"{called}; of `csv` only"
    return called if name in ASSIGNMENT_COLUMNS else f"{called}; not of `csv`"


LOG = Section(
    "log",
    "Log files of one format, and what the provider states about them.",
    (
        Key("files", FILE, "patterns of file names", '["logs/access*.log*"]', required=True, many=True),
        Key("format", WORD, "format of the log", '"combined"', required=True),
        Key(
            "log_format",
            TEXT,
            "the line of the server's own configuration that says how it logs, as it stands there",
            '\'%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"\'',
        ),
        Key(
            "transport",
            choice(*TRANSPORTS),
            "what wraps the lines, where the format comes through syslog or the journal: RFC 3164 (no year, no zone), "
            "lines that begin with an ISO 8601 time and its offset, RFC 5424, or `journalctl -o json --all`",
            '"iso"',
            default='"rfc3164"',
        ),
        Key("host", HOST, "the host that was asked, where the format does not log it", '"forum-a.example"'),
        Key("zone", ZONE, "time zone of the written times, where the format does not write it", '"Europe/London"'),
        Key("year", whole(1970, 9998), "year of the first line, where the format does not write it", "2001"),
        Key(
            "client_port",
            whole(1),
            "which field after the agent is the client's port, from 1; no other trailing field is ever read",
            "1",
        ),
        Key("server", SERVER, "address and port of the server", '"192.0.2.80:443"'),
        Key(
            "login_verified",
            PATH,
            "paths under which the server checks the login that it logs",
            '["/board/members/"]',
            many=True,
        ),
        Key("realm", NAME, "a name that logs share whose logins are the same people's", '"members"'),
        Key(
            "trusted_proxies",
            NETWORK,
            "proxies whose word is taken: the client is the rightmost forwarded address that is none of them",
            '["10.0.0.0/8"]',
            many=True,
        ),
        *_clock_and_files("log"),
    ),
    several=True,
    required=True,
)

ASSIGNMENT = Section(
    "assignment",
    "Records of which account held which address. They need `identification` in `covers`.",
    (
        Key("files", FILE, "patterns of file names", '["isp/assignments*.csv"]', required=True, many=True),
        Key("format", WORD, "format of the records", '"csv"', required=True),
        Key("zone", ZONE, "time zone of the written times, where the format does not write it", '"UTC"'),
        Key("year", whole(1970, 9998), "year of the first line, where the format does not write it", "2001"),
        Key(
            "account",
            ACCOUNT_KIND,
            "what the account is: `user-name`, `circuit-id`, `client-id`, `duid`, …; a hardware address is none; of a "
            "translation `inner-address`, which the other records resolve further",
            '"user-name"',
            required=True,
        ),
        Key(
            "realm",
            NAME,
            "the network that inner addresses belong to, where two networks use the same ones: said of the "
            "translations into it and of the records that resolve it",
            '"north"',
        ),
        Key(
            "account_form",
            choice(*ACCOUNT_FORMS),
            "how differing spellings of an account are made one: in lower case, without what follows the last `@`, "
            "or both",
            '"lower"',
        ),
        Key(
            "columns",
            None,
            "of `csv`, `radius-csv` and `radius-sql`: what the file itself calls the columns",
            '{ address = "ip", account = "customer" }',
            parts=tuple(
                Key(column, NAME, _column(column), f'"their_{column}"', field_name=column)
                for column in dict.fromkeys((*ASSIGNMENT_COLUMNS, *RADIUS_COLUMNS))
            ),
        ),
        Key(
            "table",
            NAME,
            "of `radius-sql`: the table that the records lie in, with or without its schema or database",
            '"radius.accounting"',
            default='"radacct"',
        ),
        *_clock_and_files("assignment"),
    ),
    several=True,
)

SUBSCRIBERS = Section(
    "subscribers",
    "Records of who the customers are, read only when names are revealed. They need `subscriber` in `covers`.",
    (
        Key("files", FILE, "patterns of file names", '["subscribers.csv"]', required=True, many=True),
        Key("zone", ZONE, "time zone of `from` and `until`, where the file does not write it", '"Europe/London"'),
        Key(
            "account_form",
            choice(*ACCOUNT_FORMS),
            "how differing spellings of an account are made one; left out, an account is taken as written, and in each "
            "form that an `[[assignment]]` states",
            '"lower"',
        ),
        Key(
            "columns",
            None,
            "what the file's own header calls the columns",
            '{ account = "customer", billing_name = "payer" }',
            parts=tuple(
                Key(column, NAME, f"its name for `{column}`", f'"their_{column}"', field_name=column)
                for column in SUBSCRIBER_COLUMNS
            ),
        ),
    ),
    several=True,
)
