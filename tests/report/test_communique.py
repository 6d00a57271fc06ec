"""What is said in public: totals only, and no count from one to four, given or computable."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import product
from typing import TYPE_CHECKING, Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.report.communique import FEWER, WITHHELD, by_country, chain, communique
from landmark.scan.members import Damage

LOGS, RECORDS = "whoever stands only in what is lost is missing", "a lost record would speak"

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SMALL = range(1, 5)
World = tuple[int, ...]


def cells(text: str) -> list[str]:
    """Give every cell of the communique in which a count stands."""
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| ")]
    return [row[-1].strip() for row in rows if row[-1].strip() != "How many"]


def never_alone(groups: Iterable[list[World]], parts: dict[str, Callable[[World], int]], inner: int) -> list[object]:
    """Give each small count that a reader can compute who knows the rule and tries every world that fits the text.

    Worlds near the limit of what is tried are left out: their likes beyond it are missing.
    """
    found: list[object] = []
    for worlds in groups:
        if max(map(max, worlds)) >= inner:
            continue
        for name, part in parts.items():
            values = {part(world) for world in worlds}
            if len(values) == 1 and values <= set(SMALL):
                found.append((name, worlds))
    return found


def test_no_small_count_can_be_computed_from_the_chain_of_totals() -> None:
    groups: dict[object, list[World]] = defaultdict(list)
    for under, machines, leaves, unsure, leads in product(range(12), repeat=5):
        subjects = machines + leaves + unsure + leads
        totals = [under + subjects, subjects, unsure + leads, leads]
        asked = leaves + unsure
        told = FEWER if asked in SMALL else asked
        groups[*chain(totals, asked), told].append((under, machines, leaves, unsure, leads))
    parts: dict[str, Callable[[World], int]] = {
        "below the threshold": lambda world: world[0],
        "neither": lambda world: world[1],
        "unattended enquiries": lambda world: world[2],
        "not sure": lambda world: world[3],
        "leads": lambda world: world[4],
        "enquiries": lambda world: world[2] + world[3],
        "not attended": lambda world: world[1] + world[2],
        "attended": lambda world: world[3] + world[4],
        "subjects": lambda world: sum(world[1:]),
        "visitors": sum,
    }
    assert never_alone(groups.values(), parts, 7) == []


@pytest.mark.parametrize(("countries", "tried", "inner"), [(1, 20, 9), (2, 36, 18), (3, 24, 10), (4, 14, 6)])
def test_no_small_count_can_be_computed_from_countries_and_their_total(countries: int, tried: int, inner: int) -> None:
    groups: dict[object, list[World]] = defaultdict(list)
    for world in product(range(tried), repeat=countries):
        told = by_country({f"A{place}": number for place, number in enumerate(world)})
        total = FEWER if sum(world) in SMALL else sum(world)
        groups[None if told is None else tuple(told.items()), total].append(world)
    parts: dict[str, Callable[[World], int]] = {
        str(place): lambda world, place=place: world[place]  # type: ignore[misc]
        for place in range(countries)
    }
    assert never_alone(groups.values(), parts, inner) == []


@given(st.lists(st.integers(0, 60), min_size=1, max_size=11), st.integers(0, 60))
def test_no_figure_of_the_chain_is_one_to_four_and_none_is_given_beside_one_that_near(
    lost: list[int], asked: int
) -> None:
    totals = [sum(lost[place:]) for place in range(len(lost))]
    told = chain(totals, asked)
    shown = [int(figure) for figure in told if figure.isdigit()]
    assert not set(shown) & set(SMALL)
    assert all(one - other not in SMALL for one in shown for other in shown)
    assert all((figure == "none") == (total == 0) for figure, total in zip(told, totals, strict=True))
    assert all((figure == FEWER) == (total in SMALL) for figure, total in zip(told, totals, strict=True))
    assert all(figure == WITHHELD or not figure.isdigit() or int(figure) == total
               for figure, total in zip(told, totals, strict=True))  # fmt: skip
    assert told[-1] != WITHHELD


@given(st.dictionaries(st.sampled_from(["AU", "CH", "DE", "FR", "GB", "US", "ZZ"]), st.integers(0, 40)))
def test_a_single_small_country_never_stands_beside_figures_that_tell_it(counts: dict[str, int]) -> None:
    told = by_country(counts)
    if told is None:
        return
    assert list(told) == sorted(country for country, number in counts.items() if number)
    hidden = [country for country, figure in told.items() if not figure.isdigit()]
    assert len(hidden) != 1
    assert all((told[country] == FEWER) == (counts[country] in SMALL) for country in told)


def test_figures_are_as_they_are_where_nothing_is_small() -> None:
    assert by_country({"GB": 130, "DE": 5}) == {"DE": "5", "GB": "130"}
    assert chain([10_000, 440, 400, 300], 140) == ["10\u202f000", "440", "400", "300"]


def test_two_small_countries_hide_each_other_and_one_takes_the_next_smallest_with_it() -> None:
    assert by_country({"AU": 2, "CH": 3, "DE": 50}) == {"AU": FEWER, "CH": FEWER, "DE": "50"}
    assert by_country({"AU": 2, "CH": 9, "DE": 50}) == {"AU": FEWER, "CH": WITHHELD, "DE": "50"}
    assert by_country({"AU": 2}) is None


def test_the_communique_holds_totals_only(many: Callable[[int], Any]) -> None:
    world = many(60)
    text = communique(*world)
    for name in ("subjects", "leads", "enquiries"):
        for visitor, account in zip(
            world.tables[name]["visitor_id"].to_pylist(), world.tables[name]["account"].to_pylist(), strict=True
        ):
            assert visitor not in text
            assert account is None or account not in text
    assert not re.search(r"192\.0\.2\.|forum-a|group-a|Example Internet|W-1|[0-9a-f]{16}", text)
    assert f"| {len(world.tables['leads'])} |" in text
    assert all(cell == "none" or cell in (FEWER, WITHHELD) or int(cell.replace("\u202f", "")) >= 5
               for cell in cells(text))  # fmt: skip
    assert text == communique(*many(60))


def test_none_is_said_as_none_and_few_as_fewer_than_five(
    make: Callable[..., Any], make_subject: Callable[..., dict[str, Any]]
) -> None:
    rows = [make_subject(number) for number in range(3)]
    text = communique(*make(rows, {rows[0]["visitor_id"]: "GB"}))
    assert f"| Leads | {FEWER} |" in text
    assert "| Enquiries, one for each visitor and country | none |" in text
    assert "Leads by country: no figures are given" in text


def test_an_empty_case_says_why(make: Callable[..., Any]) -> None:
    text = communique(*make())
    assert "neither a lead nor an enquiry" in text
    assert "no lines" in text


def test_a_title_cannot_write_markup(make: Callable[..., Any], make_case: Callable[..., Any]) -> None:
    text = communique(*make(case=make_case(title="<script>\n# [x](http://a.example) | 3")))
    assert text.startswith("# \\<script\\> \\# \\[x\\]\\(http://a\\.example\\) \\| 3\n")


@pytest.mark.parametrize("part", ["files", "assignment_files"])
@pytest.mark.parametrize(
    "harm",
    [
        *({"damage": damage} for damage in get_args(Damage)),
        {"admitted_lost": 3},
        {"unlike": True},
        {"rejected": {"malformed": 400}, "lines": 10_000},
    ],
)
def test_totals_of_inputs_that_are_not_whole_say_so_and_name_nothing(
    many: Callable[[int], Any], part: str, harm: dict[str, Any]
) -> None:
    world = many(60)
    file = world.funnel["files"][0] | {"rejected": {}}
    world.funnel["files"], world.funnel["assignment_files"] = [file], [{**file, "path": "isp/leases.csv"}]
    whole = communique(*world)
    assert "not whole" not in whole
    world.funnel[part][0] |= harm
    text = communique(*world)
    heed, rest = text.split("\n\n")[2], text.split("\n\n")[3:]
    assert heed.startswith(
        "**These totals rest on inputs that are not whole**: a part is missing, damaged or could not"
    )
    assert ("whoever stands only in what is lost is missing" in heed) == (part == "files")
    assert ("a lost record would speak" in heed) == (part == "assignment_files")
    assert rest == whole.split("\n\n")[2:]
    assert not re.search(r"\d|isp|csv|log/|Example", heed)


def test_one_record_that_could_not_be_read_is_enough_and_a_few_lines_of_a_log_are_not(
    many: Callable[[int], Any],
) -> None:
    world = many(60)
    file = world.funnel["files"][0] | {"lines": 10_000, "rejected": {"malformed": 1}}
    world.funnel["files"], world.funnel["assignment_files"] = [file], []
    assert "not whole" not in communique(*world)
    world.funnel["assignment_files"] = [file]
    assert "not whole" in communique(*world)


def test_inputs_that_the_case_declares_gone_are_missing_from_the_totals_and_that_is_said(
    make: Callable[..., Any],
) -> None:
    """A record that spoke against a lead speaks no more once its file has gone."""
    gone = {
        "files": {"path": "a.log.9", "of": "files"},
        "assignment_files": {"path": "c.csv", "of": "assignment_files"},
    }
    world = make()
    for parts in ((), ("files",), ("assignment_files",), ("files", "assignment_files")):
        world.funnel["gone"] = [gone[part] for part in parts]
        text = communique(*world)
        assert (LOGS in text, RECORDS in text) == ("files" in parts, "assignment_files" in parts)
        assert "a.log.9" not in text
        assert "c.csv" not in text
