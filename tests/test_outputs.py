"""The folder `out/`: whole and named by hash, or not to be read at all."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from landmark import ledger, outputs, store, tables
from landmark.errors import CaseError, IntegrityError, MachineError
from landmark.kept import Kept
from landmark.keys import key_of

if TYPE_CHECKING:
    from pathlib import Path

MADE = {"rejects": store.empty(tables.REJECTS), "visits": store.empty(tables.VISITS)}
TEXTS = {"funnel.json": b"{}\n", "countries/GB/leads.csv": b"a,b\n"}
FACTS: outputs.Manifest = {"case": "small", "key": "k", "authority": "a"}


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """A case with results."""
    (tmp_path / "case.toml").write_bytes(b"")
    outputs.seal(tmp_path / "out", outputs.write(tmp_path / "out", MADE, TEXTS, FACTS))
    return tmp_path


def files(out: Path) -> set[str]:
    return {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}


def test_what_was_written_is_named_and_intact(case: Path) -> None:
    said = outputs.need(case)
    assert said["case"] == "small"
    assert outputs.intact(case / "out", said) == []
    wanted = {*TEXTS, "tables/rejects.parquet", "tables/visits.parquet"}
    assert files(case / "out") == {*wanted, "manifest.json"}
    assert set(said["files"]) == wanted  # type: ignore[call-overload]
    assert outputs.table(case, "visits").num_rows == 0
    assert outputs.text(case, "funnel.json") == "{}\n"


def test_until_it_is_sealed_nobody_reads_it(case: Path) -> None:
    manifest = outputs.write(case / "out", MADE, TEXTS, FACTS)
    for read in (lambda: outputs.table(case, "visits"), lambda: outputs.text(case, "funnel.json")):
        with pytest.raises(CaseError, match="run the case first"):
            read()
    outputs.seal(case / "out", manifest)
    assert outputs.need(case) == manifest


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff"], ids=["empty", "a list", "torn", "no text"])
def test_a_manifest_that_is_none_is_no_manifest(case: Path, content: bytes) -> None:
    (case / "out" / "manifest.json").write_bytes(content)
    with pytest.raises(CaseError, match="run the case first"):
        outputs.need(case)


def test_results_that_are_kept_from_us_are_not_said_to_be_none(case: Path) -> None:
    (case / "out" / "manifest.json").unlink()
    (case / "out" / "manifest.json").mkdir()
    with pytest.raises(MachineError, match=r"manifest\.json: Is a directory"):
        outputs.need(case)


def test_a_manifest_that_names_no_files_makes_nothing_readable(case: Path) -> None:
    (case / "out" / "manifest.json").write_text(json.dumps({"key": "k"}))
    assert outputs.intact(case / "out", outputs.need(case)) == ["manifest.json"]
    with pytest.raises(IntegrityError, match="is not what the run wrote"):
        outputs.table(case, "visits")


@pytest.mark.parametrize("name", ["tables/visits.parquet", "funnel.json"])
@pytest.mark.parametrize("how", ["changed", "gone", "a folder"])
def test_a_file_that_is_not_what_was_written_is_found_and_not_read(case: Path, name: str, how: str) -> None:
    path = case / "out" / name
    content = path.read_bytes()
    path.unlink()
    if how == "changed":
        path.write_bytes(content + b" ")
    elif how == "a folder":
        path.mkdir()
    assert outputs.intact(case / "out", outputs.need(case)) == [name]
    with pytest.raises(IntegrityError, match=rf"out/{name}: is not what the run wrote"):
        outputs.table(case, "visits") if name.startswith("tables") else outputs.text(case, name)


def test_what_an_earlier_run_wrote_and_this_one_does_not_goes_with_its_folder(case: Path) -> None:
    (case / "out" / "countries" / "XX").mkdir()
    (case / "out" / "countries" / "XX" / "leads.csv").write_bytes(b"x")
    (case / "out" / "tables" / "old.parquet.part").write_bytes(b"x")
    outputs.seal(case / "out", outputs.write(case / "out", MADE, {"funnel.json": b"{}"}, FACTS))
    assert files(case / "out") == {"funnel.json", "manifest.json", "tables/rejects.parquet", "tables/visits.parquet"}
    assert not (case / "out" / "countries").exists()


def test_a_link_is_taken_away_and_what_it_leads_to_stays(case: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "file").write_bytes(b"x")
    (case / "out" / "link").symlink_to(other)
    outputs.write(case / "out", MADE, TEXTS, FACTS)
    assert not (case / "out" / "link").is_symlink()
    (case / "out" / "link").symlink_to(other)
    outputs.remove(case / "out")
    assert (other / "file").read_bytes() == b"x"


def test_results_that_lie_on_another_disk_are_deleted_there_and_the_link_stays(tmp_path: Path) -> None:
    disk, out = tmp_path / "disk", tmp_path / "out"
    disk.mkdir()
    out.symlink_to(disk)
    outputs.seal(out, outputs.write(out, MADE, TEXTS, FACTS))
    assert "manifest.json" in files(disk)
    outputs.remove(out)
    assert out.is_symlink()
    assert list(disk.iterdir()) == []


def test_deleting_what_is_not_there_is_no_error(tmp_path: Path) -> None:
    outputs.remove(tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_set_that_could_not_be_written_to_its_end_is_no_set_any_more(case: Path) -> None:
    """What was there before is partly written over: nobody may take it for the whole that it was."""
    (case / "out" / "tables" / "visits.parquet").unlink()
    (case / "out" / "tables" / "visits.parquet").mkdir()
    with pytest.raises(MachineError, match=r"visits\.parquet"):
        outputs.write(case / "out", MADE, TEXTS, FACTS)
    assert outputs.manifest(case / "out") is None


def test_of_a_set_that_is_deleted_the_manifest_goes_first(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone: list[str] = []
    unlink = os.unlink

    def told(path: Any, **options: Any) -> None:  # noqa: ANN401 - as the system's
        gone.append(os.fspath(path).rpartition(os.sep)[2])
        unlink(path, **options)

    monkeypatch.setattr(os, "unlink", told)
    outputs.remove(case / "out")
    assert gone[0] == "manifest.json"
    assert len(gone) == 5


def test_the_manifest_has_the_digest_of_each_table_s_content_wherever_it_lay(tmp_path: Path) -> None:
    row = {name: [1] for name in ("line", "offset", "length")} | {"source": ["s"], "reason": ["malformed"]}
    rejects = pa.table(
        {column.name: row[column.name] for column in tables.REJECTS.columns}, store.schema(tables.REJECTS)
    )
    store.write(rejects, tables.REJECTS, tmp_path / "kept.parquet")
    kept = Kept.on_disk(tmp_path / "kept.parquet", tables.REJECTS, "k")
    for made in (rejects, kept):
        said = outputs.write(tmp_path / "out", {"rejects": made}, {}, FACTS)
        assert said["tables"] == {"rejects": {"rows": 1, "content": store.digest(rejects)}}


@pytest.mark.parametrize("how", ["a column more", "a column less", "another type"])
def test_a_table_of_another_version_is_not_read_as_one_of_this(case: Path, how: str) -> None:
    """A column that it lacks would be empty in every row, and nobody the wiser."""
    path = case / "out" / "tables" / "visits.parquet"
    other = pq.read_table(path)
    if how == "a column more":
        other = other.append_column("newer", pa.array([], pa.int64()))
    elif how == "a column less":
        other = other.drop_columns(["edge"])
    else:
        other = other.set_column(1, "visit", pa.array([], pa.string()))
    pq.write_table(other, path)
    said = outputs.need(case)
    said["files"]["tables/visits.parquet"] = hashlib.sha256(path.read_bytes()).hexdigest()  # type: ignore[index]
    outputs.seal(case / "out", said)
    with pytest.raises(MachineError, match=r"visits\.parquet: .*run the case again"):
        outputs.table(case, "visits")


def test_results_that_came_since_the_ledger_was_read_are_vouched_for(case: Path) -> None:
    """`check` holds nobody up: a run may end between its look at the ledger and that at the results."""

    def now() -> datetime:
        return datetime(2001, 11, 28, tzinfo=UTC)

    before = ledger.read(case, now)
    with pytest.raises(IntegrityError, match="is not there, and nothing else tells"):
        outputs.vouch(before, case / "out")
    ledger.read(case, now).add("results", manifest_sha256=key_of(outputs.need(case)))
    outputs.vouch(before, case / "out")
