"""The rules of RADIUS sessions, told as packets in minutes of one day; and an own, plain reading of them beside it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from landmark.assignments import FileLeases, Lease, Settings, Wanted
from landmark.assignments.radius_detail import FORMAT
from landmark.lines import Line

X, Y, Z = "198.51.100.21", "198.51.100.22", "203.0.113.5"
P, Q = "2001:db8:1::/64", "2001:db8:2::/56"
DAY = datetime(2001, 10, 2, tzinfo=UTC)
NONE = "0.0.0.0"  # noqa: S104 - nothing is bound
MINUTE = 60_000_000
EVERYTHING = Wanted(frozenset({X, Y, Z, "2001:db8:1::5", "2001:db8:2::5"}), frozenset(), 0, 4_000_000_000_000_000)


@dataclass(frozen=True)
class Packet:
    """A packet as a test tells it; `at` in minutes of the day, the rest in seconds."""

    kind: str
    at: float
    user: str = "a"
    addresses: tuple[str, ...] = (X,)
    nas: str = "192.0.2.254"
    session: str = "1"
    lasted: int | None = None
    delay: int | None = None
    more: tuple[str, ...] = field(default=())


def start(at: float, user: str = "a", **more: Any) -> Packet:  # noqa: ANN401 - the packet's own
    return Packet("Start", at, user, **more)


def interim(at: float, user: str = "a", **more: Any) -> Packet:  # noqa: ANN401 - the packet's own
    return Packet("Interim-Update", at, user, **more)


def stop(at: float, user: str = "a", **more: Any) -> Packet:  # noqa: ANN401 - the packet's own
    return Packet("Stop", at, user, **more)


def restart(at: float, **more: Any) -> Packet:  # noqa: ANN401 - the packet's own
    return Packet(more.pop("kind", "Accounting-On"), at, addresses=(), **more)


def attribute_of(address: str) -> str:
    if ":" not in address:
        return "Framed-IP-Address"
    if "/" not in address:
        return "Framed-IPv6-Address"
    return "Framed-IPv6-Prefix" if address.endswith("/64") else "Delegated-IPv6-Prefix"


def record(packet: Packet) -> list[bytes]:
    """Give a record's lines, the blank one included."""
    came = DAY + timedelta(minutes=packet.at, seconds=packet.delay or 0)
    lines = [
        f"{came:%a %b} {came.day:2} {came:%H:%M:%S %Y}",
        f"\tAcct-Status-Type = {packet.kind}",
        f"\tNAS-IP-Address = {packet.nas}",
    ]
    if not packet.kind.startswith("Accounting"):
        lines += [f'\tUser-Name = "{packet.user}"', f'\tAcct-Session-Id = "{packet.session}"']
    lines += [f"\t{attribute_of(address)} = {address}" for address in packet.addresses]
    if packet.lasted is not None:
        lines.append(f"\tAcct-Session-Time = {packet.lasted}")
    if packet.delay is not None:
        lines.append(f"\tAcct-Delay-Time = {packet.delay}")
    lines += [f"\t{one}" for one in packet.more]
    lines += [f"\tTimestamp = {int(came.timestamp())}", ""]
    return [line.encode() for line in lines]


def as_lines(packets: list[Packet]) -> list[Line]:
    lines: list[Line] = []
    offset = 0
    for number, text in enumerate((text for packet in packets for text in record(packet)), 1):
        lines.append(Line(number, offset, text, ended=True))
        offset += len(text) + 1
    return lines


def read(*texts: list[Packet], wanted: Wanted = EVERYTHING, **settings: Any) -> list[FileLeases]:  # noqa: ANN401 - settings' own
    stated = Settings(account=bytes.decode, **{"zone": "UTC", "line": bytes.decode, **settings})
    return FORMAT.read([as_lines(text) for text in texts], stated, wanted)


def leases(*packets: Packet, **more: Any) -> list[Lease]:  # noqa: ANN401 - settings' own
    (reading,) = read(list(packets), **more)
    return reading.leases


def told(found: list[Lease], address: str | None = None) -> list[tuple[str | None, float, float | None, str]]:
    """Give (account, from, until, how it ends), in minutes; a doubtful one with a question mark."""
    midnight = int(DAY.timestamp()) * 1_000_000
    return [
        (
            lease.account,
            (lease.begin - midnight) / MINUTE,
            None if lease.end is None else (lease.end - midnight) / MINUTE,
            lease.ends + "?" * lease.doubtful,
        )
        for lease in sorted(found, key=lambda one: (one.begin, one.account or "", one.doubtful))
        if address in {None, lease.address}
    ]


def test_a_session_is_certain_from_its_start_to_its_stop() -> None:
    (lease,) = leases(start(60), interim(70), stop(80))
    assert told([lease]) == [("a", 60, 80, "stopped")]
    assert (lease.address, lease.port_from, lease.protocol, lease.rows) == (X, None, None, (1, 17))


def test_a_packet_that_came_late_and_does_not_say_so_bounds_nothing() -> None:
    """By its seconds the session was over at 80; that another had the address by then may be in no record."""
    packets = (start(60), interim(70, lasted=600), interim(75, lasted=900))
    assert told(leases(*packets, stop(95, lasted=1200))) == [("a", 60, 75, "last_seen"), ("a", 75, 95, "stopped?")]
    assert told(leases(*packets, stop(81, lasted=1200))) == [("a", 60, 81, "stopped")]
    assert told(leases(start(60), interim(90, lasted=600))) == [("a", 60, None, "open?")]


@pytest.mark.parametrize("none", [NONE, "255.255.255.254"])
def test_an_interim_that_says_that_there_is_no_address_shows_it_given_up(none: str) -> None:
    """A session goes on over IPv6 when its IPv4 address is taken back for want of use."""
    packets = (start(60, addresses=(X, P)), interim(70, addresses=(X, P)), interim(80, addresses=(none, P)))
    found = leases(*packets, stop(90, addresses=(P,)))
    assert told(found, X) == [("a", 60, 70, "last_seen"), ("a", 70, 80, "replaced?")]
    assert told(found, P) == [("a", 60, 90, "stopped")]


@pytest.mark.parametrize("kind", [start, stop])
def test_what_is_written_for_want_of_an_address_where_a_session_begins_or_ends_gives_none_up(kind: object) -> None:
    addresses = {kind: (NONE,)}
    packets = [one(at, addresses=addresses.get(one, (X,))) for one, at in ((start, 60), (interim, 65), (stop, 70))]
    begin = 65 if kind is start else 60
    assert told(leases(*packets), X)[-1] == ("a", begin, 70, "stopped")


def test_the_instant_is_the_timestamp_less_the_delay() -> None:
    assert told(leases(start(60, delay=600), stop(80, delay=0))) == [("a", 60, 80, "stopped")]


def test_a_packet_that_came_late_stands_where_it_belongs() -> None:
    """The Stop waited while another had the address; order is that of the instants, not of arrival."""
    found = leases(start(60), start(90, "b"), interim(100, "b"), stop(80, delay=2400), stop(130, "b"))
    assert told(found) == [("a", 60, 80, "stopped"), ("b", 90, 130, "stopped")]


def test_the_same_number_on_two_servers_and_for_two_users_is_two_sessions() -> None:
    found = leases(
        start(60),
        start(61, "b", addresses=(Y,)),
        start(62, addresses=(Z,), nas="192.0.2.253"),
        stop(70),
        stop(71, "b", addresses=(Y,)),
        stop(72, addresses=(Z,), nas="192.0.2.253"),
    )
    assert told(found, X) == [("a", 60, 70, "stopped")]
    assert told(found, Y) == [("b", 61, 71, "stopped")]
    assert told(found, Z) == [("a", 62, 72, "stopped")]


@pytest.mark.parametrize("kind", ["Accounting-On", "Accounting-Off", "7", "8"])
def test_a_restart_of_the_nas_ends_its_sessions_and_no_other(kind: str) -> None:
    found = leases(
        start(60), start(61, "b", addresses=(Y,), nas="192.0.2.253"), interim(70), restart(80, kind=kind),
        stop(90, "b", addresses=(Y,), nas="192.0.2.253"),
    )  # fmt: skip
    assert told(found, X) == [("a", 60, 70, "last_seen"), ("a", 70, 80, "rebooted?")]
    assert told(found, Y) == [("b", 61, 90, "stopped")]


def test_a_number_used_again_after_a_restart_is_another_session() -> None:
    found = leases(start(60), interim(65), restart(70), start(80, addresses=(Y,)), stop(90, addresses=(Y,)))
    assert told(found, X) == [("a", 60, 65, "last_seen"), ("a", 65, 70, "rebooted?")]
    assert told(found, Y) == [("a", 80, 90, "stopped")]


def test_a_start_at_another_instant_ends_the_session_before() -> None:
    found = leases(start(60), interim(65), start(80, addresses=(Y,)), stop(90, addresses=(Y,)))
    assert told(found, X) == [("a", 60, 65, "last_seen"), ("a", 65, 80, "replaced?")]
    assert told(found, Y) == [("a", 80, 90, "stopped")]


@pytest.mark.parametrize("seconds", [0, 5])
def test_a_packet_sent_again_is_one(seconds: int) -> None:
    again = seconds / 60
    packets = [start(60), start(60 + again), interim(70), interim(70 + again), stop(80), stop(80 + again)]
    (reading,) = read([*packets, restart(90), restart(90 + again)])
    assert told(reading.leases) == [("a", 60, 80, "stopped")]
    lines = len(record(start(60))) - 1
    assert reading.dropped == {"duplicate": 3 * lines + 4, "empty": 8}


def test_a_start_six_seconds_later_is_another_session() -> None:
    assert told(leases(start(60), start(60.1), stop(80))) == [("a", 60, 60.1, "replaced?"), ("a", 60.1, 80, "stopped")]


def test_the_tolerance_is_the_case_s() -> None:
    assert told(leases(start(60), start(60.1), stop(80), tolerance=6_000_000)) == [("a", 60, 80, "stopped")]


def test_what_comes_at_once_with_a_further_address_is_not_the_same_packet() -> None:
    found = leases(start(60), interim(60), interim(60 + 2 / 60, addresses=(X, P)), stop(80, addresses=(X, P)))
    assert told(found, X) == [("a", 60, 80, "stopped")]
    assert told(found, P) == [("a", 60, 60 + 2 / 60, "stopped?"), ("a", 60 + 2 / 60, 80, "stopped")]


def test_a_late_interim_never_reopens_a_session() -> None:
    for late in (interim(85), interim(85, lasted=1500), interim(85, lasted=0), stop(90)):
        assert told(leases(start(60), stop(80), late)) == [("a", 60, 80, "stopped")]
    for late in (interim(85), stop(85, lasted=1500)):
        assert told(leases(start(60), interim(70), restart(80), late)) == [
            ("a", 60, 70, "last_seen"),
            ("a", 70, 80, "rebooted?"),
        ]


def test_what_says_that_it_began_after_the_end_is_a_session_whose_start_was_lost() -> None:
    found = leases(start(60), stop(80), interim(120, lasted=1200), stop(130))
    assert told(found) == [
        ("a", 60, 80, "stopped"),
        ("a", 100, 120, "stopped?"),
        ("a", 120, 130, "stopped"),
    ]


def test_after_a_lost_stop_the_last_interim_is_the_end_of_what_is_certain() -> None:
    assert told(leases(start(60), interim(70), interim(80))) == [("a", 60, 80, "last_seen"), ("a", 80, None, "open?")]
    replaced = leases(start(60), interim(70), start(90, "b"), stop(95, "b"))
    assert told(replaced) == [("a", 60, 70, "last_seen"), ("a", 70, 90, "replaced?"), ("b", 90, 95, "stopped")]


def test_without_an_interim_nothing_is_known_after_the_start() -> None:
    assert told(leases(start(60))) == [("a", 60, None, "open?")]
    assert told(leases(start(60), restart(90))) == [("a", 60, 90, "rebooted?")]
    assert told(leases(start(60), start(90, "b"), stop(95, "b")))[0] == ("a", 60, 90, "replaced?")


def test_two_starts_in_one_second_do_not_end_each_other() -> None:
    found = told(leases(start(60), start(60, "b"), stop(80, "b")))
    assert found == [("a", 60, None, "open?"), ("b", 60, 80, "stopped")]


def test_where_the_old_session_goes_on_both_hold_the_address() -> None:
    found = leases(start(60), start(90, "b"), interim(100), interim(110, "b"), stop(120, "b"), start(140, "c"))
    assert told(found)[:3] == [
        ("a", 60, 100, "last_seen"),
        ("b", 90, 120, "stopped"),
        ("a", 100, 140, "replaced?"),
    ]


def test_after_a_lost_start_it_is_doubtful_up_to_the_first_row() -> None:
    assert told(leases(interim(70, lasted=600), stop(80))) == [("a", 60, 70, "stopped?"), ("a", 70, 80, "stopped")]
    assert told(leases(stop(80, lasted=600))) == [("a", 70, 80, "stopped?")]
    assert told(leases(interim(70), stop(80))) == [("a", 70, 80, "stopped")]
    assert told(leases(stop(80))) == []


def test_an_address_first_named_in_an_interim_is_doubtful_from_the_start() -> None:
    found = leases(start(60, addresses=()), interim(70, addresses=(X, Q)), stop(80, addresses=(X, Q)))
    for address in (X, Q):
        assert told(found, address) == [("a", 60, 70, "stopped?"), ("a", 70, 80, "stopped")]


def test_an_address_that_only_the_stop_names_is_doubtful_throughout() -> None:
    assert told(leases(start(60, addresses=()), stop(80))) == [("a", 60, 80, "stopped?")]


def test_every_address_and_prefix_of_a_session_is_a_lease_and_they_share_its_line() -> None:
    addresses = (X, Y, P, Q, "2001:db8:1::5")
    found = leases(start(60, addresses=addresses), stop(80, addresses=addresses))
    assert {lease.address for lease in found} == set(addresses)
    assert len({lease.line for lease in found}) == 1
    assert all(told([lease]) == [("a", 60, 80, "stopped")] for lease in found)


def test_packets_that_name_no_address_take_none_away() -> None:
    found = leases(start(60), interim(70, addresses=(P,)), interim(75, addresses=()), stop(80, addresses=()))
    assert told(found, X) == [("a", 60, 80, "stopped")]


def test_an_address_that_another_replaces_within_the_session_is_given_up_by_then() -> None:
    found = leases(start(60), interim(70), interim(80, addresses=(Y,)), stop(90, addresses=(Y,)))
    assert told(found, X) == [("a", 60, 70, "last_seen"), ("a", 70, 80, "replaced?")]
    assert told(found, Y) == [("a", 60, 80, "stopped?"), ("a", 80, 90, "stopped")]
    back = leases(start(60), interim(70), interim(80, addresses=(Y,)), interim(90), stop(100))
    assert told(back, X)[2:] == [("a", 80, 90, "stopped?"), ("a", 90, 100, "stopped")]


def test_a_session_time_that_denies_the_time_before_makes_it_doubtful() -> None:
    """The Stop is that of a later session under the same number, whose Start was lost as the first one's Stop was."""
    found = leases(start(60), interim(70), interim(200, lasted=600), stop(210, lasted=1200))
    assert told(found) == [
        ("a", 60, 70, "last_seen"),
        ("a", 70, 200, "stopped?"),
        ("a", 200, 210, "stopped"),
    ]
    assert told(leases(start(60), stop(80, lasted=1150))) == [("a", 60, 80, "stopped")]


def test_a_counter_that_drifts_makes_doubtful_one_time_between_packets_for_each_minute_of_drift() -> None:
    """None of it is named wrongly, and a month of a clock that nobody sets is doubtful once."""
    month = [start(0), *(interim(60 * hour, lasted=3600 * hour - hour * 9 // 100) for hour in range(1, 720))]
    assert told(leases(*month, stop(43_200, lasted=2_591_936))) == [
        ("a", 0, 40_620, "last_seen"),
        ("a", 40_620, 40_680, "stopped?"),
        ("a", 40_680, 43_200, "stopped"),
    ]
    slow = [start(0), *(interim(10 * number, lasted=588 * number) for number in range(1, 18))]
    doubt = [one for one in told(leases(*slow, stop(180, lasted=10_584))) if one[3].endswith("?")]
    assert [(begin, end) for _, begin, end, _ in doubt] == [(50, 60), (110, 120), (170, 180)]


def test_two_accounts_in_one_session_both_hold_it() -> None:
    found = leases(
        start(60, more=('Calling-Station-Id = "001"',)),
        stop(80, more=('Calling-Station-Id = "002"',)),
        account_kind="calling-station-id",
    )
    assert told(found) == [("001", 60, 80, "stopped"), ("002", 60, 80, "stopped")]


def test_what_the_account_is_the_case_says() -> None:
    for kind, attribute, account in (
        ("user-name", 'Class = "x"', "a"),
        ("circuit-id", 'ADSL-Agent-Circuit-Id = "node 1/2"', "node 1/2"),
        ("circuit-id", 'Vendor-Specific.ADSL-Forum.Agent-Circuit-Id = "node 1/3"', "node 1/3"),
        ("class", 'Class = "x"', "x"),
        ("chargeable-user-identity", 'Class = "x"', None),
    ):
        packets = [start(60, more=(attribute,)), stop(80, more=(attribute,))]
        assert told(leases(*packets, account_kind=kind)) == [(account, 60, 80, "stopped")]


def test_a_line_is_the_circuit_or_the_station_or_the_port_or_else_the_session() -> None:
    circuit, station = 'ADSL-Agent-Circuit-Id = "node 1/2"', 'Calling-Station-Id = "00-AB"'
    for attributes, line in (
        ((circuit, station, "NAS-Port = 7"), "circuit\0node 1/2"),
        ((station, "NAS-Port = 7"), "station\x0000-ab"),
        (("NAS-Port = 7",), "port\x00192.0.2.254\x007"),
        (("NAS-Port = 0",), "session\x00192.0.2.254\x001\0a"),
        ((), "session\x00192.0.2.254\x001\0a"),
    ):
        (lease,) = leases(start(60, more=attributes), stop(80))
        assert lease.line == line
    (lease,) = leases(start(60, more=('Calling-Station-Id = "1"',)), stop(80, more=('Calling-Station-Id = "2"',)))
    assert lease.line == "session\x00192.0.2.254\x001\0a"


def test_a_session_goes_on_from_one_text_to_the_next() -> None:
    first, second, third = read([start(60), interim(70)], [interim(80)], [start(90, "b")])
    assert told(first.leases) == [("a", 60, 80, "last_seen")]
    assert first.leases[0].rows == (1,)
    assert (told(second.leases), second.leases[0].rows) == ([("a", 80, 90, "replaced?")], (1,))
    assert told(third.leases) == [("b", 90, None, "open?")]
    assert [reading.kept for reading in (first, second, third)] == [14, 7, 7]


def test_the_rows_are_the_first_lines_of_the_records_that_bound_a_lease() -> None:
    found = leases(start(60), interim(65), interim(70), start(90, "b"), stop(95, "b"))
    assert [lease.rows for lease in found] == [(1, 17), (17, 25), (25, 33)]


def test_what_is_named_again_within_a_session_says_of_which_by_its_first_row() -> None:
    """Whoever counts leases knows by the first row of each that one record made them."""
    found = leases(start(60), interim(65), *(interim(at, addresses=(Y,)) for at in (70, 75)), interim(80), stop(90))
    first_rows = {(lease.address, lease.begin): lease.rows for lease in found}
    assert [rows for (address, _), rows in sorted(first_rows.items()) if address == X] == [
        (1, 9),
        (9, 17),
        (1, 25, 33),
        (33, 41),
    ]


def test_a_clock_that_was_set_back_makes_doubtful_what_touches_the_stretch() -> None:
    found = leases(start(60), start(200, "b", addresses=(Y,)), interim(150), stop(300), stop(301, "b", addresses=(Y,)))
    assert told(found, X) == [
        ("a", 60, 150, "stopped"),
        ("a", 150, 200, "stopped?"),
        ("a", 200, 300, "stopped"),
    ]
    assert told(found, Y) == [("b", 200, 301, "stopped")]


def test_a_clock_that_is_five_seconds_back_was_not_set() -> None:
    other = start(70 + 5 / 60, "b", addresses=(Y,))
    assert told(leases(start(60), other, interim(70), stop(80)), X) == [("a", 60, 80, "stopped")]


def test_texts_of_two_series_have_two_clocks() -> None:
    one, other = [start(60), stop(300)], [start(100, "b", addresses=(Y,)), stop(200, "b", addresses=(Y,))]
    for series, certain in ((("x", "y"), [("a", 60, 300, "stopped")]), (("x", "x"), [("a", 60, 100, "stopped")])):
        found = [lease for reading in read(one, other, series=series) for lease in reading.leases]
        assert told(found, X)[:1] == certain


def test_a_clock_that_is_ahead_is_taken_off_every_instant() -> None:
    assert told(leases(start(60), stop(80), clock_ahead=10 * MINUTE)) == [("a", 50, 70, "stopped")]


def minutes(begin: float, end: float) -> tuple[int, int]:
    return tuple(int((DAY + timedelta(minutes=at)).timestamp()) * 1_000_000 for at in (begin, end))  # type: ignore[return-value]


def test_the_records_of_an_account_that_is_found_are_kept_and_others_not() -> None:
    packets = [
        start(10, addresses=(Y,), session="0"), stop(20, addresses=(Y,), session="0"),
        start(60), stop(80),
        start(60, "b", addresses=(Y,)), stop(80, "b", addresses=(Y,)),
        restart(90), restart(90, nas="192.0.2.253"),
    ]  # fmt: skip
    (reading,) = read(packets, wanted=replace(EVERYTHING, addresses=frozenset({X})))
    assert [(lease.address, lease.account) for lease in reading.leases] == [(Y, "a"), (X, "a")]
    assert reading.kept == 4 * 7 + 4
    assert reading.dropped == {"not_watched": 2 * 7 + 4, "empty": 8}


def test_what_lies_outside_the_time_that_is_wanted_is_dropped() -> None:
    packets = [start(10), stop(20), start(60), stop(80), start(110), stop(120), restart(130)]
    begin, end = minutes(30, 100)
    (reading,) = read(packets, wanted=replace(EVERYTHING, begin=begin, end=end))
    assert told(reading.leases) == [("a", 60, 80, "stopped")]
    assert reading.dropped == {"outside_window": 4 * 7 + 4, "empty": 7}


def test_an_account_that_had_the_address_at_another_time_is_not_found_by_it() -> None:
    packets = [start(10), stop(20), start(60, addresses=(Y,)), stop(80, addresses=(Y,))]
    begin, end = minutes(30, 100)
    wanted = Wanted(frozenset({X}), frozenset(), begin, end)
    (reading,) = read(packets, wanted=wanted)
    assert reading.dropped == {"outside_window": 14, "not_watched": 14, "empty": 4}
    (reading,) = read(packets, wanted=replace(wanted, accounts=frozenset({"a"})))
    assert [lease.address for lease in reading.leases] == [Y]


def test_an_account_that_another_packet_of_the_session_names_is_found() -> None:
    station = ('Calling-Station-Id = "001"',)
    packets = [
        start(60, addresses=(), more=station), interim(70), stop(80),
        start(160, addresses=(Y,), session="2", more=station), stop(180, addresses=(Y,), session="2"),
    ]  # fmt: skip
    wanted = replace(EVERYTHING, addresses=frozenset({X}))
    found = leases(*packets, wanted=wanted, account_kind="calling-station-id")
    assert [(lease.address, lease.account) for lease in found if not lease.doubtful] == [(X, "001"), (Y, "001")]


def test_on_an_address_that_nobody_is_asked_for_a_doubtful_stretch_is_left_out() -> None:
    packets = [start(60), stop(80), start(100, addresses=(Y,)), interim(110, addresses=(Y,))]
    found = leases(*packets, wanted=replace(EVERYTHING, addresses=frozenset({X})))
    assert told(found, Y) == [("a", 100, 110, "last_seen")]


KINDS = ("Start", "Interim-Update", "Stop")


@st.composite
def packet(draw: st.DrawFn) -> Packet:
    at = draw(st.integers(10, 40))
    if draw(st.integers(0, 11)) == 0:
        return interim(at, draw(st.sampled_from(["a", "b"])), addresses=draw(st.sampled_from([(NONE,), (NONE, P)])))
    if draw(st.integers(0, 9)) == 0:
        return restart(at, nas=draw(st.sampled_from(["192.0.2.254", "192.0.2.253"])))
    return Packet(
        draw(st.sampled_from(KINDS)),
        at,
        draw(st.sampled_from(["a", "b"])),
        draw(st.sampled_from([(X,), (X,), (Y,), (X, Y), (), (P,), (X, P)])),
        draw(st.sampled_from(["192.0.2.254", "192.0.2.254", "192.0.2.253"])),
        draw(st.sampled_from(["1", "1", "2"])),
    )


HISTORY = st.lists(packet(), max_size=14).map(lambda packets: sorted(packets, key=lambda one: one.at))


def without_restarts_sent_again(packets: list[Packet]) -> list[Packet]:
    return [one for n, one in enumerate(packets) if one.kind != "Accounting-On" or one not in packets[:n]]


def sessions(packets: list[Packet]) -> list[list[Packet]]:
    """Divide packets, in order, into sessions: an own reading of the rules, slow and plain."""
    done: list[list[Packet]] = []
    going: dict[tuple[str, str, str], list[Packet] | None] = {}
    for one in without_restarts_sent_again(packets):
        key = (one.nas, one.session, one.user)
        if one.kind == "Accounting-On":
            going.update({other: None for other in going if other[0] == one.nas})
            continue
        current = going.get(key)
        starts = [former for former in done if (former[0].nas, former[0].session, former[0].user) == key]
        if one.kind == "Start":
            former = starts[-1] if starts else None
            if former is not None and former[0].kind == "Start" and former[0].at == one.at:
                if current is not None and not set(one.addresses) <= set(former[0].addresses):
                    current.append(one)
                continue
        elif current is not None:
            like = [former for former in current if former.kind == one.kind]
            if like and like[-1].at == one.at and set(one.addresses) <= set(like[-1].addresses):
                continue
            current.append(one)
            if one.kind == "Stop":
                going[key] = None
            continue
        elif key in going:
            continue
        done.append([one])
        going[key] = None if one.kind == "Stop" else done[-1]
    return done


def is_certain(session: list[Packet], address: str, at: float) -> bool:
    """Tell whether a session's packets show an address held: named before, not given up since, and alive after."""
    kind = attribute_of(address)

    def names(one: Packet) -> bool:
        return any(attribute_of(other) == kind for other in one.addresses)

    before = [one for one in session if one.at <= at]
    after = [one for one in session if one.at > at]
    said = [one for one in before if names(one)]
    will = [one for one in after if names(one)]
    return (
        bool(said)
        and address in said[-1].addresses
        and bool(after)
        and (not will or address in will[0].addresses)
    )  # fmt: skip


@given(HISTORY)
@example([start(10), start(10, addresses=(X, P)), stop(12), stop(12, addresses=(X, P))])
@example([restart(10), start(10), restart(10), interim(11)])
def test_certain_is_what_a_plain_reading_of_the_packets_shows(packets: list[Packet]) -> None:
    found = leases(*packets)
    midnight = int(DAY.timestamp()) * 1_000_000
    every = sessions(packets)
    for minute in range(9, 42):
        at = midnight + minute * MINUTE + MINUTE // 2
        for address in (X, Y, P):
            certain = {
                lease.account
                for lease in found
                if lease.address == address and not lease.doubtful and lease.begin <= at and at < (lease.end or at)
            }
            shown = {one[0].user for one in every if is_certain(one, address, minute + 0.5)}
            assert certain == shown, (minute, address)


@given(HISTORY)
def test_a_session_that_nothing_ends_is_never_forgotten(packets: list[Packet]) -> None:
    """From the first packet that names an address to its Stop, some row says that the account may have it."""
    found = leases(*packets)
    midnight = int(DAY.timestamp()) * 1_000_000
    for session in sessions(packets):
        naming = [one for one in session if X in one.addresses]
        if not naming:
            continue
        for minute in range(int(naming[0].at), int(naming[-1].at)):
            at = midnight + minute * MINUTE + MINUTE // 2
            held = {
                lease.account for lease in found if lease.address == X and lease.begin <= at < (lease.end or at + 1)
            }
            later = [one for one in session if one.at > minute and one.addresses and X not in one.addresses]
            assert session[0].user in held or later


LATER = st.builds(interim, st.integers(10, 20), addresses=st.sampled_from([(X,), (Y,), (P,), (X, P), (NONE,)]))


@given(st.lists(LATER, min_size=1, max_size=6).flatmap(st.permutations), st.integers(0, 8), st.integers(0, 20))
@example([interim(12, addresses=(Y,)), interim(13, addresses=(Y,)), interim(15)], 1, 0)  # named again across texts
@example([interim(10, addresses=(X, P))], 2, 0)  # another address at once
@example([interim(14, addresses=(P,)), interim(12)], 0, 0)  # what came late stands behind
@example([interim(12, addresses=(X, P))], 2, 15)  # its begin is not asked for
def test_whatever_a_session_has_is_begun_by_one_record(packets: list[Packet], cut: int, since: int) -> None:
    """Whoever counts leases takes those for one that the same record begins: here what touches is joined as there."""
    session = [start(10), *packets, stop(21)]
    readings = read(session[:cut], session[cut:], wanted=replace(EVERYTHING, begin=minutes(since, 0)[0]))
    rows = [(lease.address, lease.begin, lease.end or 0, n, lease.rows[0])
            for n, reading in enumerate(readings) for lease in reading.leases]  # fmt: skip
    begun_by = set()
    held_until: dict[str, int] = {}
    for address, begin, end, *record_ in sorted(rows):
        if begin > held_until.get(address, 0):
            begun_by.add(tuple(record_))
        held_until[address] = max(end, held_until.get(address, 0))
    assert len(begun_by) == 1


def test_what_shows_a_certain_lease_names_its_address_though_the_session_began_in_an_earlier_text() -> None:
    later = [interim(at, addresses=(X,)) for at in (12, 15, 18)] + [stop(21, addresses=(X,))]
    (since, _), (until, _) = minutes(16, 0), minutes(21, 0)
    first, second = read([start(10, addresses=(Y,))], later, wanted=replace(EVERYTHING, begin=since))
    (seam,) = first.leases
    (lease,) = second.leases
    assert (seam.address, seam.end, seam.rows) == (X, since + 1, (1,))  # all of it lies before what is asked for
    assert (lease.address, lease.begin, lease.end, lease.doubtful) == (X, since + 1, until, False)
    lines = as_lines(later)
    assert X.encode() in b"".join(line.text for line in lines[lease.rows[0] - 1 : lease.rows[0] + 10])


@given(HISTORY, st.integers(0, 14))
def test_where_texts_are_cut_changes_no_lease(packets: list[Packet], at: int) -> None:
    whole = leases(*packets)
    parts = [lease for reading in read(packets[:at], packets[at:]) for lease in reading.leases]
    assert sorted(told(whole, None), key=str) == sorted(told(parts, None), key=str)


@given(HISTORY)
def test_what_else_is_wanted_changes_nothing_about_an_address(packets: list[Packet]) -> None:
    whole = [lease for lease in leases(*packets) if lease.address == X]
    narrow = leases(*packets, wanted=replace(EVERYTHING, addresses=frozenset({X})))
    assert whole == [lease for lease in narrow if lease.address == X]


@given(HISTORY, st.integers(0, 14), st.sampled_from([frozenset[str](), frozenset({X}), frozenset({Y, X})]))
def test_lines_add_up_whatever_is_wanted(packets: list[Packet], at: int, addresses: frozenset[str]) -> None:
    begin, end = minutes(20, 30)
    texts = [packets[:at], packets[at:]]
    for text, reading in zip(texts, read(*texts, wanted=Wanted(addresses, frozenset(), begin, end)), strict=True):
        assert reading.kept + reading.dropped.total() == len(as_lines(text))
        assert not reading.rejects
        assert all(lease.begin < end and (lease.end is None or lease.end > begin) for lease in reading.leases)


@st.composite
def any_packet(draw: st.DrawFn) -> Packet:
    """Give a packet that says more, right or wrong: how long it lasted and waited, what the NAS's clock was."""
    events = ["Oct  2 2001 00:20:00 UTC", "Oct  2 2001 01:20:00 UTC", "Jan  1 1970 00:20:00 UTC"]
    return replace(
        draw(packet()),
        lasted=draw(st.sampled_from([None, None, 0, 60, 600, 86_400])),
        delay=draw(st.sampled_from([None, None, 0, 300])),
        more=draw(st.sampled_from([(), (), *((f'Event-Timestamp = "{event}"',) for event in events)])),
    )


@given(st.lists(any_packet(), max_size=14))
def test_nothing_certain_goes_beyond_what_packets_show(packets: list[Packet]) -> None:
    """Whatever their order: a packet that names the address before it, and one of the same session's name after it."""
    midnight = int(DAY.timestamp()) * 1_000_000
    for lease in leases(*packets):
        if lease.doubtful:
            continue
        begin, end = lease.begin - midnight, (lease.end or 0) - midnight
        before = {
            (one.nas, one.session)
            for one in packets
            if one.user == lease.account and lease.address in one.addresses and one.at * MINUTE <= begin
        }
        after = {(one.nas, one.session) for one in packets if one.user == lease.account and one.at * MINUTE >= end}
        assert before & after
        stops = [
            one.at * MINUTE
            for one in packets
            if one.user == lease.account and one.kind == "Stop" and (one.nas, one.session) in before & after
        ]
        restarts = {one.nas for one in packets if one.kind == "Accounting-On" and begin < one.at * MINUTE < end}
        assert not {nas for nas, _ in before & after} <= restarts
        if len(before & after) == 1:
            assert not any(begin < at < end for at in stops)
