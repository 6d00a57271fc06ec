"""Logs that genuine servers wrote: no line is lost, and a plain count done another way agrees."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING, Any

import pytest

from landmark.case import Target

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LOGS = ("elastic_apache_logs.log", "hurence_access.log.48", "hurence_access.log.5.gz")
EVER: dict[str, object] = {"begin": 0, "end": 1 << 62}


def text_of(shared: Path, name: str) -> bytes:
    stored = (shared / "data" / "web" / name).read_bytes()
    return gzip.decompress(stored) if name.endswith(".gz") else stored


@pytest.mark.parametrize("name", LOGS)
def test_every_line_is_accounted_for_and_all_but_one_read(
    name: str, shared: Path, read: Callable[..., Any], lines: Callable[..., Any]
) -> None:
    text = text_of(shared, name)
    file = read("combined", text, targets=[Target("all")], **EVER).file
    total = len(lines(text))
    assert file.kept + sum(file.dropped.values()) + len(file.rejects) == total
    odd = [line for line in lines(text) if not line.text.endswith(b'"')]
    assert [(reject.line, reject.reason) for reject in file.rejects] == [(line.number, "malformed") for line in odd]
    assert len(odd) == (1 if name.startswith("elastic") else 0)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (LOGS[0], "/presentations/"),
        (LOGS[0], "/blog/tags/"),
        (LOGS[0], "/images"),
        (LOGS[1], "/sites/default/"),
        (LOGS[2], "/sites/all/themes"),
    ],
)
def test_counts_equal_a_plain_count(name: str, path: str, shared: Path, read: Callable[..., Any]) -> None:
    text = text_of(shared, name)
    file = read("combined", text, targets=[Target("a", path=path)], **EVER).file
    bare = path.rstrip("/").encode()
    asked = re.compile(
        rb'^(\S+) [^"]*"(\S+) ' + re.escape(bare) + rb'(?:[/?#][^"]*| HTTP[^"]*)?" (\d+) (?:\d+|-) "', re.MULTILINE
    )
    plain = [found.groups() for found in asked.finditer(text)]
    seen = [(one.client_address or one.client_host, one.status) for one in file.each()]
    assert len(plain) > 20
    assert sorted(seen) == sorted((client.decode(), int(status)) for client, _, status in plain)
    reached = [
        (method, int(status))
        for _, method, status in plain
        if method in {b"GET", b"POST"} and (status[:1] == b"2" or status == b"304")
    ]
    # No host is known here, so an embed cannot be told.
    assert sum(one.counts for one in file.each()) == len(reached)
