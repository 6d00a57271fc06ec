"""Who held one address when, from records in the order of their file: one holder at a time.

A row of another account, whatever its hardware address, ends the one before at its own start. Rows of one account that
touch are renewals. What is given back at an unknown instant is doubtful from there to the next row or the planned end.
A row that ends or renews another's lease shows that the one that gave it is lost, and one that cannot be read may have
given it: who had the address before has it certainly at his own row alone.

An instant that a local time leaves open has two readings (`times.Instant`); an end has them, too: until the earlier it
is certain, until the later doubtful.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from landmark.assignments.times import Instant

FOREVER = (1 << 63) - 1
"""The end of what has none, µs."""


class Record(NamedTuple):
    """The lines of one record: which text of the source, from 0, and their numbers in it."""

    text: int
    rows: range | tuple[int, ...]


@dataclass(slots=True, eq=False)
class Part:
    """A stretch in which one holder had an address, by one grant or renewal."""

    begin: Instant
    end: Instant  # certain until the earlier, doubtful until the later; the later is after `begin.earlier`
    account: str | None
    line: str | None
    device: bytes | None  # hardware address: tells holders without account apart, and nothing else
    ends: str
    over: bool  # whether the end is a fact, and no plan
    records: list[Record] = field(default_factory=list)  # the grant's first
    again: int = -1  # the last text that says the very same of it


class Timeline:
    """The holders of one address of one series of files."""

    __slots__ = ("parts", "twice", "unused")

    def __init__(self) -> None:
        """Begin with nobody."""
        self.parts: list[Part] = []
        self.unused: list[Record] = []  # they give nobody the address, and nobody had it
        self.twice: list[tuple[str | None, list[Record]]] = []  # whose account a text before said so, too

    def grant(self, new: Part) -> None:
        """Give the address to a holder, or renew it."""
        while self.parts:
            last = self.parts[-1]
            same = holds_on(last, new)
            if same and new.begin.earlier > last.begin.earlier:
                _renew(last, new)
                break
            if not same and new.begin != (last.begin.earlier, last.begin.earlier):
                _replace(last, new)
                break
            if same and last.records[0].text != new.records[0].text and (last.begin, last.end) == (new.begin, new.end):
                last.over = last.over or new.over
                last.again = new.records[0].text
                self.twice.append((new.account, new.records))
                return
            # The same start again: the later row is in force, and what the earlier one planned has not come to be.
            if same:
                new.line = new.line or last.line
            new.records += last.records
            self.parts.pop()
        self.parts.append(new)

    def give_back(self, at: Instant, ends: str, record: Record, *, known: bool, until: int = FOREVER) -> None:
        """End what the last holder has.

        Args:
            at: the end, or the instant after which it lies.
            ends: how it is known, of `tables.ENDS`.
            record: what says so.
            known: whether `at` is the end itself. One that is not after the begin of the last renewal never is.
            until: of an end that is not known, the latest instant that it can be.
        """
        if not self.parts:
            self.unused.append(record)
            return
        last = self.parts[-1]
        last.records.append(record)
        if last.over or at.earlier >= last.end.later:
            return
        if known and at.earlier > last.begin.earlier:
            last.end = Instant(min(last.end.earlier, at.earlier), min(last.end.later, at.later))
            last.ends, last.over = ends, True
            return
        following: Part | None = None
        for part in reversed(self.parts):
            if part.end.earlier <= at.earlier or (following is not None and not touches(part, following)):
                break
            latest = part.end.later if until <= part.begin.earlier else min(part.end.later, until)
            part.end = Instant(max(part.begin.earlier, at.earlier), latest)
            part.ends, part.over, following = ends, True, part

    def note(self, same: Part) -> None:
        """Take a row that changes nothing; of a lease that no row before it is of, it is all that is left."""
        unseen = self._unseen(same)
        self.lose_sight(same, had=True)
        if not self.parts or (unseen and (same.account is not None or same.device is not None)):
            self.grant(same)
        else:
            self.parts[-1].records += same.records

    def lose_sight(self, new: Part, *, had: bool = False) -> None:
        """Take away what only the plan says, where the next copy of a state knows another holder of the address.

        A state keeps of each address the last row. What another had between two copies of it, after the holder gave
        the address back early, is in neither; that the first holder had it is certain up to its last row alone.

        Args:
            new: what the next row says, before it is granted.
            had: whether that row says that its holder had the address before, as for `missed`.
        """
        if self._unseen(new) or (had and self._is_anothers(new)):
            self._doubt(new.begin.later)

    def missed(self, new: Part) -> None:
        """Take away what only the plan says, where a row renews or ends another's lease: what gave it is lost."""
        if self._is_anothers(new):
            self._doubt(new.begin.later)

    def offered(self, new: Part) -> bool:
        """Take away what only the plan says, where the address is offered to another meanwhile; tell whether it is.

        The holder may have it on, for all that this says.
        """
        last = self.parts[-1] if self.parts else None
        if last is None or not self._is_anothers(new) or new.begin.earlier >= last.end.later:
            return False
        if last.over or last.end.earlier <= last.begin.earlier:
            return False
        self._doubt(FOREVER)
        last.records += new.records
        return True

    def unreadable(self) -> None:
        """Take away what only the plan says, where a row of the address cannot be read: it may be another's."""
        if self.parts:
            self._doubt(FOREVER)

    def _doubt(self, until: int) -> None:
        """Make the last lease doubtful from its row on, unless its end is a fact; it ends at an instant if not before.

        Args:
            until: the instant, µs.
        """
        last = self.parts[-1]
        if last.over:
            return
        if until < last.end.later:
            last.ends = "replaced"
        last.end = Instant(last.begin.earlier, min(last.end.later, until))

    def _is_anothers(self, new: Part) -> bool:
        """Tell whether a row is of another holder than the last, whom it names."""
        named = new.account is not None or new.device is not None
        return named and bool(self.parts) and _follows(self.parts[-1], new)

    def _unseen(self, new: Part) -> bool:
        """Tell whether a row is of another holder than the last, and the first of the address in its copy."""
        last = self.parts[-1] if self.parts else None
        if last is None or not _follows(last, new):
            return False
        return new.records[0].text not in {last.records[0].text, last.records[-1].text, last.again}


def _follows(last: Part, new: Part) -> bool:
    later = new.begin.earlier > last.begin.earlier
    return later and not holds_on(last, new) and not _same_device(last, new)


def holds_on(one: Part, other: Part) -> bool:
    """Tell whether two parts have one holder: one account or, where neither names any, one device."""
    if one.account is None and other.account is None:
        return _same_device(one, other)
    return one.account == other.account


def _same_device(one: Part, other: Part) -> bool:
    return one.device is not None and one.device == other.device


def touches(part: Part, following: Part) -> bool:
    """Tell whether a holder goes on from one part into the next without any doubt."""
    certain = part.end.earlier == part.end.later and following.begin.earlier == following.begin.later
    return certain and part.end.later >= following.begin.later and holds_on(part, following)


def _renew(last: Part, new: Part) -> None:
    at = new.begin.later
    if last.end.later >= at:
        last.end = Instant(min(last.end.earlier, at), at)
        new.begin = Instant(at, at)


def _replace(last: Part, new: Part) -> None:
    last.over = True
    if new.begin.earlier < last.begin.earlier:  # the clock went back: only one of the two rows' times can be right
        last.end, last.ends = Instant(last.begin.earlier, last.end.later), "replaced"
    elif new.begin.earlier < last.end.later:
        last.end = Instant(min(last.end.earlier, new.begin.earlier), min(last.end.later, new.begin.later))
        last.ends = "replaced"
