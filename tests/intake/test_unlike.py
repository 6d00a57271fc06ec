"""Of a file of assignments of which no record reads: what is expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from landmark import assignments
from landmark.case import Assignment
from landmark.intake.inputs import Input
from landmark.intake.unlike import expected
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
COLUMNS = "a first line that names the columns, with commas between them"


def of(path: Path, data: str | bytes, format_: str = "csv", account: str = "user-name", **stated: object) -> str | None:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    owner = Assignment(files=(path.name,), format=format_, account=account, **stated)  # type: ignore[arg-type]  # of an example
    return expected(Input(path.name, path, "assignment", owner, "series"))


@pytest.mark.parametrize("mark", [b"", MARK], ids=["plain", "with a byte order mark"])
@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=lambda one: one if isinstance(one, str) else one.name)
def test_of_what_reads_as_its_format_nothing_more_is_expected(
    tmp_path: Path, name: str, example: assignments.Example, mark: bytes
) -> None:
    stated = {key: value for key, value in example.settings.items() if key in {"zone", "year", "columns", "table"}}
    account = str(example.settings.get("account_kind", "user-name"))
    assert of(tmp_path / "records", mark + example.text, name, account, **stated) is None


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=lambda one: one if isinstance(one, str) else one.name)
def test_records_of_another_format_are_told_from_those_of_csv(
    tmp_path: Path, name: str, example: assignments.Example
) -> None:
    if name != "csv":
        assert of(tmp_path / "records", example.text) is not None


@pytest.mark.parametrize(
    "data", ["", "\n\n", HEADER, HEADER + "\n", RECORDS + "torn\n", "torn\n" + RECORDS.partition("\n")[0]]
)
def test_of_a_file_without_records_or_with_one_that_reads_nothing_is_expected(tmp_path: Path, data: str) -> None:
    found = of(tmp_path / "records", data)
    assert (found is None) == (not data.startswith("torn"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            RECORDS.replace("account", "customer"),
            f"{COLUMNS}; it lacks account (or say under `columns` what it calls them)",
        ),
        (
            RECORDS.replace("port_from,port_to", "a,b"),
            f"{COLUMNS}; it lacks port_from, port_to (or say under `columns`",
        ),
        (RECORDS.replace(",", ";"), f"{COLUMNS}; it has no comma"),
        (RECORDS.replace(",", "\t"), f"{COLUMNS}; it has no comma"),
        (RECORDS.removeprefix(HEADER), f"{COLUMNS}; it lacks address, port_from, port_to, from, until, account"),
        ("\ufeff" + RECORDS.replace("account", "account,account"), f"{COLUMNS}, each once"),
        (RECORDS.replace("2001-10-02T", "02/10/2001 "), "lines as docs/formats.md shows them for csv"),
    ],
    ids=["a column", "two columns", "semicolons", "tabs", "no header", "a column twice", "another form of time"],
)
def test_what_a_csv_lacks_is_said_by_name(tmp_path: Path, data: str, said: str) -> None:
    assert (of(tmp_path / "records", data) or "").startswith(said)


def test_a_column_is_named_as_the_case_calls_it(tmp_path: Path) -> None:
    columns = {"account": "customer", "protocol": "proto"}
    found = of(tmp_path / "records", RECORDS, columns=columns)
    assert found == f"{COLUMNS}; it lacks customer, proto (or say under `columns` what it calls them)"


def test_times_without_a_zone_ask_for_one(tmp_path: Path) -> None:
    local = RECORDS.replace("Z,", ",")
    assert of(tmp_path / "records", local) == (
        "an [[assignment]] that declares `zone`: its times do not say how they stand to UTC"
    )
    assert of(tmp_path / "records", local, zone="Europe/London") is None


def test_lines_of_syslog_without_a_year_ask_for_one(tmp_path: Path) -> None:
    line = "Oct  2 19:00:00 nat1 kernel: [NEW] ORIG: SRC=10.0.0.5 DST=198.51.100.7 PROTO=TCP SPT=1024 DPT=80 , REPLY: "
    line += "SRC=198.51.100.7 DST=203.0.113.9 PROTO=TCP SPT=80 DPT=40000\n"
    found = of(tmp_path / "records", line, "ulogd", "inner-address", zone="UTC")
    assert found == "an [[assignment]] that declares `year`: its times write none"


@pytest.mark.parametrize(("name", "word"), [("radius-csv", "names the columns"), ("kea", "names the columns")])
def test_a_list_with_a_header_of_its_own_is_referred_to_its_description(tmp_path: Path, name: str, word: str) -> None:
    found = of(tmp_path / "records", RECORDS.replace("address", "ip"), name) or ""
    assert word in found
    assert name in found


def test_a_log_of_a_day_that_has_other_messages_alone_or_first_may_be_one_of_its_format(tmp_path: Path) -> None:
    text = "Oct  2 19:00:00 host1 sshd[7]: session opened for 192.0.2.1\n" * 2_500
    text += "Oct  2 19:00:00 host1 dhcpd: DHCPACK on 192.0.2.9 to 00:00:5e:00:53:01 via eth0\n"
    assert of(tmp_path / "records", text, "dhcpd-syslog", "client-id", zone="UTC", year=2001) is None


def test_another_table_of_a_dump_is_no_other_format(tmp_path: Path) -> None:
    dump = "COPY public.online (username, framedipaddress, acctstarttime, acctstoptime) FROM stdin;\n"
    dump += "user-a\t192.0.2.1\t2001-10-02 10:00:00+02\t2001-10-02 11:00:00+02\n\\.\n"
    assert of(tmp_path / "records", dump, "radius-sql", table="radacct") is None
