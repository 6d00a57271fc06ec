"""A reader that keeps what it is given, and files of any bytes."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from landmark.sources import FileReading, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from landmark.lines import Line


class Collector:
    """Takes every line as it comes; of a format that has no rules."""

    def __init__(self) -> None:
        self.texts: list[list[Line]] = [[]]

    def begin(self) -> None:
        self.texts.append([])

    def feed(self, lines: Iterable[Line]) -> None:
        self.texts[-1].extend(lines)

    def finish(self) -> list[FileReading]:
        return [FileReading() for _ in self.texts]

    @property
    def steps(self) -> list[Step]:
        return []

    @property
    def lines(self) -> list[Line]:
        return self.texts[-1]


@pytest.fixture
def collector() -> Collector:
    return Collector()


@pytest.fixture(scope="session")
def new_collector() -> type[Collector]:
    return Collector


@pytest.fixture
def file(tmp_path: Path) -> Callable[[bytes], Path]:
    def make(content: bytes, name: str = "log") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return make


@pytest.fixture(scope="session")
def web_logs() -> list[Path]:
    """Genuine web logs beside the checkout, where they are."""
    folder = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "web"
    if not folder.is_dir():
        pytest.skip("no genuine logs beside the checkout")
    return sorted(path for path in folder.iterdir() if path.is_file())


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may look into; those of pytest are its user's alone."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture
def as_nobody() -> Callable[[], contextlib.AbstractContextManager[None]]:
    """Give up root's rights for a while, where the tests have them: root may read everything."""

    @contextlib.contextmanager
    def without_rights() -> Iterator[None]:
        if os.geteuid() != 0:
            yield
            return
        os.seteuid(65534)
        try:
            yield
        finally:
            os.seteuid(0)

    return without_rights
