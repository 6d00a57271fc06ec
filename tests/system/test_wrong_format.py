"""A log of another format than the case says is not passed over in silence."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

import landmark
from landmark.report.terminal import funnel_text

if TYPE_CHECKING:
    from pathlib import Path

CASE = """
[case]
id = "format"
title = "Format"
lead = "GB"
[authority]
reference = "W-1"
issuer = "Example Court"
provider = "Example Internet"
from = 2001-10-01T00:00:00Z
until = 2001-10-15T00:00:00Z
covers = ["traffic"]
[[target]]
id = "forum-a"
path = "/board/"
[[target]]
id = "group-a"
newsgroup = "test.watched.a"
"""
WEB = '[[log]]\nfiles = ["log"]\nformat = "combined"\n'
NEWS = '[[log]]\nfiles = ["log"]\nformat = "inn"\nzone = "UTC"\nyear = 2001\n'
GOOD = '192.0.2.1 - - [02/Oct/2001:10:00:00 +0000] "GET /{} HTTP/1.1" 200 5 "-" "Reader/1.0"\n'
READER = "2001-10-02T10:00:00+00:00 news1 nnrpd[1]: host-a.example group test.watched.a 3\n"


def ran(folder: Path, log: str, text: bytes) -> dict[str, Any]:
    (folder / "case.toml").write_text(CASE + log, encoding="utf-8")
    (folder / "log").write_bytes(text)
    return dict(landmark.run(folder, today=date(2001, 11, 1)).funnel)


@pytest.mark.parametrize(
    ("log", "text"),
    [
        (WEB, GOOD.format("board/").encode("utf-16")),
        (WEB, b"#Fields: date time c-ip\n2001-10-02 10:00:00 192.0.2.1 GET /other\n"),
        (NEWS, READER.replace("test.watched.a", "test.other.x").encode() * 3),
        (NEWS, GOOD.format("other").encode()),
    ],
)
def test_a_log_none_of_whose_first_lines_reads_is_called_out(tmp_path: Path, log: str, text: bytes) -> None:
    funnel = ran(tmp_path, log, text)
    assert funnel["files"][0]["unlike"] is True
    assert "HEED: none of the first lines of “log” reads as its format, and nothing was kept." in funnel_text(funnel)
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "None of the first lines of “log” reads as the format" in report


@pytest.mark.parametrize("text", [b"", b"\n\n", GOOD.format("other").encode(), b"torn\n" + GOOD.format("x").encode()])
def test_a_log_that_only_concerns_nobody_is_not(tmp_path: Path, text: bytes) -> None:
    funnel = ran(tmp_path, WEB, text)
    assert "unlike" not in funnel["files"][0]
    assert "HEED" not in funnel_text(funnel)
