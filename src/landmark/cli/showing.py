"""Commands that show what a run came to."""

from __future__ import annotations

import json
import sys
from pathlib import Path  # noqa: TC003 - cyclopts reads the annotations
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from landmark import commands
from landmark.cli.saying import AsJson, AsOf, CaseFolder, app, say
from landmark.figures import on_a_line

if TYPE_CHECKING:
    from landmark.trace import Node


@app.command
def funnel(case: CaseFolder, /, *, json_: AsJson = False) -> int:
    """Print the funnel of a case that has been run."""
    said = commands.funnel(case)
    if json_:
        say(json.dumps(said, indent=1, ensure_ascii=False))
        return commands.DONE
    from landmark.report.terminal import FunnelTable, funnel_text  # noqa: PLC0415 - start-up time

    if sys.stdout.isatty():
        from rich.console import Console  # noqa: PLC0415 - start-up time

        Console().print(FunnelTable(said))
    else:
        say(funnel_text(said))
    return commands.DONE


@app.command
def show(
    case: CaseFolder,
    reference: Annotated[
        str, Parameter(help="an event's number or id, a visitor's 16 hex digits, or VISITOR/N for its N-th visit")
    ],
    /,
    *,
    json_: AsJson = False,
    as_of: AsOf = None,
) -> int:
    """Show the rows under an event, a visit or a visitor (subject, enquiry, lead), down to bytes read again."""
    node = commands.show(case, reference, as_of=as_of)
    if json_:
        say(json.dumps(node.as_json(), indent=1, ensure_ascii=False))
    else:
        _tree(node, "")
    return commands.DONE


def _tree(node: Node, indent: str) -> None:
    from landmark.trace.said import printed  # noqa: PLC0415 - start-up time

    say(on_a_line(f"{indent}{node.title}"))
    for name, value in node.facts.items():
        say(on_a_line(f"{indent}  {name}: {printed(name, value)}"))
    for below in node.under:
        _tree(below, indent + "    ")


@app.command
def plot(
    case: CaseFolder,
    what: Annotated[Literal["fit"], Parameter(help="the picture")] = "fit",
    /,
    *,
    to: Annotated[Path | None, Parameter(help="where the files go; else into the case's folder plots")] = None,
    as_of: AsOf = None,
    json_: AsJson = False,
) -> int:
    """Draw how each clock fits the records when it is shifted (fit), of a case that has been run."""
    drawn = commands.plot(case, what, to=to, as_of=as_of)
    if json_:
        say(json.dumps({"paths": list(map(str, drawn.paths)), "fits": drawn.figures}, indent=1, ensure_ascii=False))
        return commands.DONE
    for path in drawn.paths:
        say(str(path))
    return commands.DONE
