"""Every refusal of the case file, with the message that a person reads."""

from __future__ import annotations

import tomllib
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from landmark import case_file, sources
from landmark.case import AssignmentFormat, Case, Known, LogFormat, Mapping, Stretch
from landmark.errors import CaseError, MachineError
from landmark.tables import DAY, HOUR, MINUTE, SECOND

FORMATS = {
    "combined": LogFormat("web", logs_host=False, needs_zone=False, needs_year=False, forwards=True),
    "vhost_combined": LogFormat("web", logs_host=True, needs_zone=False, needs_year=False),
    "inn": LogFormat("news", logs_host=False, needs_zone=True, needs_year=True, wrapped=True),
    "nginx": sources.ALL["nginx"].format,
}
ASSIGNMENT_FORMATS = {"csv": AssignmentFormat(needs_zone=True), "stated": AssignmentFormat(needs_zone=False)}
TODAY = date(2001, 11, 5)
WINDOW = 1_001_894_400 * SECOND  # 2001-10-01T00:00:00Z

TEXT = """\
[case]
id = "landmark"
title = "Operation Landmark"
lead = "GB"

[authority]
reference = "W-2001-117"
issuer = "Example Court"
provider = "Example Internet"
zone = "Europe/London"
from = 2001-10-01T00:00:00Z
until = 2001-10-15T00:00:00Z
covers = ["traffic", "identification"]

[[target]]
id = "forum-a"
host = "forum-a.example"
path = "/board/"

[[target]]
id = "group-a"
newsgroup = "test.watched.a"

[[log]]
files = ["logs/access*.log*"]
format = "combined"
host = "forum-a.example"

[[log]]
files = ["logs/news.notice*"]
format = "inn"
zone = "Europe/London"
year = 2001

[[assignment]]
files = ["isp/assignments.csv"]
format = "csv"
zone = "UTC"
account = "user-name"
"""


def load(folder: Path, text: str, *, today: date = TODAY, as_of: date | None = None) -> Case:
    (folder / "case.toml").write_text(text, encoding="utf-8")
    return case_file.load(folder, today=today, formats=FORMATS, assignment_formats=ASSIGNMENT_FORMATS, as_of=as_of)


def refusal(folder: Path, text: str, *, today: date = TODAY, as_of: date | None = None) -> list[str]:
    with pytest.raises(CaseError) as refused:
        load(folder, text, today=today, as_of=as_of)
    assert refused.value.exit_status == 2
    return [str(problem) for problem in refused.value.problems]


def changed(old: str, new: str) -> str:
    assert TEXT.count(old) >= 1, old
    return TEXT.replace(old, new, 1)


def test_a_whole_case_is_read(tmp_path: Path) -> None:
    case = load(tmp_path, TEXT)
    assert (case.folder, case.id, case.title, case.lead) == (tmp_path, "landmark", "Operation Landmark", "GB")
    assert (case.authority.begin, case.authority.end) == (WINDOW, WINDOW + 14 * DAY)
    assert case.authority.basis == "order"
    assert [target.id for target in case.targets] == ["forum-a", "group-a"]
    assert [(log.name, log.line) for log in case.logs] == [("logs/access*.log*", 24), ("logs/news.notice*", 29)]
    assert case.assignments[0].line == 35
    assert (case.rules.visit_gap, case.rules.more_than, case.rules.clock_tolerance) == (30 * MINUTE, 10, 5 * SECOND)
    assert case.rules.reject_more_than == Fraction(1, 1000)


def test_every_further_key_is_read(tmp_path: Path) -> None:
    text = TEXT.replace('host = "forum-a.example"\n\n', 'host = "forum-a.example"\n@log@\n') + WIDE
    text = text.replace("@log@", WIDE_LOG).replace('"identification"]', '"content", "identification", "subscriber"]')
    case = load(tmp_path, text)
    assert case.authority.covers == ("traffic", "identification", "subscriber", "content")
    assert case.rules.visit_gap == DAY + 2 * HOUR + 3 * MINUTE + 4 * SECOND
    assert case.rules.more_than == 0
    assert case.rules.reject_more_than == Fraction(1, 10)
    assert case.crawler_networks == ("crawlers.txt",)
    assert case.countries.addresses == "geo.csv"
    assert case.countries.date == date(2001, 10, 5)
    assert case.countries.anonymisers == ("tor.txt", str(Path("/srv/vpn.txt")))
    log = case.logs[0]
    assert (log.client_port, log.server, log.realm) == (2, "[2001:db8::80]:443", "members")
    assert (log.login_verified, log.trusted_proxies) == (("/board/members/",), ("10.0.0.0/8", "2001:db8::1"))
    assert (log.clock_tolerance, log.clock_ahead, log.why) == (0, -90 * SECOND, "measured")
    assert log.doubtful == (Stretch(WINDOW, WINDOW + DAY, "new clock"), Stretch(WINDOW + DAY, WINDOW + 2 * DAY, "ice"))
    assert (log.overlap, log.gone) == ("keep", ("logs/access.log.9",))
    assert case.assignments[0].account_form == "lower"
    assert case.assignments[0].columns == {"address": "ip", "from": "start"}
    assert [one.files for one in case.subscribers] == [("subscribers.csv", "more/*.csv")]
    assert (case.subscribers[0].zone, case.subscribers[0].account_form) == ("Europe/London", "lower")
    assert case.subscribers[0].columns == {"billing_name": "payer", "until": "to"}
    assert case.login_map == (Mapping("@provider.example", "@isp.example"),)
    assert case.account_map == (Mapping("circuit 17", "someone"),)
    assert case.known == (
        Known("observation", "Example Hotline", address="192.0.2.0/28", begin=WINDOW, end=WINDOW + DAY),
    )
    assert case.leaf == (Known("a library", account="reading room"),)


WIDE_LOG = """\
client_port = 2
server = "[2001:DB8:0::80]:443"
login_verified = ["/board/members/"]
realm = "members"
trusted_proxies = ["10.0.0.0/8", "2001:DB8::1"]
clock_tolerance = "0s"
clock_ahead = "-90s"
why = "measured"
doubtful = [
  { from = 2001-10-01T00:00:00Z, until = 2001-10-02T00:00:00Z, why = "new clock" },
  { from = "2001-10-02T01:00:00+01:00", until = 2001-10-03T00:00:00Z, why = "ice" },
]
overlap = "keep"
gone = ["logs/access.log.9"]
"""
WIDE = """\
account_form = "lower"
columns = { address = "ip", from = "start" }

[rules]
visit_gap = "1d2h3m4s"
more_than = 0
clock_tolerance = "10s"
reject_more_than = 0.1
crawler_networks = ["crawlers.txt"]

[countries]
addresses = "geo.csv"
date = 2001-10-05
anonymisers = ["tor.txt", "/srv/vpn.txt"]

[[subscribers]]
files = ["subscribers.csv", "more/*.csv"]
zone = "Europe/London"
account_form = "lower"
columns = { billing_name = "payer", until = "to" }

[[login_map]]
from = "@provider.example"
to = "@isp.example"

[[account_map]]
from = "circuit 17"
to = "someone"

[[known]]
address = "192.0.2.0/28"
from = 2001-10-01T00:00:00Z
until = 2001-10-02T00:00:00Z
who = "Example Hotline"
why = "observation"

[[leaf]]
account = "reading room"
why = "a library"
"""

EXPECTED = tomllib.loads((Path(__file__).parent / "case_file" / "refusals.toml").read_text(encoding="utf-8"))
REFUSED = {one["what"]: one for one in EXPECTED["refused"]}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_is_wrong_is_said_with_line_and_key_and_what_is_expected(name: str, tmp_path: Path) -> None:
    one = REFUSED[name]
    assert refusal(tmp_path, changed(one["old"], one["new"])) == one["says"]


def test_all_that_is_wrong_is_said_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = TEXT
    for name in ("a misspelt key", "a country in small letters", "a path without its slash", "an unknown format"):
        text = text.replace(REFUSED[name]["old"], REFUSED[name]["new"], 1)
    said = refusal(tmp_path, text)
    assert [line.split(": found")[0] for line in said] == [
        "case.toml:4: [case] lead",
        "case.toml:12: [authority] untill",
        "case.toml:18: [[target]] path",
        "case.toml:26: [[log]] format",
    ]


def test_an_empty_case_file_lacks_every_table_that_is_required(tmp_path: Path) -> None:
    assert refusal(tmp_path, "") == [
        "case.toml: [[log]]: found nothing, expected a table [[log]]",
        "case.toml: [[target]]: found nothing, expected a table [[target]], or `targets`",
        "case.toml: [authority]: found nothing, expected a table [authority]",
        "case.toml: [case]: found nothing, expected a table [case]",
    ]


def test_empty_arrays_are_no_tables(tmp_path: Path) -> None:
    text = "log = []\ntarget = []\n" + TEXT.split("[[target]]", maxsplit=1)[0]
    assert refusal(tmp_path, text) == [
        "case.toml: [[log]]: found nothing, expected a table [[log]]",
        "case.toml: [[target]]: found nothing, expected a table [[target]], or `targets`",
    ]


@pytest.mark.parametrize("one", EXPECTED["broken"])
def test_broken_toml_is_said_with_line_and_column(one: dict[str, str], tmp_path: Path) -> None:
    assert refusal(tmp_path, one["text"]) == [one["says"]]


def test_toml_beyond_what_can_be_read_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, "a = " + "[" * 5000) == ["case.toml: arrays and tables that are not nested so deeply"]
    assert refusal(tmp_path, "a = " + "1" * 5000) == [
        "case.toml: found a very large number, expected numbers of at most 18 digits"
    ]


@pytest.mark.parametrize("one", EXPECTED["day"])
def test_an_authority_is_used_within_its_validity_only(one: dict[str, Any], tmp_path: Path) -> None:
    text = changed('zone = "Europe/London"\nfrom', 'valid_from = 2001-10-01\nvalid_until = "2002-10-01"\nfrom')
    if one["says"]:
        assert refusal(tmp_path, text, today=one["today"], as_of=one.get("as_of")) == one["says"]
    else:
        case = load(tmp_path, text, today=one["today"], as_of=one.get("as_of"))
        assert case.authority.valid_until == date(2002, 10, 1)


def test_a_validity_that_ends_before_it_begins_is_refused(tmp_path: Path) -> None:
    text = changed('zone = "Europe/London"\nfrom', "valid_from = 2001-10-02\nvalid_until = 2001-10-01\nfrom")
    assert refusal(tmp_path, text) == [
        (
            "case.toml:11: [authority] valid_until: found 2001-10-01, and it begins on 2001-10-02, expected a day not "
            "before `valid_from`"
        ),
    ]


def test_names_of_accounts_and_logins_stand_in_no_message(tmp_path: Path) -> None:
    canary = "canary-7f3a"
    text = (
        TEXT
        + f'[[login_map]]\nfrom = "@{canary}"\nto = "{canary}"\n'
        + f'[[login_map]]\nfrom = "@{canary}"\nto = "@"\n'
        + f'[[account_map]]\nfrom = " {canary}"\nto = ["{canary}"]\n'
        + f'[[known]]\nlogin = "{canary} "\n[[leaf]]\naccount = ["{canary}"]\nlogin = "{canary}"\nwhy = 1\n'
    )
    said = refusal(tmp_path, text)
    assert canary not in "\n".join(said)
    assert said[:5] == [
        (
            "case.toml:42: [[login_map]] to: found one of each, expected names on both sides, or suffixes that begin "
            "with @ on both"
        ),
        "case.toml:44: [[login_map]] from: found what the table on line 40 has too, expected each name or suffix once",
        (
            "case.toml:45: [[login_map]] to: found a string, expected a name, or a suffix that begins with @ (nothing "
            "follows the @)"
        ),
        (
            "case.toml:47: [[account_map]] from: found a string, expected a name, or a suffix that begins with @ (it "
            "begins or ends with a blank)"
        ),
        "case.toml:48: [[account_map]] to: found an array of 1, expected a name, or a suffix that begins with @",
    ]


def test_several_kinds_of_account_are_tied_by_a_map(tmp_path: Path) -> None:
    second = '[[assignment]]\nfiles = ["isp/b.csv"]\nformat = "stated"\naccount = "circuit-id"\n'
    tied = '[[account_map]]\nfrom = "circuit 17"\nto = "someone"\n'
    assert len(load(tmp_path, TEXT + second + tied).assignments) == 2


def test_a_log_without_host_will_do_where_no_target_names_one(tmp_path: Path) -> None:
    text = TEXT.replace('host = "forum-a.example"\n', "")
    assert load(tmp_path, text).targets[0].host is None


LIST = """\
id,host,path,newsgroup,from,until,listed_by,basis
forum-a,forum-a.example,/board/,,,,,

group-a,,,test.watched.a,2001-10-03T00:00:00Z,,"Example
Hotline",report 4711
forum-b,*.forum-b.example,,,,,,
"""


def listed(folder: Path, targets: str | bytes) -> str:
    data = targets if isinstance(targets, bytes) else targets.encode()
    (folder / "targets.csv").write_bytes(data)
    before, *_, last = TEXT.split("[[target]]")
    return 'targets = "targets.csv"\n' + before + last[last.index("[[log]]") :]


@pytest.mark.parametrize("form", [LIST, LIST.replace("\n", "\r\n"), "\ufeff" + LIST])
def test_targets_may_come_from_a_list(form: str, tmp_path: Path) -> None:
    targets = load(tmp_path, listed(tmp_path, form)).targets
    assert [(one.id, one.host, one.path, one.newsgroup) for one in targets] == [
        ("forum-a", "forum-a.example", "/board/", None),
        ("group-a", None, None, "test.watched.a"),
        ("forum-b", "*.forum-b.example", None, None),
    ]
    assert targets[1].begin == WINDOW + 2 * DAY
    assert targets[1].listed_by is not None
    assert targets[1].listed_by.split() == ["Example", "Hotline"]


def test_what_is_wrong_in_a_list_is_said_with_its_lines(tmp_path: Path) -> None:
    targets = LIST + "forum-a,forum c.example,/c,,2001-10-03,,,\nshort,forum-d.example\n,,,test.watched.b,,,,\n"
    assert refusal(tmp_path, listed(tmp_path, targets)) == [
        (
            'targets.csv:7: from: found the string "2001-10-03", expected an instant with its offset, such as '
            "2001-10-01T00:00:00Z (without an offset or Z it is no instant)"
        ),
        (
            'targets.csv:7: host: found the string "forum c.example", expected the name of a host, such as '
            "forum-a.example or *.forum-a.example (it holds a blank)"
        ),
        'targets.csv:7: id: found "forum-a", which the target on line 2 has too, expected an id of its own',
        "targets.csv:8: found 2 cells, expected 8 cells, as the header has",
        "targets.csv:9: id: found nothing, expected a name without blanks",
    ]


@pytest.mark.parametrize("one", EXPECTED["list"])
def test_a_list_that_cannot_be_read_is_refused(one: dict[str, str], tmp_path: Path) -> None:
    assert refusal(tmp_path, listed(tmp_path, one["text"])) == [one["says"]]


def test_a_list_that_is_not_utf8_is_refused_with_its_line(tmp_path: Path) -> None:
    text = listed(tmp_path, b"id,host\nforum-a,\xff.example\n")
    assert refusal(tmp_path, text) == ["targets.csv:2: found bytes that are not UTF-8, expected text in UTF-8"]


def test_targets_stand_in_one_place(tmp_path: Path) -> None:
    listed(tmp_path, LIST)
    assert refusal(tmp_path, 'targets = "targets.csv"\n' + TEXT.replace("-a", "-x"))[0] == (
        "case.toml:1: targets: found both, expected targets either in a list or in [[target]], so that their order is "
        "one"
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lost.csv", 'case.toml:1: targets: found no file "lost.csv", expected a list of targets as CSV'),
        ("logs", 'case.toml:1: targets: found no file "logs", expected a list of targets as CSV'),
        (
            "../targets.csv",
            (
                'case.toml:1: targets: found the string "../targets.csv", expected a path within the case folder, or '
                "an absolute one (it leads out of the case folder; what lies elsewhere is named by its absolute path)"
            ),
        ),
    ],
)
def test_a_list_that_is_not_there_is_refused(name: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    assert refusal(tmp_path, listed(tmp_path, LIST).replace('"targets.csv"', f'"{name}"')) == [expected]


def test_a_zone_whose_sign_is_the_other_way_round_is_warned_of(tmp_path: Path) -> None:
    text = changed('zone = "Europe/London"\nyear', 'zone = "Etc/GMT-1"\nyear')
    (said,) = case_file.warnings(load(tmp_path, text))
    assert str(said) == (
        "case.toml:29: [[log]] zone: found Etc/GMT-1, expected a zone that means it: Etc/GMT-1 is 1 h ahead of UTC, "
        "with the sign the other way round"
    )


def test_a_missing_case_file_or_folder_is_refused(tmp_path: Path) -> None:
    for folder, expected in (
        (tmp_path, f"{tmp_path}/case.toml: found nothing, expected a case file; `landmark new` makes one"),
        (
            tmp_path / "none",
            f"{tmp_path}/none: found no folder, expected a folder with a case.toml; `landmark new` makes one",
        ),
    ):
        with pytest.raises(CaseError) as refused:
            case_file.load(folder, today=TODAY, formats=FORMATS, assignment_formats=ASSIGNMENT_FORMATS)
        assert str(refused.value) == expected


def test_a_folder_in_place_of_the_case_file_is_the_machines_no(tmp_path: Path) -> None:
    (tmp_path / "case.toml").mkdir()
    with pytest.raises(MachineError, match="a folder stands in place of the case file"):
        case_file.load(tmp_path, today=TODAY, formats=FORMATS, assignment_formats=ASSIGNMENT_FORMATS)


def test_a_case_file_that_cannot_be_read_is_the_machines_no(tmp_path: Path) -> None:
    (tmp_path / "case.toml").symlink_to("case.toml")
    with pytest.raises(MachineError, match="the case file cannot be read: Too many levels of symbolic links"):
        case_file.load(tmp_path, today=TODAY, formats=FORMATS, assignment_formats=ASSIGNMENT_FORMATS)


def test_a_case_file_that_is_not_utf8_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_bytes(b'[case]\nid = "caf\xe9"\n')
    with pytest.raises(CaseError) as refused:
        case_file.load(tmp_path, today=TODAY, formats=FORMATS, assignment_formats=ASSIGNMENT_FORMATS)
    assert str(refused.value) == "case.toml:2: found bytes that are not UTF-8, expected text in UTF-8"


def test_a_provider_without_zone_is_warned_of_and_not_refused(tmp_path: Path) -> None:
    assert case_file.warnings(load(tmp_path, TEXT)) == ()
    said = case_file.warnings(load(tmp_path, changed('zone = "Europe/London"\nfrom', "from")))
    assert [str(problem) for problem in said] == [
        (
            "case.toml: [authority] zone: found nothing, expected the time zone of the provider: without it a clock "
            "that wrote local time as UTC is not looked for"
        ),
    ]


def test_records_of_customers_are_nothing_to_be_warned_of(tmp_path: Path) -> None:
    covers = changed('covers = ["traffic", "identification"]', 'covers = ["traffic", "identification", "subscriber"]')
    case = load(tmp_path, covers + '[[subscribers]]\nfiles = ["subscribers.csv"]\n')
    assert case_file.warnings(case) == ()


def test_a_pattern_is_resolved_against_the_case_folder_unless_it_is_absolute(tmp_path: Path) -> None:
    case = load(tmp_path, TEXT)
    assert case_file.resolve(case, "logs/a*.log") == tmp_path / "logs" / "a*.log"
    assert case_file.resolve(case, "/srv/logs/a*.log") == Path("/srv/logs/a*.log")


def test_the_files_beside_logs_and_records_are_named(tmp_path: Path) -> None:
    text = listed(tmp_path, LIST) + '[countries]\naddresses = "geo.csv"\nanonymisers = ["tor.txt", "/srv/vpn.txt"]\n'
    case = load(tmp_path, text + '[rules]\ncrawler_networks = ["tor.txt"]\n')
    inside = [tmp_path / name for name in ("geo.csv", "targets.csv", "tor.txt")]
    assert case_file.data_files(case) == tuple(sorted([Path("/srv/vpn.txt"), *inside]))
    assert case_file.data_files(load(tmp_path, TEXT)) == ()


def test_the_order_of_patterns_and_words_changes_nothing(tmp_path: Path) -> None:
    one = load(tmp_path, changed('["logs/access*.log*"]', '["a.log", "b.log"]'))
    other = load(
        tmp_path,
        changed('["logs/access*.log*"]', '["b.log", "a.log"]').replace(
            '["traffic", "identification"]', '["identification", "traffic", "traffic"]'
        ),
    )
    assert one.logs[0].name == other.logs[0].name == "a.log, b.log"
    assert one.authority == other.authority


def test_every_shared_case_whose_formats_are_there_is_read_and_the_others_name_the_format() -> None:
    shared = Path(__file__).resolve().parents[1].parent / "shared" / "cases"
    if not shared.is_dir():
        pytest.skip("the shared cases are not beside the checkout")
    later: list[str] = []
    said: list[str] = []
    for folder in sorted(one.parent for one in shared.glob("*/case.toml")):
        try:
            case = case_file.load(
                folder, today=TODAY, formats=FORMATS, assignment_formats={"csv": AssignmentFormat(needs_zone=True)}
            )
        except CaseError as error:
            later.append(folder.name)
            said += [str(problem) for problem in error.problems]
        else:
            assert case.id == folder.name
    assert all("found an unknown format" in one for one in said)
    assert later == [
        "dhcpd-times",
        "radius-session-id-used-again",
        "radius-stop-lost",
        "short-session-sure-or-fragile",
        "squid-connect-has-no-path",
        "two-accounts-one-address",
        "zeek-two-clock-forms",
    ]
