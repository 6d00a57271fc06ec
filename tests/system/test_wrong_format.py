"""A file of another format than the case says is not passed over in silence."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

import landmark
from landmark import cli
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
covers = ["traffic", "identification"]
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
        (WEB, GOOD.format("board/").encode().replace(b"1", b"\0")),
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


RECORDS = """address,port_from,port_to,from,until,account
192.0.2.1,,,2001-10-02 00:00:00,2001-10-03 00:00:00,user-a
192.0.2.2,,,2001-10-02 00:00:00,2001-10-03 00:00:00,user-b
"""
UNLIKE = {
    "a column": (RECORDS.replace("account", "customer").replace(" 00:00:00", "T00:00:00Z"), "it lacks account (or say"),
    "semicolons": (RECORDS.replace(",", ";"), "it has no comma"),
    "no zone": (RECORDS, "an [[assignment]] that declares `zone`"),
}


@pytest.mark.parametrize(("text", "expected"), UNLIKE.values(), ids=UNLIKE.keys())
def test_assignment_records_of_which_none_reads_are_called_out_with_what_is_expected(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], text: str, expected: str
) -> None:
    (tmp_path / "log").write_text(GOOD.format("board/"), encoding="utf-8")
    (tmp_path / "records.csv").write_text(text, encoding="utf-8")
    records = '[[assignment]]\nfiles = ["records.csv"]\nformat = "csv"\naccount = "user-name"\n'
    (tmp_path / "case.toml").write_text(CASE + WEB + records, encoding="utf-8")
    assert cli.main(["run", str(tmp_path), "--as-of", "2001-11-01"]) == 4
    run = capfd.readouterr()
    assert cli.main(["funnel", str(tmp_path)]) == 0
    (file,) = json.loads((tmp_path / "out" / "funnel.json").read_bytes())["assignment_files"]
    assert (file["unlike"], file["format"]) == (True, "csv")
    assert expected in file["expected"]
    said = "None of the first lines of “records.csv” reads as csv, and nothing of it was kept, so whom its records name"
    for where in (run.out, run.err, capfd.readouterr().out):
        assert f"HEED: {said}" in where
        assert expected in where
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert report.count(said) == 1
    assert "reads as the format that the case gives it" not in report


def test_assignment_records_of_nobody_asked_for_are_not(tmp_path: Path) -> None:
    (tmp_path / "records.csv").write_text(RECORDS.replace("192.0.2", "198.51.100"), encoding="utf-8")
    records = '[[assignment]]\nfiles = ["records.csv"]\nformat = "csv"\naccount = "user-name"\nzone = "UTC"\n'
    funnel = ran(tmp_path, WEB + records, GOOD.format("board/").encode())
    assert "unlike" not in funnel["assignment_files"][0]
    assert "HEED" not in funnel_text(funnel)
