"""Machines and whoever else is no single person knowingly reading: each is over the threshold, none may be a lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from landmark.simulate import habits
from landmark.simulate.acts import Connection, Left, Reader
from landmark.simulate.clock import BEGIN, DAY, DAYS, HOUR, MINUTE
from landmark.simulate.sites import (
    BOARD,
    BROWSERS,
    CRAWLERS,
    GALLERY,
    GROUPS,
    OPEN_FORUMS,
    WHOLE_HOST,
)

if TYPE_CHECKING:
    from landmark.simulate.scene import Scene

UNIT_ADDRESS = "192.0.2.200"
"""From where a unit reads that is at work on the case; the case names it."""
_EVENING_SLOT = 10
_VISITS = 13


def crawler(scene: Scene) -> None:
    """Let a search engine fetch robots.txt and then page after page, several times a day."""
    reader = scene.foreigner("crawler")._replace(agent=scene.rng.choice(CRAWLERS))
    for slot in habits.slots(scene.rng, 30):
        time = habits.start(scene.rng, slot)
        forum = scene.rng.choice((WHOLE_HOST, *OPEN_FORUMS))
        hits = [habits.request(reader, WHOLE_HOST, time, "/robots.txt")]
        for number in range(12):
            path = f"/thread/{scene.rng.randrange(1, 5_000)}"
            hits.append(habits.request(reader, forum, time + 5 + 11 * number, path))
        scene.attend(reader, [hit for hit in hits if hit.forum and hit.time >= (hit.forum.since or 0)])


def feed_reader(scene: Scene, *, at_home: bool) -> None:
    """Let a program ask for one page every hour within seconds, under a browser's name."""
    reader = scene.fixed("feed") if at_home else scene.foreigner("feed")
    forum = scene.rng.choice((BOARD, GALLERY, WHOLE_HOST))
    first = BEGIN + scene.rng.randrange(60, HOUR - 60)
    hits = [
        habits.request(reader, forum, first + hour * HOUR + scene.rng.randrange(-15, 16), "/latest.xml", size=7_000)
        for hour in range(DAYS * 24)
    ]
    scene.attend(reader, hits)


def leafnode(scene: Scene) -> None:
    """Let a news server of a household fetch for several people every half hour, from six to ten."""
    reader = scene.fixed("leafnode")
    groups = scene.rng.sample(GROUPS, 4)
    first = 6 * HOUR + scene.rng.randrange(20 * MINUTE)
    for day in range(DAYS):
        for turn in range(32):
            time = BEGIN + day * DAY + first + turn * 30 * MINUTE + scene.rng.randrange(-10, 11)
            left = [Left(time + 12 * (n + 1), group, scene.rng.randrange(1, 9)) for n, group in enumerate(groups)]
            scene.attend(reader, (), [Connection(time, reader.address, reader.account, tuple(left))])


def nightly(scene: Scene) -> None:
    """Let a program dial up every night at one time and fetch everything new."""
    reader = scene.customer("pull")
    first = BEGIN + 3 * HOUR + scene.rng.randrange(HOUR)
    groups = scene.rng.sample(GROUPS, 3)
    for night in range(DAYS):
        time = first + night * DAY + scene.rng.randrange(-20, 21)
        left = [Left(time + 40 * (n + 1), group, scene.rng.randrange(5, 80)) for n, group in enumerate(groups)]
        scene.attend(reader, (), [Connection(time, reader.address, reader.account, tuple(left))])


def cafe(scene: Scene) -> None:
    """Let three people with three browsers read side by side each evening behind one customer's address."""
    place = scene.fixed("cafe")
    agents = scene.rng.sample(BROWSERS, 3)
    for day in range(DAYS):
        time = BEGIN + day * DAY + _EVENING_SLOT * habits.SLOT + 120
        for number, agent in enumerate(agents):
            forum = scene.rng.choice(OPEN_FORUMS[:9])
            scene.attend(place, habits.pages(scene.rng, place._replace(agent=agent), forum, time + 40 * number, 6))


def embedded(scene: Scene, pictures: int) -> None:
    """Let somebody look at another site's page that shows pictures of a watched one and strips its referrer."""
    reader = scene.customer("embedded" if pictures > 1 else "picture")
    names = [f"/img/p{scene.rng.randrange(100 * n, 100 * n + 100)}.jpg" for n in range(pictures)]
    for slot in habits.slots(scene.rng, _VISITS):
        time = habits.start(scene.rng, slot)
        scene.attend(reader, [habits.request(reader, GALLERY, time + n // 2, name) for n, name in enumerate(names)])


def unit(scene: Scene) -> None:
    """Let the unit that is at work on the case read everything, from an address that the case names."""
    scene.kinds[UNIT_ADDRESS] = "unit"
    reader = Reader("unit", None, UNIT_ADDRESS, BROWSERS[0])
    for slot in habits.slots(scene.rng, 20):
        time = habits.start(scene.rng, slot)
        forum = scene.rng.choice(OPEN_FORUMS[:9])
        scene.attend(reader, habits.pages(scene.rng, reader, forum, time, 5))
