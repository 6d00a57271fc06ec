"""How each clock fits the records when it is shifted: the figures for the pictures, and what they come to in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from landmark import words
from landmark.figures import count, date, many, seconds, shift

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

READS = ("fits", "fit_days", "drifts", "speaking_days", "source_tests", "doubts")
"""The tables that the pictures are drawn from."""
_NAMES = ("log", "series", "assignment")
_MOST_DAYS = 8  # named in one sentence
_UNCORRECTED = "Nothing was corrected."

Row = dict[str, Any]
Pair = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Fit:
    """A clock of a log against an assignment source, as the tables have it.

    Attributes:
        drift: its row of `drifts`.
        curve: shift, readings, and those for which somebody is there, over all days; ascending.
        tried: its rows of `source_tests`, ascending by shift.
        spoken: by shift, by UTC day (its begin, µs): readings for 0 and for the shift.
        doubts: shift, begin and end of every stretch in which it is not excluded (shift 0: doubtful outright).
        days: its rows of `fit_days`.
    """

    log: str
    series: str
    assignment: str
    drift: Row
    curve: tuple[tuple[int, int, int], ...]
    tried: tuple[Row, ...]
    spoken: Mapping[int, Mapping[int, tuple[int, int]]]
    doubts: tuple[tuple[int, int, int], ...]
    days: tuple[Row, ...]

    @property
    def loud(self) -> bool:
        """Whether somewhere fits better than the time as written."""
        return bool(self.drift["loud"]) or any(row["loud"] for row in self.tried)

    @property
    def said(self) -> tuple[str, ...]:
        """What the figures come to, as sentences."""
        every = _of_all_days(self.drift), _of_the_line(self.drift), _of_days(self.days), _of_a_part(self.drift)
        return tuple(one for one in every if one)


def fits(tables: Mapping[str, pa.Table]) -> tuple[Fit, ...]:
    """Give every pair of clock and assignment source that has a reading, those that are loud first."""
    summed = tables["fits"].group_by([*_NAMES, "shift"]).aggregate([("readings", "sum"), ("there", "sum")])
    curves: dict[Pair, list[tuple[int, int, int]]] = {}
    for row in summed.to_pylist():
        curves.setdefault(_pair(row), []).append((row["shift"], row["readings_sum"], row["there_sum"]))
    spoken: dict[Pair, dict[int, dict[int, tuple[int, int]]]] = {}
    for row in tables["speaking_days"].to_pylist():
        of_shift = spoken.setdefault(_pair(row), {}).setdefault(row["shift"], {})
        of_shift[row["day"]] = (row["for_zero"], row["for_shift"])
    tried, days, doubts = (_by_pair(tables[name]) for name in ("source_tests", "fit_days", "doubts"))
    made = [
        Fit(
            *pair,
            drift=drift,
            curve=tuple(sorted(curves[pair])),
            tried=tuple(tried.get(pair, ())),
            spoken=spoken.get(pair, {}),
            doubts=tuple((row["shift"], row["from"], row["until"]) for row in doubts.get(pair, ())),
            days=tuple(days.get(pair, ())),
        )
        for drift in tables["drifts"].to_pylist()
        if (pair := _pair(drift)) in curves
    ]
    return tuple(sorted(made, key=lambda one: (not one.loud, one.log, one.series, one.assignment)))


def _pair(row: Mapping[str, Any]) -> Pair:
    return row["log"], row["series"], row["assignment"]


def _by_pair(table: pa.Table) -> dict[Pair, list[Row]]:
    found: dict[Pair, list[Row]] = {}
    for row in table.to_pylist():
        found.setdefault(_pair(row), []).append(row)
    return found


def loud(row: Mapping[str, Any]) -> str:
    """Say in one sentence where a clock fits better than as written; of a row of `drifts` that is loud."""
    whole = row["elsewhere"] or row["line_elsewhere"]
    clock = f"The clock “{row['series']}” of log “{row['log']}” fits the records “{row['assignment']}” better "
    if row["line_elsewhere"] and (row["drifting"] or not row["elsewhere"]):
        said = (
            f"on a line that begins at {seconds(row['offset'])} and changes by {seconds(row['drift'])} a day: "
            f"{_against(row['for_line'], row['for_zero_not_line'])} (from {many(row['told_readings'], 'reading')} of "
            f"{many(row['told_days'], 'day')})"
        )
    elif row["elsewhere"]:
        said = f"when shifted by {shift(row['best'])}: {_against(row['for_best'], row['for_zero'])}"
    else:
        off = row["days_elsewhere"]
        said = f"at another time on {many(off, 'day')} of {count(row['days'])}"
    which = "of this pair" if whole else "of those days"
    return (
        f"{clock}{said}. Nothing was corrected; every attribution {which} is doubtful, and none makes a lead. Have the "
        "clock measured, and say so in the case (`clock_ahead`)."
    )


def _against(one: int, zero: int) -> str:
    return f"{many(one, 'reading fits', 'readings fit')} there only, {count(zero)} as written only"


def _of_all_days(row: Row) -> str:
    if row["best"] is None:
        return words.UNTOLD[row["best_untold"]].sentence
    against = _against(row["for_best"], row["for_zero"])
    if row["elsewhere"]:
        return f"All days together fit best at {shift(row['best'])}: {against}. {_UNCORRECTED}"
    if row["lowest"] <= 0 <= row["highest"]:
        return f"All days together: no shift fits better than the time as written{_range(row)}."
    return (
        f"All days together fit best at {shift(row['best'])}, and too few readings speak for that to exclude the time "
        f"as written: {against}."
    )


def _range(row: Row) -> str:
    if row["lowest"] == row["highest"]:
        return ""
    return f"; what the data do not set apart from it lies between {shift(row['lowest'])} and {shift(row['highest'])}"


def _of_the_line(row: Row) -> str:
    if row["line_untold"]:
        return words.UNTOLD[row["line_untold"]].sentence
    support = f"{many(row['told_days'], 'day')} with {many(row['told_readings'], 'reading')}"
    line = f"{seconds(row['offset'])} at the window's begin and {seconds(row['drift'])} a day, from {support}"
    if row["drifting"]:
        return f"The clock drifts: a line through the days gives {line}. {_UNCORRECTED}"
    return f"No drift can be shown: a line through the days gives {line}, and fits no better than one shift for all."


def _of_days(days: tuple[Row, ...]) -> str:
    off = [row for row in days if row["elsewhere"]]
    if not off:
        return ""
    named = ", ".join(f"{date(row['day'])} ({shift(row['best'])})" for row in off[:_MOST_DAYS])
    more = f" and {count(len(off) - _MOST_DAYS)} more" if len(off) > _MOST_DAYS else ""
    return f"Days on which another time fits better than the time as written: {named}{more}. {_UNCORRECTED}"


def _of_a_part(row: Row) -> str:
    if row["one_in"] == 1:
        return ""
    return (
        f"There are very many readings: of the half hours of all addresses one in {count(row['one_in'])} was looked "
        f"at, {count(row['readings'])} readings, always the same. What speaks along the window is counted in full."
    )
