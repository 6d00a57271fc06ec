"""What can go wrong, as a tree; each branch has its exit status.

    LandmarkError            1  a fault of Landmark itself
    ├── CaseError            2  the case file, an argument or an input is not what a run needs
    ├── IntegrityError       3  rows do not add up, or an input or the ledger is not what it was
    └── MachineError         5  the machine said no: disk, permission, another run

Exit status 4 (more rejected than the case allows) is a result, not an error: the run is done.
A message never quotes a line of a log: what the authority does not cover reaches no error text.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, what was found, what is expected, what may have been meant."""

    expected: str
    file: str | None = None
    line: int | None = None
    key: str | None = None
    found: str | None = None
    hint: str | None = None

    def __str__(self) -> str:
        """Give the problem as one line: ``file:line: key: found …, expected … (hint)``."""
        where = [part for part in (self.file, None if self.line is None else str(self.line)) if part]
        head = [part for part in (":".join(where), self.key) if part]
        said = f"found {self.found}, expected {self.expected}" if self.found is not None else self.expected
        tail = f" ({self.hint})" if self.hint else ""
        return ": ".join([*head, said]) + tail


class LandmarkError(Exception):
    """Anything that Landmark refuses or cannot do; `exit_status` is what a shell sees."""

    exit_status = 1


class CaseError(LandmarkError):
    """The case file, an argument or an input is not what a run needs; carries every problem found."""

    exit_status = 2

    def __init__(self, *problems: Problem) -> None:
        """Take one problem or more, in the order in which a person should read them."""
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class IntegrityError(LandmarkError):
    """Rows do not add up, or an input or the ledger is not what an earlier run saw."""

    exit_status = 3


class MachineError(LandmarkError):
    """The machine said no: disk full, permission refused, a folder in a file's place, another run."""

    exit_status = 5
