"""Customers behind one address: Linux's own records of its translations, and a port in the log or none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.real.case import Case
    from tests.real.nat import Nat
    from tests.real.web import Web

OUTER = "203.0.113.5"
BEGIN = datetime(2001, 10, 22, tzinfo=UTC)
SERVERS = {"198.51.100.80": "forum-a", "198.51.100.81": "forum-b"}
NGINX, APACHE = SERVERS
CLOSE = 4
RECORDS = {"conntrack": "conntrack.out", "ulogd": "logs/ulogd.log"}
SECOND = 1_000_000
TABLES = """
[[target]]
id = "forum-a"
host = "forum-a.example"
path = "/board/"
[[target]]
id = "forum-b"
host = "forum-b.example"
path = "/board/"
[[log]]
files = ["logs/nginx{ports}.log"]
format = "combined"
host = "forum-a.example"
server = "198.51.100.80:80"
{client_port}
[[log]]
files = ["logs/apache{ports}.log"]
format = "vhost_combined"
server = "198.51.100.81:80"
{client_port}
[[assignment]]
files = ["nat/flows.log"]
format = "{format}"
account = "inner-address"
{zone}
[[assignment]]
files = ["isp/homes.csv"]
format = "csv"
account = "user-name"
zone = "UTC"
"""


class Opened(NamedTuple):
    """A page that somebody opened: at which server, from and to which second of the server's clock, and who it was."""

    server: str
    began: int
    ended: int
    who: str


class Homes:
    """Who is behind the translator, and what they opened."""

    def __init__(self, web: Web, nat: Nat, request: Callable[..., bytes]) -> None:
        self.web, self.nat, self.request = web, nat, request
        self.opened: list[Opened] = []

    def open(self, at: datetime, *pages: tuple[str, str]) -> None:
        """Let several customers open a page each, at once."""
        self.web.clock.set(at)
        talks = [self.nat.connect(who.replace("home-", "10.0.0."), server) for who, server in pages]
        for (who, server), talk in zip(pages, talks, strict=True):
            host = f"{SERVERS[server]}.example"
            talk.sendall(self.request(f"/board/?{len(self.opened)}", host))
            assert b"THE BOARD" in b"".join(iter(partial(talk.recv, 1 << 16), b""))
            talk.close()
            self.web.place.until(partial(self._logged, len(self.opened) + 1), "the logs")
            self.opened.append(Opened(server, int(at.timestamp()), int(self.web.clock.now().timestamp()), who))
        self.nat.forget()

    def _logged(self, count: int) -> bool:
        return sum(len(self.web.lines(server)) for server in SERVERS) == count

    def run(self, case: Case, fmt: str, *, ports: bool) -> None:
        zone = 'zone = "Europe/London"\nyear = 2001' if fmt == "ulogd" else ""
        words = {"ports": "-ports" if ports else "", "client_port": "client_port = 1" if ports else ""}
        homes = sorted({one.who for one in self.opened})
        rows = [f"{who.replace('home-', '10.0.0.')},,,2001-10-01T00:00:00Z,,{who}\n" for who in homes]
        inputs = {
            "isp/homes.csv": ("address,port_from,port_to,from,until,account\n" + "".join(rows)).encode(),
            "nat/flows.log": (self.web.place.house / RECORDS[fmt]).read_bytes(),
            **{f"logs/{log.name}": log.read_bytes() for log in self.web.logs.glob("*.log")},
        }
        case.write(TABLES.format(format=fmt, zone=zone, **words), inputs)
        case.run()

    def told(self, case: Case) -> list[tuple[str, bool, int]]:
        """Give, for each page, the grade, whether who it was is among the accounts, and how many others are."""
        rows = {row["event"]: row for row in case.rows("attributions")}
        events = {(row["target"], row["line"]): row for row in case.rows("events")}
        seen = dict.fromkeys(SERVERS, 0)
        found = []
        for one in self.opened:
            seen[one.server] += 1
            event = events[SERVERS[one.server], seen[one.server]]
            assert event["client_address"] == OUTER
            assert one.began <= event["time"] // SECOND <= one.ended
            row, account = rows[event["event"]], case.account(one.who)
            found.append((row["grade"], account in row["accounts"], len(set(row["accounts"]) - {account})))
        return found


@pytest.fixture
def homes(web: Web, nat: Nat, browse: Callable[..., bytes]) -> Homes:
    """Three customers over some days, one at a time and several at once; at first two within the clocks' tolerance."""
    made = Homes(web, nat, browse)
    for number in range(CLOSE):
        at = BEGIN + timedelta(hours=21, seconds=10 * number)
        made.open(max(at, web.clock.now()), ("home-11", NGINX))
        made.open(max(at + timedelta(seconds=2), web.clock.now()), ("home-12", NGINX))  # a clock is not set back
    for number in range(12):
        at = BEGIN + timedelta(days=1 + number % 9, hours=7 + number * 5 % 13, minutes=number * 17 % 47)
        made.open(at, ("home-11", NGINX), ("home-12", APACHE))
        made.open(at + timedelta(minutes=2), ("home-12", NGINX))
        made.open(at + timedelta(minutes=4), ("home-13", APACHE), ("home-11", NGINX), ("home-12", NGINX))
    return made


@pytest.mark.parametrize("fmt", RECORDS)
def test_with_ports_each_page_is_surely_whose_it_was(homes: Homes, fmt: str, case: Case) -> None:
    homes.run(case, fmt, ports=True)
    told = homes.told(case)
    close = 2 * CLOSE  # a port may have been given to another within the clocks' tolerance
    assert told[close:] == [("sure", True, 0)] * (len(told) - close)
    assert all(fits and (grade != "sure" or not others) for grade, fits, others in told)
    leads = {row["account"]: row["visits"] for row in case.rows("leads")}
    assert set(leads) == {case.account(who) for who in ("home-11", "home-12", "home-13")}
    assert set(leads.values()) <= {12, 13}  # the first evening counts if its port happened to be one person's alone
    assert leads[case.account("home-13")] == 12
    assert b"malformed" not in (case.path / "out" / "funnel.json").read_bytes()


def test_without_ports_nobody_is_picked_and_nobody_is_a_lead(homes: Homes, case: Case) -> None:
    homes.run(case, "conntrack", ports=False)
    assert {(grade, fits) for grade, fits, _ in homes.told(case)} == {("shared", True)}
    assert case.rows("leads") == []
    assert {row["basis"] for row in case.rows("visitors")} == {"address"}
