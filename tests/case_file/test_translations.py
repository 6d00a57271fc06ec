"""What the account is must fit the format: a translation gives an inner address, nothing else does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from landmark.case import AssignmentFormat, Case
from landmark.errors import CaseError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Load = Callable[[str, Mapping[str, AssignmentFormat]], Case]

HOLDERS = {
    "nat": AssignmentFormat(needs_zone=False, translates=True),
    "leases": AssignmentFormat(needs_zone=False, translates=False),
    "either": AssignmentFormat(needs_zone=False, translates=None),
}


def accounts(load_with: Load, *holders: tuple[str, str]) -> list[str]:
    more = "".join(
        f'[[assignment]]\nfiles = ["{number}.log"]\nformat = "{name}"\naccount = "{account}"\n'
        for number, (name, account) in enumerate(holders)
    )
    return [one.account for one in load_with(more, HOLDERS).assignments]


def test_translations_stand_beside_one_kind_of_account(load_with: Load) -> None:
    holders = (("nat", "inner-address"), ("leases", "user-name"), ("either", "inner-address"), ("either", "user-name"))
    assert accounts(load_with, *holders) == ["inner-address", "user-name", "inner-address", "user-name"]


@pytest.mark.parametrize(
    ("name", "account", "said"),
    [
        (
            "nat",
            "user-name",
            'case.toml:22: [[assignment]] account: found "user-name", expected "inner-address": nat tells no account',
        ),
        (
            "leases",
            "inner-address",
            (
                'case.toml:22: [[assignment]] account: found "inner-address", expected what its account is: leases is '
                "no translation"
            ),
        ),
    ],
)
def test_an_account_that_the_format_cannot_tell_is_refused(load_with: Load, name: str, account: str, said: str) -> None:
    with pytest.raises(CaseError) as refused:
        accounts(load_with, (name, account))
    assert str(refused.value) == said
