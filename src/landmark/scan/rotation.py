"""Which files are one log: what rotation and compression left in their names, and the order to read them in.

Names are as logrotate, newsyslog, Apache's rotatelogs, cronolog, Tomcat and lumberjack write them:

    access.log  access.log.1  access.log.2.gz          a number: the highest is the oldest
    access.log-20011003  access.log.2001-10-03.zst     a date, down to a year or month or on to the second
    access-2001-10-03.log  2001-10-03-access.log       a date inside the name
    access_log.1002067200                              seconds since 1970

All of the first three lines are one series, `access.log`; files named by a date alone (`20011003.log`) are `*.log`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from landmark.scan.finding import expand

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Rotated", "ages", "chains", "expand", "rotated", "series"]

_COMPRESSED = re.compile(r"\.(?:gz|zst)\Z")
_DATE = r"""
    (?P<date>
        (?:19|20)[0-9]{2} (?P<between>[-_.]?) (?:0[1-9]|1[0-2])          # year and month
        (?: (?P=between) (?:0[1-9]|[12][0-9]|3[01])                       # day
            (?: [-_.T]? (?:[01][0-9]|2[0-3]) (?:[-_.:]?[0-5][0-9]){0,2}   # hour, minute, second
                (?: \.[0-9]{3} )? Z?
            )?
        )?
    )
"""
_SUFFIX = re.compile(
    rf"[-_.] (?: {_DATE} | (?P<seconds>[0-9]{{9,10}}) | (?P<year>(?:19|20)[0-9]{{2}}) ) \Z", re.VERBOSE
)
_INSIDE = re.compile(rf"(?P<head>\A|[-_.]) {_DATE} (?P<tail>[-_.])", re.VERBOSE)
_NUMBER = re.compile(r"\.(?P<number>[0-9]{1,4})\Z")


class Rotated(NamedTuple):
    """A file's name, taken apart: its series, and what rotation left in it."""

    series: str  # the path without what rotation and compression added
    date: str | None  # its digits
    number: int | None

    @property
    def age(self) -> tuple[bool, str, bool, int]:
        """What sorts the files of a series, oldest first: dates, numbers from the highest, neither."""
        return (self.date is None, self.date or "", self.number is None, -(self.number or 0))


def rotated(path: str) -> Rotated:
    """Take a file's name apart. A date or number in a folder's name is no rotation.

    Args:
        path: a name with `/` between folders.
    """
    folder, slash, name = path.rpartition("/")
    stem, number = _COMPRESSED.sub("", name), None
    # What reads as a date is one, even a year alone: `.2001`. No rotation keeps two thousand files.
    if not _SUFFIX.search(stem) and (counted := _NUMBER.search(stem)):
        stem, number = stem[: counted.start()], int(counted["number"])
    stem, date = _without_date(stem)
    return Rotated(folder + slash + stem, date, number)


def series(paths: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Group files into rotated series.

    Args:
        paths: names with `/` between folders, as the case lists them.

    Returns:
        Each series' name with its files in the order to read them in, oldest first, as `paths` have them where rotation
        left no order; the series in the order in which `paths` first name them.
    """
    found: dict[str, list[str]] = {}
    for path in paths:
        found.setdefault(rotated(path).series, []).append(path)
    return [(name, sorted(files, key=lambda file: rotated(file).age)) for name, files in found.items()]


def ages(paths: Sequence[str]) -> list[int]:
    """Tell which files of a series are older than others, as far as their names do: not two of a day and an hour of it.

    Args:
        paths: the files of one series, oldest first.

    Returns:
        A number for each, higher for the younger; the same where the names do not tell.
    """
    found: list[int] = []
    before: Rotated | None = None
    for one in map(rotated, paths):
        if before is None or before.date is None or one.date is None:
            alike = before is not None and one.age == before.age
        else:
            alike = one.date.startswith(before.date)
        before = before if alike else one
        found.append(found[-1] + (not alike) if found else 0)
    return found


def chains(paths: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Group files whose lines write no year (syslog): which one a line is of, only what was read before it tells.

    A chain is a series, but for two things. What is older may lie in a folder of its own (`OLD/news.notice.1`, as INN
    has it): files of one name in several folders are one chain, unless two of them are equally old, as those of two
    servers are. And where rotation left nothing in any name, all files are one chain, as `paths` have them.

    Args:
        paths: names with `/` between folders, as the case lists them.

    Returns:
        As `series`, by name.
    """
    taken = {path: rotated(path) for path in paths}
    if all(one.date is None and one.number is None for one in taken.values()):
        return [(min(one.series for one in taken.values()), list(paths))] if paths else []
    folders: dict[str, dict[str, set[tuple[bool, str, bool, int]]]] = {}
    for one in taken.values():
        folder, _, name = one.series.rpartition("/")
        folders.setdefault(name, {}).setdefault(folder, set()).add(one.age)
    whole = {name for name, ages in folders.items() if sum(map(len, ages.values())) == len(set().union(*ages.values()))}
    found: dict[str, list[str]] = {}
    for path, one in taken.items():
        name = one.series.rpartition("/")[2]
        found.setdefault(name if name in whole else one.series, []).append(path)
    return [(name, sorted(files, key=lambda file: taken[file].age)) for name, files in sorted(found.items())]


def _without_date(stem: str) -> tuple[str, str | None]:
    if found := _SUFFIX.search(stem):
        return stem[: found.start()] or "*", _digits(found["date"] or found["seconds"] or found["year"])
    if found := _INSIDE.search(stem):
        before, after = stem[: found.start()], stem[found.end() :]
        # With the date goes one of the separators beside it: `access-DATE.log` is `access.log`.
        left = f"{before}{found['tail']}{after}" if before else after if found["tail"] != "." else f"*.{after}"
        return left, _digits(found["date"])
    return stem, None


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)
