"""A provider's world: who lives in it, and its case folder with logs, assignments, country data and the truth."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from landmark import store
from landmark.case_file.said import near_hint
from landmark.errors import CaseError, Problem
from landmark.pseudonyms import load_or_make
from landmark.simulate import edges, habits, lines, machines, people, truth_file
from landmark.simulate.acts import MORE_THAN
from landmark.simulate.casefile import case_text
from landmark.simulate.geography import ABROAD, data_set
from landmark.simulate.kinds import DEFAULT, KINDS
from landmark.simulate.recording import write_down
from landmark.simulate.scene import Scene
from landmark.simulate.servers import write_logs
from landmark.simulate.subscribers import subscribers
from landmark.simulate.truth import Truth, truth

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from landmark.simulate.acts import Connection, Hit, Lease
    from landmark.simulate.kinds import Kind
    from landmark.simulate.recording import Recorded

SEED = 2001
OVER_THRESHOLD = 440
"""Visitors over the threshold in the default world; at other scales in proportion."""
SMALLEST = 0.01
LARGEST = 4.0
"""What is written by hand needs room at one end, the addresses of each country end at the other."""

_AT_HOME = 0.45
_STATIC = 0.04
_MEMBERS = 0.06
_CUSTOMERS_AT_LEAST = 260
"""So many curious customers however small the world: fewer, and no clock could be tested against the records."""


@dataclass(frozen=True, slots=True)
class Happened:
    """A world after two weeks: what was seen and recorded of it, what everybody is, and of which kind it is."""

    recorded: Recorded
    kinds: dict[str, str]
    kind: Kind

    @property
    def hits(self) -> tuple[Hit, ...]:
        """Every request."""
        return self.recorded.hits

    @property
    def connections(self) -> tuple[Connection, ...]:
        """Every connection to a news server."""
        return self.recorded.connections

    @property
    def leases(self) -> tuple[Lease, ...]:
        """Who truly had which address when."""
        return self.recorded.leases

    def truth(self) -> Truth:
        """Work out what is true of it."""
        return truth(self.recorded, self.kinds, self.kind.read)


# What is over the threshold and may be no lead, or is so by one visit: how many in the default world.
_SPECIAL: tuple[tuple[Callable[[Scene, int], None], int], ...] = (
    (lambda scene, _: machines.crawler(scene), 6),
    (lambda scene, _: machines.feed_reader(scene, at_home=True), 5),
    (lambda scene, _: machines.feed_reader(scene, at_home=False), 5),
    (lambda scene, _: machines.leafnode(scene), 2),
    (lambda scene, _: machines.nightly(scene), 3),
    (lambda scene, _: machines.cafe(scene), 2),
    (lambda scene, _: machines.embedded(scene, 3), 1),
    (lambda scene, _: machines.embedded(scene, 1), 1),
    (lambda scene, _: edges.exactly(scene, MORE_THAN + 1), 3),
    (lambda scene, _: edges.pause_of_a_second_more(scene), 2),
    (lambda scene, _: edges.from_the_first_second(scene), 2),
    (lambda scene, _: edges.both_hours(scene), 2),
    (lambda scene, _: edges.across_the_change(scene), 2),
    (lambda scene, _: edges.one_long_day(scene), 2),
    (edges.shared_by_ports, 5),
    (edges.shared_login, 1),
)


def happen(seed: int, scale: float, kind: str = DEFAULT) -> Happened:
    """Let a world happen: the same for the same seed, scale and kind.

    Raises:
        CaseError: the scale is not from 0.01 to 4, or there is no such kind.
    """
    if kind not in KINDS:
        raise CaseError(Problem(f"one of {', '.join(KINDS)}", key="world", found=kind, hint=near_hint(kind, KINDS)))
    if not SMALLEST <= scale <= LARGEST:
        raise CaseError(Problem(f"{SMALLEST} to {LARGEST}", key="scale", found=str(scale)))
    scene = Scene(Random(seed))  # noqa: S311 - a world is to be made again from its seed; nothing here is secret
    over = round(OVER_THRESHOLD * scale)
    machines.unit(scene)
    _regulars(scene, over - 1 - _specials(scene, scale, over // 2))
    _not_over(scene, scale)
    _crowd(scene, scale)
    if KINDS[kind].people:
        lines.everybody(scene, scale)
    if KINDS[kind].never_empty:
        lines.members(scene, scale)
    rng = Random(f"{kind} {seed}")  # noqa: S311 - as above
    return Happened(write_down(scene, KINDS[kind], rng, scale), scene.kinds, KINDS[kind])


def _specials(scene: Scene, scale: float, at_most: int) -> int:
    planned = [make for make, number in _SPECIAL for _ in range(max(1, round(number * scale)))]
    if len(planned) > at_most:
        planned = scene.rng.sample(planned, at_most)
    for number, make in enumerate(planned):
        make(scene, number)
    return len(planned)


def _regulars(scene: Scene, number: int) -> None:
    for turn in range(number):
        share = turn / number
        visits = people.how_often(scene.rng)
        if share < _AT_HOME:
            login = f"member-{turn}" if share < _AT_HOME * _MEMBERS else None
            people.regular(scene, scene.customer("home", login), visits)
        elif share < _AT_HOME + _STATIC:
            people.regular(scene, scene.fixed("static"), visits)
        elif share < _AT_HOME + _STATIC + _MEMBERS:
            reader = scene.foreigner("member", login=f"member-{turn}")
            people.member(scene, reader, habits.slots(scene.rng, visits))
        else:
            people.regular(scene, scene.foreigner("abroad", ABROAD[turn % len(ABROAD)]), visits)


def _not_over(scene: Scene, scale: float) -> None:
    for _ in range(max(1, round(4 * scale))):
        edges.exactly(scene, MORE_THAN)
    edges.pause_of_the_gap(scene)
    edges.after_the_last_second(scene)
    edges.cut_at_an_edge(scene, at_end=False)
    edges.cut_at_an_edge(scene, at_end=True)
    edges.unsettled(scene)
    edges.process_number_again(scene)
    for number in range(max(1, round(3 * scale))):
        edges.a_second_too_late(scene, number)
        edges.back_to_back(scene, number)
        edges.contradicted(scene, number)


def _crowd(scene: Scene, scale: float) -> None:
    rng = scene.rng

    def many(number: int) -> range:
        return range(max(3, round(number * scale)))

    for _ in range(max(_CUSTOMERS_AT_LEAST, round(5_300 * scale))):
        people.curious(scene, scene.customer("curious"), rng.choice((1, 1, 2, 3)))
    for _ in many(5_000):
        people.curious(scene, scene.foreigner("curious"), rng.choice((1, 1, 1, 2, 3)))
    for _ in many(160):
        people.curious(scene, scene.customer("frequent"), rng.randrange(5, MORE_THAN))
        people.curious(scene, scene.foreigner("frequent"), rng.randrange(5, MORE_THAN))
        people.trier(scene, scene.customer("trier"), rng.choice((1, 2, 14)))
        people.trier(scene, scene.foreigner("trier"), rng.choice((1, 2, 14)))
        people.onlooker(scene, scene.customer("onlooker"), rng.choice((1, 3, 12)))
    for _ in many(2_600):
        people.unconcerned(scene, scene.customer("unconcerned"), rng.randrange(1, 4))
        people.news_elsewhere(scene, scene.customer("unconcerned"), 1)
        people.unconcerned(scene, scene.foreigner("unconcerned"), rng.randrange(1, 8))


def world(folder: Path, *, seed: int = SEED, scale: float = 1.0, kind: str = DEFAULT) -> None:
    """Write a complete case: `case.toml`, its logs, assignments and country data, and `truth.json`.

    The same seed, scale and kind give the same bytes. The default is the size of Operation Landmark: thirty targets,
    two weeks, more than 10 000 visitors, 440 of them over the threshold.

    Args:
        folder: where; made if it does not exist.
        seed: of the only source of chance.
        scale: how many people, in proportion to the default.
        kind: how the provider records, what is wrong with it, and who sits on its lines: a name of `kinds.KINDS`.

    Raises:
        CaseError: the scale is not from 0.01 to 4, there is no such kind, or the folder holds something already.
        MachineError: the machine refused to write.
    """
    try:
        if folder.exists() and any(folder.iterdir()):
            raise CaseError(
                Problem("an empty folder, or none; nothing was written", file=str(folder), found="other files")
            )
        _write(folder, seed, scale, kind)
    except OSError as error:
        raise store.refused(folder, error) from error


def _write(folder: Path, seed: int, scale: float, kind: str) -> None:
    happened = happen(seed, scale, kind)
    recorded = happened.recorded
    (folder / "logs").mkdir(parents=True, exist_ok=True)
    files = write_logs(folder, recorded.hits, recorded.connections, happened.kind.clock, ports=happened.kind.ports)
    customers = subscribers(lease.account for lease in happened.leases)
    for path, text in {**recorded.files, "isp/subscribers.csv": customers, "geo.csv": data_set()}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode())
    (folder / "case.toml").write_bytes(case_text(happened.kind, recorded.sources).encode())
    # A key of the world's own, so that the same seed gives the same pseudonyms; nobody real stands behind them.
    load_or_make(folder, lambda: hashlib.sha256(f"simulated world {seed}".encode()).hexdigest())
    head = {"seed": seed, "scale": scale, **truth_file.kind_as_json(happened.kind)}
    told = truth_file.as_json(happened.truth(), files, recorded, head)
    (folder / "truth.json").write_bytes(told.encode())
