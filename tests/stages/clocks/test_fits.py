"""Fit against shift: the same answers as the source test where both say the same thing, day by day and in the whole."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from landmark.stages import fits
from landmark.tables import DAY, HOUR, MINUTE, SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

BEGIN = 11_600 * DAY
NAMES = ("log", "series", "assignment")
Rows = list[dict[str, Any]]


def in_the_whole(rows: Rows) -> Counter[Any]:
    """Give the readings that speak for 0 and for each shift."""
    found: Counter[Any] = Counter()
    for row in rows:
        for name in ("for_zero", "for_shift"):
            found[*(row[one] for one in NAMES), row["shift"], name] += row[name]
    return found


def agree(made: dict[str, Rows]) -> None:
    ours, tests = in_the_whole(made["fits"]), in_the_whole(made["source_tests"])
    assert {key: ours[key] for key in tests} == tests
    spoken = in_the_whole(made["speaking_days"])
    assert {key: spoken[key] for key in tests} == tests
    days = {(*(row[one] for one in NAMES), row["shift"], row["day"]): row for row in made["fits"]}
    for row in made["speaking_days"]:
        fit = days[*(row[one] for one in NAMES), row["shift"], row["day"]]
        assert (fit["for_zero"], fit["for_shift"]) == (row["for_zero"], row["for_shift"])


def test_the_grid_is_fine_near_zero_and_holds_what_the_source_test_tries() -> None:
    tried = (11 * HOUR, -30 * MINUTE)
    assert (fits.grid(tried) // MINUTE).tolist() == [*range(-150, 151), 660]
    shifts = (fits.pictured(tried) // MINUTE).tolist()
    assert shifts == sorted({*range(-15, 16), *range(-150, 151, 5), 660})


def test_a_lease_is_met_at_the_shifts_of_one_interval_tolerance_included(fit: Callable[..., Any]) -> None:
    """Ten and ten seconds: the lease from 4 min on is met at +4, the one up to 0 at −1 and at 0."""
    made = fit(
        [{"client_address": "192.0.2.1", "first_instant": BEGIN}],
        [
            {"address": "192.0.2.1", "from": BEGIN - 2 * MINUTE, "until": BEGIN, "account": "a"},
            {
                "address": "192.0.2.0/30",
                "from": BEGIN + 4 * MINUTE + 20 * SECOND,
                "until": BEGIN + HOUR,
                "account": "b",
            },
        ],
    )
    there = {row["shift"] // MINUTE for row in made["fits"] if row["there"]}
    assert there == {-2, -1, 0, *range(4, 16), *range(20, 61, 5)}
    assert {row["readings"] for row in made["fits"]} == {1}
    agree(made)


def test_the_worked_example_of_the_documentation_comes_out(fit: Callable[..., Any]) -> None:
    page = Path(__file__).resolve().parents[3] / "docs" / "attribution.md"
    if not page.is_file():
        pytest.skip("no docs beside these tests")
    text = page.read_text(encoding="utf-8")
    leases, readings, shares = (
        re.findall(r"^\| (\S+) \| (.+?) \|(?: (\S+) \|)?$", text.split(head)[1].split("\n\n")[0], re.MULTILINE)
        for head in ("| held until |", "| read at |", "| somebody there |")
    )

    def at(clock: str) -> int:
        hours, minutes = clock.split(":")
        return BEGIN + int(hours) * HOUR + int(minutes) * MINUTE

    made = fit(
        [{"client_address": address, "first_instant": at(read)} for address, read, _ in readings],
        [
            {"address": address, "from": at(begin), "until": at(end), "account": address}
            for address, begin, end in leases
        ],
        shifts=[int(shift) * MINUTE for shift, *_ in shares if int(shift)],
    )
    there = {row["shift"] // MINUTE: f"{row['there']} of {row['readings']}" for row in made["fits"]}
    assert len(shares) == 10
    assert {int(shift): there[int(shift)] for shift, *_ in shares} == {int(shift): said for shift, said, _ in shares}
    assert [shift for shift, said in there.items() if said == "3 of 3"] == [8, 9, 10, 11, 12]


def test_a_doubtful_row_leaves_the_reading_out_at_its_shifts_and_at_zero_altogether(fit: Callable[..., Any]) -> None:
    address = {"address": "192.0.2.1", "account": "a"}
    made = fit(
        [{"client_address": "192.0.2.1", "first_instant": BEGIN + number * DAY} for number in range(2)],
        [
            {**address, "from": BEGIN - HOUR, "until": BEGIN + HOUR},
            {**address, "from": BEGIN + HOUR, "until": BEGIN + 3 * HOUR, "doubtful": True},
            {**address, "from": BEGIN + DAY, "until": BEGIN + DAY + HOUR, "doubtful": True},
        ],
    )
    asked = {row["shift"]: row["readings"] for row in made["fits"] if row["day"] == BEGIN}
    assert (asked[0], asked[HOUR], asked[2 * HOUR]) == (1, 0, 0)
    assert {row["readings"] for row in made["fits"] if row["day"] > BEGIN} == {0}
    agree(made)


def test_what_lies_in_a_stretch_that_is_declared_doubtful_is_no_reading(fit: Callable[..., Any], pool: Any) -> None:  # noqa: ANN401 - a fixture
    events, leases = pool(lambda _: 0)
    declared = [{"log": "web", "from": BEGIN + DAY, "until": BEGIN + 3 * DAY}]
    made = fit(events, leases, declared=declared)
    days = {(row["day"] - BEGIN) // DAY for row in made["fits"]}
    assert days == set(range(14)) - {1, 2}
    agree(made)


def test_of_very_many_readings_a_part_is_taken_always_the_same_and_its_size_is_said(
    fit: Callable[..., Any],
    pool: Any,  # noqa: ANN401 - a fixture
) -> None:
    events, leases = pool(lambda _: HOUR, addresses=80)
    whole, part, again = fit(events, leases), fit(events, leases, most=1000), fit(events, leases, most=1000)
    one_in = part["drifts"][0]["one_in"]
    assert one_in == -(-len(events) // 1000)
    assert part == again
    share = part["drifts"][0]["readings"] / whole["drifts"][0]["readings"]
    assert 0.8 / one_in <= share <= 1.2 / one_in
    assert abs(part["drifts"][0]["best"] + HOUR) <= 5 * MINUTE


INSTANTS = st.integers(0, 60).map(lambda step: BEGIN + step * 5 * MINUTE)
EVENTS = st.fixed_dictionaries(
    {
        "client_address": st.sampled_from(["192.0.2.1", "192.0.2.2"]),
        "client_port": st.sampled_from([None, 1, 1500, 2500]),
        "protocol": st.sampled_from([None, "tcp", "udp"]),
        "destination": st.sampled_from([None, "203.0.113.1:80", "203.0.113.1:81"]),
        "first_instant": INSTANTS,
        "series": st.sampled_from(["one", "two"]),
        "counts": st.sampled_from([True, True, True, False]),
    }
)
PORTS = st.sampled_from([(None, None), (1, 1), (1500, 1500), (1024, 2047), (1, 65535)])
LEASES = st.builds(
    lambda row, ports, length: {
        **row,
        "port_from": ports[0],
        "port_to": ports[1],
        "until": None if length is None else row["from"] + length,
    },
    st.fixed_dictionaries(
        {
            "address": st.sampled_from(["192.0.2.1", "192.0.2.0/30"]),
            "assignment": st.sampled_from(["isp", "nat"]),
            "protocol": st.sampled_from([None, None, "tcp", "gre"]),
            "destination": st.sampled_from([None, None, "203.0.113.1:80", "203.0.113.9:80"]),
            "from": INSTANTS,
            "account": st.sampled_from(["a", "b", None]),
            "doubtful": st.sampled_from([False, False, False, True]),
        }
    ),
    PORTS,
    st.sampled_from([None, 0, MINUTE, 20 * MINUTE, 2 * HOUR, 9 * HOUR, 3 * DAY, 30 * DAY]),
)


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(events=st.lists(EVENTS, min_size=1, max_size=25), leases=st.lists(LEASES, min_size=1, max_size=12))
def test_fit_and_source_test_always_agree_where_both_are_asked(
    fit: Callable[..., Any], events: Rows, leases: Rows
) -> None:
    agree(fit(events, leases, shifts=(-2 * HOUR, -30 * MINUTE, HOUR, 11 * HOUR)))


@pytest.mark.parametrize("lost", [0, 10])
def test_they_agree_in_a_pool_too(fit: Callable[..., Any], pool: Any, lost: int) -> None:  # noqa: ANN401 - a fixture
    agree(fit(*pool(lambda at: 40 * MINUTE if at % (3 * DAY) < DAY else 0, lost=lost)))
