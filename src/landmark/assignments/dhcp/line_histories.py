"""Logs whose lines are a history of who was given which address: a series is read whole, and then told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from landmark.assignments.held_rows import account_for
from landmark.assignments.holders import Record
from landmark.assignments.sieve import Needles, lines_that_matter
from landmark.assignments.times import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from landmark.assignments.held_rows import Reading, Series
    from landmark.assignments.names import Names
    from landmark.assignments.sieve import Skipped
    from landmark.lines import Line


class LineHistory(Protocol):
    """The lines of one series, in order."""

    def passes(self, skipped: Skipped) -> bool:
        """Tell whether lines that nobody asked for can be left unread."""

    def read(self, text: bytes, record: Record) -> bool:
        """Read a line; tell whether it says of an address. Raises UnreadableError."""

    def unreadable(self, text: bytes) -> None:
        """Take a line that could not be read, and holds an address of which that is rejected."""


_History = TypeVar("_History", bound=LineHistory)


def read_lines(
    texts: Sequence[Iterable[Line]],
    names: Names,
    faulty: Names,
    reading: Reading,
    history_of: Callable[[Series], _History],
) -> list[_History]:
    """Read the lines of texts, each a record, and account for every one but those that a history has taken.

    Args:
        texts: the texts in order.
        names: the addresses asked for.
        faulty: those of which a line that cannot be read is rejected.
        reading: takes up the accounting.
        history_of: begins the history of a series.

    Returns:
        The history of each series, in the order in which they begin.
    """
    histories: dict[int, _History] = {}
    for text in texts:
        number, counts, series = reading.next_text()
        if id(series) not in histories:
            histories[id(series)] = history_of(series)
        history = histories[id(series)]
        for line in lines_that_matter(text, Needles(names), counts, history.passes):
            written = line.text.removesuffix(b"\r")
            if not written.strip():
                counts.dropped["empty"] += 1
                continue
            try:
                concerns = history.read(written, Record(number, (line.number,)))
            except UnreadableError as error:
                account_for(counts, [line], error.reason if line.ended else "truncated", faulty)
                if faulty.holds_address(written):
                    history.unreadable(written)
            else:
                if not concerns:
                    counts.dropped["not_watched"] += 1
    return list(histories.values())
