"""How much of a log a run will keep, from a sample of its lines: for the estimate of the disk that it needs.

Of a file a few thousand lines are read, of a log with many files those of some: what it costs does not grow with a log.
"""

from __future__ import annotations

import zlib
from itertools import groupby, islice
from typing import TYPE_CHECKING, NamedTuple

from landmark import sources
from landmark.case import Log
from landmark.intake.inputs import size
from landmark.intake.units import stated
from landmark.lines import Line
from landmark.scan.blocks import first_lines
from landmark.scan.members import kind_of
from landmark.store import refused
from landmark.targets import Targets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from landmark.case import Case
    from landmark.intake.inputs import Input

LINES = 1_000
"""How many lines are tried in a place."""
FILES = 32
"""Of how many files of a log, at most, lines are tried."""
_PLACES = 4  # of a plain file
_PIECE = 1 << 18
_EVER = 1 << 62


class Sampled(NamedTuple):
    """Of the lines tried: which share is kept, their bytes each, how many bytes one is when packed; if the file is."""

    share: float
    length: float
    packing: float
    packed: bool


def sampled(case: Case, files: Sequence[Input]) -> list[tuple[Input, Sampled | None]]:
    """Try lines of each file; of a log with many files those of some, which speak for those behind them.

    Of assignment records, and where no line can be had, it is not known.

    Raises:
        MachineError: the machine refuses to read one.
    """
    found: list[tuple[Input, Sampled | None]] = []
    for _, group in groupby(files, key=lambda one: (one.kind, one.owner.name)):
        some = list(group)
        step = -(-len(some) // FILES)
        for number, one in enumerate(some):
            found.append((one, _as(found[-1][1], one) if number % step else _sampled(case, one)))
    return found


def _as(before: Sampled | None, one: Input) -> Sampled | None:
    """Give what a file before it tells of one: all but whether it is packed: what is still written is not."""
    return None if before is None else before._replace(packed=is_packed(one))


def _sampled(case: Case, one: Input) -> Sampled | None:
    """Try some lines of a log; None where none can be had.

    A file that is read from its beginning alone may begin before the window and reach into it: lines before it count as
    kept. So they do where lines write no year.

    Raises:
        MachineError: the machine refuses to read it.
    """
    if not isinstance(one.owner, Log):
        return None
    first = list(islice(first_lines(one.path), LINES))
    source = sources.ALL[one.owner.format]
    elsewhere = [] if source.stateful or source.directed else _further(one)
    kept = tried = length = 0
    for lines in (first, *elsewhere):
        begin = case.authority.begin if elsewhere else -_EVER
        reader = source.reader(_settings(case, one.owner, one.series, begin))
        reader.begin()
        reader.feed(lines)
        (reading,) = reader.finish()
        kept += reading.kept
        tried += len(lines)
        length += sum(len(line.text) + 1 for line in lines)
    if not tried:
        return None
    text = b"\n".join([line.text for line in first])
    return Sampled(kept / tried, length / tried, len(text) / len(zlib.compress(text)), is_packed(one))


def _further(one: Input) -> list[list[Line]]:
    """Give lines from places within a plain file, each without what it is cut in."""
    stored = size(one)
    if stored < 2 * _PLACES * _PIECE or is_packed(one):
        return []
    found = []
    try:
        with one.path.open("rb") as file:
            for place in range(1, _PLACES):
                file.seek(stored * place // _PLACES)
                whole = file.read(_PIECE).split(b"\n")[1:-1]
                # By their numbers none is a text's first: nothing in them is taken for what stands there alone.
                found.append([Line(number, number, text, ended=True) for number, text in enumerate(whole[:LINES], 2)])
    except OSError as error:
        raise refused(one.path, error) from error
    return found


def is_packed(one: Input) -> bool:
    """Tell whether a file is packed, by its first bytes.

    Raises:
        MachineError: the machine refuses to read it.
    """
    try:
        with one.path.open("rb") as file:
            return kind_of(file.read(4)) is not None
    except OSError as error:
        raise refused(one.path, error) from error


def _settings(case: Case, log: Log, series: str, begin: int) -> sources.Settings:
    settings = sources.Settings(
        begin=begin,
        end=_EVER if log.year is not None else case.authority.end,
        targets=Targets(case.targets),
        login=lambda _name: "",
        login_account=lambda _name: None,
        series=series,
    )
    return stated(settings, log)
