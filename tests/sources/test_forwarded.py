"""A forwarded address is the client only where a trusted proxy wrote it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.sources.addresses import Client
from landmark.sources.forwarded import Sender, sender

TRUSTED = ("10.0.0.0/8", "2001:db8:ffff::/48")
PROXY = Client("10.0.0.1", None)


def of(address: str, port: int | None = None) -> Sender:
    return Sender(Client(address, None), port)


@pytest.mark.parametrize(
    ("claimed", "came"),
    [
        (b"192.0.2.1", of("192.0.2.1")),
        (b"198.51.100.1, 192.0.2.1", of("192.0.2.1")),
        (b"198.51.100.1,192.0.2.1 ,10.0.0.2", of("192.0.2.1")),
        (b"192.0.2.1:4711, 10.0.0.2:99", of("192.0.2.1", 4711)),
        (b"[2001:db8::1]:4711, [2001:db8:ffff::1]", of("2001:db8::1", 4711)),
        (b'"2001:DB8::1"', of("2001:db8::1")),
        (b"192.0.2.1, unknown, 10.0.0.2", of("10.0.0.2")),
        (b"unknown", Sender(PROXY, 40_001)),
        (b"", Sender(PROXY, 40_001)),
        (b"10.0.0.3, 10.0.0.2", of("10.0.0.3")),
    ],
)
def test_the_client_is_the_rightmost_that_is_no_trusted_proxy(claimed: bytes, came: Sender) -> None:
    assert sender(PROXY, 40_001, claimed, TRUSTED) == came


def test_without_a_list_the_proxy_is_all_that_is_known() -> None:
    assert sender(PROXY, 40_001, None, TRUSTED) == Sender(PROXY, 40_001)


@given(st.binary(max_size=60), st.sampled_from([(), TRUSTED]))
def test_nobody_but_a_trusted_proxy_can_ever_name_another(claimed: bytes, trusted: tuple[str, ...]) -> None:
    peer = Client("192.0.2.7", None)
    assert sender(peer, 40_001, claimed, trusted) == Sender(peer, 40_001)
    assert sender(PROXY, 40_001, claimed, ()) == Sender(PROXY, 40_001)


@given(st.binary(max_size=60))
def test_what_a_client_claims_never_passes_over_what_a_trusted_proxy_wrote(claimed: bytes) -> None:
    assert sender(PROXY, None, claimed + b", 192.0.2.1", TRUSTED) == of("192.0.2.1")
