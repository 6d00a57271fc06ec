"""Any row back to its bytes: the chain of rows under it, each line re-read, verified and shown with names masked."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from landmark import assignments, outputs, sources
from landmark.errors import CaseError, IntegrityError, Problem
from landmark.figures import instant
from landmark.lookups.reach import reach
from landmark.resolving import DEEPEST
from landmark.scan.reading import line_at, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from landmark.case import Case
    from landmark.intake.inputs import Input
    from landmark.lines import Line

Row = dict[str, object]
_VISIT = re.compile(r"([0-9a-f]{16})/([0-9]{1,18})")
_EVENT = re.compile(r"[0-9]{1,15}")
_VISITOR = re.compile(r"[0-9a-f]{16}")
_EVENT_ID = re.compile(r"[0-9a-f]{16}-[0-9]{15}")


@dataclass(frozen=True, slots=True)
class Node:
    """A row and what lies under it: a title, facts in order, and the rows that make it."""

    title: str
    facts: Mapping[str, object]
    under: tuple[Node, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Give the tree as an object."""
        body: dict[str, object] = {"row": self.title, "facts": dict(self.facts)}
        return {**body, "under": [node.as_json() for node in self.under]} if self.under else body


@dataclass(slots=True)
class Tracer:
    """Finds rows and the bytes under them in one case that has been run."""

    case: Case
    texts: Mapping[str, Input]
    """The file of each text, by SHA-256 of the text as the run read it."""
    _tables: dict[str, dict[object, list[Row]]] = field(default_factory=dict)

    def show(self, reference: str) -> Node:
        """Give the chain under an event, a visit, or a visitor (subject, enquiry, lead).

        Args:
            reference: an event's number or id, `VISITOR/N` for a visit, or a visitor's 16 hex digits; a word and a
                colon before it (`event:12`, `lead:…`) say which is meant.

        Raises:
            CaseError: nothing of that name is there.
            IntegrityError: bytes under it are not what the run read.
        """
        kind, _, rest = reference.strip().rpartition(":")
        if visit := _VISIT.fullmatch(rest):
            return self._visit(visit[1], int(visit[2]))
        if _EVENT_ID.fullmatch(rest):
            return self._event(self._one("events", "event_id", rest, reference))
        if _VISITOR.fullmatch(rest) and kind != "event":
            return self._visitor(rest, kind, reference)
        if _EVENT.fullmatch(rest) and kind in {"", "event"}:
            return self._event(self._one("events", "event", int(rest), reference))
        raise CaseError(_unknown(reference))

    def _rows(self, table: str, column: str, value: object) -> list[Row]:
        index = self._tables.get(f"{table}.{column}")
        if index is None:
            index = {}
            for row in outputs.table(self.case.folder, table).to_pylist():
                index.setdefault(row[column], []).append(row)
            self._tables[f"{table}.{column}"] = index
        return index.get(value, [])

    def _one(self, table: str, column: str, value: object, reference: str) -> Row:
        rows = self._rows(table, column, value)
        if not rows:
            raise CaseError(_unknown(reference))
        return rows[0]

    def _visitor(self, visitor_id: str, kind: str, reference: str) -> Node:
        for table, word in (
            ("leads", "lead"),
            ("enquiries", "enquiry"),
            ("subjects", "subject"),
            ("visitors", "visitor"),
        ):
            rows = self._rows(table, "visitor_id", visitor_id)
            if rows and kind in {"", word}:
                break
        else:
            raise CaseError(_unknown(reference))
        facts = {name: _said(name, value) for name, value in rows[0].items() if _worth(name, value)}
        if len(rows) > 1:
            facts["country"] = ", ".join(str(row["country"]) for row in rows)
        visits = [_int(row["visit"]) for row in self._rows("visits", "visitor_id", visitor_id)]
        return Node(f"{word} {visitor_id}", facts, tuple(self._visit(visitor_id, number) for number in visits))

    def _visit(self, visitor_id: str, number: int) -> Node:
        for row in self._rows("visits", "visitor_id", visitor_id):
            if row["visit"] == number:
                break
        else:
            raise CaseError(_unknown(f"{visitor_id}/{number}"))
        events = []
        for sighting in self._rows("sightings", "visitor_id", visitor_id):
            event = self._one("events", "event", sighting["event"], str(sighting["event"]))
            inside = _int(row["first"]) <= _int(event["first_instant"]) <= _int(row["last"])
            if inside and event["counts"]:
                events.append(self._event(event))
        facts = {
            "begins": instant(_int(row["first"])),
            "ends": instant(_int(row["last"])),
            "counting events": row["events"],
        }
        if row["edge"]:
            facts["edge"] = "within the gap of the window's edge"
        return Node(f"visit {visitor_id}/{number}", facts, tuple(events))

    def _event(self, event: Row) -> Node:
        hidden = {"event", "event_id", "source", "line", "offset", "length", "instants", "series", "log"}
        facts = {
            name: _said(name, value) for name, value in event.items() if name not in hidden and _worth(name, value)
        }
        if _int(event["first_instant"]) == _int(event["last_instant"]):
            facts.pop("first_instant", None)
            facts.pop("last_instant", None)
        under = [self._bytes(event), *self._connected(event), *self._attribution(event)]
        return Node(f"event {event['event']} ({event['event_id']})", facts, tuple(under))

    def _bytes(self, event: Row) -> Node:
        one = self._file(str(event["source"]))
        line = line_at(one.path, _int(event["offset"]), _int(event["length"]))
        if hashlib.sha256(line).hexdigest()[:16] != str(event["event_id"])[:16]:
            raise IntegrityError(f"{one.name}:{event['line']}: these bytes are not those that the run read")
        masked = sources.ALL[one.owner.format].mask(line)
        return Node(
            f"{one.name}:{event['line']}",
            {
                "offset": event["offset"],
                "length": event["length"],
                "text sha256": event["source"],
                "verified": "the bytes are those that the run read",
                "line": masked.decode("utf-8", "backslashreplace"),
            },
        )

    def _connected(self, event: Row) -> Iterator[Node]:
        """Give the connect line of a news event: it alone has the client's address."""
        connection = event["connection"]
        if connection is not None and connection != event["event_id"]:
            yield from (self._bytes(row) for row in self._rows("events", "event_id", connection))

    def _file(self, source: str) -> Input:
        one = self.texts.get(source)
        if one is None or not one.path.exists():
            name = one.name if one is not None else f"text {source[:16]}…"
            raise IntegrityError(f"{name}: the file that holds these bytes is not there")
        return one

    def _attribution(self, event: Row) -> Iterator[Node]:
        for row in self._rows("attributions", "event", event["event"]):
            leases = self._leases(event, str(event["client_address"]), event["client_port"], None)
            accounts = row["accounts"] if isinstance(row["accounts"], list) else []
            facts: dict[str, object] = {"grade": row["grade"], "accounts": ", ".join(map(str, accounts)) or "none"}
            if row["reason"]:
                facts["reason"] = row["reason"]
            yield Node("attribution", facts, tuple(leases))

    def _leases(self, event: Row, address: str, port: object, realm: str | None, depth: int = 0) -> Iterator[Node]:
        """Give the leases within the tolerance of an instant at which attribution must hold, inner ones under outer."""
        instants = event["instants"] if isinstance(event["instants"], list) else []
        for held in self._reach(address):
            for lease in self._rows("leases", "address", held):
                begin, end = _int(lease["from"]), lease["until"]
                slack = self._tolerance(str(event["log"]), str(lease["assignment"]))
                near = any(begin <= at + slack and (end is None or _int(end) > at - slack) for at in instants)
                low, high, inner = lease["port_from"], lease["port_to"], lease["inner"]
                own = self._realms.get(str(lease["assignment"]))
                elsewhere = realm is not None if inner is not None else own != realm
                if (
                    not near
                    or elsewhere
                    or (None not in {port, low, high} and not _int(low) <= _int(port) <= _int(high))
                ):
                    continue
                further = inner is not None and depth < DEEPEST
                behind = tuple(self._leases(event, str(inner), None, own, depth + 1)) if further else ()
                yield self._lease(lease, slack, behind)

    @property
    def _realms(self) -> Mapping[str, str | None]:
        return {one.name: one.realm for one in self.case.assignments}

    def _reach(self, address: str) -> Sequence[str]:
        self._rows("leases", "address", None)
        return [held for _, held in reach([address], map(str, self._tables["leases.address"]))]

    def _tolerance(self, log: str, assignment: str) -> int:
        default = self.case.rules.clock_tolerance
        logs = {one.name: one.clock_tolerance for one in self.case.logs}
        holders = {one.name: one.clock_tolerance for one in self.case.assignments}
        own = (logs.get(log), holders.get(assignment))
        return sum(default if tolerance is None else tolerance for tolerance in own)

    def _lease(self, lease: Row, slack: int, behind: tuple[Node, ...]) -> Node:
        one = self._file(str(lease["source"]))
        rows = lease["rows"] if isinstance(lease["rows"], list) else []
        mask = assignments.ALL[one.owner.format].mask
        lines = {
            f"line {line.number}": mask(line.text).decode("utf-8", "backslashreplace")
            for line in _records(lines_of(one.path), set(map(int, rows)))
        }
        facts = {name: _said(name, value) for name, value in lease.items() if name in _LEASE and _worth(name, value)}
        facts["until"] = "no end" if lease["until"] is None else instant(_int(lease["until"]))
        facts["tolerance"] = f"{slack / 1_000_000:g} s"
        return Node(f"lease {lease['lease']}, {one.name}", {**facts, **lines}, behind)


def _records(lines: Iterable[Line], first: set[int]) -> Iterator[Line]:
    """Give the records that begin on the lines `first`: each with the lines that are set in under it, and a brace."""
    inside = False
    for line in lines:
        inside = line.number in first or (inside and line.text[:1] in {b" ", b"\t", b"}"})
        if inside:
            yield line


_LEASE = frozenset(
    {"address", "port_from", "port_to", "protocol", "from", "until", "account", "inner", "line", "ends", "doubtful"}
)
_INSTANTS = frozenset({"time", "time_until", "first", "last", "first_instant", "last_instant", "from", "until"})


def _int(value: object) -> int:
    return int(str(value))


def _worth(name: str, value: object) -> bool:
    return value is not None and value != [] and name not in {"strip", "hours", "visitor_id"}


def _said(name: str, value: object) -> object:
    if name in _INSTANTS:
        return instant(_int(value))
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def _unknown(reference: str) -> Problem:
    return Problem(
        "an event's number or id, a visitor's 16 hex digits, or VISITOR/N for its N-th visit, as the tables have them",
        found=f"{reference!r}, which this case does not have",
    )
