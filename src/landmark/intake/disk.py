"""The disk that a run will take: said before it starts, and refused where it is not there or not allowed.

It is an estimate. What earlier runs kept of how many bytes of input tells it. Before there is one, lines of each log
do, of which it is tried how many would be kept; it is never less than logs would take of which one line in fifty is.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from landmark.errors import IntegrityError
from landmark.intake import acquired, inputs
from landmark.intake.sampling import sampled
from landmark.store import refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from landmark.case import Case
    from landmark.intake.inputs import Input
    from landmark.intake.sampling import Sampled
    from landmark.ledger import Ledger

LEAST = 1_000_000
"""Bytes below which no estimate is worth its name: what little a run takes besides is not in it."""
_SHARE = 50  # of a text's bytes one in so many stays, at least
# Bytes that stay of each line that is kept, beside the bytes of its own: with them 430 to 560 were measured where lines
# are of 130 000 visitors (docs/provider.md).
_ROW = 500
_PACKED = 10  # bytes of text in a byte of a packed log, at least
_SPARE = 2  # new results stand beside the old ones until they are whole


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes: what cache and results will have in the end, what they have now, what is free, what the case allows.

    `least` is what they will have at least. What a sample of lines tells of a first run is told, and held against what
    the case allows, but refuses no run for want of room: a disk that may be large enough is no reason to stop here.
    """

    needed: int
    present: int
    free: int
    allowed: int | None
    least: int | None = None  # None: what is needed

    @property
    def more(self) -> int:
        """Bytes that must be free for the run."""
        return max(0, _SPARE * self.needed - self.present)

    def as_text(self) -> str:
        """Say it to people."""
        about = f"about {said(self.more)}" if self.more >= LEAST else "next to nothing"
        return f"a run needs {about} of disk beyond what it has, {said(self.free)} are free"

    def problems(self) -> list[str]:
        """Say why a run may not begin: the case does not allow what it needs, or it is not there."""
        found = []
        if self.allowed is not None and _SPARE * self.needed > self.allowed:
            needed = said(_SPARE * self.needed)
            found.append(f"a run needs about {needed} of disk, and [rules] disk allows {said(self.allowed)}")
        least = max(0, _SPARE * (self.needed if self.least is None else self.least) - self.present)
        if least > max(self.free, LEAST):
            found.append(f"a run needs about {said(least)} of disk more, and {said(self.free)} are free")
        return found


def estimate(case: Case, book: Ledger) -> Disk:
    """Estimate what a run on a case takes.

    Raises:
        CaseError: a file that the case names is not there.
        MachineError: the machine refuses to look.
    """
    present = sum(bytes_below(case.folder / name) for name in ("cache", "out"))
    try:
        free = shutil.disk_usage(case.folder).free
    except OSError as error:
        raise refused(case.folder, error) from error
    read = {str(entry["path"]): int(str(entry["bytes"])) for entry in book.entries if entry["what"] == "input"}
    found = inputs.find(case)
    # Without results what lies there tells nothing: a run that begins, one that was killed, what a purge left.
    kept = present if (case.folder / "out" / "tables").is_dir() else 0
    opened = case if not (read and kept) and _is_acquired(case, found, book) else None
    total = sum(read.values())
    most, least = (needed(found, total, kept, looked_into) for looked_into in (opened, None))
    return Disk(most, present, free, case.rules.disk, least)


def _is_acquired(case: Case, found: Sequence[Input], book: Ledger) -> bool:
    """Tell whether the files may be opened: what was not acquired, or is not signed for, is left as it is."""
    try:
        acquired.verify([(one, None) for one in found], case.folder, acquired.public_key(case), book.entries)
    except IntegrityError:
        return False  # a run says so, and reads nothing
    return True


def needed(found: Sequence[Input], read: int, kept: int, case: Case | None = None) -> int:
    """Give the bytes that cache and results will have.

    Args:
        found: the files of the case.
        read: bytes of input that earlier runs read.
        kept: what they kept of them, bytes.
        case: what says which lines are kept; None: no file is opened.

    Raises:
        MachineError: the machine refuses to look at a file.
    """
    files = list({one.path.resolve(): one for one in reversed(found)}.values())[::-1]
    if read and kept:
        return max(kept, kept * sum(map(inputs.size, files)) // read)
    tried = [(one, None) for one in files] if case is None else sampled(case, files)
    return int(sum(_stays(one, of) for one, of in tried))


def _stays(one: Input, of: Sampled | None) -> float:
    """Give the bytes that stay of a file."""
    packed = one.path.suffix in {".gz", ".zst"} if of is None else of.packed
    text = inputs.size(one) * ((_PACKED if of is None else max(_PACKED, of.packing)) if packed else 1)
    return text * max(1 / _SHARE, 0 if of is None else of.share * (1 + _ROW / of.length))


def said(count: int) -> str:
    """Give a number of bytes for people: `1.5 GB`."""
    for unit, size in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count / 1000:.1f} kB"


def bytes_below(folder: Path) -> int:
    """Give the bytes of the files in a folder and below. What a run at work takes away meanwhile counts for nothing.

    Raises:
        MachineError: the machine refuses to look.
    """
    total = 0
    try:
        for place, _, names in os.walk(folder, onerror=_raise):
            for name in names:
                with contextlib.suppress(FileNotFoundError):
                    # Of what is no file (a pipe, a device) this is 0.
                    total += os.stat(os.path.join(place, name)).st_size  # noqa: PTH116, PTH118 - a third of a `Path`'s time
    except OSError as error:
        raise refused(folder, error) from error
    return total


def _raise(error: OSError) -> None:
    """Let a folder that the machine refuses to list be an error, and one that is gone by now none."""
    if not isinstance(error, FileNotFoundError):
        raise error
