"""ISC dhcpd's lease file: its times, states and blocks, genuine files, and what cannot be read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.assignments import FileLeases, Settings, Wanted
from landmark.assignments.dhcpd import FORMAT
from landmark.lines import Line

GENUINE = Path(__file__).resolve().parents[3] / "shared" / "data" / "isp"
A, B = "198.51.100.21", "198.51.100.22"
SIX = "2001:db8::5"


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


def lines(text: bytes) -> list[Line]:
    parts = text.split(b"\n")
    ended = [(part, True) for part in parts[:-1]] + ([(parts[-1], False)] if parts[-1] else [])
    offsets = [sum(len(part) + 1 for part, _ in ended[:place]) for place in range(len(ended))]
    return [Line(place + 1, offsets[place], part, end) for place, (part, end) in enumerate(ended)]


def read(*texts: bytes, addresses: tuple[str, ...] = (A, SIX), **settings: Any) -> list[FileLeases]:  # noqa: ANN401 - settings' own
    usual = {"account_kind": "circuit-id", "line": lambda line: "line " + line.decode("latin-1"), **settings}
    stated = Settings(account=lambda account: account.decode("latin-1"), **usual)
    wanted = Wanted(frozenset(addresses), frozenset(), 0, 4_000_000_000_000_000)
    return FORMAT.read([lines(text) for text in texts], stated, wanted)


def one(text: bytes, **settings: Any) -> FileLeases:  # noqa: ANN401 - settings' own
    (reading,) = read(text, **settings)
    assert reading.kept + reading.dropped.total() + len(reading.rejects) == len(lines(text))
    return reading


def block(*statements: str, address: str = A, circuit: str | None = '"line-1"', hardware: str = "01") -> bytes:
    body = [*statements, f"hardware ethernet 02:00:00:00:00:{hardware};"]
    if circuit is not None:
        body.append(f"option agent.circuit-id {circuit};")
    return (f"lease {address} {{\n" + "".join(f"  {one}\n" for one in body) + "}\n").encode("latin-1")


def starts(clock: str, day: str = "2 2001/10/02") -> str:
    return f"starts {day} {clock};"


def ends(clock: str, day: str = "2 2001/10/02") -> str:
    return f"ends {day} {clock};"


def told(reading: FileLeases) -> list[tuple[str, str | None, str | None, str, bool]]:
    def clock(instant: int | None) -> str | None:
        return None if instant is None else f"{datetime.fromtimestamp(instant // 1_000_000, UTC):%H:%M:%S}"

    return [
        (str(clock(lease.begin)), clock(lease.end), lease.account, lease.ends, lease.doubtful)
        for lease in reading.leases
    ]


def reasons(reading: FileLeases) -> list[tuple[int, str]]:
    return [(reject.line, reject.reason) for reject in reading.rejects]


@pytest.mark.parametrize(
    ("written", "begin"),
    [
        ("starts 2 2001/10/02 06:00:00;", "2001-10-02T06:00:00"),
        ("starts 5 2001/10/02 06:00:00;", "2001-10-02T06:00:00"),
        ("starts 2 2001/10/2 06:00:00 UTC;", "2001-10-02T06:00:00"),
        ("starts epoch 1002002400; # Tue Oct  2 01:00:00 2001", "2001-10-02T06:00:00"),
        ("starts 0 2001/10/28 01:30:00;", "2001-10-28T01:30:00"),
    ],
)
def test_times_are_utc_and_a_weekday_or_comment_changes_nothing(written: str, begin: str) -> None:
    (lease,) = one(block(written, "ends never;")).leases
    assert (lease.begin, lease.end, lease.ends) == (at(begin), None, "open")


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("starts 2 2001/02/30 06:00:00;", "bad_time"),
        ("starts 2 2001/10/02 25:00:00;", "bad_time"),
        ("starts 4 1970/01/01 00:00:00;", "bad_time"),
        ("starts epoch 0;", "bad_time"),
        ("starts epoch -1;", "bad_time"),
        ("starts never;", "bad_time"),
        ("starts 3 2001/10/03 00:00:00;", "bad_time"),
        ("starts 2001/10/02 06:00:00;", "malformed"),
        ("starts 2 2001-10-02 06:00:00;", "malformed"),
        ("starts epoch soon;", "malformed"),
        ("starts;", "malformed"),
        ("tstp 2 2001/10/02 06:00:00;", "malformed"),
    ],
)
def test_an_active_lease_without_a_begin_that_can_be_has_a_reason_for_each_line(written: str, reason: str) -> None:
    text = block(written, ends("22:00:00"))
    assert reasons(one(text)) == [(number, reason) for number in range(1, len(lines(text)) + 1)]


@pytest.mark.parametrize(
    ("state", "how"),
    [("active", "timed_out"), ("expired", "timed_out"), ("released", "released"), ("free", "timed_out")],
)
def test_each_state_says_how_the_lease_ends(state: str, how: str) -> None:
    text = block(starts("06:00:00"), ends("07:00:00"), f"binding state {state};", "next binding state free;")
    assert told(one(text)) == [("06:00:00", "07:00:00", "line-1", how, False)]


def test_a_block_without_state_is_of_an_old_server_and_in_force() -> None:
    assert told(one(block(starts("06:00:00"), ends("07:00:00")))) == [
        ("06:00:00", "07:00:00", "line-1", "timed_out", False)
    ]


@pytest.mark.parametrize("state", ["", "gone", "active free"])
def test_a_state_that_the_server_does_not_have_is_malformed(state: str) -> None:
    assert {
        reason for _, reason in reasons(one(block(starts("06:00:00"), ends("07:00:00"), f"binding state {state};")))
    } == {"malformed"}


def test_a_free_block_is_released_where_the_lease_was_to_end_later_and_keeps_the_account_of_its_start() -> None:
    text = block(starts("06:00:00"), ends("08:00:00"), "binding state active;") + block(
        starts("06:00:00"), ends("07:00:00"), "binding state free;", circuit=None
    )
    assert told(one(text)) == [("06:00:00", "07:00:00", "line-1", "released", False)]


@pytest.mark.parametrize(("begin", "hardware"), [("06:30:00", "01"), ("06:00:00", "02")])
def test_a_block_of_another_start_or_device_does_not_inherit_the_account(begin: str, hardware: str) -> None:
    text = block(starts("06:00:00"), ends("08:00:00")) + block(
        starts(begin), ends("08:00:00"), circuit=None, hardware=hardware
    )
    assert told(one(text))[-1] == (begin, "08:00:00", None, "timed_out", False)


def test_the_account_is_inherited_from_block_to_block() -> None:
    text = block(starts("06:00:00"), ends("08:00:00")) + b"".join(
        block(starts("06:00:00"), ends("08:00:00"), f"binding state {state};", circuit=None)
        for state in ("expired", "free")
    )
    (lease,) = one(text).leases
    assert (lease.account, lease.line, lease.ends) == ("line-1", "line line-1", "timed_out")
    assert len(lease.rows) == len(lines(text))


def test_a_row_of_another_account_ends_the_one_before_whatever_its_hardware_address() -> None:
    text = block(starts("06:00:00"), ends("08:00:00")) + block(starts("07:00:00"), ends("09:00:00"), circuit='"line-2"')
    assert told(one(text)) == [
        ("06:00:00", "07:00:00", "line-1", "replaced", False),
        ("07:00:00", "09:00:00", "line-2", "timed_out", False),
    ]


def test_renewals_join() -> None:
    text = b"".join(block(starts(f"0{hour}:00:00"), ends(f"0{hour + 2}:00:00")) for hour in (3, 4, 5))
    (lease,) = one(text).leases
    assert told(one(text)) == [("03:00:00", "07:00:00", "line-1", "timed_out", False)]
    assert lease.rows == tuple(range(1, 19))


def test_an_abandoned_address_is_nobody_s_until_the_next() -> None:
    text = (
        block(starts("06:00:00"), ends("08:00:00"))
        + block(starts("07:00:00"), ends("07:00:00"), "binding state abandoned;", circuit=None)
        + block(starts("07:30:00"), ends("09:00:00"), circuit='"line-2"')
    )
    assert told(one(text)) == [
        ("06:00:00", "07:00:00", "line-1", "released", False),
        ("07:30:00", "09:00:00", "line-2", "timed_out", False),
    ]


def test_one_abandoned_with_its_own_start_was_abandoned_at_an_unknown_instant_before_its_end() -> None:
    text = block(starts("06:00:00"), ends("08:00:00")) + block(
        starts("06:00:00"), ends("07:00:00"), "binding state abandoned;", circuit=None
    )
    assert told(one(text)) == [("06:00:00", "07:00:00", "line-1", "released", True)]


def test_an_abandoned_address_that_nobody_had_says_nothing_of_anybody() -> None:
    text = block(starts("06:00:00"), ends("08:00:00"), "binding state abandoned;")
    assert one(text).dropped == {"not_watched": len(lines(text))}


def test_a_free_block_without_end_leaves_what_was_planned_doubtful() -> None:
    text = block(starts("06:00:00"), ends("08:00:00")) + block(
        starts("07:00:00"), "binding state backup;", circuit=None
    )
    assert told(one(text)) == [
        ("06:00:00", "07:00:00", "line-1", "released", False),
        ("07:00:00", "08:00:00", "line-1", "released", True),
    ]


def test_a_clock_that_was_set_back_makes_doubtful_what_lies_between() -> None:
    text = (
        block(starts("06:00:00"), "cltt 2 2001/10/02 06:50:00;", ends("06:50:00"), address=B, circuit='"line-2"')
        + block(starts("06:20:00"), "cltt 2 2001/10/02 06:20:00;", ends("06:40:00"), address=B, circuit='"line-2"')
        + block(starts("06:00:00"), "cltt 2 2001/10/02 06:00:00;", ends("08:00:00"))
    )
    assert told(one(text)) == [
        ("06:00:00", "06:20:00", "line-1", "timed_out", False),
        ("06:20:00", "06:50:00", "line-1", "timed_out", True),
        ("06:50:00", "08:00:00", "line-1", "timed_out", False),
    ]


def test_a_step_within_the_tolerance_is_none_and_a_time_that_was_never_set_neither() -> None:
    text = b"".join(
        block(starts("06:00:00"), f"cltt {cltt};", ends("08:00:00"))
        for cltt in ("2 2001/10/02 06:00:05", "2 2001/10/02 06:00:00", "4 1970/01/01 00:00:00")
    )
    assert told(one(text)) == [("06:00:00", "08:00:00", "line-1", "timed_out", False)]


def test_what_the_clock_was_ahead_is_taken_off() -> None:
    assert told(one(block(starts("06:00:00"), ends("08:00:00")), clock_ahead=60_000_000)) == [
        ("05:59:00", "07:59:00", "line-1", "timed_out", False)
    ]


@pytest.mark.parametrize(
    ("kind", "account"),
    [
        ("circuit-id", "00:04:00:0a"),
        ("remote-id", "box"),
        ("client-id", "ff:00:00:00:01:00:03:61"),
        ("duid", "00:03:61"),
        ("user-name", None),
    ],
)
def test_the_account_is_what_the_case_says(kind: str, account: str | None) -> None:
    text = block(
        starts("06:00:00"),
        "ends never;",
        'option agent.remote-id "box";',
        "option agent.link-selection 10.0.0.1;",
        r'uid "\377\000\000\000\001\000\003a";',
        circuit="0:4:0:a",
    )
    (lease,) = one(text, account_kind=kind).leases
    assert (lease.account, lease.line) == (account, "line 00:04:00:0a\0box")


def test_a_hardware_address_is_never_an_account() -> None:
    (lease,) = one(block(starts("06:00:00"), "ends never;", circuit=None), account_kind="client-id").leases
    assert (lease.account, lease.line) == (None, None)


def test_a_statement_that_the_server_writes_once_makes_the_block_malformed_where_it_stands_twice() -> None:
    for twice in (starts("06:00:00"), "ends never;", 'option agent.circuit-id "line-1";', "hardware ethernet 02;"):
        text = block(starts("06:00:00"), "ends never;", twice)
        assert {reason for _, reason in reasons(one(text))} == {"malformed"}


SIXES = b"""\
server-duid "\\000\\001";

ia-na "\\001\\000\\000\\000\\000\\003\\000\\001a" {
  cltt 2 2001/10/02 06:00:00;
  iaaddr 2001:db8::5 {
    binding state active;
    preferred-life 375;
    max-life 600;
    ends 2 2001/10/02 07:00:00;
  }
  iaaddr 2001:DB8:0::6 {
    binding state active;
    ends never;
    set ddns-fwd-name = "pc.example";
  }
}
"""


def test_an_association_s_addresses_each_have_a_lease_of_all_its_lines() -> None:
    reading = one(SIXES, addresses=(SIX, "2001:db8::6"), account_kind="duid")
    assert [(one.address, one.account, one.rows) for one in reading.leases] == [
        ("2001:db8::5", "00:03:00:01:61", tuple(range(3, 17))),
        ("2001:db8::6", "00:03:00:01:61", tuple(range(3, 17))),
    ]
    assert (reading.kept, reading.dropped) == (14, {"directive": 1, "empty": 1})


def test_an_address_of_an_association_that_is_seen_brings_its_account_s_other_one() -> None:
    assert [lease.address for lease in one(SIXES, addresses=(SIX,), account_kind="duid").leases] == [
        "2001:db8::5",
        "2001:db8::6",
    ]


def test_a_delegated_prefix_bears_on_an_address_in_it() -> None:
    text = SIXES.replace(b"ia-na", b"ia-pd").replace(b"iaaddr 2001:db8::5", b"iaprefix 2001:db8::/48")
    (first, _) = one(text, addresses=("2001:db8:0:7::1", "2001:db8::6"), account_kind="duid").leases
    assert first.address == "2001:db8::/48"


def test_a_release_of_an_association_is_at_the_client_s_last_transaction() -> None:
    text = SIXES + SIXES.replace(b"06:00:00", b"06:20:00").replace(b"state active", b"state released")
    assert told(one(text, account_kind="duid", addresses=(SIX,)))[0] == (
        "06:00:00",
        "06:20:00",
        "00:03:00:01:61",
        "released",
        False,
    )


@pytest.mark.parametrize(
    "wrong",
    [
        (b"iaaddr 2001:db8::5 {", b"iaaddr 2001:db8::/64 {"),
        (b'"\\001\\000\\000\\000\\000\\003\\000\\001a"', b'"abcd"'),
        (b"  cltt 2 2001/10/02 06:00:00;\n", b"\n"),
    ],
)
def test_an_association_that_cannot_be_read_shares_its_fate_line_by_line(wrong: tuple[bytes, bytes]) -> None:
    reading = one(SIXES.replace(*wrong))
    assert [reject.reason for reject in reading.rejects] == ["malformed"] * 14


@pytest.mark.parametrize("other", [b"iaaddr {", b"iaaddr 2001:db8::6 {"])
def test_a_block_that_cannot_be_read_and_holds_no_address_asked_for_is_not_watched(other: bytes) -> None:
    reading = one(SIXES.replace(b"iaaddr 2001:db8::5 {", other))
    assert (reading.rejects, reading.dropped["not_watched"]) == ([], 14)


def test_comments_and_other_statements_are_directives_and_blank_lines_between_blocks_are_empty() -> None:
    text = (
        b"# This lease file was written by isc-dhcp-4.4.3\r\n\r\nauthoring-byte-order little-endian;\n"
        b'failover peer "one" state {\n  my state normal at 2 2001/10/02 06:00:00;\n\n  # so it is\n}\n'
        b"host a {\n  dynamic;\n  hardware ethernet 02:00:00:00:00:01;\n  fixed-address 198.51.100.21;\n}\n   \n"
    )
    assert one(text).dropped == {"directive": 12, "empty": 2}


def test_what_stands_inside_a_block_shares_its_fate_blank_lines_and_comments_too() -> None:
    text = (
        b"lease 198.51.100.21 {\n\n  # a comment\n  starts 2 2001/10/02 06:00:00;\n  ends never;\n"
        b'  on expiry or release {\n    if exists x {\n      log (info, "}");\n    }\n  }\n  bootp;\n}\n'
    )
    assert one(text).leases[0].rows == tuple(range(1, 13))


def test_a_whole_block_may_stand_on_one_line() -> None:
    assert len(one(b"lease 198.51.100.21 { starts 2 2001/10/02 06:00:00; ends never; }; # so\n").leases) == 1


def test_a_block_cut_off_at_the_file_s_end_is_truncated() -> None:
    text = block(starts("06:00:00"), "ends never;") + b"lease 198.51.100.22 {\n  starts 2 2001/10/02 06:00:00;\n  en"
    assert reasons(one(text)) == [(7, "truncated"), (8, "truncated"), (9, "truncated")]


def test_a_block_that_is_never_closed_ends_where_the_next_begins() -> None:
    reading = one(b"lease 198.51.100.22 {\n  starts 2 2001/10/0\n" + block(starts("06:00:00"), "ends never;"))
    assert reasons(reading) == [(1, "malformed"), (2, "malformed")]
    assert len(reading.leases) == 1


def test_two_blocks_spliced_on_one_line_accuse_nobody() -> None:
    good = block(starts("06:00:00"), "ends never;")
    spliced = good[:-1] + good
    assert reasons(one(spliced + good)) == [(number, "malformed") for number in range(1, 12)]
    assert one(spliced + good).kept == 6


@pytest.mark.parametrize("bad", [b"\0\0\0", b'"', b"garbage", b"}", b"starts 2 2001/10/02 06:00:00;", b"{", b'host "'])
def test_a_line_between_blocks_that_is_no_statement_is_malformed_and_the_next_is_read(bad: bytes) -> None:
    reading = one(bad + b"\n# a comment\n" + block(starts("06:00:00"), "ends never;"))
    assert reasons(reading) == [(1, "malformed")]
    assert reading.dropped == {"directive": 1}
    assert reading.kept == 6


@pytest.mark.parametrize("bad", [b"\0\0\0", b'  client-hostname "never closed;', b"  { }", b"  {"])
def test_a_line_in_a_block_that_cannot_be_read_spoils_the_block_and_not_the_next(bad: bytes) -> None:
    good = block(starts("06:00:00"), "ends never;")
    first = good.replace(b"  ends", bad + b"\n  ends")
    reading = one(first + good)
    assert {reason for _, reason in reasons(reading)} == {"malformed"}
    assert len(reading.rejects) == 7
    assert reading.kept == 6


def test_a_lease_written_again_in_the_next_file_is_counted_there_as_a_duplicate() -> None:
    first, second = read(
        block(starts("06:00:00"), "ends never;"), b"# new\n" + block(starts("06:00:00"), "ends never;")
    )
    assert (len(first.leases), first.kept) == (1, 6)
    assert (second.leases, second.dropped) == ([], {"directive": 1, "duplicate": 6})


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (b"lease 198.51.100.21 {", b"lease 198.51.100.21 {"),
        (b"  starts 2 2001/10/02 06:00:00;", b"  starts 2 2001/10/02 06:00:00;"),
        (b"  binding state active;\r", b"  binding state active;\r"),
        (b"}", b"}"),
        (b"  hardware ethernet 02:00:00:00:00:01;", b"  hardware ***"),
        (b'  uid "\\001";', b"  uid ***"),
        (b'  option agent.circuit-id "line-1";', b"  option agent.circuit-id ***"),
        (b'ia-na "abcdef" {', b"ia-na ***"),
        (b'  starts "line-1";', b"  starts ***"),
        (b"  starts epoch 1; # line-1", b"  starts ***"),
        (b"# line-1", b" ***"),
    ],
)
def test_what_is_shown_names_no_client(line: bytes, shown: bytes) -> None:
    assert FORMAT.mask(line) == shown


class Granted(NamedTuple):
    circuit: str | None
    state: str
    gap: int
    lasts: int
    hardware: str


@given(
    st.lists(
        st.builds(
            Granted,
            st.sampled_from(["1", "2", None]),
            st.sampled_from(["active", "active", "released", "expired", "free"]),
            st.integers(0, 9),
            st.integers(1, 20),
            st.sampled_from(["01", "02"]),
        ),
        max_size=7,
    )
)
def test_the_file_is_what_painting_its_blocks_second_by_second_gives(grants: list[Granted]) -> None:
    begin = datetime(2001, 10, 2, 6, tzinfo=UTC)
    text, seconds, passed = b"", dict.fromkeys(range(100), ""), 0
    before: tuple[int, str, str | None] | None = None
    active = False
    for grant in grants:
        passed += grant.gap
        since, until = (begin + timedelta(seconds=second) for second in (passed, passed + grant.lasts))
        circuit = None if grant.circuit is None else f'"line-{grant.circuit}"'
        text += block(
            f"starts 2 {since:%Y/%m/%d %H:%M:%S};",
            f"ends 2 {until:%Y/%m/%d %H:%M:%S};",
            f"binding state {grant.state};",
            circuit=circuit,
            hardware=grant.hardware,
        )
        account = grant.circuit
        if account is None and before is not None and before[:2] == (passed, grant.hardware):
            account = before[2]
        if before is not None and grant.state != "active" and active and before[0] < passed:
            _, device, holder = before
            if device != grant.hardware and (account is None or account != holder):
                # It ends another's lease, and nothing says since when that was another's.
                seconds |= {second: seconds[second] + "?" for second in range(before[0], passed) if seconds[second]}
        before, active = (passed, grant.hardware, account), grant.state == "active"
        for second in range(passed, 100):
            seconds[second] = f"line-{account}" if second < passed + grant.lasts else ""
    found = dict.fromkeys(range(100), "")
    zero = int(begin.timestamp())
    for lease in one(text).leases:
        for second in range(lease.begin // 1_000_000 - zero, (lease.end or 0) // 1_000_000 - zero):
            assert not found[second]
            found[second] = (lease.account or "line-None") + "?" * lease.doubtful
    assert found == seconds


def test_what_an_unreadable_block_of_the_address_says_may_be_that_another_has_it() -> None:
    first = block(starts("06:00:00"), "ends 2 2001/10/02 08:00:00;")
    other = block(starts("07:00:00"), "ends 2 2001/10/02 09:00:00;", circuit='"line-2"')
    broken = (other.replace(b"07:00:00", b"07:00"), other.replace(b"}", b'  uid "'), other[:-3], b"x" + other)
    for bad in broken:
        (lease,) = one(first + bad).leases
        assert (lease.account, lease.end, lease.doubtful) == ("line-1", at("2001-10-02T08:00:00"), True)
        (lease,) = one(first + bad.replace(b"198.51.100.21", b"198.51.100.99")).leases
        assert not lease.doubtful


@pytest.mark.parametrize("state", ["free", "expired", "released", "backup", "reset", "abandoned"])
def test_what_ends_a_lease_of_another_leaves_the_one_before_certain_at_its_own_row_alone(state: str) -> None:
    """The block that gave it to another cannot be read: since when that one had it, nothing says."""
    first = block(starts("06:00:00"), "ends 2 2001/10/02 08:00:00;", hardware="01")
    times = (starts("07:00:00"), "ends 2 2001/10/02 07:30:00;", f"binding state {state};")
    (lease, *_) = one(first + block(*times, circuit='"line-2"', hardware="02")).leases
    assert (lease.account, lease.doubtful, lease.ends) == ("line-1", True, "replaced")
    (lease, *_) = one(first + block(*times, circuit='"line-2"', hardware="01")).leases
    assert (lease.account, lease.doubtful) == ("line-1", False)


def genuine(name: str, *addresses: str, kind: str = "client-id") -> FileLeases:
    path = GENUINE / name
    if not path.exists():
        pytest.skip("the folder `shared` does not lie beside the checkout")
    return one(path.read_bytes(), addresses=addresses, account_kind=kind)


def test_a_genuine_file_of_debian() -> None:
    addresses = ("10.0.0.10", "10.0.0.15", "10.0.0.16", "10.0.0.17", "10.0.0.18", "10.0.0.21")
    reading = genuine("dhcpd_debian7.leases", *addresses)
    assert {(one.address, one.begin, one.end, one.account) for one in reading.leases} == {
        (
            "10.0.0.10",
            at("2013-12-10T12:57:04"),
            at("2013-12-10T13:07:04"),
            "ff:00:00:00:02:00:01:00:01:1a:31:c1:c0:00:23:8b:f0:46:e8",
        ),
        ("10.0.0.15", at("2014-01-23T13:40:45"), at("2014-01-23T13:50:45"), "01:bc:f5:ac:fe:d1:7d"),
        ("10.0.0.18", at("2014-10-07T13:13:14"), at("2014-10-07T15:13:14"), "01:e0:c9:7a:89:c9:2e"),
        ("10.0.0.21", at("2015-01-12T10:29:26"), at("2015-01-12T10:39:26"), "01:9c:2a:70:7c:43:6a"),
        ("10.0.0.16", at("2015-03-18T09:21:44"), at("2015-03-18T09:31:44"), "01:6c:71:d9:21:55:71"),
    }
    assert {lease.ends for lease in reading.leases} == {"timed_out"}
    assert (reading.kept, reading.rejects) == (10 + 4 * 9, [])
    assert reading.dropped == {"directive": 2, "empty": 1, "not_watched": 7}


def test_a_genuine_file_of_pfsense_whose_last_line_has_no_newline() -> None:
    reading = genuine("dhcpd_pfsense.leases", "10.0.10.72", "10.0.0.36")
    assert [(one.address, one.begin, one.end, one.ends) for one in reading.leases] == [
        ("10.0.10.72", at("2015-07-06T07:50:42"), at("2015-07-06T08:20:42"), "timed_out"),
        ("10.0.0.36", at("2015-07-06T07:38:46"), at("2015-07-06T08:38:46"), "timed_out"),
    ]
    assert (reading.kept, reading.dropped, reading.rejects) == (22, {"directive": 2, "empty": 1}, [])


def test_a_genuine_address_that_is_free_and_has_no_end_was_nobody_s() -> None:
    reading = genuine("dhcpd_static.leases", "10.0.0.15")
    assert (reading.leases, reading.dropped, reading.rejects) == ([], {"not_watched": 9}, [])


def test_a_genuine_file_of_associations() -> None:
    reading = genuine("dhcpd_dhcpd6-4.2.4.leases", "2001:610:600:891d::60", "2001:610:500:fff:1::1", kind="duid")
    duid = "00:01:00:01:1d:66:1f:e2:0a:00:27:00:00:00"
    assert [(one.address, one.begin, one.end, one.account) for one in reading.leases] == [
        ("2001:610:600:891d::60", at("2015-08-18T16:55:37"), at("2015-08-18T17:05:37"), duid),
        ("2001:610:500:fff::/64", at("2015-08-18T16:55:40"), at("2015-08-18T17:05:40"), duid),
    ]
    assert (reading.kept, reading.dropped) == (18, {"directive": 3, "empty": 2})


@pytest.mark.parametrize("state", ["free", "backup", "expired", "released"])
def test_one_without_end_that_is_over_all_the_same_has_ended_nobody_knows_when(state: str) -> None:
    written = block(starts("06:00:00"), "ends never;", f"binding state {state};")
    assert told(one(written)) == [("06:00:00", None, "line-1", "open", True)]
    assert told(one(written.replace(state.encode(), b"active"))) == [("06:00:00", None, "line-1", "open", False)]


def test_between_two_copies_of_the_file_another_may_have_had_what_its_holder_gave_back_early() -> None:
    """Of each address a copy keeps the last block: a whole lease may lie between two of them and stand in neither."""
    monday = block(starts("06:00:00"), ends("12:00:00"), "binding state active;")
    tuesday = block(starts("11:00:00"), ends("22:00:00"), "binding state active;", circuit='"line-3"', hardware="03")
    first, second = read(monday, tuesday)
    assert told(first) == [("06:00:00", "11:00:00", "line-1", "replaced", True)]
    assert told(second) == [("11:00:00", "22:00:00", "line-3", "timed_out", False)]
    first, _ = read(monday, tuesday.replace(b"11:00", b"14:00"))
    assert told(first) == [("06:00:00", "12:00:00", "line-1", "timed_out", True)]


@pytest.mark.parametrize(
    "then",
    [
        pytest.param(b"", id="nothing more"),
        pytest.param(block(starts("06:00:00"), ends("12:00:00"), "binding state active;"), id="the same block again"),
        pytest.param(block(starts("06:00:00"), ends("12:00:00"), "binding state free;"), id="the same, and over"),
    ],
)
def test_what_a_later_copy_still_says_of_a_lease_is_certain(then: bytes) -> None:
    monday = block(starts("06:00:00"), ends("12:00:00"), "binding state active;")
    tuesday = block(starts("14:00:00"), ends("22:00:00"), "binding state active;", circuit='"line-3"', hardware="03")
    texts = (monday, then + tuesday) if then else (monday + tuesday,)
    every = sorted(lease for reading in read(*texts) for lease in told(reading))
    assert every[0] == ("06:00:00", "12:00:00", "line-1", "timed_out", False)


@pytest.mark.parametrize("state", ["abandoned", "free"])
def test_a_later_copy_in_which_the_address_is_anothers_no_longer_leaves_doubt_from_the_last_block(state: str) -> None:
    monday = block(starts("06:00:00"), ends("12:00:00"), "binding state active;")
    over = (starts("09:00:00"), ends("09:00:00"), f"binding state {state};")
    first, _ = read(monday, block(*over, circuit='"line-3"', hardware="03"))
    assert all(doubtful for *_, doubtful in told(first))


@pytest.mark.parametrize("ages", [({"x": (0, 0)}, {"x": (0, 0)}), ({"x": (0, 2)}, {"x": (1, 1)})])
@pytest.mark.parametrize("turned", [False, True])
def test_of_two_copies_one_older_than_the_other_nobody_knows_which_none_is_believed_where_they_differ(
    ages: tuple[dict[str, tuple[int, int]], ...],
    turned: bool,  # noqa: FBT001 - which of them stands first
) -> None:
    """One has what the holder had planned, the other that he gave it back: whoever comes then is in neither."""
    copies = [
        block(starts("06:00:00"), ends("22:00:00"), "binding state active;"),
        block(starts("06:00:00"), ends("07:00:00"), "binding state free;"),
    ]
    every = [
        lease
        for reading in read(*copies[:: -1 if turned else 1], ages=ages, series=("x", "x"))
        for lease in told(reading)
    ]
    assert every
    assert all(doubtful for *_, doubtful in every)


def test_of_two_copies_of_one_age_what_is_in_both_or_in_one_is_certain() -> None:
    same = block(starts("06:00:00"), ends("12:00:00"), "binding state active;")
    other = same.replace(b".21 {", b".22 {")
    one_age = {"ages": ({"x": (0, 0)},) * 2, "series": ("x", "x")}
    first, second = read(same, same + other, **one_age, addresses=("198.51.100.21", "198.51.100.22"))
    assert [doubtful for *_, doubtful in (*told(first), *told(second))] == [False, False]
