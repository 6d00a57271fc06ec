"""Units at work and shared lines that the case names, and that by the case alone no line can be: for `check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from landmark import sources
from landmark.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from landmark.case import Case, Known


def unmet(case: Case) -> tuple[Problem, ...]:
    """Say of which `[[known]]` and `[[leaf]]` it is certain that nobody will be one, and why.

    Whoever it is would stand among the leads and enquiries without a word. Names are said nowhere.
    """
    tables = (("known", case.known), ("leaf", case.leaf))
    return tuple(
        Problem(expected, "case.toml", key=f"[[{table}]] {key}", found=f"{found} ({one.who or one.why})")
        for table, entries in tables
        for one in entries
        for key, expected, found in _of(case, one)
    )


def _of(case: Case, one: Known) -> Iterator[tuple[str, str, str]]:
    begin, end = case.authority.begin, case.authority.end
    if (one.begin is not None and one.begin >= end) or (one.end is not None and one.end <= begin):
        yield "from", "a time that meets the window: no event is in it", "one that does not"
    if one.account is not None and not case.assignments and not case.login_map:
        yield "account", "an [[assignment]] or [[login_map]] beside it: nothing else names an account", "neither"
    if one.login is not None and not any(
        log.login_verified or sources.ALL[log.format].format.kind == "news" for log in case.logs
    ):
        expected = "`login_verified` on a [[log]], or a news log: a login that no server has checked is nobody's"
        yield "login", expected, "neither"
