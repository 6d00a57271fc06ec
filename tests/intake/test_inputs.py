"""Files are known by their texts: unchanged, grown, rotated, gone or changed; and some need not be hashed again."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from landmark.case import Assignment, Authority, Case, Log
from landmark.errors import CaseError, IntegrityError, MachineError
from landmark.intake import inputs
from landmark.intake.inputs import Input, Seen
from landmark.intake.stamps import Stamps
from landmark.scan.reading import Identity, identify

if TYPE_CHECKING:
    from collections.abc import Callable

LOG = Log(("logs/*",), "combined", line=9)
AUTHORITY = Authority("W-1", "Example Court", "Example Internet", 0, 1, ("traffic",))


def sha(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def case_of(folder: Path, *logs: Log, assignments: tuple[Assignment, ...] = ()) -> Case:
    return Case(folder, "small", "A small case", "GB", AUTHORITY, (), logs or (LOG,), assignments=assignments)


def seen(name: str, text: bytes) -> Seen:
    whole = text.rfind(b"\n") + 1
    return Seen(name, sha(text), sha(text), len(text), whole, text.count(b"\n"), ended_early=False)


@pytest.fixture
def now(tmp_path: Path) -> Callable[..., list[tuple[Input, Identity]]]:
    """Write files and identify them, with the hashes of their beginnings at these lengths."""

    def made(earlier: dict[str, Seen], **texts: bytes) -> list[tuple[Input, Identity]]:
        found = []
        for name, text in texts.items():
            path = tmp_path / name
            path.write_bytes(text)
            identity = identify(path, {was.text_bytes for was in earlier.values()})
            found.append((Input(name, path, "log", LOG, name), identity))
        return found

    return made


A, B = b"first line\n" * 5, b"another line\n" * 4


@pytest.mark.parametrize(
    ("earlier", "texts", "states"),
    [
        ({}, {"log": A}, {"log": "new"}),
        ({"log": A}, {"log": A}, {"log": "unchanged"}),
        ({"log": A}, {"log": A + B}, {"log": "grown"}),
        ({"log": A}, {"log1": A, "log": B}, {"log1": "rotated", "log": "new"}),
        ({"log": A}, {"log1": A + B, "log": b""}, {"log1": "rotated", "log": "new"}),
        ({"log": A, "log1": B}, {"log2": B, "log1": A + B, "log": B + A}, {"log2": "rotated", "log1": "rotated"}),
        ({"log": b""}, {"log": A}, {"log": "grown"}),
        ({"log": A[:-3]}, {"log": A}, {"log": "grown"}),
    ],
    ids=["new", "same", "grown", "rotated", "rotated when it had grown", "rotated twice", "from nothing", "mid-line"],
)
def test_how_files_stand_to_what_was_read(
    now: Callable[..., list[tuple[Input, Identity]]],
    earlier: dict[str, bytes],
    texts: dict[str, bytes],
    states: dict[str, str],
) -> None:
    known = {name: seen(name, text) for name, text in earlier.items()}
    compared = inputs.compare(known, now(known, **texts), case_of(Path()))
    assert {name: compared.states[name] for name in states} == states
    assert compared.gone == ()


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"log": A[:-1]}, "log: is not what an earlier run read, nor has it only grown"),
        ({"log": b"F" + A[1:]}, "log: is not what"),
        ({"log": B + A}, "log: is not what"),
        ({"log": b""}, "log: is not what"),
        ({"other": B}, r'log: an earlier run read it, and it is found nowhere; if that is right, say gone = \["…"\]'),
    ],
    ids=["shorter", "changed", "put before", "emptied", "vanished"],
)
def test_any_other_change_is_an_error(
    now: Callable[..., list[tuple[Input, Identity]]], texts: dict[str, bytes], said: str
) -> None:
    known = {"log": seen("log", A)}
    with pytest.raises(IntegrityError, match=said):
        inputs.compare(known, now(known, **texts), case_of(Path()))


def test_what_the_case_says_is_gone_is_gone(now: Callable[..., list[tuple[Input, Identity]]]) -> None:
    known = {"log.7": seen("log.7", A)}
    case = case_of(Path(), replace(LOG, gone=("log.?",)))
    assert inputs.compare(known, now(known, log=B), case).gone == ("log.7",)


def test_a_name_that_is_written_out_is_gone_though_it_holds_a_bracket(
    now: Callable[..., list[tuple[Input, Identity]]],
) -> None:
    known = {"log[1]": seen("log[1]", A)}
    assert inputs.compare(known, now(known, log=B), case_of(Path(), replace(LOG, gone=("log[1]",)))).gone == ("log[1]",)


def test_what_an_assignment_says_is_gone_is_gone(now: Callable[..., list[tuple[Input, Identity]]]) -> None:
    known = {"isp.csv": seen("isp.csv", A)}
    one = Assignment(("isp*",), "csv", "user-name", gone=("isp.csv",))
    assert inputs.compare(known, now(known, log=B), case_of(Path(), assignments=(one,))).gone == ("isp.csv",)


def test_a_text_of_two_names_is_gone_by_one_of_them(now: Callable[..., list[tuple[Input, Identity]]]) -> None:
    """Rotation gave it the second; who says that the second is gone says it of the text."""
    known = {"log": seen("log", A), "log.1": seen("log.1", A)}
    assert inputs.compare(known, now(known, other=B), case_of(Path(), replace(LOG, gone=("log.1",)))).gone == (
        "log",
        "log.1",
    )


def test_that_a_stream_ended_early_is_known_from_the_ledger() -> None:
    facts = {"sha256": "s", "content_sha256": "c", "text_bytes": 5, "whole": 5, "lines": 2, "ended_early": True}
    assert inputs.seen([entry("input", path="a", **facts)])["a"].ended_early


def entry(what: str, **said: object) -> dict[str, object]:
    return {"what": what, **said}


def test_the_ledger_says_what_was_read_last_and_what_is_gone() -> None:
    facts = {"sha256": "s", "content_sha256": "c", "text_bytes": 5, "whole": 5, "lines": 1, "ended_early": False}
    entries = [
        entry("run"),
        entry("input", path="a", **facts),
        entry("input", path="b", **facts),
        entry("input", path="a", **{**facts, "content_sha256": "d"}),
        entry("input gone", path="b"),
        entry("input gone", path="never there"),
    ]
    assert inputs.seen(entries) == {"a": Seen("a", "s", "d", 5, 5, 1, ended_early=False)}


def test_a_file_that_nobody_touched_is_not_hashed_again(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(A)
    one = Input("log", path, "log", LOG, "log")
    first = Stamps(tmp_path)
    identity = first.identity(one, ())
    first.save(["log"])
    told: list[int] = []
    again = Stamps(tmp_path)
    assert again.identity(one, (), progress=told.append) == identity
    assert again.identity(one, (5,), texts={sha(A)}, progress=told.append) == identity
    assert told == []
    assert again.identity(one, (5,), progress=told.append).prefixes == {5: sha(A[:5])}
    assert sum(told) == len(A)
    assert again.identity(one, (), again=True, progress=told.append).content_sha256 == sha(A)
    assert sum(told) == 2 * len(A)


def test_a_file_of_the_same_size_and_time_that_was_written_again_is_hashed_again(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(A)
    stat = path.stat()
    one = Input("log", path, "log", LOG, "log")
    cache = Stamps(tmp_path)
    cache.identity(one, ())
    path.write_bytes(A.replace(b"f", b"F", 1))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert cache.identity(one, ()).content_sha256 != sha(A)


@pytest.mark.parametrize("content", [b"", b"[1]", b"{", b'{"log": 3}', b'{"log": {"stamp": [], "prefixes": 1}}'])
def test_a_cache_that_cannot_be_read_counts_as_absent(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "inputs.json").write_bytes(content)
    path = tmp_path / "log"
    path.write_bytes(A)
    cache = Stamps(tmp_path)
    assert cache.identity(Input("log", path, "log", LOG, "log"), ()).content_sha256 == sha(A)
    cache.save(["log"])
    assert Stamps(tmp_path).identity(Input("log", path, "log", LOG, "log"), ()).content_sha256 == sha(A)


def test_a_file_that_vanished_since_it_was_found_is_the_machine_s_no(tmp_path: Path) -> None:
    one = Input("log", tmp_path / "log", "log", LOG, "log")
    with pytest.raises(MachineError, match="No such file"):
        Stamps(tmp_path).identity(one, ())
    with pytest.raises(MachineError, match="No such file"):
        inputs.size(one)


def test_files_come_series_by_series_in_the_order_of_rotation(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    for name in ("a.log", "a.log.1", "a.log.10.gz", "a.log.2.gz", "b.log", "b.log-20011003"):
        (tmp_path / "logs" / name).write_bytes(b"")
    found = inputs.find(case_of(tmp_path))
    assert [one.name.removeprefix("logs/") for one in found] == [
        *("a.log.10.gz", "a.log.2.gz", "a.log.1", "a.log"),
        *("b.log-20011003", "b.log"),
    ]
    assert [one.series for one in found] == ["logs/a.log"] * 4 + ["logs/b.log"] * 2


def test_every_pattern_without_a_file_and_every_file_in_two_places_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a.log").write_bytes(b"")
    case = case_of(
        tmp_path,
        LOG,
        replace(LOG, files=("none/*", "logs/a.log"), line=20),
        assignments=(Assignment(("isp/*.csv",), "csv", "user-name", line=30),),
    )
    with pytest.raises(CaseError) as said:
        inputs.find(case)
    lines = [(problem.line, problem.key) for problem in said.value.problems]
    assert sorted(lines, key=str) == [(20, "files"), (20, "files"), (30, "files")]
    assert "which line 9 names too" in str(said.value)
