"""A clock that fits better at another minute, or along a line: its log is doubtful, and everywhere it is said why."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

import landmark
from landmark import cli, store, tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from landmark.trace import Node

CLOCK = "logs/access.log*"
KINDS = ("slow-clock", "gaining")
TABLES = (tables.EVENTS, tables.ATTRIBUTIONS, tables.SIGHTINGS, tables.LEADS)


class Ran(NamedTuple):
    """A world with a wrong clock after its run."""

    folder: Path
    page: str
    funnel: dict[str, Any]
    rows: dict[str, list[dict[str, Any]]]

    @property
    def grades(self) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """Each event with its attribution."""
        events = {row["event"]: row for row in self.rows["events"]}
        return ((events[row["event"]], row) for row in self.rows["attributions"])


@pytest.fixture(scope="module", params=KINDS)
def ran(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("elsewhere") / "case"
    landmark.simulate(folder, scale=0.05, kind=request.param)
    out = landmark.run(folder).out
    rows = {one.name: store.read(out / "tables" / f"{one.name}.parquet", one).to_pylist() for one in TABLES}
    return Ran(folder, (out / "report.html").read_text("utf-8"), json.loads((out / "funnel.json").read_bytes()), rows)


def test_no_shift_that_is_tried_fits_better_and_another_minute_and_a_line_do(ran: Ran) -> None:
    assert ran.funnel["loud"] == []
    (row,) = ran.funnel["elsewhere"]
    assert (row["log"], row["loud"], row["elsewhere"], row["line_elsewhere"]) == (CLOCK, True, True, True)


def test_nothing_of_that_clock_is_sure_and_all_else_is_as_it_would_be(ran: Ran) -> None:
    grades = Counter((event["log"] == CLOCK, row["grade"], row["reason"]) for event, row in ran.grades)
    assert not [key for key in grades if key[:2] == (True, "sure")]
    assert grades[True, "fragile", "doubtful_stretch"] > 1000
    assert grades[False, "sure", None] > 100
    assert not grades[False, "fragile", "doubtful_stretch"]


def test_no_lead_rests_on_an_event_of_that_clock(ran: Ran) -> None:
    led = {row["visitor_id"] for row in ran.rows["leads"]}
    assert led
    seen = {row["event"] for row in ran.rows["sightings"] if row["visitor_id"] in led}
    assert seen
    assert CLOCK not in {row["log"] for row in ran.rows["events"] if row["event"] in seen}


def test_show_says_why_and_that_nobody_declared_it(ran: Ran, capsys: pytest.CaptureFixture[str]) -> None:
    event = next(event for event, row in ran.grades if event["log"] == CLOCK and row["reason"] == "doubtful_stretch")

    def why(node: Node) -> Iterator[str]:
        yield from (str(said) for name, said in node.facts.items() if name.startswith("doubtful outright at "))
        for under in node.under:
            yield from why(under)

    (said,) = why(landmark.show(ran.folder, str(event["event"])))
    assert "another minute fits better than the time as written: " in said
    assert "a line through the days fits better than the time as written: it begins at " in said
    assert "declare" not in said
    assert "set back" not in said
    assert cli.main(["show", str(ran.folder), str(event["event"])]) == 0
    assert said in capsys.readouterr().out


def test_the_report_says_it_first_and_what_follows(ran: Ran) -> None:
    assert "A clock does not fit the records." in ran.page
    assert "every attribution of this pair is doubtful, and none makes a lead" in ran.page
