"""What the folders above a case are called, or beside it, is no part of what is read."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from landmark.engine import Engine

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("name", "beside"),
    [
        ("client_address=192.0.2.99", "other"),
        ("Client_Address=192.0.2.99", "other"),
        ("year=2001", "other"),
        ("o'brien", "other"),
        ("case[1]", "case1"),
        ("case?", "case1"),
        ("*", "case"),
    ],
)
def test_a_folder_whose_name_reads_like_a_column_or_like_another(tmp_path: Path, name: str, beside: str) -> None:
    for folder, address in ((tmp_path / name, "198.51.100.1"), (tmp_path / beside, "198.51.100.2")):
        folder.mkdir()
        pq.write_table(pa.table({"client_address": [address]}), folder / "kept.parquet")
    with contextlib.closing(Engine(1, reads=tmp_path / name)) as engine:
        found = engine.run("clients", {"events": tmp_path / name / "kept.parquet"}, {})
    assert found.to_pydict() == {"client_address": ["198.51.100.1"]}
