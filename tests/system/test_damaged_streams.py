"""A packed input that ends early or is damaged: whatever share of its lines was lost, nobody can overlook it."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest
import zstandard

from landmark import cli

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.system.conftest import Folder

CUT_OFF = "ends early: it is cut off, and what stood behind is not known"
CHECKSUM = "has a wrong check sum: what was read of it may be other than what was packed"
DAMAGED = "is damaged: near the damage what was read of it may be other than what was packed"
LOST = {
    "logs/access.log": "Whoever stands there is missing from every figure.",
    "isp/assignments.csv": "A record that speaks against an attribution, and so a lead, may be among what is lost.",
}


def zstd(text: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True).compress(text)


def other_sum(packed: bytes) -> bytes:
    """Give a gzip with another CRC, of four bytes before the length."""
    return packed[:-8] + bytes(byte ^ 1 for byte in packed[-8:-4]) + packed[-4:]


DAMAGES: dict[str, tuple[Callable[[bytes], bytes], str, str]] = {
    "gzip cut off": (lambda text: gzip.compress(text)[:-9], "cut_off", CUT_OFF),
    "gzip without its check sum": (lambda text: gzip.compress(text)[:-8], "cut_off", CUT_OFF),
    "gzip with a wrong check sum": (lambda text: other_sum(gzip.compress(text)), "checksum", CHECKSUM),
    "gzip with a wrong length": (lambda text: gzip.compress(text)[:-4] + bytes(4), "checksum", CHECKSUM),
    "gzip with something else behind": (lambda text: gzip.compress(text) + b"something else", "damaged", DAMAGED),
    "zstd cut off": (lambda text: zstd(text)[:-5], "cut_off", CUT_OFF),
    "zstd with a wrong check sum": (lambda text: zstd(text)[:-4] + bytes(4), "checksum", CHECKSUM),
}


def run(folder: Folder, capfd: pytest.CaptureFixture[str], *more: str) -> tuple[int, str, str]:
    status = cli.main(["run", str(folder.path), "--as-of", "2001-11-01", *more])
    return status, *capfd.readouterr()


def funnel(folder: Path, capfd: pytest.CaptureFixture[str]) -> str:
    assert cli.main(["funnel", str(folder)]) == 0
    return capfd.readouterr().out


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_stream_that_ends_early_or_is_damaged_is_said_loudly_whatever_the_share(
    case: Folder, capfd: pytest.CaptureFixture[str], damage: str
) -> None:
    pack, word, said = DAMAGES[damage]
    for name in LOST:
        case.write(name, pack((case.path / name).read_bytes()))
    case.rules = {"reject_more_than": 1.0}
    case.save()
    status, out, err = run(case, capfd)
    assert status == 0
    report = (case.path / "out" / "report.html").read_text(encoding="utf-8")
    heed = report[report.index("What to heed first</h2>") : report.index('<section id="sources"')]
    for name, lost in LOST.items():
        assert case.file(name)["damage"] == word
        assert case.file(name)["rejected"]["truncated"] == 1
        for where in (out, err, funnel(case.path, capfd)):
            assert f"HEED: “{name}” {said}" in where
            assert lost in where
        assert f"“{name}” {said}" in heed
        assert lost in heed
        for page in (case.path / "out" / "countries").glob("*/index.html"):
            assert f"“{name}” {said}" in page.read_text(encoding="utf-8")


def test_it_is_said_again_where_nothing_had_changed_and_beside_json(
    light: Folder, capfd: pytest.CaptureFixture[str]
) -> None:
    text = (light.path / "logs/access.log").read_bytes()
    light.write("logs/access.log", gzip.compress(text)[:-8])
    light.rules = {"reject_more_than": 1.0}
    light.save()
    _, _, first = run(light, capfd)
    _, out, again = run(light, capfd, "--json")
    assert json.loads(out)["changed"] is False
    assert first == again
    assert CUT_OFF in again


def test_a_copy_that_is_cut_off_behind_the_same_text_is_said_too(
    light: Folder, capfd: pytest.CaptureFixture[str]
) -> None:
    text = (light.path / "logs/access.log").read_bytes()
    light.write("logs/access.log.1", gzip.compress(text)[:-8])
    light.logs[0] = {**light.logs[0], "files": ["logs/access.log*"]}
    light.save()
    _, _, err = run(light, capfd)
    found = [light.file(name) for name in ("logs/access.log", "logs/access.log.1")]
    assert sorted(one.get("damage", "") for one in found) == ["", "cut_off"]
    assert f"HEED: “logs/access.log.1” {CUT_OFF}" in err


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd], ids=["plain", "gzip", "zstd"])
def test_of_a_whole_stream_nothing_of_the_kind_is_said(
    case: Folder, capfd: pytest.CaptureFixture[str], pack: Callable[[bytes], bytes]
) -> None:
    for name in LOST:
        case.write(name, pack((case.path / name).read_bytes()))
    status, out, err = run(case, capfd)
    assert (status, err) == (0, "")
    assert "HEED: “" not in out
    for name in LOST:
        assert "damage" not in case.file(name)
