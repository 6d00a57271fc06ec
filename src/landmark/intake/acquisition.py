"""Who copied what, from which host, when and by what right: the manifest beside acquired files, and whether it holds.

After ISO/IEC 27037 (identification, collection, acquisition, preservation): a copy is known by its hash from the moment
at which it was made, and whoever made it says so. `acquisition.json` lies in the folder of the files and names all of
them, those in folders below included; `acquisition.json.sig` is the provider's signature over its bytes, in base64.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from landmark import store
from landmark.errors import CaseError, IntegrityError, Problem
from landmark.intake import signatures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from landmark.intake.inputs import Input
    from landmark.scan.reading import Identity

MANIFEST = "acquisition.json"
SIGNATURE = MANIFEST + ".sig"
_PIECE = 1 << 20
_FORM = "a manifest as `landmark acquire` writes it"


@dataclass(frozen=True, slots=True)
class Acquired:
    """An acquisition that was held against the files: what the ledger enters of it."""

    path: str
    sha256: str
    by: str
    host: str
    right: str
    files: int
    signed: bool  # and the signature is the provider's

    def as_entry(self) -> dict[str, object]:
        """Give it as the ledger has it."""
        return {
            "path": self.path,
            "sha256": self.sha256,
            "by": self.by,
            "host": self.host,
            "right": self.right,
            "files": self.files,
            "signed": self.signed,
        }


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
        CaseError: there is no file, or a manifest is there already, or the key cannot be used.
        MachineError: the machine refused.
    """
    for what, said in (("by", by), ("host", host), ("right", right)):
        if not said.strip() or not said.isprintable():
            raise CaseError(
                Problem("one line of text that says something", key=f"--{what}", found="nothing of the kind")
            )
    if (folder / MANIFEST).exists():
        raise CaseError(Problem("a folder without one: what was acquired stays as it is", file=str(folder / MANIFEST)))
    private = None if key is None else signatures.signer(key)
    begun = now()
    files = []
    for name in _files(folder):
        path = folder / name
        before = _stat(path)
        sha256 = _hash(path, progress)
        if _stat(path) != before:
            raise IntegrityError(f"{path}: changed while it was hashed; no manifest was written")
        files.append({"path": name, "bytes": before[0], "sha256": sha256})
    if not files:
        raise CaseError(Problem("a folder with the files that were copied", file=str(folder), found="no file"))
    manifest = {
        "acquisition": 1,
        "by": by,
        "host": host,
        "right": right,
        "begun": begun.isoformat(timespec="seconds"),
        "ended": now().isoformat(timespec="seconds"),
        "files": files,
    }
    content = (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode()
    if private is not None:
        store.write_bytes(base64.encodebytes(private(content)), folder / SIGNATURE)
    store.write_bytes(content, folder / MANIFEST)
    return folder / MANIFEST


def verify(found: Sequence[tuple[Input, Identity]], case_folder: Path, public_key: Path | None) -> tuple[Acquired, ...]:
    """Hold every manifest that lies beside an input, or above it within the case folder, against the inputs.

    Args:
        found: every input with its identity.
        case_folder: the case folder.
        public_key: the provider's public key, as the case names it; None: signatures are not checked.

    Raises:
        IntegrityError: an input is not what was acquired, or was not acquired; a manifest is none; a signature is
            missing where the case names a key, or is not the provider's.
        CaseError: the key cannot be used.
    """
    wrong: list[str] = []
    manifests: dict[Path, dict[str, str]] = {}
    acquired: list[Acquired] = []
    check = None if public_key is None else signatures.checker(public_key)
    for one, identity in found:
        for place in _above(one.path, case_folder):
            if place not in manifests:
                known, said = _read(place, case_folder, check)
                manifests[place] = known
                acquired.append(said)
            name = one.path.absolute().relative_to(place).as_posix()
            expected = manifests[place].get(name)
            if expected is None:
                wrong.append(f"{one.name}: is not among what {MANIFEST} says was acquired")
            elif expected != identity.sha256:
                wrong.append(f"{one.name}: is not what was acquired: its SHA-256 is not the one in {MANIFEST}")
    if wrong:
        raise IntegrityError("\n".join(wrong) + "\nnothing was read; earlier results are kept")
    return tuple(sorted(acquired, key=lambda one: one.path))


def _above(path: Path, case_folder: Path) -> Iterator[Path]:
    """Give the nearest folder with a manifest; none is looked for above the case folder, or above the file's own."""
    here = path.absolute().parent
    top = case_folder.absolute()
    while True:
        if (here / MANIFEST).is_file():
            yield here
            return
        if here == top or top not in here.parents:
            return
        here = here.parent


def _read(
    place: Path, case_folder: Path, check: Callable[[bytes, bytes], bool] | None
) -> tuple[dict[str, str], Acquired]:
    path = place / MANIFEST
    top = case_folder.absolute()
    shown = path.relative_to(top).as_posix() if top in path.parents else str(path)
    try:
        content = path.read_bytes()
        said = json.loads(content)
        files = {str(file["path"]): str(file["sha256"]) for file in said["files"]}
        by, host, right = (str(said[key]) for key in ("by", "host", "right"))
    except OSError as error:
        raise store.refused(path, error) from error
    except (ValueError, KeyError, TypeError) as error:
        raise IntegrityError(f"{shown}: is not {_FORM}") from error
    signed = check is not None and _is_signed(place / SIGNATURE, content, check, shown)
    return files, Acquired(shown, hashlib.sha256(content).hexdigest(), by, host, right, len(files), signed)


def _is_signed(path: Path, content: bytes, check: Callable[[bytes, bytes], bool], shown: str) -> bool:
    try:
        signature = base64.b64decode(path.read_bytes())
    except FileNotFoundError:
        raise IntegrityError(f"{shown}: is not signed, and the case names the provider's key") from None
    except (OSError, ValueError) as error:
        raise IntegrityError(f"{shown}: its signature cannot be read") from error
    if not check(signature, content):
        raise IntegrityError(f"{shown}: the signature beside it is not the provider's over these bytes")
    return True


def _files(folder: Path) -> list[str]:
    try:
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
    except OSError as error:
        raise store.refused(folder, error) from error
    names = (path.relative_to(folder).as_posix() for path in paths)
    return [name for name in names if name not in {MANIFEST, SIGNATURE}]


def _stat(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except OSError as error:
        raise store.refused(path, error) from error
    return stat.st_size, stat.st_mtime_ns


def _hash(path: Path, progress: Callable[[int], None] | None) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
                if progress is not None:
                    progress(len(piece))
    except OSError as error:
        raise store.refused(path, error) from error
    return digest.hexdigest()
