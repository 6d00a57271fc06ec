"""The rows of a dump: whatever clients wrote into them comes back as it was, from the bytes at its place."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from landmark.assignments import FileLeases
from landmark.assignments.dumps.rows import LONGEST, Row, Rows
from landmark.assignments.dumps.values import plain, split
from landmark.assignments.sieve import Skipped
from landmark.lines import Line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Value = bytes | None
COLUMNS = (b"id", b"username", b"note")
HOSTILE = (
    b"');",
    b"'); INSERT INTO radacct VALUES (1,'x','y');",
    b"x\nINSERT INTO radacct VALUES (9,'victim','');\n",
    b"\\.",
    b"a\n\\.\nb",
    b"\\",
    b"\\'",
    b"'",
    b"''",
    b"--",
    b"/*",
    b"*/",
    b"$$",
    b"NULL",
    b"\\N",
    b"a\tb",
    b"\r\n",
    b'\x1a\x08"`[]',
    b"E'\\''",
    b"COPY radacct (id) FROM stdin;",
)


def lines(data: bytes) -> list[Line]:
    parts = data.split(b"\n")
    whole = [(part, True) for part in parts[:-1]] + ([(parts[-1], False)] if parts[-1] else [])
    cut: list[Line] = []
    offset = 0
    for number, (part, ended) in enumerate(whole, 1):
        cut.append(Line(number, offset, part, ended))
        offset += len(part) + 1
    return cut


def read(data: bytes | list[Line]) -> tuple[list[Row], FileLeases]:
    """Read a dump, and see that what was counted adds up."""
    reading = FileLeases()
    text = data if isinstance(data, list) else lines(data)
    rows = list(Rows(reading).of((line,) for line in text))
    assert reading.units == len(rows) + reading.dropped.total() + len(reading.rejects)
    return rows, reading


def values(row: Row) -> list[bytes]:
    return [plain(value, row.rules, copied=row.copied) for value in split(row.text, row.rules, copied=row.copied)]


def reasons(reading: FileLeases) -> list[tuple[int, str]]:
    return [(reject.line, reject.reason) for reject in reading.rejects]


def copied(table: bytes, rows: Sequence[Sequence[Value]]) -> bytes:
    """Write as `pg_dump` does (PostgreSQL manual, COPY, text format)."""
    escapes = {b"\\": b"\\\\", b"\b": b"\\b", b"\f": b"\\f", b"\n": b"\\n", b"\r": b"\\r", b"\t": b"\\t", b"\v": b"\\v"}

    def text(value: Value) -> bytes:
        return b"\\N" if value is None else b"".join(escapes.get(bytes([one]), bytes([one])) for one in value)

    head = b"COPY public.%b (%b) FROM stdin;\n" % (table, b", ".join(COLUMNS))
    return head + b"".join(b"\t".join(map(text, row)) + b"\n" for row in rows) + b"\\.\n\n"


def doubled(value: Value) -> bytes:
    return b"NULL" if value is None else b"'" + value.replace(b"'", b"''") + b"'"


def escaped(value: Value) -> bytes:
    """Write as mysql_real_escape_string does (MySQL manual)."""
    escapes = {
        b"\\": b"\\\\",
        b"'": b"\\'",
        b'"': b'\\"',
        b"\0": b"\\0",
        b"\n": b"\\n",
        b"\r": b"\\r",
        b"\x1a": b"\\Z",
    }
    if value is None:
        return b"NULL"
    return b"'" + b"".join(escapes.get(bytes([one]), bytes([one])) for one in value) + b"'"


def inserted(table: bytes, rows: Sequence[Sequence[Value]]) -> bytes:
    return b"".join(b"INSERT INTO public.%b VALUES (%b);\n" % (table, b", ".join(map(doubled, row))) for row in rows)


def with_columns(table: bytes, rows: Sequence[Sequence[Value]]) -> bytes:
    """Write rows of which each column is named, several to a statement, texts as E'…'."""

    def text(value: Value) -> bytes:
        plain_ = b"NULL" if value is None else value.replace(b"\\", b"\\\\").replace(b"'", b"\\'")
        return plain_ if value is None else b"E'" + plain_.replace(b"\n", b"\\n") + b"'"

    tuples = b",\n\t".join(b"(" + b", ".join(map(text, row)) + b")" for row in rows)
    head = b"INSERT INTO public.%b (%b) VALUES\n\t" % (table, b", ".join(COLUMNS))
    return head + tuples + b" ON CONFLICT DO NOTHING;\n" if rows else b""


def of_mysql(table: bytes, rows: Sequence[Sequence[Value]]) -> bytes:
    tuples = b",".join(b"(" + b",".join(map(escaped, row)) + b")" for row in rows)
    return b"INSERT INTO `%b` VALUES %b;\n" % (table, tuples) if rows else b""


def of_mariadb(table: bytes, rows: Sequence[Sequence[Value]]) -> bytes:
    tuples = b",\n".join(b"(" + b",".join(map(escaped, row)) + b")" for row in rows)
    return b"INSERT INTO `%b` VALUES\n%b;\n" % (table, tuples) if rows else b""


def of_sqlite(table: bytes, rows: Sequence[Sequence[Value]]) -> bytes:
    return b"".join(b'INSERT INTO "%b" VALUES(%b);\n' % (table, b",".join(map(doubled, row))) for row in rows)


def of_its_shell(table: bytes, rows: Sequence[Sequence[Value]]) -> bytes:
    """Write as the shell of SQLite 3.40 does: a newline is put for what does not stand in the text."""

    def text(value: Value) -> bytes:
        quoted = doubled(value)
        for sign, code in ((b"\r", b"13"), (b"\n", b"10")):
            if value is not None and sign in value:
                name = next(one for one in (b"\\n", b"\\012", b"(\\n0)", b"(\\n1)", b"(\\n2)") if one not in quoted)
                quoted = b"replace(%b,'%b',char(%b))" % (quoted.replace(sign, name), name, code)
        return quoted

    return b"".join(b"INSERT INTO %b VALUES(%b);\n" % (table, b",".join(map(text, row))) for row in rows)


def of_newer_shell(table: bytes, rows: Sequence[Sequence[Value]]) -> bytes:
    """Write as the shell of SQLite does since 3.50: control characters by their numbers."""

    def text(value: Value) -> bytes:
        if value is None or not any(one < 0x20 for one in value):
            return doubled(value)
        signs = (b"\\u%04x" % one if one < 0x20 else b"\\\\" if one == 0x5C else bytes([one]) for one in value)
        return b"unistr(" + doubled(b"".join(signs)) + b")"

    return b"".join(b"INSERT INTO %b VALUES(%b);\n" % (table, b",".join(map(text, row))) for row in rows)


POSTGRESQL = b"--\n-- PostgreSQL database dump\n--\n\n\\restrict abc\nSET standard_conforming_strings = on;\n"
POSTGRESQL_END = b"--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict abc\n"
MYSQL = b"-- MySQL dump 10.13\n/*!40101 SET NAMES utf8mb4 */;\n"
SQLITE = b"PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n"
DIALECTS: dict[str, tuple[bytes, Callable[[bytes, Sequence[Sequence[Value]]], bytes], bytes]] = {
    "copy": (POSTGRESQL, copied, POSTGRESQL_END),
    "inserts": (POSTGRESQL, inserted, POSTGRESQL_END),
    "column-inserts": (POSTGRESQL, with_columns, POSTGRESQL_END),
    "mysqldump": (MYSQL, of_mysql, b"-- Dump completed on 2001-11-01\n"),
    "mariadb-dump": (MYSQL.replace(b"MySQL", b"MariaDB"), of_mariadb, b"-- Dump completed\n"),
    "iterdump": (SQLITE[25:], of_sqlite, b"COMMIT;\n"),
    "sqlite3": (SQLITE, of_its_shell, b"COMMIT;\n"),
    "sqlite3.50": (SQLITE, of_newer_shell, b"COMMIT;\n"),
}


def table_of(name: str, table: bytes) -> bytes:
    schema = b"public." if "insert" in name or name == "copy" else b""
    return b"CREATE TABLE %b%b (\n%b\n);\n" % (schema, table, b",\n".join(b"  %b text" % one for one in COLUMNS))


def some_rows(*, nul: bool) -> st.SearchStrategy[list[list[Value]]]:
    letters = st.binary(max_size=12) if nul else st.binary(max_size=12).map(lambda text: text.replace(b"\0", b""))
    parts = st.lists(letters | st.sampled_from(HOSTILE), min_size=1, max_size=3).map(b"".join)
    return st.lists(st.lists(st.none() | parts, min_size=3, max_size=3), max_size=5)


@pytest.mark.parametrize("name", DIALECTS)
@given(data=st.data())
def test_rows_come_back_as_they_were_written(name: str, data: st.DataObject) -> None:
    head, write, end = DIALECTS[name]
    mine, others = (data.draw(some_rows(nul="dump" in name and name != "iterdump")) for _ in range(2))
    text = head + b"".join(
        table_of(name, table) + write(table, rows) for table, rows in ((b"other", others), (b"radacct", mine))
    )
    text += end
    rows, reading = read(text)
    assert not reading.rejects
    assert [row.head.table.parts[-1] for row in rows] == ["other"] * len(others) + ["radacct"] * len(mine)
    assert [values(row) for row in rows] == [[value or b"" for value in row] for row in (*others, *mine)]
    assert all(text[row.offset : row.offset + len(row.text)] == row.text for row in rows)
    assert all(text.count(b"\n", 0, row.offset) + 1 == row.number for row in rows)
    assert all([column.name.encode() for column in row.head.columns or ()] == list(COLUMNS) for row in rows)
    # Independently of the reader: a row each, and each line in which no byte of one stands.
    spans = [(row.offset, row.offset + len(row.text)) for row in rows]
    apart = [
        line for line in lines(text) if not any(a <= line.offset + len(line.text) and line.offset < b for a, b in spans)
    ]
    empty = sum(not line.text.strip() for line in apart)
    assert +reading.dropped == {
        key: count for key, count in (("directive", len(apart) - empty), ("empty", empty)) if count
    }


@pytest.mark.parametrize("name", DIALECTS)
@given(data=st.data())
def test_a_dump_that_is_cut_off_gives_no_row_that_was_not_there_and_says_so(name: str, data: st.DataObject) -> None:
    head, write, end = DIALECTS[name]
    text = head + table_of(name, b"radacct") + write(b"radacct", data.draw(some_rows(nul=False))) + end
    whole, _ = read(text)
    cut = data.draw(st.integers(1, len(text) - 1))
    rows, reading = read(text[:cut])
    assert rows == whole[: len(rows)]
    # What stands behind the last word that says that it is complete is no loss.
    complete = text.rfind(end.split(b"\n")[-2] if name.startswith(("sqlite", "iter")) else end.rstrip(b"\n"))
    if complete < 0 or cut < complete:
        assert reading.rejects or cut <= len(head)


@pytest.mark.parametrize("name", DIALECTS)
@given(data=st.data())
def test_whatever_bytes_there_are_what_is_counted_adds_up(name: str, data: st.DataObject) -> None:
    head, write, end = DIALECTS[name]
    text = head + table_of(name, b"radacct") + write(b"radacct", data.draw(some_rows(nul=False))) + end
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        junk = data.draw(st.binary(max_size=4) | st.sampled_from(HOSTILE))
        text = text[:at] + junk + text[at + data.draw(st.integers(0, 9)) :]
    rows, _ = read(text)
    offsets = [(row.offset, row.offset + len(row.text)) for row in rows]
    assert all(before <= begin for (_, before), (begin, _) in pairwise(offsets))


@given(st.binary(max_size=60))
@example(b"\xef\xbb\xbf")
@example(b"'\\")
def test_bytes_of_any_kind_do_no_harm(text: bytes) -> None:
    read(text)


def test_a_client_s_text_is_never_taken_for_a_statement() -> None:
    evil = b"x\n\\.\nINSERT INTO radacct VALUES ('1','victim','');\n"
    for name, (head, write, end) in DIALECTS.items():
        rows, _ = read(head + table_of(name, b"radacct") + write(b"radacct", [[b"1", evil, b"'); --"]]) + end)
        assert [values(row) for row in rows] == [[b"1", evil, b"'); --"]], name


def test_what_cannot_be_told_apart_is_not_sought_again_further_on() -> None:
    for broken, reason in ((b"'a';", "malformed"), (b"'a' ');", "malformed"), (b"'a') x", "malformed")):
        text = SQLITE + b"INSERT INTO radacct VALUES('1','a','b');\nINSERT INTO radacct VALUES('2'," + broken + b"\n"
        rows, reading = read(text + b"INSERT INTO radacct VALUES('3','victim','');\n\nCOMMIT;\n")
        assert [row.number for row in rows if b"victim" in row.text] == []
        assert reasons(reading) == [(4, reason), (5, "malformed"), (7, "malformed")]
        assert reading.dropped == {"directive": 2, "empty": 1}


def test_a_line_of_copy_that_is_broken_is_one_row() -> None:
    text = POSTGRESQL + b"COPY radacct (a, b) FROM stdin;\n1\n2\t3\n\\.\n" + POSTGRESQL_END
    rows, reading = read(text)
    assert [row.text for row in rows] == [b"1", b"2\t3"]
    assert not reading.rejects
    text = POSTGRESQL + b"COPY radacct (a, b) FROM stdin;\n1\tx\\\n2\t3\n\\.\n"
    rows, reading = read(text)  # PostgreSQL would read on; its dumps do not write so
    assert not rows
    assert [reason for _, reason in reasons(reading)] == ["malformed"] * 3


def test_a_row_of_copy_may_be_an_empty_line() -> None:
    rows, reading = read(POSTGRESQL + b"COPY radacct (a) FROM stdin;\n\nx\n\n\\.\n\n" + POSTGRESQL_END)
    assert [row.text for row in rows] == [b"", b"x", b""]
    assert (reading.units, reading.rejects) == (3 + 14, [])


def test_rows_that_a_dump_takes_back_are_said() -> None:
    for statement in (b"UPDATE radacct SET username = 'x';", b"DELETE FROM radacct;", b"TRUNCATE radacct;"):
        text = SQLITE + statement + b"\nINSERT INTO radacct VALUES('1');\n" + statement + b"\nCOMMIT;\n"
        rows, reading = read(text)
        assert (len(rows), reasons(reading)) == (1, [(5, "malformed")])
    rows, reading = read(SQLITE + b"INSERT INTO radacct VALUES('1');\nDELETE FROM sqlite_sequence;\nCOMMIT;\n")
    assert (len(rows), reasons(reading)) == (1, [])


def test_routines_hold_no_rows() -> None:
    insert = b"INSERT INTO radacct VALUES ('1','x','y');"
    bodies = (
        MYSQL + b"DELIMITER ;;\n/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`b`*/ /*!50003 TRIGGER t AFTER INSERT ON x\n"
        b"FOR EACH ROW BEGIN " + insert + b" END */;;\nDELIMITER ;\n-- Dump completed\n",
        SQLITE
        + b"CREATE TRIGGER t AFTER INSERT ON x BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; "
        + insert
        + b" END;\nCOMMIT;\n",
        POSTGRESQL + b"CREATE FUNCTION f() RETURNS int LANGUAGE sql\n BEGIN ATOMIC\n " + insert + b"\nEND;\n",
        POSTGRESQL + b"CREATE FUNCTION f() RETURNS int AS $_$ " + insert + b" $$ $_$;\n",
        POSTGRESQL + b"CREATE RULE r AS ON INSERT TO x DO ALSO (" + insert + b" " + insert + b");\n",
    )
    for body in bodies:
        rows, reading = read(body + (POSTGRESQL_END if body.startswith(POSTGRESQL) else b""))
        assert (rows, reading.rejects) == ([], []), body


def test_a_backslash_is_read_as_the_dump_s_own_settings_say() -> None:
    off = POSTGRESQL.replace(b"= on", b"= off")
    for head, text, value in (
        (POSTGRESQL, rb"'a\'", b"a\\"),
        (POSTGRESQL, rb"E'a\'\n'", b"a'\n"),
        (off, rb"'a\'\\'", b"a'\\"),
        (MYSQL, rb"'a\'\%'", b"a'\\%"),
        (MYSQL, rb"_binary 'a\0'", b"a\0"),
        (MYSQL, rb"0x6162", b"ab"),
        (SQLITE, rb"'a\'", b"a\\"),
    ):
        rows, reading = read(head + b"INSERT INTO radacct VALUES (1, " + text + b", -1.5e+3);\n")
        assert [values(row) for row in rows] == [[b"1", value, b"-1.5e+3"]], (head, text)
        assert [reason for _, reason in reasons(reading)] == ["truncated"] * (head != MYSQL[:0])


def test_a_backslash_in_a_dump_of_nobody_known_cannot_be_read() -> None:
    rows, reading = read(rb"INSERT INTO radacct VALUES ('1','a','b');" b"\n" rb"INSERT INTO radacct VALUES ('\');")
    assert len(rows) == 1
    assert reasons(reading) == [(2, "malformed")]


@pytest.mark.parametrize("name", [b"sjis", b"'GBK'", b"big5"])
def test_letters_of_which_half_may_be_a_backslash_are_not_read(name: bytes) -> None:
    rows, reading = read(MYSQL + b"/*!40101 SET NAMES " + name + b" */;\nINSERT INTO `radacct` VALUES ('1');\n")
    assert (rows, [reason for _, reason in reasons(reading)]) == ([], ["malformed"] * 2)


def test_a_line_that_is_too_long_is_a_row_of_copy_and_elsewhere_the_end() -> None:
    text = lines(POSTGRESQL + copied(b"radacct", [[b"1", b"a", b"b"], [b"2", b"long", b""], [b"3", b"a", b"b"]]))
    rows, reading = read([line for line in text if b"long" not in line.text])
    assert (len(rows), reasons(reading)) == (2, [(13, "truncated")])
    text = lines(SQLITE + of_sqlite(b"radacct", [[b"1", b"a", b"b"], [b"2", b"long", b""], [b"3", b"a", b"b"]]))
    rows, reading = read([line for line in text if b"long" not in line.text])
    assert (len(rows), reasons(reading)) == (1, [(5, "malformed")])


def test_a_row_that_is_too_long_is_the_end() -> None:
    rows, reading = read(SQLITE + b"INSERT INTO radacct VALUES('" + (b"x" * 999 + b"\n") * (LONGEST // 999) + b"');\n")
    assert not rows
    assert reasons(reading)[0] == (3, "too_long")


def test_of_two_dumps_in_a_text_the_tables_are_told_apart() -> None:
    text = MYSQL + b"USE `one`;\n" + of_mysql(b"radacct", [[b"1"]]) + b"USE `two`;\n" + of_mysql(b"radacct", [[b"2"]])
    rows, _ = read(text)
    assert [row.head.table.database for row in rows] == ["one", "two"]
    assert [row.head.table.is_called("one.RADACCT") for row in rows] == [True, False]
    rows, _ = read(
        POSTGRESQL + copied(b"radacct", [[b"1"] * 3]) + b"\\connect two\n" + copied(b"radacct", [[b"2"] * 3])
    )
    assert [(row.head.table.database, row.head.table.is_called("public.radacct")) for row in rows] == [
        ("", True),
        ("two", True),
    ]


FORGED = b"(0, 0x766963, 0)"
HOSTILE_ROWS: tuple[tuple[str, bytes], ...] = (
    ("mysqldump", b")," + FORGED + b",("),
    ("mariadb-dump", b"),\n" + FORGED + b",/*"),
    ("iterdump", b");\nINSERT INTO radacct VALUES" + FORGED + b";\n--"),
    ("iterdump", b"; INSERT INTO radacct VALUES" + FORGED + b";--"),
    ("inserts", b");\nINSERT INTO public.radacct VALUES " + FORGED + b";\n--"),
    ("column-inserts", b") ON CONFLICT DO NOTHING;\nINSERT INTO public.radacct VALUES " + FORGED + b";\n--"),
)


@pytest.mark.parametrize(("name", "evil"), HOSTILE_ROWS)
def test_where_one_quote_is_damaged_no_client_writes_a_row(name: str, evil: bytes) -> None:
    head, write, end = DIALECTS[name]
    rows: list[list[Value]] = [[b"A1", b"a", b"b"], [b"B1", b"it's", None], [b"E1", evil, b"x"], [b"F1", b"a", b"b"]]
    table = table_of(name, b"radacct").replace(b"  id text", b"  id text DEFAULT ''")
    text = head + table + write(b"radacct", rows) + end
    for at in (at for at, byte in enumerate(text) if byte in b"'\\"):
        for instead in (b"", b"#", b"7", b'"', b"''"):
            reading = FileLeases()
            damaged = text[:at] + instead + text[at + 1 :]
            found = list(Rows(reading, watched=lambda _: True).of((line,) for line in lines(damaged)))
            assert not [row for row in found if row.text.startswith(FORGED)], (at, instead)


@pytest.mark.parametrize("damaged", [b"", b"\\,\n", b"\\.x\n"])
def test_where_the_end_of_copy_is_lost_no_row_is_of_another_table(damaged: bytes) -> None:
    first, second = (copied(table, [[b"1", b"a", b"b"]]) for table in (b"nas", b"radacct"))
    text = POSTGRESQL + first.replace(b"\\.\n", damaged) + second + POSTGRESQL_END
    rows, reading = read(text)
    assert not [row for row in rows if row.offset >= text.index(b"COPY public.radacct")]
    assert reading.rejects
    reading = FileLeases()
    begin = text.index(b"COPY public.nas")
    cut = text.index(b"\n", begin) + 1
    asked: list[Sequence[Line] | Skipped] = [
        *([line] for line in lines(text[:cut])),
        Skipped(text.count(b"\n", 0, cut) + 1, cut, text[cut:]),
    ]
    assert not [row for row in Rows(reading, lambda _: True).of(asked) if "radacct" in row.head.table.parts]
    assert [reject.reason for reject in reading.rejects][:1] == ["malformed"]


LOCKED = of_mysql(b"radacct", [[b"1"]])


@pytest.mark.parametrize(
    "cut",
    [
        MYSQL + b"set autocommit=0;\n" + LOCKED + b"commit;\n",
        b"LOCK TABLES `radacct` WRITE;\n" + LOCKED,
        b"START TRANSACTION;\n" + LOCKED,
        b"-- PostgreSQL database cluster dump\n" + POSTGRESQL + POSTGRESQL_END,
        MYSQL + LOCKED + MYSQL + LOCKED + b"-- Dump completed\n",
        POSTGRESQL + POSTGRESQL + POSTGRESQL_END,
    ],
)
def test_what_says_that_it_begins_says_itself_that_it_is_complete(cut: bytes) -> None:
    assert read(cut)[1].rejects


def test_a_dump_behind_one_of_another_program_is_not_read() -> None:
    evil = b"\\'); INSERT INTO radacct VALUES (1); --"
    mysql = MYSQL + of_mysql(b"radacct", [[evil]]) + b"-- Dump completed\n"
    for before in (SQLITE + b"COMMIT;\n", POSTGRESQL + POSTGRESQL_END):
        assert not read(before + mysql)[0]
        assert reasons(read(before + mysql)[1])[0] == (before.count(b"\n") + 1, "malformed")
        assert reasons(read(mysql + before)[1])
    assert not read(SQLITE + b"COMMIT;\n" + of_mysql(b"radacct", [[evil]]))[0]


def test_a_quote_that_damage_makes_in_a_word_opens_no_name() -> None:
    evil = b"`;\nINSERT INTO `radacct` VALUES (1);\n"
    rest = of_sqlite(b"nas", [[evil]]) + b"COMMIT;\n"
    for damaged in (b"BEGIN TRANSACTI`N;\n", b"BEGIN `TRANSACTION;\n", b'BEGIN "TRANSACTION;\n'):
        assert not read(damaged + rest.replace(b"`", damaged[6:7] if damaged[6:7] == b'"' else b"`"))[0]


def test_a_table_that_is_dropped_behind_its_rows_is_said() -> None:
    drop = b"DROP TABLE IF EXISTS `radacct`;\n"
    other = b"DROP TABLE IF EXISTS `nas`;\n" + of_mysql(b"nas", [[b"1"]])
    end = b"-- Dump completed\n"
    _, reading = read(MYSQL + drop + of_mysql(b"radacct", [[b"1"]]) + other + end)
    assert not reading.rejects
    _, reading = read(MYSQL + of_mysql(b"radacct", [[b"1"]]) + other + drop + end)
    assert reasons(reading) == [(6, "malformed")]


@pytest.mark.parametrize("head", [POSTGRESQL, SQLITE])
def test_a_column_may_be_called_what_only_mysql_has_keys_for(head: bytes) -> None:
    rows, _ = read(
        head + b"CREATE TABLE t (period text, key text, PRIMARY KEY (key));\nINSERT INTO t VALUES ('1', '2');\n"
    )
    assert [[column.name for column in row.head.columns or ()] for row in rows] == [["period", "key"]]
