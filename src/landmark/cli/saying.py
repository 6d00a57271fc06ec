"""The command line as a whole, and how it says things to whatever listens."""

from __future__ import annotations

import codecs
import contextlib
import functools
import os
import shlex
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

from cyclopts import App, Parameter

from landmark import figures

if TYPE_CHECKING:
    from collections.abc import Iterator

app = App(
    name="landmark",
    help="From a provider's raw logs, under a court's authority, to court-ready referrals for every country concerned.",
    help_epilogue=(
        "From nothing: landmark new CASE, fill in CASE/case.toml, landmark check CASE, landmark run CASE. "
        "To try it: landmark simulate DIR, landmark run DIR."
    ),
    version_flags=["--version"],
    suppress_keyboard_interrupt=False,  # `main` says what became of the run
)

CaseFolder = Annotated[Path, Parameter(help="the case folder: the one that holds case.toml")]
AsOf = Annotated[date | None, Parameter(help="a day on which the authority was valid, for one that has ended")]
AsJson = Annotated[bool, Parameter(name="--json", negative="", help="print JSON, for a script")]
many = functools.partial(figures.many, blank=" ")
"""A count with its noun, as a terminal and a pipe have it."""


def say(text: str = "") -> None:
    """Print lines."""
    with _heard_or_not(sys.stdout):
        sys.stdout.write("".join(f"{figures.on_a_line(line)}\n" for line in text.split("\n")))


def warn(text: str) -> None:
    """Print lines to the stream of errors, each with the name of the command before it."""
    with _heard_or_not(sys.stderr):
        sys.stderr.write("".join(f"landmark: {figures.on_a_line(line)}\n" for line in text.splitlines()))


def flush() -> None:
    """See that what was printed has reached whoever listens."""
    with _heard_or_not(sys.stdout):
        sys.stdout.flush()


@contextlib.contextmanager
def _heard_or_not(stream: TextIO) -> Iterator[None]:
    """Go on in silence where nobody listens any more (`landmark show … | head`): the exit status still counts."""
    try:
        yield
    except OSError as error:
        if stream is sys.stdout and not isinstance(error, BrokenPipeError):
            raise  # what was asked for is lost; an error that nobody can be told of has its exit status
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def quoted(path: Path) -> str:
    """Give a path as it can be pasted after a prompt: in quotes where it holds what a shell would take apart.

    One that would be read as an option begins with the folder that it lies in.
    """
    text = os.path.join(os.curdir, path) if str(path).startswith("-") else str(path)  # noqa: PTH118 - a Path drops the dot
    return subprocess.list2cmdline([text]) if os.name == "nt" else shlex.quote(text)


_PLAIN = {figures.NARROW: " ", "−": "-", "–": "-", "…": "...", "→": "->"}


def _plainly(error: UnicodeError) -> tuple[str, int]:
    """Say what a terminal's encoding lacks in letters that it has; a path's odd bytes as escapes."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    said = (_PLAIN.get(letter) or ascii(letter)[1:-1] for letter in error.object[error.start : error.end])
    return "".join(said), error.end


codecs.register_error("landmark.plainly", _plainly)
