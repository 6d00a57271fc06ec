"""Results that are kept under the key of what made them, and the runner that makes what is not there."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from landmark import store
from landmark.engine import statement
from landmark.errors import MachineError
from landmark.keys import code_key, key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import pyarrow as pa

    from landmark.engine import Runner
    from landmark.tables import Table


@dataclass(frozen=True, slots=True)
class Kept:
    """A table and the key of what made it."""

    data: pa.Table
    key: str


class Stages:
    """Runs stages one after the other, or takes what an earlier run left in the cache."""

    def __init__(self, engine: Runner, cache: Path, say: Callable[[str], None]) -> None:
        """Take the engine, the folder of kept tables, and whom to tell which stage is at work."""
        self._engine = engine
        self._cache = cache
        self._say = say
        self.used: set[str] = set()

    def keep(self, table: Table, key: str, make: Callable[[], pa.Table]) -> Kept:
        """Give the table of that key: from the cache, else made, checked and kept."""
        self.used.add(key)
        path = self._cache / f"{key}.parquet"
        if path.exists():
            # What cannot be read is as good as absent: a cache may be deleted at any time, also in part.
            with contextlib.suppress(MachineError):
                return Kept(store.read(path, table), key)
        self._say(table.name)
        data = store.conform(make(), table)
        store.write(data, table, path)
        return Kept(data, key)

    def sql(self, table: Table, inputs: Mapping[str, Kept], stage: str = "", **parameters: int | str) -> Kept:
        """Run the stage's SQL over the inputs (by the names that the SQL uses)."""
        name = stage or table.name
        key = key_of(
            name, statement(name), str(table), parameters, {one: kept.key for one, kept in inputs.items()}, code_key()
        )
        read = {one: kept.data for one, kept in inputs.items()}
        return self.keep(table, key, lambda: self._engine.run(name, read, parameters))
