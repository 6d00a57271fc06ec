"""Which lease addresses bear on which client's address: the same address, or a prefix that contains it."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_BITS = {4: 32, 6: 128}


def reach(clients: Iterable[str], held: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Pair each client's address with every lease address or prefix that is it or contains it.

    Not the longest prefix alone: where a prefix and an address in it are held by two accounts, both fit.

    Args:
        clients: addresses of clients, in the canonical form of RFC 5952.
        held: addresses and prefixes (with `/`) of leases, in canonical form.

    Returns:
        (client_address, address), ascending, each pair once.
    """
    addresses: set[str] = set()
    prefixes: dict[tuple[int, int], dict[int, str]] = {}  # (version, length) → network number → prefix
    for text in set(held):
        if "/" in text:
            network: IPv4Network | IPv6Network = ip_network(text)
            shift = network.max_prefixlen - network.prefixlen
            prefixes.setdefault((network.version, network.prefixlen), {})[int(network.network_address) >> shift] = text
        else:
            addresses.add(text)
    distinct = set(clients)
    pairs = {(client, client) for client in distinct & addresses}
    if prefixes:
        for client in distinct:
            address = ip_address(client)
            for (version, length), networks in prefixes.items():
                if version == address.version:
                    prefix = networks.get(int(address) >> (_BITS[version] - length))
                    if prefix is not None:
                        pairs.add((client, prefix))
    return tuple(sorted(pairs))
