"""The steps of an attribution: at each address the records that fit, read again, and what would change the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from landmark import assignments
from landmark.figures import instant
from landmark.lines import unmarked
from landmark.lookups.reach import reach
from landmark.resolving import DEEPEST
from landmark.scan.reading import lines_of
from landmark.trace.answers import answer
from landmark.trace.changes import FOREVER, Held
from landmark.trace.clocks import stretches
from landmark.trace.measured import after, figure, measured
from landmark.trace.node import Node
from landmark.trace.records import shown
from landmark.trace.said import said, worth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from landmark.case import Case
    from landmark.intake.inputs import Input

Row = dict[str, Any]
_PORTS = 65_535
_LEASE = frozenset(
    {
        "address",
        "port_from",
        "port_to",
        "protocol",
        "destination",
        "from",
        "until",
        "account",
        "inner",
        "line",
        "ends",
        "doubtful",
    }
)


@dataclass(frozen=True, slots=True)
class _Place:
    """An address at which an event's account is sought, and behind which others it stands."""

    address: str
    port: int | None
    realm: str | None
    behind: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        where = f"step {len(self.behind) + 1}: {self.address}"
        where += "" if self.port is None else f", port {self.port}"
        return f"{where}, behind {self.behind[-1]}" if self.behind else where


class Steps:
    """Gives the steps of an event's attribution, outer address first."""

    def __init__(self, case: Case, leases: Mapping[str, Sequence[Row]], file: Callable[[str], Input]) -> None:
        """Take the case, leases by their address, and what finds the file of a text by its SHA-256."""
        self._case, self._leases, self._file = case, leases, file
        self._realms = {one.name: one.realm for one in case.assignments}
        self._records = {one.name: one for one in case.assignments}
        self._reached: dict[str, list[Row]] = {}

    def of(self, event: Row, doubts: Sequence[Row], *, whole: bool) -> Iterator[Node]:
        """Give each step: the address, the leases that fit, and, where `whole`, what would change the answer.

        Args:
            event: a row of `events` with an address.
            doubts: the rows of `doubts` of its clock.
            whole: whether what would change it is asked for.
        """
        yield from self._step(event, _Place(event["client_address"], event["client_port"], None), doubts, whole=whole)

    def _step(self, event: Row, place: _Place, doubts: Sequence[Row], *, whole: bool) -> Iterator[Node]:
        found = sorted(self._held(event, place), key=lambda pair: pair[0])
        near = [(held, lease) for held, lease in found if any(held.fits(at) for at in event["instants"])]
        under = [self._lease(lease, held) for held, lease in near]
        rows = [held for held, _ in found]
        for at in event["instants"] if whole else ():
            when = f" at {instant(at)}" if len(event["instants"]) > 1 else ""
            under.append(answer(rows, at, stretches(doubts, at), f"what would change it{when}"))
        yield Node(place.title, {"records that fit": len(near)}, tuple(under))
        if len(place.behind) < DEEPEST:
            inner = sorted(
                {(lease["inner"], self._realms[lease["assignment"]] or "") for _, lease in near if lease["inner"]}
            )
            for address, realm in inner:
                behind = _Place(address, None, realm or None, (*place.behind, place.address))
                yield from self._step(event, behind, doubts, whole=whole)

    def _held(self, event: Row, place: _Place) -> Iterator[tuple[Held, Row]]:
        """Give the leases of an address that the row's port, protocol and destination do not contradict."""
        for lease in self._on(place.address):
            inner, realm = lease["inner"], self._realms[lease["assignment"]]
            elsewhere = place.realm is not None if inner is not None else realm != place.realm
            until = FOREVER if lease["until"] is None else lease["until"]
            if not elsewhere and lease["from"] < until and _agrees(event, place, lease):
                yield self._as_held(event, place, lease, until), lease

    def _on(self, address: str) -> list[Row]:
        """Give the leases of an address and of the prefixes that hold it."""
        if address not in self._reached:
            places = [held for _, held in reach([address], self._leases)]
            self._reached[address] = [lease for held in places for lease in self._leases[held]]
        return self._reached[address]

    def _as_held(self, event: Row, place: _Place, lease: Row, until: int) -> Held:
        inner, account = lease["inner"], lease["account"]
        holder = f"inner {inner}" if inner is not None else account
        one = (
            lease["port_from"] is not None and lease["port_from"] == lease["port_to"] and lease["protocol"] is not None
        )
        return Held(
            lease["lease"],
            lease["assignment"],
            f"holder of {lease['lease']}" if holder is None else holder,
            holder is not None,
            lease["from"],
            until,
            self._tolerance(event["log"], lease["assignment"]),
            lease["doubtful"],
            place.port is None and _restricts(lease),
            one and place.port is not None and event["protocol"] is not None,
            (lease["destination"] or "") if event["destination"] is None else "",
        )

    def _tolerance(self, log: str, assignment: str) -> int:
        default = self._case.rules.clock_tolerance
        logs = {one.name: one.clock_tolerance for one in self._case.logs}
        holders = {one.name: one.clock_tolerance for one in self._case.assignments}
        return sum(default if own is None else own for own in (logs.get(log), holders.get(assignment)))

    def _lease(self, lease: Row, held: Held) -> Node:
        one, owner = self._file(lease["source"]), self._records[lease["assignment"]]
        facts = {name: said(name, value) for name, value in lease.items() if name in _LEASE and worth(name, value)}
        facts["until"] = "no end" if lease["until"] is None else instant(lease["until"])
        facts = after("until", facts, measured(owner))
        facts["tolerance"] = f"{held.slack / 1_000_000:g} s"
        rows = shown(
            assignments.ALL[owner.format],
            unmarked(lines_of(one.path)),
            frozenset(lease["rows"]),
            owner.columns,
        )
        return Node(f"lease {lease['lease']}, {one.name}", {**facts, **rows}, exact=figure(owner))


def _restricts(lease: Row) -> bool:
    low, high = lease["port_from"], lease["port_to"]
    return (low or 0) > 1 or (_PORTS if high is None else high) < _PORTS


def _agrees(event: Row, place: _Place, lease: Row) -> bool:
    low, high = lease["port_from"] or 0, _PORTS if lease["port_to"] is None else lease["port_to"]
    ports = place.port is None or not _restricts(lease) or low <= place.port <= high
    return ports and all(
        None in {event[name], lease[name]} or event[name] == lease[name] for name in ("protocol", "destination")
    )
