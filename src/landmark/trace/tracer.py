"""Any row back to its bytes: the chain of rows under it, each line re-read, verified and shown with names masked."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from landmark import hints, outputs, sources, words
from landmark.errors import CaseError, IntegrityError, Problem
from landmark.figures import instant
from landmark.lines import MARK, Line
from landmark.scan.reading import line_at, lines_of
from landmark.trace.answers import beside
from landmark.trace.claimed import Claimed, claimed, forwards
from landmark.trace.clocks import Known, clocks
from landmark.trace.measured import after, figure, measured
from landmark.trace.node import Node
from landmark.trace.said import PAUSES, said, worth
from landmark.trace.steps import Steps

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from landmark.case import Case, Log
    from landmark.intake.inputs import Input

Row = dict[str, Any]
_VISIT = re.compile(r"([0-9a-f]{16})/([0-9]{1,18})")
_EVENT = re.compile(r"[0-9]{1,15}")
_VISITOR = re.compile(r"[0-9a-f]{16}")
_HINT = ("visits", "events", "sizes", "remaining", "customers", "expected_ppm")
_OF_CLOCKS = ("source_tests", "doubts", "drifts", "fit_days")
_EVENT_ID = re.compile(r"[0-9a-f]{16}-[0-9]{15}")


@dataclass(slots=True)
class Tracer:
    """Finds rows and the bytes under them in one case that has been run."""

    case: Case
    texts: Mapping[str, Input]
    """The file of each text, by SHA-256 of the text as the run read it."""
    heed: str = ""
    """What must be heard before anything that is shown."""
    _tables: dict[str, dict[object, list[Row]]] = field(default_factory=dict)
    _made: list[Steps] = field(default_factory=list)
    _directives: dict[str, list[Line]] = field(default_factory=dict)

    def show(self, reference: str) -> Node:
        """Give the chain under an event, a visit, or a visitor (subject, enquiry, lead).

        Args:
            reference: an event's number or id, `VISITOR/N` for a visit, or a visitor's 16 hex digits; a word and a
                colon before it (`event:12`, `lead:…`) say which is meant.

        Raises:
            CaseError: nothing of that name is there.
            IntegrityError: bytes under it are not what the run read.
        """
        node = self._found(reference)
        return replace(node, facts={"heed": self.heed, **node.facts}) if self.heed else node

    def _found(self, reference: str) -> Node:
        kind, _, rest = reference.strip().lower().rpartition(":")
        if visit := _VISIT.fullmatch(rest):
            return self._visit(visit[1], int(visit[2]))
        if _EVENT_ID.fullmatch(rest):
            return self._event(self._one("events", "event_id", rest, reference), whole=True)
        if _VISITOR.fullmatch(rest) and kind != "event":
            return self._visitor(rest, kind, reference)
        if _EVENT.fullmatch(rest) and kind in {"", "event"}:
            return self._event(self._one("events", "event", int(rest), reference), whole=True)
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
        facts = {name: said(name, value) for name, value in rows[0].items() if worth(name, value)}
        if against := rows[0].get("against"):
            labels = {"against, in words": "; ".join(words.against(one).label for one in against)}
            facts = after("against", facts, labels)
        if lost := rows[0].get("lost"):
            facts = after("lost", facts, {"no lead, in words": words.LEAD_LOSSES[lost].sentence})
        if len(rows) > 1:
            facts["country"] = ", ".join(str(row["country"]) for row in rows)
        visits = [row["visit"] for row in self._rows("visits", "visitor_id", visitor_id)]
        under = [*self._narrowed(visitor_id), *(self._visit(visitor_id, number) for number in visits)]
        pauses = {name: rows[0][name] for name in PAUSES if rows[0].get(name) is not None}
        return Node(f"{word} {visitor_id}", facts, tuple(under), exact=pauses)

    def _narrowed(self, visitor_id: str) -> Iterator[Node]:
        """Give the hint of a login at shared addresses: here, and nowhere else, with the accounts that are left."""
        for row in self._rows("narrowed", "visitor_id", visitor_id):
            left = {"accounts": ", ".join(row["accounts"])} if row["accounts"] else {}
            facts = {"grade": row["grade"], "in words": hints.said(row), **left}
            yield Node("hint, and no lead", facts, exact={name: row[name] for name in _HINT})

    def _visit(self, visitor_id: str, number: int) -> Node:
        rows = self._rows("visits", "visitor_id", visitor_id)
        for row in rows:
            if row["visit"] == number:
                break
        else:
            unknown = _unknown(f"{visitor_id}/{number}")
            raise CaseError(replace(unknown, hint=f"its visits are 1 to {len(rows)}" if rows else None))
        events = []
        for sighting in self._rows("sightings", "visitor_id", visitor_id):
            event = self._one("events", "event", sighting["event"], str(sighting["event"]))
            inside = row["first"] <= event["first_instant"] <= row["last"]
            if inside and event["counts"]:
                events.append(self._event(event))
        facts = {
            "begins": instant(row["first"]),
            "ends": instant(row["last"]),
            "counting events": row["events"],
        }
        if row["edge"]:
            facts["edge"] = "within the gap of the window's edge"
        return Node(f"visit {visitor_id}/{number}", facts, tuple(events))

    def _event(self, event: Row, *, whole: bool = False) -> Node:
        hidden = {"event", "event_id", "source", "line", "offset", "length", "instants", "series", "log"}
        facts = {name: said(name, value) for name, value in event.items() if name not in hidden and worth(name, value)}
        if event["first_instant"] == event["last_instant"]:
            facts.pop("first_instant", None)
            facts.pop("last_instant", None)
        log = next(one for one in self.case.logs if one.name == event["log"])  # its text may be another's, too
        line = self._line(event)
        forwarded = self._claimed(log, event, line)
        facts = after("client_address", after("time", facts, measured(log)), forwarded.facts())
        exact = {**figure(log), **forwarded.exact()}
        under = [self._bytes(event, line), *self._connected(event), *self._attribution(event, whole=whole)]
        return Node(f"event {event['event']} ({event['event_id']})", facts, tuple(under), exact)

    def _claimed(self, log: Log, event: Row, line: bytes) -> Claimed:
        """Give what its line says was forwarded, read behind the directives that its text has before it."""
        if not forwards(log):
            return Claimed()
        lines = [Line(event["line"], event["offset"], line, ended=True)]
        if sources.ALL[log.format].directed:
            text = str(event["source"])
            if text not in self._directives:
                every = lines_of(self._file(text).path)
                self._directives[text] = [one for one in every if one.text.removeprefix(MARK).startswith(b"#")]
            lines = [*(one for one in self._directives[text] if one.offset < event["offset"]), *lines]
        return claimed(log, event, lines)

    def _line(self, event: Row) -> bytes:
        """Read the bytes of an event again, and see that they are those of the run."""
        one = self._file(str(event["source"]))
        line = line_at(one.path, event["offset"], event["length"])
        if hashlib.sha256(line).hexdigest()[:16] != str(event["event_id"])[:16]:
            raise IntegrityError(f"{one.name}:{event['line']}: these bytes are not those that the run read")
        return line

    def _bytes(self, event: Row, line: bytes) -> Node:
        one = self._file(str(event["source"]))
        text = line if event["offset"] else line.removeprefix(MARK)  # which is none of the first line
        masked = sources.ALL[one.owner.format].mask(text, getattr(one.owner, "log_format", None))
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
            yield from (self._bytes(row, self._line(row)) for row in self._rows("events", "event_id", connection))

    def _file(self, source: str) -> Input:
        one = self.texts.get(source)
        if one is None or not one.path.exists():
            name = one.name if one is not None else f"text {source[:16]}…"
            raise IntegrityError(f"{name}: the file that holds these bytes is not there")
        return one

    def _attribution(self, event: Row, *, whole: bool) -> Iterator[Node]:
        for row in self._rows("attributions", "event", event["event"]):
            facts: dict[str, object] = {"grade": row["grade"], "accounts": ", ".join(row["accounts"]) or "none"}
            known = Known(*(self._of_clock(table, event) for table in _OF_CLOCKS))
            if row["reason"]:
                facts["reason"] = row["reason"]
                facts["in words"] = words.ATTRIBUTION_REASONS[row["reason"]].sentence
            if whole and (needed := beside(row["reason"])):
                facts["it would be sure with"] = needed
            for one in self.case.assignments if whole else ():
                facts |= measured(one, f" ({one.name})")
            under = [*self._steps().of(event, self._of_clock("doubts", event), whole=whole)]
            yield Node("attribution", facts, (*under, *(clocks(self.case, event, known) if whole else ())))

    def _steps(self) -> Steps:
        if not self._made:
            self._rows("leases", "address", None)
            leases = {str(address): rows for address, rows in self._tables["leases.address"].items()}
            self._made.append(Steps(self.case, leases, self._file))
        return self._made[0]

    def _of_clock(self, table: str, event: Row) -> list[Row]:
        return [row for row in self._rows(table, "log", event["log"]) if row["series"] == event["series"]]


def _unknown(reference: str) -> Problem:
    return Problem(
        "an event's number or id, a visitor's 16 hex digits, or VISITOR/N for its N-th visit, as the tables have them",
        found=f"{reference!r}, which this case does not have",
    )
