"""Commands before a run."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path  # noqa: TC003 - cyclopts reads the annotations
from typing import Annotated

from cyclopts import Parameter

from landmark import commands
from landmark.cli.saying import AsJson, AsOf, CaseFolder, app, many, quoted, say


@app.command
def new(folder: Annotated[Path, Parameter(help="a folder that is not there yet, or holds no case")], /) -> int:
    """Make a case folder with a case file in which every key is explained."""
    path = commands.new(folder)
    say(f"{path}: fill it in, put the inputs beside it, then: landmark check {quoted(folder)}")
    return commands.DONE


@app.command
def sniff(file: Annotated[Path, Parameter(help="a log, packed or not")], /, *, json_: AsJson = False) -> int:
    """Name the format of a log, and print the block of a case file to paste."""
    likeliest, *others = commands.sniff(file)
    if json_:
        found = [{**asdict(one), "confidence": one.confidence} for one in (likeliest, *others)]
        say(json.dumps(found, indent=1, ensure_ascii=False))
        return commands.DONE
    first = f"its first {likeliest.lines} lines" if likeliest.lines > 1 else "its only line"
    say(f"{file}: {likeliest.format}, {likeliest.confidence} in 100 of {first} speak for it")
    if likeliest.first_unread is None:
        say("every line reads as that format")
    else:
        do = "does" if likeliest.unread == 1 else "do"
        said = f"{many(likeliest.unread, 'line')} {do} not read; the first is line {likeliest.first_unread}"
        say(f"{said}: {likeliest.why}")
    for other in others:
        say(f"  it could also be {other.format}: {other.confidence} in 100")
    say()
    say(likeliest.block.rstrip())
    return commands.DONE


@app.command
def acquire(
    folder: Annotated[Path, Parameter(help="the folder of the copied files")],
    /,
    *,
    by: Annotated[str, Parameter(help="who made the copy")],
    host: Annotated[str, Parameter(help="the machine that it was copied from")],
    right: Annotated[str, Parameter(help="by what right: the reference of the order, or the consent")],
    key: Annotated[Path | None, Parameter(help="the provider's private key (PEM), to sign with")] = None,
) -> int:
    """Write the manifest of copied files: who, from where, when, by what right, and the hash of each."""
    path = commands.acquire(folder, by=by, host=host, right=right, key=key)
    say(f"{path}: `run` and `check --reread` hold every input against it" + (", signed" if key else ""))
    return commands.DONE


@app.command
def check(
    case: CaseFolder,
    /,
    *,
    reread: Annotated[bool, Parameter(negative="", help="hash every input and result again")] = False,
    as_of: AsOf = None,
    json_: AsJson = False,
) -> int:
    """See whether a case can run: its case file, its inputs up to their first block, and its ledger."""
    seen = commands.check(case, as_of=as_of, reread=reread)
    if json_:
        say(json.dumps(asdict(seen), indent=1, ensure_ascii=False))
        return commands.DONE
    ledger = f"{many(seen.ledger_lines, 'ledger line')}, unbroken" if seen.ledger_lines else "the ledger is not begun"
    say(f"case {seen.case}: the case file is right; {ledger}")
    for file in seen.files:
        first = f"{file.readable} of its first {many(file.first_lines, 'line')} read" if file.first_lines else "no line"
        say(f"  {file.path}: {file.format}, {many(file.bytes, 'byte')}, {file.state}; {first}")
    say(f"  disk: {seen.disk}")
    for warning in seen.warnings:
        say(f"warning: {warning}")
    return commands.DONE
