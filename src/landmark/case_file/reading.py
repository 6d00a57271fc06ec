"""From the text of a case file to rows of checked values, each with its line; every problem is collected.

A `Row` is one table as it was written. What several keys or tables say together is checked in `checks`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from landmark.case_file.court import TARGETS
from landmark.case_file.parser import FILE, parse
from landmark.case_file.said import near_hint, nearest, plain, shown, sort_of
from landmark.case_file.sections import BY_NAME, NAMES, SECTIONS
from landmark.case_file.values import WrongValueError
from landmark.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping

    from landmark.case_file.keys import Key, Section
    from landmark.case_file.lines import Place


@dataclass(slots=True)
class Row:
    """One table of the case file, or one line of a targets list.

    `values` has what could be read, by the fields of `landmark.case` (an inline table is a row again); `lines` the line
    of every key that was written, readable or not.
    """

    title: str
    line: int
    file: str = FILE
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def problem(
        self, key: str | None, expected: str, *, found: str | None = None, hint: str | None = None, line: int = 0
    ) -> Problem:
        """Give a problem of this row, at the key's line if it is written, else at the row's."""
        place = line or self.lines.get(key or "", self.line)
        title = self.title if self.file == FILE else ""
        return Problem(expected, self.file, place, " ".join(part for part in (title, key) if part), found, hint)


@dataclass(slots=True)
class Sheet:
    """A whole case file as read: its rows by table, where a list of targets lies, and what is wrong so far."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {section.name: [] for section in SECTIONS})
    targets: str | None = None
    targets_line: int | None = None
    seen: set[str] = field(default_factory=set)  # tables that were written, or meant by a misspelt name
    problems: list[Problem] = field(default_factory=list)


def sheet(text: str) -> Sheet:
    """Read the text of a case file.

    Raises:
        CaseError: the text is no TOML, or is nested too deeply to be read.
    """
    data, lines = parse(text)
    read = Sheet()
    for name, value in data.items():
        _top(read, name, value, lines)
    read.problems += [
        Problem(f"a table {section.title}", FILE, key=section.title, found="nothing")
        for section in SECTIONS
        if section.required and section.name not in read.seen
    ]
    return read


def _top(read: Sheet, name: str, value: object, lines: Mapping[Place, int]) -> None:
    line = lines.get((name,), 1)
    section = BY_NAME.get(name)
    if name == TARGETS.name:
        _targets(read, value, line)
    elif section is None:
        meant = nearest(name, NAMES)
        read.seen.add(meant or name)
        expected = "a table of the case file: " + ", ".join(one.title for one in SECTIONS)
        read.problems.append(
            Problem(expected, FILE, line, plain(name), "an unknown name", f"nearest: {meant}" if meant else None)
        )
    elif not _is_table(section, value):
        read.seen.add(name)
        read.problems.append(Problem(_as_table(section), FILE, line, name, _found_there(name, value)))
    else:
        for number, table in enumerate(value if isinstance(value, list) else [value]):
            read.seen.add(name)
            place: Place = (name, number) if section.several else (name,)
            row = Row(section.title, lines.get(place, line))
            read.problems += fill(row, section.keys, table, place, lines)
            read.rows[name].append(row)


def _is_table(section: Section, value: object) -> bool:
    if section.several:
        return isinstance(value, list) and all(isinstance(one, dict) for one in value)
    return isinstance(value, dict)


def _as_table(section: Section) -> str:
    return f"{section.title}, in two brackets" if section.several else f"{section.title}, in one bracket and once"


def _found_there(name: str, value: object) -> str:
    if isinstance(value, dict):
        return f"[{name}]"
    return f"[[{name}]]" if isinstance(value, list) and value and isinstance(value[0], dict) else shown(value)


def _targets(read: Sheet, value: object, line: int) -> None:
    row = Row("", line)
    read.problems += fill(row, (TARGETS,), {TARGETS.name: value}, (), {(TARGETS.name,): line})
    read.targets, read.targets_line = row.values.get("targets"), line
    read.seen.add(TARGETS.name)


def fill(
    row: Row, keys: Iterable[Key], table: Mapping[str, object], place: Place, lines: Mapping[Place, int]
) -> Iterator[Problem]:
    """Read a table's values into a row, and give what is wrong with them."""
    row.lines.update({name: lines.get((*place, name), row.line) for name in table})
    values = yield from _table(row, keys, table, _Spot(place, "", lines))
    row.values.update(values)


class _Spot(NamedTuple):
    """Where in a row reading is: the place in the text, and the dotted name of the key that a message gives."""

    place: Place
    name: str
    lines: Mapping[Place, int]

    @property
    def line(self) -> int:
        """The line, or 0 where there is none of its own."""
        return self.lines.get(self.place, 0)

    def key(self, name: str) -> _Spot:
        """Go into a table."""
        return _Spot((*self.place, name), f"{self.name}.{name}" if self.name else name, self.lines)

    def element(self, number: int) -> _Spot:
        """Go into an array."""
        return _Spot((*self.place, number), self.name, self.lines)


def _table(
    row: Row, keys: Iterable[Key], table: Mapping[str, object], spot: _Spot
) -> Generator[Problem, None, dict[str, Any]]:
    known = {key.name: key for key in keys}
    values: dict[str, Any] = {}
    meant: set[str | None] = set()
    for name, value in table.items():
        if name in known:
            read = yield from _value(row, known[name], value, spot.key(name))
            if read is not None:
                values[known[name].field] = read
        else:
            meant.add(nearest(name, known.keys() - table.keys()))
            yield _unknown(row, name, known, spot)
    for key in known.values():
        if key.required and key.name not in table and key.name not in meant:
            yield row.problem(spot.key(key.name).name, key.expected, found="nothing", line=spot.line)
    return values


def _unknown(row: Row, name: str, known: Mapping[str, Key], spot: _Spot) -> Problem:
    if name == TARGETS.name:
        hint = "`targets = …` stands above the first table"
    else:
        hint = near_hint(name, known) or f"its keys: {', '.join(known)}"
    here = spot.key(plain(name))
    line = spot.key(name).line
    return row.problem(here.name, f"a key of {spot.name or row.title}", found="an unknown key", hint=hint, line=line)


def _value(row: Row, key: Key, value: object, spot: _Spot) -> Generator[Problem, None, Any]:
    """Read one value; give None where it is not of its kind."""
    if not key.many:
        return (yield from _one(row, key, value, spot))
    if not isinstance(value, list):
        hint = "in brackets, even if there is one only" if isinstance(value, str) else None
        yield row.problem(spot.name, key.expected, found=_said(key, value), hint=hint, line=spot.line)
        return None
    if not value and key.required:
        yield row.problem(spot.name, key.expected, found="an empty array", line=spot.line)
        return None
    read = []
    for number, element in enumerate(value):
        read.append((yield from _one(row, key, element, spot.element(number))))
    return None if None in read else tuple(read)


def _one(row: Row, key: Key, value: object, spot: _Spot) -> Generator[Problem, None, Any]:
    if key.kind is None:
        if isinstance(value, dict):
            inner = Row(row.title, spot.line or row.line, row.file)
            inner.values = yield from _table(row, key.parts, value, spot)
            return inner
        yield row.problem(spot.name, key.each, found=_said(key, value), line=spot.line)
        return None
    try:
        return key.kind.read(value)
    except WrongValueError as error:
        yield row.problem(spot.name, key.each, found=_said(key, value), hint=error.hint, line=spot.line)
    return None


def _said(key: Key, value: object) -> str:
    return sort_of(value) if key.secret else shown(value)
