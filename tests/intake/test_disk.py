"""The disk of a run: estimated from inputs and what earlier runs kept, and refused where it is not to be had."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from landmark.case import Log
from landmark.intake.disk import Disk, bytes_below, needed, said
from landmark.intake.inputs import Input

if TYPE_CHECKING:
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


def test_sizes_are_said_in_their_unit() -> None:
    assert [said(one) for one in (0, 999, 1_500_000, 2 * GB, 3_400 * GB)] == [
        "0.0 kB",
        "1.0 kB",
        "1.5 MB",
        "2.0 GB",
        "3.4 TB",
    ]


def test_what_a_run_at_work_takes_away_meanwhile_takes_no_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`check` may be asked at any time: files and folders of the cache go while it looks."""
    for name in ("cache/spill/a.tmp", "cache/tables/b.part", "cache/tables/c.parquet"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"12345678")
    scandir, left = os.scandir, ["spill/a.tmp", "spill", "tables/b.part"]

    def going(path: Any) -> Any:  # noqa: ANN401 - as the system's
        found = scandir(path)
        if os.fspath(path).endswith("cache"):
            for name in left[:2]:
                gone = tmp_path / "cache" / name
                gone.rmdir() if gone.is_dir() else gone.unlink()
        elif os.fspath(path).endswith("tables"):
            (tmp_path / "cache" / left[2]).unlink()
        return found

    monkeypatch.setattr(os, "scandir", going)
    assert bytes_below(tmp_path / "cache") == 8
