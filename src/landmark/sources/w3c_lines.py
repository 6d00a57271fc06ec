"""Lines of the W3C extended log file format: columns that directives name, and may name anew in the middle of a file.

    #Fields: date time c-ip cs-method cs-uri-stem sc-status
    2001-10-02 10:00:00 192.0.2.1 GET /board/ 200

<https://www.w3.org/TR/WD-logfile.html>. Times are UTC. Where a server writes no date in its lines, it is that of the
directive `#Date`; a time earlier than that directive's own may be of any day and is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from landmark.sources.addresses import address, client, port, server
from landmark.sources.row import Row
from landmark.sources.times import Read, iso
from landmark.sources.web import WebReader
from landmark.spellings import escaped, host_name, percent_decode

if TYPE_CHECKING:
    from landmark.sources import Settings

_NONE = b"-"
_BLANK = re.compile(rb"[ \t]+")
_VALUE = re.compile(rb'"((?:[^"]|"")*+)"(?=[ \t]|\Z)|([^ \t]++)')
_DATE = re.compile(rb"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d))?")
_STATUS = re.compile(rb"[1-9]\d{2}")
_NUMBER = re.compile(rb"\d{1,18}")
_KEPT = re.compile(rb"\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d(?:\.\d+)?|-|GET|POST|HEAD")

Columns = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a server's columns are separated, and in which the host stands that was asked; none: in no column.

    `encoded` is whether the server percent-encodes once more whatever it writes, a percent sign that was sent too.
    """

    separator: re.Pattern[bytes]
    host: tuple[str, ...] = ()
    encoded: bool = False


BLANKS = Layout(_BLANK)
BLANKS_WITH_HOST = Layout(_BLANK, ("cs-host", "cs(host)"))
CLOUDFRONT = Layout(re.compile(rb"\t"), ("x-host-header",), encoded=True)


class Directives:
    """What the directives of a text say of the lines after them."""

    def __init__(self, layout: Layout) -> None:
        """Take the layout; nothing is known yet."""
        self._layout = layout
        self.begin()

    def begin(self) -> None:
        """Begin a text."""
        self._fields: list[str] = []
        self._date: tuple[bytes, bytes] | None = None

    def take(self, text: bytes) -> bool:
        """Say whether a line is a directive, and take in what it says."""
        if not text.startswith(b"#"):
            return False
        name, _, value = text[1:].partition(b":")
        if name.lower() == b"fields":
            self._fields = [one.decode("latin-1").lower() for one in value.split()]
        elif name.lower() == b"date" and (match := _DATE.match(value.strip())):
            self._date = match[1], match[2] or b"00:00:00"
        return True

    def columns(self, text: bytes) -> Columns | None:
        """Take a line apart; None where it does not have the columns that the directives say."""
        values = self._layout.separator.split(text)
        if len(values) != len(self._fields) and not self._layout.encoded:
            values = _with_quotes(text)
        if not self._fields or len(values) != len(self._fields):
            return None
        if self._layout.encoded:
            values = [percent_decode(value) for value in values]
        return {name: value for name, value in zip(self._fields, values, strict=True) if value != _NONE}

    def time(self, columns: Columns) -> tuple[bytes, Read] | None:
        """Give the time of a line as written, and as read; None where it has none."""
        time = columns.get("time")
        if time is None:
            return None
        if "date" in columns:
            written = columns["date"] + b" " + time
        elif self._date is not None:
            written = self._date[0] + b" " + time
        else:
            return None
        read = iso(written + b"Z")
        if read is not None and "date" not in columns and self._date is not None and time < self._date[1]:
            read = Read(None, "Z")
        return None if read is None else (written, read._replace(zone="UTC"))


def _with_quotes(text: bytes) -> list[bytes]:
    values, at, apart = [], 0, set[int]()
    while match := _VALUE.match(text, at):
        values.append(match[2] if match[1] is None else match[1].replace(b'""', b'"'))
        blank = _BLANK.match(text, match.end())
        at = match.end() if blank is None else blank.end()
        apart |= set(b"" if blank is None else blank[0])
    # Where blanks part columns, a tab is a client's own, with which it could write columns behind a quote.
    return values if at == len(text) and len(apart) <= 1 else []


class Reader(WebReader):
    """Reads the lines of one server."""

    def __init__(self, settings: Settings, layout: Layout) -> None:
        """Take the settings and the layout."""
        self._layout = layout
        self._said = Directives(layout)
        super().__init__(
            settings,
            self._take_apart,
            logs_host=bool(layout.host),
            directives=self._said,
            plain=percent_decode if layout.encoded else None,
        )

    def _take_apart(self, text: bytes) -> Row | None:
        columns = self._said.columns(text)
        if columns is None:
            return None
        time, who = self._said.time(columns), client(columns.get("c-ip", _NONE))
        if time is None or who is None:
            return None
        host = next((columns[name] for name in self._layout.host if name in columns), None)
        forwarded = columns.get("x-forwarded-for") or columns.get("cs(x-forwarded-for)")
        status, size = columns.get("sc-status", b""), columns.get("sc-bytes", b"")
        read = {
            "cs-uri-stem",
            "cs-uri-path",
            "cs-uri-query",
            "cs-uri",
            "cs(referer)",
            "cs(user-agent)",
            *self._layout.host,
        }
        return Row(
            client=who,
            port=port(columns.get("c-port", _NONE)),
            user=columns.get("cs-username"),
            time=time[0],
            zone=time[1].zone,
            instant=time[1].instant,
            host=None if host is None else host_name(host),
            request=b"%s %s" % (columns.get("cs-method", b""), _asked(columns)),
            status=int(status) if _STATUS.fullmatch(status) else None,
            size=int(size) if _NUMBER.fullmatch(size) else None,
            referrer=escaped(columns["cs(referer)"]) if "cs(referer)" in columns else None,
            agent=columns.get("cs(user-agent)"),
            beside=b"\n".join(value for name, value in columns.items() if name not in read),
            forwarded=None if forwarded is None else forwarded.replace(b"+", b" "),
            destination=server(columns.get("s-ip"), columns.get("s-port")),
        )


def _asked(columns: Columns) -> bytes:
    if "cs-uri" in columns:
        return escaped(columns["cs-uri"])
    query = columns.get("cs-uri-query", b"")
    if "cs-uri-path" in columns:  # of Blue Coat's proxies, which write the question mark
        return escaped(columns["cs-uri-path"] + query)
    return escaped(columns.get("cs-uri-stem", b"") + (b"?" + query if query else b""))


def masked(line: bytes) -> bytes:
    """Mask all that may be a name: which column is which, only the directives before the line tell."""
    parts = re.split(rb"([ \t]+)", line)
    return b"".join(
        one if number % 2 or _KEPT.fullmatch(one) or address(one) or one.startswith(b"/") else b"***"
        for number, one in enumerate(parts)
    )
