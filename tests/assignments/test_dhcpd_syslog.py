"""What dhcpd tells syslog: which line belongs to which acknowledgement, what is certain between them, and the heads."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.assignments import FileLeases, Settings, Wanted
from landmark.assignments.dhcp.dhcpd_messages import read_message, written_id
from landmark.assignments.dhcpd_syslog import FORMAT
from landmark.lines import Line

GENUINE = Path(__file__).resolve().parents[3] / "shared" / "data" / "isp"
A, B = "198.51.100.21", "198.51.100.22"
MAC, OTHER = "02:00:00:00:00:01", "02:00:00:00:00:02"


def lines(*texts: bytes, ended: bool = True) -> list[Line]:
    offsets = [sum(len(text) + 1 for text in texts[:number]) for number in range(len(texts))]
    last = len(texts) - 1
    return [Line(n + 1, offsets[n], text, ended or n < last) for n, text in enumerate(texts)]


def read(*texts: list[Line], addresses: tuple[str, ...] = (A,), **settings: Any) -> list[FileLeases]:  # noqa: ANN401 - settings' own
    usual = {
        "zone": "Europe/London",
        "year": 2001,
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


def said(clock: str, message: str, day: str = "Oct  2") -> str:
    return f"{day} {clock} dhcp1 dhcpd[471]: {message}"


def ack(clock: str, mac: str = MAC, more: str = "", address: str = A) -> str:
    return said(clock, f"DHCPACK on {address} to {mac} (pc) via 192.0.2.1{more}")


def asked(clock: str, circuit: str = "6c:31", mac: str = "2:0:0:0:0:1", address: str = A) -> str:
    return said(
        clock,
        f'Option 82: received a REQUEST DHCP packet from relay-agent 192.0.2.1 with a circuit-id of "{circuit}" and '
        f'remote-id of "0:6:2" for {address} ({mac}) lease time is undefined seconds.',
    )


LASTS = " lease-duration 3600"


def test_an_acknowledgement_has_the_line_that_was_logged_before_it() -> None:
    reading = one(asked("07:00:00"), ack("07:00:01", more=LASTS))
    assert told(reading) == [("06:00:01", "07:00:01", "l1", "timed_out", False)]
    assert (reading.leases[0].rows, reading.leases[0].line) == ((1, 2), "line l1\x000:6:2")


@pytest.mark.parametrize(
    "before",
    [
        asked("06:59:54"),
        asked("07:00:00", mac="2:0:0:0:0:2"),
        asked("07:00:00", address=B),
        asked("07:00:00").replace("dhcp1", "dhcp2"),
        asked("07:00:02"),
    ],
)
def test_a_line_of_another_time_device_address_or_server_is_not_its(before: str) -> None:
    reading = one(before, ack("07:00:00", more=LASTS), tolerance=10_000_000)
    assert told(reading) == [("06:00:00", "07:00:00", None, "timed_out", False)]
    assert (reading.kept, reading.dropped) == (1, {"not_watched": 1})


def test_a_line_serves_one_acknowledgement() -> None:
    reading = one(
        asked("07:00:00"), asked("07:00:01", "6c:32"), ack("07:00:01", more=LASTS), ack("07:00:02", more=LASTS)
    )
    assert told(reading) == [
        ("06:00:01", "06:00:02", "l2", "replaced", False),
        ("06:00:02", "07:00:02", None, "timed_out", False),
    ]
    assert reading.dropped == {"not_watched": 1}


def test_the_raw_form_is_taken_as_it_is_written() -> None:
    raw = said("07:00:00", f"Lease for {A} raw option-82 info is CID: 0.4.0.10 AID: 0.6.2")
    for kind, account in (("circuit-id", "0.4.0.10"), ("remote-id", "0.6.2")):
        assert one(raw, ack("07:00:00"), account_kind=kind).leases[0].account == account


@pytest.mark.parametrize(
    ("written", "data"),
    [
        (b"0:4:0:a", b"\x00\x04\x00\x0a"),
        (b"6C:31", b"l1"),
        (b"00:04:00:10", b"\x00\x04\x00\x10"),
        (b"0:4:0:10", b"0:4:0:10"),
        (b"10:20", b"10:20"),
        (b"a", b"a"),
        (b"eth0/1:7", b"eth0/1:7"),
    ],
)
def test_what_may_be_decimal_or_hexadecimal_stays_as_it_is_written(written: bytes, data: bytes) -> None:
    assert written_id(written) == data


def test_a_client_identifier_is_the_account_where_the_server_logs_it_and_the_case_says_so() -> None:
    text = ack("07:00:00", more=" relay 192.0.2.1 lease-duration 60 offered-duration 3600 (RENEW) uid 01:02")
    reading = one(text, account_kind="client-id")
    assert told(reading) == [("06:00:00", "06:01:00", "01:02", "timed_out", False)]


def test_two_lines_spliced_give_nobody_anothers_address() -> None:
    """Wherever the first is cut off: what stands at the end of the line is the second's."""
    first, other = (
        ack(clock, mac, f" lease-duration {lasts} (RENEW) uid {uid}", address)
        for clock, mac, lasts, uid, address in (
            ("07:00:00", MAC, 60, "01:02", A),
            ("07:00:01", OTHER, 7200, "01:03", B),
        )
    )
    for at in range(len(first) + 1):
        reading = one(first[:at] + other, account_kind="client-id")
        assert {(lease.account, lease.end) for lease in reading.leases if not lease.doubtful} <= {
            ("01:02", 1_002_002_460_000_000)
        }


PRIORITIES = ("<30>", "<30>1 ")  # of which nothing is lost behind them


@pytest.mark.parametrize(
    "first",
    [
        said("07:10:00", f"DHCPREQUEST for {B} from {MAC} (pc) via 192.0.2.1"),
        said("07:10:00", f"DHCPDISCOVER from {OTHER} via 192.0.2.1"),
        ack("07:10:00", MAC, address=B),
        "Oct  2 07:10:00 dhcp2 sshd[1]: Connection closed by 192.0.2.9",
        "<30>1 2001-10-02T06:10:00Z dhcp2 dhcpd 471 - - Wrote 12 leases to leases file.",
    ],
)
@pytest.mark.parametrize(
    "other",
    [
        ack("08:10:00", OTHER),
        said("08:10:00", f"DHCPOFFER on {A} to {OTHER} via 192.0.2.1"),
        f"<30>1 2001-10-02T07:10:00Z dhcp1 dhcpd 471 - - DHCPACK on {A} to {OTHER} via eth0",
        f"2001-10-02T08:10:00.250000+01:00 dhcp3 /usr/sbin/dhcpd: BOOTREPLY for {A} to pc (02:01) via eth0",
    ],
)
def test_whoever_is_given_the_address_behind_a_line_that_was_cut_off_may_have_it(first: str, other: str) -> None:
    """Wherever that was cut off, behind its head, too: who had it before is no longer sure."""
    holder = ack("07:00:00", more=" lease-duration 86400")
    assert [doubtful for *_, doubtful in told(one(holder, first))] == [False]
    for at in range(1, len(first) + 1):
        reading = one(holder, first[:at] + other)
        assert reasons(reading) == [(2, "malformed")] or first[:at] in PRIORITIES, first[:at]
        assert [doubtful for *_, doubtful in told(reading)][-1], first[:at]


def test_without_a_duration_all_is_doubtful_to_the_next_acknowledgement() -> None:
    reading = one(asked("07:00:00"), ack("07:00:00"), ack("07:30:00", OTHER))
    assert told(reading) == [
        ("06:00:00", "06:30:00", "l1", "replaced", True),
        ("06:30:00", None, None, "open", True),
    ]


def served(*clocks: str) -> list[str]:
    return [text for clock in clocks for text in (asked(clock), ack(clock))]


def test_between_acknowledgements_of_one_client_without_an_offer_it_is_certain() -> None:
    assert told(one(*served("07:00:00", "07:30:00", "08:00:00"))) == [
        ("06:00:00", "07:00:00", "l1", "last_seen", False),
        ("07:00:00", None, "l1", "last_seen", True),
    ]


def test_where_the_address_was_offered_in_between_it_is_not() -> None:
    texts = [*served("07:00:00"), said("07:29:59", f"DHCPOFFER on {A} to {OTHER} via eth0"), *served("07:30:00")]
    assert told(one(*texts)) == [("06:00:00", "06:30:00", "l1", "open", True), ("06:30:00", None, "l1", "open", True)]


@pytest.mark.parametrize(
    ("between", "doubtful"),
    [
        ([], True),
        (["08:00:00 dhcp1"], False),  # an hour is none
        (["07:59:59 dhcp1"], True),
        (["07:30:00 dhcp1", "08:30:00 dhcp1"], False),
        (["07:30:00 dhcp2", "08:30:00 dhcp2"], True),
    ],
)
def test_where_the_log_was_silent_for_long_the_address_may_have_been_anothers(
    between: list[str],
    doubtful: bool,  # noqa: FBT001 - what comes out
) -> None:
    """A file is missing: in it the address was another's, and then the first one's again by an offer that is lost."""
    texts = [*served("07:00:00"), *(f"Oct  2 {place} sshd[1]: x" for place in between), *served("09:00:00")]
    first, *_ = told(one(*texts))
    assert first == ("06:00:00", "08:00:00", "l1", "open" if doubtful else "last_seen", doubtful)


def test_a_silence_before_or_behind_says_nothing_of_what_lies_between() -> None:
    texts = [said("05:00:00", "x"), *served("07:00:00", "07:30:00"), said("09:00:00", "x")]
    (first, _) = told(one(*texts, clock_ahead=1_500_000))
    assert first == ("05:59:58", "06:29:58", "l1", "last_seen", False)


def test_another_device_of_the_same_account_leaves_it_doubtful() -> None:
    texts = [*served("07:00:00"), asked("07:30:00", mac="2:0:0:0:0:2"), ack("07:30:00", OTHER)]
    assert [doubtful for *_, doubtful in told(one(*texts))] == [True, True]


@pytest.mark.parametrize(
    ("message", "ends"),
    [
        (f"DHCPRELEASE of {A} from {MAC} (pc) via 192.0.2.1 (found)", "released"),
        (f"Abandoning IP address {A}: declined.", "released"),
        (f"DHCPEXPIRE on {A} to {MAC}", "timed_out"),
    ],
)
def test_what_ends_a_lease_ends_it(message: str, ends: str) -> None:
    reading = one(asked("07:00:00"), ack("07:00:00", more=LASTS), said("07:10:00", message))
    assert told(reading) == [("06:00:00", "06:10:00", "l1", ends, False)]
    assert reading.leases[0].rows == (1, 2, 3)


@pytest.mark.parametrize(
    "message",
    [
        f"DHCPRELEASE of {A} from {MAC} via 192.0.2.1 (not found)",
        f"DHCPACK to {A} ({MAC}) via eth0",
        f"DHCPINFORM from {A} via eth0",
        f"DHCPNAK on {A} to {MAC} via eth0",
        f"DHCPREQUEST for {A} (192.0.2.7) from {MAC} (pc) via eth0: unknown lease {A}.",
        f"Lease for {A} is connected to interface 0/4 (add 1 to port number!), VLAN 10 on switch 0:6:2",
    ],
)
def test_what_gives_nobody_an_address_changes_nothing(message: str) -> None:
    reading = one(asked("07:00:00"), ack("07:00:00", more=LASTS), said("07:10:00", message))
    assert told(reading) == [("06:00:00", "07:00:00", "l1", "timed_out", False)]
    assert reading.dropped == {"not_watched": 1}


def test_an_answer_to_bootp_gives_the_address_to_another() -> None:
    reading = one(
        asked("07:00:00"), ack("07:00:00", more=LASTS), said("07:10:00", f"BOOTREPLY for {A} to pc (02:01) via eth0")
    )
    assert told(reading) == [("06:00:00", "06:10:00", "l1", "replaced", False), ("06:10:00", None, None, "open", True)]


def test_durations_of_nothing_and_of_ever() -> None:
    assert told(one(ack("07:00:00", more=" lease-duration 4294967295"))) == [("06:00:00", None, None, "open", False)]
    assert one(ack("07:00:00", more=" lease-duration 0")).dropped == {"not_watched": 1}


def test_a_host_name_that_a_client_chose_makes_no_row_longer_and_no_other() -> None:
    name = f"x) via 192.0.2.9 lease-duration 999999 DHCPACK on {B} to {OTHER} (y"
    reading = one(ack("07:00:00").replace("(pc)", f"({name})"), addresses=(A, B))
    assert [(one.address, one.end) for one in reading.leases] == [(A, None)]


def test_another_program_s_text_makes_no_row() -> None:
    text = f"Oct  2 07:00:00 dhcp1 sshd[1]: dhcpd[471]: DHCPACK on {A} to {MAC} via eth0"
    assert one(text).dropped == {"not_watched": 1}


@pytest.mark.parametrize(
    "head",
    [
        "Oct  2 07:00:00 dhcp1 dhcpd[471]: ",
        "<30>Oct  2 07:00:00 dhcp1 dhcpd: ",
        "2001-10-02T06:00:00Z dhcp1 dhcpd[471]: ",
        "2001-10-02T08:00:00.250000+02:00 dhcp1 /usr/sbin/dhcpd[471]: ",
        "<30>1 2001-10-02T06:00:00Z dhcp1 dhcpd 471 - - ",
        '<30>1 2001-10-02T06:00:00Z dhcp1 dhcpd - ID [a b="c"] ',
    ],
)
def test_heads_of_several_kinds_are_read(head: str) -> None:
    assert told(one(f"{head}DHCPACK on {A} to {MAC} via eth0{LASTS}"))[0][:2] == ("06:00:00", "07:00:00")


def test_the_year_advances_from_december_to_january() -> None:
    texts = (said("12:00:00", f"DHCPACK on {A} to {MAC} via eth0{LASTS}", day) for day in ("Dec 31", "Jan  1"))
    years = [datetime.fromtimestamp(lease.begin // 1_000_000, UTC).year for lease in one(*texts).leases]
    assert years == [2001, 2002]


def test_without_a_year_or_a_zone_a_time_that_needs_them_is_none() -> None:
    assert reasons(one(ack("07:00:00"), year=None)) == [(1, "bad_time")]
    assert reasons(one(ack("07:00:00"), zone=None)) == [(1, "bad_time")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"no line of syslog, {A}", "malformed"),
        (said("07:00:00", f"DHCPACK on {A} to 02:0"), "malformed"),
        (said("07:00:00", f"DHCPACK on 198.51.100.300 to {MAC} via {A}"), "malformed"),
        (said("07:00:00", f"Option 82: received a REQUEST DHCP packet from relay-agent {A}"), "malformed"),
        ("\0\0" + ack("07:00:00"), "malformed"),
        (said("25:00:00", f"DHCPDISCOVER via {A}"), "bad_time"),
        (said("01:30:00", f"DHCPDISCOVER via {A}", "Mar 25"), "bad_time"),
    ],
)
def test_a_line_that_cannot_be_read_has_its_reason_and_the_next_is_read(text: str, reason: str) -> None:
    reading = one(text, " ", ack("07:00:00") + "\r")
    assert reasons(reading) == [(1, reason)]
    assert (reading.kept, reading.dropped) == (1, {"empty": 1})


def test_a_last_line_without_newline_that_does_not_read_is_truncated() -> None:
    assert reasons(one(ack("07:00:00")[:-15], ended=False)) == [(1, "truncated")]


def test_the_order_of_all_lines_of_a_host_settles_the_autumn_night_whoever_wrote_them() -> None:
    def night(clock: str, message: str) -> str:
        return said(clock, message, "Oct 28")

    given = f"DHCPACK on {A} to {MAC} via eth0 lease-duration 60"
    texts = (night("01:10:00", given), night("01:58:00", "bind"), night("01:00:00", "bind"), night("01:30:00", given))
    assert told(one(*texts)) == [
        ("00:10:00", "00:11:00", None, "timed_out", False),
        ("01:30:00", "01:31:00", None, "timed_out", False),
    ]
    assert {doubtful for *_, doubtful in told(one(*texts[:2]))} == {True}


def test_a_clock_that_was_set_back_makes_doubtful_what_lies_between() -> None:
    texts = (said("07:30:00", "bind"), said("07:20:00", "bind"), ack("07:25:00", more=LASTS))
    assert told(one(*texts)) == [
        ("06:25:00", "06:30:00", None, "timed_out", True),
        ("06:30:00", "07:25:00", None, "timed_out", False),
    ]


def test_lines_go_on_from_one_file_to_the_next() -> None:
    before = lines(*(text.encode() for text in (*served("07:00:00"), asked("07:30:00"))))
    first, second = read(before, lines(ack("07:30:00", more=LASTS).encode()))
    assert [one.kept for one in (first, second)] == [3, 1]
    assert told(first)[0] == ("06:00:00", "06:30:00", "l1", "last_seen", False)
    assert told(second)[-1][1:3] == ("07:30:00", "l1")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (ack("07:00:00", more=LASTS), f"Oct  2 07:00:00 dhcp1 dhcpd[471]: DHCPACK on {A} *** lease-duration 3600"),
        (asked("07:00:00"), "***"),
        ("line-1", "***"),
    ],
)
def test_what_is_shown_names_no_client(text: str, shown: str) -> None:
    assert FORMAT.mask(text.encode()) == shown.encode()


class Served(NamedTuple):
    kind: str  # ack, offer, release
    gap: int
    client: int
    lasts: int | None
    named: bool


def written(act: Served, passed: int) -> list[str]:
    clock, mac = f"07:{passed // 60:02}:{passed % 60:02}", f"02:00:00:00:00:0{act.client}"
    if act.kind == "offer":
        return [said(clock, f"DHCPOFFER on {A} to {mac} via eth0")]
    if act.kind == "release":
        return [said(clock, f"DHCPRELEASE of {A} from {mac} via eth0 (found)")]
    lasts = "" if act.lasts is None else f" lease-duration {act.lasts}"
    given_ = said(clock, f"DHCPACK on {A} to {mac} via eth0{lasts}")
    return [asked(clock, f"6c:3{act.client}", mac), given_] if act.named else [given_]


def painted(acts: list[Served]) -> tuple[list[str], dict[int, str]]:
    """Write the lines, and paint each second with its holder and `.` for certain, `?` for doubtful."""
    texts: list[str] = []
    seconds = dict.fromkeys(range(200), "")
    passed, offered, offers = 0, False, False
    last: tuple[int, int, bool, int | None] | None = None
    for act in acts:
        passed += act.gap
        texts += written(act, passed)
        offered, offers = offered or act.kind == "offer", offers or act.kind == "offer"
        if last is not None and last[1] != act.client and last[3] is not None:
            until = last[0] + last[3]
            shown = passed < until if act.kind == "offer" else act.kind == "release" or (offers and not offered)
            if shown:  # the line that gave it to this client is lost: of the other only its own line is left
                seconds |= {second: seconds[second][:-1] + "?" for second in range(last[0], until) if seconds[second]}
        if act.kind == "release":
            seconds |= dict.fromkeys(range(passed, 200), "")
            last = None if last is None or last[3] is None or passed < last[0] + last[3] else last
        if act.kind != "ack":
            continue
        name = f"l{act.client}" if act.named else "-"
        if last is not None and not offered and last[1:] == (act.client, act.named, None):
            seconds |= dict.fromkeys(range(last[0], passed), name + ".")
        until = 200 if act.lasts is None else passed + act.lasts
        seconds |= dict.fromkeys(range(passed, 200), "")
        seconds |= dict.fromkeys(range(passed, until), name + ("?" if act.lasts is None else "."))
        last, offered = (passed, act.client, act.named, act.lasts), False
    return texts, seconds


@given(
    st.lists(
        st.builds(
            Served,
            st.sampled_from(["ack", "ack", "ack", "ack", "offer", "release"]),
            st.integers(1, 9),
            st.integers(1, 2),
            st.none() | st.integers(1, 20),
            st.booleans(),
        ),
        max_size=8,
    )
)
def test_the_log_is_what_painting_its_lines_second_by_second_gives(acts: list[Served]) -> None:
    texts, seconds = painted(acts)
    found = dict.fromkeys(range(200), "")
    zero = int(datetime(2001, 10, 2, 6, tzinfo=UTC).timestamp())
    for lease in one(*texts).leases:
        for second in range(
            lease.begin // 1_000_000 - zero, 200 if lease.end is None else lease.end // 1_000_000 - zero
        ):
            assert not found[second]
            found[second] = f"{lease.account or '-'}{'?' if lease.doubtful else '.'}"
    assert found == seconds


@pytest.mark.parametrize(
    ("message", "until"),
    [
        (f"DHCPRELEASE of {A} from {OTHER} (pc) via eth0 (found)", "06:30:00"),
        (f"DHCPEXPIRE on {A} to {OTHER}", "06:30:00"),
        (f"DHCPOFFER on {A} to {OTHER} (pc) via eth0", "07:00:00"),
    ],
)
def test_a_line_that_shows_an_address_as_anothers_leaves_the_holder_nothing_but_his_own(
    message: str, until: str
) -> None:
    """That it was given to another is in a line that was lost; since when, nothing says."""
    reading = one(asked("07:00:00"), ack("07:00:00", more=LASTS), said("07:30:00", message))
    ((begin, end, account, _, doubtful),) = told(reading)
    assert (begin, end, account, doubtful, reading.kept) == ("06:00:00", until, "l1", True, 3)
    ((_, _, _, _, doubtful),) = told(
        one(asked("07:00:00"), ack("07:00:00", more=LASTS), said("07:30:00", message.replace(OTHER, MAC)))
    )
    assert not doubtful


@pytest.mark.parametrize(
    ("bad", "doubtful"),
    [
        (ack("07:30:00", OTHER)[:-20] + "\0", True),
        (ack("07:30:61", OTHER), True),
        (said("07:30:00", f"DHCPRELEASE of {A} from nowhere"), True),
        (said("07:30:00", f"DHCPACK on {A}"), True),
        (said("07:30:61", f"Abandoning IP address {A}: pinged before offer"), True),
        (said("07:30:61", f"DHCPOFFER on {A} to {OTHER} via eth0"), True),
        (ack("07:30:61", OTHER, address="198.51.100.99"), False),
        (f"sshd[12]: no head from {A}", False),
    ],
)
def test_what_an_unreadable_line_of_the_address_says_may_be_that_another_has_it(bad: str, doubtful: bool) -> None:  # noqa: FBT001 - what is expected
    reading = one(asked("07:00:00"), ack("07:00:00", more=LASTS), bad)
    assert told(reading) == [("06:00:00", "07:00:00", "l1", "timed_out", doubtful)]


def test_between_acknowledgements_with_an_unreadable_line_of_the_address_nothing_is_certain() -> None:
    offer = said("07:15:61", f"DHCPOFFER on {A} to {OTHER} (pc) via eth0")
    assert all(doubtful for *_, doubtful in told(one(*served("07:00:00"), offer, *served("07:30:00"))))
    bad = said("07:15:00", f"DHCPACK on {A} to nobody")
    texts = [*served("07:00:00"), bad, *served("07:30:00")]
    assert all(doubtful for *_, doubtful in told(one(*texts)))
    texts[2] = bad.replace(A, "198.51.100.99")
    assert told(one(*texts))[0] == (*HALF_AN_HOUR, "last_seen", False)


HALF_AN_HOUR = ("06:00:00", "06:30:00", "l1")


def test_an_acknowledgement_that_answers_no_offer_where_offers_are_logged_is_a_renewal() -> None:
    """The server gives an address to another only after an offer: the line that gave it to this client is lost."""
    offer = said("06:59:59", f"DHCPOFFER on {A} to {MAC} via eth0")
    served_ = [asked("07:00:00"), ack("07:00:00", more=LASTS)]
    assert told(one(offer, *served_, ack("07:30:00", OTHER, LASTS)))[0] == (*HALF_AN_HOUR, "replaced", True)
    assert told(one(*served_, ack("07:30:00", OTHER, LASTS)))[0] == (*HALF_AN_HOUR, "replaced", False)
    late = ack("08:30:00", OTHER, LASTS)
    assert told(one(offer, *served_, late))[0] == ("06:00:00", "07:00:00", "l1", "timed_out", True)
    offered = said("08:29:59", f"DHCPOFFER on {A} to {OTHER} via eth0")
    assert told(one(offer, *served_, offered, late))[0] == ("06:00:00", "07:00:00", "l1", "timed_out", False)


def test_an_offer_takes_nothing_where_nothing_is_certain() -> None:
    offer = said("07:30:00", f"DHCPOFFER on {A} to {OTHER} via eth0")
    assert one(*served("07:00:00"), offer).dropped == {"not_watched": 1}
    once = one(asked("07:00:00"), ack("07:00:00", more=LASTS), offer, offer)
    assert (once.kept, once.dropped) == (3, {"not_watched": 1})


def test_an_offer_after_a_lease_has_run_out_takes_nothing_from_it() -> None:
    offer = said("08:00:00", f"DHCPOFFER on {A} to {OTHER} via eth0")
    reading = one(asked("07:00:00"), ack("07:00:00", more=LASTS), offer)
    assert told(reading) == [("06:00:00", "07:00:00", "l1", "timed_out", False)]
    assert reading.dropped == {"not_watched": 1}


def test_the_messages_that_debian_s_users_have_seen_are_read_or_none_of_ours() -> None:
    path = GENUINE / "logcheck_dhcp.rules"
    if not path.exists():
        pytest.skip("the folder `shared` does not lie beside the checkout")
    rules = [text.replace("[[[:digit:]]+]", r"\[[[:digit:]]+\]") for text in path.read_text().splitlines()]
    classes = {"[:alnum:]": "a-zA-Z0-9", "[:digit:]": "0-9", "[:xdigit:]": "0-9A-Fa-f", "[:space:]": r"\s"}
    for name, letters in classes.items():
        rules = [rule.replace(name, letters) for rule in rules]
    seen = [re.compile(rule) for rule in rules if rule.startswith("^")]
    messages = {
        f"DHCPACK on {A} to {MAC} (pc) via eth0": "given",
        f"DHCPACK on {A} to {MAC} via 192.0.2.1": "given",
        f"DHCPOFFER on {A} to {MAC} (pc) via eth0": "offered",
        f"DHCPRELEASE of {A} from {MAC} (pc) via eth0 (found)": "released",
        f"DHCPRELEASE of {A} from {MAC} via eth0 (not found)": "released",
        f"BOOTREPLY for {A} to pc ({MAC}) via eth0": "booted",
        f"BOOTREPLY on {A} to {MAC} via eth0": "booted",
        f"DHCPACK to {A} ({MAC}) via eth0": None,
        f"DHCPINFORM from {A} via eth0": None,
        f"DHCPDISCOVER from {MAC} via eth0": None,
        f"DHCPREQUEST for {A} (192.0.2.7) from {MAC} (pc) via eth0": None,
        f"DHCPNAK on {A} to {MAC} via eth0": None,
        f"ICMP Echo reply while lease {A} valid.": None,
        "Wrote 12 leases to leases file.": None,
    }
    for message, form in messages.items():
        line = f"Oct  2 07:00:00 dhcp1 dhcpd[471]: {message}"
        assert any(rule.search(line) for rule in seen), message
        read_ = read_message(f"dhcpd[471]: {message}".encode())
        assert (None if read_ is None else read_.form) == form, message


def test_acknowledgements_of_two_hosts_say_nothing_of_what_lies_between() -> None:
    """The silence of each is its own: where one went on for the other, lines of the first may be lost."""
    texts = [*served("07:00:00"), *(text.replace(" dhcp1 ", " dhcp2 ") for text in served("07:30:00"))]
    assert all(doubtful for *_, doubtful in told(one(*texts)))


@pytest.mark.parametrize(
    "bad",
    [
        f"K on {A} to {OTHER} (pc) via 192.0.2.1",
        f"ACK on {A} to {OTHER} (pc) via 192.0.2.1",
        f"{A} to {OTHER} (pc) via 192.0.2.1",
        said("07:10:00", f"DHCPAC\0 on {A} to {OTHER} via 192.0.2.1"),
        f"d[471]: DHCPACK on {A} to {OTHER} via 192.0.2.1",
    ],
)
def test_a_line_damaged_before_the_address_may_have_given_it_to_another(bad: str) -> None:
    reading = one(ack("07:00:00", more=" lease-duration 3600"), bad)
    assert reasons(reading) == [(2, "malformed")]
    assert [doubtful for *_, doubtful in told(reading)][-1]


@pytest.mark.parametrize("program", ["sshd[1]: from", "dhcpd[471]: DHCPDISCOVER for", "dhcpd[471]: DHCPREQUEST for"])
def test_a_line_whose_time_cannot_be_read_but_that_gives_nothing_makes_no_doubt(program: str) -> None:
    bad = f"Oct  2 25:00:00 dhcp1 {program} {A} via eth0"
    reading = one(ack("07:00:00", more=" lease-duration 3600"), bad)
    assert reasons(reading) == [(2, "bad_time")]
    assert not any(doubtful for *_, doubtful in told(reading))
