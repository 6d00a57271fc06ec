"""FreeRADIUS' own `detail`, of packets whose sender knows who sat where: from its bytes to leases, grades and leads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any

    from tests.real.case import Case
    from tests.real.radius import Radius
    from tests.real.scene import Scene

BEGIN = datetime(2001, 10, 22, tzinfo=UTC)
TURN = datetime(2001, 10, 28, 1, tzinfo=UTC)
SECOND = 1_000_000
START, STOP, INTERIM, ON = 1, 2, 3, 7
POOL = [f"192.0.2.{number}" for number in range(10, 40)]
TABLES = """
[[assignment]]
files = ["radius/detail"]
format = "radius-detail"
zone = "Europe/London"
account = "user-name"
"""


class Sessions:
    """What the access server reports."""

    def __init__(self, scene: Scene, radius: Radius) -> None:
        self.scene = scene
        self.access = radius.access("203.0.113.254")

    def report(self, at: datetime, status: int, address: str | None = None, **said: Any) -> None:  # noqa: ANN401 - of report
        event = int(at.timestamp()) - said.get("delay", 0)
        self.scene.plan(at, lambda: self.access.report(status, address, event=event, **said))


class Lease(NamedTuple):
    address: str
    begin: datetime
    end: datetime
    who: str
    ends: str


Row = tuple[str, int, int | None, str, str]


def leases(case: Case, *, doubtful: bool = False) -> set[Row]:
    """Give the leases, or the doubtful stretches, whose end is not named here."""
    return {
        (row["address"], row["from"], row["until"], row["account"], "" if doubtful else row["ends"])
        for row in case.rows("leases")
        if row["doubtful"] == doubtful
    }


def expected(case: Case, *wanted: Lease) -> set[Row]:
    return {(one.address, micros(one.begin), micros(one.end), case.account(one.who), one.ends) for one in wanted}


def micros(at: datetime) -> int:
    return int(at.timestamp()) * SECOND


def test_sessions_are_the_leases_that_the_access_server_gave(scene: Scene, radius: Radius, case: Case) -> None:
    sessions = Sessions(scene, radius)
    noon, hour, minute = datetime(2001, 10, 24, 12, tzinfo=UTC), timedelta(hours=1), timedelta(minutes=1)
    names = ["anna", 'mary "jane" \\', "zoë@isp.example", "user-d", "user-e", "user-f"]
    a, b, c, d, e, f = names
    # Start, two Interims, Stop; a packet that was sent again, and one that came late.
    sessions.report(noon, START, "192.0.2.10", user=a, session="S1", calling="circuit 1", port=1)
    sessions.report(noon + timedelta(seconds=3), START, "192.0.2.10", user=a, session="S1", delay=3, port=1)
    sessions.report(noon + hour, INTERIM, "192.0.2.10", user=a, session="S1", session_time=3600, gigawords=3)
    sessions.report(noon + 2 * hour + timedelta(seconds=40), STOP, "192.0.2.10", user=a, session="S1", delay=40)
    # A name with quotes and a backslash takes the address over; another one has letters that are no ASCII.
    sessions.report(noon + 3 * hour, START, "192.0.2.10", user=b, session="S2")
    sessions.report(noon + 4 * hour, STOP, "192.0.2.10", user=b, session="S2")
    sessions.report(noon, START, "192.0.2.11", user=c, session="S3")
    sessions.report(noon + hour, STOP, "192.0.2.11", user=c, session="S3")
    # Stop lost, with an Interim; then the address is given out again, and the access server restarts.
    sessions.report(noon, START, "192.0.2.12", user=d, session="S4")
    sessions.report(noon + hour, INTERIM, "192.0.2.12", user=d, session="S4")
    sessions.report(noon + 3 * hour, START, "192.0.2.12", user=e, session="S5")
    sessions.report(noon + 4 * hour, INTERIM, "192.0.2.12", user=e, session="S5")
    sessions.report(noon + 6 * hour, ON)
    # A prefix of IPv6, and an address in it.
    sessions.report(noon, START, prefix=bytes.fromhex("20010db800010000"), user=a, session="S6")
    sessions.report(noon + hour, STOP, prefix=bytes.fromhex("20010db800010000"), user=a, session="S6")
    # The session's number is used again after that.
    sessions.report(noon + 7 * hour, START, "192.0.2.12", user=f, session="S1")
    sessions.report(noon + 8 * hour, STOP, "192.0.2.12", user=f, session="S1")
    for hours, address, who in (
        (0, "2001:db8:1::5", a),
        *((0, "192.0.2.10", a), (3, "192.0.2.10", b), (0, "192.0.2.11", c), (0, "192.0.2.12", d)),
        *((2, "192.0.2.12", d), (3, "192.0.2.12", e), (7, "192.0.2.12", f)),
    ):
        scene.visit(noon + hours * hour + 20 * minute, address, who)
    scene.live()
    scene.case(case, TABLES, {"radius/detail": radius.detail.read_bytes()})
    assert leases(case) == expected(
        case,
        Lease("192.0.2.10", noon, noon + 2 * hour, a, "stopped"),
        Lease("192.0.2.10", noon + 3 * hour, noon + 4 * hour, b, "stopped"),
        Lease("192.0.2.11", noon, noon + hour, c, "stopped"),
        Lease("2001:db8:1::/64", noon, noon + hour, a, "stopped"),
        Lease("192.0.2.12", noon, noon + hour, d, "last_seen"),
        Lease("192.0.2.12", noon + 3 * hour, noon + 4 * hour, e, "last_seen"),
        Lease("192.0.2.12", noon + 7 * hour, noon + 8 * hour, f, "stopped"),
    )
    assert leases(case, doubtful=True) == expected(
        case,
        Lease("192.0.2.12", noon + hour, noon + 3 * hour, d, ""),
        Lease("192.0.2.12", noon + 4 * hour, noon + 6 * hour, e, ""),
    )
    told = scene.told(case)
    assert [one.fits for one in told] == [True] * 4 + [False] + [True] * 3  # a doubtful stretch names nobody
    assert {one.others for one in told} == {0}


def test_a_fortnight_of_sessions_ends_with_the_right_leads(scene: Scene, radius: Radius, case: Case) -> None:
    sessions = Sessions(scene, radius)
    taken: list[tuple[datetime, datetime, str]] = []
    names = ['the "first"', "second", "third@isp.example", "fourth", "fifth", "only ten"]
    for who, name in enumerate(names):
        for number in range(10 if name == "only ten" else 12):
            at = BEGIN + timedelta(
                days=1 + number % 13, hours=7 + (number**2 + who * 5) % 13, minutes=(number * 17 + who * 29) % 47
            )
            if (who, number) == (1, 4):
                at = TURN - timedelta(minutes=20)  # a session across the change of clocks
            begin, end = at - timedelta(minutes=7), at + timedelta(minutes=30 + number)
            busy = {address for since, until, address in taken if since < end and begin < until}
            address = next(address for address in POOL if address not in busy)
            taken.append((begin, end, address))
            session = f"{who}-{number}"
            sessions.report(begin, START, address, user=name, session=session)
            sessions.report(at + timedelta(minutes=25), INTERIM, address, user=name, session=session)
            if number % 10 != 7:  # some Stops are lost
                sessions.report(end, STOP, address, user=name, session=session)
            for minutes in (0, 3, 24):
                scene.visit(at + timedelta(minutes=minutes, seconds=number), address, name)
    scene.live()
    scene.case(case, TABLES, {"radius/detail": radius.detail.read_bytes()})
    told = scene.told(case)
    assert all(one.fits and not one.others for one in told if one.grade == "sure")
    assert [one.grade for one in told].count("sure") >= 0.98 * len(told)
    found = {(row["account"], row["visits"]) for row in case.rows("leads")}
    assert found == {(case.account(name), 12) for name in names[:-1]}
