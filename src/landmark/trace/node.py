"""What is shown of a row: a title, facts, and the rows under it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Node:
    """A row and what lies under it: a title, facts in order, and the rows that make it.

    Attributes:
        title: which row it is.
        facts: what is said of it, in order, for people and programs.
        under: the rows that make it.
        exact: the figures behind facts that are sentences, for programs only: µs and counts.
    """

    title: str
    facts: Mapping[str, object]
    under: tuple[Node, ...] = ()
    exact: Mapping[str, object] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Give the tree as an object."""
        body: dict[str, object] = {"row": self.title, "facts": dict(self.facts)}
        if self.exact:
            body["exact"] = dict(self.exact)
        return {**body, "under": [node.as_json() for node in self.under]} if self.under else body
