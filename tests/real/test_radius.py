"""FreeRADIUS' own `detail`, of packets whose sender knows who sat where: from its bytes to leases, grades and leads."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from tests.real.case import Case
    from tests.real.radius import Access, Radius
    from tests.real.web import Web

BEGIN = datetime(2001, 10, 22, tzinfo=UTC)
WINDOW = (BEGIN, BEGIN + timedelta(days=14))
TURN = datetime(2001, 10, 28, 1, tzinfo=UTC)
NGINX = "198.51.100.80"
SECOND = 1_000_000
START, STOP, INTERIM, ON = 1, 2, 3, 7
POOL = [f"192.0.2.{number}" for number in range(10, 40)]
TABLES = """
[[target]]
id = "forum-a"
host = "forum-a.example"
path = "/board/"
[[log]]
files = ["logs/nginx.log"]
format = "combined"
host = "forum-a.example"
[[assignment]]
files = ["radius/detail"]
format = "radius-detail"
zone = "Europe/London"
account = "user-name"
"""
Plan = list[tuple[datetime, "Callable[[], object]"]]


class Scene:
    """Access server, web server and clock; what is planned happens in the order of its times."""

    def __init__(self, web: Web, radius: Radius, browse: Callable[..., bytes]) -> None:
        self.web, self.radius, self.browse = web, radius, browse
        self.access = radius.access("203.0.113.254")
        self.todo: Plan = []
        self.seen: list[tuple[int, str]] = []  # when (µs), and who it was

    def report(self, at: datetime, status: int, address: str | None = None, **said: Any) -> None:  # noqa: ANN401 - of report
        event = {} if "event" in said else {"event": int(at.timestamp()) - said.get("delay", 0)}
        self.todo.append((at, lambda: self.access.report(status, address, **event, **said)))

    def visit(self, at: datetime, address: str, who: str) -> None:
        def ask() -> None:
            done = self.web.ask(address, NGINX, self.browse(f"/board/?{len(self.seen)}", "forum-a.example"))
            assert done.status == 200
            self.seen.append((done.began, who))

        self.todo.append((at, ask))

    def case(self, path: Path, make_case: type[Case]) -> Case:
        for at, act in sorted(self.todo, key=lambda one: one[0]):
            self.web.clock.set(at)
            act()
        self.web.place.until(lambda: (self.web.logs / "nginx.log").read_bytes().count(b"\n") == len(self.seen), "log")
        case = make_case(path, WINDOW, date(2001, 11, 20))
        inputs = {"logs/nginx.log": self.web.logs / "nginx.log", "radius/detail": self.radius.detail}
        case.write(TABLES, {name: file.read_bytes() for name, file in inputs.items()})
        case.run()
        return case

    def grades(self, case: Case) -> list[tuple[str, bool]]:
        """Give the grade of each request, and whether whoever it was is among the accounts."""
        events = {row["event"]: row for row in case.rows("events")}
        rows = sorted(case.rows("attributions"), key=lambda row: int(events[row["event"]]["line"]))
        accounts = [case.account(who) for _, who in self.seen]
        return [(row["grade"], who in row["accounts"]) for row, who in zip(rows, accounts, strict=True)]


class Lease(NamedTuple):
    address: str
    begin: datetime | None
    end: datetime | None
    who: str
    ends: str


def leases(case: Case, *, doubtful: bool = False) -> set[tuple[str, int | None, int | None, str, str]]:
    return {
        (row["address"], row["from"], row["until"], row["account"], row["ends"])
        for row in case.rows("leases")
        if row["doubtful"] == doubtful
    }


def told(case: Case, *wanted: Lease) -> set[tuple[str, int | None, int | None, str, str]]:
    return {(one.address, _micros(one.begin), _micros(one.end), case.account(one.who), one.ends) for one in wanted}


def _micros(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp()) * SECOND


def test_sessions_are_the_leases_that_the_access_server_gave(
    web: Web, radius: Radius, browse: Callable[..., bytes], make_case: type[Case], tmp_path: Path
) -> None:
    scene = Scene(web, radius, browse)
    noon, hour, minute = datetime(2001, 10, 24, 12, tzinfo=UTC), timedelta(hours=1), timedelta(minutes=1)
    names = ["anna", 'mary "jane" \\', "zoë@isp.example", "user-d", "user-e", "user-f"]
    a, b, c, d, e, f = names
    # Start, two Interims, Stop; a packet that was sent again, and one that came late.
    scene.report(noon, START, "192.0.2.10", user=a, session="S1", calling="circuit 1", port=1)
    scene.report(noon + timedelta(seconds=3), START, "192.0.2.10", user=a, session="S1", delay=3, port=1)
    scene.report(noon + hour, INTERIM, "192.0.2.10", user=a, session="S1", session_time=3600, gigawords=3)
    scene.report(noon + 2 * hour + timedelta(seconds=40), STOP, "192.0.2.10", user=a, session="S1", delay=40)
    # A name with quotes and a backslash takes the address over; another one has letters that are no ASCII.
    scene.report(noon + 3 * hour, START, "192.0.2.10", user=b, session="S2")
    scene.report(noon + 4 * hour, STOP, "192.0.2.10", user=b, session="S2")
    scene.report(noon, START, "192.0.2.11", user=c, session="S3")
    scene.report(noon + hour, STOP, "192.0.2.11", user=c, session="S3")
    # Stop lost, with an Interim; then the address is given out again, and the access server restarts.
    scene.report(noon, START, "192.0.2.12", user=d, session="S4")
    scene.report(noon + hour, INTERIM, "192.0.2.12", user=d, session="S4")
    scene.report(noon + 3 * hour, START, "192.0.2.12", user=e, session="S5")
    scene.report(noon + 4 * hour, INTERIM, "192.0.2.12", user=e, session="S5")
    scene.report(noon + 6 * hour, ON)
    # The session's number is used again after that.
    scene.report(noon + 7 * hour, START, "192.0.2.12", user=f, session="S1")
    scene.report(noon + 8 * hour, STOP, "192.0.2.12", user=f, session="S1")
    for hours, address, who in (
        *((0, "192.0.2.10", a), (3, "192.0.2.10", b), (0, "192.0.2.11", c), (0, "192.0.2.12", d)),
        *((2, "192.0.2.12", d), (3, "192.0.2.12", e), (7, "192.0.2.12", f)),
    ):
        scene.visit(noon + hours * hour + 20 * minute, address, who)
    case = scene.case(tmp_path / "case", make_case)
    assert leases(case) == told(
        case,
        Lease("192.0.2.10", noon, noon + 2 * hour, a, "stopped"),
        Lease("192.0.2.10", noon + 3 * hour, noon + 4 * hour, b, "stopped"),
        Lease("192.0.2.11", noon, noon + hour, c, "stopped"),
        Lease("192.0.2.12", noon, noon + hour, d, "last_seen"),
        Lease("192.0.2.12", noon + 3 * hour, noon + 4 * hour, e, "last_seen"),
        Lease("192.0.2.12", noon + 7 * hour, noon + 8 * hour, f, "stopped"),
    )
    assert {row[:4] for row in leases(case, doubtful=True)} == {
        row[:4]
        for row in told(
            case,
            Lease("192.0.2.12", noon + hour, noon + 3 * hour, d, ""),
            Lease("192.0.2.12", noon + 4 * hour, noon + 6 * hour, e, ""),
        )
    }
    grades = scene.grades(case)
    assert [fits for _, fits in grades].count(False) <= 1  # a doubtful stretch names nobody
    assert [grade for grade, _ in grades] != ["sure"] * len(grades)
    file = case.path / "out" / "funnel.json"
    assert b"malformed" not in file.read_bytes()


def test_a_fortnight_of_sessions_ends_with_the_right_leads(
    web: Web, radius: Radius, browse: Callable[..., bytes], make_case: type[Case], tmp_path: Path
) -> None:
    scene = Scene(web, radius, browse)
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
            scene.report(begin, START, address, user=name, session=session)
            scene.report(at + timedelta(minutes=25), INTERIM, address, user=name, session=session)
            if number % 10 != 7:  # some Stops are lost
                scene.report(end, STOP, address, user=name, session=session)
            for minutes in (0, 3, 24):
                scene.visit(at + timedelta(minutes=minutes, seconds=number), address, name)
    case = scene.case(tmp_path / "case", make_case)
    grades = scene.grades(case)
    assert all(fits for grade, fits in grades if grade == "sure")
    assert [grade for grade, _ in grades].count("sure") >= 0.98 * len(grades)
    found = {(row["account"], row["visits"]) for row in case.rows("leads")}
    assert found == {(case.account(name), 12) for name in names[:-1]}
    times = [row["time"] // SECOND for row in sorted(case.rows("events"), key=lambda row: int(row["line"]))]
    assert [0 <= time - at // SECOND <= 1 for time, (at, _) in zip(times, scene.seen, strict=True)] == [True] * len(
        times
    )
