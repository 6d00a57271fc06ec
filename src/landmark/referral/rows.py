"""The rows of a country's two sheets: one a lead, and one an instant of an enquiry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from landmark import words
from landmark.figures import instant
from landmark.referral.sheet import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from landmark.referral.sheet import Cell

LEAD_HEAD = (
    "visitor_id", "account", "visits", "connections", "events", "days", "weeks", "longest_run", "first", "last",
    "targets", "gap_low_seconds", "gap_median_seconds", "gap_high_seconds", "hours", "opened", "fetched", "posted",
    "searched", "by_link", "by_embed", "failed", "purposeful_visits", "attended_visits", "leases", "lease_days",
    "marginal", "against", "against_in_words",
)  # fmt: skip
"""Names are those of the table `leads`; instants are UTC, `hours` are visits begun in each hour of the day, UTC."""
ENQUIRY_HEAD = (
    "visitor_id", "visit", "event", "instant", "instant_until", "as_written", "zone", "address", "port", "host",
    "target", "country", "candidate", "dataset", "dataset_date", "reason", "reason_in_words", "against",
    "against_in_words", "hint",
)  # fmt: skip
"""`instant` and, of a local time that occurs twice, `instant_until` are UTC; `as_written` was read with `zone`; `hint`
says to how many accounts the candidates of several visits come, and names none."""


def lead_row(row: Mapping[str, Any]) -> tuple[Cell, ...]:
    """Give a lead's cells in the order of `LEAD_HEAD`."""
    return (
        row["visitor_id"],
        row["account"],
        row["visits"],
        row["connections"],
        row["events"],
        row["days"],
        row["weeks"],
        row["longest_run"],
        instant(row["first"]),
        instant(row["last"]),
        listed(row["targets"]),
        row["gap_low"],
        row["gap_median"],
        row["gap_high"],
        " ".join(str(begun) for begun in row["hours"]),
        row["opened"],
        row["fetched"],
        row["posted"],
        row["searched"],
        row["by_link"],
        row["by_embed"],
        row["failed"],
        row["purposeful_visits"],
        row["attended_visits"],
        row["leases"],
        row["lease_days"],
        row["marginal"],
        *_against(row),
    )


def enquiry_rows(row: Mapping[str, Any], instants: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Cell, ...]]:
    """Give the cells of each instant of an enquiry in the order of `ENQUIRY_HEAD`.

    An enquiry without an instant has one row all the same, with nothing in the instant's cells: it must not vanish.
    """
    reason = (row["lost"], words.loss(row["lost"]).sentence, *_against(row), row["hint"])
    data = (row["dataset"], row["dataset_date"])
    if not instants:
        yield (row["visitor_id"], *(None,) * 10, row["country"], row["candidate"], *data, *reason)
    for one in instants:
        yield (
            row["visitor_id"],
            one["visit"],
            one["event"],
            instant(one["time"]),
            None if one["time_until"] is None else instant(one["time_until"]),
            one["time_text"],
            one["zone"],
            one["client_address"],
            one["client_port"],
            one["client_host"],
            one["target"],
            one["country"],
            one["candidate"],
            *data,
            *reason,
        )


def _against(row: Mapping[str, Any]) -> tuple[str, str]:
    said = [words.against(word) for word in row["against"]]
    return listed(row["against"]), " ".join(word.sentence for word in said)
