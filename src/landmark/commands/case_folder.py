"""A case folder as every command meets it: its case file read and checked, and one command at work in it at a time."""

from __future__ import annotations

import contextlib
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import filelock

from landmark import assignments as assignment_formats
from landmark import case_file, ledger
from landmark import sources as log_formats
from landmark.case import AssignmentFormat
from landmark.errors import CaseError, MachineError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from landmark.case import Case
    from landmark.ledger import Ledger

SPILL_FOLDER = "spill"
"""The folder of the cache in which an engine may put what it cannot hold in memory."""


def now() -> datetime:
    """Give the time of day: what a command enters, and the day on which an authority must be valid."""
    return datetime.now(UTC)


def load(folder: Path, *, as_of: date | None = None, today: date | None = None) -> Case:
    """Read and check a case file against the formats that are there.

    Raises:
        CaseError: with every problem found.
    """
    formats = {name: source.format for name, source in log_formats.ALL.items()}
    holders = {
        name: AssignmentFormat(format_.needs_zone, format_.needs_year, format_.translates)
        for name, format_ in assignment_formats.ALL.items()
    }
    day = today or now().date()
    return case_file.load(folder, today=day, formats=formats, assignment_formats=holders, as_of=as_of)


@contextlib.contextmanager
def held(folder: Path) -> Iterator[Path]:
    """Hold the case: one run at a time. Gives the cache folder, cleared of what a killed run left half-written.

    Raises:
        CaseError: its path is no text.
        MachineError: another run holds it, or the machine refused.
    """
    from landmark import store  # noqa: PLC0415 - heavy: imported where it is needed, so that `--help` is quick

    try:
        str(folder.absolute()).encode()
    except UnicodeEncodeError:
        expected = "a path in UTF-8: the engine opens files below no other; rename the folder, or one above it"
        raise CaseError(Problem(expected, str(folder), found="a name that is no such text")) from None
    cache = folder / "cache"
    try:
        for name in ("", "events", "leases", "tables"):
            (cache / name).mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(cache / "lock", timeout=0)
        with lock:
            for path in cache.rglob("*.part"):
                path.unlink()
            if (cache / SPILL_FOLDER).exists():
                shutil.rmtree(cache / SPILL_FOLDER)
            yield cache
    except filelock.Timeout as error:
        raise MachineError(f"{folder}: another run holds this case; nothing was touched, try again later") from error
    except OSError as error:
        raise store.refused(Path(error.filename or cache), error) from error


def vouched(folder: Path) -> Ledger:
    """Give the ledger of a case that has results; it is seen to have their line.

    Raises:
        CaseError: the case has not been run, or a run did not end.
        IntegrityError: the ledger is not what was written, or not that of these results.
        MachineError: it cannot be read.
    """
    from landmark import outputs  # noqa: PLC0415 - as above

    outputs.need(folder)
    book = ledger.read(folder, now)
    outputs.vouch(book, folder / "out")
    return book


def enter_withdrawn(book: Ledger, folders: tuple[str, ...]) -> None:
    """Enter that names, or a request for them, were deleted."""
    for name in folders:
        book.add(f"{name} deleted", why="they are not of the results that stand, or the authority does not cover them")
