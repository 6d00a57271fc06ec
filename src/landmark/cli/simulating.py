"""Commands for a provider that is simulated."""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003 - cyclopts reads the annotations
from typing import Annotated

from cyclopts import Parameter

from landmark import commands
from landmark.cli.saying import AsJson, CaseFolder, app, quoted, say


@app.command
def simulate(
    folder: Annotated[Path, Parameter(help="a folder that is not there yet, or is empty")],
    /,
    *,
    seed: Annotated[int, Parameter(help="another seed, another world")] = 2001,
    scale: Annotated[float, Parameter(help="1 is the size of Operation Landmark")] = 1.0,
    kind: Annotated[str, Parameter(name="--world", help="its kind: docs/worlds.md lists them")] = "provider",
) -> int:
    """Write a provider's simulated world with known truth: a complete case and its truth.json."""
    path = commands.simulate(folder, seed=seed, scale=scale, kind=kind)
    say(f"{path}: a simulated provider; next: landmark run {quoted(path)}")
    return commands.DONE


@app.command
def score(
    case: CaseFolder,
    truth: Annotated[Path, Parameter(help="the truth.json beside its case.toml")],
    /,
    *,
    json_: AsJson = False,
) -> int:
    """Hold the results of a simulated case against its truth; wrong leads make the exit status 1."""
    judged = commands.score(case, truth)
    say(json.dumps(judged.as_json(), indent=1) if json_ else judged.as_text())
    return 1 if judged.wrong else commands.DONE
