"""What the provider writes down, read again plainly: packets, blocks of ports, and what is lost."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from landmark.simulate import world
from landmark.simulate.acts import FOR_EVER, Row
from landmark.simulate.provider import Happened, happen

if TYPE_CHECKING:
    from pathlib import Path

LONDON = ZoneInfo("Europe/London")
BLOCK = re.compile(
    r"<14>1 \S+Z cgn1 RT_NAT - RT_SRC_NAT_PBA_(ALLOC|RELEASE) \[junos@[\d.]+ internal-ip=\"(\S+)\" .*"
    r'block-port-low="(\d+)" block-port-high="(\d+)" reflexive-ip="(\S+)" .* epoch-time-64="([0-9a-f]{8})"\]'
)


class Packet(NamedTuple):
    at: int
    kind: str
    nas: str
    session: str
    account: str
    address: str


def packets_of(happened: Happened, source: str) -> list[Packet]:
    found = []
    for path, text in happened.recorded.files.items():
        if path.startswith(f"isp/{source}/"):
            assert text.endswith("\n\n")
            found += [packet_of(part) for part in text[:-2].split("\n\n")]
    return found


def packet_of(text: str) -> Packet:
    head, *lines = text.split("\n")
    said = dict(line.strip().split(" = ", 1) for line in lines)
    came, late = int(said["Timestamp"]), int(said["Acct-Delay-Time"])
    there = datetime.fromtimestamp(came, LONDON)
    assert head == there.strftime("%a %b ") + f"{there.day:2d}" + there.strftime(" %H:%M:%S %Y")
    at = datetime.fromtimestamp(came - late, LONDON)
    assert said["Event-Timestamp"].strip('"') == f"{at:%b} {at.day:2d} {at:%Y %H:%M:%S %Z}"
    names = ("Acct-Session-Id", "User-Name", "Framed-IP-Address")
    session, account, address = (said.get(name, "").strip('"') for name in names)
    return Packet(came - late, said["Acct-Status-Type"], said["NAS-IP-Address"], session, account, address)


def rows_of(packets: list[Packet], source: str) -> set[Row]:
    """Say what is certain and what is not, from packets alone."""
    sessions: dict[tuple[str, str, str], list[Packet]] = defaultdict(list)
    for packet in packets:
        if packet.session:
            sessions[packet.nas, packet.session, packet.account].append(packet)
    rows = set()
    for (nas, session, account), own in sessions.items():
        address = own[0].address
        first, last = min(one.at for one in own), max(one.at for one in own)
        row = Row(source, address, None, first, last, account, line=f"{nas} {session}")
        if first < last:
            rows.add(row)
        if not any(one.kind == "Stop" for one in own):
            later = [
                one.at
                for one in packets
                if one.at > last
                and (
                    (one.kind == "Start" and one.address == address and one.session != session)
                    or (one.kind.startswith("Accounting-O") and one.nas == nas)
                )
            ]
            rows.add(row._replace(begin=last, end=min(later, default=FOR_EVER), doubtful=True))
    return rows


@pytest.mark.parametrize(("kind", "source"), [("radius", "radius"), ("lost-stops", "radius"), ("nat", "inner")])
def test_the_rows_are_what_the_packets_say(kind: str, source: str) -> None:
    happened = happen(5, 0.01, kind)
    rows = {row for row in happened.recorded.rows if row.source == source}
    assert rows == rows_of(packets_of(happened, source), source)
    assert any(row.doubtful for row in rows) == (kind == "lost-stops")


def test_one_stop_in_twenty_is_lost_and_servers_restart() -> None:
    happened = happen(5, 0.05, "lost-stops")
    packets = packets_of(happened, "radius")
    stops = {one.session for one in packets if one.kind == "Stop"}
    starts = {one.session for one in packets if one.kind == "Start"}
    assert 0.04 < 1 - len(stops) / len(starts) < 0.08
    assert len(happened.recorded.lost) == len(starts) - len(stops)
    assert sum(one.kind == "Accounting-Off" for one in packets) == sum(one.kind == "Accounting-On" for one in packets)
    assert sum(one.kind == "Accounting-On" for one in packets) == 24


def test_nobody_does_anything_after_the_restart_that_ended_the_session() -> None:
    happened = happen(5, 0.05, "lost-stops")
    held: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for lease in happened.leases:
        held[lease.account, lease.address].append((lease.begin, lease.end))
    for hit in happened.hits:
        if hit.account is not None and hit.address.startswith("10.2"):
            assert any(begin <= hit.time < end for begin, end in held[hit.account, hit.address])


def test_some_packets_come_late_and_some_twice_and_say_when_it_was() -> None:
    packets = packets_of(happen(5, 0.02, "radius"), "radius")
    stops = [one for one in packets if one.kind == "Stop"]
    assert len(stops) > len(set(stops))


def test_blocks_are_given_and_taken_back_and_no_two_have_one_port_at_once() -> None:
    happened = happen(5, 0.02, "nat")
    open_: dict[tuple[str, int], tuple[str, int]] = {}
    for line in happened.recorded.files["isp/nat.log"].splitlines():
        found = BLOCK.fullmatch(line)
        assert found
        kind, inner, low, high, outer, epoch = found.groups()
        assert int(high) - int(low) == 511
        if kind == "ALLOC":
            assert (outer, int(low)) not in open_
            open_[outer, int(low)] = inner, int(epoch, 16)
        else:
            assert open_.pop((outer, int(low))) == (inner, int(epoch, 16))
    assert not open_


def test_a_request_behind_nat_leaves_by_a_port_of_the_block_that_its_customer_has() -> None:
    happened = happen(5, 0.02, "nat")
    rows = happened.recorded.rows
    inner = [row for row in rows if row.inner]
    accounts = {(row.address, row.begin): row.holder for row in rows if row.source == "inner"}
    behind = [hit for hit in happened.hits if hit.address in {row.address for row in inner}]
    assert len(behind) > 1_000
    for hit in behind[:500]:
        (block,) = [
            row
            for row in inner
            if row.address == hit.address
            and row.begin <= hit.time < row.end
            and row.ports
            and row.ports[0] <= (hit.port or 0) <= row.ports[1]
        ]
        begins = [begin for address, begin in accounts if address == block.holder and begin <= hit.time]
        assert accounts[block.holder, max(begins)] == hit.account


def test_truth_says_of_each_line_whether_its_records_are_whole(tmp_path: Path) -> None:

    world(tmp_path / "case", seed=5, scale=0.02, kind="lost-stops")
    files = json.loads((tmp_path / "case" / "truth.json").read_bytes())["files"]
    said = []
    for file in files.values():
        assert len(file["watched"]) == len(file["sat"]) == len(file["complete"])
        for (_, account), person, complete in zip(file["watched"], file["sat"], file["complete"], strict=True):
            assert (person is None) == (account is None)
            assert person is None or person.startswith(account)
            said.append((account is not None, complete))
    assert {complete for ours, complete in said if not ours} == {None}
    whole = [complete for ours, complete in said if ours and complete is not None]
    assert 0.85 < sum(whole) / len(whole) < 0.99
