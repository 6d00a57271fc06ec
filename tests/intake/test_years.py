"""Of which year a line is whose log writes none, held against what the ledger says of it, without a run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from landmark import store, tables
from landmark.case import Assignment, Log
from landmark.errors import CaseError
from landmark.intake import years
from landmark.intake.inputs import Dated, Input, Seen
from landmark.scan.identity import identify
from landmark.tables import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from landmark.scan.identity import Identity

    Files = list[tuple[Input, Identity]]

NEWS = Log(("news.notice*",), "inn", line=7, zone="UTC", year=2001)
DECEMBER, JANUARY, FEBRUARY = "Dec 30 23:00:00", "Jan  2 01:00:00", "Feb 29 01:00:00"


def line(stamp: str, pid: int = 1) -> bytes:
    return f"{stamp} news1 nnrpd[{pid}]: reader.example (192.0.2.1) connect - port 119\n".encode()


def put(folder: Path, texts: dict[str, bytes], owner: Log = NEWS, at: Iterable[int] = ()) -> Files:
    """Write the files of one series, the oldest first."""
    made = []
    for name, text in texts.items():
        (folder / name).write_bytes(text)
        made.append((Input(name, folder / name, "log", owner, "news.notice"), identify(folder / name, list(at))))
    return made


def seen(identity: Identity, dated: Dated | None, name: str = "news.notice") -> dict[str, Seen]:
    text = identity.content_sha256, identity.text_bytes, identity.whole
    return {name: Seen(name, identity.sha256, *text, identity.lines, ended_early=False, dated=dated)}


def test_a_line_that_would_be_a_year_too_early_is_refused_with_the_year_that_is_right(tmp_path: Path) -> None:
    files = put(tmp_path, {"news.notice": b"no time\n" + line(JANUARY)})
    earlier = seen(files[0][1], Dated(2001, 2, "2002-01-02"))
    with pytest.raises(CaseError) as refused:
        years.check(files, earlier)
    (problem,) = refused.value.problems
    assert problem.expected.startswith("2002, the year of the first line of news.notice")
    assert problem.found == (
        "2001, by which line 2 of news.notice, which an earlier run read as one of 2002, would be of 2001"
    )
    assert (problem.file, problem.line, problem.key) == ("case.toml", 7, "year")
    years.check([(replace(one, owner=replace(NEWS, year=2002)), identity) for one, identity in files], earlier)


def test_a_byte_order_mark_before_the_first_line_hides_no_year(tmp_path: Path) -> None:
    files = put(tmp_path, {"news.notice": b"\xef\xbb\xbf" + line(JANUARY)})
    with pytest.raises(CaseError, match=r"found 2001, by which line 1 of news\.notice"):
        years.check(files, seen(files[0][1], Dated(2001, 1, "2002-01-02")))


def test_nor_does_one_before_the_first_record(tmp_path: Path) -> None:
    owner = Assignment(("dhcpd.log",), "dhcpd-syslog", "circuit-id", line=7, zone="UTC", year=2001)
    ((one, identity),) = put(tmp_path, {"dhcpd.log": b"\xef\xbb\xbf" + line(JANUARY)})
    files = [(replace(one, kind="assignment", owner=owner), identity)]
    with pytest.raises(CaseError, match=r"found 2001, by which line 1 of dhcpd\.log"):
        years.check(files, seen(identity, Dated(2001, 1, "2002-01-02"), "dhcpd.log"))
    known = years.dated_now(files, {}, store.empty(tables.EVENTS), None, checked=False)
    assert known == {"dhcpd.log": Dated(2001, 1, "2001-01-02")}


@pytest.mark.parametrize(
    ("day", "refused"),
    [("2001-01-02", False), ("2000-12-30", False), ("2001-06-30", False), ("2000-01-02", True), ("2003-01-02", True)],
)
def test_a_day_less_than_half_a_year_away_is_of_the_same_year(tmp_path: Path, day: str, refused: bool) -> None:  # noqa: FBT001 - a parameter of the test
    files = put(tmp_path, {"news.notice": line(JANUARY)})
    earlier = seen(files[0][1], Dated(2001, 1, day))
    if refused:
        with pytest.raises(CaseError):
            years.check(files, earlier)
    else:
        years.check(files, earlier)


def test_the_year_turns_where_an_older_file_of_the_series_is_there(tmp_path: Path) -> None:
    files = put(tmp_path, {"news.notice.1": line(DECEMBER), "news.notice": line(JANUARY)})
    earlier = seen(files[1][1], Dated(2001, 1, "2002-01-02"))
    years.check(files, earlier)
    with pytest.raises(CaseError):
        years.check(files[1:], earlier)


def test_where_one_file_needs_another_year_than_the_next_each_is_to_have_a_table_of_its_own(tmp_path: Path) -> None:
    files = put(tmp_path, {"news.notice.1": line(JANUARY), "news.notice": line(JANUARY, 2)})
    earlier = {
        **seen(files[0][1], Dated(2001, 1, "2001-01-02"), "news.notice.1"),
        **seen(files[1][1], Dated(2001, 1, "2002-01-02")),
    }
    with pytest.raises(CaseError) as refused:
        years.check(files, earlier)
    (problem,) = refused.value.problems
    assert (
        problem.expected == "a table of its own, with a `year` of its own, each for news.notice and for news.notice.1"
    )


def test_a_text_is_held_under_the_first_table_that_reads_it_and_under_no_other(tmp_path: Path) -> None:
    files = put(tmp_path, {"news.notice": line(JANUARY)})
    ((one, identity),) = files
    earlier = seen(identity, Dated(2001, 1, "2002-01-02"))
    for right in (replace(NEWS, files=("a",), year=2002), Log(("a",), "combined")):
        first = replace(one, name="a", owner=right)
        years.check([(first, identity), (one, identity)], earlier)
        with pytest.raises(CaseError):
            years.check([(one, identity), (first, identity)], earlier)
        with pytest.raises(CaseError):  # as a record of assignments it is read once more
            years.check([(replace(first, kind="assignment"), identity), (one, identity)], earlier)


def test_of_what_no_earlier_run_read_there_is_nothing_to_hold(tmp_path: Path) -> None:
    files = put(tmp_path, {"news.notice.1": line(DECEMBER), "news.notice": line(JANUARY)})
    years.check(files, {})
    years.check([], {})


def test_what_is_known_of_a_text_is_known_by_its_content_or_its_beginning_under_any_name(tmp_path: Path) -> None:
    dated = Dated(2001, 1, "2001-01-02")
    ((_, before),) = put(tmp_path, {"news.notice": line(JANUARY)})
    for text, known in (
        (line(JANUARY), dated),
        (line(JANUARY) + line(JANUARY, 2), dated),  # it has grown
        (line(JANUARY, 2), None),  # as long, and another
        (line(JANUARY, 2) + line(JANUARY), None),
        (line(JANUARY)[:-1], None),
    ):
        ((_, now),) = put(tmp_path, {"other": text}, at=[before.text_bytes])
        assert years.dated_before(now, seen(before, dated)) == known
        assert years.dated_before(now, seen(before, None)) is None
        assert years.dated_before(now, {**seen(before, None, "a"), **seen(before, dated, "b")}) == known
        other = seen(before, Dated(2001, 1, "2001-01-03"), "z")
        assert years.dated_before(now, {**other, **seen(before, dated, "b")}) == known


def test_the_ledger_is_told_the_line_and_day_of_the_first_kept_row_as_it_is_written(tmp_path: Path) -> None:
    ahead = replace(NEWS, clock_ahead=400 * DAY)
    files = put(tmp_path, {"news.notice": line(JANUARY)}, ahead)
    source, events = files[0][1].content_sha256, store.empty(tables.EVENTS)
    assert years.dated_now(files, {}, events, None, checked=False) == {"news.notice": Dated(2001, 1, "2001-01-02")}
    found = [(source, 5), (source, 3), (source, 4), ("another", 1)]
    columns = {
        "source": [text for text, _ in found],
        "line": [number for _, number in found],
        "time": [number * DAY for _, number in found],
    }
    known = years.dated_now(files, {}, pa.table(columns), None, checked=False)
    assert known == {"news.notice": Dated(2001, 3, "1971-02-08")}


def test_of_records_it_is_the_first_of_which_a_lease_was_made_that_is_not_doubtful(tmp_path: Path) -> None:
    records = Assignment(("dhcpd.log",), "dhcpd-syslog", "circuit", zone="UTC", year=2001)
    ((one, identity),) = put(tmp_path, {"dhcpd.log": line(JANUARY)})
    files = [(replace(one, kind="assignment", owner=records), identity)]
    columns = {
        "source": [identity.content_sha256] * 3 + ["another"],
        "rows": [[2], [7, 4], [6, 5], [1]],
        "doubtful": [True, False, False, False],
        "from": [1 * DAY, 20 * DAY, 30 * DAY, 2 * DAY],
    }
    no_events = store.empty(tables.EVENTS)
    known = years.dated_now(files, {}, no_events, pa.table(columns), checked=False)
    assert known == {"dhcpd.log": Dated(2001, 4, "1970-01-21")}
    unread = years.dated_now(files, {}, no_events, None, checked=False)
    assert unread == {"dhcpd.log": Dated(2001, 1, "2001-01-02")}


def test_what_the_ledger_has_is_kept_while_the_year_is_the_same_or_was_found_right(tmp_path: Path) -> None:
    files = put(tmp_path, {"news.notice": line(JANUARY)})
    earlier, events = seen(files[0][1], Dated(2000, 9, "2000-05-05")), store.empty(tables.EVENTS)
    read = Dated(2001, 1, "2001-01-02")
    assert years.dated_now(files, earlier, events, None, checked=True) == {"news.notice": Dated(2001, 9, "2000-05-05")}
    assert years.dated_now(files, earlier, events, None, checked=False) == {"news.notice": read}
    of_2000 = [(replace(one, owner=replace(NEWS, year=2000)), identity) for one, identity in files]
    kept = {"news.notice": Dated(2000, 9, "2000-05-05")}
    assert years.dated_now(of_2000, earlier, events, None, checked=False) == kept
    no_year = [(replace(one, owner=replace(NEWS, year=None)), identity) for one, identity in files]
    assert years.dated_now(no_year, earlier, events, None, checked=True) == {}


def test_a_leap_day_has_a_year_even_where_that_year_has_none(tmp_path: Path) -> None:
    files = put(tmp_path, {"news.notice": line(FEBRUARY)})
    told = years.dated_now(files, {}, store.empty(tables.EVENTS), None, checked=False)
    assert told == {"news.notice": Dated(2001, 1, "2001-02-28")}
    records = Assignment(("dhcpd.log",), "dhcpd-syslog", "circuit", zone="UTC", year=2001)
    of_records = [(replace(one, kind="assignment", owner=records), identity) for one, identity in files]
    assert years.dated_now(of_records, {}, store.empty(tables.EVENTS), None, checked=False) == told
