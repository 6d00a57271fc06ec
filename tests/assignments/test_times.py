"""Times of records: what is an instant, what is none, and by whose rules."""

from __future__ import annotations

import shutil
import zoneinfo
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from landmark.assignments.times import UnreadableError, read_instant
from landmark.zones import zone_of

if TYPE_CHECKING:
    from collections.abc import Iterator

NOON = 1_002_020_400_000_000  # 2001-10-02T11:00:00Z


@pytest.mark.parametrize(
    "text", ["2001-10-02T24:00:00Z", "2001-10-02T24:00:00", "2001-10-02 24:00", "2001-10-02T25:00Z"]
)
def test_there_is_no_hour_24_whatever_the_version_of_python_takes_it_for(text: str) -> None:
    with pytest.raises(UnreadableError, match="bad_time"):
        read_instant(text, zone_of("UTC"))


@pytest.fixture
def wrong_machine(tmp_path: Path) -> Iterator[None]:
    """Have a machine on which London keeps the time of Greenwich throughout the year."""
    (tmp_path / "Europe").mkdir()
    with resources.as_file(resources.files("tzdata") / "zoneinfo" / "UTC") as utc:
        shutil.copy(utc, tmp_path / "Europe" / "London")
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath([tmp_path])
    zoneinfo.ZoneInfo.clear_cache()
    zone_of.cache_clear()
    yield
    zoneinfo.reset_tzpath(before)
    zoneinfo.ZoneInfo.clear_cache()
    zone_of.cache_clear()


@pytest.mark.usefixtures("wrong_machine")
def test_what_zones_the_machine_has_changes_no_instant() -> None:
    noon = datetime(2001, 10, 2, 12, tzinfo=zoneinfo.ZoneInfo("Europe/London"))
    assert noon.utcoffset() == timedelta(0)
    assert read_instant("2001-10-02T12:00:00", zone_of("Europe/London")) == (NOON, NOON)


def test_no_module_takes_a_zone_from_the_machine() -> None:
    package = Path(__file__).resolve().parents[2] / "src" / "landmark"
    takes = {path.name for path in package.rglob("*.py") if "ZoneInfo(" in path.read_text(encoding="utf-8")}
    assert takes == set()
