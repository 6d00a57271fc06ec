"""The tables of the case file that say what was allowed and what is watched: `[case]`, `[authority]`, `[[target]]`."""

from __future__ import annotations

from landmark.case import COVERS
from landmark.case_file.keys import Key, Section
from landmark.case_file.names import FILE, HOST_PATTERN, NEWSGROUP, PATH
from landmark.case_file.values import COUNTRY, DATE, INSTANT, NAME, TEXT, WORD, ZONE, choice

TARGETS = Key("targets", FILE, "a list of the targets as CSV, in place of the `[[target]]` tables", '"targets.csv"')

CASE = Section(
    "case",
    "What the case is called, and who leads it.",
    (
        Key("id", WORD, "short name of the case", '"landmark"', required=True),
        Key("title", NAME, "title of the case, for people", '"Operation Landmark"', required=True),
        Key("lead", COUNTRY, "country of the unit that leads the case", '"GB"', required=True),
    ),
    required=True,
)

AUTHORITY = Section(
    "authority",
    "What the court allowed, to whom, for which time. Nothing outside it is kept.",
    (
        Key("reference", NAME, "the court's reference", '"W-2001-117"', required=True),
        Key("issuer", NAME, "the court or authority that issued it", '"Example Court"', required=True),
        Key("provider", NAME, "the provider whose logs may be read", '"Example Internet"', required=True),
        Key("basis", choice("order", "consent"), "by what right the logs are read", '"consent"', default='"order"'),
        Key("country", COUNTRY, "country of the provider; left out, it is the lead's", '"GB"'),
        Key(
            "zone",
            ZONE,
            "time zone of the provider: its offsets in the window are tried as faults of the clocks. "
            "Left out, `check` warns",
            '"Europe/London"',
        ),
        Key("valid_from", DATE, "first day on which the authority may be used", "2001-10-01"),
        Key(
            "valid_until",
            DATE,
            "last day on which the authority may be used; outside its validity `run` refuses, unless `--as-of` names "
            "a day within it",
            "2002-10-01",
        ),
        Key(
            "provider_key",
            FILE,
            "the provider's public key (PEM): with it every input must be under a signed acquisition.json; left out, "
            "no signature is checked",
            '"provider.pem"',
        ),
        Key("from", INSTANT, "beginning of the window", "2001-10-01T00:00:00Z", required=True),
        Key(
            "until",
            INSTANT,
            "end of the window; the window is half-open, this instant is outside it",
            "2001-10-15T00:00:00Z",
            required=True,
        ),
        Key(
            "covers",
            choice(*COVERS),
            "the kinds of data that may be used, as Regulation (EU) 2023/1543 divides them: `traffic` (logs), "
            "`identification` (assignments of addresses), `subscriber` (who the customer is), `content`",
            '["traffic", "identification"]',
            required=True,
            many=True,
        ),
    ),
    required=True,
)

TARGET = Section(
    "target",
    "A watched forum (`host`, `path` or both) or a watched newsgroup.",
    (
        Key("id", WORD, "short name of the target; no two are alike", '"forum-a"', required=True),
        Key(
            "host",
            HOST_PATTERN,
            "host of the forum; `*.name` is every host below the name, not the name itself",
            '"forum-a.example"',
        ),
        Key("path", PATH, "beginning of the path, in whole segments", '"/board/"'),
        Key(
            "newsgroup",
            NEWSGROUP,
            "name of the group; `name.*` is every group below the name, not the name itself",
            '"test.watched.a"',
        ),
        Key("from", INSTANT, "since when the target is on the list; left out, since ever", "2001-10-03T00:00:00Z"),
        Key("until", INSTANT, "until when, this instant not included; left out, for good", "2001-10-12T00:00:00Z"),
        Key("listed_by", TEXT, "who put it on the list", '"Example Hotline"'),
        Key("basis", TEXT, "why it is on the list", '"report 4711"'),
    ),
    several=True,
)
