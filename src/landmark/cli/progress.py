"""How far a run is, on a terminal: one line, whatever the width."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import RenderableType
    from rich.progress import Task

_ROOMY, _SHORT = 100, 80
"""Columns of a terminal from which the speed is shown, and from which bar, rows and time are."""


class _OfKnown(ProgressColumn):
    """A column that says nothing of work whose size is not known."""

    def __init__(self, column: ProgressColumn) -> None:
        super().__init__()
        self._column = column

    def render(self, task: Task) -> RenderableType:
        return self._column(task) if task.total else Text()


class Shown:
    """Progress while a run is at work; gone when it ends."""

    def __init__(self, console: Console | None = None) -> None:
        """Take where it is shown; else it is the terminal behind the standard error stream."""
        console = console or Console(stderr=True)
        size: list[ProgressColumn] = [DownloadColumn()]
        if console.width >= _ROOMY:
            size.append(TransferSpeedColumn())
        size += [TimeRemainingColumn(compact=True), TextColumn("left")]
        columns = [TextColumn("{task.description}"), *map(_OfKnown, size), TextColumn("{task.fields[found]}")]
        if console.width >= _SHORT:
            columns.insert(1, BarColumn(12))
            columns.append(TimeElapsedColumn())
        else:
            columns.pop()
        self._bar = Progress(*columns, console=console, transient=True)

    def __enter__(self) -> Callable[[str, int, int], None]:
        """Begin to show it, and give what is told of it."""
        self._bar.start()
        self._what, self._done = "starting", 0
        self._task = self._bar.add_task(self._what, total=None, found="")
        return self._tell

    def _tell(self, what: str, done: int, whole: int) -> None:
        work, _, found = what.partition("; ")
        if work != self._what or done < self._done:  # its rate is its own
            self._bar.remove_task(self._task)
            self._task = self._bar.add_task(work, total=whole or None, found=found)
        self._what, self._done = work, done
        self._bar.update(self._task, completed=done, found=found)

    def __exit__(self, *_: object) -> None:
        """Leave nothing of it on the terminal."""
        self._bar.stop()
