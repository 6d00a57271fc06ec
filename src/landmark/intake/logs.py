"""From files to events and leases, text by text, each kept in the cache under the key of all that made it.

A file that grew is read on from where it ended. What is kept holds nothing that the authority does not cover: other
lines are counted as they are read, and dropped.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyarrow as pa

from landmark import store, tables
from landmark.accounting import FileCount
from landmark.errors import IntegrityError
from landmark.intake.inputs import size
from landmark.intake.numbering import numbered
from landmark.intake.peek import peek
from landmark.intake.shelf import partition
from landmark.intake.told import Told, silent
from landmark.intake.units import Unit, Units
from landmark.keys import key_of
from landmark.scan.reading import BEGINNING, Start, read

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from landmark.case import Case
    from landmark.intake.drafts import Draft
    from landmark.intake.inputs import Input, Seen
    from landmark.intake.shelf import Partition, Shelf
    from landmark.intake.told import Progress
    from landmark.kept import Kept
    from landmark.pseudonyms import Pseudonyms
    from landmark.scan.needles import Prefilter
    from landmark.scan.reading import Counts, Identity
    from landmark.sources import FileReading, Reader, Settings, Source, Step


@dataclass(frozen=True, slots=True)
class Logs:
    """What came of all log files: events in canonical order, rejects, accounting, clock steps by log, texts' names."""

    events: Kept
    rejects: pa.Table
    files: tuple[FileCount, ...]
    steps: tuple[tuple[str, Step], ...]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _How:
    """How a text is read: which lines matter, from where, what it is known to be, and where its hash is wanted, too."""

    prefilter: Prefilter | None
    stateful: bool
    start: Start = BEGINNING
    known: Identity | None = None
    at: Collection[int] = ()

    def read(self, one: Input, reader: Reader, tell: Callable[[int], None]) -> Counts:
        count = read(
            one.path,
            reader,
            self.prefilter,
            stateful=self.stateful,
            start=self.start,
            until=None if self.known is None else self.known.text_bytes,
            at=self.at,
            progress=tell,
        )
        if self.known is not None and count.content_sha256 != self.known.content_sha256:
            raise IntegrityError(f"{one.name}: changed while it was read; nothing of it was kept, run again")
        return count


class Reading:
    """Reads the log files of a case into partitions."""

    def __init__(self, case: Case, names: Pseudonyms, shelf: Shelf, progress: Progress = silent) -> None:
        """Take the case, who gives pseudonyms, where partitions lie, and whom to tell of bytes read."""
        self._units = Units(case, names)
        self._shelf = shelf
        self._progress = progress
        self._told = Told(silent, "", 0)
        self._rows = 0

    def logs(self, found: Sequence[tuple[Input, Identity]], earlier: Mapping[str, Seen], folder: Path) -> Logs:
        """Read every log; a text that was read under another name is only named.

        Args:
            found: every input with its identity.
            earlier: what earlier runs read.
            folder: where the numbered events come to lie, under their key.

        Raises:
            IntegrityError: lines do not add up, or a file is no longer what was hashed.
        """
        first: dict[str, Input] = {}
        self._told = Told(self._progress, "reading logs", sum(size(one) for one, _ in found if one.kind == "log"))
        files: list[FileCount] = []
        steps: list[tuple[str, Step]] = []
        parts: list[tuple[str, str, Partition]] = []
        keys: list[str] = []
        logs = [(one, identity) for one, identity in found if one.kind == "log"]
        for one, identity in logs:
            other = first.setdefault(identity.content_sha256, one)
            if other is not one:
                files.append(_count(one, identity, None, duplicate_of=other.name))
        kept = [(one, identity) for one, identity in logs if first[identity.content_sha256] is one]
        for unit in self._units.of(kept):
            for number, ((one, identity), part) in enumerate(
                zip(unit.texts, self._partitions(unit, earlier), strict=True)
            ):
                keys.append(unit.key(number))
                count = _count(one, identity, part)
                files.append(replace(count, embeds_unknown=unit.embeds_unknown, unlike=_is_unlike(one, part)))
                steps += [(unit.log.name, step) for step in part.steps]
                parts.append((identity.content_sha256, unit.log.name, part))
        for file in files:
            if file.duplicate_of is None:
                file.check()
        names = {content: one.name for content, one in first.items()}
        files.sort(key=lambda file: file.path)
        events = numbered(parts, folder, key_of(sorted(keys)))
        store.let_go()
        return Logs(events, _rejects(parts), tuple(files), tuple(sorted(set(steps))), names)

    def ahead(self, fresh: Sequence[Input], at: Collection[int]) -> dict[str, Identity]:
        """Read texts that must be hashed anyway, in the same pass, and leave what came of them on the shelf.

        Args:
            fresh: logs of which nothing is known; of a series that is read with one state, all of its texts.
            at: lengths of a text at which its hash is wanted too.

        Returns:
            What each of them is, by name.

        Raises:
            MachineError: the machine refuses to read one, or it changed while it was read.
        """
        known: dict[str, Identity] = {}
        self._told = Told(self._progress, "reading logs", sum(map(size, fresh)))
        for log, source, settings, base, inputs in self._units.groups(fresh, lambda one: one):
            facts = source.format.of(log.log_format)
            prefilter = None if source.stateful else self._units.prefilter(facts, log)
            how = _How(prefilter, source.stateful, at=at)
            counts, parts = self._gathered(source, settings, [(one, how) for one in inputs])
            texts = tuple((one, count.identity) for one, count in zip(inputs, counts, strict=True))
            unit = Unit(log, source, settings, texts, base)
            for number, part in enumerate(parts):
                self._shelf.put(unit.key(number), part)
            known |= {one.name: identity for one, identity in texts}
        store.let_go()
        return known

    def _partitions(self, unit: Unit, earlier: Mapping[str, Seen]) -> list[Partition]:
        keys = [unit.key(number) for number in range(len(unit.texts))]
        taken = [self._shelf.take(key) for key in keys]
        whole = [part for part in taken if part is not None]
        if len(whole) == len(taken):
            return whole
        made = self._grown(unit, earlier) or self._read(unit)
        return [self._shelf.put(key, part) for key, part in zip(keys, made, strict=True)]

    def _grown(self, unit: Unit, earlier: Mapping[str, Seen]) -> list[Partition] | None:
        """Read on where a text begins with one that an earlier run read to a newline, and that tells nothing of it."""
        if unit.source.stateful or unit.source.directed:
            return None
        ((_, identity),) = unit.texts
        begins = [
            was
            for was in earlier.values()
            if 0 < was.text_bytes < identity.text_bytes
            and was.whole == was.text_bytes
            and not was.ended_early
            and identity.prefixes.get(was.text_bytes) == was.content_sha256
        ]
        for was in sorted(begins, key=lambda was: -was.text_bytes):
            before = self._shelf.look(unit.key_before(was.content_sha256))
            if before is not None:
                (after,) = self._read(unit, start=Start(was.text_bytes, was.lines + 1))
                return [self._shelf.joined(before, after)]
        return None

    def _read(self, unit: Unit, start: Start = BEGINNING) -> list[Partition]:
        prefilter = None if unit.source.stateful else self._units.prefilter(unit.facts, unit.log)
        texts = [(one, _How(prefilter, unit.source.stateful, start, identity)) for one, identity in unit.texts]
        return self._gathered(unit.source, unit.settings, texts)[1]

    def _gathered(
        self, source: Source, settings: Settings, texts: Sequence[tuple[Input, _How]]
    ) -> tuple[list[Counts], list[Partition]]:
        """Read texts with one state, and write their rows to drafts."""
        reader = source.reader(settings)
        counts: list[Counts] = []
        with contextlib.ExitStack() as stack:
            drafts: list[Draft] = []
            for one, how in texts:
                reader.begin()
                drafts.append(stack.enter_context(self._shelf.draft()))
                # What has a state keeps its rows until it has seen all; another's come into what it gives, as it reads.
                files = [] if source.stateful else reader.finish()
                for file in files:
                    if file.rows is not None:
                        file.rows.pour(drafts[-1].add)
                counts.append(how.read(one, reader, self._telling(files)))
            readings, steps = reader.finish(), tuple(reader.steps)
            parts = [
                partition(reading, draft, count, steps if number == 0 else ())
                for number, (reading, draft, count) in enumerate(zip(readings, drafts, counts, strict=True))
            ]
        self._rows += sum(part.kept for part in parts)
        self._told.kept(self._rows)
        return counts, parts

    def _telling(self, files: Sequence[FileReading]) -> Callable[[int], None]:
        """Give who is told of the bytes read, and tells besides how many rows were kept, as far as that is known."""

        def tell(count: int) -> None:
            self._told(count)
            self._told.kept(self._rows + sum(file.kept for file in files))

        return tell


def _is_unlike(one: Input, part: Partition) -> bool:
    """Tell of a text of which nothing was kept whether its first lines read as its format at all.

    Lines that name no target are never parsed: of a log of another format all might be `not_watched` in silence.
    """
    if part.kept:
        return False
    first = peek(one)
    return first.tried > 0 and first.readable == 0


def _count(
    one: Input,
    identity: Identity,
    part: Partition | None,
    *,
    duplicate_of: str | None = None,
) -> FileCount:
    head = (one.name, identity.sha256, identity.content_sha256, identity.stored_bytes)
    if part is None:
        return FileCount(*head, duplicate_of=duplicate_of, damage=identity.damage)
    rejected = Counter(part.rejects["reason"].to_pylist())
    return FileCount(
        *head,
        part.lines,
        part.kept,
        part.dropped,
        dict(rejected),
        part.admitted_lost,
        damage=identity.damage,
    )


def _rejects(parts: Sequence[tuple[str, str, Partition]]) -> pa.Table:
    filled = [
        part.rejects.append_column("source", pa.array([source] * part.rejects.num_rows, pa.string()))
        for source, _, part in parts
        if part.rejects.num_rows
    ]
    return store.conform(pa.concat_tables(filled), tables.REJECTS) if filled else store.empty(tables.REJECTS)
