"""Names become keyed hashes as they are read; the key stays in the case folder, with the provider.

HMAC-SHA256 (RFC 2104), cut to 128 bits: enough that no two names of a case meet, and without the key nobody can try
names.
"""

from __future__ import annotations

import hmac
import os
import secrets
from typing import TYPE_CHECKING

from landmark.contents import content_of
from landmark.errors import MachineError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEY_FILE = "case.key"
_DIGITS = 32


class Pseudonyms:
    """Gives the pseudonym of a name; the same name, kind and realm give the same one within a case."""

    def __init__(self, key: bytes, *, remembers: bool = True) -> None:
        """Take the case's key, 32 bytes, and whether names are held, so that none is hashed twice."""
        self._key = key
        self._remembers = remembers
        self._known: dict[tuple[bytes, bytes], str] = {}

    def _hash(self, kind: bytes, name: bytes) -> str:
        found = self._known.get((kind, name))
        if found is None:
            text = len(kind).to_bytes(4, "big") + kind + name
            found = hmac.digest(self._key, text, "sha256").hex()[:_DIGITS]
            if self._remembers:
                self._known[kind, name] = found
        return found

    def forgetful(self) -> Pseudonyms:
        """Give one that gives the same pseudonyms and holds no name: for names that nobody may know."""
        return Pseudonyms(self._key, remembers=False)

    def login(self, name: bytes, realm: str) -> str:
        """Give the pseudonym of a login: it is known by its name and its realm (or, without one, its `[[log]]`)."""
        return self._hash(b"login\0" + realm.encode(), name)

    def account(self, name: bytes) -> str:
        """Give the pseudonym of an account of the provider."""
        return self._hash(b"account", name)

    def line(self, name: bytes) -> str:
        """Give the pseudonym of a line: circuit, calling station, or NAS and port."""
        return self._hash(b"line", name)

    @property
    def salt(self) -> str:
        """Give what makes pseudonyms of visitors this case's own; it is written nowhere."""
        return self._hash(b"salt", b"")

    @property
    def fingerprint(self) -> str:
        """Tell one key from another without showing it: part of the cache's keys."""
        return self._hash(b"fingerprint", b"")


def _new_key() -> str:
    return secrets.token_hex(32)


def load_or_make(folder: Path, make: Callable[[], str] = _new_key) -> Pseudonyms:
    """Read the case's key, or make one on first need, readable by its owner alone.

    Args:
        folder: the case folder.
        make: gives a new key, 64 hex digits; a simulated world has one of its own.

    Raises:
        MachineError: the key cannot be read or written, or is not 64 hex digits.
    """
    path = folder / KEY_FILE
    try:
        if not path.exists():
            # Whole or not at all: a run that is killed here must not leave half a key to be taken for the case's.
            temporary = path.with_name(path.name + ".part")
            temporary.unlink(missing_ok=True)
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(make() + "\n")
                file.flush()
                os.fsync(file.fileno())
            temporary.rename(path)
        text = content_of(path).decode("ascii").strip()
        key = bytes.fromhex(text)
    except (OSError, ValueError) as error:
        raise MachineError(
            f"{path.name}: cannot be read or made in the case folder; nothing else was touched"
        ) from error
    if len(key) != 32:  # noqa: PLR2004 - 256 bits, as the docstring says
        raise MachineError(f"{path.name}: expected 64 hex digits; restore the key that this case was begun with")
    return Pseudonyms(key)
