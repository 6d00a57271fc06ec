"""The funnel in a terminal and in a pipe."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from landmark import words
from landmark.figures import NARROW, count
from landmark.report.heard import abroad
from landmark.report.steps import by_address, dried_up, files, ranked, steps
from landmark.report.terminal import FunnelTable, funnel_text
from landmark.tables import STEPS

if TYPE_CHECKING:
    from collections.abc import Callable


def printed(funnel: dict[str, Any], width: int = 120) -> str:
    out = io.StringIO()
    Console(file=out, width=width, color_system=None).print(FunnelTable(funnel))
    return out.getvalue()


def a_funnel(*counts: int, lost: dict[str, dict[str, int]] | None = None) -> dict[str, Any]:
    lost = lost or {}
    return {
        "files": [],
        "steps": [
            {"step": step, "unit": "lines" if step == "lines" else "events", "count": count, "lost": lost.get(step, {})}
            for step, count in zip(STEPS, counts, strict=True)
        ],
        "enquiries": 7,
    }


@pytest.mark.parametrize("width", [32, 40, 60, 72, 80, 100, 120, 200])
def test_no_terminal_is_too_narrow_for_a_figure_or_a_loss(many: Callable[[int], Any], width: int) -> None:
    funnel = many(30).funnel
    funnel["by_address"] = {"visits": 20_000, "visitors": 14_000, "over_threshold": 512}
    text = printed(funnel, width)
    said = " ".join(text.split())
    assert "…" not in text
    assert all(len(line) <= width for line in text.splitlines())
    for step in steps(funnel):
        assert all(word in said for word in words.step(step.step).label.split())
        assert count(step.count, " ") in text
        for reason, number in ranked(step.lost):
            assert all(word in said for word in words.loss(reason).label.split())
            assert count(number, " ") in text
    assert "Enquiries, beside" in said
    assert count(funnel["enquiries"], " ") in text
    assert all(figure in said for figure in ("14 000", "20 000", "512 over"))


def test_bars_stand_where_there_is_room_for_them(many: Callable[[int], Any]) -> None:
    assert "█" in printed(many(30).funnel, 120)
    assert "█" not in printed(many(30).funnel, 80)


def test_the_largest_loss_comes_first_and_equal_ones_by_their_word() -> None:
    assert ranked({"empty": 1, "malformed": 5, "bad_time": 5, "orphan": 0}) == (
        ("bad_time", 5),
        ("malformed", 5),
        ("empty", 1),
    )


def test_the_text_has_no_frame_no_colour_and_one_line_for_each_step_and_each_further_loss(
    many: Callable[[int], Any],
) -> None:
    funnel = many(30).funnel
    text = funnel_text(funnel)
    further = sum(max(len(step.lost) - 1, 0) for step in steps(funnel))
    assert len(text.splitlines()) == 1 + len(STEPS) + further + 1
    assert not any(sign in text for sign in "│┃━─\x1b\u202f")
    assert text == funnel_text(many(30).funnel)


def test_an_empty_funnel_says_why_it_is_empty() -> None:
    empty = a_funnel(*[0] * 11)
    assert "no lines" in funnel_text(empty)
    assert "no lines" in printed(empty)
    dry = a_funnel(900, *[0] * 10, lost={"events": {"not_watched": 800, "outside_window": 100}})
    said = dried_up(dry)
    assert said is not None
    assert "About a target" in said
    assert "800: concerns no target; 100: outside the window" in said
    assert "Of the 900 lines before" in funnel_text(dry)


def test_one_of_a_thing_is_not_several() -> None:
    dry = a_funnel(*[1] * 4, *[0] * 7, lost={STEPS[4]: {"at_most_threshold": 1}}) | {"enquiries": 1}
    text = funnel_text(dry)
    assert "1 line\n" in text
    assert "1 enquiry\n" in text
    assert "The one event before was lost (1: too few visits)." in text
    assert "enquiries" not in printed(dry)


def test_a_funnel_that_ends_with_a_lead_says_nothing_of_emptiness() -> None:
    assert dried_up(a_funnel(*[5] * 10, 1)) is None


def test_a_step_that_nothing_reaches_without_a_reason_is_said_too() -> None:
    said = dried_up(a_funnel(*[5] * 10, 0))
    assert said is not None
    assert "none of the 5 events before is one" in said


def test_a_file_adds_up_or_says_that_it_does_not() -> None:
    one = {"path": "a", "sha256": "", "content_sha256": "", "bytes": 1, "lines": 3, "kept": 1, "admitted_lost": 0}
    good, bad = files(
        {"files": [one | {"dropped": {"empty": 2}, "rejected": {}}, one | {"dropped": {}, "rejected": {"orphan": 1}}]}
    )
    assert good.adds_up
    assert not bad.adds_up


def test_what_must_be_heard_of_clocks_and_logs_stands_under_the_figures(many: Callable[[int], Any]) -> None:
    world = many(2)
    world.funnel["files"][0] |= {"embeds_unknown": True, "admitted_lost": 12}
    pair = {"log": "logs/news", "series": "news1", "assignment": "isp/leases.csv", "shift": 3_600_000_000}
    world.funnel["loud"] = [{**pair, "for_zero": 3, "for_shift": 40}]
    said = funnel_text(world.funnel)
    assert "HEED: the clock of “logs/news” (news1) fits “isp/leases.csv” better at +1 h (40 readings)" in said
    assert "“logs/access.log” tells no host" in said
    assert "“logs/access.log” says itself that it lost 12 lines." in said


def test_a_clock_is_said_once_with_every_shift_that_fits_better_the_best_first(many: Callable[[int], Any]) -> None:
    world = many(2)
    pair = {"log": "logs/news", "series": "news1", "assignment": "isp/leases.csv", "for_zero": 3}
    world.funnel["loud"] = [
        {**pair, "shift": hours * 3_600_000_000, "for_shift": number} for hours, number in ((1, 11), (-1, 519), (2, 49))
    ]
    (said,) = [line for line in funnel_text(world.funnel).splitlines() if line.startswith("HEED")]
    assert "better at −1 h (519 readings) than as written (3), and so at +2 h (49 to 3), +1 h (11 to 3);" in said


def test_the_count_by_address_stands_under_the_figures_beside_that_by_account(many: Callable[[int], Any]) -> None:
    funnel = many(30).funnel
    assert by_address(funnel) == ""
    funnel["by_address"] = {"visits": 20_000, "visitors": 14_000, "over_threshold": 512}
    said = by_address(funnel).replace(NARROW, " ")
    assert "1 800 visits of 600 visitors, 30 of them over the threshold. By address alone: 20 000 visits" in said
    assert "of 14 000 visitors, 512 over the threshold" in said
    *_, row = funnel_text(funnel).splitlines()
    assert " ".join(row.split()) == ("By address, beside 14 000 visitors 20 000 visits, 512 over the threshold")
    assert "20 000 visits" in printed(funnel, 120)


@pytest.mark.parametrize("width", [32, 80, 120])
def test_one_of_a_thing_is_not_several_in_the_count_by_address(many: Callable[[int], Any], width: int) -> None:
    funnel = many(30).funnel
    funnel["by_address"] = {"visits": 1, "visitors": 1, "over_threshold": 0}
    *_, row = funnel_text(funnel).splitlines()
    assert " ".join(row.split()) == "By address, beside 1 visitor 1 visit, 0 over the threshold"
    said = " ".join(printed(funnel, width).split())
    assert "1 visits" not in said
    assert "beside 1 visitors" not in said
    assert "beside: visitors" not in said


def test_a_country_hears_of_clocks_what_the_terminal_does_and_what_that_makes_of_an_instant(
    many: Callable[[int], Any],
) -> None:
    funnel = many(2).funnel
    assert abroad(funnel) == ()
    pair = {"log": "logs/news", "series": "news1", "assignment": "isp/leases.csv", "shift": 3_600_000_000}
    funnel["loud"] = [{**pair, "for_zero": 3, "for_shift": 40}]
    funnel["clock_steps"] = [{"log": "logs/news", "series": "news1", "from": 0, "until": 60_000_000}]
    funnel["files"][0] |= {"damage": "cut_off"}
    off, back, asked, early = abroad(funnel)
    assert off.startswith("The clock of “logs/news” (news1) fits “isp/leases.csv” better at +1 h (40 readings)")
    assert "was set back" in back
    assert "may name the wrong customer" in asked
    assert "ends early" in early


def test_of_a_clock_one_sentence_says_that_one_shift_fits_better(many: Callable[[int], Any]) -> None:
    funnel = many(2).funnel
    pair = {"log": "logs/news", "series": "news1", "assignment": "isp/leases.csv"}
    drift = dict.fromkeys(("for_best", "for_zero", "told_readings", "told_days", "days_elsewhere", "days"), 0)
    found = {"elsewhere": True, "line_elsewhere": False, "drifting": False, "best": 3_600_000_000}
    funnel["loud"] = [{**pair, "shift": 3_600_000_000, "for_zero": 3, "for_shift": 40}]
    funnel["elsewhere"] = [{**pair, **drift, **found}]
    (said,) = [line for line in funnel_text(funnel).splitlines() if line.startswith("HEED")]
    assert "when shifted by +1 h" in said
    for other in ({"best": 1_800_000_000}, {"elsewhere": False, "line_elsewhere": True}):
        funnel["elsewhere"] = [
            {**pair, **drift, **found, "offset": 0, "drift": 0, "for_line": 0, "for_zero_not_line": 0, **other}
        ]
        assert sum(line.startswith("HEED") for line in funnel_text(funnel).splitlines()) == 2
    funnel["elsewhere"] = [{**pair, **drift, **found}]
    funnel["loud"].append({**funnel["loud"][0], "shift": 7_200_000_000})
    assert sum(line.startswith("HEED") for line in funnel_text(funnel).splitlines()) == 2
