"""Landmark: from a provider's raw logs, under a court's authority, to court-ready referrals.

Each command of the command line is a function here:

    landmark.new(folder)                  a case folder with every key explained
    landmark.acquire(folder, …)           who copied which files from where, and the hash of each
    landmark.sniff(file)                  of which format a log is
    landmark.check(folder)                what would be read, and what is wrong
    landmark.run(folder)                  from logs to leads and enquiries
    landmark.funnel(folder)               the funnel of a case that has been run
    landmark.show(folder, reference)      any row back to its bytes
    landmark.reveal(folder)               names for subjects over the threshold, under an authority that covers them
    landmark.plot(folder, "fit")          how each clock fits the records when it is shifted
    landmark.purge(folder)                tables and names of a closed case deleted; ledger and totals stay
    landmark.simulate(folder)             a provider's world with known truth
    landmark.score(folder, truth)         results held against that truth

What goes wrong is a `LandmarkError`: `CaseError`, `IntegrityError` or `MachineError`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from landmark.errors import CaseError, IntegrityError, LandmarkError, MachineError, Problem

if TYPE_CHECKING:
    from landmark.commands import (
        Check,
        Plotted,
        Ran,
        acquire,
        check,
        funnel,
        new,
        plot,
        purge,
        reveal,
        run,
        score,
        show,
        simulate,
        sniff,
    )

__all__ = [
    "CaseError",
    "Check",
    "IntegrityError",
    "LandmarkError",
    "MachineError",
    "Plotted",
    "Problem",
    "Ran",
    "acquire",
    "check",
    "funnel",
    "new",
    "plot",
    "purge",
    "reveal",
    "run",
    "score",
    "show",
    "simulate",
    "sniff",
]


def __getattr__(name: str) -> object:
    """Import what does the work when it is first asked for: `import landmark` alone is quick."""
    if name in __all__:
        return getattr(importlib.import_module("landmark.commands"), name)
    raise AttributeError(f"module 'landmark' has no attribute {name!r}")
