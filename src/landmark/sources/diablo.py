"""Diablo: what its reader daemon dreaderd writes to syslog of readers, and of the groups that they read.

A server that was not told to log groups says how many somebody opened, and never which: none of its lines concerns a
target.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from landmark.case import LogFormat
from landmark.sources import Example, Settings
from landmark.sources.dreaderd import MARKS, Stays, label_of, message_of
from landmark.sources.news import NewsReader
from landmark.sources.transport import masked

if TYPE_CHECKING:
    from collections.abc import Mapping


class Diablo:
    """The format `diablo`."""

    name = "diablo"
    version = 1
    format = LogFormat(kind="news", logs_host=False, needs_zone=True, needs_year=True, wrapped=True)
    stateful = True
    directed = False
    moment = "of a `connect` line the begin of the connection; of a `group` line when the group was left"
    lacks = (
        "which group was read, unless the server logs groups (`grouplog`); when in a connection it was; of several "
        "connections under one name which of them it was, and then the client's port; whether a login was checked"
    )

    def reader(self, settings: Settings) -> NewsReader:
        """Give a fresh reader.

        Raises:
            LandmarkError: neither the lines nor the settings state zone and year.
        """
        return NewsReader(settings, message_of, Stays(), MARKS)

    def mask(self, line: bytes, log_format: str | None = None) -> bytes:  # noqa: ARG002 - its lines are known
        """Give the line with the login in its label masked; all of one that may hold a name elsewhere."""
        return masked(line, _covered)

    def examples(self) -> tuple[Example, ...]:
        """Give examples, for a target `test.watched.a`."""
        return (
            Example(
                "a connection and the group that was read in it",
                b"Oct  2 10:00:00 news1 dreaderd[41]: connect to default from host-a.example (192.0.2.1:40001)\n"
                b"Oct  2 10:05:00 news1 dreaderd[52]: info host-a.example group test.watched.a articles 3 bytes 4096\n"
                b"Oct  2 10:05:00 news1 dreaderd[52]: info host-a.example group test.other articles 1 bytes 10\n"
                b"Oct  2 10:05:00 news1 dreaderd[41]: closed from host-a.example (192.0.2.1:40001) groups=2 arts=4 "
                b"bytes=4106 posts=0 postbytes=0 postfail=0 vserv=default secs=300\n"
                b"Oct  2 10:07:00 news1 dreaderd[41]: closed from host-b.example (192.0.2.2:40002) groups=1 arts=1 "
                b"bytes=10 posts=0 postbytes=0 postfail=0 vserv=default secs=900\n",
                (
                    {"action": "connect", "client_address": "192.0.2.1", "client_port": 40001, "reason": "connection"},
                    {"action": "fetch", "target": "group-a", "articles": 3, "bytes": 4096, "counts": True},
                    "not_watched",
                    {"action": "other", "counts": False, "client_port": 40001},
                    "not_watched",
                ),
                _STATED,
            ),
            Example(
                "a login that may have been checked, and two connections under one name",
                b"Oct  2 11:00:00 news1 dreaderd[41]: connect to default from host-a.example (192.0.2.1:40003)\n"
                b"Oct  2 11:00:01 news1 dreaderd[41]: closed from host-a.example (192.0.2.1:40003) groups=0 arts=0 "
                b"bytes=120 posts=0 postbytes=0 postfail=0 vserv=default secs=1\n"
                b"Oct  2 11:00:01 news1 dreaderd[41]: connect to default from mary/host-a.example (192.0.2.1:40003)\n"
                b"Oct  2 11:00:02 news1 dreaderd[41]: connect to default from mary/host-a.example (192.0.2.1:40004)\n"
                b"Oct  2 11:05:00 news1 dreaderd[53]: info mary/host-a.example group test.watched.a "
                b"articles 2 bytes 99\n",
                (
                    "not_watched",
                    "not_watched",
                    {"action": "connect", "client_port": None, "login": "login mary", "login_verified": False},
                    {"action": "connect", "client_port": None, "client_address": "192.0.2.1"},
                    {"action": "fetch", "client_address": "192.0.2.1", "client_host": "host-a.example", "counts": True},
                ),
                _STATED,
            ),
            Example(
                "labels that do not agree, and what is broken",
                b"Oct  2 12:00:00 news1 dreaderd[41]: connect to default from host-a.example (192.0.2.1:40005)\n"
                b"Oct  2 12:01:00 news1 dreaderd[52]: info host-b.example group test.watched.a articles 2 bytes 99\n"
                b"Oct  2 12:02:00 news1 dreaderd[40]: Waiting for connections\n"
                b"Oct  2 12:03:00 news1 dreaderd[52]: info host-a.example group test.watched.a articles 2 bytes 99\n"
                b"Oct  2 12:04:00 news1 dreaderd[52]: info host-a.example group test.watched.a articles\n"
                b"Oct 32 12:05:00 news1 dreaderd[52]: info host-a.example group test.watched.a articles 1 bytes 9\n"
                b"\n"
                b"Oct  2 12:0",
                (
                    "not_watched",
                    "orphan",
                    "not_watched",
                    "orphan",
                    "malformed",
                    "bad_time",
                    "empty",
                    "truncated",
                ),
                _STATED,
            ),
        )


def _covered(message: bytes) -> bytes | None:
    read = message_of(message)
    if read is None or read.kind in {"other", "broken_group"}:
        return None
    host = label_of(read.label).host
    who = read.label.removesuffix(host)
    return message.replace(b" %b " % read.label, b" ***%b%b " % (who[-1:], host), 1) if who else message


_STATED: Mapping[str, object] = {"zone": "UTC", "year": 2001}

SOURCE = Diablo()
