"""Who held an address when: what each record does to those before it, and all of it painted second by second."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.assignments import Settings, Wanted
from landmark.assignments.dhcp.option_data import (
    account_of,
    duid_of,
    line_of,
    name_of,
    octets,
    plain_hex,
    relay_options,
    sub_options,
    unquoted,
)
from landmark.assignments.held_rows import Reading
from landmark.assignments.holders import FOREVER, Part, Record, Timeline, touches
from landmark.assignments.local_order import LocalOrder
from landmark.assignments.times import Instant

MINUTE = 60_000_000
LAST = 60


def at(second: int) -> Instant:
    return Instant(second, second)


def part(begin: int, end: int, account: str | None = "a", row: int = 1, **more: object) -> Part:
    fields: dict[str, object] = {"line": None, "device": None, "ends": "timed_out", "over": False, **more}
    text = int(str(fields.pop("text", 0)))
    return Part(at(begin), at(end), account, records=[Record(text, (row,))], **fields)  # type: ignore[arg-type]


def told(timeline: Timeline) -> list[tuple[int, int, int, str | None, str]]:
    return [(one.begin.later, one.end.earlier, one.end.later, one.account, one.ends) for one in timeline.parts]


def test_a_row_of_another_account_ends_the_one_before_at_its_own_start() -> None:
    timeline = Timeline()
    timeline.grant(part(10, 30, "a", device=b"same"))
    timeline.grant(part(20, 40, "b", device=b"same"))
    assert told(timeline) == [(10, 20, 20, "a", "replaced"), (20, 40, 40, "b", "timed_out")]


def test_a_row_of_another_account_after_the_end_changes_nothing_before() -> None:
    timeline = Timeline()
    timeline.grant(part(10, 15, "a"))
    timeline.grant(part(20, 40, "b"))
    assert told(timeline) == [(10, 15, 15, "a", "timed_out"), (20, 40, 40, "b", "timed_out")]


def test_rows_without_account_are_one_holder_only_where_the_device_is_one() -> None:
    for device, ends in ((b"x", "timed_out"), (b"y", "replaced")):
        timeline = Timeline()
        timeline.grant(part(10, 30, None, device=b"x"))
        timeline.grant(part(20, 40, None, device=device))
        assert timeline.parts[0].ends == ends
    nameless = Timeline()
    nameless.grant(part(10, 30, None))
    nameless.grant(part(20, 40, None))
    assert nameless.parts[0].ends == "replaced"


def test_a_row_without_account_ends_one_with_account() -> None:
    timeline = Timeline()
    timeline.grant(part(10, 30, "a", device=b"x"))
    timeline.grant(part(20, 40, None, device=b"x"))
    assert told(timeline)[0] == (10, 20, 20, "a", "replaced")


def test_renewals_go_over_into_each_other_and_the_last_one_s_end_holds() -> None:
    timeline = Timeline()
    timeline.grant(part(10, 40))
    timeline.grant(part(20, 30))
    assert told(timeline) == [(10, 20, 20, "a", "timed_out"), (20, 30, 30, "a", "timed_out")]
    assert touches(*timeline.parts)


def test_the_same_start_again_is_in_force_and_keeps_the_earlier_row_as_evidence() -> None:
    timeline = Timeline()
    timeline.grant(part(10, 40, line="l", row=1))
    timeline.grant(part(10, 25, row=2))
    assert told(timeline) == [(10, 25, 25, "a", "timed_out")]
    assert timeline.parts[0].line == "l"
    assert [record.rows for record in timeline.parts[0].records] == [(2,), (1,)]


def test_another_account_with_the_same_start_has_it_from_there() -> None:
    timeline = Timeline()
    timeline.grant(part(10, 40, "a"))
    timeline.grant(part(10, 25, "b"))
    assert told(timeline) == [(10, 25, 25, "b", "timed_out")]


def test_where_the_clock_went_back_the_row_before_is_doubtful_as_a_whole() -> None:
    timeline = Timeline()
    timeline.grant(part(20, 40, "a"))
    timeline.grant(part(10, 30, "b"))
    assert told(timeline) == [(20, 20, 40, "a", "replaced"), (10, 30, 30, "b", "timed_out")]


def test_a_release_ends_a_lease_and_a_second_one_changes_nothing() -> None:
    timeline = Timeline()
    timeline.grant(part(10, 40))
    timeline.give_back(at(25), "released", Record(0, (2,)), known=True)
    timeline.give_back(at(20), "released", Record(0, (3,)), known=True)
    assert told(timeline) == [(10, 25, 25, "a", "released")]
    assert [record.rows for record in timeline.parts[0].records] == [(1,), (2,), (3,)]


def test_what_is_given_back_at_an_unknown_instant_is_doubtful_to_the_planned_end_or_the_next_row() -> None:
    timeline = Timeline()
    timeline.grant(part(10, 40))
    timeline.give_back(at(25), "released", Record(0, (2,)), known=False)
    assert told(timeline) == [(10, 25, 40, "a", "released")]
    timeline.grant(part(30, 50, "b"))
    assert told(timeline)[0] == (10, 25, 30, "a", "replaced")


def test_an_unknown_instant_before_a_renewal_makes_the_renewal_doubtful_too() -> None:
    timeline = Timeline()
    timeline.grant(part(10, 30))
    timeline.grant(part(20, 40))
    timeline.give_back(at(15), "released", Record(0, (3,)), known=False)
    assert told(timeline) == [(10, 15, 20, "a", "released"), (20, 20, 40, "a", "released")]


def test_an_end_at_the_begin_is_taken_for_an_unknown_one() -> None:
    timeline = Timeline()
    timeline.grant(part(10, 40))
    timeline.give_back(at(10), "released", Record(0, (2,)), known=True, until=20)
    assert told(timeline) == [(10, 10, 20, "a", "released")]


def test_a_fact_about_an_end_is_not_made_doubtful_by_what_comes_after() -> None:
    timeline = Timeline()
    timeline.grant(part(10, 40, over=True))
    timeline.give_back(at(10), "released", Record(0, (2,)), known=False)
    assert told(timeline) == [(10, 40, 40, "a", "timed_out")]


def test_what_ends_nothing_is_unused() -> None:
    timeline = Timeline()
    timeline.give_back(at(10), "released", Record(0, (2,)), known=True)
    assert timeline.unused == [Record(0, (2,))]
    assert not timeline.parts


def test_of_a_begin_with_two_readings_only_what_both_say_is_certain() -> None:
    timeline = Timeline()
    timeline.grant(part(0, 100, "a"))
    second = part(0, 200, "b")
    second.begin = Instant(10, 50)
    timeline.grant(second)
    assert told(timeline)[0] == (0, 10, 50, "a", "replaced")
    renewal = part(0, 300, "b")
    renewal.begin = Instant(60, 90)
    timeline.grant(renewal)
    assert (timeline.parts[1].end, timeline.parts[2].begin) == (at(90), at(90))


def test_the_same_lease_in_a_later_file_is_told_once() -> None:
    timeline = Timeline()
    timeline.grant(part(10, 40, row=7))
    timeline.grant(part(10, 40, row=1, text=1))
    assert len(timeline.parts) == 1
    assert timeline.twice == [("a", [Record(1, (1,))])]


class Act(NamedTuple):
    kind: str  # grant, release, lost
    at: int
    lasts: int
    account: str | None


ACTS = st.lists(
    st.builds(
        Act,
        st.sampled_from(["grant", "grant", "grant", "release", "lost"]),
        st.integers(0, 9),
        st.integers(1, 20),
        st.sampled_from(["a", "b", None]),
    ),
    max_size=8,
)


def painted(acts: list[Act]) -> list[tuple[str | None, bool] | None]:
    """Paint each second with its holder and whether that is doubtful, one act after another."""
    seconds: list[tuple[str | None, bool] | None] = [None] * (LAST + 1)
    begin, over = -1, True
    for act in acts:
        if act.kind == "grant":
            begin, over = act.at, False
            for second in range(act.at, LAST + 1):
                seconds[second] = (act.account, False) if second < act.at + act.lasts else None
            continue
        if over or seconds[max(act.at, begin)] is None:
            continue
        over = True
        if act.kind == "release" and act.at > begin:
            for second in range(act.at, LAST + 1):
                seconds[second] = None
            continue
        first = begin
        while first > 0 and seconds[first - 1] == seconds[begin]:
            first -= 1
        for second in range(max(first, act.at), LAST + 1):
            held = seconds[second]
            seconds[second] = None if held is None else (held[0], True)
    return seconds


@given(ACTS)
def test_a_timeline_is_what_painting_second_by_second_gives(acts: list[Act]) -> None:
    passed, rising = 0, []
    for act in acts:
        passed += act.at
        rising.append(act._replace(at=min(passed, LAST - 20)))
    reading = Reading(Settings(account=bytes.decode))
    _, _, series = reading.next_text()
    timeline = series.timelines["192.0.2.1"]
    for row, act in enumerate(rising, 1):
        if act.kind == "grant":
            timeline.grant(part(act.at, act.at + act.lasts, act.account, row, device=b"x"))
        else:
            timeline.give_back(at(act.at), "released", Record(0, (row,)), known=act.kind == "release")
    (found,) = reading.finish(Wanted({"192.0.2.1"}, (), -1, LAST + 1))
    seconds: list[tuple[str | None, bool] | None] = [None] * (LAST + 1)
    for lease in found.leases:
        for second in range(lease.begin, lease.end or LAST + 1):
            assert seconds[second] is None, "two leases at one second"
            seconds[second] = (lease.account, lease.doubtful)
    assert seconds == painted(rising)
    assert found.kept + found.dropped.total() == len(rising)
    assert {row for lease in found.leases for row in lease.rows} | {0} >= {0}
    assert len({row for lease in found.leases for row in lease.rows}) == found.kept


def leases(reading: Reading, **wanted: object) -> list[list[tuple[int, int | None, bool, str | None]]]:
    usual: dict[str, object] = {"addresses": {"192.0.2.1"}, "accounts": (), "begin": -1, "end": 1000, **wanted}
    texts = reading.finish(Wanted(**usual))  # type: ignore[arg-type]
    return [[(one.begin, one.end, one.doubtful, one.account) for one in text.leases] for text in texts]


def test_a_stretch_in_which_the_clock_was_set_back_is_doubtful_at_every_address_of_the_series() -> None:
    reading = Reading(Settings(account=bytes.decode))
    _, _, series = reading.next_text()
    for second in (50, 40, 45, 43):
        series.saw("192.0.2.9", second, 5)
    series.timelines["192.0.2.1"].grant(part(30, 60))
    assert leases(reading) == [[(30, 40, False, "a"), (40, 50, True, "a"), (50, 60, False, "a")]]


def test_an_account_found_by_its_address_is_found_at_its_other_addresses_too() -> None:
    reading = Reading(Settings(account=bytes.decode))
    _, counts, series = reading.next_text()
    series.timelines["192.0.2.9"].grant(part(5, 9, "a", row=1))
    series.timelines["192.0.2.9"].grant(part(6, 9, "b", row=2))
    series.timelines["192.0.2.1"].grant(part(10, 20, "a", row=3))
    series.timelines["192.0.2.1"].grant(part(2000, 3000, "b", row=4))
    assert leases(reading) == [[(5, 6, False, "a"), (10, 20, False, "a")]]
    assert (counts.kept, counts.dropped) == (2, {"not_watched": 1, "outside_window": 1})


def test_a_lease_of_rows_in_two_files_is_divided_between_them_and_its_parts_touch() -> None:
    reading = Reading(Settings(account=bytes.decode))
    _, _, series = reading.next_text()
    series.timelines["192.0.2.1"].grant(part(10, 40))
    reading.next_text()
    series.timelines["192.0.2.1"].give_back(at(30), "released", Record(1, (1,)), known=True)
    assert leases(reading) == [[(10, 20, False, "a")], [(20, 30, False, "a")]]
    assert [text.kept for text in reading.texts] == [1, 1]


def test_files_of_two_series_are_two_servers() -> None:
    reading = Reading(Settings(account=bytes.decode, series=("one", "two")))
    for number, account in enumerate("ab"):
        _, _, series = reading.next_text()
        series.timelines["192.0.2.1"].grant(part(10 + number, 40, account, text=number))
    assert leases(reading) == [[(10, 40, False, "a")], [(11, 40, False, "b")]]


def test_what_has_no_end_has_none_in_the_lease() -> None:
    reading = Reading(Settings(account=bytes.decode))
    _, _, series = reading.next_text()
    series.timelines["192.0.2.1"].grant(part(10, FOREVER))
    assert leases(reading) == [[(10, None, False, "a")]]


def test_one_step_back_in_the_autumn_night_settles_which_hour_it_was() -> None:
    order = LocalOrder(5)
    hour = 60 * MINUTE
    night = [Instant(minute * MINUTE, minute * MINUTE + hour) for minute in (10, 58, 0, 30)]
    places = [order.add(b"", one) for one in (at(0), *night, at(2 * hour))]
    order.settle()
    settled = [order.instant(place).earlier // MINUTE for place in places]
    assert settled == [0, 10, 58, 60, 90, 120]
    assert not order.steps


def test_two_such_steps_settle_nothing_and_another_clock_s_step_settles_none_of_this() -> None:
    order = LocalOrder(5)
    hour = 60 * MINUTE
    times = [(b"a", 58), (b"b", 10), (b"a", 0), (b"b", 20), (b"a", 59), (b"a", 1)]
    places = [order.add(clock, Instant(minute * MINUTE, minute * MINUTE + hour)) for clock, minute in times]
    order.settle()
    assert all(order.instant(place).earlier != order.instant(place).later for place in places)


def test_any_other_step_back_is_the_clock_s_own_and_within_the_tolerance_none() -> None:
    order = LocalOrder(5)
    for second in (100, 96, 200, 120):
        order.add(b"", at(second))
    order.settle()
    assert order.steps == [(120, 200)]


@pytest.mark.parametrize(
    ("text", "data"),
    [("1:2:a", b"\x01\x02\x0a"), ("0A", b"\x0a"), ("", None), ("1:", None), ("100", None), ("g", None)],
)
def test_octets_are_hexadecimal_with_colons(text: str, data: bytes | None) -> None:
    assert octets(text) == data


@pytest.mark.parametrize(
    ("text", "data"),
    [("0x0102", b"\x01\x02"), ("0102", b"\x01\x02"), ("1:2", b"\x01\x02"), ("123", None), ("", None), ("0x", None)],
)
def test_plain_hexadecimal_may_do_without_colons(text: str, data: bytes | None) -> None:
    assert plain_hex(text) == data


def test_a_string_s_escapes_are_resolved() -> None:
    assert unquoted(rb"\001Zd\000#\"\\\x41\t") == b'\x01Zd\x00#"\\A\t'


def test_printable_bytes_are_their_own_name_and_others_are_pairs_of_digits() -> None:
    assert name_of(b"line-1") == b"line-1"
    assert name_of(b"\x00\x04\x0a") == b"00:04:0a"


def test_the_line_s_names_are_found_among_a_relay_s_options() -> None:
    assert sub_options(bytes.fromhex("0103414243" + "0501ff" + "02020607")) == {
        "circuit-id": b"ABC",
        "remote-id": b"\x06\x07",
    }
    assert relay_options(bytes.fromhex("00120002" + "4142" + "00250006" + "000000090607")) == {
        "circuit-id": b"AB",
        "remote-id": b"\x00\x00\x00\x09\x06\x07",
    }
    assert sub_options(b"\x01\x09AB") == {}


@given(st.binary(max_size=40))
def test_no_bytes_of_options_are_too_broken(data: bytes) -> None:
    sub_options(data)
    relay_options(data)
    assert plain_hex(data.hex()) == (data or None)
    assert octets(data.hex(":")) == (data or None)


def test_a_duid_is_found_in_a_client_identifier_that_holds_one() -> None:
    assert duid_of(b"\xff\x00\x00\x00\x01\x00\x03") == b"\x00\x03"
    assert duid_of(b"\x01\x02\x00\x00\x00\x00\x01") is None


def test_the_account_is_of_the_kind_that_the_case_says_and_a_line_has_its_relay() -> None:
    settings = Settings(account=bytes.decode, account_kind="remote-id", line=lambda line: line.hex())
    ids = {"circuit-id": b"1", "remote-id": b"\x00\x00\x00\x09r"}
    assert account_of(ids, settings) == "00:00:00:09:72"
    assert account_of({"circuit-id": b"1"}, settings) is None
    assert line_of(ids, settings, enterprise=True) == b"1\0r".hex()
    assert line_of({"circuit-id": b"1"}, settings) == b"1".hex()
    assert line_of({"remote-id": b"1"}, settings) is None
