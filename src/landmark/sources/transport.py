r"""What wraps a program's message on its way into a file, where each line states its instant; and RFC 3164 beside it.

    iso      2001-10-02T10:00:00.123456+00:00 news1 nnrpd[41]: …       rsyslog, RSYSLOG_FileFormat; syslog-ng, ts-format
    rfc5424  <37>1 2001-10-02T10:00:00.123456Z news1 nnrpd 41 - - …    RFC 5424, 6; RSYSLOG_SyslogProtocol23Format
    journal  {"__REALTIME_TIMESTAMP":"1002016800123456","MESSAGE":"…"} journalctl(1), -o json; systemd.journal-fields(7)

Whatever the wrapper, a format sees `nnrpd[41]: …`, as RFC 3164 has it. The export format of the journal has fields of
any bytes, newlines among them, under their length: it is no text of lines, and is not read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, Protocol

from landmark.errors import LandmarkError
from landmark.sources import json_lines
from landmark.sources.local_times import Zone
from landmark.sources.stated_clocks import Head, StatedClocks
from landmark.sources.syslog import Clocks, head_of, unnumbered
from landmark.sources.times import Read, iso

if TYPE_CHECKING:
    from collections.abc import Callable

    from landmark.sources import Settings, Step
    from landmark.sources.json_lines import Value
    from landmark.sources.syslog import Stamp, Taken

_ISO = re.compile(
    rb"(?:<\d{1,3}>)?+(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?+(?:Z|[+-]\d\d:?\d\d)) (\S++) (.*+)",
    re.DOTALL,
)
# PRI VERSION TIMESTAMP HOSTNAME APP-NAME PROCID MSGID, structured data, message. In a value of structured data `"`, `\`
# and `]` stand behind a backslash (6.3.3); that a message is UTF-8 may be said by a byte order mark (6.4).
_RFC5424 = re.compile(
    rb"<\d{1,3}>[1-9]\d{0,2} (\S++) (\S++) (\S++) (\S++) \S++ "
    rb'(?:-|(?:\[[^\s=\]"]++(?: [^\s=\]"]++="(?:[^"\\]|\\.)*+")*+\])++)(?: (?:\xef\xbb\xbf)?+ ?+(.*+))?+',
    re.DOTALL,
)
_NIL = b"-"
_PID = re.compile(rb"\d{1,10}")
_MICROS = re.compile(rb"\d{1,17}")  # longer ones are of another unit
_BYTE = 255
_MESSAGES = frozenset(("MESSAGE", "SYSLOG_RAW"))  # the latter is the line as the program sent it


class Bare(NamedTuple):
    """A line without its wrapper: the host that wrote it, and `program[pid]: message`."""

    host: bytes
    message: bytes


class Days(Protocol):
    """What is known of the days of lines to come, in order."""

    def of(self, text: bytes, *, as_most: bool) -> int | None:
        """Give the day on which the next line was written, as its midnight, s; None where it is none.

        `as_most` says that it should read as most lines do; None, too, where it does not.
        """

    def is_whole(self, midnight: int) -> bool:
        """Say whether every time of a day occurs on it, and once."""

    def occurs(self, local: int) -> bool:
        """Say whether a time, s, occurs."""


class Series(Protocol):
    """Reads the lines of one series, in order, and knows the clock of each log host."""

    @property
    def tolerance(self) -> int:
        """By how much a line may be before the one before it on its host: µs where lines say them, else s."""

    def days(self) -> Days:
        """Tell what the days of the lines to come are."""

    def recall(self, text: bytes, order: int) -> Taken | None:
        """Take a line apart that was passed over, as one of which the clock had nothing to learn."""

    def take(self, text: bytes, order: int) -> Taken | None:
        """Take the next line apart; None where nothing wraps it. `order` numbers the lines of a series."""

    def settle(self) -> None:
        """Tell, once every line was read, what can only be told then."""

    def instants(self, stamp: Stamp) -> tuple[int, ...]:
        """Give the instants, µs UTC, that a line can have been written at, once `settle` was called."""

    @property
    def steps(self) -> list[Step]:
        """The stretches in which a host's clock was set back, once `settle` was called."""


def series(settings: Settings) -> Series:
    """Give a fresh reader of the lines of one series.

    Raises:
        LandmarkError: the wrapper states neither zone nor year, and the settings do not either.
    """
    if settings.transport in _HEADS:
        return StatedClocks(_HEADS[settings.transport], settings.tolerance)
    if settings.zone is None or settings.year is None:
        raise LandmarkError("a syslog says neither zone nor year: the case must")
    return Clocks(Zone(settings.zone), settings.year, settings.tolerance)


def bare(text: bytes, transport: str) -> Bare | None:
    """Take the wrapper off a line, whenever it was written; None where there is none."""
    head = head_of(text) if transport not in _HEADS else _HEADS[transport](text)
    return None if head is None else Bare(head.host, head.message)


def any_bare(text: bytes) -> Bare | None:
    """Take off a line whatever wraps it: no line begins as two of them do."""
    return next((found for name in ("rfc3164", *_HEADS) if (found := bare(text, name))), None)


def masked(line: bytes, cover: Callable[[bytes], bytes | None]) -> bytes:
    """Give a line as it may be shown.

    Args:
        line: as it stands in the file, whatever wraps it.
        cover: gives a message as it may be shown; None where nothing of it may.
    """
    found = any_bare(line)
    covered = None if found is None else cover(found.message)
    if found is None or covered is None:
        return b"*" * len(line)
    if covered == found.message:
        return line
    if line.startswith(b"{"):
        values = json_lines.loads(line) or {}
        in_bytes = any(isinstance(values.get(name), list) for name in _MESSAGES)
        return b"*" * len(line) if in_bytes else json_lines.masked(line, _MESSAGES)
    return line.removesuffix(found.message) + covered if line.endswith(found.message) else b"*" * len(line)


def _iso(text: bytes) -> Head | None:
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    time, host, message = match.groups()
    return Head(time, iso(time), host, unnumbered(message))


def _rfc5424(text: bytes) -> Head | None:
    match = _RFC5424.fullmatch(text)
    if match is None:
        return None
    time, host, program, pid, message = match.groups()
    if not time.isascii():
        return None
    return Head(time, iso(time), host, _tagged(program, None if pid == _NIL else pid, message or b""))


def _journal(text: bytes) -> Head | None:
    found = json_lines.loads(text)
    time = None if found is None else found.get("__REALTIME_TIMESTAMP")
    if found is None or not isinstance(time, bytes) or not _MICROS.fullmatch(time):
        return None
    program = _first(found, "SYSLOG_IDENTIFIER", "_COMM")
    # The number that the program wrote itself: what a syslog daemon passes on has that daemon's `_PID`.
    pid = _first(found, "SYSLOG_PID", "_PID")
    message = _tagged(program, pid if _PID.fullmatch(pid) else None, _bytes(found.get("MESSAGE")))
    return Head(time, Read(int(time), "UTC"), _first(found, "_HOSTNAME"), message)


def _tagged(program: bytes, pid: bytes | None, message: bytes) -> bytes:
    return b"%b[%b]: %b" % (program, pid, message) if pid is not None else b"%b: %b" % (program, message)


def _first(found: dict[str, Value], *names: str) -> bytes:
    return next((value for name in names if isinstance(value := found.get(name), bytes)), b"")


def _bytes(value: Value) -> bytes:
    """Give a message: text, or, where it is no text, a list of its bytes; none where the journal left it out."""
    if isinstance(value, list):
        numbers = [int(one) for one in value if isinstance(one, bytes) and one.isdigit() and len(one) <= len(b"255")]
        return bytes(numbers) if len(numbers) == len(value) and max(numbers, default=0) <= _BYTE else b""
    return value if isinstance(value, bytes) else b""


_HEADS: dict[str, Callable[[bytes], Head | None]] = {"iso": _iso, "rfc5424": _rfc5424, "journal": _journal}
