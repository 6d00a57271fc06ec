"""How people read: at their own hours, page after page, group after group; one visit at a time.

The window is cut into slots of two hours. A visit begins in the first 40 minutes of its slot and lasts 40 minutes at
most, so that two slots are always two visits, whoever reads in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from landmark.simulate.acts import Connection, Hit, Left
from landmark.simulate.clock import BEGIN, DAYS, HOUR
from landmark.simulate.sites import GALLERY, MEMBERS, MEMBERS_ONLY, OPEN_FORUMS, OTHER_GROUPS, READ_GROUPS, STATIC

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from landmark.simulate.acts import Reader
    from landmark.simulate.sites import Forum

SLOT = 2 * HOUR
SLOTS_A_DAY = 12
EVENING = (3, 2, 1, 1, 3, 4, 5, 5, 7, 12, 14, 8)
"""How often a person sits down in each slot of the day, UTC, in Europe."""
_STARTS = (60, 2_280)
SHORTEST_PAUSE = 62
"""Least seconds between two pages of one person."""
_PAUSE = (SHORTEST_PAUSE, 330)
_LINKS = ("-", "-", "-", "http://links.example/list.html", "http://search.example/find?q=forum")


def slots(rng: Random, number: int, *, but: Sequence[int] = ()) -> list[int]:
    """Choose so many slots of the window, the evenings most often, ascending."""
    chosen = set(but)
    days, hours = range(DAYS), range(SLOTS_A_DAY)
    while len(chosen) < number + len(but):
        chosen.add(rng.choice(days) * SLOTS_A_DAY + rng.choices(hours, EVENING)[0])
    return sorted(chosen.difference(but))


def start(rng: Random, slot: int) -> int:
    """Give an instant at which a visit in the slot may begin."""
    return BEGIN + slot * SLOT + rng.randrange(*_STARTS)


def request(  # noqa: PLR0913 - a line of a web log has as many parts
    reader: Reader,
    forum: Forum,
    time: int,
    path: str,
    *,
    host: str | None = None,
    method: str = "GET",
    status: int = 200,
    size: int = 4_096,
    referrer: str = "-",
    lasts: int = 0,
) -> Hit:
    """Ask a watched forum's server for something below the forum's path."""
    login = reader.login if forum.path == MEMBERS and status != 401 else None  # noqa: PLR2004 - no name before 401
    return Hit(
        time,
        reader.address,
        reader.account,
        host or forum.hosts[0],
        method,
        forum.base + path,
        status,
        size,
        referrer,
        reader.agent,
        login,
        forum,
        lasts,
    )


def pages(rng: Random, reader: Reader, forum: Forum, time: int, number: int) -> list[Hit]:
    """Read so many pages from `time` on, one to five minutes each, with pictures and what goes wrong between."""
    host = rng.choice(forum.hosts)
    here = f"http://{host}{forum.base}/"
    first = "/" if rng.random() < 0.9 or not forum.base else ""  # noqa: PLR2004 - some leave the slash out
    done: list[Hit] = []
    if forum is MEMBERS_ONLY:
        done.append(request(reader, forum, time, first, status=401, size=401))
        time += 2
    done.append(request(reader, forum, time, first, host=host, size=rng.randrange(900, 9_000), referrer=_link(rng)))
    for _ in range(number - 1):
        if rng.random() < 0.5:  # noqa: PLR2004 - half of the pages have something in them
            name = rng.choice(STATIC)
            seen = rng.random() < 0.3  # noqa: PLR2004 - the browser has it already
            size, status = (0, 304) if seen else (rng.randrange(300, 90_000), 200)
            lasts = rng.randrange(30)
            done.append(
                request(
                    reader,
                    forum,
                    time + 1,
                    f"/i/{name}",
                    host=host,
                    status=status,
                    size=size,
                    referrer=here,
                    lasts=lasts,
                )
            )
        time += rng.randrange(*_PAUSE)
        done.append(_page(rng, reader, forum, time, host))
    return done


def _link(rng: Random) -> str:
    return rng.choice(_LINKS)


def _page(rng: Random, reader: Reader, forum: Forum, time: int, host: str) -> Hit:
    here = f"http://{host}{forum.base}/"
    chance = rng.random()
    size = rng.randrange(900, 30_000)
    path, method, status = f"/thread/{rng.randrange(1, 5_000)}", "GET", 200
    if chance < 0.04:  # noqa: PLR2004 - a post is answered with a redirect
        path, method, status = "/post", "POST", 302
    elif chance < 0.07:  # noqa: PLR2004
        path = f"/find?q=word{rng.randrange(300)}"
    elif chance < 0.10:  # noqa: PLR2004
        path, method = f"/thread/{rng.randrange(1, 5_000)}?page=2", "POST"
    elif chance < 0.11 and forum.base.isascii() and forum.base[1:2].isalpha():  # noqa: PLR2004
        spelt = f"/%{ord(forum.base[1]):02x}{forum.base[2:]}{path}"
        hit = request(reader, forum, time, path, host=host, size=size, referrer=here)
        return hit._replace(path=spelt)
    return request(
        reader,
        forum,
        time,
        path,
        host=host,
        method=method,
        status=status,
        size=size,
        referrer=here,
        lasts=rng.randrange(3),
    )


def failures(rng: Random, reader: Reader, forum: Forum, time: int, number: int) -> list[Hit]:
    """Try and get nowhere: not found, not allowed, sent elsewhere, or asked with a method that fetches nothing."""
    done = []
    for _ in range(number):
        status, method = rng.choice(
            ((404, "GET"), (401, "GET"), (403, "GET"), (302, "GET"), (200, "HEAD"), (500, "GET"))
        )
        path = f"/old/{rng.randrange(900)}"
        done.append(request(reader, forum, time, path, method=method, status=status, size=209))
        time += rng.randrange(*_PAUSE)
    return done


def pictures_elsewhere(rng: Random, reader: Reader, time: int, number: int) -> list[Hit]:
    """Look at a page of another site which shows pictures of a watched forum."""
    referrer = f"http://pages.example/album/{rng.randrange(50)}.html"
    return [
        request(
            reader, GALLERY, time + n // 3, f"/img/p{rng.randrange(40)}.jpg", size=30_000, referrer=referrer, lasts=2
        )
        for n in range(number)
    ]


def connections(rng: Random, reader: Reader, time: int, number: int, groups: Sequence[str]) -> list[Connection]:
    """Open so many news connections one after another, each for some of the groups."""
    done = []
    for _ in range(number):
        at = time
        left = []
        for group in rng.sample(groups, min(len(groups), rng.randrange(1, 3))):
            if rng.random() < 0.3:  # noqa: PLR2004 - some look elsewhere first
                at += rng.randrange(10, 60)
                left.append(Left(at, rng.choice(OTHER_GROUPS), rng.randrange(30)))
            at += rng.randrange(30, 180)
            left.append(Left(at, group, rng.randrange(1, 60)))
        done.append(Connection(time, reader.address, reader.account, tuple(left), reader.login))
        time = at + rng.randrange(62, 130)
    return done


def six_at_once(rng: Random, reader: Reader, time: int, group: str) -> list[Connection]:
    """Fetch one thing over six connections, as programs do."""
    done = []
    for number in range(6):
        left = Left(time + 120 + rng.randrange(60), group, rng.randrange(20, 60))
        done.append(Connection(time + number // 5, reader.address, reader.account, (left,), reader.login))
    return done


def favourites(rng: Random) -> tuple[list[Forum], list[str]]:
    """Choose the forums and newsgroups that a person keeps to; one of the two may be empty."""
    share = rng.random()
    forums = rng.sample(OPEN_FORUMS, rng.randrange(1, 4)) if share < 0.8 else []  # noqa: PLR2004 - a fifth read news only
    groups = rng.sample(READ_GROUPS, rng.randrange(1, 4)) if share > 0.55 else []  # noqa: PLR2004 - half read the web only
    return forums, groups
