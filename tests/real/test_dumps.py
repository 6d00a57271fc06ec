"""Dumps that PostgreSQL, MariaDB and SQLite write of FreeRADIUS's own table: from their bytes to the same leases."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from landmark.assignments import ALL, FileLeases, Settings, Wanted
from landmark.scan.sifting import SiftedLines

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from tests.real.databases import MariaDB, PostgreSQL, SQLite

HOSTILE = (
    "anna",
    "'); DROP TABLE radacct; --",
    "x\n\\.\nCOPY public.radacct (username) FROM stdin;\nvictim",
    "x\nINSERT INTO radacct VALUES (7,'victim');",
    "a\tb\\nc\r\nd\\",
    'zoë "jane" `%_` $$ /* */ # \x1a\x08',
    "NULL",
    "\\N",
    "",
)
BEGIN, END = "2001-10-24 12:00:00", "2001-10-24 13:30:00"
ZONE = "Europe/Berlin"  # of the servers' clients: two hours ahead of UTC then
TABLES = 29  # columns of FreeRADIUS's table, in each of its schemas


def micros(text: str, zone: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()) * 1_000_000


def sessions(databases: ModuleType) -> list[Any]:
    some = [
        databases.Session(f"S{number}", name, f"198.51.100.{number + 10}", BEGIN, END)
        for number, name in enumerate(HOSTILE)
    ]
    return [*some, databases.Session("S99", "still there", "198.51.100.99", BEGIN, None)]


def expected(zone: str) -> list[tuple[str | None, str, int, int | None, str]]:
    begin, end = micros(BEGIN, zone), micros(END, zone)
    whole = [(name or None, f"198.51.100.{number + 10}", begin, end, "stopped") for number, name in enumerate(HOSTILE)]
    return sorted([*whole, ("still there", "198.51.100.99", begin, None, "open")], key=str)


def read(folder: Path, dump: bytes, **settings: Any) -> tuple[list[tuple[Any, ...]], FileLeases]:  # noqa: ANN401 - settings' own
    """Read a dump; see that its rows lie where the leases say, and that what was counted adds up."""
    path = folder / "dump.sql"
    path.write_bytes(dump)
    addresses = frozenset(f"198.51.100.{number}" for number in range(100))
    said = Settings(account=lambda name: name.decode(), account_kind="user-name", **settings)
    format_ = ALL["radius-sql"]
    (reading,) = format_.read([SiftedLines(path)], said, Wanted(addresses, frozenset(), 0, 1 << 60))
    assert reading.units == reading.kept + reading.dropped.total() + len(reading.rejects)
    assert all(one.address.encode() in dump[row : row + 2000] for one in reading.leases for row in one.rows)
    return sorted(((one.account, *one[:1], one.begin, one.end, one.ends) for one in reading.leases), key=str), reading


def test_postgresql_s_dumps_say_what_its_table_says(
    postgresql: PostgreSQL, databases: ModuleType, tmp_path: Path
) -> None:
    zone = b"SET TIME ZONE '" + ZONE.encode() + b"';\n"
    postgresql.tell(
        databases.schema("postgresql")
        + zone
        + databases.filling(sessions(databases), postgresql.TEXT)
        + b"""CREATE TABLE "other ""table" (a int, b text);
        INSERT INTO "other ""table" SELECT a, username FROM radacct, generate_series(1, 3) a;
        CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; END;
        CREATE FUNCTION g() RETURNS int LANGUAGE plpgsql AS $q$
        begin insert into radacct values (1); return 1; end $q$;
        COMMENT ON TABLE radacct IS 'it''s; "INSERT INTO radacct VALUES (1);"
        \\.';"""
    )
    for words in (
        ["--table=radacct"],
        ["--table=radacct", "--inserts"],
        ["--table=radacct", "--column-inserts"],
        ["--inserts", "--rows-per-insert=4"],
        ["--column-inserts", "--on-conflict-do-nothing", "--quote-all-identifiers"],
        ["--data-only", "--table=radacct"],
        [],
    ):
        found, reading = read(tmp_path, postgresql.dump(*words))
        assert found == expected(ZONE), words
        assert (reading.kept, reading.rejects) == (len(found), []), words
        others = 0 if "--table=radacct" in words else 3 * len(found)
        assert reading.dropped["not_watched"] == others, words


def test_a_dump_of_postgresql_that_was_cut_off_says_so(
    postgresql: PostgreSQL, databases: ModuleType, tmp_path: Path
) -> None:
    postgresql.tell(databases.schema("postgresql") + databases.filling(sessions(databases), postgresql.TEXT))
    dump = postgresql.dump("--table=radacct")
    rows = dump.index(b"\\.\n", dump.index(b"FROM stdin"))
    for end in (rows, rows - 10, dump.index(b"FROM stdin;\n") + 12):
        _, reading = read(tmp_path, dump[:end])
        assert [reject.reason for reject in reading.rejects][-1] == "truncated"


def test_mariadb_s_dumps_say_what_its_table_says(mariadb: MariaDB, databases: ModuleType, tmp_path: Path) -> None:
    mariadb.tell(
        databases.schema("mysql").replace(b"ENGINE = INNODB", b"ENGINE = INNODB CHARACTER SET utf8mb4")
        + databases.filling(sessions(databases), mariadb.TEXT)
        + b"""CREATE TABLE other (a int, b varbinary(99), c int GENERATED ALWAYS AS (a + 1) STORED);
        INSERT INTO other (a, b) SELECT radacctid, username FROM radacct;
        DELIMITER ;;
        CREATE TRIGGER t AFTER INSERT ON other FOR EACH ROW
        BEGIN INSERT INTO radacct (acctuniqueid) VALUES ('x'); END;;"""
    )
    for words in (
        ["radius"],
        ["radius", "radacct"],
        ["radius", "radacct", "--skip-extended-insert"],
        ["radius", "--complete-insert", "--hex-blob"],
        ["radius", "radacct", "--no-create-info", "--complete-insert", "--insert-ignore", "--skip-tz-utc"],
        ["--databases", "radius", "--replace", "--skip-comments"],
        ["radius", "radacct", "--compact"],
    ):
        found, reading = read(tmp_path, mariadb.dump(*words), zone="UTC")
        assert found == expected("UTC"), words
        assert (reading.kept, reading.rejects) == (len(found), []), words
    _, reading = read(tmp_path, mariadb.dump("radius", "radacct", "--no-create-info"), zone=ZONE)
    assert {reject.reason for reject in reading.rejects} == {"malformed"}  # nothing names the columns


def test_what_mariadb_converts_is_read_in_utc(mariadb: MariaDB, databases: ModuleType, tmp_path: Path) -> None:
    converted = (
        databases.schema("mysql")
        .replace(b"datetime", b"timestamp")
        .replace(b"ENGINE = INNODB", b"ENGINE = INNODB CHARACTER SET utf8mb4")
    )
    mariadb.tell(converted + databases.filling(sessions(databases), mariadb.TEXT))
    dump = mariadb.dump("radius", "radacct")
    assert b"'2001-10-24 10:00:00'" in dump  # the server's own zone is two hours ahead
    for zone in (None, "UTC", ZONE, "Asia/Tokyo"):
        assert read(tmp_path, dump, zone=zone)[0] == expected(ZONE)
    found, reading = read(tmp_path, mariadb.dump("radius", "radacct", "--compact"), zone=ZONE)
    assert (found, {reject.reason for reject in reading.rejects}) == ([], {"bad_time"})


def test_sqlite_s_dumps_say_what_its_table_says(sqlite: SQLite, databases: ModuleType, tmp_path: Path) -> None:
    sqlite.tell(
        databases.schema("sqlite")
        + databases.filling(sessions(databases), sqlite.TEXT)
        + b"""CREATE TABLE other (a, b blob);
        INSERT INTO other SELECT 1e999, x'0102' FROM radacct;
        CREATE TRIGGER t AFTER INSERT ON other BEGIN INSERT INTO radacct (username) VALUES ('x'); END;\n"""
    )
    for dump in (sqlite.dump(), sqlite.dump_by_python()):
        found, reading = read(tmp_path, dump, zone=ZONE)
        assert found == expected(ZONE)
        assert (reading.kept, reading.rejects) == (len(found), [])
        assert reading.dropped["not_watched"] == len(found) + 1  # and the number that SQLite keeps for the next row
