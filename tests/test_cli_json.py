"""What a script reads: `check --json` and `run --json`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import landmark
from landmark.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_check_and_run_print_json_for_a_script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "world"
    landmark.simulate(folder, scale=0.01)
    assert main(["check", str(folder), "--json"]) == 0
    checked = json.loads(capsys.readouterr().out)
    assert checked["case"] == "simulated"
    assert {file["state"] for file in checked["files"]} == {"new"}
    assert main(["run", str(folder), "--json"]) == 0
    ran = json.loads(capsys.readouterr().out)
    assert (ran["exit_status"], ran["changed"], ran["rejected_too_many"]) == (0, True, [])
    assert ran["funnel"] == landmark.funnel(folder)
    assert main(["run", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changed"] is False
