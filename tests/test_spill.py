"""What the embedded engine cannot hold in memory stays below the case, and goes with the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from landmark.engine import Engine, started
from landmark.errors import MachineError

if TYPE_CHECKING:
    from pathlib import Path

VISITS = 400_000


def tables() -> dict[str, pa.Table]:
    numbers = pa.array(range(VISITS), pa.int64())
    events = pa.table(
        {
            "event": numbers,
            "counts": pa.array([True] * VISITS),
            "first_instant": numbers,
            "last_instant": numbers,
            "connection": pa.nulls(VISITS, pa.string()),
        }
    )
    sightings = pa.table(
        {"event": numbers, "visitor_id": [f"{number * 7919 % VISITS:016x}" for number in range(VISITS)]}
    )
    return {"events": events, "sightings": sightings}


def run(engine: Engine) -> int:
    engine._database.execute("SET memory_limit = '40MB'")
    parameters = {"visit_gap": 1, "window_from": 0, "window_until": VISITS}
    return int(engine.run("visits", tables(), parameters).num_rows)


def test_it_spills_into_the_given_folder_only_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    with started("duckdb", 1, tmp_path / "spill") as engine:
        assert isinstance(engine, Engine)
        assert run(engine) == VISITS
        assert (tmp_path / "spill").exists()
    assert not (tmp_path / "spill").exists()
    assert list(here.iterdir()) == []


def test_without_a_folder_too_little_memory_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MachineError, match="the stage visits needs more memory or disk than there is"):
        run(Engine(threads=1))
    assert list(tmp_path.iterdir()) == []
