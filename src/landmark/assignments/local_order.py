"""What the order of lines tells of local times: which autumn hour it was, and where a clock was set back.

A local time that occurs twice is two instants, unless the lines settle it: one step back of 55 to 65 minutes in that
night, between two lines of one clock that both lie in the hour. Any other step back beyond the tolerance is one of the
clock itself, and what is recorded in that stretch is doubtful.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from landmark.assignments.times import Instant
from landmark.tables import DAY, MINUTE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LEAST, _MOST = 55 * MINUTE, 65 * MINUTE


class LocalOrder:
    """The instants of lines in the order in which they were written, by the clock that wrote them."""

    def __init__(self, tolerance: int) -> None:
        """Take the step back, µs, that is none."""
        self._tolerance = tolerance
        self._instants: list[Instant] = []
        self._clocks: defaultdict[bytes, list[int]] = defaultdict(list)
        self.steps: list[tuple[int, int]] = []
        """The stretches in which a clock was set back, half-open, µs UTC; there once `settle` was called."""

    def add(self, clock: bytes, at: Instant) -> int:
        """Take the instant of the next line; give its number."""
        self._clocks[clock].append(len(self._instants))
        self._instants.append(at)
        return len(self._instants) - 1

    def instant(self, number: int) -> Instant:
        """Give the instant of a line, settled once `settle` was called."""
        return self._instants[number]

    def runs_on(self, clocks: Mapping[bytes, Sequence[tuple[int, int]]]) -> bool:
        """Tell whether the times of further lines, by the clock, are none that would tell of an hour or of a step.

        Any of them may be left out then, but each clock's last: what the others are makes no difference.

        Args:
            clocks: of each line the earliest and the latest instant that it can be, µs UTC, in order.
        """
        for clock, times in clocks.items():
            numbers = self._clocks.get(clock)
            latest = self._instants[numbers[-1]].later if numbers else times[0][0]
            for low, high in times:
                if low < latest - self._tolerance:
                    return False
                latest = max(latest, high)
        return True

    def settle(self) -> None:
        """Tell, once every line was taken, which hour it was, and where clocks were set back."""
        for numbers in self._clocks.values():
            for night in self._nights(numbers):
                self._settle_night(night)
            for before, after in pairwise(numbers):
                earlier, later = self._instants[before], self._instants[after]
                if later.later < earlier.earlier - self._tolerance:
                    self.steps.append((later.earlier, earlier.later))

    def _nights(self, numbers: Sequence[int]) -> list[list[int]]:
        """Give the places in `numbers` whose times occur twice, by night."""
        nights: list[list[int]] = []
        for number in numbers:
            at = self._instants[number]
            if at.earlier == at.later:
                continue
            if not nights or abs(at.earlier - self._instants[nights[-1][-1]].earlier) > DAY // 2:
                nights.append([])
            nights[-1].append(number)
        return nights

    def _settle_night(self, night: Sequence[int]) -> None:
        turns = [
            place
            for place in range(1, len(night))
            if _LEAST <= self._instants[night[place - 1]].earlier - self._instants[night[place]].earlier <= _MOST
        ]
        if len(turns) != 1:
            return
        for place, number in enumerate(night):
            at = self._instants[number]
            one = at.earlier if place < turns[0] else at.later
            self._instants[number] = Instant(one, one)
