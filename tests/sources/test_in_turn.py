"""Work done on threads beside the reading one: what comes is given in the order in which it was asked for."""

from __future__ import annotations

import threading
import time
from functools import partial
from random import Random

import pyarrow as pa
import pytest

from landmark import store
from landmark.sources.many.in_turn import InTurn


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_results_come_in_the_order_of_asking(threads: int) -> None:
    draw = Random(1)  # noqa: S311 - nothing here is a secret

    def work(number: int, wait: float) -> int:
        time.sleep(wait)
        return number

    turns: InTurn[int] = InTurn()
    came = []
    with store.arrow_bounded(threads):
        for number in range(40):
            found = turns.ask(partial(work, number, draw.random() / 500))
            assert len(found) <= 1
            came += found
            assert number - len(came) < threads
        came += turns.rest()
    turns.end()
    assert came == list(range(40))


def test_where_one_thread_is_allowed_none_is_started() -> None:
    turns: InTurn[int] = InTurn()
    with store.arrow_bounded(1):
        assert turns.ask(threading.get_ident) == [threading.get_ident()]


def test_what_work_raises_reaches_who_asked() -> None:
    turns: InTurn[int] = InTurn()
    with store.arrow_bounded(2):
        turns.ask(lambda: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            turns.rest()
    turns.end()


def test_threads_that_were_let_go_come_back_when_there_is_more() -> None:
    turns: InTurn[int] = InTurn()
    before = threading.active_count()
    with store.arrow_bounded(2):
        for number in range(3):
            assert turns.ask(lambda: 7) + turns.rest() == [7], number
            turns.end()
            assert threading.active_count() == before
    assert pa.cpu_count() >= 1
