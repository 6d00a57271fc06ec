"""What a file is: hashes of it as stored and of the text inside, and how long it is, without a look at what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from landmark.scan.blocks import BLOCK, newlines
from landmark.scan.compression import open_text
from landmark.scan.memory import paged

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    from landmark.scan.members import Damage


@dataclass(frozen=True, slots=True)
class Identity:
    """What a file is, without a look at what it says.

    `lines` is the number that the accounting starts from: newlines, and one for what follows the last of them: a line
    that is not empty, or, of a stream that ended early, whatever there is.
    """

    sha256: str  # of the file as stored, hex
    content_sha256: str  # of the text inside, hex
    stored_bytes: int
    text_bytes: int
    lines: int
    damage: Damage | None  # why the stream ended early, if it did
    whole: int  # bytes up to and with the last newline: where reading on may begin
    prefixes: Mapping[int, str]  # SHA-256 of the text's beginning by the lengths asked for

    @property
    def ended_early(self) -> bool:
        """Whether the stream ended before its end: what would have come behind is not known."""
        return self.damage is not None


def identify(path: Path, at: Collection[int] = (), progress: Callable[[int], None] | None = None) -> Identity:
    """Read a file once, without looking at its lines, to know it again.

    Args:
        path: the file.
        at: lengths of the text, bytes, of whose beginnings the hash is wanted too.
        progress: is told the stored bytes of each piece read.

    Raises:
        MachineError: the machine refuses to read it, or it changed while it was read.
    """
    lines = whole = length = 0
    with open_text(path, at, progress) as text:
        step = min(BLOCK, max(text.stored_bytes, 1 << 16))
        (buffer, begin), other = paged(0, step), paged(0, step)
        # The one buffer is hashed while its newlines are counted and the other is filled.
        while count := text.readinto(memoryview(buffer)[begin : begin + step]):
            lines += newlines(np.frombuffer(buffer, np.uint8), begin, begin + count)
            last = buffer.rfind(b"\n", begin, begin + count)
            whole = whole if last < 0 else length + last + 1 - begin
            length += count
            (buffer, begin), other = other, (buffer, begin)
        return Identity(
            sha256=text.sha256,
            content_sha256=text.content_sha256,
            stored_bytes=text.stored_bytes,
            text_bytes=length,
            lines=lines + (text.ended_early or whole < length),
            damage=text.damage,
            whole=whole,
            prefixes=text.prefixes,
        )
