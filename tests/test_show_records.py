"""`show` gives a record of several lines whole, with names masked."""

from __future__ import annotations

import json
import re
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import pytest

import landmark
from landmark import cli

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from landmark.trace import Node

CASE = """
[case]
id = "records"
title = "Records"
lead = "GB"
[authority]
reference = "W-1"
issuer = "Example Court"
provider = "Example Internet"
from = 2001-10-01T00:00:00Z
until = 2001-10-15T00:00:00Z
covers = ["traffic", "identification"]
[[target]]
id = "forum-a"
path = "/board/"
[[log]]
files = ["access.log"]
format = "combined"
[[assignment]]
files = ["detail"]
format = "radius-detail"
zone = "UTC"
account = "user-name"
"""
PACKET = """Tue Oct  2 {hour}:00:00 2001
\tAcct-Status-Type = {kind}
\tUser-Name = "canary-user"
\tAcct-Session-Id = "A1"
\tFramed-IP-Address = 198.51.100.20
\tNAS-IP-Address = 192.0.2.254
\tTimestamp = {stamp}

"""
TODAY = date(2001, 11, 1)


def below(node: Node, title: str) -> Iterator[Node]:
    """Give the nodes under one whose titles begin so."""
    for one in node.under:
        if one.title.startswith(title):
            yield one
        yield from below(one, title)


def run(folder: Path, case: str, *hours: int, mark: str = "") -> None:
    """Run a case of one session from 10 to 12 o'clock and one line of a log for each hour, all of one address."""
    (folder / "case.toml").write_text(case, encoding="utf-8")
    asked = '198.51.100.20 - - [02/Oct/2001:{}:00:00 +0000] "GET /board/ HTTP/1.1" 200 5 "-" "Reader/1.0"\n'
    (folder / "access.log").write_text("".join(asked.format(hour) for hour in hours), encoding="utf-8")
    start = PACKET.format(hour=10, kind="Start", stamp=1_002_016_800)
    stop = PACKET.format(hour=12, kind="Stop", stamp=1_002_024_000)
    (folder / "detail").write_text(mark + start + stop, encoding="utf-8")
    landmark.run(folder, today=TODAY)


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "with a byte order mark"])
def test_both_records_of_a_lease_are_shown_whole_and_no_name_in_them(tmp_path: Path, mark: str) -> None:
    run(tmp_path, CASE, 11, mark=mark)
    shown = landmark.show(tmp_path, "event:0", today=TODAY)
    (attribution,) = [node for node in shown.under if node.title == "attribution"]
    step = attribution.under[0]
    assert step.title == "step 1: 198.51.100.20"
    lease, change = step.under
    assert change.title == "what would change it"
    lines = [name for name in lease.facts if name.startswith("line ")]
    assert lines == [f"line {number}" for number in (*range(1, 8), *range(9, 16))]
    assert lease.facts["line 1"] == "Tue Oct  2 10:00:00 2001"
    assert lease.facts["line 2"] == "\tAcct-Status-Type = Start"
    assert "canary" not in str(shown.as_json())


MEASURED = (
    CASE.replace(
        'format = "combined"\n', 'format = "combined"\nclock_ahead = "7m12s"\nwhy = "held against the time signal"\n'
    )
    + 'clock_ahead = "-90s"\nwhy = "the device\'s own report"\n'
)


BEHIND = (
    "1 min 30 s, by which the clock was measured to be behind (the device's own report); what is written is as much "
    "earlier"
)


def test_what_was_taken_off_for_a_clock_that_was_measured_stands_beside_each_instant(tmp_path: Path) -> None:
    run(tmp_path, MEASURED, 11, 20)
    event = landmark.show(tmp_path, "event:0", today=TODAY)
    names = list(event.facts)
    assert event.facts["time"] == "2001-10-02T10:52:48Z"
    assert event.facts["time_text"] == "02/Oct/2001:11:00:00 +0000"
    assert names.index("taken off") == names.index("time") + 1
    assert event.facts["taken off"] == (
        "7 min 12 s, by which the clock was measured to be ahead (held against the time signal); what is written is as "
        "much later"
    )
    assert event.exact == {"clock_ahead": 432_000_000}
    (lease,) = below(event, "lease ")
    assert (lease.facts["from"], lease.facts["until"]) == ("2001-10-02T10:01:30Z", "2001-10-02T12:01:30Z")
    assert lease.facts["added"] == BEHIND
    assert lease.exact == {"clock_ahead": -90_000_000}


def test_where_no_record_fits_the_attribution_says_what_was_taken_off_the_nearest(tmp_path: Path) -> None:
    run(tmp_path, MEASURED, 20)
    event = landmark.show(tmp_path, "event:0", today=TODAY)
    assert not list(below(event, "lease "))
    (attribution,) = below(event, "attribution")
    assert attribution.facts["added (detail)"] == BEHIND


def test_both_forms_of_what_is_printed_say_what_was_taken_off(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(tmp_path, MEASURED, 11)
    for more in ([], ["--json"]):
        assert cli.main(["show", str(tmp_path), "event:0", *more]) == 0
        printed = capsys.readouterr().out
        assert "7 min 12 s, by which the clock was measured to be ahead (held against the time signal)" in printed
        assert "1 min 30 s, by which the clock was measured to be behind (the device's own report)" in printed
    assert json.loads(printed)["exact"] == {"clock_ahead": 432_000_000}


def test_of_a_clock_that_nobody_measured_nothing_is_said(tmp_path: Path) -> None:
    run(tmp_path, CASE, 11)
    assert not {"taken off", "added"} & set(landmark.show(tmp_path, "event:0", today=TODAY).facts)


def test_what_is_said_of_a_clock_is_what_the_run_took_off_whatever_the_case_says_since(tmp_path: Path) -> None:
    run(tmp_path, CASE, 11)
    (tmp_path / "case.toml").write_text(MEASURED, encoding="utf-8")
    event = landmark.show(tmp_path, "event:0", today=TODAY)
    assert (event.facts["time"], "taken off" in event.facts) == ("2001-10-02T11:00:00Z", False)
    landmark.run(tmp_path, today=TODAY)
    (tmp_path / "case.toml").write_text(CASE, encoding="utf-8")
    event = landmark.show(tmp_path, "event:0", today=TODAY)
    assert (event.facts["time"], "taken off" in event.facts) == ("2001-10-02T10:52:48Z", True)
    assert "added" in next(below(event, "lease ")).facts


def test_tolerances_and_doubtful_stretches_are_those_of_the_run_whatever_the_case_says_since(tmp_path: Path) -> None:
    doubtful = 'doubtful = [{ from = 2001-10-02T10:30:00Z, until = 2001-10-02T11:30:00Z, why = "a battery" }]\n'
    run(tmp_path, CASE + 'clock_tolerance = "20s"\n' + doubtful, 11)
    rules = '[rules]\nclock_tolerance = "7m"\n[[target]]'
    (tmp_path / "case.toml").write_text(CASE.replace("[[target]]", rules), encoding="utf-8")
    event = landmark.show(tmp_path, "event:0", today=TODAY)
    assert next(below(event, "lease ")).facts["tolerance"] == "25 s"
    assert str(next(below(event, "what would change it")).facts["tolerance"]).startswith("25 s; ")
    (clock,) = below(event, "clock ")
    assert "(a battery)" in str(clock.facts)
    assert "heed" not in event.facts


def test_an_event_has_the_clock_of_its_own_log_though_its_text_lies_in_another_s_files_too(tmp_path: Path) -> None:
    run(tmp_path, MEASURED, 11)
    log = MEASURED[MEASURED.index("[[log]]") : MEASURED.index("[[assignment]]")]
    (name,) = re.findall(r'files = \["(.*)"\]', log)
    again = log.replace(name, "zz-copy.log").replace("held against the time signal", "as somebody else says")
    (tmp_path / "zz-copy.log").write_bytes((tmp_path / name).read_bytes())
    (tmp_path / "case.toml").write_text(MEASURED.replace(log, log + again), encoding="utf-8")
    landmark.run(tmp_path, today=TODAY)
    event = landmark.show(tmp_path, "event:0", today=TODAY)
    assert (event.facts["time"], event.exact) == ("2001-10-02T10:52:48Z", {"clock_ahead": 432_000_000})
    assert "held against the time signal" in str(event.facts["taken off"])


def test_a_text_of_two_logs_with_two_clocks_is_read_as_of_neither(tmp_path: Path) -> None:
    run(tmp_path, MEASURED, 11)
    log = MEASURED[MEASURED.index("[[log]]") : MEASURED.index("[[assignment]]")]
    again = log.replace("access.log", "zz-copy.log").replace("7m12s", "3s")
    (tmp_path / "zz-copy.log").write_bytes((tmp_path / "access.log").read_bytes())
    (tmp_path / "case.toml").write_text(MEASURED.replace(log, log + again), encoding="utf-8")
    kept = sorted(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())
    for command in (landmark.run, partial(landmark.check, reread=True)):
        with pytest.raises(landmark.CaseError, match=r"clock_ahead: found one text in access\.log and zz-copy\.log"):
            command(tmp_path, today=TODAY)
    assert sorted(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()) == kept


def test_a_case_that_calls_its_files_otherwise_since_is_asked_to_run_again(tmp_path: Path) -> None:
    run(tmp_path, MEASURED, 11)
    for part in ("log", "assignment"):
        begin = MEASURED.index(f"[[{part}]]")
        respelt = MEASURED[:begin] + MEASURED[begin:].replace('files = ["', 'files = ["./', 1)
        (tmp_path / "case.toml").write_text(respelt, encoding="utf-8")
        with pytest.raises(
            landmark.CaseError, match=rf"\[\[{part}\]\] as it was when the results were made; run again"
        ):
            landmark.show(tmp_path, "event:0", today=TODAY)


TABLE = (
    CASE[: CASE.index("[[assignment]]")]
    + """[[assignment]]
files = ["cgn.csv"]
format = "csv"
account = "inner-address"
columns = { address = "outer", account = "inner" }
[[assignment]]
files = ["customers.csv"]
format = "csv"
account = "user-name"
"""
)
FLOWS = """note,inner,destination,until,from,outer,port_to,port_from,protocol,account
seen by canary,10.0.0.7,192.0.2.80:80,2001-10-02T12:00:00Z,2001-10-02T10:00:00Z,198.51.100.20,2047,1024,tcp,canary
,10.0.0.8,[2001:db8::80]:80,,2001-10-02T10:00:00Z,198.51.100.20,2047,1024,6,canary
"""
CUSTOMERS = """account,address,from,until,port_from,port_to
canary,10.0.0.7,1002016800,,,
 canary-3,10.0.0.9,1002016800,,,
canary-2,10.0.0.8,1002016800,,,
"""


def run_flows(folder: Path, case: str) -> Node:
    """Run a case in which two customers had one port at once, to two servers; give what is shown of its event."""
    (folder / "case.toml").write_text(case, encoding="utf-8")
    line = '198.51.100.20 - - [02/Oct/2001:11:00:00 +0000] "GET /board/ HTTP/1.1" 200 5 "-" "Reader/1.0" "1500"\n'
    (folder / "access.log").write_text(line, encoding="utf-8")
    (folder / "cgn.csv").write_text(FLOWS, encoding="utf-8")
    (folder / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    landmark.run(folder, today=TODAY)
    return landmark.show(folder, "event:0", today=TODAY)


def test_of_flows_to_two_servers_at_one_port_the_log_without_server_is_told_that_it_would_help(tmp_path: Path) -> None:
    event = run_flows(tmp_path, TABLE.replace('"combined"', '"combined"\nclient_port = 1'))
    first, second = list(below(event, "lease "))[:2]
    assert [first.facts["destination"], second.facts["destination"]] == ["192.0.2.80:80", "[2001:db8::80]:80"]
    change = next(below(event, "what would change it"))
    assert change.facts["as it stands"] == "two accounts at once"
    assert str(change.facts["it would be sure with"]).startswith(
        "the log's destination (`server` of its [[log]]), if it is 192.0.2.80:80 or [2001:db8::80]:80; or the proof "
    )
    assert str(change.facts["destination"]).startswith("not known of this log (`server` of its [[log]] would tell)")


def test_where_the_log_states_its_server_nothing_is_said_of_other_destinations(tmp_path: Path) -> None:
    event = run_flows(tmp_path, TABLE.replace('"combined"', '"combined"\nclient_port = 1\nserver = "192.0.2.80:80"'))
    (attribution,) = below(event, "attribution")
    assert attribution.facts["grade"] == "sure"
    assert all("destination" not in one.facts for one in below(event, "what would change it"))


def test_of_a_table_in_any_order_all_is_shown_but_accounts_and_what_is_not_known(tmp_path: Path) -> None:
    event = run_flows(tmp_path, TABLE.replace('"combined"', '"combined"\nclient_port = 1'))
    flow, other, customer, _ = below(event, "lease ")
    assert flow.facts["line 2"] == (
        "***,***,192.0.2.80:80,2001-10-02T12:00:00Z,2001-10-02T10:00:00Z,198.51.100.20,2047,1024,tcp,***"
    )
    assert other.facts["line 3"] == ",***,[2001:db8::80]:80,,2001-10-02T10:00:00Z,198.51.100.20,2047,1024,6,***"
    assert [value for name, value in customer.facts.items() if name.startswith("line ")] == [
        "***,10.0.0.7,1002016800,,,"
    ]
    assert "canary" not in str(event.as_json())


def test_a_table_whose_columns_the_case_calls_otherwise_since_is_masked_as_the_run_read_it(tmp_path: Path) -> None:
    case = TABLE.replace('"combined"', '"combined"\nclient_port = 1')
    run_flows(tmp_path, case)
    swapped = case.replace('address = "outer", account = "inner"', 'address = "inner", account = "outer"')
    (tmp_path / "case.toml").write_text(swapped, encoding="utf-8")
    event = landmark.show(tmp_path, "event:0", today=TODAY)
    flow, *_ = below(event, "lease ")
    assert flow.facts["line 2"] == (
        "***,***,192.0.2.80:80,2001-10-02T12:00:00Z,2001-10-02T10:00:00Z,198.51.100.20,2047,1024,tcp,***"
    )
