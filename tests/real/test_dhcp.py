"""ISC dhcpd's and Kea's own records of clients whose lines are known: from their bytes to leases, grades and leads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.real.case import Case
    from tests.real.dhcp import Lease, Relay
    from tests.real.place import Place
    from tests.real.scene import Scene

BEGIN = datetime(2001, 10, 22, tzinfo=UTC)
TURN = datetime(2001, 10, 28, 1, tzinfo=UTC)
NOON = datetime(2001, 10, 24, 12, tzinfo=UTC)
MINUTE, SECOND = timedelta(minutes=1), 1_000_000
CIRCUITS = {"line-1": b"line-1", "00:04:00:0a": b"\x00\x04\x00\x0a", "line-3": b"line-3", "line-4": b"line-4"}
RAW = {".".join(map(str, circuit)): name for name, circuit in CIRCUITS.items()}
"""The same, as the server was told to write them to syslog: a name there is what is written."""
TABLES = """
[[assignment]]
files = ["dhcp/{files}"]
format = "{format}"
zone = "Europe/London"
{more}
account = "circuit-id"
"""


class Clients:
    """Who holds what, as the relay agent knows it."""

    def __init__(self, relay: Relay, scene: Scene) -> None:
        self.relay, self.scene = relay, scene
        self.held: dict[str, Lease] = {}

    def take(self, at: datetime, who: str) -> None:
        device = list(CIRCUITS).index(who) + 1
        self.scene.plan(at, lambda: self.held.update({who: self.relay.take(device, CIRCUITS[who])}))

    def renew(self, at: datetime, who: str) -> None:
        self.scene.plan(at, lambda: self.relay.renew(self.held[who]))

    def release(self, at: datetime, who: str) -> None:
        self.scene.plan(at, lambda: self.relay.release(self.held[who]))

    def visit(self, at: datetime, who: str) -> None:
        self.scene.visit(at, lambda: self.held[who].address, who)


def an_afternoon(clients: Clients) -> None:
    """Plan it: a lease renewed and given back, its address given to another; one that runs out under somebody."""
    first, second, third, fourth = CIRCUITS
    clients.take(NOON, first)
    clients.take(NOON, second)
    clients.visit(NOON + 5 * MINUTE, first)
    clients.visit(NOON + 5 * MINUTE, second)
    clients.renew(NOON + 20 * MINUTE, first)
    clients.visit(NOON + 25 * MINUTE, first)
    clients.release(NOON + 30 * MINUTE, first)
    clients.take(NOON + 35 * MINUTE, third)
    clients.visit(NOON + 40 * MINUTE, third)
    clients.visit(NOON + 55 * MINUTE, second)
    clients.visit(NOON + 70 * MINUTE, second)  # its lease ran out, and it stays
    clients.take(NOON + 75 * MINUTE, fourth)
    clients.visit(NOON + 80 * MINUTE, fourth)


def leases(case: Case, *, doubtful: bool = False) -> set[tuple[int, int | None, str, str]]:
    """Give begin and end in minutes after noon, the line, and how the end is known."""

    def minutes(instant: int) -> int:
        return round((instant / SECOND - NOON.timestamp()) / 60)

    names = {case.account(name): name for name in CIRCUITS} | {case.account(raw): name for raw, name in RAW.items()}
    return {
        (minutes(row["from"]), row["until"] and minutes(row["until"]), names[row["account"]], row["ends"])
        for row in case.rows("leases")
        if row["doubtful"] == doubtful
    }


def run(case: Case, scene: Scene, place: Place, name: str, fmt: str, **copies: bytes) -> None:
    file = place.house / name
    inputs = {
        f"dhcp/{file.name}": file.read_bytes(),
        **{f"dhcp/{file.name}{end}": text for end, text in copies.items()},
    }
    more = "year = 2001" if fmt == "dhcpd-syslog" else ""
    scene.case(case, TABLES.format(files=f"{file.name}*", format=fmt, more=more), inputs)


def test_dhcpd_s_lease_file_and_a_copy_from_before_it_was_rewritten_tell_who_held_what(
    scene: Scene, dhcpd: Relay, place: Place, case: Case
) -> None:
    an_afternoon(Clients(dhcpd, scene))
    saved: list[bytes] = []
    file = place.house / "dhcp" / "dhcpd.leases"
    scene.plan(NOON + 58 * MINUTE, lambda: saved.append(file.read_bytes()))
    scene.live()
    run(case, scene, place, "dhcp/dhcpd.leases", "dhcpd", **{".1": saved[0]})
    assert b'"line-1"' not in file.read_bytes()  # the server forgets what is over
    assert leases(case) == {
        (0, 30, "line-1", "released"),
        (0, 60, "00:04:00:0a", "timed_out"),
        (35, 95, "line-3", "timed_out"),
        (75, 135, "line-4", "timed_out"),
    }
    assert leases(case, doubtful=True) == set()
    told = scene.told(case)
    assert [one.fits for one in told] == [True] * 5 + [False, True]
    assert {one.others for one in told} == {0}
    assert told[5].grade == "none"


def test_kea_s_lease_file_tells_who_held_what_and_not_when_it_was_given_back(
    scene: Scene, kea: Relay, place: Place, case: Case
) -> None:
    an_afternoon(Clients(kea, scene))
    scene.live()
    run(case, scene, place, "dhcp/kea-leases4.csv", "kea")
    assert leases(case) == {
        (0, 20, "line-1", "replaced"),
        (0, 60, "00:04:00:0a", "timed_out"),
        (35, 95, "line-3", "timed_out"),
        (75, 135, "line-4", "timed_out"),
    }
    assert leases(case, doubtful=True) == {(20, 35, "line-1", "replaced")}
    told = scene.told(case)
    assert [one.fits for one in told] == [True, True, False, True, True, False, True]
    assert {one.others for one in told} == {0}
    assert (told[2].grade, told[5].grade) == ("fragile", "none")


def test_dhcpd_s_syslog_tells_of_what_lies_between_acknowledgement_and_renewal_or_release(
    scene: Scene, dhcpd: Relay, place: Place, case: Case
) -> None:
    an_afternoon(Clients(dhcpd, scene))
    scene.live()
    run(case, scene, place, "logs/dhcpd.log", "dhcpd-syslog")
    assert leases(case) == {(0, 20, "line-1", "released")}  # what comes after the last acknowledgement is doubtful
    assert leases(case, doubtful=True) == {
        (20, 30, "line-1", "released"),
        (0, 75, "00:04:00:0a", "replaced"),
        (35, None, "line-3", "open"),
        (75, None, "line-4", "open"),
    }
    told = scene.told(case, RAW)
    assert [one.fits for one in told] == [True] + [False] * 6
    assert {one.others for one in told} == {0}


@pytest.mark.parametrize("server", ["kea", "dhcpd"])
def test_a_fortnight_of_leases_ends_with_the_right_leads(
    scene: Scene, server: str, request: pytest.FixtureRequest, place: Place, case: Case
) -> None:
    clients = Clients(request.getfixturevalue(server), scene)
    for who, name in enumerate(CIRCUITS):
        for number in range(10 if name == "line-4" else 12):
            at = BEGIN + timedelta(
                days=1 + number % 13, hours=7 + 3 * who + (number % 2), minutes=(number * 17 + who * 29) % 47
            )
            if (who, number) == (1, 4):
                at = TURN - 10 * MINUTE  # a lease across the change of clocks
            clients.take(at - 7 * MINUTE, name)
            clients.visit(at, name)
            clients.visit(at + 3 * MINUTE, name)
            clients.renew(at + 23 * MINUTE, name)
            clients.release(at + 33 * MINUTE, name)
    scene.live()
    name, fmt = {"kea": ("dhcp/kea-leases4.csv", "kea"), "dhcpd": ("logs/dhcpd.log", "dhcpd-syslog")}[server]
    run(case, scene, place, name, fmt)
    told = scene.told(case, RAW if server == "dhcpd" else None)
    assert all(one.fits and not one.others for one in told if one.grade == "sure")
    # Of the night itself syslog does not tell which hour it was: the clock went back by half an hour between two lines.
    assert [one.grade for one in told].count("sure") == len(told) - (2 if server == "dhcpd" else 0)
    found = {(row["account"], row["visits"]) for row in case.rows("leads")}
    names = list(RAW if server == "dhcpd" else CIRCUITS)[:-1]
    night = names[1] if server == "dhcpd" else None
    assert found == {(case.account(name), 11 if name == night else 12) for name in names}
