"""One pattern for many names finds what seeking each of them finds, and no line that holds one is held back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from landmark.scan.blocks import Block
from landmark.scan.needles import Prefilter
from landmark.sources import haproxy, json_lines
from landmark.spellings import Names, percent_decode

if TYPE_CHECKING:
    from collections.abc import Callable

SEGMENT = st.text("ab.|", min_size=1, max_size=4).map(str.encode)


@given(paths=st.lists(st.lists(SEGMENT, min_size=1, max_size=1), max_size=8), text=st.text("ab/.|\n ", max_size=30))
def test_a_text_holds_a_name_if_any_of_them_stands_in_it(paths: list[list[bytes]], text: str) -> None:
    names = Names([tuple(path) for path in paths])
    wanted = any(b"/" + path[0] in text.encode() for path in paths)
    assert names.held_by(text.encode()) == wanted


@pytest.mark.parametrize("count", [1, 30, 1500])  # more than Python nests calls
def test_names_that_begin_alike_however_many_are_told_apart(count: int) -> None:
    names = Names(groups=["test." + "a" * number + "b" for number in range(count)])
    assert names.held_by(b"group test." + b"a" * (count - 1) + b"b 3")
    assert not names.held_by(b"group test." + b"a" * count + b"c 3")


PATHS = [(b"board",), (b"b",), (b"a", b"b"), (b"a\tb",), (b"a\nb",), (b"50%", b"x"), (b"\xc3\xa9",), (b"a.b", b"\\")]
HOSTS = ["forum-a.example", ".below.example", "xn--bcher-kva.example", "xn--e1afmkfd.example"]
UNICODE = {
    "forum-a.example": [b"forum-a.example", b"FORUM-A.example"],
    ".below.example": [b"www.below.example"],
    "xn--bcher-kva.example": ["bücher.example".encode(), "BÜCHER.example".encode(), b"xn--bcher-kva.example"],
    "xn--e1afmkfd.example": ["пример.example".encode(), "ПРИМЕР.example".encode()],
}
GROUPS = ["test.watched.a", "test.watched."]
# How formats undo their own way to write a character, before a name is looked for.
PLAINS: list[Callable[[bytes], bytes]] = [
    bytes,
    percent_decode,
    json_lines.plain,
    haproxy.plain,
    lambda text: haproxy.plain(json_lines.plain(text)),
]


def as_written(byte: int, way: str) -> bytes:
    """Write a byte in one of the ways that a client, a server or a format has."""
    one = bytes((byte,))
    short = {0x0A: b"\\n", 0x09: b"\\t", 0x2F: b"\\/", 0x5C: b"\\\\", 0x22: b'\\"'}
    return {
        "percent": b"%%%02x" % byte,
        "PERCENT": b"%%%02X" % byte,
        "twice": b"%%25%02x" % byte,
        "digits": b"%" + b"".join(b"%%%02x" % digit for digit in b"%02x" % byte),
        "server": b"\\x%02x" % byte,
        "hidden server": b"%%5cx%02x" % byte,
        "half hidden server": b"\\%%78%02x" % byte,
        "short": short.get(byte, one),
        "json": b"\\u%04x" % byte,
        "json percent": b"\\u0025%02x" % byte,
        "haproxy": b"#%02X" % byte,
        "haproxy percent": b"#25%02x" % byte,
        "other case": one.swapcase(),
    }.get(way, one)


WAYS = (
    *("percent", "PERCENT", "twice", "digits", "server", "hidden server", "half hidden server", "short", "json"),
    *("json percent", "haproxy", "haproxy percent", "other case"),
)
NEEDLESS = st.sampled_from([b"", b"", b"/", b"/.", b"/x/..", b"%2f", b"/%2e", b"/x/%2E.", b"/x%2f.."])


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_no_line_in_which_a_name_is_found_is_held_back(way: str, data: st.DataObject) -> None:
    news = data.draw(st.booleans())
    paths = [] if news else data.draw(st.lists(st.sampled_from(PATHS), min_size=1, max_size=3))
    hosts = [] if news else data.draw(st.lists(st.sampled_from(HOSTS), max_size=2))
    groups = data.draw(st.lists(st.sampled_from(GROUPS), min_size=1, max_size=2)) if news else []
    names = Names(paths, hosts, groups)
    written = [b"/" + b"/".join(path) for path in paths] + [spelling for host in hosts for spelling in UNICODE[host]]
    name = data.draw(st.sampled_from([*written, *(group.encode() for group in groups)]))
    changed = data.draw(st.sets(st.integers(0, len(name) - 1), max_size=3))
    parts = [as_written(byte, way) if at in changed else bytes((byte,)) for at, byte in enumerate(name)]
    if data.draw(st.booleans()):
        parts = [data.draw(NEEDLESS) + part if part == b"/" else part for part in parts]
    line = (
        b"GET " + b"".join(parts).replace(b"\n", b"%0a") + data.draw(st.sampled_from([b"", b" HTTP/1.0", b"?q=a%20b"]))
    )
    hits = list(Prefilter(names.literals).lines(Block(0, bytearray(line + b"\n"), 0, len(line) + 1), 1))
    if any(names.held_by(plain(line)) for plain in PLAINS):
        assert [one.text for part in hits for one in part.lines] == [line]
    else:
        event("no name is found")
