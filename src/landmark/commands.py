"""What a user can do with a case; the command line is a twin of these functions, and holds no logic of its own."""

from __future__ import annotations

import contextlib
import json
import shutil
import time
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
    from landmark.identities.revealing import Revealed
    from landmark.intake.sniff import Sniffed
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
class Plotted:
    """What was drawn: the files, the page first, and the same as figures, one for each picture."""

    paths: tuple[Path, ...]
    figures: tuple[Mapping[str, object], ...]


@dataclass(frozen=True, slots=True)
class Check:
    """What a check saw: the files, what is odd without being wrong, how many ledger lines hold, the disk needed."""

    case: str
    files: tuple[Checked, ...]
    warnings: tuple[str, ...]
    ledger_lines: int
    disk: str


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


def sniff(file: Path) -> tuple[Sniffed, ...]:
    """Say of which log format a file is, the likeliest first, with the block of a case file to paste.

    Raises:
        CaseError: no format reads any of its lines.
        MachineError: it cannot be read.
    """
    from landmark.intake.sniff import sniff as sniffed  # noqa: PLC0415 - heavy, as below

    return sniffed(file)


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
    from landmark import outputs, store  # noqa: PLC0415 - as above
    from landmark.engine import started  # noqa: PLC0415
    from landmark.identities.writing import withdraw  # noqa: PLC0415
    from landmark.intake.told import silent  # noqa: PLC0415
    from landmark.running import Run  # noqa: PLC0415
    from landmark.scan import pace  # noqa: PLC0415
    from landmark.warrant import mark, narrow  # noqa: PLC0415

    case = load(folder, as_of=as_of, today=today)
    if nice:
        pace.step_back()
    with _held(folder) as cache:
        narrowed = narrow(case, cache)
        withdrawn = withdraw(case)
        book = ledger.read(folder, _now)
        outputs.vouch(book, folder / "out")
        if narrowed:
            book.add("earlier results deleted", why="they were made under another authority, or for other targets")
        _enter_withdrawn(book, withdrawn)
        mark(case, cache)
        _check_disk(case, book)
        bucket = None if rate is None else pace.Bucket(rate, time.monotonic, time.sleep)
        bounds = pace.bounded(threads, bucket)
        with bounds, store.arrow_bounded(threads), started(engine, threads, cache / SPILL_FOLDER) as runner:
            changed = Run(case, cache, book, runner, as_of, progress or silent).go()
        _enter_withdrawn(book, withdraw(case))
        over = outputs.need(folder).get("rejected_too_many")
        told = funnel(folder)
    too_many = tuple(map(str, over)) if isinstance(over, list) else ()
    return Ran(TOO_MANY_REJECTED if too_many else DONE, folder / "out", told, changed, too_many)


def disk(folder: Path, *, as_of: date | None = None, today: date | None = None) -> str:
    """Say how much disk a run will need, and how much is free.

    Raises:
        LandmarkError: as `check`.
    """
    from landmark.intake.disk import estimate  # noqa: PLC0415 - as above

    return estimate(load(folder, as_of=as_of, today=today), ledger.read(folder, _now)).as_text()


def _check_disk(case: Case, book: ledger.Ledger) -> None:
    from landmark.intake.disk import estimate  # noqa: PLC0415 - as above

    if problems := estimate(case, book).problems():
        raise MachineError("\n".join(f"{case.folder}: {problem}; nothing was read" for problem in problems))


def bytes_of(text: str) -> int:
    """Read a number of bytes as people write it: `50MB`, `512MiB`, `1000000`.

    Raises:
        CaseError: it is none.
    """
    from landmark.case_file.values import SIZE, WrongValueError, size  # noqa: PLC0415 - as above

    try:
        return size(int(text) if text.isdecimal() else text)
    except WrongValueError:
        raise CaseError(Problem(SIZE.expected, found=text)) from None


def _enter_withdrawn(book: ledger.Ledger, folders: tuple[str, ...]) -> None:
    for name in folders:
        book.add(f"{name} deleted", why="they are not of the results that stand, or the authority does not cover them")


def reveal(
    folder: Path,
    *,
    request: bool = False,
    answer: Path | None = None,
    as_of: date | None = None,
    today: date | None = None,
) -> Revealed:
    """Look up the names of the subjects over the threshold, where the authority covers them, and of nobody else.

    Without `[[subscribers]]` in the case, or with `request`, the request to the provider is written instead.

    Args:
        folder: the case folder; the case has been run as it stands.
        request: write the request to the provider.
        answer: the provider's answer to that request.
        as_of: as for `run`.
        today: as for `run`.

    Raises:
        LandmarkError: with the exit status that fits; nothing half-written is left to be read.
    """
    from landmark.identities.revealing import Reveal  # noqa: PLC0415 - as above
    from landmark.identities.writing import withdraw  # noqa: PLC0415

    if request and answer is not None:
        raise CaseError(Problem("either `--request` or `--answer`", found="both"))
    case = load(folder, as_of=as_of, today=today)
    with _held(folder):
        book = ledger.read(folder, _now)
        _enter_withdrawn(book, withdraw(case))
        return Reveal(case, book, as_of).go(request=request, answer=answer)


def check(folder: Path, *, as_of: date | None = None, today: date | None = None, reread: bool = False) -> Check:
    """See whether a case can run: the case file, its inputs up to their first block, and the ledger.

    Args:
        folder: the case folder.
        as_of: as for `run`.
        today: as for `run`.
        reread: hash every input, every file of subscribers and every result again, and hold them against what the
            ledger and the manifests of acquisitions say.

    Raises:
        LandmarkError: what is wrong, all of it at once where it can be had.
    """
    from landmark.identities import files as people  # noqa: PLC0415 - as above
    from landmark.intake import inputs, peek  # noqa: PLC0415
    from landmark.intake.disk import estimate  # noqa: PLC0415
    from landmark.outputs import vouch  # noqa: PLC0415

    case = load(folder, as_of=as_of, today=today)
    book = ledger.read(folder, _now)
    vouch(book, folder / "out")
    found = inputs.find(case)
    of_people = people.find(case)
    people.check(of_people)
    earlier = inputs.seen(book.entries)
    states: dict[str, str] = {one.name: "read before" if one.name in earlier else "new" for one in found}
    if reread:
        from landmark.running import identify  # noqa: PLC0415 - as above

        with _held(folder) as cache:
            states.update(identify(case, book, cache, again=True).compared.states)
        people.acquisitions(case, people.identified(of_people), book.entries)
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
    needed = estimate(case, book)
    warnings += needed.problems()
    return Check(case.id, tuple(files), tuple(warnings), len(book.entries), needed.as_text())


def _reread_results(folder: Path) -> None:
    from landmark import outputs  # noqa: PLC0415 - as above

    said = outputs.manifest(folder / "out")
    wrong = outputs.intact(folder / "out", said) if said is not None else []
    if wrong:
        raise IntegrityError("\n".join(f"out/{name}: is not what the run wrote; run the case again" for name in wrong))
    said = outputs.manifest(folder / "identities")
    wrong = outputs.intact(folder / "identities", said) if said is not None else []
    if wrong:
        raise IntegrityError("\n".join(f"identities/{name}: is not what was written; reveal again" for name in wrong))


def acquire(folder: Path, *, by: str, host: str, right: str, key: Path | None = None) -> Path:
    """Write beside copied files who copied them, from where, when, by what right, and the hash of each.

    Args:
        folder: where they lie, folders below included.
        by: who made the copy.
        host: the machine that it was copied from.
        right: by what right: the reference of the order, or the consent.
        key: the provider's private key (PEM), to sign with.

    Raises:
        CaseError: there is nothing to name, a manifest is there already, or the key cannot be used.
        IntegrityError: a file changed while it was hashed.
        MachineError: the machine refused.
    """
    from landmark.intake import acquisition  # noqa: PLC0415 - as above

    return acquisition.acquire(folder, by=by, host=host, right=right, key=key, now=_now)


def purge(folder: Path) -> dict[str, int]:
    """Delete cache, tables, country folders, plots, requests and names of a closed case; ledger and totals stay.

    Returns:
        What was removed: files by their path in the case folder, with their bytes.

    Raises:
        CaseError: the case has not been run, or was purged already.
        IntegrityError: ledger or funnel are not what was written.
        MachineError: the machine refused; ask again.
    """
    from landmark import closing, outputs  # noqa: PLC0415 - as above

    outputs.need(folder)
    with _held(folder):
        book = ledger.read(folder, _now)
        outputs.vouch(book, folder / "out")
        return closing.purge(folder, book)


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


def plot(
    folder: Path,
    what: str = "fit",
    *,
    to: Path | None = None,
    as_of: date | None = None,
    today: date | None = None,
) -> Plotted:
    """Draw how each clock of a log fits each assignment source when it is shifted, for a case that has been run.

    Args:
        folder: the case folder.
        what: the picture; there is one.
        to: the folder for `fit.html` and a `fit-….svg` for each pair; None: `plots` in the case folder.
        as_of: as for `run`.
        today: as for `run`.

    Raises:
        CaseError: the case has not been run, or there is no such picture.
        IntegrityError: its tables are not what the run wrote.
        MachineError: the machine refused.
    """
    from landmark import outputs, store  # noqa: PLC0415 - as above
    from landmark.report import fit_page, fits  # noqa: PLC0415

    if what != "fit":
        raise CaseError(Problem("fit", key="plot", found=what))
    case = load(folder, as_of=as_of, today=today)
    tables = {name: outputs.table(folder, name) for name in fits.READS}
    into = folder / "plots" if to is None else to
    files = fit_page.drawings(case, tables)
    try:
        into.mkdir(parents=True, exist_ok=True)
        for path in into.glob("fit-*.svg"):  # of an earlier run, with other pairs
            path.unlink()
    except OSError as error:
        raise store.refused(into, error) from error
    for name, content in files.items():
        store.write_bytes(content, into / name)
    return Plotted(tuple(into / name for name in files), tuple(fit_page.figures(tables)))


def simulate(folder: Path, *, seed: int = 2001, scale: float = 1.0, kind: str = "provider") -> Path:
    """Write a provider's simulated world with known truth: a complete case and `truth.json`.

    Args:
        folder: where.
        seed: another seed, another world.
        scale: 1 is the size of Operation Landmark.
        kind: a name of `landmark.simulate.kinds.KINDS`; docs/worlds.md says what is in each.

    Raises:
        CaseError: the folder holds something already, or there is no such kind.
        MachineError: the machine refused.
    """
    from landmark.simulate import world  # noqa: PLC0415 - as above

    world(folder, seed=seed, scale=scale, kind=kind)
    return folder


def score(folder: Path, truth: Path) -> Score:
    """Hold the results of a simulated case against its truth.

    Raises:
        CaseError: the case has not been run, or the truth cannot be read.
    """
    from landmark.simulate.score import score as judge  # noqa: PLC0415 - as above

    return judge(folder, truth)
