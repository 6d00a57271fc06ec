"""A subject as the report shows it: what speaks against it first, then when it came, what it did, and what follows.

Pseudonyms only: neither address nor account nor login is here; what the log's other side wrote is not either.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from landmark import hints, words
from landmark.figures import count, many, minute, span
from landmark.report import strip
from landmark.tables import SECOND

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

HOURS = 24
_PART = 6  # hours in a part of the day
_KINDS = ("lead", "enquiry", "neither")
_TITLES = ("Leads, ", "Enquiries, ", "Neither lead nor enquiry")
_PARTS = ("0 to 6 h", "6 to 12 h", "12 to 18 h", "18 to 24 h")


@dataclass(frozen=True, slots=True)
class Subject:
    """One subject, in words; `paths` are those of its strip."""

    pseudonym: str
    kind: str  # lead, enquiry or neither
    countries: tuple[str, ...]
    result: str
    against: tuple[str, ...]
    why: str
    basis: str
    visits: str
    paths: tuple[str, ...]
    said: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Subjects of one fate and one country or set of countries."""

    title: str
    anchor: str
    subjects: tuple[Subject, ...]


def groups(tables: Mapping[str, pa.Table]) -> tuple[Group, ...]:
    """Give all subjects in groups: leads, enquiries and the others, each by country; inside by pseudonym."""
    leads = dict(zip(*_columns(tables["leads"], "visitor_id", "country"), strict=True))
    asked: dict[str, list[str]] = {}
    for visitor, country in sorted(zip(*_columns(tables["enquiries"], "visitor_id", "country"), strict=True)):
        asked.setdefault(visitor, []).append(country)
    hinted = {row["visitor_id"]: hints.said(row) for row in tables["narrowed"].to_pylist()}
    found: dict[tuple[int, tuple[str, ...]], list[Subject]] = {}
    for row in tables["subjects"].sort_by("visitor_id").to_pylist():
        name = row["visitor_id"]
        countries = (leads[name],) if name in leads else tuple(asked.get(name, ()))
        kind = 0 if name in leads else 1 if countries else 2
        found.setdefault((kind, countries), []).append(_subject(row, kind, countries, hinted.get(name, "")))
    return tuple(
        Group(f"{_TITLES[kind]}{', '.join(countries)}", f"g{place}", tuple(found[kind, countries]))
        for place, (kind, countries) in enumerate(sorted(found))
    )


def against(tables: Mapping[str, pa.Table]) -> tuple[tuple[words.Word, tuple[str, ...]], ...]:
    """Give each word that speaks against anybody, beside how many leads and how many other subjects it stands."""
    leads = Counter(word for list_ in tables["leads"]["against"].to_pylist() for word in list_)
    all_ = Counter(word for list_ in tables["subjects"]["against"].to_pylist() for word in list_)
    order = sorted(all_, key=lambda word: (-all_[word], word))
    return tuple((words.against(word), (count(leads[word]), count(all_[word] - leads[word]))) for word in order)


def _columns(table: pa.Table, *names: str) -> list[list[str]]:
    return [table[name].to_pylist() for name in names]


def _subject(row: Mapping[str, Any], kind: int, countries: tuple[str, ...], hint: str) -> Subject:
    lost = row["lost"]
    busy = sum(any(row["strip"][day : day + HOURS]) for day in range(0, len(row["strip"]), HOURS))
    return Subject(
        row["visitor_id"],
        _KINDS[kind],
        countries,
        "A lead." if lost is None else f"No lead: {words.loss(lost).label}.",
        tuple(words.against(word).label for word in row["against"]),
        row["machine_why"] or "",
        words.BASES[row["basis"]].label if row["basis"] in words.BASES else row["basis"],
        f"{many(row['visits'], 'visit')} on {many(row['days'], 'day')}",
        strip.paths(row["strip"]),
        f"Hours in which {row['visitor_id']} reached something, on {many(busy, 'day')} of the window",
        (*_facts(row), *((("Hint", hint),) if hint else ())),
    )


def _facts(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    pauses = [row["gap_low"], row["gap_median"], row["gap_high"]]
    regular = f"in {many(row['weeks'], 'week')}, on up to {many(row['longest_run'], 'day')} running"
    if None not in pauses:
        low, median, high = (span(pause * SECOND) for pause in pauses)
        regular += f"; pauses: half of them between {low} and {high}, middle {median}"
    purpose = (
        f"{count(row['fetched'])} fetched, {count(row['opened'])} opened, {count(row['searched'])} searched, "
        f"{count(row['posted'])} posted on {many(len(row['targets']), 'target')}; "
        f"{count(row['purposeful_visits'])} of {count(row['visits'])} visits show purpose"
    )
    otherwise = (
        f"{count(row['by_link'])} reached by a link elsewhere; not counted: {count(row['by_embed'])} shown by a "
        f"foreign page, {count(row['failed'])} failed"
    )
    facts = [
        ("First to last", f"{minute(row['first'])} to {minute(row['last'])} UTC"),
        ("Regular", regular),
        ("Visits begun", _parts(row["hours"])),
        ("Purpose", purpose),
        ("Otherwise", otherwise),
    ]
    if row["leases"]:
        facts.append(("Account", hints.sure_on(row["leases"], row["lease_days"])))
    return facts


def _parts(hours: Sequence[int]) -> str:
    begun = [sum(hours[start : start + _PART]) for start in range(0, HOURS, _PART)]
    said = [f"{count(number)} from {name}" for name, number in zip(_PARTS, begun, strict=True) if number]
    return f"{', '.join(said)} (UTC)" if said else "—"
