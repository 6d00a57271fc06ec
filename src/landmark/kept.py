"""Results that are kept under the key of what made them, and the runner that makes what is not there."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from landmark import parts, store
from landmark.engine import columns, statement
from landmark.errors import MachineError
from landmark.keys import code_key, key_of
from landmark.near import Near
from landmark.plain_first import PlainFirst

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping
    from concurrent.futures import Future
    from pathlib import Path

    from landmark.engine import Runner
    from landmark.plain_first import Plain
    from landmark.tables import Table

PART = 250_000
"""How many rows a stage that takes its input in parts is given at a time."""


class Kept:
    """A table and the key of what made it. It may be made, or read from disk, only when it is asked for."""

    def __init__(self, data: pa.Table | Callable[[], pa.Table], key: str, path: Path | None = None) -> None:
        """Take the table or what gives it, its key, and the Parquet file in which the same rows lie, if any."""
        self.key = key
        self._path = path
        self._data = data

    @classmethod
    def on_disk(cls, path: Path, table: Table, key: str) -> Kept:
        """Give a table that lies on disk, and is read when it is asked for."""
        return cls(lambda: store.read(path, table), key, path)

    @property
    def data(self) -> pa.Table:
        """The whole table."""
        if not isinstance(self._data, pa.Table):
            self._data = self._data()
        return self._data

    @property
    def source(self) -> pa.Table | Path:
        """What an engine reads: the file where the table lies on disk only, else the table."""
        return self._path if self._path is not None and not isinstance(self._data, pa.Table) else self.data

    def select(self, *names: str) -> pa.Table:
        """Give these columns; of a table that lies on disk only, no others are read."""
        return parts.columns(self.source, names)

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return parts.rows(self.source)

    def parts(self, rows: int, names: frozenset[str]) -> Iterator[pa.Table]:
        """Give the columns of these names in parts of about so many rows, in order; at least one part."""
        return parts.of(self.source, rows, names)

    def spans(self, rows: int, names: frozenset[str], of: str, width: int) -> Iterator[pa.Table]:
        """Give the columns of these names in parts of about so many rows; see `landmark.parts.spans`."""
        return parts.spans(self.source, rows, names, of, width)


class Beside(NamedTuple):
    """Of which input of a stage a part of another needs only the rows near its instants.

    Args:
        table: the input; its rows are in the order that `landmark.near.Near` needs.
        instants: the column of the part in which the instants are.
        margin: how far from an instant of the part a row may hold and yet bear on it, µs.
    """

    table: str
    instants: str
    margin: int


class Stages:
    """Runs stages one after the other, or takes what an earlier run left in the cache."""

    def __init__(self, engine: Runner, cache: Path, say: Callable[[str], None], part: int = PART) -> None:
        """Take the engine, the folder of kept tables, whom to tell which stage is at work, and the size of parts."""
        self._engine = engine
        self._cache = cache
        self._say = say
        self._part = part
        self.used: set[str] = set()

    def keep(self, table: Table, key: str, make: Callable[[], pa.Table], *, held: bool = True) -> Kept:
        """Give the table of that key: from the cache, else made, checked and kept; where not `held`, on disk only."""
        self.used.add(key)
        path = self._path(key)
        if path.exists():
            # What cannot be read is as good as absent: a cache may be deleted at any time, also in part.
            with contextlib.suppress(MachineError):
                if held:
                    return Kept(store.read(path, table), key)
                store.check(path, table, rows=True)
                return Kept.on_disk(path, table, key)
        self._say(table.name)
        data = store.conform(make(), table)
        store.write(data, table, path)
        return Kept(data, key) if held else Kept.on_disk(path, table, key)

    def sql(
        self, table: Table, inputs: Mapping[str, Kept], stage: str = "", *, held: bool = True, **parameters: int | str
    ) -> Kept:
        """Run the stage's SQL over the inputs (by the names that the SQL uses)."""
        name, key = stage or table.name, self._key(stage or table.name, table, inputs, parameters)
        return self.keep(table, key, lambda: self._engine.run(name, _sources(inputs), parameters), held=held)

    def passing(self, table: Table, inputs: Mapping[str, Kept], stage: str = "") -> Kept:
        """Run the stage when its table is asked for. It goes with the run; its rows are in the order of the stage."""
        name = stage or table.name

        def make() -> pa.Table:
            self._say(table.name)
            return store.cast(self._engine.run(name, _sources(inputs), {}), table)

        return Kept(make, self._key(name, table, inputs, {}))

    def passing_in_spans(
        self, table: Table, inputs: Mapping[str, Kept], of: tuple[str, str, int], stage: str, beside: Beside
    ) -> Kept:
        """Run the stage as `passing` does, over an input part by part, each with what bears on it of the others.

        Args:
            table: what the stage gives.
            inputs: what it reads.
            of: the input, its column of instants, and the width of the spans that no part cuts: each row that comes
                of it comes of the rows of one span.
            stage: its name.
            beside: of which other input a part needs only what is near its instants.
        """
        name, column, width = of

        def make() -> pa.Table:
            self._say(table.name)
            given = _given(inputs, name, beside)
            spans = inputs[name].spans(self._part, columns(stage, name), column, width)
            asked = ((stage, given(part)) for part in spans)
            with contextlib.closing(self._engine.each(asked)) as answers:
                return pa.concat_tables([_numbered(store.cast(found, table)) for found in answers])

        return Kept(make, self._key(stage, table, inputs, {}))

    def in_parts(  # noqa: PLR0913 - two stages, and what they read
        self, table: Table, inputs: Mapping[str, Kept], of: str, stage: str, *, plain: Plain, beside: Beside
    ) -> Kept:
        """Run the stage over the input `of` part by part, each with what bears on it of the others (`beside`).

        That is for stages whose rows each come of one row of that input and have its key, by which it is sorted: what
        comes is the same to the byte whatever the size of the parts. Rows that are plain another stage answers first.
        While one part is asked, or two side by side, the rows of the part before are checked and written.
        """
        key = key_of(self._key(stage, table, inputs, {}), statement(plain.table.name), str(plain.table))
        path = self._path(key)
        self.used.add(key)
        if path.exists():
            with contextlib.suppress(MachineError):
                store.check(path, table, rows=True)
                return Kept.on_disk(path, table, key)
        self._say(table.name)
        named = columns(stage, of) | columns(plain.table.name, of)
        parts = inputs[of].parts(self._part, named)
        turns = PlainFirst(parts, plain, stage, table, given=_given(inputs, of, beside), rows=self._part // 4)

        def add(found: pa.Table) -> None:
            write(store.conform(found, table))

        with (
            store.writing(table, path) as write,
            ThreadPoolExecutor(1) as writer,
            contextlib.closing(self._whole(turns)) as answers,
        ):
            before: Future[None] | None = None
            for found in answers:
                if before is not None:
                    before.result()
                before = writer.submit(add, found)
            if before is not None:
                before.result()
        return Kept.on_disk(path, table, key)

    def _whole(self, turns: PlainFirst) -> Generator[pa.Table]:
        """Ask, and give what comes of each part, in order."""
        with contextlib.closing(self._engine.each(turns.questions())) as answers:
            for found in answers:
                yield from turns.answered(found)
        while (question := turns.left()) is not None:
            yield from turns.answered(self._engine.run(*question, {}))

    def let_go(self) -> None:
        """Give back to the system what memory is held of the stages before: else the next one's comes on top of it."""
        self._engine.let_go()
        store.let_go()

    def _path(self, key: str) -> Path:
        return self._cache / f"{key}.parquet"

    def _key(self, stage: str, table: Table, inputs: Mapping[str, Kept], parameters: Mapping[str, int | str]) -> str:
        keys = {one: kept.key for one, kept in inputs.items()}
        return key_of(stage, statement(stage), str(table), parameters, keys, code_key())


def _given(inputs: Mapping[str, Kept], of: str, beside: Beside) -> Callable[[pa.Table], dict[str, pa.Table | Path]]:
    """Give what a stage reads with a part of the input `of`."""
    always = _sources({one: kept for one, kept in inputs.items() if one not in {of, beside.table}})
    near = Near(inputs[beside.table].data)

    def given(part: pa.Table) -> dict[str, pa.Table | Path]:
        return {**always, of: part, beside.table: near.around(part[beside.instants], beside.margin)}

    return given


def _numbered(part: pa.Table) -> pa.Table:
    """Give its words as numbers, each word once: they take half the room, and an engine reads them as words."""
    words = [pa.types.is_string(field.type) for field in part.schema]
    columns = [column.dictionary_encode() if word else column for column, word in zip(part.columns, words, strict=True)]
    return pa.table(columns, names=part.column_names)


def _sources(inputs: Mapping[str, Kept]) -> dict[str, pa.Table | Path]:
    return {one: kept.source for one, kept in inputs.items()}
