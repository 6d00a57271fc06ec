"""The virtual host before a combined line: whose word it is, and that it shifts nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from landmark import sources
from landmark.case import Target

if TYPE_CHECKING:
    from collections.abc import Callable

REST = b'192.0.2.1 - - [02/Oct/2001:10:00:00 +0000] "GET /board/ HTTP/1.1" 200 5 "-" "a"'


@pytest.mark.parametrize(
    "host", [b"forum-a.example", b"FORUM-A.example:80", b"forum-a.example.", rb"forum\x2da.example"]
)
def test_a_host_is_known_in_every_spelling(read: Callable[..., Any], host: bytes) -> None:
    (event,) = read("vhost_combined", host + b" " + REST + b"\n").events
    assert (event.target, event.host, event.client_address) == ("forum-a", "forum-a.example", "192.0.2.1")


def test_an_international_host_is_known_in_both_forms(read: Callable[..., Any]) -> None:
    targets = [Target("a", host="bücher.example")]
    for host in (b"xn--bcher-kva.example:80", "BÜCHER.example".encode(), rb"b\xc3\xbccher.example"):
        (event,) = read("vhost_combined", host + b" " + REST + b"\n", targets=targets).events
        assert event.host == "xn--bcher-kva.example"


@pytest.mark.parametrize(
    "host",
    [
        b"forum-a.example 192.0.2.99",
        b"forum-a.example 192.0.2.99 x",
        b"forum-a.example 192.0.2.99 - x",
        b"forum-a.example 192.0.2.99 - - [02/Oct/2001:09:00:00 +0000]",
        b'forum-a.example"',
        rb"forum-a.example\"",
        b'forum-a.example 192.0.2.99 - - [02/Oct/2001:09:00:00 +0000] "GET /board/ HTTP/1.1" 200 5',
    ],
)
def test_a_host_with_a_blank_or_quote_is_malformed(read: Callable[..., Any], host: bytes) -> None:
    assert read("vhost_combined", host + b":80 " + REST + b"\n").rejected == [(1, "malformed")]
    named = REST.replace(b" - - ", b" ident user ")
    assert read("vhost_combined", host + b":80 " + named + b"\n").rejected == [(1, "malformed")]


def test_a_line_that_begins_with_nuls_is_malformed(read: Callable[..., Any]) -> None:
    text = b"\0\0\0forum-a.example " + REST + b"\nforum-a.example " + REST + b"\n"
    outcome = read("vhost_combined", text)
    assert outcome.rejected == [(1, "malformed")]
    assert [event.line for event in outcome.events] == [2]


def test_a_row_whose_host_is_not_logged_matches_a_target_without_host_only(read: Callable[..., Any]) -> None:
    text = b"- " + REST + b"\n"
    targets = [Target("a", host="forum-a.example", path="/board/"), Target("c", path="/board/")]
    assert [event.target for event in read("vhost_combined", text, targets=targets).events] == ["c"]
    assert read("vhost_combined", text).dropped == {"not_watched": 1}


def test_what_the_log_states_is_not_taken_for_the_rows_own_host(read: Callable[..., Any]) -> None:
    text = b"www.forum-a.example " + REST + b"\n"
    assert read("vhost_combined", text, host="forum-a.example").dropped == {"other_host": 1}


def test_an_absolute_form_goes_before_the_virtual_host(read: Callable[..., Any]) -> None:
    text = b"forum-a.example " + REST.replace(b"/board/ ", b"http://other.example/board/ ") + b"\n"
    assert read("vhost_combined", text).dropped == {"other_host": 1}


def test_what_is_shown_is_masked() -> None:
    text = b"forum-a.example:80 " + REST.replace(b"- - ", b"- mary ")
    assert sources.ALL["vhost_combined"].mask(text) == text.replace(b"mary", b"***")
