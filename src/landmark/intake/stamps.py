"""What is known of files that nobody has touched since: `cache/inputs.json` spares hashing them again.

It says nothing that hashing would not say, and may be deleted at any time.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from landmark.contents import content_of
from landmark.scan.reading import Identity, identify
from landmark.store import refused, write_text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    from landmark.intake.inputs import Input


class Stamps:
    """The identity of files whose size, times and inode have not changed since."""

    def __init__(self, folder: Path) -> None:
        """Read it from the cache folder; anything unreadable in it counts as absent."""
        self._path = folder / "inputs.json"
        self._known: dict[str, dict[str, object]] = {}
        try:
            content = json.loads(content_of(self._path).decode())
        except (OSError, ValueError):
            return
        if isinstance(content, dict):
            self._known = {name: entry for name, entry in content.items() if isinstance(entry, dict)}

    def identity(
        self,
        one: Input,
        at: Collection[int],
        *,
        texts: Collection[str] = (),
        again: bool = False,
        progress: Callable[[int], None] | None = None,
    ) -> Identity:
        """Give a file's identity; hash it only if need be.

        Args:
            one: the file.
            at: lengths of its text at which its hash is wanted too.
            texts: SHA-256 of texts that need no such hashes: an earlier run read them whole.
            again: hash it whatever is known of it.
            progress: is told the stored bytes of each piece read.

        Raises:
            MachineError: the machine refuses to read it, or it changed while it was read.
        """
        known = None if again else self.look(one, at, texts)
        if known is not None:
            return known
        stamp = stamp_of(one)
        identity = identify(one.path, at, progress=progress)
        self.put(one, stamp, identity)
        return identity

    def look(self, one: Input, at: Collection[int], texts: Collection[str] = ()) -> Identity | None:
        """Give what is known of a file that nobody touched since; None: it must be read. Arguments as `identity`.

        Raises:
            MachineError: the machine refuses to look at it.
        """
        entry = self._known.get(one.name)
        if entry is None or entry.get("stamp") != stamp_of(one):
            return None
        identity = _identity(entry)
        return identity if identity and (identity.content_sha256 in texts or _has(identity, at)) else None

    def put(self, one: Input, stamp: list[int], identity: Identity) -> None:
        """Remember what a file is that had that stamp before it was read."""
        self._known[one.name] = {
            "stamp": stamp,
            **asdict(identity),
            "prefixes": {str(length): text for length, text in identity.prefixes.items()},
        }

    def save(self, names: Collection[str]) -> None:
        """Write it, for the files of this case alone."""
        kept = {name: self._known[name] for name in sorted(names) if name in self._known}
        write_text(json.dumps(kept, sort_keys=True, indent=1) + "\n", self._path)


def stamp_of(one: Input) -> list[int]:
    """Give what changes where a file is touched: size, times, inode.

    Raises:
        MachineError: the machine refuses to look at it.
    """
    try:
        stat = one.path.stat()
    except OSError as error:
        raise refused(one.path, error) from error
    return [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]


def _identity(entry: Mapping[str, object]) -> Identity | None:
    prefixes = entry.get("prefixes")
    if not isinstance(prefixes, dict):
        return None
    try:
        fields = {key: value for key, value in entry.items() if key not in {"stamp", "prefixes"}}
        return Identity(**fields, prefixes={int(length): str(text) for length, text in prefixes.items()})  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None


def _has(identity: Identity, at: Collection[int]) -> bool:
    return all(length in identity.prefixes or length > identity.text_bytes for length in at)
