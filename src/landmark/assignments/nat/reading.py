"""Which records of translations bear on the case, and what becomes of every line: shared by all forms of them.

Only the outer address says whether a record bears; the inner address's own records are another source's. Where the
records of a source name several routing domains, an inner address alone says nobody: such a lease has neither account
nor inner address. Translations of protocols without ports, and an address that is not changed, are no business of ours.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from landmark.assignments import FileLeases, Lease
from landmark.assignments.addresses import Bearing
from landmark.assignments.mappings import SECOND, Mapping, Piece, Record, mappings, pieces
from landmark.assignments.names import Names, not_asked_for
from landmark.assignments.nat.translations import WITH_PORTS, Kind
from landmark.assignments.times import Instant
from landmark.lines import Reject
from landmark.tables import DAY

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence

    from landmark.assignments import Settings, Wanted
    from landmark.assignments.nat.translations import Outer, Said
    from landmark.lines import Line

_FATES = ("kept", "outside_window", "duplicate", "not_watched")  # of the records of one line the first that is there
_FIRST = (1 << 63) - 1
_UNNAMED = frozenset({b"", b"0"})
"""The routing domains that lines mean that name none."""


class Reading:
    """All texts of one source while they are read."""

    def __init__(self, settings: Settings, wanted: Wanted) -> None:
        """Begin without a text."""
        self._settings = settings
        self._wanted = wanted
        self._bearing = Bearing(wanted.addresses)
        self._names = Names(wanted.addresses)
        self._records: defaultdict[Outer, list[Record]] = defaultdict(list)
        self._restarts: list[Record] = []
        self._realms: set[bytes] = set()
        self._begin = _FIRST
        self._fates: dict[tuple[int, tuple[int, ...]], str] = {}
        self.texts: list[FileLeases] = []

    def next_text(self) -> FileLeases:
        """Begin the next text, and give its accounting."""
        self.texts.append(FileLeases())
        return self.texts[-1]

    def reject(self, line: Line, reason: str) -> None:
        """Account for a line of the current text that cannot be read."""
        self.reject_record((line,), reason if line.ended else "truncated")

    def reject_record(self, lines: Sequence[Line], reason: str) -> None:
        """Account for the lines of a record of the current text that cannot be read."""
        reading = self.texts[-1]
        if reason == "truncated" or not not_asked_for(reading, lines, self._names):
            reading.rejects += [Reject(line.number, line.offset, len(line.text), reason) for line in lines]

    def begins_by(self, instant: int) -> bool:
        """Tell whether the source is known to begin at an instant or before, as its clock shows it, µs UTC."""
        return self._begin <= instant - self._settings.clock_ahead

    def has_realms(self, pattern: re.Pattern[bytes], lines: bytes) -> bool:
        """Tell whether some lines can name no routing domain that makes a difference."""
        if len(self._realms) > 1:
            return True
        found = [b"" if realm == b"-" else realm for realm in pattern.findall(lines)]
        if not self._realms or not set(found) <= self._realms:
            return False
        return self._realms <= _UNNAMED or all(map(pattern.search, lines[:-1].split(b"\n")))

    def knows(self, realms: set[bytes]) -> bool:
        """Tell whether routing domains make no difference to those that records have named so far."""
        return len(self._realms) > 1 or realms <= self._realms

    def take(self, rows: tuple[int, ...], at: Instant, host: bytes, said: Sequence[Said]) -> None:
        """Take what some lines of the current text say: those that make one record, or the one with several."""
        text = len(self.texts) - 1
        bears = False
        for part, one in enumerate(said):
            record = Record(self._set(one.at or at), text, rows, part, host, self._reckoned(one))
            self._begin = min(self._begin, record.at.earlier)
            if one.kind is Kind.CLEARED:
                self._restarts.append(record)
                bears = True
                continue
            self._realms.add(one.realm)
            if one.outer is not None and self._bears(one.outer, one.inner):
                self._records[one.outer].append(record)
                bears = True
        if bears:
            self._fates[text, rows] = "not_watched"
        else:
            self.texts[text].dropped["not_watched"] += len(rows)

    def finish(self) -> list[FileLeases]:
        """Make leases of what bears on the case."""
        for outer in sorted(self._records, key=str):
            hosts = {record.host for record in self._records[outer]}
            restarts = [record for record in self._restarts if record.host in hosts]
            slack = self._settings.tolerance + SECOND
            for mapping in mappings([*self._records[outer], *restarts], self._begin, slack):
                self._give(outer, mapping)
        for (text, rows), fate in self._fates.items():
            if fate == "kept":
                self.texts[text].kept += len(rows)
            else:
                self.texts[text].dropped[fate] += len(rows)
        for reading in self.texts:
            reading.leases.sort(key=lambda one: (one.rows, one.begin, str(one[:5]), one.inner or ""))
        return self.texts

    def _set(self, at: Instant) -> Instant:
        ahead = self._settings.clock_ahead
        return Instant(at.earlier - ahead, at.later - ahead) if ahead else at

    def _reckoned(self, said: Said) -> Said:
        if said.began is None or not self._settings.clock_ahead:
            return said
        return said._replace(began=said.began - self._settings.clock_ahead)

    def _bears(self, outer: Outer, inner: str | None) -> bool:
        with_ports = outer.protocol is None or outer.protocol in WITH_PORTS
        return outer.address in self._bearing and with_ports and inner != outer.address

    def _give(self, outer: Outer, mapping: Mapping) -> None:
        divided = pieces(mapping)
        last = divided[-1].end
        if divided[0].begin >= self._wanted.end or (last is not None and last <= self._wanted.begin):
            for record in mapping.records:
                self._settle(record, "outside_window")
            return
        rows: defaultdict[int, set[int]] = defaultdict(set)
        for record in mapping.records:
            rows[record.text].update(record.rows)
        if mapping.over is not None and mapping.over.text in rows:
            rows[mapping.over.text].update(mapping.over.rows)
            self._settle(mapping.over, "kept")
        inner = mapping.shown[0].said.inner if len(self._realms) == 1 else None
        told: set[int] = set()
        for text, piece in _among(divided, sorted(rows)):
            told.add(text)
            self.texts[text].leases.append(
                Lease(
                    *outer,
                    begin=piece.begin,
                    end=piece.end,
                    account=None,
                    line=None,
                    ends=piece.ends,
                    doubtful=piece.doubtful,
                    rows=tuple(sorted(rows[text])),
                    inner=inner,
                )
            )
        for record in mapping.records:
            self._settle(record, "kept" if record.text in told else "duplicate")

    def _settle(self, record: Record, fate: str) -> None:
        key = record.text, record.rows
        if _FATES.index(fate) < _FATES.index(self._fates[key]):
            self._fates[key] = fate


def _among(divided: Sequence[Piece], texts: Sequence[int]) -> Iterator[tuple[int, Piece]]:
    """Divide the pieces among the texts whose records make them, as a lease names one text; its parts touch."""
    begin, end = divided[0].begin, divided[-1].end
    share = DAY if end is None else (end - begin) // len(texts)
    for place, text in enumerate(texts):
        low = begin + share * place
        high = end if place == len(texts) - 1 else low + share
        for piece in divided:
            since = max(piece.begin, low)
            ends = [one for one in (piece.end, high) if one is not None]
            until = min(ends) if ends else None
            if until is None or since < until:
                yield text, piece._replace(begin=since, end=until)
