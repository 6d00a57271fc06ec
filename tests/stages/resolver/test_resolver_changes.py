"""What `show` says would change an answer rests on the same rule as the answer: reason by reason, in random worlds."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from landmark.tables import HOUR, MINUTE, SECOND
from landmark.trace.changes import Held, Stretch, reason

if TYPE_CHECKING:
    from collections.abc import Callable

BASE = 11_600 * 24 * HOUR
SLACK = {"isp": 5 * SECOND, "nat": 9 * SECOND}
SHIFTS = (-HOUR, HOUR)


def drawn(random: Random) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Draw events and leases at one address, near each other's ends."""
    grid = [BASE + number * 10 * MINUTE for number in range(14)]

    def near() -> int:
        return random.choice(grid) + random.choice((0, 0, 1, -1, 4, -4, 8, -8, 13)) * SECOND

    leases = []
    for _ in range(random.randrange(1, 9)):
        begin = near()
        ports = random.choice(((None, None), (1024, 2047), (2048, 3071), (1500, 1500)))
        leases.append(
            {
                "assignment": random.choice(("isp", "nat")),
                "address": "192.0.2.1",
                "from": begin,
                "until": random.choice((begin + random.choice((1, 10, 60)) * MINUTE, None)),
                "account": random.choice(("a", "b", "c", None)),
                "doubtful": random.random() < 0.2,
                "port_from": ports[0],
                "port_to": ports[1],
                "protocol": random.choice((None, "tcp")),
            }
        )
    events = [
        {
            "client_address": "192.0.2.1",
            "instants": [near()],
            "client_port": random.choice((None, 1500, 2500)),
            "protocol": random.choice((None, "tcp")),
        }
        for _ in range(6)
    ]
    return events, leases


def as_held(number: int, lease: dict[str, Any], event: dict[str, Any]) -> Held | None:
    low, high, port = lease["port_from"], lease["port_to"], event["client_port"]
    if None not in {low, port} and not low <= port <= high:
        return None
    if None not in {lease["protocol"], event["protocol"]} and lease["protocol"] != event["protocol"]:
        return None
    one = low is not None and low == high and lease["protocol"] is not None
    return Held(
        number,
        lease["assignment"],
        lease["account"] or f"holder of {number}",
        lease["account"] is not None,
        lease["from"],
        2**63 - 1 if lease["until"] is None else lease["until"],
        SLACK[lease["assignment"]],
        lease["doubtful"],
        low is not None and port is None,
        one and port is not None and event["protocol"] is not None,
    )


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_reason_of_an_answer_is_the_same_where_it_is_explained(
    resolve: Callable[..., dict[str, list[dict[str, Any]]]], seed: int
) -> None:
    random = Random(seed)  # noqa: S311 - a test draws a world
    events, leases = drawn(random)
    declared = []
    if random.random() < 0.3:
        declared = [{"log": None, "series": None, "assignment": "nat", "from": BASE, "until": BASE + HOUR}]
    made = resolve(
        events,
        leases,
        shifts=SHIFTS,
        assignment_clocks=SLACK,
        declared=declared,
    )
    for number, event in enumerate(events):
        (at,) = event["instants"]
        rows = [held for n, lease in enumerate(leases) if (held := as_held(n, lease, event)) is not None]
        stretches = [
            Stretch(row["assignment"], row["shift"]) for row in made["doubts"] if row["from"] <= at < row["until"]
        ]
        (row,) = [one for one in made["attributions"] if one["event"] == number]
        assert reason(rows, at, stretches) == row["reason"], (event, rows, stretches)
