"""A scene: who sat at which address and opened a page when, as the test arranges it, and what Landmark made of that."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.real.case import Case
    from tests.real.web import Asked, Web

BEGIN = datetime(2001, 10, 22, tzinfo=UTC)
WINDOW = (BEGIN, BEGIN + timedelta(days=14))
SECOND = 1_000_000
_SERVERS = {4: "198.51.100.80", 6: "2001:db8::80"}
_TABLES = """
[[target]]
id = "forum-a"
host = "forum-a.example"
path = "/board/"
[[log]]
files = ["logs/nginx-ports.log"]
format = "combined"
host = "forum-a.example"
server = "198.51.100.80:80"
client_port = 1
"""


class Told(NamedTuple):
    """What Landmark says of a page that somebody opened."""

    grade: str
    fits: bool  # whether whoever it was is among the accounts
    others: int  # how many more there are


class Scene:
    """What is planned happens in the order of its times, by the servers' clock."""

    def __init__(self, web: Web, request: Callable[..., bytes]) -> None:
        """Take the web servers."""
        self._web = web
        self._request = request
        self._todo: list[tuple[datetime, int, Callable[[], object]]] = []
        self.asked: list[tuple[Asked, str]] = []

    def plan(self, at: datetime, act: Callable[[], object]) -> None:
        """Plan that something happens."""
        self._todo.append((at, len(self._todo), act))

    def visit(self, at: datetime, source: Callable[[], str] | str, who: str) -> None:
        """Plan that somebody opens a page, from an address that is known by then."""
        self.plan(at, lambda: self.open(source if isinstance(source, str) else source(), who))

    def open(self, source: str, who: str) -> None:
        """Open a page."""
        server = _SERVERS[6 if ":" in source else 4]
        done = self._web.ask(source, server, self._request(f"/board/?{len(self.asked)}", "forum-a.example"))
        assert done.status == 200
        done = self._web.until_written(done)
        self.asked.append((done, who))

    def live(self) -> None:
        """Let everything happen that was planned."""
        for at, _, act in sorted(self._todo, key=lambda one: one[:2]):
            self._web.clock.set(at)
            act()
        self._todo.clear()

    def case(self, case: Case, assignments: str, inputs: Mapping[str, bytes]) -> None:
        """Run a case over the web log and these records."""
        self.live()
        case.write(_TABLES + assignments, {"logs/nginx-ports.log": self._log.read_bytes(), **inputs})
        case.run()

    @property
    def _log(self) -> Path:
        return self._web.logs / "nginx-ports.log"

    def told(self, case: Case, written: Mapping[str, str] | None = None) -> list[Told]:
        """Give what is said of each page, in the order in which they were opened.

        Args:
            case: a case that has run.
            written: who is meant by a name in the records, where that is another one.
        """
        accounts = {who: case.account(name) for name, who in (written or {who: who for _, who in self.asked}).items()}
        rows = {row["event"]: row for row in case.rows("attributions")}
        events = {row["line"]: row for row in case.rows("events")}
        found = []
        for line, (done, who) in enumerate(self.asked, 1):
            event = events[line]
            assert (event["client_address"], event["client_port"]) == (done.source, done.port)
            assert done.began // SECOND <= event["time"] // SECOND <= done.ended // SECOND
            row = rows[event["event"]]
            others = set(row["accounts"]) - {accounts[who]}
            found.append(Told(row["grade"], accounts[who] in row["accounts"], len(others)))
        return found


def new_case(make: type[Case], path: Path) -> Case:
    """Make the folder of a case over the fortnight."""
    return make(path, WINDOW, date(2001, 11, 20))
