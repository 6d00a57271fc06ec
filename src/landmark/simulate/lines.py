"""People on lines that are not theirs, or not theirs alone: records tell the line, and nobody can tell the person.

The docstring of each says who is guilty. Of an account, person `.1` is whom the contract names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from landmark.simulate import habits, people
from landmark.simulate.acts import MORE_THAN
from landmark.simulate.clock import BEGIN, DAY, DAYS, MINUTE
from landmark.simulate.habits import SLOT, SLOTS_A_DAY
from landmark.simulate.sites import BOARD, BROWSERS, OPEN_FORUMS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from landmark.simulate.acts import Reader
    from landmark.simulate.scene import Scene

_FORUMS = OPEN_FORUMS[:9]
_PROXIED = 6
_MEMBERS = 120
_MEMBERS_AT_LEAST = 24


def _other(scene: Scene, reader: Reader, number: int) -> Reader:
    """Make another person on the same line, with a browser of their own."""
    agents = [agent for agent in BROWSERS if agent != reader.agent]
    return reader._replace(person=f"{reader.account}.{number}", agent=scene.rng.choice(agents))


def _come(scene: Scene, reader: Reader, slots: Sequence[int]) -> None:
    for slot in slots:
        forum = scene.rng.choice(_FORUMS)
        time = habits.start(scene.rng, slot)
        scene.attend(reader, habits.pages(scene.rng, reader, forum, time, scene.rng.randrange(3, 6)))


def household(scene: Scene) -> None:
    """One who is guilty and not the customer, the customer and one more who look in now and then."""
    holder = scene.customer("household")
    often = scene.rng.randrange(MORE_THAN + 2, 20)
    dealt = habits.slots(scene.rng, often + 5)
    scene.rng.shuffle(dealt)
    _come(scene, holder, dealt[:3])
    _come(scene, _other(scene, holder, 2), dealt[3:5])
    _come(scene, _other(scene, holder, 3), dealt[5:])


def together(scene: Scene) -> None:
    """Two of a household who exceed the threshold together: nobody is guilty."""
    holder = scene.customer("together")
    dealt = habits.slots(scene.rng, 14)
    scene.rng.shuffle(dealt)
    _come(scene, holder, dealt[:7])
    _come(scene, _other(scene, holder, 2), dealt[7:])


def sold_on(scene: Scene) -> None:
    """An account that somebody else has from the middle of the window on: the second is guilty, the first is not."""
    holder = scene.customer("sold")
    dealt = habits.slots(scene.rng, 60)
    half = DAYS * SLOTS_A_DAY // 2
    _come(scene, holder, [slot for slot in dealt if slot < half][: MORE_THAN - 4])
    _come(scene, _other(scene, holder, 2), [slot for slot in dealt if slot >= half][: MORE_THAN + 4])


def open_wireless(scene: Scene) -> None:
    """A stranger over a customer's line is guilty; the customer came twice."""
    holder = scene.fixed("wireless")
    dealt = habits.slots(scene.rng, 15)
    scene.rng.shuffle(dealt)
    _come(scene, holder, dealt[:2])
    _come(scene, _other(scene, holder, 2), dealt[2:])


def stolen_login(scene: Scene, number: int) -> None:
    """A thief, guilty, comes from a line of his own with the login of somebody who came four times."""
    login = f"stolen-{number}"
    dealt = habits.slots(scene.rng, 17)
    scene.rng.shuffle(dealt)
    people.member(scene, scene.customer("robbed", login), sorted(dealt[:4]))
    people.member(scene, scene.customer("thief", login), sorted(dealt[4:]))


def proxy(scene: Scene) -> None:
    """A firm's proxy on one line: six people in office hours, side by side, each a few times. It serves several."""
    place = scene.fixed("proxy")
    agents = scene.rng.sample(BROWSERS, _PROXIED)
    for day in range(DAYS):
        time = BEGIN + day * DAY + 5 * SLOT + 2 * MINUTE
        for number, agent in enumerate(agents):
            if (day + number) % 2:
                who = place._replace(agent=agent, person=f"{place.account}.{number + 2}")
                hits = habits.pages(scene.rng, who, scene.rng.choice((BOARD, *_FORUMS)), time + 30 * number, 5)
                scene.attend(who, hits)


def members(scene: Scene, scale: float) -> None:
    """Customers with a password for the members' forum, who dial up and come often: their logins come back."""
    for number in range(max(_MEMBERS_AT_LEAST, round(_MEMBERS * scale))):
        reader = scene.customer("home", f"club-{number}")
        people.member(scene, reader, habits.slots(scene.rng, scene.rng.randrange(MORE_THAN + 1, 17)))


def everybody(scene: Scene, scale: float) -> None:
    """Let each of them happen, in proportion, and at least once."""
    for number in range(max(1, round(5 * scale))):
        for happen in (household, together, sold_on, open_wireless, proxy):
            happen(scene)
        stolen_login(scene, number)
