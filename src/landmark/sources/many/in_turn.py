"""Work on threads beside the reading one, of which what comes is given in the order in which it was asked for."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Generic, TypeVar

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

_T = TypeVar("_T")
_MOST = 2  # threads; what holds the interpreter's lock is not divided by more


class InTurn(Generic[_T]):
    """Asks for work, and gives what comes of it; no order depends on which was done first."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._threads: ThreadPoolExecutor | None = None
        self._asked: deque[Future[_T]] = deque()

    def ask(self, work: Callable[[], _T]) -> list[_T]:
        """Ask for work, and give what came of earlier work, as far as it must be waited for.

        Where Arrow is bound to one thread, the work is done at once. What it raises comes from here, or from `rest`.
        """
        threads = min(_MOST, pa.cpu_count())
        if threads == 1:
            return [*self.rest(), work()]
        if self._threads is None:
            self._threads = ThreadPoolExecutor(threads)
        self._asked.append(self._threads.submit(work))
        return [self._asked.popleft().result()] if len(self._asked) > threads else []

    @property
    def busy(self) -> bool:
        """Whether there is work of which what came was not given yet."""
        return bool(self._asked)

    def rest(self) -> list[_T]:
        """Wait for all that was asked for."""
        found = []
        while self._asked:
            found.append(self._asked.popleft().result())
        return found

    def end(self) -> None:
        """Let the threads go until there is more."""
        if self._threads is not None:
            self._threads.shutdown()
            self._threads = None
