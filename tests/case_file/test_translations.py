"""What the account is must fit the format: a translation gives an inner address, nothing else does."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from landmark import case_file
from landmark.case import AssignmentFormat, LogFormat
from landmark.errors import CaseError

if TYPE_CHECKING:
    from pathlib import Path

FORMATS = {"combined": LogFormat("web", logs_host=False, needs_zone=False, needs_year=False)}
HOLDERS = {
    "nat": AssignmentFormat(needs_zone=False, translates=True),
    "leases": AssignmentFormat(needs_zone=False, translates=False),
    "either": AssignmentFormat(needs_zone=False, translates=None),
}
TEXT = """
[case]
id = "a"
title = "A"
lead = "GB"
[authority]
reference = "W-1"
issuer = "Example Court"
provider = "Example Internet"
from = 2001-10-01T00:00:00Z
until = 2001-10-15T00:00:00Z
covers = ["traffic", "identification"]
[[target]]
id = "a"
path = "/board/"
[[log]]
files = ["access.log"]
format = "combined"
"""


def load(folder: Path, *holders: tuple[str, str]) -> list[str]:
    more = "".join(
        f'[[assignment]]\nfiles = ["{number}.log"]\nformat = "{name}"\naccount = "{account}"\n'
        for number, (name, account) in enumerate(holders)
    )
    (folder / "case.toml").write_text(TEXT + more, encoding="utf-8")
    case = case_file.load(folder, today=date(2001, 11, 5), formats=FORMATS, assignment_formats=HOLDERS)
    return [one.account for one in case.assignments]


def test_translations_stand_beside_one_kind_of_account(tmp_path: Path) -> None:
    holders = (("nat", "inner-address"), ("leases", "user-name"), ("either", "inner-address"), ("either", "user-name"))
    assert load(tmp_path, *holders) == ["inner-address", "user-name", "inner-address", "user-name"]


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
def test_an_account_that_the_format_cannot_tell_is_refused(tmp_path: Path, name: str, account: str, said: str) -> None:
    with pytest.raises(CaseError) as refused:
        load(tmp_path, (name, account))
    assert str(refused.value) == said
