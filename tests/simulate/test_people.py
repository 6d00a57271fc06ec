"""People look like people, machines like machines: none is mistaken by the rule that tells them apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

import crawlerdetect
import pytest

from landmark.simulate.acts import HUMANS
from landmark.simulate.sites import BROWSERS, CRAWLERS

if TYPE_CHECKING:
    from landmark.simulate.acts import Hit
    from landmark.simulate.provider import Happened

PERIODS = [minutes * 60 for minutes in (15, 20, 30, 40, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1_440)]
STATIC = (".css", ".js", ".gif", ".jpg")


def starts_of(happened: Happened) -> dict[str, list[int]]:
    """Give the starts of connections and page requests of each account, or address without account."""
    starts = defaultdict(list)
    for hit in happened.hits:
        if hit.forum and not hit.path.endswith(STATIC):
            starts[hit.account or hit.address].append(hit.time)
    for connection in happened.connections:
        if "watched." in str(connection.left):
            starts[connection.account or connection.address].append(connection.time)
    return starts


def by_the_clock(starts: list[int]) -> float:
    """Give the largest share of intervals within a minute of a multiple of one period."""
    apart = [after - before for before, after in pairwise(sorted(starts)) if after - before >= 60]
    if len(apart) < 10:
        return 0.0
    near = [sum(min(one % period, -one % period) <= 60 <= one - 1 for one in apart) for period in PERIODS]
    return max(near) / len(apart)


def test_no_person_reads_by_the_clock_and_every_program_does(happened: Happened) -> None:
    shares = {name: by_the_clock(starts) for name, starts in starts_of(happened).items()}
    assert all(share < 0.4 for name, share in shares.items() if happened.kinds.get(name) in HUMANS)
    programs = [share for name, share in shares.items() if happened.kinds.get(name) in {"feed", "leafnode", "pull"}]
    assert len(programs) >= 4
    assert all(share > 0.6 for share in programs)


def test_no_regular_keeps_to_one_page_and_a_feed_reader_does(happened: Happened) -> None:
    pages: dict[str, Counter[str]] = defaultdict(Counter)
    for hit in happened.hits:
        if hit.forum:
            pages[hit.account or hit.address][hit.path] += 1
    share = {name: max(seen.values()) / seen.total() for name, seen in pages.items() if seen.total() > 20}
    regulars = ("home", "static", "abroad", "member", "edge")
    assert all(one < 0.6 for name, one in share.items() if happened.kinds.get(name) in regulars)
    assert all(one == 1 for name, one in share.items() if happened.kinds.get(name) in {"feed", "picture"})


def test_three_browsers_read_side_by_side_in_the_cafe_and_everybody_else_has_one(happened: Happened) -> None:
    agents: dict[str, dict[str, list[Hit]]] = defaultdict(lambda: defaultdict(list))
    for hit in happened.hits:
        agents[hit.account or hit.address][hit.agent].append(hit)
    many = {name for name, one in agents.items() if len(one) > 1}
    assert {happened.kinds.get(name) for name in many} == {"cafe"}
    for name in many:
        evenings: dict[int, set[str]] = defaultdict(set)
        for hits in agents[name].values():
            for hit in hits:
                evenings[hit.time // 86_400].add(hit.agent)
        assert [len(evening) for evening in evenings.values()] == [3] * 14


@pytest.mark.parametrize("agent", BROWSERS)
def test_browsers_are_no_crawlers(agent: str) -> None:
    assert not crawlerdetect.CrawlerDetect().is_crawler(agent)


@pytest.mark.parametrize("agent", CRAWLERS)
def test_crawlers_are(agent: str) -> None:
    assert crawlerdetect.CrawlerDetect().is_crawler(agent)


def test_six_connections_are_opened_in_a_second_for_one_download(happened: Happened) -> None:
    at_once: Counter[tuple[str, int]] = Counter()
    for connection in happened.connections:
        at_once[connection.address, connection.time // 2] += 1
    assert max(at_once.values()) >= 5


def test_a_visit_may_go_on_over_two_addresses(happened: Happened) -> None:
    regular = [lease for lease in happened.leases if happened.kinds[lease.account] == "home"]
    regular.sort(key=lambda lease: (lease.account, lease.begin))
    again = [
        (one, other)
        for one, other in pairwise(regular)
        if one.account == other.account and 0 < other.begin - one.end < 600
    ]
    assert sum(one.address != other.address for one, other in again) >= 5


def test_most_addresses_rest_long_and_some_are_taken_again_at_once(happened: Happened) -> None:
    held: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for lease in happened.leases:
        if lease.address.startswith("10.2"):
            held[lease.address].append((lease.begin, lease.end))
    rests = [after[0] - before[1] for row in held.values() for before, after in pairwise(sorted(row))]
    long = sum(rest > 2.5 * 3_600 for rest in rests) / len(rests)
    assert 0.75 < long < 0.95
    assert min(rests) >= 60
