"""Readers of a server that writes a name and no process number: whose group it was, where that can be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


STEP = st.tuples(
    st.sampled_from(["connect", "closed", "info"]),
    st.sampled_from(["pool.example", "mary/pool.example"]),
    st.sampled_from(["192.0.2.1:1", "192.0.2.1:2", "192.0.2.2:3"]),
)


@given(st.lists(STEP, max_size=30))
def test_nobody_is_ever_told_a_group_who_was_not_connected_under_its_label(
    read: Callable[..., Any], steps: list[tuple[str, str, str]]
) -> None:
    connected: dict[str, set[str]] = {}
    lines: list[str] = []
    expected: dict[int, set[str]] = {}
    for kind, label, end in steps:
        there = connected.setdefault(label, set())
        if kind == "info":
            message = f"info {label} group test.watched.a articles 1 bytes 9"
            expected[len(lines) + 1] = set(there)
        elif kind == "connect" and all(end not in ends for ends in connected.values()):
            there.add(end)
            message = f"connect to default from {label} ({end})"
        elif kind == "closed" and end in there:
            there.remove(end)
            message = f"closed from {label} ({end}) {END}"
        else:
            continue
        lines.append(f"Oct  2 10:00:{len(lines):02} news1 dreaderd[41]: {message}\n")
    file = read("diablo", "".join(lines).encode(), zone="UTC", year=2001).file
    assert [reject.line for reject in file.rejects] == [line for line, there in expected.items() if not there]
    for event in file.events:
        if event.target is None:
            continue
        there = expected[event.line]
        assert event.client_address is None or {event.client_address} == {one.partition(":")[0] for one in there}
        assert event.client_port is None or {f"{event.client_address}:{event.client_port}"} == there


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
