"""Lists of networks that a case names: what crawlers publish, exits, proxies, hosting."""

from __future__ import annotations

import json
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, NoReturn

from landmark.errors import CaseError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Network = IPv4Network | IPv6Network

FORMS = 'one network or address a line, or JSON {"prefixes": [{"ipv4Prefix": "192.0.2.0/24"}]}'


@dataclass(frozen=True, slots=True)
class Networks:
    """Networks of both versions, made to be asked about many addresses."""

    starts: dict[tuple[int, int], frozenset[int]]  # (version, bits behind the prefix) → prefixes as numbers

    def holding(self, addresses: Iterable[str | None]) -> frozenset[str]:
        """Give those of the addresses (RFC 5952) that lie in one of the networks."""
        return frozenset(address for address in set(addresses) if address is not None and self._holds(address))

    def _holds(self, text: str) -> bool:
        address = ip_address(text)
        return any(
            version == address.version and int(address) >> bits in starts
            for (version, bits), starts in self.starts.items()
        )


def of(networks: Iterable[Network]) -> Networks:
    """Make them ready to be asked."""
    starts: dict[tuple[int, int], set[int]] = {}
    for network in networks:
        bits = network.max_prefixlen - network.prefixlen
        starts.setdefault((network.version, bits), set()).add(int(network.network_address) >> bits)
    return Networks({kind: frozenset(starts[kind]) for kind in sorted(starts)})


def parse(content: bytes, name: str) -> Networks:
    """Read a list of networks.

    Args:
        content: the file's bytes: text with one network or address a line and `#` comments, or JSON as search engines
            publish it for their crawlers (`prefixes`, each with `ipv4Prefix` or `ipv6Prefix`).
        name: what the case calls the file, for messages.

    Raises:
        CaseError: a line or a prefix is no network, or the file is neither form.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        _refuse(name, None)
    return of(_json(text, name) if text.lstrip().startswith("{") else _lines(text, name))


def _lines(text: str, name: str) -> Iterator[Network]:
    for number, line in enumerate(text.split("\n"), start=1):
        written = line.partition("#")[0].strip()
        if written:
            yield _network(written, name, number)


def _json(text: str, name: str) -> Iterator[Network]:
    try:
        prefixes = json.loads(text)["prefixes"]
        written = [one["ipv4Prefix"] if "ipv4Prefix" in one else one["ipv6Prefix"] for one in prefixes]
    except (ValueError, KeyError, TypeError, RecursionError):
        _refuse(name, None)
    for one in written:
        yield _network(one, name, None)


def _network(written: object, name: str, line: int | None) -> Network:
    try:
        return ip_network(written) if isinstance(written, str) else _refuse(name, line)
    except ValueError:
        _refuse(name, line)


def _refuse(name: str, line: int | None) -> NoReturn:
    raise CaseError(Problem(f"a list of networks: {FORMS}", file=name, line=line))
