"""Commands at the end of a case."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path  # noqa: TC003 - cyclopts reads the annotations
from typing import Annotated

from cyclopts import Parameter

from landmark import commands
from landmark.cli.saying import AsJson, AsOf, CaseFolder, app, many, say, warn


@app.command
def reveal(
    case: CaseFolder,
    /,
    *,
    request: Annotated[bool, Parameter(negative="", help="write the request to the provider")] = False,
    answer: Annotated[Path | None, Parameter(help="the provider's answer to that request")] = None,
    as_of: AsOf = None,
    json_: AsJson = False,
) -> int:
    """Look up the names of subjects over the threshold, where the authority covers them, and of nobody else."""
    revealed = commands.reveal(case, request=request, answer=answer, as_of=as_of)
    status = commands.TOO_MANY_REJECTED if revealed.rejected_too_many else commands.DONE
    if json_:
        say(json.dumps(asdict(revealed), indent=1, ensure_ascii=False, default=str))
        return status
    subjects = many(revealed.subjects, "subject")
    say(("" if revealed.changed else "Nothing had changed. ") + f"Names may be looked up for: {subjects}")
    if revealed.request is not None:
        say(f"Request: {revealed.request}, {many(revealed.rows, 'instant')} to ask about")
    if revealed.identities is not None:
        found = revealed.results or {}
        say("; ".join(f"{word} {count}" for word, count in found.items()) + f"; conflicts {revealed.conflicts}")
        say(f"Names: {revealed.identities}; what stands against them: {revealed.identities / 'conflicts.csv'}")
    from landmark.identities.tallies import rejected  # noqa: PLC0415 - start-up time

    for path in revealed.rejected_too_many:
        why = rejected(next(one for one in revealed.files if one["path"] == path))
        warn(f"{path}: more of its lines were rejected than [rules] reject_more_than allows: {why}")
    return status


@app.command
def purge(case: CaseFolder, /, *, json_: AsJson = False) -> int:
    """Delete tables, cache and names of a closed case; its ledger and its totals stay."""
    from landmark.closing import by_folder  # noqa: PLC0415 - start-up time

    removed = commands.purge(case)
    if json_:
        say(json.dumps(removed, indent=1, ensure_ascii=False))
        return commands.DONE
    for folder, (files, size) in by_folder(removed).items():
        say(f"removed {case / folder}: {many(files, 'file')}, {many(size, 'byte')}")
    say(f"kept    {case / 'ledger.jsonl'}, {case / 'out' / 'funnel.json'}, {case / 'out' / 'communique.md'}")
    say("        and case file, key and inputs, which are not Landmark's to delete")
    return commands.DONE
