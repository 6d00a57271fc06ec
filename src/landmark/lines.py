"""A line of a text, and a line that was refused: what the reading of files and the formats say to each other."""

from __future__ import annotations

from typing import NamedTuple


class Line(NamedTuple):
    """One line of a text: number from 1, byte offset, its exact bytes without the newline, whether it had one."""

    number: int
    offset: int
    text: bytes
    ended: bool


class Reject(NamedTuple):
    """One rejected line: where it is and why; never what it says."""

    line: int
    offset: int
    length: int
    reason: str
