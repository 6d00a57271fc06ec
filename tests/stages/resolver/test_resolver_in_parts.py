"""What comes of the resolver is the same to the byte however many events it is given at a time, from disk or not."""

from __future__ import annotations

import itertools
from random import Random
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark import case, store, tables
from landmark.engine import columns, started
from landmark.errors import LandmarkError, MachineError
from landmark.kept import Kept, Stages
from landmark.resolving import NEEDED, Resolved, answer
from landmark.stages import READS
from landmark.tables import DAY, HOUR, MINUTE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BEGIN = 11_600 * DAY
LOG, POOL, NAT = "web.log", "radius", "nat"
EVENTS = 120


def rows() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Give events and leases: a pool, and addresses that stand for inner ones of a realm, which the pool holds."""
    pick = Random(7)  # noqa: S311 - a test draws rows
    leases = []
    for number in range(300):
        begin = BEGIN + pick.randrange(2 * 48) * 30 * MINUTE
        own = {"from": begin, "until": begin + pick.choice([25, 30, 90]) * MINUTE, "doubtful": pick.random() < 0.05}
        place = {"assignment": POOL, "address": f"10.0.0.{pick.randrange(8)}", "account": f"a{pick.randrange(40)}"}
        if number % 3 == 0:
            inner = f"10.0.0.{pick.randrange(8)}"
            place = {"assignment": NAT, "address": f"192.0.2.{pick.randrange(4)}", "inner": inner}
        leases.append({"lease": number, "ends": "stated", "source": "0", "rows": [number + 1], **place, **own})
    events = []
    times = sorted(BEGIN + pick.randrange(2 * 24 * 60) * MINUTE for _ in range(EVENTS))
    for number, time in enumerate(times):
        address = pick.choice([f"192.0.2.{pick.randrange(4)}", None, f"198.51.100.{pick.randrange(2)}"])
        instants = [time, time + pick.choice([MINUTE, 2 * HOUR])] if pick.random() < 0.2 else [time]
        span = {"time": time, "first_instant": time, "last_instant": instants[-1], "instants": instants}
        events.append({"event": number, "client_address": address, "counts": True, "log": LOG, "series": LOG, **span})
    return events, leases


Made = tuple["pa.Table", "pa.Table"]


@pytest.fixture
def made(make: Callable[..., pa.Table]) -> Made:
    events, leases = rows()
    return make(tables.EVENTS, events), make(tables.LEASES, leases)


def a_case(folder: Path) -> case.Case:
    authority = case.Authority("", "", "", BEGIN, BEGIN + 5 * DAY, case.COVERS)
    sources = (
        case.Assignment((POOL,), "csv", "user-name", realm="inside"),
        case.Assignment((NAT,), "csv", "inner-address", realm="inside"),
    )
    return case.Case(folder, "1", "", "", authority, (), (case.Log((LOG,), "combined"),), assignments=sources)


def resolved(folder: Path, part: int, events: Kept, leases: Kept, threads: int = 1) -> Resolved:
    cache = folder / f"cache-{part}"
    cache.mkdir()
    with started("duckdb", threads, folder / "spill") as engine:
        found = answer(a_case(folder), (), events, leases, Stages(engine, cache, lambda _: None, part))
        assert found.sought.data.num_rows
        return found


def test_neither_the_size_of_the_parts_nor_asking_two_at_once_changes_a_byte(tmp_path: Path, made: Made) -> None:
    events, leases = Kept(made[0], "events"), Kept(made[1], "leases")
    written: dict[int, dict[str, bytes]] = {}
    for part, threads in ((EVENTS * 10, 1), (EVENTS // 2, 2), (25, 1), (26, 2), (27, 4)):
        found = resolved(tmp_path, part, events, leases, threads)
        assert len(set(found.attributions.data["grade"].to_pylist())) > 2
        kept = (tmp_path / f"cache-{part}").iterdir()
        written[part] = {path.name: path.read_bytes() for path in kept}
    first, *others = written.values()
    assert all(other == first for other in others)


def test_events_and_leases_on_disk_give_the_same_as_in_memory(tmp_path: Path, made: Made) -> None:
    paths = [tmp_path / "events.parquet", tmp_path / "leases.parquet"]
    for data, table, path in zip(made, (tables.EVENTS, tables.LEASES), paths, strict=True):
        store.write(data, table, path)
    disk = resolved(
        tmp_path,
        8,
        Kept.on_disk(paths[0], tables.EVENTS, "events"),
        Kept.on_disk(paths[1], tables.LEASES, "leases"),
    )
    memory = resolved(tmp_path, 9, Kept(made[0], "events"), Kept(made[1], "leases"))
    for name in ("source_tests", "doubts", "attributions", "reach", "sought"):
        assert getattr(disk, name).data.equals(getattr(memory, name).data), name


def test_what_an_earlier_run_left_is_taken_and_what_is_broken_is_made_again(tmp_path: Path, made: Made) -> None:
    said: list[str] = []
    events, leases = Kept(made[0], "events"), Kept(made[1], "leases")
    (tmp_path / "cache").mkdir()
    with started("duckdb", 1, tmp_path / "spill") as engine:

        def once() -> Resolved:
            stages = Stages(engine, tmp_path / "cache", said.append, 60)
            return answer(a_case(tmp_path), (), events, leases, stages)

        first = once()
        assert "attributions" in said
        said.clear()
        assert once().attributions.data.equals(first.attributions.data)
        assert said == []
        for path in (tmp_path / "cache").iterdir():
            path.write_bytes(b"broken")
        assert once().attributions.data.equals(first.attributions.data)
        assert "held" in said


def test_events_out_of_order_are_an_error_and_nothing_is_kept(tmp_path: Path, made: Made) -> None:
    turned = made[0].slice(EVENTS // 2).to_pylist() + made[0].slice(0, EVENTS // 2).to_pylist()
    events = Kept(type(made[0]).from_pylist(turned, schema=made[0].schema), "events")
    with pytest.raises(LandmarkError, match="a part begins before the end of the part before it"):
        resolved(tmp_path, EVENTS // 2, events, Kept(made[1].slice(1, 1), "leases"))
    assert not list((tmp_path / f"cache-{EVENTS // 2}").glob("*.part"))


@pytest.mark.parametrize("on_disk", [False, True])
@pytest.mark.parametrize("rows", [1, 3, 7, 1000])
def test_a_part_never_cuts_a_span_and_no_row_is_lost(tmp_path: Path, made: Made, rows: int, on_disk: bool) -> None:  # noqa: FBT001 - a parameter of the test
    whole = made[0]
    turned = whole.take([*range(40, whole.num_rows), *range(40)])
    path = tmp_path / "events.parquet"
    store.write(whole, tables.EVENTS, path)
    kept = Kept.on_disk(path, tables.EVENTS, "events") if on_disk else Kept(turned, "events")
    parts = list(kept.spans(rows, frozenset({"event", "first_instant"}), "first_instant", 30 * MINUTE))
    spans = [{instant // (30 * MINUTE) for instant in part["first_instant"].to_pylist()} for part in parts]
    assert sum(map(len, spans)) == len(set().union(*spans))
    assert all(max(one) < min(other) for one, other in itertools.pairwise(spans))
    events = [one for part in parts for one in part["event"].to_pylist()]
    assert (events if on_disk else sorted(events)) == whole["event"].to_pylist()
    nothing = Kept(whole.slice(0, 0), "events")
    (empty,) = nothing.spans(rows, frozenset({"event", "first_instant"}), "first_instant", 30 * MINUTE)
    assert empty.num_rows == 0


@given(
    st.lists(st.integers(0, 12 * 30 * MINUTE), max_size=60),
    st.integers(1, 20),
    st.booleans(),
)
def test_parts_of_whole_spans_hold_every_row_once_in_whatever_order_they_come(
    instants: list[int],
    rows: int,
    nearly: bool,  # noqa: FBT001 - drawn
) -> None:
    # Drawn without an order, or as a log is in which one line in five is an hour late.
    if nearly:
        instants = [at - HOUR if place % 5 == 0 else at for place, at in enumerate(sorted(instants))]
    drawn = {"number": pa.array(range(len(instants)), pa.int64()), "at": pa.array(instants, pa.int64())}
    kept = Kept(pa.table(drawn), "drawn")
    parts = list(kept.spans(rows, frozenset({"number", "at"}), "at", 30 * MINUTE))
    assert sorted(number for part in parts for number in part["number"].to_pylist()) == [*range(len(instants))]
    spans = [{at // (30 * MINUTE) for at in part["at"].to_pylist()} for part in parts if part.num_rows]
    assert all(max(one) < min(other) for one, other in itertools.pairwise(spans))
    # A part is larger than twice what was asked for only as far as its last span is.
    for part in parts:
        if part.num_rows > 2 * rows:
            last = max(at // (30 * MINUTE) for at in part["at"].to_pylist())
            assert sum(at // (30 * MINUTE) != last for at in part["at"].to_pylist()) < rows


@pytest.mark.parametrize("statistics", [False, True])
def test_the_lowest_instants_are_found_whether_or_not_the_file_tells_them(
    tmp_path: Path,
    made: Made,
    statistics: bool,  # noqa: FBT001 - a parameter
) -> None:
    path = tmp_path / "events.parquet"
    turned = made[0].take([*range(40, made[0].num_rows), *range(40)])
    pq.write_table(turned, path, row_group_size=10, write_statistics=statistics)
    kept = Kept.on_disk(path, tables.EVENTS, "events")
    parts = list(kept.spans(10, frozenset({"event", "first_instant"}), "first_instant", 30 * MINUTE))
    assert len(parts) > 1
    spans = [{instant // (30 * MINUTE) for instant in part["first_instant"].to_pylist()} for part in parts]
    assert all(max(one) < min(other) for one, other in itertools.pairwise(spans))
    assert sorted(one for part in parts for one in part["event"].to_pylist()) == [*range(EVENTS)]


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    path.write_bytes(b"no table")
    lying = Kept.on_disk(path, tables.EVENTS, "events")
    for ask in (lambda: lying.rows, lambda: lying.select("log"), lambda: lying.data):
        with pytest.raises(MachineError, match=r"events\.parquet: .*cannot be read; run the case again"):
            ask()


def test_the_columns_that_a_stage_reads_are_those_its_statement_names() -> None:
    assert {"event", "instants", "client_address", "login_account"} <= columns("attributions", "events")
    assert "agent" not in columns("attributions", "events")
    assert all(columns(stage, "events") for stage, read in READS.items() if "events" in read)
    assert set(NEEDED) < set(tables.EVENTS.names)
    with pytest.raises(ValueError, match="does not name the columns of"):
        columns("attributions", "held")
