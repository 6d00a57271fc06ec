"""Kea's lease files: columns, states, what a relay said, the genuine sample, and all of it painted second by second."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.assignments import FileLeases, Settings, Wanted
from landmark.assignments.kea import FORMAT
from landmark.lines import Line

GENUINE = Path(__file__).resolve().parents[3] / "shared" / "data" / "isp"
A, SIX = "198.51.100.21", "2001:db8::5"
NOON = 1_002_024_000
FOUR = b"address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id"
SIXES = (
    b"address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,hostname,"
    b"hwaddr,state,user_context,hwtype,hwaddr_source,pool_id"
)


def lines(*texts: bytes, ended: bool = True) -> list[Line]:
    offsets = [sum(len(text) + 1 for text in texts[:number]) for number in range(len(texts))]
    last = len(texts) - 1
    return [Line(n + 1, offsets[n], text, ended or n < last) for n, text in enumerate(texts)]


def read(*texts: list[Line], addresses: tuple[str, ...] = (A, SIX), **settings: Any) -> list[FileLeases]:  # noqa: ANN401 - settings' own
    usual = {"account_kind": "client-id", "line": lambda line: "line " + line.decode("latin-1"), **settings}
    stated = Settings(account=lambda account: account.decode("latin-1"), **usual)
    return FORMAT.read(list(texts), stated, Wanted(frozenset(addresses), frozenset(), 0, 4_000_000_000_000_000))


def one(*texts: bytes, ended: bool = True, **settings: Any) -> FileLeases:  # noqa: ANN401 - settings' own
    (reading,) = read(lines(*texts, ended=ended), **settings)
    assert reading.kept + reading.dropped.total() + len(reading.rejects) == len(texts)
    return reading


def row(start: int, lifetime: int = 100, **fields: str) -> bytes:
    usual = {"address": A, "hwaddr": "02:01", "client_id": "01:02", "state": "0", "user_context": "", **fields}
    expire = NOON + start + lifetime
    return (
        f"{usual['address']},{usual['hwaddr']},{usual['client_id']},{lifetime},{expire},1,0,0,,"
        f"{usual['state']},{usual['user_context']},0"
    ).encode()


def six(start: int, lifetime: int = 100, **fields: str) -> bytes:
    usual = {"address": SIX, "duid": "00:03:61", "type": "0", "length": "128", "state": "0", "context": "", **fields}
    return (
        f"{usual['address']},{usual['duid']},{lifetime},{NOON + start + lifetime},1,50,{usual['type']},7,"
        f"{usual['length']},0,0,,,{usual['state']},{usual['context']},1,0,0"
    ).encode()


def told(reading: FileLeases) -> list[tuple[int, int | None, str | None, str, bool]]:
    def second(instant: int) -> int:
        return instant // 1_000_000 - NOON

    return [
        (
            second(lease.begin),
            None if lease.end is None else second(lease.end),
            lease.account,
            lease.ends,
            lease.doubtful,
        )
        for lease in reading.leases
    ]


def reasons(reading: FileLeases) -> list[tuple[int, str]]:
    return [(reject.line, reject.reason) for reject in reading.rejects]


def context(isc: object) -> str:
    return json.dumps({"ISC": isc}).replace(",", "&#x2c")


def test_a_row_begins_at_its_expiry_less_its_lifetime() -> None:
    (lease,) = one(FOUR, row(0)).leases
    assert (lease.begin, lease.end) == (NOON * 1_000_000, (NOON + 100) * 1_000_000)
    assert (lease.account, lease.ends, lease.rows) == ("01:02", "timed_out", (2,))


def test_renewals_join_and_another_client_ends_the_one_before_whatever_its_hardware_address() -> None:
    reading = one(FOUR, row(0), row(50), row(80, client_id="01:03"))
    assert told(reading) == [(0, 80, "01:02", "replaced", False), (80, 180, "01:03", "timed_out", False)]
    assert [lease.rows for lease in reading.leases] == [(2, 3), (4,)]


@pytest.mark.parametrize("gone", [{"lifetime": 0}, {"lifetime": 0, "state": "3"}, {"state": "3"}])
def test_what_is_given_back_is_doubtful_from_the_last_renewal_to_the_planned_end(gone: dict[str, Any]) -> None:
    reading = one(FOUR, row(0), row(50), row(50, **gone))
    assert told(reading) == [(0, 50, "01:02", "released", False), (50, 150, "01:02", "released", True)]


def test_the_next_lease_ends_the_doubt() -> None:
    reading = one(FOUR, row(0), row(20, 0), row(60, client_id="01:03"))
    assert told(reading) == [
        (0, 20, "01:02", "replaced", False),
        (20, 60, "01:02", "replaced", True),
        (60, 160, "01:03", "timed_out", False),
    ]


def test_an_address_that_is_declined_is_nobody_s_until_the_next_row() -> None:
    declined = row(40, 86_400, client_id="", hwaddr="", state="1")
    reading = one(FOUR, row(0), declined, row(60, client_id="01:03"))
    assert told(reading) == [(0, 40, "01:02", "released", False), (60, 160, "01:03", "timed_out", False)]
    assert one(FOUR, declined).dropped == {"directive": 1, "not_watched": 1}


def test_an_expired_row_changes_nothing() -> None:
    reading = one(FOUR, row(0), row(0, state="2", client_id=""))
    assert told(reading) == [(0, 100, "01:02", "timed_out", False)]
    assert reading.leases[0].rows == (2, 3)


def test_an_expired_row_that_alone_is_left_is_the_lease() -> None:
    assert told(one(FOUR, row(0, state="2"))) == [(0, 100, "01:02", "timed_out", False)]


def test_an_infinite_lifetime_has_no_end() -> None:
    assert told(one(FOUR, row(0, 0xFFFF_FFFF))) == [(0, None, "01:02", "open", False)]


def test_where_starts_go_back_what_lies_between_is_doubtful() -> None:
    reading = one(FOUR, row(60, 10), row(20, 10), row(0, 100, address="198.51.100.22"), addresses=("198.51.100.22",))
    assert told(reading) == [
        (20, 30, "01:02", "timed_out", True),
        (0, 20, "01:02", "timed_out", False),
        (20, 60, "01:02", "timed_out", True),
        (60, 100, "01:02", "timed_out", False),
    ]


def test_rows_that_give_back_or_are_declined_are_no_step_of_the_clock() -> None:
    reading = one(FOUR, row(60, 40), row(20, 0), row(10, 0, state="1"))
    assert told(reading) == [(60, 100, "01:02", "released", True)]


def test_what_the_clock_was_ahead_is_taken_off() -> None:
    assert told(one(FOUR, row(0), clock_ahead=10_000_000)) == [(-10, 90, "01:02", "timed_out", False)]


def test_columns_may_stand_in_another_order_and_fewer() -> None:
    assert told(one(b"expire,address,valid_lifetime", f"{NOON + 5},{A},5".encode())) == [
        (0, 5, None, "timed_out", False)
    ]


def test_a_header_again_is_a_directive_and_a_carriage_return_and_a_mark_of_utf_8_are_no_matter() -> None:
    reading = one(b"\xef\xbb\xbf" + FOUR + b"\r", row(0) + b"\r", b" ", FOUR + b"\r")
    assert (reading.kept, reading.dropped) == (1, {"directive": 2, "empty": 1})


def test_a_text_without_its_header_has_no_row() -> None:
    assert reasons(one(row(0), row(1))) == [(1, "malformed"), (2, "malformed")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (row(0, address="198.51.100.300").replace(b"02:01", A.encode()), "malformed"),
        (row(0, state="5"), "malformed"),
        (row(0, state="gone"), "malformed"),
        (row(0, client_id="xyz"), "malformed"),
        (row(0) + b",0", "malformed"),
        (b"\0\0" + row(0), "malformed"),
        (row(0).replace(b",100,", b",-1,"), "malformed"),
        (row(0).replace(b",100,", b",,"), "malformed"),
        (row(0, user_context="{"), "malformed"),
        (row(0, user_context="[]"), "malformed"),
        (row(0, user_context=context({"relay-agent-info": "0xzz"})), "malformed"),
        (row(0, user_context=context({"relay-agent-info": 7})), "malformed"),
        (row(-NOON), "bad_time"),
        (row(-NOON - 50), "bad_time"),
    ],
)
def test_a_row_that_cannot_be_read_has_its_reason_and_the_next_is_read(text: bytes, reason: str) -> None:
    reading = one(FOUR, text, row(0))
    assert reasons(reading) == [(2, reason)]
    assert reading.kept == 1


def test_a_last_row_without_newline_that_does_not_read_is_truncated() -> None:
    assert reasons(one(FOUR, row(0)[:30], ended=False)) == [(2, "truncated")]
    assert one(FOUR, row(0), ended=False).kept == 1


OPTION = "0106" + b"line-1".hex() + "0203" + b"box".hex()


@pytest.mark.parametrize(
    "info",
    [
        "0x" + OPTION,
        "0x520d" + OPTION,
        {"sub-options": "0x" + OPTION},
        {"sub-options": "0x0106" + b"line-1".hex(), "remote-id": b"box".hex().upper()},
        {"circuit-id": b"line-1".hex(), "remote-id": b"box".hex()},
    ],
)
def test_what_the_relay_said_of_the_line_is_read_in_each_way_that_kea_has_kept_it(info: object) -> None:
    text = row(0, user_context=context({"relay-agent-info": info}))
    for kind, account in (("circuit-id", "line-1"), ("remote-id", "box")):
        (lease,) = one(FOUR, text, account_kind=kind).leases
        assert (lease.account, lease.line) == (account, "line line-1\0box")


@pytest.mark.parametrize("said", [{}, {"client-classes": ["ALL"]}, "text", None, {"relay-agent-info": {}}])
def test_without_a_relay_s_word_nobody_is_named(said: object) -> None:
    (lease,) = one(FOUR, row(0, user_context=context(said)), account_kind="circuit-id").leases
    assert (lease.account, lease.line) == (None, None)


def test_of_several_relays_of_dhcpv6_the_one_nearest_to_the_client_names_the_line() -> None:
    relays = [
        {"hop": 1, "link": "2001:db8::1", "options": "0x00120001" + b"x".hex()},
        {"hop": 0, "options": "0x00120006" + b"line-1".hex() + "00250007" + "00000009" + b"box".hex()},
    ]
    for name in ("relay-info", "relays"):
        (lease,) = one(SIXES, six(0, context=context({name: relays})), account_kind="circuit-id").leases
        assert (lease.account, lease.line) == ("line-1", "line line-1\0box")
    (lease,) = one(SIXES, six(0, context=context({"relay-info": []})), account_kind="circuit-id").leases
    assert lease.account is None


def test_a_delegated_prefix_has_its_length_and_an_address_has_none() -> None:
    prefix = six(0, address="2001:db8::", type="2", length="48")
    assert [lease.address for lease in one(SIXES, prefix, six(0, length="0")).leases] == [
        "2001:db8::/48",
        "2001:db8::5",
    ]
    assert reasons(one(SIXES, six(0, address="2001:db8::5", type="2", length="48"))) == [(2, "malformed")]


@pytest.mark.parametrize("kind", ["duid", "client-id"])
def test_a_client_of_dhcpv6_is_its_duid(kind: str) -> None:
    assert one(SIXES, six(0), account_kind=kind).leases[0].account == "00:03:61"


def test_a_duid_in_a_client_identifier_of_dhcpv4_is_found() -> None:
    (lease,) = one(FOUR, row(0, client_id="ff:00:00:00:01:00:03:61"), account_kind="duid").leases
    assert lease.account == "00:03:61"


def test_rows_go_on_from_the_compacted_file_to_the_next() -> None:
    first, second = read(lines(FOUR, row(0)), lines(FOUR, row(40, client_id="01:03")))
    assert told(first) == [(0, 40, "01:02", "replaced", False)]
    assert told(second) == [(40, 140, "01:03", "timed_out", False)]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (FOUR, FOUR),
        (row(0, hostname="x"), f"{A},***,***,100,{NOON + 100},1,0,0,,0,,0".encode()),
        (row(0, user_context="{}", client_id="12"), f"{A},***,***,100,{NOON + 100},1,0,0,,0,***,0".encode()),
        (six(0), f"{SIX},***,100,{NOON + 100},1,50,0,7,128,0,0,,,0,,1,0,0".encode()),
        (b"secret", b"***"),
        (b"198.51.100.21,,,secret", b"198.51.100.21,,,***"),
    ],
)
def test_what_is_shown_names_no_client(line: bytes, shown: bytes) -> None:
    assert FORMAT.mask(line) == shown


class Written(NamedTuple):
    kind: str  # granted, declined, lost, expired
    gap: int
    lasts: int
    client: str


@given(
    st.lists(
        st.builds(
            Written,
            st.sampled_from(["granted", "granted", "granted", "declined", "lost", "expired"]),
            st.integers(0, 9),
            st.integers(1, 20),
            st.sampled_from(["01", "02", ""]),
        ),
        max_size=8,
    )
)
def test_the_file_is_what_painting_its_rows_second_by_second_gives(written: list[Written]) -> None:
    texts, seconds, passed = [FOUR], dict.fromkeys(range(120), ""), 0
    begin, over, any_row = -1, True, False
    for act in written:
        passed += act.gap
        if act.kind == "expired" and begin < 0:
            continue
        state = {"declined": "1", "expired": "2"}.get(act.kind, "0")
        texts.append(row(passed, 0 if act.kind == "lost" else act.lasts, client_id=act.client, state=state))
        if act.kind == "granted":
            begin, over, any_row = passed, False, True
            for second in range(passed, 120):
                seconds[second] = f"{act.client}." if second < passed + act.lasts else ""
        elif act.kind in {"declined", "lost"} and not over and seconds[passed]:
            over = True
            known = act.kind == "declined" and passed > begin
            for second in range(passed, 120):
                seconds[second] = "" if known or not seconds[second] else seconds[second][:-1] + "?"
    reading = one(*texts)
    found = dict.fromkeys(range(120), "")
    for since, until, account, _, doubtful in told(reading):
        for second in range(since, until or 120):
            assert not found[second]
            name = {"\x01": "01", "\x02": "02", None: ""}.get(account, account)
            found[second] = f"{name}{'?' if doubtful else '.'}"
    assert found == seconds
    assert reading.kept == (len(texts) - 1 if any_row else 0) or not any_row or reading.dropped["not_watched"]


def test_the_genuine_sample_of_a_database_s_dump() -> None:
    path = GENUINE / "kea_lease4.csv"
    if not path.exists():
        pytest.skip("the folder `shared` does not lie beside the checkout")
    texts = path.read_bytes().removesuffix(b"\n").split(b"\n")
    reading = one(*texts, addresses=("0.0.0.10", "0.0.0.11", "0.0.0.12"))
    assert [(lease.address, *lease[5:8], lease.ends, lease.rows) for lease in reading.leases] == [
        ("0.0.0.10", 1_641_999_960_000_000, 1_642_000_000_000_000, "30", "timed_out", (2,)),
        ("0.0.0.12", 1_643_212_305_000_000, 1_643_212_345_000_000, None, "timed_out", (4,)),
    ]
    assert (reading.dropped, reading.rejects) == ({"directive": 1, "not_watched": 1}, [])


def test_a_reclaimed_row_of_another_in_a_later_copy_is_all_that_is_left_of_its_lease() -> None:
    """It was left out once: whoever had the address before then had it to the end of what was planned."""
    first, second = read(
        lines(FOUR, row(0, 1000)), lines(FOUR, row(300, 100, client_id="01:03", hwaddr="02:03", state="2"))
    )
    assert told(first) == [(0, 300, "01:02", "replaced", True)]
    assert told(second) == [(300, 400, "01:03", "timed_out", False)]


def test_a_reclaimed_row_in_a_later_copy_of_who_had_it_last_says_that_nobody_came_between() -> None:
    later = lines(FOUR, row(0, 100, state="2"), row(300, 100, client_id="01:03", hwaddr="02:03"))
    first, second = read(lines(FOUR, row(0, 100)), later)
    assert told(first) == [(0, 50, "01:02", "timed_out", False)]  # a row of the table names one text
    assert told(second) == [(50, 100, "01:02", "timed_out", False), (300, 400, "01:03", "timed_out", False)]


def test_between_two_copies_another_may_have_had_what_its_holder_gave_back_early() -> None:
    later = lines(FOUR, row(300, 100, client_id="01:03", hwaddr="02:03"))
    first, _ = read(lines(FOUR, row(0, 100), row(50, 100)), later)
    assert told(first) == [(0, 50, "01:02", "timed_out", False), (50, 150, "01:02", "timed_out", True)]


def test_one_without_end_that_was_reclaimed_has_ended_nobody_knows_when() -> None:
    endless = row(0, 0xFFFF_FFFF, state="2")
    assert told(one(FOUR, endless)) == [(0, None, "01:02", "open", True)]


OTHER = {"client_id": "01:03", "hwaddr": "02:03"}


def test_a_reclaimed_row_of_another_within_a_lease_leaves_the_holder_nothing_but_his_own_row() -> None:
    """The row that gave the other the address cannot be read; since when he had it, nothing says."""
    assert told(one(FOUR, row(0, 1000), row(300, 100, state="2", **OTHER))) == [(0, 300, "01:02", "replaced", True)]
    assert told(one(FOUR, row(0, 200), row(300, 100, state="2", **OTHER))) == [(0, 200, "01:02", "timed_out", True)]


@pytest.mark.parametrize(("lifetime", "state"), [(0, "0"), (100, "3")])
def test_what_another_gives_back_was_his_since_nobody_knows_when(lifetime: int, state: str) -> None:
    assert told(one(FOUR, row(0, 1000), row(300, lifetime, state=state, **OTHER))) == [
        (0, 300, "01:02", "replaced", True)
    ]


@pytest.mark.parametrize("named", [{"client_id": "01:03", "hwaddr": ""}, {"client_id": "", "hwaddr": "02:03"}])
def test_another_is_another_by_his_identifier_alone_or_by_his_device_alone(named: dict[str, str]) -> None:
    assert told(one(FOUR, row(0, 1000), row(300, 0, **named)))[0][3:] == ("replaced", True)
    nobody = told(one(FOUR, row(0, 1000), row(300, 0, client_id="", hwaddr="")))
    assert nobody[0] == (0, 300, "01:02", "released", False)


def test_what_another_had_before_takes_nothing_from_the_holder() -> None:
    assert told(one(FOUR, row(300, 100), row(0, 400, state="2", **OTHER))) == [(300, 400, "01:02", "timed_out", False)]


@pytest.mark.parametrize(
    ("bad", "doubtful"),
    [
        (row(300, 100, client_id="zz"), True),
        (row(300, 100, state="9"), True),
        (row(300, 100).replace(b"1,0,0,,0", b"1,0"), True),
        (row(300, 100)[:-20], True),
        (row(300, 100, address="198.51.100.99", state="9"), False),
        (b"garbage 198.51.100.21: x", True),
        (b"garbage", False),
    ],
)
def test_what_an_unreadable_row_of_the_address_says_may_be_that_another_has_it(bad: bytes, doubtful: bool) -> None:  # noqa: FBT001 - what is expected
    assert told(one(FOUR, row(0, 1000), bad)) == [(0, 1000, "01:02", "timed_out", doubtful)]
    renewed = told(one(FOUR, row(0, 1000), bad, row(500, 1000)))
    assert renewed[-1] == (500 if doubtful else 0, 1500, "01:02", "timed_out", False)


def test_an_unreadable_row_of_a_prefix_has_its_length_elsewhere() -> None:
    prefix = {"address": "2001:db8::", "type": "2", "length": "48"}
    held = six(0, 1000, **prefix)
    (reading,) = read(lines(SIXES, held, six(300, 100, **prefix, state="9")), account_kind="duid")
    assert told(reading) == [(0, 1000, "00:03:61", "timed_out", True)]
    other = six(300, 100, **{**prefix, "address": "2001:db8:1::"}, state="9")
    (reading,) = read(lines(SIXES, held, other), account_kind="duid")
    assert not reading.leases[0].doubtful


def test_a_declined_address_ends_what_goes_before_whatever_the_row_names() -> None:
    assert told(one(FOUR, row(0, 1000), row(300, 100, state="1", **OTHER))) == [(0, 300, "01:02", "released", False)]


@pytest.mark.parametrize("gone", [{"lifetime": 0}, {"state": "3"}, {"state": "1"}])
def test_a_later_copy_in_which_another_gave_it_back_leaves_doubt_from_the_last_row(gone: dict[str, Any]) -> None:
    other = row(300, **{"lifetime": 100, "client_id": "01:03", "hwaddr": "02:03", **gone})
    first, _ = read(lines(FOUR, row(0, 1000)), lines(FOUR, other))
    assert all(doubtful for *_, doubtful in told(first))


def test_a_reclaimed_row_of_nobody_in_a_later_copy_leaves_doubt_from_the_last_row() -> None:
    first, _ = read(lines(FOUR, row(0, 1000)), lines(FOUR, row(300, 100, client_id="", hwaddr="", state="2")))
    assert all(doubtful for *_, doubtful in told(first))


def test_a_copy_that_knows_both_holders_leaves_none_in_doubt() -> None:
    later = lines(FOUR, row(0, 900), row(300, 100, client_id="01:03", hwaddr="02:03"))
    first, second = read(lines(FOUR, row(0, 1000)), later)
    assert not any(doubtful for *_, doubtful in told(first) + told(second))
