"""The report: one page that needs nothing from outside, runs nothing, and hides nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark import figures, tables, words
from landmark.case import Known, Log
from landmark.report import strip
from landmark.report.page import report
from landmark.report.picture import SPAN, picture
from landmark.report.steps import Step, steps
from landmark.tables import DAY, HOUR, MINUTE

if TYPE_CHECKING:
    from collections.abc import Callable

HOSTILE = '"><script>alert(1)</script><img src=http://evil.example/x onerror=alert(1)>'
_VOID = {"meta", "br", "link", "img", "input", "hr"}


class Page(HTMLParser):
    """Collects tags, attributes and text, and sees that every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def sections(text: str) -> dict[str, str]:
    """Give the text of each section by its id."""
    parts = re.split(r'<section id="(\w+)"', text)
    return {name: Page(f"<section{body.split('</section>')[0]}</section>" if name != "words" else "").text
            for name, body in zip(parts[1::2], parts[2::2], strict=True)}  # fmt: skip


def test_the_page_runs_nothing_and_asks_for_nothing(many: Callable[[int], Any]) -> None:
    text = report(*many(40))
    page = Page(text)
    assert page.open == []
    assert not {"script", "link", "iframe", "object", "embed", "img", "form", "base"} & {tag for tag, _ in page.tags}
    for _, attributes in page.tags:
        assert not any(name.startswith("on") for name in attributes)
        for name in ("href", "src", "xlink:href", "action"):
            assert (attributes.get(name) or "#").startswith("#")
    assert "http:" not in text
    assert "https:" not in text
    assert "url(" not in text
    assert "@import" not in text


def test_the_page_forbids_scripts_and_the_network_itself(many: Callable[[int], Any]) -> None:
    policy = [attributes["content"] for tag, attributes in Page(report(*many(1))).tags
              if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"]  # fmt: skip
    assert len(policy) == 1
    assert policy[0] is not None
    assert policy[0].startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")


def test_every_link_leads_somewhere_in_the_page_and_no_id_stands_twice(many: Callable[[int], Any]) -> None:
    tags = Page(report(*many(40))).tags
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = {attributes["href"] for _, attributes in tags if attributes.get("href")}
    assert {link[1:] for link in links if link} <= set(ids)


def test_the_page_opens_on_the_funnel_and_what_to_heed_comes_before_any_source(many: Callable[[int], Any]) -> None:
    text = report(*many(40))
    assert re.findall(r'<section id="(\w+)"', text) == [
        "funnel", "heed", "sources", "clocks", "countries", "subjects", "words",
    ]  # fmt: skip
    assert text.index('<svg class="funnel"') < text.index("<table")


def test_the_picture_has_each_step_with_its_losses_in_words_and_a_description(many: Callable[[int], Any]) -> None:
    world = many(40)
    text = report(*world)
    drawn = Page(text[text.index('<svg class="funnel"') : text.index("</svg>") + 6])
    for step in steps(world.funnel):
        assert words.step(step.step).label in drawn.text
        for reason, number in step.lost.items():
            assert f"− {figures.count(number)} {words.loss(reason).label}".replace("\u202f", " ") in drawn.text.replace(
                "\u202f", " "
            )
    assert {"title", "desc"} <= {tag for tag, _ in drawn.tags}


def test_a_clock_that_fits_better_elsewhere_is_said_loudly_before_all_else(
    make: Callable[..., Any], make_test: Callable[..., Any]
) -> None:
    loud = report(*make(tests=[make_test(60 * MINUTE, 12, 31), make_test(-60 * MINUTE, 300, 4)]))
    heed = sections(loud)["heed"]
    assert "Somewhere fits better than the time as written." in heed
    assert "shifted by +1 h: 31 readings speak for the shift, 12 for the time as written" in heed
    assert "A clock does not fit the records." in loud[: loud.index('<section id="funnel"')]
    quiet = report(*make(tests=[make_test(-60 * MINUTE, 300, 4)]))
    said = "Of 1 pair of a clock and records, 1 could be tested, and there the readings do not show that another time"
    assert said in sections(quiet)["heed"]
    assert '<p class="quiet">' in quiet
    assert "A clock does not fit" not in quiet


def test_clocks_that_could_not_be_tested_reassure_nobody(
    make: Callable[..., Any], make_test: Callable[..., Any]
) -> None:
    none = [make_test(shift * MINUTE, 0, 0, series=name) for shift in (-60, 60) for name in ("a", "b")]
    page = report(*make(tests=none))
    heed = sections(page)["heed"]
    assert "Of 2 pairs of a clock and records, none could be tested. Of these too few readings speak" in heed
    assert "whether the clock is right there is not known from the records." in heed
    assert '<p class="quiet">' not in page
    assert "fits better" not in heed
    alone = report(*make(tests=none[::2]))
    assert "Of 1 pair of a clock and records, none could be tested." in sections(alone)["heed"]


@pytest.mark.parametrize(
    ("one", "other", "tested"), [((9, 0), (30, 0), 1), ((4, 6), (10, 0), 1), ((6, 4), (10, 0), 2)], ids=str
)
def test_a_pair_is_tested_where_ten_readings_speak_at_every_shift(
    make: Callable[..., Any], make_test: Callable[..., Any], one: tuple[int, int], other: tuple[int, int], tested: int
) -> None:
    tests = [make_test(sign * HOUR, 300, 4) for sign in (-1, 1)]
    tests += [make_test(-HOUR, *one, series="b", loud=False), make_test(HOUR, *other, series="b", loud=False)]
    page = report(*make(tests=tests))
    heed = sections(page)["heed"]
    if tested == 1:
        assert "Of 2 pairs of a clock and records, 1 could be tested, and there the readings do not show" in heed
        assert "Of the rest too few readings speak: whether the clock is right there is not known" in heed
    else:
        assert "Of 2 pairs of a clock and records, 2 could be tested, and there the readings do not show" in heed
    assert ('<p class="quiet">' in page) is (tested == 2)


def test_beside_a_clock_that_fits_better_elsewhere_stands_how_many_could_be_tested(
    make: Callable[..., Any], make_test: Callable[..., Any]
) -> None:
    tests = [make_test(HOUR, 12, 31), *(make_test(HOUR, 0, 0, series=name) for name in ("b", "c"))]
    page = report(*make(tests=tests))
    heed = sections(page)["heed"]
    assert "Of 3 pairs of a clock and records, 1 could be tested. Of the rest too few readings speak" in heed
    assert '<p class="quiet">' not in page


def test_each_clock_shows_what_speaks_for_it_and_for_each_shift(
    make: Callable[..., Any], make_test: Callable[..., Any]
) -> None:
    tests = [make_test(60 * MINUTE, 409, 3), make_test(30 * MINUTE, 20, 9)]
    tests.append(make_test(60 * MINUTE, 5, 1, series="other.example"))
    said = sections(report(*make(tests=tests)))["clocks"]
    assert "20 : 9 not excluded 409 : 3 excluded" in said
    assert "– 5 : 1 not excluded" in said


def test_sources_show_each_file_with_its_hash_and_every_reason(many: Callable[[int], Any]) -> None:
    said = sections(report(*many(2)))["sources"].replace("\u202f", " ")
    assert "logs/access.log SHA-256 " + "a" * 64 in said
    assert "98 000 concerns no target" in said
    assert "2 not readable" in said
    assert "The same text as logs/access.log , read there" in said


@pytest.mark.parametrize(("left", "share"), [(8, "88.9 %"), (5, "55.6 %"), (1, "11.1 %"), (9, ""), (0, "")], ids=str)
def test_a_share_is_what_a_judge_s_calculator_gives(left: int, share: str) -> None:
    went = (Step("visitors", "visitors", 9, {}), Step("over_threshold", "visitors", left, {}))
    assert picture(went, 0).bars[1].share == share


def test_what_lost_anything_is_never_all_of_it() -> None:
    went = (Step("visitors", "visitors", 100_000, {}), Step("over_threshold", "visitors", 99_999, {}))
    assert picture(went, 0).bars[1].share == "99.9 %"


@pytest.mark.parametrize("more_than", [1, 10])
def test_one_of_a_thing_is_not_said_as_several(many: Callable[[int], Any], more_than: int) -> None:
    world = many(2)
    case = replace(world.case, targets=world.case.targets[:1], rules=replace(world.case.rules, more_than=more_than))
    world.funnel["enquiries"] = 1
    text = Page(report(case, world.funnel, world.tables)).text
    assert not re.findall(r"(?<![\d\u202f.])1 (?:leads|targets|visits|days|readings)\b", text)
    assert "leads and 1 enquiry" in text or "lead and 1 enquiry" in text


def test_a_log_that_lost_lines_or_was_rejected_beyond_the_limit_is_said_before_the_figures(
    many: Callable[[int], Any],
) -> None:
    world = many(2)
    world.funnel["files"][0] |= {"admitted_lost": 12, "kept": 0, "rejected": {"malformed": 602}}
    heed = sections(report(*world))["heed"].replace("\u202f", " ")
    assert "“logs/access.log” says itself that it lost 12 lines" in heed
    assert "602 of 100 000 lines could not be read" in heed


def test_a_log_without_hosts_is_named_since_embeds_cannot_be_told(many: Callable[[int], Any]) -> None:
    world = many(2)
    said = "“logs/access.log” does not say which host was asked"
    assert said not in sections(report(*world))["heed"]
    world.funnel["files"][0] |= {"embeds_unknown": True}
    assert said in sections(report(*world))["heed"]


def test_a_unit_at_work_that_nobody_is_is_said_and_one_that_somebody_is_in_part_is_not(
    many: Callable[[int], Any],
) -> None:
    case, funnel, made = many(3)
    unit = replace(case, known=(Known("monitors", "a unit", account="office@isp.example", begin=0, end=1),))
    said = "The case names 1 unit or hotline at work ([[known]]), and nobody over the threshold is one."
    assert said not in report(case, funnel, made)
    page = report(unit, funnel, made)
    assert said in page
    assert "office" not in page
    for column, value in (("machine", "known"), ("against", ["edge", "known"])):
        subjects = made["subjects"].to_pylist()
        subjects[1][column] = value
        changed = pa.Table.from_pylist(subjects, schema=made["subjects"].schema)
        assert said not in report(unit, funnel, {**made, "subjects": changed})


def test_a_clock_that_was_set_back_is_said(many: Callable[[int], Any]) -> None:
    world = many(2)
    step = {"log": "logs/news", "series": "news1", "from": 1_001_894_400_000_000, "until": 1_001_894_460_000_000}
    world.funnel["clock_steps"] = [step]
    heed = sections(report(*world))["heed"]
    assert "the clock of “news1” was set back from 2001-10-01T00:01:00Z to 2001-10-01T00:00:00Z" in heed


def test_a_subject_shows_what_speaks_against_it_before_its_figures(
    make: Callable[..., Any], make_subject: Callable[..., Any]
) -> None:
    row = make_subject(7, against=["marginal", "one_burst"])
    text = report(*make([row], {row["visitor_id"]: "GB"}))
    card = text[text.index(f'id="s{row["visitor_id"]}"') :].split("</article>")[0]
    assert "Leads, GB (1)" in text
    assert card.index("barely over the threshold; one burst only") < card.index("<svg") < card.index("<dl>")
    assert re.search(r"First to last</dt><dd>[-0-9: ]+ to [-0-9: ]+ UTC</dd>", card)


def test_a_subject_without_anything_against_it_says_so(
    make: Callable[..., Any], make_subject: Callable[..., Any]
) -> None:
    row = make_subject(7)
    assert "Nothing of what is looked for speaks against it." in report(*make([row], {row["visitor_id"]: "GB"}))


def test_a_subject_that_is_neither_lead_nor_enquiry_stands_there_with_its_reason(
    make: Callable[..., Any], make_subject: Callable[..., Any]
) -> None:
    row = make_subject(7, lost="automated", machine="automated", machine_why="robots.txt", against=["automated"])
    said = sections(report(*make([row])))["subjects"]
    assert "Neither lead nor enquiry (1)" in said
    assert "No lead: a crawler or the like." in said
    assert "(robots.txt)" in said


def test_a_subject_asked_about_in_two_countries_stands_once_with_both(
    make: Callable[..., Any], make_subject: Callable[..., Any]
) -> None:
    row = make_subject(7, lost="none")
    text = report(*make([row], {}, [(row["visitor_id"], "FR"), (row["visitor_id"], "DE")]))
    assert "Enquiries, DE, FR (1)" in text
    assert text.count("<article") == 1


def test_neither_address_nor_account_nor_login_stands_in_the_report(many: Callable[[int], Any]) -> None:
    world = many(40)
    text = report(*world)
    accounts = [account for account in world.tables["subjects"]["account"].to_pylist() if account]
    assert accounts
    assert not any(account in text for account in accounts)
    assert "192.0.2.1" not in text


def test_text_of_the_other_side_is_escaped_wherever_it_stands(
    make: Callable[..., Any], make_case: Callable[..., Any], make_subject: Callable[..., Any],
    make_test: Callable[..., Any], make_event: Callable[..., Any],
) -> None:  # fmt: skip
    row = make_subject(1, machine="unattended", machine_why=HOSTILE, targets=[HOSTILE], lost=HOSTILE, against=[HOSTILE])
    world = make(
        [row],
        {},
        [(row["visitor_id"], HOSTILE)],
        events=[make_event(1, referred="unknown", log=HOSTILE, agent=HOSTILE)],
        tests=[make_test(HOUR, 1, 90, series=HOSTILE, log=HOSTILE, assignment=HOSTILE)],
        case=make_case(title=HOSTILE, id=HOSTILE, logs=(Log((HOSTILE,), "combined"),)),
    )
    world.funnel["files"][0]["path"] = HOSTILE
    world.funnel["files"][0]["dropped"] = {HOSTILE: 1}
    world.funnel["steps"][1]["lost"] = {HOSTILE: 1}
    tags = {tag for tag, _ in Page(report(*world)).tags}
    assert not {"script", "img"} & tags


def test_an_empty_case_says_in_every_part_why_it_is_empty(
    make: Callable[..., Any], make_case: Callable[..., Any]
) -> None:
    world = make(case=make_case(assignments=()))
    world.funnel["files"] = []
    said = sections(report(*world))
    assert "the logs have no lines" in said["funnel"]
    assert "no assignment records, so nobody's account is known" in said["heed"]
    assert "No log was read" in said["sources"]
    assert "the case names no assignment records" in said["clocks"]
    assert "neither a lead nor an enquiry" in said["countries"]
    assert "nobody has more than 10 visits" in said["subjects"]


def test_a_page_of_440_subjects_stays_small_and_two_runs_give_the_same_bytes(many: Callable[[int], Any]) -> None:
    text = report(*many(440))
    assert len(text.encode()) < 3_000_000
    assert text.count("<article") == 440
    assert text == report(*many(440))


def test_the_order_of_rows_and_keys_given_changes_nothing(many: Callable[[int], Any]) -> None:
    world = many(40)
    turned = {name: table.take(pa.array(range(len(table) - 1, -1, -1), pa.int64()))
              for name, table in reversed(list(world.tables.items()))}  # fmt: skip
    assert report(*world) == report(world.case, world.funnel, turned)


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_a_bar_is_never_shorter_than_that_of_a_smaller_count_nor_longer_than_its_room(one: int, other: int) -> None:
    small, large = sorted((one, other))
    went = [Step("lines", "lines", large, {}), Step("events", "events", small, {})]
    bars = picture(went, 0).bars
    assert 0 <= bars[1].length <= bars[0].length <= SPAN + 12
    assert (bars[1].length == 0) == (small == 0)


@given(st.integers(0, 400).flatmap(lambda days: st.lists(st.integers(0, 9), min_size=days, max_size=days)))
def test_a_strip_draws_every_hour_in_its_place_and_shade(sparse: list[int]) -> None:
    values = (sparse * 24)[: len(sparse) // 24 * 24]
    drawn: dict[tuple[int, int], int] = {}
    for shade, path in enumerate(strip.paths(values), start=1):
        for day, hour, high in re.findall(r"M(\d+) (\d+)h\.9v(\d+)h-\.9z", path):
            for each in range(int(high)):
                drawn[int(day), int(hour) + each] = shade
    expected = {divmod(place, 24): 1 + (n >= 3) + (n >= 8) for place, n in enumerate(values) if n}
    assert drawn == expected


def test_the_grid_marks_weekends_and_what_lies_outside_the_window() -> None:
    monday = 1_001_894_400_000_000
    grid = strip.grid(monday + 6 * HOUR, monday + 6 * DAY + 12 * HOUR)
    assert grid.days == 7
    assert [x for x, _ in grid.weekends] == [grid.left + 50, grid.left + 60]
    assert grid.outside == ((grid.left, 2, 10, 30), (grid.left + 60, 2 + 60, 10, 60))
    assert grid.names[0][1] == "10-01"


@pytest.mark.parametrize("days", [1, 14, 90, 400, 3000])
def test_a_grid_of_any_window_fits_its_room(days: int) -> None:
    grid = strip.grid(0, days * DAY)
    assert grid.days == days
    assert grid.right <= grid.width
    assert grid.width <= max(760, days + 40)
    places = [x for x, _ in grid.names]
    assert all(later - earlier >= 30 for earlier, later in pairwise(places))


def test_every_word_of_the_closed_lists_is_in_the_glossary_of_the_page(many: Callable[[int], Any]) -> None:
    text = report(*many(1))
    for word in (*tables.DROPPED, *tables.REJECTED, *tables.LEAD_LOSSES, *tables.AGAINST, *tables.STEPS):
        assert f"<code>{word}</code>" in text
