"""The disk of a run: estimated from inputs and what earlier runs kept, and refused where it is not to be had."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Self

import pytest

from landmark.case import Log
from landmark.errors import MachineError
from landmark.intake.disk import Disk, bytes_below, needed, said
from landmark.intake.inputs import Input

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

GB = 10**9


def inputs(folder: Path, **sizes: int) -> list[Input]:
    found = []
    for name, size in sizes.items():
        path = folder / name.replace("_", ".")
        with path.open("wb") as file:
            file.truncate(size)
        found.append(Input(path.name, path, "log", Log((path.name,), "combined"), path.name))
    return found


def test_before_there_is_a_run_a_share_of_the_text_is_needed_and_what_is_packed_has_more_text(tmp_path: Path) -> None:
    plain = needed(inputs(tmp_path, access_log=GB), 0, 0)
    packed = needed(inputs(tmp_path, access_gz=GB), 0, 0)
    assert 0.01 * GB < plain < 0.1 * GB
    assert packed == 10 * plain


def test_what_earlier_runs_kept_tells_what_more_input_will_take(tmp_path: Path) -> None:
    assert needed(inputs(tmp_path, access_log=3 * GB), GB, 500_000_000) == 1_500_000_000


def test_a_file_with_two_names_is_one(tmp_path: Path) -> None:
    one = inputs(tmp_path, access_log=GB)
    (tmp_path / "other").symlink_to(tmp_path / "access.log")
    other = Input("other", tmp_path / "other", "log", one[0].owner, "other")
    assert needed([*one, other], 0, 0) == needed(one, 0, 0)


@pytest.mark.parametrize(
    ("disk", "wrong"),
    [
        (Disk(GB, 0, 3 * GB, None), []),
        (Disk(GB, GB, GB, None), []),
        (Disk(GB, 0, GB, None), ["a run needs about 2.0 GB of disk more, and 1.0 GB are free"]),
        (Disk(GB, 0, 9 * GB, 2 * GB), []),
        (Disk(GB, 0, 9 * GB, GB), ["a run needs about 2.0 GB of disk, and [rules] disk allows 1.0 GB"]),
        (Disk(300_000, 0, 0, None), []),
    ],
)
def test_a_run_is_refused_beyond_what_is_free_or_allowed(disk: Disk, wrong: list[str]) -> None:
    assert disk.problems() == wrong


def test_what_a_sample_tells_is_held_against_what_the_case_allows_and_refuses_no_disk_that_may_be_large_enough() -> (
    None
):
    roomy = Disk(needed=50_000_000, present=0, free=60_000_000, allowed=None, least=2_000_000)
    assert roomy.problems() == []
    assert "about 100.0 MB" in roomy.as_text()
    (said,) = replace(roomy, allowed=90_000_000).problems()
    assert said == "a run needs about 100.0 MB of disk, and [rules] disk allows 90.0 MB"
    (said,) = replace(roomy, free=3_000_000).problems()
    assert said == "a run needs about 4.0 MB of disk more, and 3.0 MB are free"


def test_sizes_are_said_in_their_unit() -> None:
    assert [said(one) for one in (0, 999, 1_500_000, 2 * GB, 3_400 * GB)] == [
        "0.0 kB",
        "1.0 kB",
        "1.5 MB",
        "2.0 GB",
        "3.4 TB",
    ]


class Listed:
    """A folder's entries as they were when they were listed, whatever has become of them."""

    def __init__(self, entries: list[os.DirEntry[str]]) -> None:
        self._entries = iter(entries)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Have nothing to close."""

    def __iter__(self) -> Iterator[os.DirEntry[str]]:
        return self._entries

    def __next__(self) -> os.DirEntry[str]:
        return next(self._entries)


@pytest.fixture
def once_listed(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[str], None]], None]:
    """Do something to a folder after its entries were listed and before they are looked at."""
    scandir = os.scandir

    def prepare(do: Callable[[str], None]) -> None:
        def listed(path: str) -> Listed:
            with scandir(path) as found:
                entries = sorted(found, key=lambda entry: entry.name)
            do(os.path.basename(path))  # noqa: PTH119 - as the system names it
            return Listed(entries)

        monkeypatch.setattr(os, "scandir", listed)

    return prepare


def folders(folder: Path) -> Path:
    """A cache: two folders with eight bytes in three files, and a pipe in one of them."""
    for name in ("cache/spill/a.tmp", "cache/tables/b.part", "cache/tables/c.parquet"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"12345678")
    os.mkfifo(folder / "cache" / "tables" / "pipe")
    return folder / "cache"


def test_what_lies_below_a_folder_counts_and_nothing_but_files(tmp_path: Path) -> None:
    assert bytes_below(folders(tmp_path)) == 24
    (tmp_path / "cache" / "tables" / "there").symlink_to(tmp_path)  # a folder is none, by whatever name
    assert bytes_below(tmp_path / "cache") == 24
    assert bytes_below(tmp_path / "out") == 0


def test_what_a_run_at_work_takes_away_meanwhile_takes_no_disk(
    tmp_path: Path, once_listed: Callable[[Callable[[str], None]], None]
) -> None:
    """`check` may be asked at any time: files and folders of the cache go while it looks."""
    cache = folders(tmp_path)

    def take_away(name: str) -> None:
        if name == "cache":
            (cache / "spill" / "a.tmp").unlink()
            (cache / "spill").rmdir()
        elif name == "tables":
            (cache / "tables" / "b.part").unlink()

    once_listed(take_away)
    assert bytes_below(cache) == 8


def test_a_folder_that_the_machine_refuses_to_list_is_an_error(
    tmp_path: Path, once_listed: Callable[[Callable[[str], None]], None]
) -> None:
    def refuse(name: str) -> None:
        if name == "tables":
            raise PermissionError(errno.EACCES, "Permission denied", name)

    once_listed(refuse)
    with pytest.raises(MachineError, match="cache"):
        bytes_below(folders(tmp_path))
