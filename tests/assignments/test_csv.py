from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.assignments import FileLeases, Settings, Wanted
from landmark.assignments.csv import FORMAT
from landmark.sources import Line

HEADER = b"address,port_from,port_to,from,until,account"
A = "198.51.100.21"


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * 1_000_000


def lines(*texts: bytes, ended: bool = True) -> list[Line]:
    offsets = [sum(len(text) + 1 for text in texts[:number]) for number in range(len(texts))]
    last = len(texts) - 1
    return [Line(n + 1, offsets[n], text, ended or n < last) for n, text in enumerate(texts)]


def read(*texts: bytes, wanted: Wanted | None = None, ended: bool = True, **settings: Any) -> FileLeases:  # noqa: ANN401 - settings' own
    everything = Wanted(frozenset({A, "2001:db8::5"}), frozenset(), 0, 4_000_000_000_000_000)
    stated = Settings(account=lambda account: account.decode("latin-1"), **settings)
    (reading,) = FORMAT.read([lines(*texts, ended=ended)], stated, wanted or everything)
    return reading


def reasons(reading: FileLeases) -> list[tuple[int, str]]:
    return [(reject.line, reject.reason) for reject in reading.rejects]


def row(**fields: str) -> bytes:
    times = {"since": "2001-10-02T19:00:00Z", "until": ""}
    usual = {
        "address": A,
        "port_from": "",
        "port_to": "",
        **times,
        "account": "user-a",
    }  # what is given besides is last
    return ",".join({**usual, **fields}.values()).encode("latin-1")


def boundaries(reading: FileLeases) -> list[tuple[int, int | None, bool]]:
    return [(lease.begin, lease.end, lease.doubtful) for lease in reading.leases]


def test_a_record_is_a_lease_whose_end_is_stated() -> None:
    (lease,) = read(HEADER, row(port_from="1024", port_to="2047", until="2001-10-02T20:00:00Z")).leases
    assert lease == (
        A,
        1024,
        2047,
        None,
        None,
        at("2001-10-02T19:00:00Z"),
        at("2001-10-02T20:00:00Z"),
        "user-a",
        None,
        "stated",
        False,
        (2,),
        None,
    )


def test_the_ports_stay_as_recorded_also_where_they_restrict_nothing() -> None:
    (lease,) = read(HEADER, row(port_from="0", port_to="65535")).leases
    assert (lease.port_from, lease.port_to) == (0, 65535)


@pytest.mark.parametrize(
    ("low", "high"), [("1", ""), ("", "1"), ("2", "1"), ("0", "65536"), ("-1", "5"), ("a", "5"), ("٣", "5")]
)
def test_ports_that_are_no_range_make_a_line_malformed(low: str, high: str) -> None:
    text = f"{A},{low},{high},2001-10-02T19:00:00Z,,user-a"
    assert reasons(read(HEADER, text.encode())) == [(2, "malformed")]


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("2001:DB8:0:0::5", "2001:db8::5"),
        ("::ffff:198.51.100.21", A),
        ("198.51.100.21/32", A),
        (" 198.51.100.21 ", A),
        ("198.51.100.0/24", "198.51.100.0/24"),
        ("2001:db8:0::/48", "2001:db8::/48"),
        ("::ffff:198.51.100.0/120", "198.51.100.0/24"),
    ],
)
def test_addresses_and_prefixes_are_written_in_one_way(written: str, canonical: str) -> None:
    assert [lease.address for lease in read(HEADER, row(address=written)).leases] == [canonical]


@pytest.mark.parametrize(
    "written",
    [
        "",
        "198.51.100.21/24",
        "198.51.100.300",
        "198.51.100.021",
        "host.example",
        "fe80::1%eth0",
        "198.51.100.21/255.255.255.255/1",
    ],
)
def test_what_is_no_address_makes_a_line_malformed(written: str) -> None:
    assert reasons(read(HEADER, row(address=written, account=A))) == [(2, "malformed")]


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2001-10-02T19:00:00Z", "2001-10-02T19:00:00Z"),
        ("2001-10-02 19:00:00+02:00", "2001-10-02T17:00:00Z"),
        ("2001-10-02T19:00:00-0530", "2001-10-03T00:30:00Z"),
        ("2001-10-02T19:00+02", "2001-10-02T17:00:00Z"),
        ("2001-10-02T19:00:00 Z", "2001-10-02T19:00:00Z"),
        ("1002049200", "2001-10-02T19:00:00Z"),
        ("2001-10-02 19:00:00", "2001-10-02T18:00:00Z"),
        ("2001-12-02 19:00:00", "2001-12-02T19:00:00Z"),
    ],
)
def test_times_are_read_with_their_offset_or_in_the_declared_zone(written: str, instant: str) -> None:
    assert boundaries(read(HEADER, row(since=written), zone="Europe/London")) == [(at(instant), None, False)]


def test_fractions_of_a_second_are_kept_to_the_microsecond() -> None:
    for written in (
        "2001-10-02T19:00:00.25Z",
        "2001-10-02 20:00:00.250000999",
        "1002049200.25",
        '"2001-10-02T19:00:00,25Z"',
    ):
        (lease,) = read(HEADER, row(since=written), zone="Europe/London").leases
        assert lease.begin == at("2001-10-02T19:00:00Z") + 250_000


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "malformed"),
        ("yesterday", "malformed"),
        ("20011002", "malformed"),
        ("1002049200000", "malformed"),
        ("2001-10-02", "malformed"),
        ("2001-10-02T19:00:00+2:00", "malformed"),
        ("02/10/2001 19:00:00", "malformed"),
        ("2001-02-30T19:00:00Z", "bad_time"),
        ("2001-10-02T25:00:00Z", "bad_time"),
        ("2001-10-02T19:00:60Z", "bad_time"),
        ("0000-10-02T19:00:00Z", "bad_time"),
        ("2001-03-25 01:30:00", "bad_time"),
        ("0", "bad_time"),
        ("000000000", "bad_time"),
        ("1970-01-01T00:00:00Z", "bad_time"),
        ("1970-01-01T01:00:00+01:00", "bad_time"),
    ],
)
def test_a_broken_time_is_malformed_and_one_that_never_was_is_a_bad_time(written: str, reason: str) -> None:
    assert reasons(read(HEADER, row(since=written), zone="Europe/London")) == [(2, reason)]


def test_a_local_time_without_a_declared_zone_is_a_bad_time() -> None:
    assert reasons(read(HEADER, row(since="2001-10-02 19:00:00"))) == [(2, "bad_time")]


def test_malformed_comes_before_bad_time() -> None:
    assert reasons(read(HEADER, row(since="0", until="soon"))) == [(2, "malformed")]
    assert reasons(read(HEADER, row(since="0", address="nowhere", account=A))) == [(2, "malformed")]


@pytest.mark.parametrize("until", ["2001-10-02T19:00:00Z", "2001-10-02T18:59:59Z"])
def test_an_interval_that_holds_no_instant_is_a_bad_time(until: str) -> None:
    assert reasons(read(HEADER, row(until=until))) == [(2, "bad_time")]


def test_a_boundary_that_occurs_twice_is_certain_only_where_both_readings_hold() -> None:
    """In London the hour from one o'clock occurred twice on 28 October 2001."""
    first, second = at("2001-10-28T00:30:00Z"), at("2001-10-28T01:30:00Z")
    noon, eve = at("2001-10-28T12:00:00Z"), at("2001-10-27T12:00:00Z")
    begins = read(HEADER, row(since="2001-10-28 01:30:00", until="2001-10-28 12:00:00"), zone="Europe/London")
    assert boundaries(begins) == [(first, second, True), (second, noon, False)]
    ends = read(HEADER, row(since="2001-10-27 13:00:00", until="2001-10-28 01:30:00"), zone="Europe/London")
    assert boundaries(ends) == [(eve, first, False), (first, second, True)]
    assert begins.kept == ends.kept == 1
    endless = read(HEADER, row(since="2001-10-28 01:30:00"), zone="Europe/London")
    assert boundaries(endless) == [(first, second, True), (second, None, False)]


def test_an_interval_that_may_be_empty_by_one_reading_is_doubtful_whole() -> None:
    within = read(HEADER, row(since="2001-10-28 01:10:00", until="2001-10-28 01:40:00"), zone="Europe/London")
    assert boundaries(within) == [(at("2001-10-28T00:10:00Z"), at("2001-10-28T01:40:00Z"), True)]
    back = read(HEADER, row(since="2001-10-28 01:40:00", until="2001-10-28 01:10:00"), zone="Europe/London")
    assert boundaries(back) == [(at("2001-10-28T00:40:00Z"), at("2001-10-28T01:10:00Z"), True)]
    stated = read(HEADER, row(since="2001-10-28T00:10:00Z", until="2001-10-28 01:05:00"), zone="Europe/London")
    assert boundaries(stated) == [(at("2001-10-28T00:10:00Z"), at("2001-10-28T01:05:00Z"), True)]


def test_a_clock_that_is_ahead_is_taken_off_both_boundaries() -> None:
    reading = read(HEADER, row(until="2001-10-02T20:00:00Z"), clock_ahead=90_000_000)
    assert boundaries(reading) == [(at("2001-10-02T18:58:30Z"), at("2001-10-02T19:58:30Z"), False)]


def test_an_empty_account_is_a_lease_without_account() -> None:
    assert [lease.account for lease in read(HEADER, row(account="")).leases] == [None]


def test_an_account_is_its_exact_bytes() -> None:
    name = b'"J\xf6rg, ""the"" user "'
    (lease,) = read(HEADER, row(account="@").replace(b"@", name)).leases
    assert lease.account == 'J\xf6rg, "the" user '


def test_columns_stand_in_any_order_and_others_are_left_alone() -> None:
    header = b"\xef\xbb\xbfid,account,until,from,protocol,port_to,port_from,destination,address"
    text = f"7,user-a,,2001-10-02T19:00:00Z,TCP,2047,1024,192.0.2.1:80,{A}".encode()
    (lease,) = read(header, text).leases
    assert lease[:5] == (A, 1024, 2047, "tcp", "192.0.2.1:80")
    assert read(header, text.replace(b"TCP", b"17")).leases[0].protocol == "udp"
    assert read(header, text.replace(b"TCP", b"")).leases[0].protocol is None


def test_the_case_says_what_a_header_calls_the_columns() -> None:
    header = b"ip,port_from,port_to,start,until,customer"
    columns = {"address": "ip", "from": "start", "account": "customer"}
    assert len(read(header, row(), columns=columns).leases) == 1
    assert reasons(read(header, row())) == [(1, "malformed"), (2, "malformed")]


@pytest.mark.parametrize(
    "header",
    [
        b"address,port_from,port_to,from,until",
        b"address,port_from,port_to,from,until,account,account",
        b"address,port_from,port_to,from,until,account,protocol,protocol",
        b"198.51.100.21,,,2001-10-02T19:00:00Z,,user-a",
        b'address,port_from,port_to,from,until,"account',
    ],
)
def test_without_a_whole_header_nothing_is_read(header: bytes) -> None:
    reading = read(header, row(), row())
    assert reasons(reading) == [(1, "malformed"), (2, "malformed"), (3, "malformed")]
    assert not reading.leases


def test_headers_are_directives_and_blank_lines_empty_wherever_they_stand() -> None:
    reading = read(b"", HEADER + b"\r", row() + b"\r", b"  ", HEADER, row())
    assert reading.dropped == {"empty": 2, "directive": 2}
    assert (reading.kept, len(reading.rejects)) == (2, 0)


def test_a_quote_that_is_never_closed_spoils_its_own_line_only() -> None:
    reading = read(HEADER, row(account='"user-a'), row(account="user-b"), row(account='"user"-c'))
    assert reasons(reading) == [(2, "malformed"), (4, "malformed")]
    assert [lease.account for lease in reading.leases] == ["user-b"]


@pytest.mark.parametrize(
    "text", [b"\0\0\0" + row(), row() + b",", row()[:30], row().replace(b"-10-", b"-10\r-"), b",,,,," + A.encode()]
)
def test_a_line_of_another_form_is_malformed(text: bytes) -> None:
    reading = read(HEADER, text, row())
    assert reasons(reading) == [(2, "malformed")]
    assert reading.kept == 1


def test_a_last_line_without_newline_that_does_not_read_is_truncated() -> None:
    assert reasons(read(HEADER, row(), row()[:30], ended=False)) == [(3, "truncated")]
    assert read(HEADER, row(), row(), ended=False).kept == 2


def test_a_reject_is_located() -> None:
    (reject,) = read(HEADER, row(), A.encode() + b"\r").rejects
    assert (reject.line, reject.offset, reject.length) == (3, len(HEADER) + len(row()) + 2, len(A) + 1)


WINDOW = Wanted(frozenset({A}), frozenset(), at("2001-10-01T00:00:00Z"), at("2001-10-15T00:00:00Z"))


def test_records_of_other_addresses_are_not_watched_and_of_other_times_outside_the_window() -> None:
    reading = read(
        HEADER,
        row(address="198.51.100.99", account="user-b"),
        row(address="198.51.100.99", account=""),
        row(since="2001-09-01T00:00:00Z", until="2001-10-01T00:00:00Z"),
        row(since="2001-10-15T00:00:00Z"),
        row(address="198.51.100.99", account="user-b", since="2001-10-15T00:00:00Z"),
        wanted=WINDOW,
    )
    assert reading.dropped == {"directive": 1, "not_watched": 3, "outside_window": 2}
    assert (reading.kept, reading.leases) == (0, [])


def test_the_window_is_touched_by_what_lies_in_it_by_a_microsecond() -> None:
    reading = read(
        HEADER,
        row(since="2001-09-01T00:00:00Z", until="2001-10-01T00:00:00.000001Z"),
        row(since="2001-10-14T23:59:59.999999Z"),
        row(since="2001-09-01T00:00:00Z"),
        wanted=WINDOW,
    )
    assert reading.kept == 3


def test_a_prefix_bears_where_it_contains_a_client() -> None:
    reading = read(
        HEADER,
        row(address="198.51.100.0/27"),
        row(address="198.51.100.32/27", account="x"),
        row(address="2001:db8::/32", account="y"),
        wanted=WINDOW,
    )
    assert [lease.address for lease in reading.leases] == ["198.51.100.0/27"]


def test_the_other_records_of_an_account_so_found_are_kept_before_and_after_in_every_text() -> None:
    other = row(address="198.51.100.99")
    late = row(address="198.51.100.99", since="2001-11-02T19:00:00Z")
    texts = [lines(HEADER, other, late), lines(HEADER, row(), other), lines(HEADER, other)]
    readings = FORMAT.read(texts, Settings(account=bytes.decode), WINDOW)
    assert [reading.kept for reading in readings] == [1, 2, 1]
    assert readings[0].dropped == {"directive": 1, "outside_window": 1}
    assert [lease.rows for lease in readings[1].leases] == [(2,), (3,)]


def test_an_account_of_the_address_at_another_time_is_not_found_by_it() -> None:
    gone = row(since="2001-09-01T00:00:00Z", until="2001-09-02T00:00:00Z")
    reading = read(HEADER, gone, row(address="198.51.100.99"), wanted=WINDOW)
    assert reading.dropped == {"directive": 1, "outside_window": 1, "not_watched": 1}


def test_an_account_that_is_wanted_bears_wherever_it_is() -> None:
    wanted = replace(WINDOW, accounts=frozenset({"user-b"}))
    assert read(HEADER, row(address="198.51.100.99", account="user-b"), wanted=wanted).kept == 1


def test_masking_leaves_no_account_and_the_rest_of_a_usual_line() -> None:
    assert FORMAT.mask(HEADER) == HEADER
    assert FORMAT.mask(row() + b"\r") == f"{A},,,2001-10-02T19:00:00Z,,***\r".encode()
    assert FORMAT.mask(row(account='"a, ""b"""')) == f"{A},,,2001-10-02T19:00:00Z,,***".encode()
    assert FORMAT.mask(row() + b",A. Person") == f"{A},,,2001-10-02T19:00:00Z,,***,***".encode()
    assert FORMAT.mask(f"user-a,{A},2001-10-02T19:00:00Z".encode()) == b"***,***,2001-10-02T19:00:00Z"
    assert FORMAT.mask(row(account='"user-a')) == b"***"


@given(st.text("abcXYZ-@.\"' ,", min_size=3, max_size=12).filter(lambda name: any(map(str.isalpha, name))))
def test_masking_leaves_no_account_whatever_it_is_and_wherever_it_stands(name: str) -> None:
    canary = "canary" + name
    quoted = '"' + canary.replace('"', '""') + '"'
    for text in (row(account=quoted), row(account=canary), f"{quoted},{A},1,2,2001-10-02T19:00:00Z,".encode()):
        assert b"canary" not in FORMAT.mask(text)


LIMITED = HEADER + b",protocol,destination"


@pytest.mark.parametrize("written", ["any", "ALL", "*", "-", "ip", "0", "tcp/udp", "TCP, UDP", "6/17", "17+6", ""])
def test_a_record_of_every_protocol_is_restricted_to_none(written: str) -> None:
    """Else it would fit no event, and another's record beside it would be the only one left."""
    (lease,) = read(LIMITED, row(protocol=f'"{written}"', destination="")).leases
    assert lease.protocol is None


@pytest.mark.parametrize(
    ("written", "protocol"), [("TCP", "tcp"), ("17", "udp"), ("132", "sctp"), ("icmp", "icmp"), ("47", "47")]
)
def test_a_protocol_has_its_name_as_an_event_has_it(written: str, protocol: str) -> None:
    (lease,) = read(LIMITED, row(protocol=written, destination="")).leases
    assert lease.protocol == protocol


@pytest.mark.parametrize(
    ("written", "destination"),
    [
        ("192.0.2.80:80", "192.0.2.80:80"),
        ("192.0.2.80:0080", "192.0.2.80:80"),
        ("[2001:DB8:0::80]:443", "[2001:db8::80]:443"),
        ("[::ffff:192.0.2.80]:80", "192.0.2.80:80"),
        ("-", None),
    ],
)
def test_a_destination_is_written_as_an_event_has_its_own(written: str, destination: str | None) -> None:
    (lease,) = read(LIMITED, row(protocol="tcp", destination=written)).leases
    assert lease.destination == destination


@pytest.mark.parametrize(
    "fields",
    [
        {"protocol": "tpc", "destination": ""},
        {"protocol": "tcp/icmp", "destination": ""},
        {"protocol": "tcp", "destination": "192.0.2.80"},
        {"protocol": "tcp", "destination": "2001:db8::80:443"},
        {"protocol": "tcp", "destination": "192.0.2.80:0"},
        {"protocol": "tcp", "destination": "192.0.2.80:65536"},
        {"protocol": "tcp", "destination": "server.example:80"},
        {"port_from": "0", "port_to": "0", "protocol": "", "destination": ""},
    ],
)
def test_a_restriction_that_no_event_could_ever_fit_is_no_record(fields: dict[str, str]) -> None:
    assert reasons(read(LIMITED, row(**fields))) == [(2, "malformed")]


EVER = Wanted(frozenset({A}), frozenset(), 0, 1 << 62)
NOON, ONE, TWO = (at(f"2001-10-02T{hour}:00:00Z") for hour in (12, 13, 14))


def test_a_record_that_is_open_in_one_copy_and_closed_in_another_is_certain_to_its_end() -> None:
    """An export of the day before has it without end: whoever came in by that would hold the address for ever."""
    since = "2001-10-02T12:00:00Z"
    texts = [[HEADER, row(since=since)], [HEADER, row(since=since, until="2001-10-02T13:00:00Z")]]
    for order in (texts, texts[::-1]):
        every = sorted(lease for reading in read_all(*order) for lease in boundaries(reading))
        assert every == [(NOON, ONE, False), (ONE, None, True)]


def test_a_copy_that_ends_before_all_that_is_asked_about_still_says_so() -> None:
    rows = [row(since="2001-10-02T12:00:00Z"), row(since="2001-10-02T12:00:00Z", until="2001-10-02T13:00:00Z")]
    reading = read(HEADER, *rows, wanted=Wanted(frozenset({A}), frozenset(), TWO, TWO + 1))
    assert (boundaries(reading), reading.dropped["outside_window"]) == ([(ONE, None, True)], 1)


@pytest.mark.parametrize(
    "other", [{"account": "user-b"}, {"port_from": "1", "port_to": "9"}, {"since": "2001-10-02T12:00:01Z"}]
)
def test_records_that_differ_in_more_are_two(other: dict[str, str]) -> None:
    usual = {"since": "2001-10-02T12:00:00Z", "until": "2001-10-02T13:00:00Z"}
    first = row(**{**usual, "until": ""})
    reading = read(HEADER, first, row(**{**usual, **other}))
    assert (NOON, None, False) in boundaries(reading)


def test_what_is_open_in_one_copy_is_doubtful_until_it_is_given_out_in_a_copy_that_has_it_closed() -> None:
    """Else whoever has the address later would never be sure again."""
    usual = {"since": "2001-10-02T12:00:00Z"}
    next_ = row(since="2001-10-02T14:00:00Z", until="2001-10-02T15:00:00Z", account="user-b")
    told = sorted(
        (lease.begin, lease.end, lease.account, lease.ends, lease.doubtful)
        for reading in read_all([HEADER, row(**usual)], [HEADER, row(**usual, until="2001-10-02T13:00:00Z"), next_])
        for lease in reading.leases
    )
    assert told == [
        (NOON, ONE, "user-a", "stated", False),
        (ONE, TWO, "user-a", "replaced", True),
        (TWO, TWO + (ONE - NOON), "user-b", "stated", False),
    ]


def test_a_record_with_two_ends_is_doubtful_between_them_though_another_comes_after_the_first() -> None:
    """No copy has it open, so there is no doubt that somebody's coming could end."""
    ends = [row(since="2001-10-02T12:00:00Z", until=f"2001-10-02T{hour}:00:00Z") for hour in (13, 15)]
    other = row(since="2001-10-02T14:00:00Z", until="2001-10-02T15:00:00Z", account="user-b")
    for texts in ([[HEADER, *ends, other]], [[HEADER, ends[0], other], [HEADER, ends[1]]]):
        told = sorted(lease for reading in read_all(*texts) for lease in boundaries(reading))
        assert told == [(NOON, ONE, False), (ONE, TWO + (ONE - NOON), True), (TWO, TWO + (ONE - NOON), False)]


@pytest.mark.parametrize(
    ("order", "ages"),
    [
        (("closed", "open"), ()),
        (("closed", "open"), ({"leases.csv": (0, 0)}, {"leases.csv": (1, 1)})),
        (("open", "closed"), ({"first.csv": (0, 0)}, {"second.csv": (0, 0)})),
        (("open", "closed"), ({"first.csv": (0, 0)}, {"first.csv": (1, 1), "second.csv": (0, 0)})),
        (("open", "closed"), ({"first.csv": (0, 2)}, {"first.csv": (1, 1)})),
        (("open", "closed", "open"), ()),
        (("closed", "open", "closed"), ()),
        (("open", "both", "closed"), ()),
    ],
)
def test_an_open_copy_that_is_the_younger_or_perhaps_is_corrects_the_one_that_gives_it_out_again(
    order: tuple[str, ...], ages: tuple[dict[str, tuple[int, int]], ...]
) -> None:
    """By it the first has the address to this day; whoever came in by the giving would be the only one there."""
    usual = {"since": "2001-10-02T12:00:00Z"}
    ended, given_out = row(**usual, until="2001-10-02T13:00:00Z"), row(since="2001-10-02T14:00:00Z", account="user-b")
    copies = {
        "open": [HEADER, row(**usual)],
        "closed": [HEADER, ended, given_out],
        "both": [HEADER, row(**usual), given_out],
    }
    for reading, name in zip(read_all(*(copies[name] for name in order), ages=ages), order, strict=True):
        if name == "open":
            assert boundaries(reading) == [(ONE, None, True)]


def test_what_is_left_of_an_open_copy_before_the_window_is_outside_it() -> None:
    """It touches the window only as long as nobody knows that it was over."""
    usual = {"since": "2001-10-02T12:00:00Z"}
    ended, given_out = row(**usual, until="2001-10-02T13:00:00Z"), row(since="2001-10-02T14:00:00Z", account="user-b")
    wanted = Wanted(frozenset({A}), frozenset(), TWO + 1, TWO + 2)
    first, second = read_all([HEADER, row(**usual)], [HEADER, ended, given_out], wanted=wanted)
    assert (first.leases, first.kept, first.dropped["outside_window"]) == ([], 0, 1)
    assert (boundaries(second), second.dropped["outside_window"]) == ([(TWO, None, False)], 1)


def test_where_the_next_has_it_at_once_nothing_is_left_of_the_open_copy() -> None:
    usual = {"since": "2001-10-02T12:00:00Z"}
    next_ = row(since="2001-10-02T13:00:00Z", account="user-b")
    first, second = read_all([HEADER, row(**usual)], [HEADER, row(**usual, until="2001-10-02T13:00:00Z"), next_])
    assert (first.leases, first.kept, first.dropped["duplicate"]) == ([], 0, 1)
    assert boundaries(second) == [(NOON, ONE, False), (ONE, None, False)]


@pytest.mark.parametrize(
    "other",
    [
        {"address": "198.51.100.0/24"},
        {"port_from": "1024", "port_to": "2047"},
        {"since": "2001-10-02T12:30:00Z"},
    ],
)
def test_what_is_given_out_otherwise_or_before_ends_no_doubt(other: dict[str, str]) -> None:
    usual = {"since": "2001-10-02T12:00:00Z"}
    next_ = row(**{"since": "2001-10-02T14:00:00Z", "account": "user-b", **other})
    first, _ = read_all([HEADER, row(**usual)], [HEADER, row(**usual, until="2001-10-02T13:00:00Z"), next_])
    assert boundaries(first) == [(ONE, None, True)]


def test_a_copy_that_has_both_at_once_lets_no_doubt_end() -> None:
    """By that copy two hold the address; that another copy closes the one makes the other no surer."""
    usual = {"since": "2001-10-02T12:00:00Z"}
    closed = row(**usual, until="2001-10-02T13:00:00Z")
    next_ = row(since="2001-10-02T14:00:00Z", account="user-b")
    (first, *_) = read_all([HEADER, row(**usual), next_], [HEADER, closed, next_])
    assert boundaries(first) == [(ONE, None, True), (TWO, None, False)]


@pytest.mark.parametrize(("closed", "until"), [("00:00", 90), ("00:30", 90), ("01:00", None)])
def test_a_giving_out_at_a_time_that_occurs_twice_ends_a_doubt_by_its_later_reading_and_is_after_it_by_both(
    closed: str, until: int | None
) -> None:
    since, midnight = "2001-10-27T12:00:00Z", at("2001-10-28T00:00:00Z")
    next_ = row(since="2001-10-28 01:30:00", until="2001-10-28 04:00:00", account="user-b")  # 00:30 or 01:30 of UTC
    texts = [[HEADER, row(since=since)], [HEADER, row(since=since, until=f"2001-10-28T{closed}:00Z"), next_]]
    (doubt,) = read_all(*texts)[0].leases
    assert doubt.end == (None if until is None else midnight + until * 60_000_000)


def test_on_an_address_that_nobody_asked_for_a_doubt_ends_where_no_one_looks() -> None:
    """Not all of its records are read, and which of them are makes no difference."""
    usual = {"since": "2001-10-02T12:00:00Z"}
    away = {"address": "198.51.100.99", **usual}
    next_ = row(address="198.51.100.99", since="2001-10-02T14:00:00Z")
    first, _ = read_all([HEADER, row(**usual), row(**away)], [HEADER, row(**away, until="2001-10-02T13:00:00Z"), next_])
    assert [(lease.begin, lease.end) for lease in first.leases if lease.doubtful] == [(ONE, None)]


def read_all(
    *texts: list[bytes], ages: tuple[dict[str, tuple[int, int]], ...] = (), wanted: Wanted = EVER
) -> list[FileLeases]:
    stated = Settings(account=lambda account: account.decode("latin-1"), zone="Europe/London", ages=ages)
    return FORMAT.read([lines(*text) for text in texts], stated, wanted)
