"""The run: from logs to leads and enquiries."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from landmark import ledger
from landmark.commands.case_folder import SPILL_FOLDER, enter_withdrawn, held, load, now
from landmark.commands.showing import funnel
from landmark.errors import MachineError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from pathlib import Path

    from landmark.case import Case

DONE, TOO_MANY_REJECTED = 0, 4
"""Exit statuses of a run that is done, and of one that is done though more of a file was rejected than is allowed."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run gave."""

    exit_status: int
    out: Path
    funnel: Mapping[str, object]
    changed: bool
    rejected_too_many: tuple[str, ...]


def run(  # noqa: PLR0913 - what a run may be told
    folder: Path,
    *,
    as_of: date | None = None,
    threads: int | None = None,
    engine: str = "duckdb",
    rate: int | None = None,
    nice: bool = False,
    today: date | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Ran:
    """Take a case from its logs to leads and enquiries.

    Args:
        folder: the case folder.
        as_of: the day on which the authority is asked to be valid; None: `today`.
        threads: how many threads reading, engine and Arrow may each use on this machine; no result depends on it.
        engine: what runs the stages: duckdb, or spark (an extra); the result does not depend on it.
        rate: bytes of input a second that may be read; None: as fast as it goes.
        nice: give this process the lowest priority, to its end.
        today: the day of the run; None: the clock's.
        progress: told what is at work.

    Raises:
        LandmarkError: with the exit status that fits; nothing half-written is left to be read.
    """
    from landmark import outputs, store  # noqa: PLC0415 - heavy: imported where it is needed, so that `--help` is quick
    from landmark.engine import started  # noqa: PLC0415
    from landmark.identities.writing import withdraw  # noqa: PLC0415
    from landmark.intake.told import silent  # noqa: PLC0415
    from landmark.running import Run  # noqa: PLC0415
    from landmark.scan import pace  # noqa: PLC0415
    from landmark.warrant import mark, narrow  # noqa: PLC0415

    case = load(folder, as_of=as_of, today=today)
    if nice:
        pace.step_back()
    with held(folder) as cache:
        narrowed = narrow(case, cache)
        withdrawn = withdraw(case)
        book = ledger.read(folder, now)
        outputs.vouch(book, folder / "out")
        if narrowed:
            book.add("earlier results deleted", why="they were made under another authority, or for other targets")
        enter_withdrawn(book, withdrawn)
        mark(case, cache)
        _check_disk(case, book)
        bucket = None if rate is None else pace.Bucket(rate, time.monotonic, time.sleep)
        bounds = pace.bounded(threads, bucket)
        with bounds, store.arrow_bounded(threads), started(engine, threads, cache / SPILL_FOLDER) as runner:
            changed = Run(case, cache, book, runner, as_of, progress or silent).go()
        enter_withdrawn(book, withdraw(case))
        over = outputs.need(folder).get("rejected_too_many")
        told = funnel(folder)
    too_many = tuple(map(str, over)) if isinstance(over, list) else ()
    return Ran(TOO_MANY_REJECTED if too_many else DONE, folder / "out", told, changed, too_many)


def _check_disk(case: Case, book: ledger.Ledger) -> None:
    from landmark.intake.disk import estimate  # noqa: PLC0415 - as above

    if problems := estimate(case, book).problems():
        raise MachineError("\n".join(f"{case.folder}: {problem}; nothing was read" for problem in problems))
