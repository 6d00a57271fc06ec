"""Logins that come back, against plain loops written from the rule in words, on random worlds.

What speaks without logins (`speaking`) is taken as it comes; other tests hold that against the definitions.
"""

from __future__ import annotations

from collections import defaultdict
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Resolve = Callable[..., dict[str, list[dict[str, Any]]]]
    Row = dict[str, Any]

MINUTE = 60_000_000
HALF_HOUR = 30 * MINUTE
HOUR = 60 * MINUTE
DAY = 24 * HOUR
BASE = 11_600 * DAY
SHIFTS = (-HOUR, HALF_HOUR, HOUR)
Combination = tuple[str, str, str, int]


class World(NamedTuple):
    """What a run is given."""

    events: list[Row]
    leases: list[Row]
    log_clocks: dict[str, int]
    assignment_clocks: dict[str, int]
    declared: list[Row]


class Voice(NamedTuple):
    """A reading that speaks, in the order of the ten around an instant."""

    instant: int
    address: str
    port: int
    login: str
    for_shift: bool


# --- the plain rule ---------------------------------------------------------------------------------------------------


def restricts(lease: Row) -> bool:
    return lease["port_from"] is not None


def named(world: World, event: Row, source: str, instant: int) -> tuple[str, str] | None:
    """Give the account that surely holds the event's address, and the lease's address; nothing where it is not one."""
    slack = world.log_clocks[event["log"]] + world.assignment_clocks[source]
    port = event["client_port"]
    rows = [
        lease
        for lease in world.leases
        if lease["assignment"] == source
        and lease["address"] in {event["client_address"], event["client_address"].rsplit(".", 1)[0] + ".0/24"}
        and not (restricts(lease) and port is not None and not lease["port_from"] <= port <= lease["port_to"])
        and lease["from"] <= instant + slack
        and (lease["until"] is None or lease["until"] > instant - slack)
        and (lease["until"] is None or lease["from"] < lease["until"])
    ]
    accounts = {row["account"] for row in rows}
    if len(accounts) != 1 or None in accounts or any(row["doubtful"] or row["inner"] for row in rows):
        return None
    if port is None and any(map(restricts, rows)):
        return None
    return accounts.pop(), rows[0]["address"]


def declared(world: World, combination: Combination, instant: int) -> bool:
    log, series, source, _ = combination
    return any(
        row["log"] in (None, log)
        and row["series"] in (None, series)
        and row["assignment"] in (None, source)
        and row["from"] <= instant < row["until"]
        for row in world.declared
    )


def readings(world: World, combination: Combination) -> dict[str, list[Row]]:
    """Give each login's readings: its first in each half hour at an address (and port, where the source has some)."""
    log, series, source, _ = combination
    with_ports = any(restricts(lease) for lease in world.leases if lease["assignment"] == source)
    found: dict[tuple[Any, ...], Row] = {}
    for event in sorted(world.events, key=lambda one: one["instants"][0]):  # stable: by number, too
        fits = (event["log"], event["series"]) == (log, series) and event["counts"] and event["login_verified"]
        if fits and event["login"] is not None and event["client_address"] is not None:
            port = event["client_port"] if with_ports and event["client_port"] is not None else -1
            key = event["login"], event["client_address"], port, event["instants"][0] // HALF_HOUR
            found.setdefault(key, {**event, "port": port})
    grouped: dict[str, list[Row]] = defaultdict(list)
    for key, event in found.items():
        if not declared(world, combination, event["instants"][0]):
            grouped[key[0]].append(event)
    return grouped


def own(pairs: Iterable[tuple[tuple[str, str], tuple[str, str]]]) -> set[str]:
    """Give the accounts that stand at more than half of a login's addresses, as written or at the shift."""
    both = [one for pair in pairs for one in pair]
    every = {address for _, address in both}
    at = {account: {address for other, address in both if other == account} for account, _ in both}
    return {account for account, some in at.items() if len(some) >= 2 and 2 * len(some) > len(every)}


def coming_back(world: World, combination: Combination, spoken: list[Row]) -> set[Voice]:
    source, shift = combination[2:]
    if len(spoken) >= 30:
        return set()
    said = {(row["client_address"], row["client_port"], row["instant"] // HALF_HOUR) for row in spoken}
    here: dict[str, list[tuple[str, str]]] = {}
    compared: dict[str, list[tuple[Row, tuple[str, str], tuple[str, str]]]] = {}
    for login, events in readings(world, combination).items():
        answers = [
            (one, named(world, one, source, one["instants"][0]), named(world, one, source, one["instants"][0] + shift))
            for one in events
        ]
        here[login] = [zero for _, zero, _ in answers if zero]
        compared[login] = [(one, zero, there) for one, zero, there in answers if zero and there]
    owned = {login: own((zero, there) for _, zero, there in some) for login, some in compared.items()}
    voices: list[Voice] = []
    for login, some in compared.items():
        names = {account for account, _ in here[login]}
        alone = not any(names & {account for account, _ in at} for other, at in here.items() if other != login)
        elsewhere = len({address for _, address in here[login]}) >= 2
        several = len({there for _, _, (there, _) in some}) > 1
        speaks = []
        for event, (zero, _), (there, _) in some:
            sole = sum(there in accounts for accounts in owned.values()) == 1
            if zero == there:
                continue
            if len(names) == 1 and alone and elsewhere and several and owned[login] <= names:
                speaks.append((event, False))
            elif len(names) > 1 and there in owned[login] and zero not in owned[login] and sole:
                speaks.append((event, True))
        voices += [
            Voice(event["instants"][0], event["client_address"], event["port"], login, for_shift)
            for event, for_shift in speaks
            if (event["client_address"], event["port"], event["instants"][0] // HALF_HOUR) not in said
        ]
    days: dict[tuple[str, int], list[Voice]] = defaultdict(list)
    for voice in voices:
        days[voice.login, voice.instant // DAY].append(voice)
    return {min(some, key=lambda one: (not one.for_shift, *one[:3])) for some in days.values()}


def excluded(voices: list[Voice], by_logins: bool, instant: int) -> bool:  # noqa: FBT001 - one of two kinds of test
    """Whether the ten around an instant leave the shift excluded there."""
    before = [one for one in voices if one.instant < instant]
    after = [one for one in voices if one.instant >= instant]
    if len(before) < 5:
        ten = before + after[: 10 - len(before)]
    elif len(after) < 5:
        ten = before[-(10 - len(after)) :] + after
    else:
        ten = before[-5:] + after[:5]
    moments = [one.instant for one in ten] + [instant] * by_logins
    return sum(one.for_shift for one in ten) <= 1 and not (by_logins and max(moments) - min(moments) > DAY)


# --- random worlds ----------------------------------------------------------------------------------------------------


BLANK = {"protocol": None, "destination": None}


def a_world(  # noqa: PLR0913 - each is one thing that worlds differ in
    *, seed: int, addresses: int, accounts: int, logins: int, days: int, wrong: float, ports: bool, stray: float
) -> World:
    """Make a pool that is hardly ever empty, and logins that come back; for some time the clock may be wrong."""
    pick = Random(seed)  # noqa: S311 - a world for a test, no secret
    pool = [f"198.51.100.{n + 1}" for n in range(addresses)]
    leases: list[Row] = []
    blocks = [(1000, 1999), (2000, 2999)] if ports else [(None, None)]
    for place in pool:
        for low, high in blocks:
            at = BASE - 3 * HOUR
            while at < BASE + days * DAY + 3 * HOUR:
                until = at + pick.randrange(5, 100, 5) * MINUTE
                leases.append({
                    "assignment": "isp" if pick.random() > stray / 4 else "other", "address": place,
                    "port_from": low, "port_to": high, "from": at,
                    "until": until - (MINUTE if pick.random() < stray else 0), **BLANK, "line": None,
                    "account": None if pick.random() < stray / 9 else f"acc-{pick.randrange(accounts)}",
                    "inner": "acc-9" if pick.random() < stray / 9 else None,
                    "doubtful": pick.random() < stray / 3,
                })  # fmt: skip
                at = until
    if pick.random() < stray:
        leases.append({**leases[-1], "address": "198.51.100.0/24", "until": None})
    events: list[Row] = []
    for _ in range(logins * days * 2):
        who = pick.randrange(logins)
        off = pick.choice(SHIFTS) if pick.random() < wrong else 0
        mine = [one for one in leases if one["account"] == f"acc-{who % accounts}"]
        lease = pick.choice(mine if mine and pick.random() > stray / 3 else leases)
        within = pick.randrange(0, max((lease["until"] or lease["from"] + HOUR) - lease["from"], MINUTE), MINUTE)
        address = pick.choice(pool) if "/" in lease["address"] else lease["address"]
        low = lease["port_from"]
        events.append({
            "client_address": address, "instants": [lease["from"] + within - off], "login": f"login-{who}",
            "client_port": None if low is None or pick.random() < stray / 3 else low + pick.randrange(3), **BLANK,
            "login_verified": pick.random() > stray / 4, "counts": pick.random() > stray / 4, "log": "web",
            "series": "two" if pick.random() < stray / 4 else "one",
        })  # fmt: skip
    bad = {"log": None, "series": None, "assignment": "isp", "from": BASE + 3 * HOUR, "until": BASE + 9 * HOUR}
    tolerance = pick.choice([0, 0, MINUTE])
    bads = [bad] if pick.random() < stray else []
    return World(events, leases, {"web": tolerance}, {"isp": 0, "other": 0}, bads)


worlds = st.builds(
    a_world,
    seed=st.integers(0, 10**6),
    addresses=st.integers(1, 8),
    accounts=st.integers(1, 12),
    logins=st.integers(1, 14),
    days=st.integers(1, 4),
    wrong=st.sampled_from([0.0, 0.0, 0.05, 0.5, 1.0]),
    ports=st.booleans(),
    stray=st.sampled_from([0.0, 0.2, 0.9]),
)


busy_worlds = st.builds(
    a_world,
    seed=st.integers(0, 10**6),
    addresses=st.integers(8, 12),
    accounts=st.integers(22, 30),
    logins=st.integers(14, 22),
    days=st.just(4),
    wrong=st.sampled_from([0.0, 0.004, 0.02]),
    ports=st.just(value=False),
    stray=st.sampled_from([0.0, 0.0, 0.03]),
)


def compare(resolve: Resolve, world: World) -> None:
    clocks = {"log_clocks": world.log_clocks, "assignment_clocks": world.assignment_clocks}
    found = resolve(world.events, world.leases, shifts=SHIFTS, declared=world.declared, **clocks)
    doubts = defaultdict(list)
    for row in found["doubts"]:
        doubts[row["log"], row["series"], row["assignment"], row["shift"]].append((row["from"], row["until"]))
    for test in found["source_tests"]:
        combination = test["log"], test["series"], test["assignment"], test["shift"]
        mine, theirs = (
            [row for row in found[name] if (row["log"], row["series"], row["assignment"], row["shift"]) == combination]
            for name in ("speaking", "returning")
        )
        logins = coming_back(world, combination, mine)
        names = ("instant", "client_address", "client_port", "login", "for_shift")
        assert {Voice(*(row[name] for name in names)) for row in theirs} == logins
        assert len(theirs) == len(logins)

        addresses = [Voice(*(row.get(name, "") for name in names)) for row in mine]
        voices = sorted([*addresses, *logins])
        b, c = (sum(one.for_shift == for_shift for one in voices) for for_shift in (False, True))
        days = len({one.instant // DAY for one in voices if not one.for_shift})
        whole = b >= 30 and days >= 3 and c <= b / 10
        assert test == {
            **dict(zip(("log", "series", "assignment", "shift"), combination, strict=True)),
            "for_zero": b,
            "for_shift": c,
            "for_zero_by_logins": sum(not one.for_shift for one in logins),
            "for_shift_by_logins": sum(one.for_shift for one in logins),
            "days": days,
            "excluded": whole,
            "loud": c > b and c >= 10,
        }
        moments = [one["instants"][0] for one in world.events if (one["log"], one["series"]) == combination[:2]]
        probes = {one.instant + step for one in voices for step in (-DAY, -1, 0, 1, DAY)} | set(moments)
        for moment in (one for one in probes if min(moments) <= one <= max(moments)):
            doubted = any(since <= moment < until for since, until in doubts[combination])
            assert doubted == (not whole or not excluded(voices, bool(logins), moment)), moment


@settings(max_examples=40)
@given(worlds)
def test_logins_that_come_back_speak_as_the_rule_in_words_says(resolve: Resolve, world: World) -> None:
    compare(resolve, world)


@settings(max_examples=8)
@given(busy_worlds)
def test_the_rule_in_words_holds_where_logins_are_enough_to_exclude_a_shift(resolve: Resolve, world: World) -> None:
    compare(resolve, world)
