"""What the statements of a dump say: whose columns follow, how texts are quoted, in which zone times are written.

A statement is given as its tokens, blanks and comments left out, what MySQL executes in comments included.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from landmark.assignments.dump_tokens import Dialect, Kind, Rules

if TYPE_CHECKING:
    from collections.abc import Sequence

KNOWN = frozenset(
    b"alter analyze begin call change cluster comment commit copy create deallocate delete do drop end flush grant "
    b"insert lock pragma reassign refresh reindex release replace reset revoke rollback savepoint security select set "
    b"start truncate unlock update use vacuum".split()
)
"""The words that a dump's statements begin with."""
_CHANGES = frozenset((b"update", b"delete", b"truncate"))
_NO_COLUMN = frozenset(
    b"primary unique key index constraint foreign check fulltext spatial exclude like period".split()
)
# Encodings in which a quote or a backslash may be half of another letter.
_UNSAFE = re.compile(rb"(?i)s(hift_?)?jis(_?2004)?|big5(hkscs)?|gb(k|18030)|uhc|johab|cp932|(utf16|utf32|ucs2).*")
_HEADS = (
    (re.compile(rb"--\s*PostgreSQL database (cluster )?dump\s*"), Dialect.POSTGRESQL),
    (re.compile(rb"-- (MySQL|MariaDB) dump .*", re.DOTALL), Dialect.MYSQL),
)
_ENDS = re.compile(rb"-- (Dump completed|PostgreSQL database (cluster )?dump complete).*", re.DOTALL)


class Word(NamedTuple):
    """A token of a statement: its kind and its bytes."""

    kind: Kind
    text: bytes

    @property
    def lower(self) -> bytes:
        """A word in lower case; of anything else nothing."""
        return self.text.lower() if self.kind is Kind.WORD else b""

    def name(self, rules: Rules) -> str | None:
        """Give a name without its quotes; None where it is none."""
        if self.kind is Kind.WORD:
            text = self.text.lower() if rules.dialect is Dialect.POSTGRESQL else self.text
        elif self.kind is Kind.NAME:
            close = self.text[-1:]
            text = self.text[1:-1].replace(close + close, close)
        else:
            return None
        return text.decode("latin-1")


class Column(NamedTuple):
    """A column: its name, and the first word of its type, where that is known."""

    name: str
    type: str = ""


class Table(NamedTuple):
    """A table: the database it is in, as the dump says it, and its name, in parts."""

    database: str
    parts: tuple[str, ...]

    def is_called(self, name: str) -> bool:
        """Tell whether it is meant by a name, with or without its schema or database; letter case is all one."""
        wanted = tuple(name.lower().split("."))
        mine = tuple(part.lower() for part in (self.database, *self.parts))
        return mine[-len(wanted) :] == wanted


class Head(NamedTuple):
    """What rows follow: of which table, and in which columns where it says so."""

    table: Table
    columns: tuple[Column, ...] | None


@dataclass
class Said:
    """What a dump has said so far."""

    rules: Rules = field(default_factory=Rules)
    database: str = ""
    utc: bool | None = None  # whether MySQL's TIMESTAMPs are in UTC; None: it was not said
    unfinished: bool = False  # it said that it begins, and not yet that it is complete
    unsafe: bool = False  # quotes cannot be told from halves of letters
    columns: dict[Table, tuple[Column, ...] | None] = field(default_factory=dict)

    def heard(self, comment: bytes) -> None:
        """Take a comment up: dumps say in one whose they are, and that they are complete."""
        for head, dialect in _HEADS:
            if head.fullmatch(comment):
                self.unfinished = True
                self.told(dialect)
        if comment.startswith((b"/*!", b"/*M!")):
            self.told(Dialect.MYSQL)
        if _ENDS.fullmatch(comment):
            self.unfinished = False

    def told(self, dialect: Dialect) -> None:
        """Take up whose dump it is; the first that says so is believed."""
        if self.rules.dialect is Dialect.UNKNOWN:
            self.rules = Rules(dialect)

    def stated(self, words: Sequence[Word]) -> None:
        """Take up what a whole statement says."""
        first = words[0].lower
        second = words[1].lower if len(words) > 1 else b""
        if first == b"set":
            self._set(words)
        elif first == b"use" and len(words) == 2:  # noqa: PLR2004 - the word and the name
            self.database = words[1].name(self.rules) or ""
        elif first == b"pragma" or (first == b"begin" and second == b"transaction"):
            self.told(Dialect.SQLITE)
            self.unfinished |= first == b"begin"
        elif first == b"commit":
            self.unfinished = False
        elif first == b"create":
            self._create(words)

    def _set(self, words: Sequence[Word]) -> None:
        for at, word in enumerate(words):
            values = [one for one in words[at + 1 : at + 3] if one.text != b"="]
            value = values[0] if values else Word(Kind.SIGN, b"")
            said = value.text.strip(b"'\"").lower()
            if word.lower == b"standard_conforming_strings":
                self.told(Dialect.POSTGRESQL)
                if self.rules.dialect is Dialect.POSTGRESQL:
                    self.rules = self.rules._replace(backslash=said != b"on")
            elif word.lower == b"time_zone" and (at == 0 or words[at - 1].text != b"@") and value.text != b"@":
                self.utc = said == b"+00:00"
            elif word.lower in {b"client_encoding", b"names", b"character_set_client"}:
                self.unsafe |= _UNSAFE.fullmatch(said) is not None
            elif word.lower == b"sql_mode" and b"no_backslash_escapes" in said:
                self.unsafe = True

    def _create(self, words: Sequence[Word]) -> None:
        at = next((at for at, word in enumerate(words[:6]) if word.lower == b"table"), None)
        if at is None:
            return
        at += 1
        if words[at : at + 1] and words[at].lower == b"if":
            at += 3
        table, at = self._table(words, at)
        if table is not None:
            self.columns[table] = columns_in(words[at:], self.rules)

    def head(self, words: Sequence[Word]) -> Head | None:
        """Give whose rows follow, of an INSERT up to its VALUES, or of a COPY; None where that cannot be said."""
        begin = next((at for at, word in enumerate(words[:4]) if word.lower in {b"into", b"copy"}), None)
        if begin is None:
            return None
        table, at = self._table(words, begin + 1)
        if table is None:
            return None
        if words[at : at + 1] and words[at].text == b"(":
            close = next((end for end in range(at, len(words)) if words[end].text == b")"), len(words))
            names = [word.name(self.rules) for word in words[at + 1 : close : 2]]
            commas = {word.text for word in words[at + 2 : close : 2]}
            if not names or None in names or not commas <= {b","}:
                return None
            types = {column.name: column.type for column in self.columns.get(table) or ()}
            listed = tuple(Column(name, types.get(name, "")) for name in names if name is not None)
            return _followed(Head(table, listed), words[close + 1 :])
        return _followed(Head(table, self.columns.get(table)), words[at:])

    def _table(self, words: Sequence[Word], at: int) -> tuple[Table | None, int]:
        parts: list[str] = []
        while at < len(words) and (name := words[at].name(self.rules)) is not None:
            parts.append(name)
            at += 1
            if at >= len(words) or words[at].text != b".":
                return Table(self.database, tuple(parts)), at
            at += 1
        return None, at


def _followed(head: Head, rest: Sequence[Word]) -> Head | None:
    """Give a head behind which stands what it may: VALUES, FROM stdin, what PostgreSQL says of its numbers."""
    said = b" ".join(word.text.lower() for word in rest)
    known = {b"values", b"from stdin", b"overriding system value values", b"overriding user value values"}
    return head if said in known else None


def takes_back(words: Sequence[Word], rules: Rules) -> bool:
    """Tell whether a statement takes back what rows say, of a table that is not SQLite's own."""
    own = any((word.name(rules) or "").startswith("sqlite_") for word in words)
    return words[0].lower in _CHANGES and not own


def columns_in(words: Sequence[Word], rules: Rules) -> tuple[Column, ...] | None:
    """Give the columns that a CREATE TABLE defines in parentheses; None where there are none."""
    if not words or words[0].text != b"(":
        return None
    found: list[Column] = []
    depth, item = 0, list[Word]()
    for word in words:
        depth += (word.text == b"(") - (word.text == b")") if word.kind is Kind.SIGN else 0
        if (word.text == b"," and depth == 1) or not depth:
            if item and item[0].lower not in _NO_COLUMN:
                name = item[0].name(rules)
                if name is None:
                    return None
                found.append(Column(name, item[1].lower.decode("latin-1") if item[1:] else ""))
            item = []
            if not depth:
                return tuple(found) or None
        elif word.text != b"(" or depth > 1:
            item.append(word)
    return None
