"""Who the simulated provider's customers are: invented names on Example Street, and nothing that chance decides.

Most pay for the line that they use themselves. Of some an employer pays, some lines end in another house or across a
border, some are used by somebody else, and some accounts belonged to somebody else before the world begins.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from landmark.simulate.clock import BEGIN, DAY, iso

if TYPE_CHECKING:
    from collections.abc import Iterable

HEAD = (
    "account", "billing_name", "billing_address", "billing_country", "installation_name", "installation_address",
    "installation_country", "user_name", "user_address", "user_country", "from", "until",
)  # fmt: skip
_HOME = "GB"
_EVERY = {"employer": 7, "other house": 9, "abroad": 23, "other user": 11, "had before": 13}
_TAKEN_ON, _SOLD = BEGIN - 300 * DAY, BEGIN - 40 * DAY


def subscribers(accounts: Iterable[str]) -> str:
    """Give the provider's file of its customers, in the order of their accounts.

    Args:
        accounts: as its records of assignments name them.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEAD)
    for account in sorted(set(accounts)):
        digits = re.sub(r"\D", "", account)
        number = int(digits or 0)
        if _is(number, "had before"):
            place = _place(number, "Old Example Street", _HOME)
            writer.writerow([account, *(f"Former Customer {number}", *place) * 3, iso(_TAKEN_ON), iso(_SOLD)])
        writer.writerow([account, *_customer(number), iso(_SOLD if _is(number, "had before") else _TAKEN_ON), ""])
    return text.getvalue()


def _customer(number: int) -> list[str]:
    """Give name, address and country of who pays, of where the line ends, and of who uses it."""
    name, home = f"Customer {number}", _place(number, "Example Street", _HOME)
    payer = (
        (f"Employer {number}", *_place(number, "Example Square", _HOME)) if _is(number, "employer") else (name, *home)
    )
    line = home
    if _is(number, "other house"):
        line = _place(number, "Example Lane", _HOME)
    if _is(number, "abroad"):
        line = _place(number, "Rue de l’Exemple", "FR")
    user = f"Lodger {number}" if _is(number, "other user") else name
    return [*payer, name, *line, user, *line]


def _place(number: int, street: str, country: str) -> tuple[str, str]:
    return f"{number} {street}, Example Town", country


def _is(number: int, what: str) -> bool:
    return number % _EVERY[what] == 0
