"""What was done, line by line, each chained by hash to the one before: nothing can be taken out or put in unseen.

A line is JSON with sorted keys; its `hash` is SHA-256 of the line without `hash`, and `before` is the `hash` of the
line before (64 zeros for the first). Only here, and in signatures, stands the time of day.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from landmark.contents import content_of
from landmark.errors import IntegrityError, MachineError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

LEDGER_FILE = "ledger.jsonl"
FIRST = "0" * 64

Entry = dict[str, object]


def _hash(entry: Mapping[str, object]) -> str:
    body = {key: value for key, value in entry.items() if key != "hash"}
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(slots=True)
class Ledger:
    """The ledger of one case, read whole and appended to; `clock` gives the time of day with its zone."""

    path: Path
    clock: Callable[[], datetime]
    entries: list[Entry]
    torn: bool

    def add(self, what: str, **said: object) -> None:
        """Append a line and make it last before anything that depends on it.

        Raises:
            MachineError: the ledger cannot be written.
        """
        before = str(self.entries[-1]["hash"]) if self.entries else FIRST
        entry: Entry = {
            "n": len(self.entries) + 1,
            "at": self.clock().isoformat(timespec="seconds"),
            "what": what,
            **said,
            "before": before,
        }
        entry["hash"] = _hash(entry)
        line = json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":")) + "\n"
        try:
            if self.torn:
                self._mend()
            self._append(line.encode())
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise MachineError(f"{self.path.name}: {why}; the run was ended before it did anything") from error
        self.entries.append(entry)

    def _append(self, line: bytes) -> None:
        """Write a line, or nothing of it: what a full disk took of one would be before the next."""
        with self.path.open("ab", buffering=0) as file:
            begin = file.tell()
            try:
                left = memoryview(line)
                while left:
                    left = left[file.write(left) :]
                os.fsync(file.fileno())
            except OSError:
                with contextlib.suppress(OSError):
                    file.truncate(begin)
                raise

    def _mend(self) -> None:
        """Cut off a last line that a killed run left unfinished; nothing before it is touched."""
        with self.path.open("r+b") as file:
            content = file.read()
            file.truncate(content.rfind(b"\n") + 1)
        self.torn = False


def read(folder: Path, clock: Callable[[], datetime]) -> Ledger:
    """Read and verify the ledger of a case; a case without one has an empty one.

    Raises:
        IntegrityError: a line is not JSON, is out of its place, or its hash or chain does not hold.
        MachineError: the file cannot be read.
    """
    path = folder / LEDGER_FILE
    try:
        content = content_of(path)
    except FileNotFoundError:
        return Ledger(path, clock, [], torn=False)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise MachineError(f"{path.name}: {why}; nothing was done") from error
    *lines, rest = content.split(b"\n")
    entries: list[Entry] = []
    before = FIRST
    for number, line in enumerate(lines, start=1):
        entry = _entry(line, number, path.name)
        if entry.get("n") != number or entry.get("before") != before or entry.get("hash") != _hash(entry):
            raise IntegrityError(
                f"{path.name}:{number}: the chain of hashes does not hold here; the ledger is not what was written"
            )
        before = str(entry["hash"])
        entries.append(entry)
    return Ledger(path, clock, entries, torn=bool(rest))


def _entry(line: bytes, number: int, name: str) -> Entry:
    try:
        entry = json.loads(line)
    except ValueError:
        entry = None
    if not isinstance(entry, dict):
        raise IntegrityError(f"{name}:{number}: is no ledger line; expected a JSON object with `hash` and `before`")
    return entry
