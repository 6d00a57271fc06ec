"""Memory that bytes are read to: where it begins, and that it is used again."""

from __future__ import annotations

from typing import cast

import numpy as np

_PAGE = 1 << 12


def paged(before: int, size: int) -> tuple[bytearray, int]:
    """Give a buffer, and where `size` bytes of it begin that lie on whole pages of memory, `before` others ahead.

    Where a file is copied to that begins some bytes into a page, AMD's Zen 3 takes three times as long.
    """
    buffer = bytearray(before + _PAGE + size)
    address = cast("int", np.frombuffer(buffer, np.uint8).__array_interface__["data"][0])
    return buffer, before + -(address + before) % _PAGE


def keep_freed(size: int) -> None:
    """Have pieces of memory of no more than `size` bytes be used again once they are freed, to the process's end.

    Glibc gives a piece that is larger than any freed before back to the system, and asks for it again, page by page,
    with the next (mallopt(3), M_MMAP_THRESHOLD). All that is freed later it keeps likewise, so ask for no more.
    """
    np.empty(size, np.uint8)
