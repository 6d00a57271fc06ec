"""A byte order mark before the first line of a text is none of it, in news logs as in web logs, sifted or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from landmark import sources
from landmark.scan.reading import read as read_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from landmark.sources import Settings

MARK = b"\xef\xbb\xbf"
SYSLOG = b"Oct  2 %b news1 %b\n"
ISO = b"2001-10-02T%bZ news1 %b\n"
JOURNAL = (
    b'{"__REALTIME_TIMESTAMP":"10020168%02d000000","_HOSTNAME":"news1","SYSLOG_IDENTIFIER":"nnrpd",'
    b'"_PID":"41","MESSAGE":"%b"}\n'
)
INN = (
    b"nnrpd[41]: host-a.example (192.0.2.1) connect - port 119",
    b"nnrpd[41]: host-a.example user mary",
    b"nnrpd[41]: host-a.example group test.watched.a 3",
    b"nnrpd[41]: host-a.example exit articles 3 groups 1",
    b"innd[1]: something else of the server",
)
DIABLO = (
    b"dreaderd[41]: connect to default from host-a.example (192.0.2.1:40001)",
    b"dreaderd[52]: info host-a.example group test.watched.a articles 3 bytes 4096",
    b"dreaderd[41]: closed from host-a.example (192.0.2.1:40001) groups=2 arts=4",
)
STATED = {"zone": "UTC", "year": 2001}


def wrapped(messages: tuple[bytes, ...], form: bytes, more: int) -> bytes:
    """Give the lines of messages a minute apart, and so many of others behind them."""
    others = [b"innd[1]: line %d of nobody" % number for number in range(more)]
    return b"".join(form % (b"10:%02d:00" % min(at, 59), text) for at, text in enumerate((*messages, *others)))


@pytest.mark.parametrize(
    ("name", "text", "stated"),
    [
        ("inn", wrapped(INN, SYSLOG, 0), STATED),
        ("inn", wrapped(INN, SYSLOG, 300), STATED),  # of which only some are read
        ("inn", wrapped(INN, ISO, 300), {"transport": "iso"}),
        ("diablo", wrapped(DIABLO, SYSLOG, 300), STATED),
        ("inn", b"".join(JOURNAL % (at, text[11:]) for at, text in enumerate(INN)), {"transport": "journal"}),
    ],
)
def test_a_reader_whose_connect_line_stands_behind_the_mark_is_known(
    tmp_path: Path, settings: Callable[..., Settings], name: str, text: bytes, stated: dict[str, Any]
) -> None:
    told = []
    for mark in (b"", MARK):
        (tmp_path / "log").write_bytes(mark + text)
        reader = sources.ALL[name].reader(settings(**stated))
        reader.begin()
        counts = read_file(tmp_path / "log", reader, None, stateful=True)
        (file,) = reader.finish()
        rows = [(one.line, one.client_address, one.login, one.time, one.reason) for one in file.each()]
        not_watched = file.dropped["not_watched"] + counts.lines - counts.passed
        told.append((counts.lines, rows, {**file.dropped, "not_watched": not_watched}, file.rejects))
        assert file.each()[0].length == len((mark + text).partition(b"\n")[0])
    assert told[0] == told[1]
    assert told[0][1][0][1] == "192.0.2.1"


def test_a_reader_who_left_before_anybody_asked_is_gone_though_the_mark_stands_before_him(
    tmp_path: Path, settings: Callable[..., Settings]
) -> None:
    """The next under his process number is another; a line that looks like the first one's own is nobody's."""
    lines = (*INN[:2], INN[3], INN[2])
    (tmp_path / "log").write_bytes(MARK + wrapped(lines, SYSLOG, 300))
    reader = sources.ALL["inn"].reader(settings(**STATED))
    reader.begin()
    read_file(tmp_path / "log", reader, None, stateful=True)
    (file,) = reader.finish()
    assert (file.each(), [(one.line, one.reason) for one in file.rejects]) == ([], [(4, "orphan")])


@pytest.mark.parametrize(("text", "reason"), [(MARK, "empty"), (MARK + b"\n", "empty"), (MARK + b"Oct", "truncated")])
def test_what_is_nothing_but_a_mark_is_empty(read: Callable[..., Any], text: bytes, reason: str) -> None:
    outcome = read("inn", text, **STATED)
    assert {**outcome.dropped, **dict.fromkeys((why for _, why in outcome.rejected), 1)} == {reason: 1}


def test_a_mark_elsewhere_makes_a_line_malformed(read: Callable[..., Any]) -> None:
    outcome = read("inn", b"\n" + MARK + wrapped(INN[2:3], SYSLOG, 0), **STATED)
    assert outcome.rejected == [(2, "malformed")]
