"""A file that is there whole or not at all."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, BinaryIO

from landmark.errors import MachineError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write to, which is there, whole, once the context has been left without an error.

    Raises:
        MachineError: as `write`.
    """
    temporary = path.with_name(path.name + ".part")
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise refused(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def write_text(text: str, path: Path) -> None:
    """Write a UTF-8 text with Unix line ends so that it is there whole or not at all.

    Raises:
        MachineError: as `write`.
    """
    write_bytes(text.encode(), path)


def write_bytes(content: bytes, path: Path) -> None:
    """Write bytes so that they are there whole or not at all.

    Raises:
        MachineError: as `write`.
    """
    with whole(path) as file:
        file.write(content)


def sync_folder(folder: Path) -> None:
    """Make a rename last; where a system cannot sync a folder, it needs none."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def refused(path: Path, error: OSError) -> MachineError:
    """Say what the machine refused, where, and that nothing half-written is left to be read."""
    why = error.strerror or type(error).__name__
    return MachineError(f"{path}: {why}; earlier results that were complete are kept, nothing half-written is used")
