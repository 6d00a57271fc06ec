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


ASKED = frozenset(("request", "target", "path"))
"""What was asked for: it may hold any sign but a quote."""
_PROBES = (b"%b", b"a%b", b"%ba", b"a%ba", b"1%b1", b"?%ba", b"a, %b")
_IN_LISTS = (b"a,%ba", b"a%b a", b"a %b a")  # signs between the entries of a list, which nothing else holds
_ALL_PROBES = (*_PROBES, *_IN_LISTS)
_BESIDE = (b"", b"a", b"1", b"-")  # what may stand before and behind a literal
_EXACT = frozenset(("client", "port", "time", "status", "size", "server_port"))
"""What holds no text but such as it must: of anything else that stands there the line is none."""
_BEFORE_REQUEST = frozenset(("method", "host"))
_OF_NAMES = {
    "client": frozenset(b"0123456789ABCDEFabcdef:.%"),  # nothing else is in an address that is read as one
    "host": frozenset(b"-.0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ[]_abcdefghijklmnopqrstuvwxyz"),
}


def settle(pieces: list[Piece]) -> None:
    """Narrow free fields of one stretch between quotes until no client can shift another.

    Raises:
        ValueError: a client could.
    """
    _keep_request(pieces)
    _keep_joined(pieces)
    _keep_login(pieces)
    _keep_ends(pieces)
    chosen = [place for place, piece in enumerate(pieces) if piece.chosen]
    for first, last in combinations(chosen, 2):
        among = {piece.part for piece in pieces[first + 1 : last]}
        if among & KEPT or "user" in {pieces[first].part, pieces[last].part}:
            _settle(pieces[first : last + 1])


def _keep_request(pieces: list[Piece]) -> None:
    """See to it that a request begins and ends where it seems to: it may hold any sign but a quote.

    Raises:
        ValueError: a client could shift either.
    """
    place = next((place for place, piece in enumerate(pieces) if piece.part in ASKED), None)
    if place is None:
        return
    if any(piece.chosen and piece.part not in _BEFORE_REQUEST for piece in pieces[:place]):
        raise ValueError("a request behind other text that a client chooses, without a quote between")
    after = pieces[place:]
    ended = next((number for number, piece in enumerate(after) if piece.literal), len(after))
    for piece in after[ended + 1 :]:
        if piece.literal or piece.part == "time":
            continue
        if piece.chosen or _may_hold(piece.pattern, after[ended].literal[0], (*_PROBES, *_IN_LISTS)):
            raise ValueError("a request before other text, without a quote between")


def _keep_login(pieces: list[Piece]) -> None:
    """See to it that what ends before a quote takes nothing of a login before it: two words of one are two."""
    place = next((place for place, piece in enumerate(pieces) if piece.part == "user"), len(pieces))
    between, *after = pieces[place + 1 :] or [Piece("", b"")]
    if not (between.literal and after) or after[-1].part != "other" or after[-1].chosen:
        return
    if _may_hold(after[-1].pattern, between.literal[0]):
        after[-1].pattern = rb'(?:[^"\\%b]|\\.)*' % re.escape(between.literal[:1])


def _keep_ends(pieces: list[Piece]) -> None:
    """See to it that no text of the server's own takes in what a client wrote as if it were fields.

    A client may write an address, and what stands behind it in the form: the true address would then be a part of the
    text next to it, if that can hold what stands between the two.

    Raises:
        ValueError: a text can, and none that it may be lacks a sign of it.
    """
    for place, piece in enumerate(pieces):
        if piece.chosen or piece.literal or piece.part in _EXACT:
            continue
        for inward, outward in ((pieces[:place][::-1], pieces[place:]), (pieces[place + 1 :], pieces[: place + 1])):
            literal = inward[0].literal if inward else b""
            if not literal or not _may_span(piece.pattern, literal) or _is_counted(inward, outward):
                continue
            if not piece.free:
                raise ValueError("a text of the server's own that may hold what stands between it and another field")
            piece.pattern = _without(piece, ord(" ") if b" " in literal else literal[0])


def _is_counted(inward: list[Piece], outward: list[Piece]) -> bool:
    """Say whether signs that stand in literals alone tell where each field is that a row must not say wrongly.

    Were such a field's place within what a client wrote, there would be one more of them than there are literals: if
    one that stands before it, or between it and the client's text, is held by nothing on the other side.
    """
    for place, piece in enumerate(inward):
        chosen = next((number for number in range(place, len(inward)) if inward[number].chosen), None)
        if piece.part not in KEPT or chosen is None:
            continue
        others = [other for other in (*outward, *inward[:place]) if not other.literal]
        between = b"".join(other.literal for other in inward[place - 1 : chosen])
        if all(any(_may_hold(other.pattern, byte, _ALL_PROBES) for other in others) for byte in between):
            return False
    return True


def _keep_joined(pieces: list[Piece]) -> None:
    """See to it that nothing which stands beside an address or a host can be taken for a part of it.

    Raises:
        ValueError: something could.
    """
    for place, piece in enumerate(pieces):
        names = _OF_NAMES.get(piece.part)
        if names is None:
            continue
        literals = [between.literal for between, other in _beside(pieces, place) if other.chosen]
        if any(set(literal) <= names for literal in literals):
            raise ValueError(f"a text that a client chooses, joined to the {piece.part}")
        if piece.part == "host" and literals:
            signs = b"".join(re.escape(bytes((byte,))) for byte in sorted(set(b"".join(literals)) - names))
            piece.pattern = rb'(?:[^\s"/\\%b]|\\.)*' % signs
        elif piece.part == "client":
            _keep_end(piece, pieces[place + 1 :])


def _beside(pieces: list[Piece], place: int) -> list[tuple[Piece, Piece]]:
    """Give the literals beside a piece, each with the field on its other side."""
    sides = (pieces[:place][::-1], pieces[place + 1 :])
    return [(side[0], side[1]) for side in sides if len(side) > 1 and side[0].literal]


def _keep_end(address: Piece, after: list[Piece]) -> None:
    if not (after and after[0].literal[0] in _OF_NAMES["host"]):  # with any other sign in it, it is no client
        return
    for piece in after:
        if any(not _may_hold(address.pattern, byte) for byte in piece.literal):
            return
        if not piece.literal and _may_hold(piece.pattern, after[0].literal[0]):
            raise ValueError("an address that runs into what follows it")


def _settle(pieces: list[Piece]) -> None:
    bytes_between = sorted(set(b"".join(piece.literal for piece in pieces)), key=lambda byte: (byte != ord(" "), byte))
    ends = (pieces[0], pieces[-1])
    between = [piece for piece in pieces[1:-1] if not piece.literal and (piece.chosen or piece.part not in _EXACT)]
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


def _may_span(pattern: bytes, literal: bytes) -> bool:
    return any(re.fullmatch(pattern, one + literal + other, re.DOTALL) for one in _BESIDE for other in _BESIDE)


def _may_hold(pattern: bytes, byte: int, probes: tuple[bytes, ...] = _PROBES) -> bool:
    one = bytes((byte,))
    return any(re.fullmatch(pattern, probe % one, re.DOTALL) for probe in probes)
