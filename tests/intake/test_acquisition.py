"""What was acquired is what is read: a manifest beside the inputs is held against them."""

from __future__ import annotations

import json
import shutil
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

import landmark
from landmark.errors import CaseError, IntegrityError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

TODAY = date(2001, 11, 28)
KINDS: dict[str, Callable[[], PrivateKeyTypes]] = {
    "ed25519": ed25519.Ed25519PrivateKey.generate,
    "ecdsa": lambda: ec.generate_private_key(ec.SECP256R1()),
    "rsa": lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048),
}
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
files = ["logs/*.log"]
format = "combined"
"""
LINE = '192.0.2.1 - - [02/Oct/2001:10:00:00 +0000] "GET /board/ HTTP/1.1" 200 5 "-" "a"\n'


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    (folder / "logs" / "deep").mkdir(parents=True)
    (folder / "logs" / "access.log").write_text(LINE, encoding="utf-8")
    (folder / "logs" / "deep" / "more.txt").write_text("beside\n", encoding="utf-8")
    (folder / "case.toml").write_text(CASE.format(key=""), encoding="utf-8")
    return folder


def acquire(case: Path, key: Path | None = None, by: str = "Duty engineer") -> Path:
    return landmark.acquire(case / "logs", by=by, host="www1.example", right="W-1", key=key)


def keys(case: Path, kind: str) -> Path:
    """Make a pair of keys; the case names the public one."""
    private = KINDS[kind]()
    pem = serialization.Encoding.PEM
    path = case.parent / "private.pem"
    path.write_bytes(private.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    public = private.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    (case / "provider.pem").write_bytes(public)
    (case / "case.toml").write_text(CASE.format(key='provider_key = "provider.pem"'), encoding="utf-8")
    return path


def entries(case: Path) -> list[dict[str, object]]:
    lines = (case / "ledger.jsonl").read_text(encoding="utf-8").splitlines()
    return [entry for entry in map(json.loads, lines) if entry["what"] == "acquisition"]


def test_the_manifest_names_every_file_and_the_ledger_has_it(case: Path) -> None:
    path = acquire(case)
    said = json.loads(path.read_text(encoding="utf-8"))
    assert [file["path"] for file in said["files"]] == ["access.log", "deep/more.txt"]
    assert (said["by"], said["host"], said["right"]) == ("Duty engineer", "www1.example", "W-1")
    assert said["begun"] <= said["ended"]
    assert landmark.run(case, today=TODAY).exit_status == 0
    (entry,) = entries(case)
    assert (entry["by"], entry["files"], entry["signed"]) == ("Duty engineer", 2, False)


@pytest.mark.parametrize("kind", KINDS)
def test_a_signature_of_the_provider_is_checked(case: Path, kind: str) -> None:
    acquire(case, keys(case, kind))
    landmark.run(case, today=TODAY)
    assert [entry["signed"] for entry in entries(case)] == [True]
    manifest = case / "logs" / "acquisition.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("www1", "www2"), encoding="utf-8")
    with pytest.raises(IntegrityError, match="not the provider's"):
        landmark.run(case, today=TODAY)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (lambda logs: (logs / "access.log").write_text(LINE * 2, encoding="utf-8"), "not what was acquired"),
        (lambda logs: (logs / "other.log").write_text(LINE, encoding="utf-8"), "not among what"),
        (lambda logs: (logs / "acquisition.json").write_text("{}", encoding="utf-8"), "is not a manifest"),
    ],
    ids=["changed", "added", "no manifest"],
)
@pytest.mark.parametrize("command", ["run", "check"])
def test_what_was_not_acquired_stops_the_run(
    case: Path, fault: Callable[[Path], None], said: str, command: str
) -> None:
    acquire(case)
    fault(case / "logs")
    does = landmark.run if command == "run" else partial(landmark.check, reread=True)
    with pytest.raises(IntegrityError, match=said):
        does(case, today=TODAY)
    assert not (case / "out").exists()


def test_a_case_that_names_the_key_takes_no_manifest_without_a_signature(case: Path) -> None:
    keys(case, "ed25519")
    acquire(case)
    with pytest.raises(IntegrityError, match="is not signed"):
        landmark.run(case, today=TODAY)


def test_what_was_acquired_once_is_not_acquired_again(case: Path) -> None:
    acquire(case)
    with pytest.raises(CaseError, match="stays as it is"):
        acquire(case)


@pytest.mark.parametrize("by", ["", " ", "two\nlines"])
def test_who_made_the_copy_must_be_said(case: Path, by: str) -> None:
    with pytest.raises(CaseError, match="--by"):
        landmark.acquire(case / "logs", by=by, host="www1.example", right="W-1")
    assert not (case / "logs" / "acquisition.json").exists()


def test_a_file_that_is_no_key_is_refused(case: Path, tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_text("no key", encoding="utf-8")
    with pytest.raises(CaseError, match="PEM"):
        acquire(case, path)


def test_every_fault_that_is_seen_before_the_logs_are_read_is_said_at_once_and_that_hashes_follow(case: Path) -> None:
    text = CASE.format(key="").replace('["logs/*.log"]', '["logs/*.log", "more/*.log"]')
    (case / "case.toml").write_text(text, encoding="utf-8")
    for name in ("logs", "more"):
        (case / name).mkdir(exist_ok=True)
        (case / name / "other.log").write_text(LINE, encoding="utf-8")
        (case / name / "acquisition.json").write_text("{}", encoding="utf-8")
    with pytest.raises(IntegrityError) as refused:
        landmark.run(case, today=TODAY)
    said = str(refused.value)
    assert said.count("logs/acquisition.json: is not a manifest") == 1
    assert said.count("more/acquisition.json: is not a manifest") == 1
    assert said.endswith("; no hash was looked at yet: that follows once this is mended")


@pytest.mark.parametrize("fault", ["not acquired", "not signed", "signed by another", "exchanged"])
def test_before_an_acquisition_is_seen_to_be_right_no_log_is_read(case: Path, fault: str) -> None:
    key = keys(case, "ed25519")
    acquire(case, None if fault == "not signed" else key)
    if fault == "signed by another":
        keys(case, "ed25519")
    if fault == "exchanged":
        landmark.run(case, today=TODAY)
        for name in ("acquisition.json", "acquisition.json.sig"):
            (case / "logs" / name).unlink()
        acquire(case, key, by="Another engineer")  # within one second the same hand would write the same bytes
        shutil.rmtree(case / "cache")
    if fault == "not acquired":
        (case / "logs" / "other.log").write_text(LINE, encoding="utf-8")
    with pytest.raises(IntegrityError):
        landmark.run(case, today=TODAY)
    assert [path.name for path in (case / "cache" / "events").iterdir()] == []
