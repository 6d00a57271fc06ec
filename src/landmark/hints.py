"""The hint `narrowed` in figures and words: who is left of several sets of candidates, and how many by chance.

Several visits under one verified login, each from an address that several accounts share, have sets of candidates. An
account that is in all of them is a hint and no more: it names nobody to anybody outside, and no lead is made of it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from landmark.figures import count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MILLION = 1_000_000
ASSUMED = (
    "Assumed: as many customers as there are accounts in the records that were read, which is fewer than the provider "
    "has (with more, chance leaves fewer); that each set is complete (a record that is lost, doubtful or without "
    "account may leave out the very person, and somebody else remains); and that the sets are drawn independently, "
    "which address pools by region and by hour are not (chance then leaves more). A hint is no lead."
)
"""What the figure rests on, and to which side each assumption errs."""


def expected(sizes: Sequence[int], customers: int) -> Fraction:
    """Give how many accounts would be in all sets by chance: N × Π (kᵢ / N), exactly.

    Args:
        sizes: accounts in each set that counts, kᵢ.
        customers: accounts from which the sets are drawn, N; at least the largest size.
    """
    left = Fraction(customers)
    for size in sizes:
        left *= Fraction(size, customers)
    return left


def millionths(share: Fraction) -> int:
    """Give a number in millionths, rounded up: what chance leaves must not look like less than it is."""
    return -(-share.numerator * MILLION // share.denominator)


def said(row: Mapping[str, Any]) -> str:
    """Say a row of `narrowed` in words that hold no account."""
    sizes = ", ".join(map(count, row["sizes"]))
    head = f"{count(row['visits'])} visits under this verified login came from addresses that several accounts shared. "
    if not row["remaining"]:
        return (
            f"{head}No account is a candidate of all of them: several people used the login, or a clock is wrong, or a "
            "record is lost."
        )
    accounts = "1 account is" if row["remaining"] == 1 else f"{count(row['remaining'])} accounts are"
    sets = "1 set counts" if len(row["sizes"]) == 1 else f"{count(len(row['sizes']))} sets count"
    return (
        f"{head}{accounts} among the candidates of every one. Of the sets of candidates, {sets} on their own "
        f"({sizes} accounts); of {count(row['customers'])} customers, {decimal(row['expected_ppm'])} would be in all "
        f"of these by chance. {ASSUMED}"
    )


def decimal(ppm: int) -> str:
    """Give millionths as a decimal number, exactly: `0.000021`, `1.5`, `4`."""
    whole, rest = divmod(ppm, MILLION)
    return f"{count(whole)}.{rest:06}".rstrip("0").rstrip(".")
