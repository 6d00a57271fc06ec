"""What all logs of translations share: heads and their times, what bears on the case, what becomes of every line."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.assignments import ALL, FileLeases, Settings, Wanted
from landmark.assignments.nat.log import NatLog
from landmark.assignments.stamps import Clock
from landmark.assignments.times import Instant, UnreadableError
from landmark.lines import Line

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
OUTER = "203.0.113.5"
FORMATS = sorted(name for name, one in ALL.items() if isinstance(one, NatLog))
SECOND = 1_000_000
A, D = "2001-10-02T19:00:00Z cgn1 A ", "2001-10-02T19:30:00Z cgn1 D "
SIDES = "VRF 0 INT 10.0.0.1 EXT 203.0.113.5:1024-1535"
CREATED = (
    b"RT_FLOW_SESSION: session created 10.0.0.1/1->192.0.2.80/80 0x0 http 203.0.113.5/1->192.0.2.80/80 0x0 "
    b"source rule r N/A N/A 6 p a b 77"
)
WHOLE = (0, 4_000_000_000 * SECOND)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * SECOND


def lines(text: bytes) -> list[Line]:
    parts = text.split(b"\n")
    offsets = [sum(len(part) + 1 for part in parts[:number]) for number in range(len(parts))]
    last = len(parts) - 1
    cut = [Line(n + 1, offsets[n], part, n < last) for n, part in enumerate(parts)]
    return cut if parts[-1] else cut[:-1]


def read(
    *texts: str,
    name: str = "nfware-nat",
    window: tuple[int, int] = WHOLE,
    addresses: tuple[str, ...] = (OUTER,),
    **stated: Any,  # noqa: ANN401 - the settings' own
) -> list[FileLeases]:
    settings = Settings(account=lambda account: account.hex(), **stated)
    wanted = Wanted(frozenset(addresses), frozenset(), *window)
    return ALL[name].read([lines(text.encode("latin-1")) for text in texts], settings, wanted)


def spans(reading: FileLeases) -> list[tuple[int, int | None, bool]]:
    return [(lease.begin, lease.end, lease.doubtful) for lease in reading.leases]


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("<14>1 2001-10-02T19:00:00.250-07:00 cgn1 x", "2001-10-03T02:00:00.25Z"),
        ("2001-10-02T19:00:00.87+00:00 cgn1 x", "2001-10-02T19:00:00.87Z"),
        ("2001-10-02 19:00:00 cgn1 x", "2001-10-02T18:00:00Z"),
        ("<166>Oct  2 19:00:00 cgn1 x", "2001-10-02T18:00:00Z"),
        ("Oct 02 19:00:00 cgn1 x", "2001-10-02T18:00:00Z"),
        ("<166>Oct 02 2001 19:00:00: %ASA-6-305011: x", "2001-10-02T18:00:00Z"),
        ("<166>Oct 02 2001 19:00:00 cgn1 : %ASA-6-305011: x", "2001-10-02T18:00:00Z"),
        ("000042: Oct  2 19:00:00.250 UTC: %IPNAT-6-CREATED: x", "2001-10-02T18:00:00.25Z"),
        ("42: .Oct  2 2001 19:00:00.250: %IPNAT-6-CREATED: x", "2001-10-02T18:00:00.25Z"),
        ("1 2001 Oct 2 19:00:00 cgn1 - - NAT44 - [x]", "2001-10-02T18:00:00Z"),
    ],
)
def test_the_heads_that_devices_write_give_their_instant(written: str, instant: str) -> None:
    head = Clock("Europe/London", 2001).head(written.encode())
    expected = round(datetime.fromisoformat(instant).timestamp() * SECOND)
    assert head.at == (expected, expected)
    assert head.message.endswith((b"x", b"[x]"))
    assert head.stated is bool(re.search(r"[+-]\d\d:\d\d ", written))


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("no time at all", "malformed"),
        ("Okt  2 19:00:00 cgn1 x", "malformed"),
        ("Oct  2 19:00 cgn1 x", "malformed"),
        ("Oct  2 19:00:00", "malformed"),
        ("Oct  2 19:00:00 cgn1 \0x", "malformed"),
        ("Oct 32 19:00:00 cgn1 x", "bad_time"),
        ("Oct  2 25:00:00 cgn1 x", "bad_time"),
        ("*Oct  2 19:00:00: x", "bad_time"),
        ("Mar 25 01:30:00 cgn1 x", "bad_time"),
        ("2001-10-02T19:00:00+99:00 cgn1 x", "bad_time"),
    ],
)
def test_a_head_that_is_none_or_whose_time_is_none_says_so(written: str, reason: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        Clock("Europe/London", 2001).head(written.encode())
    assert refused.value.reason == reason


@pytest.mark.parametrize(("zone", "year"), [(None, 2001), ("UTC", None), ("UTC", 9999)])
def test_a_local_time_whose_zone_or_year_nobody_states_is_none(zone: str | None, year: int | None) -> None:
    with pytest.raises(UnreadableError) as refused:
        Clock(zone, year).head(b"Oct  2 19:00:00 cgn1 x")
    assert refused.value.reason == "bad_time"


def test_the_year_advances_where_december_turns_to_january_and_a_late_line_of_december_is_of_the_year_before() -> None:
    clock = Clock("UTC", 2001)
    written = ["Dec 31", "Jan  1", "Dec 31", "Jan  1", "Feb  1", "Dec 31", "Jan  1"]
    years = [
        datetime.fromtimestamp(clock.head(f"{day} 12:00:00 cgn1 x".encode()).at.earlier / SECOND, UTC).year
        for day in written
    ]
    assert years == [2001, 2002, 2001, 2002, 2002, 2002, 2003]


def test_each_series_of_files_has_its_own_year() -> None:
    line = "{} 12:00:00 cgn1 A VRF 0 INT 10.0.0.1 EXT 203.0.113.5:{}\n"
    first = line.format("Dec 31", "1-2") + line.format("Jan  1", "3-4")
    second = line.format("Dec 31", "5-6")
    readings = read(first, second, zone="UTC", year=2001, series=("a", "b"))
    assert [lease.begin for one in readings for lease in one.leases] == [
        at("2001-12-31T12:00:00+00:00"),
        at("2002-01-01T12:00:00+00:00"),
        at("2001-12-31T12:00:00+00:00"),
    ]


def test_a_local_hour_that_occurs_twice_is_certain_only_where_both_readings_hold() -> None:
    text = f"Oct 28 00:30:00 cgn1 A {SIDES}\nOct 28 01:30:00 cgn1 D {SIDES}\n"
    (reading,) = read(text, zone="Europe/London", year=2001)
    assert spans(reading) == [
        (at("2001-10-27T23:30:00+00:00"), at("2001-10-28T00:30:00+00:00"), False),
        (at("2001-10-28T00:30:00+00:00"), at("2001-10-28T01:30:00+00:00"), True),
    ]


def test_the_epoch_of_a_block_settles_the_hour_that_occurs_twice() -> None:
    seconds = at("2001-10-28T01:30:00+00:00") // SECOND
    alloc = (
        "Oct 28 01:30:00 cgn1 RT_NAT: RT_SRC_NAT_PBA_ALLOC: Subscriber 10.0.0.1 used/maximum [1/8] blocks, allocates "
        f"port block [1024-1151] from 203.0.113.5 in source pool p lsys_id: 0 epoch 0x{seconds:x}\n"
    )
    (reading,) = read(alloc, name="juniper-pba", zone="Europe/London", year=2001)
    assert spans(reading) == [(seconds * SECOND, None, True)]


def test_a_clock_that_was_measured_ahead_is_set_right() -> None:
    text = f"{A}{SIDES}\n{D}{SIDES}\n"
    (reading,) = read(text, clock_ahead=90 * SECOND)
    assert spans(reading) == [(at("2001-10-02T18:58:30+00:00"), at("2001-10-02T19:28:30+00:00"), False)]
    flow = (
        "[1002049231.5]\t[DESTROY] tcp      6 src=10.0.0.1 dst=192.0.2.80 sport=5000 dport=80 "
        "src=192.0.2.80 dst=203.0.113.5 sport=80 dport=1024 delta-time=31\n"
    )
    (reading,) = read(flow, name="conntrack", clock_ahead=SECOND)
    assert spans(reading) == [(1_002_049_199_500_000, 1_002_049_230_500_000, True)]


def test_only_the_outer_address_says_whether_a_record_bears_on_the_case() -> None:
    text = f"{A}{SIDES}\n{D}{SIDES}\n"
    (reading,) = read(text, addresses=("10.0.0.1",))
    assert (reading.leases, dict(reading.dropped)) == ([], {"not_watched": 2})


def test_what_does_not_touch_the_window_is_outside_it() -> None:
    text = f"{A}{SIDES}\n{D}{SIDES}\n"
    begin, end = at("2001-10-02T19:00:00+00:00"), at("2001-10-02T19:30:00+00:00")
    for window in ((end, end + SECOND), (begin - SECOND, begin)):
        (reading,) = read(text, window=window)
        assert (reading.leases, dict(reading.dropped)) == ([], {"outside_window": 2})
    (reading,) = read(text, window=(end - 1, end + SECOND))
    assert reading.kept == 2


def test_a_mapping_that_goes_on_in_the_next_text_is_divided_among_them_and_its_parts_touch() -> None:
    readings = read(f"{A}{SIDES}\n", f"{D}{SIDES}\n")
    assert [spans(one) for one in readings] == [
        [(at("2001-10-02T19:00:00+00:00"), at("2001-10-02T19:15:00+00:00"), False)],
        [(at("2001-10-02T19:15:00+00:00"), at("2001-10-02T19:30:00+00:00"), False)],
    ]
    assert [one.kept for one in readings] == [1, 1]
    assert [lease.rows for one in readings for lease in one.leases] == [(1,), (1,)]


def test_texts_are_taken_by_their_instants_whatever_their_order() -> None:
    assert [spans(one) for one in read(f"{D}{SIDES}\n", f"{A}{SIDES}\n")] == [
        [(at("2001-10-02T19:00:00+00:00"), at("2001-10-02T19:15:00+00:00"), False)],
        [(at("2001-10-02T19:15:00+00:00"), at("2001-10-02T19:30:00+00:00"), False)],
    ]


def test_a_translation_of_a_protocol_without_ports_and_an_address_that_is_not_changed_are_not_watched() -> None:
    icmp = "2001-10-02T19:00:00Z cgn1 A VRF 0 1 INT 10.0.0.1:7 EXT 203.0.113.5:7\n"
    same = "2001-10-02T19:00:00Z cgn1 A VRF 0 6 INT 203.0.113.5:7 EXT 203.0.113.5:7\n"
    (reading,) = read(icmp + same)
    assert (reading.leases, dict(reading.dropped)) == ([], {"not_watched": 2})


def test_a_last_line_without_newline_that_cannot_be_read_is_truncated() -> None:
    (reading,) = read(f"{A}{SIDES}\n{D}VRF 0 INT 10.0")
    assert [(one.line, one.reason) for one in reading.rejects] == [(2, "truncated")]


def test_two_records_in_one_line_are_one_line_kept() -> None:
    record = "[UserbasedA - 10.0.0.1 - - {} - {} - -]"
    text = "1 2001 Oct 2 19:00:00 cgn1 - - NAT44 - " + record.format(OUTER, "1 9") + record.format("192.0.2.9", "1 9")
    (reading,) = read(text + "\n", name="cisco-nat", zone="UTC")
    assert (reading.kept, len(reading.leases), dict(reading.dropped)) == (1, 1, {})


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_is_called_by_its_name_and_declares_no_zone(name: str) -> None:
    assert str(ALL[name]) == name
    assert not ALL[name].needs_zone


@pytest.mark.parametrize(
    ("name", "written", "masked"),
    [
        ("juniper-session", b'[junos source-address="10.0.0.1" username="user-a" roles="r" x="1"]', b"user-a"),
        (
            "juniper-session",
            CREATED + b" user-a last(role) ge-0/0/0.0",
            b"user-a last",
        ),
        (
            "juniper-session",
            CREATED.replace(b"created", b"closed TCP FIN:") + b" 1(2) 3(4) 5 UNKNOWN user-a(role) ge",
            b"user-a",
        ),
        (
            "cisco-nat",
            b"%ASA-6-305011: Built dynamic TCP translation from inside:10.0.0.1/5(AD\\user-a) to outside:203.0.113.5/6",
            b"user-a",
        ),
        ("f5-nat", b'lsn_event="LSN_ADD",cli="10.0.0.1:5",pem_subscriber_id="user-a",nat="203.0.113.5:6"', b"user-a"),
        ("a10-nat", b"CEF:0|A10|CFW|6|CGN 100|x|5|proto=TCP src=10.0.0.1 suser=user-a imsi=999", b"user-a"),
    ],
)
def test_subscribers_are_masked_and_addresses_are_shown(name: str, written: bytes, masked: bytes) -> None:
    shown = ALL[name].mask(written)
    assert masked not in shown
    assert b"***" in shown
    assert b"10.0.0.1" in shown


def test_an_attribute_that_is_no_address_time_or_number_is_masked() -> None:
    mask = ALL["nfware-radius"].mask
    assert mask(b"\tUser-Name = user-a") == b"\tUser-Name = ***"
    assert mask(b'\tNFWare-vCGNAT-VRF = "customer a"') == b"\tNFWare-vCGNAT-VRF = ***"
    for shown in (
        b"\tNFWare-vCGNAT-Inside-Addr = 10.0.0.1",
        b'\tEvent-Timestamp = "Oct  2 2001 20:00:00 BST"',
        b"\tAcct-Status-Type = Start",
        b"Tue Oct  2 20:00:00 2001",
    ):
        assert mask(shown) == shown
    assert mask(b"no attribute") == b"***"


@pytest.mark.parametrize("name", [*FORMATS, "nfware-radius"])
@given(st.data())
def test_corrupted_records_never_crash_and_always_add_up(name: str, data: st.DataObject) -> None:
    text = b"".join(example.text for example in ALL[name].examples())
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(text)))
        until = data.draw(st.integers(place, min(len(text), place + 6)))
        other = data.draw(st.binary(max_size=4) | st.sampled_from([b"\n", b"9" * 20, b"\0", b"-", b'"', b"[", b" "]))
        text = text[:place] + other + text[until:]
    cut = lines(text)
    middle = data.draw(st.integers(0, len(cut)))
    parts = [cut[:middle], cut[middle:]]
    settings = Settings(
        lambda account: account.hex(), zone="Europe/London", year=data.draw(st.sampled_from([None, 2001]))
    )
    readings = ALL[name].read(parts, settings, Wanted(frozenset({OUTER}), frozenset(), *WHOLE))
    for part, reading in zip(parts, readings, strict=True):
        assert reading.kept + reading.dropped.total() + len(reading.rejects) == len(part)
        rows = {row for lease in reading.leases for row in lease.rows}
        assert len(rows) == reading.kept
        for lease in reading.leases:
            assert lease.address == OUTER
            assert lease.account is None
            assert lease.end is None or lease.begin < lease.end
    for line in cut:
        ALL[name].mask(line.text)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared samples lie beside the checkout")
def test_lines_of_genuine_devices_are_read() -> None:
    rows = (SHARED / "data" / "isp" / "cgnat_lines.tsv").read_text(encoding="utf-8").splitlines()[1:]
    names = {"a10": "a10-nat", "a10-cef": "a10-nat", "nfware": "nfware-nat"}
    tried = 0
    for vendor, label, line in (row.split("\t") for row in rows):
        if label.startswith("TEMPLATE"):
            continue
        tried += 1
        every = tuple(set(re.findall(r"\d+\.\d+\.\d+\.\d+", line)))
        (reading,) = read(f"2001-10-02T19:00:00Z cgn1 {line}\n", name=names[vendor], addresses=every)
        assert not reading.rejects
        if "ICMP" not in line:
            (lease,) = reading.leases
            assert lease.inner == every[0] or lease.inner in every
            assert lease.address != lease.inner


def test_a_head_is_read_alike_however_often() -> None:
    clock = Clock("Europe/London", 2001)
    first, second = (clock.head(b"Oct 28 01:30:00 cgn1 x").at for _ in range(2))
    assert first == second == Instant(at("2001-10-28T00:30:00+00:00"), at("2001-10-28T01:30:00+00:00"))
