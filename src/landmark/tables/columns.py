"""What a table and a column are, and the units of what stands in one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Type = Literal["int64", "string", "bool", "list<int64>", "list<string>"]

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, type, whether it may be empty, and its meaning with the unit."""

    name: str
    type: Type
    meaning: str
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its name, meaning, columns in order, and the unique key that is its order."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The column names in order."""
        return tuple(column.name for column in self.columns)


def always(name: str, type_: Type, meaning: str) -> Column:
    """Give a column that is never empty."""
    return Column(name, type_, meaning)


def maybe(name: str, type_: Type, meaning: str) -> Column:
    """Give a column that may be empty."""
    return Column(name, type_, meaning, empty=True)
