"""Records may normalise accounts (`account_form`): what the case itself calls an account is normalised alike."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import landmark
from landmark.case import Authority, Case, Log, Mapping, Target
from landmark.intake.names import account_of, spellings_of
from landmark.pseudonyms import Pseudonyms

NAMES = Pseudonyms(bytes(range(32)))
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


def case_of(*ties: Mapping) -> Case:
    authority = Authority("W-1", "Example Court", "Example Internet", 1, 2, ("traffic",))
    logs = (Log(("a.log",), "combined"),)
    return Case(Path(), "example", "Example", "GB", authority, (Target("a", path="/"),), logs, account_map=ties)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        *((name, None) for name in (b"", b" ", b"-", b"NULL", b"null", b"(null)", b"\\N", b" NULL ", b"N/A", b"-@isp")),
        (b"@isp.example", None),
        (b"@isp.example", "no-realm"),
        (b"Unknown", "lower"),
    ],
)
def test_what_only_says_that_there_is_no_account_is_nobodys(name: bytes, form: str | None) -> None:
    """Taken for an account it would be one customer with the visits of all of whom nothing was recorded."""
    assert account_of(case_of(), form, NAMES)(name) is None


def test_the_case_may_say_whose_an_empty_account_is() -> None:
    house = account_of(case_of(Mapping("-", "house")), None, NAMES)
    assert house(b"-") == NAMES.account(b"house")
    assert list(spellings_of(case_of(Mapping("-", "house")), None, NAMES)(b"house")) == [b"house", b"-", b"house"]
    assert list(spellings_of(case_of(Mapping("-", "NULL")), None, NAMES)(b"NULL")) == [b"NULL"]


def test_names_that_differ_in_anything_are_two_accounts() -> None:
    account = account_of(case_of(), None, NAMES)
    names = ["user-a", "User-a", "user-a ", " user-a", "user-a\t", "us\N{LATIN SMALL LETTER E WITH ACUTE}r"]
    names += ["use\N{COMBINING ACUTE ACCENT}r", "null-a", "user-a@isp.example"]
    assert len({account(name.encode()) for name in names} - {None}) == len(names)


def test_a_realm_is_what_stands_behind_the_last_sign() -> None:
    """Two customers who call themselves by their addresses of mail are two, whatever realm the server put behind."""
    account = account_of(case_of(), "no-realm", NAMES)
    first, other = (account(name + b"@isp.example") for name in (b"ann@mail-a.example", b"ann@mail-b.example"))
    assert first != other
    assert account(b"ann@isp.example") == account(b"ann") == NAMES.account(b"ann")
