"""Which agents call themselves machines, by a list that others keep well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawlerdetect import CrawlerDetect

from landmark.keys import release

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 512
"""Characters of an agent that are looked at: a client may write any length, and the time grows with its square."""


def automated_agents(agents: Iterable[str | None]) -> frozenset[str]:
    """Give those agents that the list has; ask about distinct ones, since each takes some 0.1 ms.

    An agent that is empty, `-` or missing is none of them: nothing is said by it.
    """
    detector = CrawlerDetect()
    return frozenset(agent for agent in set(agents) if agent and detector.is_crawler(agent[:LONGEST]))


def list_name() -> str:
    """Name the list with its version, for the ledger and for what is up to date."""
    return f"crawlerdetect {release('crawlerdetect')}"
