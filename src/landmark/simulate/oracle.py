"""Who can be told from the records: the rule of attribution once more, plainly, over the rows that the world wrote.

Written for the world alone: accounts of one kind, tolerances that are all the same, no destinations and no protocols.
What it answers from are the rows of `landmark.simulate.acts.Row`, which whoever writes a file of records gives beside.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from landmark.simulate.acts import SHIFTS, SLACK
from landmark.simulate.clock import DAY, HOUR

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from landmark.simulate.acts import Row

_ENOUGH = 30
_DAYS = 3
_TENTH = 10
_AROUND = 10
_LONG = 2 * DAY
_ALL_PORTS = 65_535
_WORST_FIRST = ("none", "contradicted", "shared", "fragile", "sure")

Pair = tuple[str, str, int]
"""The clock of a log, a source of records, and a shift in seconds."""


class Reading(NamedTuple):
    """When something was reached, on which log's clock, from where."""

    clock: str
    time: int
    address: str
    port: int | None = None


class Told(NamedTuple):
    """What the records say of an act: the row of the one account that is sure, or the grade that it is not."""

    row: Row | None
    grade: str


class SourceTest(NamedTuple):
    """The source test of one clock, source and shift: readings for no shift and for the shift, and on how many days."""

    for_zero: int
    for_shift: int
    days: int

    @property
    def excluded(self) -> bool:
        """Whether the clock cannot have been off by the shift in the whole."""
        return self.for_zero >= _ENOUGH and self.days >= _DAYS and self.for_shift * _TENTH <= self.for_zero

    @property
    def loud(self) -> bool:
        """Whether the shift fits better than none."""
        return self.for_shift > self.for_zero and self.for_shift >= _TENTH


class Records:
    """The provider's rows, asked as a person would ask them."""

    def __init__(self, rows: Iterable[Row], shifts: Sequence[int] = SHIFTS) -> None:
        """Take the rows in any order, and the shifts to be tried, in seconds."""
        self._shifts = shifts
        self._short: dict[tuple[str, int], list[Row]] = defaultdict(list)
        self._long: dict[str, list[Row]] = defaultdict(list)
        self._lines: dict[str, list[Row]] = defaultdict(list)
        self._with_ports: dict[str, bool] = {}
        self._addresses: set[str] = set()
        for row in rows:
            self._addresses.add(row.address)
            self._with_ports[row.source] = self._with_ports.get(row.source, False) or _restricts(row)
            if row.line is not None and not row.doubtful:
                self._lines[row.holder].append(row)
            if row.end - row.begin > _LONG:
                self._long[row.address].append(row)
            else:
                for hour in range((row.begin - SLACK) // HOUR, (row.end + SLACK) // HOUR + 1):
                    self._short[row.address, hour].append(row)
        self._speaking: dict[Pair, list[tuple[int, str, int, bool]]] = {}
        self._tests: dict[Pair, SourceTest] = {}

    def fitting(self, address: str, port: int | None, time: int, slack: int = 0) -> list[Row]:
        """Give every row of the address and port that holds at the instant, or within so many seconds of it."""
        rows = (*self._short.get((address, time // HOUR), ()), *self._long.get(address, ()))
        return [
            row
            for row in rows
            if row.begin <= time + slack
            and (time - slack < row.end if slack else time < row.end)
            and (port is None or row.ports is None or row.ports[0] <= port <= row.ports[1])
        ]

    def test(self, asked: Iterable[tuple[Reading, Sequence[int]]]) -> Mapping[Pair, SourceTest]:
        """Test each clock against each source for each shift; the answers hold for what is asked from now on.

        Args:
            asked: the readings, each with the instants at which its address must be one account's. Where one inner
                address alone fits them, that is a reading, too.
        """
        firsts: dict[tuple[bool, str, str, int, int], tuple[int, int]] = {}
        for outer, instants in asked:
            inner = self._inner(outer.address, outer.port, instants)
            for reading in (outer, *(outer._replace(address=one, port=None) for one in inner if len(inner) == 1)):
                if reading.address not in self._addresses:
                    continue
                for with_ports in (False, True):
                    port = -1 if reading.port is None or not with_ports else reading.port
                    key = with_ports, reading.clock, reading.address, port, reading.time // (HOUR // 2)
                    # With or without ports, the first event asks with its own port.
                    here = (reading.time, -1 if reading.port is None else reading.port)
                    firsts[key] = min(here, firsts.get(key, here))
        speaking: dict[Pair, list[tuple[int, str, int, bool]]] = defaultdict(list)
        for (with_ports, clock, address, port, _), (time, own) in firsts.items():
            sources = [name for name, records in self._with_ports.items() if records is with_ports]
            for source, shift, for_shift in self._speaks(sources, address, None if own < 0 else own, time):
                speaking[clock, source, shift].append((time, address, port, for_shift))
        self._speaking = {pair: sorted(said) for pair, said in speaking.items()}
        self._tests = {
            pair: SourceTest(
                sum(not said[-1] for said in every),
                sum(said[-1] for said in every),
                len({said[0] // DAY for said in every if not said[-1]}),
            )
            for pair, every in self._speaking.items()
        }
        return self._tests

    def _speaks(
        self, sources: Sequence[str], address: str, port: int | None, time: int
    ) -> Iterator[tuple[str, int, bool]]:
        here = self.fitting(address, port, time, SLACK)
        for shift in self._shifts:
            there = self.fitting(address, port, time + shift, SLACK)
            for source in sources:
                now = [row.doubtful for row in here if row.source == source]
                then = [row.doubtful for row in there if row.source == source]
                if bool(now) != bool(then) and not any(now or then):
                    yield source, shift, bool(then)

    def tell(self, clock: str, address: str, port: int | None, instants: Sequence[int]) -> Told:
        """Say whose an act was: at every instant that counts for it, by every step, under every shift still open."""
        behind = [self._step(clock, one, None, instants) for one in self._inner(address, port, instants)]
        outer = self._step(clock, address, port, instants)
        return min(*behind, outer, key=lambda told: _WORST_FIRST.index(told.grade)) if behind else outer

    def _inner(self, address: str, port: int | None, instants: Sequence[int]) -> list[str]:
        near = [row for time in instants for row in self.fitting(address, port, time, SLACK) if not row.doubtful]
        return sorted({row.holder for row in near if row.inner})

    def _step(self, clock: str, address: str, port: int | None, instants: Sequence[int]) -> Told:
        answers = [self._tell(clock, address, port, time) for time in instants]
        worst = min(answers, key=lambda answer: _WORST_FIRST.index(answer.grade))
        holders = {answer.row.holder for answer in answers if answer.row is not None}
        return Told(None, "fragile") if worst.row is not None and len(holders) > 1 else worst

    def _tell(self, clock: str, address: str, port: int | None, time: int) -> Told:
        fitting = self.fitting(address, port, time, SLACK)
        near = [row for row in fitting if not row.doubtful]
        if not near:
            return Told(None, "fragile" if fitting else "none")
        now = [row for row in near if row.begin <= time < row.end]
        then = now or near
        grade = "sure"
        whole = {row.holder for row in now if port is not None or not _restricts(row)}
        if len(whole) > 1 or any(self._on_two_lines(row.holder, time) for row in then):
            grade = "contradicted"
        elif len({row.holder for row in then}) > 1 or (port is None and any(map(_restricts, then))):
            grade = "shared"
        elif not now or self._doubted(Reading(clock, time, address, port), fitting, now[0].holder):
            grade = "fragile"
        return Told(now[0] if grade == "sure" else None, grade)

    def _doubted(self, asked: Reading, near: Sequence[Row], holder: str) -> bool:
        clock, time = asked.clock, asked.time
        if any(row.holder != holder or (row.doubtful and row.begin <= time < row.end) for row in near):
            return True
        if any(self._tests.get((clock, row.source, shift), _NOTHING).loud for row in near for shift in self._shifts):
            return True
        return any(
            row.holder != holder and not self._excluded((clock, row.source, shift), time)
            for shift in self._shifts
            for row in self.fitting(asked.address, asked.port, time + shift, SLACK)
        )

    def _excluded(self, pair: Pair, time: int) -> bool:
        if not self._tests.get(pair, _NOTHING).excluded:
            return False
        said = self._speaking[pair]
        place = bisect_left(said, (time, "", -2, False))
        first = max(0, min(place - _AROUND // 2, len(said) - _AROUND))
        return sum(one[-1] for one in said[first : first + _AROUND]) <= 1

    def _on_two_lines(self, holder: str, time: int) -> bool:
        return len({row.line for row in self._lines.get(holder, ()) if row.begin <= time < row.end}) > 1


_NOTHING = SourceTest(0, 0, 0)


def _restricts(row: Row) -> bool:
    return row.ports is not None and (row.ports[0] > 1 or row.ports[1] < _ALL_PORTS)
