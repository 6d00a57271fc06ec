"""Lists of networks: both forms, both versions, and what is no list."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.errors import CaseError
from landmark.lookups import networks

LIST = b"\xef\xbb\xbf# exits\n192.0.2.0/28\r\n\n198.51.100.7  # one\n2001:db8:1::/48\n"
GOOGLES_FORM = b"""{"creationTime": "2001-10-01T00:00:00", "prefixes": [
  {"ipv4Prefix": "192.0.2.0/28"}, {"ipv6Prefix": "2001:db8:1::/48"}, {"ipv4Prefix": "198.51.100.7/32"}]}"""


@pytest.mark.parametrize("content", [LIST, GOOGLES_FORM])
def test_addresses_in_a_network_are_found(content: bytes) -> None:
    asked = ["192.0.2.15", "192.0.2.16", "198.51.100.7", "198.51.100.8", "2001:db8:1:2::3", "2001:db8:2::", None]
    found = networks.parse(content, "list").holding(asked)
    assert found == {"192.0.2.15", "198.51.100.7", "2001:db8:1:2::3"}


def test_an_empty_list_holds_nothing() -> None:
    assert networks.parse(b"# nothing yet\n", "list").holding(["192.0.2.1"]) == frozenset()


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"192.0.2.0/28\nexample\n", "exits.txt:2"),
        (b"192.0.2.1/28\n", "exits.txt:1"),
        (b"192.0.2.0/33\n", "exits.txt:1"),
        (b"\xff\xfe", "exits.txt"),
        (b'{"prefixes": [{"other": 1}]}', "exits.txt"),
        (b'{"prefixes": [{"ipv4Prefix": 7}]}', "exits.txt"),
        (b'{"prefixes": 7}', "exits.txt"),
        (b"{not json", "exits.txt"),
    ],
)
def test_what_is_no_list_is_refused_and_not_quoted(content: bytes, where: str) -> None:
    with pytest.raises(CaseError) as refused:
        networks.parse(content, "exits.txt")
    assert str(refused.value) == f"{where}: a list of networks: {networks.FORMS}"


@given(
    st.lists(st.tuples(st.sampled_from([4, 6]), st.integers(0, 255), st.integers(0, 8)), max_size=6),
    st.lists(st.tuples(st.sampled_from([4, 6]), st.integers(0, 255)), max_size=6),
)
def test_holding_is_what_asking_each_network_gives(
    drawn: list[tuple[int, int, int]], asked: list[tuple[int, int]]
) -> None:
    base = {4: int(ip_address("192.0.2.0")), 6: int(ip_address("2001:db8::"))}
    bits = {4: 32, 6: 128}
    nets = [
        ip_network((base[version] + (number >> free << free), bits[version] - free)) for version, number, free in drawn
    ]
    addresses = [str(ip_network((base[version] + number, bits[version])).network_address) for version, number in asked]
    expected = {one for one in addresses if any(ip_address(one) in net for net in nets)}
    assert networks.of(nets).holding(addresses) == expected
