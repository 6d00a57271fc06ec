"""The bytes of a file that is read whole: a case file, a key, a manifest, a ledger. Only a regular file has any."""

from __future__ import annotations

import errno
import hashlib
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def content_of(path: Path) -> bytes:
    """Read a regular file whole.

    Raises:
        OSError: it cannot be read, or something else stands in its place.
    """
    _need_regular(path)
    return path.read_bytes()


def sha256_of(path: Path) -> str:
    """Give the SHA-256 of a regular file, hex.

    Raises:
        OSError: as `content_of`.
    """
    _need_regular(path)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _need_regular(path: Path) -> None:
    """Refuse what would keep us waiting for a writer, as a named pipe does, or never end, as a device may."""
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):  # of a folder, reading says itself what it is
        raise OSError(errno.EINVAL, "Not a regular file", str(path))
