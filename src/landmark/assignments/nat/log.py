"""A log of translations, one line a record or several: what its formats share; each says what a message means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from landmark.assignments.names import Names
from landmark.assignments.nat.reading import Reading
from landmark.assignments.sieve import Needles, Skipped, lines_that_matter
from landmark.assignments.splices import begins_twice
from landmark.assignments.stamps import Clock, Head
from landmark.assignments.times import UnreadableError

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from landmark.assignments import Example, FileLeases, Settings, Wanted
    from landmark.assignments.nat.translations import Said
    from landmark.lines import Line


class Heads(Protocol):
    """Reads the heads of lines, in their order."""

    def head(self, text: bytes) -> Head:
        """Read the head of the next line."""

    def earliest(self, lines: bytes) -> int | None:
        """Give an instant before which none of some whole lines is, µs UTC, without reading them one by one.

        None where that cannot be said, or where their heads would make a difference to how later lines are read.
        """


@dataclass(frozen=True, slots=True)
class NatLog:
    """A format of lines.

    `parse` gives what a line says of translations: nothing where it says nothing; it raises `UnreadableError` where it
    names one and cannot be read. Each of `secrets` finds a subscriber's name, in its group 1, with what stands
    before it. `always` finds the lines that matter whatever addresses are asked for, `realm` what may be the routing
    domain of a line, in its group 1; `slack` is how far before its head's time the instant of a line may lie, µs.
    """

    name: str
    version: int
    parse: Callable[[Head], Sequence[Said]]
    given: tuple[Example, ...]
    needs_year: bool | None = None
    translates = True
    heads: Callable[[str | None, int | None], Heads] = Clock
    secrets: tuple[re.Pattern[bytes], ...] = ()
    always: bytes = b""
    realm: re.Pattern[bytes] | None = None
    slack: int = 0

    needs_zone = False

    def __str__(self) -> str:
        """Give its name."""
        return self.name

    def read(self, texts: Iterable[Iterable[Line]], settings: Settings, wanted: Wanted) -> list[FileLeases]:
        """Read the texts; a record bears on the case by its outer address."""
        reading = Reading(settings, wanted)
        needles = Needles(Names(wanted.addresses), self.always)
        clocks: dict[str, Heads] = {}
        for number, text in enumerate(texts):
            accounting = reading.next_text()
            series = settings.series[number] if number < len(settings.series) else ""
            clock = clocks.setdefault(series, self.heads(settings.zone, settings.year))
            for line in self._lines(text, reading, clock, needles):
                written = line.text.removesuffix(b"\r")
                if not written.strip():
                    accounting.dropped["empty"] += 1
                    continue
                try:
                    head = clock.head(written)
                    if begins_twice(written):
                        raise UnreadableError("malformed")  # noqa: TRY301 - one place counts every reject
                    said = self.parse(head)
                except UnreadableError as error:
                    reading.reject(line, error.reason)
                else:
                    reading.take((line.number,), head.at, head.host, said)
        return reading.finish()

    def _lines(self, text: Iterable[Line], reading: Reading, clock: Heads, needles: Needles) -> Iterator[Line]:
        """Give the lines that may matter; account for the others."""

        def passes(skipped: Skipped) -> bool:
            """Tell of lines whether none may say when the source begins, or be of another realm."""
            earliest = clock.earliest(skipped.data)
            known = earliest is not None and reading.begins_by(earliest - self.slack)
            return known and (self.realm is None or reading.has_realms(self.realm, skipped.data))

        return lines_that_matter(text, needles, reading.texts[-1], passes)

    def mask(self, line: bytes) -> bytes:
        """Give the line with every subscriber's name replaced by `***`; an inner address is no name."""
        for secret in self.secrets:
            line = secret.sub(lambda match: match[0][: match.start(1) - match.start()] + b"***", line)
        return line

    def examples(self) -> tuple[Example, ...]:
        """Give examples, rejects included."""
        return self.given
