"""The form in which a provider is asked who held an address: one row an instant, with the columns of the answer empty.

A provider answers in the same file. It leaves the columns of the question as they are, so that it can be seen
afterwards that the answer is to what was asked. The source port and the exact instant are what RFC 6302 has servers log
because a provider must be told them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from landmark.case import SUBSCRIBER_GROUPS
from landmark.figures import instant
from landmark.keys import key_of
from landmark.referral.sheet import sheet
from landmark.tables import SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from landmark.case import Case, Log
    from landmark.referral.sheet import Cell

ASKED = (
    "request", "row", "address", "port", "protocol", "host", "instant", "instant_local", "as_written", "zone",
    "tolerance_seconds",
)  # fmt: skip
"""`instant` is UTC, `instant_local` the same in the provider's own zone where it is known; `as_written` stands in the
log and was read with `zone`; the log's clock may be off by `tolerance_seconds`."""
ANSWERED = (
    "answer",
    "account",
    *(f"{group}_{what}" for group in SUBSCRIBER_GROUPS for what in ("name", "address", "country")),
)
"""`answer` is one of `ANSWERS`; the others say who that account's payer, place and user are, and are never merged."""
ANSWERS = ("found", "no record", "several")
REQUEST_HEAD = (*ASKED, *ANSWERED)


class Question(NamedTuple):
    """One instant to ask about, in the order in which questions stand; µs UTC."""

    instant: int
    address: str | None
    port: int | None
    protocol: str | None
    host: str | None
    local: str | None  # the instant in the provider's own zone, with its offset
    as_written: str
    zone: str
    tolerance: int  # of the log's clock, µs


class Request(NamedTuple):
    """A whole request; its `id` hangs on what is asked, of whom and under which authority, and on nothing else."""

    id: str
    questions: tuple[Question, ...]

    def asked(self, row: int) -> tuple[Cell, ...]:
        """Give the cells of the question that stands in a row, from 1, in the order of `ASKED`."""
        one = self.questions[row - 1]
        return (
            self.id,
            row,
            one.address,
            one.port,
            one.protocol,
            one.host,
            instant(one.instant),
            one.local,
            one.as_written,
            one.zone,
            seconds(one.tolerance),
        )

    def as_csv(self) -> bytes:
        """Give the file that is sent."""
        empty = (None,) * len(ANSWERED)
        return sheet(REQUEST_HEAD, ((*self.asked(row), *empty) for row in range(1, len(self.questions) + 1)))


def request(case: Case, to: str, questions: Iterable[Question]) -> Request:
    """Put questions in their order, each once, and give the request.

    Args:
        case: whose reference the request has.
        to: who is asked: a provider's name, or a country.
        questions: in any order.
    """
    ordered = tuple(sorted(set(questions), key=_order))
    digest = key_of("request", case.id, case.authority.reference, to, ordered)
    # A letter before the digits: a spreadsheet would take some of them for a number, and round it.
    return Request(f"R-{digest[:16]}", ordered)


def _order(one: Question) -> tuple[object, ...]:
    return (one.instant, *("" if part is None else str(part) for part in one[1:]))


def seconds(microseconds: int) -> str:
    """Give a length of time (µs) in seconds, exactly: `5`, `0.5`."""
    whole, rest = divmod(microseconds, SECOND)
    return f"{whole}.{rest:06d}".rstrip("0") if rest else str(whole)


def tolerance_of(case: Case, log: Log) -> int:
    """Give how far the clock of a log may be off, µs."""
    return case.rules.clock_tolerance if log.clock_tolerance is None else log.clock_tolerance


def instants_of(row: Mapping[str, Any]) -> tuple[int, ...]:
    """Give the instants to ask about: of a local time that occurs twice, both."""
    return (row["time"],) if row["time_until"] is None else (row["time"], row["time_until"])


def country_request(case: Case, country: str, instants: Sequence[Mapping[str, Any]]) -> Request:
    """Give the request to the providers of a country, from its rows of the table `instants`.

    Their zones are not known: the instant is in UTC and as written. The tolerance is the largest of the case's logs.
    """
    slack = max((tolerance_of(case, log) for log in case.logs), default=case.rules.clock_tolerance)
    return request(
        case,
        country,
        (
            Question(
                at,
                row["client_address"],
                row["client_port"],
                None,
                row["client_host"],
                None,
                row["time_text"],
                row["zone"],
                slack,
            )
            for row in instants
            for at in instants_of(row)
        ),
    )
