"""The run as a command, and how far it is."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path  # noqa: TC003 - cyclopts reads the annotations
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter, validators

from landmark import commands
from landmark.cli.saying import AsJson, AsOf, app, say

if TYPE_CHECKING:
    from collections.abc import Callable


@app.command
def run(  # noqa: PLR0913 - what a run may be told
    case: Path,
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
    from landmark.report.terminal import funnel_table, funnel_text  # noqa: PLC0415 - start-up time

    bound = None if rate is None else commands.bytes_of(rate)
    if sys.stderr.isatty():
        sys.stderr.write(f"landmark: {commands.disk(case, as_of=as_of)}\n")
    with _shown() as progress:
        ran = commands.run(case, as_of=as_of, threads=threads, engine=engine, rate=bound, nice=nice, progress=progress)
    if json_:
        say(json.dumps({**asdict(ran), "out": str(ran.out)}, indent=1, ensure_ascii=False))
        return ran.exit_status
    if sys.stdout.isatty():
        from rich.console import Console  # noqa: PLC0415 - start-up time

        Console().print(funnel_table(ran.funnel))
    else:
        say(funnel_text(ran.funnel))
    say(("" if ran.changed else "Nothing had changed. ") + f"Results: {ran.out}")
    say(f"  {ran.out / 'report.html'}: the report; {ran.out / 'countries'}: a folder for each country")
    for path in ran.rejected_too_many:
        sys.stderr.write(f"landmark: {path}: more of its lines were rejected than [rules] reject_more_than allows\n")
    return ran.exit_status


class _shown:  # noqa: N801 - used as a word in a with statement
    """Progress on a terminal; quiet in a pipe."""

    def __enter__(self) -> Callable[[str, int, int], None] | None:
        if not sys.stderr.isatty():
            self._bar = None
            return None
        from rich.console import Console  # noqa: PLC0415 - start-up time
        from rich.progress import (  # noqa: PLC0415
            BarColumn,
            DownloadColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(20), DownloadColumn(), TransferSpeedColumn(),
            TimeRemainingColumn(compact=True), TextColumn("left"), TextColumn("{task.fields[found]}"),
            TimeElapsedColumn(), console=Console(stderr=True), transient=True,
        )  # fmt: skip
        self._bar.start()
        self._what, self._done = "starting", 0
        self._task = self._bar.add_task(self._what, total=None, found="")
        return self._tell

    def _tell(self, what: str, done: int, whole: int) -> None:
        if self._bar is None:
            return
        work, _, found = what.partition("; ")
        if work != self._what or done < self._done:  # its rate is its own
            self._bar.remove_task(self._task)
            self._task = self._bar.add_task(work, total=whole or None, found=found)
        self._what, self._done = work, done
        self._bar.update(self._task, completed=done, found=found)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()
