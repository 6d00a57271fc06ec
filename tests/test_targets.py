"""Targets: which spellings are one name, which row concerns which target, and which lines hold a name at all."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from landmark.case import Target
from landmark.spellings import host_name, percent_decode, segments, split_absolute, unescape
from landmark.targets import Match, Targets

NOW = (1_000,)
LOGGED, NOT_LOGGED = True, False  # whether the log's format has the host that a request was for
NONE = Match(fits=False, target=None)


def target(id_: str, **more: object) -> Target:
    return Target(id_, **more)  # type: ignore[arg-type]


def hit(id_: str | None) -> Match:
    return Match(fits=True, target=id_)


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        (b"/board/", (b"board",)),
        (b"/board", (b"board",)),
        (b"//board///x", (b"board", b"x")),
        (b"/x/../board/./y", (b"board", b"y")),
        (b"/../board/..", ()),
        (b"/%62o%61rd", (b"board",)),
        (b"/a%2Fb", (b"a", b"b")),
        (b"/a%252Fb", (b"a%2Fb",)),
        (b"/x/%2e%2e/board", (b"board",)),
        (b"/a//../b", (b"b",)),
        (b"/Board;v=1", (b"Board;v=1",)),
        (b"/%zz%", (b"%zz%",)),
        (b"/...", (b"...",)),
    ],
)
def test_a_path_comes_to_its_segments(path: bytes, wanted: tuple[bytes, ...]) -> None:
    assert segments(path) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (b"forum-a.example", "forum-a.example"),
        (b"FORUM-A.Example.:8080", "forum-a.example"),
        (b"forum-a.example:", "forum-a.example"),
        ("bücher.example".encode(), "xn--bcher-kva.example"),
        ("BÜCHER.example.".encode(), "xn--bcher-kva.example"),
        (b"XN--BCHER-KVA.example:80", "xn--bcher-kva.example"),
        (b"[2001:DB8::1]:443", "[2001:db8::1]"),
        (b"a_b.example", "a_b.example"),
        (b"-", None),
        (b"", None),
        (b".", None),
        (b":80", None),
        (b"a b", None),
        (b'a"b', None),
        (b"a/b", None),
        (b"x" * 2000, None),
        (b"\xff.example", "\\xff.example"),
    ],
)
def test_a_host_comes_to_one_form(text: bytes, wanted: str | None) -> None:
    assert host_name(text) == wanted


def test_log_escapes_are_undone_once() -> None:
    assert unescape(rb"a\"b\\c\x2Fd\n\q\x2") == b'a"b\\c/d\n\\q\\x2'
    assert unescape(rb"\\x2F") == rb"\x2F"


def test_an_absolute_address_is_split_and_its_user_left_out() -> None:
    assert split_absolute(b"http://u:p@forum-a.example:80/board?x") == (b"forum-a.example:80", b"/board?x")
    assert split_absolute(b"http://forum-a.example") == (b"forum-a.example", b"")
    assert split_absolute(b"/http://forum-a.example") is None


def test_a_path_is_a_prefix_on_whole_segments() -> None:
    targets = Targets([target("a", host="forum-a.example", path="/board")])
    for path in (b"/board", b"/board/", b"/board/t/7"):
        assert targets.match_web("forum-a.example", segments(path), NOW) == hit("a")
    for path in (b"/boardroom/", b"/board.html", b"/old/board/", b"/Board", b"/"):
        assert targets.match_web("forum-a.example", segments(path), NOW) == NONE


def test_a_wildcard_does_not_match_the_bare_name_nor_a_longer_word() -> None:
    targets = Targets([target("b", host="*.forum-b.example")])
    assert targets.match_web("img.forum-b.example", (), NOW) == hit("b")
    assert targets.match_web("x.y.forum-b.example", (b"p",), NOW) == hit("b")
    assert targets.match_web("forum-b.example", (), NOW) == NONE
    assert targets.match_web("xforum-b.example", (), NOW) == NONE
    assert targets.reached_at("img.forum-b.example")
    assert not targets.reached_at("forum-b.example")


def test_a_target_with_a_host_never_matches_a_row_without_one() -> None:
    targets = Targets([target("a", host="forum-a.example", path="/board/")])
    assert targets.match_web(None, (b"board",), NOW) == NONE


def test_a_target_without_a_host_does_not_match_an_absolute_form() -> None:
    targets = Targets([target("a", path="/board/")])
    assert targets.match_web("other.example", (b"board",), NOW) == hit("a")
    assert targets.match_web(None, (b"board",), NOW) == hit("a")
    assert targets.match_web("other.example", (b"board",), NOW, absolute=True) == NONE
    assert targets.reached_at("other.example")
    assert not targets.reached_at("other.example", absolute=True)


def test_exact_goes_before_wildcard_then_the_longest_path_then_the_order_of_the_case() -> None:
    targets = Targets(
        [
            target("wild long", host="*.example", path="/a/b/"),
            target("exact", host="x.example", path="/a/"),
            target("exact too", host="x.example", path="/a"),
            target("exact long", host="x.example", path="/a/b"),
            target("wilder", host="*.y.example", path="/a/"),
        ]
    )
    assert targets.match_web("x.example", (b"a", b"b", b"c"), NOW) == hit("exact long")
    assert targets.match_web("x.example", (b"a", b"c"), NOW) == hit("exact")
    assert targets.match_web("z.y.example", (b"a", b"b"), NOW) == hit("wild long")
    assert targets.match_web("z.y.example", (b"a",), NOW) == hit("wilder")


def test_the_first_of_those_in_force_is_taken() -> None:
    targets = Targets(
        [
            target("late", host="x.example", path="/a/b", begin=2_000),
            target("early", host="x.example", path="/a", end=1_500),
        ]
    )
    assert targets.match_web("x.example", (b"a", b"b"), (1_000,)) == hit("early")
    assert targets.match_web("x.example", (b"a", b"b"), (2_000,)) == hit("late")
    assert targets.match_web("x.example", (b"a", b"b"), (1_500,)) == hit(None)
    assert targets.match_web("x.example", (b"a", b"b"), (1_499, 2_000)) == hit(None)


def test_news_names_are_literal_and_a_wildcard_does_not_match_the_bare_name() -> None:
    targets = Targets(
        [
            target("below", newsgroup="test.watched.*"),
            target("a", newsgroup="test.watched.a"),
            target("f", host="x.example"),
        ]
    )
    assert targets.match_news(b"test.watched.a", NOW) == hit("a")
    assert targets.match_news(b"test.watched.b.c", NOW) == hit("below")
    for group in (b"test.watched", b"test.watched.", b"Test.watched.a", b"test.watchedx.a"):
        assert targets.match_news(group, NOW) == NONE


def test_what_a_prefilter_seeks_follows_from_what_the_log_has() -> None:
    targets = Targets(
        [
            target("a", host="forum-a.example", path="/board/"),
            target("b", host="*.forum-b.example"),
            target("c", path="/c/d/"),
            target("g", newsgroup="test.watched.a"),
            target("h", newsgroup="test.more.*"),
        ]
    )
    assert targets.names("web", LOGGED, None) == (b".forum-b.example", b"/c/d", b"forum-a.example")
    assert targets.names("web", NOT_LOGGED, "forum-a.example") == (b".forum-b.example", b"/board", b"/c/d")
    assert targets.names("web", NOT_LOGGED, "img.forum-b.example") is None
    assert targets.names("news", NOT_LOGGED, None) == (b"test.more.", b"test.watched.a")


def test_every_line_holds_a_name_where_a_target_is_the_whole_of_a_host() -> None:
    for path in (None, "/", "//"):
        whole = Targets([target("a", host="forum-a.example", path=path)])
        assert whole.names("web", NOT_LOGGED, "FORUM-A.example.") is None
        assert whole.mentions(b"anything", "web", NOT_LOGGED, "forum-a.example")
        assert whole.names("web", NOT_LOGGED, "other.example") == (b"forum-a.example",)
        assert whole.names("web", LOGGED, None) == (b"forum-a.example",)
    assert Targets([target("a")]).names("web", LOGGED, None) is None


def test_an_international_host_is_sought_in_both_forms() -> None:
    targets = Targets([target("a", host="bücher.example")])
    names = targets.names("web", LOGGED, None)
    assert names is not None
    assert {b"xn--bcher-kva.example", "bücher.example".encode()} <= set(names)


@pytest.mark.parametrize(
    "line",
    [
        b"GET /a/board HTTP/1.0",
        b"GET /a/boardroom HTTP/1.0",
        b"GET //a///board/ HTTP/1.0",
        b"GET /a/./board HTTP/1.0",
        b"GET /x/../a/y/../board HTTP/1.0",
        b"GET /../../../../../../a/board",
        b"GET /%61/bo%61rd",
        b"GET %2Fa%2Fboard",
        b"GET /a/%2e/board?/../../..",
        rb"GET /\x61/board",
        b"GET /a/x/%2E%2E/board/../../../q",
    ],
)
def test_a_line_holds_a_path_in_every_spelling(line: bytes) -> None:
    targets = Targets([target("a", host="forum-a.example", path="/a/board/")])
    assert targets.mentions(line, "web", NOT_LOGGED, "forum-a.example")


@pytest.mark.parametrize(
    "line",
    [b"GET /a/boar", b"GET /A/board", b"GET /a%252Fboard", b"GET /a/b/../oard", b"GET /b/board", b"", b"%", b"\\"],
)
def test_a_line_that_spells_it_otherwise_holds_none(line: bytes) -> None:
    targets = Targets([target("a", host="forum-a.example", path="/a/board/")])
    assert not targets.mentions(line, "web", NOT_LOGGED, "forum-a.example")


@pytest.mark.parametrize(
    "line",
    [b"x FORUM-A.EXAMPLE y", "x BÜCHER.Example:80 y".encode(), rb"x b\xc3\xbccher.example y", b"XN--BCHER-KVA.EXAMPLE"],
)
def test_a_line_holds_a_host_in_every_spelling(line: bytes) -> None:
    targets = Targets([target("a", host="forum-a.example"), target("b", host="bücher.example")])
    assert targets.mentions(line, "web", LOGGED, None)
    assert not targets.mentions(b"forum-x.example bucher.example", "web", LOGGED, None)


def test_a_path_that_itself_needs_an_escape_is_held_in_its_accepted_spelling_only() -> None:
    targets = Targets([target("a", path="/100%25/")])
    assert targets.match_web(None, segments(b"/100%25/x"), NOW) == hit("a")
    assert targets.mentions(b"GET /100%25/x", "web", NOT_LOGGED, None)
    quoted = Targets([target("a", path='/say"hi"/')])
    assert quoted.mentions(rb"GET /say\"hi\"/", "web", NOT_LOGGED, None)
    assert quoted.mentions(b"GET /say%22hi%22/", "web", NOT_LOGGED, None)


def test_many_names_are_found_as_few_are() -> None:
    names = [f"/forum{number}/topic{number % 7}/" for number in range(300)]
    many = Targets([target(name, path=name) for name in names])
    for line in (b"GET /forum7/topic0 HTTP", b"GET /forum299/topic5", b"GET /forum299/topic4", b"GET /forum", b"/"):
        few = any(Targets([target(name, path=name)]).mentions(line, "web", NOT_LOGGED, None) for name in names)
        assert many.mentions(line, "web", NOT_LOGGED, None) is few


PIECES = st.lists(
    st.sampled_from(
        [
            b"/",
            b"a",
            b"b",
            b"..",
            b".",
            b"%2F",
            b"%2e",
            b"%61",
            b"%25",
            rb"\x2f",
            rb"\x61",
            b"?",
            b"#",
            b" ",
            b"x",
            b"//",
        ]
    ),
    max_size=14,
).map(b"".join)


@given(before=PIECES, path=PIECES, after=PIECES)
@example(before=b"", path=b"a/%2e/b", after=b"?/../..")
def test_a_line_holds_the_name_of_every_target_that_its_path_fits(before: bytes, path: bytes, after: bytes) -> None:
    for name in ("/a/b", "/a", "/a/b/a"):
        targets = Targets([target("t", path=name)])
        asked = b"/" + path
        line = before + b' "GET ' + asked + b' HTTP/1.0" ' + after
        cut = unescape(asked).partition(b"?")[0].partition(b"#")[0]
        if targets.match_web(None, segments(cut), NOW).fits:
            assert targets.mentions(line, "web", NOT_LOGGED, None)


@given(st.binary(max_size=60))
def test_no_bytes_are_too_odd(text: bytes) -> None:
    targets = Targets(
        [
            target("a", host="bücher.example", path="/a/b"),
            target("b", path='/"/%5c/'),
            target("g", newsgroup="test.x.*"),
        ]
    )
    for kind in ("web", "news"):
        targets.mentions(text, kind, LOGGED, None)
        targets.mentions(text, kind, NOT_LOGGED, None)
    targets.match_news(text, NOW)
    assert host_name(text) is None or isinstance(host_name(text), str)
    assert percent_decode(percent_decode(text)) is not None
    segments(text)


@given(st.text("abü%/.*", min_size=1, max_size=12))
def test_the_names_for_the_prefilter_are_never_empty_strings(path: str) -> None:
    names = Targets([target("a", path="/" + path)]).names("web", NOT_LOGGED, None)
    assert names is None or all(len(name) > 1 for name in names)
