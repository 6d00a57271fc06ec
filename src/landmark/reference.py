"""The pages of `docs/` that are made from the code: the case file, the tables, the formats.

`python -m landmark.reference docs` writes them; a test holds what is committed against what this gives.
"""

from __future__ import annotations

import sys
from pathlib import Path

from landmark import assignments, case_reference, sources, tables
from landmark.case import TRANSPORTS

_HEAD = """# {title}

This page is made from the code by `make docs`; a test holds it against the code.

"""


_TABLES = """Every table of `out/tables/*.parquet`, with its columns in order. Instants are int64 microseconds since
1970-01-01T00:00:00Z. The key is unique and is the order of the rows. Column names are part of the interface; a change
of one is a line in the change log.
"""
_LOGS = """A format is one module; it is here because the module is there.

## Logs

Of `apache` and `nginx` the line of the server's own configuration is pasted as `log_format`; what it holds says whether
the host is logged and whether the zone must be declared. It is refused where a client could write one field into
another: a request, or a header beside the address, that stands without quotes before other text that clients choose.
Of Apache several `%{…}t` that each say a part of one time are read as that time, to the microsecond:
`%{%d/%b/%Y:%H:%M:%S}t.%{usec_frac}t %{%z}t`.

Where lines come through syslog or the journal (column `syslog`), `transport` says how: `rfc3164` (`Oct  2 10:00:00
news1 …`, the default), `iso` (`2001-10-02T10:00:00.123456+00:00 news1 …`, as rsyslog writes today, and `journalctl -o
short-iso`), `rfc5424` (`<37>1 2001-10-02T10:00:00Z news1 nnrpd 41 - …`), or `journal`, what `journalctl -o json --all`
prints. All but the first state the instant, which is kept to the microsecond; then neither `zone` nor `year` is
declared, but the zone of a format that writes a time of its own. The export format of the journal (`journalctl -o
export`) is not read: it has fields of any bytes under their length, newlines among them, and is no text of lines that
could be counted, located and shown. [Why other logs are no format](decisions/0019-which-logs-tell-of-a-reader.md).

A time is that of the begin of a request, or of its end, between which a download may lie: column `its time is`. Where
it is the end, address and port were the client's then, and had been since its connection began.

| `format` | kind | logs the host | needs `zone` | needs `year` | syslog | its time is | cannot tell |
|---|---|---|---|---|---|---|---|
"""


_DATABASES = """
A `csv` has a header, with the columns `address`, `port_from`, `port_to`, `from`, `until` and `account` in any order,
all of them, and `protocol` and `destination` if need be; `columns` in the case says where they are called otherwise.
Fields are divided by commas. Empty are the ports of a record of all ports, the `until` of one without end, and the
account of one that names nobody. A file whose header lacks a column has no record, and all of it is `malformed`.

Accounting that lies in a table of a database (FreeRADIUS's `radacct`) is dumped whole, by the database's own program,
and read as `radius-sql`. `table` says which table where it is not `radacct`, `columns` what it calls the columns:

    pg_dump -t radacct radius >radacct.sql            (also with --inserts or --column-inserts)
    mysqldump radius radacct >radacct.sql             (mariadb-dump likewise; with CREATE TABLE and its comments)
    sqlite3 radius.db '.dump radacct' >radacct.sql

The dump is what is kept and hashed: a row of a live table has no bytes that could be shown again. What is counted is
the row, however many stand in a line, and each line that holds no part of one; a row is shown by the offset of its
first byte. Partitions are tables of their own, and not watched: `pg_dump --table-and-children=radacct
--load-via-partition-root` (since version 16) writes their rows under the table's name.
[What is read, and what is refused](decisions/0025-the-dump-of-a-table.md). An export as CSV with a header is read as
`radius-csv`. In PostgreSQL:

    COPY (SELECT * FROM radacct ORDER BY radacctid) TO STDOUT WITH (FORMAT csv, HEADER)

Of F5's blocks of ports (`LSN_PB_ALLOCATED`, `LSN_PB_RELEASED`) no genuine line could be had, nor the examples in F5's
manual "BIG-IP CGNAT: Implementations" ("Using CGNAT Translation Modes", "PBA log examples"). `f5-nat` relies on no more
than what two shapes say themselves:

    lsn_event="LSN_PB_ALLOCATED",lsn_client="10.0.0.1",lsn_pb="203.0.113.9: 1024-1087"     (or lsn_dslite_client)
    "LSN_PB_ALLOCATED""10.0.0.1%11""203.0.113.9%22: 1024-1087"

Both ports named are taken as in the block. If the last one is not, it is the first of the next block: two holders then
have it, and an event from it is attributed to neither. Any other line with `LSN_PB_` that holds an address asked for is
`malformed`: nothing is guessed.
"""


def tables_page() -> str:
    """Give the reference of every table in `out/tables`."""
    parts = [
        _HEAD.format(title="The tables"),
        _TABLES,
    ]
    for table in tables.ALL:
        key = ", ".join(f"`{name}`" for name in table.key)
        parts.append(f"\n## {table.name}\n\n{table.meaning} Key: {key}.\n\n")
        parts.append("| column | type | empty? | meaning |\n|---|---|---|---|\n")
        for column in table.columns:
            empty = "may be" if column.empty else "never"
            parts.append(
                f"| `{column.name}` | {column.type} | {empty} | {column.meaning.replace('|', chr(92) + '|')} |\n"
            )
    parts.append("\n## Closed lists of words\n\n")
    for title, words in (
        ("Why a line is dropped", tables.DROPPED),
        ("Why a line is rejected", tables.REJECTED),
        ("Why an event does not count", tables.NOT_COUNTED),
        ("Grades, from worst to best", tables.GRADES),
        ("Why an attribution is not sure", tables.ATTRIBUTION_REASONS),
        ("Why a clock's best shift or drift cannot be told", tables.UNTOLD),
        ("What names a visitor", tables.BASES),
        ("How the end of a lease is known", tables.ENDS),
        ("Why nobody may have sat there", tables.MACHINES),
        ("Why a visitor is no lead", tables.LEAD_LOSSES),
        ("What speaks against a subject", tables.AGAINST),
        ("Steps of the funnel", tables.STEPS),
    ):
        parts.append(f"- {title}: {', '.join(f'`{word}`' for word in words)}\n")
    return "".join(parts)


def formats_page() -> str:
    """Give the list of log formats and of formats of assignment records."""
    parts = [
        _HEAD.format(title="Formats"),
        _LOGS,
    ]
    for name, source in sorted(sources.ALL.items()):
        facts = source.format
        yes = ["yes" if fact else "no" for fact in (facts.logs_host, facts.needs_zone, facts.needs_year)]
        if facts.described is not None:
            yes[:2] = ["as pasted"] * 2
        if facts.carried(TRANSPORTS[-1]) != facts:
            yes[1:3] = ["with `rfc3164`"] * 2
        yes.append("yes" if facts.wrapped else "no")
        parts.append(f"| `{name}` | {facts.kind} | {' | '.join(yes)} | {source.moment} | {source.lacks} |\n")
    parts.append("\n## Assignment records\n\n")
    parts.append("| `format` | `zone` must be declared | `year` must be declared |\n|---|---|---|\n")
    for name, format_ in sorted(assignments.ALL.items()):
        zone = "yes" if format_.needs_zone else "for times without an offset"
        year = {True: "yes", False: "no", None: "for times without one"}[format_.needs_year]
        parts.append(f"| `{name}` | {zone} | {year} |\n")
    parts.append(_DATABASES)
    return "".join(parts)


def pages() -> dict[str, str]:
    """Give every page that is made from the code, by its file name in `docs/`."""
    return {"case-file.md": case_reference.reference(), "tables.md": tables_page(), "formats.md": formats_page()}


if __name__ == "__main__":
    for name, text in pages().items():
        (Path(sys.argv[1]) / name).write_text(text, encoding="utf-8", newline="\n")
