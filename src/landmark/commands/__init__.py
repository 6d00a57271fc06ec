"""What a user can do with a case; the command line is a twin of these functions, and holds no logic of its own."""

from __future__ import annotations

from landmark.commands.case_folder import load
from landmark.commands.ending import purge, reveal
from landmark.commands.preparing import Check, Checked, acquire, bytes_of, check, disk, new, sniff
from landmark.commands.running import DONE, TOO_MANY_REJECTED, Ran, run
from landmark.commands.showing import Plotted, funnel, plot, show
from landmark.commands.simulating import score, simulate

__all__ = [
    "DONE",
    "TOO_MANY_REJECTED",
    "Check",
    "Checked",
    "Plotted",
    "Ran",
    "acquire",
    "bytes_of",
    "check",
    "disk",
    "funnel",
    "load",
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
