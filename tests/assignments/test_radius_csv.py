"""RADIUS accounting out of a database: sessions or packets a row, under the usual names or the case's own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.assignments import FileLeases, Settings, Wanted
from landmark.assignments.radius_csv import FORMAT
from landmark.case import RADIUS_COLUMNS
from landmark.lines import Line

X, Y = "198.51.100.21", "198.51.100.22"
WANTED = Wanted(frozenset({X, Y, "2001:db8::5"}), frozenset(), 0, 4_000_000_000_000_000)
NAMES = {
    "radacctid": "1",
    "acctsessionid": "A1",
    "username": "user-a",
    "nasipaddress": "192.0.2.254",
    "nasportid": "",
    "acctstarttime": "2001-10-02 10:00:00",
    "acctupdatetime": "",
    "acctstoptime": "",
    "acctsessiontime": "",
    "callingstationid": "",
    "acctterminatecause": "",
    "framedipaddress": X,
    "framedipv6address": "",
    "framedipv6prefix": "",
    "delegatedipv6prefix": "",
}
HEADER = ",".join(NAMES)
PACKETS = "acctstatustype,timestamp,acctdelaytime,nasipaddress,acctsessionid,username,framedipaddress,acctsessiontime"


def row(**values: str) -> str:
    assert values.keys() <= NAMES.keys()
    return ",".join({**NAMES, **values}.values())


def lines(texts: list[str], *, ended: bool = True) -> list[Line]:
    found: list[Line] = []
    offset = 0
    for number, text in enumerate(texts, 1):
        written = text.encode("latin-1")
        found.append(Line(number, offset, written, ended or number < len(texts)))
        offset += len(written) + 1
    return found


def read_all(*texts: list[str], wanted: Wanted = WANTED, **settings: Any) -> list[FileLeases]:  # noqa: ANN401 - settings' own
    stated = {"zone": "UTC", "account_kind": "user-name", "line": lambda line: line.decode("latin-1"), **settings}
    ended = stated.pop("ended", True)
    settings_ = Settings(account=lambda account: account.decode("latin-1"), **stated)
    return FORMAT.read([lines(text, ended=ended) for text in texts], settings_, wanted)


def read(*texts: str, **more: Any) -> FileLeases:  # noqa: ANN401 - settings' own
    (reading,) = read_all(list(texts), **more)
    return reading


def hour(text: str) -> int:
    return int(datetime.fromisoformat(f"2001-10-02T{text}:00+00:00").timestamp()) * 1_000_000


def told(reading: FileLeases) -> list[tuple[str | None, str, str | None, str]]:
    """Give (account, from, until, how it ends), doubtful ones with a question mark."""

    clocks = {hour(f"{h:02}:{m:02}"): f"{h:02}:{m:02}" for h in range(24) for m in range(60)}
    return [
        (
            lease.account,
            clocks[lease.begin],
            None if lease.end is None else clocks[lease.end],
            lease.ends + "?" * lease.doubtful,
        )
        for lease in reading.leases
    ]


def reasons(reading: FileLeases) -> list[tuple[int, str]]:
    return [(reject.line, reject.reason) for reject in reading.rejects]


def at(clock: str) -> str:
    return f"2001-10-02 {clock}:00"


def test_a_row_with_a_stop_is_certain_from_begin_to_end() -> None:
    reading = read(HEADER, row(acctstoptime=at("11:00"), acctsessiontime="3600"))
    assert told(reading) == [("user-a", "10:00", "11:00", "stopped")]
    assert (reading.kept, reading.dropped, reading.leases[0].rows) == (1, {"directive": 1}, (2,))


def test_an_open_row_is_certain_to_its_update_and_doubtful_to_the_next_on_the_address() -> None:
    other = row(username="user-b", acctsessionid="B1", acctstarttime=at("13:00"), acctstoptime=at("14:00"))
    reading = read(HEADER, other, row(acctupdatetime=at("11:00")))
    assert sorted(told(reading)) == [
        ("user-a", "10:00", "11:00", "last_seen"),
        ("user-a", "11:00", "13:00", "replaced?"),
        ("user-b", "13:00", "14:00", "stopped"),
    ]
    assert told(read(HEADER, row(acctupdatetime=at("11:00"))))[1] == ("user-a", "11:00", None, "open?")


def test_an_open_row_without_an_update_is_doubtful_whole() -> None:
    for nothing in ("", "NULL", "null", r"\N", "0000-00-00 00:00:00", at("10:00")):
        assert told(read(HEADER, row(acctupdatetime=nothing, acctstoptime="NULL"))) == [
            ("user-a", "10:00", None, "open?")
        ]


@pytest.mark.parametrize("cause", ["NAS-Reboot", "NAS Reboot", "nas-request-reboot", "11"])
def test_a_row_that_a_restart_of_the_nas_ended_was_seen_last_at_its_update(cause: str) -> None:
    ended = {"acctstoptime": at("12:00"), "acctterminatecause": cause}
    assert told(read(HEADER, row(acctupdatetime=at("11:00"), **ended))) == [
        ("user-a", "10:00", "11:00", "last_seen"),
        ("user-a", "11:00", "12:00", "rebooted?"),
    ]
    assert told(read(HEADER, row(**ended))) == [("user-a", "10:00", "12:00", "rebooted?")]


@pytest.mark.parametrize(
    "closed",
    [
        {"acctterminatecause": "Admin-Reset"},
        {"acctterminatecause": "Admin Reset", "acctsessiontime": "7200"},
        {"acctterminatecause": "NAS_Error"},
        {"acctterminatecause": "Admin-Reboot"},
        {"acctterminatecause": "6"},
        {"acctterminatecause": "7"},
        {"acctterminatecause": "9"},
        {"acctsessiontime": "0"},
    ],
)
def test_a_row_that_was_closed_in_the_table_was_seen_last_at_its_update(closed: dict[str, str]) -> None:
    """Tables are tidied up: each session that is open for a day gets the present instant for its end."""
    ended = {"acctstoptime": at("12:00"), **closed}
    assert told(read(HEADER, row(acctupdatetime=at("11:00"), **ended))) == [
        ("user-a", "10:00", "11:00", "last_seen"),
        ("user-a", "11:00", "12:00", "stopped?"),
    ]
    assert told(read(HEADER, row(**ended))) == [("user-a", "10:00", "12:00", "stopped?")]


@pytest.mark.parametrize("by", [{"acctterminatecause": "User-Request"}, {"acctsessiontime": "7200"}, {}])
def test_a_row_with_the_end_of_its_stop_is_certain_to_it(by: dict[str, str]) -> None:
    assert told(read(HEADER, row(acctstoptime=at("12:00"), **by))) == [("user-a", "10:00", "12:00", "stopped")]


def test_a_session_of_less_than_a_minute_may_count_no_second() -> None:
    assert told(read(HEADER, row(acctstoptime=at("10:01"), acctsessiontime="0"))) == [
        ("user-a", "10:00", "10:01", "stopped")
    ]


NIGHT = 1_004_227_200_000_000  # 2001-10-28T00:00:00Z; clocks in London were put back at 01:00 of it


def night(**values: str) -> FileLeases:
    return read(HEADER, row(**values), zone="Europe/London")


def test_a_session_that_by_one_reading_lasted_and_counts_no_second_may_have_been_closed_in_the_table() -> None:
    (lease,) = night(
        acctstarttime="2001-10-28 01:59:50", acctstoptime="2001-10-28 02:00:20", acctsessiontime="0"
    ).leases
    assert (lease.begin - NIGHT, lease.doubtful) == (3590 * 1_000_000, True)


def test_a_begin_and_an_end_of_the_hour_that_occurs_twice_are_one_session_whatever_their_order() -> None:
    (lease,) = night(acctstarttime="2001-10-28 01:30:00", acctstoptime="2001-10-28 01:15:00").leases
    assert (lease.begin - NIGHT, lease.end, lease.doubtful) == (1800 * 1_000_000, NIGHT + 4500 * 1_000_000, True)


@pytest.mark.parametrize("cause", ["NAS-Reboot", "Admin-Reset"])
def test_a_row_without_begin_whose_end_is_no_stop_is_malformed(cause: str) -> None:
    reading = read(HEADER, row(acctstarttime="", acctstoptime=at("12:00"), acctterminatecause=cause))
    assert ([reject.reason for reject in reading.rejects], reading.leases) == (["malformed"], [])


def test_a_row_whose_seconds_deny_its_begin_is_doubtful() -> None:
    assert told(read(HEADER, row(acctstoptime=at("12:00"), acctsessiontime="3600"))) == [
        ("user-a", "10:00", "12:00", "stopped?")
    ]


def test_a_row_exported_twice_is_one_session() -> None:
    monday, tuesday = row(acctupdatetime=at("11:00")), row(acctupdatetime=at("12:00"), acctstoptime=at("12:00"))
    first, second = read_all([HEADER, monday], [HEADER, tuesday])
    assert told(first) == [("user-a", "10:00", "12:00", "stopped")]
    assert (first.kept, second.kept, second.leases) == (1, 1, [])
    again = read(HEADER, tuesday, tuesday)
    assert (again.kept, again.dropped) == (1, {"directive": 1, "duplicate": 1})


def test_every_address_is_a_lease_and_they_share_a_line() -> None:
    more = {
        "framedipv6address": "2001:DB8::5",
        "framedipv6prefix": "2001:db8::/64",
        "delegatedipv6prefix": "2001:db8::/56",
    }
    reading = read(HEADER, row(acctstoptime=at("11:00"), callingstationid="00-AB", nasportid="7", **more))
    assert [lease.address for lease in reading.leases] == [X, "2001:db8::/56", "2001:db8::/64", "2001:db8::5"]
    assert {lease.line for lease in reading.leases} == {"station\x0000-ab"}
    port = read(HEADER, row(acctstoptime=at("11:00"), nasportid="7"))
    assert port.leases[0].line == "port\x00192.0.2.254\x007"
    assert read(HEADER, row(acctstoptime=at("11:00"))).leases[0].line == "session\x00192.0.2.254\0A1\0user-a"


def test_a_row_without_an_address_is_kept_with_the_account_s_others() -> None:
    reading = read(HEADER, row(acctstoptime=at("11:00")), row(framedipaddress="", acctsessionid="A2"))
    assert (reading.kept, len(reading.leases)) == (2, 1)


def test_the_account_is_the_column_that_the_case_names() -> None:
    text = row(acctstoptime=at("11:00"), callingstationid="001", radacctid="c-1")
    for kind, columns, account in (
        ("user-name", {}, "user-a"),
        ("calling-station-id", {}, "001"),
        ("customer", {"account": "radacctid"}, "c-1"),
        ("circuit-id", {"circuit": "radacctid"}, "c-1"),
        ("user-name", {"user": "callingstationid"}, "001"),
    ):
        reading = read(HEADER, text, account_kind=kind, columns=columns)
        assert [lease.account for lease in reading.leases] == [account], (kind, columns)
    assert reasons(read(HEADER, text, account_kind="circuit-id")) == [(1, "malformed"), (2, "malformed")]


def test_an_account_that_is_not_recorded_is_nobody_known() -> None:
    assert [lease.account for lease in read(HEADER, row(acctstoptime=at("11:00"), username="")).leases] == [None]


def test_letter_case_and_order_of_the_columns_are_all_one() -> None:
    reading = read(
        "FramedIPAddress,AcctStopTime,AcctStartTime,UserName,AcctSessionId,NASIPAddress",
        f"{X},{at('11:00')},{at('10:00')},user-a,A1,192.0.2.254",
    )
    assert told(reading) == [("user-a", "10:00", "11:00", "stopped")]


@pytest.mark.parametrize(
    "header",
    [
        HEADER.replace("acctstarttime", "begin"),
        HEADER.replace("acctstoptime", "end"),
        HEADER.replace("username", "login"),
        HEADER.replace("framedip", "ip").replace("delegated", ""),
        HEADER.replace("radacctid", "username"),
        HEADER.replace("acctstoptime", '"acctstoptime'),
        HEADER.replace("radacctid", "acctstatustype"),
        row(),
    ],
)
def test_without_a_whole_header_nothing_is_read(header: str) -> None:
    reading = read(header, row())
    assert reasons(reading) == [(1, "malformed"), (2, "malformed")]
    assert not reading.leases


def test_a_column_that_the_case_names_must_be_there() -> None:
    assert reasons(read(HEADER, row(), columns={"updated": "seen"})) == [(1, "malformed"), (2, "malformed")]


@pytest.mark.parametrize("name", RADIUS_COLUMNS)
def test_every_column_may_have_a_name_of_its_own(name: str) -> None:
    """A name that is not in the header is refused: so every one of them is looked for."""
    assert reasons(read(HEADER, columns={name: "elsewhere"})) == [(1, "malformed")]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"acctstarttime": "soon"}, "malformed"),
        ({"acctstarttime": ""}, "malformed"),
        ({"framedipaddress": "198.51.100.300", "username": X}, "malformed"),
        ({"acctsessiontime": "an hour"}, "malformed"),
        ({"username": '"user-a'}, "malformed"),
        ({"username": "a,b"}, "malformed"),
        ({"acctstarttime": "1970-01-01 00:00:00"}, "bad_time"),
        ({"acctstarttime": "0"}, "bad_time"),
        ({"acctstarttime": "2001-02-30 10:00:00"}, "bad_time"),
        ({"acctstoptime": at("09:59")}, "bad_time"),
        ({"acctupdatetime": at("09:59")}, "bad_time"),
        ({"acctstoptime": at("11:00"), "acctsessiontime": "4294967295"}, "bad_time"),
    ],
)
def test_a_row_that_cannot_be_read_is_located_and_the_next_is_read(values: dict[str, str], reason: str) -> None:
    reading = read(HEADER, row(**values), row(acctstoptime=at("11:00")))
    assert reasons(reading) == [(2, reason)]
    assert told(reading) == [("user-a", "10:00", "11:00", "stopped")]
    assert reasons(read(HEADER, row(**values), ended=False)) == [(2, "truncated")]


def test_a_session_of_no_time_is_kept_and_is_no_lease() -> None:
    reading = read(HEADER, row(acctstoptime=at("10:00")))
    assert (reading.kept, reading.leases) == (1, [])


def test_a_row_whose_begin_is_not_recorded_is_one_whose_start_was_lost() -> None:
    text = row(acctstarttime="NULL", acctupdatetime=at("11:00"), acctstoptime=at("12:00"), acctsessiontime="7200")
    assert told(read(HEADER, text)) == [("user-a", "10:00", "12:00", "stopped?")]


def test_a_local_time_that_occurs_twice_is_certain_only_where_both_readings_hold() -> None:
    text = row(acctstarttime="2001-10-28 00:30:00", acctstoptime="2001-10-28 01:30:00")
    reading = read(HEADER, text, zone="Europe/London")
    assert [(lease.end, lease.doubtful) for lease in reading.leases] == [
        (1_004_229_000_000_000, False),
        (1_004_232_600_000_000, True),
    ]
    assert reasons(read(HEADER, text, zone=None)) == [(2, "bad_time")]


def test_a_clock_that_is_ahead_is_taken_off() -> None:
    reading = read(HEADER, row(acctstoptime=at("11:00")), clock_ahead=1_800_000_000)
    assert told(reading) == [("user-a", "09:30", "10:30", "stopped")]


def test_without_number_and_nas_every_row_is_a_session_of_its_own() -> None:
    header = "username,framedipaddress,acctstarttime,acctstoptime"
    reading = read(header, f"user-a,{X},{at('10:00')},{at('12:00')}", f"user-a,{X},{at('11:00')},{at('13:00')}")
    assert told(reading) == [("user-a", "10:00", "12:00", "stopped"), ("user-a", "11:00", "13:00", "stopped")]


def test_packets_a_row_are_read_as_a_detail_file_is() -> None:
    reading = read(
        PACKETS,
        f"Start,{at('10:00')},0,192.0.2.254,A1,user-a,{X},",
        f"Interim-Update,{at('10:30')},0,192.0.2.254,A1,user-a,{X},1800",
        f"Stop,2001-10-02 10:30:03,0,192.0.2.253,C1,user-c,{Y},600",
        f"Accounting-On,{at('11:00')},0,192.0.2.254,,,,",
        f"Start,{at('11:20')},0,192.0.2.254,A1,user-b,{X},",
        f"Stop,{at('12:30')},600,192.0.2.254,A1,user-b,{X},3600",
        f"Stop,{at('12:30')},600,192.0.2.254,A1,user-b,{X},3600",
        f"Tunnel-Stop,{at('12:30')},600,192.0.2.254,A1,user-b,{X},3600",
    )
    found = [one for one, lease in zip(told_loosely(reading), reading.leases, strict=True) if lease.address == X]
    assert found == [
        ("user-a", hour("10:00"), hour("10:30"), "last_seen", (2, 3)),
        ("user-a", hour("10:30"), hour("11:00"), "rebooted?", (3, 5)),
        ("user-b", hour("11:20"), hour("12:20"), "stopped", (6, 7)),
    ]
    assert reading.dropped == {"directive": 1, "duplicate": 1, "not_watched": 1}


def told_loosely(reading: FileLeases) -> list[tuple[str | None, int, int | None, str, tuple[int, ...]]]:
    return [
        (lease.account, lease.begin, lease.end, lease.ends + "?" * lease.doubtful, lease.rows)
        for lease in reading.leases
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"Start,{at('10:00')},0,,A1,user-a,{X},",
        f"Start,{at('10:00')},0,192.0.2.254,,user-a,{X},",
        f"Start,,0,192.0.2.254,A1,user-a,{X},",
        f"Start,{at('10:00')},late,192.0.2.254,A1,user-a,{X},",
    ],
)
def test_a_packet_that_lacks_what_it_is_known_by_is_malformed(text: str) -> None:
    assert reasons(read(PACKETS, text)) == [(2, "malformed")]


def test_only_what_bears_on_the_case_is_kept() -> None:
    reading = read(
        HEADER,
        row(acctstoptime=at("11:00")),
        row(acctstarttime="2001-09-02 10:00:00", acctstoptime="2001-09-02 11:00:00"),
        row(username="user-b", acctsessionid="B1", framedipaddress=Y, acctstoptime=at("11:00")),
        row(acctsessionid="A2", framedipaddress=Y, acctstarttime=at("20:00"), acctstoptime=at("21:00")),
        wanted=Wanted(frozenset({X}), frozenset(), hour("00:00"), hour("23:00")),
    )
    assert [(lease.address, lease.account) for lease in reading.leases] == [(X, "user-a"), (Y, "user-a")]
    assert (reading.kept, reading.dropped) == (2, {"directive": 1, "outside_window": 1, "not_watched": 1})


def test_masking_shows_dates_and_addresses_only() -> None:
    assert FORMAT.mask(HEADER.encode()) == HEADER.encode()
    text = row(acctstoptime=at("11:00"), callingstationid="0123456789").encode()
    masked = FORMAT.mask(text + b"\r")
    assert masked.endswith(b"\r")
    assert b"user-a" not in masked
    assert b"0123456789" not in masked
    assert X.encode() in masked
    assert at("11:00").encode() in masked
    assert FORMAT.mask(b'1,"user-a') == b"***"


@given(st.text("abcxyz-@.\"' ,", max_size=12))
def test_masking_leaves_no_account_whatever_it_is(name: str) -> None:
    quoted = '"canary' + name.replace('"', '""') + '"'
    for text in (row(username=quoted), f"canary{name}", f"{quoted},{X},{at('10:00')}"):
        assert b"canary" not in FORMAT.mask(text.encode())


@given(st.data())
def test_whatever_bytes_there_are_lines_add_up(data: st.DataObject) -> None:
    text = "\n".join([HEADER, row(acctstoptime=at("11:00")), row(acctupdatetime=at("12:00"), username="user-b")])
    for _ in range(data.draw(st.integers(0, 5))):
        begin = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(begin, min(len(text), begin + 20)))
        junk = data.draw(st.binary(max_size=5)).decode("latin-1")
        text = text[:begin] + junk + text[end:]
    parts = text.split("\n")
    for ended in (True, False):
        reading = read(*parts, ended=ended)
        assert reading.kept + reading.dropped.total() + len(reading.rejects) == len(parts)
        assert all(lease.end is None or lease.begin < lease.end for lease in reading.leases)
