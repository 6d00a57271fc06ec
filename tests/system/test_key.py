"""The case's key: lost or exchanged, a run ends before anything is done."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

import landmark

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2001, 11, 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    landmark.simulate(tmp_path / "world", scale=0.01)
    landmark.run(tmp_path / "world", today=TODAY)
    return tmp_path / "world"


def test_a_lost_key_is_not_silently_made_anew(folder: Path) -> None:
    (folder / "case.key").unlink()
    with pytest.raises(landmark.IntegrityError, match=r"case\.key: is not there; restore it, or begin a new case"):
        landmark.run(folder, today=TODAY)
    assert not (folder / "case.key").exists()


def test_another_key_is_refused_and_the_results_stay(folder: Path) -> None:
    before = (folder / "out" / "manifest.json").read_bytes()
    (folder / "case.key").write_text("ab" * 32 + "\n", encoding="ascii")
    with pytest.raises(landmark.IntegrityError, match=r"case\.key: is not the key that this case was begun with"):
        landmark.run(folder, today=TODAY)
    assert (folder / "out" / "manifest.json").read_bytes() == before
