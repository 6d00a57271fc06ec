from __future__ import annotations

from ipaddress import ip_address, ip_network

from hypothesis import given
from hypothesis import strategies as st

from landmark.lookups.reach import reach


def test_a_lease_reaches_its_own_address() -> None:
    held = ["198.51.100.7", "198.51.100.8", "2001:db8::7"]
    assert reach(["198.51.100.7", "2001:db8::7", "203.0.113.1"], held) == (
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8::7", "2001:db8::7"),
    )


def test_every_prefix_that_contains_an_address_reaches_it_not_only_the_longest() -> None:
    held = ["198.51.100.0/24", "198.51.100.0/28", "198.51.100.7", "198.51.100.128/25", "2001:db8::/32"]
    assert [address for _, address in reach(["198.51.100.7"], held)] == [
        "198.51.100.0/24",
        "198.51.100.0/28",
        "198.51.100.7",
    ]


def test_a_prefix_of_one_family_never_reaches_an_address_of_the_other() -> None:
    assert reach(["2001:db8::1"], ["0.0.0.0/0"]) == ()
    assert reach(["198.51.100.7"], ["::/0"]) == ()
    assert reach(["198.51.100.7", "2001:db8::1"], ["::/0", "0.0.0.0/0"]) == (
        ("198.51.100.7", "0.0.0.0/0"),
        ("2001:db8::1", "::/0"),
    )


def test_each_pair_is_given_once_in_order() -> None:
    assert reach(["198.51.100.9", "198.51.100.10", "198.51.100.9"], ["198.51.100.9", "198.51.100.0/24"] * 2) == (
        ("198.51.100.10", "198.51.100.0/24"),
        ("198.51.100.9", "198.51.100.0/24"),
        ("198.51.100.9", "198.51.100.9"),
    )


def test_nothing_reaches_nothing() -> None:
    assert reach([], ["198.51.100.0/24"]) == ()
    assert reach(["198.51.100.9"], []) == ()


near_by = st.integers(0, 40).map(lambda n: str(ip_address("198.51.100.0") + n)) | st.integers(0, 40).map(
    lambda n: str(ip_address("2001:db8::") + n)
)
prefixes = st.builds(
    lambda address, bits: str(ip_network((address, ip_address(address).max_prefixlen - bits), strict=False)),
    near_by,
    st.integers(1, 30),
)


@given(st.lists(near_by), st.lists(near_by | prefixes))
def test_it_equals_asking_every_pair(clients: list[str], held: list[str]) -> None:
    pairs = {
        (client, place)
        for client in clients
        for place in held
        if ip_address(client).version == ip_network(place).version and ip_address(client) in ip_network(place)
    }
    assert reach(clients, held) == tuple(sorted(pairs))
