"""What of a closed case goes and what stays, and what the ledger says of it: on a folder that is written down here."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NoReturn

import pytest

from landmark import closing, ledger, outputs
from landmark.errors import CaseError, IntegrityError, MachineError
from landmark.keys import key_of

if TYPE_CHECKING:
    from pathlib import Path

FUNNEL, COMMUNIQUE = b'{"steps": []}\n', b"# Totals\n"
GOES = {
    "identities/GB.html": 3,
    "identities/lock": 1,
    "requests/ZZ/request.pdf": 40,
    "plots/hours.html": 5,
    "cache/inputs.json": 6,
    "cache/tables/one.parquet": 70,
    "out/report.html": 8,
    "out/tables/lock": 9,
    "out/countries/GB/funnel.json": 10,
}
STAYS = {"case.toml", "case.key", "ledger.jsonl", "logs/access.log", "cache/lock", "out/manifest.json"}


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    for name, size in {**GOES, **dict.fromkeys(STAYS, 2)}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x" * size)
    (folder / "ledger.jsonl").unlink()
    (folder / "cache" / "tmp").mkdir()
    texts = {"funnel.json": FUNNEL, "communique.md": COMMUNIQUE}
    for name, content in texts.items():
        (folder / "out" / name).write_bytes(content)
    files = {name: hashlib.sha256(content).hexdigest() for name, content in texts.items()}
    said: outputs.Manifest = {"case": "example", "authority": "W-1", "key": "k", "tables": {"events": {}}}
    outputs.seal(folder / "out", {**said, "files": {**files, "report.html": "0" * 64}})
    return folder


def purge(folder: Path) -> dict[str, int]:
    return closing.purge(folder, ledger.read(folder, lambda: datetime(2001, 11, 28, tzinfo=UTC)))


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def said_last(folder: Path) -> list[tuple[str, int, int]]:
    entries = [json.loads(line) for line in (folder / "ledger.jsonl").read_text(encoding="utf-8").splitlines()]
    return [(entry["what"], entry["files"], entry["bytes"]) for entry in entries]


def test_every_file_that_goes_is_told_with_its_bytes_and_the_ledger_says_so_before_and_after(case: Path) -> None:
    assert purge(case) == GOES
    assert files(case) == STAYS | {"out/funnel.json", "out/communique.md"}
    assert {path.name for path in case.iterdir() if path.is_dir()} == {"logs", "out", *closing.FOLDERS}
    assert [path.name for path in (case / "cache").iterdir()] == ["lock"]
    assert said_last(case) == [("purge", len(GOES), sum(GOES.values())), ("purged", len(GOES), sum(GOES.values()))]


def test_the_manifest_names_what_stays_and_the_ledger_has_its_hash(case: Path) -> None:
    purge(case)
    hashes = {"funnel.json": FUNNEL, "communique.md": COMMUNIQUE}
    manifest = outputs.manifest(case / "out")
    assert manifest == {
        "case": "example",
        "authority": "W-1",
        "key": "",
        "purged": True,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in hashes.items()},
        "tables": {},
    }
    last = json.loads((case / "ledger.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert last["manifest_sha256"] == key_of(manifest)


def test_what_a_link_leads_to_is_nobodys_and_a_folder_that_is_a_link_stays_one(case: Path, tmp_path: Path) -> None:
    for name in ("elsewhere", "disk"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_bytes(b"x" * 11)
    link = case / "out" / "tables" / "link"
    link.symlink_to(tmp_path / "elsewhere")
    (case / "cache" / "link").symlink_to(tmp_path / "elsewhere")
    (case / "plots" / "hours.html").unlink()
    (case / "plots").rmdir()
    (case / "plots").symlink_to(tmp_path / "disk")
    removed = purge(case)
    assert {"cache/link", "out/tables/link", "plots/file"} < set(removed)
    assert (removed["plots/file"], removed["cache/link"]) == (11, len(str(tmp_path / "elsewhere")))
    assert not link.is_symlink()
    assert (tmp_path / "elsewhere" / "file").exists()
    assert (case / "plots").is_symlink()
    assert list((tmp_path / "disk").iterdir()) == []


def test_a_case_is_purged_once_and_once_more_only_where_something_is_left(case: Path) -> None:
    purge(case)
    with pytest.raises(CaseError, match="was purged"):
        purge(case)
    assert len(said_last(case)) == 2
    (case / "identities" / "GB.html").write_bytes(b"left")
    assert purge(case) == {"identities/GB.html": 4}
    assert said_last(case)[2:] == [("purge", 1, 4), ("purged", 1, 4)]


def test_folders_that_were_never_made_are_none_that_go(case: Path) -> None:
    (case / "plots" / "hours.html").unlink()
    (case / "plots").rmdir()
    assert "plots/hours.html" not in purge(case)
    assert not (case / "plots").exists()


@pytest.mark.parametrize("name", closing.KEPT)
def test_totals_that_are_not_what_the_run_wrote_stop_it_and_nothing_goes(case: Path, name: str) -> None:
    (case / "out" / name).write_bytes(b"others")
    before = files(case)
    with pytest.raises(IntegrityError, match="is not what the run wrote"):
        purge(case)
    assert files(case) == before


@pytest.mark.parametrize("file", ["GB.html", "one.parquet", "report.html"])
def test_where_the_machine_says_no_it_is_told_and_can_be_asked_again(
    case: Path, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.unlink

    def refusing(path: str | Path, **more: int) -> None:
        def refuse() -> NoReturn:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))

        if str(path).endswith(file):
            refuse()
        real(path, **more)

    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", refusing)
        with pytest.raises(MachineError, match=file):
            purge(case)
    assert outputs.manifest(case / "out") is not None
    purge(case)
    assert files(case) == STAYS | {"out/funnel.json", "out/communique.md"}


def test_files_and_bytes_are_summed_up_by_folder() -> None:
    assert closing.by_folder(GOES) == {
        "identities": (2, 4),
        "requests": (1, 40),
        "plots": (1, 5),
        "cache": (2, 76),
        "out": (3, 27),
    }
