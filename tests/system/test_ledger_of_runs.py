"""The ledger of runs: every run, input, look-up and decision is in it, and whoever changes it is found out."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

import landmark
from landmark import cli, ledger

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.system.conftest import Folder


def test_a_first_run_enters_itself_its_inputs_its_look_ups_and_its_results(undisturbed: Folder) -> None:
    entries = undisturbed.ledger()
    assert [entry["what"] for entry in entries] == ["run", "input", "input", "input", "look-up", "results"]
    run, *inputs = entries[:4]
    assert run["authority"] == "W-1"
    assert run["case_sha256"] == hashlib.sha256((undisturbed.path / "case.toml").read_bytes()).hexdigest()
    assert [log["host"] for log in run["logs"]] == ["forum-a.example", None]
    assert {entry["path"] for entry in inputs} == {"logs/access.log", "logs/news.notice", "isp/assignments.csv"}
    for entry in inputs:
        content = (undisturbed.path / entry["path"]).read_bytes()
        assert entry["sha256"] == entry["content_sha256"] == hashlib.sha256(content).hexdigest()
        assert (entry["bytes"], entry["lines"], entry["state"]) == (len(content), content.count(b"\n"), "new")
    looked = [entry for entry in entries if entry["what"] == "look-up"]
    assert {entry["dataset"] for entry in looked} == {"geo.csv"}
    assert {entry["dataset_date"] for entry in looked} == {"2001-10-01"}
    assert sum(entry["addresses"] for entry in looked) == len(undisturbed.rows("countries"))
    assert entries[-1]["counts"]["leads"] == undisturbed.step("leads")
    key = json.loads((undisturbed.path / "out/manifest.json").read_bytes())["key"]
    assert entries[-1]["key"] == key


def test_each_run_adds_lines_that_verify_and_changes_none_before(light: Folder) -> None:
    before = b""
    for number in range(4):
        light.more = f"# {number // 2}\n"
        light.save().run()
        now = (light.path / "ledger.jsonl").read_bytes()
        assert now.startswith(before)
        assert len(now) > len(before)
        before = now
    entries = ledger.read(light.path, lambda: datetime.now(UTC)).entries
    assert Counter(str(entry["what"]) for entry in entries) == {
        "run": 4,
        "input": 2,
        "look-up": 2,
        "results": 2,
        "nothing changed": 2,
    }
    assert [entry["n"] for entry in entries] == list(range(1, len(entries) + 1))
    assert landmark.check(light.path, today=date(2001, 11, 1)).ledger_lines == len(entries)


def test_what_the_provider_states_of_a_clock_is_entered_with_its_why(light: Folder) -> None:
    light.logs[0] = {**light.logs[0], "clock_ahead": "7m12s", "why": "measured on 3 October"}
    light.logs[1] = {
        **light.logs[1],
        "doubtful": '@[{ from = 2001-10-03T00:00:00Z, until = 2001-10-04T00:00:00Z, why = "no NTP" }]',
    }
    light.save().run()
    run = light.ledger()[0]
    assert [(log["clock_ahead"], log["why"]) for log in run["logs"]] == [
        (432_000_000, "measured on 3 October"),
        (0, None),
    ]
    assert run["logs"][1]["doubtful"] == [[1_002_067_200_000_000, 1_002_153_600_000_000, "no NTP"]]


def spoilt(number: int) -> Callable[[list[bytes]], list[bytes]]:
    def spoil(lines: list[bytes]) -> list[bytes]:
        return [line.replace(b"2", b"3", 1) if at == number else line for at, line in enumerate(lines)]

    return spoil


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (spoilt(0), "ledger.jsonl:1"),
        (spoilt(2), "ledger.jsonl:3"),
        (lambda lines: lines[1:], "ledger.jsonl:1"),
        (lambda lines: lines[:2] + lines[3:], "ledger.jsonl:3"),
        (lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]], "ledger.jsonl:3"),
        (lambda lines: [*lines[:3], b"not a line\n", *lines[3:]], "ledger.jsonl:4"),
        (lambda lines: lines[:-1], "ledger.jsonl: has no line for the results"),
        (lambda lines: lines[:1], "ledger.jsonl: has no line for the results"),
        (lambda lines: [*lines[:-1], lines[-1][:-5]], "ledger.jsonl: has no line for the results"),
        (lambda _lines: [], "ledger.jsonl: has no line for the results"),
    ],
    ids=[
        "the first line changed",
        "the third line changed",
        "the first line taken out",
        "the third line taken out",
        "two lines exchanged",
        "a line put in",
        "the last line cut off",
        "all but the first cut off",
        "the last line torn, though there are results",
        "all lines cut off",
    ],
)
def test_a_ledger_that_is_not_what_was_written_stops_whatever_runs_or_reads(
    light: Folder,
    capfd: pytest.CaptureFixture[str],
    spoil: Callable[[list[bytes]], list[bytes]],
    named: str,
) -> None:
    light.run()
    before = light.out()
    path = light.path / "ledger.jsonl"
    wrong = b"".join(spoil(path.read_bytes().splitlines(keepends=True)))
    path.write_bytes(wrong)
    dated = {"run": [], "check": [], "show": ["0"], "plot": []}
    commands = {name: [*more, "--as-of", "2001-11-01"] for name, more in dated.items()}
    for command, more in {**commands, "funnel": [], "score": ["truth.json"], "purge": []}.items():
        assert cli.main([command, str(light.path), *more]) == 3
        said = capfd.readouterr()
        assert named in said.err
        assert said.out == ""
    assert path.read_bytes() == wrong
    assert light.out() == before
    assert not (light.path / "plots").exists()


def test_results_without_a_ledger_are_not_read(light: Folder, capfd: pytest.CaptureFixture[str]) -> None:
    light.run()
    (light.path / "ledger.jsonl").unlink()
    assert cli.main(["funnel", str(light.path)]) == 3
    assert "ledger.jsonl: is not there" in capfd.readouterr().err


def test_a_manifest_that_somebody_wrote_is_not_in_the_ledger(light: Folder) -> None:
    light.run()
    path = light.path / "out/manifest.json"
    said = json.loads(path.read_bytes())
    said["rejected_too_many"] = ["logs/access.log"]
    path.write_text(json.dumps(said))
    with pytest.raises(landmark.IntegrityError, match=r"ledger\.jsonl: has no line for the results"):
        light.run()


def test_who_begins_anew_deletes_the_results_with_the_ledger(light: Folder) -> None:
    light.run()
    before = light.out()
    (light.path / "ledger.jsonl").unlink()
    (light.path / "out/manifest.json").unlink()
    light.run()
    assert light.out() == before


def test_reread_finds_a_result_that_was_changed(light: Folder) -> None:
    light.run()
    path = light.path / "out/tables/visits.parquet"
    path.write_bytes(path.read_bytes() + b"\0")
    assert landmark.check(light.path, today=date(2001, 11, 1)).ledger_lines == 5
    with pytest.raises(landmark.IntegrityError, match=r"out/tables/visits\.parquet: is not what the run wrote"):
        landmark.check(light.path, today=date(2001, 11, 1), reread=True)


@pytest.mark.parametrize("name", ["funnel.json", "tables/events.parquet"])
def test_readers_refuse_a_result_that_was_changed(light: Folder, name: str) -> None:
    light.run()
    path = light.path / "out" / name
    path.write_bytes(path.read_bytes() + b"\n")
    wrong = rf"out/{name}: is not what the run wrote"
    if name == "funnel.json":
        with pytest.raises(landmark.IntegrityError, match=wrong):
            landmark.funnel(light.path)
    else:
        with pytest.raises(landmark.IntegrityError, match=wrong):
            landmark.show(light.path, "0", today=date(2001, 11, 1))


def test_names_that_the_case_knows_are_not_in_the_ledger_but_who_is_at_work_is(light: Folder) -> None:
    light.more = """
[[known]]
address = "203.0.113.3"
from = 2001-10-01T00:00:00Z
until = 2001-10-15T00:00:00Z
who = "Example Unit"
why = "reads the forums for the case"
"""
    light.save().run()
    (known,) = light.ledger()[0]["known"]
    assert (known["who"], known["address"]) == ("Example Unit", "203.0.113.3")
