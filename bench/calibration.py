"""How often is `sure` right? Many worlds of each kind, and with each single fault: simulated, run, held against truth.

    python -m bench.calibration --seeds 50 --kinds provider
    python -m bench.calibration --seeds 10
    python -m bench.calibration --seeds 5 --kinds --faults

It prints the rows of the tables in `docs/attribution.md`, a kind or a fault at a time. A world is made below the
system's folder for temporary files and removed when it is judged; at the usual scale each takes some five seconds.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import landmark
from landmark.simulate import KINDS, world
from landmark.simulate.calibration import Share
from landmark.simulate.faults import FAULTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from landmark.simulate.score import Score

TODAY = date(2001, 11, 28)
"""Shortly after the window, whenever this is run: the data set of countries must not be out of date."""
HEAD = (
    "| {what} | worlds | loud | `sure`, half hours | wrong | right, of 100 (95 %) | leads right | wrong | reached |\n"
    "|---|--:|--:|--:|--:|--:|--:|--:|--:|"
)


@dataclass
class Row:
    """What came out of so many worlds of one kind."""

    what: str
    scores: list[Score] = field(default_factory=list)
    loud: int = 0
    """In how many of them a clock is said to fit better elsewhere."""

    def __str__(self) -> str:
        """Give the row of the table."""
        sure = [one.calibration["sure"] for one in self.scores]
        half_hours = Share(sum(one.right for one in sure), sum(one.wrong for one in sure))
        why: Counter[str] = Counter()
        for one in self.scores:
            why.update({reason.replace("_", " "): number for reason, number in one.why_wrong.items()})
        reached, reachable = (sum(getattr(one, name) for one in self.scores) for name in ("reached", "reachable"))
        cells = (
            self.what,
            len(self.scores),
            self.loud,
            half_hours.number,
            half_hours.wrong,
            half_hours.as_text(),
            sum(one.right for one in self.scores),
            ", ".join(f"{number} {reason}" for reason, number in sorted(why.items())) or 0,
            f"{reached} of {reachable}",
        )
        return f"| {' | '.join(map(str, cells))} |"


def judged(kind: str, seed: int, scale: float) -> tuple[Score, bool]:
    """Make a world of a kind, or of the kind of a fault with the fault in it; run it, hold it against its truth.

    Returns:
        Its score, and whether a clock is said to fit better elsewhere than as written.
    """
    fault = FAULTS.get(kind)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "world"
        world(folder, seed=seed, scale=scale, kind=kind if fault is None else fault.kind)
        if fault is not None:
            fault.put(folder)
        funnel = landmark.run(folder, today=TODAY).funnel
        return landmark.score(folder, folder / "truth.json"), bool(funnel["loud"] or funnel["elsewhere"])


def say(what: object) -> None:
    """Print a line at once: the next one may take a minute."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def rows(names: Iterable[str], seeds: Iterable[int], scale: float) -> None:
    """Say a row for each kind or fault, made of every seed."""
    for name in names:
        row = Row(name)
        for seed in seeds:
            score, loud = judged(name, seed, scale)
            row.scores.append(score)
            row.loud += loud
        say(row)


def main(said: list[str]) -> None:
    """Do what the command line says."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--seeds", type=int, default=10, help="how many worlds of each, from seed 1 on")
    ask.add_argument("--scale", type=float, default=0.05, help="their size; 1 is 10 000 visitors")
    ask.add_argument("--kinds", nargs="*", choices=KINDS, default=list(KINDS), help="which; all where not said")
    ask.add_argument("--faults", nargs="*", choices=FAULTS, help="which single faults besides; all where none is named")
    told = ask.parse_args(said)
    seeds = range(1, told.seeds + 1)
    if told.kinds:
        say(HEAD.format(what="kind of world"))
        rows(told.kinds, seeds, told.scale)
    if told.faults is not None:
        say(HEAD.format(what="single fault"))
        rows(told.faults or FAULTS, seeds, told.scale)


if __name__ == "__main__":
    main(sys.argv[1:])
