"""The kinds of worlds: a closed list. What is in each, and what can be asked of a run on it, `docs/worlds.md` says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from landmark.simulate import clock
from landmark.simulate.clock import BEGIN, DAY, DAYS, HOUR, MINUTE, Zones

if TYPE_CHECKING:
    from landmark.simulate.clock import Clock

DEFAULT = "provider"


@dataclass(frozen=True, slots=True)
class Kind:
    """How the world of a kind differs from the default one."""

    name: str
    says: str
    faults: tuple[str, ...] = ()
    """What is wrong with its records or clocks, in words of `truth.json`."""
    right_clocks: bool = True
    """Whether every clock and zone is what the case says; else only that nothing sure is wrong can be asked."""
    busy: bool = False
    """Addresses are given out again at once, and many customers are on line who read nothing that is logged."""
    never_empty: bool = False
    """Besides, no address of the pool is ever without a customer; and many have a login that a server checks."""
    detail: bool = False
    """The pool is recorded in FreeRADIUS `detail`; else in the file of assignments, with everything else."""
    losses: bool = False
    """Of these records some are lost, and servers restart."""
    behind_nat: float = 0.0
    """What share of the pool's sessions is behind NAT."""
    ports: bool = False
    """The web servers log the client's port."""
    people: bool = False
    """With people of whom no record can tell who sat there."""
    zones: Zones | None = None
    """The file of assignments is in local time, without offset."""
    clock: Clock = clock.right
    """What the web servers' clocks show."""
    measured: str = ""
    """How far the case says that the web server's clock is ahead; it is so, and taken off."""

    @property
    def read(self) -> Clock:
        """What somebody reads who knows what the case says of the clocks."""
        return clock.right if self.measured else self.clock


def _off(seconds: int, begin: int = 0, end: int = 1 << 40) -> Clock:
    def shown(log: str, instant: int) -> int:
        return instant + seconds if log == "web" and begin <= instant < end else instant

    return shown


def _drifting(log: str, instant: int) -> int:
    return instant - (instant - BEGIN) * _DRIFT // (DAYS * DAY) if log == "web" else instant


def _gaining(log: str, instant: int) -> int:
    return 2 * instant - _drifting(log, instant)


_DRIFT = 20 * MINUTE
_BAD_DAY = BEGIN + 3 * DAY

KINDS = {
    kind.name: kind
    for kind in (
        Kind(DEFAULT, "right clocks and whole records, in a pool whose addresses mostly rest"),
        Kind("radius", "a busy pool, recorded as FreeRADIUS detail", busy=True, detail=True),
        Kind(
            "lost-stops",
            "the same, with one Stop in twenty lost, one Interim in twenty, and servers that restart",
            ("records lost",),
            busy=True,
            detail=True,
            losses=True,
        ),
        Kind(
            "never-empty",
            "a pool whose addresses are given out again at once, so that none is ever empty, and logins that come back",
            busy=True,
            never_empty=True,
        ),
        Kind("nat", "carrier-grade NAT, and servers that log the port", detail=True, behind_nat=1.0, ports=True),
        Kind(
            "nat-without-ports",
            "carrier-grade NAT, and servers that log no port",
            ("ports missing",),
            detail=True,
            behind_nat=1.0,
        ),
        Kind("local-time", "assignments in local time, across the change of the clocks", zones=Zones(0)),
        Kind(
            "wrong-zone",
            "assignments written an hour east of the zone that the case declares",
            ("zone wrong",),
            right_clocks=False,
            zones=Zones(HOUR),
        ),
        Kind("people", "lines over which others sit than the customer", people=True),
        Kind(
            "slow-clock",
            "a web server's clock a minute slow",
            ("clock wrong",),
            right_clocks=False,
            clock=_off(-MINUTE),
        ),
        Kind(
            "slow-clock-measured",
            "the same clock, measured, and the case says so",
            clock=_off(-MINUTE),
            measured="-1m",
        ),
        Kind(
            "ten-minutes-slow",
            "a web server's clock ten minutes slow",
            ("clock wrong",),
            right_clocks=False,
            clock=_off(-10 * MINUTE),
        ),
        Kind(
            "drifting",
            "a web server's clock that loses twenty minutes in the two weeks",
            ("clock wrong",),
            right_clocks=False,
            clock=_drifting,
        ),
        Kind(
            "gaining",
            "a web server's clock that gains twenty minutes in the two weeks",
            ("clock wrong",),
            right_clocks=False,
            clock=_gaining,
        ),
        Kind("hour-off", "a web server's clock an hour fast", ("clock wrong",), right_clocks=False, clock=_off(HOUR)),
        Kind(
            "hour-off-a-day",
            "a web server's clock an hour fast for one day",
            ("clock wrong",),
            right_clocks=False,
            clock=_off(HOUR, _BAD_DAY, _BAD_DAY + DAY),
        ),
        Kind(
            "hour-off-half-a-day",
            "a web server's clock an hour slow for half a day",
            ("clock wrong",),
            right_clocks=False,
            clock=_off(-HOUR, _BAD_DAY + 12 * HOUR, _BAD_DAY + DAY),
        ),
        Kind(
            "mixed",
            "all of these at once that leave the clocks right",
            ("records lost",),
            busy=True,
            detail=True,
            losses=True,
            behind_nat=0.5,
            ports=True,
            people=True,
            zones=Zones(0),
        ),
    )
}
"""Every kind by its name."""
