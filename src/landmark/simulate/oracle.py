"""Who can be told from the records: the rule of attribution once more, plainly, over the world's own leases.

Written for the world alone: assignments as the provider states them, one clock each for four logs, no doubtful rows.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from landmark.simulate.acts import SHIFTS, SLACK
from landmark.simulate.clock import DAY, HOUR

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from landmark.simulate.acts import Lease

_ENOUGH = 30
_DAYS = 3
_TENTH = 10
_WORST_FIRST = ("none", "contradicted", "shared", "fragile", "sure")


class Reading(NamedTuple):
    """When something was reached, on which log's clock, from where."""

    clock: str
    time: int
    address: str


class Told(NamedTuple):
    """What the records say of an act: the lease of the one account that is sure, or the grade that it is not."""

    lease: Lease | None
    grade: str


class SourceTest(NamedTuple):
    """The source test of one clock and one shift: readings for no shift and for the shift, and on how many days."""

    for_zero: int
    for_shift: int
    days: int

    @property
    def excluded(self) -> bool:
        """Whether the clock cannot have been off by the shift."""
        return self.for_zero >= _ENOUGH and self.days >= _DAYS and self.for_shift * _TENTH <= self.for_zero


class Records:
    """The provider's leases, asked as a person would ask them."""

    def __init__(self, leases: Iterable[Lease]) -> None:
        """Take the leases in any order."""
        self._held: dict[str, list[Lease]] = defaultdict(list)
        for lease in leases:
            self._held[lease.address].append(lease)

    def holders(self, address: str, time: int, slack: int = 0) -> list[Lease]:
        """Give every lease of the address that holds at the instant, or within so many seconds of it."""
        return [one for one in self._held.get(address, ()) if one.begin <= time + slack and time - slack < one.end]

    def test(self, readings: Iterable[Reading]) -> dict[tuple[str, int], SourceTest]:
        """SourceTest each clock for each shift: the first reading of an address in each half hour speaks."""
        first: dict[tuple[str, str, int], int] = {}
        for clock, time, address in readings:
            if address in self._held:
                key = clock, address, time // (HOUR // 2)
                first[key] = min(time, first.get(key, time))
        speak: dict[tuple[str, int], list[tuple[bool, int]]] = defaultdict(list)
        for (clock, address, _), time in first.items():
            here = bool(self.holders(address, time, SLACK))
            for shift in SHIFTS:
                if here != bool(self.holders(address, time + shift, SLACK)):
                    speak[clock, shift].append((here, time // DAY))
        return {
            key: SourceTest(
                sum(here for here, _ in said),
                sum(not here for here, _ in said),
                len({day for here, day in said if here}),
            )
            for key, said in speak.items()
        }

    def tell(self, address: str, instants: Sequence[int], open_shifts: Sequence[int]) -> Told:
        """Say whose an act was: at every instant that counts for it, and under every shift that is not excluded."""
        answers = [self._tell(address, time, open_shifts) for time in instants]
        worst = min(answers, key=lambda answer: _WORST_FIRST.index(answer.grade))
        accounts = {answer.lease.account for answer in answers if answer.lease is not None}
        return Told(None, "fragile") if worst.lease is not None and len(accounts) > 1 else worst

    def _tell(self, address: str, time: int, open_shifts: Sequence[int]) -> Told:
        near = self.holders(address, time, SLACK)
        at = self.holders(address, time)
        shifted = [lease for shift in open_shifts for lease in self.holders(address, time + shift, SLACK)]
        grade = "sure"
        if not near:
            grade = "none"
        elif any(lease.ports for lease in near):
            grade = "shared"
        elif len({lease.account for lease in at}) > 1:
            grade = "contradicted"
        elif not at or {lease.account for lease in (*near, *shifted)} != {at[0].account}:
            grade = "fragile"
        return Told(at[0] if grade == "sure" else None, grade)


def open_shifts(tests: Mapping[tuple[str, int], SourceTest], clock: str) -> tuple[int, ...]:
    """Give the shifts that the clock's readings do not exclude.

    In these worlds no reading speaks for a shift, so that a shift is excluded everywhere or nowhere.
    """
    return tuple(shift for shift in SHIFTS if (clock, shift) not in tests or not tests[clock, shift].excluded)
