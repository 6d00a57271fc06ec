"""The provider's files of who its customers are: which there are, whether they can be read, whether they are genuine.

Of what stands below a header nothing is looked at here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from landmark import case_file
from landmark.errors import CaseError, Problem
from landmark.identities.columns import BOM, cells_of, header_problems
from landmark.intake import acquired
from landmark.scan.finding import expand
from landmark.scan.reading import identify, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from landmark.case import Case, Subscribers
    from landmark.intake.acquired import Acquired
    from landmark.ledger import Entry
    from landmark.lines import Line
    from landmark.scan.reading import Identity


class Source(NamedTuple):
    """One file of subscriber records: how it is shown, where it is, and whose it is."""

    name: str
    path: Path
    owner: Subscribers


def find(case: Case) -> list[Source]:
    """Find every file of subscriber records, by name.

    Raises:
        CaseError: a pattern has no file, or two tables name one file.
    """
    found: dict[Path, Source] = {}
    problems: list[Problem] = []
    for owner in sorted(case.subscribers, key=lambda one: one.name):
        files, missing = expand(case.folder, sorted(owner.files))
        line = owner.line or None
        problems += [Problem(one.expected, "case.toml", line, "files", one.found, one.hint) for one in missing]
        for name, path in files:
            other = found.setdefault(path.resolve(), Source(name, path, owner))
            if other.owner is not owner:
                where = f"{name}, which line {other.owner.line} names too"
                problems.append(Problem("each file in one [[subscribers]] only", "case.toml", line, "files", where))
    if problems:
        raise CaseError(*problems)
    return sorted(found.values(), key=lambda one: one.name)


def check(sources: Sequence[Source]) -> None:
    """See that each file has a header that can be read; nothing below it is looked at.

    Raises:
        CaseError: with every problem of every file.
    """
    problems: list[Problem] = []
    for one in sources:
        number, cells = _head(one.path)
        problems += header_problems(cells, one.owner, one.name, number)
    if problems:
        raise CaseError(*problems)


def _head(path: Path) -> tuple[int, list[str] | None]:
    """Give the first line that is not blank, by its number, and its cells; None where it cannot be read."""
    number = 0
    for line in lines_of(path):
        if line.number != (number := number + 1):  # one that is too long was passed over
            break
        if (text := written_in(line)).strip():
            return number, cells_of(text)
    return max(1, number), None


def written_in(line: Line) -> bytes:
    """Give a line without the mark that some programs put before a file's first one."""
    written = line.text.removesuffix(b"\r")
    return written.removeprefix(BOM) if line.number == 1 else written


def identified(sources: Sequence[Source]) -> list[tuple[Source, Identity]]:
    """Hash every file, to know what is read.

    Raises:
        MachineError: one cannot be read.
    """
    return [(one, identify(one.path)) for one in sources]


def acquisitions(
    case: Case, sources: Sequence[tuple[Source, Identity]], entries: Iterable[Entry]
) -> tuple[Acquired, ...]:
    """See that files are what was acquired, as a run sees it of logs, and give the manifests about them.

    Raises:
        LandmarkError: as `acquired.verify`.
    """
    key = case.authority.provider_key
    return acquired.verify(sources, case.folder, None if key is None else case_file.resolve(case, key), entries)
