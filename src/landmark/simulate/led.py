"""What the visits of leads are made of, by the truth: whose account they were made over, and who sat there."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow as pa

    from landmark.simulate.seats import Known, Seat

Visits = dict[str, list[list["Seat"]]]
"""For each led account its visits, each as the seats of the counting events in it that the truth knows."""


def visits(leads: pa.Table, sightings: pa.Table, spans: pa.Table, events: pa.Table, sat: Mapping[int, Seat]) -> Visits:
    """Find the events of each visit of each lead.

    Args:
        leads: as `landmark.tables.LEADS`.
        sightings: as `landmark.tables.SIGHTINGS`.
        spans: as `landmark.tables.VISITS`.
        events: as `landmark.tables.EVENTS`.
        sat: who sat at each event that the truth knows.
    """
    accounts = {visitor: str(account) for visitor, account in _rows(leads, "visitor_id", "account")}
    whose = {event: visitor for event, visitor in _rows(sightings, "event", "visitor_id") if visitor in accounts}
    acts: dict[str, list[tuple[int, Seat]]] = defaultdict(list)
    for event, counts, instant in _rows(events, "event", "counts", "first_instant"):
        if counts and event in whose and event in sat:
            acts[whose[event]].append((instant, sat[event]))
    found: Visits = {account: [] for account in accounts.values()}
    for visitor, first, last in _rows(spans, "visitor_id", "first", "last"):
        if visitor in accounts:
            inside = [seat for instant, seat in acts[visitor] if first <= instant <= last]
            found[accounts[visitor]].append(inside)
    return found


def by_others(led: Visits) -> int:
    """Count the visits in some event of which another person sat there than the account's holder."""
    return sum(any(seat.person is not None for seat in visit) for made in led.values() for visit in made)


def why_wrong(led: Visits, known: Known) -> dict[str, int]:
    """Count the wrong leads by what makes them wrong.

    Returns:
        `another`: a visit that was made over other accounts alone, or over none. `not_knowingly`: nobody else's, more
        than the threshold, and no person who read knowingly. `too_few`: nobody else's, and at most the threshold by
        true instants: as at the edge of the window, where a clock is a minute off.
    """
    found: Counter[str] = Counter()
    for account, made in led.items():
        if account not in known.guilty:
            another = any(visit and all(seat.account != account for seat in visit) for visit in made)
            found["another" if another else "not_knowingly" if account in known.over else "too_few"] += 1
    return dict(sorted(found.items()))


def _rows(table: pa.Table, *names: str) -> Iterator[tuple[Any, ...]]:
    yield from zip(*(table.column(name).to_pylist() for name in names), strict=True)
