"""The one writer of tables: same rows, same bytes and same content digest; a row too many or too few is refused."""

from __future__ import annotations

import hashlib
import sys
from itertools import pairwise
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landmark import store
from landmark.errors import LandmarkError, MachineError
from landmark.tables import Column, Table

if TYPE_CHECKING:
    from pathlib import Path

THINGS = Table(
    "things",
    "Things.",
    ("number",),
    (
        Column("number", "int64", "number"),
        Column("word", "string", "word", empty=True),
        Column("yes", "bool", "yes"),
        Column("words", "list<string>", "words"),
        Column("numbers", "list<int64>", "numbers", empty=True),
    ),
)


def things(rows: list[dict[str, object]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=store.schema(THINGS))


def thing(number: int, word: str | None = None) -> dict[str, object]:
    return {"number": number, "word": word, "yes": True, "words": [], "numbers": None}


def test_rows_are_sorted_by_the_key_and_cast_to_the_schema() -> None:
    loose = pa.table(
        {
            "yes": [True, False],
            "number": pa.array([2, 1], pa.int32()),
            "word": ["b", None],
            "words": [["x"], []],
            "numbers": [None, [1]],
            "more": [0, 0],
        }
    )
    data = store.conform(loose, THINGS)
    assert data.schema == store.schema(THINGS)
    assert data["number"].to_pylist() == [1, 2]


@given(st.lists(st.integers(-5, 5) | st.integers(-(2**63), 2**63 - 1), min_size=1, unique=True))
def test_rows_come_in_order_whether_their_numbers_lie_close_together_or_not(numbers: list[int]) -> None:
    data = store.conform(things([thing(number, str(number)) for number in numbers]), THINGS)
    assert data["number"].to_pylist() == sorted(numbers)
    assert data["word"].to_pylist() == [str(number) for number in sorted(numbers)]


def test_two_rows_with_one_key_are_refused() -> None:
    with pytest.raises(LandmarkError, match=r"table things: two rows have one key \(number\)"):
        store.conform(things([thing(1, "a"), thing(1, "b")]), THINGS)


def test_an_empty_value_where_none_may_be_is_refused() -> None:
    loose = things([thing(1)]).set_column(2, "yes", pa.array([None], pa.bool_()))
    with pytest.raises(LandmarkError, match="table things: column yes is empty in a row"):
        store.conform(loose, THINGS)


def test_a_missing_column_is_refused() -> None:
    with pytest.raises(LandmarkError, match="table things: column word, words is missing"):
        store.conform(things([thing(1)]).drop_columns(["word", "words"]), THINGS)


@settings(max_examples=15)
@given(cuts=st.lists(st.integers(1, 299_999), max_size=5))
def test_the_bytes_do_not_depend_on_how_the_rows_came_in_batches(
    cuts: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("store")
    size = 300_000
    whole = pa.table(
        {
            "number": range(size),
            "word": pa.array([None] * size, pa.string()),
            "yes": [True] * size,
            "words": pa.array([[]] * size, pa.list_(pa.string())),
            "numbers": pa.array([None] * size, pa.list_(pa.int64())),
        }
    )
    edges = [0, *sorted(set(cuts)), size]
    pieces = pa.concat_tables(whole.slice(a, b - a) for a, b in pairwise(edges))
    hashes = set()
    for name, data in (("whole", whole), ("pieces", pieces)):
        path = folder / f"{name}.parquet"
        store.write(store.conform(data, THINGS), THINGS, path)
        hashes.add(hashlib.sha256(path.read_bytes()).hexdigest())
    assert len(hashes) == 1


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "number": st.integers(-(2**63), 2**63 - 1),
            "word": st.none() | st.text(),
            "yes": st.booleans(),
            "words": st.lists(st.text(max_size=3), max_size=3),
            "numbers": st.none() | st.lists(st.integers(-5, 5), max_size=3),
        }
    ),
    max_size=5,
    unique_by=lambda row: str(row["number"]),
)


@given(one=ROWS, other=ROWS)
def test_the_content_digest_is_equal_where_and_only_where_the_rows_are(
    one: list[dict[str, object]], other: list[dict[str, object]]
) -> None:
    first, second = store.conform(things(one), THINGS), store.conform(things(other), THINGS)
    assert (store.digest(first) == store.digest(second)) == (first.to_pylist() == second.to_pylist())


def digest_of_each(data: pa.Table) -> str:
    """As `store.digest` says, value by value."""
    total = hashlib.sha256()

    def add(array: pa.Array, kind: pa.DataType) -> None:
        values = array.to_pylist()
        total.update(bytes(one is not None for one in values))
        if pa.types.is_list(kind):
            lengths = (-1 if one is None else len(one) for one in values)
            total.update(b"".join(one.to_bytes(8, sys.byteorder, signed=True) for one in lengths))
            flat = [inner for one in values for inner in one or ()]
            add(pa.array(flat, kind.value_type), kind.value_type)
        elif pa.types.is_string(kind):
            texts = [None if one is None else one.encode() for one in values]
            lengths = (-1 if one is None else len(one) for one in texts)
            total.update(b"".join(one.to_bytes(8, sys.byteorder, signed=True) for one in lengths))
            total.update(b"".join(one or b"" for one in texts))
        else:
            total.update(b"".join(int(one or 0).to_bytes(8, sys.byteorder, signed=True) for one in values))

    for field, column in zip(data.schema, data.columns, strict=True):
        total.update(f"{field.name}\0{field.type}\0{data.num_rows}\0".encode())
        add(column.combine_chunks(), field.type)
    return total.hexdigest()


@given(rows=ROWS, cut=st.integers(0, 3))
def test_the_content_digest_is_made_of_every_value_wherever_it_lies(
    rows: list[dict[str, object]], cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = store.conform(things(rows), THINGS)
    expected = digest_of_each(data)
    assert store.digest(data) == expected
    assert store.digest(pa.concat_tables([data.slice(0, cut), data.slice(cut)])) == expected
    assert store.digest(data.slice(cut)) == digest_of_each(data.slice(cut))
    path = tmp_path_factory.mktemp("digest") / "things.parquet"
    store.write(data, THINGS, path)
    assert store.digest_of(path, THINGS) == expected


def test_a_copy_has_the_same_bytes_and_what_cannot_be_read_leaves_none(tmp_path: Path) -> None:
    store.write(store.conform(things([thing(1, "a")]), THINGS), THINGS, tmp_path / "one.parquet")
    store.copy(tmp_path / "one.parquet", tmp_path / "other.parquet")
    assert (tmp_path / "other.parquet").read_bytes() == (tmp_path / "one.parquet").read_bytes()
    (tmp_path / "one.parquet").unlink()
    with pytest.raises(MachineError):
        store.copy(tmp_path / "one.parquet", tmp_path / "third.parquet")
    with pytest.raises(MachineError, match="cannot be read"):
        store.digest_of(tmp_path / "one.parquet", THINGS)
    assert [path.name for path in tmp_path.iterdir()] == ["other.parquet"]


def test_the_content_digest_tells_empty_from_the_empty_text_and_the_empty_list() -> None:
    digests = {
        store.digest(store.conform(things([row]), THINGS))
        for row in (thing(1), thing(1, ""), {**thing(1), "numbers": []}, {**thing(1), "numbers": [0]})
    }
    assert len(digests) == 4


def test_a_table_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    data = store.conform(things([thing(3, "ä"), thing(-1)]), THINGS)
    store.write(data, THINGS, tmp_path / "things.parquet")
    assert store.read(tmp_path / "things.parquet", THINGS).equals(data)


def test_a_folder_in_place_of_a_file_is_said_and_nothing_half_written_is_left(tmp_path: Path) -> None:
    path = tmp_path / "things.parquet"
    path.mkdir()
    (path / "x").touch()
    with pytest.raises(MachineError, match="nothing half-written is used"):
        store.write(store.empty(THINGS), THINGS, path)


def test_a_table_that_is_no_table_is_said(tmp_path: Path) -> None:
    (tmp_path / "things.parquet").write_bytes(b"PAR1")
    with pytest.raises(MachineError, match="table things cannot be read"):
        store.read(tmp_path / "things.parquet", THINGS)
