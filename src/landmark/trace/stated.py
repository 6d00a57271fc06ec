"""What the case stated when its results were made: it may state other things since, by which they are not explained.

Every run enters what the case states of its logs and records; what is shown of results is shown by that. An entry of
an earlier version may lack some of it: then the case as it is now is all there is, and where that is another one it is
said.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from landmark.case import Assignment, Log, Stretch
from landmark.errors import CaseError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from landmark.case import Case

    Entry = Mapping[str, Any]

_OF_LOG = (
    "format", "host", "zone", "log_format", "transport", "client_port", "login_verified", "trusted_proxies",
    "clock_tolerance", "clock_ahead", "why", "doubtful",
)  # fmt: skip
_OF_RECORDS = ("format", "zone", "realm", "account", "columns", "clock_tolerance", "clock_ahead", "why", "doubtful")
_OF_FORMAT = frozenset({"log_format", "transport", "client_port"})
"""What says how lines of one format read: it goes with the format, of whichever case that is."""
_NO_HEADER = {"account": "\n"}
"""A name that no column has, so that nothing of a record is shown: which column is the account's, nobody knows."""
_LACKING: dict[str, object] = {"clock_ahead": 0, "why": None}
"""What it is where an entry lacks it, of which the versions that did not enter it took nothing off."""
_CHANGED = (
    "case.toml is another one than that by which these results were made, and the ledger does not tell what it said of "
    "{}: what is shown is as it says now; run again"
)
_Owner = TypeVar("_Owner", Log, Assignment)


class Stated(NamedTuple):
    """A case as it was when its results were made, and what must be heard where it cannot be told, else empty."""

    case: Case
    heed: str = ""


def as_run(case: Case, entries: Iterable[Entry], case_sha256: str) -> Stated:
    """Give a case as the run stated it of which the results are.

    Args:
        case: the case as it is now.
        entries: those of its ledger, in order.
        case_sha256: of the case file as it is now.

    Raises:
        CaseError: it has no more a log or records of which the results are.
    """
    made = _made(entries)
    logs = {one["log"]: one for one in made.get("logs", ())}
    holders = {one["assignment"]: one for one in made.get("assignments", ())}
    for part, then, now in (("log", logs, case.logs), ("assignment", holders, case.assignments)):
        if gone := sorted(set(then) - {one.name for one in now}):
            expected = f"each [[{part}]] as it was when the results were made; run again"
            raise CaseError(Problem(expected, found=f"none with the files {gone[0]}"))
    stated = replace(
        case,
        logs=tuple(_as_stated(one, logs.get(one.name, {}), _OF_LOG) for one in case.logs),
        assignments=tuple(_as_stated(one, holders.get(one.name, {}), _OF_RECORDS) for one in case.assignments),
    )
    lacks = [name for name in _OF_LOG if any(name not in one for one in logs.values())]
    lacks += [name for name in _OF_RECORDS if any(name not in one for one in holders.values())]
    unsaid = sorted(set(lacks) - set(_LACKING))
    changed = unsaid and made.get("case_sha256") != case_sha256
    if changed and "columns" in unsaid:
        masked = tuple(replace(one, columns=_NO_HEADER) if one.name in holders else one for one in stated.assignments)
        stated = replace(stated, assignments=masked)
    return Stated(stated, _CHANGED.format(", ".join(f"`{name}`" for name in unsaid)) if changed else "")


def _made(entries: Iterable[Entry]) -> Entry:
    """Give the entry of the run that made the results that stand, or found them still right."""
    last: Entry = {}
    made = last
    for entry in entries:
        last = entry if entry["what"] == "run" else last
        made = last if entry["what"] in {"results", "nothing changed"} else made
    return made


def _as_stated(one: _Owner, said: Entry, names: Iterable[str]) -> _Owner:
    given = {name for name in names if name in said} - (frozenset() if "format" in said else _OF_FORMAT)
    found = {**_LACKING, **{name: said[name] for name in given}}
    if "doubtful" in found:
        found["doubtful"] = tuple(Stretch(*stretch) for stretch in said["doubtful"])
    lists = {name: tuple(value) for name, value in found.items() if isinstance(value, list)}
    return replace(one, **{**found, **lists})
