"""What holds for every log format, tried on the lines of its own examples, damaged and spelled otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landmark import sources
from landmark.case import Target
from landmark.scan.blocks import Block
from landmark.scan.needles import Prefilter
from landmark.targets import Targets

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLES = [(name, example) for name, source in sources.ALL.items() for example in source.examples()]
WEB = [(name, one) for name, one in EXAMPLES if sources.ALL[name].format.kind == "web"]
TARGETS = [Target("a", host="forum-a.example", path="/board/"), Target("b", host="*.example", path="/x/y/")]
NOISE = (
    b'"',
    b"\\",
    b" ",
    b"-",
    b"\t",
    b"{",
    b"}",
    b"#",
    b"\0",
    b"\xff",
    b"%2F",
    b"\\u002f",
    b"//",
    b"/./",
    b",",
    b":",
    b"\xef\xbb\xbf",
)
BOARD = (
    *(b"/board/", b"/board", b"/bo%61rd/", b"/%62oard/", b"//board//", b"/./board/", b"/a/../board/", b"/%2Fboard/"),
    *(b"/board/x", b"/boardroom", b"/BOARD/", b"/x/y/", b"/x//y", b"/x/z/../y/1", b"%2Fx%2Fy"),
)
HOST = (
    *(b"forum-a.example", b"FORUM-A.example", b"forum-a.example.", b"forum-a.example:80", b"Forum-A.Example.:8080"),
    *(b"notforum-a.example", b"sub.forum-a.example", b"other.example"),
)
IN_JSON = (b"\\/board\\/", b"\\u002fboard/", b"/b\\u006Fard/", b"\\u002Fx\\/y")


def ids(value: object) -> str:
    return value.name if isinstance(value, sources.Example) else str(value)


@st.composite
def damaged(draw: st.DrawFn, text: bytes) -> bytes:
    """Take the lines of an example, repeat and drop some, spell names otherwise, and corrupt a few bytes."""
    lines = text.split(b"\n")[:-1]
    head = [line for line in lines if line.startswith(b"#")]
    boards = BOARD + IN_JSON if text.startswith(b"{") else BOARD
    made = [*head]
    mark = draw(st.sampled_from([b"", b"", b"", b"\xef\xbb\xbf"]))
    for line in draw(st.lists(st.sampled_from([*lines, b"", b"\r"]), max_size=8)):
        board, host = draw(st.sampled_from(boards)), draw(st.sampled_from(HOST))
        made.append(line.replace(b"/board/", board).replace(b"forum-a.example", host))
    whole = mark + b"\n".join(made) + draw(st.sampled_from([b"", b"\n", b"\r\n"]))
    for _ in range(draw(st.integers(0, 2))):
        begin = draw(st.integers(0, len(whole)))
        end = min(len(whole), begin + draw(st.integers(0, 20)))
        whole = whole[:begin] + b"".join(draw(st.lists(st.sampled_from(NOISE), max_size=3))) + whole[end:]
    return whole


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=ids)
@given(data=st.data())
@settings(max_examples=25)
def test_lines_always_add_up_and_are_masked(
    name: str, example: sources.Example, read: Callable[..., Any], lines: Callable[..., Any], data: st.DataObject
) -> None:
    text = data.draw(damaged(example.text))
    file = read(name, text, **example.settings).file
    assert file.kept + sum(file.dropped.values()) + len(file.rejects) == len(lines(text))
    log_format = example.settings.get("log_format")
    for line in text.split(b"\n"):
        sources.ALL[name].mask(line, log_format if isinstance(log_format, str) else None)


@pytest.mark.parametrize(("name", "example"), WEB, ids=ids)
@given(data=st.data())
@settings(max_examples=40)
def test_the_prefilter_lets_every_line_through_that_reading_all_would_keep(
    name: str, example: sources.Example, read: Callable[..., Any], data: st.DataObject
) -> None:
    text = data.draw(damaged(example.text))
    stated: dict[str, Any] = {**example.settings, "targets": TARGETS}
    source = sources.ALL[name]
    facts = source.format.of(stated.get("log_format"))
    prefilter = Prefilter(Targets(TARGETS).names(facts.kind, facts.logs_host, stated.get("host")))
    whole_lines = text[: text.rfind(b"\n") + 1]
    passed: set[int] = set()
    if whole_lines:
        block = Block(0, bytearray(whole_lines), 0, len(whole_lines))
        passed = {line.number for hits in prefilter.lines(block, 1) for line in hits.lines}
    whole = read(name, text, **stated).file
    filtered = read(name, text, keep=lambda line: not line.ended or line.number in passed, **stated).file
    assert filtered.each() == whole.each()
    assert filtered.rejects == whole.rejects
    unseen = sum(whole.dropped.values()) - sum(filtered.dropped.values())
    filtered.dropped["not_watched"] += unseen
    assert +filtered.dropped == +whole.dropped


@pytest.mark.parametrize(("name", "example"), WEB, ids=ids)
def test_a_byte_order_mark_before_the_first_line_is_none_of_it(
    name: str, example: sources.Example, read: Callable[..., Any]
) -> None:
    """What exports a log may write one; of columns that a first line names nothing would be known else."""
    marked = read(name, b"\xef\xbb\xbf" + example.text, **example.settings).file
    plain = read(name, example.text, **example.settings).file
    stated: dict[str, Any] = {"event_id": "", "offset": 0, "length": 0}
    assert [one._replace(**stated) for one in marked.each()] == [one._replace(**stated) for one in plain.each()]
    assert marked.dropped == plain.dropped
    assert [(one.line, one.reason) for one in marked.rejects] == [(one.line, one.reason) for one in plain.rejects]


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=ids)
def test_a_login_that_an_example_holds_is_masked(name: str, example: sources.Example, read: Callable[..., Any]) -> None:
    log_format = example.settings.get("log_format")
    for event in read(name, example.text, **example.settings).events:
        if event.login is None:
            continue
        login = event.login.removeprefix("login ").encode()
        line = example.text.split(b"\n")[event.line - 1]
        masked = sources.ALL[name].mask(line, log_format if isinstance(log_format, str) else None)
        assert login not in masked
