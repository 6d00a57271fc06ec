"""What several keys or tables of a case file must be together: windows, names, what the authority covers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from landmark.case_file.input_checks import assignments, logs, subscribers
from landmark.case_file.parser import FILE
from landmark.case_file.said import quoted
from landmark.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from landmark.case import AssignmentFormat, LogFormat
    from landmark.case_file.reading import Row, Sheet

_WHO = ("address", "account", "login")


def problems(
    sheet: Sheet,
    formats: Mapping[str, LogFormat],
    assignment_formats: Mapping[str, AssignmentFormat],
    today: date,
    as_of: date | None,
) -> Iterator[Problem]:
    """Give everything that is wrong between values which are right each by itself."""
    for row in sheet.rows["authority"]:
        yield from _authority(row, today, as_of)
    for row in sheet.rows["countries"]:
        if "date" in row.lines and "addresses" not in row.lines:
            yield row.problem("date", "`addresses` beside it", found="the date of no data set")
    yield from _targets(sheet)
    yield from _covered(sheet)
    yield from logs(sheet, formats)
    yield from assignments(sheet, assignment_formats)
    yield from subscribers(sheet)
    for name in ("login_map", "account_map"):
        yield from _map(sheet.rows[name])
    for row in (*sheet.rows["known"], *sheet.rows["leaf"]):
        yield from _exactly_one(row)
        yield from _empty_window(row)


def _empty_window(row: Row) -> Iterator[Problem]:
    """Give the problem of a window without an instant in it."""
    begin, end = row.values.get("begin"), row.values.get("end")
    if begin is not None and end is not None and end <= begin:
        yield row.problem("until", "an instant after `from`", found="one that is not: the window is empty")


def _authority(row: Row, today: date, as_of: date | None) -> Iterator[Problem]:
    yield from _empty_window(row)
    if "covers" in row.values and "traffic" not in row.values["covers"]:
        yield row.problem("covers", '"traffic" among them', found="an authority that covers no logs")
    first, last = row.values.get("valid_from"), row.values.get("valid_until")
    if first and last and last < first:
        yield row.problem("valid_until", "a day not before `valid_from`", found=f"{last}, and it begins on {first}")
        return
    day = as_of or today
    said = f"{day}, the day given as --as-of," if as_of else f"today, {day},"
    hint = None if as_of else "--as-of DATE runs it as of a day within its validity"
    if first and day < first:
        yield row.problem(
            "valid_from", f"a day from {first} on", found=f"{said} before the authority begins", hint=hint
        )
    if last and day > last:
        yield row.problem(
            "valid_until", f"a day up to {last}", found=f"{said} after the authority has ended", hint=hint
        )


def _targets(sheet: Sheet) -> Iterator[Problem]:
    rows = sheet.rows["target"]
    if sheet.targets_line and any(row.file == FILE for row in rows):
        expected = "targets either in a list or in [[target]], so that their order is one"
        yield Problem(expected, FILE, sheet.targets_line, "targets", "both")
    if not {"target", "targets"} & sheet.seen:
        yield Problem("a table [[target]], or `targets`", FILE, key="[[target]]", found="nothing")
    first: dict[str, Row] = {}
    for row in rows:
        name = row.values.get("id")
        if name is not None and first.setdefault(name, row) is not row:
            yield row.problem(
                "id", "an id of its own", found=f"{quoted(name)}, which the target on line {first[name].line} has too"
            )
        yield from _watched(row)
        yield from _empty_window(row)
        for authority in sheet.rows["authority"]:
            yield from _within(row, authority)


def _watched(row: Row) -> Iterator[Problem]:
    web = [key for key in ("host", "path") if key in row.lines]
    if "newsgroup" in row.lines and web:
        expected = "`newsgroup` alone, or `host` and `path`"
        yield row.problem("newsgroup", expected, found=f"`newsgroup` and `{'` and `'.join(web)}`")
    if "newsgroup" not in row.lines and not web:
        yield row.problem(None, "`host`, `path` or both, or `newsgroup`", found="a target that names none of them")


def _within(row: Row, authority: Row) -> Iterator[Problem]:
    """Refuse a target that the window never meets: it would be silent for ever."""
    begin, end = authority.values.get("begin"), authority.values.get("end")
    if end is not None and row.values.get("begin", end - 1) >= end:
        yield row.problem("from", "an instant before the window of the authority ends", found="one that is not")
    if begin is not None and row.values.get("end", begin + 1) <= begin:
        yield row.problem("until", "an instant after the window of the authority begins", found="one that is not")


def _covered(sheet: Sheet) -> Iterator[Problem]:
    for authority in sheet.rows["authority"]:
        if "covers" not in authority.values:
            continue
        for name, word in (("assignment", "identification"), ("subscribers", "subscriber")):
            if word in authority.values["covers"]:
                continue
            for row in sheet.rows[name]:
                expected = f'"{word}" in `[authority] covers` (line {authority.lines["covers"]})'
                yield row.problem(None, expected, found="data that the authority does not cover")


def _map(rows: list[Row]) -> Iterator[Problem]:
    """Names stand for people: they are compared here and said nowhere."""
    first: dict[str, Row] = {}
    for row in rows:
        old, new = row.values.get("old"), row.values.get("new")
        if old is not None and new is not None and old.startswith("@") != new.startswith("@"):
            yield row.problem("to", "names on both sides, or suffixes that begin with @ on both", found="one of each")
        if old is not None and first.setdefault(old, row) is not row:
            found = f"what the table on line {first[old].line} has too"
            yield row.problem("from", "each name or suffix once", found=found)


def _exactly_one(row: Row) -> Iterator[Problem]:
    named = [key for key in _WHO if key in row.lines]
    if len(named) != 1:
        found = f"`{'` and `'.join(named)}`" if named else "none of them"
        yield row.problem(named[1] if named else None, "exactly one of `address`, `account` and `login`", found=found)
