"""The accounting of rows: every line of every file, and every step from lines to leads, with what was lost and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from landmark.errors import IntegrityError
from landmark.tables import DROPPED, LEAD_LOSSES, MACHINES, NOT_COUNTED, REJECTED, STEPS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class FileCount:
    """What became of the lines of one file; of a file whose text was read under another name, only that name."""

    path: str
    sha256: str
    content_sha256: str
    bytes: int
    lines: int = 0
    kept: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)
    rejected: Mapping[str, int] = field(default_factory=dict)
    admitted_lost: int = 0
    duplicate_of: str | None = None
    kind: str = "log"
    embeds_unknown: bool = False  # a web log that tells no host: an embed cannot be told from a visit
    unlike: bool = False  # nothing of it was kept, and none of its first lines reads as its format
    format: str | None = None  # that of assignment records that are unlike it
    expected: str | None = None  # and what would have to be there, or be said in the case
    damage: str | None = None  # why its stream ended early: cut_off, checksum, damaged

    def check(self) -> None:
        """See that the lines add up and that every reason is of the closed list.

        Raises:
            IntegrityError: they do not.
        """
        total = self.kept + sum(self.dropped.values()) + sum(self.rejected.values())
        strange = [reason for reason in self.dropped if reason not in DROPPED]
        strange += [reason for reason in self.rejected if reason not in REJECTED]
        if total != self.lines or strange or min((self.kept, *self.dropped.values(), *self.rejected.values())) < 0:
            raise IntegrityError(
                f"{self.path}: the lines do not add up: {self.lines} lines, {self.kept} kept, "
                f"{sum(self.dropped.values())} dropped, {sum(self.rejected.values())} rejected; nothing was written"
            )

    def over(self, allowed: Fraction) -> bool:
        """Tell whether a larger share of the lines was rejected than `allowed`."""
        return sum(self.rejected.values()) > allowed * self.lines

    def as_json(self) -> dict[str, object]:
        """Give the file's part of `funnel.json`."""
        head: dict[str, object] = {
            "path": self.path,
            "sha256": self.sha256,
            "content_sha256": self.content_sha256,
            "bytes": self.bytes,
        }
        damage = {} if self.damage is None else {"damage": self.damage}
        if self.duplicate_of is not None:
            return {**head, "duplicate_of": self.duplicate_of, **damage}
        return {
            **head,
            "lines": self.lines,
            "kept": self.kept,
            "dropped": {reason: self.dropped[reason] for reason in DROPPED if self.dropped.get(reason)},
            "rejected": {reason: self.rejected[reason] for reason in REJECTED if self.rejected.get(reason)},
            "admitted_lost": self.admitted_lost,
            **({"embeds_unknown": True} if self.embeds_unknown else {}),
            **({"unlike": True} if self.unlike else {}),
            **({} if self.expected is None else {"format": self.format, "expected": self.expected}),
            **damage,
        }


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the funnel: how many of which unit are left, and what was lost on the way from the step before."""

    step: str
    unit: str
    count: int
    lost: Mapping[str, int]


def lines_step(files: Sequence[FileCount]) -> tuple[Step, Step]:
    """Give the steps `lines` and `events` from the accounting of the log files.

    Raises:
        IntegrityError: the lines of a file do not add up.
    """
    lost: Counter[str] = Counter()
    lines = kept = 0
    for file in files:
        if file.duplicate_of is None and file.kind == "log":
            file.check()
            lines += file.lines
            kept += file.kept
            lost.update(file.dropped)
            lost.update(file.rejected)
    ordered = {reason: lost[reason] for reason in (*DROPPED, *REJECTED) if lost[reason]}
    return Step("lines", "lines", lines, {}), Step("events", "events", kept, ordered)


@dataclass(frozen=True, slots=True)
class ByAddress:
    """What would be counted if a visitor were an address (or a host name, where the log has no address)."""

    visits: int
    visitors: int
    over_threshold: int


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the steps of the funnel and is none of them.

    Attributes:
        enquiries: how many subjects must be asked about.
        by_address: the count by address alone.
        said: what is said besides: of clocks `clock_steps`, where one was set back, and `loud` and `elsewhere`, where
            one fits better at another time; and which files are `gone`, where the case declares so.
    """

    enquiries: int
    by_address: ByAddress
    said: Mapping[str, Sequence[object]]


def as_json(files: Sequence[FileCount], steps: Sequence[Step], beside: Beside) -> dict[str, object]:
    """Give `funnel.json` as an object, after a last look that each step is the one before less what was lost.

    Args:
        files: every input file.
        steps: every step, in order.
        beside: what is said besides.

    Raises:
        IntegrityError: a step is missing, or a step with the unit of the one before is not what that leaves; or the
            count by address cannot be one of the same events.
    """
    if tuple(step.step for step in steps) != STEPS:
        raise IntegrityError("the funnel's steps are not complete; nothing was written")
    for before, after in pairwise(steps):
        same = before.unit == after.unit or (before.step, after.step) == ("lines", "events")
        if same and before.count - sum(after.lost.values()) != after.count:
            raise IntegrityError(f"the funnel does not add up at step {after.step}; nothing was written")
    addresses = beside.by_address
    (counting,) = (step.count for step in steps if step.step == "counting")
    falling = (counting, addresses.visits, addresses.visitors, addresses.over_threshold, 0)
    if any(more < fewer for more, fewer in pairwise(falling)) or bool(counting) != bool(addresses.visitors):
        raise IntegrityError("the funnel's count by address is not one of its events; nothing was written")
    logs = [file.as_json() for file in files if file.kind == "log"]
    assignments = [file.as_json() for file in files if file.kind == "assignment"]
    return {
        "files": logs,
        "assignment_files": assignments,
        "steps": [
            {"step": step.step, "unit": step.unit, "count": step.count, "lost": dict(step.lost)} for step in steps
        ],
        "by_address": asdict(addresses),
        "enquiries": beside.enquiries,
        **beside.said,
    }


def steps(files: Sequence[FileCount], made: Mapping[str, pa.Table]) -> list[Step]:
    """Give every step of the funnel, from the files' lines and the tables that a run made.

    Raises:
        IntegrityError: the lines of a file do not add up.
    """
    lines, kept = lines_step(files)
    reasons = Counter(made["events"]["reason"].drop_null().to_pylist())
    counting = kept.count - sum(reasons.values())
    visitors, subjects = made["visitors"].num_rows, made["subjects"].num_rows
    lost = list(zip(made["subjects"]["lost"].to_pylist(), made["subjects"]["basis"].to_pylist(), strict=True))
    attended = Counter[str](why for why, _ in lost if why in (*MACHINES, "embedded"))
    rest = [(why, basis) for why, basis in lost if why not in attended]
    attributed = Counter[str](why for why, basis in rest if basis != "account")
    unplaced = Counter[str](why for why, basis in rest if basis == "account" and why == "no_country")
    identified = Counter[str](why for why, basis in rest if basis == "account" and why not in {None, "no_country"})
    left = [subjects]
    for gone in (attended, attributed, identified, unplaced):
        left.append(left[-1] - sum(gone.values()))

    def step(name: str, unit: str, count: int, gone: Mapping[str, int]) -> Step:
        order = (*NOT_COUNTED, *LEAD_LOSSES)
        return Step(name, unit, count, {word: gone[word] for word in order if gone.get(word)})

    below: dict[str, int] = {"at_most_threshold": visitors - subjects}
    return [
        lines,
        kept,
        step("counting", "events", counting, reasons),
        step("visits", "visits", made["visits"].num_rows, {}),
        step("visitors", "visitors", visitors, {}),
        step("over_threshold", "visitors", left[0], below),
        step("attended", "visitors", left[1], attended),
        step("attributed", "visitors", left[2], attributed),
        step("identified", "visitors", left[3], identified),
        step("placed", "visitors", left[4], unplaced),
        step("leads", "visitors", made["leads"].num_rows, {}),
    ]
