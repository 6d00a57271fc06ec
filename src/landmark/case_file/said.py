"""How a message says what was found: a value with its type, on one line; and which word was probably meant."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHOWN = 60
_LARGE = 2**63  # TOML's own limit


@dataclass(frozen=True, slots=True)
class Number:
    """A TOML float, kept as it is written: a share of 0.001 is one in a thousand exactly."""

    text: str


def shown(value: object) -> str:
    """Say what a value is, with its type, as a message shows it: one line, cut where it is long."""
    match value:
        case bool():
            said = f"the boolean {str(value).lower()}"
        case Number():
            said = f"the number {plain(value.text)}"
        case int():
            said = f"the number {value}" if abs(value) < _LARGE else "a very large number"
        case str():
            said = f"the string {quoted(value)}"
        case datetime():
            said = f"the date and time {value.isoformat()}"
        case date() | time():
            said = f"the {type(value).__name__} {value.isoformat()}"
        case list():
            said = f"an array of {len(value)}"
        case _:
            said = "a table"
    return said


def sort_of(value: object) -> str:
    """Say of what type a value is without showing it: for names of people's accounts."""
    return "a string" if isinstance(value, str) else shown(value)


def quoted(text: str) -> str:
    """Give a text in quotes, as `plain` gives it."""
    return f'"{plain(text)}"'


def plain(text: str) -> str:
    """Give a text on one line, at most its first sixty characters; what does not print is escaped."""
    head = "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text[:_SHOWN])
    return head if len(text) <= _SHOWN else f"{head}…"


def nearest(word: str, words: Iterable[str]) -> str | None:
    """Give the word that was probably meant, letter case aside, if any is near."""
    by_lower = {one.lower(): one for one in sorted(words, reverse=True)}
    found = difflib.get_close_matches(word.lower(), sorted(by_lower), n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def near_hint(word: str, words: Iterable[str]) -> str | None:
    """Give the hint that names the word which was probably meant."""
    found = nearest(word, words)
    return f"nearest: {found}" if found else None
