"""People at the exact edges of the rules: a visit more or less, a second more or less, a record that does not tell.

The docstring of each says what must be counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from landmark.simulate import habits, people
from landmark.simulate.acts import GAP, MORE_THAN, Connection, Lease, Left
from landmark.simulate.addresses import ALWAYS, apart_address, shared_address
from landmark.simulate.clock import BEGIN, CHANGE, DAY, DAYS, END, HOUR, MINUTE
from landmark.simulate.habits import SLOT, SLOTS_A_DAY
from landmark.simulate.sites import BOARD, GROUPS

if TYPE_CHECKING:
    from landmark.simulate.acts import Hit, Reader
    from landmark.simulate.scene import Scene

_LAST_SLOT = DAYS * SLOTS_A_DAY - 1
_NIGHT = range((CHANGE - BEGIN) // SLOT - 2, (CHANGE - BEGIN) // SLOT + 3)
_TEN = MORE_THAN


def _three(reader: Reader, time: int) -> list[Hit]:
    return [
        habits.request(reader, BOARD, time + after, f"/thread/{time % 4_000 + after}", size=4_000)
        for after in (0, 70, 150)
    ]


def _come(scene: Scene, reader: Reader, slots: list[int]) -> None:
    for slot in slots:
        scene.attend(reader, _three(reader, habits.start(scene.rng, slot)))


def exactly(scene: Scene, visits: int) -> None:
    """Come exactly so often: ten are not over the threshold, eleven are."""
    _come(scene, scene.customer("edge"), habits.slots(scene.rng, visits))


def pause(scene: Scene, seconds: int) -> None:
    """Come in ten slots, in the last with a pause: of exactly the gap, ten visits; of a second more, eleven."""
    reader = scene.customer("edge")
    *others, last = habits.slots(scene.rng, _TEN)
    _come(scene, reader, others)
    hits = _three(reader, BEGIN + last * SLOT + 60)
    scene.attend(reader, [*hits, *_three(reader, hits[-1].time + seconds)])


def pause_of_the_gap(scene: Scene) -> None:
    """Ten visits: a pause of exactly the gap goes on."""
    pause(scene, GAP)


def pause_of_a_second_more(scene: Scene) -> None:
    """Eleven visits."""
    pause(scene, GAP + 1)


def from_the_first_second(scene: Scene) -> None:
    """Eleven visits: the first begins before the window and goes on in its very first second."""
    reader = scene.customer("edge")
    _come(scene, reader, habits.slots(scene.rng, _TEN, but=[0]))
    scene.session(reader, BEGIN - 900, BEGIN + 900, [*_three(reader, BEGIN - 300), *_three(reader, BEGIN)])


def after_the_last_second(scene: Scene) -> None:
    """Ten visits: the eleventh begins with the first second after the window."""
    reader = scene.customer("edge")
    _come(scene, reader, habits.slots(scene.rng, _TEN, but=[_LAST_SLOT]))
    scene.session(reader, END - 300, END + 900, _three(reader, END))


def cut_at_an_edge(scene: Scene, *, at_end: bool) -> None:
    """Ten visits: the eleventh is a news connection with one end outside the window."""
    reader = scene.customer("edge")
    _come(scene, reader, habits.slots(scene.rng, _TEN, but=[0, _LAST_SLOT]))
    time, left = (END - 300, END + 100) if at_end else (BEGIN - 600, BEGIN + 200)
    news = Connection(time, reader.address, reader.account, (Left(left, GROUPS[0], 5),))
    scene.attend(reader, (), [news])


def both_hours(scene: Scene) -> None:
    """Eleven visits: two of them an hour apart in the night the clocks change, at the same local time."""
    reader = scene.customer("edge")
    _come(scene, reader, habits.slots(scene.rng, _TEN - 1, but=_NIGHT))
    for time in (CHANGE - 40 * MINUTE, CHANGE + 25 * MINUTE):
        at = time + scene.rng.randrange(200)
        left = (Left(at + 70, GROUPS[1], 3), Left(at + 200, GROUPS[2], 9))
        scene.attend(reader, (), [Connection(at, reader.address, reader.account, left)])


def across_the_change(scene: Scene) -> None:
    """Eleven visits: one news connection begins before the clocks change and ends after."""
    reader = scene.customer("edge")
    _come(scene, reader, habits.slots(scene.rng, _TEN, but=_NIGHT))
    time = CHANGE - scene.rng.randrange(60, 300)
    left = (Left(CHANGE + scene.rng.randrange(60, 300), GROUPS[3], 12),)
    scene.attend(reader, (), [Connection(time, reader.address, reader.account, left)])


def unsettled(scene: Scene) -> None:
    """Four visits: one at a local time that comes twice, on a server too quiet to tell which; it fills both."""
    reader = scene.fixed("edge")
    _come(scene, reader, habits.slots(scene.rng, 3, but=_NIGHT))
    time = CHANGE - 30 * MINUTE + scene.rng.randrange(300)
    left = (Left(time + 200, GROUPS[4], 2),)
    scene.attend(reader, (), [Connection(time, reader.address, reader.account, left, server="news2")])


def a_second_too_late(scene: Scene, number: int) -> None:
    """Eleven visits, of which ten are sure: the eleventh stands three seconds after the end of its lease."""
    reader = scene.customer("edge")
    *others, odd = habits.slots(scene.rng, _TEN + 1)
    _come(scene, reader, others)
    time, address = habits.start(scene.rng, odd), apart_address(3 * number)
    scene.leases.append(Lease(address, None, time - 900, time - 3, str(reader.account)))
    scene.hits.append(_three(reader, time)[0]._replace(address=address))


def back_to_back(scene: Scene, number: int) -> None:
    """Two leases of two customers seconds apart, and a request between them: nobody's for sure."""
    before, after = scene.customer("edge"), scene.customer("edge")
    address = apart_address(3 * number + 1)
    time = habits.start(scene.rng, habits.slots(scene.rng, 1)[0])
    scene.leases.append(Lease(address, None, time - 1_800, time - 4, str(before.account)))
    scene.leases.append(Lease(address, None, time - 2, time + 1_500, str(after.account)))
    scene.hits.append(_three(before, time - 900)[0]._replace(address=address))
    scene.hits.append(_three(after, time)[0]._replace(address=address))


def contradicted(scene: Scene, number: int) -> None:
    """Two records that cannot both be true, and a request in both."""
    one, other = scene.customer("edge"), scene.customer("edge")
    address = apart_address(3 * number + 2)
    time = habits.start(scene.rng, habits.slots(scene.rng, 1)[0])
    scene.leases.append(Lease(address, None, time - 900, time + 1_800, str(one.account)))
    scene.leases.append(Lease(address, None, time - 300, time + 2_400, str(other.account)))
    scene.hits.append(_three(one, time)[0]._replace(address=address))


def one_long_day(scene: Scene) -> None:
    """Eleven visits on one day, in one lease: over the threshold, but no lead."""
    reader = scene.customer("edge")
    day = scene.rng.randrange(1, DAYS - 1)
    hits = []
    for slot in sorted(scene.rng.sample(range(SLOTS_A_DAY), _TEN + 1)):
        hits += _three(reader, habits.start(scene.rng, day * SLOTS_A_DAY + slot))
    scene.session(reader, BEGIN + day * DAY + 20, BEGIN + (day + 1) * DAY - 20, hits)


def shared_by_ports(scene: Scene, number: int) -> None:
    """One address, four customers in blocks of its ports, and servers that log no port: an enquiry at most."""
    address = shared_address(number)
    scene.kinds[address] = "shared"
    visits = [scene.rng.randrange(_TEN + 1, 17), *(scene.rng.randrange(1, 5) for _ in range(3))]
    for block, often in enumerate(visits):
        reader = scene.customer("shared")._replace(address=address)
        ports = (16_384 * block or 1_024, 16_384 * (block + 1) - 1)
        scene.leases.append(Lease(address, ports, BEGIN + ALWAYS[0], BEGIN + ALWAYS[1], str(reader.account)))
        _come(scene, reader, habits.slots(scene.rng, often))


def shared_login(scene: Scene, number: int) -> None:
    """One login, three people abroad with fifteen visits between them, and a customer at home who knows it too."""
    login = f"guest-{number}"
    dealt = habits.slots(scene.rng, 15)
    for first in range(3):
        people.member(scene, scene.foreigner("guest", login=login), dealt[first::3])
    people.member(scene, scene.customer("curious", login=login), habits.slots(scene.rng, 3))


def process_number_again(scene: Scene) -> None:
    """A reader whose process is killed, and hours later another one with its number: each has their own visit."""
    first, second = scene.customer("curious"), scene.customer("curious")
    time = BEGIN + 2 * DAY + 9 * HOUR + scene.rng.randrange(HOUR)
    left = (Left(time + 90, GROUPS[5], 4),)
    scene.attend(first, (), [Connection(time, "", first.account, left, exits=False, pid=250)])
    later = time + 5 * HOUR
    left = (Left(later + 30, GROUPS[6], 1),)
    scene.attend(second, (), [Connection(later, "", second.account, left, pid=250)])
