"""A daily run on a live server: what grew is read on, rotation is followed, and the result is that of a fresh light."""

from __future__ import annotations

import gzip
import os
import shutil
import zlib
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
import zstandard

import landmark

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.system.conftest import Folder, World


@pytest.fixture
def texts(world: Callable[[], World]) -> tuple[list[bytes], list[bytes]]:
    """The web log and the news log of the small world, line by line."""
    whole = world()
    return whole.web_lines(), whole.news_lines()


@pytest.fixture
def fresh(tmp_path: Path, make: Callable[..., Folder]) -> Callable[[Folder], Folder]:
    """Make a case with the same files as another one, and run it."""

    def made(case: Folder) -> Folder:
        folder = make(tmp_path / "fresh", logs=case.logs, assignments=case.assignments)
        shutil.rmtree(folder.path / "logs")
        shutil.copytree(case.path / "logs", folder.path / "logs")
        folder.run()
        return folder

    return made


def same(one: Folder, other: Folder) -> None:
    assert one.whole()
    assert one.out() == other.out()


@pytest.mark.parametrize("cut", [0, 1, -1, 57], ids=["between lines", "one byte on", "no newline", "inside a line"])
def test_a_file_that_grew_is_read_on_and_comes_to_what_a_fresh_case_does(
    light: Folder, texts: tuple[list[bytes], list[bytes]], fresh: Callable[[Folder], Folder], cut: int
) -> None:
    web, news = b"".join(texts[0]), b"".join(texts[1])
    for share in (3, 2):
        at = len(b"".join(texts[0][: len(texts[0]) // share])) + cut
        light.write("logs/access.log", web[:at])
        light.write("logs/news.notice", news[: len(news) // share])
        light.run()
        assert light.file("logs/access.log")["bytes"] == at
    light.write("logs/access.log", web)
    light.write("logs/news.notice", news)
    light.run()
    same(light, fresh(light))
    states = [entry["state"] for entry in light.ledger() if entry["what"] == "input" and entry["path"] != "isp"]
    assert states.count("grown") == 4


def test_reading_on_begins_where_it_ended(light: Folder, texts: tuple[list[bytes], list[bytes]]) -> None:
    light.write("logs/access.log", texts[0][:100])
    light.run()
    kept = {path.name for path in (light.path / "cache" / "events").iterdir()}
    told: list[tuple[str, int]] = []
    light.write("logs/access.log", texts[0])
    light.run(progress=lambda what, done, _whole: told.append((what, done)))
    after = {path.name for path in (light.path / "cache" / "events").iterdir()}
    assert len(after) == len(kept)
    assert len(after & kept) == len(kept) // 2  # the news log stayed, the web log's part went


def test_rotation_is_followed_from_day_to_day(
    light: Folder, texts: tuple[list[bytes], list[bytes]], fresh: Callable[[Folder], Folder]
) -> None:
    web, news = texts
    light.write("logs/access.log", web[:40])
    light.write("logs/news.notice", news[:22])
    light.run()
    # The day's end came after the run: what was rotated away has grown first.
    light.write("logs/access.log.1", web[:60])
    light.write("logs/access.log", web[60:80])
    light.write("logs/news.notice.1", news[:31])
    light.write("logs/news.notice", news[31:40])
    light.run()
    states = {entry["path"]: entry["state"] for entry in light.ledger() if entry["what"] == "input"}
    assert (states["logs/access.log.1"], states["logs/news.notice.1"]) == ("rotated", "rotated")
    assert (states["logs/access.log"], states["logs/news.notice"]) == ("new", "new")
    light.write("logs/access.log.2.gz", gzip.compress(b"".join(web[:60])))
    light.write("logs/access.log.1", web[60:95])
    light.write("logs/access.log", web[95:])
    light.write("logs/news.notice.2.zst", zstandard.compress(b"".join(news[:31])))
    light.write("logs/news.notice.1", news[31:45])
    light.write("logs/news.notice", news[45:])
    light.run()
    same(light, fresh(light))
    assert light.step("lines") == len(web) + len(news)


def test_what_rotation_moved_and_left_as_it_was_changes_no_row_but_its_name(
    light: Folder, fresh: Callable[[Folder], Folder]
) -> None:
    light.run()
    before = light.tables()
    (light.path / "logs/access.log").rename(light.path / "logs/access.log.1")
    light.write("logs/access.log", b"")
    light.run()
    assert light.tables() == before
    same(light, fresh(light))


def test_a_compressed_file_that_was_not_complete_yesterday_is_read_whole_today(
    light: Folder, texts: tuple[list[bytes], list[bytes]], fresh: Callable[[Folder], Folder]
) -> None:
    """It was cut exactly behind a line: what follows its last newline counted as one line, and must not for ever."""
    lines = texts[0]
    packer = zlib.compressobj(wbits=31)
    first = packer.compress(b"".join(lines[:50])) + packer.flush(zlib.Z_FULL_FLUSH)
    whole = first + packer.compress(b"".join(lines[50:])) + packer.flush()
    (light.path / "logs/access.log").unlink()
    light.write("logs/access.log.1.gz", first)
    assert light.run().exit_status == 4
    assert light.file("logs/access.log.1.gz")["rejected"] == {"truncated": 1}
    assert light.file("logs/access.log.1.gz")["lines"] == 51
    light.write("logs/access.log.1.gz", whole)
    assert light.run().exit_status == 0
    assert light.file("logs/access.log.1.gz")["lines"] == len(lines)
    same(light, fresh(light))


def test_a_text_that_is_complete_and_the_same_text_cut_off_are_not_taken_for_each_other(
    light: Folder, texts: tuple[list[bytes], list[bytes]], fresh: Callable[[Folder], Folder]
) -> None:
    lines = texts[0]
    packer = zlib.compressobj(wbits=31)
    light.write("logs/access.log", packer.compress(b"".join(lines)) + packer.flush(zlib.Z_FULL_FLUSH))
    assert light.run().exit_status == 4
    light.write("logs/access.log", lines)
    assert light.run().exit_status == 0
    same(light, fresh(light))


@pytest.mark.parametrize("how", ["in the middle", "shorter", "one letter, with its time of change put back"])
def test_an_earlier_input_that_changed_otherwise_stops_the_run_and_the_results_stay(light: Folder, how: str) -> None:
    light.run()
    before = light.out()
    path = light.path / "logs/access.log"
    stat, content = path.stat(), path.read_bytes()
    at = len(content) // 2
    changed = content[:at] if how == "shorter" else content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
    path.write_bytes(changed if how != "in the middle" else changed + content[-100:])
    if "put back" in how:
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    with pytest.raises(landmark.IntegrityError, match=r"logs/access\.log: is not what an earlier run read") as said:
        light.run()
    assert said.value.exit_status == 3
    assert light.whole()
    assert light.out() == before
    with pytest.raises(landmark.IntegrityError, match=r"logs/access\.log: is not what an earlier run read"):
        landmark.check(light.path, today=date(2001, 11, 1), reread=True)
    path.write_bytes(content)
    light.run()
    assert light.whole()
    assert light.out() == before


def test_an_earlier_input_that_is_found_nowhere_stops_the_run_until_the_case_says_that_it_is_gone(
    light: Folder, world: Callable[[], World], words: Callable[..., bytes]
) -> None:
    at, _ = max(world().web)
    light.write("logs/access.log.1", words(at + timedelta(hours=1), "203.0.113.200"))
    light.run()
    before = light.out()
    (light.path / "logs/access.log.1").unlink()
    with pytest.raises(landmark.IntegrityError, match=r"logs/access\.log\.1: an earlier run read it.* gone = ") as said:
        light.run()
    assert said.value.exit_status == 3
    assert light.whole()
    assert light.out() == before
    light.logs[0] = {**light.logs[0], "gone": ["logs/access.log.1"]}
    light.save().run()
    assert light.out() != before
    assert [entry["path"] for entry in light.ledger() if entry["what"] == "input gone"] == ["logs/access.log.1"]
    light.logs[0] = {key: value for key, value in light.logs[0].items() if key != "gone"}
    light.save().run()  # it was declared once; the ledger has it


def test_a_text_that_was_packed_since_is_gone_where_its_last_name_is_declared(
    light: Folder, world: Callable[[], World], words: Callable[..., bytes]
) -> None:
    at, _ = max(world().web)
    name = "logs/access.log[1]"
    plain = light.write(f"{name}-20011003", words(at + timedelta(hours=1), "203.0.113.200"))
    light.run()
    packed = light.write(f"{name}-20011003.gz", gzip.compress(plain.read_bytes()))
    plain.unlink()
    light.run()
    packed.unlink()
    light.logs[0] = {**light.logs[0], "gone": [f"{name}-20011003.gz"]}
    light.save().run()
    paths = [entry["path"] for entry in light.ledger() if entry["what"] == "input gone"]
    assert paths == [f"{name}-20011003", f"{name}-20011003.gz"]


def test_a_file_that_grew_since_it_was_hashed_is_read_as_far_as_it_was_hashed(light: Folder) -> None:
    path = light.path / "logs/access.log"
    content = path.read_bytes()

    def append(what: str, done: int, whole: int) -> None:
        if what.startswith("reading logs") and done == whole:
            path.write_bytes(content + content.splitlines(keepends=True)[-1])

    light.run(progress=append)
    lines = content.count(b"\n")
    assert path.stat().st_size > len(content)
    assert light.file("logs/access.log")["lines"] == lines
    light.run()
    assert light.file("logs/access.log")["lines"] == lines + 1


@pytest.mark.parametrize("narrowed", ["window", "target", "two rules at once"])
@pytest.mark.parametrize("fails", [False, True], ids=["done", "and the run fails"])
def test_where_the_authority_is_narrowed_nothing_is_left_of_what_it_no_longer_covers(
    light: Folder, words: Callable[..., bytes], world: Callable[[], World], narrowed: str, *, fails: bool
) -> None:
    at, _ = min(world().web)
    late = [words(at + timedelta(days=12, minutes=n), "203.0.113.77", f"/board/written-late-{n}") for n in range(3)]
    other = [words(at + timedelta(minutes=n), "203.0.113.78", f"/hall/written-elsewhere-{n}") for n in range(3)]
    light.targets = [*light.targets, {"id": "hall", "host": "forum-a.example", "path": "/hall"}]
    text = sorted([*world().web, *((at, line) for line in other), *((at + timedelta(days=12), line) for line in late)])
    light.write("logs/access.log", [line for _, line in text])
    light.save().run()
    assert len(light.holding(b"written-late", b"written-elsewhere")) >= 2
    gone = []
    if narrowed != "target":
        light.authority = {"until": "@2001-10-12T00:00:00Z"}
        gone += [b"written-late", b"203.0.113.77"]
    if narrowed != "window":
        light.targets = light.targets[:-1]
        gone += [b"written-elsewhere", b"203.0.113.78"]
    if fails:
        light.write("logs/copy.log", light.path.joinpath("logs/access.log").read_bytes()[:-200])
        light.logs = [*light.logs, {**light.logs[0], "files": ["logs/copy.log"]}]
        with pytest.raises(landmark.CaseError, match=r"copy\.log"):
            light.save().run()
        assert not (light.path / "out" / "manifest.json").exists()
    else:
        light.save().run()
        assert light.whole()
    assert light.holding(*gone) == []


def test_what_a_killed_run_left_half_written_goes_too_where_the_authority_was_narrowed_since(
    light: Folder, words: Callable[..., bytes], world: Callable[[], World]
) -> None:
    at, _ = max(world().web)
    light.write("logs/access.log", [*world().web_lines(), words(at, "203.0.113.77", "/board/written-late")])
    light.run()
    (light.path / "out" / "manifest.json").unlink()  # as a run leaves it that is killed while it writes
    light.authority = {"until": "@2001-10-12T00:00:00Z"}
    light.write("logs/copy.log", world().web_lines())
    light.logs = [*light.logs, {**light.logs[0], "files": ["logs/copy.log"]}]
    with pytest.raises(landmark.CaseError):
        light.save().run()
    assert light.holding(b"written-late") == []


def test_that_earlier_results_were_deleted_stands_in_the_ledger_once(light: Folder) -> None:
    light.run()
    light.authority = {"until": "@2001-10-12T00:00:00Z"}
    light.save()
    ledger = (light.path / "ledger.jsonl").read_bytes()
    light.write("ledger.jsonl", ledger.replace(b"W-1", b"W-9"))
    with pytest.raises(landmark.IntegrityError, match=r"ledger\.jsonl:1"):
        light.run()
    assert list((light.path / "out").iterdir()) == []
    light.write("ledger.jsonl", ledger)
    for _ in range(2):
        light.run()
        assert [entry["what"] for entry in light.ledger()].count("earlier results deleted") == 1
