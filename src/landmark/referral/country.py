"""One country's folder: `leads.csv`, `enquiries.csv`, the same as JSON with the text as it was, and a page to read.

`request.csv` puts the enquiries' instants to the providers of that country, in the form in which every one is asked.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from landmark import declared, figures, hints, words
from landmark.pages import environment
from landmark.referral.request import country_request
from landmark.referral.rows import ENQUIRY_HEAD, LEAD_HEAD, enquiry_rows, lead_row
from landmark.referral.sheet import sheet
from landmark.tables import SECOND

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from landmark.case import Case, Log

READS = ("leads", "enquiries", "instants", "narrowed")
"""The tables that a folder is made of."""
UNKNOWN = "ZZ"
"""The folder of enquiries whose country is not known."""


def countries(tables: Mapping[str, pa.Table]) -> tuple[str, ...]:
    """Give every country that has a lead or an enquiry, in order of their codes."""
    return tuple(sorted({*tables["leads"]["country"].to_pylist(), *tables["enquiries"]["country"].to_pylist()}))


def folder(case: Case, country: str, tables: Mapping[str, pa.Table], heed: Sequence[str] = ()) -> dict[str, bytes]:
    """Give the files of a country's folder by name.

    Args:
        case: the case.
        country: ISO 3166-1 alpha-2, or `ZZ`.
        tables: at least those that `READS` names, with the columns of `landmark.tables`.
        heed: what must be heard of the inputs before anything is done, as sentences.
    """
    leads = _of(country, tables["leads"], "visitor_id")
    hinted = {row["visitor_id"]: hints.said(row) for row in tables["narrowed"].to_pylist()}
    rows = _of(country, tables["enquiries"], "visitor_id")
    enquiries = [row | {"hint": hinted.get(row["visitor_id"])} for row in rows]
    asked: dict[str, list[dict[str, Any]]] = {row["visitor_id"]: [] for row in enquiries}
    instants = _of(country, tables["instants"], "visitor_id", "visit", "event")
    for row in instants:
        asked[row["visitor_id"]].append(row)
    head = _head(case, country)
    page = environment("landmark.referral").get_template("country.html.j2")
    return {
        "leads.csv": sheet(LEAD_HEAD, (lead_row(row) for row in leads)),
        "leads.json": _json(head | {"leads": [_lead(row) for row in leads]}),
        "enquiries.csv": sheet(
            ENQUIRY_HEAD, (cells for row in enquiries for cells in enquiry_rows(row, asked[row["visitor_id"]]))
        ),
        "enquiries.json": _json(
            head | {"enquiries": [_enquiry(row, asked[row["visitor_id"]]) for row in enquiries]}
        ),
        "request.csv": country_request(case, country, instants).as_csv(),
        "index.html": page.render(
            case=case,
            country=country,
            unknown=UNKNOWN,
            leads=leads,
            enquiries=enquiries,
            asked=asked,
            ahead=declared.ahead,
            sure_on=hints.sure_on,
            heed=heed,
        ).encode(),
    }  # fmt: skip


def _of(country: str, table: pa.Table, *order: str) -> list[dict[str, Any]]:
    own = table.filter(pc.equal(table["country"], country))
    rows: list[dict[str, Any]] = own.sort_by([(name, "ascending") for name in order]).to_pylist()
    return rows


def _json(content: Mapping[str, Any]) -> bytes:
    """Give JSON with sorted names; what is not ASCII is escaped, so that no sign can deceive who reads it as text."""
    return (json.dumps(content, sort_keys=True, indent=1) + "\n").encode()


def _head(case: Case, country: str) -> dict[str, Any]:
    authority = case.authority
    return {
        "country": country,
        "case": {"id": case.id, "title": case.title, "lead": case.lead},
        "authority": {
            "reference": authority.reference,
            "issuer": authority.issuer,
            "provider": authority.provider,
            "country": authority.country,
            "basis": authority.basis,
        },
        "window": {"from": figures.instant(authority.begin), "until": figures.instant(authority.end)},
        "rules": {
            "visit_gap_seconds": _seconds(case.rules.visit_gap),
            "more_than": case.rules.more_than,
            "clock_tolerance_seconds": _seconds(case.rules.clock_tolerance),
        },
        "clocks": [_clock(case, log) for log in sorted(case.logs, key=lambda log: log.name)],
    }  # fmt: skip


def _clock(case: Case, log: Log) -> dict[str, Any]:
    tolerance = case.rules.clock_tolerance if log.clock_tolerance is None else log.clock_tolerance
    return {
        "log": log.name,
        "tolerance_seconds": _seconds(tolerance),
        "ahead_seconds": _seconds(log.clock_ahead),
        "why": log.why,
    }


def _seconds(microseconds: int) -> int | float:
    whole, rest = divmod(microseconds, SECOND)
    return microseconds / SECOND if rest else whole


_TIMES = ("first", "last")
_REGULARITY = ("days", "weeks", "longest_run", "gap_low", "gap_median", "gap_high", "hours")
_PURPOSE = ("opened", "fetched", "posted", "searched", "by_link", "by_embed", "failed", "purposeful_visits")
_PLAIN = ("visitor_id", "basis", "visits", "connections", "events", "targets", "marginal", "attended_visits", "against")


def _subject(row: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {name: row[name] for name in _PLAIN}
    made |= {name: figures.instant(row[name]) for name in _TIMES}
    made["regularity"] = {name: row[name] for name in _REGULARITY}
    made["purpose"] = {name: row[name] for name in _PURPOSE}
    made["against_in_words"] = [words.against(word).sentence for word in row["against"]]
    return made


def _lead(row: Mapping[str, Any]) -> dict[str, Any]:
    return _subject(row) | {name: row[name] for name in ("account", "leases", "lease_days")}


def _enquiry(row: Mapping[str, Any], instants: list[dict[str, Any]]) -> dict[str, Any]:
    return _subject(row) | {
        "reason": row["lost"],
        "reason_in_words": words.loss(row["lost"]).sentence,
        "hint": row["hint"],
        "candidate": row["candidate"],
        "dataset": {"name": row["dataset"], "date": row["dataset_date"]},
        "instants": [
            {
                "visit": one["visit"],
                "event": one["event"],
                "instant": figures.instant(one["time"]),
                "instant_until": None if one["time_until"] is None else figures.instant(one["time_until"]),
                "as_written": one["time_text"],
                "zone": one["zone"],
                "address": one["client_address"],
                "port": one["client_port"],
                "host": one["client_host"],
                "target": one["target"],
                "candidate": one["candidate"],
            }
            for one in instants
        ],
    }
