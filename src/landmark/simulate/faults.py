"""Single faults, put into a world that was written: a clock set wrong, records lost, a port that nobody logged.

Each takes the folder of a world and changes its files as the fault would have; `truth.json` goes on naming each line,
by the new hash of its file. What a fault does to who can be told, the truth does not say: `reachable` stays that of the
world without it.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Off = Callable[[datetime], timedelta]
    """How far a clock is off at a time as it should have been written."""

_BEGIN = datetime(2001, 10, 15)  # noqa: DTZ001 - as servers write it, each in its own zone
_ONE_IN = 20


class _Stamp(NamedTuple):
    """Which files write a time so: what it looks like, and its form with what is put before it to read it."""

    files: str
    looks: re.Pattern[bytes]
    form: str
    year: str = ""

    def moved(self, text: bytes, off: Off) -> bytes:
        """Give the text with each time moved."""

        def move(found: re.Match[bytes]) -> bytes:
            form = "%Y " + self.form.replace("%e", "%d") if self.year else self.form
            at = datetime.strptime(self.year + found[0].decode(), form)  # noqa: DTZ007 - the zone stays as written
            return (at + off(at)).strftime(self.form).encode()

        return self.looks.sub(move, text)


_WEB = _Stamp("logs/*access*", re.compile(rb"(?<=\[)\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d(?= )"), "%d/%b/%Y:%H:%M:%S")
_NEWS = _Stamp(
    "logs/news.notice*", re.compile(rb"^\w{3} [ \d]\d \d\d:\d\d:\d\d(?= )", re.MULTILINE), "%b %e %H:%M:%S", "2001 "
)
_RECORDS = _Stamp("isp/*.csv", re.compile(rb"2001-\d\d-\d\dT\d\d:\d\d:\d\d(?=Z)"), "%Y-%m-%dT%H:%M:%S")


def _rewrite(folder: Path, pattern: str, change: Callable[[bytes], bytes]) -> None:
    """Change the text of every file that fits, and let the truth know each by its new hash."""
    truth = folder / "truth.json"
    told = truth.read_text("utf-8")
    for path in sorted(folder.glob(pattern)):
        packed = path.suffix == ".gz"
        before = gzip.decompress(path.read_bytes()) if packed else path.read_bytes()
        after = change(before)
        path.write_bytes(gzip.compress(after, mtime=0) if packed else after)
        told = told.replace(hashlib.sha256(before).hexdigest(), hashlib.sha256(after).hexdigest())
    truth.write_text(told, "utf-8")


def _clock(folder: Path, stamp: _Stamp, off: Off) -> None:
    _rewrite(folder, stamp.files, lambda text: stamp.moved(text, off))


def _some_lines(folder: Path, stamp: _Stamp, off: Off, which: re.Pattern[bytes]) -> None:
    def change(text: bytes) -> bytes:
        lines = text.splitlines(keepends=True)
        return b"".join(stamp.moved(line, off) if which.search(line) else line for line in lines)

    _rewrite(folder, stamp.files, change)


def _always(minutes: float) -> Off:
    return lambda _: timedelta(minutes=minutes)


def _on(minutes: float, day: int, hour: int = 0) -> Off:
    """Off on one day of October, from an hour on."""
    return lambda at: timedelta(minutes=minutes) * (at.day == day and at.hour >= hour)


def _drifting(minutes_a_day: float) -> Off:
    """Right when the window begins, and further off every day."""
    return lambda at: timedelta(seconds=round((at - _BEGIN) / timedelta(days=1) * minutes_a_day * 60))


def _news_in_another_zone(folder: Path) -> None:
    path = folder / "case.toml"
    head, tail = path.read_text("utf-8").split('format = "inn"', 1)
    path.write_text(head + 'format = "inn"' + tail.replace("Europe/London", "Europe/Athens", 1), "utf-8")


def _lost(folder: Path, files: str, header: int = 0) -> None:
    """Lose one line in twenty, but not the header."""
    chance = Random(5)  # noqa: S311 - the same lines each time

    def change(text: bytes) -> bytes:
        lines = text.splitlines(keepends=True)
        return b"".join(lines[:header] + [one for one in lines[header:] if chance.random() > 1 / _ONE_IN])

    _rewrite(folder, files, change)


def _half_of_the_ports_missing(folder: Path) -> None:
    """Write `-` where an even port stood, as a proxy does that hands on some requests without it."""
    even = re.compile(rb"(?<= )\d*[02468]$", re.MULTILINE)
    _rewrite(folder, _WEB.files, lambda text: even.sub(b"-", text))


class Fault(NamedTuple):
    """A fault, and the kind of world that it is put into."""

    put: Callable[[Path], None]
    kind: str = "provider"


def _of(stamp: _Stamp, off: Off, kind: str = "provider") -> Fault:
    return Fault(partial(_clock, stamp=stamp, off=off), kind)


_ODD_ADDRESS = re.compile(rb"^[\d.]*[13579],")
_SECOND_SERVER = re.compile(rb"^forum-[g-z]")
FAULTS: Mapping[str, Fault] = {
    "web an hour off": _of(_WEB, _always(60)),
    "web an hour off for a day": _of(_WEB, _on(60, 18)),
    "web an hour off for half a day": _of(_WEB, _on(-60, 20, 12)),
    "web ten minutes slow": _of(_WEB, _always(-10)),
    "web a minute slow": _of(_WEB, _always(-1)),
    "web drifting five minutes a day": _of(_WEB, _drifting(5)),
    "web drifting a minute a day": _of(_WEB, _drifting(-1)),
    "web in two zones": Fault(partial(_some_lines, stamp=_WEB, off=_always(60), which=_SECOND_SERVER)),
    "news an hour off for a day": _of(_NEWS, _on(-60, 22)),
    "news drifting five minutes a day": _of(_NEWS, _drifting(-5)),
    "news declared in another zone": Fault(_news_in_another_zone),
    "records an hour off": _of(_RECORDS, _always(-60)),
    "records an hour off for a day": _of(_RECORDS, _on(60, 19)),
    "records ten minutes slow": _of(_RECORDS, _always(-10)),
    "records drifting five minutes a day": _of(_RECORDS, _drifting(5)),
    "records in two zones": Fault(partial(_some_lines, stamp=_RECORDS, off=_always(60), which=_ODD_ADDRESS)),
    "one record in twenty lost": Fault(partial(_lost, files=_RECORDS.files, header=1)),
    "busy pool, web an hour off": _of(_WEB, _always(60), "radius"),
    "busy pool, web an hour off for a day": _of(_WEB, _on(60, 18), "radius"),
    "busy pool, web an hour off for half a day": _of(_WEB, _on(-60, 20, 12), "radius"),
    "busy pool, web ten minutes slow": _of(_WEB, _always(-10), "radius"),
    "busy pool, web drifting five minutes a day": _of(_WEB, _drifting(5), "radius"),
    "NAT, half of the ports missing": Fault(_half_of_the_ports_missing, "nat"),
    "NAT, one line of its records in twenty lost": Fault(partial(_lost, files="isp/nat.log"), "nat"),
    "NAT, web an hour off for a day": _of(_WEB, _on(60, 18), "nat"),
}
"""Each fault by its name."""
