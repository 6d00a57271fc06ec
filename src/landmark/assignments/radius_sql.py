r"""RADIUS accounting in the dump of a database's table: what pg_dump, mysqldump and SQLite's `.dump` write.

    COPY public.radacct (radacctid, acctsessionid, username, …) FROM stdin;     a row a line, to `\.`
    INSERT INTO radacct VALUES (1,'A1','user-a',…),(2,…);                       with the CREATE TABLE before it
    INSERT INTO public.radacct (radacctid, username, …) VALUES (1, 'user-a', …);

A row means what it means in `radius_csv`, under the same names, which `columns` changes; `table` says which table, with
or without its schema or database. What is counted is the row, and each line that holds no part of one: a row's place is
the offset of its first byte. Of rows of other tables and of statements nothing is read but where they end. PostgreSQL's
partitions of a table have names of their own in a dump and are not watched, but pg_dump's `--load-via-partition-root`
writes their rows under the table's name.

A time is in the zone that it states, else in the case's. MySQL converts its TIMESTAMPs, not its DATETIMEs, to the zone
that the dump sets, which is UTC. Where a dump does not say which of the two a column is, or not that it set a zone, or
not whose it is, a time is read only if UTC and the case's zone make the same of it. PostgreSQL's `timestamp with time
zone` states it.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from landmark.assignments import FileLeases
from landmark.assignments.addresses import canonical
from landmark.assignments.dumps.rows import Rows
from landmark.assignments.dumps.tokens import Dialect
from landmark.assignments.dumps.values import plain, split
from landmark.assignments.names import Names, not_asked_for
from landmark.assignments.radius.packets import Record
from landmark.assignments.radius.reading import read_each
from landmark.assignments.radius.rows import Clock, Columns, Row, columns_of, packets
from landmark.assignments.radius.sql_examples import EXAMPLES
from landmark.assignments.sieve import Needles, Sieve, asked
from landmark.assignments.times import Instant, UnreadableError, has_date
from landmark.lines import Line, Reject
from landmark.zones import zone_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from landmark.assignments import Example, Settings, Wanted
    from landmark.assignments.dumps.rows import Row as Dumped
    from landmark.assignments.dumps.statements import Column, Head, Table

_MASK = b"***"
_RUN = re.compile(rb"[^\t\r\n(),']+")
_EMPTY = frozenset((b"", b"NULL", rb"\N"))
_NEVER = "0000-00-00 00:00:00"
# What may be a letter of a name, or a restart in a table of packets, though no name stands there as it is sought.
# Letter case is all one there, so the escape of a newline at a value's end is taken for PostgreSQL's nothing: a name
# before it is found.
_ALWAYS = rb"\\[^n]|\\n[^\t\r\n]|0x|char\s*\(|replace\s*\(|accounting-o|(?:^|[^0-9a-z])[78](?:[^0-9a-z]|$)"
_COPIED_ESCAPE = re.compile(rb"\\(?:[^N]|N[^\t])")
_RESTART = re.compile(rb"accounting-o|[78](?<![0-9a-z].)(?![0-9a-z])", re.IGNORECASE)


class RadiusSql:
    """The format; `FORMAT` is the one there is."""

    name = "radius-sql"
    version = 1
    needs_zone = False
    needs_year = False
    translates = False

    def read(self, texts: Iterable[Iterable[Line]], settings: Settings, wanted: Wanted) -> list[FileLeases]:
        """Read the texts; rows of one session stand in any order and any text."""
        return read_each(_records, texts, settings, wanted)

    def placed(self, text: Iterable[Line], offsets: Collection[int]) -> Iterator[Line]:
        """Give the rows that begin at some offsets, in order, as lines: the number is that of a row's first line."""
        last = max(offsets, default=-1)
        for row in Rows(FileLeases()).of((line,) for line in text):
            if row.offset in offsets:
                yield Line(row.number, row.offset, row.text, ended=True)
            if row.offset >= last:
                break

    def mask(self, line: bytes) -> bytes:
        """Give a row with everything replaced that is no time with a date and no address."""
        return _RUN.sub(_masked, line)

    def examples(self) -> tuple[Example, ...]:
        """Give examples, rejects included."""
        return EXAMPLES


def _masked(match: re.Match[bytes]) -> bytes:
    written = match[0].strip()
    plain_ = written.decode("latin-1")
    shown = written in _EMPTY or has_date(plain_) or canonical(plain_) is not None
    return match[0] if shown else _MASK


def _spoken(row: Dumped) -> bytes:
    """Give a row as it is written, and what its values say, so far as they can be read."""
    try:
        written = split(row.text, row.rules, copied=row.copied)
    except UnreadableError:
        return row.text
    said = [row.text]
    for value in written:
        with suppress(UnreadableError):
            said.append(plain(value, row.rules, copied=row.copied))
    return b"\n".join(said)


def _records(
    number: int, text: Iterable[Line], settings: Settings, reading: FileLeases, names: Names
) -> Iterator[Record]:
    return _Text(number, settings, reading, names).records(text)


class _Text:
    """One text while it is read."""

    def __init__(self, number: int, settings: Settings, reading: FileLeases, names: Names) -> None:
        self._number, self._settings, self._reading, self._names = number, settings, reading, names
        self._clock = Clock(None if settings.zone is None else zone_of(settings.zone), settings.clock_ahead)
        self._mine: Table | None = None  # the first table that is called so: another of that name is not read
        self._called: dict[Table, bool] = {}
        self._columns: dict[tuple[Column, ...], Columns | None] = {}

    def records(self, text: Iterable[Line]) -> Iterator[Record]:
        """Give the records of the rows that may matter; account for all others."""
        sifted = isinstance(text, Sieve)
        for row in Rows(self._reading, self._passes, self._is_called).of(asked(text, Needles(self._names, _ALWAYS))):
            if not self._is_called(row.head.table):
                self._reading.dropped["not_watched"] += 1
                continue
            columns = self._columns_of(row.head)
            if columns is None:
                self._reject(row, "malformed")
                continue
            if sifted and not self._may_matter(row, columns):
                self._reading.dropped["not_watched"] += 1
                continue
            try:
                found = packets(
                    _Fields(row, columns), self._clock, self._settings, text=self._number, number=row.offset
                )
            except UnreadableError as error:
                line = Line(row.number, row.offset, _spoken(row), ended=True)
                if not not_asked_for(self._reading, (line,), self._names):
                    self._reject(row, error.reason)
            else:
                yield Record(self._number, row.offset, 1, tuple(found))

    def _is_called(self, table: Table) -> bool:
        known = self._called.get(table)
        if known is None:
            known = self._called[table] = table.is_called(self._settings.table)
        return known

    def _passes(self, head: Head) -> bool:
        """Tell whether rows may be passed over unread: those of another table, and those that could be read."""
        return not self._is_called(head.table) or self._columns_of(head) is not None

    def _may_matter(self, row: Dumped, columns: Columns) -> bool:
        """Tell of a row whether it holds a name, or what may be one, or a restart: a line may hold very many rows."""
        text = row.text
        if not row.asked:
            return False
        if row.copied:
            escapes = _COPIED_ESCAPE.search(text) is not None
        else:
            escapes = b"\\" in text or b"0x" in text or text.rfind(b"(") > 0
        return escapes or self._names.holds(text) or (columns.packets and _RESTART.search(text) is not None)

    def _reject(self, row: Dumped, reason: str) -> None:
        self._reading.rejects.append(Reject(row.number, row.offset, len(row.text), reason))

    def _columns_of(self, head: Head) -> Columns | None:
        """Give where the columns of rows are; None where that is not known, or of a second table of the name."""
        self._mine = self._mine or head.table
        if head.table != self._mine or head.columns is None:
            return None
        if head.columns not in self._columns:
            try:
                self._columns[head.columns] = columns_of([column.name for column in head.columns], self._settings)
            except UnreadableError:
                self._columns[head.columns] = None
        return self._columns[head.columns]


class _Fields(Row):
    """A row's fields by our names, and what its dump says of the zone that a time is in."""

    def __init__(self, row: Dumped, columns: Columns) -> None:
        written = split(row.text, row.rules, copied=row.copied)
        if len(written) != len(row.head.columns or ()):
            raise UnreadableError("malformed")
        self.is_packet = columns.packets
        self._row = row
        self._places = columns.places
        self._values = {
            name: plain(written[at], row.rules, copied=row.copied).decode("latin-1")
            for name, at in columns.places.items()
        }
        if any("\0" in value for value in self._values.values()):
            raise UnreadableError("malformed")

    def instant(self, name: str, clock: Clock, delay: int = 0) -> Instant | None:
        """Give an instant as `Row` does, in UTC where the dump says so; refused where it may or may not be."""
        if self.text(name).startswith(_NEVER):
            return None
        columns, row = self._row.head.columns or (), self._row
        stored = columns[self._places[name]].type if name in self._places else ""
        if row.rules.dialect in {Dialect.POSTGRESQL, Dialect.SQLITE} or stored not in {"timestamp", ""}:
            return super().instant(name, clock, delay)
        in_utc = super().instant(name, clock._replace(zone=zone_of("UTC")), delay)
        if stored == "timestamp" and row.utc:
            return in_utc
        declared = super().instant(name, clock, delay)
        stated = in_utc == declared and row.utc is not False
        if not stated:
            raise UnreadableError("bad_time")
        return declared


FORMAT = RadiusSql()
