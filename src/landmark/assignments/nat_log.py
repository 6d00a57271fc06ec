"""A log of translations, one line a record or several: what its formats share; each says what a message means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from landmark.assignments.nat_reading import Reading
from landmark.assignments.stamps import Clock, Head
from landmark.assignments.times import UnreadableError

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Sequence

    from landmark.assignments import Example, FileLeases, Settings, Wanted
    from landmark.assignments.translations import Said
    from landmark.lines import Line


class Heads(Protocol):
    """Reads the heads of lines, in their order."""

    def head(self, text: bytes) -> Head:
        """Read the head of the next line."""


@dataclass(frozen=True, slots=True)
class NatLog:
    """A format of lines.

    `parse` gives what a line says of translations: nothing where it says nothing; it raises `UnreadableError` where it
    names one and cannot be read. Each of `secrets` finds a subscriber's name, in its group 1, with what stands
    before it.
    """

    name: str
    version: int
    parse: Callable[[Head], Sequence[Said]]
    given: tuple[Example, ...]
    needs_year: bool | None = None
    translates = True
    heads: Callable[[str | None, int | None], Heads] = Clock
    secrets: tuple[re.Pattern[bytes], ...] = ()

    needs_zone = False

    def __str__(self) -> str:
        """Give its name."""
        return self.name

    def read(self, texts: Iterable[Iterable[Line]], settings: Settings, wanted: Wanted) -> list[FileLeases]:
        """Read the texts; a record bears on the case by its outer address."""
        reading = Reading(settings, wanted)
        clocks: dict[str, Heads] = {}
        for number, text in enumerate(texts):
            accounting = reading.next_text()
            series = settings.series[number] if number < len(settings.series) else ""
            clock = clocks.setdefault(series, self.heads(settings.zone, settings.year))
            for line in text:
                written = line.text.removesuffix(b"\r")
                if not written.strip():
                    accounting.dropped["empty"] += 1
                    continue
                try:
                    head = clock.head(written)
                    said = self.parse(head)
                except UnreadableError as error:
                    reading.reject(line, error.reason)
                else:
                    reading.take((line.number,), head.at, head.host, said)
        return reading.finish()

    def mask(self, line: bytes) -> bytes:
        """Give the line with every subscriber's name replaced by `***`; an inner address is no name."""
        for secret in self.secrets:
            line = secret.sub(lambda match: match[0][: match.start(1) - match.start()] + b"***", line)
        return line

    def examples(self) -> tuple[Example, ...]:
        """Give examples, rejects included."""
        return self.given
