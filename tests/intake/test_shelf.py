"""What was kept of a text lies on disk: the same rows however they came, whole or not at all; numbered in one order."""

from __future__ import annotations

import errno
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NoReturn

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landmark import store, tables
from landmark.errors import LandmarkError, MachineError
from landmark.intake import drafts, shelf
from landmark.intake.numbering import numbered
from landmark.sources import Step
from landmark.sources.many.rows import PARTITION, SCHEMA, Rows, batch_of, together
from landmark.sources.row import Found

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from random import Random

    Row = dict[str, Any]

PLAIN = store.schema(PARTITION)
WORDS = st.sampled_from(["", "a", "b", "ä", "a longer word"])
_BLANK: dict[pa.DataType, object] = {pa.string(): "", pa.int64(): 0, pa.bool_(): True, pa.list_(pa.int64()): [0]}


def row(line: int, **said: object) -> Row:
    blank = {field.name: None if field.nullable else _BLANK[field.type] for field in PLAIN}
    time = said.get("time", 0)
    return {**blank, "first_instant": time, "last_instant": time, "instants": [time], "line": line, **said}


@st.composite
def texts(draw: st.DrawFn) -> list[Row]:
    """The rows of a text, lines ascending; each word once for many rows, or not."""
    many = draw(st.integers(0, 12))
    return [
        row(
            3 * number + 1,
            offset=17 * number,
            time=draw(st.integers(0, 4)),
            event_id=f"{number:016x}-{17 * number:015d}",
            agent=draw(st.none() | WORDS),
            object=draw(st.none() | WORDS),
            action=draw(WORDS),
            status=draw(st.none() | st.integers(100, 599)),
        )
        for number in range(many)
    ]


def batch(rows: Sequence[Row]) -> pa.RecordBatch:
    return batch_of([pa.array([one[field.name] for one in rows], field.type) for field in PLAIN])


def added(path: Path, batches: Sequence[pa.RecordBatch]) -> drafts.Draft:
    with drafts.Draft.at(path) as draft:
        for one in batches:
            draft.add(one)
        draft.close()
    return draft


def drafted(path: Path, rows: Sequence[Row], cuts: Sequence[int] = ()) -> shelf.Partition:
    edges = [0, *sorted(cut for cut in cuts if cut < len(rows)), len(rows)]
    draft = added(path, [batch(rows[begin:end]) for begin, end in pairwise(edges)])
    return shelf.Partition(path, draft.kept, store.empty(shelf.REJECTED), 0, {}, 0, ())


@given(rows=texts(), cuts=st.lists(st.integers(0, 12), max_size=4), group=st.sampled_from([1, 2, 5, 1 << 14]))
@settings(deadline=None, max_examples=40)
def test_rows_are_read_back_as_they_came_however_they_came(
    rows: list[Row], cuts: list[int], group: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drafts, "_GROUP", group)
        part = drafted(tmp_path_factory.mktemp("draft") / "text.parquet", rows, cuts)
    read = part.rows()
    assert part.kept == len(rows)
    assert read.schema == SCHEMA
    assert read.to_pylist() == rows


@given(rows=texts(), cuts=st.lists(st.integers(0, 12), max_size=4), order=st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=40)
def test_batches_put_together_hold_each_word_once_and_every_row(
    rows: list[Row], cuts: list[int], order: Random
) -> None:
    edges = [0, *sorted(cut for cut in cuts if cut < len(rows)), len(rows)]
    pieces = [batch(rows[begin:end]) for begin, end in pairwise(edges)]
    order.shuffle(pieces)
    whole = together(pieces, sort=True)
    assert whole.to_pylist() == rows
    for column in whole.columns:
        if pa.types.is_dictionary(column.type):
            words = column.dictionary.to_pylist()
            assert len(set(words)) == len(words)  # the Parquet writer takes them for distinct


def test_rows_that_are_poured_are_counted_and_not_held() -> None:
    rows = Rows("a series")
    came: list[pa.RecordBatch] = []
    rows.pour(came.append)
    columns = {name: pa.array([None], PLAIN.field(name).type) for name in Found._fields}
    rows.put([{**columns, "line": pa.array([1]), "time": pa.array([5])}], [])
    assert (len(rows), rows.batches()) == (1, [])
    assert [one["series"] for one in came[0].to_pylist()] == ["a series"]


@pytest.mark.parametrize("lines", [[2, 1], [1, 1], [1, 3, 2], [0, 1]])
def test_lines_that_do_not_ascend_are_refused_and_nothing_is_left(lines: list[int], tmp_path: Path) -> None:
    for pieces in ([lines], [[one] for one in lines]):
        with pytest.raises(LandmarkError, match="two rows have one key"):
            added(tmp_path / "text.parquet", [batch([row(line) for line in piece]) for piece in pieces])
    assert list(tmp_path.iterdir()) == []


def test_a_column_that_is_empty_where_it_may_not_be_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LandmarkError, match="column action is empty"):
        added(tmp_path / "text.parquet", [batch([row(1, action=None)])])


def test_what_fails_while_the_rows_are_written_is_said_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "text.parquet").mkdir()
    with pytest.raises(MachineError, match=r"text\.parquet"):
        added(tmp_path / "text.parquet", [batch([row(1)])])
    assert [path.name for path in tmp_path.iterdir()] == ["text.parquet"]


@pytest.mark.parametrize("group", [1, 2, 1 << 14], ids=["handed over", "with the last", "at the end"])
def test_rows_that_the_machine_would_not_write_stop_it_whenever_they_are_handed_over(
    group: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(drafts, "_GROUP", group)
    monkeypatch.setattr(pq.ParquetWriter, "write_batch", full)
    with pytest.raises(MachineError, match="No space left"):
        added(tmp_path / "text.parquet", [batch([row(1)]), batch([row(2)])])
    assert list(tmp_path.iterdir()) == []


def test_no_more_rows_are_held_than_are_written_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []
    real = pq.ParquetWriter.write_batch

    def counting(writer: pq.ParquetWriter, rows: pa.RecordBatch) -> None:
        written.append(rows.num_rows)
        real(writer, rows)

    monkeypatch.setattr(drafts, "_GROUP", 3)
    monkeypatch.setattr(pq.ParquetWriter, "write_batch", counting)
    added(tmp_path / "text.parquet", [batch([row(line)]) for line in range(1, 9)])
    assert written == [3, 3, 2]


def test_rows_that_cannot_be_read_any_more_are_forgotten(tmp_path: Path) -> None:
    part = drafted(tmp_path / "text.parquet", [row(1), row(2)])
    part.path.write_bytes(part.path.read_bytes()[:100])
    with pytest.raises(MachineError, match="run the case again"):
        part.rows()
    assert not part.path.exists()


@given(
    parts=st.lists(st.tuples(st.sampled_from(["one log", "other"]), texts()), max_size=3),
    group=st.sampled_from([1, 2, 7, 1 << 14]),
)
@settings(deadline=None, max_examples=40)
def test_events_come_by_time_text_and_offset_numbered_from_0(
    parts: list[tuple[str, list[Row]]], group: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("numbered")
    # Contents are hashes: their order is not that in which the texts were read.
    contents = [f"{(7 * number + 3) % 5:064x}" for number in range(len(parts))]
    given_ = [
        (content, log, drafted(folder / f"{content}.events", rows))
        for content, (log, rows) in zip(contents, parts, strict=True)
    ]
    said = [
        {**one, "source": content, "log": log}
        for content, (log, rows) in zip(contents, parts, strict=True)
        for one in rows
    ]
    said.sort(key=lambda one: (one["time"], one["source"], one["offset"]))
    expected = [{"event": number, **one} for number, one in enumerate(said)]
    whole = numbered(given_, folder, "whole").data
    assert whole.select(tables.EVENTS.names).to_pylist() == [
        {name: one[name] for name in tables.EVENTS.names} for one in expected
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "ROW_GROUP", group)
        assert numbered(given_, folder, "parts").data.equals(whole)


def test_events_that_lie_there_already_are_not_made_again(tmp_path: Path) -> None:
    part = drafted(tmp_path / "text.parquet", [row(1, event_id="a"), row(2, event_id="b")])
    given_ = [("0" * 64, "a log", part)]
    before = numbered(given_, tmp_path, "key").data
    part.path.unlink()
    assert numbered(given_, tmp_path, "key").data.equals(before)


def test_a_file_that_is_no_table_of_events_is_made_again(tmp_path: Path) -> None:
    part = drafted(tmp_path / "text.parquet", [row(1, event_id="a")])
    pq.write_table(pa.table({"a": [1]}), tmp_path / "key.parquet")
    assert numbered([("0" * 64, "a log", part)], tmp_path, "key").rows == 1


def counted(path: Path, rows: Sequence[Row], rejected: int, at: int) -> shelf.Partition:
    """Give what came of lines from one number on: rows, one that was rejected, and sums that no other part has."""
    rejects = pa.Table.from_pylist([{"line": rejected, "offset": 9, "length": 5, "reason": "malformed"}])
    part = drafted(path, rows)
    return replace(
        part,
        rejects=store.conform(rejects, shelf.REJECTED),
        lines=10 + at,
        dropped={"not_watched": 5 + at, "empty": at} if at else {"not_watched": 5},
        admitted_lost=3 + at,
        steps=(Step("host", at, at + 1),),
    )


def test_what_a_text_grew_by_adds_up_with_what_was_there(tmp_path: Path) -> None:
    kept = shelf.Shelf(tmp_path)
    before = kept.put("before", counted(tmp_path / "one", [row(1), row(3)], 2, 0))
    after = counted(tmp_path / "two", [row(11)], 12, 1)
    joined = kept.put("joined", kept.joined(before, after))
    assert kept.take("joined") == joined
    assert [one["line"] for one in joined.rows().to_pylist()] == [1, 3, 11]
    assert joined.rejects["line"].to_pylist() == [2, 12]
    assert (joined.kept, joined.lines, joined.admitted_lost) == (3, 21, 7)
    assert joined.dropped == {"not_watched": 11, "empty": 1}
    assert joined.steps == (Step("host", 0, 1), Step("host", 1, 2))
    assert kept.used == {"joined"}
    assert not (tmp_path / "two").exists()


@pytest.mark.parametrize("name", ["one.json", "one.events.parquet", "one.rejects.parquet"])
@pytest.mark.parametrize("how", ["gone", "torn"])
def test_a_partition_of_which_a_file_is_not_what_was_written_is_as_good_as_absent(
    tmp_path: Path, name: str, how: str
) -> None:
    kept = shelf.Shelf(tmp_path)
    part = kept.put("one", counted(tmp_path / "draft", [row(1), row(3)], 2, 0))
    assert kept.look("one") == part
    if how == "gone":
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:20])
    assert kept.look("one") is None


def test_a_partition_with_other_columns_is_as_good_as_absent(tmp_path: Path) -> None:
    kept = shelf.Shelf(tmp_path)
    kept.put("one", counted(tmp_path / "draft", [row(1)], 2, 0))
    pq.write_table(pa.table({"line": [1]}), tmp_path / "one.events.parquet")
    assert kept.look("one") is None
