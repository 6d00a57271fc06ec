"""What a user can do with a case; the command line is a twin of these functions, and holds no logic of its own."""

from __future__ import annotations

import contextlib
import json
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import filelock

from landmark import assignments as assignment_formats
from landmark import case_file, case_template, ledger
from landmark import sources as log_formats
from landmark.case import AssignmentFormat
from landmark.errors import CaseError, IntegrityError, MachineError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from landmark.case import Case
    from landmark.simulate.score import Score
    from landmark.trace import Node

DONE, TOO_MANY_REJECTED = 0, 4
SPILL_FOLDER = "spill"
"""The folder of the cache in which an engine may put what it cannot hold in memory."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run gave."""

    exit_status: int
    out: Path
    funnel: Mapping[str, object]
    changed: bool
    rejected_too_many: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check saw of one file."""

    path: str
    format: str
    bytes: int
    state: str
    first_lines: int
    readable: int


@dataclass(frozen=True, slots=True)
class Check:
    """What a check saw: the files, what is odd without being wrong, and how many ledger lines hold."""

    case: str
    files: tuple[Checked, ...]
    warnings: tuple[str, ...]
    ledger_lines: int


def _now() -> datetime:
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
    day = today or _now().date()
    return case_file.load(folder, today=day, formats=formats, assignment_formats=holders, as_of=as_of)


def new(folder: Path) -> Path:
    """Make a case folder with a case file in which every key is explained.

    Raises:
        CaseError: there is a case already.
        MachineError: the machine refused.
    """
    from landmark import store  # noqa: PLC0415 - heavy: imported where it is needed, so that `--help` is quick

    path = folder / "case.toml"
    if path.exists():
        raise CaseError(Problem("a folder without a case; nothing was written", file=str(path), found="a case file"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise store.refused(folder, error) from error
    store.write_text(case_template.TEMPLATE, path)
    return path


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[Path]:
    """Hold the case: one run at a time. Gives the cache folder, cleared of what a killed run left half-written."""
    from landmark import store  # noqa: PLC0415 - as above

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


def run(  # noqa: PLR0913 - what a run may be told
    folder: Path,
    *,
    as_of: date | None = None,
    threads: int | None = None,
    engine: str = "duckdb",
    today: date | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Ran:
    """Take a case from its logs to leads and enquiries.

    Args:
        folder: the case folder.
        as_of: the day on which the authority is asked to be valid; None: `today`.
        threads: how many threads the engine may use on this machine; the result does not depend on it.
        engine: what runs the stages: duckdb, or spark (an extra); the result does not depend on it.
        today: the day of the run; None: the clock's.
        progress: told what is at work.

    Raises:
        LandmarkError: with the exit status that fits; nothing half-written is left to be read.
    """
    from landmark import outputs  # noqa: PLC0415 - as above
    from landmark.engine import started  # noqa: PLC0415
    from landmark.running import Run, silent  # noqa: PLC0415
    from landmark.warrant import mark, narrow  # noqa: PLC0415

    case = load(folder, as_of=as_of, today=today)
    with _held(folder) as cache:
        narrowed = narrow(case, cache)
        book = ledger.read(folder, _now)
        outputs.vouch(book, folder / "out")
        if narrowed:
            book.add("earlier results deleted", why="they were made under another authority, or for other targets")
        mark(case, cache)
        with started(engine, threads, cache / SPILL_FOLDER) as runner:
            changed = Run(case, cache, book, runner, as_of, progress or silent).go()
        over = outputs.need(folder).get("rejected_too_many")
        told = funnel(folder)
    too_many = tuple(map(str, over)) if isinstance(over, list) else ()
    return Ran(TOO_MANY_REJECTED if too_many else DONE, folder / "out", told, changed, too_many)


def check(folder: Path, *, as_of: date | None = None, today: date | None = None, reread: bool = False) -> Check:
    """See whether a case can run: the case file, its inputs up to their first block, and the ledger.

    Args:
        folder: the case folder.
        as_of: as for `run`.
        today: as for `run`.
        reread: hash every input and every result again and hold them against what the ledger says.

    Raises:
        LandmarkError: what is wrong, all of it at once where it can be had.
    """
    from landmark.intake import inputs, peek  # noqa: PLC0415 - as above
    from landmark.outputs import vouch  # noqa: PLC0415

    case = load(folder, as_of=as_of, today=today)
    book = ledger.read(folder, _now)
    vouch(book, folder / "out")
    found = inputs.find(case)
    earlier = inputs.seen(book.entries)
    states: dict[str, str] = {one.name: "read before" if one.name in earlier else "new" for one in found}
    if reread:
        from landmark.running import identify  # noqa: PLC0415 - as above

        with _held(folder) as cache:
            states.update(identify(case, book, cache, again=True).compared.states)
        _reread_results(folder)
    files = []
    for one in found:
        first, readable = peek.peek(one)
        files.append(Checked(one.name, one.owner.format, inputs.size(one), states[one.name], first, readable))
    warnings = [str(problem) for problem in case_file.warnings(case)]
    warnings += [
        f"{file.path}: {file.readable} of its first {file.first_lines} lines read as {file.format}"
        for file in files
        if file.readable < file.first_lines
    ]
    if book.torn:
        warnings.append(f"{ledger.LEDGER_FILE}: a killed run left its last line unfinished; the next run cuts it off")
    return Check(case.id, tuple(files), tuple(warnings), len(book.entries))


def _reread_results(folder: Path) -> None:
    from landmark import outputs  # noqa: PLC0415 - as above

    said = outputs.manifest(folder / "out")
    wrong = outputs.intact(folder / "out", said) if said is not None else []
    if wrong:
        raise IntegrityError("\n".join(f"out/{name}: is not what the run wrote; run the case again" for name in wrong))


def funnel(folder: Path) -> dict[str, object]:
    """Give the funnel of a case that has been run, as `funnel.json` has it.

    Raises:
        CaseError: the case has not been run.
        IntegrityError: it is not what the run wrote.
    """
    from landmark import outputs  # noqa: PLC0415 - as above

    content: dict[str, object] = json.loads(outputs.text(folder, "funnel.json"))
    return content


def show(folder: Path, reference: str, *, as_of: date | None = None, today: date | None = None) -> Node:
    """Give the chain of rows under an event, visit, visitor, subject, enquiry or lead down to re-read bytes.

    Raises:
        CaseError: there is no such row.
        IntegrityError: bytes under it are not what the run read.
    """
    from landmark.intake import inputs  # noqa: PLC0415 - as above
    from landmark.trace import Tracer  # noqa: PLC0415

    case = load(folder, as_of=as_of, today=today)
    by_name = {one.name: one for one in inputs.find(case)}
    known = inputs.seen(ledger.read(folder, _now).entries)
    texts = {was.content_sha256: by_name[name] for name, was in sorted(known.items()) if name in by_name}
    return Tracer(case, texts).show(reference)


def simulate(folder: Path, *, seed: int = 2001, scale: float = 1.0) -> Path:
    """Write a provider's simulated world with known truth: a complete case and `truth.json`.

    Raises:
        CaseError: the folder holds something already.
        MachineError: the machine refused.
    """
    from landmark.simulate import world  # noqa: PLC0415 - as above

    world(folder, seed=seed, scale=scale)
    return folder


def score(folder: Path, truth: Path) -> Score:
    """Hold the results of a simulated case against its truth.

    Raises:
        CaseError: the case has not been run, or the truth cannot be read.
    """
    from landmark.simulate.score import score as judge  # noqa: PLC0415 - as above

    return judge(folder, truth)
