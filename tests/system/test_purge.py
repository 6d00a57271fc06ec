"""A closed case keeps its ledger and its totals, and nothing of anybody."""

from __future__ import annotations

import json
import os
import re
import shutil
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

import landmark
from landmark.errors import CaseError

if TYPE_CHECKING:
    from collections.abc import Callable
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


class KilledError(BaseException):
    """Nothing of ours catches it."""


def test_killed_at_any_change_of_the_disk_it_is_ended_when_it_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template, folder = tmp_path / "template", tmp_path / "case"
    landmark.simulate(template, scale=0.02)
    landmark.run(template, today=TODAY)
    landmark.reveal(template, today=TODAY)
    left = [0]

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - as the system's
            left[0] -= 1
            if left[0] == 0:
                raise KilledError
            return real(*arguments, **options)

        return call

    for name in ("replace", "unlink", "rmdir"):
        monkeypatch.setattr(os, name, dying(getattr(os, name)))
    kills = 0
    for at in range(1, 400, 7):
        left[0] = 1_000_000
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(template, folder)
        left[0] = at
        try:
            landmark.purge(folder)
        except KilledError:
            kills += 1
        else:
            break
        left[0] = 1_000_000
        landmark.purge(folder)
        kept = {"manifest.json", "funnel.json", "communique.md"}
        assert {path.name for path in (folder / "out").iterdir()} == kept
        assert not list((folder / "identities").glob("*"))
        assert landmark.funnel(folder)
    assert kills > 3


def test_who_is_purged_is_not_revealed(ran: Path) -> None:
    landmark.purge(ran)
    with pytest.raises(CaseError, match="was purged"):
        landmark.reveal(ran, today=TODAY)


def test_a_case_that_was_never_run_has_nothing_to_purge(tmp_path: Path) -> None:
    landmark.new(tmp_path / "case")
    with pytest.raises(CaseError, match="run the case first"):
        landmark.purge(tmp_path / "case")
