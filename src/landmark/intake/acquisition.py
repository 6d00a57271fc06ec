"""Who copied what, from which host, when and by what right: the manifest beside acquired files.

After ISO/IEC 27037 (identification, collection, acquisition, preservation): a copy is known by its hash from the moment
at which it was made, and whoever made it says so. `acquisition.json` lies in the folder of the files and names all of
them, those in folders below included; `acquisition.json.sig` is the provider's signature over its bytes, in base64.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from landmark import store
from landmark.errors import CaseError, IntegrityError, Problem
from landmark.intake import signatures
from landmark.scan.finding import MANIFEST, OF_ACQUISITION, SIGNATURE

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

_PIECE = 1 << 20
VERSION = 1
_CASE = "case.toml"


def acquire(  # noqa: PLR0913 - who, whence, by what right, and with which key
    folder: Path,
    *,
    by: str,
    host: str,
    right: str,
    key: Path | None,
    now: Callable[[], datetime],
    progress: Callable[[int], None] | None = None,
) -> Path:
    """Write the manifest of every file in a folder, and the signature over it.

    Args:
        folder: where the copied files lie; those in folders below belong to it.
        by: who made the copy.
        host: the machine that it was copied from.
        right: by what right: the reference of the order, or the consent.
        key: the provider's private key (PEM, without a password: Ed25519, ECDSA or RSA); None: it is not signed.
        now: the clock.
        progress: is told the bytes of each piece hashed.

    Raises:
        CaseError: there is no file, a manifest is there already, the key cannot be used, something is no file, or
            the folder has a case in it.
        IntegrityError: the files changed while they were hashed.
        MachineError: the machine refused.
    """
    _said(by=by, host=host, right=right)
    if os.path.lexists(folder / MANIFEST):
        expected = "a folder without one: what was acquired stays as it is, and nothing was written"
        raise CaseError(Problem(expected, file=str(folder / MANIFEST), found="a manifest"))
    if not folder.is_dir():
        raise CaseError(Problem("a folder with the files that were copied", file=str(folder), found="no folder"))
    private = None if key is None else signatures.signer(key)
    begun = now()
    files = []
    names = _files(folder)
    for name in names:
        path = folder / name
        before = _stat(path)
        sha256 = _hash(path, before[0], progress)
        if _stat(path) != before:
            raise IntegrityError(f"{path}: changed while it was hashed; no manifest was written")
        files.append({"path": name, "bytes": before[0], "sha256": sha256})
    if _files(folder) != names:
        raise IntegrityError(f"{folder}: files came or went while it was hashed; no manifest was written")
    if not files:
        raise CaseError(Problem("a folder with the files that were copied", file=str(folder), found="no file"))
    manifest = {
        "acquisition": VERSION,
        "by": by,
        "host": host,
        "right": right,
        "begun": begun.isoformat(timespec="seconds"),
        "ended": now().isoformat(timespec="seconds"),
        "files": files,
    }
    # A name that is not UTF-8 is written with the escapes of JSON.
    content = (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode(errors="backslashreplace")
    signature = None if private is None else base64.encodebytes(private(content))
    _clear(folder)
    if signature is not None:
        store.write_bytes(signature, folder / SIGNATURE)
    store.write_bytes(content, folder / MANIFEST)
    return folder / MANIFEST


def _clear(folder: Path) -> None:
    """Delete what an acquisition that was killed left."""
    for name in sorted(OF_ACQUISITION):
        try:
            (folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise store.refused(folder / name, error) from error


def _said(**texts: str) -> None:
    """See that each text says something, on one line."""
    for what, said in texts.items():
        if not said.strip() or not said.isprintable():
            raise CaseError(
                Problem("one line of text that says something", key=f"--{what}", found="nothing of the kind")
            )


def _files(folder: Path) -> list[str]:
    """Give every file, in the order of their paths; nothing in the folder is passed over in silence.

    Raises:
        CaseError: something is no file, or there is a case in the folder.
        MachineError: a folder cannot be looked into.
    """
    found: list[Path] = []
    problems: list[Problem] = []
    try:
        for place, below, names in os.walk(folder, onerror=_raise):
            paths = [Path(place) / name for name in names]
            links = [path for name in below if (path := Path(place) / name).is_symlink()]
            odd = [path for path in paths if not _is_file(path)]
            problems += [
                Problem(
                    "files and folders alone: what is meant must be copied here", str(path), found="a link or device"
                )
                for path in sorted([*links, *odd])
            ]
            found += paths
    except OSError as error:
        raise store.refused(Path(error.filename or folder), error) from error
    expected = "a folder of copies alone: move them to a folder of their own within the case, and acquire that"
    problems += [Problem(expected, str(path), found="a case") for path in sorted(found) if path.name == _CASE]
    if problems:
        raise CaseError(*problems)
    shown = (path.relative_to(folder).as_posix() for path in sorted(found))
    return [name for name in shown if name not in OF_ACQUISITION]


def _raise(error: OSError) -> None:
    raise error


def _is_file(path: Path) -> bool:
    """Tell of a path, or of what a link leads to, whether it is a regular file."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def _stat(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except OSError as error:
        raise store.refused(path, error) from error
    return stat.st_size, stat.st_mtime_ns


def _hash(path: Path, size: int, progress: Callable[[int], None] | None) -> str:
    """Hash a file that has so many bytes; of one that has more by now, no further: it might grow without end."""
    digest = hashlib.sha256()
    left = size
    try:
        with path.open("rb") as file:
            while left > 0 and (piece := file.read(min(left, _PIECE))):
                digest.update(piece)
                left -= len(piece)
                if progress is not None:
                    progress(len(piece))
    except OSError as error:
        raise store.refused(path, error) from error
    return digest.hexdigest()
