"""Examples of dumps of FreeRADIUS's `radacct`, in the form of each program that writes them."""

from __future__ import annotations

from landmark.assignments import Example

_EIGHT = 1_002_009_600_000_000
_HOUR = 3_600_000_000
_COPY = (
    b"--\n-- PostgreSQL database dump\n--\n\n"
    b"SET standard_conforming_strings = on;\n\n"
    b"COPY public.nas (id, nasname) FROM stdin;\n1\t192.0.2.254\n\\.\n\n\n"
    b"COPY public.radacct (acctsessionid, username, nasipaddress, acctstarttime, acctupdatetime, acctstoptime, "
    b"framedipaddress) FROM stdin;\n"
)
_COPIED = (
    b"A1\tuser-a\t192.0.2.254\t2001-10-02 10:00:00+02\t\\N\t2001-10-02 11:00:00+02\t198.51.100.21\n"
    b"B1\tuser\\tb\t192.0.2.254\t2001-10-02 10:00:00+00\t2001-10-02 11:00:00+00\t\\N\t198.51.100.21\n"
)
_END = b"\\.\n\n\n--\n-- PostgreSQL database dump complete\n--\n"
_MYSQL = (
    b"-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)\n"
    b"/*!40103 SET TIME_ZONE='+00:00' */;\n"
    b"CREATE TABLE `radacct` (\n"
    b"  `acctsessionid` varchar(64) NOT NULL DEFAULT '',\n"
    b"  `username` varchar(64) NOT NULL DEFAULT '',\n"
    b"  `acctstarttime` datetime DEFAULT NULL,\n"
    b"  `acctstoptime` timestamp NULL DEFAULT NULL,\n"
    b"  `framedipaddress` varchar(15) NOT NULL DEFAULT '',\n"
    b"  KEY `username` (`username`)\n"
    b") ENGINE=InnoDB;\n"
    b"INSERT INTO `radacct` VALUES ('A1','user-a','2001-10-02 09:00:00','2001-10-02 09:00:00','198.51.100.21'),"
    b"('B1','user\\'b','2001-10-02 12:00:00',NULL,'198.51.100.22');\n"
)
_FIRST, _SECOND = _MYSQL.index(b"('A1'"), _MYSQL.index(b"('B1'")
_SQLITE = (
    b"PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n"
    b"CREATE TABLE radacct (username text, acctstarttime text, acctstoptime text, framedipaddress text);\n"
    b"INSERT INTO radacct VALUES('user-a',1002009600,1002013200,'198.51.100.21');\n"
    b"INSERT INTO radacct VALUES('user\n-b',1002020400,NULL,'198.51.100.21');\n"
    b"COMMIT;\n"
)
EXAMPLES = (
    Example(
        "PostgreSQL's COPY, times with their offset, another table before it",
        _COPY + _COPIED + _END,
        (
            {"account": "user-a", "begin": _EIGHT, "end": _EIGHT + _HOUR, "ends": "stopped", "rows": (len(_COPY),)},
            {"account": "user\tb", "begin": _EIGHT + 2 * _HOUR, "end": _EIGHT + 3 * _HOUR, "ends": "last_seen"},
            {"account": "user\tb", "begin": _EIGHT + 3 * _HOUR, "end": None, "ends": "open", "doubtful": True},
        ),
        {"directive": 11, "empty": 6, "not_watched": 1},
    ),
    Example(
        "mysqldump: two rows in a line, one column in the case's zone and one in UTC",
        _MYSQL + b"-- Dump completed on 2001-11-01\n",
        (
            {"account": "user-a", "begin": _EIGHT, "end": _EIGHT + _HOUR, "ends": "stopped", "rows": (_FIRST,)},
            {"account": "user'b", "begin": _EIGHT + 3 * _HOUR, "end": None, "ends": "open", "rows": (_SECOND,)},
        ),
        {"directive": 11},
        settings={"zone": "Europe/London"},
    ),
    Example(
        "SQLite: a name with a line's end in it, seconds of the epoch",
        _SQLITE,
        (
            {"account": "user-a", "begin": _EIGHT, "end": _EIGHT + _HOUR, "ends": "stopped"},
            {"account": "user\n-b", "begin": _EIGHT + 3 * _HOUR, "end": None, "ends": "open"},
        ),
        {"directive": 4},
    ),
    Example(
        "a row that cannot be read is located, and the next is read; the dump is cut off",
        _COPY
        + _COPIED.replace(b"10:00:00+02", b"11:00:01+02")
        + b"A1\tuser-a\t198.51.100.21\n"
        + _COPIED.splitlines(keepends=True)[0],
        ({"account": "user\tb", "doubtful": False}, {"doubtful": True}, {"account": "user-a", "ends": "stopped"}),
        {"directive": 7, "empty": 4, "not_watched": 1},
        {"bad_time": 1, "malformed": 1, "truncated": 1},
    ),
    Example(
        "what has no end that could be told, and all behind it",
        _MYSQL[:-1] + b" it\n" + _MYSQL[: _MYSQL.index(b"\n") + 1],
        ({"account": "user-a"}, {"account": "user'b"}),
        {"directive": 10},
        {"malformed": 2},
        {"zone": "Europe/London"},
    ),
)
