"""Lines of a text, and what a source makes of texts: the sources are tried on bytes alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from landmark import sources
from landmark.case import Target
from landmark.sources import FileReading, Line, Settings, Step
from landmark.targets import Targets

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FORUM = Target("forum-a", host="forum-a.example", path="/board/")
GROUP = Target("group-a", newsgroup="test.watched.a")


class Outcome(NamedTuple):
    """What came of texts, in their order, and the clock steps."""

    files: list[FileReading]
    steps: list[Step]

    @property
    def file(self) -> FileReading:
        (file,) = self.files
        return file

    @property
    def events(self) -> list[sources.Event]:
        return [event for file in self.files for event in file.each()]

    @property
    def dropped(self) -> dict[str, int]:
        return dict(sum((file.dropped for file in self.files[1:]), self.files[0].dropped))

    @property
    def rejected(self) -> list[tuple[int, str]]:
        return [(reject.line, reject.reason) for file in self.files for reject in file.rejects]


def _lines(text: bytes) -> list[Line]:
    parts = text.split(b"\n")
    found, offset = [], 0
    for number, part in enumerate(parts, 1):
        if number < len(parts) or part:
            found.append(Line(number, offset, part, number < len(parts)))
        offset += len(part) + 1
    return found


def _micros(text: str) -> int:
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp()) * 1_000_000


@pytest.fixture(scope="session")
def lines() -> Callable[[bytes], list[Line]]:
    return _lines


@pytest.fixture(scope="session")
def micros() -> Callable[[str], int]:
    return _micros


@pytest.fixture(scope="session")
def settings() -> Callable[..., Settings]:
    def make(*, targets: Sequence[Target] = (FORUM, GROUP), **more: object) -> Settings:
        begin, end = _micros("2001-10-01T00:00:00Z"), _micros("2001-10-15T00:00:00Z")
        given: dict[str, Any] = {
            "begin": begin,
            "end": end,
            "login": lambda name: "login " + name.decode("latin-1"),
            "login_account": lambda name: "account " + name.decode("latin-1"),
            **more,
        }
        return Settings(targets=Targets(targets), **given)

    return make


@pytest.fixture(scope="session")
def read(settings: Callable[..., Settings]) -> Callable[..., Outcome]:
    """Read whole texts: `read("combined", text, …, targets=…, host=…)`."""

    def run(name: str, *texts: bytes, keep: Callable[[Line], bool] = lambda _: True, **more: object) -> Outcome:
        reader = sources.ALL[name].reader(settings(**more))
        for text in texts:
            reader.begin()
            reader.feed(line for line in _lines(text) if keep(line))
        return Outcome(reader.finish(), list(reader.steps))

    return run


@pytest.fixture(scope="session")
def web(read: Callable[..., Outcome]) -> Callable[..., Outcome]:
    """Read combined lines of the forum's own log, given without newlines."""

    def run(*given: bytes, **more: object) -> Outcome:
        return read("combined", b"".join(line + b"\n" for line in given), **{"host": "forum-a.example", **more})

    return run


@pytest.fixture(scope="session")
def news(read: Callable[..., Outcome]) -> Callable[..., Outcome]:
    """Read texts of a news log, each line after `Oct  2 `, on host news1 unless it says so itself."""

    def run(*texts: str, **more: object) -> Outcome:
        whole = []
        for text in texts:
            stripped = [line.strip() for line in text.strip().splitlines()]
            dated = [line if line[:1].isalpha() else f"Oct  2 {line[:8]} news1 {line[9:]}" for line in stripped]
            whole.append("".join(line + "\n" for line in dated).encode())
        return read("inn", *whole, **{"zone": "UTC", "year": 2001, **more})

    return run
