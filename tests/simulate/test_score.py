"""The score tells right leads from wrong ones, and why the others are missing, from tables made by hand."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from landmark import outputs, store, tables
from landmark.errors import CaseError, IntegrityError, MachineError
from landmark.pseudonyms import load_or_make
from landmark.simulate.calibration import Share
from landmark.simulate.score import Grade, score

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

SOURCE = "ab" * 32
USUAL: dict[str, Any] = {"int64": 0, "string": "", "bool": False, "list<int64>": [], "list<string>": []}
SEEN = {0: "user-1", 1: "user-1", 4: "user-5", 6: "user-6", 7: "user-1"}
PEOPLE = {
    # account: guilty, reachable
    "user-1": (True, True),
    "user-2": (True, True),
    "user-3": (True, False),
    "user-4": (True, False),
    "user-5": (False, False),
    "user-6": (True, True),
}


def write(out: Path, table: tables.Table, rows: Sequence[Mapping[str, object]]) -> None:
    usual = {column.name: None if column.empty else USUAL[column.type] for column in table.columns}
    full = [{**usual, **row} for row in rows]
    data = pa.Table.from_pylist(full, schema=store.schema(table)) if full else store.empty(table)
    path = out / "tables" / f"{table.name}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    store.write(store.conform(data, table), table, path)


def seal(out: Path, **facts: object) -> None:
    """Name the tables by their hashes."""
    files = {f"tables/{path.name}": outputs.hash_of(path) for path in (out / "tables").iterdir()}
    outputs.seal(out, {"files": files, **facts})


def write_truth(folder: Path, **more: object) -> Path:
    watched = [[1, "user-1"], [2, "user-2"], [3, "user-3"], [4, None], [5, "user-5"], [6, None], [7, "user-6"]]
    told = {
        "people": [
            {"account": name, "guilty": guilty, "reachable": reachable} for name, (guilty, reachable) in PEOPLE.items()
        ],
        "files": {"logs/access.log": {"content_sha256": SOURCE, "lines": 9, "watched": watched, **more}},
    }
    path = folder / "truth.json"
    path.write_text(json.dumps(told), "utf-8")
    return path


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """A case that was run: one right lead, one wrong one, three missed, and an attribution of each kind."""
    (tmp_path / "case.toml").write_bytes(b"")
    names = load_or_make(tmp_path)
    key = {name: names.account(name.encode()) for name in PEOPLE}
    out = tmp_path / "out"
    leads = [{"visitor_id": name, "account": key[name], "country": "GB"} for name in ("user-1", "user-5")]
    write(out, tables.LEADS, leads)
    subjects = [{**lead, "lost": None} for lead in leads] + [
        {"visitor_id": "user-2", "account": key["user-2"], "lost": "unattended"},
        {"visitor_id": "abroad", "client_address": "192.0.2.1", "lost": "no_assignment"},
    ]
    write(out, tables.SUBJECTS, [{k: v for k, v in row.items() if k != "country"} for row in subjects])
    lines = {0: 1, 1: 2, 2: 3, 3: 4, 4: 5, 5: 6, 6: 7, 7: 8}
    times = dict.fromkeys((0, 1), 10) | {event: 10 + event for event in range(2, 8)}
    write(
        out,
        tables.EVENTS,
        [
            {
                "event": event, "source": SOURCE, "line": line, "counts": True,
                "time": times[event], "first_instant": times[event],
            }
            for event, line in lines.items()
        ],
    )  # fmt: skip
    write(out, tables.SIGHTINGS, [{"event": event, "visitor_id": who} for event, who in SEEN.items()])
    spans = {("user-1", 1): (0, 10), ("user-1", 2): (17, 18), ("user-5", 1): (14, 14)}
    write(
        out,
        tables.VISITS,
        [
            {"visitor_id": visitor, "visit": visit, "first": first, "last": last}
            for (visitor, visit), (first, last) in spans.items()
        ],
    )
    graded: dict[int, tuple[str, list[str]]] = {
        0: ("sure", ["user-1"]),
        1: ("sure", ["user-1"]),
        2: ("shared", ["user-3", "user-4"]),
        3: ("none", []),
        4: ("none", []),
        5: ("fragile", ["user-1"]),
        6: ("sure", ["user-6"]),
        7: ("sure", ["user-1"]),  # a line that the truth does not know
    }
    write(
        out,
        tables.ATTRIBUTIONS,
        [
            {"event": event, "grade": grade, "accounts": [key[name] for name in accounts]}
            for event, (grade, accounts) in graded.items()
        ],
    )
    seal(out)
    return tmp_path


def test_leads_are_right_or_wrong_and_the_missed_have_their_reasons(case: Path) -> None:
    found = score(case, write_truth(case))
    assert (found.leads, found.right, found.wrong) == (2, 1, 1)
    assert (found.reachable, found.reached) == (3, 1)
    assert found.missed == {"at_most_threshold": 1, "not_counted": 2, "unattended": 1}


def test_attributions_are_right_where_they_name_who_sat_there(case: Path) -> None:
    assert score(case, write_truth(case)).grades == {
        "sure": Grade(2, 1),
        "fragile": Grade(0, 1),
        "shared": Grade(1, 0),
        "contradicted": Grade(0, 0),
        "none": Grade(1, 1),
    }


def test_the_score_as_json_has_what_other_programs_rely_on(case: Path) -> None:
    said = score(case, write_truth(case)).as_json()
    assert list(said)[:7] == ["leads", "right", "wrong", "reachable", "reached", "missed", "grades"]
    assert json.loads(json.dumps(said)) == said
    assert said["grades"] == {
        "sure": {"right": 2, "wrong": 1},
        "fragile": {"right": 0, "wrong": 1},
        "shared": {"right": 1, "wrong": 0},
        "contradicted": {"right": 0, "wrong": 0},
        "none": {"right": 1, "wrong": 1},
    }


def test_the_score_as_json_gains_what_is_known_besides(case: Path) -> None:
    said = score(case, write_truth(case)).as_json()
    assert list(said)[7:] == [
        "calibration", "unreached", "why_wrong", "who", "lead_visits", "lead_visits_of_others", "complete",
    ]  # fmt: skip
    assert said["calibration"]["sure"]["wrong"] == 1  # type: ignore[index]
    assert said["complete"] == {"sure": 0, "other": 0}


def test_events_of_one_sitter_address_and_half_hour_are_right_together_or_not_at_all(case: Path) -> None:
    found = score(case, write_truth(case))
    # Three events are sure: two were user-1's and user-2's, at one address in one half hour, the third is user-6's.
    assert found.calibration["sure"] == Share(2, 1)
    truth = write_truth(case)
    truth.write_text(truth.read_text("utf-8").replace('[2, "user-2"]', '[2, "user-1"]'), "utf-8")
    found = score(case, truth)
    assert found.grades["sure"] == Grade(3, 0)
    assert found.calibration["sure"] == Share(2, 0)


def test_the_missed_are_counted_by_the_grade_that_most_of_their_events_got(case: Path) -> None:
    assert score(case, write_truth(case)).unreached == {
        "sure": {"at_most_threshold": 1, "unattended": 1},
        "shared": {"not_counted": 1},
        "unseen": {"not_counted": 1},
    }


def test_of_equally_many_grades_the_worse_is_said(case: Path) -> None:
    truth = write_truth(case)
    truth.write_text(truth.read_text("utf-8").replace("[6, null]", '[6, "user-2"]'), "utf-8")
    assert score(case, truth).unreached["fragile"] == {"unattended": 1}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({}, {"too_few": 1}),
        ({'[5, "user-5"]': '[5, "user-2"]'}, {"another": 1}),
        ({'[5, "user-5"]': "[5, null]"}, {"another": 1}),
        ({'"account": "user-5"': '"over_threshold": true, "account": "user-5"'}, {"not_knowingly": 1}),
    ],
)
def test_a_wrong_lead_is_of_anothers_visits_or_of_nobody_who_knew_or_of_too_few(
    case: Path, changed: Mapping[str, str], why: Mapping[str, int]
) -> None:
    truth = write_truth(case)
    text = truth.read_text("utf-8")
    for before, after in changed.items():
        assert before in text
        text = text.replace(before, after)
    truth.write_text(text, "utf-8")
    found = score(case, truth)
    assert found.why_wrong == why
    assert found.wrong == 1


def test_visits_of_another_person_than_the_holder_are_right_and_counted(case: Path) -> None:
    persons = [
        {"person": "user-1.1", "account": "user-1", "holder": True},
        {"person": "user-1.2", "account": "user-1", "holder": False},
    ]
    truth = write_truth(
        case,
        sat=["user-1.1", "user-1.2", None, None, "user-5.1", None, None],
        complete=[True, True, True, None, None, False, True],
    )
    told = json.loads(truth.read_text("utf-8"))
    told["persons"] = [*persons, {"person": "user-5.1", "account": "user-5", "holder": True}]
    told["people"][0]["who"] = "together"
    told["files"]["logs/access.log"]["watched"][1] = [2, "user-1"]
    truth.write_text(json.dumps(told), "utf-8")
    found = score(case, truth)
    assert (found.visits, found.others) == (3, 1)
    assert found.who == {"together": 1}
    assert found.complete == Share(3, 1)
    words = found.as_text()
    assert "1  of the right leads: only several persons together did" in words
    assert "1  of the leads' 3 visits: another person than the holder sat there" in words


def test_the_score_in_words_begins_with_wrong_leads_and_names_no_account(case: Path) -> None:
    said = score(case, write_truth(case)).as_text()
    assert said.splitlines()[0] == "Leads: 2. Right: 1. Wrong: 1."
    assert "user-" not in said


def test_the_score_in_words_says_of_each_figure_what_it_counts(case: Path) -> None:
    lines = score(case, write_truth(case)).as_text().splitlines()
    came = "Who came more often than the threshold, knowingly, and "
    assert (
        lines[1].strip()
        == "1  the visits were made over that account's line, but by true time they are not more than the threshold"
    )
    assert lines[2] == f"{came}whom the records can tell: 3; leads among them: 1."
    assert lines[3] == f"{came}who is no lead, told by the records or not: 4."
    assert [line.strip() for line in lines[4:8]] == [
        "1  too few visits are surely theirs; most of their events are sure",
        "1  runs by itself; most of their events are sure",
        "1  nothing is surely theirs; most of their events are shared",
        "1  nothing is surely theirs; the records were asked for none of their events",
    ]
    head = "grade the answer right wrong half hours of these right (bounds of 95 % certainty)"
    assert " ".join(lines[9].split()) == head
    assert lines[10].split()[:7] == ["sure", "names", "one", "account", "2", "1", "3"]
    # How many accounts an answer has, only "sure" and "none" tell: a fragile one may have two, a shared one one alone.
    assert not any(word in line for line in lines[11:14] for word in (" one", " two", "names"))
    assert "_" not in "".join(lines)


def test_a_case_that_was_never_run_has_no_score(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_bytes(b"")
    with pytest.raises(CaseError, match="run the case first"):
        score(tmp_path, write_truth(tmp_path))


def test_a_case_whose_tables_were_purged_has_no_score(case: Path) -> None:
    shutil.rmtree(case / "out" / "tables")
    outputs.seal(case / "out", {"files": {}, outputs.PURGED: True})
    with pytest.raises(CaseError, match="found one that was purged"):
        score(case, write_truth(case))


def test_incomplete_results_have_no_score(case: Path) -> None:
    (case / "out" / "manifest.json").unlink()
    with pytest.raises(CaseError, match="not there, or not complete"):
        score(case, write_truth(case))


def test_without_the_key_no_account_of_the_truth_is_found_and_no_other_key_is_made(case: Path) -> None:
    (case / "case.key").unlink()
    with pytest.raises(IntegrityError, match="missing"):
        score(case, write_truth(case))
    assert not (case / "case.key").exists()


def test_a_table_that_is_not_what_the_run_wrote_has_no_score(case: Path) -> None:
    write(case / "out", tables.LEADS, [])
    with pytest.raises(IntegrityError, match=r"out/tables/leads\.parquet: is not what the run wrote"):
        score(case, write_truth(case))


def test_a_table_that_another_version_wrote_has_no_score(case: Path) -> None:
    path = case / "out" / "tables" / "visits.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["edge"]), path)
    seal(case / "out")
    with pytest.raises(MachineError, match="is no table visits; run the case again"):
        score(case, write_truth(case))


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"people": 3, "files": {}}', '{"people": [], "files": {"a": 1}}', "\xff"]
)
def test_what_is_no_truth_is_refused(case: Path, text: str) -> None:
    path = case / "other.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(CaseError, match=r"expected a truth\.json"):
        score(case, path)


def test_a_truth_that_does_not_exist_is_refused(case: Path) -> None:
    with pytest.raises(CaseError, match=r"expected a truth\.json"):
        score(case, case / "none.json")


def test_the_truth_of_another_world_is_refused(case: Path) -> None:
    path = write_truth(case)
    path.write_text(path.read_text("utf-8").replace(SOURCE, "cd" * 32), "utf-8")
    with pytest.raises(CaseError, match="another world"):
        score(case, path)
