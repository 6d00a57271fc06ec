"""What a `[[log]]` or `[[assignment]]` must state, given its format, the targets and the other inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from landmark.case import ASSIGNMENT_COLUMNS, RADIUS_COLUMNS
from landmark.case_file.said import near_hint, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from landmark.case import AssignmentFormat, LogFormat
    from landmark.case_file.reading import Row, Sheet
    from landmark.errors import Problem

_DUMP = "radius-sql"
_COLUMNS = {"csv": ASSIGNMENT_COLUMNS, "radius-csv": RADIUS_COLUMNS, _DUMP: RADIUS_COLUMNS}
INNER = "inner-address"
_WEB_ONLY = ("host", "client_port", "login_verified", "trusted_proxies")


def logs(sheet: Sheet, formats: Mapping[str, LogFormat]) -> Iterator[Problem]:
    """Give what is wrong with the logs."""
    rows = sheet.rows["log"]
    with_host = [row for row in sheet.rows["target"] if "host" in row.values]
    for row in rows:
        yield from _format(row, formats)
        if row.values.get("format") in formats:
            name, said = row.values["format"], row.values.get("log_format")
            problem = _described(row, name, formats[name])
            if problem is None:
                facts = formats[name].of(said).carried(row.values.get("transport"))
                yield from _stated(row, name, facts, with_host)
                yield from _wrapped(row, name, formats[name])
            else:
                yield problem
        yield from _clock(row)
    yield from _same_files(rows)


def assignments(sheet: Sheet, formats: Mapping[str, AssignmentFormat]) -> Iterator[Problem]:
    """Give what is wrong with the assignments."""
    rows = sheet.rows["assignment"]
    for row in rows:
        yield from _format(row, formats)
        if row.values.get("format") in formats:
            yield from _times(row, row.values["format"], formats[row.values["format"]])
        yield from _columns(row)
        yield from _table(row)
        yield from _translated(row, formats)
        yield from _clock(row)
    yield from _same_files(rows)
    if not sheet.rows["account_map"]:
        yield from _kinds(rows)


def subscribers(sheet: Sheet) -> Iterator[Problem]:
    """Give what is wrong with the records of who the customers are."""
    for row in sheet.rows["subscribers"]:
        columns = row.values.get("columns")
        if columns is None:
            continue
        first: dict[str, str] = {}
        for name, called in columns.values.items():
            if first.setdefault(called, name) != name:
                # One column for two of them would make two statements of one.
                found = f"the one that `{first[called]}` is, too"
                yield row.problem(f"columns.{name}", "a column of its own", found=found, line=columns.line)
    yield from _same_files(sheet.rows["subscribers"])


def _translated(row: Row, formats: Mapping[str, AssignmentFormat]) -> Iterator[Problem]:
    name, account = row.values.get("format", ""), row.values.get("account")
    translates = formats[name].translates if name in formats else None
    if account is None or translates is None or translates == (account == INNER):
        return
    expected = f'"{INNER}": {name} tells no account' if translates else f"what its account is: {name} is no translation"
    yield row.problem("account", expected, found=f'"{account}"')


def _format(row: Row, formats: Iterable[str]) -> Iterator[Problem]:
    name = row.values.get("format")
    if name is not None and name not in formats:
        expected = f"one of {', '.join(sorted(formats))}" if formats else "a format, but none is installed"
        yield row.problem("format", expected, found=f"an unknown format, {quoted(name)}", hint=near_hint(name, formats))


def _times(row: Row, name: str, wanted: AssignmentFormat) -> Iterator[Problem]:
    if wanted.needs_zone and "zone" not in row.lines:
        yield row.problem("zone", "a time zone: the format writes times without one", found="nothing")
    if wanted.needs_year and "year" not in row.lines:
        yield row.problem("year", f"the year of the first line: {name} writes times without one", found="nothing")
    if wanted.needs_year is False and "year" in row.lines:
        yield row.problem("year", f"no `year`: {name} writes it in each line", found="a second statement")


def _columns(row: Row) -> Iterator[Problem]:
    if "columns" not in row.lines or "format" not in row.values:
        return
    known = _COLUMNS.get(row.values["format"])
    if known is None:
        expected = f"no `columns`: they are for {', '.join(sorted(_COLUMNS))}"
        yield row.problem("columns", expected, found="columns of no CSV")
        return
    columns = row.values.get("columns")
    if columns is None:
        return
    for name in columns.values:
        if name not in known:
            expected = f"a column of {row.values['format']}: {', '.join(known)}"
            yield row.problem(f"columns.{name}", expected, found="one of another format", line=columns.line)


def _table(row: Row) -> Iterator[Problem]:
    if "table" in row.lines and row.values.get("format", _DUMP) != _DUMP:
        yield row.problem("table", f"no `table`: it is for {_DUMP}", found="a table in no dump")


def _described(row: Row, name: str, facts: LogFormat) -> Problem | None:
    """Give what is wrong with the line that was pasted from the server's configuration."""
    if facts.described is None:
        expected = f"no `log_format`: how a line of {name} reads is known"
        return row.problem("log_format", expected, found="it all the same") if "log_format" in row.lines else None
    if "log_format" not in row.lines:
        return row.problem("log_format", f"how {name} logs: the line of its own configuration", found="nothing")
    try:
        facts.of(row.values.get("log_format"))
    except ValueError as error:
        expected = "who asked for what, when, and how it was answered, each field with its own bounds"
        return row.problem("log_format", expected, found=str(error))
    return None


def _stated(row: Row, name: str, wanted: LogFormat, with_host: list[Row]) -> Iterator[Problem]:
    if wanted.needs_zone and "zone" not in row.lines:
        yield row.problem("zone", f"a time zone: {name} writes times without one", found="nothing")
    if wanted.needs_year and "year" not in row.lines:
        yield row.problem("year", f"the year of the first line: {name} writes times without one", found="nothing")
    if not wanted.needs_year and "year" in row.lines:
        yield row.problem("year", f"no `year`: {name} writes it in each line", found="a second statement")
    if wanted.kind != "web":
        for key in _WEB_ONLY:
            if key in row.lines:
                yield row.problem(key, f"no `{key}`: {name} is no log of a web server", found="it all the same")
        return
    if not wanted.forwards and "trusted_proxies" in row.lines:
        expected = f"no `trusted_proxies`: {name} has no field for a forwarded address"
        yield row.problem("trusted_proxies", expected, found="it all the same")
    if wanted.logs_host and "host" in row.lines:
        yield row.problem("host", f"no `host`: {name} writes it in each line", found="a second statement")
    if not wanted.logs_host and "host" not in row.lines and with_host:
        where = f"{with_host[0].file}:{with_host[0].line}"
        expected = f"the host that was asked: {name} does not log it, and a target names one ({where})"
        yield row.problem("host", expected, found="nothing")


def _wrapped(row: Row, name: str, facts: LogFormat) -> Iterator[Problem]:
    """Give what is wrong with what the case says of the wrapper, and of times that the wrapper states."""
    if "transport" not in row.lines:
        return
    if not facts.wrapped:
        expected = f"no `transport`: {name} is no log that comes through syslog"
        yield row.problem("transport", expected, found="it all the same")
        return
    transport = row.values.get("transport")
    if facts.needs_zone and not facts.carried(transport).needs_zone and "zone" in row.lines:
        expected = f"no `zone`: each line of {transport} states its offset"
        yield row.problem("zone", expected, found="a second statement")


def _clock(row: Row) -> Iterator[Problem]:
    if row.values.get("clock_ahead") and "why" not in row.lines:
        yield row.problem("why", "who measured that the clock is ahead, and how", found="nothing")
    if "why" in row.lines and "clock_ahead" not in row.lines:
        yield row.problem("why", "`clock_ahead` beside it", found="a reason for nothing")
    for stretch in row.values.get("doubtful", ()):
        begin, end = stretch.values.get("begin"), stretch.values.get("end")
        if begin is not None and end is not None and end <= begin:
            found = "one that is not: the stretch is empty"
            yield row.problem("doubtful.until", "an instant after `from`", found=found, line=stretch.line)


def _same_files(rows: list[Row]) -> Iterator[Problem]:
    """Refuse two tables of the same patterns: tables call an input by them, and would mix the two."""
    first: dict[tuple[str, ...], Row] = {}
    for row in rows:
        files = tuple(sorted(row.values.get("files", ())))
        if files and first.setdefault(files, row) is not row:
            found = f"those that the table on line {first[files].line} has too"
            yield row.problem("files", "files of its own", found=found)


def _kinds(rows: list[Row]) -> Iterator[Problem]:
    # An inner address is no kind of account: it is resolved further.
    named = [row for row in rows if row.values.get("account", INNER) != INNER]
    for row in named[1:]:
        if row.values["account"] != named[0].values["account"]:
            found = f'"{row.values["account"]}", and "{named[0].values["account"]}" on line {named[0].lines["account"]}'
            yield row.problem(
                "account", "one kind of account, or [[account_map]] tables that tie the kinds", found=found
            )
