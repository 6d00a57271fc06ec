"""The run as a command, and how far it is."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter, validators

from landmark import commands
from landmark.cli.saying import AsJson, AsOf, CaseFolder, app, say, warn

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager


_ARENA_MAX = -8
"""M_ARENA_MAX of malloc.h."""


@app.command
def run(  # noqa: PLR0913 - what a run may be told
    case: CaseFolder,
    /,
    *,
    as_of: AsOf = None,
    threads: Annotated[
        int | None,
        Parameter(help="how many threads may be used; changes no result", validator=validators.Number(gte=1)),
    ] = None,
    rate: Annotated[str | None, Parameter(help="how many bytes of input a second may be read, such as 50MB")] = None,
    nice: Annotated[bool, Parameter(negative="", help="take only what processors and disks have to spare")] = False,
    engine: Annotated[Literal["duckdb", "spark"], Parameter(help="what runs the stages; changes no result")] = "duckdb",
    json_: AsJson = False,
) -> int:
    """Take a case from its logs to leads and enquiries."""
    from landmark.report.terminal import FunnelTable, funnel_text  # noqa: PLC0415 - start-up time
    from landmark.report.unread import unread  # noqa: PLC0415

    bound = None if rate is None else commands.bytes_of(rate)
    if sys.stderr.isatty():
        warn(commands.disk(case, as_of=as_of))
    _share_memory()
    with _shown() as progress:
        ran = commands.run(case, as_of=as_of, threads=threads, engine=engine, rate=bound, nice=nice, progress=progress)
    heed = [f"HEED: {said}" for said in unread(ran.funnel)]
    if json_:
        say(json.dumps({**asdict(ran), "out": str(ran.out)}, indent=1, ensure_ascii=False))
        warn("\n".join(heed))
        return ran.exit_status
    if sys.stdout.isatty():
        from rich.console import Console  # noqa: PLC0415 - start-up time

        Console().print(FunnelTable(ran.funnel))
    else:
        say(funnel_text(ran.funnel))
    say(("" if ran.changed else "Nothing had changed. ") + f"Results: {ran.out}")
    countries = ran.out / "countries"
    say(f"  {ran.out / 'report.html'}: the report" + (f"; {countries}: a folder for each country" * countries.is_dir()))
    warn("\n".join(heed))
    for path in ran.rejected_too_many:
        warn(f"{path}: more of its lines were rejected than [rules] reject_more_than allows")
    return ran.exit_status


def _share_memory() -> None:
    """Have all threads take memory from one place; what one of them let go is else kept for it alone.

    Glibc gives threads arenas of their own, the ends of which go back to the system too late, and by no call
    (mallopt(3), M_ARENA_MAX; malloc_trim(3)). Where the variable MALLOC_ARENA_MAX says how many, that holds; other
    systems have no such call.
    """
    import ctypes  # noqa: PLC0415 - start-up time

    if "MALLOC_ARENA_MAX" not in os.environ:
        with contextlib.suppress(AttributeError, OSError, TypeError):
            ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


def _shown() -> AbstractContextManager[Callable[[str, int, int], None] | None]:
    """Show progress on a terminal; be quiet in a pipe."""
    if not sys.stderr.isatty():
        return contextlib.nullcontext()
    from landmark.cli.progress import Shown  # noqa: PLC0415 - start-up time

    return Shown()
