"""A whole run of logs of each transport: the events are the same, and sniff says what to declare."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

import landmark

if TYPE_CHECKING:
    from pathlib import Path

CASE = """
[case]
id = "news"
title = "News"
lead = "GB"
[authority]
reference = "W-1"
issuer = "Example Court"
provider = "Example Internet"
zone = "UTC"
from = 2001-10-01T00:00:00Z
until = 2001-10-15T00:00:00Z
covers = ["traffic"]
[[target]]
id = "group-a"
newsgroup = "test.watched.a"
"""
BEGIN = "host-a.example (192.0.2.1) connect - port 119"
GROUP = "host-a.example group test.watched.a 3"
JOURNAL = '{{"__REALTIME_TIMESTAMP":"{}","_HOSTNAME":"n1","SYSLOG_IDENTIFIER":"nnrpd","_PID":"41","MESSAGE":"{}"}}\n'
TEXTS = {
    "rfc3164": (f"Oct  2 23:50:00 n1 nnrpd[41]: {BEGIN}\n", f"Oct  3 00:05:00 n1 nnrpd[41]: {GROUP}\n"),
    "iso": (
        f"2001-10-03T01:50:00.000000+02:00 n1 nnrpd[41]: {BEGIN}\n",
        f"2001-10-03T02:05:00.000000+02:00 n1 nnrpd[41]: {GROUP}\n",
    ),
    "rfc5424": (
        f"<37>1 2001-10-02T23:50:00Z n1 nnrpd 41 - - {BEGIN}\n",
        f"<37>1 2001-10-03T00:05:00Z n1 nnrpd 41 - - {GROUP}\n",
    ),
    "journal": (JOURNAL.format(1_002_066_600_000_000, BEGIN), JOURNAL.format(1_002_067_500_000_000, GROUP)),
}


@pytest.mark.parametrize("transport", TEXTS)
def test_a_connection_goes_on_over_rotation_to_another_folder_whatever_wraps_its_lines(
    tmp_path: Path, transport: str
) -> None:
    first, second = TEXTS[transport]
    (tmp_path / "OLD").mkdir()
    (tmp_path / "OLD" / "news.notice.1").write_text(first, encoding="utf-8")
    (tmp_path / "news.notice").write_text(second, encoding="utf-8")
    stated = 'zone = "UTC"\nyear = 2001' if transport == "rfc3164" else ""
    log = f'[[log]]\nfiles = ["news.notice", "OLD/*"]\nformat = "inn"\ntransport = "{transport}"\n{stated}\n'
    (tmp_path / "case.toml").write_text(CASE + log, encoding="utf-8")
    landmark.run(tmp_path, today=date(2001, 11, 1))
    rows = pq.read_table(tmp_path / "out" / "tables" / "events.parquet").to_pylist()
    assert [(row["client_address"], row["counts"]) for row in rows] == [("192.0.2.1", False), ("192.0.2.1", True)]
    assert {(row["first_instant"], row["last_instant"]) for row in rows} == {
        (1_002_066_600_000_000, 1_002_067_500_000_000)
    }


@pytest.mark.parametrize("transport", TEXTS)
def test_sniff_says_what_wraps_the_lines_and_what_must_be_declared(tmp_path: Path, transport: str) -> None:
    path = tmp_path / "news.notice"
    path.write_text("".join(TEXTS[transport]), encoding="utf-8")
    likeliest, *others = landmark.sniff(path)
    assert (likeliest.format, likeliest.confidence, others) == ("inn", 100, [])
    (block,) = tomllib.loads(likeliest.block)["log"]
    assert block.get("transport") == (None if transport == "rfc3164" else transport)
    assert ("zone" in block, "year" in block) == (transport == "rfc3164", transport == "rfc3164")
