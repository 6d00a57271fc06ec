"""InterNetNews: what its reader daemon nnrpd writes to syslog.

The address stands on the connect line only, and a process number comes back for somebody else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from landmark.case import LogFormat
from landmark.sources import Example, Settings
from landmark.sources.news import NewsReader
from landmark.sources.nnrpd import Readers, message_of
from landmark.sources.transport import masked

if TYPE_CHECKING:
    from collections.abc import Mapping


class Inn:
    """The format `inn`."""

    name = "inn"
    version = 3
    format = LogFormat(kind="news", logs_host=False, needs_zone=True, needs_year=True, wrapped=True)
    stateful = True
    directed = False
    moment = "of a `connect` line the begin of the connection; of a `group` line when the group was left"
    lacks = "the client's port; when in a connection a group was read"

    def reader(self, settings: Settings) -> NewsReader:
        """Give a fresh reader.

        Raises:
            LandmarkError: neither the lines nor the settings state zone and year.
        """
        return NewsReader(settings, message_of, Readers())

    def mask(self, line: bytes, log_format: str | None = None) -> bytes:  # noqa: ARG002 - its lines are known
        """Give the line with the name of a user line masked; all of one that may hold a name elsewhere."""
        return masked(line, _covered)

    def examples(self) -> tuple[Example, ...]:
        """Give examples, for a target `test.watched.a`."""
        return (
            Example(
                "a connection and its lines",
                b"Oct  2 10:00:00 news1 nnrpd[41]: host-a.example (192.0.2.1) connect - port 119\n"
                b"Oct  2 10:00:01 news1 nnrpd[41]: host-a.example user mary jane\n"
                b"Oct  2 10:05:00 news1 nnrpd[41]: host-a.example group test.watched.a 3\n"
                b"Oct  2 10:05:00 news1 nnrpd[41]: host-a.example group test.other 5\n"
                b"Oct  2 10:05:00 news1 nnrpd[41]: host-a.example exit articles 8 groups 2\n"
                b"Oct  2 10:05:00 news1 nnrpd[41]: host-a.example times user 0.1 system 0.1 idle 1.0 elapsed 300.0\n",
                (
                    {"action": "connect", "client_address": "192.0.2.1", "reason": "connection"},
                    {"action": "other", "login_verified": True, "target": None},
                    {"action": "fetch", "target": "group-a", "articles": 3, "counts": True, "login_verified": True},
                    "not_watched",
                    {"action": "other", "counts": False, "time_text": "Oct  2 10:05:00"},
                    "not_watched",
                ),
                _STATED,
            ),
            Example(
                "labels that do not agree, and what is lost",
                b"Oct  2 11:00:00 news1 nnrpd[42]: host-a.example (192.0.2.1) connect\n"
                b"Oct  2 11:00:02 news1 nnrpd[42]: host-a.example (192.0.2.1) connect\n"
                b"Oct  2 11:00:05 news1 nnrpd[42]: host-b.example group test.watched.a 3\n"
                b"Oct  2 11:00:06 news1 nnrpd[42]: host-a.example group test.watched.a 0\n"
                b"Oct  2 11:00:07 news1 nnrpd[43]: host-c.example group test.watched.a 2\n"
                b"Oct  2 11:00:08 news1 last message repeated 2 times\n"
                b"Oct  2 11:00:09 news1 nnrpd[42]: host-a.example group test.watched.a\n"
                b"Oct 32 11:00:10 news1 nnrpd[42]: host-a.example group test.watched.a 1\n"
                b"\n"
                b"Oct  2 11:0",
                (
                    {"client_port": None, "client_host": "host-a.example"},
                    "duplicate",
                    "orphan",
                    {"action": "open", "articles": 0, "reason": "only_opened"},
                    "orphan",
                    "not_watched",
                    "malformed",
                    "bad_time",
                    "empty",
                    "truncated",
                ),
                _STATED,
            ),
            *_WRAPPED,
        )


def _covered(message: bytes) -> bytes | None:
    read = message_of(message)
    if read is None or read.kind in {"other", "broken_group"}:
        return None
    return message.removesuffix(read.text) + b"***" if read.kind == "user" else message


_STATED: Mapping[str, object] = {"zone": "UTC", "year": 2001}
_JOURNAL = b'{"__REALTIME_TIMESTAMP":"%d","_HOSTNAME":"news1","SYSLOG_IDENTIFIER":"nnrpd","_PID":"41","MESSAGE":%b}\n'
_WRAPPED = (
    Example(
        "lines that state their offset",
        b"2001-10-02T12:00:00.123456+02:00 news1 nnrpd[41]: host-a.example (192.0.2.1) connect - port 119\n"
        b"2001-10-02T12:05:00.5+02:00 news1 nnrpd[41]: host-a.example group test.watched.a 3\n"
        b"2001-10-02T12:05:60+02:00 news1 nnrpd[41]: host-a.example group test.watched.a 3\n"
        b"Oct  2 10:05:00 news1 nnrpd[41]: host-a.example group test.watched.a 3\n",
        (
            {"time": 1_002_016_800_123_456, "zone": "+02:00", "zone_known": "stated", "reason": "connection"},
            {"time": 1_002_017_100_500_000, "time_text": "2001-10-02T12:05:00.5+02:00", "counts": True},
            "bad_time",
            "malformed",
        ),
        {"transport": "iso"},
    ),
    Example(
        "RFC 5424",
        b"<37>1 2001-10-02T10:00:00.123456Z news1 nnrpd 41 - - host-a.example (192.0.2.1) connect - port 119\n"
        b'<37>1 2001-10-02T10:05:00Z news1 nnrpd 41 x [a@1 b="\\]\\" "][c] \xef\xbb\xbfhost-a.example group '
        b"test.watched.a 3\n"
        b"<37>1 - news1 nnrpd 41 - - host-a.example group test.watched.a 3\n"
        b"<37>1 2001-10-02T10:05:00Z news1 nnrpd 41 - host-a.example group test.watched.a 3\n",
        (
            {"client_address": "192.0.2.1", "zone_known": "stated", "reason": "connection"},
            {"client_address": "192.0.2.1", "articles": 3, "counts": True},
            "bad_time",
            "malformed",
        ),
        {"transport": "rfc5424"},
    ),
    Example(
        "the journal",
        _JOURNAL % (1_002_016_800_123_456, b'"host-a.example (192.0.2.1) connect - port 119"')
        + _JOURNAL % (1_002_017_100_000_000, b"[%b]" % b",".join(b"%d" % one for one in b"host-a.example user m\xe4ry"))
        + _JOURNAL % (1_002_017_100_000_000, b'"host-a.example group test.watched.\\u0061 3"')
        + b'{"MESSAGE":"host-a.example group test.watched.a 3"}\n',
        (
            {"time": 1_002_016_800_123_456, "time_text": "1002016800123456", "zone": "UTC", "zone_known": "stated"},
            {"action": "other", "login": "login m\xe4ry", "login_verified": True},
            {"client_address": "192.0.2.1", "object": "test.watched.a", "counts": True},
            "malformed",
        ),
        {"transport": "journal"},
    ),
)

SOURCE = Inn()
