"""The form in which providers are asked: each instant once, in UTC and as written, and nothing of whose it is."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.case import Log
from landmark.referral.country import countries, folder
from landmark.referral.request import (
    ANSWERED,
    ANSWERS,
    ASKED,
    REQUEST_HEAD,
    Question,
    country_request,
    request,
    seconds,
    tolerance_of,
)


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_a_country_is_asked_about_every_instant_of_its_enquiries(world: Any) -> None:  # noqa: ANN401 - the fixture's tuple
    for country in countries(world.tables):
        asked = rows(folder(world.case, country, world.tables)["request.csv"])
        own = [row for row in world.tables["instants"].to_pylist() if row["country"] == country]
        instants = {at for row in own for at in (row["time"], row["time_until"]) if at is not None}
        assert len({row["instant"] for row in asked}) == len(instants)
        assert [row["row"] for row in asked] == [str(number) for number in range(1, len(asked) + 1)]
        for row in asked:
            assert tuple(row) == REQUEST_HEAD
            assert {row[name] for name in ANSWERED} == {""}
            assert (row["instant_local"], row["tolerance_seconds"]) == ("", "7")


def test_who_it_was_is_not_told_to_whom_is_asked(world: Any) -> None:  # noqa: ANN401 - the fixture's tuple
    ids = {row["visitor_id"] for name in ("leads", "enquiries") for row in world.tables[name].to_pylist()}
    for country in countries(world.tables):
        text = folder(world.case, country, world.tables)["request.csv"].decode()
        assert not any(one in text for one in ids)


questions = st.builds(
    Question,
    st.integers(10**15, 10**15 + 9),
    st.sampled_from((None, "192.0.2.1", "2001:db8::1")),
    st.none() | st.integers(1, 65_535),
    st.sampled_from((None, "tcp")),
    st.sampled_from((None, "=cmd.example")),
    st.none() | st.just("2001-10-01T01:00:00+01:00"),
    st.text(max_size=5),
    st.sampled_from(("+0100", "UTC")),
    st.integers(0, 10**7),
)


@given(st.lists(questions), st.randoms(use_true_random=False))
def test_the_order_of_questions_changes_nothing_and_each_stands_once(asked: list[Question], order: Any) -> None:  # noqa: ANN401 - hypothesis' own Random
    case = _case()
    one = request(case, "Example Internet", asked)
    other = [*asked, *asked[:1]]
    order.shuffle(other)
    again = request(case, "Example Internet", other)
    assert again == one
    assert again.as_csv() == one.as_csv()
    assert len(one.questions) == len(set(asked))
    assert request(case, "Another", asked).id != one.id


def test_questions_stand_by_instant_and_address_each_in_the_row_that_has_its_number() -> None:
    places = [(2, None), *((2, f"192.0.2.{number}") for number in range(11, 30)), (3, "192.0.2.10")]
    asked = [Question(at, address, None, None, None, None, "", "UTC", 0) for at, address in reversed(places)]
    made = request(_case(), "GB", asked)
    cells = [made.asked(row) for row in range(1, len(places) + 1)]
    assert [(row, address) for _, row, address, *_ in cells] == list(enumerate((one for _, one in places), 1))
    assert [row["address"] for row in rows(made.as_csv())] == [one or "" for _, one in places]


def test_the_tolerance_asked_with_is_the_largest_of_the_logs_and_the_cases_where_a_log_states_none(
    make_instant: Any,  # noqa: ANN401 - any row
) -> None:
    case = _case()
    usual = case.rules.clock_tolerance
    exact, plain, loose = (Log(("a.log",), "combined", clock_tolerance=own) for own in (0, None, usual + 1))
    assert [tolerance_of(case, log) for log in (exact, plain, loose)] == [0, usual, usual + 1]
    for logs, widest in (((exact, plain), usual), ((exact, loose, plain), usual + 1), ((exact,), 0), ((), usual)):
        (one,) = country_request(replace(case, logs=logs), "DE", [make_instant(1, 1)]).questions
        assert one.tolerance == widest


def _case() -> Any:  # noqa: ANN401 - the class is not needed here
    from pathlib import Path  # noqa: PLC0415 - for this alone

    from landmark.case import Authority, Case  # noqa: PLC0415 - likewise

    authority = Authority("W-1", "Example Court", "Example Internet", 0, 1, ("traffic",))
    return Case(Path("case"), "example", "Example", "GB", authority, (), ())


@pytest.mark.parametrize(("length", "said"), [(5_000_000, "5"), (500_000, "0.5"), (1, "0.000001"), (0, "0")])
def test_a_length_of_time_is_written_exactly(length: int, said: str) -> None:
    assert seconds(length) == said


def test_the_columns_of_question_and_answer_are_apart() -> None:
    assert not set(ASKED) & set(ANSWERED)


def test_a_provider_answers_with_an_account_and_its_payer_its_place_and_its_user_apart() -> None:
    whose = [
        f"{group}_{what}" for group in ("billing", "installation", "user") for what in ("name", "address", "country")
    ]
    assert ("answer", "account", *whose) == ANSWERED
    assert set(ANSWERS) == {"found", "no record", "several"}
