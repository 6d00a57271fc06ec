"""One fault in a world of right clocks and whole records: fewer leads, never a wrong one, and nothing sure is wrong."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from datetime import date
from typing import TYPE_CHECKING

import pytest

import landmark
from landmark.simulate import world
from landmark.simulate.faults import FAULTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.world.conftest import Judged

SCALE = 0.01
LOUD = {
    "web drifting five minutes a day",
    "web drifting a minute a day",
    "news drifting five minutes a day",
    "news declared in another zone",
    "records an hour off",
    "records ten minutes slow",
    "records drifting five minutes a day",
    "busy pool, web an hour off",
    "busy pool, web ten minutes slow",
    "busy pool, web drifting five minutes a day",
}
"""The faults that are said loudly: they last, and most readings speak for another minute, or for a line."""
KINDS_OF_THEIR_OWN = {
    "web an hour off",
    "web an hour off for a day",
    "web an hour off for half a day",
    "web ten minutes slow",
    "web a minute slow",
}
"""The faults that there is a kind of world for: `test_kinds.py` has them."""
WITH_MANY_WORLDS = {
    "busy pool, web an hour off",
    "busy pool, web an hour off for half a day",
    "busy pool, web drifting five minutes a day",
}
"""The faults that are tried only where many worlds are: their records take three times as long to read as others."""
TRIED = [
    name
    for name in FAULTS
    if name not in KINDS_OF_THEIR_OWN
    and (name not in WITH_MANY_WORLDS or int(os.environ.get("LANDMARK_WORLDS", "0")) >= 50)
]


@pytest.mark.parametrize("fault", TRIED)
def test_a_single_fault_makes_no_lead_and_nothing_sure_wrong(
    fault: str, seeds: range, judge: Callable[..., Judged]
) -> None:
    for seed in seeds:
        judged = judge(seed, fault=fault)
        assert judged.ran.exit_status == 0
        assert "another" not in judged.score.why_wrong
        assert "not_knowingly" not in judged.score.why_wrong
        sure = judged.score.calibration["sure"]
        assert sure.wrong == 0
        assert judged.loud or fault not in LOUD


@pytest.mark.parametrize("seed", [1, 2, 3] if int(os.environ.get("LANDMARK_WORLDS", "0")) >= 50 else [1])
def test_a_minute_that_translations_show_is_held_against_all_other_records(seed: int, tmp_path: Path) -> None:
    """Of dial-up sessions and fixed addresses too few readings tell a minute; each of these had wrong answers."""
    folder = tmp_path / "world"
    world(folder, seed=seed, scale=0.05, kind="mixed")
    FAULTS["web a minute slow"].put(folder)
    assert landmark.run(folder, today=date(2001, 11, 28)).exit_status == 0
    score = landmark.score(folder, folder / "truth.json")
    assert score.calibration["sure"].wrong == 0
    assert score.calibration["sure"].right > 900


def known_lines(folder: Path) -> int:
    """Count the watched lines of files that the truth knows by their hash."""
    truth = json.loads((folder / "truth.json").read_bytes())
    by_hash = {file["content_sha256"]: len(file["watched"]) for file in truth["files"].values()}
    known = 0
    for path in (folder / "logs").iterdir():
        text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        known += by_hash.get(hashlib.sha256(text).hexdigest(), 0)
    return known


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_changes_the_files_and_the_truth_still_knows_every_line(fault: str, tmp_path: Path) -> None:
    folder = tmp_path / "world"
    world(folder, seed=3, scale=SCALE, kind=FAULTS[fault].kind)

    def whole() -> dict[str, bytes]:
        found = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        return {name: content for name, content in found.items() if name != "truth.json"}

    before, lines = whole(), known_lines(folder)
    FAULTS[fault].put(folder)
    assert whole() != before
    assert known_lines(folder) == lines > 0
