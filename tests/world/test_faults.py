"""One fault in a world of right clocks and whole records: fewer leads, never a wrong one, and nothing sure is wrong."""

from __future__ import annotations

import gzip
import random
import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

import landmark

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TODAY = date(2001, 11, 5)
SCALE = 0.05
WRITTEN = re.compile(rb"\[(\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d) ")
FORM = "%d/%b/%Y:%H:%M:%S"


def web_clock(folder: Path, minutes: int, days: Callable[[datetime], bool]) -> None:
    """Set the web servers' clock wrong on the days that are named."""

    def moved(found: re.Match[bytes]) -> bytes:
        at = datetime.strptime(found[1].decode(), FORM)  # noqa: DTZ007 - the zone stands behind it and stays
        if days(at):
            at += timedelta(minutes=minutes)
        return b"[" + at.strftime(FORM).encode() + b" "

    for path in (folder / "logs").glob("*access*"):
        content = path.read_bytes()
        packed = path.suffix == ".gz"
        text = WRITTEN.sub(moved, gzip.decompress(content) if packed else content)
        path.write_bytes(gzip.compress(text, mtime=0) if packed else text)


def hour_off_for_good(folder: Path) -> None:
    web_clock(folder, 60, lambda _: True)


def hour_off_on_one_day(folder: Path) -> None:
    web_clock(folder, 60, lambda at: at.day == 18)


def hour_off_for_half_a_day(folder: Path) -> None:
    web_clock(folder, -60, lambda at: at.day == 20 and at.hour >= 12)


def ten_minutes_slow(folder: Path) -> None:
    web_clock(folder, -10, lambda _: True)


def news_in_the_wrong_zone(folder: Path) -> None:
    path = folder / "case.toml"
    said = path.read_text(encoding="utf-8")
    head, tail = said.split('format = "inn"', 1)
    path.write_text(head + 'format = "inn"' + tail.replace("Europe/London", "Europe/Athens"), encoding="utf-8")


def one_record_in_twenty_lost(folder: Path) -> None:
    path = folder / "isp" / "assignments.csv"
    head, *records = path.read_text(encoding="utf-8").splitlines(keepends=True)
    chance = random.Random(5)  # noqa: S311 - the same records each time
    path.write_text(head + "".join(one for one in records if chance.random() > 1 / 20), encoding="utf-8")


FAULTS = (
    hour_off_for_good,
    hour_off_on_one_day,
    hour_off_for_half_a_day,
    ten_minutes_slow,
    news_in_the_wrong_zone,
    one_record_in_twenty_lost,
)


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.__name__ for fault in FAULTS])
def test_a_single_fault_makes_no_lead_and_nothing_sure_wrong(fault: Callable[[Path], None], tmp_path: Path) -> None:
    folder = tmp_path / "world"
    landmark.simulate(folder, seed=7, scale=SCALE)
    fault(folder)
    ran = landmark.run(folder, today=TODAY)
    judged = landmark.score(folder, folder / "truth.json").as_json()
    assert judged["wrong"] == 0
    grades = judged["grades"]
    assert isinstance(grades, dict)
    assert grades["sure"]["wrong"] == 0
    loud = {str(pair["log"]) for pair in landmark.funnel(folder)["loud"]}  # type: ignore[attr-defined]
    assert bool(loud) == (fault in {hour_off_for_good, ten_minutes_slow, news_in_the_wrong_zone})
    assert ran.exit_status == 0
