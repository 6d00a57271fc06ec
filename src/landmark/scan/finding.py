"""Which files the patterns of a case name.

A pattern is a path with `*`, `?` and `[…]` within one folder's names and `**` for any depth of folders. As in a shell,
wildcards pass over names that begin with a dot, and they pass over the manifest that an acquisition wrote beside the
files, which is none of them; unlike in a shell, a folder that cannot be looked into is an error.
"""

from __future__ import annotations

import errno
import glob
import os
import re
import stat
from fnmatch import fnmatchcase
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, NamedTuple

from landmark.errors import Problem
from landmark.store import refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


MANIFEST = "acquisition.json"
SIGNATURE = MANIFEST + ".sig"
OF_ACQUISITION = frozenset(name + end for name in (MANIFEST, SIGNATURE) for end in ("", ".part"))
"""What an acquisition writes, and what one that was killed may have left."""
_BEGIN = b'{\n "acquisition":'


class Found(NamedTuple):
    """Files by the names that are shown, each once, and a problem for each pattern without any."""

    files: list[tuple[str, Path]]
    problems: list[Problem]


def expand(folder: Path, patterns: Sequence[str]) -> Found:
    """Find the files that patterns name.

    Args:
        folder: the case folder, which patterns are relative to that are not absolute.
        patterns: in the order of the case.

    Returns:
        Files in the order of the patterns, those of one pattern by name. Names have `/` between folders and are
        relative to the case folder, or absolute where the pattern is.

    Raises:
        MachineError: a folder is named outright, or one cannot be looked into.
    """
    files: dict[str, tuple[str, Path]] = {}
    problems: list[Problem] = []
    for pattern in patterns:
        try:
            matches = sorted((_shown(path, folder, pattern), path) for path in _matches(folder, pattern))
        except OSError as error:
            raise refused(Path(error.filename or folder / pattern), error) from error
        if not matches:
            problems.append(Problem(expected="at least one file", key="files", found=f'none for "{pattern}"'))
        for shown, path in matches:
            files.setdefault(os.path.normpath(path), (shown, path))
    return Found(list(files.values()), problems)


def _matches(folder: Path, pattern: str) -> Iterator[Path]:
    whole = folder / pattern
    # Also a file whose own name holds a bracket may be named as it stands.
    if (is_folder := _is_folder(whole)) is False:
        yield whole
    elif not glob.has_magic(pattern):
        if is_folder:
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(whole))
    else:
        path = PurePath(pattern)
        base = Path(path.anchor) if path.is_absolute() else folder
        yield from dict.fromkeys(_walk(base, [part for part in path.parts if part != path.anchor]))


def _walk(folder: Path, parts: Sequence[str]) -> Iterator[Path]:
    """Give what is no folder and the parts of a pattern match; some twice where there are several `**`."""
    head, rest = parts[0], parts[1:]
    if head == "**":
        yield from _walk(folder, rest or ["*"])
        for entry in _entries(folder):
            if entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
                yield from _walk(folder / entry.name, parts)
        return
    names = [head]
    if glob.has_magic(head):
        present = [entry.name for entry in _entries(folder)]
        names = [
            one
            for one in present
            if fnmatchcase(one, head) and (one[0] != "." or head[0] == ".") and not _of_acquisition(folder / one)
        ]
    for path in (folder / name for name in names):
        is_folder = _is_folder(path)
        if is_folder and rest:
            yield from _walk(path, rest)
        elif is_folder is False and not rest:
            yield path


def _of_acquisition(path: Path) -> bool:
    """Tell what an acquisition wrote from a file that only is called so, which is read as any other."""
    if path.name not in OF_ACQUISITION:
        return False
    try:
        with path.with_name(MANIFEST).open("rb") as file:
            return file.read(len(_BEGIN)) == _BEGIN
    except OSError:
        return path.name != MANIFEST


def _is_folder(path: Path) -> bool | None:
    """Tell a folder from all else, even a link that leads nowhere (to read it fails, aloud); None: nothing there."""
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False if path.is_symlink() else None


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return list(entries)


def _shown(path: Path, folder: Path, pattern: str) -> str:
    name = path if PurePath(pattern).is_absolute() else path.relative_to(folder)
    # A name that is no UTF-8 must still fit into tables and pages.
    return re.sub(r"[\udc80-\udcff]", lambda one: f"\\x{ord(one[0]) - 0xDC00:02x}", name.as_posix())
