"""Simulated worlds of the usual kind: nobody is led to who should not be, and nobody is missed by mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.world.conftest import Judged


def test_no_lead_is_wrong(judged: Judged) -> None:
    assert judged.score.wrong == 0
    assert judged.score.why_wrong == {}
    assert judged.score.right == judged.score.leads == judged.step("leads")


def test_no_clock_is_called_wrong(judged: Judged) -> None:
    assert not judged.loud


def test_nobody_is_missed_by_mistake(judged: Judged) -> None:
    totals = judged.truth["totals"]
    assert judged.score.reached == judged.score.reachable == totals["reachable"]
    assert sum(judged.score.missed.values()) == totals["guilty"] - totals["reachable"]


def test_the_missed_are_counted_by_grade_too(judged: Judged) -> None:
    by_grade = judged.score.unreached.values()
    assert sum(number for reasons in by_grade for number in reasons.values()) == sum(judged.score.missed.values())


def test_no_sure_attribution_is_wrong(judged: Judged) -> None:
    assert judged.score.grades["sure"].wrong == 0
    assert judged.score.grades["sure"].right > 500
    assert judged.score.calibration["sure"].wrong == 0
    assert judged.score.calibration["sure"].right > 300


def test_the_funnel_counts_what_is_true(judged: Judged) -> None:
    totals = judged.truth["totals"]
    visits = sum(visitor["visits"] for visitor in judged.truth["visitors"])
    assert {name: judged.step(name) for name in ("lines", "visits", "visitors", "over_threshold", "leads")} == {
        "lines": totals["lines"],
        "visits": visits,
        "visitors": totals["visitors"],
        "over_threshold": totals["over_threshold"],
        "leads": totals["leads"],
    }


def test_every_watched_line_inside_the_window_and_no_other_is_kept(judged: Judged) -> None:
    for file in judged.funnel["files"]:
        if file["path"] in judged.truth["files"]:
            truth = judged.truth["files"][file["path"]]
            assert file["content_sha256"] == truth["content_sha256"]
            assert file["lines"] == truth["lines"]
            assert file["rejected"] == {}
            assert file["kept"] <= len(truth["watched"])


def test_machines_units_and_pages_elsewhere_are_over_the_threshold_and_no_lead(judged: Judged) -> None:
    over = [visitor for visitor in judged.truth["visitors"] if visitor["over_threshold"]]
    assert any(visitor["machine"] for visitor in over)
    assert judged.step("over_threshold") - judged.step("attended") >= sum(
        visitor["kind"] in {"crawler", "feed", "leafnode", "pull", "cafe", "picture", "unit"} for visitor in over
    )
