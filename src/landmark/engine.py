"""Runs a stage: the SQL of `stages/NAME.sql` over Arrow tables, on the embedded engine."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa


def statement(stage: str) -> str:
    """Give the SQL text of a stage, as it stands in the package."""
    return resources.files("landmark.stages").joinpath(f"{stage}.sql").read_text(encoding="utf-8")


class Engine:
    """DuckDB in memory, without extensions, without a session zone and without network.

    Args:
        threads: how many threads a stage may use; None leaves it to the engine. The result does not depend on it.
    """

    def __init__(self, threads: int | None = None) -> None:
        """Start an engine of its own; nothing is shared with other engines of the process."""
        config: dict[str, str | bool | int | float | list[str]] = {
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "enable_external_access": False,
            "preserve_insertion_order": False,
        }
        if threads is not None:
            config["threads"] = threads
        self._database = duckdb.connect(":memory:", config=config)

    def run(self, stage: str, tables: Mapping[str, pa.Table], parameters: Mapping[str, int | str | bool]) -> pa.Table:
        """Run a stage's SQL over `tables` (registered under their names) with exactly the parameters it names.

        Returns:
            What the statement selects, in no order: `store.conform` casts, checks and sorts it.
        """
        cursor = self._database.cursor()
        try:
            for name, table in tables.items():
                cursor.register(name, table)
            return cursor.sql(statement(stage), params=dict(parameters)).to_arrow_table()
        finally:
            cursor.close()
