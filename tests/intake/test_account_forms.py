"""Records may normalise accounts (`account_form`): what the case itself calls an account is normalised alike."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

import landmark

if TYPE_CHECKING:
    from pathlib import Path

CASE = """
[case]
id = "forms"
title = "Forms"
lead = "GB"
[authority]
reference = "W-1"
issuer = "Example Court"
provider = "Example Internet"
from = 2001-10-01T00:00:00Z
until = 2001-10-15T00:00:00Z
covers = ["traffic", "identification"]
[rules]
more_than = 1
[[target]]
id = "forum-a"
host = "forum-a.example"
path = "/board/"
[[log]]
files = ["access.log"]
format = "combined"
host = "forum-a.example"
login_verified = ["/board/"]
[[assignment]]
files = ["isp.csv"]
format = "csv"
account = "user-name"
account_form = "lower no-realm"
"""
RECORDS = """address,port_from,port_to,from,until,account
198.51.100.7,,,2001-09-30T00:00:00Z,2001-10-15T00:00:00Z,OFFICE@isp.example
"""
KNOWN = """
[[known]]
account = "Office@isp.example"
from = 2001-10-01T00:00:00Z
until = 2001-10-15T00:00:00Z
who = "Example Unit"
why = "observation"
"""
LEAF = '[[leaf]]\naccount = "Office@isp.example"\nwhy = "a library"\n'
LOGIN_MAP = '[[login_map]]\nfrom = "@forum.example"\nto = "@isp.example"\n'


def run(folder: Path, login: str, more: str) -> tuple[list[str | None], set[str]]:
    """Give why each subject is no lead, and the grades, of three visits on three days from one line."""
    time = "0{day}/Oct/2001:1{day}:17:00 +0000"
    line = f'198.51.100.7 - {{login}} [{time}] "GET /board/{{day}} HTTP/1.1" 200 5 "-" "Mozilla/4.0"\n'
    (folder / "case.toml").write_text(CASE + more, encoding="utf-8")
    (folder / "access.log").write_text(
        "".join(line.format(login=login, day=day) for day in (2, 4, 7)), encoding="utf-8"
    )
    (folder / "isp.csv").write_text(RECORDS, encoding="utf-8")
    landmark.run(folder, today=date(2001, 11, 1))
    subjects, attributions = (
        pq.read_table(folder / "out" / "tables" / f"{name}.parquet") for name in ("subjects", "attributions")
    )
    return subjects["lost"].to_pylist(), set(attributions["grade"].to_pylist())


@pytest.mark.parametrize(("more", "lost"), [("", None), (KNOWN, "known"), (LEAF, "leaf")])
def test_an_account_that_the_case_names_is_found_in_the_form_of_the_records(
    tmp_path: Path, more: str, lost: str | None
) -> None:
    assert run(tmp_path, "-", more) == ([lost], {"sure"})


def test_a_login_is_tied_to_an_account_in_the_form_of_the_records(tmp_path: Path) -> None:
    assert run(tmp_path, "Office@forum.example", LOGIN_MAP) == ([None], {"sure"})
