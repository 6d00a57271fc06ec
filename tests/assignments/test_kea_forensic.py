"""The log of Kea's forensic logging library: each kind of line, local times, and the manual's own samples."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from landmark.assignments import FileLeases, Settings, Wanted
from landmark.assignments.kea_forensic import FORMAT
from landmark.lines import Line

GENUINE = Path(__file__).resolve().parents[3] / "shared" / "data" / "isp"
A, SIX = "198.51.100.21", "2001:db8::5"
DEVICE = "to a device with hardware address: hwtype=1 02:00:00:00:00:01"
RELAY = "connected via relay at address: 192.0.2.1, identified by circuit-id: 6c:31 (l1) and remote-id: 62:6f:78 (box)"


def lines(*texts: bytes, ended: bool = True) -> list[Line]:
    offsets = [sum(len(text) + 1 for text in texts[:number]) for number in range(len(texts))]
    last = len(texts) - 1
    return [Line(n + 1, offsets[n], text, ended or n < last) for n, text in enumerate(texts)]


def read(*texts: list[Line], addresses: tuple[str, ...] = (A, SIX), **settings: Any) -> list[FileLeases]:  # noqa: ANN401 - settings' own
    usual = {
        "zone": "Europe/London",
        "account_kind": "circuit-id",
        "line": lambda line: "line " + line.decode("latin-1"),
        **settings,
    }
    stated = Settings(account=lambda account: account.decode("latin-1"), **usual)
    return FORMAT.read(list(texts), stated, Wanted(frozenset(addresses), frozenset(), 0, 4_000_000_000_000_000))


def one(*texts: str, ended: bool = True, **settings: Any) -> FileLeases:  # noqa: ANN401 - settings' own
    (reading,) = read(lines(*(text.encode("latin-1") for text in texts), ended=ended), **settings)
    assert reading.kept + reading.dropped.total() + len(reading.rejects) == len(texts)
    return reading


def told(reading: FileLeases) -> list[tuple[str, str | None, str | None, str, bool]]:
    def clock(instant: int) -> str:
        return f"{datetime.fromtimestamp(instant // 1_000_000, UTC):%H:%M:%S}"

    return [
        (clock(lease.begin), None if lease.end is None else clock(lease.end), lease.account, lease.ends, lease.doubtful)
        for lease in reading.leases
    ]


def reasons(reading: FileLeases) -> list[tuple[int, str]]:
    return [(reject.line, reject.reason) for reject in reading.rejects]


def given(clock: str, act: str = "assigned", lasts: str = "1 hrs 0 mins 0 secs", relay: str = RELAY) -> str:
    return f"2001-10-02 {clock} CET Address: {A} has been {act} for {lasts} {DEVICE} {relay}".rstrip()


def test_the_zone_of_the_case_wins_over_the_abbreviation() -> None:
    (lease,) = one(given("07:00:00")).leases
    assert told(one(given("07:00:00"))) == [("06:00:00", "07:00:00", "l1", "timed_out", False)]
    assert (lease.address, lease.line) == (A, "line l1\0box")


@pytest.mark.parametrize(
    ("lasts", "end"),
    [
        ("6735 seconds", "07:52:15"),
        ("1 hrs 52 min 15 secs", "07:52:15"),
        ("0 hrs 0 mins 1 secs", "06:00:01"),
        ("1 days 0 hrs 0 mins 0 secs", "06:00:00"),
        ("infinite duration", None),
    ],
)
def test_how_long_it_lasts_is_written_in_several_ways(lasts: str, end: str | None) -> None:
    (lease,) = one(given("07:00:00", lasts=lasts)).leases
    assert told(one(given("07:00:00", lasts=lasts)))[0][1] == end
    assert lease.end is None or lease.end > lease.begin


def test_two_lines_spliced_give_nobody_anothers_address() -> None:
    """Wherever the first is cut off: the identifiers behind the cut are those of the second line's client."""
    first, other = given("07:00:00"), given("07:00:01", relay=RELAY.replace("6c:31 (l1)", "6c:32 (l2)"))
    for at in range(len(first) + 1):
        reading = one(first[:at] + other.replace(A, "198.51.100.22"))
        assert {lease.account for lease in reading.leases if lease.address == A} <= {"l1"}


def test_renewals_join_and_a_release_ends() -> None:
    released = f"2001-10-02 07:45:00 BST Address: {A} has been released from {DEVICE.removeprefix('to ')}"
    reading = one(given("07:00:00"), given("07:30:00", "renewed"), released)
    assert told(reading) == [("06:00:00", "06:45:00", "l1", "released", False)]
    assert reading.leases[0].rows == (1, 2, 3)


def test_what_an_unreadable_line_of_the_address_says_may_be_that_another_has_it() -> None:
    bad = given("07:30:00").replace("for 1 hrs", "for one hour")
    assert [doubtful for *_, doubtful in told(one(given("07:00:00"), bad))] == [True]
    assert [doubtful for *_, doubtful in told(one(given("07:00:00"), bad.replace(A, "198.51.100.99")))] == [False]


@pytest.mark.parametrize(("label", "held"), [("Address:", SIX), ("Prefix:", "2001:db8::/48"), ("Address: ", A)])
def test_an_address_in_an_unreadable_line_is_found_whatever_stands_around_it(label: str, held: str) -> None:
    """Kea writes no blank before an IPv6 address."""
    said = "has been assigned for 1 hrs 0 mins 0 secs to a device with DUID: 00:03"
    line = f"2001-10-02 07:00:00 BST {label}{held} {said}"
    for bad in (line.replace("0 secs", "0 xxxx"), f"Warning {held}: 00:03 no answer", f"at ({held}.)", f"x={held}:67"):
        found = told(one(line, bad, account_kind="duid"))
        assert [doubtful for *_, doubtful in found] == [True], bad
    other = line.replace(held, "2001:db8:f::/48" if "/" in held else held + "1").replace("0 secs", "0 xxxx")
    assert [doubtful for *_, doubtful in told(one(line, other, account_kind="duid"))] == [False]


@pytest.mark.parametrize(("act", "account"), [("released", None), ("renewed", "l2")])
def test_what_another_releases_or_renews_was_anothers_since_nobody_knows_when(act: str, account: str | None) -> None:
    """The line that gave it to him is lost: of the holder before only his own line is left."""
    other = given("07:30:00", act, relay=RELAY.replace("6c:31", "6c:32")).replace(
        "02:00:00:00:00:01", "02:00:00:00:00:02"
    )
    first, *rest = told(one(given("07:00:00"), other))
    assert first == ("06:00:00", "06:30:00", "l1", "replaced", True)
    assert [holder for _, _, holder, _, _ in rest] == [account][: len(rest)]
    kept = told(one(given("07:00:00"), given("07:30:00", act)))
    assert not any(doubtful for *_, doubtful in kept)


def test_another_account_ends_the_one_before_of_the_same_device_too() -> None:
    reading = one(
        given("07:00:00"), given("07:30:00", relay=RELAY.replace("6c:31", "6c:32")), given("08:00:00", relay="")
    )
    assert told(reading) == [
        ("06:00:00", "06:30:00", "l1", "replaced", False),
        ("06:30:00", "07:00:00", "l2", "replaced", False),
        ("07:00:00", "08:00:00", None, "timed_out", False),
    ]


def test_an_administrator_s_lease_has_the_client_that_it_names() -> None:
    added = (
        f"2001-10-02 07:00:00 BST Administrator added a lease of address: {A} to a device with hardware address: 02:01"
    )
    texts = (
        f"{added}, client-id: 01:02 for 0 hrs 10 mins 0 secs",
        f"{added}, client-id: 01:02".replace("added a lease", "updated information on the lease").replace(
            ":00:00", ":05:00"
        ),
    )
    assert told(one(*texts, account_kind="client-id")) == [("06:00:00", "06:10:00", "01:02", "timed_out", False)]
    assert told(one(*texts, account_kind="circuit-id")) == [("06:00:00", "06:10:00", None, "timed_out", False)]


def test_a_change_to_another_client_that_says_nothing_of_the_time_is_doubtful_from_there() -> None:
    changed = "2001-10-02 07:05:00 BST HA partner updated information on the lease of address: " + A + " " + DEVICE
    assert told(one(given("07:00:00"), changed + ", client-id: 01:03")) == [
        ("06:00:00", "06:05:00", "l1", "replaced", False),
        ("06:05:00", None, None, "open", True),
    ]


def test_what_is_deleted_by_hand_is_doubtful_to_the_planned_end() -> None:
    deleted = f"2001-10-02 07:20:00 BST Administrator deleted the lease for address: {A}"
    assert told(one(given("07:00:00"), deleted)) == [
        ("06:00:00", "06:20:00", "l1", "released", False),
        ("06:20:00", "07:00:00", "l1", "released", True),
    ]


def test_a_deletion_that_names_no_address_concerns_none() -> None:
    text = "2001-10-02 07:20:00 BST Administrator deleted a lease for a device identified by: hw-address of 02:01"
    assert one(given("07:00:00"), text).dropped == {"not_watched": 1}


def test_addresses_and_prefixes_of_dhcpv6_have_their_duid_and_their_relay_s_names() -> None:
    rest = (
        " has been assigned for 0 hrs 11 mins 53 secs to a device with DUID: 00:03:61 and hardware address: "
        "hwtype=1 02:01 (from Raw Socket) connected via relay at address: fe80::1 for client on link address: "
        "2001:db8::1, hop count: 1, identified by remote-id: 00:00:00:09:62:6f:78 and subscriber-id: 73"
    )
    texts = (f"2001-10-02 07:00:00 BST Address:{SIX}{rest}", f"2001-10-02 07:00:00 BST Prefix:2001:db8:1::/48{rest}")
    reading = one(*texts, addresses=(SIX, "2001:db8:1::7"), account_kind="duid")
    assert [(one.address, one.account) for one in reading.leases] == [
        (SIX, "00:03:61"),
        ("2001:db8:1::/48", "00:03:61"),
    ]
    assert one(*texts, account_kind="subscriber-id").leases[0].account == "s"
    located = texts[0].replace(", identified by", ", connected at location interface-id: 6c:31, identified by")
    assert one(located).leases[0][7:9] == ("l1", "line l1\0box")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Address: 198.51.100.21 has been assigned for 60 seconds to a device", "malformed"),
        (given("07:00:00").replace("CET ", ""), "malformed"),
        (given("07:00:00").replace(A, "198.51.100.300") + f" for {A}", "malformed"),
        (given("07:00:00", lasts="a while"), "malformed"),
        (given("07:00:00").replace("6c:31", "6c:311"), "malformed"),
        (given("07:00:00") + "\0", "malformed"),
        (given("25:00:00"), "bad_time"),
        ("2001-03-25 01:30:00 GMT" + given("07:00:00")[23:], "bad_time"),
        ("1970-01-01 01:00:00 GMT" + given("07:00:00")[23:], "bad_time"),
    ],
)
def test_a_line_that_cannot_be_read_has_its_reason_and_the_next_is_read(text: str, reason: str) -> None:
    reading = one(text, "", given("07:00:00") + "\r")
    assert reasons(reading) == [(1, reason)]
    assert (reading.kept, reading.dropped) == (1, {"empty": 1})


def test_a_last_line_without_newline_that_does_not_read_is_truncated() -> None:
    assert reasons(one(given("07:00:00")[:60], ended=False)) == [(1, "truncated")]


def night(clock: str, act: str = "renewed") -> str:
    return given(clock, act, "0 hrs 10 mins 0 secs").replace("2001-10-02", "2001-10-28")


def test_a_local_time_that_occurs_twice_is_certain_only_where_both_readings_hold() -> None:
    assert told(one(night("01:30:00"))) == [("00:30:00", "01:40:00", "l1", "timed_out", True)]


def test_the_lines_order_settles_the_autumn_night_and_steps_of_the_clock_are_doubtful() -> None:
    texts = (
        night("01:50:00"),
        night("01:59:00"),
        night("01:00:00"),
        night("01:05:00"),
        night("02:20:00"),
        night("02:10:00"),
    )
    assert told(one(*texts, zone="Europe/London")) == [
        ("00:50:00", "01:15:00", "l1", "timed_out", False),
        ("02:10:00", "02:20:00", "l1", "timed_out", True),
    ]


def test_lines_go_on_from_one_file_to_the_next() -> None:
    first, second = read(lines(given("07:00:00").encode()), lines(given("07:30:00", relay="").encode()))
    assert told(first) == [("06:00:00", "06:30:00", "l1", "replaced", False)]
    assert told(second) == [("06:30:00", "07:30:00", None, "timed_out", False)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            given("07:00:00"),
            f"2001-10-02 07:00:00 CET Address: {A} has been assigned for 1 hrs 0 mins 0 secs ***",
        ),
        (
            f"2001-10-02 07:20:00 BST Administrator deleted the lease for address: {A}",
            f"2001-10-02 07:20:00 BST Administrator deleted the lease for address: {A}",
        ),
        ("2001-10-02 07:20:00 BST Administrator deleted a lease for a device identified by: hw-address of 02", "***"),
        ("line-1", "***"),
    ],
)
def test_what_is_shown_names_no_client(text: str, shown: str) -> None:
    assert FORMAT.mask(text.encode()) == shown.encode()


def test_the_samples_of_the_manual() -> None:
    path = GENUINE / "kea_legal_log_samples.txt"
    if not path.exists():
        pytest.skip("the folder `shared` does not lie beside the checkout")
    texts = path.read_text(encoding="ascii").splitlines()
    addresses = ("192.2.1.100", "192.0.2.202", "2001:db8:1::")
    reading = one(*texts, addresses=addresses, zone="Europe/Berlin")
    assert [(one.address, one.account, one.ends, one.doubtful, one.rows) for one in reading.leases] == [
        ("192.2.1.100", "howdy", "released", True, (1, 2)),
        ("192.0.2.202", None, "released", True, (3, 4, 5)),
        ("2001:db8:1::", None, "timed_out", True, (9,)),  # of the samples' times the last goes back by nine seconds
        ("2001:db8:1::", None, "timed_out", False, (9,)),
    ]
    assert (reading.dropped, reasons(reading)) == ({"not_watched": 1}, [(7, "malformed"), (8, "malformed")])
