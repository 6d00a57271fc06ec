"""Memory that bytes are read to: where it begins, and that it is used again."""

from __future__ import annotations

from typing import cast

import numpy as np

_PAGE = 1 << 12
_FREED = 30 << 20


def paged(before: int, size: int) -> tuple[bytearray, int]:
    """Give a buffer, and where `size` bytes of it begin that lie on whole pages of memory, `before` others ahead.

    Where a file is copied to that begins some bytes into a page, AMD's Zen 3 takes three times as long.
    """
    buffer = bytearray(before + _PAGE + size)
    address = cast("int", np.frombuffer(buffer, np.uint8).__array_interface__["data"][0])
    return buffer, before + -(address + before) % _PAGE


def keep_freed() -> None:
    """Have pieces of some megabytes that are freed be used again.

    Glibc gives them back to the system, and asks for them again, page by page, with the next: until one as large as
    this was freed once (mallopt(3), M_MMAP_THRESHOLD).
    """
    np.empty(_FREED, np.uint8)
