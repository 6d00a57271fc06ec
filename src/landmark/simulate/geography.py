"""Where the world's addresses are: ranges of its own for each country, as a dated data set for the case.

Abroad, each country has two of the /16 networks of 100.64.0.0/10 (RFC 6598) and a /40 of 2001:db8::/32 (RFC 3849);
the provider's customers have 10.0.0.0/8 (RFC 1918) and 192.0.2.0/24 (RFC 5737).
"""

from __future__ import annotations

import ipaddress

HOME = "GB"
"""Country of the provider."""
ABROAD = (
    "AT", "BE", "CA", "CH", "DE", "DK", "ES", "FI", "FR", "IE", "IL", "IT", "JP", "KR", "NL", "NO", "SE", "US",
)  # fmt: skip
"""Eighteen other countries."""
DATED = "2001-10-20"

_FIRST = 64
_HOSTS = 254
_SIX = int(ipaddress.IPv6Address("2001:db8::"))
_SIX_SIZE = 1 << 88


def abroad(country: str, number: int) -> str:
    """Give the `number`-th IPv4 address of a country abroad, from 0; no two are the same.

    Raises:
        ValueError: the country has no address left.
    """
    third, fourth = divmod(number, _HOSTS)
    second, third = divmod(third, 256)
    if second > 1:
        raise ValueError(f"{country} has no address left")
    return f"100.{_FIRST + 2 * ABROAD.index(country) + second}.{third}.{fourth + 1}"


def abroad_six(country: str, number: int) -> str:
    """Give the `number`-th IPv6 address of a country abroad, each in a /64 of its own, as RFC 5952 writes it."""
    return str(ipaddress.IPv6Address(_SIX + ABROAD.index(country) * _SIX_SIZE + (number + 1 << 64) + 0x51))


def country_of(address: str) -> str:
    """Give the country of an address of the world."""
    if ":" in address:
        return ABROAD[(int(ipaddress.IPv6Address(address)) - _SIX) // _SIX_SIZE]
    first, second, *_ = address.split(".")
    return ABROAD[(int(second) - _FIRST) // 2] if first == "100" else HOME


def data_set() -> str:
    """Give the data set as the case names it: `start,end,country`, one range a line, dated in its first."""
    lines = [f"# date: {DATED}", f"10.0.0.0,10.255.255.255,{HOME}"]
    for number, country in enumerate(ABROAD):
        second = _FIRST + 2 * number
        lines.append(f"100.{second}.0.0,100.{second + 1}.255.255,{country}")
    lines.append(f"192.0.2.0,192.0.2.255,{HOME}")
    for number, country in enumerate(ABROAD):
        start = _SIX + number * _SIX_SIZE
        ends = ipaddress.IPv6Address(start), ipaddress.IPv6Address(start + _SIX_SIZE - 1)
        lines.append(f"{ends[0]},{ends[1]},{country}")
    return "\n".join(lines) + "\n"
