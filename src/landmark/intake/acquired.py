"""Whether inputs are what was acquired: every manifest beside or above a file is held against it.

A manifest that an earlier run had may not go, nor become another one: the ledger has its hash. Where the case names the
provider's key there is no input without a signed manifest. A manifest nearer to a file hides none that lies above it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Protocol

from landmark import case_file, store
from landmark.contents import content_of
from landmark.errors import IntegrityError
from landmark.intake import signatures
from landmark.intake.acquisition import VERSION
from landmark.scan.finding import MANIFEST, SIGNATURE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from landmark.case import Case
    from landmark.ledger import Entry
    from landmark.scan.reading import Identity

_FORM = "a manifest as `landmark acquire` writes it"
_SHA256 = re.compile(r"[0-9a-f]{64}")


class File(Protocol):
    """A file that is about to be read: how it is shown, and where it is."""

    @property
    def name(self) -> str:
        """As messages have it."""

    @property
    def path(self) -> Path:
        """Where it is."""


@dataclass(frozen=True, slots=True)
class Acquired:
    """An acquisition that was held against the files: what the ledger enters of it."""

    path: str  # of the manifest: within the case folder, else absolute
    sha256: str
    by: str
    host: str
    right: str
    files: int
    signed: bool  # and the signature is the provider's

    def as_entry(self) -> dict[str, object]:
        """Give it as the ledger has it."""
        return asdict(self)


def public_key(case: Case) -> Path | None:
    """Give where the provider's public key is, if the case names one."""
    key = case.authority.provider_key
    return None if key is None else case_file.resolve(case, key)


def known(entries: Iterable[Entry]) -> dict[str, dict[str, object]]:
    """Give what the ledger says last of each manifest that earlier runs had, by its path."""
    return {str(entry["path"]): entry for entry in entries if entry["what"] == "acquisition"}


def fresh(found: Iterable[Acquired], entries: Iterable[Entry]) -> list[Acquired]:
    """Give the acquisitions that the ledger does not have yet."""
    before = known(entries)
    return [one for one in found if not one.as_entry().items() <= before.get(one.path, {}).items()]


def verify(
    found: Sequence[tuple[File, Identity | None]],
    case_folder: Path,
    public_key: Path | None,
    entries: Iterable[Entry] = (),
) -> tuple[Acquired, ...]:
    """Hold every manifest that lies beside an input, or above it, against the inputs.

    Of an input in the case folder none is looked for above that; of another, or behind a link, up to the root.

    Args:
        found: every input with its identity; None: it was not read yet, and is only held against the list of names.
        case_folder: the case folder.
        public_key: the provider's public key, as the case names it; None: signatures are not checked.
        entries: the ledger's.

    Raises:
        IntegrityError: an input is not what was acquired, or was not acquired; a manifest is none, or is not the one
            that an earlier run had; a manifest or a signature is missing where the case names a key, or the signature
            is not the provider's.
        CaseError: the key cannot be used.
        MachineError: a manifest cannot be read.
    """
    check = None if public_key is None else signatures.checker(public_key)
    manifests = _Manifests(case_folder, check)
    wrong: list[str] = []
    for one, identity in found:
        try:
            about = list(manifests.about(one.path))
        except IntegrityError as error:  # of a manifest: said once, and what is wrong with the others beside it
            wrong.append(str(error))
            continue
        if not about and check is not None:
            wrong.append(f"{one.name}: no {MANIFEST} beside it or above, and the case names the provider's key")
        hashes = [files.get(name) for name, files in about]
        if None in hashes:
            wrong.append(f"{one.name}: is not among what {MANIFEST} says was acquired")
        elif identity is not None and not set(hashes) <= {identity.sha256}:
            wrong.append(f"{one.name}: is not what was acquired: its SHA-256 is not the one in {MANIFEST}")
    wrong += manifests.exchanged(known(entries))
    if wrong:
        wrong = list(dict.fromkeys(wrong))
        unhashed = any(identity is None for _, identity in found)
        later = "; no hash was looked at yet: that follows once this is mended" if unhashed else ""
        raise IntegrityError("\n".join(wrong) + f"\nnothing of it is used; earlier results are kept{later}")
    return tuple(sorted(manifests.acquired(), key=lambda one: one.path))


class _Manifests:
    """The manifests of the folders that are asked about, each read once."""

    def __init__(self, case_folder: Path, check: Callable[[bytes, bytes], bool] | None) -> None:
        self._folder = case_folder.resolve()
        self._tops = {self._folder, Path(os.path.abspath(case_folder))}  # noqa: PTH100 - resolve() would follow links
        self._check = check
        self._read: dict[Path, tuple[Mapping[str, str], Acquired] | None] = {}  # by their folders

    def acquired(self) -> list[Acquired]:
        return [one[1] for one in self._read.values() if one is not None]

    def about(self, path: Path) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Give what each manifest about a file calls it, and the hashes that it has; by the file's name and place."""
        named = Path(os.path.abspath(path))  # noqa: PTH100 - as above
        for one in dict.fromkeys((named, path.resolve())):
            for folder in one.parents:
                found = self._of(folder.resolve())
                if found is not None:
                    yield one.relative_to(folder).as_posix(), found[0]
                if folder in self._tops:
                    break

    def exchanged(self, before: Mapping[str, Mapping[str, object]]) -> list[str]:
        """Say which manifests of earlier runs are gone or others now, of those above inputs that are still read."""
        wrong = []
        for shown, entry in sorted(before.items()):
            folder = (self._folder / shown).parent.resolve()
            if folder not in self._read:
                continue
            now = self._read[folder]
            if now is None:
                wrong.append(f"{shown}: an earlier run held the inputs against it, and it is not there; put it back")
            elif now[1].sha256 != entry["sha256"]:
                wrong.append(f"{shown}: is another one than an earlier run had; put that one back")
        return wrong

    def _of(self, folder: Path) -> tuple[Mapping[str, str], Acquired] | None:
        if folder not in self._read:
            there = os.path.lexists(folder / MANIFEST)
            self._read[folder] = self._parsed(folder / MANIFEST) if there else None
        return self._read[folder]

    def _parsed(self, path: Path) -> tuple[Mapping[str, str], Acquired]:
        shown = path.relative_to(self._folder).as_posix() if self._folder in path.parents else path.as_posix()
        try:
            content = content_of(path)
        except OSError as error:
            raise store.refused(path, error) from error
        try:
            said = json.loads(content, object_pairs_hook=_once)
            by, host, right = (_line(said[key]) for key in ("by", "host", "right"))
            files = dict(map(_file, said["files"]))
            whole = said["acquisition"] == VERSION and len(files) == len(said["files"]) > 0
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            # Without the cause: it may quote what stands there.
            raise IntegrityError(f"{shown}: is not {_FORM}") from None
        if not whole:
            raise IntegrityError(f"{shown}: is not {_FORM}")
        signed = self._check is not None and _is_signed(path.with_name(SIGNATURE), content, self._check, shown)
        return files, Acquired(shown, hashlib.sha256(content).hexdigest(), by, host, right, len(files), signed)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _line(text: object) -> str:
    if not isinstance(text, str) or not text.strip() or not text.isprintable():
        raise ValueError
    return text


def _file(said: Mapping[str, object]) -> tuple[str, str]:
    """Give path and hash of a file; a path leads down from the manifest's folder, and is written in one way alone."""
    path, sha256 = said["path"], said["sha256"]
    if not isinstance(path, str) or not isinstance(sha256, str):
        raise TypeError
    plain = PurePosixPath(path)
    if plain.is_absolute() or ".." in plain.parts or str(plain) != path or not plain.parts:
        raise ValueError
    if not _SHA256.fullmatch(sha256.lower()):
        raise ValueError
    return path, sha256.lower()


def _is_signed(path: Path, content: bytes, check: Callable[[bytes, bytes], bool], shown: str) -> bool:
    try:
        signature = base64.b64decode(content_of(path))
    except FileNotFoundError:
        raise IntegrityError(f"{shown}: is not signed, and the case names the provider's key") from None
    except OSError as error:
        raise store.refused(path, error) from error
    except ValueError as error:
        raise IntegrityError(f"{shown}: its signature cannot be read") from error
    if not check(signature, content):
        raise IntegrityError(f"{shown}: the signature beside it is not the provider's over these bytes")
    return True
