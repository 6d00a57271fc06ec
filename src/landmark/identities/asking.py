"""What the case's own provider is asked: the instants of each subject whose name may be looked up."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from landmark.referral.request import Question, Request, instants_of, request, tolerance_of
from landmark.zones import zone_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any
    from zoneinfo import ZoneInfo

    from landmark.case import Case
    from landmark.identities.people import Subject

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# What Windows takes for a device, with whatever extension (Microsoft Learn, "Naming Files, Paths, and Namespaces").
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9]|conin|conout|clock)", re.IGNORECASE)
_LONGEST = 60
_EVENT = (
    "event", "event_id", "time", "time_until", "time_text", "zone", "client_address", "client_port", "client_host",
    "protocol", "log", "connection", "counts", "first_instant",
)  # fmt: skip


class Asked(NamedTuple):
    """A request, and for each of its rows, from 1, whose visits hang on it: (visitor, visit)."""

    request: Request
    visits: tuple[frozenset[tuple[str, int]], ...]


def asking(case: Case, tables: Mapping[str, pa.Table], subjects: Sequence[Subject]) -> Asked:
    """Give the request to the provider: of every visit the first counting event at each address and port.

    Of a news connection it is the connect line: a group line is written when the group is left. The same rows give the
    same request.

    Args:
        case: the case.
        tables: `events` and `sightings` of a run.
        subjects: whom it is about.
    """
    zone = None if case.authority.zone is None else zone_of(case.authority.zone)
    slack = {log.name: tolerance_of(case, log) for log in case.logs}
    whose: dict[Question, set[tuple[str, int]]] = {}
    for visitor_id, visit, event in _first_events(tables, subjects):
        for at in instants_of(event):
            question = Question(
                at,
                event["client_address"],
                event["client_port"],
                event["protocol"],
                event["client_host"],
                None if zone is None else local(at, zone),
                event["time_text"],
                event["zone"],
                slack.get(event["log"], case.rules.clock_tolerance),
            )
            whose.setdefault(question, set()).add((visitor_id, visit))
    made = request(case, case.authority.provider, whose)
    return Asked(made, tuple(frozenset(whose[question]) for question in made.questions))


def local(at: int, zone: ZoneInfo) -> str:
    """Give an instant (µs UTC) as a clock in the zone shows it, with its offset."""
    return (_EPOCH + timedelta(microseconds=at)).astimezone(zone).isoformat()


def _first_events(
    tables: Mapping[str, pa.Table], subjects: Sequence[Subject]
) -> list[tuple[str, int, Mapping[str, Any]]]:
    """Give (visitor, visit, event) for the first counting event of each visit at each address and port."""
    wanted = pa.array([one.visitor_id for one in subjects], pa.string())
    sightings = tables["sightings"].select(["event", "visitor_id"])
    sightings = sightings.filter(pc.is_in(sightings["visitor_id"], value_set=wanted))
    visitor = dict(zip(sightings["event"].to_pylist(), sightings["visitor_id"].to_pylist(), strict=True))
    events = tables["events"].select(list(_EVENT))
    own = events.filter(
        pc.and_(pc.is_in(events["event"], value_set=sightings["event"].combine_chunks()), events["counts"])
    )
    lines = pc.unique(own["connection"].drop_null())
    connects = events.filter(pc.is_in(events["event_id"], value_set=lines, skip_nulls=True)).to_pylist()
    connect = {row["event_id"]: row for row in connects if row["connection"] == row["event_id"]}
    visits = {one.visitor_id: one.visits for one in subjects}
    first: dict[tuple[object, ...], tuple[str, int, Mapping[str, Any]]] = {}
    for row in own.sort_by("event").to_pylist():
        who = visitor[row["event"]]
        written = connect.get(row["connection"], row)
        where = tuple(row[name] for name in ("client_address", "client_port", "client_host"))
        for visit in visits[who]:
            if visit.first <= row["first_instant"] <= visit.last:
                asked = {**written, **dict(zip(("client_address", "client_port", "client_host"), where, strict=True))}
                first.setdefault((who, visit.number, *where), (who, visit.number, asked))
    return list(first.values())


def file_name(provider: str) -> str:
    """Give the name of a provider's file, which every file system takes: ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", provider).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:_LONGEST].strip("-")
    if not name or _DEVICES.fullmatch(name):
        name = f"provider-{name}".strip("-")
    return f"{name}.csv"
