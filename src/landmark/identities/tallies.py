"""What became of every line of a file of subscriber records, or of an answer: lines = kept + dropped + rejected."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from landmark.errors import IntegrityError
from landmark.figures import many

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

DROPPED = {
    "directive": "a header",
    "empty": "an empty line",
    "not_asked": "of an account that nobody asks about",
    "outside_period": "held at another time than the visits",
    "at_most_threshold": "no more than the threshold of visits lie in its period",
    "duplicate": "says what another line says, word for word",
    "no_record": "the provider has no record",
    "named_nobody": "names nobody, because another one contradicts it or could not be read",
}
REJECTED = {
    "malformed": "not in the form of a record",
    "bad_time": "a time that is none, or whose zone is not stated",
    "too_long": "longer than 1 MiB",
    "truncated": "cut off",
}


@dataclass(slots=True)
class Tally:
    """The accounting of one file; of one whose text was read under another name, only that name."""

    path: str
    sha256: str = ""
    bytes: int = 0
    lines: int = 0
    kept: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    rejects: list[tuple[int, str]] = field(default_factory=list)  # line and reason
    duplicate_of: str | None = None

    def check(self) -> None:
        """See that the lines add up.

        Raises:
            IntegrityError: they do not, or a reason is not of the closed lists.
        """
        strange = self.dropped.keys() - DROPPED.keys() or {why for _, why in self.rejects} - REJECTED.keys()
        if self.duplicate_of is None and (
            self.lines != self.kept + self.dropped.total() + len(self.rejects) or strange
        ):
            raise IntegrityError(
                f"{self.path}: the lines do not add up: {self.lines} lines, {self.kept} kept, {self.dropped.total()} "
                f"dropped, {len(self.rejects)} rejected; nothing was written"
            )

    def over(self, allowed: Fraction) -> bool:
        """Tell whether a larger share of the lines was rejected than `allowed`."""
        return len(self.rejects) > allowed * self.lines

    def as_json(self) -> dict[str, object]:
        """Give the file's part of `accounting.json`; a rejected line is located, never quoted."""
        head: dict[str, object] = {"path": self.path, "sha256": self.sha256, "bytes": self.bytes}
        if self.duplicate_of is not None:
            return {**head, "duplicate_of": self.duplicate_of}
        reasons = Counter(why for _, why in self.rejects)
        return {
            **head,
            "lines": self.lines,
            "kept": self.kept,
            "dropped": {why: self.dropped[why] for why in DROPPED if self.dropped[why]},
            "rejected": {why: reasons[why] for why in REJECTED if reasons[why]},
            "rejects": [{"line": line, "reason": why} for line, why in sorted(self.rejects)],
        }


def rejected(file: Mapping[str, Any]) -> str:
    """Say of a file's part of `accounting.json` how many lines were rejected for what: `9 lines: cut off`."""
    return "; ".join(
        f"{many(number, 'line', blank=' ')}: {REJECTED[why]}" for why, number in file.get("rejected", {}).items()
    )
