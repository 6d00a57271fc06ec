"""What counts, by the true acts: the definitions once more, in plain code that knows what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from landmark.simulate.acts import GAP, sat
from landmark.simulate.clock import BEGIN, END, right, twice
from landmark.simulate.oracle import Reading
from landmark.simulate.sites import CLUB, MEMBERS, watched

if TYPE_CHECKING:
    from collections.abc import Iterable

    from landmark.simulate.acts import Connection, Hit
    from landmark.simulate.clock import Clock

_STATIC = (".css", ".js", ".gif", ".jpg", ".png", ".ico")
_LOGS = {"news1": "news", "news2": "news2"}
_NOT_MODIFIED = 304
_SENT_ON = (302, 303)
_REFUSED = (401, 403)


class Counted(NamedTuple):
    """One act that counts: the time it fills, the instants at which its address must be one account's, and the log."""

    first: int
    last: int
    true_first: int
    true_last: int
    instants: tuple[int, ...]
    log: str
    address: str
    port: int | None
    login: str | None
    account: str | None
    person: str | None
    readings: tuple[Reading, ...]


def counted_hit(hit: Hit, clock: Clock = right) -> Counted | None:
    """Give a request as it counts, or None: not watched, outside, refused, embedded, or another method.

    Args:
        hit: the request.
        clock: what the server's clock shows at an instant.
    """
    log = "club" if hit.host == CLUB else "web"
    time = clock(log, hit.time)
    if hit.forum is None or not max(BEGIN, hit.forum.since or BEGIN) <= time < END:
        return None
    fine = 200 <= hit.status < 300 or hit.status == _NOT_MODIFIED  # noqa: PLR2004 - RFC 9110, 15.3
    reached = (hit.method == "GET" and fine) or (hit.method == "POST" and (fine or hit.status in _SENT_ON))
    page = hit.path.split("?")[0]
    foreign = hit.referrer != "-" and urlsplit(hit.referrer).hostname != hit.host
    if not reached or (page.endswith(_STATIC) and foreign):
        return None
    verified = log == "club" and f"{unquote(page)}/".startswith(MEMBERS) and hit.status not in _REFUSED
    login = hit.login if verified else None
    readings = (Reading(log, time, hit.address, hit.port),)
    who = sat(hit.account, hit.person)
    ends = time, time, hit.time, hit.time
    return Counted(*ends, (time,), log, hit.address, hit.port, login, hit.account, who, readings)


def counted_connection(one: Connection, clock: Clock = right) -> Counted | None:
    """Give a news connection as it counts, or None where nothing watched was fetched or an end lies outside.

    Args:
        one: the connection.
        clock: as of `counted_hit`.
    """
    log = _LOGS[one.server]
    true = one.time, [place for place in one.left if watched(place.group)]
    one = one._replace(time=clock(log, one.time), left=tuple(at._replace(time=clock(log, at.time)) for at in one.left))
    left = [place for place in one.left if watched(place.group)]
    if not any(place.articles for place in left) or one.time < BEGIN or left[-1].time >= END:
        return None
    ends = one.time, left[-1].time
    quiet = one.server == "news2"  # its log does not tell which of two equal local times it was
    instants = sorted({time for end in ends for time in (twice(end) if quiet else (end,))})
    readings = tuple(
        Reading(log, (twice(place.time) if quiet else (place.time,))[0], one.address)
        for place in left
        if place.articles
    )
    who = sat(one.account, one.person)
    spans = instants[0], instants[-1], true[0], true[1][-1].time
    return Counted(*spans, tuple(instants), log, one.address, None, one.login, one.account, who, readings)


def visits(spans: Iterable[tuple[int, int]]) -> int:
    """Count visits: runs with no pause longer than the gap, each act filling the time from its first to its last."""
    number = 0
    until: int | None = None
    for first, last in sorted(spans):
        if until is None or first - until > GAP:
            number += 1
            until = last
        else:
            until = max(until, last)
    return number
