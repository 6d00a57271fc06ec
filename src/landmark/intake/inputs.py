"""Which files a case reads, what they are by hash, and whether they are still what an earlier run saw.

Files are known by the SHA-256 of what is stored and of the text inside. What earlier runs read stands in the ledger.
"""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from landmark import sources
from landmark.errors import CaseError, IntegrityError, Problem
from landmark.scan.finding import expand
from landmark.scan.rotation import chains, rotated, series
from landmark.store import refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from landmark.case import Assignment, Case, Log
    from landmark.ledger import Entry
    from landmark.scan.reading import Identity

State = Literal["new", "unchanged", "grown", "rotated"]


@dataclass(frozen=True, slots=True)
class Input:
    """One file that the case names: how it is shown, where it is, whose it is, and its place in its series."""

    name: str
    path: Path
    kind: Literal["log", "assignment"]
    owner: Log | Assignment
    series: str


class Dated(NamedTuple):
    """A line of a text that writes no year, and the day that it writes, as it was read under the `year` then stated."""

    year: int
    line: int
    day: str  # ISO 8601


@dataclass(frozen=True, slots=True)
class Seen:
    """What the ledger says of a file that an earlier run read."""

    name: str
    sha256: str
    content_sha256: str
    text_bytes: int
    whole: int
    lines: int
    ended_early: bool
    dated: Dated | None = None


def find(case: Case) -> list[Input]:
    """Find every file of the case: logs in the order of their names, series by series as rotation left them.

    A link to a file of the same log is one more name of its text.

    Raises:
        CaseError: a pattern has no file, or two entries name one file.
    """
    found: list[Input] = []
    problems: list[Problem] = []
    owners: list[tuple[Literal["log", "assignment"], Log | Assignment]] = [
        *(("log", log) for log in sorted(case.logs, key=lambda log: log.name)),
        *(("assignment", one) for one in sorted(case.assignments, key=lambda one: one.name)),
    ]
    named: dict[Path, Input] = {}
    for kind, owner in owners:
        # Where lines write no year, the order of the files tells it; else that of the patterns is to change nothing.
        patterns, grouped = (sorted(owner.files), _grouping(owner)) if owner.year is None else (owner.files, chains)
        files, missing = expand(case.folder, patterns)
        problems += [_placed(problem, owner) for problem in missing]
        paths = dict(files)
        for group, names in grouped([name for name, _ in files]):
            for name in names:
                one = Input(name, paths[name], kind, owner, group)
                other = named.setdefault(paths[name].resolve(), one)
                if other.owner is not owner:
                    problems.append(
                        Problem(
                            "each file in one [[log]] or [[assignment]] only",
                            file="case.toml",
                            line=owner.line or None,
                            key="files",
                            found=f"{name}, which line {other.owner.line} names too",
                        )
                    )
                found.append(one)
    if problems:
        raise CaseError(*problems)
    return found


def _grouping(owner: Log | Assignment) -> Callable[[Sequence[str]], list[tuple[str, list[str]]]]:
    """Give how files are grouped whose lines write the year.

    What is read with a state from line to line goes on where rotation moved a file to a folder of its own; not so from
    one name to another, as no state does, and of two files of one host each has a clock that only goes on.
    """
    source = sources.ALL.get(owner.format)
    return _moved if source is not None and source.stateful else series


def _moved(paths: Sequence[str]) -> list[tuple[str, list[str]]]:
    return (
        chains(paths)
        if any(one.date is not None or one.number is not None for one in map(rotated, paths))
        else series(paths)
    )


def _placed(problem: Problem, owner: Log | Assignment) -> Problem:
    backslash = "a case file writes / between folders" if "\\" in (problem.found or "") else None
    return Problem(
        problem.expected, problem.file or "case.toml", problem.line or owner.line or None, problem.key or "files",
        problem.found, problem.hint or backslash,
    )  # fmt: skip


def size(one: Input) -> int:
    """Give the bytes of a file as stored.

    Raises:
        MachineError: it cannot be looked at.
    """
    try:
        return one.path.stat().st_size
    except OSError as error:
        raise refused(one.path, error) from error


def seen(entries: Iterable[Entry]) -> dict[str, Seen]:
    """Give what the ledger says of every file that earlier runs read and that is not declared gone."""
    known: dict[str, Seen] = {}
    for entry in entries:
        if entry["what"] == "input":
            known[str(entry["path"])] = Seen(
                str(entry["path"]),
                str(entry["sha256"]),
                str(entry["content_sha256"]),
                int(str(entry["text_bytes"])),
                int(str(entry["whole"])),
                int(str(entry["lines"])),
                bool(entry.get("ended_early")),
                _dated(entry.get("dated")),
            )
        elif entry["what"] == "input gone":
            known.pop(str(entry["path"]), None)
    return known


def _dated(said: object) -> Dated | None:
    return Dated(said["year"], said["line"], said["day"]) if isinstance(said, dict) else None


@dataclass(frozen=True, slots=True)
class Compared:
    """How the files stand to earlier runs: the state of each by name, and the earlier ones declared gone."""

    states: Mapping[str, State]
    gone: tuple[str, ...]


def lost(earlier: Mapping[str, Seen], now: Sequence[tuple[Input, Identity]]) -> list[str]:
    """Give the earlier inputs that are found neither whole nor as the beginning of another, by name."""
    whole = {identity.content_sha256 for _, identity in now}
    return [
        name
        for name, was in sorted(earlier.items())
        if was.content_sha256 not in whole and not any(_begins(identity, was) for _, identity in now)
    ]


def compare(earlier: Mapping[str, Seen], now: Sequence[tuple[Input, Identity]], case: Case) -> Compared:
    """Hold the files against what earlier runs read.

    A file whose text begins with the whole text that stood there has grown; an earlier text found whole as the
    beginning of another file is rotation.

    Raises:
        IntegrityError: an earlier input has changed otherwise, or is found nowhere and no `gone` names it.
    """
    gone_patterns = [pattern for log in case.logs for pattern in log.gone]
    gone_patterns += [pattern for one in case.assignments for pattern in one.gone]
    by_name = {one.name for one, _ in now}
    wrong: list[str] = []
    gone: list[str] = []
    missing = lost(earlier, now)
    # A text that rotation has moved is known by each of its names; the one that is declared says it of the text.
    texts = {
        earlier[name].content_sha256
        for name in missing
        if any(name == pattern or fnmatch.fnmatchcase(name, pattern) for pattern in gone_patterns)
    }
    for name in missing:
        if earlier[name].content_sha256 in texts:
            gone.append(name)
        elif name in by_name:
            wrong.append(f"{name}: is not what an earlier run read, nor has it only grown")
        else:
            wrong.append(f'{name}: an earlier run read it, and it is found nowhere; if that is right, say gone = ["…"]')
    if wrong:
        raise IntegrityError("\n".join(wrong) + "\nnothing was read; earlier results are kept")
    return Compared({one.name: _state(one, identity, earlier) for one, identity in now}, tuple(gone))


def _begins(identity: Identity, was: Seen) -> bool:
    return identity.text_bytes > was.text_bytes and identity.prefixes.get(was.text_bytes) == was.content_sha256


def _state(one: Input, identity: Identity, earlier: Mapping[str, Seen]) -> State:
    was = earlier.get(one.name)
    if was is not None and was.content_sha256 == identity.content_sha256:
        return "unchanged"
    if was is not None and _begins(identity, was):
        return "grown"
    if any(was.content_sha256 == identity.content_sha256 or _begins(identity, was) for was in earlier.values()):
        return "rotated"
    return "new"
