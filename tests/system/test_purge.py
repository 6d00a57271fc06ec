"""A closed case keeps its ledger and its totals, and nothing of anybody."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

import landmark
from landmark.errors import CaseError

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2001, 11, 28)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("purged") / "case"
    landmark.simulate(folder, scale=0.02)
    landmark.run(folder, today=TODAY)
    landmark.plot(folder, today=TODAY)
    return folder


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_what_is_left_is_ledger_and_totals_and_what_a_person_put_there(ran: Path) -> None:
    inputs = {name for name in files(ran) if name.split("/")[0] in {"logs", "isp", "geo.csv", "truth.json"}}
    before, funnel = files(ran), landmark.funnel(ran)
    removed = landmark.purge(ran)
    stay = {"case.toml", "case.key", "ledger.jsonl", "out/manifest.json", "out/funnel.json", "out/communique.md"}
    left = files(ran) - {"cache/lock"} - {name for name in files(ran) if name.startswith("subscribers")}
    assert left == inputs | stay
    assert set(removed) == before - files(ran)
    assert landmark.funnel(ran) == funnel
    text = "".join((ran / name).read_text(encoding="utf-8") for name in ("out/funnel.json", "out/communique.md"))
    assert not re.search(r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b", text)
    last = json.loads((ran / "ledger.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert last["what"] == "purged"
    assert last["files"] == len(removed)
    with pytest.raises(CaseError, match="was purged"):
        landmark.show(ran, "1", today=TODAY)
    with pytest.raises(CaseError, match="was purged"):
        landmark.purge(ran)
    # From the same inputs the same case comes out again.
    assert landmark.run(ran, today=TODAY).changed
    assert landmark.funnel(ran) == funnel


def test_a_case_that_was_never_run_has_nothing_to_purge(tmp_path: Path) -> None:
    landmark.new(tmp_path / "case")
    with pytest.raises(CaseError, match="run the case first"):
        landmark.purge(tmp_path / "case")
