"""A fortnight across the change of clocks: people at nginx, Apache httpd and INN, from their bytes to leads.

What they did is known, and counted here another way: visits are runs of a person's own acts.
"""

from __future__ import annotations

import gzip
import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.real.case import Case
    from tests.real.news import News, Reader
    from tests.real.web import Asked, Web

BEGIN = datetime(2001, 10, 22, tzinfo=UTC)
WINDOW = (BEGIN, BEGIN + timedelta(days=14))
TURN = datetime(2001, 10, 28, 1, tzinfo=UTC)
GAP = timedelta(minutes=30)
NGINX, APACHE = "198.51.100.80", "198.51.100.81"
HOSTS = {NGINX: "forum-a.example", APACHE: "forum-b.example"}
BROWSER = "Mozilla/4.77 [en] (X11; U; Linux 2.4.2 i686)"
ROBOT = "Googlebot/2.1 (+http://www.google.com/bot.html)"
POOL = [f"192.0.2.{number}" for number in range(10, 40)]
TABLES = """
[countries]
addresses = "geo.csv"
[[target]]
id = "forum-a"
host = "forum-a.example"
path = "/board/"
[[target]]
id = "forum-b"
host = "forum-b.example"
path = "/board/"
[[target]]
id = "group-a"
newsgroup = "test.watched.a"
[[log]]
files = ["logs/nginx-ports.log*"]
format = "combined"
host = "forum-a.example"
client_port = 1
login_verified = ["/board/members/"]
realm = "members"
[[log]]
files = ["logs/apache.log*"]
format = "vhost_combined"
login_verified = ["/board/members/"]
realm = "members"
[[log]]
files = ["logs/news.notice*"]
format = "inn"
zone = "Europe/London"
year = 2001
realm = "members"
[[assignment]]
files = ["isp/assignments.csv"]
format = "csv"
account = "user-name"
zone = "UTC"
"""
GEO = b"# date: 2001-10-01\n192.0.2.0,192.0.2.255,GB\n203.0.113.0,203.0.113.255,CH\n"


class Sitting(NamedTuple):
    """Somebody sits down: when, who, from which address, under which name, with which program."""

    at: datetime
    who: str
    address: str
    login: tuple[str, str] | None = None
    agent: str = BROWSER
    path: str = "/board/"


@dataclass
class World:
    """Both servers and what people did there: for each, from when to when every act that reached something lasted."""

    web: Web
    news: News
    request: Callable[..., bytes]
    acts: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    asked: list[Asked] = field(default_factory=list)
    todo: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)

    def plan(self, at: datetime, act: Callable[[], None]) -> None:
        self.todo.append((at, len(self.todo), act))

    def sit(self, sitting: Sitting, number: int) -> None:
        """Plan two pages at each server, and a connection for news between them."""
        at = sitting.at
        for minute, server in ((0, NGINX), (1, APACHE), (8, NGINX), (9, APACHE)):
            self.plan(
                at + timedelta(minutes=minute, seconds=number % 50),
                lambda server=server, minute=minute: self.open(sitting, server, f"?p={number}-{minute}"),  # type: ignore[misc]
            )
        readers: list[Reader] = []
        if sitting.agent == BROWSER and sitting.path == "/board/":
            self.plan(at + timedelta(minutes=2), lambda: readers.append(self.connect(sitting)))
            self.plan(at + timedelta(minutes=6), lambda: self.leave(sitting, readers.pop()))

    def open(self, sitting: Sitting, server: str, query: str) -> None:
        under = "members/" if sitting.login is not None and sitting.path == "/board/" else ""
        words = self.request(f"{sitting.path}{under}{query}", HOSTS[server], agent=sitting.agent, login=sitting.login)
        done = self.web.ask(sitting.address, server, words)
        self.asked.append(done)
        if done.status == 200:
            self.acts[sitting.who].append((done.began, done.ended))

    def connect(self, sitting: Sitting) -> Reader:
        reader = self.news.reader(sitting.address)
        if sitting.login is not None:
            assert reader.login(*sitting.login)
        reader.enter("test.watched.a")
        assert reader.fetch(1)
        return reader

    def leave(self, sitting: Sitting, reader: Reader) -> None:
        assert reader.fetch(2)
        if len(self.acts[sitting.who]) % 7 == 3:
            reader.kill()  # nothing is written of what was read
            return
        did = reader.quit()
        self.acts[sitting.who].append((did.began, did.groups[-1][2]))

    def pass_by(self, at: datetime) -> None:
        """Plan a reader of something else."""

        def read() -> None:
            reader = self.news.reader("203.0.113.50")
            reader.enter("test.other")
            reader.quit()

        self.plan(at, read)

    def live(self) -> None:
        """Let the fortnight go by."""
        for at, _, act in sorted(self.todo, key=lambda one: one[:2]):
            self.news.clock.set(at)
            act()
        self.web.written(self.asked)

    def visits(self, who: str) -> int:
        """Count runs of acts with no pause longer than the gap."""
        count, until = 0, 0
        for begin, end in sorted(self.acts[who]):
            count += begin // 1_000_000 - until // 1_000_000 > GAP.total_seconds()
            until = max(until, end)
        return count


def hours(who: int, count: int) -> list[datetime]:
    """Give when somebody sits down: on different days, at hours that no program keeps."""
    return [
        BEGIN + timedelta(days=1 + n % 13, hours=7 + (n * n + who * 5) % 13, minutes=(n * 17 + who * 29) % 47)
        for n in range(count)
    ]


def at_home(who: str, when: list[datetime], leases: list[tuple[datetime, datetime, str, str]]) -> list[Sitting]:
    """Give sittings of a customer, each from the first address of the pool that is free then."""
    sittings = []
    for at in when:
        begin, end = at - timedelta(minutes=7), at + timedelta(minutes=53)
        taken = {address for since, until, address, _ in leases if since < end and begin < until}
        address = next(address for address in POOL if address not in taken)
        leases.append((begin, end, address, who))
        sittings.append(Sitting(at, who, address))
    return sittings


def people(leases: list[tuple[datetime, datetime, str, str]]) -> list[Sitting]:
    night = [TURN - timedelta(minutes=17), TURN + timedelta(minutes=12)]  # one sitting across the change
    apart = [TURN - timedelta(minutes=40), TURN + timedelta(minutes=20)]  # two, at one local time
    sittings = [
        *at_home("user-a", [*hours(0, 12), night[0]], leases),
        *at_home("user-b", [*hours(1, 11), *apart], leases),
        *at_home("user-c", hours(2, 11), leases),
        *at_home("user-d", hours(3, 10), leases),
        *at_home("user-e", hours(4, 1), leases),
        *at_home("user-f", hours(10, 12), leases),
        *at_home("user-g", hours(11, 12), leases),
    ]
    sittings.append(next(one for one in sittings if one.at == night[0])._replace(at=night[1]))
    mary = ("mary jane", "one")
    sittings += [Sitting(at, "abroad", "203.0.113.7") for at in hours(5, 12)]
    sittings += [Sitting(at, "mary", f"203.0.113.{20 + n}", login=mary) for n, at in enumerate(hours(6, 12))]
    sittings += [Sitting(at, "robot", "203.0.113.99", agent=ROBOT) for at in hours(7, 12)]
    sittings += [Sitting(at, "lost", "203.0.113.98", path="/board/none") for at in hours(8, 12)]
    sittings += [Sitting(at, "neighbour", "203.0.113.97", path="/boardroom/") for at in hours(9, 12)]
    return sittings


def test_a_fortnight_of_genuine_logs_ends_with_the_right_leads(
    web: Web, news: News, browse: Callable[..., bytes], make_case: type[Case], tmp_path: Path
) -> None:
    leases: list[tuple[datetime, datetime, str, str]] = []
    world = World(web, news, browse)
    for number, sitting in enumerate(people(leases)):
        world.sit(sitting, number)
    for minutes in range(-60, 64, 4):  # a log of that night that is never silent for long
        world.pass_by(TURN + timedelta(minutes=minutes))
    for rotate in (web.rotate, news.rotate):
        world.plan(BEGIN + timedelta(days=7, hours=3), rotate)
    world.live()

    case = make_case(tmp_path / "case", WINDOW, date(2001, 11, 20))
    rows = [
        f"{address},,,{begin:%Y-%m-%dT%H:%M:%SZ},{end:%Y-%m-%dT%H:%M:%SZ},{who}\n"
        for begin, end, address, who in sorted(leases)
    ]
    case.write(
        TABLES,
        {
            "geo.csv": GEO,
            "isp/assignments.csv": ("address,port_from,port_to,from,until,account\n" + "".join(rows)).encode(),
            **{
                f"logs/{log.name}{'.gz' if log.suffix == '.1' else ''}": gzip.compress(log.read_bytes())
                if log.suffix == ".1"
                else log.read_bytes()
                for log in web.logs.iterdir()
            },
        },
    )
    case.run()

    names = {case.account(f"user-{letter}"): f"user-{letter}" for letter in "abcdefg"}
    names |= {"203.0.113.7": "abroad", "203.0.113.99": "robot", case.login("mary jane", "members"): "mary"}
    found = {
        names[row["account"] or row["login"] or row["client_address"]]: (row["visits"], row["events"])
        for row in case.rows("visitors")
    }
    world.acts = {who: acts for who, acts in world.acts.items() if who != "neighbour"}
    assert found == {who: (world.visits(who), len(acts)) for who, acts in world.acts.items()}
    assert {who: count for who, (count, _) in found.items() if who != "mary"} == {
        "user-a": 13,
        "user-b": 13,
        "user-c": 11,
        "user-d": 10,
        "user-e": 1,
        "user-f": 12,
        "user-g": 12,
        "abroad": 12,
        "robot": 12,
    }
    assert {names[row["account"]] for row in case.rows("leads")} == {
        *("user-a", "user-b", "user-c", "user-f", "user-g")
    }
    assert {(names[row["login"] or row["client_address"]], row["country"]) for row in case.rows("enquiries")} == {
        ("abroad", "CH"),
        ("mary", "CH"),
    }
    assert {row["grade"] for row in case.rows("attributions") if row["accounts"]} == {"sure"}
    check_bytes(case)


def check_bytes(case: Case) -> None:
    """See that every event leads back to its line."""
    texts: dict[str, bytes] = {}
    for path in (case.path / "logs").iterdir():
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        texts[hashlib.sha256(content).hexdigest()] = content
    for row in case.rows("events"):
        text = texts[row["source"]]
        line = text.split(b"\n")[row["line"] - 1]
        assert line == text[row["offset"] : row["offset"] + row["length"]]
        assert row["client_address"].encode() in line or row["connection"] is not None
        assert row["event_id"] == f"{hashlib.sha256(line).hexdigest()[:16]}-{row['offset']:015d}"
