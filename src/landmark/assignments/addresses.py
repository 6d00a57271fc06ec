"""Addresses and prefixes of assignment records: one way to write each, and which of them bear on a client seen."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_MAPPED = IPv6Network("::ffff:0:0/96")


@lru_cache(maxsize=1 << 16)
def canonical(text: str) -> str | None:
    """Give an address or prefix in the form of RFC 5952; an IPv4-mapped one as IPv4; None where it is neither.

    A prefix of full length is its address. A prefix with host bits set, or an address with a zone, is neither.
    """
    try:
        network = ip_network(text)
    except ValueError:
        return None
    if isinstance(network, IPv6Network):
        if network.network_address.scope_id is not None:
            return None
        if network.subnet_of(_MAPPED):
            mapped = int(network.network_address) & 0xFFFF_FFFF
            network = IPv4Network((mapped, network.prefixlen - _MAPPED.prefixlen))
    return str(network.network_address) if network.prefixlen == network.max_prefixlen else str(network)


class Bearing:
    """Tells whether an address or prefix, in canonical form, is or contains one of those wanted."""

    def __init__(self, addresses: Collection[str]) -> None:
        """Take the addresses wanted, in canonical form."""
        self._addresses = frozenset(addresses)
        self._numbers: dict[int, list[int]] | None = None
        self._prefixes: dict[str, bool] = {}

    def __contains__(self, address: str) -> bool:
        """Tell of one address or prefix."""
        if "/" not in address:
            return address in self._addresses
        known = self._prefixes.get(address)
        if known is None:
            known = self._prefixes[address] = self._holds_one(ip_network(address))
        return known

    def _holds_one(self, prefix: IPv4Network | IPv6Network) -> bool:
        if self._numbers is None:
            whole = [ip_network(address).network_address for address in self._addresses]
            self._numbers = {
                4: sorted(int(one) for one in whole if not isinstance(one, IPv6Address)),
                6: sorted(int(one) for one in whole if isinstance(one, IPv6Address)),
            }
        numbers = self._numbers[prefix.version]
        at = bisect_left(numbers, int(prefix.network_address))
        return at < len(numbers) and numbers[at] <= int(prefix.broadcast_address)
