"""What was made under another authority goes before anything else is done, and nothing else goes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from landmark import outputs, warrant
from landmark.case import Authority, Case, Target
from landmark.errors import MachineError

if TYPE_CHECKING:
    from pathlib import Path

WINDOW = Authority("W-1", "Example Court", "Example Internet", 0, 10, ("traffic",))
TARGET = Target("forum-a", host="forum-a.example", path="/")
RESULTS = {"cache/lock", "out/tables/leads.parquet", "cache/logs/part.parquet", "plots/fit-web.svg", "plots/mine.svg"}
KEPT = {"cache/lock", "plots/mine.svg"}


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """A case with results of which nothing says yet under which authority they were made."""
    for name in RESULTS:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"rows")
    return Case(tmp_path, "example", "Example", "GB", WINDOW, (TARGET,), ())


def left(case: Case) -> set[str]:
    names = {path.relative_to(case.folder).as_posix() for path in case.folder.rglob("*") if path.is_file()}
    return names - {"cache/authority", "out/manifest.json"}


@pytest.mark.parametrize(
    ("cache", "out", "stays", "other"),
    [
        ("own", "own", True, False),
        ("own", None, True, False),  # a run that was killed
        (None, "own", True, False),  # the cache was deleted
        ("own", "other", False, True),
        ("other", "own", False, True),
        ("other", "other", False, True),
        ("other", None, False, True),
        (None, "other", False, True),
        (None, None, False, False),  # whose that is, nothing says
    ],
)
def test_results_stay_only_where_all_that_speaks_says_this_authority(
    case: Case,
    cache: str | None,
    out: str | None,
    stays: bool,  # noqa: FBT001 - a parameter of the test
    other: bool,  # noqa: FBT001 - likewise
) -> None:
    authorities = {"own": warrant.authority_of(case), "other": "0" * 64}
    if cache is not None:
        (case.folder / "cache" / warrant.MARK).write_text(authorities[cache] + "\n", encoding="ascii")
    if out is not None:
        outputs.seal(case.folder / "out", {"authority": authorities[out]})
    assert warrant.narrow(case, case.folder / "cache") is other
    assert left(case) == (RESULTS if stays else KEPT)
    assert (case.folder / "out" / "manifest.json").exists() is (stays and out is not None)


def test_once_it_is_marked_the_same_authority_deletes_nothing(case: Case) -> None:
    cache = case.folder / "cache"
    assert not warrant.narrow(case, cache)
    warrant.mark(case, cache)
    (cache / "logs" / "part.parquet").write_bytes(b"rows")
    warrant.mark(case, cache)
    assert not warrant.narrow(case, cache)
    assert left(case) == {*KEPT, "cache/logs/part.parquet"}


@pytest.mark.parametrize(
    "changed",
    [
        {"authority": replace(WINDOW, end=9)},
        {"authority": replace(WINDOW, begin=1)},
        {"authority": replace(WINDOW, covers=())},
        {"authority": replace(WINDOW, reference="W-2")},
        {"targets": (replace(TARGET, path="/board/"),)},
        {"targets": (TARGET, Target("group-a", newsgroup="test.watched.a"))},
    ],
    ids=str,
)
def test_whatever_an_authority_covers_otherwise_is_another(case: Case, changed: dict[str, object]) -> None:
    cache = case.folder / "cache"
    warrant.mark(case, cache)
    now: Case = replace(case, **changed)  # type: ignore[arg-type]
    assert warrant.narrow(now, cache)
    assert left(case) == KEPT
    warrant.mark(now, cache)
    assert not warrant.narrow(now, cache)
    assert warrant.narrow(case, cache)


def test_what_else_the_case_says_is_no_other_authority(case: Case) -> None:
    warrant.mark(case, case.folder / "cache")
    assert not warrant.narrow(replace(case, title="Another", lead="DE"), case.folder / "cache")
    assert left(case) == RESULTS


def test_a_mark_that_is_torn_is_another_authority(case: Case) -> None:
    cache = case.folder / "cache"
    (cache / warrant.MARK).write_bytes(b"\xff" * 64)
    assert warrant.narrow(case, cache)
    assert left(case) == KEPT
    warrant.mark(case, cache)
    assert not warrant.narrow(case, cache)


def test_a_mark_that_cannot_be_read_ends_the_run_before_anything_is_done(case: Case) -> None:
    cache = case.folder / "cache"
    (cache / warrant.MARK).mkdir()
    for ask in (warrant.narrow, warrant.mark):
        with pytest.raises(MachineError, match="authority"):
            ask(case, cache)
    assert left(case) == RESULTS
