"""Which shifts of a log's clock the data exclude at an instant, which not, and why. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from landmark.figures import count, instant, many, seconds, shift
from landmark.tables import DAY
from landmark.trace.changes import Stretch
from landmark.trace.node import Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from landmark.case import Case

    Row = Mapping[str, Any]

LEAST, LEAST_DAYS, SHARE = 30, 3, 10
"""Readings for the time as written, days of them, and how many times as many as for the shift exclude it."""


class Known(NamedTuple):
    """What a run found of one clock: its rows of `source_tests`, `doubts`, `drifts` and `fit_days`, of every source."""

    tests: Sequence[Row]
    doubts: Sequence[Row]
    drifts: Sequence[Row] = ()
    days: Sequence[Row] = ()

    def of(self, assignment: str) -> Known:
        """Give those of one assignment source."""
        return Known(*([row for row in rows if row["assignment"] == assignment] for rows in self))


def stretches(doubts: Iterable[Row], at: int) -> tuple[Stretch, ...]:
    """Give the shifts that are not excluded at an instant, of rows of `doubts` that are one clock's."""
    return tuple(sorted(Stretch(row["assignment"], row["shift"]) for row in doubts if row["from"] <= at < row["until"]))


def clocks(case: Case, event: Row, known: Known) -> tuple[Node, ...]:
    """Give for each assignment source what is known of its clock against that of the event's log.

    Args:
        case: the case, for stretches that it declares.
        event: the event.
        known: what the run found of the event's clock.
    """
    made = []
    for assignment in sorted({row["assignment"] for row in known.tests}):
        of_source = known.of(assignment)
        own = sorted(of_source.tests, key=lambda row: row["shift"])
        facts: dict[str, object] = {}
        at_each = {at: {stretch.shift for stretch in stretches(of_source.doubts, at)} for at in event["instants"]}
        others = {at: _Others.at(known, assignment, at) for at in at_each}
        for at, here in at_each.items():
            if 0 in here:
                why = [*_declared(case, event, assignment, at), *_better(of_source, at)]
                facts[f"doubtful outright at {instant(at)}"] = "; ".join(why) or others[at].outright
        for row in own:
            told = {at: others[at].state(row, here) or _state(row, here) for at, here in at_each.items()}
            if len(set(told.values())) > 1:
                states = "; ".join(f"at {instant(at)} {state}" for at, state in told.items())
            else:
                states = "".join(set(told.values()))
            facts[shift(row["shift"])] = f"{states} ({_counts(row)})"
        exact: dict[str, object] = {
            str(row["shift"]): {name: row[name] for name in ("for_zero", "for_shift", "days")}
            | {"not_excluded_at": [at for at, here in at_each.items() if row["shift"] in here or not row["excluded"]]}
            for row in own
        }
        for found in sorted(set[int]().union(*at_each.values()) - {0} - {row["shift"] for row in own}):
            facts[shift(found)] = next(others[at].reason(found) for at, here in at_each.items() if found in here)
            exact[str(found)] = {"not_excluded_at": [at for at, here in at_each.items() if found in here]}
        title = f"clock {event['series']} of {event['log']}, against {assignment}"
        made.append(Node(title, facts, exact=exact))
    return tuple(made)


def _state(row: Row, here: set[int]) -> str:
    """Say whether a shift is excluded at the instant, and why not."""
    if row["excluded"] and row["shift"] not in here:
        return "excluded"
    if row["excluded"]:
        silent = ", or they do not lie within a day" if _by_logins(row) else ""
        ten = "two or more of the ten readings around the instant speak for it"
        return f"not excluded here, though in the whole: {ten}{silent}"
    if row["loud"]:
        return "not excluded: it fits better than the time as written"
    lacks = (
        (f"fewer than {LEAST} readings speak for the time as written", row["for_zero"] < LEAST),
        (f"they lie on fewer than {LEAST_DAYS} days", row["days"] < LEAST_DAYS),
        ("more than a tenth as many speak for it", row["for_shift"] * SHARE > row["for_zero"]),
    )
    return "not excluded: " + ", ".join(word for word, does in lacks if does)


def _by_logins(row: Row) -> int:
    return int(row.get("for_zero_by_logins", 0) + row.get("for_shift_by_logins", 0))


def _counts(row: Row) -> str:
    logins = _by_logins(row)
    by_logins = f" ({count(logins)} of both by logins that come back)" if logins else ""
    return (
        f"for the time as written {count(row['for_zero'])}, for the shift {count(row['for_shift'])}{by_logins}, days "
        f"{count(row['days'])}"
    )


def _declared(case: Case, event: Row, assignment: str, at: int) -> list[str]:
    """Say which stretches of the case an instant lies in."""
    logs = [one.doubtful for one in case.logs if one.name == event["log"]]
    holders = [one.doubtful for one in case.assignments if one.name == assignment]
    return [
        f"the case declares it from {instant(stretch.begin)} to {instant(stretch.end)} ({stretch.why})"
        for declared in (*logs, *holders)
        for stretch in declared
        if stretch.begin <= at < stretch.end
    ]


def _better(known: Known, at: int) -> list[str]:
    """Say where the clock fits better than as written: at a shift that is tried, another minute, on a line or a day."""
    said = [f"{shift(row['shift'])} fits better than the time as written" for row in known.tests if row["loud"]]
    for row in known.drifts:
        if row["elsewhere"]:
            counts = _against(row["for_best"], row["for_zero"])
            said.append(f"another minute fits better than the time as written: {shift(row['best'])} ({counts})")
        if row["line_elsewhere"]:
            line = f"begins at {seconds(row['offset'])} and changes by {seconds(row['drift'])} a day"
            counts = _against(row["for_line"], row["for_zero_not_line"])
            said.append(f"a line through the days fits better than the time as written: it {line} ({counts})")
    said += [
        f"on that UTC day {shift(row['best'])} fits better than the time as written "
        f"({_against(row['for_best'], row['for_zero'])})"
        for row in known.days
        if row["elsewhere"] and row["day"] <= at < row["day"] + DAY
    ]
    return said


class _Others(NamedTuple):
    """What other sources say of the clock at an instant: which fit better at which shift, and which on a line."""

    shifts: Mapping[int, frozenset[str]]
    lines: frozenset[str]

    @classmethod
    def at(cls, known: Known, assignment: str, at: int) -> _Others:
        """Find it."""
        days = [row for row in known.days if row["elsewhere"] and row["day"] <= at < row["day"] + DAY]
        rows = [*(row for row in known.drifts if row["elsewhere"]), *days]
        found: dict[int, set[str]] = {}
        for row in rows:
            if row["assignment"] != assignment:
                found.setdefault(row["best"], set()).add(row["assignment"])
        lines = {row["assignment"] for row in known.drifts if row["line_elsewhere"]} - {assignment}
        return cls({shift: frozenset(names) for shift, names in found.items()}, frozenset(lines))

    @property
    def outright(self) -> str:
        """Why an instant is doubtful outright for which the case and these records say no reason."""
        far = f"a line leads far from the time as written against {', '.join(sorted(self.lines))}, or "
        return far * bool(self.lines) + "the log's clock was set back, and this lies in between"

    def reason(self, shift: int) -> str:
        """Why what these records answer must stand at a shift, too: for one that none fits, a line leads there."""
        names = ", ".join(sorted(self.shifts.get(shift, self.lines)))
        elsewhere = f"this clock fits better elsewhere against {names}"
        return f"not excluded: {elsewhere}, and what these records answer must stand there, too"

    def state(self, row: Row, here: set[int]) -> str | None:
        """Say so of a shift that is tried, where it is for that reason that it is not excluded."""
        is_why = row["excluded"] and row["shift"] in here and row["shift"] in self.shifts
        return self.reason(row["shift"]) if is_why else None


def _against(there: int, zero: int) -> str:
    return f"{many(there, 'reading fits', 'readings fit')} there only, {count(zero)} as written only"
