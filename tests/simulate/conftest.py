"""Worlds that several tests read; each is made once a session."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from landmark.simulate import world
from landmark.simulate.provider import Happened, happen

if TYPE_CHECKING:
    from pathlib import Path


@pytest.hookimpl(tryfirst=True)  # before xdist looks for groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one process make the default world, and run all that is asked of it."""
    for item in items:
        if isinstance(item, pytest.Function) and "default_world" in item.fixturenames:
            item.add_marker(pytest.mark.xdist_group("default world"))


@pytest.fixture(scope="session")
def default_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default world: the size of Operation Landmark."""
    folder: Path = tmp_path_factory.mktemp("default") / "case"
    world(folder)
    return folder


@pytest.fixture(scope="session")
def default_truth(default_world: Path) -> dict[str, Any]:
    return _truth(default_world)


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small world, made in a fraction of a second."""
    folder: Path = tmp_path_factory.mktemp("small") / "case"
    world(folder, seed=11, scale=0.1)
    return folder


@pytest.fixture(scope="session")
def small_truth(small_world: Path) -> dict[str, Any]:
    return _truth(small_world)


@pytest.fixture(scope="session")
def happened() -> Happened:
    """What happened in the small world."""
    return happen(11, 0.1)


def _truth(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "truth.json").read_bytes())
    return told
