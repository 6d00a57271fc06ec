"""On which line of a TOML text each key and each table stands.

The standard library's parser gives values without their places, and a message about a case file must name the line.
This index is made beside it, from a text that the parser has accepted, so it need not find faults itself.

Source: TOML 1.0.0 (https://toml.io/en/v1.0.0), the sections on keys, strings, arrays and tables.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right

Place = tuple[str | int, ...]
"""Where a value stands: names of tables and keys, and numbers from 0 in arrays."""

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_NAME = re.compile(r"[A-Za-z0-9_-]+")
_PLAIN = re.compile(r"[^,\]}#\n]*")
_STRINGS = (
    ('"""', re.compile(r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})', re.DOTALL)),
    ("'''", re.compile(r"'''.*?'''(?:'{0,2})", re.DOTALL)),
    ('"', re.compile(r'"(?:[^"\\\n]|\\.)*"')),
    ("'", re.compile(r"'[^'\n]*'")),
)


def index(text: str) -> dict[Place, int]:
    """Give the line, from 1, of every table, key and element of an array.

    Args:
        text: a whole TOML text that `tomllib.loads` accepts; line ends may be CR LF.

    Returns:
        The line on which the key (or header, or element) begins, by its place. A table that is only implied by the name
        of another stands where that name does.

    Raises:
        RecursionError: arrays are nested deeper than Python's stack; `tomllib` raises it on the same texts.
    """
    scanner = _Scanner(text.replace("\r\n", "\n"))
    scanner.document()
    return scanner.found


class _Scanner:
    """Walks over a valid text once, from its beginning to its end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[Place, int] = {(): 1}
        self._starts = [0, *(match.end() for match in re.finditer(r"\n", text))]
        self._tables: dict[Place, int] = {}  # how many of an array of tables have been begun

    def document(self) -> None:
        """Walk over every statement."""
        here: Place = ()
        self._skip(_BLANK)
        while self.at < len(self.text):
            if self.text.startswith("[", self.at):
                here = self._header()
            else:
                self._pair(here)
            self._skip(_BLANK)

    def _header(self) -> Place:
        line = self._line()
        several = self.text.startswith("[[", self.at)
        self.at += 2 if several else 1
        names = self._key()
        self.at += 2 if several else 1
        place: Place = ()
        for name in names[:-1]:
            place = self._current((*place, name), line)
        place = (*place, names[-1])
        if not several:
            return self._current(place, line)
        number = self._tables.get(place, 0)
        self._tables[place] = number + 1
        self._note(place, line)
        self._note((*place, number), line)
        return (*place, number)

    def _current(self, place: Place, line: int) -> Place:
        """Note a table, and give the place inside: of an array of tables, its last one."""
        self._note(place, line)
        return (*place, self._tables[place] - 1) if place in self._tables else place

    def _pair(self, here: Place) -> None:
        line = self._line()
        for name in self._key():
            here = (*here, name)
            self._note(here, line)
        self.at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(here)

    def _key(self) -> list[str]:
        names = []
        while True:
            self._skip(_SPACE)
            if self.text[self.at] in "\"'":
                start = self.at
                self._string()
                names.append(str(tomllib.loads(f"key = {self.text[start : self.at]}")["key"]))
            else:
                names.append(self._skip(_NAME))
            self._skip(_SPACE)
            if not self.text.startswith(".", self.at):
                return names
            self.at += 1

    def _value(self, place: Place) -> None:
        first = self.text[self.at]
        if first in "\"'":
            self._string()
        elif first == "[":
            self._array(place)
        elif first == "{":
            self._inline(place)
        else:
            self._skip(_PLAIN)

    def _string(self) -> None:
        self._skip(next(pattern for quote, pattern in _STRINGS if self.text.startswith(quote, self.at)))

    def _array(self, place: Place) -> None:
        self.at += 1
        number = 0
        while self._more("]"):
            self._note((*place, number), self._line())
            self._value((*place, number))
            number += 1

    def _inline(self, place: Place) -> None:
        self.at += 1
        while self._more("}"):
            self._pair(place)

    def _more(self, end: str) -> bool:
        """Step over what parts two members; say whether another follows before `end`, which is stepped over too."""
        self._skip(_BLANK)
        if self.text.startswith(",", self.at):
            self.at += 1
            self._skip(_BLANK)
        if self.text.startswith(end, self.at):
            self.at += 1
            return False
        return True

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        passed = match.group() if match else ""
        self.at += len(passed)
        return passed

    def _line(self) -> int:
        return bisect_right(self._starts, self.at)

    def _note(self, place: Place, line: int) -> None:
        self.found.setdefault(place, line)
