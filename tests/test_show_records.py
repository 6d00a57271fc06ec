"""`show` gives a record of several lines whole, with names masked."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import landmark

if TYPE_CHECKING:
    from pathlib import Path

CASE = """
[case]
id = "records"
title = "Records"
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
path = "/board/"
[[log]]
files = ["access.log"]
format = "combined"
[[assignment]]
files = ["detail"]
format = "radius-detail"
zone = "UTC"
account = "user-name"
"""
PACKET = """Tue Oct  2 {hour}:00:00 2001
\tAcct-Status-Type = {kind}
\tUser-Name = "canary-user"
\tAcct-Session-Id = "A1"
\tFramed-IP-Address = 198.51.100.20
\tNAS-IP-Address = 192.0.2.254
\tTimestamp = {stamp}

"""


def test_both_records_of_a_lease_are_shown_whole_and_no_name_in_them(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_text(CASE, encoding="utf-8")
    line = '198.51.100.20 - - [02/Oct/2001:11:00:00 +0000] "GET /board/ HTTP/1.1" 200 5 "-" "Reader/1.0"\n'
    (tmp_path / "access.log").write_text(line, encoding="utf-8")
    start = PACKET.format(hour=10, kind="Start", stamp=1_002_016_800)
    stop = PACKET.format(hour=12, kind="Stop", stamp=1_002_024_000)
    (tmp_path / "detail").write_text(start + stop, encoding="utf-8")
    landmark.run(tmp_path, today=date(2001, 11, 1))
    shown = landmark.show(tmp_path, "event:0", today=date(2001, 11, 1))
    (attribution,) = [node for node in shown.under if node.title == "attribution"]
    step = attribution.under[0]
    assert step.title == "step 1: 198.51.100.20"
    lease, change = step.under
    assert change.title == "what would change it"
    lines = [name for name in lease.facts if name.startswith("line ")]
    assert lines == [f"line {number}" for number in (*range(1, 8), *range(9, 16))]
    assert lease.facts["line 2"] == "\tAcct-Status-Type = Start"
    assert "canary" not in str(shown.as_json())
