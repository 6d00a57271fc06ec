"""Lines that cannot be read: what may be an account in them, so that it is known against whose names they count.

A line that is too long is never held: it is read once more, in pieces.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from landmark.errors import IntegrityError
from landmark.identities.quoting import go_on
from landmark.scan.blocks import LONGEST
from landmark.scan.compression import open_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from landmark.lines import Reject
    from landmark.scan.compression import Text
    from landmark.scan.reading import Identity

# Each parts at NUL, too: of a block that was never written a machine that failed leaves as many as it had bytes.
PARTING = (
    re.compile(rb"""[,;|"'\t\r\0]"""),  # what may part cells in a line that cannot be read
    re.compile(rb'[,"\r\0]'),  # what does in one of RFC 4180: the others may stand in an account
    re.compile(rb'["\r\0]'),  # in quotes a comma may, too
)
_PIECE = LONGEST


def spellings_of(line: bytes) -> tuple[bytes, ...]:
    """Give a line that cannot be read as it is and, where it is no UTF-8, as what most files are that are none."""
    try:
        line.decode()
    except UnicodeDecodeError:
        return line, line.decode("cp1252", "replace").encode()
    return (line,)


def parts_of(pieces: Iterable[bytes], parting: re.Pattern[bytes]) -> Iterator[list[bytes]]:
    """Give what one of `PARTING` parts in a line that comes in pieces, as soon as each is whole.

    Of a part that is longer than a line may be, no more is held: no account is so long.
    """
    part = b""
    for piece in pieces:
        goes_on, *others = parting.split(piece)
        if len(part) <= LONGEST:
            part += goes_on
        if others:
            yield [part, *others[:-1]]
            part = others[-1]
    yield [part]


def parts_of_long(
    path: Path, identity: Identity, lines: Sequence[Reject], name: str
) -> Iterator[tuple[int, list[bytes]]]:
    """Read lines that are too long once more, and give what may be accounts in them, with the number of the line.

    Args:
        path: the file.
        identity: what it was when it was identified.
        lines: where they are.
        name: what messages call it.

    Raises:
        IntegrityError: it is not what it was: other lines stand there now.
        MachineError: the machine refuses to read it, or it changed while it was read.
    """
    for parting in PARTING if lines else ():
        for number, pieces in _long(path, identity, lines, name):
            for parts in parts_of(pieces, parting):
                yield number, parts


def quotes_of_long(
    path: Path, identity: Identity, lines: Sequence[Reject], name: str
) -> Mapping[int, tuple[bool, bool]]:
    """Give, of each line that is too long, whether a quoted cell goes on behind it: begun outside one, and within.

    Args and errors as of `parts_of_long`.
    """
    found = {}
    for number, pieces in _long(path, identity, lines, name):
        outside, within = go_on(pieces, (False, True))
        found[number] = outside, within
    return found


def _long(path: Path, identity: Identity, lines: Sequence[Reject], name: str) -> Iterator[tuple[int, Iterator[bytes]]]:
    """Give the number of each line that is too long, and its bytes in pieces, which are to be taken before the next."""
    with open_text(path, until=identity.text_bytes) as text:
        at = 0
        for line in sorted(lines, key=lambda one: one.offset):
            for _ in _pieces(text, line.offset - at):
                pass
            yield line.line, _pieces(text, line.length)
            at = line.offset + line.length
        for _ in _pieces(text, identity.text_bytes - at + 1):  # up to its end, where its hash is known
            pass
        if text.content_sha256 != identity.content_sha256:
            raise IntegrityError(f"{name}: changed while it was read; nothing of it was kept, try again")


def _pieces(text: Text, length: int) -> Iterator[bytes]:
    """Give the next bytes of a text, or as many as it still has."""
    left = length
    while left > 0 and (count := text.readinto(buffer := bytearray(min(left, _PIECE)))):
        left -= count
        yield bytes(buffer[:count])
