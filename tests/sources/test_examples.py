"""Every source does what its own examples say."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from landmark import sources
from landmark.tables import ACTIONS, DROPPED, EVENTS, NOT_COUNTED, REFERRED, REJECTED

if TYPE_CHECKING:
    from collections.abc import Callable

ALL = [(name, example) for name, source in sources.ALL.items() for example in source.examples()]


@pytest.mark.parametrize(("name", "example"), ALL, ids=[f"{name}: {example.name}" for name, example in ALL])
def test_an_example_comes_out_as_it_says(name: str, example: sources.Example, read: Callable[..., Any]) -> None:
    file = read(name, example.text, **example.settings).file
    expected = dict(enumerate(example.expected, 1))
    events = {event.line: event for event in file.each()}
    rejects = {reject.line: reject.reason for reject in file.rejects}
    reasons = {line: one for line, one in expected.items() if isinstance(one, str)}
    columns = {line: one for line, one in expected.items() if not isinstance(one, str)}
    assert set(events) == set(columns)
    for line, wanted in columns.items():
        assert {key: getattr(events[line], key) for key in wanted} == wanted, line
    assert rejects == {line: reason for line, reason in reasons.items() if reason in REJECTED}
    assert file.dropped == Counter(reason for reason in reasons.values() if reason in DROPPED)


def test_the_first_formats_stand() -> None:
    assert {"combined", "vhost_combined", "inn"} <= set(sources.ALL)


def test_an_event_has_the_columns_of_the_table() -> None:
    assert sources.Event._fields == tuple(name for name in EVENTS.names if name not in {"event", "source", "log"})


@pytest.mark.parametrize(("name", "example"), ALL, ids=[f"{name}: {example.name}" for name, example in ALL])
def test_words_of_an_event_are_of_the_closed_lists(
    name: str, example: sources.Example, read: Callable[..., Any]
) -> None:
    for event in read(name, example.text, **example.settings).events:
        assert event.action in ACTIONS
        assert event.referred in REFERRED
        assert event.counts is (event.reason is None)
        assert event.reason is None or event.reason in NOT_COUNTED
        assert event.instants == tuple(sorted(set(event.instants)))
        assert event.first_instant <= event.time <= event.last_instant


@pytest.mark.parametrize("name", sources.ALL)
def test_an_example_of_every_format_has_rejects(name: str) -> None:
    reasons = {one for example in sources.ALL[name].examples() for one in example.expected if isinstance(one, str)}
    assert reasons & set(REJECTED)
