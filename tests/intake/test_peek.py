"""What `check` sees of a file's first lines: whether they read as the format that the case gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from landmark import assignments
from landmark.case import Assignment, Log
from landmark.intake.inputs import Input
from landmark.intake.peek import LINES, peek
from landmark.lines import MARK

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "address,port_from,port_to,from,until,account\n"
RECORDS = HEADER + "".join(
    f"192.0.2.{number},,,2001-10-02T19:00:00Z,2001-10-02T22:00:00Z,user-{number}\n" for number in range(1, 10)
)
EXAMPLES = [
    (name, one) for name, format_ in sorted(assignments.ALL.items()) for one in format_.examples() if not one.rejected
]


def peeked(
    path: Path, data: bytes, format_: str = "csv", account: str = "user-name", **stated: object
) -> tuple[int, int]:
    path.write_bytes(data)
    owner = Assignment(files=(path.name,), format=format_, account=account, **stated)  # type: ignore[arg-type]  # of an example
    return peek(Input(path.name, path, "assignment", owner, "series"))[:2]


@pytest.mark.parametrize("mark", [b"", MARK], ids=["plain", "with a byte order mark"])
@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=lambda one: one if isinstance(one, str) else one.name)
def test_what_reads_as_its_format_is_said_to(
    tmp_path: Path, name: str, example: assignments.Example, mark: bytes
) -> None:
    stated = {key: value for key, value in example.settings.items() if key in {"zone", "year", "columns", "table"}}
    account = str(example.settings.get("account_kind", "user-name"))
    lines, readable = peeked(tmp_path / "records", mark + example.text, name, account, **stated)
    assert lines == readable > 0


@pytest.mark.parametrize(
    "data",
    [RECORDS.replace(",", ";").encode(), RECORDS.replace("account", "customer").encode()],
    ids=["semicolons", "a header"],
)
def test_of_a_list_that_no_run_could_read_nothing_is_said_to_read(tmp_path: Path, data: bytes) -> None:
    assert peeked(tmp_path / "records", RECORDS.encode()) == (10, 10)
    assert peeked(tmp_path / "records", data)[1] == 0


def test_a_record_that_does_not_read_is_counted_whatever_stands_in_it(tmp_path: Path) -> None:
    assert peeked(tmp_path / "records", (RECORDS + "192.0.2.99,,,never,,user-99\n").encode()) == (11, 10)


def test_an_account_that_is_no_inner_address_does_not_read_where_it_must_be_one(tmp_path: Path) -> None:
    assert peeked(tmp_path / "records", RECORDS.encode(), account="inner-address") == (10, 1)
    inner = RECORDS.replace("user-", "10.0.0.")
    assert peeked(tmp_path / "records", inner.encode(), account="inner-address") == (10, 10)


def test_rows_of_the_table_that_the_case_names_are_tried(tmp_path: Path) -> None:
    dump = b"\n".join(
        (
            b"COPY public.online (username, framedipaddress, acctstarttime, acctstoptime) FROM stdin;",
            b"user-a\t192.0.2.1\t2001-10-02 10:00:00+02\t2001-10-02 11:00:00+02",
            b"user-a\t192.0.2.1\tnever\t2001-10-02 11:00:00+02",
            b"\\.",
            b"",
        )
    )
    assert peeked(tmp_path / "records", dump, "radius-sql", table="online") == (4, 3)
    assert peeked(tmp_path / "records", dump, "radius-sql", table="radacct") == (4, 4)


def test_a_record_that_the_last_line_tried_cuts_is_no_fault_of_the_file(tmp_path: Path) -> None:
    block = "lease 192.0.2.1 {\n  starts 2 2001/10/02 10:00:00;\n  ends 2 2001/10/02 12:00:00;\n}\n"
    lines = LINES // block.count("\n") * block.count("\n")
    text = "# from the first server\n" + block * (lines // 2)
    assert peeked(tmp_path / "records", text.encode(), "dhcpd", "client-id") == (LINES, LINES)


@pytest.mark.parametrize(
    ("written", "bad_times"),
    [
        ("%F %T %Z", ["2001-10-02 10:00:00 BST"] * 3 + ["2001-10-02 10:00:00 UTC"] * 2),
        ("%F %T", ["2001-10-02 10:00:00"] * 3 + ["2001-03-25 01:30:00", "2001-02-30 10:00:00"]),
    ],
)
def test_a_line_whose_time_cannot_be_by_the_declared_zone_reads_and_is_counted_apart(
    tmp_path: Path, written: str, bad_times: list[str]
) -> None:
    """So is one whose `%Z` is another zone's: whatever it is about, a run would not take it."""
    path = tmp_path / "access.log"
    path.write_text("".join(f'192.0.2.1 [{time}] "GET /help HTTP/1.0" 200\n' for time in bad_times), encoding="utf-8")
    owner = Log((path.name,), "apache", zone="Europe/London", host="x", log_format=f'%h [%{{{written}}}t] "%r" %>s')
    assert peek(Input(path.name, path, "log", owner, "series")) == (5, 5, 2)
