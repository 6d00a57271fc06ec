"""Who changes what was acquired, or its manifest, or takes the manifest away, stops the run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

import landmark
from landmark import cli
from landmark.errors import CaseError, IntegrityError, MachineError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TODAY = date(2001, 11, 28)
CASE = """
[case]
id = "acquired"
title = "Acquired"
lead = "GB"
[authority]
reference = "W-1"
issuer = "Example Court"
provider = "Example Internet"
{key}
zone = "UTC"
from = 2001-10-01T00:00:00Z
until = 2001-10-15T00:00:00Z
covers = ["traffic"]
[[target]]
id = "a"
path = "/board/"
[[log]]
files = ["{logs}/**/*.log"]
format = "combined"
"""
LINE = '192.0.2.1 - - [02/Oct/2001:10:00:00 +0000] "GET /board/ HTTP/1.1" 200 5 "-" "a"\n'
OTHER = LINE.replace("02/Oct", "03/Oct")


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    (folder / "logs" / "deep").mkdir(parents=True)
    (folder / "logs" / "access.log").write_text(LINE, encoding="utf-8")
    (folder / "logs" / "deep" / "more.log").write_text(OTHER, encoding="utf-8")
    write(folder)
    return folder


def write(case: Path, key: str = "", logs: str = "logs") -> None:
    (case / "case.toml").write_text(CASE.format(key=key, logs=logs), encoding="utf-8")


def acquire(folder: Path, key: Path | None = None) -> Path:
    return landmark.acquire(folder, by="Duty engineer", host="www1.example", right="W-1", key=key)


def run(case: Path) -> None:
    landmark.run(case, today=TODAY)


def keys(case: Path) -> Path:
    private = ed25519.Ed25519PrivateKey.generate()
    pem = serialization.Encoding.PEM
    path = case.parent / "private.pem"
    path.write_bytes(private.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    public = private.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    (case / "provider.pem").write_bytes(public)
    write(case, 'provider_key = "provider.pem"')
    return path


def said(path: Path) -> dict[str, object]:
    content: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return content


# ── A manifest taken away, exchanged, or hidden ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("first", ["with the manifest", "before it"])
def test_a_manifest_that_an_earlier_run_had_may_not_go(case: Path, first: str) -> None:
    if first == "before it":
        run(case)
    manifest = acquire(case / "logs")
    run(case)
    manifest.unlink()
    with pytest.raises(IntegrityError, match=r"logs/acquisition\.json: .*not there"):
        run(case)
    with pytest.raises(IntegrityError, match=r"logs/acquisition\.json: .*not there"):
        landmark.check(case, today=TODAY, reread=True)


def test_a_manifest_that_an_earlier_run_had_may_not_be_another_one(case: Path) -> None:
    manifest = acquire(case / "logs")
    run(case)
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("W-1", "W-2"), encoding="utf-8")
    with pytest.raises(IntegrityError, match="another one than an earlier run had"):
        run(case)


def test_where_the_case_names_a_key_every_input_must_be_acquired(case: Path) -> None:
    keys(case)
    with pytest.raises(IntegrityError, match=r"logs/access\.log: no acquisition\.json"):
        run(case)


def test_a_nearer_manifest_does_not_hide_the_one_above(case: Path) -> None:
    acquire(case / "logs")
    (case / "logs" / "deep" / "more.log").write_text(LINE * 3, encoding="utf-8")
    acquire(case / "logs" / "deep")
    with pytest.raises(IntegrityError, match=r"deep/more\.log: is not what was acquired"):
        run(case)


def test_a_folder_acquired_before_the_one_above_is_held_against_both(case: Path) -> None:
    acquire(case / "logs" / "deep")
    acquire(case / "logs")
    run(case)
    lines = (case / "ledger.jsonl").read_text(encoding="utf-8").splitlines()
    assert [one["path"] for one in map(json.loads, lines) if one["what"] == "acquisition"] == [
        "logs/acquisition.json",
        "logs/deep/acquisition.json",
    ]


@pytest.mark.parametrize("how", ["a path out of the case", "a link"])
def test_a_manifest_above_an_input_outside_the_case_is_found(case: Path, tmp_path: Path, how: str) -> None:
    shutil.move(case / "logs", tmp_path / "evidence")
    acquire(tmp_path / "evidence")
    if how == "a link":
        (case / "logs").mkdir()
        (case / "logs" / "more.log").symlink_to(tmp_path / "evidence" / "deep" / "more.log")
    else:
        write(case, logs=(tmp_path / "evidence").as_posix())
    run(case)
    (tmp_path / "evidence" / "deep" / "more.log").write_text(LINE * 3, encoding="utf-8")
    with pytest.raises(IntegrityError, match="not what"):
        run(case)
    (case / "ledger.jsonl").unlink()
    shutil.rmtree(case / "out")
    with pytest.raises(IntegrityError, match="not what was acquired"):
        run(case)


def test_another_folders_manifest_and_signature_do_not_fit(case: Path) -> None:
    key = keys(case)
    acquire(case / "logs" / "deep", key)
    for name in ("acquisition.json", "acquisition.json.sig"):
        shutil.copy(case / "logs" / "deep" / name, case / "logs" / name)
    with pytest.raises(IntegrityError, match=r"logs/access\.log: is not among"):
        run(case)


# ── What a manifest may say ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content["files"].append({**content["files"][0], "sha256": "0" * 64}),
        lambda content: content["files"].append({**content["files"][0], "path": "../case.toml"}),
        lambda content: content["files"].append({**content["files"][0], "path": "/etc/hostname"}),
        lambda content: content["files"].append({**content["files"][0], "path": "deep/../access.log"}),
        lambda content: content["files"].append({**content["files"][0], "path": 5}),
        lambda content: content["files"][0].update(sha256="x"),
        lambda content: content.update(by=["somebody"]),
        lambda content: content.update(right="two\nlines"),
        lambda content: content.update(host="\ud800"),
        lambda content: content.update(acquisition=2),
        lambda content: content.update(files={}),
    ],
    ids=["twice", "above", "absolute", "dots", "number", "no hash", "list", "lines", "surrogate", "version", "none"],
)
def test_a_manifest_that_acquire_would_not_write_stops_the_run(
    case: Path, spoil: Callable[[dict[str, object]], None]
) -> None:
    manifest = acquire(case / "logs")
    content = said(manifest)
    spoil(content)
    manifest.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(IntegrityError, match="is not a manifest"):
        run(case)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"by": "a", "by": "b"}', "1" * 10_000, "\ufeff{}", "[]", ""])
def test_whatever_lies_in_its_place_is_said_in_one_line(
    case: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (case / "logs" / "acquisition.json").write_text(text, encoding="utf-8")
    assert cli.main(["run", str(case), "--as-of", "2001-11-28"]) == 3
    assert "logs/acquisition.json: is not a manifest" in capsys.readouterr().err


def test_a_hash_in_capitals_is_the_same_hash(case: Path) -> None:
    manifest = acquire(case / "logs")
    content = said(manifest)
    for one in content["files"]:  # type: ignore[attr-defined]
        one["sha256"] = one["sha256"].upper()
    manifest.write_text(json.dumps(content), encoding="utf-8")
    run(case)


def test_a_link_to_nowhere_in_its_place_is_not_taken_for_none(case: Path) -> None:
    (case / "logs" / "acquisition.json").symlink_to(case / "nowhere")
    with pytest.raises((IntegrityError, MachineError)):
        run(case)


# ── What is acquired ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("what", ["link to nowhere", "link to itself", "link to a folder", "pipe"])
def test_what_is_no_file_is_never_passed_over_in_silence(case: Path, tmp_path: Path, what: str) -> None:
    odd = case / "logs" / "deep" / "odd"
    (tmp_path / "elsewhere").mkdir()
    if what == "pipe":
        os.mkfifo(odd)
    else:
        odd.symlink_to(
            {
                "link to nowhere": tmp_path / "nowhere",
                "link to itself": odd,
                "link to a folder": tmp_path / "elsewhere",
            }[what]
        )
    with pytest.raises(CaseError, match=r"deep.odd"):
        acquire(case / "logs")
    assert not (case / "logs" / "acquisition.json").exists()


# Root is refused nothing: the process becomes nobody first.
AS_NOBODY = """
import os, sys
import landmark.cli, landmark.intake.acquisition
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
said = ["--by", "Duty engineer", "--host", "www1.example", "--right", "W-1"]
sys.exit(landmark.cli.main(["acquire", sys.argv[1], *said]))
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no owner to be refused by a mode")
def test_a_folder_that_cannot_be_looked_into_is_said(case: Path) -> None:
    logs = case / "logs"
    if os.geteuid() == 0:
        for parent in case.parents[:4]:
            parent.chmod(parent.stat().st_mode | 0o055)
        for path in (case, *case.rglob("*")):
            os.chown(path, 65534, 65534)
    (logs / "deep").chmod(0)
    try:
        done = subprocess.run([sys.executable, "-c", AS_NOBODY, str(logs)], capture_output=True, text=True, check=False)
    finally:
        (logs / "deep").chmod(0o700)
    assert done.returncode == 5, done.stderr
    assert "deep" in done.stderr
    assert not (logs / "acquisition.json").exists()


@pytest.mark.parametrize("name", ["nowhere", "case/case.toml"])
def test_what_is_no_folder_and_a_key_that_is_not_there_are_wrong_arguments(case: Path, name: str) -> None:
    with pytest.raises(CaseError, match="found no folder"):
        acquire(case.parent / name)
    with pytest.raises(CaseError, match="found no file"):
        acquire(case / "logs", case.parent / "nowhere.pem")


@pytest.mark.parametrize("above", [0, 1])
def test_a_folder_with_a_case_in_it_is_not_acquired(case: Path, above: int) -> None:
    """`run` looks for manifests up to the case folder, and a case is no copy of anything."""
    with pytest.raises(CaseError, match=r"case\.toml"):
        acquire((case, case.parent)[above])


def test_what_an_acquisition_that_was_killed_left_is_not_acquired_nor_taken_for_a_signature(case: Path) -> None:
    key = keys(case)
    acquire(case / "logs", key)
    (case / "logs" / "acquisition.json").rename(case / "logs" / "acquisition.json.part")
    manifest = acquire(case / "logs")
    assert [one["path"] for one in said(manifest)["files"]] == ["access.log", "deep/more.log"]  # type: ignore[attr-defined]
    assert sorted(path.name for path in (case / "logs").iterdir()) == ["access.log", "acquisition.json", "deep"]


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_name_that_is_not_utf_8_is_acquired(case: Path) -> None:
    (case / "logs" / os.fsdecode(b"odd\xff")).write_bytes(b"x")
    path = acquire(case / "logs")
    assert os.fsdecode(b"odd\xff") in [one["path"] for one in json.loads(path.read_bytes())["files"]]
    run(case)


def test_a_key_too_short_to_be_worth_anything_is_refused(case: Path) -> None:
    private = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - what is refused
    path = case.parent / "weak.pem"
    path.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    with pytest.raises(CaseError, match="2048"):
        acquire(case / "logs", path)
