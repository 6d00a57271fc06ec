"""Flows as `conntrack -E` and ulogd write them: which port is the public one, and for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from landmark.assignments import ALL, FileLeases, Settings, Wanted
from landmark.lines import Line

if TYPE_CHECKING:
    from landmark.assignments import Lease

OUTER = "203.0.113.5"
SECOND = 1_000_000
BEGIN = 1_002_049_200 * SECOND


def read(name: str, *texts: str, address: str = OUTER) -> FileLeases:
    offsets = [sum(len(text) + 1 for text in texts[:number]) for number in range(len(texts))]
    lines = [Line(n + 1, offsets[n], text.encode(), ended=True) for n, text in enumerate(texts)]
    settings = Settings(lambda account: account.hex(), zone="UTC", year=2001)
    wanted = Wanted(frozenset({address}), frozenset(), 0, 4_000_000_000 * SECOND)
    (reading,) = ALL[name].read([lines], settings, wanted)
    assert reading.kept + reading.dropped.total() + len(reading.rejects) == len(lines)
    return reading


def flow(  # noqa: PLR0913 - a flow has that many facts
    event: str,
    at: float,
    *,
    inner: str = "10.0.0.2",
    port: int = 1024,
    server: str = "192.0.2.80",
    asked: str | None = None,
    outer: str = OUTER,
    more: str = "",
) -> str:
    state = {"NEW": "120 SYN_SENT ", "UPDATE": "60 SYN_RECV ", "DESTROY": "CLOSE "}[event]
    asked = asked or server
    tuples = f"src={inner} dst={asked} sport=42044 dport=80 src={server} dst={outer} sport=80 dport={port}"
    return f"[{1_002_049_200 + at:.6f}]\t{f'[{event}]':>9} ipv4     2 tcp      6 {state}{tuples}{more}"


def sides(leases: list[Lease]) -> list[tuple[str | None, int | None, str | None, bool]]:
    return [(lease.inner, lease.port_from, lease.destination, lease.doubtful) for lease in leases]


def test_one_outer_port_serves_two_inner_hosts_at_once_to_two_destinations() -> None:
    reading = read(
        "conntrack",
        flow("NEW", 0),
        flow("NEW", 1, inner="10.0.1.2", server="192.0.2.81"),
        flow("DESTROY", 5),
        flow("DESTROY", 6, inner="10.0.1.2", server="192.0.2.81"),
    )
    assert sides(reading.leases) == [
        ("10.0.0.2", 1024, "192.0.2.80:80", False),
        ("10.0.1.2", 1024, "192.0.2.81:80", False),
    ]


def test_the_destination_is_the_server_that_answers_not_the_one_that_was_asked() -> None:
    (lease,) = read("conntrack", flow("NEW", 0, asked="192.0.2.7"), flow("DESTROY", 5, asked="192.0.2.7")).leases
    assert lease.destination == "192.0.2.80:80"


def test_an_update_only_shows_that_the_flow_is_alive() -> None:
    reading = read("conntrack", flow("NEW", 0), flow("UPDATE", 3))
    assert [(one.begin - BEGIN, one.doubtful, one.ends) for one in reading.leases] == [
        (0, False, "last_seen"),
        (3 * SECOND, True, "open"),
    ]


def test_the_identifier_tells_two_flows_of_one_pair_of_tuples_apart() -> None:
    reading = read(
        "conntrack",
        flow("NEW", 0, more=" id=1"),
        flow("UPDATE", 3, more=" [ASSURED] id=1"),
        flow("DESTROY", 9, more=" [ASSURED] id=2 [USERSPACE] portid=606 progname=conntrack"),
    )
    assert [(one.begin - BEGIN, (one.end or 0) - BEGIN, one.doubtful, one.rows) for one in reading.leases] == [
        (0, 3 * SECOND, False, (1, 2, 3)),
        (3 * SECOND, 9 * SECOND, True, (1, 2, 3)),
        (3 * SECOND, 9 * SECOND, True, (3,)),
    ]


def test_packets_bytes_marks_and_labels_between_change_nothing() -> None:
    written = flow("NEW", 0, more=" mark=0 secctx=system labels=a use=1").replace(
        " dport=80 src", " dport=80 packets=1 src"
    )
    assert sides(read("conntrack", written).leases) == [("10.0.0.2", 1024, "192.0.2.80:80", True)]


def test_flows_of_two_zones_do_not_say_whose_inner_address_it_is() -> None:
    reading = read("conntrack", flow("NEW", 0, more=" zone=1"), flow("NEW", 1, port=1030, more=" zone=2"))
    assert [lease.inner for lease in reading.leases] == [None, None]


@pytest.mark.parametrize(
    "written",
    [
        flow("NEW", 0, inner="192.0.2.99", outer="192.0.2.99"),
        flow("NEW", 0, inner=OUTER, asked="203.0.113.80", server="10.0.0.80"),
        "[1002049200.0]\t    [NEW] ipv4     2 igmp 2 600 src=10.0.0.2 dst=224.0.0.1 src=224.0.0.1 dst=203.0.113.5",
        (
            "[1002049200.000000]\t    [NEW] ipv4     2 icmp     1 30 src=10.0.0.2 dst=192.0.2.80 type=8 code=0 id=5 "
            "src=192.0.2.80 dst=203.0.113.5 type=0 code=0 id=5"
        ),
        "[1002049200.000000]\t[LOST] 12 events",
    ],
    ids=["not translated", "from outside", "without ports", "icmp", "another event"],
)
def test_what_is_no_translation_of_an_inner_address_is_not_watched(written: str) -> None:
    reading = read("conntrack", written)
    assert (reading.leases, dict(reading.dropped), reading.rejects) == ([], {"not_watched": 1}, [])


@pytest.mark.parametrize(
    "written",
    [
        flow("NEW", 0).partition("\t")[2],
        flow("NEW", 0).replace("dport=1024", ""),
        flow("NEW", 0).replace("dport=1024", "dport=65536"),
        flow("NEW", 0, inner=OUTER).replace("dst=203.0.113.5", "dst=203.0.113"),
        flow("NEW", 0).replace("src=192.0.2.80 ", ""),
        flow("NEW", 0).replace("[NEW]", "[NEWS]"),
        flow("NEW", 0).replace("[1002049200", "[100204"),
    ],
)
def test_an_event_that_lacks_something_is_located(written: str) -> None:
    (reject,) = read("conntrack", written).rejects
    assert (reject.line, reject.offset, reject.length, reject.reason) == (1, 0, len(written), "malformed")


def test_an_inner_address_of_version_six_is_written_in_one_way() -> None:
    written = flow("NEW", 0, inner="2001:DB8:0::5", asked="64:ff9b::c000:250").replace("ipv4     2", "ipv6     10")
    assert [lease.inner for lease in read("conntrack", written).leases] == ["2001:db8::5"]


def printed(event: str, clock: str, *, inner: str = "10.0.0.2", port: int = 1024, server: str = "192.0.2.80") -> str:
    return (
        f"Oct  2 {clock} gw1 [{event}] ORIG: SRC={inner} DST={server} PROTO=TCP SPT=42044 DPT=80 PKTS=0 BYTES=0 , "
        f"REPLY: SRC={server} DST={OUTER} PROTO=TCP SPT=80 DPT={port} PKTS=0 BYTES=0 "
    )


def test_ulogd_says_the_same_in_whole_seconds() -> None:
    reading = read(
        "ulogd",
        printed("NEW", "19:00:00"),
        printed("NEW", "19:00:00", inner="10.0.1.2", server="192.0.2.81"),
        printed("DESTROY", "19:00:00"),
        printed("DESTROY", "19:00:09", inner="10.0.1.2", server="192.0.2.81"),
    )
    assert sides(reading.leases) == [
        ("10.0.0.2", 1024, "192.0.2.80:80", False),
        ("10.0.1.2", 1024, "192.0.2.81:80", False),
    ]
    assert [(lease.end or 0) - BEGIN for lease in reading.leases] == [SECOND, 9 * SECOND]


@pytest.mark.parametrize(
    ("old", "new"), [("REPLY", "REPL"), ("SPT=80 DPT=1024 ", ""), ("PROTO=TCP SPT=80", "PROTO=UDP SPT=80")]
)
def test_a_flow_of_ulogd_that_lacks_something_is_malformed(old: str, new: str) -> None:
    assert [one.reason for one in read("ulogd", printed("NEW", "19:00:00").replace(old, new)).rejects] == ["malformed"]


def test_two_events_spliced_give_nobody_anothers_port() -> None:
    first, other = flow("NEW", BEGIN / SECOND), flow("DESTROY", BEGIN / SECOND + 9, inner="10.0.0.9", port=1030)
    for at in range(1, len(first) + 1):
        reading = read("conntrack", first[:at] + other)
        assert {(lease.inner, lease.port_from) for lease in reading.leases} <= {("10.0.0.2", 1024), ("10.0.0.9", 1030)}
        assert not any(lease.inner == "10.0.0.9" and lease.end is None for lease in reading.leases)
