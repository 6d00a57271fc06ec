"""The five stages against a resolver of plain loops, written from the definitions alone, on random worlds.

Times lie on a grid of minutes with few values, so that ties, edges of tolerances, half hours and shifts meet often.
"""

from __future__ import annotations

from functools import cache
from ipaddress import ip_address, ip_network
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Resolve = Callable[..., dict[str, list[dict[str, Any]]]]
    Row = dict[str, Any]

MINUTE = 60_000_000
HALF_HOUR = 30 * MINUTE
DAY = 24 * 60 * MINUTE
BASE = 11_600 * DAY
SHIFTS = (-60 * MINUTE, -30 * MINUTE, 30 * MINUTE, 60 * MINUTE)
ADDRESSES = ("198.51.100.1", "198.51.100.2", "2001:db8::1")
PREFIXES = ("198.51.100.0/30", "2001:db8::/64")
RANKS = (
    "nobody",
    "no_account",
    "two_accounts",
    "two_lines",
    "login_disagrees",
    "no_port",
    "several_accounts",
    "other_within_tolerance",
    "other_under_shift",
    "only_within_tolerance",
    "doubtful_row",
    "two_instants",
    "doubtful_stretch",
    "sure",
)


class World(NamedTuple):
    """What a run is given."""

    events: list[Row]
    leases: list[Row]
    log_clocks: dict[str, int]
    assignment_clocks: dict[str, int]
    declared: list[Row]
    shifts: Sequence[int] = SHIFTS


# --- the plain resolver -----------------------------------------------------------------------------------------------


def restricts(lease: Row) -> bool:
    return lease["port_from"] is not None and (lease["port_from"], lease["port_to"]) not in {(0, 65535), (1, 65535)}


@cache
def within(address: str, place: str) -> bool:
    return ip_address(address) in ip_network(place)


def bears(lease: Row, event: Row) -> bool:
    """Whether a lease is one of this address, and of this port, protocol and destination where both are known."""
    if not within(event["client_address"], lease["address"]):
        return False
    port = event["client_port"]
    if restricts(lease) and port is not None and not lease["port_from"] <= port <= lease["port_to"]:
        return False
    return all(None in (lease[name], event[name]) or lease[name] == event[name] for name in ("protocol", "destination"))


def holds(lease: Row, instant: int, slack: int = 0) -> bool:
    end = float("inf") if lease["until"] is None else lease["until"]
    return lease["from"] < end and lease["from"] <= instant + slack and end > instant - slack


def one_translation(lease: Row) -> bool:
    return None not in (lease["port_from"], lease["protocol"]) and lease["port_from"] == lease["port_to"]


def holder(lease: Row) -> Any:  # noqa: ANN401 - an account, or the row of a lease without one
    return lease["account"] if lease["account"] is not None else id(lease)


class Plain:
    """Answers from lists, by looking at all of them each time."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.speaking: dict[tuple[str, str, str, int], list[tuple[int, bool]]] = {}
        self.tested = cache(self._tested)
        for clock in {(event["log"], event["series"]) for event in world.events if event["client_address"]}:
            for source in world.assignment_clocks:
                for shift in world.shifts:
                    self.speaking[(*clock, source, shift)] = list(self._speak(*clock, source, shift))

    def slack(self, event: Row, lease: Row) -> int:
        return self.world.log_clocks[event["log"]] + self.world.assignment_clocks[lease["assignment"]]

    def near(self, event: Row, instant: int, source: str | None = None) -> list[Row]:
        return [
            lease
            for lease in self.world.leases
            if source in (None, lease["assignment"])
            and bears(lease, event)
            and holds(lease, instant, self.slack(event, lease))
        ]

    def declared(self, log: str, series: str, source: str, instant: int) -> bool:
        return any(
            row["log"] in (None, log)
            and row["series"] in (None, series)
            and row["assignment"] in (None, source)
            and row["from"] <= instant < row["until"]
            for row in self.world.declared
        )

    def _speak(self, log: str, series: str, source: str, shift: int) -> Iterable[tuple[int, bool]]:
        with_ports = any(restricts(lease) for lease in self.world.leases if lease["assignment"] == source)
        readings: dict[tuple[Any, ...], Row] = {}
        for event in sorted(self.world.events, key=lambda one: one["instants"][0]):  # stable: by number, too
            if event["counts"] and event["client_address"] and (event["log"], event["series"]) == (log, series):
                port = event["client_port"] if with_ports and event["client_port"] is not None else -1
                readings.setdefault((event["client_address"], port, event["instants"][0] // HALF_HOUR), event)
        ordered = sorted(
            (event["instants"][0], *key[:2], number) for number, (key, event) in enumerate(readings.items())
        )
        events = list(readings.values())
        for instant, _, _, number in ordered:
            here = self.near(events[number], instant, source)
            there = self.near(events[number], instant + shift, source)
            if any(lease["doubtful"] for lease in here + there) or self.declared(log, series, source, instant):
                continue
            if bool(here) != bool(there):
                yield instant, bool(there)

    def _tested(self, log: str, series: str, source: str, shift: int) -> tuple[int, int, int, bool, bool]:
        speaking = self.speaking[log, series, source, shift]
        b = sum(not for_shift for _, for_shift in speaking)
        c = len(speaking) - b
        days = len({instant // DAY for instant, for_shift in speaking if not for_shift})
        return b, c, days, b >= 30 and days >= 3 and c <= b / 10, c > b and c >= 10

    def excluded(self, log: str, series: str, source: str, shift: int, instant: int) -> bool:
        if not self.tested(log, series, source, shift)[3]:
            return False
        speaking = self.speaking[log, series, source, shift]
        before = [for_shift for at, for_shift in speaking if at < instant]
        after = [for_shift for at, for_shift in speaking if at >= instant]
        if len(before) < 5:
            ten = before + after[: 10 - len(before)]
        elif len(after) < 5:
            ten = before[-(10 - len(after)) :] + after
        else:
            ten = before[-5:] + after[:5]
        return sum(ten) <= 1

    def outright(self, log: str, series: str, source: str, instant: int) -> bool:
        loud = any(self.tested(log, series, source, shift)[4] for shift in self.world.shifts)
        return loud or self.declared(log, series, source, instant)

    def on_two_lines(self, account: str, instant: int) -> bool:
        mine = [row for row in self.world.leases if row["account"] == account and not row["doubtful"]]
        return len({row["line"] for row in mine if holds(row, instant)} - {None}) > 1

    def under_shifts(self, event: Row, instant: int, holders: set[Any]) -> Iterable[str]:
        for source in self.world.assignment_clocks:
            clock = event["log"], event["series"], source
            if self.outright(*clock, instant) and self.near(event, instant, source):
                yield "doubtful_stretch"
            for shift in self.world.shifts:
                if not self.excluded(*clock, shift, instant):
                    others = [row for row in self.near(event, instant + shift, source) if holder(row) not in holders]
                    yield from ("doubtful_row" if row["doubtful"] else "other_under_shift" for row in others)

    def at(self, event: Row, instant: int) -> tuple[str, set[Any], set[Any]]:
        """Give the reason at one instant, every account that fits within the tolerance, and every holder."""
        rows = self.near(event, instant)
        sure = [row for row in rows if not row["doubtful"]]
        doubtful = [row for row in rows if row["doubtful"]]
        now = [row for row in sure if holds(row, instant)]
        first = now or sure
        holders = {holder(row) for row in sure}
        accounts = {row["account"] for row in sure} - {None}
        lacking = [row for row in first if restricts(row) and event["client_port"] is None]
        login = event["login_account"] if event["login_verified"] else None
        translated = None not in (event["client_port"], event["protocol"]) and all(map(one_translation, sure))
        said = {
            "nobody": not rows,
            "no_account": len(holders) == 1 and not accounts,
            "two_accounts": len({holder(row) for row in now if row not in lacking}) > 1,
            "two_lines": any(
                self.on_two_lines(account, instant) for account in {row["account"] for row in first} - {None}
            ),
            "login_disagrees": login is not None and bool(accounts) and login not in accounts,
            "no_port": bool(lacking),
            "several_accounts": len({holder(row) for row in first}) > 1,
            "other_within_tolerance": len(holders) > 1,
            "only_within_tolerance": bool(sure) and not now and not translated,
            "doubtful_row": any(holds(row, instant) or holder(row) not in holders for row in doubtful),
        }
        fits = {reason for reason, does in said.items() if does}
        if len(holders) == 1:
            fits.update(self.under_shifts(event, instant, holders))
        return min(fits or {"sure"}, key=RANKS.index), accounts, holders

    def attribution(self, event: Row) -> tuple[str, list[str]]:
        answers = [self.at(event, instant) for instant in event["instants"]]
        reasons = {reason for reason, _, _ in answers}
        if len({frozenset(holders) for _, _, holders in answers if holders}) > 1:
            reasons.add("two_instants")
        accounts = set().union(*(accounts for _, accounts, _ in answers))
        return min(reasons, key=RANKS.index), sorted(accounts)


# --- random worlds ----------------------------------------------------------------------------------------------------


def instants(hours: int) -> st.SearchStrategy[int]:
    return st.integers(0, hours * 12).map(lambda five: BASE + 5 * five * MINUTE)


jitter = st.sampled_from([0, 0, 0, -1, 1, -2 * MINUTE, 2 * MINUTE, 3 * MINUTE])
port_ranges = st.sampled_from(
    [(None, None)] * 4 + [(0, 65535), (1, 65535), (1000, 1999), (2000, 2999), (1500, 2500), (1500, 1500)]
)


@st.composite
def a_lease(draw: st.DrawFn) -> Row:
    # Some are longer than half a day or twelve days, or lie as far away: those are looked for in wider buckets.
    since = draw(instants(3)) + draw(jitter) - draw(st.sampled_from([0, 0, 0, DAY, 13 * DAY]))
    short = st.integers(0, 24).map(lambda five: 5 * five * MINUTE)
    length = draw(st.one_of(st.none(), short, short, st.sampled_from([DAY, DAY + HALF_HOUR, 13 * DAY])))
    low, high = draw(port_ranges)
    return {
        "address": draw(st.sampled_from(ADDRESSES + PREFIXES)),
        "assignment": draw(st.sampled_from(["isp", "isp", "other"])),
        "port_from": low,
        "port_to": high,
        "protocol": draw(st.sampled_from([None, None, "tcp", "udp"])),
        "destination": draw(st.sampled_from([None, None, None, "192.0.2.1:80", "192.0.2.2:80"])),
        "from": since,
        "until": None if length is None else since + length + max(draw(jitter), 0),
        "account": draw(st.sampled_from(["a", "a", "b", "c", None])),
        "line": draw(st.sampled_from([None, None, "one", "two"])),
        "doubtful": draw(st.sampled_from([False, False, False, True])),
    }


@st.composite
def an_event(draw: st.DrawFn) -> Row:
    login = draw(st.sampled_from([None] * 5 + ["a", "b", "z"]))
    moments = draw(st.lists(st.tuples(instants(4), jitter), min_size=1, max_size=2))
    return {
        "client_address": draw(st.sampled_from([*ADDRESSES, *ADDRESSES, None])),
        "client_port": draw(st.sampled_from([None, None, 1500, 1000, 1999, 2000, 3000])),
        "protocol": draw(st.sampled_from([None, "tcp", "udp"])),
        "destination": draw(st.sampled_from([None, "192.0.2.1:80"])),
        "instants": sorted({one + more for one, more in moments}),
        "login_account": login,
        "login_verified": draw(st.booleans()),
        "counts": draw(st.booleans()),
        "log": draw(st.sampled_from(["web", "news"])),
        "series": draw(st.sampled_from(["one", "two"])),
    }


@st.composite
def a_declaration(draw: st.DrawFn) -> Row:
    since = draw(instants(4))
    return {
        "log": draw(st.sampled_from([None, "web", "news"])),
        "series": draw(st.sampled_from([None, None, "one"])),
        "assignment": draw(st.sampled_from([None, "isp", "other"])),
        "from": since,
        "until": since + 5 * MINUTE * draw(st.integers(0, 12)),
    }


tolerances = st.sampled_from([0, MINUTE, 2 * MINUTE])
neighbourhoods = st.builds(
    World,
    st.lists(an_event(), min_size=1, max_size=8),
    st.lists(a_lease(), max_size=8),
    st.fixed_dictionaries({"web": tolerances, "news": tolerances}),
    st.fixed_dictionaries({"isp": tolerances, "other": tolerances}),
    st.lists(a_declaration(), max_size=2, unique_by=lambda row: tuple(map(str, row.values()))),
)


def named(row: Row, number: int) -> Row:
    """Give a row the names of its neighbourhood: no log, source, account or address is another's too."""
    own = {name: f"{row[name]}-{number}" for name in ("log", "assignment", "account", "login_account") if row.get(name)}
    for name in ("client_address", "address"):
        if row.get(name):
            first, _, rest = row[name].rpartition("::" if ":" in row[name] else ".")
            last = f"::{rest}" if ":" in row[name] else f".{int(rest[0]) + 4 * number}{rest[1:]}"
            own[name] = f"{first}:0:{number + 1}{last}" if ":" in row[name] else first + last
    return {**row, **own}


def together(parts: Sequence[World], shifts: Sequence[int]) -> World:
    """Put neighbourhoods beside each other: what takes longest is what each run takes, however little is in it."""
    declared = [named(row, number) for number, part in enumerate(parts) for row in part.declared]
    # Of all logs and all sources one neighbourhood may speak, or it would be doubtful nearly everywhere.
    everywhere = {id(row) for row in declared[len(parts[0].declared) :] if row["log"] is row["assignment"] is None}
    return World(
        [named(row, number) for number, part in enumerate(parts) for row in part.events],
        [named(row, number) for number, part in enumerate(parts) for row in part.leases],
        {f"{log}-{number}": slack for number, part in enumerate(parts) for log, slack in part.log_clocks.items()},
        {
            f"{one}-{number}": slack
            for number, part in enumerate(parts)
            for one, slack in part.assignment_clocks.items()
        },
        [row for row in declared if id(row) not in everywhere],
        shifts,
    )


small_worlds = st.builds(
    together,
    st.lists(neighbourhoods, min_size=1, max_size=6),
    st.sampled_from([SHIFTS, SHIFTS[2:3], (), (-DAY, DAY), (60 * MINUTE, 60 * MINUTE + 1)]),
)


def a_big_world(seed: int, readings: int, days: int, wrong: float, mixed: float) -> World:
    """Make readings enough to exclude a shift: each with a lease at it or, where the clock was wrong, beside it."""
    pick = Random(seed)  # noqa: S311 - a world for a test, no secret
    with_ports = pick.random() < 0.3
    events: list[Row] = []
    leases: list[Row] = []
    for number in range(readings):
        address = f"198.51.100.{pick.randrange(30)}"
        moment = BASE + pick.randrange(days) * DAY + pick.randrange(0, 400, 5) * MINUTE
        source = "other" if pick.random() < mixed else "isp"
        off = pick.choice([60, 30, -60]) * MINUTE if pick.random() < wrong else 0
        low, high = pick.choice([(None, None), (1000, 1999), (2000, 2999)]) if with_ports else (None, None)
        account = pick.choice(["a", "b", "c", f"own-{number}"])
        blank = {"protocol": None, "destination": None}
        leases.append({
            "address": address, "assignment": source, "port_from": low, "port_to": high, **blank,
            "from": moment + off - pick.randrange(0, 20, 5) * MINUTE,
            "until": moment + off + pick.randrange(5, 25, 5) * MINUTE,
            "account": account, "line": None, "doubtful": pick.random() < 0.03,
        })  # fmt: skip
        events.append({
            "client_address": address, "client_port": pick.choice([None, 1000, 2999]) if with_ports else None, **blank,
            "instants": [moment], "login_account": None, "login_verified": False, "counts": pick.random() < 0.97,
            "log": "web", "series": "two" if pick.random() < mixed / 4 else "one",
        })  # fmt: skip
    bad = {"log": None, "series": None, "assignment": "isp", "from": BASE + 100 * MINUTE, "until": BASE + 140 * MINUTE}
    tolerance = pick.choice([0, MINUTE, 5 * MINUTE])
    return World(events, leases, {"web": tolerance}, {"isp": 0, "other": MINUTE}, [bad] if pick.random() < 0.3 else [])


big_worlds = st.builds(
    a_big_world,
    st.integers(0, 10**6),
    st.integers(28, 110),
    st.integers(2, 5),
    st.sampled_from([0.0, 0.04, 0.08, 0.12, 0.6]),
    st.sampled_from([0.0, 0.2]),
)


# --- the comparison ---------------------------------------------------------------------------------------------------


def compare(resolve: Resolve, world: World) -> None:
    tables = resolve(
        world.events,
        world.leases,
        shifts=world.shifts,
        log_clocks=world.log_clocks,
        assignment_clocks=world.assignment_clocks,
        declared=world.declared,
    )
    plain = Plain(world)
    for row in tables["source_tests"]:
        clock = row["log"], row["series"], row["assignment"], row["shift"]
        found = tuple(row[name] for name in ("for_zero", "for_shift", "days", "excluded", "loud"))
        assert found == plain.tested(*clock), clock
    assert len(tables["source_tests"]) == len(plain.speaking)

    stretches: dict[tuple[Any, ...], list[tuple[int, int]]] = {}
    for row in tables["doubts"]:
        key = row["log"], row["series"], row["assignment"], row["shift"]
        before = stretches.setdefault(key, [])
        assert row["from"] < row["until"]
        assert not before or before[-1][1] < row["from"], "stretches that touch are one"
        before.append((row["from"], row["until"]))
    for log, series, source, shift in plain.speaking:
        moments = [one for event in world.events if (event["log"], event["series"]) == (log, series)
                   and event["client_address"] for one in event["instants"]]  # fmt: skip
        near_by = {one + step for one in moments for step in (-1, 0, 1)}
        for moment in (one for one in near_by if min(moments) <= one <= max(moments)):
            doubted = [any(since <= moment < until for since, until in stretches.get((log, series, source, one), []))
                       for one in (shift, 0)]  # fmt: skip
            wanted = [
                not plain.excluded(log, series, source, shift, moment),
                plain.outright(log, series, source, moment),
            ]
            assert doubted == wanted, (log, series, source, shift, moment)

    rows = {row["event"]: row for row in tables["attributions"]}
    for number, event in enumerate(world.events):
        if event["client_address"] is None:
            assert number not in rows
        else:
            reason, accounts = plain.attribution(event)
            assert (rows[number]["reason"] or "sure", rows[number]["accounts"]) == (reason, accounts), event


@settings(max_examples=60)  # each of some four neighbourhoods
@given(small_worlds)
def test_the_stages_equal_a_plain_resolver_on_small_random_worlds(resolve: Resolve, world: World) -> None:
    compare(resolve, world)


@settings(max_examples=50)
@given(big_worlds)
def test_the_stages_equal_a_plain_resolver_where_readings_exclude_shifts(resolve: Resolve, world: World) -> None:
    compare(resolve, world)
