"""Readers of a server that writes a name and no process number: whose group it was, where that can be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from landmark import sources
from landmark.sources.dreaderd import label_of

if TYPE_CHECKING:
    from collections.abc import Callable

END = "groups=1 arts=3 bytes=9 posts=0 postbytes=0 postfail=0 vserv=default secs=9"


@pytest.fixture
def diablo(read: Callable[..., Any]) -> Callable[..., Any]:
    """Read lines, each a time and a message of dreaderd's."""

    def run(text: str) -> Any:  # noqa: ANN401 - what `read` gives
        rows = [line.strip().split(" ", 1) for line in text.strip().splitlines()]
        whole = "".join(f"Oct  2 {time} news1 dreaderd[41]: {message}\n" for time, message in rows)
        return read("diablo", whole.encode(), zone="UTC", year=2001)

    return run


def test_a_group_belongs_to_who_was_connected_under_its_label(diablo: Callable[..., Any]) -> None:
    outcome = diablo(f"""
        10:00:00 connect to default from host-a.example (192.0.2.1:40001)
        10:00:01 connect to default from host-b.example ([2001:db8::1]:40002)
        10:05:00 info host-b.example group test.watched.a articles 3 bytes 9
        10:05:00 closed from host-b.example ([2001:db8::1]:40002) {END}
        10:06:00 closed from host-a.example (192.0.2.1:40001) {END}
        10:07:00 info host-b.example group test.watched.a articles 3 bytes 9
    """)
    assert [event.line for event in outcome.events] == [2, 3, 4]
    assert {(event.client_address, event.client_port) for event in outcome.events} == {("2001:db8::1", 40002)}
    assert outcome.rejected == [(6, "orphan")]


def test_of_several_connections_under_a_label_the_port_is_nobodys_and_both_ends_are_the_outermost(
    diablo: Callable[..., Any], micros: Callable[[str], int]
) -> None:
    outcome = diablo(f"""
        10:00:00 connect to default from host-a.example (192.0.2.1:40001)
        10:01:00 connect to default from host-a.example (192.0.2.1:40002)
        10:02:00 closed from host-a.example (192.0.2.1:40001) {END}
        10:05:00 info host-a.example group test.watched.a articles 3 bytes 9
        10:05:00 closed from host-a.example (192.0.2.1:40002) {END}
    """)
    assert {(event.client_address, event.client_port) for event in outcome.events} == {("192.0.2.1", None)}
    assert {event.instants for event in outcome.events} == {
        (micros("2001-10-02T10:00:00Z"), micros("2001-10-02T10:05:00Z"))
    }
    assert len({event.connection for event in outcome.events}) == 1


def test_a_name_that_two_addresses_bear_gives_no_address(diablo: Callable[..., Any]) -> None:
    outcome = diablo("""
        10:00:00 connect to default from host-a.example (192.0.2.1:40001)
        10:01:00 connect to default from host-a.example (192.0.2.2:40002)
        10:05:00 info host-a.example group test.watched.a articles 3 bytes 9
    """)
    assert {(event.client_address, event.client_host) for event in outcome.events} == {(None, "host-a.example")}


def test_who_comes_after_everybody_left_is_somebody_else(diablo: Callable[..., Any]) -> None:
    outcome = diablo(f"""
        10:00:00 connect to default from pool.example (192.0.2.1:40001)
        10:01:00 killed from pool.example (192.0.2.1:40001)
        10:02:00 connect to default from pool.example (192.0.2.2:40001)
        10:05:00 info pool.example group test.watched.a articles 3 bytes 9
        10:05:00 closed from pool.example (192.0.2.2:40001) {END}
    """)
    assert {(event.client_address, event.client_port) for event in outcome.events} == {("192.0.2.2", 40001)}


def test_a_client_without_a_name_is_its_address(diablo: Callable[..., Any]) -> None:
    outcome = diablo("""
        10:00:00 connect to default from 192.0.2.1 (192.0.2.1:40001)
        10:05:00 info 192.0.2.1 group test.watched.a articles 3 bytes 9
    """)
    assert {(event.client_address, event.client_host) for event in outcome.events} == {("192.0.2.1", None)}


@pytest.mark.parametrize(
    "line",
    [
        "info host-a.example [41/3] < x group test.watched.a articles 3 bytes 9",
        "host-a.example [41/3] $ group test.watched.a articles 3 bytes 9",
        "host-a.example [41/3] < info host-a.example group test.watched.a articles 3 bytes 9",
        "info host-a.example newnews test.watched.a 011002 100000 GMT",
        f"closed from host-a.example (192.0.2.9:1) {END}",
    ],
)
def test_what_a_client_chose_makes_no_row(diablo: Callable[..., Any], line: str) -> None:
    outcome = diablo(f"10:00:00 connect to default from host-a.example (192.0.2.1:40001)\n10:05:00 {line}")
    assert outcome.events == []
    assert outcome.rejected == []
    assert outcome.dropped == {"not_watched": 2}


@pytest.mark.parametrize(
    ("label", "host", "login"),
    [
        (b"host-a.example", b"host-a.example", None),
        (b"mary/host-a.example", b"host-a.example", b"mary"),
        (b"mary@provider.example/host-a.example", b"host-a.example", b"mary@provider.example"),
        (b"mary/root@host-a.example", b"host-a.example", None),
        (b"root@host-a.example", b"host-a.example", None),
        (b"@host-a.example", b"@host-a.example", None),
    ],
)
def test_a_label_is_taken_apart(label: bytes, host: bytes, login: bytes | None) -> None:
    assert label_of(label) == (host, login)


@pytest.mark.parametrize("label", ["mary/host-a.example", "mary/root@host-a.example", "root@host-a.example"])
def test_a_name_in_a_label_is_masked(label: str) -> None:
    for message in (
        f"connect to default from {label} (192.0.2.1:40001)",
        f"info {label} group test.watched.a articles 3 bytes 9",
        f"closed from {label} (192.0.2.1:40001) {END}",
        f"counters {label} default",
    ):
        masked = sources.ALL["diablo"].mask(f"Oct  2 10:00:00 news1 dreaderd[41]: {message}".encode())
        assert b"mary" not in masked
        assert b"root" not in masked
    assert b"host-a.example" in sources.ALL["diablo"].mask(
        f"Oct  2 10:00:00 news1 dreaderd[41]: info {label} group test.watched.a articles 3 bytes 9".encode()
    )
