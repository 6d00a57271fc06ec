"""Before a run: a case folder, the manifest of copies, the format of a log, and whether the case can run."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from typing import TYPE_CHECKING

from landmark import case_file, case_template, ledger
from landmark.commands.case_folder import held, load, now
from landmark.errors import CaseError, IntegrityError, MachineError, Problem

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from pathlib import Path

    from landmark.case import Case
    from landmark.intake.sniff import Sniffed


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check saw of one file."""

    path: str
    format: str
    bytes: int
    state: str
    first_lines: int
    readable: int
    damage: str | None = None  # as in funnel.json, as far as it is known without a run
    expected: str | None = None  # what a file of assignments of which no first line is a record would have to say


@dataclass(frozen=True, slots=True)
class Check:
    """What a check saw: the files, what is odd without being wrong, how many ledger lines hold, the disk needed."""

    case: str
    files: tuple[Checked, ...]
    warnings: tuple[str, ...]
    ledger_lines: int
    disk: str


def sniff(file: Path) -> tuple[Sniffed, ...]:
    """Say of which log format a file is, the likeliest first, with the block of a case file to paste.

    Raises:
        CaseError: it is no file, or no format reads any of its lines.
        MachineError: it cannot be read.
    """
    from landmark.intake.sniff import sniff as sniffed  # noqa: PLC0415 - heavy: imported where it is needed, so that `--help` is quick

    if not file.exists():
        raise CaseError(Problem("a log", file=str(file), found="no file"))
    if file.is_dir():
        raise CaseError(Problem("one of its files", file=str(file), found="a folder"))
    return sniffed(file)


def new(folder: Path) -> Path:
    """Make a case folder with a case file in which every key is explained.

    Raises:
        CaseError: there is a case already.
        MachineError: the machine refused.
    """
    from landmark import store  # noqa: PLC0415 - as above

    path = folder / "case.toml"
    if path.exists():
        raise CaseError(Problem("a folder without a case; nothing was written", file=str(path), found="a case file"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise MachineError(f"{folder}: a file stands where the folder should be; nothing was written") from None
    except OSError as error:
        raise store.refused(folder, error) from error
    store.write_text(case_template.TEMPLATE, path)
    return path


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

    return acquisition.acquire(folder, by=by, host=host, right=right, key=key, now=now)


def disk(folder: Path, *, as_of: date | None = None, today: date | None = None) -> str:
    """Say how much disk a run will need, and how much is free.

    Raises:
        LandmarkError: as `check`.
    """
    from landmark.intake.disk import estimate  # noqa: PLC0415 - as above

    return estimate(load(folder, as_of=as_of, today=today), ledger.read(folder, now)).as_text()


def bytes_of(text: str) -> int:
    """Read a number of bytes as people write it: `50MB`, `512MiB`, `1000000`.

    Raises:
        CaseError: it is none.
    """
    from landmark.case_file.values import SIZE, WrongValueError, size  # noqa: PLC0415 - as above

    try:
        return size(int(text) if text.isdecimal() else text)
    except WrongValueError:
        raise CaseError(Problem(SIZE.expected, key="--rate", found=text)) from None


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
    from landmark.intake.stamps import Stamps  # noqa: PLC0415
    from landmark.intake.unlike import expected  # noqa: PLC0415
    from landmark.intake.unmet import unmet  # noqa: PLC0415
    from landmark.intake.unsound import damage_of, said_of  # noqa: PLC0415
    from landmark.outputs import vouch  # noqa: PLC0415

    case = load(folder, as_of=as_of, today=today)
    book = ledger.read(folder, now)
    vouch(book, folder / "out")
    found = inputs.find(case)
    of_people = people.find(case)
    people.check(of_people)
    earlier = inputs.seen(book.entries)
    states: dict[str, str] = {one.name: "read before" if one.name in earlier else "new" for one in found}
    if reread:
        from landmark.intake.identifying import identify  # noqa: PLC0415 - as above

        with held(folder) as cache:
            states.update(identify(case, book, cache, again=True).compared.states)
        people.acquisitions(case, people.identified(of_people), book.entries)
        _reread_results(folder)
    files, bad_times, unsound = [], [], []
    known = Stamps(folder / "cache")  # of which `reread` has just hashed every file
    for one in found:
        first, readable, untimed = peek.peek(one)
        damage, wanting = damage_of(one, known), expected(one)
        head = one.name, one.owner.format, inputs.size(one), states[one.name]
        files.append(Checked(*head, first, readable, damage, wanting))
        unsound += said_of(one, damage, wanting)
        if untimed:
            named = f", or bear another zone's abbreviation than {one.owner.zone} has" if one.owner.zone else ""
            bad_times.append(f"{one.name}: {untimed} of its first {first} lines have a time that cannot be{named}")
    warnings = [str(problem) for problem in (*case_file.warnings(case), *unmet(case))]
    warnings += _since_the_last_run(case, book, {one.name for one in found})
    warnings += unsound
    warnings += [f"{file.path}: no line is in it" for file in files if not file.first_lines]
    warnings += [
        f"{file.path}: {file.readable} of its first {file.first_lines} lines read as {file.format}"
        for file in files
        if file.readable < file.first_lines
    ]
    warnings += bad_times
    if book.torn:
        warnings.append(f"{ledger.LEDGER_FILE}: a killed run left its last line unfinished; the next run cuts it off")
    needed = estimate(case, book)
    warnings += needed.problems()
    return Check(case.id, tuple(files), tuple(warnings), len(book.entries), needed.as_text())


def _since_the_last_run(case: Case, book: ledger.Ledger, names: Collection[str]) -> list[str]:
    """Say what stands otherwise now than an earlier run had it: the case file, and names of files that are gone."""
    from landmark import outputs  # noqa: PLC0415 - as above
    from landmark.identities.permission import case_sha256  # noqa: PLC0415
    from landmark.intake import inputs  # noqa: PLC0415

    said = []
    ran = [entry.get("case_sha256") for entry in book.entries if entry["what"] == "run"]
    if ran and outputs.manifest(case.folder / "out") is not None and ran[-1] != case_sha256(case):
        said.append(
            "case.toml: is another one than the last run had; what is in out/ is of that one until the next run"
        )
    declared = [pattern for log in case.logs for pattern in log.gone]
    declared += [pattern for one in case.assignments for pattern in one.gone]
    said += [
        f"{name}: an earlier run read it, and nothing has that name now; unless the next run finds its text under "
        "another name, or `gone` names it, it stops"
        for name in inputs.seen(book.entries)
        if name not in names and not any(fnmatch.fnmatchcase(name, pattern) for pattern in declared)
    ]
    return said


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
