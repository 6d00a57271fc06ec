"""Blocks of ports in F5's records: what two shapes say themselves is read, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.assignments import ALL, FileLeases, Settings, Wanted
from landmark.lines import Line
from landmark.scan.sifting import SiftedLines

if TYPE_CHECKING:
    from pathlib import Path

OUTER = "203.0.113.9"
SECOND = 1_000_000
AT = 1_002_049_200 * SECOND  # 2001-10-02T19:00:00Z
HEAD = "2001-10-02T{}Z lb1 "
WANTED = Wanted(frozenset({OUTER}), frozenset(), 0, 4_000_000_000 * SECOND)
SETTINGS = Settings(lambda account: account.hex())


def read(*texts: str) -> FileLeases:
    lines = [Line(n + 1, n * 1000, text.encode(), ended=True) for n, text in enumerate(texts)]
    (reading,) = ALL["f5-nat"].read([lines], SETTINGS, WANTED)
    assert reading.kept + reading.dropped.total() + len(reading.rejects) == len(lines)
    return reading


def keys(event: str, client: str, block: str, clock: str = "19:00:00") -> str:
    return HEAD.format(clock) + f'lsn_event="LSN_PB_{event}",lsn_client="{client}",lsn_pb="{block}"'


def short(event: str, client: str, block: str, clock: str = "19:00:00") -> str:
    return HEAD.format(clock) + f'"LSN_PB_{event}""{client}""{block}"'


Form = Callable[..., str]
FORMS: list[Form] = [keys, short]
BLOCK = f"{OUTER}: 1024-1087"


@pytest.mark.parametrize("given_", FORMS)
@pytest.mark.parametrize("taken", FORMS)
def test_a_block_is_its_clients_from_its_allocation_to_its_release_in_either_shape(given_: Form, taken: Form) -> None:
    reading = read(given_("ALLOCATED", "10.0.0.1%11", BLOCK), taken("RELEASED", "10.0.0.1%11", BLOCK, "20:00:00"))
    (lease,) = reading.leases
    assert lease[:5] == (OUTER, 1024, 1087, None, None)
    assert (lease.begin, lease.end, lease.doubtful) == (AT, AT + 3600 * SECOND, False)
    assert (lease.inner, lease.account, lease.ends) == ("10.0.0.1", None, "released")


def test_the_address_of_a_client_of_ds_lite_is_the_inner_one() -> None:
    text = keys("ALLOCATED", "2001:DB8::200", BLOCK).replace("lsn_client", "lsn_dslite_client")
    assert [lease.inner for lease in read(text).leases] == ["2001:db8::200"]
    assert [lease.inner for lease in read(short("ALLOCATED", "2001:DB8::200", BLOCK)).leases] == ["2001:db8::200"]


def test_what_follows_a_release_lost_is_doubtful_until_the_block_is_given_again() -> None:
    reading = read(keys("ALLOCATED", "10.0.0.1", BLOCK), keys("ALLOCATED", "10.0.0.2", BLOCK, "20:00:00"))
    told = [(lease.inner, lease.end, lease.ends, lease.doubtful) for lease in reading.leases]
    assert told == [("10.0.0.1", AT + 3600 * SECOND, "replaced", True), ("10.0.0.2", None, "open", True)]


def test_a_block_given_again_to_the_same_client_is_another_and_the_time_between_is_doubtful() -> None:
    first = [keys("ALLOCATED", "10.0.0.1", BLOCK), keys("ALLOCATED", "10.0.0.1", BLOCK, "20:00:00")]
    reading = read(*first, keys("RELEASED", "10.0.0.1", BLOCK, "20:30:00"))
    assert [(lease.begin - AT, lease.doubtful) for lease in reading.leases] == [(0, True), (3600 * SECOND, False)]


def test_a_port_that_two_blocks_name_is_held_by_both() -> None:
    first, second = BLOCK, f"{OUTER}:1087-1150"
    texts = [
        keys(event, client, block, clock)
        for event, clock in (("ALLOCATED", "19:00:00"), ("RELEASED", "20:00:00"))
        for client, block in (("10.0.0.1", first), ("10.0.0.2", second))
    ]
    at_the_edge = {
        lease.inner for lease in read(*texts).leases if (lease.port_from or 0) <= 1087 <= (lease.port_to or 0)
    }
    assert at_the_edge == {"10.0.0.1", "10.0.0.2"}


def test_two_routing_domains_of_blocks_leave_no_inner_address() -> None:
    reading = read(keys("ALLOCATED", "10.0.0.1%1", BLOCK), keys("RELEASED", "10.0.0.1%2", BLOCK, "20:00:00"))
    assert {(lease.inner, lease.account) for lease in reading.leases} == {(None, None)}


PAIRS = 'lsn_event="LSN_PB_ALLOCATED",lsn_client="10.0.0.1",lsn_pb="203.0.113.9: 1024-1087"'
MALFORMED = (
    PAIRS.replace("ALLOCATED", "REFRESHED"),
    PAIRS.replace("ALLOCATED", ""),
    PAIRS.replace("ALLOCATED", "ALLOCATED_2"),
    PAIRS.replace("LSN_PB_ALLOCATED", "lsn_pb_allocated,LSN_PB_ALLOCATED"),
    PAIRS.replace("lsn_client", "cli"),
    PAIRS.replace("lsn_client", "host"),
    PAIRS.replace("lsn_pb", "nat"),
    PAIRS.replace("lsn_event", "event"),
    PAIRS.replace(',lsn_client="10.0.0.1"', ""),
    PAIRS + ',lsn_dslite_client="2001:db8::200"',
    PAIRS + ',lsn_dslite_client="10.0.0.1"',
    PAIRS + ',lsn_dslite_client=""',
    PAIRS + ',lsn_client="10.0.0.2"',
    PAIRS + ',lsn_pb="203.0.113.9: 1088-1151"',
    PAIRS + ',lsn_event="LSN_PB_RELEASED"',
    PAIRS + ',start="soon"',
    PAIRS.replace("1024-1087", "1087-1024"),
    PAIRS.replace("1024-1087", "1024-65536"),
    PAIRS.replace("1024-1087", "1024"),
    PAIRS.replace("1024-1087", "1024-1087-1150"),
    PAIRS.replace("203.0.113.9: ", "203.0.113.9 "),
    PAIRS.replace("203.0.113.9: 1024-1087", "203.0.113.9"),
    PAIRS.replace("10.0.0.1", "10.0.0.1:5000"),
    PAIRS.replace("10.0.0.1", "10.0.0.1:1024-1087"),
    PAIRS.replace("10.0.0.1", "10.0.0.256"),
    PAIRS.replace("10.0.0.1", ""),
    '"LSN_PB_ALLOCATED""10.0.0.1""203.0.113.9:1024"',
    '"LSN_PB_ALLOCATED""10.0.0.1:5000""203.0.113.9:1024-1087"',
    '"LSN_PB_ALLOCATED""10.0.0.1:1-2""203.0.113.9:1024-1087"',
    '"LSN_PB_ALLOCATED""10.0.0.1""203.0.113.9"',
    '"LSN_PB_ALLOCATED""203.0.113.9:1024-1087""10.0.0.1"',
    '"LSN_PB_ALLOCATED""203.0.113.9:1024-1087"',
    '"LSN_PB_ALLOCATED""10.0.0.1""203.0.113.9:1024-1087""192.0.2.1"',
    "LSN_PB_ALLOCATED 10.0.0.1 203.0.113.9:1024-1087",
)


@pytest.mark.parametrize("text", MALFORMED)
def test_what_does_not_say_itself_whose_block_it_is_is_malformed(text: str) -> None:
    reading = read(HEAD.format("19:00:00") + text)
    assert ([reject.reason for reject in reading.rejects], reading.leases) == (["malformed"], [])


def test_an_instant_of_the_device_that_the_line_denies_is_bad_time_and_else_changes_nothing() -> None:
    start = f',start="{AT // 1000 + 500}"'
    assert [lease.begin for lease in read(keys("ALLOCATED", "10.0.0.1", BLOCK) + start).leases] == [AT]
    late = read(keys("ALLOCATED", "10.0.0.1", BLOCK, "20:00:00") + start)
    assert ([reject.reason for reject in late.rejects], late.leases) == (["bad_time"], [])
    lasted = start + ',duration="3600000"'
    (lease,) = read(keys("RELEASED", "10.0.0.1", BLOCK, "20:00:00") + lasted).leases
    assert (lease.end, lease.doubtful) == (AT + 3600 * SECOND, True)


ENDS = st.tuples(
    st.sampled_from(["10.0.0.1", OUTER, "2001:db8::200", "10.0.0.300", ""]),
    st.sampled_from(["", "%0", "%22", "%", "%x"]),
    st.sampled_from(["", ":1024", ": 1024", ":1024-1087", ": 1024-1087", ":1087-1024", ":1024-65536", ":5-5"]),
).map("".join)


@given(ENDS, ENDS, st.sampled_from(FORMS))
def test_a_block_is_read_only_where_the_first_end_is_an_address_and_the_second_has_a_range(
    client: str, block: str, form: Form
) -> None:
    reading = read(form("ALLOCATED", client, block), form("RELEASED", client, block, "20:00:00"))
    address, _, realm = client.partition("%")
    whose = address in {"10.0.0.1", OUTER, "2001:db8::200"} and (realm.isdigit() or client == address)
    public, ports = block.partition(":")[0].partition("%"), block.rpartition(":")[2].strip()
    known = public[2].isdigit() or not public[1]
    if whose and public[0] == OUTER and known and ports in {"1024-1087", "5-5"} and address != OUTER:
        low, _, high = ports.partition("-")
        ((_, one, other, _, _),) = {lease[:5] for lease in reading.leases}
        assert (one, other, {lease.inner for lease in reading.leases}) == (int(low), int(high), {address})
    else:
        assert reading.leases == []


@pytest.mark.parametrize("inner", ["10.0.0.1", "10.0.0.1%7"])
def test_the_domain_of_an_outer_address_is_none_of_an_inner_ones_whatever_is_read(inner: str, tmp_path: Path) -> None:
    own = keys("ALLOCATED", "10.0.0.3%22", BLOCK) + "\n" + keys("RELEASED", "10.0.0.3%22", BLOCK, "20:00:00") + "\n"
    lines = (
        keys("ALLOCATED", inner, "192.0.2.1%22:1-2", "20:30:00"),
        short("ALLOCATED", inner, "192.0.2.1%22:1-2", "20:30:00"),
        HEAD.format("20:30:00") + f'"LSN_ADD" "{inner}:5" "6" "192.0.2.1%22:1024"',
        HEAD.format("20:30:00") + f'lsn_event="LSN_ADD",cli="{inner}:5",nat="192.0.2.1%22:1024"',
        HEAD.format("20:30:00") + f'x-cli="10.0.0.1%22:5",lsn_event="LSN_ADD",cli="{inner}:5",nat="192.0.2.1:1024"',
    )
    for number, line in enumerate(lines):
        path = tmp_path / str(number)
        path.write_text(own + line + "\n", encoding="ascii")
        readings = [
            ALL["f5-nat"].read([text], SETTINGS, WANTED)[0] for text in (SiftedLines(path), [*SiftedLines(path)])
        ]
        assert [{lease.inner for lease in reading.leases} for reading in readings] == [{None}, {None}]


def test_a_name_beside_a_block_is_masked_and_an_inner_address_is_none() -> None:
    line = keys("ALLOCATED", "10.0.0.1", BLOCK) + ',pem_subscriber_id="subscriber-a"'
    assert ALL["f5-nat"].mask(line.encode()) == line.replace("subscriber-a", "***").encode()
