"""The folder `out/` is a set: whole, with a manifest that names every file by hash, or not to be read at all."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from landmark import case_file, ledger, store, tables
from landmark.contents import content_of, sha256_of
from landmark.errors import CaseError, IntegrityError, Problem
from landmark.keys import key_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from landmark.kept import Kept
    from landmark.ledger import Ledger
    from landmark.tables import Table

MANIFEST = "manifest.json"
PURGED = "purged"
"""What the manifest of a closed case says: its tables were deleted, and its totals kept."""

Manifest = dict[str, object]


def write(out: Path, made: Mapping[str, pa.Table | Kept], texts: Mapping[str, bytes], facts: Manifest) -> Manifest:
    """Write tables and texts; the manifest is taken away first, and `seal` writes it last.

    Args:
        out: the folder.
        made: tables by name; of those that lie on disk the file is copied.
        texts: other files by their path in the folder.
        facts: what the manifest says besides: case, key, authority.

    Returns:
        The manifest, which is not written yet.

    Raises:
        MachineError: the machine refused; without a manifest nobody reads what is there.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / MANIFEST).unlink(missing_ok=True)
        (out / "tables").mkdir(exist_ok=True)
        for name in texts:
            (out / name).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise store.refused(Path(error.filename or out), error) from error
    said = {name: _write(data, tables.BY_NAME[name], out / "tables") for name, data in sorted(made.items())}
    for name, content in texts.items():
        store.write_bytes(content, out / name)
    wanted = {*texts, *(f"tables/{name}.parquet" for name in made)}
    _clear(out, wanted)
    return {
        **facts,
        "files": {name: hash_of(out / name) for name in sorted(wanted)},
        "tables": said,
    }


def _write(made: pa.Table | Kept, table: Table, folder: Path) -> dict[str, object]:
    """Write a table, and give its rows and its content's hash."""
    data = made if isinstance(made, pa.Table) else made.source
    path = folder / f"{table.name}.parquet"
    if isinstance(data, pa.Table):
        store.write(data, table, path)
        return {"rows": data.num_rows, "content": store.digest(data)}
    store.copy(data, path)
    return {"rows": made.rows, "content": store.digest_of(data, table)}


def seal(out: Path, manifest: Manifest) -> None:
    """Write the manifest: from here on the set is whole, and may be read.

    Raises:
        MachineError: the machine refused.
    """
    store.write_text(json.dumps(manifest, sort_keys=True, indent=1) + "\n", out / MANIFEST)


def hash_of(path: Path) -> str:
    """Give the SHA-256 of a file of a case, hex.

    Raises:
        MachineError: it cannot be read.
    """
    try:
        return sha256_of(path)
    except OSError as error:
        raise store.refused(path, error) from error


def _clear(out: Path, wanted: set[str]) -> None:
    """Delete what an earlier run wrote and this one did not, and folders that are left empty."""
    try:
        for path in sorted(out.rglob("*"), reverse=True):
            name = path.relative_to(out).as_posix()
            if path.is_dir() and not path.is_symlink():
                if not any(path.iterdir()):
                    path.rmdir()
            elif name not in wanted:
                path.unlink()
    except OSError as error:
        raise store.refused(Path(error.filename or out), error) from error


def remove(out: Path) -> None:
    """Delete the whole set, the manifest first. The folder itself stays: it may be a link to another disk.

    Raises:
        MachineError: the machine refused.
    """
    try:
        (out / MANIFEST).unlink(missing_ok=True)
        for path in out.iterdir() if out.exists() else ():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
    except OSError as error:
        raise store.refused(Path(error.filename or out), error) from error


def manifest(out: Path) -> Manifest | None:
    """Give the manifest, or None where there is none that can be read."""
    try:
        content = json.loads(content_of(out / MANIFEST).decode())
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def intact(out: Path, said: Manifest) -> list[str]:
    """Give the files of the set that are missing or not what the manifest says."""
    files = said.get("files")
    if not isinstance(files, dict):
        return [MANIFEST]
    wrong = []
    for name, sha256 in sorted(files.items()):
        path = out / name
        if not path.is_file() or hash_of(path) != sha256:
            wrong.append(name)
    return wrong


def vouch(book: Ledger, out: Path) -> None:
    """See that the ledger has the line of the results that are there.

    Raises:
        IntegrityError: it has not: lines were cut from its end, or it is not the ledger of these results.
    """
    said = manifest(out)
    if said is None:
        return
    digest = key_of(said)
    # A run may have ended since the ledger was read.
    if not _has(book, digest) and not _has(ledger.read(book.path.parent, book.clock), digest):
        if not book.path.exists():
            raise IntegrityError(
                f"{book.path.name}: is not there, and nothing else tells of the run that made out/; put it back"
            )
        raise IntegrityError(
            f"{book.path.name}: has no line for the results in out/, so one of the two is not what was written; "
            "put the ledger back (or delete out/ and run the case to have it made anew)"
        )


def _has(book: Ledger, manifest_sha256: str) -> bool:
    known = (entry.get("manifest_sha256") for entry in book.entries if entry["what"] in {"results", PURGED})
    return manifest_sha256 in known


def need(folder: Path) -> Manifest:
    """Give the manifest of a case's results, or refuse: without one there is nothing to be read.

    Raises:
        CaseError: there is no case, it has not been run, or a run did not end.
        MachineError: the manifest is there and may not be read.
    """
    said = manifest(folder / "out")
    if said is None:
        case_file.need(folder)
        _see(folder / "out" / MANIFEST)
        expected = "run the case first (`landmark run`): its results are not there, or not complete"
        raise CaseError(Problem(expected, file=str(folder)))
    return said


def _see(path: Path) -> None:
    """Tell a file that is kept from us from one that is not there."""
    try:
        content_of(path)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise store.refused(path, error) from error


def table(folder: Path, name: str) -> pa.Table:
    """Read a table of a case's results, and see that it is what the manifest says.

    Raises:
        CaseError: the case has not been run.
        IntegrityError: the table is not what the run wrote.
        MachineError: it cannot be read, or another version wrote it, with other columns.
    """
    path = _checked(folder, f"tables/{name}.parquet")
    store.check(path, tables.BY_NAME[name])
    return store.read(path, tables.BY_NAME[name])


def text(folder: Path, name: str) -> str:
    """Read a text of a case's results, by its path in `out/`, and see that it is what the manifest says.

    Raises:
        CaseError: the case has not been run.
        IntegrityError: the text is not what the run wrote.
        MachineError: it cannot be read.
    """
    path = _checked(folder, name)
    try:
        return content_of(path).decode()
    except OSError as error:
        raise store.refused(path, error) from error


def _checked(folder: Path, name: str) -> Path:
    said = need(folder)
    path = folder / "out" / name
    files = said.get("files")
    expected = files.get(name) if isinstance(files, dict) else None
    if expected is None and said.get(PURGED):
        raise CaseError(Problem("a case whose tables are there", file=str(folder), found="one that was purged"))
    if not path.is_file() or expected != hash_of(path):
        raise IntegrityError(f"out/{name}: is not what the run wrote; run the case again")
    return path
