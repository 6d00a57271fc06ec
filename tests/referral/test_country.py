"""A country's folder: what it is handed, to work with and to read."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from landmark import words
from landmark.case import Log, Stretch
from landmark.figures import instant
from landmark.referral.country import countries, folder
from landmark.referral.rows import ENQUIRY_HEAD, LEAD_HEAD

if TYPE_CHECKING:
    from collections.abc import Callable

HOSTILE = "=cmd|' /C calc'!A0\"><script>alert(1)</script><img src=http://evil.example/x>"
FILES = {"leads.csv", "leads.json", "enquiries.csv", "enquiries.json", "request.csv", "index.html"}
_VOID = {"meta", "br"}


class Page(HTMLParser):
    """Collects tags and text, and sees that every element is closed."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.classes: list[str | None] = []
        self.wrapping: list[str] = []
        self.words: list[str] = []
        self.feed(content.decode())
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)
            self.classes.append(dict(attrs).get("class"))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self.classes.pop()

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if "at" not in self.classes:
            self.wrapping += re.findall(r"\d{4}-\d\d-\d\d", data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def made(world: Any, country: str) -> dict[str, bytes]:  # noqa: ANN401 - the fixture's tuple
    return folder(world.case, country, world.tables)


def test_what_must_be_heard_of_the_inputs_stands_before_any_lead(world: Any) -> None:  # noqa: ANN401 - the fixture's tuple
    said = "“isp/a<b.csv” ends early: a record may be lost."
    page = folder(world.case, "GB", world.tables, [said])["index.html"].decode()
    assert page.index("“isp/a&lt;b.csv” ends early") < page.index('id="h-leads"')


def test_every_country_with_a_lead_or_an_enquiry_has_a_folder_of_the_same_files(world: Any) -> None:  # noqa: ANN401 - the fixture's tuple
    assert countries(world.tables) == ("DE", "FR", "GB", "ZZ")
    for country in countries(world.tables):
        assert set(made(world, country)) == FILES


def test_no_instant_is_broken_at_the_end_of_a_line(world: Any) -> None:  # noqa: ANN401 - the fixture's tuple
    for country in countries(world.tables):
        page = Page(made(world, country)["index.html"])
        assert (page.wrapping, page.text.count("2001-10-15T00:00:00Z")) == ([], 1)
        assert ".at { white-space:nowrap; }" in page.text


def test_a_lead_is_one_row_with_what_speaks_against_it_and_instants_in_utc(world: Any) -> None:  # noqa: ANN401 - the fixture's tuple
    first, second = rows(made(world, "GB")["leads.csv"])
    assert tuple(first) == LEAD_HEAD
    assert first["visitor_id"] == f"{1:016x}"
    assert first["account"] == f"{1:032x}"
    assert (first["visits"], first["days"]) == ("12", "9")
    assert (first["first"], first["last"]) == ("2001-10-01T01:00:00Z", "2001-10-10T00:00:00.000001Z")
    assert first["targets"] == "forum-a; group-a"
    assert first["against"] == "marginal; edge"
    assert second["against"] == ""
    assert rows(made(world, "DE")["leads.csv"]) == []


def test_an_enquiry_is_one_row_an_instant_in_utc_and_as_written_with_address_port_and_reason(world: Any) -> None:  # noqa: ANN401 - the fixture's tuple
    table = rows(made(world, "DE")["enquiries.csv"])
    assert tuple(table[0]) == ENQUIRY_HEAD
    assert [row["visit"] for row in table] == ["1", "2", "3"]
    assert {row["visitor_id"] for row in table} == {f"{3:016x}"}
    one = table[0]
    assert one["instant"] == "2001-10-02T00:00:00Z"
    assert one["as_written"] == "02/Oct/2001:01:00:00 +0100"
    assert one["zone"] == "'+01:00"
    assert (one["address"], one["port"], one["target"]) == ("192.0.2.7", "40001", "forum-a")
    assert (one["country"], one["dataset"], one["dataset_date"]) == ("DE", "invented", "2001-09-30")
    assert one["reason"] == "no_assignment"
    assert one["against"] == "shared_address"
    assert rows(made(world, "GB")["enquiries.csv"]) == []


def test_a_country_is_given_its_own_instants_only(world: Any) -> None:  # noqa: ANN401 - the fixture's tuple
    (only,) = rows(made(world, "FR")["enquiries.csv"])
    assert (only["visit"], only["address"], only["port"]) == ("4", "2001:db8::7", "")
    for content in made(world, "FR").values():
        assert b"192.0.2.7" not in content


def test_a_local_time_that_occurred_twice_is_given_with_both_instants(world: Any) -> None:  # noqa: ANN401 - the fixture's tuple
    first, second = rows(made(world, "ZZ")["enquiries.csv"])
    assert (first["instant"], first["instant_until"]) == ("2001-10-02T00:00:00Z", "2001-10-02T01:00:00Z")
    assert (second["instant_until"], second["host"]) == ("", "pool-7.example")
    assert second["instant"] == "2001-10-01T00:00:00.000001Z"


def test_the_json_says_case_authority_window_and_rules_and_has_its_names_in_order(world: Any) -> None:  # noqa: ANN401 - the fixture's tuple
    content = made(world, "DE")["enquiries.json"]
    told = json.loads(content)
    assert told["country"] == "DE"
    assert told["case"] == {"id": "example", "lead": "GB", "title": "Operation Example"}
    assert told["authority"]["reference"] == "W-1"
    assert told["window"] == {"from": "2001-10-01T00:00:00Z", "until": "2001-10-15T00:00:00Z"}
    assert told["rules"] == {"clock_tolerance_seconds": 5, "more_than": 10, "visit_gap_seconds": 1800}
    assert told["clocks"][0] == {"ahead_seconds": 0, "log": "logs/news.notice", "tolerance_seconds": 7, "why": None}
    (enquiry,) = told["enquiries"]
    assert enquiry["dataset"] == {"date": "2001-09-30", "name": "invented"}
    assert enquiry["instants"][0]["zone"] == "+01:00"
    assert content == (json.dumps(told, sort_keys=True, indent=1) + "\n").encode()


OF_A_SUBJECT = {"visitor_id", "basis", "visits", "connections", "events", "targets", "marginal", "attended_visits"}
REGULARITY = {"days", "weeks", "longest_run", "gap_low", "gap_median", "gap_high", "hours"}
PURPOSE = {"opened", "fetched", "posted", "searched", "by_link", "by_embed", "failed", "purposeful_visits"}


def of_a_subject(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: row[name] for name in OF_A_SUBJECT},
        "first": instant(row["first"]),
        "last": instant(row["last"]),
        "regularity": {name: row[name] for name in REGULARITY},
        "purpose": {name: row[name] for name in PURPOSE},
        "against": row["against"],
        "against_in_words": [words.against(word).sentence for word in row["against"]],
    }


def test_the_json_of_a_lead_has_its_account_and_all_that_is_counted_of_it(world: Any) -> None:  # noqa: ANN401 - the fixture's tuple
    leads = json.loads(made(world, "GB")["leads.json"])
    assert {"case", "authority", "window", "rules", "clocks", "country"} < set(leads)
    assert leads["leads"] == [
        {**of_a_subject(row), **{name: row[name] for name in ("account", "leases", "lease_days")}}
        for row in world.tables["leads"].to_pylist()
    ]


def test_the_json_of_an_enquiry_has_its_reason_and_every_instant_as_the_log_has_it(world: Any) -> None:  # noqa: ANN401 - the fixture's tuple
    (enquiry,) = json.loads(made(world, "ZZ")["enquiries.json"])["enquiries"]
    (row,) = [row for row in world.tables["enquiries"].to_pylist() if row["country"] == "ZZ"]
    instants = [one for one in world.tables["instants"].to_pylist() if one["country"] == "ZZ"]
    assert [one["time_until"] is None for one in instants] == [False, True]
    assert enquiry == {
        **of_a_subject(row),
        "reason": "fragile",
        "reason_in_words": words.loss("fragile").sentence,
        "hint": None,
        "candidate": "CH",
        "dataset": {"name": "invented", "date": "2001-09-30"},
        "instants": [
            {
                **{name: one[name] for name in ("visit", "event", "zone", "target", "candidate")},
                "instant": instant(one["time"]),
                "instant_until": None if one["time_until"] is None else instant(one["time_until"]),
                "as_written": one["time_text"],
                "address": one["client_address"],
                "port": one["client_port"],
                "host": one["client_host"],
            }
            for one in instants
        ],
    }


def test_the_json_says_of_every_log_how_far_its_clock_may_be_off_and_under_what_authority_it_was_read(
    world: Any,  # noqa: ANN401 - the fixture's tuple
) -> None:
    usual, exact = (
        Log(("b",), "combined"),
        Log(("a",), "combined", clock_tolerance=1, clock_ahead=-1_500_000, why="GPS"),
    )
    head = json.loads(folder(replace(world.case, logs=(usual, exact)), "GB", world.tables)["leads.json"])
    assert head["clocks"] == [
        {"log": "a", "tolerance_seconds": 0.000001, "ahead_seconds": -1.5, "why": "GPS"},
        {"log": "b", "tolerance_seconds": 5, "ahead_seconds": 0, "why": None},
    ]
    assert head["authority"] == {
        "reference": "W-1",
        "issuer": "Example Court",
        "provider": "Example Internet",
        "country": "GB",
        "basis": "order",
    }


def test_an_enquiry_names_neither_account_nor_login(
    make: Callable[..., Any], make_enquiry: Callable[..., Any], make_instant: Callable[..., Any]
) -> None:
    row = make_enquiry(3, basis="login", login="c" * 32, account="d" * 32)
    for content in made(make([], [row], [make_instant(3, 1)]), "DE").values():
        assert b"cccccccc" not in content
        assert b"dddddddd" not in content


def test_an_enquiry_without_an_instant_does_not_vanish(
    make: Callable[..., Any], make_enquiry: Callable[..., Any]
) -> None:
    given_ = made(make([], [make_enquiry(3)]), "DE")
    (row,) = rows(given_["enquiries.csv"])
    assert (row["visitor_id"], row["instant"], row["reason"]) == (f"{3:016x}", "", "no_assignment")
    assert "so that it is not forgotten" in Page(given_["index.html"]).text


def test_text_of_the_other_side_is_harmless_in_the_sheet_escaped_in_the_page_and_raw_in_the_json(
    make: Callable[..., Any], make_lead: Callable[..., Any], make_enquiry: Callable[..., Any],
    make_instant: Callable[..., Any],
) -> None:  # fmt: skip
    instant = make_instant(3, 1, target=HOSTILE, time_text=HOSTILE, client_address=None, client_host=HOSTILE)
    world = make([make_lead(1, country="DE", targets=[HOSTILE])], [make_enquiry(3, targets=[HOSTILE])], [instant])
    files = made(world, "DE")
    assert not {"script", "img"} & {tag for tag, _ in Page(files["index.html"]).tags}
    for name in ("leads.csv", "enquiries.csv"):
        for row in rows(files[name]):
            assert not any(cell.startswith("=") for cell in row.values())
    assert rows(files["enquiries.csv"])[0]["as_written"].startswith("'=cmd|")
    assert json.loads(files["enquiries.json"])["enquiries"][0]["instants"][0]["as_written"] == HOSTILE


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=50)
@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back_from_the_json_and_breaks_no_page(
    make: Callable[..., Any], make_enquiry: Callable[..., Any], make_instant: Callable[..., Any], text: str
) -> None:
    files = made(make([], [make_enquiry(3)], [make_instant(3, 1, target=text)]), "DE")
    assert json.loads(files["enquiries.json"])["enquiries"][0]["instants"][0]["target"] == text
    tags = [tag for tag, _ in Page(files["index.html"]).tags]
    assert tags.count("article") == 1
    assert len(rows(files["enquiries.csv"])) == 1


def test_the_page_runs_nothing_asks_for_nothing_and_links_only_to_its_own_files(world: Any) -> None:  # noqa: ANN401 - the fixture's tuple
    for country in countries(world.tables):
        content = made(world, country)["index.html"]
        page = Page(content)
        assert not {"script", "link", "iframe", "object", "embed", "img", "form"} & {tag for tag, _ in page.tags}
        links = {attributes["href"] for _, attributes in page.tags if "href" in attributes}
        assert links == FILES - {"index.html"}
        assert b"http:" not in content
        assert b"https:" not in content
        policy = [attributes["content"] for _, attributes in page.tags if "http-equiv" in attributes]
        assert policy == ["default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"]


def test_the_page_says_what_a_lead_and_an_enquiry_are_and_how_to_ask(world: Any) -> None:  # noqa: ANN401 - the fixture's tuple
    text = Page(made(world, "DE")["index.html"]).text
    assert "An address is not a person" in text
    assert "A lead is an account of the provider with more than 10 visits" in text
    assert "An enquiry is a question." in text
    assert "give or take 5 s" in text.replace("\u202f", " ")
    assert "For lines of logs/news.notice it is 7 s." in text
    assert "ask by address and port" in text
    assert text.index("What speaks against it:") < text.index("Why it is no lead:") < text.index("40001")


def test_the_page_says_where_instant_and_text_differ_by_what_a_clock_was_declared_ahead(
    world: Any,  # noqa: ANN401 - the fixture's tuple
) -> None:
    (log,) = world.case.logs
    plain = Page(made(world, "DE")["index.html"]).text
    for ahead, said in ((432_500_000, "7 min 12.5 s ahead"), (-90_000_000, "1 min 30 s behind")):
        case = replace(world.case, logs=(replace(log, clock_ahead=ahead, why="held against the <GPS>"),))
        page = folder(case, "DE", world.tables)["index.html"]
        text = Page(page).text
        assert f"The clock of logs/news.notice was {said} (held against the <GPS>), as the case declares." in text
        assert "on this page, in request.csv and in enquiries.csv the two differ by it" in text
        assert b"<GPS>" not in page
    assert "as the case declares" not in plain


def test_the_page_names_stretches_in_which_a_logs_clock_is_declared_doubtful(world: Any) -> None:  # noqa: ANN401 - the fixture's tuple
    (log,) = world.case.logs
    begin = world.case.authority.begin
    stretch = Stretch(begin, begin + 3_600_000_000, "clock replaced")
    case = replace(world.case, logs=(replace(log, doubtful=(stretch,)),))
    text = Page(folder(case, "DE", world.tables)["index.html"]).text
    said = "is declared doubtful from 2001-10-01T00:00:00Z up to 2001-10-01T01:00:00Z (clock replaced)"
    assert said in text
    assert "is declared doubtful" not in Page(made(world, "DE")["index.html"]).text


def test_the_page_says_of_no_enquiry_that_its_account_is_unknown_where_it_is_sure_on_one_assignment(
    make: Callable[..., Any], make_enquiry: Callable[..., Any], make_instant: Callable[..., Any]
) -> None:
    row = make_enquiry(3, basis="account", lost="single_lease", leases=1, lease_days=1)
    text = Page(made(make([], [row], [make_instant(3, 1)]), "DE")["index.html"]).text
    assert "but which account it was is not known or not sure" not in text
    assert "An enquiry is a question. It has more than 10 visits too, but something keeps it from being a lead" in text
    assert "The account is sure on one assignment or one day only" in text


def test_the_page_of_zz_explains_why_there_is_no_country_and_gives_the_candidate(world: Any) -> None:  # noqa: ANN401 - the fixture's tuple
    text = Page(made(world, "ZZ")["index.html"]).text
    assert "ZZ is no country." in text
    assert "Candidate: CH, from a data set too old for the window." in text
    assert "A lead always has a country." in text
    assert "ZZ is no country." not in Page(made(world, "DE")["index.html"]).text


def test_a_part_without_rows_says_why(world: Any) -> None:  # noqa: ANN401 - the fixture's tuple
    assert "None for this folder: no subject" in Page(made(world, "GB")["index.html"]).text
    assert "A lead goes to the country of the provider (GB)" in Page(made(world, "DE")["index.html"]).text


def test_the_order_of_rows_given_changes_no_byte(world: Any) -> None:  # noqa: ANN401 - the fixture's tuple
    turned = {name: table.take(pa.array(range(len(table) - 1, -1, -1), pa.int64()))
              for name, table in world.tables.items()}  # fmt: skip
    for country in countries(world.tables):
        assert folder(world.case, country, turned) == made(world, country)
