"""Which events are readings, and for what each speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

    Resolve = Callable[..., dict[str, list[dict[str, Any]]]]

MINUTE = 60_000_000
HOUR = 60 * MINUTE
BASE = 11_600 * 24 * HOUR
A = "198.51.100.21"
# A lease is looked for by its length within the time that is asked about: these make that long.
AFAR = [{"client_address": "10.0.0.9", "instants": [BASE + days * 24 * HOUR]} for days in (-20, 40)]


def seen(minute: int, **more: object) -> dict[str, object]:
    return {"client_address": A, "instants": [BASE + minute * MINUTE], **more}


def lease(since: int, until: int, **more: object) -> dict[str, object]:
    return {"address": A, "account": "a", "from": BASE + since * MINUTE, "until": BASE + until * MINUTE, **more}


def speaking(resolve: Resolve, events: list[Any], leases: list[Any], **more: object) -> list[tuple[int, int, bool]]:
    rows = resolve(events, leases, shifts=[HOUR], **more)["speaking"]
    return [((row["instant"] - BASE) // MINUTE, row["client_port"], row["for_shift"]) for row in rows]


def test_a_reading_is_the_first_counting_event_of_an_address_in_a_half_hour_of_utc(resolve: Resolve) -> None:
    events = [seen(2, counts=False), seen(3), seen(4), seen(29), seen(30), seen(59)]
    assert speaking(resolve, events, [lease(0, 60)]) == [(3, -1, False), (30, -1, False)]


def test_each_log_and_each_series_has_readings_of_its_own(resolve: Resolve) -> None:
    events = [seen(3), seen(4, series="other"), seen(5, log="news")]
    clocks = {"log_clocks": {"web": 0, "news": 0}}
    assert sorted(speaking(resolve, events, [lease(0, 60)], **clocks)) == [
        (3, -1, False),
        (4, -1, False),
        (5, -1, False),
    ]


def test_ports_make_readings_only_where_the_source_records_ports(resolve: Resolve) -> None:
    events = [seen(3, client_port=1500), seen(4, client_port=1600), seen(5), seen(6, client_port=1500)]
    whole = [lease(0, 60, port_from=0, port_to=65535)]
    blocks = [lease(0, 60, port_from=1024, port_to=2047)]
    assert speaking(resolve, events, whole) == [(3, -1, False)]
    assert speaking(resolve, events, blocks) == [(3, 1500, False), (4, 1600, False), (5, -1, False)]


def test_a_reading_speaks_for_the_shift_where_somebody_was_there_only_then(resolve: Resolve) -> None:
    assert speaking(resolve, [seen(3)], [lease(60, 70)]) == [(3, -1, True)]
    assert speaking(resolve, [seen(3)], [lease(0, 10)]) == [(3, -1, False)]
    assert speaking(resolve, [seen(3)], [lease(0, 70)]) == []
    assert speaking(resolve, [seen(3)], [lease(20, 30)]) == []


def test_a_lease_without_account_is_a_lease_to_a_reading(resolve: Resolve) -> None:
    assert speaking(resolve, [seen(3)], [lease(0, 10, account=None)]) == [(3, -1, False)]


def test_a_reading_that_meets_a_doubtful_row_is_left_out_and_none_takes_its_place(resolve: Resolve) -> None:
    events = [seen(3), seen(8)]
    here = lease(0, 20)
    assert speaking(resolve, events, [here, lease(0, 5, doubtful=True)]) == []
    assert speaking(resolve, events, [here, lease(60, 65, doubtful=True)]) == []
    assert speaking(resolve, events, [here, lease(10, 30, doubtful=True)]) == [(3, -1, False)]
    there = lease(60, 80)
    assert speaking(resolve, events, [there, lease(60, 65, doubtful=True)]) == []
    assert speaking(resolve, events, [there, lease(0, 5, doubtful=True)]) == []
    assert speaking(resolve, events, [lease(60, 65, doubtful=True)]) == []


def test_a_reading_in_a_stretch_that_is_doubtful_outright_speaks_for_nothing(resolve: Resolve) -> None:
    bad = {"log": "web", "from": BASE, "until": BASE + 10 * MINUTE}
    events = [seen(3), seen(12), seen(35)]
    assert speaking(resolve, events, [lease(0, 60)], declared=[bad]) == [(35, -1, False)]
    assert speaking(resolve, [seen(0)], [lease(0, 60)], declared=[bad]) == []
    assert speaking(resolve, [seen(10)], [lease(0, 60)], declared=[bad]) == [(10, -1, False)]
    assert speaking(resolve, events, [lease(0, 60)], declared=[{**bad, "assignment": "other"}]) == [
        (3, -1, False),
        (35, -1, False),
    ]


def test_a_reading_is_tried_with_the_tolerance_of_both_clocks(resolve: Resolve) -> None:
    clocks = {"log_clocks": {"web": MINUTE}, "assignment_clocks": {"isp": MINUTE}}
    assert speaking(resolve, [seen(3)], [lease(5, 10)], **clocks) == [(3, -1, False)]
    assert speaking(resolve, [seen(3)], [lease(6, 10)], **clocks) == []
    assert speaking(resolve, [seen(3)], [lease(-10, 2)], **clocks) == [(3, -1, False)]
    assert speaking(resolve, [seen(3)], [lease(-10, 1)], **clocks) == []


def test_of_two_events_at_one_instant_the_first_in_order_is_the_reading(resolve: Resolve) -> None:
    events = [seen(3, protocol="udp"), seen(3, protocol="tcp")]
    assert speaking(resolve, events, [lease(0, 10, protocol="tcp")]) == []
    assert speaking(resolve, events[::-1], [lease(0, 10, protocol="tcp")]) == [(3, -1, False)]


def test_a_reading_within_one_long_lease_at_every_shift_speaks_for_nothing_and_at_its_edges_it_does(
    resolve: Resolve,
) -> None:
    for length in (13 * 60, 24 * 60, 30 * 24 * 60):
        events = [*AFAR, seen(0), seen(length // 2), seen(length - 61), seen(length - 59)]
        assert speaking(resolve, events, [lease(-60, length)]) == [(length - 59, -1, False)]
        # What lies on the edge within the tolerance is met.
        near = {"log_clocks": {"web": 60 * 1_000_000}}
        assert speaking(resolve, [*AFAR, seen(length - 60)], [lease(0, length)], **near) == []
        assert speaking(resolve, [*AFAR, seen(length - 60)], [lease(0, length)]) == [(length - 60, -1, False)]
        assert speaking(resolve, [*AFAR, seen(length - 59)], [lease(0, length)], **near) == [(length - 59, -1, False)]
        for minute, speaks in ((58, True), (59, True), (60, False)):
            back = resolve([*AFAR, seen(minute)], [lease(0, length)], shifts=[-HOUR])["speaking"]
            assert len(back) == speaks
            back = resolve([*AFAR, seen(minute)], [lease(1, length)], shifts=[-HOUR], **near)["speaking"]
            assert len(back) == speaks


def test_a_long_lease_of_one_source_silences_no_reading_of_another(resolve: Resolve) -> None:
    leases = [lease(-600, 6000), lease(0, 30, assignment="other")]
    found = resolve([*AFAR, seen(3)], leases, shifts=[HOUR], assignment_clocks={"isp": 0, "other": 0})["speaking"]
    assert [(row["assignment"], row["for_shift"]) for row in found] == [("other", False)]


LENGTHS = st.sampled_from([0.5, 1, 11, 12, 13, 25, 24 * 11, 24 * 13, 24 * 40])
LEASES = st.lists(
    st.tuples(
        st.integers(-90, 90),
        LENGTHS,
        st.sampled_from(["isp", "other"]),
        st.booleans(),
        st.sampled_from([A, "10.0.0.1"]),
    ),
    min_size=1,
    max_size=6,
)
SHIFTS = (-2 * HOUR, -30 * MINUTE, HOUR)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.lists(st.integers(0, 24) | st.integers(0, 20 * 48), min_size=1, max_size=8, unique=True),
    LEASES,
    st.sampled_from([0, 300]),
)
def test_what_readings_say_is_what_the_definition_says_however_long_the_leases_are(
    resolve: Resolve, halves: list[int], drawn: list[tuple[int, float, str, bool, str]], tolerance: int
) -> None:
    tolerance *= 1_000_000
    instants = [BASE + half * 30 * MINUTE for half in sorted(halves)]
    leases = [
        {
            "address": address,
            "account": None if number % 3 else "a",
            "assignment": source,
            "from": BASE + begin * 10 * MINUTE,
            "until": None if length == 24 * 40 else BASE + begin * 10 * MINUTE + int(length * HOUR),
            "doubtful": doubtful,
        }
        for number, (begin, length, source, doubtful, address) in enumerate(drawn)
    ]
    expected = set()
    for instant in instants:
        for source in ("isp", "other"):
            here = [one for one in leases if one["assignment"] == source and one["address"] == A]

            def met(at: int, here: list[dict[str, Any]] = here) -> list[bool]:
                return [
                    one["doubtful"]
                    for one in here
                    if one["from"] <= at + tolerance and (one["until"] is None or at - tolerance < one["until"])
                ]

            for shift in SHIFTS:
                now, then = met(instant), met(instant + shift)
                if not any(now + then) and bool(now) != bool(then):
                    expected.add((instant, source, shift, bool(then)))
    found = resolve(
        [*AFAR, *({"client_address": A, "instants": [instant]} for instant in instants)],
        leases,
        shifts=SHIFTS,
        log_clocks={"web": tolerance},
        assignment_clocks={"isp": 0, "other": 0},
    )["speaking"]
    assert {(row["instant"], row["assignment"], row["shift"], row["for_shift"]) for row in found} == expected
