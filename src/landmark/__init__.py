"""Landmark: from a provider's raw logs, under a court's authority, to court-ready referrals.

Each command of the command line is a function here:

    landmark.new(folder)                  a case folder with every key explained
    landmark.check(folder)                what would be read, and what is wrong
    landmark.run(folder)                  from logs to leads and enquiries
    landmark.funnel(folder)               the funnel of a case that has been run
    landmark.show(folder, reference)      any row back to its bytes
    landmark.simulate(folder)             a provider's world with known truth
    landmark.score(folder, truth)         results held against that truth

What goes wrong is a `LandmarkError`: `CaseError`, `IntegrityError` or `MachineError`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from landmark.errors import CaseError, IntegrityError, LandmarkError, MachineError, Problem

if TYPE_CHECKING:
    from landmark.commands import Check, Ran, check, funnel, new, run, score, show, simulate

__all__ = [
    "CaseError",
    "Check",
    "IntegrityError",
    "LandmarkError",
    "MachineError",
    "Problem",
    "Ran",
    "check",
    "funnel",
    "new",
    "run",
    "score",
    "show",
    "simulate",
]


def __getattr__(name: str) -> object:
    """Import what does the work when it is first asked for: `import landmark` alone is quick."""
    if name in __all__:
        return getattr(importlib.import_module("landmark.commands"), name)
    raise AttributeError(f"module 'landmark' has no attribute {name!r}")
