"""What a key and a table of the case file are: kind, requirement, default, meaning, example."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from landmark.case_file.values import Kind

_FIELDS = {"from": "begin", "until": "end"}


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a table.

    `default` is as it would be written in the case file; `parts` are the keys of an inline table. With `many` the value
    is an array. A `secret` value names somebody's account and is shown in no message.
    """

    name: str
    kind: Kind | None
    meaning: str
    example: str
    required: bool = False
    default: str | None = None
    many: bool = False
    secret: bool = False
    field_name: str | None = None
    parts: tuple[Key, ...] = ()

    @property
    def field(self) -> str:
        """The field of the dataclass in `landmark.case` that takes the value."""
        return self.field_name or _FIELDS.get(self.name, self.name)

    @property
    def each(self) -> str:
        """What a message says that the value, or each element of it, must be."""
        if self.kind is not None:
            return self.kind.expected
        return "a table with the keys " + ", ".join(part.name for part in self.parts)

    @property
    def expected(self) -> str:
        """What a message says that the whole value must be."""
        return f"an array, each element {self.each}" if self.many else self.each


@dataclass(frozen=True, slots=True)
class Section:
    """A table of the case file; with `several`, a table that may stand any number of times."""

    name: str
    meaning: str
    keys: tuple[Key, ...]
    several: bool = False
    required: bool = False

    @property
    def title(self) -> str:
        """The header as it is written: ``[case]`` or ``[[log]]``."""
        return f"[[{self.name}]]" if self.several else f"[{self.name}]"
