"""Files that write no year, over New Year: what has gone does not move what is left into another year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import landmark

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.system.conftest import Folder

NEWS = {"files": ["logs/news.notice*"], "format": "inn", "zone": "UTC", "year": 2001}


def reader(day: str, number: int) -> bytes:
    """Give what one reader's connection leaves."""
    head = f"{day} 12:%02d:00 news1 nnrpd[{number}]: host-{number}.example "
    said = ("(192.0.2.9) connect - port 119", "group test.watched.a 3", "exit articles 3 groups 1")
    return b"".join(f"{head % minute}{text}\n".encode() for minute, text in enumerate(said))


@pytest.fixture
def over(tmp_path: Path, make: Callable[..., Folder]) -> Callable[..., Folder]:
    """Run a case whose two news files are of December and of January, and let December's go."""

    def made(begin: str = "2001-12-20T00:00:00Z", **news: Any) -> Folder:  # noqa: ANN401 - a [[log]]'s own
        window = {"from": f"@{begin}", "until": "@2002-01-20T00:00:00Z"}
        case = make(tmp_path / "case", authority=window, logs=[NEWS], assignments=[])
        case.write("logs/news.notice.1", reader("Dec 30", 71) + reader("Dec 31", 72))
        case.write("logs/news.notice", reader("Jan  2", 73) + reader("Jan  3", 74))
        case.run()
        assert len(case.rows("events")) == 12
        (case.path / "logs/news.notice.1").unlink()
        case.logs = [{**NEWS, "gone": ["logs/news.notice.1"], **news}]
        return case.save()

    return made


@pytest.mark.parametrize("begin", ["2001-12-20T00:00:00Z", "2000-12-20T00:00:00Z"])
def test_a_year_that_has_come_to_mean_another_one_is_refused(over: Callable[..., Folder], begin: str) -> None:
    case = over(begin)
    before = case.out()
    with pytest.raises(landmark.CaseError, match=r"year: found 2001.*logs/news\.notice"):
        case.run()
    assert case.out() == before
    assert [entry for entry in case.ledger() if entry["what"] == "input gone"] == []


def test_the_year_of_what_is_left_is_taken(over: Callable[..., Folder]) -> None:
    case = over(year=2002)
    case.run()
    assert [row["time"] // 86_400_000_000 for row in case.rows("events")][::3] == [11_689, 11_690]


def test_what_has_gone_within_a_year_asks_for_nothing(over: Callable[..., Folder]) -> None:
    case = over(year=2001)
    case.write("logs/news.notice.1", reader("Dec 30", 71) + reader("Dec 31", 72))
    case.write("logs/news.notice.2", reader("Dec 29", 70))
    case.logs = [NEWS]
    case.save().run()
    (case.path / "logs/news.notice.2").unlink()
    case.logs = [{**NEWS, "gone": ["logs/news.notice.2"]}]
    case.save().run()
    assert len(case.rows("events")) == 12
    assert case.funnel()["gone"] == [{"path": "logs/news.notice.2", "of": "files"}]
    assert "“logs/news.notice.2” is gone" in (case.path / "out/report.html").read_text()


def test_a_connection_that_began_in_what_has_gone_says_nothing_of_the_year(over: Callable[..., Folder]) -> None:
    case = over()
    lines = reader("Jan  2", 75).splitlines(keepends=True)
    case.write("logs/news.notice.1", lines[0])
    case.write("logs/news.notice", b"".join(lines[1:]))
    case.logs = [{**NEWS, "year": 2002, "gone": ["logs/*"]}]
    case.save().run()
    assert len(case.rows("events")) == 3
    (case.path / "logs/news.notice.1").unlink()
    case.run()
    assert case.rows("events") == []


def test_the_year_is_held_also_where_the_window_was_narrowed_at_once(over: Callable[..., Folder]) -> None:
    """Earlier results are gone then, and of what is left no line may be covered: the ledger knows the year."""
    case = over()
    case.authority["until"] = "@2002-01-02T00:00:00Z"
    case.save()
    said = (
        r"year: found 2001, by which line 1 of logs/news\.notice, which an earlier run read as one of 2002, would be "
    )
    with pytest.raises(
        landmark.CaseError, match=said + r"of 2001, expected 2002, the year of the first line of logs/n"
    ):
        case.run()
    assert not (case.path / "out/manifest.json").exists()
    case.logs = [{**NEWS, "gone": ["logs/news.notice.1"], "year": 2002}]
    case.save().run()
    assert case.rows("events") == []
    (*_, of) = (entry["dated"] for entry in case.ledger() if entry["what"] == "input")
    assert of == {"year": 2002, "line": 1, "day": "2002-01-02"}


def test_what_else_is_changed_at_once_says_nothing_of_the_year(over: Callable[..., Folder]) -> None:
    case = over(year=2002)
    case.targets = [{"id": "another", "newsgroup": "test.watched.b"}]
    case.save().run()
    assert case.rows("events") == []


def test_a_year_that_is_put_right_while_nothing_has_gone_is_taken_and_remembered(over: Callable[..., Folder]) -> None:
    case = over(year=2001)
    case.write("logs/news.notice.1", reader("Dec 30", 71) + reader("Dec 31", 72))
    case.logs = [{**NEWS, "year": 2000}]
    case.save().run()
    (case.path / "logs/news.notice.1").unlink()
    case.logs = [{**NEWS, "year": 2001, "gone": ["logs/news.notice.1"]}]
    case.save().run()
    assert [entry["path"] for entry in case.ledger() if entry["what"] == "input gone"] == ["logs/news.notice.1"]


def test_where_the_turn_of_the_year_has_gone_from_the_middle_no_one_year_is_right(over: Callable[..., Folder]) -> None:
    case = over()
    case.write("logs/news.notice.1", reader("Dec 30", 71) + reader("Dec 31", 72))
    case.write("logs/news.notice.2", reader("Nov 30", 70))
    case.authority["from"] = "@2001-11-20T00:00:00Z"
    case.logs = [NEWS]
    case.save().run()
    (case.path / "logs/news.notice.1").unlink()
    gone = {**NEWS, "gone": ["logs/news.notice.1"]}
    for year in (2001, 2002):
        case.logs = [{**gone, "year": year}]
        with pytest.raises(
            landmark.CaseError, match=r"expected a table of its own, with a `year` of its own, each for"
        ):
            case.save().run()
    one, other = (
        {**gone, "files": [f"logs/news.notice{end}"], "year": year} for end, year in ((".2", 2001), ("", 2002))
    )
    case.logs = [one, other]
    case.save().run()
    assert len(case.rows("events")) == 9


def test_a_line_of_a_leap_day_says_of_which_year_it_is(make: Callable[..., Folder], tmp_path: Path) -> None:
    """Under another year there is no such day: the line cannot be read, which is no reason to pass the year."""
    window = {"from": "@2003-12-20T00:00:00Z", "until": "@2004-03-20T00:00:00Z"}
    case = make(tmp_path / "case", authority=window, logs=[{**NEWS, "year": 2003}], assignments=[])
    case.write("logs/news.notice.1", reader("Dec 31", 71) + reader("Jan 31", 72))
    case.write("logs/news.notice", reader("Feb 29", 73))
    case.run()
    (case.path / "logs/news.notice.1").unlink()
    case.logs = [{**NEWS, "year": 2003, "gone": ["logs/news.notice.1"]}]
    with pytest.raises(landmark.CaseError, match=r"found 2003, by which line 1 of .* be of 2003, expected 2004, the"):
        case.save().run()
    case.logs = [{**NEWS, "year": 2004, "gone": ["logs/news.notice.1"]}]
    case.save().run()
    assert len(case.rows("events")) == 3


def test_the_year_is_held_also_where_another_table_says_what_has_gone(over: Callable[..., Folder]) -> None:
    """Two tables made of one: that of January says nothing of what has gone."""
    case = over()
    case.write("logs/news.notice.2", reader("Dec 29", 70))
    case.write("logs/news.notice.1", reader("Dec 30", 71) + reader("Dec 31", 72))
    case.logs = [NEWS]
    case.save().run()
    (case.path / "logs/news.notice.1").unlink()
    old = {**NEWS, "files": ["logs/news.notice.2"], "gone": ["logs/news.notice.1"]}
    case.logs = [old, {**NEWS, "files": ["logs/news.notice"]}]
    with pytest.raises(landmark.CaseError, match=r"found 2001, .* be of 2001, expected 2002, the year of"):
        case.save().run()
    case.logs = [old, {**NEWS, "files": ["logs/news.notice"], "year": 2002}]
    case.save().run()
    assert len(case.rows("events")) == 9


def test_a_year_that_was_wrong_is_put_right_also_once_its_first_file_has_gone(over: Callable[..., Folder]) -> None:
    """It cannot be run with the right one before: what has gone is not there any more."""
    case = over(year=2003)
    with pytest.raises(landmark.CaseError, match=r"expected 2002, .*in keeping with it"):
        case.run()
    for year in (2002, 2003):
        case.logs = [{**NEWS, "gone": ["logs/news.notice.1"], "year": year}]
        case.save().run()
    assert case.rows("events") == []


def test_the_year_of_a_file_of_which_nothing_was_kept_is_held_likewise(
    make: Callable[..., Folder], tmp_path: Path
) -> None:
    """Nobody had read about a target in January, until that file grew."""
    window = {"from": "@2001-12-20T00:00:00Z", "until": "@2002-01-20T00:00:00Z"}
    case = make(tmp_path / "case", authority=window, logs=[NEWS], assignments=[])
    idle = b"no line of a log\n<13>Jan  1 00:00:00 news1 innd: SERVER running\n"
    case.write("logs/news.notice.1", reader("Dec 31", 72))
    case.write("logs/news.notice", idle)
    case.run()
    (case.path / "logs/news.notice.1").unlink()
    case.write("logs/news.notice", idle + reader("Jan  3", 74))
    case.logs = [{**NEWS, "gone": ["logs/news.notice.1"]}]
    with pytest.raises(landmark.CaseError, match=r"found 2001, by which line 2 of .* expected 2002, the year of"):
        case.save().run()
    case.logs = [{**NEWS, "gone": ["logs/news.notice.1"], "year": 2002}]
    case.save().run()
    assert len(case.rows("events")) == 3


def test_the_year_is_that_which_the_clock_had_however_far_it_was_off(
    make: Callable[..., Folder], tmp_path: Path
) -> None:
    """What the case takes off every instant is no part of what the lines write."""
    window = {"from": "@2001-12-20T00:00:00Z", "until": "@2002-01-20T00:00:00Z"}
    behind = {**NEWS, "year": 2000, "clock_ahead": "-365d", "why": "measured on 2002-01-19"}
    case = make(tmp_path / "case", authority=window, logs=[behind], assignments=[])
    case.write("logs/news.notice.1", reader("Dec 30", 71))
    case.write("logs/news.notice", reader("Jan  3", 74))
    case.run()
    assert [row["time"] // 86_400_000_000 for row in case.rows("events")][::3] == [11_686, 11_690]
    (case.path / "logs/news.notice.1").unlink()
    case.logs = [{**behind, "gone": ["logs/news.notice.1"]}]
    with pytest.raises(landmark.CaseError, match=r"found 2000, .* as one of 2001, would be of 2000, expected 2001"):
        case.save().run()
    case.logs = [{**behind, "gone": ["logs/news.notice.1"], "year": 2001}]
    case.save().run()
    assert [row["time"] // 86_400_000_000 for row in case.rows("events")][::3] == [11_690]


def test_one_text_is_not_of_two_years(make: Callable[..., Folder], tmp_path: Path) -> None:
    """It is read once: as of which of them, the order of the tables would say."""
    window = {"from": "@2001-11-20T00:00:00Z", "until": "@2002-01-20T00:00:00Z"}
    other = {**NEWS, "files": ["other/news.notice*"], "year": 2002}
    case = make(tmp_path / "case", authority=window, logs=[NEWS, other], assignments=[])
    for folder in ("logs", "other"):
        case.write(f"{folder}/news.notice.1", reader("Dec 30", 71))
    case.write("other/news.notice", reader("Jan  3", 74))
    with pytest.raises(
        landmark.CaseError, match=r"year: found one text in logs/news\.notice\.1 and other/news\.notice\.1"
    ):
        case.run()
    (case.path / "other/news.notice.1").unlink()
    case.run()
    assert len(case.rows("events")) == 6


LEASES = {"files": ["isp/dhcp*"], "format": "dhcpd-syslog", "account": "circuit-id", "zone": "UTC", "year": 2001}


def given(day: str, last: int) -> bytes:
    """Give what a server says of an address that it gives twice to one line."""
    lines = []
    for clock in ("11:50:00", "12:20:00"):
        head = f"{day} {clock} dhcp1 dhcpd[471]: ".encode()
        lines.append(head + b"Lease for 192.0.2.%d raw option-82 info is CID: 0.4.0.%d\n" % (last, last))
        lines.append(head + b"DHCPACK on 192.0.2.%d to 02:00:00:00:00:01 (pc) via 192.0.2.1\n" % last)
    return b"".join(lines)


@pytest.mark.parametrize("until", ["2002-01-20T00:00:00Z", "2002-01-02T00:00:00Z"])
def test_records_of_assignments_that_write_no_year_are_held_likewise(over: Callable[..., Folder], until: str) -> None:
    case = over()
    case.write("logs/news.notice.1", reader("Dec 30", 71) + reader("Dec 31", 72))
    case.write("isp/dhcp.log.1", given("Dec 31", 9))
    case.write("isp/dhcp.log", given("Jan  1", 7) + given("Jan  2", 9))
    case.logs, case.assignments = [NEWS], [LEASES]
    case.save().run()
    assert [row["account"] is None for row in case.rows("leases") if not row["doubtful"]] == [False, False]
    (case.path / "isp/dhcp.log.1").unlink()
    case.authority["until"] = f"@{until}"
    case.assignments = [{**LEASES, "gone": ["isp/dhcp.log.1"]}]
    said = (
        r"year: found 2001, by which line 5 of isp/dhcp\.log, which an earlier run read as one of 2002, would be of 20"
    )
    with pytest.raises(
        landmark.CaseError, match=said + r"01, expected 2002, the year of the first line of isp/dhcp\.lo"
    ):
        case.save().run()
    case.assignments = [{**LEASES, "gone": ["isp/dhcp.log.1"], "year": 2002}]
    case.save().run()
