"""A manifest against its files, file by file: what was stored counts, wherever the manifest lies above it."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import pytest

from landmark.errors import IntegrityError
from landmark.intake import acquired
from landmark.intake.acquisition import acquire
from landmark.scan.reading import identify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from landmark.ledger import Entry
    from landmark.scan.reading import Identity


class File(NamedTuple):
    name: str
    path: Path


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "case" / "logs"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.log").write_bytes(b"one\ntwo\n")
    (folder / "deep" / "b.log.gz").write_bytes(gzip.compress(b"three\n"))
    return folder


def made(folder: Path, progress: Callable[[int], None] | None = None) -> Path:
    def now() -> datetime:
        return datetime(2001, 11, 28, tzinfo=UTC)

    return acquire(folder, by="Duty engineer", host="www1.example", right="W-1", key=None, now=now, progress=progress)


def found(logs: Path) -> list[tuple[File, Identity | None]]:
    names = ("a.log", "deep/b.log.gz")
    return [(File(f"logs/{name}", logs / name), identify(logs / name)) for name in names]


def verified(logs: Path, entries: Iterable[Entry] = ()) -> tuple[acquired.Acquired, ...]:
    return acquired.verify(found(logs), logs.parent, None, entries)


def rewrite(manifest: Path, change: Callable[[dict[str, object]], object]) -> None:
    said = json.loads(manifest.read_text(encoding="utf-8"))
    change(said)
    manifest.write_text(json.dumps(said), encoding="utf-8")


def test_of_a_packed_file_what_is_stored_was_acquired_and_not_the_text_inside(logs: Path) -> None:
    manifest = made(logs)
    (one,) = verified(logs)
    assert one == acquired.Acquired(
        "logs/acquisition.json",
        hashlib.sha256(manifest.read_bytes()).hexdigest(),
        "Duty engineer",
        "www1.example",
        "W-1",
        2,
        signed=False,
    )
    (logs / "deep" / "b.log.gz").write_bytes(gzip.compress(b"three\n", 1, mtime=7))
    with pytest.raises(IntegrityError, match=r"logs/deep/b\.log\.gz: is not what was acquired"):
        verified(logs)


def test_a_file_must_be_in_each_manifest_that_lies_above_it(logs: Path) -> None:
    made(logs / "deep")
    made(logs)
    assert [one.path for one in verified(logs)] == ["logs/acquisition.json", "logs/deep/acquisition.json"]
    rewrite(logs / "acquisition.json", lambda said: said.update(files=said["files"][:1]))  # type: ignore[index]
    with pytest.raises(IntegrityError, match=r"logs/deep/b\.log\.gz: is not among what acquisition\.json says"):
        verified(logs)


def test_a_file_with_one_right_hash_of_two_is_not_what_was_acquired(logs: Path) -> None:
    made(logs / "deep")
    manifest = made(logs)
    rewrite(manifest, lambda said: [one.update(sha256="0" * 64) for one in said["files"]])  # type: ignore[attr-defined]
    with pytest.raises(IntegrityError, match=r"logs/deep/b\.log\.gz: is not what was acquired"):
        verified(logs)


def test_a_link_in_the_place_of_what_was_acquired_does_not_lead_away_from_its_manifest(logs: Path) -> None:
    made(logs)
    (logs.parent / "elsewhere").mkdir()
    (logs.parent / "elsewhere" / "a.log").write_bytes(b"another\n")
    (logs / "a.log").unlink()
    (logs / "a.log").symlink_to(logs.parent / "elsewhere" / "a.log")
    with pytest.raises(IntegrityError, match=r"logs/a\.log: is not what was acquired"):
        verified(logs)


def test_above_the_case_folder_no_manifest_is_looked_for(logs: Path) -> None:
    (logs.parent.parent / "acquisition.json").write_text("{}", encoding="utf-8")
    assert verified(logs) == ()


def test_a_file_that_was_not_read_yet_must_be_in_the_list_all_the_same(logs: Path) -> None:
    made(logs)
    (logs / "c.log").write_bytes(b"new\n")
    with pytest.raises(IntegrityError, match=r"logs/c\.log: is not among"):
        acquired.verify([(File("logs/c.log", logs / "c.log"), None)], logs.parent, None)


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.update(acquisition=2),
        lambda said: said.update(files=[]),
        lambda said: said["files"].append(dict(said["files"][0])),
        lambda said: said["files"].append({**said["files"][0], "path": "/c.log"}),
        lambda said: said["files"].append({**said["files"][0], "path": "../c.log"}),
        lambda said: said["files"].append({**said["files"][0], "path": "deep//c.log"}),
        lambda said: said["files"].append({**said["files"][0], "path": "c.log", "sha256": "0" * 65}),
    ],
    ids=["version", "no file", "twice", "absolute", "above", "two slashes", "a hash too long"],
)
def test_a_manifest_that_acquire_would_not_write_is_none(
    logs: Path, change: Callable[[dict[str, object]], object]
) -> None:
    rewrite(made(logs), change)
    with pytest.raises(IntegrityError, match=r"logs/acquisition\.json: is not a manifest"):
        verified(logs)


def test_a_manifest_that_says_a_thing_twice_is_none(logs: Path) -> None:
    manifest = made(logs)
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace("{", '{"by": "Somebody else",', 1), encoding="utf-8")
    with pytest.raises(IntegrityError, match=r"is not a manifest"):
        verified(logs)


def test_a_manifest_that_an_earlier_run_had_may_neither_change_nor_go(logs: Path) -> None:
    manifest = made(logs)
    (one,) = verified(logs)
    entries: list[Entry] = [{"what": "acquisition", **one.as_entry()}]
    assert acquired.fresh(verified(logs, entries), entries) == []
    assert acquired.fresh([one], []) == [one]
    signed = replace(one, signed=True)  # since the case names the provider's key
    assert acquired.fresh([signed], entries) == [signed]
    manifest.write_bytes(manifest.read_bytes() + b"\n")
    with pytest.raises(IntegrityError, match="is another one than an earlier run had"):
        verified(logs, entries)
    manifest.unlink()
    with pytest.raises(IntegrityError, match="it is not there; put it back"):
        verified(logs, entries)


def test_a_file_that_grows_or_comes_while_the_folder_is_hashed_is_not_acquired(logs: Path) -> None:
    def grow(_: int) -> None:
        with (logs / "a.log").open("ab") as file:
            file.write(b"three\n")

    def late(_: int) -> None:
        (logs / "c.log").write_bytes(b"late\n")

    with pytest.raises(IntegrityError, match=r"a\.log: changed while it was hashed"):
        made(logs, grow)
    with pytest.raises(IntegrityError, match="files came or went"):
        made(logs, late)
    assert not (logs / "acquisition.json").exists()
