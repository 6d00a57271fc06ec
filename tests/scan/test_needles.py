"""Blocks and names in; out come at least the lines that may name a target, with true numbers, offsets and bytes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landmark.lines import Line
from landmark.scan.blocks import Block
from landmark.scan.needles import PART, Hits, Prefilter

# The escape forms once more, for Python's engine and line by line.
ESCAPE = re.compile(rb"%([0-9a-fA-F]{2})")
OTHER_SPELLINGS = re.compile(
    rb"\\[xXuUnN\\\"'/]"
    rb"|\A\r?\Z"
    rb"|\A[#\x00]",
    re.DOTALL,
)
NEEDLESS_SEGMENTS = re.compile(rb"(?<!:)//|/\.\.?(?![0-9A-Za-z._\-])")
INTERNATIONAL = re.compile(rb"[xX][nN]--|[\x80-\xff]")
WORDS = [
    *(b"\n", b"\n", b"\r", b"\0", b"\xff", b"\xc3\xa9", b"%", b"%2", b"%2F", b"%d0%bF", b"/", b"//", b"://", b":"),
    *(b".", b"..", b"/.", b"/..", b"/../", b"/.well-known", b"xn--", b"XN--a", b"#", b" ", b'"', b"\\", b"\\x"),
    *(
        b"\\u00e9",
        b"forum-a.example",
        b"Forum-A.EXAMPLE",
        b"forum-a_example",
        b"/board/",
        b"/BOARD/",
        b"test.watched.a",
    ),
    *(b"a", b"GET /"),
    *(b".provider.example", b"www.provider.example", b"forum-b.provider.example"),
]
NAMES = [
    *(b"forum-b.provider.example", b"forum-c.provider.example", b".provider.example", b"/a/b", b"xn--a.example"),
    *(b"forum-a.example", b"/board", b"test.watched.a", b"a\\", b"[a]", b"\x00\xff", b"%", b"a b", b"\r"),
]


def block_of(text: bytes, offset: int = 0, before: bytes = b"", after: bytes = b"") -> Block:
    return Block(offset, bytearray(before + text + after), len(before), len(before) + len(text))


def let_through(prefilter: Prefilter, block: Block, number: int = 1) -> Hits:
    parts = list(prefilter.lines(block, number))
    return Hits([line for part in parts for line in part.lines], sum(part.total for part in parts))


def plainly(text: bytes, number: int = 1, offset: int = 0) -> list[Line]:
    lines = []
    for current, line in enumerate(text.split(b"\n")[:-1], number):
        lines.append(Line(current, offset, line, ended=True))
        offset += len(line) + 1
    return lines


texts = st.lists(st.sampled_from(WORDS), min_size=0, max_size=80).map(lambda words: b"".join(words) + b"\n")


@settings(max_examples=500, deadline=None)
@given(
    text=texts,
    names=st.lists(
        st.sampled_from(NAMES) | st.binary(min_size=1, max_size=3).filter(lambda n: b"\n" not in n), max_size=4
    ),
    start=st.tuples(st.integers(1, 1000), st.integers(0, 1000)),
    before=st.sampled_from([b"", b"forum-a.example", b"/", b"%2", b"\n"]),
    after=st.sampled_from([b"", b"forum-a.example", b"/", b"\n"]),
)
def test_no_line_that_may_name_a_target_is_held_back(
    text: bytes, names: list[bytes], start: tuple[int, int], before: bytes, after: bytes
) -> None:
    number, offset = start
    hits = let_through(Prefilter(names), block_of(text, offset, before, after), number)
    every = plainly(text, number, offset)
    assert hits.total == len(every)
    assert len(set(hits.lines)) == len(hits.lines)
    assert [line for line in every if line in set(hits.lines)] == hits.lines, (
        "lines are given once, in order, as they are"
    )
    hidden = {*b"%\\", *b"".join(names).lower(), *b"".join(names).upper(), *(b"." if b"/a/b" in names else b"")}
    hidden |= set(range(0x80, 0x100)) if b"xn--a.example" in names else set()
    wanted = [
        line
        for line in every
        if OTHER_SPELLINGS.search(line.text)
        or any(int(digits, 16) in hidden for digits in ESCAPE.findall(line.text))
        or (b"/a/b" in names and NEEDLESS_SEGMENTS.search(line.text))
        or (b"xn--a.example" in names and INTERNATIONAL.search(line.text))
        or any(name.lower() in line.text.lower() for name in names)
    ]
    assert set(wanted) <= set(hits.lines)


@settings(max_examples=200, deadline=None)
@given(text=texts)
def test_without_names_every_line_is_given(text: bytes) -> None:
    hits = let_through(Prefilter(None), block_of(text, 7), 3)
    assert hits.lines == plainly(text, 3, 7)
    assert hits.total == len(hits.lines)


def test_plain_lines_that_name_nobody_are_held_back() -> None:
    text = (
        b'192.0.2.1 - - [03/Oct/2001:10:00:00 +0000] "GET /other/ HTTP/1.0" 200 5 "http://site.example/a" "agent"\n'
        b'192.0.2.1 - - [03/Oct/2001:10:00:01 +0000] "GET /.well-known/x HTTP/1.0" 200 5 "-" "a 50% faster agent"\n'
        b'192.0.2.1 - - [03/Oct/2001:10:00:02 +0000] "GET /board/ HTTP/1.0" 200 5 "-" "-"\n'
        b'192.0.2.1 - - [03/Oct/2001:10:00:03 +0000] "GET /s?q=a%20b%3D%C3%A9 HTTP/1.0" 200 5 "-" "-"\n'
    )
    hits = let_through(Prefilter([b"/board"]), block_of(text), 1)
    assert [line.number for line in hits.lines] == [3]
    assert hits.total == 4


@pytest.mark.parametrize(
    "line",
    [
        b"GET /b%6fard/",
        b"GET /%62",
        b"%62%6f",
        b'"\\x16\\x03"',
        b'"a \\" b"',
        b'{"path":"\\/board"}',
        b"GET /%2562oard",
        b"GET /%%36%32oard",
        b"GET /a%0Ab",
        b"GET /a\\nb",
        b"GET /a\\'b",
        b"\\u0062oard",
        b"GET /b#6Fard",
        b"GET /#62oard",
        b"http://b%C3%B6ard.example/",
        b"http://%d0%bf.example/",
        b"GET //board/",
        b"//board/",
        b"GET /a/../board/",
        b"GET /./board/",
        b"GET /a/.. HTTP/1.0",
        b"GET /a/.",
        b"GET /a/..?q",
        b"Host: XN--board",
        b"http://b\xc3\xb6ard.example/",
        b"\xff",
        b"",
        b"\r",
        b"# a comment",
        b"#Fields: date time",
        b"\x00\x00\x00 192.0.2.1",
    ],
)
@pytest.mark.parametrize("place", ["first", "between", "last"])
def test_every_other_spelling_is_let_through_wherever_it_stands(line: bytes, place: str) -> None:
    lines = {"first": [line, b"a", b"b"], "between": [b"a", line, b"b"], "last": [b"a", b"b", line]}[place]
    hits = let_through(
        Prefilter([b"/board/that-nobody-names", b"xn--nobody.example"]), block_of(b"\n".join(lines) + b"\n")
    )
    assert [(one.number, one.text) for one in hits.lines] == [(lines.index(line) + 1, line)]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        *((b"/a/b", line) for line in (b"/a/x/%2E./b", b"/a/x/.%2e/b", b"/a%2Fb")),
        *((b"/loot", b"/l%4fot"), (b"/LOOT", b"/l%6Fot")),
        *((b"/q", b"/%%%02x" % digit) for digit in b"09AFaf"),  # of an escape that is decoded in a second turn
        *((b"/q", line) for line in (b"/%2571", b"/%5Cx71", b"/\\%7871", b"/\\%6E")),
    ],
)
def test_an_escape_that_may_hide_a_part_of_a_name_is_let_through(name: bytes, line: bytes) -> None:
    text = b"/%20\nGET " + line + b" HTTP/1.0\n/%20\n"
    assert [one.number for one in let_through(Prefilter([name]), block_of(text)).lines] == [2]


def test_escapes_of_control_characters_are_let_through_where_a_name_holds_one() -> None:
    text = b"a\n" + b"".join(b"GET /a\\%cb\n" % sign for sign in b"bfrtv")
    assert [line.number for line in let_through(Prefilter([b"/a\x1fb"]), block_of(text)).lines] == [2, 3, 4, 5, 6]
    assert let_through(Prefilter([b"/a b"]), block_of(text)).lines == []


@pytest.mark.parametrize("before", [b"", b"a\n"])
def test_what_may_stand_behind_a_byte_order_mark_is_let_through(before: bytes) -> None:
    """The text's first line may be a directive, or empty; further down a mark is bytes like others."""
    mark = b"\xef\xbb\xbf"
    text = mark + b"#Fields: date time\nplain\n" + mark + b"plain\n"
    assert [line.number for line in let_through(Prefilter([b"/board"]), block_of(text, 0, before)).lines] == [1]


def test_what_most_lines_end_a_name_with_is_not_sought() -> None:
    lines = [b"www%d.provider.example GET /" % number for number in range(1000)]
    lines[7] = b"FORUM-B.provider.example GET /"
    hits = let_through(Prefilter([b"forum-b.provider.example"], most=1), block_of(b"\n".join(lines) + b"\n"))
    assert [line.number for line in hits.lines] == [8]


def test_names_are_literal() -> None:
    prefilter = Prefilter([b"a.c", b"(x", b"[y]", b"$\\", b"q*"])
    text = b"abc\na.c\nA.C\nx\n(X\ny\n[y]\n$\\ \nqqq\nQ*\n"
    assert [line.number for line in let_through(prefilter, block_of(text), 1).lines] == [2, 3, 5, 7, 8, 10]


def test_an_empty_name_lets_every_line_through() -> None:
    assert len(let_through(Prefilter([b"x", b""]), block_of(b"a\nb\nc\n"), 1).lines) == 3


def test_a_name_with_a_newline_is_refused() -> None:
    with pytest.raises(ValueError, match="newline"):
        Prefilter([b"a\nb"])


def test_a_block_with_too_many_hits_is_given_whole() -> None:
    text = b"%25 x\nplain\n" * 50
    assert let_through(Prefilter([], most=50), block_of(text), 1).lines == plainly(text)[::2]
    assert let_through(Prefilter([], most=49), block_of(text), 1).lines == plainly(text)


def test_a_block_given_whole_comes_in_parts_that_memory_can_hold() -> None:
    text = b"\n" * (PART + 1) + b"x" * (3 * PART) + b"\n" + b"y\n" * PART
    parts = list(Prefilter(None).lines(block_of(text, 5, b"z\n", b"z\n"), 7))
    assert [part.total for part in parts] == [PART, 1, 1, PART // 2, PART // 2]
    assert [line for part in parts for line in part.lines] == plainly(text, 7, 5)


def test_thousands_of_names_compile() -> None:
    prefilter = Prefilter([b"forum-%d.example" % n for n in range(3000)])
    text = b"forum-2999.EXAMPLE\nforum-3000.example\n"
    assert [line.number for line in let_through(prefilter, block_of(text), 1).lines] == [1]
