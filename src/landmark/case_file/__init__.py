"""The case file as a person writes it: read, checked, and made into `landmark.case`.

`load` reads `case.toml` and a targets list that it names, and nothing else. All that is wrong is said at once, each
with file, line, key, what was found and what is expected.
"""

from __future__ import annotations

import errno
import re
from typing import TYPE_CHECKING, Any

from landmark.case import (
    COVERS,
    Assignment,
    Authority,
    Case,
    Countries,
    Known,
    Log,
    Mapping,
    Rules,
    Stretch,
    Subscribers,
    Target,
)
from landmark.case_file import targets_list
from landmark.case_file.checks import problems
from landmark.case_file.parser import FILE
from landmark.case_file.reading import sheet
from landmark.case_file.said import quoted
from landmark.contents import content_of
from landmark.errors import CaseError, MachineError, Problem

if TYPE_CHECKING:
    import collections.abc
    from datetime import date
    from pathlib import Path

    from landmark.case import AssignmentFormat, LogFormat
    from landmark.case_file.reading import Row, Sheet

NO_CASE = f"a folder with a {FILE}; `landmark new` makes one"
_REVERSED = re.compile(r"Etc/GMT([+-])([1-9]\d?)")
_NO_FILE = {errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP}


def load(
    folder: Path,
    *,
    today: date,
    formats: collections.abc.Mapping[str, LogFormat],
    assignment_formats: collections.abc.Mapping[str, AssignmentFormat],
    as_of: date | None = None,
) -> Case:
    """Read and check the case in a folder.

    Args:
        folder: the case folder, with `case.toml` in it.
        today: the day on which the authority must be valid.
        formats: the log formats that may be named.
        assignment_formats: the formats of assignment records that may be named.
        as_of: a day within the authority's validity, in place of today.

    Raises:
        CaseError: anything in the case file or the targets list is not as it must be; carries all that is wrong.
        MachineError: a file cannot be read, or a folder stands in place of `case.toml`.
    """
    read = sheet(_case_text(folder))
    if read.targets is not None:
        _add_targets(read, folder)
    found = [*read.problems, *problems(read, formats, assignment_formats, today, as_of)]
    if found:
        raise CaseError(*sorted(found, key=_order))
    return _case(folder, read)


def need(folder: Path) -> None:
    """See that a case folder is a folder, and holds a case file.

    Raises:
        CaseError: it is not there, it is a file, or there is none in it.
        MachineError: it may not be looked into.
    """
    try:
        is_there = (folder / FILE).exists()
    except OSError as error:
        raise MachineError(f"{folder}: {error.strerror}; nothing was read") from error
    if is_there:
        return
    if folder.is_dir():
        raise CaseError(Problem("a case file; `landmark new` makes one", str(folder / FILE), found="nothing"))
    if folder.exists():
        raise CaseError(Problem(f"the case folder, {folder.parent}", str(folder), found="a file"))
    raise CaseError(Problem(NO_CASE, str(folder), found="no folder"))


def warnings(case: Case) -> tuple[Problem, ...]:
    """Give what a case leaves out to its own harm: `check` says it, and nothing is refused for it."""
    found = []
    if case.authority.zone is None:
        expected = "the time zone of the provider: without it a clock that wrote local time as UTC is not looked for"
        found.append(Problem(expected, FILE, key="[authority] zone", found="nothing"))
    named: list[tuple[int | None, str, str | None]] = [(None, "[authority]", case.authority.zone)]
    for table, inputs in (("log", case.logs), ("assignment", case.assignments), ("subscribers", case.subscribers)):
        named += [(one.line, f"[[{table}]]", one.zone) for one in inputs]
    for line, title, zone in named:
        if zone is not None and (fixed := _REVERSED.fullmatch(zone)):
            where = "behind" if fixed[1] == "+" else "ahead of"
            said = f"a zone that means it: {zone} is {fixed[2]} h {where} UTC, with the sign the other way round"
            found.append(Problem(said, FILE, line, f"{title} zone", zone))
    return tuple(found)


def resolve(case: Case, pattern: str) -> Path:
    """Give the absolute pattern of a file that the case names, relative to its folder or absolute."""
    return case.folder.absolute() / pattern


def data_files(case: Case) -> tuple[Path, ...]:
    """Give every file that the case names beside logs and records, as absolute paths in their order.

    They are the targets list, the data set of countries, the provider's key, and the lists of networks; what comes out
    depends on them.
    """
    named = case.targets_list, case.countries.addresses, case.authority.provider_key
    single = [name for name in named if name is not None]
    names = [*single, *case.countries.anonymisers, *case.crawler_networks]
    return tuple(sorted({resolve(case, name) for name in names}))


def _order(problem: Problem) -> tuple[bool, str, bool, int, str, str]:
    file, line = problem.file or "", problem.line
    return (file != FILE, file, line is None, line or 0, problem.key or "", str(problem))


def _case_text(folder: Path) -> str:
    path = folder / FILE
    try:
        return _decoded(content_of(path), FILE)
    except IsADirectoryError:
        raise MachineError(f"{path}: a folder stands in place of the case file") from None
    except OSError as error:
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            need(folder)
        raise MachineError(f"{path}: the case file cannot be read: {error.strerror}") from error


def _add_targets(read: Sheet, folder: Path) -> None:
    name = read.targets or ""
    try:
        data = content_of(folder / name)
    except OSError as error:
        if error.errno not in _NO_FILE:
            raise MachineError(f"{folder / name}: the targets list cannot be read: {error.strerror}") from error
        problem = Problem("a list of targets as CSV", FILE, read.targets_line, "targets", f"no file {quoted(name)}")
        read.problems.append(problem)
        return
    try:
        rows, wrong = targets_list.rows(_decoded(data, name), name)
    except CaseError as error:
        read.problems += error.problems
        return
    read.rows["target"] += rows
    read.problems += wrong


def _decoded(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CaseError(Problem("text in UTF-8", file, line, found="bytes that are not UTF-8")) from None


def _case(folder: Path, read: Sheet) -> Case:
    """Make the case of a sheet in which nothing is wrong."""
    rules = _only(read, "rules")
    crawlers = rules.pop("crawler_networks", ())
    authority = _only(read, "authority")
    authority["covers"] = tuple(word for word in COVERS if word in authority["covers"])
    return Case(
        folder=folder,
        **_only(read, "case"),
        authority=Authority(**authority),
        rules=Rules(**rules),
        crawler_networks=crawlers,
        countries=Countries(**_only(read, "countries")),
        targets=tuple(Target(**row.values) for row in read.rows["target"]),
        logs=tuple(Log(line=row.line, **_input(row)) for row in read.rows["log"]),
        assignments=tuple(Assignment(line=row.line, **_input(row)) for row in read.rows["assignment"]),
        subscribers=tuple(Subscribers(line=row.line, **_input(row)) for row in read.rows["subscribers"]),
        login_map=tuple(Mapping(**row.values) for row in read.rows["login_map"]),
        account_map=tuple(Mapping(**row.values) for row in read.rows["account_map"]),
        known=tuple(Known(**row.values) for row in read.rows["known"]),
        targets_list=read.targets,
        leaf=tuple(Known(**row.values) for row in read.rows["leaf"]),
    )


def _only(read: Sheet, name: str) -> dict[str, Any]:
    """Give the values of a table that stands once, or of one that was left out."""
    return dict(read.rows[name][0].values) if read.rows[name] else {}


def _input(row: Row) -> dict[str, Any]:
    values = dict(row.values)
    if "doubtful" in values:
        values["doubtful"] = tuple(Stretch(**stretch.values) for stretch in values["doubtful"])
    if "columns" in values:
        values["columns"] = values["columns"].values
    return values
