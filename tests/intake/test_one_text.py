"""One text is read once; where the case declares it in two ways that mean different rows, it says so and stops."""

from __future__ import annotations

import gzip
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from landmark import assignments
from landmark.case import Assignment, Authority, Case, Log, Rules, Stretch
from landmark.errors import CaseError
from landmark.intake import inputs, one_text
from landmark.lines import MARK
from landmark.scan.reading import identify

if TYPE_CHECKING:
    from pathlib import Path

AUTHORITY = Authority("W-1", "Example Court", "Example Internet", 0, 1, ("traffic",))
HEADER = b"address,port_from,port_to,from,until,account\n"
RECORDS = HEADER + b"192.0.2.1,,,2001-10-02T19:00:00,2001-10-02T22:00:00,user-1\n"
LINE = b'192.0.2.1 - - [02/Oct/2001:20:00:00 +0000] "GET /board/ HTTP/1.0" 200 512 "-" "Browser/1.0"\n'
NORTH = Assignment(("north",), "csv", "inner-address", 10, zone="UTC", realm="north")
SOUTH = replace(NORTH, files=("south",), line=20)
FIRST = Log(("first",), "combined", 30, host="forum-a.example")
SECOND = replace(FIRST, files=("second",), line=40)


def refused(folder: Path, *owners: Log | Assignment, **texts: bytes) -> list[str]:
    """Give what is said of a case with these logs and records, whose files hold these texts."""
    for name, text in texts.items():
        (folder / name).write_bytes(text)
    case = Case(
        folder,
        "small",
        "A small case",
        "GB",
        AUTHORITY,
        (),
        tuple(one for one in owners if isinstance(one, Log)),
        rules=Rules(),
        assignments=tuple(one for one in owners if isinstance(one, Assignment)),
    )
    found = [(one, identify(one.path)) for one in inputs.find(case)]
    try:
        one_text.refuse(found, case)
    except CaseError as error:
        return list(map(str, error.problems))
    return []


def test_the_same_records_of_two_networks_are_not_read_as_those_of_one(tmp_path: Path) -> None:
    (said,) = refused(tmp_path, NORTH, replace(SOUTH, realm="south"), north=RECORDS, south=gzip.compress(RECORDS))
    assert said.startswith("case.toml:20: realm: found one text in north and south, which line 10 declares otherwise, ")
    assert "name one of the two alone, or declare both alike" in said


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("format", "radius-csv"),
        ("account", "user-name"),
        ("zone", "Europe/London"),
        ("year", 2001),
        ("realm", None),
        ("account_form", "lower"),
        ("columns", {"account": "inner"}),
        ("table", "other"),
        ("clock_tolerance", 9_000_000),
        ("clock_ahead", 1),
        ("doubtful", (Stretch(0, 1, "clock replaced"),)),
    ],
)
def test_whatever_changes_what_records_mean_must_be_declared_alike(tmp_path: Path, key: str, value: object) -> None:
    other = replace(SOUTH, **{key: value})  # type: ignore[arg-type]  # of many types by its name
    (said,) = refused(tmp_path, NORTH, other, north=RECORDS, south=RECORDS)
    assert f": {key}: " in said


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("format", "vhost_combined"),
        ("host", "forum-b.example"),
        ("realm", "members"),
        ("server", "192.0.2.80:80"),
        ("login_verified", ("/board/",)),
        ("trusted_proxies", ("10.0.0.0/8",)),
        ("client_port", 1),
        ("clock_ahead", 1),
    ],
)
def test_whatever_changes_what_lines_mean_must_be_declared_alike(tmp_path: Path, key: str, value: object) -> None:
    other = replace(SECOND, **{key: value})  # type: ignore[arg-type]  # of many types by its name
    (said,) = refused(tmp_path, FIRST, other, first=LINE, second=LINE)
    assert f"case.toml:40: {key}: found one text in first and second" in said


def test_every_key_that_differs_is_named_at_once(tmp_path: Path) -> None:
    (said,) = refused(tmp_path, FIRST, replace(SECOND, zone="UTC", host="b.example"), first=LINE, second=LINE)
    assert ": host, zone: " in said


def test_declared_alike_one_is_a_copy_of_the_other(tmp_path: Path) -> None:
    stretches = (Stretch(0, 1, "replaced"), Stretch(2, 3, "replaced"))
    north = replace(NORTH, doubtful=stretches, clock_tolerance=Rules().clock_tolerance, why="measured")
    south = replace(SOUTH, doubtful=stretches[::-1], overlap="keep", gone=("east",))
    assert not refused(tmp_path, north, south, north=RECORDS, south=RECORDS)
    assert not refused(tmp_path, FIRST, SECOND, first=LINE, second=LINE)


def test_other_texts_may_be_declared_in_any_way(tmp_path: Path) -> None:
    assert not refused(tmp_path, NORTH, replace(SOUTH, realm="south"), north=RECORDS, south=RECORDS + b"\n")
    assert not refused(tmp_path, FIRST, replace(NORTH, format="kea-forensic"), first=LINE, north=LINE)


@pytest.mark.parametrize("text", [b"", b"\n", MARK, MARK + b"#Fields: date time\n\n"])
def test_a_log_in_which_no_line_is_says_nothing_of_either(tmp_path: Path, text: bytes) -> None:
    assert not refused(tmp_path, FIRST, replace(SECOND, host="forum-b.example"), first=text, second=text)


@pytest.mark.parametrize("text", [b"", b"\n", HEADER, HEADER + b"\n" + HEADER])
def test_a_table_without_a_record_says_nothing_of_either(tmp_path: Path, text: bytes) -> None:
    assert not refused(tmp_path, NORTH, replace(SOUTH, realm="south"), north=text, south=text)


@pytest.mark.parametrize("text", [HEADER + b"torn\n", b"torn\n", RECORDS, HEADER + b"\n" * (1 << 20)])
def test_a_table_with_a_line_that_may_be_a_record_does(tmp_path: Path, text: bytes) -> None:
    assert refused(tmp_path, NORTH, replace(SOUTH, realm="south"), north=text, south=text)


def test_every_format_tells_its_records_from_nothing(tmp_path: Path) -> None:
    for name, format_ in assignments.ALL.items():
        example = format_.examples()[0]
        stated = {key: value for key, value in example.settings.items() if key in {"zone", "year", "columns", "table"}}
        one = replace(NORTH, format=name, account="user-name", **stated)  # type: ignore[arg-type]  # of an example
        other = replace(one, files=("south",), realm="south")
        assert refused(tmp_path, one, other, north=example.text, south=example.text), name
