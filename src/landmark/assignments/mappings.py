"""From the records of one public side to who had it when: a mapping (RFC 4787, section 4) is one inner address on it.

A mapping is certain between the first and the last record that show it; what lies outside is doubtful:

- Its end lost: from the last record that shows it up to the first record of the next mapping on the same public side
  (`replaced`), the restart of its device (`rebooted`), or without end (`open`). With its creation alone nothing after
  that is certain.
- Another's record between two of one holder: the second may be of a further mapping, whose creation is lost. Only where
  it says itself of which it is, by a number or by a begin, or comes as late as lines are written out of order, is it of
  the one that we know; both then had it.
- Its creation lost: certain from the first record that shows it, or from its creation where that record states the
  instant; doubtful before, from its creation as reckoned from a duration, else from the last record of the same public
  side before, else from the source's first record.

A record says that its mapping began well after the one we know was created: that one ended unseen, and this is another.
Records are of whole seconds: a mapping created and deleted within one had it for one second.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from landmark.assignments.nat.translations import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from landmark.assignments.nat.translations import Said
    from landmark.assignments.times import Instant

SECOND = 1_000_000


class Record(NamedTuple):
    """One record: its instant, its place among all, the lines that it is, its device, and what it says."""

    at: Instant
    text: int  # from 0
    rows: tuple[int, ...]
    part: int  # of several translations in one line
    host: bytes
    said: Said

    @property
    def order(self) -> tuple[int, int, tuple[int, ...], int]:
        """The order in which records are taken: by instant, those of one instant as they stand."""
        return self.at.earlier, self.text, self.rows, self.part


class Piece(NamedTuple):
    """A stretch of a mapping: µs UTC, half-open; `end` None: no end is known."""

    begin: int
    end: int | None
    doubtful: bool
    ends: str


@dataclass(slots=True, eq=False)
class Mapping:
    """One inner address on one public side, from its creation to its deletion, as far as they are recorded."""

    shown: list[Record]  # ascending; a creation is the first, a deletion the last
    floor: int  # where the creation is lost and nothing says when it was: the earliest that it can have been
    over: Record | None = None  # where the deletion is lost: what shows that it is over
    again: list[Record] = field(default_factory=list)  # records that say its deletion once more

    @property
    def created(self) -> bool:
        """Whether its creation is recorded."""
        return self.shown[0].said.kind is Kind.CREATED

    @property
    def deleted(self) -> bool:
        """Whether its deletion is recorded."""
        return self.shown[-1].said.kind is Kind.DELETED

    @property
    def records(self) -> list[Record]:
        """Every record of it."""
        return [*self.shown, *self.again]

    def denied_by(self, said: Said, slack: int) -> bool:
        """Tell whether a record says that its mapping was created well after this one."""
        first = self.shown[0]
        began = first.at.later if self.created or first.said.began is None else first.said.began
        return said.began is not None and said.began > began + slack

    def repeated_by(self, record: Record) -> bool:
        """Tell whether a creation is this one's, written once more."""
        first = self.shown[0]
        if not self.created:
            return False
        same = record.said.began is not None and record.said.began == first.said.began
        return same or record.at == first.at


def mappings(records: Iterable[Record], source_begin: int, slack: int) -> list[Mapping]:
    """Find the mappings on one public side.

    Args:
        records: all that name it, and the restarts of devices; in any order.
        source_begin: the instant of the first record of the source, µs UTC.
        slack: how far two records' accounts of when a mapping was created may differ, µs.

    Returns:
        The mappings in the order of their first records.
    """
    found: list[Mapping] = []
    current: dict[tuple[object, ...], Mapping] = {}
    waiting: list[Mapping] = []  # those of which nothing shows that they are over
    before: Record | None = None
    for record in sorted(records, key=lambda one: one.order):
        if record.said.kind is Kind.CLEARED:
            _clear(record, current, waiting)
        else:
            holder = (record.said.inner, record.said.name, record.said.realm)
            known = current.get(holder)
            if known is None or not _take(known, record, waiting, slack):
                for mapping in waiting:
                    mapping.over = record
                floor = source_begin if before is None else before.at.earlier
                current[holder] = Mapping([record], floor)
                found.append(current[holder])
                waiting[:] = [] if current[holder].deleted else [current[holder]]
        before = record
    return found


def _take(known: Mapping, record: Record, waiting: list[Mapping], slack: int) -> bool:
    """Let a mapping take one more record of its holder; tell whether it is its."""
    said = record.said
    unsaid = said.began is None and said.name is None
    if unsaid and known.over is not None and record.at.earlier > known.over.at.later + slack:
        return False  # another had it meanwhile, and nothing says of which mapping of its holder this record is
    if known.deleted:
        end = known.shown[-1].at
        late = record.at.earlier <= end.later or (said.began is not None and said.began < end.earlier)
        if said.kind is Kind.CREATED or not late:
            return False
        known.again.append(record)
        return True
    if not known.repeated_by(record) if said.kind is Kind.CREATED else known.denied_by(said, slack):
        return False
    known.shown.append(record)
    if known.over is not None:
        known.over = None
        waiting.append(known)
    if known.deleted:
        waiting.remove(known)
    return True


def _clear(record: Record, current: dict[tuple[object, ...], Mapping], waiting: list[Mapping]) -> None:
    for holder, mapping in [*current.items()]:
        if mapping.shown[0].host == record.host:
            del current[holder]
    for mapping in [*waiting]:
        if mapping.shown[0].host == record.host:
            mapping.over = record
            waiting.remove(mapping)


def pieces(mapping: Mapping) -> list[Piece]:
    """Divide the time of a mapping into what is certain and what is doubtful; there is at least one piece."""
    first, last = mapping.shown[0], mapping.shown[-1]
    begin, sure_from = _begin(mapping)
    sure_to = last.at.earlier
    if mapping.deleted:
        end: int | None = last.at.later
        seen, over = last.said.ends, last.said.ends
    else:
        end = None if mapping.over is None else mapping.over.at.later
        seen, over = "last_seen", _word(mapping.over)
    if sure_from < sure_to:
        divided = [
            Piece(begin, sure_from, doubtful=True, ends=seen),
            Piece(sure_from, sure_to, doubtful=False, ends=seen),
            Piece(sure_to, end, doubtful=True, ends=over),
        ]
    else:
        divided = [Piece(begin, end, doubtful=True, ends=over)]
    found = [piece for piece in divided if piece.end is None or piece.begin < piece.end]
    if found:
        return found
    if mapping.created:
        return [Piece(begin, begin + SECOND, doubtful=not mapping.deleted, ends=over)]
    at = first.at.earlier
    return [Piece(at - SECOND, at, doubtful=True, ends=over)]


def _begin(mapping: Mapping) -> tuple[int, int]:
    """Give the earliest instant of a mapping, and that from which it is certain."""
    first = mapping.shown[0]
    if mapping.created:
        return first.at.earlier, first.at.later
    stated = [one.said for one in mapping.shown if one.said.began is not None]
    if not stated:
        return min(mapping.floor, first.at.earlier), first.at.later
    exact = [one.began for one in stated if one.exact and one.began is not None]
    began = max(exact) if exact else min(one.began for one in stated if one.began is not None)
    began = min(began, first.at.earlier)
    return began, began if exact else first.at.later


def _word(over: Record | None) -> str:
    if over is None:
        return "open"
    return "rebooted" if over.said.kind is Kind.CLEARED else "replaced"
