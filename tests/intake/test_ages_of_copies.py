"""Which of two exports of a table is the younger their names tell or nobody: no order in a case, and no spelling."""

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
id = "copies"
title = "Copies"
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
[[assignment]]
files = {files}
format = "csv"
account = "user-name"
"""
ASKED = '198.51.100.7 - - [05/Oct/2001:12:00:00 +0000] "GET /board/ HTTP/1.1" 200 5 "-" "Mozilla/4.0"\n'
HEADER = "address,port_from,port_to,from,until,account\n"
OPEN = HEADER + "198.51.100.7,,,2001-10-01T00:00:00Z,,user-a\n"
CLOSED = (
    HEADER + "198.51.100.7,,,2001-10-01T00:00:00Z,2001-10-03T00:00:00Z,user-a\n"
    "198.51.100.7,,,2001-10-04T00:00:00Z,2001-10-08T00:00:00Z,user-b\n"
)


@pytest.mark.parametrize(
    ("open_", "closed", "grade"),
    [
        (["leases-20011002.csv"], "leases-2001-10-09.csv", "sure"),
        (["leases-20011009.csv"], "leases-2001-10-02.csv", "fragile"),
        (["leases-20011009.csv"], "leases-2001-10-09.csv", "fragile"),  # one date
        (["leases-2001-10-09.csv"], "leases-20011009.csv", "fragile"),
        (["leases-20011009.csv"], "leases-2001100912.csv", "fragile"),  # a day, and an hour of it
        (["leases-20011009.csv.1"], "leases-20011009.csv", "fragile"),
        (["leases.csv.2"], "leases.csv.1", "sure"),
        (["leases-20011009.csv"], "leases.csv", "fragile"),  # the one without a date may be of any day
        (["leases-20011009.csv"], "leases.csv.1", "fragile"),
        (["leases.csv"], "leases-20011009.csv", "fragile"),
        (["leases-20011002.csv", "leases-20011010.csv"], "leases-2001-10-09.csv", "fragile"),  # one text of two ages
        (["leases-20011002.csv", "other/leases-20011002.csv"], "leases-2001-10-09.csv", "fragile"),  # of two series
        (["leases-20011002.csv", "leases-20011003.csv"], "leases-2001-10-09.csv", "sure"),
    ],
)
def test_who_is_given_an_address_again_is_sure_only_if_each_copy_that_has_it_open_is_older_by_its_name(
    tmp_path: Path, open_: list[str], closed: str, grade: str
) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "access.log").write_text(ASKED, encoding="utf-8")
    for name in open_:
        (tmp_path / name).write_text(OPEN, encoding="utf-8")
    (tmp_path / closed).write_text(CLOSED, encoding="utf-8")
    (tmp_path / "case.toml").write_text(CASE.replace("{files}", str([*open_, closed])), encoding="utf-8")
    landmark.run(tmp_path, today=date(2001, 11, 1))
    table = pq.read_table(tmp_path / "out" / "tables" / "attributions.parquet")
    assert table["grade"].to_pylist() == [grade]
