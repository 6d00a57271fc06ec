"""The default world is the size of Operation Landmark."""

from __future__ import annotations

import tomllib
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from landmark.errors import CaseError
from landmark.simulate.provider import happen

if TYPE_CHECKING:
    from pathlib import Path


def test_exactly_440_visitors_of_more_than_ten_thousand_are_over_the_threshold(default_truth: dict[str, Any]) -> None:
    visitors = default_truth["visitors"]
    assert len(visitors) == default_truth["totals"]["visitors"] > 10_000
    assert sum(visitor["visits"] > 10 for visitor in visitors) == 440
    assert sum(visitor["over_threshold"] for visitor in visitors) == default_truth["totals"]["over_threshold"] == 440


def test_the_case_watches_thirty_targets_in_two_weeks(default_world: Path) -> None:
    case = tomllib.loads((default_world / "case.toml").read_text("utf-8"))
    assert len(case["target"]) == len({target["id"] for target in case["target"]}) == 30
    assert (case["authority"]["until"] - case["authority"]["from"]).days == 14
    assert "valid_from" not in case["authority"]
    assert {"newsgroup", "host"} == {key for target in case["target"] for key in target} & {"newsgroup", "host"}


def test_the_visitors_come_from_nineteen_countries(default_truth: dict[str, Any]) -> None:
    over = [visitor for visitor in default_truth["visitors"] if visitor["over_threshold"]]
    assert len({visitor["country"] for visitor in default_truth["visitors"]}) == 19
    assert len({visitor["country"] for visitor in over}) == 19


def test_it_has_some_hundred_thousand_lines_most_of_them_about_nothing_watched(default_truth: dict[str, Any]) -> None:
    files = default_truth["files"].values()
    lines = sum(file["lines"] for file in files)
    assert 300_000 <= lines <= 600_000
    assert sum(len(file["watched"]) for file in files) < lines / 2


def test_every_kind_of_visitor_is_over_the_threshold(default_truth: dict[str, Any]) -> None:
    kinds = Counter(visitor["kind"] for visitor in default_truth["visitors"] if visitor["over_threshold"])
    machines = {"crawler", "feed", "leafnode", "pull", "cafe", "embedded", "picture", "unit"}
    assert set(kinds) == machines | {"home", "static", "abroad", "member", "edge", "shared", "guest"}


def test_guilty_people_who_cannot_be_told_have_a_reason_and_others_have_none(default_truth: dict[str, Any]) -> None:
    guilty = [person for person in default_truth["people"] if person["guilty"]]
    reasons = Counter(person["why"] for person in guilty)
    assert set(reasons) == {None, "shared", "fragile", "single_lease"}
    assert all(person["reachable"] == (person["why"] is None) for person in guilty)
    assert all(person["visits"] > 10 for person in guilty)
    assert not any(person["reachable"] for person in default_truth["people"] if not person["guilty"])


@pytest.mark.parametrize("scale", [0.01, 0.03, 0.1])
@pytest.mark.parametrize("seed", range(3))
def test_other_worlds_have_their_share_over_the_threshold(seed: int, scale: float) -> None:
    assert happen(seed, scale).truth().over_threshold == round(440 * scale)


@pytest.mark.parametrize("seed", range(5))
def test_in_the_smallest_worlds_too_the_records_exclude_every_shift(seed: int) -> None:
    told = happen(seed, 0.03).truth()
    tests = {key: test for key, test in told.tests.items() if key[0] != "news2"}
    assert {(log, source) for log, source, _ in tests} == {(log, "assignments") for log in ("web", "club", "news")}
    assert len(tests) == 18
    assert all(test.for_zero >= 60 and test.for_shift == 0 and test.excluded for test in tests.values())
    assert not any(test.excluded for key, test in told.tests.items() if key[0] == "news2")


@pytest.mark.parametrize("scale", [0.0, -1.0, 4.1, float("nan")])
def test_a_scale_that_cannot_be_is_refused(scale: float) -> None:
    with pytest.raises(CaseError, match=r"scale: found .*, expected 0\.01 to 4"):
        happen(1, scale)
