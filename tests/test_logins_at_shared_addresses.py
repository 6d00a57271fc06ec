"""A login from shared addresses, through a whole run: a hint where it is shown, no lead, and the count by address."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

import landmark

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from landmark.trace import Node

TODAY = date(2001, 11, 1)
CASE = """
[case]
id = "logins"
title = "Logins"
lead = "GB"
[authority]
reference = "W-1"
issuer = "Example Court"
provider = "Example Internet"
from = 2001-10-01T00:00:00Z
until = 2001-10-29T00:00:00Z
covers = ["traffic", "identification"]
[[target]]
id = "forum-a"
host = "forum-a.example"
path = "/board/"
[[log]]
files = ["access.log"]
format = "combined"
host = "forum-a.example"
login_verified = ["/board/"]
[[assignment]]
files = ["isp.csv"]
format = "csv"
account = "user-name"
"""
AGENT = '"-" "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)"'
BLOCKS = ("1024,2047", "2048,3071", "3072,4095", "4096,5119")
POOLS = {"198.51.100.1": "abcd", "198.51.100.2": "aefg", "198.51.100.3": "abeh"}


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve visits under `ann`, in turn from three shared addresses; thirteen of a customer on as many addresses."""
    folder = tmp_path_factory.mktemp("logins")
    lines = []
    for day in range(1, 14):
        minute = (day * 7) % 60
        address = list(POOLS)[day % 3]
        if day < 13:
            lines.append((day, f"{address} - ann", minute))
        lines.append((day, f"203.0.113.{day} - -", (minute * 5 + 3) % 60))
    text = "".join(
        f'{who} [{day:02}/Oct/2001:{8 + day % 9:02}:{minute:02}:00 +0000] "GET /board/{day} HTTP/1.1" 200 5 {AGENT}\n'
        for day, who, minute in sorted(lines)
    )
    records = ["address,port_from,port_to,from,until,account"]
    records += [
        f"{address},{block},2001-09-01T00:00:00Z,2001-12-01T00:00:00Z,user-{name}"
        for address, names in POOLS.items()
        for block, name in zip(BLOCKS, names, strict=True)
    ]
    # One customer on another address each day.
    records += [
        f"203.0.113.{day},,,2001-10-{day:02}T00:00:00Z,2001-10-{day + 1:02}T00:00:00Z,user-z" for day in range(1, 14)
    ]
    (folder / "case.toml").write_text(CASE, encoding="utf-8")
    (folder / "access.log").write_text(text, encoding="utf-8")
    (folder / "isp.csv").write_text("\n".join(records) + "\n", encoding="utf-8")
    landmark.run(folder, today=TODAY)
    return folder


def rows(case: Path, name: str) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = pq.read_table(case / "out" / "tables" / f"{name}.parquet").to_pylist()
    return made


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for below in node.under:
        yield from nodes(below)


def test_the_one_account_that_is_a_candidate_each_time_is_a_hint_and_the_login_no_lead(case: Path) -> None:
    (hint,) = rows(case, "narrowed")
    assert (hint["grade"], hint["visits"], hint["events"], hint["sizes"]) == ("narrowed", 12, 12, [4, 4, 4])
    assert (hint["remaining"], len(hint["accounts"]), hint["customers"]) == (1, 1, 9)
    assert hint["expected_ppm"] == -(-4 * 4 * 4 * 1_000_000 // 81)
    (subject,) = [row for row in rows(case, "subjects") if row["basis"] == "login"]
    assert subject["visitor_id"] == hint["visitor_id"]
    assert subject["lost"] == "shared"
    assert {row["visitor_id"] for row in rows(case, "leads")}.isdisjoint({hint["visitor_id"]})
    assert hint["accounts"][0] not in {row["account"] for row in rows(case, "leads")}
    assert hint["visitor_id"] in {row["visitor_id"] for row in rows(case, "enquiries")}


def test_the_hint_is_shown_at_its_visitor_with_the_account_and_handed_over_without(case: Path) -> None:
    (hint,) = rows(case, "narrowed")
    shown = landmark.show(case, hint["visitor_id"], today=TODAY)
    first, *visits = shown.under
    assert first.title == "hint, and no lead"
    assert first.facts["accounts"] == hint["accounts"][0]
    assert first.exact["sizes"] == [4, 4, 4]
    assert len(visits) == 12
    for path in (case / "out").rglob("*"):
        if path.suffix in {".html", ".csv", ".json", ".md"}:
            assert hint["accounts"][0] not in path.read_text(encoding="utf-8"), path.name
    handed = json.loads((case / "out" / "countries" / "ZZ" / "enquiries.json").read_text(encoding="utf-8"))
    (enquiry,) = [one for one in handed["enquiries"] if one["visitor_id"] == hint["visitor_id"]]
    assert "1 account is among the candidates of every one" in enquiry["hint"]


def test_the_funnel_has_the_count_by_address_beside_its_steps(case: Path) -> None:
    funnel: dict[str, Any] = landmark.funnel(case)
    steps = {step["step"]: step["count"] for step in funnel["steps"]}
    assert (steps["visits"], steps["visitors"], steps["over_threshold"]) == (25, 2, 2)
    # Twelve visits from three addresses, four each, and thirteen addresses with one: nobody is over the threshold.
    assert funnel["by_address"] == {"visits": 25, "visitors": 16, "over_threshold": 0}


def test_an_event_is_shown_with_what_the_clocks_allow_and_what_would_change_it_and_a_visit_is_not(case: Path) -> None:
    shared, sure = (
        next(row["event"] for row in rows(case, "attributions") if row["grade"] == grade)
        for grade in ("shared", "sure")
    )
    by_title = {node.title: node for node in nodes(landmark.show(case, str(shared), today=TODAY))}
    assert by_title["what would change it"].facts["it would be sure with"] == "a logged port of the client"
    change = {node.title: node for node in nodes(landmark.show(case, str(sure), today=TODAY))}["what would change it"]
    assert change.facts["as it stands"] == "sure"
    assert "nobody fits" in str(change.facts["true time earlier"])
    told = json.loads(json.dumps(change.as_json()))
    assert told["facts"] == change.facts
    assert told["exact"]["earlier"]["nobody_fits"] > 0
    assert told["exact"]["one_account_within"] is None
    assert any(title.startswith("clock access.log of access.log, against isp.csv") for title in by_title)
    (hint,) = rows(case, "narrowed")
    visit = [node.title for node in nodes(landmark.show(case, f"{hint['visitor_id']}/1", today=TODAY))]
    assert "attribution" in visit
    assert "what would change it" not in visit
