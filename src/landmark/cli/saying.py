"""The command line as a whole, and how it says things to whatever listens."""

from __future__ import annotations

import codecs
import os
import sys
from datetime import date
from typing import Annotated

from cyclopts import App, Parameter

app = App(
    name="landmark",
    help="From a provider's raw logs, under a court's authority, to court-ready referrals for every country concerned.",
    version_flags=["--version"],
    suppress_keyboard_interrupt=False,  # `main` says what became of the run
)

AsOf = Annotated[date | None, Parameter(help="a day on which the authority was valid, for one that has ended")]
AsJson = Annotated[bool, Parameter(name="--json", negative="", help="print JSON, for a script")]


def say(text: str = "") -> None:
    """Print a line."""
    try:
        sys.stdout.write(text + "\n")
    except BrokenPipeError:
        _unheard()


def _unheard() -> None:
    """Go on in silence where nobody listens any more (`landmark show … | head`): the exit status still counts."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def flush() -> None:
    """See that what was printed has reached whoever listens."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _unheard()


_PLAIN = {"\u202f": " ", "−": "-", "–": "-", "…": "...", "→": "->"}


def _plainly(error: UnicodeError) -> tuple[str, int]:
    """Say what a terminal's encoding lacks in letters that it has; a path's odd bytes as escapes."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    said = (_PLAIN.get(letter) or ascii(letter)[1:-1] for letter in error.object[error.start : error.end])
    return "".join(said), error.end


codecs.register_error("landmark.plainly", _plainly)
