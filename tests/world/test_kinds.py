"""Worlds of every kind: whatever the provider's records are, and whoever sits there, no lead names a wrong account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from landmark.simulate import KINDS
from landmark.simulate.calibration import Share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.world.conftest import Judged

    Judge = Callable[..., Judged]

OWN_TESTS = {"provider", "lost-stops", "people"}
TRUE = [name for name, kind in KINDS.items() if kind.right_clocks and name not in OWN_TESTS]
FALSE = [name for name, kind in KINDS.items() if not kind.right_clocks]
SHORT = {"hour-off-a-day", "hour-off-half-a-day"}
"""Of these nothing need be said loudly: on a single day there may be too few readings."""


def hold(worlds: Iterable[Judged]) -> None:
    """Demand what holds where clocks are right: none is called wrong, nothing sure is, who can be told is reached."""
    reached = reachable = 0
    for one in worlds:
        assert not one.loud
        score = one.score
        assert score.wrong == 0
        assert score.grades["sure"].wrong == 0
        reached, reachable = reached + score.reached, reachable + score.reachable
    assert reached >= 0.98 * reachable


@pytest.mark.parametrize("kind", TRUE)
def test_where_clocks_are_right_nothing_sure_is_wrong_and_whoever_can_be_told_is_reached(
    kind: str, seeds: range, judge: Judge
) -> None:
    hold(judge(seed, kind) for seed in seeds)


@pytest.mark.parametrize("kind", FALSE)
def test_where_a_clock_is_wrong_no_lead_is_nothing_sure_is_and_it_is_said_loudly(
    kind: str, seeds: range, judge: Judge
) -> None:
    for seed in seeds:
        judged = judge(seed, kind)
        assert "another" not in judged.score.why_wrong
        assert judged.score.calibration["sure"].wrong == 0
        assert judged.loud or kind in SHORT


def test_with_one_stop_in_twenty_lost_in_a_busy_pool_the_others_stay_sure(seeds: range, judge: Judge) -> None:
    worlds = [judge(seed, "lost-stops") for seed in seeds]
    hold(worlds)
    scores = [one.score for one in worlds]
    complete = Share(sum(one.complete.right for one in scores), sum(one.complete.wrong for one in scores))
    assert complete.number > 2_000
    assert complete.right >= 0.95 * complete.number


def test_who_sat_on_a_line_is_told_by_no_record_and_counted(seeds: range, judge: Judge) -> None:
    worlds = [judge(seed, "people") for seed in seeds]
    hold(worlds)
    for score in (one.score for one in worlds):
        assert score.who["another"] > 0
        assert score.who["together"] > 0
        assert sum(score.who.values()) == score.right
        assert 0 < score.others < score.visits
