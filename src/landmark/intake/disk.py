"""The disk that a run will take: said before it starts, and refused where it is not there or not allowed.

It is an estimate. What earlier runs kept of how many bytes of input tells it; before there is one, a share that logs of
which one line in fifty concerns the case would take.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from landmark.intake import inputs
from landmark.store import refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from landmark.case import Case
    from landmark.intake.inputs import Input
    from landmark.ledger import Ledger

LEAST = 1_000_000
"""Bytes below which no estimate is worth its name: what little a run takes besides is not in it."""
_SHARE = 50  # of a text's bytes one in so many stays, before an earlier run says otherwise
_PACKED = 10  # bytes of text in a byte of a packed log
_SPARE = 2  # new results stand beside the old ones until they are whole


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes: what cache and results will have in the end, what they have now, what is free, what the case allows."""

    needed: int
    present: int
    free: int
    allowed: int | None

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
        if self.more > max(self.free, LEAST):
            found.append(f"a run needs about {said(self.more)} of disk more, and {said(self.free)} are free")
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
    return Disk(needed(inputs.find(case), sum(read.values()), present), present, free, case.rules.disk)


def needed(found: Sequence[Input], read: int, kept: int) -> int:
    """Give the bytes that cache and results will have.

    Args:
        found: the files of the case.
        read: bytes of input that earlier runs read.
        kept: what they kept of them, bytes.
    """
    stored = {one.path.resolve(): inputs.size(one) for one in found}
    if read and kept:
        return max(kept, kept * sum(stored.values()) // read)
    packed = sum(size * (_PACKED if path.suffix in {".gz", ".zst"} else 1) for path, size in stored.items())
    return packed // _SHARE


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
