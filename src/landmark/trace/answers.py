"""What would change an answer, in sentences. Pure; of accounts only their keyed hashes are here."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from landmark import words
from landmark.figures import exactly, instant, shift
from landmark.tables import SECOND
from landmark.trace.changes import (
    DISPUTED,
    Away,
    Held,
    allowed,
    destinations,
    reached,
    reason,
    reason_if,
    under_shifts,
)
from landmark.trace.node import Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from landmark.trace.changes import Stretch

_BESIDE = {
    "login_disagrees": "a login that was not verified, or another account that the case ties to it",
    "two_lines": "the proof that one of the account's two lines was not in use then",
    "two_instants": "an account that holds at both instants; each by itself is below",
}


def _or_more(microseconds: int) -> str:
    """Give a least length of time: half-open intervals make many a microsecond longer than a round one."""
    if microseconds % SECOND == 1:
        return f"more than {exactly(microseconds - 1)}"
    return f"{exactly(microseconds)} or more"


def _at_most(microseconds: int) -> str:
    """Give a greatest length of time, likewise."""
    if (microseconds + 1) % SECOND == 0:
        return f"anything below {exactly(microseconds + 1)}"
    return exactly(microseconds)


def beside(why: str | None) -> str | None:
    """Say what would change an answer whose reason is none of ports and clocks; None where it is one of these."""
    return _BESIDE.get(why or "")


def answer(rows: Sequence[Held], at: int, stretches: Sequence[Stretch], title: str) -> Node:
    """Give what would change the answer at one address and instant.

    Args:
        rows: what is held at the address, near the instant or far from it.
        at: the instant, µs.
        stretches: the shifts that are not excluded there.
        title: of the node.
    """
    why = reason(rows, at, stretches)
    near = [row for row in rows if row.fits(at)]
    certain = sorted(row for row in near if not row.doubtful)
    facts: dict[str, object] = {"as it stands": _label(why)}
    if why == "nobody":
        facts |= _nearest(rows, at)
        return Node(title, facts, exact=_exact(rows, at, ""))
    holder = certain[0].holder if len({row.holder for row in certain}) == 1 else ""
    if why is not None:
        ways = (*_by_destination(why, rows, at, stretches), _needed(why, rows, at, stretches, holder))
        facts["it would be sure with"] = "; or ".join(ways)
    elsewhere = reason_if("", rows, at, stretches)
    if destinations(near, at):
        of = _list(sorted(row for row in near if row.destination))
        then = "" if elsewhere == why else f"; if it is none of theirs: {_label(elsewhere)}"
        facts["destination"] = (
            "not known of this log (`server` of its [[log]] would tell), so that records of flows to other servers "
            f"count as well: {of}{then}"
        )
    if holder:
        for later in (False, True):
            facts["true time later" if later else "true time earlier"] = _moved(rows, at, holder, later=later)
        facts["tolerance"] = _growth(rows, at, certain, hangs=elsewhere != why)
    return Node(title, facts, exact=_exact(rows, at, holder))


def _needed(why: str, rows: Sequence[Held], at: int, stretches: Sequence[Stretch], holder: str) -> str:
    near = sorted(row for row in rows if row.fits(at))
    if why in {"other_within_tolerance", "several_accounts"}:
        return _known_better(rows, at, stretches)
    if why == "other_under_shift":
        under = under_shifts(rows, at, stretches, holder)
        said = [f"{shift(by)}, under which {_called(row)} had the address" for by, row in under if not row.doubtful]
        return "the proof that the log's clock was not off by " + "; nor by ".join(said)
    if why == "doubtful_row":
        under = under_shifts(rows, at, stretches, holder)
        doubtful = [row for row in (*near, *(row for _, row in under)) if row.doubtful]
        return "the proof of what is doubtful: whether it held then, of " + _list(doubtful)
    known = [row for row in near if not row.doubtful]
    return {
        "no_account": f"a record that says who had {_list(known)}",
        "two_accounts": f"the proof that all but one account of these is wrong: {_list(known)}",
        "no_port": "a logged port of the client" if any(row.lacks_port for row in near) else "a record for that port",
        "only_within_tolerance": "a record that holds at the instant itself; this one needs the clocks to differ by "
        f"{_or_more(min((row.needs(at) for row in known), default=0))}: {_list(known)}",
        "doubtful_stretch": "the proof that the clocks were right then: the stretch is doubtful outright",
    }[why]


def _by_destination(why: str, rows: Sequence[Held], at: int, stretches: Sequence[Stretch]) -> Iterator[str]:
    """Say with which destination of the log, as it is not known, it would be sure, or one account be left at least.

    It may also be that of no record: then only records of every destination count.
    """
    # Also of what fits under a shift alone: with its destination it would count.
    under = (destinations((row for row in rows if row.assignment == of), at + by) for of, by in stretches)
    theirs = sorted({*destinations(rows, at), *chain.from_iterable(under)})
    left = {to: reason_if(to, rows, at, stretches) for to in ("", *theirs) if theirs}
    one = [to for to, still in left.items() if why in DISPUTED and still not in {*DISPUTED, "nobody"}]
    found = [to for to, still in left.items() if still is None] or one
    if found:
        still = " or ".join(sorted({_label(left[to]) for to in found} - {_label(None)}))
        then = f"; then there is still: {still}" if still else ""
        but = [to for to in theirs if to not in found]
        which = f"any but {' and '.join(but)}" if "" in found and but else " or ".join(found)
        if_it = f"if it is {which}" if but or "" not in found else "whichever it is"
        yield f"the log's destination (`server` of its [[log]]), {if_it}{then}"


def _label(why: str | None) -> str:
    return "sure" if why is None else words.ATTRIBUTION_REASONS[why].label


def _known_better(rows: Sequence[Held], at: int, stretches: Sequence[Stretch]) -> str:
    """Say how well the clocks must be known for one account to be left, and what then still stands in the way."""
    most = allowed(rows, at)
    others = sorted(row for row in rows if row.fits(at) and row.needs(at))
    if most is None or most < 0:
        return f"the proof that all but one account of these is wrong: {_list(others)}"
    whole = most // SECOND * SECOND if most >= SECOND else most
    still = reason(rows, at, stretches, whole)
    then = "" if still is None else f"; then there is still: {_label(still)}"
    return f"clocks that together are known to ±{exactly(whole)}, which leaves out {_list(others)}{then}"


def _moved(rows: Sequence[Held], at: int, holder: str, *, later: bool) -> str:
    reach = reached(rows, at, holder, later=later)
    said = []
    if reach.nobody is not None and (reach.other is None or reach.nobody < reach.other.by):
        said.append(f"by {_or_more(reach.nobody)}: nobody fits")
    if reach.other is not None:
        said.append(f"by {_or_more(reach.other.by)}: {_called(reach.other.row)} fits")
    return "; ".join(said) or "by whatever it is: nobody else fits"


def _growth(rows: Sequence[Held], at: int, certain: Sequence[Held], *, hangs: bool) -> str:
    own = max(row.slack for row in certain)
    most = allowed(rows, at)
    if most is None:
        on = "; whether this one does hangs on the log's destination" if hangs else ""
        return f"{exactly(own)}; however large it is, no other account fits{on}"
    if most < own:
        return f"{exactly(own)}; within {exactly(max(most, 0))} no other account fits"
    return f"{exactly(own)}; it could grow to {_at_most(most)} before another account fits"


def _nearest(rows: Iterable[Held], at: int) -> dict[str, object]:
    """Say which lease lies before the instant and which after, and how far the clocks must be off for each."""
    every = list(rows)
    before = max((row for row in every if row.end <= at), key=lambda row: (row.end, row), default=None)
    after = min((row for row in every if row.begin > at), key=lambda row: (row.begin, row), default=None)
    return {
        "nearest before": "none on record"
        if before is None
        else f"{_called(before)} ended {exactly(at - before.end)} before, at {instant(before.end)}",
        "nearest after": "none on record"
        if after is None
        else f"{_called(after)} begins {exactly(after.begin - at)} after, at {instant(after.begin)}",
    }


def _exact(rows: Sequence[Held], at: int, holder: str) -> dict[str, object]:
    """Give the same as figures, µs."""
    made: dict[str, object] = {"instant": at, "one_account_within": allowed(rows, at)}
    for later in (False, True):
        reach = reached(rows, at, holder, later=later)
        made["later" if later else "earlier"] = {"another_fits": _told(reach.other), "nobody_fits": reach.nobody}
    return made


def _told(away: Away | None) -> dict[str, object] | None:
    return None if away is None else {"by": away.by, "lease": away.row.lease}


def _list(rows: Iterable[Held]) -> str:
    return ", ".join(dict.fromkeys(_called(row) for row in rows)) or "no record"


def _called(row: Held) -> str:
    who = row.holder if row.known else "no account recorded"
    return f"lease {row.lease} ({'doubtful; ' if row.doubtful else ''}{who})"
