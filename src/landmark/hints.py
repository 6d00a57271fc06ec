"""What a figure must not be taken for, in words: candidates that are left, and assignments that are counted by day.

Several visits under one verified login, each from an address that several accounts share, have sets of candidates. An
account that is in all of them is a hint and no more: it names nobody to anybody outside, and no lead is made of it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from landmark.figures import count, many

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


def sure_on(leases: int, days: int) -> str:
    """Say on how many days an account is sure, and by between how many and how many assignments.

    A static assignment is counted once for each UTC day with a sure event, so that one record of eleven days is eleven.

    Args:
        leases: as counted, at least 1.
        days: UTC days with a sure event, at least 1.
    """
    said = f"sure on {many(days, 'UTC day')}, by "
    fewest = -(-leases // days)
    if fewest == leases:
        return said + many(leases, "assignment")
    return (
        f"{said}{count(fewest)} {'or' if leases == fewest + 1 else 'to'} {count(leases)} assignments (one without end, "
        f"or whose end a list states, is counted anew on each day: {count(leases)} as counted)"
    )


def decimal(ppm: int) -> str:
    """Give millionths as a decimal number, exactly: `0.000021`, `1.5`, `4`."""
    whole, rest = divmod(ppm, MILLION)
    return f"{count(whole)}.{rest:06}".rstrip("0").rstrip(".")
