"""An invented pool of addresses, and a server whose clock is as far off as a test wants it."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from landmark import fitting, stages, store, tables
from landmark.engine import Engine
from landmark.kept import Kept, Stages
from landmark.lookups.reach import reach
from landmark.stages import drift, fits
from landmark.tables import DAY, HOUR, MINUTE, SECOND

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

    Row = Mapping[str, Any]
    Made = dict[str, list[dict[str, Any]]]

BEGIN = 11_600 * DAY
DAYS = 14
SHIFTS = tuple(sign * size * MINUTE for sign in (-1, 1) for size in (30, 60, 120))
GIVEN = {table.name: table for table in vars(stages).values() if isinstance(table, tables.Table)} | tables.BY_NAME
_NOTHING: Mapping[str, Any] = {"int64": 0, "string": "", "bool": False, "list<int64>": [], "list<string>": []}


def _table(table: tables.Table, rows: Sequence[Row]) -> pa.Table:
    columns = {column.name: column for column in table.columns}
    blank = {name: None if column.empty else _NOTHING[column.type] for name, column in columns.items()}
    return store.conform(store.empty(table).from_pylist([{**blank, **row} for row in rows], store.schema(table)), table)


def _known(events: Sequence[Row], leases: Sequence[Row], shifts: Sequence[int], declared: Sequence[Row]) -> Any:  # noqa: ANN401 - the tables by name
    held = [{"lease": n, "assignment": "isp", "ends": "stated", **row} for n, row in enumerate(leases)]
    seen = [
        {
            "event": number,
            "log": "web",
            "series": "web",
            "counts": True,
            "time": row["first_instant"],
            "last_instant": row["first_instant"],
            "instants": [row["first_instant"]],
            **row,
        }
        for number, row in enumerate(events)
    ]
    pairs = reach(sorted({row["client_address"] for row in seen}), sorted({row["address"] for row in held}))
    made = {
        "events": _table(tables.EVENTS, seen),
        "leases": _table(tables.LEASES, held),
        "reach": _table(stages.REACH, [{"client_address": one, "address": other} for one, other in pairs]),
        "shifts": _table(stages.SHIFTS, [{"shift": shift} for shift in shifts]),
        "declared": _table(stages.DECLARED, declared),
    }
    for table, name, owners in (
        (stages.LOG_CLOCKS, "log", {row["log"] for row in seen}),
        (stages.ASSIGNMENT_CLOCKS, "assignment", {row["assignment"] for row in held}),
    ):
        made[table.name] = _table(table, [{name: one, "tolerance": 10 * SECOND} for one in sorted(owners)])
    return made


def _run(engine: Engine, known: dict[str, Kept], stage: str, gives: str) -> None:
    """Run a stage of the resolver, and before it those that give what it reads."""
    for name in stages.READS[stage]:
        if name not in known:
            _run(engine, known, name, name)
    read = {name: known[name].data for name in stages.READS[stage]}
    known[gives] = Kept(store.conform(engine.run(stage, read, {}), GIVEN[gives]), stage)


@pytest.fixture(scope="session")
def fit_engine() -> Engine:
    return Engine(threads=1)


@pytest.fixture
def fit(fit_engine: Engine, tmp_path: Path) -> Callable[..., Made]:
    """Give the rows of `source_tests` and of what `landmark.fitting` makes of events and leases, `elsewhere` included.

    Events need `client_address` and `first_instant`; leases `address`, `from`, `until` and `account`.
    """

    def call(
        events: Sequence[Row],
        leases: Sequence[Row],
        shifts: Sequence[int] = SHIFTS,
        declared: Sequence[Row] = (),
        most: int = fitting.MOST,
    ) -> Made:
        known = {name: Kept(table, name) for name, table in _known(events, leases, shifts, declared).items()}
        runs = Stages(fit_engine, tmp_path, lambda _what: None)
        _run(fit_engine, known, "source_test", "source_tests")
        for path in tmp_path.iterdir():
            path.unlink()
        fitted = fitting.fitted(known, runs, BEGIN, most)
        beside = {
            "source_tests": known["source_tests"].data,
            "elsewhere": fitting.elsewhere(fitted, BEGIN, BEGIN + DAYS * DAY),
        }
        return {name: table.to_pylist() for name, table in {**fitted.tables, **beside}.items()}

    return call


@pytest.fixture(scope="session")
def drift_of() -> Callable[..., dict[str, Any]]:
    """Give the row of `drifts` of events and leases without an engine: those of one log, one source and no ports."""

    def call(events: Sequence[Row], leases: Sequence[Row]) -> dict[str, Any]:
        firsts: dict[tuple[str, int], int] = {}
        for row in events:
            key = row["client_address"], row["first_instant"] // (HOUR // 2)
            firsts[key] = min(row["first_instant"], firsts.get(key, row["first_instant"]))
        names = {"assignment": "isp", "log": "web", "series": "web", "tolerance": 20 * SECOND}
        asked = [
            {**names, "event": number, "client_address": address, "instant": at}
            for number, ((address, _), at) in enumerate(firsts.items())
        ]
        places = sorted({address for address, _ in firsts})
        (one,) = fits.answers(
            _table(stages.FIT_READINGS, asked),
            _table(tables.LEASES, [{"lease": n, "assignment": "isp", **row} for n, row in enumerate(leases)]),
            _table(stages.REACH, [{"client_address": place, "address": place} for place in places]),
            shifts := fits.grid(SHIFTS),
        )
        return drift.drifts(one, fits.counted(one, shifts), shifts, 1, BEGIN)[0]

    return call


@pytest.fixture
def pool() -> Callable[..., tuple[list[Row], list[Row]]]:
    """Give the events and leases of a pool, for a clock that is off.

    Args:
        ahead: at an instant, by how much the server's clock is ahead, µs.
        addresses: how many there are.
        seed: another seed, another pool.
        empty: the longest pause until an address is given out again, minutes; 0: the pool is never empty.
        alike: whether the readings have to do with the leases at all.
        lost: one lease in so many is not on record; 0: none.
    """

    def call(  # noqa: PLR0913 - what may be so or otherwise
        ahead: Callable[[int], int],
        *,
        addresses: int = 40,
        seed: int = 1,
        empty: int = 90,
        alike: bool = True,
        lost: int = 0,
    ) -> tuple[list[Row], list[Row]]:
        random = Random(seed)  # noqa: S311 - a test draws a pool
        events: list[Row] = []
        leases: list[Row] = []
        for number in range(addresses):
            address = f"198.51.100.{number}"
            at = BEGIN - 4 * HOUR - random.randrange(90) * MINUTE
            while at < BEGIN + DAYS * DAY + 4 * HOUR:
                until = at + random.randrange(20 * 60, 80 * 60) * SECOND
                if not lost or random.randrange(lost):
                    leases.append({"address": address, "from": at, "until": until, "account": f"a{len(leases)}"})
                for _ in range(random.randrange(3)):
                    seen = random.randrange(at, until)
                    if BEGIN <= seen < BEGIN + DAYS * DAY:
                        seen = seen if alike else random.randrange(BEGIN, BEGIN + DAYS * DAY)
                        events.append({"client_address": address, "first_instant": seen + ahead(seen)})
                at = until + (random.randrange(1, empty * 60) * SECOND if empty else 0)
        return sorted(events, key=lambda row: (row["first_instant"], row["client_address"])), leases

    return call
