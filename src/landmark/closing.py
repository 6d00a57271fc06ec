"""What is left of a case that is closed: its ledger and its totals, and nothing of anybody.

A table holds addresses and times of people of whom nothing may be wanted any more; once the court's matter is over they
are deleted, and the ledger says that they were, by what name and how large.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from landmark import outputs, store
from landmark.errors import CaseError, Problem
from landmark.keys import key_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from landmark.ledger import Ledger

KEPT = ("funnel.json", "communique.md")
"""What stays of `out/`: totals."""
FOLDERS = ("identities", "requests", "plots", "cache")
"""What goes besides `out/`, in this order: names first."""
_LOCK = "lock"  # of the folder `cache`: it is held while this is done


def purge(folder: Path, book: Ledger) -> dict[str, int]:
    """Delete everything of a case but its case file, key, inputs, ledger, funnel and communique.

    Args:
        folder: the case folder, held.
        book: its ledger, which is told what is to go and what went.

    Returns:
        What was removed: files by their path in the case folder, with their bytes.

    Raises:
        CaseError: the case has not been run, so there is no funnel to keep; or it was purged already.
        IntegrityError: the funnel is not what the run wrote.
        MachineError: the machine refused; what is left is removed when it is asked again.
    """
    said = outputs.need(folder)
    texts = {name: outputs.text(folder, name).encode() for name in KEPT}
    removed = _files(folder)
    if said.get(outputs.PURGED) and not removed:
        raise CaseError(Problem("a case that has something to remove", file=str(folder), found="one that was purged"))
    book.add("purge", files=len(removed), bytes=sum(removed.values()))
    for name in FOLDERS:
        _delete(folder / name, {_LOCK} if name == "cache" else ())
    # The manifest stays until the new one takes its place: without one nobody could ask again.
    _delete(folder / "out", {*KEPT, outputs.MANIFEST})
    manifest: outputs.Manifest = {
        **{key: value for key, value in said.items() if key in {"case", "authority"}},
        "key": "",
        outputs.PURGED: True,
        "files": {name: hashlib.sha256(text).hexdigest() for name, text in texts.items()},
        "tables": {},
    }
    book.add("purged", files=len(removed), bytes=sum(removed.values()), manifest_sha256=key_of(manifest))
    outputs.seal(folder / "out", manifest)
    return removed


def _files(folder: Path) -> dict[str, int]:
    kept = {folder / "out" / name for name in (*KEPT, outputs.MANIFEST)} | {folder / "cache" / _LOCK}
    try:
        found = [path for name in (*FOLDERS, "out") for path in sorted((folder / name).rglob("*"))]
        return {
            path.relative_to(folder).as_posix(): path.lstat().st_size
            for path in found
            if path not in kept and (path.is_symlink() or not path.is_dir())
        }
    except OSError as error:
        raise store.refused(Path(error.filename or folder), error) from error


def _delete(place: Path, but: Collection[str]) -> None:
    """Delete what lies in a folder, but for some files. The folder itself stays: it may be a link to another disk."""
    try:
        for path in sorted(place.iterdir()) if place.is_dir() else ():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.name not in but:
                path.unlink()
    except OSError as error:
        raise store.refused(Path(error.filename or place), error) from error


def by_folder(removed: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Sum up what was removed: files and bytes by the folder that they lay in."""
    sums: dict[str, tuple[int, int]] = {}
    for name, size in removed.items():
        folder = name.split("/", 1)[0]
        files, total = sums.get(folder, (0, 0))
        sums[folder] = files + 1, total + size
    return sums
