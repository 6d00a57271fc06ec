"""Resolution in steps: outer address and port → inner address → account; the grade is the worst of the steps."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

import landmark

if TYPE_CHECKING:
    from pathlib import Path

CASE = """
[case]
id = "chain"
title = "Chain"
lead = "GB"
[authority]
reference = "W-1"
issuer = "Example Court"
provider = "Example Internet"
from = 2001-10-01T00:00:00Z
until = 2001-10-15T00:00:00Z
covers = ["traffic", "identification"]
[[target]]
id = "forum-a"
host = "forum-a.example"
path = "/board/"
[[log]]
files = ["access.log"]
format = "combined"
host = "forum-a.example"
client_port = 1
"""
TRANSLATIONS = """
[[assignment]]
files = ["nat.csv"]
format = "csv"
account = "inner-address"
"""
ACCOUNTS = """
[[assignment]]
files = ["radius.csv"]
format = "csv"
account = "user-name"
"""
HEAD = "address,port_from,port_to,from,until,account\n"
ALL_DAY = "2001-10-02T00:00:00Z,2001-10-03T00:00:00Z"


def line(minute: int, port: int | str, address: str = "203.0.113.5") -> str:
    time = f"02/Oct/2001:10:{minute:02}:00 +0000"
    return f'{address} - - [{time}] "GET /board/ HTTP/1.1" 200 5 "-" "Reader/1.0" {port}\n'


def graded(
    folder: Path, log: str, files: dict[str, str], more: str = "", case: str = CASE
) -> list[tuple[str, int, str | None]]:
    """Run, and give grade, how many accounts fit, and reason, for each line of the log in order."""
    folder.mkdir(exist_ok=True)
    (folder / "case.toml").write_text(case + TRANSLATIONS + ACCOUNTS + more, encoding="utf-8")
    (folder / "access.log").write_text(log, encoding="utf-8")
    for name, text in files.items():
        (folder / name).write_text(HEAD + text, encoding="utf-8")
    landmark.run(folder, today=date(2001, 11, 1))
    rows = pq.read_table(folder / "out" / "tables" / "attributions.parquet").to_pylist()
    return [(row["grade"], len(row["accounts"]), row["reason"]) for row in rows]


def test_two_steps_that_are_sure_are_sure_together(tmp_path: Path) -> None:
    nat = f"203.0.113.5,1024,2047,{ALL_DAY},10.0.0.7\n203.0.113.5,2048,3071,{ALL_DAY},10.0.0.8\n"
    radius = f"10.0.0.7,,,{ALL_DAY},user-a\n10.0.0.8,,,{ALL_DAY},user-b\n"
    log = line(0, 1500) + line(1, 2500)
    assert graded(tmp_path, log, {"nat.csv": nat, "radius.csv": radius}) == [("sure", 1, None), ("sure", 1, None)]
    visitors = pq.read_table(tmp_path / "out" / "tables" / "visitors.parquet").to_pylist()
    assert [row["basis"] for row in visitors] == ["account", "account"]
    leases = pq.read_table(tmp_path / "out" / "tables" / "leases.parquet").to_pylist()
    assert sorted((row["address"], row["inner"], row["account"] is None) for row in leases) == [
        ("10.0.0.7", None, False),
        ("10.0.0.8", None, False),
        ("203.0.113.5", "10.0.0.7", True),
        ("203.0.113.5", "10.0.0.8", True),
    ]


@pytest.mark.parametrize(
    ("radius", "grade"),
    [
        ("", ("none", 0, "nobody")),
        (f"10.0.0.7,,,{ALL_DAY},\n", ("none", 0, "no_account")),
        (f"10.0.0.7,,,{ALL_DAY},user-a\n10.0.0.7,,,{ALL_DAY},user-b\n", ("contradicted", 2, "two_accounts")),
        ("10.0.0.7,,,2001-10-02T10:00:03Z,2001-10-03T00:00:00Z,user-a\n", ("fragile", 1, "only_within_tolerance")),
    ],
)
def test_the_grade_is_that_of_the_worse_step(tmp_path: Path, radius: str, grade: tuple[str, int, str]) -> None:
    nat = f"203.0.113.5,1024,2047,{ALL_DAY},10.0.0.7\n"
    assert graded(tmp_path, line(0, 1500), {"nat.csv": nat, "radius.csv": radius}) == [grade]


def test_without_a_port_every_account_behind_the_address_is_listed_and_none_is_picked(tmp_path: Path) -> None:
    nat = f"203.0.113.5,1024,2047,{ALL_DAY},10.0.0.7\n203.0.113.5,2048,3071,{ALL_DAY},10.0.0.8\n"
    radius = f"10.0.0.7,,,{ALL_DAY},user-a\n10.0.0.8,,,{ALL_DAY},user-b\n"
    log = line(0, "-")
    assert graded(tmp_path, log, {"nat.csv": nat, "radius.csv": radius}) == [("shared", 2, "no_port")]


def test_one_account_behind_several_inner_addresses_is_still_not_picked(tmp_path: Path) -> None:
    nat = f"203.0.113.5,1024,2047,{ALL_DAY},10.0.0.7\n203.0.113.5,2048,3071,{ALL_DAY},10.0.0.8\n"
    radius = f"10.0.0.7,,,{ALL_DAY},user-a\n10.0.0.8,,,{ALL_DAY},user-a\n"
    assert graded(tmp_path, line(0, "-"), {"nat.csv": nat, "radius.csv": radius}) == [("shared", 1, "no_port")]


def test_a_login_is_held_against_the_account_behind_an_inner_address_and_not_against_that(tmp_path: Path) -> None:
    nat = f"203.0.113.5,1024,2047,{ALL_DAY},10.0.0.7\n203.0.113.5,2048,3071,{ALL_DAY},10.0.0.8\n"
    radius = f"10.0.0.7,,,{ALL_DAY},user-a\n10.0.0.8,,,{ALL_DAY},user-b\n"
    more = '[[login_map]]\nfrom = "ann"\nto = "user-a"\n'
    log = "".join([line(0, 1500), line(1, 2500), line(2, "-")]).replace("- -", "- ann")
    case = CASE + 'login_verified = ["/board/"]\n'
    assert graded(tmp_path, log, {"nat.csv": nat, "radius.csv": radius}, more, case) == [
        ("sure", 1, None),
        ("contradicted", 1, "login_disagrees"),
        ("shared", 2, "no_port"),
    ]


def test_an_inner_address_that_stands_behind_itself_names_nobody(tmp_path: Path) -> None:
    nat = f"203.0.113.5,1024,2047,{ALL_DAY},10.0.0.7\n10.0.0.7,,,{ALL_DAY},10.0.0.7\n"
    assert graded(tmp_path, line(0, 1500), {"nat.csv": nat, "radius.csv": ""}) == [("none", 0, "nobody")]
    text = (tmp_path / "out" / "tables" / "sightings.parquet").read_bytes()
    assert b"inner " not in text


def test_behind_four_translations_somebody_is_told_and_behind_a_fifth_nobody(tmp_path: Path) -> None:
    behind = ["203.0.113.5", *(f"10.0.0.{step}" for step in range(1, 5))]
    pairs = [*pairwise(behind), ("203.0.113.6", "10.0.1.1"), ("10.0.1.1", "10.0.0.1")]
    nat = "".join(f"{outer},,,{ALL_DAY},{inner}\n" for outer, inner in pairs)
    log = line(0, 1500) + line(1, 1500, "203.0.113.6")
    radius = f"{behind[-1]},,,{ALL_DAY},user-0001\n"
    assert graded(tmp_path, log, {"nat.csv": nat, "radius.csv": radius}) == [("sure", 1, None), ("none", 0, "nobody")]


def test_the_same_inner_address_in_two_realms_is_two(tmp_path: Path) -> None:
    north = f"203.0.113.5,1024,2047,{ALL_DAY},10.0.0.7\n"
    south = f"203.0.113.6,1024,2047,{ALL_DAY},10.0.0.7\n"
    more = TRANSLATIONS.replace("nat.csv", "south.csv") + 'realm = "south"\n'
    more += ACCOUNTS.replace("radius.csv", "south-radius.csv") + 'realm = "south"\n'
    files = {
        "nat.csv": north,
        "radius.csv": f"10.0.0.7,,,{ALL_DAY},user-a\n",
        "south.csv": south,
        "south-radius.csv": f"10.0.0.7,,,{ALL_DAY},user-b\n",
    }
    log = line(0, 1500) + line(1, 1500, "203.0.113.6")
    assert graded(tmp_path, log, files, more) == [("sure", 1, None), ("sure", 1, None)]
    accounts = pq.read_table(tmp_path / "out" / "tables" / "attributions.parquet")["accounts"].to_pylist()
    assert accounts[0] != accounts[1]


def test_one_record_in_two_realms_stops_the_run_until_the_case_says_that_both_networks_have_it(tmp_path: Path) -> None:
    """It may be a copy of the one network's records in the other's place, and name its customer for somebody there."""
    nat = f"203.0.113.5,1024,2047,{ALL_DAY},10.0.0.7\n"
    more = TRANSLATIONS.replace("nat.csv", "south.csv") + 'realm = "south"\n'
    more += ACCOUNTS.replace("radius.csv", "south-radius.csv") + 'realm = "south"\n'
    files = {
        "nat.csv": nat,
        "radius.csv": f"10.0.0.7,,,{ALL_DAY},user-a\n",
        "south.csv": nat.replace("203.0.113.5", "203.0.113.6"),
        "south-radius.csv": f"10.0.0.7,,,{ALL_DAY},user-a\n10.0.0.8,,,{ALL_DAY},user-b\n",
    }
    log = line(0, 1500) + line(1, 1500, "203.0.113.6")
    with pytest.raises(landmark.CaseError, match=r"^radius\.csv and south-radius\.csv: found 1 equal ") as said:
        graded(tmp_path, log, files, more)
    assert all(word in str(said.value) for word in ('overlap = "keep"', "[[assignment]]", "two realms", "drop one"))
    assert graded(tmp_path, log, files, more + 'overlap = "keep"\n') == [("sure", 1, None), ("sure", 1, None)]


def test_a_record_whose_inner_address_is_none_is_malformed(tmp_path: Path) -> None:
    files = {"nat.csv": f"203.0.113.5,1024,2047,{ALL_DAY},user-a\n", "radius.csv": ""}
    assert graded(tmp_path, line(0, 1500), files) == [("none", 0, "nobody")]
    funnel: dict[str, Any] = landmark.funnel(tmp_path)
    (nat,) = [file for file in funnel["assignment_files"] if file["path"] == "nat.csv"]
    assert nat["rejected"] == {"malformed": 1}


def test_show_gives_the_records_of_both_steps_one_under_the_other(tmp_path: Path) -> None:
    nat = f"203.0.113.5,1024,2047,{ALL_DAY},10.0.0.7\n203.0.113.5,2048,3071,{ALL_DAY},10.0.0.8\n"
    radius = f"10.0.0.7,,,{ALL_DAY},user-a\n10.0.0.8,,,{ALL_DAY},user-b\n"
    graded(tmp_path, line(0, 1500), {"nat.csv": nat, "radius.csv": radius})
    shown = landmark.show(tmp_path, "event:0", today=date(2001, 11, 1))
    (attribution,) = [node for node in shown.under if node.title == "attribution"]
    first, second, *clocks = attribution.under
    assert (first.title, second.title) == ("step 1: 203.0.113.5, port 1500", "step 2: 10.0.0.7, behind 203.0.113.5")
    assert [clock.title.rpartition(", against ")[2] for clock in clocks] == ["nat.csv", "radius.csv"]
    outer, inner = (step.under[0] for step in (first, second))
    assert (outer.facts["address"], outer.facts["inner"]) == ("203.0.113.5", "10.0.0.7")
    assert (inner.facts["address"], inner.facts["line 2"]) == ("10.0.0.7", f"10.0.0.7,,,{ALL_DAY},***")
