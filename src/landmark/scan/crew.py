"""Threads that fetch the bytes of a text and hash them while its lines are looked at.

Whoever waits for something works meanwhile: so two processors stay busy, however the work divides between its kinds.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from landmark.scan import pace

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
_MOST = 2  # threads beside the caller's: one fetches and one hashes, and neither can be divided


class Job(Generic[T]):
    """Something that is done once, by whoever comes to it."""

    __slots__ = ("_do", "_error", "_value", "done")

    def __init__(self, do: Callable[[], T]) -> None:
        """Take what is to be done."""
        self.done = False
        self._do = do
        self._value: T | None = None
        self._error: Exception | None = None

    def run(self) -> None:
        """Do it. What goes wrong is told to who asks for its value; who is interrupted is told at once."""
        try:
            self._value = self._do()
        except Exception as error:  # noqa: BLE001 - raised again by `value`
            self._error = error

    @property
    def value(self) -> T:
        """What came of it, once it is done. Raises what it raised."""
        if self._error is not None:
            raise self._error
        return cast("T", self._value)


class Stream:
    """Jobs that are done one after the other, in the order in which they were asked for."""

    __slots__ = ("at_work", "jobs", "rank")

    def __init__(self, rank: int) -> None:
        """Begin with nothing to do."""
        self.rank = rank
        self.at_work = False
        self.jobs: deque[Job[object]] = deque()


class Crew:
    """Threads, begun when there is work. Of streams that have jobs and wait, that with the lowest rank goes on."""

    def __init__(self) -> None:
        """Begin without a thread."""
        self._streams: list[Stream] = []
        self._threads: list[threading.Thread] = []
        self._changed = threading.Condition(threading.Lock())
        self._over = False

    def stream(self, rank: int) -> Stream:
        """Give a new stream, which goes on before those of a higher rank."""
        stream = Stream(rank)
        self._streams = sorted([*self._streams, stream], key=lambda one: one.rank)
        return stream

    def ask(self, stream: Stream, do: Callable[[], T]) -> Job[T]:
        """Put something at the end of a stream. Where reading may use one thread only, it is done by who waits."""
        if not self._threads:
            self._begin()
        job = Job(do)
        with self._changed:
            stream.jobs.append(cast("Job[object]", job))
            self._changed.notify_all()
        return job

    def wait(self, job: Job[T]) -> T:
        """Work until a job is done, and give what came of it. Raises what it raised."""
        while not job.done:
            self._work(job)
        return job.value

    def drop(self, stream: Stream) -> None:
        """Let go what a stream has not begun, for which nobody waits, and wait for what it has."""
        with self._changed:
            stream.jobs.clear()
            while stream.at_work:
                self._changed.wait()

    def close(self) -> None:
        """Let the threads go, once everything is done."""
        with self._changed:
            self._over = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _begin(self) -> None:
        for _ in range(min(_MOST, pace.threads() - 1)):
            # A text that somebody still holds, read to wherever, must not keep the program from its end.
            thread = threading.Thread(target=self._stay, name="beside", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _stay(self) -> None:
        while self._work(None):
            pass

    def _work(self, until: Job[T] | None) -> bool:
        """Do one job as soon as there is one. False: `until` is done, or, without it, everything is."""
        with self._changed:
            while (stream := next((one for one in self._streams if one.jobs and not one.at_work), None)) is None:
                if self._over if until is None else until.done:
                    return False
                self._changed.wait()
            if until is not None and until.done:
                return False
            job = stream.jobs.popleft()
            stream.at_work = True
        try:
            job.run()
        finally:
            with self._changed:
                job.done, stream.at_work = True, False
                self._changed.notify_all()
        return True
