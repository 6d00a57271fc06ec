"""What would change an answer: how far a clock must be off, or how well known, for another account to fit.

Pure, and about one address at one instant. It says again in Python what `stages/attributions.sql` says of a row's port
and of the clocks; a test holds the two against each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FOREVER = 2**63 - 1
"""The end of what has none, µs."""
DISPUTED = frozenset({"two_accounts", "no_port", "several_accounts", "other_within_tolerance"})
"""Reasons for which more than one account is left."""


class Held(NamedTuple):
    """A lease on the address whose ports, protocol and destination the row does not contradict."""

    lease: int
    assignment: str
    holder: str  # the account, the inner address, or what no other lease has, where no account is recorded
    known: bool
    begin: int  # µs, included
    end: int  # µs, excluded
    slack: int  # tolerance of both clocks together, µs
    doubtful: bool = False
    lacks_port: bool = False  # the record restricts ports, and the row has none
    one_translation: bool = False  # one port and protocol, and the row has both
    destination: str = ""  # to which alone the record is restricted, where the row's own is not known

    def needs(self, at: int) -> int:
        """Give the least tolerance with which it fits an instant, µs; at the instant itself 0."""
        return max(self.begin - at, at - self.end + 1, 0)

    def fits(self, at: int, slack: int | None = None) -> bool:
        """Tell whether it fits an instant within a tolerance, its own unless another is given."""
        return self.needs(at) <= (self.slack if slack is None else slack)


class Stretch(NamedTuple):
    """A shift that is not excluded at the instant, in one source; 0: the source is doubtful outright."""

    assignment: str
    shift: int


class Away(NamedTuple):
    """How far the true instant must lie from the written one, µs, for something to fit; `row` is what does."""

    by: int
    row: Held


class Reach(NamedTuple):
    """What comes first in one direction; None where it never comes."""

    other: Away | None
    nobody: int | None


def reason(rows: Iterable[Held], at: int, stretches: Iterable[Stretch] = (), slack: int | None = None) -> str | None:
    """Give the reason why the answer at an instant is not sure, as far as ports and clocks go; None: it is sure.

    Args:
        rows: what is held at the address.
        at: the instant, µs.
        stretches: shifts that are not excluded there.
        slack: a tolerance in place of the rows' own, µs.
    """
    every = list(rows)
    near = [row for row in every if row.fits(at, slack)]
    certain = [row for row in near if not row.doubtful]
    if not certain:
        return "doubtful_row" if near else "nobody"
    now = [row for row in certain if row.needs(at) == 0]
    holders = {row.holder for row in certain}
    stands = (
        ("no_account", len(holders) == 1 and not any(row.known for row in certain)),
        ("two_accounts", len({row.holder for row in now if not row.lacks_port}) > 1),
        ("no_port", any(row.lacks_port for row in now or certain)),
        ("several_accounts", len({row.holder for row in now or certain}) > 1),
        ("other_within_tolerance", len(holders) > 1),
    )
    first = next((word for word, fits in stands if fits), None)
    return _of_one(every, at, stretches, slack, *holders) if first is None else first


def _of_one(rows: Sequence[Held], at: int, stretches: Iterable[Stretch], slack: int | None, holder: str) -> str | None:
    """Go on where one account is left: what is doubtful, and who else fits under a shift; the worst comes first."""
    near = [row for row in rows if row.fits(at, slack)]
    certain = [row for row in near if not row.doubtful]
    found = []
    if under := under_shifts(rows, at, stretches, holder, slack):
        found += ["doubtful_row" if row.doubtful else "other_under_shift" for _, row in under]
    if not any(row.needs(at) == 0 for row in certain) and not all(row.one_translation for row in certain):
        found.append("only_within_tolerance")
    if any(row.doubtful and (row.needs(at) == 0 or row.holder != holder) for row in near):
        found.append("doubtful_row")
    outright = {stretch.assignment for stretch in stretches if stretch.shift == 0}
    if any(row.assignment in outright for row in near):
        found.append("doubtful_stretch")
    order = ("other_under_shift", "only_within_tolerance", "doubtful_row", "doubtful_stretch")
    return min(found, key=order.index, default=None)


def destinations(rows: Iterable[Held], at: int) -> list[str]:
    """Give the destinations that the row's own may be, as it is not known, by the records that fit an instant."""
    return sorted({row.destination for row in rows if row.destination and row.fits(at)})


def reason_if(destination: str, rows: Iterable[Held], at: int, stretches: Iterable[Stretch]) -> str | None:
    """Give the reason if the row's destination were this one; with an empty one: were it that of no record."""
    return reason([row for row in rows if row.destination in {"", destination}], at, stretches)


def under_shifts(
    rows: Iterable[Held], at: int, stretches: Iterable[Stretch], holder: str, slack: int | None = None
) -> list[tuple[int, Held]]:
    """Give each shift that is not excluded with a row of another holder, of that source, that fits under it."""
    every = list(rows)
    return sorted(
        (stretch.shift, row)
        for stretch in stretches
        for row in every
        if stretch.shift
        and row.assignment == stretch.assignment
        and row.holder != holder
        and row.fits(at + stretch.shift, slack)
    )


def allowed(rows: Iterable[Held], at: int, holders: int = 1) -> int | None:
    """Give the largest tolerance with which no more than so many holders fit; None where any does.

    Less than 0 where more fit at the instant itself.
    """
    needs: dict[str, int] = {}
    for row in rows:
        needs[row.holder] = min(row.needs(at), needs.get(row.holder, FOREVER))
    ordered = sorted(needs.values())
    return ordered[holders] - 1 if len(ordered) > holders else None


def reached(rows: Iterable[Held], at: int, holder: str, *, later: bool) -> Reach:
    """Give how far the true instant must be later (or earlier) for another holder, and for nobody, to fit.

    Args:
        rows: what is held at the address, each with its own tolerance.
        at: the written instant, µs.
        holder: who fits now.
        later: the direction.
    """
    every = list(rows)
    ahead = [_away(row, at, later=later) for row in every if row.holder != holder]
    others = [one for one in ahead if one is not None]
    ends = sorted(row.end + row.slack - at for row in every if row.end < FOREVER)
    leaves = ends if later else sorted(at + row.slack - row.begin + 1 for row in every)
    sign = 1 if later else -1
    alone = (by for by in leaves if by > 0 and not any(row.fits(at + sign * by) for row in every))
    return Reach(min(others, default=None), next(alone, None))


def _away(row: Held, at: int, *, later: bool) -> Away | None:
    by = row.begin - row.slack - at if later else at - row.slack - row.end + 1
    return Away(by, row) if by > 0 else None
