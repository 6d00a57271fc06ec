"""What is wrong with the arguments, in a line, and what to do next in another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyclopts import MissingArgumentError, UnknownCommandError, UnusedCliTokensError

if TYPE_CHECKING:
    from cyclopts import CycloptsError

COMMANDS = (
    "new", "acquire", "sniff", "check", "run", "funnel", "show", "plot", "reveal", "purge", "simulate", "score",
)  # fmt: skip
"""Every command, in the order of a case."""
_KINDS = {
    "into int.": "into a whole number.",
    "into float.": "into a number.",
    "into date.": "into a date (2001-10-31).",
}


def said(error: CycloptsError) -> str:
    """Give the mistake and the next step, each a line without its end."""
    command = " ".join(error.command_chain or ())
    if isinstance(error, UnknownCommandError):
        return f"{str(error).partition(' Available commands:')[0]}\nThe commands are {', '.join(COMMANDS)}; see --help."
    if isinstance(error, MissingArgumentError) and error.argument is not None:
        text = f"{error.argument.name} {'is missing' if error.argument.required else 'needs a value'}."
    elif isinstance(error, UnusedCliTokensError):
        text = f"more than it takes: {' '.join(error.unused_tokens or ())}"
    else:
        text = str(error)
    for kind, plain in _KINDS.items():
        text = text.replace(kind, plain)
    return f"{command}: {text}\nSee landmark {command} --help."
