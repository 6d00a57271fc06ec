"""Whether a quoted cell goes on behind a line's end: RFC 4180 lets a cell hold line ends, and a customer fill one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_BEGIN, _PLAIN, _QUOTED, _QUOTE, _CLOSED = range(5)
"""At a cell's begin, in one without quotes, in one with, behind a quote in it (two are one in its text), behind it."""


def goes_on(text: bytes, *, inside: bool) -> bool:
    """Tell whether a quoted cell goes on behind the end of a line.

    Args:
        text: the line.
        inside: whether it begins within a quoted cell.
    """
    return _after(text, _QUOTED if inside else _BEGIN) == _QUOTED if b'"' in text else inside


def go_on(pieces: Iterable[bytes], insides: Iterable[bool]) -> tuple[bool, ...]:
    """Tell the same of a line in pieces, once for each of several ways to begin."""
    states = [_QUOTED if inside else _BEGIN for inside in insides]
    for piece in pieces:
        states = [_after(piece, state) for state in states]
    return tuple(state == _QUOTED for state in states)


def _after(piece: bytes, state: int) -> int:
    """Follow the quotes of a line's next bytes."""
    at, end = 0, len(piece)
    while at < end:
        if state == _QUOTED:
            at = piece.find(b'"', at) + 1
            if not at:
                return _QUOTED
            state = _QUOTE
        elif state == _QUOTE:
            again = piece[at : at + 1] == b'"'
            at, state = at + again, _QUOTED if again else _CLOSED
        elif state == _CLOSED:
            at = piece.find(b",", at) + 1
            if not at:
                return _CLOSED
            state = _BEGIN
        elif state == _BEGIN and piece[at : at + 1] == b'"':
            at, state = at + 1, _QUOTED
        else:  # over cells without quotes to the next that begins with one
            at = piece.find(b',"', at) + 2
            if at < 2:  # noqa: PLR2004 - there is none
                return _BEGIN if piece.endswith(b",") else _PLAIN
            state = _QUOTED
    return state
