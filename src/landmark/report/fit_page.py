"""`landmark plot CASE fit`: each picture as a file of its own, all of them on one page, and the same as figures."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from landmark.pages import environment
from landmark.report import fit_picture
from landmark.report.fits import fits
from landmark.report.page import SIZE

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from landmark.case import Case

PAGE = "fit.html"


def drawings(case: Case, tables: Mapping[str, pa.Table]) -> dict[str, bytes]:
    """Give the page and a picture for each clock and assignment source that has a reading, by file name.

    Args:
        case: the case.
        tables: those that `landmark.report.fits.READS` names.
    """
    made = environment("landmark.report")
    begin, end = case.authority.begin, case.authority.end
    drawn = [(name, fit_picture.fit_picture(name, begin, end)) for name in fits(tables)]
    given = {"size": SIZE, "case": case}
    files = {PAGE: made.get_template("fit.html.j2").render(**given, drawn=drawn, standalone=False).encode()}
    for number, (name, fit) in enumerate(drawn, start=1):
        picture = made.get_template("fit.svg.j2").render(**given, name=name, fit=fit, anchor="fit", standalone=True)
        files[f"fit-{number}-{_slug(name.series)}-{_slug(name.assignment)}.svg"] = picture.encode()
    return files


def figures(tables: Mapping[str, pa.Table]) -> list[dict[str, Any]]:
    """Give the same as figures, for a script: what `drifts` has of each clock, the curve, the shifts, and the days.

    Shifts and instants are µs, UTC.
    """
    return [_figures(asdict(one)) for one in fits(tables)]


def _figures(one: dict[str, Any]) -> dict[str, Any]:
    spoken = [
        {"shift": at, "day": day, "for_zero": zero, "for_shift": shifted}
        for at, days in sorted(one["spoken"].items())
        for day, (zero, shifted) in sorted(days.items())
    ]
    return {
        **one["drift"],
        "curve": [{"shift": at, "readings": asked, "there": there} for at, asked, there in one["curve"]],
        "tried": [_without_names(row) for row in one["tried"]],
        "speaking": spoken,
        "doubts": [{"shift": at, "from": begin, "until": until} for at, begin, until in one["doubts"]],
        "fit_days": [_without_names(row) for row in one["days"]],
    }


def _without_names(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in {"log", "series", "assignment"}}


def _slug(text: str) -> str:
    """Give what of a name a file's name can bear, its end where it is long."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[-40:].strip("-") or "clock"
