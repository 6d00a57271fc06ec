"""Country of an address: dated, offline, the narrowest range, and never a pick."""

from __future__ import annotations

import gzip
import socket
from datetime import UTC, date, datetime
from ipaddress import ip_address, ip_network
from typing import Any

import iptocc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark import store, tables
from landmark.errors import CaseError
from landmark.lookups import countries, networks, ranges

DATED = date(2001, 10, 1)
CSV = b"""# date: 2001-10-01
192.0.2.0,192.0.2.255,NL
"192.0.2.64","192.0.2.127","de"
3325256704,3325256959,GB
2001:db8::,2001:db8:ffff:ffff:ffff:ffff:ffff:ffff,SE
203.0.113.0,203.0.113.255,-
"""
DELEGATED = b"""2|example|1001980800|4|19830705|20011002|+0100
example|*|ipv4|*|3|summary
# a comment
example|NL|ipv4|192.0.2.0|256|19930901|allocated
example|DE|ipv4|192.0.2.64|64|19930901|assigned|A1|e-stats
example||ipv4|198.51.100.0|256||available
example|EU|ipv4|203.0.113.0|256|19930901|allocated
example|SE|asn|64496|1|19930901|allocated
example|SE|ipv6|2001:db8::|32|19930901|allocated
"""


def instant(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) * tables.SECOND


WINDOW = (instant("2001-10-01"), instant("2001-10-15"))


def found(content: bytes, *addresses: str, stated: date | None = None, **more: Any) -> list[tuple[str, str | None]]:  # noqa: ANN401 - as `lookup` has them
    source = countries.from_file(content, "geo.csv", stated)
    rows = countries.lookup(addresses, source, more.pop("window", WINDOW), **more).to_pylist()
    by_address = {row["client_address"]: (row["country"], row["candidate"]) for row in rows}
    return [by_address[address] for address in addresses]


def test_the_narrowest_range_wins_and_numbers_are_addresses() -> None:
    asked = ("192.0.2.63", "192.0.2.64", "192.0.2.127", "192.0.2.128", "198.51.100.1", "2001:db8::1", "203.0.113.1")
    assert found(CSV, *asked) == [
        *[("NL", None), ("DE", None), ("DE", None), ("NL", None)],
        *[("GB", None), ("SE", None), ("ZZ", None)],
    ]
    assert found(b"# date: 2001-10-01\n3221225984,3221226239,NL\n", "192.0.2.0", "192.0.2.255") == [("NL", None)] * 2


def test_a_registrys_file_is_read_and_tells_its_date() -> None:
    asked = ("192.0.2.63", "192.0.2.64", "192.0.2.128", "198.51.100.1", "2001:db8:ffff::", "2001:db9::")
    none = ("ZZ", None)
    assert found(DELEGATED, *asked) == [("NL", None), ("DE", None), ("NL", None), none, ("SE", None), none]
    assert ranges.parse(DELEGATED, "d").date == date(2001, 10, 2)


def test_of_several_registries_the_earliest_date_holds() -> None:
    older = DELEGATED.replace(b"20011002", b"20010801")
    assert ranges.parse(DELEGATED + older, "d").date == date(2001, 8, 1)


def test_a_block_of_no_one_country_is_a_candidate_only() -> None:
    assert found(DELEGATED, "203.0.113.1") == [("ZZ", "EU")]


def test_ranges_as_narrow_that_disagree_are_not_picked_from() -> None:
    twice = b"# date: 2001-10-01\n192.0.2.0,192.0.2.255,NL\n192.0.2.0,192.0.2.255,DE\n192.0.2.0,192.0.2.255,NL\n"
    assert found(twice, "192.0.2.1") == [("ZZ", "DE, NL")]


def test_compressed_and_crlf_and_a_heading_are_read() -> None:
    text = CSV.replace(b"\n", b"\r\n").replace(b"10-01\r\n", b"10-01\r\nstart,end,country\r\n", 1)
    assert found(gzip.compress(text), "192.0.2.64") == [("DE", None)]


@pytest.mark.parametrize(
    ("day", "near"),
    [("2001-07-02", False), ("2001-07-03", True), ("2001-10-09", True), ("2002-01-13", True), ("2002-01-14", False)],
)
def test_a_data_set_more_than_ninety_days_from_the_window_gives_candidates_only(day: str, near: bool) -> None:  # noqa: FBT001 - what is expected
    expected = [("NL", None) if near else ("ZZ", "NL"), ("ZZ", None)]
    assert found(CSV, "192.0.2.1", "203.0.113.1", stated=date.fromisoformat(day)) == expected


def test_the_date_that_the_case_states_prevails_and_stands_in_each_row() -> None:
    assert countries.from_file(CSV, "geo.csv", None).date == DATED
    source = countries.from_file(CSV, "geo.csv", date(2001, 10, 9))
    (row,) = countries.lookup(["192.0.2.1"], source, WINDOW).to_pylist()
    assert (row["dataset"], row["dataset_date"]) == ("geo.csv", "2001-10-09")


def test_a_data_set_without_date_is_refused() -> None:
    with pytest.raises(CaseError, match=r"geo\.csv: \[countries\] date: the date of the data set") as refused:
        countries.from_file(CSV.split(b"\n", 1)[1], "geo.csv", None)
    assert refused.value.exit_status == 2


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"192.0.2.0,192.0.2.255\n", "geo.csv:1"),
        (b"# c\n192.0.2.0,192.0.2.255,NL,Netherlands\n", "geo.csv:2"),
        (b"192.0.2.0,192.0.2.255,NLD\n", "geo.csv:1"),
        (b"192.0.2.9,192.0.2.1,NL\n", "geo.csv:1"),
        (b"192.0.2.0,2001:db8::,NL\n", "geo.csv:1"),
        (b"192.0.2.0,192.0.2.255,NL\n192.0.2.0/24,,NL\n", "geo.csv:2"),
        (b'192.0.2.0,"192.0.2.255,NL\n192.0.2.0,192.0.2.300,DE\n', "geo.csv:2"),
        (b"2|example|1|1|0|20011001|0\nexample|NL|ipv4|192.0.2.0\n", "geo.csv:2"),
        (b"2|example|1|1|0|20011001|0\nexample|NL|ipv4|192.0.2.0|x|19930901|allocated\n", "geo.csv:2"),
        (b"2|example|1|1|0|20011001|0\nexample|NL|ipv6|2001:db8::|129|19930901|allocated\n", "geo.csv:2"),
        (b"\x00\x01\xab\xcd\xefMaxMind.com\xe9", "geo.csv"),
        (gzip.compress(CSV)[:-9], "geo.csv"),
        (b"\x1f\x8bnot gzip", "geo.csv"),
    ],
)
def test_what_is_no_data_set_is_refused_by_line_and_told_the_forms(content: bytes, where: str) -> None:
    with pytest.raises(CaseError) as refused:
        countries.from_file(content, "geo.csv", DATED)
    assert str(refused.value) == f"{where}: {ranges.FORMS}"


def test_addresses_on_a_list_of_the_case_are_anonymisers() -> None:
    lists = [networks.of([ip_network("192.0.2.0/31")]), networks.of([ip_network("2001:db8::/64")])]
    source = countries.from_file(CSV, "geo.csv", None)
    rows = countries.lookup(["192.0.2.1", "192.0.2.2", "2001:db8::1"], source, WINDOW, lists).to_pylist()
    assert [row["anonymiser"] for row in rows] == [True, False, True]


def test_each_address_is_one_row_in_order_and_none_is_passed_over() -> None:
    source = countries.from_file(CSV, "geo.csv", None)
    table = countries.lookup(["192.0.2.9", None, "192.0.2.10", "192.0.2.9"], source, WINDOW)
    assert table.column("client_address").to_pylist() == ["192.0.2.10", "192.0.2.9"]
    assert store.conform(table, tables.COUNTRIES).equals(table)
    assert countries.lookup([], source, WINDOW).num_rows == 0


def test_the_packaged_data_tell_their_version_and_date_and_need_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    source = countries.packaged(None)
    assert source.name.startswith("iptocc ")
    assert source.date is not None
    assert countries.packaged(DATED).date == DATED
    # The registries have numbers of their own, whose country does not move.
    asked = ["193.0.0.1", "2001:67c:2e8::1", "192.0.2.1"]
    now = instant(source.date.isoformat())
    rows = countries.lookup(asked, source, (now, now + tables.DAY)).to_pylist()
    assert [row["country"] for row in rows] == ["ZZ", "NL", "NL"]
    old = countries.lookup(asked, source, WINDOW).to_pylist()
    assert [(row["country"], row["candidate"]) for row in old] == [("ZZ", None), ("ZZ", "NL"), ("ZZ", "NL")]
    assert {row["dataset_date"] for row in old} == {source.date.isoformat()}


def test_data_of_unknown_date_give_candidates_only() -> None:
    source = countries.Source("undated", None, ranges.parse(CSV, "geo.csv").ranges)
    (row,) = countries.lookup(["192.0.2.1"], source, WINDOW).to_pylist()
    assert (row["country"], row["candidate"], row["dataset_date"]) == ("ZZ", "NL", None)


def test_the_package_answers_as_it_is_asked() -> None:
    assert iptocc.country_code(["193.0.0.1", "192.0.2.1"]) == ["NL", None]


blocks = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12), st.sampled_from(["DE", "GB", "NL"])), max_size=10)


@given(blocks, st.sampled_from([4, 6]))
def test_the_narrowest_range_is_what_looking_at_all_gives(drawn: list[tuple[int, int, str]], version: int) -> None:
    base = int(ip_address("192.0.2.0" if version == 4 else "2001:db8::"))
    given_ranges = [ranges.Range(version, base + first, base + first + size, land) for first, size, land in drawn]
    given_ranges += [ranges.Range(10 - version, 0, 1 << 31, "XX")]
    asked = [base + number for number in range(-1, 54)]
    for number, said in ranges.narrowest(given_ranges, version, asked).items():
        holding = [one for one in given_ranges if one.version == version and one.first <= number <= one.last]
        width = min((one.last - one.first for one in holding), default=0)
        assert said == tuple(sorted({one.country for one in holding if one.last - one.first == width}))
