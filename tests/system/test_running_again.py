"""A second run: nothing changed, nothing is done; a rule changed redoes what depends on it; the bytes are the same."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.system.conftest import Folder


def times(folder: Path) -> dict[str, tuple[int, int]]:
    """Give when each file was last written, and its inode: a file that was written anew has another."""
    stats = {path.as_posix(): path.stat() for path in sorted(folder.rglob("*.parquet"))}
    return {name: (stat.st_mtime_ns, stat.st_ino) for name, stat in stats.items()}


@pytest.fixture
def ran(undisturbed: Folder, tmp_path: Path, make: Callable[..., Folder]) -> Folder:
    """A copy of the small case after its run, with the files' times."""
    folder = make(tmp_path / "case")
    for name in ("out", "cache"):
        shutil.copytree(undisturbed.path / name, folder.path / name)
    shutil.copy2(undisturbed.path / "ledger.jsonl", folder.path)
    return folder


def test_nothing_changed_nothing_is_done_again(ran: Folder) -> None:
    before = times(ran.path / "out"), times(ran.path / "cache")
    again = ran.run()
    assert not again.changed
    assert again.exit_status == 0
    assert (times(ran.path / "out"), times(ran.path / "cache")) == before


def test_the_second_run_reads_no_input_again(light: Folder) -> None:
    """Also where one is longer than another, so that it might have been asked how its beginning hashes."""
    light.run()
    told: list[tuple[str, int]] = []
    assert not light.run(progress=lambda what, done, _whole: told.append((what, done))).changed
    assert told == []


def test_another_gap_leaves_what_was_read_alone_and_makes_the_visits_anew(ran: Folder) -> None:
    events, leases = times(ran.path / "cache" / "events"), times(ran.path / "cache" / "leases")
    tables = times(ran.path / "cache" / "tables")
    before = ran.tables()
    ran.rules = {"visit_gap": "1m"}
    assert ran.save().run().changed
    assert (times(ran.path / "cache" / "events"), times(ran.path / "cache" / "leases")) == (events, leases)
    left = {name: tables[name] for name in times(ran.path / "cache" / "tables") if name in tables}
    assert all(times(ran.path / "cache" / "tables")[name] == stamp for name, stamp in left.items())
    assert len(left) >= 7  # the resolver's five, sightings, overlaps
    for same in ("events", "attributions", "sightings", "leases", "rejects"):
        assert ran.tables()[f"tables/{same}.parquet"] == before[f"tables/{same}.parquet"]
    assert ran.tables()["tables/visits.parquet"] != before["tables/visits.parquet"]
    ran.rules = {}
    ran.save().run()
    assert ran.tables() == before


def test_the_cache_keeps_nothing_that_the_last_run_did_not_use(ran: Folder) -> None:
    before = {path.name for path in (ran.path / "cache").rglob("*.*")}
    ran.rules = {"visit_gap": "1m"}
    ran.save().run()
    ran.rules = {}
    ran.save().run()
    assert {path.name for path in (ran.path / "cache").rglob("*.*")} == before


def test_assignments_that_the_case_no_longer_has_leave_the_cache(ran: Folder) -> None:
    ran.assignments = []
    ran.write("isp/assignments.csv", b"").unlink()
    ran.logs[0] = {**ran.logs[0], "gone": ["isp/*"]}
    ran.save().run()
    assert list((ran.path / "cache" / "leases").iterdir()) == []


def test_another_comment_in_the_case_file_changes_no_byte_of_a_result(ran: Folder) -> None:
    before = ran.out()
    ran.more = "# The same rules, said once more.\n"
    ran.save().run()
    assert ran.out() == before


@pytest.mark.parametrize("lost", ["cache", "out", "cache/events", "cache/inputs.json", "cache/authority", "both"])
def test_what_may_be_deleted_at_any_time_comes_back_with_the_same_bytes(ran: Folder, lost: str) -> None:
    before = ran.out()
    for name in ("cache", "out") if lost == "both" else (lost,):
        path = ran.path / name
        path.unlink() if path.is_file() else shutil.rmtree(path)
    ran.run()
    assert ran.whole()
    assert ran.out() == before


def test_a_cache_of_which_a_part_is_gone_or_torn_is_made_anew(ran: Folder) -> None:
    before = ran.out()
    ran.more = "# look again\n"
    ran.save()
    for number, path in enumerate(sorted(path for path in (ran.path / "cache").rglob("*.*") if path.is_file())):
        if number % 3 == 0:
            path.unlink()
        elif number % 3 == 1:
            path.write_bytes(path.read_bytes()[:40])
    ran.run()
    assert ran.whole()
    assert ran.out() == before


@pytest.mark.parametrize("wrong", ["tables/leads.parquet", "funnel.json", "report.html"])
def test_a_result_that_somebody_changed_is_made_anew(ran: Folder, wrong: str) -> None:
    before = ran.out()
    path = ran.path / "out" / wrong
    path.write_bytes(path.read_bytes() + b" ")
    assert ran.run().changed
    assert ran.out() == before


def test_a_file_in_out_that_no_run_wrote_goes_with_the_next_result(ran: Folder) -> None:
    before = ran.out()
    (ran.path / "out" / "countries" / "XX").mkdir()
    (ran.path / "out" / "countries" / "XX" / "leads.csv").write_text("nobody\n")
    ran.more = "# another\n"
    ran.save().run()
    assert ran.out() == before
    assert not (ran.path / "out" / "countries" / "XX").exists()
