"""Worlds that were simulated, run and held against their truth; how many, LANDMARK_WORLDS says."""

from __future__ import annotations

import json
import os
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pytest

import landmark
from landmark.simulate import world
from landmark.simulate.faults import FAULTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from landmark.simulate.score import Score

WORLDS = int(os.environ.get("LANDMARK_WORLDS", "10"))
"""How many worlds of the usual kind are tried; of each other kind and each fault a tenth as many.

Ten take four minutes of a processor; a world whose records are FreeRADIUS detail takes as long as three others.
"""
SCALE = 0.05
TODAY = date(2001, 11, 28)


class Judged:
    """A world that was run, with its truth, its funnel and its score."""

    def __init__(self, folder: Path, seed: int, kind: str = "provider", fault: str | None = None) -> None:
        self.folder = folder
        put = FAULTS[fault] if fault is not None else None
        world(folder, seed=seed, scale=SCALE, kind=put.kind if put else kind)
        if put:
            put.put(folder)
        self.ran = landmark.run(folder, today=TODAY)
        self.score: Score = landmark.score(folder, folder / "truth.json")

    @cached_property
    def truth(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "truth.json").read_bytes())
        return found

    @cached_property
    def funnel(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "out" / "funnel.json").read_bytes())
        return found

    def step(self, name: str) -> int:
        return next(int(step["count"]) for step in self.funnel["steps"] if step["step"] == name)

    @property
    def loud(self) -> set[str]:
        """The logs of which a clock fits better elsewhere than as written: at a shift that is tried, or anywhere."""
        return {str(pair["log"]) for said in ("loud", "elsewhere") for pair in self.funnel[said]}


@pytest.fixture(scope="session")
def seeds() -> range:
    """The seeds of other kinds than the usual one: a tenth of the worlds."""
    return range(1, max(1, WORLDS // 10) + 1)


@pytest.fixture
def judge(tmp_path: Path) -> Callable[..., Judged]:
    """Make a world of this seed and kind, put a fault into it, run it and hold it against its truth."""

    def make(seed: int, kind: str = "provider", fault: str | None = None) -> Judged:
        return Judged(tmp_path / f"world-{seed}", seed, kind, fault)

    return make


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let a test of `judged` see every world; all of a world's tests run in one process, which makes it once."""
    if "judged" in metafunc.fixturenames:
        worlds = [pytest.param(seed, marks=pytest.mark.xdist_group(f"world-{seed}")) for seed in range(1, WORLDS + 1)]
        metafunc.parametrize("judged", worlds, indirect=True, scope="module")


@pytest.fixture(scope="module")
def judged(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Judged:
    return Judged(tmp_path_factory.mktemp("world") / "case", request.param)
