"""PostgreSQL, MariaDB and SQLite with FreeRADIUS's own table: filled by their clients, dumped by their own programs.

A row's texts are given to the clients in hexadecimal digits, so nothing of their quoting is done here.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.real.place import Place

_SCHEMAS = Path("/etc/freeradius/3.0/mods-config/sql/main")
(_POSTGRESQL,) = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1:] or (Path("/usr/lib/postgresql/bin"),)


class Session(NamedTuple):
    """A row of `radacct`; times are as the client is to be told, begin and end."""

    number: str
    user: str
    address: str
    begin: str
    end: str | None


def schema(database: str) -> bytes:
    """Give the statement of FreeRADIUS that makes its table, whose comments no client need understand."""
    text = (_SCHEMAS / database / "schema.sql").read_bytes()
    begin = text.index(b"CREATE TABLE IF NOT EXISTS radacct")
    return text[begin : text.index(b";", begin) + 1]


def filling(sessions: Sequence[Session], text: str) -> bytes:
    """Give the statements that put sessions into the table; `text` makes one of hexadecimal digits."""
    rows = []
    for one in sessions:
        times = [f"'{one.begin}'", "NULL" if one.end is None else f"'{one.end}'"]
        texts = [text % value.encode().hex() for value in (one.number, one.number, one.user)]
        rows.append("(" + ", ".join([*texts, "'192.0.2.254'", *times, f"'{one.address}'"]) + ")")
    columns = "acctsessionid, acctuniqueid, username, nasipaddress, acctstarttime, acctstoptime, framedipaddress"
    return " ".join(["INSERT INTO radacct", f"({columns})", "VALUES", ",\n".join(rows)]).encode() + b";\n"


class PostgreSQL:
    """A server of its own folder, on a socket in it."""

    TEXT = "convert_from(decode('%s', 'hex'), 'UTF8')"

    def __init__(self, place: Place) -> None:
        """Start it."""
        self._place = place
        folder = place.house / "postgresql"
        folder.mkdir()
        place.run("chown", "postgres", "/mnt/postgresql")
        make = ["--pgdata=/mnt/postgresql/data", "--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8"]
        self._run("initdb", *make, "--locale=C.UTF-8")
        listen = ["-c", "listen_addresses=", "-c", "unix_socket_directories=/mnt/postgresql", "-c", "fsync=off"]
        program = str(_POSTGRESQL / "postgres")
        place.start("postgres", program, "-D", "/mnt/postgresql/data", *listen, user="postgres")
        place.until((folder / "data" / "postmaster.pid").exists, "postgres")
        place.until(lambda: b"ready to accept connections" in (place.house / "postgres.out").read_bytes(), "postgres")

    def _run(self, program: str, *words: str, given: bytes = b"") -> bytes:
        return self._place.run(str(_POSTGRESQL / program), *words, given=given, user="postgres")

    def tell(self, statements: bytes) -> bytes:
        """Have statements executed; give what was answered."""
        words = ["--host=/mnt/postgresql", "--username=postgres", "--no-psqlrc", "--quiet", "--tuples-only"]
        return self._run("psql", *words, "--set=ON_ERROR_STOP=1", given=statements)

    def dump(self, *words: str) -> bytes:
        """Give a dump."""
        return self._run("pg_dump", "--host=/mnt/postgresql", "--username=postgres", *words)

    def close(self) -> None:
        """Stop it, and let its large files go."""
        self._place.stop("postgres")
        shutil.rmtree(self._place.house / "postgresql")


class MariaDB:
    """A server of its own folder, on a socket in it; its own zone is two hours ahead of UTC."""

    TEXT = "CONVERT(UNHEX('%s') USING utf8mb4)"

    def __init__(self, place: Place) -> None:
        """Start it."""
        self._place = place
        (place.house / "mariadb").mkdir()
        place.run("chown", "mysql", "/mnt/mariadb")
        make = ["--no-defaults", "--datadir=/mnt/mariadb/data", "--auth-root-authentication-method=normal"]
        place.run("mariadb-install-db", *make, "--skip-test-db", user="mysql")
        serve = ["--no-defaults", "--datadir=/mnt/mariadb/data", "--socket=/mnt/mariadb/socket", "--skip-networking"]
        serve += ["--default-time-zone=+02:00", "--pid-file=/mnt/mariadb/pid", "--innodb-log-file-size=8M"]
        place.start("mariadbd", "mariadbd", *serve, user="mysql")
        place.until(lambda: b"ready for connections" in (place.house / "mariadbd.out").read_bytes(), "mariadbd")
        self.tell(b"CREATE DATABASE radius CHARACTER SET utf8mb4;", "")

    def tell(self, statements: bytes, database: str = "radius") -> bytes:
        """Have statements executed; give what was answered."""
        words = ["--no-defaults", "--socket=/mnt/mariadb/socket", "--user=root", "--skip-column-names"]
        return self._place.run("mariadb", *words, *([database] if database else []), given=statements)

    def dump(self, *words: str) -> bytes:
        """Give a dump."""
        return self._place.run("mariadb-dump", "--no-defaults", "--socket=/mnt/mariadb/socket", "--user=root", *words)

    def close(self) -> None:
        """Stop it, and let its large files go."""
        self._place.stop("mariadbd")
        shutil.rmtree(self._place.house / "mariadb")


class SQLite:
    """A database in a file."""

    TEXT = "CAST(X'%s' AS TEXT)"

    def __init__(self, place: Place) -> None:
        """Take where it lies."""
        self._place = place
        self._path = place.house / "radius.db"

    def tell(self, statements: bytes) -> bytes:
        """Have statements executed; give what was answered."""
        return self._place.run("sqlite3", "-batch", "/mnt/radius.db", given=statements)

    def dump(self) -> bytes:
        """Give what its shell dumps."""
        return self.tell(b".dump\n")

    def dump_by_python(self) -> bytes:
        """Give what Python's module dumps."""
        with closing(sqlite3.connect(self._path)) as connection:
            return "".join(f"{line}\n" for line in connection.iterdump()).encode()
