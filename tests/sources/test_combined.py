"""The combined format, line by line: what is kept, what is not, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from landmark import sources
from landmark.case import Target

if TYPE_CHECKING:
    from collections.abc import Callable

    Web = Callable[..., Any]

WHEN = "[02/Oct/2001:10:00:00 +0000]"


def line(request: str = "GET /board/ HTTP/1.1", **parts: str) -> bytes:
    given = {"client": "192.0.2.1", "user": "-", "when": WHEN, "status": "200", "size": "512", **parts}
    given = {"referrer": "-", "agent": "Reader/1.0", "more": "", **given}
    text = '{client} - {user} {when} "{request}" {status} {size} "{referrer}" "{agent}"{more}'
    return text.format(request=request, **given).encode()


def event_of(web: Web, text: bytes, **settings: object) -> Any:  # noqa: ANN401 - an event, its columns of any type
    (event,) = web(text, **settings).events
    return event


def reason_of(web: Web, text: bytes, **settings: object) -> str:
    outcome = web(text, **settings)
    assert not outcome.events
    reasons = [*outcome.dropped, *(reason for _, reason in outcome.rejected)]
    assert len(reasons) == 1
    return str(reasons[0])


def test_an_event_has_every_column_that_the_format_has(web: Web) -> None:
    text = line("GET /board/t?id=7 HTTP/1.1", referrer="http://forum-a.example/board/")
    event = event_of(web, text, series="access.log", server="192.0.2.80:80")
    assert event.event_id.endswith("-000000000000000")
    assert len(event.event_id) == 32
    assert (event.line, event.offset, event.length) == (1, 0, len(text))
    assert (event.time, event.time_until) == (1_002_016_800_000_000, None)
    assert (event.time_text, event.zone, event.zone_known) == ("02/Oct/2001:10:00:00 +0000", "+0000", "stated")
    assert (event.client_address, event.client_host, event.client_port) == ("192.0.2.1", None, None)
    assert (event.protocol, event.destination, event.host) == ("tcp", "192.0.2.80:80", "forum-a.example")
    assert (event.target, event.action, event.object) == ("forum-a", "open", "/board/t?id=7")
    assert (event.status, event.bytes, event.agent) == (200, 512, "Reader/1.0")
    assert (event.referrer, event.referred) == ("http://forum-a.example/board/", "own")
    assert (event.counts, event.reason, event.static) == (True, None, False)
    assert (event.login, event.login_verified, event.login_account) == (None, False, None)
    assert (event.connection, event.articles, event.series) == (None, None, "access.log")
    assert (event.instants, event.first_instant, event.last_instant) == ((event.time,), event.time, event.time)


@pytest.mark.parametrize(
    ("written", "address", "host"),
    [
        ("::ffff:192.0.2.111", "192.0.2.111", None),
        ("2001:DB8:0:0:0:0:0:B", "2001:db8::b", None),
        ("[2001:db8::b]", "2001:db8::b", None),
        ("fe80::1%eth0", "fe80::1", None),
        ("Host-A.Example", None, "host-a.example"),
        ("unknown", None, "unknown"),
    ],
)
def test_a_client_has_one_form(web: Web, written: str, address: str | None, host: str | None) -> None:
    event = event_of(web, line(client=written))
    assert (event.client_address, event.client_host) == (address, host)


@pytest.mark.parametrize(
    "written", ["192.0.2.1192.0.2.2", "192.0.02.1", "192.0.2.1:4000", "-", "!!!", "\0\x00192.0.2.1", "x" * 300, "a,b"]
)
def test_a_client_that_is_neither_address_nor_host_is_malformed(web: Web, written: str) -> None:
    assert reason_of(web, line(client=written)) == "malformed"


@pytest.mark.parametrize(
    ("user", "login"),
    [
        ("mary jane", "login mary jane"),
        ("-", None),
        ('""', None),
        ("o'neil-7", "login o'neil-7"),
        ("203.0.113.99 old", "login 203.0.113.99 old"),
        ("-x", "login -x"),
    ],
)
def test_a_user_field_may_hold_blanks(web: Web, user: str, login: str | None) -> None:
    assert event_of(web, line(user=user)).login == login


@pytest.mark.parametrize("user", ["a [b", 'a"b', '"a"', "a - b", "- -", "- a", '"" -', " ", "a -"])
def test_a_user_field_that_two_writes_may_have_made_is_malformed(web: Web, user: str) -> None:
    assert reason_of(web, line(user=user)) == "malformed"


@pytest.mark.parametrize(
    ("nginx", "apache"),
    [(r"zo\xC3\xAB", r"zo\xc3\xab"), (r"anna\x5Cbell", r"anna\\bell"), (r"a\x09b", r"a\tb")],
)
def test_a_name_that_two_servers_escape_each_in_its_own_way_is_one_login(web: Web, nginx: str, apache: str) -> None:
    there, here = (event_of(web, line(user=user)).login for user in (nginx, apache))
    assert there == here
    assert "\\x" not in str(here)


def test_a_login_is_verified_under_the_stated_paths_only_and_not_when_refused(web: Web) -> None:
    stated = {"login_verified": ("/board/members/",)}
    under = event_of(web, line("GET /board/x/../members/1", user="anna"), **stated)
    assert (under.login_verified, under.login_account) == (True, "account anna")
    for request, status in (
        ("GET /board/membership", "200"),
        ("GET /board/members", "401"),
        ("GET /board/members", "403"),
    ):
        other = event_of(web, line(request, user="anna", status=status), **stated)
        assert (other.login, other.login_verified, other.login_account) == ("login anna", False, None)
    assert not event_of(web, line("GET /board/members/"), **stated).login_verified


@pytest.mark.parametrize(
    "when",
    [
        *("[31/Feb/2001:10:00:00 +0000]", "[02/Oct/2001:24:00:00 +0000]", "[02/Oct/2001:10:60:00 +0000]"),
        *("[02/Oct/2001:10:00:60 +0000]", "[02/Oct/2001:10:00:00 +1500]", "[02/Oct/2001:10:00:00 +0160]"),
        *("[00/Oct/2001:10:00:00 +0000]", "[02/Oct/0000:10:00:00 +0000]"),
    ],
)
def test_a_time_that_cannot_be_is_a_bad_time(web: Web, when: str) -> None:
    assert reason_of(web, line(when=when)) == "bad_time"


@pytest.mark.parametrize(
    "when",
    [
        *("[02/Oct/2001:10:00 +0000]", "[2/Oct/2001:10:00:00 +0000]", "[02/Okt/2001:10:00:00 +0000]", "[]"),
        *("[02/Oct/2001:10:00:00]", "[02/Oct/2001:10:00:00 GMT]", "02/Oct/2001:10:00:00 +0000"),
    ],
)
def test_a_time_whose_form_is_broken_is_malformed(web: Web, when: str) -> None:
    assert reason_of(web, line(when=when)) == "malformed"


def test_the_window_is_half_open_and_the_clocks_deviation_is_taken_off(web: Web) -> None:
    first, last = "[01/Oct/2001:02:00:00 +0200]", "[14/Oct/2001:19:59:59 -0400]"
    assert event_of(web, line(when=first)).time_text == first[1:-1]
    event_of(web, line(when=last))
    assert reason_of(web, line(when="[14/Oct/2001:20:00:00 -0400]")) == "outside_window"
    assert reason_of(web, line(when=first), clock_ahead=1) == "outside_window"
    assert event_of(web, line(), clock_ahead=432_000_000).time == 1_002_016_368_000_000


def test_a_target_that_is_not_in_force_is_outside_the_window(web: Web, micros: Callable[[str], int]) -> None:
    late = Target("late", host="forum-a.example", path="/board/", begin=micros("2001-10-02T10:00:01Z"))
    assert reason_of(web, line(), targets=[late]) == "outside_window"
    whole = Target("whole", host="forum-a.example")
    assert event_of(web, line(), targets=[late, whole]).target == "whole"


@pytest.mark.parametrize(
    ("request_", "target", "object_"),
    [
        ("GET /board", "forum-a", "/board"),
        ("GET /board/", "forum-a", "/board/"),
        ("GET /board/a b c HTTP/1.1", "forum-a", "/board/a b c"),
        ("GET /%62oard/?a#b HTTP/1.1", "forum-a", "/%62oard/?a#b"),
        ("GET //board HTTP/1.1", "forum-a", "//board"),
        (r"GET /board/\"x\" HTTP/1.1", "forum-a", r"/board/\"x\""),
        ("GET http://u@FORUM-A.example:80/board/ HTTP/1.1", "forum-a", "/board/"),
        ("get /board/ HTTP/1.1", "forum-a", "/board/"),
        ("GET /board/  HTTP/1.1", "forum-a", "/board/"),
    ],
)
def test_a_request_is_read(web: Web, request_: str, target: str, object_: str) -> None:
    event = event_of(web, line(request_))
    assert (event.target, event.object) == (target, object_)


@pytest.mark.parametrize(
    "request_",
    ["-", "", r"\x16\x03\x01/board", "OPTIONS * HTTP/1.0", "GET", "GET HTTP/1.1", "GET board/ HTTP/1.1", "/board/"],
)
def test_a_request_that_cannot_be_read_concerns_no_target(web: Web, request_: str) -> None:
    assert reason_of(web, line(request_, agent="/board/")) == "not_watched"


def test_an_absolute_form_names_its_own_host(web: Web) -> None:
    assert reason_of(web, line("GET http://other.example/board/ HTTP/1.1")) == "other_host"
    everywhere = [Target("a", path="/board/")]
    assert reason_of(web, line("GET http://forum-a.example/board/ HTTP/1.1"), targets=everywhere) == "other_host"
    assert event_of(web, line(), targets=everywhere, host=None).host is None


def test_connect_reaches_a_target_without_path(web: Web) -> None:
    whole = [Target("b", host="forum-b.example")]
    event = event_of(web, line("CONNECT forum-b.example:443 HTTP/1.1"), targets=whole)
    assert (event.action, event.reason, event.object, event.host) == ("connect", "method", None, "forum-b.example")
    assert reason_of(web, line("CONNECT forum-b.example.cdn.example:443 HTTP/1.1"), targets=whole) == "other_host"
    placed = [Target("b", host="forum-b.example", path="/x/")]
    connect = line("CONNECT forum-b.example:443 HTTP/1.1", agent="/x/")
    assert reason_of(web, connect, targets=placed) == "mention_only"


def test_where_a_name_stands_elsewhere_it_is_a_mention(web: Web) -> None:
    for text in (
        line("GET /img/dot.gif", referrer="http://forum-a.example/board/"),
        line("GET /news.html", agent="Fetcher (+http://forum-a.example/board/)"),
        line("GET /out?to=http%3A%2F%2Fforum-a.example%2Fboard%2F"),
        line("GET /x#/board/"),
        line("GET /x", user="/board"),
        line("GET /x", more=' "/board/"'),
    ):
        assert reason_of(web, text) == "mention_only"
    assert reason_of(web, line("GET /boardroom/")) == "not_watched"
    assert reason_of(web, line("GET /old/board/")) == "not_watched"


def test_a_line_without_a_name_is_not_watched_whatever_else_it_is(web: Web) -> None:
    for text in (b"!!!", b"\0\0\0", b'" [', line("GET /x", when="[31/Feb/2001:10:00:00 +0000]")):
        assert reason_of(web, text) == "not_watched"


def test_an_unclosed_quote_or_leading_nuls_are_malformed_and_the_next_line_is_read(web: Web) -> None:
    outcome = web(line(agent='x"'), b"\0" * 99 + line(), line(more=' "/board'), line())
    assert outcome.rejected == [(1, "malformed"), (2, "malformed"), (3, "malformed")]
    assert [event.line for event in outcome.events] == [4]


def test_a_carriage_return_belongs_to_the_end_of_the_line(web: Web) -> None:
    text = line() + b"\r"
    event = event_of(web, text)
    assert (event.agent, event.length) == ("Reader/1.0", len(text))
    assert reason_of(web, b"\r") == "empty"
    assert reason_of(web, b"") == "empty"


def test_a_last_line_without_newline_is_kept_where_it_reads_and_else_truncated(read: Callable[..., Any]) -> None:
    whole = line()
    assert len(read("combined", whole, host="forum-a.example").events) == 1
    assert read("combined", whole[:-1], host="forum-a.example").rejected == [(1, "truncated")]
    assert read("combined", b"xyz", host="forum-a.example").rejected == [(1, "truncated")]
    assert read("combined", line("GET /x")[:-1]).rejected == [(1, "truncated")]
    assert read("combined", line("GET /x"), host="forum-a.example").dropped == {"not_watched": 1}


@pytest.mark.parametrize(
    ("method", "status", "reason"),
    [
        *(("GET", "200", None), ("GET", "206", None), ("GET", "304", None), ("GET", "302", "failed")),
        *(("GET", "404", "failed"), ("GET", "-", "failed"), ("POST", "302", None), ("POST", "303", None)),
        *(("POST", "301", "failed"), ("POST", "200", None), ("HEAD", "404", "method"), ("PUT", "200", "method")),
    ],
)
def test_what_was_reached_counts(web: Web, method: str, status: str, reason: str | None) -> None:
    event = event_of(web, line(f"{method} /board/ HTTP/1.1", status=status, size="-"))
    assert (event.counts, event.reason, event.bytes) == (reason is None, reason, None)


@pytest.mark.parametrize(
    ("request_", "action"),
    [
        ("POST /board/?q=x", "post"),
        ("GET /board/?page=2&q=x", "search"),
        ("GET /board/a.png?search=x", "search"),
        ("GET /board/?%71=x", "search"),
        ("GET /board/?qq=x&x=q", "open"),
        ("GET /board/A.JPG?x=1", "fetch"),
        ("GET /board/.css", "fetch"),
        ("GET /board/a.png/", "fetch"),
        ("GET /board/a.html", "open"),
        ("HEAD /board/a.png", "other"),
        ("DELETE /board/", "other"),
    ],
)
def test_an_action_follows_from_the_request(web: Web, request_: str, action: str) -> None:
    assert event_of(web, line(f"{request_} HTTP/1.1")).action == action


@pytest.mark.parametrize(
    ("referrer", "referred"),
    [
        *(("-", "none"), ("", "none"), ("http://FORUM-A.example.:8080/x", "own"), ("https://forum-a.example", "own")),
        *(
            ("http://other.example/", "other"),
            ("about:blank", "unknown"),
            ("/board/", "unknown"),
            ("http:///x", "unknown"),
        ),
    ],
)
def test_a_referrer_is_none_own_other_or_unknown(web: Web, referrer: str, referred: str) -> None:
    assert event_of(web, line(referrer=referrer)).referred == referred


def test_an_embed_needs_a_static_object_a_foreign_referrer_and_a_known_host(web: Web) -> None:
    foreign = {"referrer": "http://other.example/"}
    picture = "GET /board/a.gif HTTP/1.1"
    for name in ("a.gif", "a.JPG", "a.css", "a.woff", "a.mid", "a.qt", "a.xbm"):
        assert event_of(web, line(f"GET /board/{name} HTTP/1.1", **foreign)).reason == "embed"
    assert event_of(web, line("GET /board/a.html HTTP/1.1", **foreign)).reason is None
    assert event_of(web, line(picture, referrer="http://forum-a.example/")).reason is None
    assert event_of(web, line(picture, status="404", **foreign)).reason == "failed"
    unknown = event_of(web, line(picture, **foreign), host=None, targets=[Target("a", path="/board/")])
    assert (unknown.reason, unknown.referred, unknown.host) == (None, "unknown", None)


@pytest.mark.parametrize(
    ("more", "number", "port"),
    [
        (' "203.0.113.9" 40001', 2, 40001),
        (' "40001"', 1, 40001),
        (" 40001", 2, None),
        (" 65536", 1, None),
        (" 0", 1, None),
        (" 080", 1, None),
        (' "40001, 40002"', 1, None),
        (' "a b" x="c d" 7', 3, 7),
        (" 40001", None, None),
        ("", 1, None),
    ],
)
def test_a_port_is_taken_from_the_field_that_the_case_names(
    web: Web, more: str, number: int | None, port: int | None
) -> None:
    assert event_of(web, line(more=more), client_port=number).client_port == port


def test_a_common_line_has_neither_referrer_nor_agent(web: Web) -> None:
    event = event_of(web, b'192.0.2.1 - - [02/Oct/2001:10:00:00 +0000] "GET /board/ HTTP/1.0" 200 512')
    assert (event.agent, event.referrer, event.referred) == (None, None, "none")
    assert (
        reason_of(web, b'192.0.2.1 - - [02/Oct/2001:10:00:00 +0000] "GET /board/ HTTP/1.0" 200 512 "-"') == "malformed"
    )


def test_bytes_that_are_no_text_stay_recognisable(web: Web) -> None:
    event = event_of(web, line(agent="@").replace(b"@", b"\xff\x00\xc3\xa9"))
    assert event.agent == "\\xff\0é"


def test_a_name_in_a_referrers_address_is_not_kept(web: Web) -> None:
    event = event_of(web, line(referrer="http://mary:secret@forum-a.example/board/"))
    assert event.referrer == "http://***@forum-a.example/board/"
    assert event.referred == "own"
    event = event_of(web, line(referrer="http://mary@isp.example:secret@forum-a.example/board/"))
    assert (event.referrer, event.referred) == ("http://***@forum-a.example/board/", "own")


def test_what_is_shown_is_masked() -> None:
    mask = sources.ALL["combined"].mask
    assert mask(line(user="mary jane")) == line(user="***")
    assert mask(line(user="-") + b"\r") == line(user="-") + b"\r"
    assert mask(line(user='a"b')) == b"*" * len(line(user='a"b'))
    assert b"mary" not in mask(line(referrer="http://mary@forum-a.example/", user="mary"))


def hostile() -> list[bytes]:
    size = 1 << 20
    fills = (
        b"\\",
        b'\\"',
        b" ",
        b"/a",
        b"[",
        b"%2",
        b"//",
        b"/..",
        b"..",
        b":",
        b"a:1:",
        b"x ",
        b"&q",
        b"1",
        b"\xc3\xa9 ",
    )
    heads = (
        b"192.0.2.1 - ",
        b'192.0.2.1 - - [02/Oct/2001:10:00:00 +0000] "GET /board/',
        b'192.0.2.1 - - [02/Oct/2001:10:00:00 +0000] "GET /board/ HTTP/1.0" 200 1 "http://',
        b'192.0.2.1 - - [02/Oct/2001:10:00:00 +0000] "GET /board/ HTTP/1.0" 200 1 "-" "a" ',
        b"/board",
    )
    return [head + fill * (size // len(fill)) for head in heads for fill in fills]


@pytest.mark.parametrize("format_", ["combined", "vhost_combined"])
def test_a_hostile_line_of_a_mebibyte_costs_time_in_proportion(format_: str, read: Callable[..., Any]) -> None:
    prefix = b"forum-a.example " if format_ == "vhost_combined" else b""
    texts = [prefix + text for text in hostile()]
    # What is not linear takes hours: that it ends is the test.
    file = read(
        format_,
        b"\n".join(texts) + b"\n",
        targets=[Target("a", host="bücher.example", path="/board/x")],
        host="b.example",
    ).file
    assert file.kept + sum(file.dropped.values()) + len(file.rejects) == len(texts)
