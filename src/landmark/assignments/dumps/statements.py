"""What the statements of a dump say: whose columns follow, how texts are quoted, in which zone times are written.

A statement is given as its tokens, blanks and comments left out, what MySQL executes in comments included.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from landmark.assignments.dumps.tokens import Dialect, Kind, LostError, Rules

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

KNOWN = frozenset(
    b"alter analyze begin call change cluster comment commit copy create deallocate delete do drop end flush grant "
    b"insert lock pragma reassign refresh reindex release replace reset revoke rollback savepoint security select set "
    b"start truncate unlock update use vacuum".split()
)
"""The words that a dump's statements begin with."""
_CHANGES = frozenset((b"update", b"delete", b"truncate"))
_NO_COLUMN = frozenset(b"primary unique constraint foreign check like".split())
_NO_COLUMN_OF_MYSQL = frozenset(b"key index fulltext spatial period".split())  # elsewhere a column may be called so
# Encodings in which a quote or a backslash may be half of another letter.
_UNSAFE = re.compile(rb"(?i)s(hift_?)?jis(_?2004)?|big5(hkscs)?|gb(k|18030)|uhc|johab|cp932|(utf16|utf32|ucs2).*")
# The comments with which a dump begins and ends: a cluster's dump has others in it.
_HEADS = (
    (re.compile(rb"--\s*PostgreSQL database dump\s*"), Dialect.POSTGRESQL, "database"),
    (re.compile(rb"--\s*PostgreSQL database cluster dump\s*"), Dialect.POSTGRESQL, "cluster"),
    (re.compile(rb"-- (MySQL|MariaDB) dump .*", re.DOTALL), Dialect.MYSQL, "dump"),
)
_ENDS = (
    (re.compile(rb"-- PostgreSQL database dump complete.*", re.DOTALL), "database"),
    (re.compile(rb"-- PostgreSQL database cluster dump complete.*", re.DOTALL), "cluster"),
    (re.compile(rb"-- Dump completed.*", re.DOTALL), "dump"),
)


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
    unfinished: set[str] = field(default_factory=set)  # what it said to begin, and not yet to be complete
    saved: dict[bytes, bool | None] = field(default_factory=dict)  # `utc` by the variable that keeps the zone
    unsafe: bool = False  # quotes cannot be told from halves of letters
    columns: dict[Table, tuple[Column, ...] | None] = field(default_factory=dict)

    def heard(self, comment: bytes) -> None:
        """Take a comment up: dumps say in one whose they are, and that they are complete.

        Raises:
            LostError: another dump begins, of another program, or behind one that was cut off.
        """
        for head, dialect, part in _HEADS:
            if head.fullmatch(comment):
                self.is_of(dialect)
                self._begins(part)
        if comment.startswith((b"/*!", b"/*M!")):
            self.is_of(Dialect.MYSQL)
        for end, part in _ENDS:
            if end.fullmatch(comment):
                self.unfinished.discard(part)

    def _begins(self, part: str) -> None:
        if part in self.unfinished:
            raise LostError
        self.unfinished.add(part)

    def is_of(self, dialect: Dialect) -> None:
        """Take up whose dump it is, where only that one's program writes so.

        Raises:
            LostError: it was another's until here, whose quotes are others.
        """
        self.told(dialect)
        if self.rules.dialect is not dialect:
            raise LostError

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
        elif first == b"pragma":
            self.is_of(Dialect.SQLITE)
        elif first in {b"begin", b"start"} and second == b"transaction":
            if first == b"begin":
                self.told(Dialect.SQLITE)
            self.unfinished.add("transaction")
        elif first == b"commit":
            self.unfinished.discard("transaction")
        elif first == b"lock" and second in {b"table", b"tables"}:
            self.unfinished.add("lock")
        elif first == b"unlock":
            self.unfinished.discard("lock")
        elif first == b"create":
            self._create(words)

    def _set(self, words: Sequence[Word]) -> None:
        for at, word in enumerate(words):
            values = [one for one in words[at + 1 : at + 3] if one.text != b"="]
            value = values[0] if values else Word(Kind.SIGN, b"")
            said = value.text.strip(b"'\"").lower()
            if word.lower == b"standard_conforming_strings":
                self.is_of(Dialect.POSTGRESQL)
                self.rules = self.rules._replace(backslash=said != b"on")
            elif word.lower == b"time_zone":
                self._set_zone(words, at, said)
            elif word.lower in {b"client_encoding", b"names", b"character_set_client"}:
                self.unsafe |= _UNSAFE.fullmatch(said) is not None
            elif word.lower == b"sql_mode" and b"no_backslash_escapes" in said:
                self.unsafe = True

    def _set_zone(self, words: Sequence[Word], at: int, said: bytes) -> None:
        """Take up a zone that is set, put by in a variable of the dump, or set again from there."""
        before = [word.text.lower() for word in words[max(at - 5, 0) : at]]
        if before[-2:] == [b"@", b"@"]:  # SET @old = @@TIME_ZONE, or SET @@TIME_ZONE = …
            if len(before) == 5 and before[0] == b"@" and before[2] == b"=":  # noqa: PLR2004 - those words
                self.saved[before[1]] = self.utc
                return
        elif before[-1:] == [b"@"]:  # a variable that is called so
            return
        kept = [word.lower for word in words[at + 1 : at + 8] if word.lower in self.saved]
        self.utc = self.saved[kept[0]] if kept else said == b"+00:00"

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


def takes_back(words: Sequence[Word], rules: Rules, given: Collection[Table]) -> bool:
    """Tell whether a statement takes back what rows say, of a table that is not SQLite's own, or one of those given."""
    names = {word.name(rules) for word in words}
    if words[0].lower == b"drop":
        return any(table.parts[-1] in names for table in given) and any(word.lower == b"table" for word in words[:3])
    own = any((name or "").startswith("sqlite_") for name in names)
    return words[0].lower in _CHANGES and not own


def columns_in(words: Sequence[Word], rules: Rules) -> tuple[Column, ...] | None:
    """Give the columns that a CREATE TABLE defines in parentheses; None where there are none."""
    if not words or words[0].text != b"(":
        return None
    known = rules.dialect in {Dialect.POSTGRESQL, Dialect.SQLITE}
    no_column = _NO_COLUMN if known else _NO_COLUMN | _NO_COLUMN_OF_MYSQL
    found: list[Column] = []
    depth, item = 0, list[Word]()
    for word in words:
        depth += (word.text == b"(") - (word.text == b")") if word.kind is Kind.SIGN else 0
        if (word.text == b"," and depth == 1) or not depth:
            if item and item[0].lower not in no_column:
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
