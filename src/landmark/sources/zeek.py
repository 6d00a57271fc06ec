r"""The lines of a Zeek log, in either of its two forms: columns named by a header, or one JSON object each.

    #separator \x09
    #fields ts      uid     id.orig_h …
    1002016800.500000       C50001  192.0.2.1 …

<https://docs.zeek.org/en/master/log-formats.html>. A column that has no value is `-`, an empty one `(empty)`; bytes
that the form needs for itself are written `\xHH`. In JSON a column without value is left out. Time is seconds since
1970 in either, or in JSON, as the sensor is set, ISO 8601 text or milliseconds.
"""

from __future__ import annotations

import re

from landmark.sources import json_lines
from landmark.sources.times import Read, epoch, iso
from landmark.spellings import unescape

_HEX = re.compile(rb"\\x([0-9A-Fa-f]{2})")
_UNPRINTABLE = re.compile(rb"\\x([01][0-9A-Fa-f]|7[Ff]|[89A-Fa-f][0-9A-Fa-f])")

Columns = dict[str, bytes | list[bytes]]
"""The columns of a line that have a value; a set or list of them in JSON is one."""


class Header:
    """What the header lines of a text say of those after them."""

    def __init__(self) -> None:
        """Begin with what Zeek writes by default, and no columns."""
        self.begin()

    def begin(self) -> None:
        """Begin a text."""
        self.fields: list[str] = []
        self.separator = b"\t"
        self.unset = b"-"
        self.empty = b"(empty)"

    def take(self, text: bytes) -> bool:
        """Say whether a line is a directive, and take in what it says."""
        if not text.startswith(b"#"):
            return False
        if text.startswith(b"#separator "):
            written = text.removeprefix(b"#separator ")
            self.separator = _HEX.sub(lambda match: bytes((int(match[1], 16),)), written) or b"\t"
            return True
        name, *values = text.split(self.separator)
        if name == b"#fields":
            self.fields = [value.decode("utf-8", "backslashreplace") for value in values]
        elif name == b"#unset_field" and values:
            self.unset = values[0]
        elif name == b"#empty_field" and values:
            self.empty = values[0]
        return True

    def columns(self, text: bytes) -> Columns | None:
        """Take a line apart; None where it does not have the columns that the header says, or is no JSON object."""
        if text.startswith(b"{"):
            return _object(text)
        values = text.split(self.separator)
        if not self.fields or len(values) != len(self.fields):
            return None
        return {
            name: b"" if value == self.empty else value
            for name, value in zip(self.fields, values, strict=True)
            if value != self.unset
        }


def _object(text: bytes) -> Columns | None:
    found = json_lines.loads(text)
    if found is None:
        return None
    columns: Columns = {}
    for name, value in found.items():
        if isinstance(value, bytes):
            columns[name] = _as_columns_have_it(value)
        elif isinstance(value, list):
            columns[name] = [_as_columns_have_it(each) for each in json_lines.texts(value)]
    return columns


def _as_columns_have_it(text: bytes) -> bytes:
    r"""Give a text of JSON with its backslashes escaped.

    There only bytes that do not print are written `\xHH`; a backslash is one that somebody sent.
    """
    bare = _UNPRINTABLE.sub(lambda match: bytes((int(match[1], 16),)), text)
    return bare.replace(b"\\", b"\\\\")


def one(columns: Columns, name: str) -> bytes | None:
    """Give a column of one value; None where it has none."""
    value = columns.get(name)
    return value if isinstance(value, bytes) else None


def several(columns: Columns, name: str) -> list[bytes]:
    r"""Give the values of a set, in either form: a comma within a value is written as `\x2c`."""
    value = columns.get(name, [])
    return [unescape(each) for each in (value.split(b",") if isinstance(value, bytes) else value)]


def time_of(columns: Columns) -> Read | None:
    """Give the time of a line; None where it has none in any of the forms."""
    written = one(columns, "ts")
    return None if written is None else epoch(written) or iso(written)


def others(columns: Columns, but: frozenset[str]) -> bytes:
    """Give the values of all columns but some, a line each."""
    values = (value for name, value in columns.items() if name not in but)
    return b"\n".join(each for value in values for each in ([value] if isinstance(value, bytes) else value))
