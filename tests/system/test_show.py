"""Any row back to its bytes: under a lead stand every visit, event, lease and line, and each line is verified."""

from __future__ import annotations

import shutil
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

import landmark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.system.conftest import Folder

    from landmark.trace import Node

TODAY = date(2001, 11, 1)


def shown(folder: Folder, reference: str) -> Node:
    return landmark.show(folder.path, reference, today=TODAY)


def all_under(node: Node, title: str) -> Iterator[Node]:
    if node.title.startswith(title):
        yield node
    for below in node.under:
        yield from all_under(below, title)


@pytest.fixture
def spoilable(undisturbed: Folder, tmp_path: Path, make: Callable[..., Folder]) -> Folder:
    """A copy of the small case after its run."""
    folder = make(tmp_path / "case")
    shutil.rmtree(folder.path)
    shutil.copytree(undisturbed.path, folder.path)
    return folder


def test_under_a_lead_stand_its_visits_their_events_and_the_bytes_of_each(undisturbed: Folder) -> None:
    for lead in undisturbed.rows("leads"):
        node = shown(undisturbed, lead["visitor_id"])
        assert node.title == f"lead {lead['visitor_id']}"
        visits = [row for row in undisturbed.rows("visits") if row["visitor_id"] == lead["visitor_id"]]
        assert len(node.under) == len(visits) == lead["visits"]
        whose = {row["event"] for row in undisturbed.rows("sightings") if row["visitor_id"] == lead["visitor_id"]}
        events = [row for row in undisturbed.rows("events") if row["event"] in whose and row["counts"]]
        assert len(list(all_under(node, "event "))) >= len(events) == lead["events"]
        lines = [one.facts["line"] for one in all_under(node, "logs/") if "line" in one.facts]
        texts = {
            name: (undisturbed.path / name).read_bytes().splitlines()
            for name in ("logs/access.log", "logs/news.notice")
        }
        assert {str(line).encode() for line in lines} <= {line for text in texts.values() for line in text}
        assert len(list(all_under(node, "lease "))) >= lead["leases"]


def test_pauses_are_said_with_their_units_and_kept_as_figures(undisturbed: Folder) -> None:
    lead = undisturbed.rows("leads")[0]
    node = shown(undisturbed, lead["visitor_id"])
    (row,) = (row for row in undisturbed.rows("subjects") if row["visitor_id"] == lead["visitor_id"])
    assert node.exact == {name: row[name] for name in ("gap_low", "gap_median", "gap_high")}
    assert str(node.facts["gap_median"]).endswith(("h", "min", "d"))


def test_a_line_is_shown_where_it_stands(undisturbed: Folder) -> None:
    text = (undisturbed.path / "logs/access.log").read_bytes().splitlines()
    for row in undisturbed.rows("events")[::11]:
        if row["connection"] is None:
            (line,) = list(all_under(shown(undisturbed, f"event:{row['event']}"), "logs/access.log:"))
            assert line.title == f"logs/access.log:{row['line']}"
            assert str(line.facts["line"]).encode() == text[row["line"] - 1]
            assert line.facts["text sha256"] == row["source"]
            assert shown(undisturbed, row["event_id"]) == shown(undisturbed, str(row["event"]))


def test_a_reference_may_be_in_capitals_and_a_visit_too_many_is_told_how_many_there_are(undisturbed: Folder) -> None:
    row = undisturbed.rows("leads")[0]
    assert shown(undisturbed, row["visitor_id"].upper()) == shown(undisturbed, row["visitor_id"])
    with pytest.raises(landmark.CaseError, match=rf"its visits are 1 to {row['visits']}\)"):
        shown(undisturbed, f"{row['visitor_id']}/{row['visits'] + 1}")


@pytest.mark.parametrize("kind", ["visitor", "subject", "lead", "enquiry"])
def test_a_word_before_a_reference_says_which_row_is_meant(undisturbed: Folder, kind: str) -> None:
    table = {"visitor": "visitors", "subject": "subjects", "lead": "leads", "enquiry": "enquiries"}[kind]
    row = undisturbed.rows(table)[0]
    node = shown(undisturbed, f"{kind}:{row['visitor_id']}")
    assert node.title == f"{kind} {row['visitor_id']}"
    assert node.facts["visits"] == row["visits"]


def test_who_is_no_lead_is_not_shown_as_one(undisturbed: Folder) -> None:
    (enquiry,) = undisturbed.rows("enquiries")
    with pytest.raises(landmark.CaseError, match="which this case does not have"):
        shown(undisturbed, f"lead:{enquiry['visitor_id']}")


def test_bytes_that_are_not_what_the_run_read_are_not_shown(spoilable: Folder) -> None:
    path = spoilable.path / "logs/access.log"
    row = next(row for row in spoilable.rows("events") if row["connection"] is None)
    content = bytearray(path.read_bytes())
    content[row["offset"] + 20] ^= 1
    path.write_bytes(content)
    with pytest.raises(landmark.IntegrityError, match=r"logs/access\.log:\d+: these bytes are not those"):
        shown(spoilable, row["event_id"])


def test_a_file_that_became_shorter_or_vanished_is_said(spoilable: Folder) -> None:
    path = spoilable.path / "logs/access.log"
    row = max(
        (row for row in spoilable.rows("events") if row["connection"] is None), key=lambda row: int(row["offset"])
    )
    content = path.read_bytes()
    path.write_bytes(content[: row["offset"] + 10])
    with pytest.raises(landmark.IntegrityError, match="no longer has"):
        shown(spoilable, row["event_id"])


def test_a_file_that_only_grew_is_still_shown(spoilable: Folder) -> None:
    with (spoilable.path / "logs/access.log").open("ab") as file:
        file.write(b"one more\n")
    row: dict[str, Any] = next(row for row in spoilable.rows("events") if row["connection"] is None)
    assert shown(spoilable, row["event_id"]).title.startswith(f"event {row['event']} ")


def test_a_byte_order_mark_before_the_first_line_hides_nothing_of_its_row(
    tmp_path: Path, make: Callable[..., Folder]
) -> None:
    log = {"files": ["proxy.log"], "format": "squid"}
    folder = make(tmp_path / "case", assignments=[], logs=[log])
    asked = b"1002016800.000 10 192.0.2.1 TCP_MISS/200 5 GET http://forum-a.example/board/ - DIRECT/- text/html\n"
    folder.write("proxy.log", b"\xef\xbb\xbf" + asked)
    folder.run()
    (line,) = all_under(shown(folder, "0"), "proxy.log:1")
    assert line.facts["line"] == asked.decode().rstrip("\n")
