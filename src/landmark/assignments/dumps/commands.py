r"""Where the statements of a dump end, and the lines among them that are a client's own commands and no statement.

    \\connect radius      psql; `\\restrict` and `\\unrestrict` since 2025
    DELIMITER ;;         mysql, before routines, in which a semicolon ends nothing

Sources: PostgreSQL manual, psql, "Meta-Commands"; MySQL manual, "mysql Client Commands". Without such a command BEGIN
and END bound what a routine holds, as psql takes them (psqlscan.l), and SQLite's shell in triggers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from landmark.assignments.dumps.tokens import Dialect, Kind, LostError

if TYPE_CHECKING:
    from landmark.assignments.dumps.statements import Said, Word
    from landmark.assignments.dumps.tokens import Buffer

_META = re.compile(rb"\\(?:connect|c|restrict|unrestrict|encoding)\b[^\n]*")
_CONNECT = re.compile(rb"\\c(?:onnect)?\s+(?:-\S+\s+)*(\S+)")
_DELIMITER = re.compile(rb"(?i:delimiter)[ \t]++(\S+)[ \t\r]*")
_ROUTINES = frozenset((b"function", b"procedure", b"trigger"))


class Command(NamedTuple):
    """A client's own command: where in the buffer its line ends, and what ends a statement from now on."""

    end: int
    delimiter: bytes | None = None


@dataclass
class Statement:
    """What is there of a statement."""

    words: list[Word] = field(default_factory=list)
    depth: int = 0  # of its parentheses
    blocks: int = 0  # of BEGIN and CASE in it, where it makes a routine

    @property
    def may_end(self) -> bool:
        """Whether a delimiter that follows ends it."""
        return not self.depth and not self.blocks

    def add(self, word: Word, *, routines: bool) -> None:
        """Take up its next token; with `routines`, BEGIN and END count in those."""
        self.words.append(word)
        if word.kind is Kind.SIGN:
            self.depth = max(self.depth + (word.text == b"(") - (word.text == b")"), 0)
        elif routines and word.lower in {b"begin", b"case", b"end"} and not self.depth:
            first = [one.lower for one in self.words[:8]]
            if first[0] == b"create" and not _ROUTINES.isdisjoint(first):
                if word.lower == b"end":
                    self.blocks -= self.blocks > 0
                else:
                    self.blocks += word.lower == b"begin" or self.blocks > 0


def command(buffer: Buffer, said: Said) -> Command | None:
    """Read the client's command that begins where reading stands; None where none does.

    Raises:
        LostError: what it does cannot be told.
    """
    first = bytes(buffer.bytes[buffer.at : buffer.at + 1])
    if first == b"\\" and said.rules.dialect in {Dialect.POSTGRESQL, Dialect.UNKNOWN}:
        end = buffer.line_end()
        written = bytes(buffer.bytes[buffer.at : end])
        if _META.fullmatch(written.rstrip()) is None:
            raise LostError
        said.told(Dialect.POSTGRESQL)
        database = _CONNECT.match(written)
        said.database = database[1].decode("latin-1") if database else said.database
        return Command(end)
    if first in {b"d", b"D"} and said.rules.dialect is Dialect.MYSQL:
        end = buffer.line_end()
        delimiter = _DELIMITER.fullmatch(buffer.bytes, buffer.at, end)
        return None if delimiter is None else Command(end, delimiter[1])
    return None
