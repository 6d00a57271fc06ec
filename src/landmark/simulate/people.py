"""People: regulars at home and abroad, members with a password, the curious, those who only try, and everybody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from landmark.simulate import habits
from landmark.simulate.acts import Connection, Hit, Left
from landmark.simulate.clock import BEGIN, DAY, DAYS, HOUR, LOGS_FROM, LOGS_UNTIL
from landmark.simulate.sites import BOARD, FORUMS, MEMBERS_ONLY, OPEN_FORUMS, OTHER_GROUPS, OTHER_PAGES, READ_GROUPS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from landmark.simulate.acts import Reader
    from landmark.simulate.scene import Scene
    from landmark.simulate.sites import Forum

_FEWEST = 11
_MOST = 45
_MEAN_MORE = 7.0
_CUT = 150


def how_often(rng: Random) -> int:
    """Give how many visits a regular makes: more than ten, mostly under twenty."""
    return min(_MOST, _FEWEST + int(rng.expovariate(1 / _MEAN_MORE)))


def regular(scene: Scene, reader: Reader, visits: int) -> None:
    """Let somebody come so often, each time to one of a few places, for several pages or connections."""
    forums, groups = habits.favourites(scene.rng)
    for slot in habits.slots(scene.rng, visits):
        visit(scene, reader, habits.start(scene.rng, slot), forums, groups)


def visit(scene: Scene, reader: Reader, time: int, forums: Sequence[Forum], groups: Sequence[str]) -> None:
    """Make one visit: web, news, or both in one evening; now and then the line drops in the middle."""
    rng = scene.rng
    chance = rng.random()
    if not forums or (groups and chance < 0.45):  # noqa: PLR2004 - who reads both reads news a little less
        news = habits.connections(rng, reader, time, rng.randrange(2, 4), groups)
        if chance < 0.08:  # noqa: PLR2004
            news = habits.six_at_once(rng, reader, time, groups[0])
            news += habits.connections(rng, reader, time + 90, 1, groups)
        scene.attend(reader, (), news)
        return
    forum = rng.choice(forums)
    if forum.since is not None and time < forum.since:
        forum = BOARD
    hits = habits.pages(rng, reader, forum, time, rng.randrange(3, 7))
    if groups and chance > 0.85:  # noqa: PLR2004
        scene.attend(reader, hits, habits.connections(rng, reader, hits[-1].time + 70, 1, groups))
    elif not reader.address and chance > 0.75:  # noqa: PLR2004
        _dropped(scene, reader, hits)
    else:
        if chance > 0.7:  # noqa: PLR2004
            hits += habits.pictures_elsewhere(rng, reader, hits[-1].time + 20, 2)
        scene.attend(reader, hits)


def _dropped(scene: Scene, reader: Reader, hits: Sequence[Hit]) -> None:
    """One visit over two sessions: the line drops after the second page, and the address is another one."""
    cut = next(n for n, hit in enumerate(hits) if hit.time - hits[0].time >= habits.SHORTEST_PAUSE)
    before, after = hits[:cut], [hit._replace(time=hit.time + _CUT) for hit in hits[cut:]]
    scene.session(reader, before[0].time - scene.rng.randrange(200, 900), before[-1].time + 20, before)
    scene.session(reader, after[0].time - 20, after[-1].time + scene.rng.randrange(300, 900), after)


def member(scene: Scene, reader: Reader, slots: Sequence[int]) -> None:
    """Let somebody with a password for the members' forum come in these slots."""
    for slot in slots:
        time = habits.start(scene.rng, slot)
        scene.attend(reader, habits.pages(scene.rng, reader, MEMBERS_ONLY, time, scene.rng.randrange(3, 6)))


def curious(scene: Scene, reader: Reader, visits: int) -> None:
    """Let somebody look around so many times, and go."""
    rng = scene.rng
    for slot in habits.slots(rng, visits):
        time = habits.start(rng, slot)
        chance = rng.random()
        if chance < 0.22:  # noqa: PLR2004 - a fifth look at news
            scene.attend(reader, (), habits.connections(rng, reader, time, 1, [rng.choice(READ_GROUPS)]))
            continue
        forum = rng.choice(FORUMS[-2:-1] if chance < 0.40 else OPEN_FORUMS)  # noqa: PLR2004 - the club is liked
        if forum.since is not None and time < forum.since:
            forum = BOARD
        scene.attend(reader, habits.pages(rng, reader, forum, time, rng.randrange(1, 5)))


def trier(scene: Scene, reader: Reader, times: int) -> None:
    """Let somebody try so many times and never get in."""
    rng = scene.rng
    for slot in habits.slots(rng, times):
        forum = rng.choice(FORUMS)
        scene.attend(reader, habits.failures(rng, reader, forum, habits.start(rng, slot), rng.randrange(1, 4)))


def onlooker(scene: Scene, reader: Reader, times: int) -> None:
    """Let somebody see pages of other sites that show pictures of a watched one; or open a group and fetch nothing."""
    rng = scene.rng
    for slot in habits.slots(rng, times):
        time = habits.start(rng, slot)
        if rng.random() < 0.2:  # noqa: PLR2004
            left = Left(time + 15, rng.choice(READ_GROUPS), 0)
            scene.attend(reader, (), [Connection(time, reader.address, reader.account, (left,))])
        else:
            scene.attend(reader, habits.pictures_elsewhere(rng, reader, time, rng.randrange(1, 6)))


def unconcerned(scene: Scene, reader: Reader, times: int) -> None:
    """Let somebody read what nobody watches, before, in and after the window."""
    rng = scene.rng
    for _ in range(times):
        time = rng.randrange(LOGS_FROM + HOUR, LOGS_UNTIL - HOUR)
        scene.attend(reader, elsewhere(rng, reader, time, rng.randrange(4, 18)))


def news_elsewhere(scene: Scene, reader: Reader, times: int) -> None:
    """Let somebody read newsgroups that nobody watches."""
    rng = scene.rng
    for _ in range(times):
        time = BEGIN + rng.randrange(DAYS * DAY)
        left = Left(time + rng.randrange(20, 500), rng.choice(OTHER_GROUPS), rng.randrange(40))
        scene.attend(reader, (), [Connection(time, reader.address, reader.account, (left,))])


def elsewhere(rng: Random, reader: Reader, time: int, number: int) -> list[Hit]:
    """Ask for so many pages that are not watched; a few come by a link from a watched one."""
    done = []
    for _ in range(number):
        host, path = rng.choice(OTHER_PAGES)
        referrer = f"http://{BOARD.host}{BOARD.path}" if rng.random() < 0.02 else "-"  # noqa: PLR2004
        size, lasts = rng.randrange(200, 40_000), rng.randrange(3)
        done.append(
            Hit(
                time,
                reader.address,
                reader.account,
                host,
                "GET",
                path,
                200,
                size,
                referrer,
                reader.agent,
                None,
                None,
                lasts,
            )
        )
        time += rng.randrange(2, 90)
    return done
