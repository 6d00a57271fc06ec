"""What the reading of names came to: the evidence for each subject, and what became of every line of every file."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from landmark.identities.judging import UNREAD, Conflict, settle

if TYPE_CHECKING:
    from landmark.identities.judging import Evidence, Place
    from landmark.identities.tallies import Tally


@dataclass(slots=True)
class Reading:
    """What the files came to: the evidence for each subject, and the accounting of each file."""

    evidence: dict[str, Evidence]  # by the subject's account
    more_than: int
    slack: int = 0  # how far the clocks of the logs may be off, µs
    tallies: list[Tally] = field(default_factory=list)
    said: dict[tuple[str, ...], Place] = field(default_factory=dict)  # what was kept, word for word
    came_to: dict[Place, set[str]] = field(default_factory=lambda: defaultdict(set))  # each line that bears on them
    blanks: dict[str, dict[tuple[bytes, ...], list[Place]]] = field(default_factory=lambda: defaultdict(dict))

    def settle(self) -> None:
        """Take no name of who is not over the threshold alone, and none beside a line that could not be read.

        Each line is counted by the best that it came to.

        Raises:
            IntegrityError: the lines of a file do not add up.
        """
        self.said.clear()
        for account, ways in self.blanks.items():
            if len(ways) > 1:  # but for blanks they are one account; they may be two people's
                padded = [place for blanks, places in ways.items() if any(blanks) for place in places]
                self.evidence[account].seen += [Conflict(UNREAD, place) for place in padded]
        for evidence in self.evidence.values():
            for record in settle(evidence, self.more_than):
                self.came_to[record.place].add("at_most_threshold")
            for record in evidence.records:
                self.came_to[record.place].add("named_nobody" if evidence.unread else "kept")
            if evidence.unread:
                evidence.records = [replace(record, cells={}) for record in evidence.records]
        tallies = {(tally.path, tally.sha256): tally for tally in self.tallies}
        for place, words in self.came_to.items():
            tally = tallies[place.file, place.sha256]
            if "kept" in words:
                tally.kept += 1
            else:
                tally.dropped[min(words)] += 1
        for tally in self.tallies:
            tally.check()
