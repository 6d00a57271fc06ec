"""RADIUS accounting in the dump of a table: the same sessions, times and accounts as in a CSV of the same rows."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import landmark
from landmark.assignments import FileLeases, Settings, Wanted
from landmark.assignments.radius_csv import FORMAT as CSV
from landmark.assignments.radius_sql import FORMAT
from landmark.case import RADIUS_COLUMNS
from landmark.lines import Line
from landmark.scan.sifting import SiftedLines

if TYPE_CHECKING:
    from pathlib import Path

X, Y = "198.51.100.21", "198.51.100.22"
WANTED = Wanted(frozenset({X, Y}), frozenset(), 0, 4_000_000_000_000_000)
NAMES = ("acctsessionid", "username", "nasipaddress", "acctstarttime", "acctstoptime", "framedipaddress")
LIST = ", ".join(NAMES)
TEN, ELEVEN = "2001-10-02 10:00:00", "2001-10-02 11:00:00"
HOUR = 3_600_000_000


def lines(text: bytes) -> list[Line]:
    parts = text.split(b"\n")
    found, offset = [], 0
    for number, part in enumerate(parts, 1):
        if part or number < len(parts):
            found.append(Line(number, offset, part, number < len(parts)))
        offset += len(part) + 1
    return found


def read(*texts: str, wanted: Wanted = WANTED, form: Any = FORMAT, **settings: Any) -> list[FileLeases]:  # noqa: ANN401 - settings' own
    stated = {"zone": "UTC", "account_kind": "user-name", "line": lambda line: line.decode("latin-1"), **settings}
    said = Settings(account=lambda account: account.decode("latin-1"), **stated)
    readings: list[FileLeases] = form.read([lines(text.encode("latin-1")) for text in texts], said, wanted)
    if form is FORMAT:
        for reading in readings:
            assert reading.units == reading.kept + reading.dropped.total() + len(reading.rejects)
    return readings


def values(*row: str | None) -> str:
    return "(" + ",".join("NULL" if value is None else f"'{value}'" for value in row) + ")"


def insert(*rows: tuple[str | None, ...], table: str = "radacct") -> str:
    return " ".join(["INSERT INTO", table, f"({LIST})", "VALUES", ",".join(values(*row) for row in rows)]) + ";\n"


ROW = ("A1", "user-a", "192.0.2.254", TEN, ELEVEN, X)


def micros(text: str, zone: str = "UTC") -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()) * 1_000_000


def spans(reading: FileLeases) -> list[tuple[str | None, str, int, int | None]]:
    return [(lease.account, lease.address, lease.begin, lease.end) for lease in reading.leases]


def reasons(reading: FileLeases) -> list[str]:
    return [reject.reason for reject in reading.rejects]


def test_a_dump_says_what_a_csv_of_the_same_rows_says() -> None:
    rows = [
        ROW,
        ("B1", "user-b", "192.0.2.254", "2001-10-02 12:00:00", None, X),
        ("C1", "user-c", "192.0.2.254", "2001-10-03 12:00:00", "2001-10-03 11:00:00", Y),
        ("D1", "user-d", "192.0.2.254", "2001-10-03 12:00:00", "2001-10-03 13:00:00", "203.0.113.9"),
    ]
    (dump,) = read(insert(*rows))
    table = "\n".join([",".join(NAMES), *(",".join(value or "" for value in row) for row in rows)])
    (csv,) = read(table + "\n", form=CSV)
    assert [lease._replace(rows=()) for lease in dump.leases] == [lease._replace(rows=()) for lease in csv.leases]
    assert (dump.kept, reasons(dump), dump.dropped) == (2, ["bad_time"], {"not_watched": 1})
    assert (csv.kept, reasons(csv)) == (2, ["bad_time"])


def test_a_lease_leads_to_the_bytes_of_its_row() -> None:
    text = insert(ROW, ("A2", "user-a", "192.0.2.254", "2001-10-03 12:00:00", "2001-10-03 13:00:00", Y))
    (reading,) = read(text)
    for lease, begun in zip(reading.leases, (TEN, "2001-10-03 12:00:00"), strict=True):
        ((offset, written),) = [(one.offset, one.text) for one in FORMAT.placed(lines(text.encode()), lease.rows)]
        assert begun.encode() in written
        assert text.encode()[offset : offset + len(written)] == written


def test_rows_of_one_session_stand_in_any_text() -> None:
    open_ = ("A1", "user-a", "192.0.2.254", TEN, None, X)
    first, second = read(insert(open_), insert(ROW))
    assert spans(first) == [("user-a", X, micros(TEN), micros(ELEVEN))]
    assert (first.kept, second.kept, second.leases) == (1, 1, [])


@pytest.mark.parametrize(
    ("written", "table", "found"),
    [
        ("radacct", "radacct", 1),
        ("public.radacct", "radacct", 1),
        ("public.radacct", "public.radacct", 1),
        ("public.radacct", "archive.radacct", 0),
        ('"RadAcct"', "radacct", 1),
        ("`radacct`", "radacct", 1),
        ("radacct_2001", "radacct", 0),
        ("accounting", "accounting", 1),
        ("xradacct", "radacct", 0),
    ],
)
def test_the_table_is_the_one_that_the_case_names(written: str, table: str, found: int) -> None:
    (reading,) = read(insert(ROW, table=written), table=table)
    assert (reading.kept, reading.dropped.total()) == (found, 1 - found)


def test_a_second_table_of_the_name_is_refused() -> None:
    (reading,) = read(insert(ROW, table="public.radacct") + insert(ROW, table="archive.radacct"))
    assert (reading.kept, reasons(reading)) == (1, ["malformed"])
    (reading,) = read(
        insert(ROW, table="public.radacct") + insert(ROW, table="archive.radacct"), table="archive.radacct"
    )
    assert (reading.kept, reading.dropped) == (1, {"not_watched": 1})


def test_rows_whose_columns_are_not_known_are_refused_whatever_is_in_them() -> None:
    for text in (
        insert(ROW).replace(f" ({LIST})", ""),
        insert(("A1", "user-a", "192.0.2.254", TEN, ELEVEN, "203.0.113.9")).replace("acctstarttime", "begun"),
        "CREATE TABLE radacct (username text);\n" + insert(ROW).replace(f" ({LIST})", ""),
    ):
        (reading,) = read(text)
        assert (reading.kept, reasons(reading)) == (0, ["malformed"])


@pytest.mark.parametrize("name", RADIUS_COLUMNS)
def test_every_column_may_have_a_name_of_its_own(name: str) -> None:
    assert reasons(read(insert(ROW), columns={name: "elsewhere"})[0]) == ["malformed"]


def test_a_row_with_more_or_fewer_values_than_columns_is_refused() -> None:
    (reading,) = read(insert(ROW, (*ROW, "more")))
    assert (reading.kept, reasons(reading)) == (1, ["malformed"])


def test_a_user_called_null_is_somebody() -> None:
    (reading,) = read(insert(("A1", "NULL", "192.0.2.254", TEN, ELEVEN, X)))
    assert [lease.account for lease in reading.leases] == ["NULL"]
    (reading,) = read(insert(("A1", None, "192.0.2.254", TEN, ELEVEN, X)))
    assert [lease.account for lease in reading.leases] == [None]


def of_mysql(stored: str, head: str) -> str:
    types = {"acctstarttime": stored, "acctstoptime": stored}
    columns = ",\n".join(f"  `{name}` {types.get(name, 'varchar(64)')} DEFAULT NULL" for name in NAMES)
    table = f"CREATE TABLE `radacct` (\n{columns},\n  KEY `username` (`username`)\n) ENGINE=InnoDB;\n" if stored else ""
    return f"{head}{table}" + insert(ROW, table="`radacct`").replace(
        f" ({LIST})", "" if stored else f" ({LIST.replace(', ', ',')})"
    )


UTC_SAID = "/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;\n/*!40103 SET TIME_ZONE='+00:00' */;\n"


@pytest.mark.parametrize(
    ("stored", "head", "zone", "begins"),
    [
        ("datetime", UTC_SAID, "Europe/London", "Europe/London"),
        ("datetime(6)", UTC_SAID, "Europe/London", "Europe/London"),
        ("timestamp", UTC_SAID, "Europe/London", "UTC"),
        ("timestamp", UTC_SAID, None, "UTC"),
        ("timestamp", UTC_SAID.replace("'+00:00'", '"+00:00"'), "Europe/London", "UTC"),
        ("timestamp", "", "Europe/London", None),
        ("timestamp", "", "Africa/Accra", "UTC"),
        ("timestamp", UTC_SAID.replace("+00:00", "+02:00"), "Africa/Accra", None),
        ("", UTC_SAID, "Europe/London", None),
        ("", UTC_SAID, "Africa/Accra", "UTC"),
        ("datetime", UTC_SAID, None, None),
        ("bigint(20)", UTC_SAID, "Europe/London", "Europe/London"),
    ],
)
def test_a_time_of_mysql_is_in_the_zone_that_its_column_and_its_dump_say(
    stored: str, head: str, zone: str | None, begins: str | None
) -> None:
    (reading,) = read(of_mysql(stored, head), zone=zone)
    if begins is None:
        assert (reading.leases, reasons(reading)) == ([], ["bad_time"])
    else:
        assert spans(reading) == [("user-a", X, micros(TEN, begins), micros(ELEVEN, begins))]


def test_a_time_of_nobody_known_may_be_one_that_mysql_converted() -> None:
    table = f"CREATE TABLE radacct ({LIST.replace(', ', ' text, ').replace('time text', 'time timestamp')} text);\n"
    for dump in (insert(ROW), table + insert(ROW)):
        assert reasons(read(dump, zone="Europe/London")[0]) == ["bad_time"]
        assert read(dump, zone="Africa/Accra")[0].kept == 1


OLD = "/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;\n"
OF_EVENTS = """/*!50106 SET @save_time_zone= @@TIME_ZONE */ ;
DELIMITER ;;
/*!50003 SET @saved_time_zone      = @@time_zone */ ;;
/*!50003 SET time_zone             = 'SYSTEM' */ ;;
/*!50003 SET time_zone             = @saved_time_zone */ ;;
DELIMITER ;
/*!50106 SET TIME_ZONE= @save_time_zone */ ;
"""


@pytest.mark.parametrize(
    ("head", "reads"),
    [
        (UTC_SAID, True),
        (UTC_SAID + OLD, False),  # another dump behind it, which sets no zone
        (UTC_SAID + OF_EVENTS, True),
        (OF_EVENTS, False),
        (UTC_SAID + "SET time_zone = @never_said;\n", False),
        (UTC_SAID + "SET @TIME_ZONE='+02:00';\n", True),
        (UTC_SAID + "SET @@SESSION.TIME_ZONE='+02:00';\n", False),
        (UTC_SAID + "SET @@TIME_ZONE='+02:00';\n", False),
    ],
)
def test_a_zone_that_a_dump_puts_by_is_the_one_that_it_sets_again(head: str, *, reads: bool) -> None:
    (reading,) = read(of_mysql("timestamp", head), zone="Europe/London")
    assert (spans(reading), reasons(reading)) == (
        ([("user-a", X, micros(TEN), micros(ELEVEN))], []) if reads else ([], ["bad_time"])
    )


def test_a_broken_row_is_refused_whose_address_is_written_as_a_number() -> None:
    head = f"/*!40103 SET TIME_ZONE='+00:00' */;\nINSERT INTO radacct ({LIST}) VALUES "
    row = values(*ROW[:3], "2001-00-00 00:00:00", *ROW[4:]).replace(f"'{X}'", f"0x{X.encode().hex()}")
    assert reasons(read(f"{head}{row};\n")[0]) == ["bad_time"]


def test_behind_a_row_of_another_width_no_row_is_believed() -> None:
    (reading,) = read(insert(ROW) + insert((*ROW, "more")) + insert(("A2", *ROW[1:])))
    assert (reading.kept, reasons(reading)) == (1, ["malformed", "malformed"])


def test_a_time_with_its_offset_needs_no_zone() -> None:
    row = ("A1", "user-a", "192.0.2.254", f"{TEN}+02", f"{ELEVEN}.5+02", X)
    (reading,) = read(insert(row), zone=None)
    assert spans(reading) == [("user-a", X, micros(TEN) - 2 * HOUR, micros(ELEVEN) - 2 * HOUR + 500_000)]
    assert reasons(read(insert(ROW), zone=None)[0]) == ["bad_time"]


def test_what_mysql_writes_for_no_time_is_none() -> None:
    for nothing in ("0000-00-00 00:00:00", "0000-00-00 00:00:00.000000", "", None):
        (reading,) = read(insert(("A1", "user-a", "192.0.2.254", TEN, nothing, X)))
        assert [lease.ends for lease in reading.leases] == ["open"]


def test_what_is_computed_is_no_value() -> None:
    (reading,) = read(insert(ROW).replace(f"'{TEN}'", "now()"))
    assert reasons(reading) == ["malformed"]
    (reading,) = read(insert(ROW).replace("'A1'", "lower('A1')").replace("acctsessionid", "note"))
    assert reading.kept == 1


def test_only_rows_that_may_matter_are_parsed_and_no_figure_changes(tmp_path: Path) -> None:
    rows = [
        ROW,
        ("B1", "user-b", "192.0.2.254", "never", ELEVEN, "203.0.113.9"),
        ("A2", "USER-A", "192.0.2.254", "2001-10-03 10:00:00", "2001-10-03 11:00:00", "203.0.113.9"),
        ("C1", "user-c", "192.0.2.254", "2001-10-03 10:00:00", "2001-10-03 11:00:00", "203.0.113.8"),
    ]
    path = tmp_path / "dump"
    path.write_text(insert(*rows), encoding="ascii")
    said = Settings(account=lambda name: name.lower().hex(), zone="UTC")
    (sifted,) = FORMAT.read([SiftedLines(path)], said, WANTED)
    (every,) = FORMAT.read([list(SiftedLines(path))], said, WANTED)
    assert sifted == every
    assert (sifted.kept, sifted.dropped) == (2, {"not_watched": 2})


def test_masking_shows_dates_and_addresses_only() -> None:
    row = b"(1,'canary','canary''canary',NULL,'2001-10-02 10:00:00','198.51.100.21',_binary 'canary')"
    masked = FORMAT.mask(row)
    assert masked == b"(***,'***','***''***',NULL,'2001-10-02 10:00:00','198.51.100.21',***'***')"
    assert FORMAT.mask(b"1\tcanary\t\\N\t198.51.100.21") == b"***\t***\t\\N\t198.51.100.21"


@given(st.text("abcxyz-@.\"' ,()\t\n\\", max_size=12))
def test_masking_leaves_no_account_whatever_it_is(name: str) -> None:
    for text in (values("1", f"canary{name}", X), f"1\tcanary{name}\t{X}", f"canary{name}"):
        assert b"canary" not in FORMAT.mask(text.encode())


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
files = ["radacct.sql"]
format = "radius-sql"
table = "public.accounting"
zone = "UTC"
account = "user-name"
columns = { address = "ip" }
"""


def test_a_case_ends_at_the_bytes_of_the_row_and_counts_rows(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_text(CASE, encoding="utf-8")
    line = f'{X} - - [02/Oct/2001:10:30:00 +0000] "GET /board/ HTTP/1.1" 200 5 "-" "Reader/1.0"\n'
    (tmp_path / "access.log").write_text(line, encoding="utf-8")
    rows = [ROW, ("B1", "canary\n'', x", "192.0.2.254", "2001-10-02 12:00:00", ELEVEN, X)]
    dump = insert(*rows, table="public.accounting").replace("framedipaddress", "ip").replace("user-a", "canary-user")
    (tmp_path / "radacct.sql").write_text("\n" + dump, encoding="utf-8")
    result = landmark.run(tmp_path, today=date(2001, 11, 1))
    assert result.exit_status == 4
    (file,) = json.loads((tmp_path / "out" / "funnel.json").read_text(encoding="utf-8"))["assignment_files"]
    assert (file["lines"], file["kept"], file["rejected"]) == (3, 1, {"bad_time": 1})
    shown = landmark.show(tmp_path, "event:0", today=date(2001, 11, 1))
    (attribution,) = [node for node in shown.under if node.title == "attribution"]
    lease = attribution.under[0].under[0]
    offset = dump.index("('A1'") + 1
    (place,) = [name for name in lease.facts if name.startswith("line ")]
    assert place == f"line 2, byte {offset}, {len(values(*ROW)) + 5} bytes"
    assert X in str(lease.facts[place])
    assert "canary" not in str(shown.as_json())
