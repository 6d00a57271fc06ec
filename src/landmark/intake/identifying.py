"""What the inputs of a run are: each hashed, and held against what was acquired and against what earlier runs read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from landmark import sources
from landmark.intake import acquired, inputs, one_text, years
from landmark.intake.stamps import Stamps, stamp_of
from landmark.intake.told import Told, silent

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from landmark.case import Case
    from landmark.intake.acquired import Acquired
    from landmark.intake.inputs import Compared, Input, Seen
    from landmark.intake.told import Progress
    from landmark.ledger import Ledger
    from landmark.scan.reading import Identity


@dataclass(frozen=True, slots=True)
class Found:
    """The inputs of a run: each file with its identity, and how they stand to what earlier runs read."""

    files: tuple[tuple[Input, Identity], ...]
    compared: Compared
    earlier: Mapping[str, Seen]
    acquired: tuple[Acquired, ...]


Ahead = Callable[["Sequence[Input]", "Collection[int]"], "dict[str, Identity]"]
"""Reads logs that must be hashed anyway in the same pass: given files and lengths, says what each file is by name."""


def identify(  # noqa: PLR0913 - what is read, and each way to spare or repeat work
    case: Case,
    book: Ledger,
    cache: Path,
    progress: Progress = silent,
    *,
    again: bool = False,
    ahead: Ahead | None = None,
) -> Found:
    """Hash every file (or take what the cache knows of it) and hold it against earlier runs.

    Args:
        case: the case.
        book: its ledger.
        cache: the folder of the cache.
        progress: is told how far it is.
        again: hash every file, whatever the cache knows.
        ahead: reads logs of which nothing is known, and hashes them as it does.

    Raises:
        CaseError: a file that the case names is not there, or one text is declared in two ways.
        IntegrityError: a file is not what an earlier run read, or not what was acquired.
    """
    found = inputs.find(case)
    earlier = inputs.seen(book.entries)
    at = sorted({was.text_bytes for was in earlier.values()})
    texts = {was.content_sha256 for was in earlier.values()}
    known = Stamps(cache)
    public = acquired.public_key(case)
    # Before anything is read, all but the hashes: what was not acquired, or is not signed for, is not opened.
    acquired.verify([(one, None) for one in found], case.folder, public, book.entries)
    read: dict[str, Identity] = {}  # what a log was when it was read, though it may have grown since
    if ahead is not None and not again:
        fresh = _fresh(found, known, earlier, at)
        stamps = {one.name: stamp_of(one) for one in fresh}
        read = ahead(fresh, at)
        for one in fresh:
            known.put(one, stamps[one.name], read[one.name])
    told = Told(progress, "hashing inputs", sum(inputs.size(one) for one in found))
    files = tuple(
        (one, read.get(one.name) or known.identity(one, at, texts=texts, again=again, progress=told)) for one in found
    )
    if inputs.lost(earlier, files):
        # It may be the beginning of a file that nobody touched since: those are asked for their beginnings too.
        files = tuple((one, read.get(one.name) or known.identity(one, at, progress=told)) for one in found)
    known.save({one.name for one in found})
    held = acquired.verify(files, case.folder, public, book.entries)
    one_text.refuse(files, case)
    compared = inputs.compare(earlier, files, case)
    if compared.gone:
        years.check(files, earlier)
    return Found(files, compared, earlier, held)


def _fresh(found: Sequence[Input], known: Stamps, earlier: Mapping[str, Seen], at: Collection[int]) -> list[Input]:
    """Give the logs of which nothing is known; of a series that is read with one state, if that is so of all of it.

    Of a file that an earlier run read under that name only what it grew by is read, once it is hashed.
    """
    new = [one for one in found if one.kind == "log" and one.name not in earlier and known.look(one, at) is None]
    names = {one.name for one in new}
    known_in_part = {(one.owner.name, one.series) for one in found if one.name not in names}
    return [
        one
        for one in new
        if not sources.ALL[one.owner.format].stateful or (one.owner.name, one.series) not in known_in_part
    ]
