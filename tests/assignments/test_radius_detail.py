"""How a FreeRADIUS `detail` file is read: its records, its times, and what becomes of every line."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.assignments import FileLeases, Settings, Wanted
from landmark.assignments.radius_detail import FORMAT
from landmark.lines import Line

X = "198.51.100.21"
WANTED = Wanted(frozenset({X, "2001:db8::5"}), frozenset(), 0, 4_000_000_000_000_000)
GENUINE = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "isp" / "radius_detail_one.txt"
HEAD = "Tue Oct  2 10:00:00 2001"
TEN = 1_002_016_800
SECOND = 1_000_000


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * SECOND


def lines(text: bytes, first: int = 1) -> list[Line]:
    parts = text.split(b"\n")
    whole = [(part, True) for part in parts[:-1]] + ([(parts[-1], False)] if parts[-1] else [])
    cut: list[Line] = []
    offset = 0
    for number, (part, ended) in enumerate(whole, first):
        cut.append(Line(number, offset, part, ended))
        offset += len(part) + 1
    return cut


def read(text: bytes | list[Line], **settings: Any) -> FileLeases:  # noqa: ANN401 - settings' own
    stated = Settings(account=lambda account: account.decode("latin-1"), **{"zone": "UTC", **settings})
    (reading,) = FORMAT.read([lines(text) if isinstance(text, bytes) else text], stated, WANTED)
    return reading


def record(*attributes: str, head: str = HEAD, status: str = "Start", end: str = "\n\n", **others: Any) -> bytes:  # noqa: ANN401 - values or None
    """Give a record; an attribute among `others` stands in place of the usual one, or not at all if None."""
    usual: dict[str, str | None] = {
        "Acct-Status-Type": status,
        "User-Name": '"user-a"',
        "Acct-Session-Id": '"A1"',
        "NAS-IP-Address": "192.0.2.254",
        "Framed-IP-Address": X,
        "Timestamp": str(TEN),
    }
    usual |= {name.replace("_", "-"): value for name, value in others.items()}
    written = [f"{name} = {value}" for name, value in usual.items() if value is not None]
    return ("\n\t".join([head, *written, *attributes]) + end).encode("latin-1")


def stop(**others: Any) -> bytes:  # noqa: ANN401 - as for a record
    """Give the Stop an hour later."""
    return record(status="Stop", **{"head": "Tue Oct  2 11:00:00 2001", "Timestamp": str(TEN + 3600), **others})


def reasons(reading: FileLeases) -> dict[str, int]:
    found = [reject.reason for reject in reading.rejects]
    return {reason: found.count(reason) for reason in found}


def intervals(reading: FileLeases) -> list[tuple[int, int | None, bool]]:
    return [(lease.begin, lease.end, lease.doubtful) for lease in reading.leases]


HOUR = [(TEN * SECOND, (TEN + 3600) * SECOND, False)]
DOUBTFUL_HOUR = [(TEN * SECOND, (TEN + 3600) * SECOND, True)]


def test_every_line_of_a_kept_record_is_kept_and_the_blank_ones_between_are_empty() -> None:
    reading = read(b"\n" + record() + b"\n\n" + stop() + b"  \n")
    assert (reading.kept, reading.dropped, reading.rejects) == (14, {"empty": 6}, [])
    assert intervals(reading) == HOUR
    assert reading.leases[0].rows == (2, 12)


def test_the_genuine_record_without_a_blank_line_after_it_is_not_whole() -> None:
    if not GENUINE.exists():
        pytest.skip("the folder `shared` does not lie beside the checkout")
    text = GENUINE.read_bytes()
    assert reasons(read(text)) == {"truncated": text.count(b"\n")}
    assert read(text + b"\n").dropped == {"not_watched": text.count(b"\n"), "empty": 1}, "it names nobody asked for"
    held = text.replace(b'"bob"', X.encode())
    assert reasons(read(held + b"\n")) == {"malformed": text.count(b"\n")}, "it has no Acct-Session-Id"
    named = text.replace(b"Acct-Unique-Session-Id", b"Acct-Session-Id")
    assert read(named + b"\n").dropped == {"not_watched": text.count(b"\n"), "empty": 1}


def test_octets_and_gigawords_and_what_else_there_is_change_nothing() -> None:
    more = (
        "Acct-Input-Octets = 4294967295",
        "Acct-Input-Gigawords = 17",
        "Acct-Output-Gigawords = 4294967295",
        "Tunnel-Type:0 = PPTP",
        'Tunnel-Client-Endpoint:1 = "192.0.2.7"',
        'Cisco-AVPair = "one"',
        'Cisco-AVPair = "two = \\"three\\""',
        "Attr-26.9.1 = 0x0102",
        'Vendor-Specific.ADSL-Forum.Agent-Remote-Id = "r"',
        "Proxy-State := 0x31",
        "NAS-Identifier = 'nas.example'",
        'Reply-Message = ""',
    )
    assert intervals(read(record(*more) + stop())) == HOUR


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ('"user-a"', "user-a"),
        ("user-a", "user-a"),
        ("'user-a'", "user-a"),
        (r'"a\"b\\c"', 'a"b\\c'),
        (r'"J\366rg"', "J\xf6rg"),
        ('"J\xf6rg"', "J\xf6rg"),
        (r'"a\tb\nc"', "a\tb\nc"),
        ('" user a "', " user a "),
        ('"user-a@isp.example"', "user-a@isp.example"),
    ],
)
def test_an_account_is_its_exact_bytes_without_quotes_and_escapes(written: str, name: str) -> None:
    assert [lease.account for lease in read(record(User_Name=written) + stop(User_Name=written)).leases] == [name]


def test_without_the_account_s_attribute_it_is_held_by_nobody_known() -> None:
    assert [lease.account for lease in read(record(User_Name=None) + stop(User_Name=None)).leases] == [None]
    assert [lease.account for lease in read(record(User_Name='""') + stop(User_Name='""')).leases] == [None]


@pytest.mark.parametrize(
    ("attribute", "written", "address"),
    [
        ("Framed_IP_Address", X, X),
        ("Framed_IPv6_Address", "2001:DB8:0::5", "2001:db8::5"),
        ("Framed_IPv6_Prefix", "2001:db8::/64", "2001:db8::/64"),
        ("Delegated_IPv6_Prefix", "2001:db8::/56", "2001:db8::/56"),
        ("Framed_IPv6_Prefix", '"2001:db8::/64"', "2001:db8::/64"),
    ],
)
def test_addresses_and_prefixes_are_written_in_one_way(attribute: str, written: str, address: str) -> None:
    shown: dict[str, Any] = {"Framed_IP_Address": None, attribute: written}
    assert [lease.address for lease in read(record(**shown) + stop(**shown)).leases] == [address]


@pytest.mark.parametrize("written", ["255.255.255.254", "255.255.255.255", "0.0.0.0"])  # noqa: S104 - nothing is bound
def test_what_says_that_there_is_no_address_is_none(written: str) -> None:
    reading = read(record(Framed_IP_Address=written) + stop())
    assert intervals(reading) == DOUBTFUL_HOUR
    assert reading.kept == 14


def test_several_addresses_of_one_attribute_are_several_leases() -> None:
    more = "Framed-IPv6-Prefix = 2001:db8::/64", "Framed-IPv6-Prefix = 2001:db8:0:1::/64"
    reading = read(record(*more) + stop())
    assert [lease.address for lease in reading.leases] == [X, "2001:db8:0:1::/64", "2001:db8::/64"]


@pytest.mark.parametrize(
    "others",
    [
        {"Framed_IP_Address": "198.51.100.300", "User_Name": X},
        {"Framed_IP_Address": '"', "User_Name": X},
        {"Framed_IPv6_Prefix": "2001:db8::1/64"},
        {"User_Name": '"user-a'},
        {"User_Name": "'user-a"},
        {"User_Name": '"user-a" x'},
        {"User_Name": '"user\0a"'},
        {"Acct_Session_Id": None},
        {"Acct_Session_Id": '""'},
        {"NAS_IP_Address": None},
        {"Timestamp": "soon"},
        {"Timestamp": "1002016800000"},
        {"Timestamp": "-1"},
        {"Timestamp": "2001-10-02T10:00:00Z"},
        {"Acct_Delay_Time": "-1"},
        {"Acct_Delay_Time": "12345678901"},
        {"Acct_Session_Time": "an hour"},
        {"Event_Timestamp": '"yesterday"'},
        {"head": "2001-10-02"},
        {"head": "Tue Oct  2 10:00 2001"},
        {"head": "Die Okt  2 10:00:00 2001"},
        {"head": "\0\0\0Tue Oct  2 10:00:00 2001"},
    ],
)
def test_a_record_of_another_form_is_malformed_and_the_next_is_read(others: dict[str, Any]) -> None:
    text = record(**others)
    reading = read(text + record() + stop())
    assert reasons(reading) == {"malformed": text.count(b"\n") - 1}
    assert intervals(reading) == HOUR


@pytest.mark.parametrize(
    "more",
    ['User-Name = "user-b"', "Timestamp = 1002016801", "Acct-Status-Type = Stop", 'Acct-Session-Id = "B1"', "no value"],
)
def test_what_must_be_one_and_stands_twice_is_malformed(more: str) -> None:
    assert reasons(read(record(more))) == {"malformed": 8}
    assert intervals(read(record('User-Name = "user-a"', "Acct-Status-Type = Start") + stop())) == HOUR


@pytest.mark.parametrize(
    "others",
    [
        {"Timestamp": "0"},
        {"Timestamp": "000000000"},
        {"Acct_Delay_Time": "1002016800"},
        {"Acct_Session_Time": "4294967295"},
        {"Timestamp": None, "head": "Tue Feb 30 10:00:00 2001"},
        {"Timestamp": None, "head": "Wed Oct  2 10:00:00 2001"},
        {"Timestamp": None, "head": "Thu Jan  1 00:00:00 1970"},
        {"Timestamp": None, "head": "Tue Oct  2 25:00:00 2001"},
    ],
)
def test_an_instant_that_never_was_or_begins_at_the_epoch_s_zero_is_a_bad_time(others: dict[str, Any]) -> None:
    text = record(**others)
    assert reasons(read(text)) == {"bad_time": text.count(b"\n") - 1}


def test_malformed_comes_before_bad_time() -> None:
    assert reasons(read(record(Timestamp="0", User_Name='"'))) == {"malformed": 7}


@pytest.mark.parametrize("status", ["Tunnel-Start", "Failed", "15", ""])
def test_a_packet_that_says_nothing_of_a_session_s_addresses_is_not_watched(status: str) -> None:
    assert read(record(status=status)).dropped == {"not_watched": 7, "empty": 1}
    assert read(record(Acct_Status_Type=None, Packet_Type="Access-Request")).dropped["not_watched"] == 7


@pytest.mark.parametrize(("start", "end"), [("Start", "Stop"), ("1", "2"), ("start", "STOP")])
def test_the_type_of_a_packet_is_a_word_or_its_number(start: str, end: str) -> None:
    assert intervals(read(record(status=start) + stop(Acct_Status_Type=end))) == HOUR


@pytest.mark.parametrize("kind", ["Interim-Update", "Alive", "3"])
def test_an_interim_has_two_names(kind: str) -> None:
    assert intervals(read(record() + stop(Acct_Status_Type=kind)))[0] == HOUR[0]


def test_the_nas_is_known_by_its_address_or_else_by_its_name() -> None:
    for other in ("NAS_Identifier", "NAS_IPv6_Address", "Client_IP_Address"):
        named: dict[str, Any] = {"NAS_IP_Address": None, other: '"nas"'}
        assert intervals(read(record(**named) + stop(**named))) == HOUR
    assert intervals(read(record(NAS_Identifier="x") + stop(NAS_Identifier="y"))) == HOUR


def test_a_record_that_is_cut_off_at_the_end_is_truncated() -> None:
    for end in ("\n", "", "\n\t", "\n "):
        text = record() + stop(end=end)
        reading = read(text)
        assert reasons(reading) == {"truncated": len(lines(text)) - 8}, end
        assert intervals(reading) == [(TEN * SECOND, None, True)]
    assert reasons(read(b"Tue Oct  2 10:00:0")) == {"truncated": 1}
    assert reasons(read(b"\tUser-Name = x")) == {"truncated": 1}


def test_a_record_before_which_another_was_not_ended_is_read_and_that_other_is_malformed() -> None:
    reading = read(record(end="\n") + record() + stop())
    assert reasons(reading) == {"malformed": 7}
    assert intervals(reading) == HOUR


def test_attributes_without_a_first_line_are_malformed() -> None:
    reading = read(b"\tUser-Name = %b\n\n" % X.encode() + record() + stop())
    assert reasons(reading) == {"malformed": 1}
    assert intervals(reading) == HOUR


def test_a_line_of_nuls_spoils_the_record_that_it_falls_into_and_no_other() -> None:
    broken = [line.text for line in lines(record())]
    broken.insert(3, b"\0\0\0")
    reading = read(b"\n".join([*broken, b""]) + record() + stop())
    assert (reasons(reading), reading.dropped["not_watched"]) == ({"malformed": 5}, 3), "these three name nobody"
    assert intervals(reading) == HOUR


def test_a_record_of_which_a_line_is_missing_is_malformed() -> None:
    """A line that is too long is counted elsewhere and not given to a format."""
    whole = lines(record() + stop())
    reading = read([line for line in whole if line.number != 3])
    assert reasons(reading) == {"malformed": 6}
    assert [reject.line for reject in reading.rejects] == [1, 2, 4, 5, 6, 7]


def test_a_reject_is_located() -> None:
    text = record(Timestamp="0")
    located = [(reject.line, reject.offset, reject.length) for reject in read(text).rejects]
    assert located == [(line.number, line.offset, len(line.text)) for line in lines(text)[:-1]]


def test_lines_may_end_with_a_carriage_return() -> None:
    assert intervals(read((record() + stop()).replace(b"\n", b"\r\n"))) == HOUR


@pytest.mark.parametrize(
    "head",
    ["Tue Oct  2 10:00:05 2001", "Tue Oct  2 10:00:00 UTC 2001", "Tue Oct 02 10:00:00 2001 BST", "2001-10-02 10:00:00"],
)
def test_a_date_that_agrees_within_the_tolerance_changes_nothing(head: str) -> None:
    assert intervals(read(record(head=head) + stop())) == HOUR


@pytest.mark.parametrize(
    "head",
    ["Tue Oct  2 10:00:06 2001", "Tue Oct  2 09:00:00 2001", "Wed Oct  2 10:00:00 2001", "Fri Oct 32 10:00:00 2001"],
)
def test_a_date_that_disagrees_bounds_nothing_that_is_certain(head: str) -> None:
    assert intervals(read(record(head=head) + stop())) == DOUBTFUL_HOUR
    third = record(status="Interim-Update", head="Tue Oct  2 10:30:00 2001", Timestamp=str(TEN + 1800))
    half = [(TEN * SECOND, (TEN + 1800) * SECOND, True), ((TEN + 1800) * SECOND, (TEN + 3600) * SECOND, False)]
    assert intervals(read(record(head=head) + third + stop())) == half


def test_a_stop_whose_date_disagrees_is_believed_no_further_than_the_packet_before() -> None:
    third = record(status="Interim-Update", head="Tue Oct  2 10:30:00 2001", Timestamp=str(TEN + 1800))
    reading = read(record() + third + stop(head="Tue Oct  2 12:00:00 2001"))
    assert [(lease.end, lease.ends, lease.doubtful) for lease in reading.leases] == [
        ((TEN + 1800) * SECOND, "last_seen", False),
        ((TEN + 3600) * SECOND, "stopped", True),
    ]


@pytest.mark.parametrize(
    ("event", "zone", "agrees"),
    [
        ('"Oct  2 2001 10:00:00 UTC"', "UTC", True),
        ('"Oct  2 2001 10:00:10 UTC"', "UTC", True),
        ('"Oct  2 2001 10:00:11 UTC"', "UTC", False),
        ('"Oct  2 2001 11:00:00 BST"', "UTC", False),
        ('"Oct  2 2001 10:00:00 BST"', "UTC", True),
        ('"Oct  2 2001 11:00:00 BST"', "Europe/London", True),
        ('"Oct  2 2001 11:00:00 WIB"', "Europe/London", True),
        ('"Oct  2 2001 10:00:00 UTC"', "Europe/London", True),
        ('"Oct  2 2001 10:00:00 BST"', "Europe/London", False),
        ("1002016800", "UTC", True),
        ("1002020400", "UTC", False),
        ('"2001-10-02T10:00:00Z"', "Europe/London", True),
        ('"Oct 32 2001 10:00:00 UTC"', "UTC", False),
        ('"Jan  1 1970 00:10:00 UTC"', "UTC", True),
        ("0", "UTC", True),
        ("86400", "UTC", True),
    ],
)
def test_the_nas_s_own_time_is_a_check_in_the_declared_zone(event: str, zone: str, agrees: bool) -> None:  # noqa: FBT001 - a parameter of the test
    hour = 11 if zone == "Europe/London" else 10
    heads = f"Tue Oct  2 {hour}:00:00 2001", f"Tue Oct  2 {hour + 1}:00:00 2001"
    text = record(head=heads[0], Event_Timestamp=event) + stop(head=heads[1])
    assert intervals(read(text, zone=zone)) == (HOUR if agrees else DOUBTFUL_HOUR)


def test_the_nas_s_own_time_is_held_against_the_instant_without_the_delay() -> None:
    event = '"Oct  2 2001 09:50:00 UTC"'
    assert not read(record(Event_Timestamp=event, Acct_Delay_Time="600") + stop()).leases[0].doubtful
    assert read(record(Event_Timestamp=event) + stop()).leases[0].doubtful


def test_a_clock_that_is_ahead_agrees_with_a_right_one_and_with_its_like() -> None:
    for event in ('"Oct  2 2001 10:00:00 UTC"', '"Oct  2 2001 09:53:00 UTC"'):
        (lease,) = read(record(Event_Timestamp=event) + stop(), clock_ahead=420 * SECOND).leases
        assert (lease.begin, lease.doubtful) == ((TEN - 420) * SECOND, False)


def test_without_timestamp_the_date_counts_in_the_declared_zone_whatever_stands_beside_it() -> None:
    for head in ("Tue Oct  2 11:00:00 2001", "Tue Oct  2 11:00:00 UTC 2001"):
        text = record(head=head, Timestamp=None) + stop(head="Tue Oct  2 12:00:00 2001", Timestamp=None)
        assert intervals(read(text, zone="Europe/London")) == HOUR
        assert reasons(read(text, zone=None)) == {"bad_time": 12}


def test_a_local_time_that_never_occurs_is_a_bad_time_without_timestamp_and_disagrees_with_one() -> None:
    head = "Sun Mar 25 01:30:00 2001"
    assert reasons(read(record(head=head, Timestamp=None), zone="Europe/London")) == {"bad_time": 6}
    text = record(head=head, Timestamp="985483800") + stop(head="Tue Oct  2 12:00:00 2001")
    assert [lease.doubtful for lease in read(text, zone="Europe/London").leases] == [True]


def test_a_local_time_that_occurs_twice_is_certain_only_where_both_readings_hold() -> None:
    """In London the hour from one o'clock occurred twice on 28 October 2001."""
    first, second = at("2001-10-28T00:30:00Z"), at("2001-10-28T01:30:00Z")
    eve, noon = at("2001-10-27T23:30:00Z"), at("2001-10-28T12:00:00Z")
    early, twice, late = "Sun Oct 28 00:30:00 2001", "Sun Oct 28 01:30:00 2001", "Sun Oct 28 12:00:00 2001"

    def of(begin: str, end: str) -> list[tuple[int, int | None, bool]]:
        text = record(head=begin, Timestamp=None) + stop(head=end, Timestamp=None)
        return intervals(read(text, zone="Europe/London"))

    assert of(early, twice) == [(eve, first, False), (first, second, True)]
    assert of(twice, late) == [(first, second, True), (second, noon, False)]
    assert of(twice, "Sun Oct 28 01:10:00 2001") == [(first, at("2001-10-28T01:10:00Z"), True)]
    with_interim = record(head=early, Timestamp=None) + record(head=twice, Timestamp=None, status="Alive")
    text = with_interim + stop(head=late, Timestamp=None)
    assert intervals(read(text, zone="Europe/London")) == [(eve, noon, False)]
    assert intervals(read(with_interim, zone="Europe/London")) == [(eve, first, False), (first, None, True)]


def test_a_timestamp_settles_which_of_two_local_times_it_was() -> None:
    stamps = at("2001-10-28T00:30:00Z") // SECOND, at("2001-10-28T01:30:00Z") // SECOND
    text = record(head="Sun Oct 28 01:30:00 2001", Timestamp=str(stamps[0]))
    text += stop(head="Sun Oct 28 01:30:00 2001", Timestamp=str(stamps[1]))
    assert intervals(read(text, zone="Europe/London")) == [(stamps[0] * SECOND, stamps[1] * SECOND, False)]


def test_a_timestamp_that_its_own_date_denies_is_no_clock_that_was_set() -> None:
    wrong = record(Timestamp="1902016800", User_Name='"user-b"', Acct_Session_Id='"B1"')
    assert intervals(read(record() + wrong + stop()))[0] == HOUR[0]


def test_texts_that_can_be_read_once_only_are_read_all_the_same() -> None:
    settings = Settings(account=bytes.decode, zone="UTC")
    (reading,) = FORMAT.read(iter([iter(lines(record() + stop()))]), settings, WANTED)
    assert intervals(reading) == HOUR


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        (HEAD, HEAD),
        ("", ""),
        ("\tFramed-IP-Address = 198.51.100.21", "\tFramed-IP-Address = 198.51.100.21"),
        ("\tFramed-IPv6-Prefix = 2001:db8::/64\r", "\tFramed-IPv6-Prefix = 2001:db8::/64\r"),
        ("\tAcct-Status-Type = Start", "\tAcct-Status-Type = Start"),
        ("\tTimestamp = 1002016800", "\tTimestamp = 1002016800"),
        ('\tEvent-Timestamp = "Oct  2 2001 10:00:00 BST"', '\tEvent-Timestamp = "Oct  2 2001 10:00:00 BST"'),
        ('\tUser-Name = "user-a"', "\tUser-Name = ***"),
        ("\tUser-Name = 198.51.100.21", "\tUser-Name = ***"),
        ("\tAcct-Status-Type = user-a", "\tAcct-Status-Type = ***"),
        ("\tFramed-IP-Address = user-a", "\tFramed-IP-Address = ***"),
        ('\tCalling-Station-Id = "0123456789"', "\tCalling-Station-Id = ***"),
        ('\tUser-Name = "user-a', "***"),
        ("user-a", "***"),
        ("\t198.51.100.21", "***"),
    ],
)
def test_masking_shows_times_addresses_and_types_only(line: str, masked: str) -> None:
    assert FORMAT.mask(line.encode()) == masked.encode()


@given(
    st.text("abcxyz-@.\"' \\=", max_size=12), st.sampled_from(["User-Name", "Timestamp", "Class", "X.User-Name", ""])
)
def test_masking_leaves_no_account_whatever_it_is_and_wherever_it_stands(name: str, attribute: str) -> None:
    canary = "canary" + name
    for text in (f"\t{attribute} = {canary}", f'\t{attribute} = "{canary}"', canary, f"{HEAD} {canary}"):
        assert b"canary" not in FORMAT.mask(text.encode())


SOME = record() + record(User_Name='"user-b"', Acct_Session_Id='"B1"', status="Interim-Update") + stop()


@given(st.data())
def test_whatever_bytes_there_are_lines_add_up_and_nothing_certain_is_made_of_them(data: st.DataObject) -> None:
    """A certain lease of user-a begins and ends with whole records of user-a, whatever is broken between."""
    text = SOME
    for _ in range(data.draw(st.integers(1, 4))):
        begin = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(begin, min(len(text), begin + 20)))
        junk = data.draw(st.binary(max_size=6) | st.sampled_from([b"\n", b"\n\n", b"\t", b'"', b"\0", b" = "]))
        text = text[:begin] + junk + text[end:]
    cut = lines(text)
    reading = read(cut)
    assert reading.kept + reading.dropped.total() + len(reading.rejects) == len(cut)
    rejected = {reject.line for reject in reading.rejects}
    for lease in reading.leases:
        assert rejected.isdisjoint(lease.rows)
        assert all(cut[row - 1].text[:1] not in {b"\t", b" ", b""} for row in lease.rows)
