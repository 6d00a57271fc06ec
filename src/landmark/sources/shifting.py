"""Where in a described line a client could shift its own text over another field, and what keeps it from that.

Between two quotes, or outside of any, fields are told apart by the literals between them. Of two fields whose text a
client chooses, with the address, its port, the time, the status or the login between or among them, neither may hold
some byte of the literals between: a line into which a client writes that byte then has one too many, and is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations

KEPT = frozenset(("client", "port", "time", "status", "user"))
"""What a row must not say wrongly; a login is also chosen by the client."""


@dataclass(slots=True)
class Piece:
    """A literal, or a field with its pattern; `chosen` where a client chooses its text, `free` where it may narrow."""

    part: str
    pattern: bytes
    chosen: bool = False
    free: bool = False
    literal: bytes = b""


def settle(pieces: list[Piece]) -> None:
    """Narrow free fields of one stretch between quotes until no client can shift another.

    Raises:
        ValueError: a client could.
    """
    chosen = [place for place, piece in enumerate(pieces) if piece.chosen]
    for first, last in combinations(chosen, 2):
        among = {piece.part for piece in pieces[first + 1 : last]}
        if among & KEPT or "user" in {pieces[first].part, pieces[last].part}:
            _settle(pieces[first : last + 1])


def _settle(pieces: list[Piece]) -> None:
    bytes_between = sorted(set(b"".join(piece.literal for piece in pieces)), key=lambda byte: (byte != ord(" "), byte))
    ends = (pieces[0], pieces[-1])
    between = [piece for piece in pieces[1:-1] if piece.chosen]
    for byte in bytes_between:
        if all(not _may_hold(piece.pattern, byte) for piece in (*ends, *between)):
            return
    for byte in bytes_between:
        if all(piece.free or not _may_hold(piece.pattern, byte) for piece in (*ends, *between)):
            for piece in (*ends, *between):
                if _may_hold(piece.pattern, byte):
                    piece.pattern = _without(piece, byte)
            return
    raise ValueError("a text that a client chooses beside the address, the time or the status, without quotes between")


def _without(piece: Piece, byte: int) -> bytes:
    but = re.escape(bytes((byte,)))
    if piece.part == "user":
        return rb'""|[^\["%b]+' % but
    return rb"[^%b]*" % but


def _may_hold(pattern: bytes, byte: int) -> bool:
    one = bytes((byte,))
    probes = (one, b"a" + one, one + b"a", b"a" + one + b"a", b"1" + one + b"1", b"?" + one + b"a", b"a, " + one)
    return any(re.fullmatch(pattern, probe, re.DOTALL) for probe in probes)
