"""Ten simulated worlds: nobody is led to who should not be, and nobody is missed by mistake."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

import landmark

if TYPE_CHECKING:
    from pathlib import Path

    from landmark.simulate.score import Score

SEEDS = range(1, 11)
SCALE = 0.05
TODAY = date(2001, 11, 28)


class Judged:
    """A world that was run, with its truth, its funnel and its score."""

    def __init__(self, folder: Path, seed: int) -> None:
        landmark.simulate(folder, seed=seed, scale=SCALE)
        landmark.run(folder, today=TODAY)
        self.folder = folder
        self.truth: dict[str, Any] = json.loads((folder / "truth.json").read_bytes())
        self.funnel: dict[str, Any] = json.loads((folder / "out" / "funnel.json").read_bytes())
        self.score: Score = landmark.score(folder, folder / "truth.json")

    def step(self, name: str) -> int:
        return next(int(step["count"]) for step in self.funnel["steps"] if step["step"] == name)


@pytest.fixture(scope="module", params=SEEDS)
def judged(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Judged:
    return Judged(tmp_path_factory.mktemp("world") / "case", request.param)


def test_no_lead_is_wrong(judged: Judged) -> None:
    assert judged.score.wrong == 0
    assert judged.score.right == judged.score.leads == judged.step("leads")


def test_nobody_is_missed_by_mistake(judged: Judged) -> None:
    totals = judged.truth["totals"]
    assert judged.score.reached == judged.score.reachable == totals["reachable"]
    assert sum(judged.score.missed.values()) == totals["guilty"] - totals["reachable"]


def test_no_sure_attribution_is_wrong(judged: Judged) -> None:
    assert judged.score.grades["sure"].wrong == 0
    assert judged.score.grades["sure"].right > 500


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
