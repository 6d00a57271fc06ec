"""What INN's own reader daemon writes of its readers, through rsyslog, and what becomes of each connection."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from tests.real.case import Case
    from tests.real.news import News, Read

SECURE = 1563
WINDOW = (datetime(2001, 10, 22, tzinfo=UTC), datetime(2001, 11, 5, tzinfo=UTC))
AT = datetime(2001, 10, 24, 18, 30, tzinfo=UTC)
SECOND = 1_000_000
TABLES = """
[[target]]
id = "group-a"
newsgroup = "test.watched.a"
[[target]]
id = "groups"
newsgroup = "test.watched.*"
[[log]]
files = ["logs/news.notice*"]
format = "inn"
zone = "Europe/London"
year = 2001
realm = "news"
"""
LIMIT = 'SysSock.RateLimit.Interval="3600" SysSock.RateLimit.Burst="20"'
TARGETS = {"test.watched.a": "group-a", "test.watched.b": "groups"}


def case_of(path: Path, news: News, make_case: type[Case]) -> Case:
    case = make_case(path, WINDOW, date(2001, 11, 20))
    case.write(TABLES, {f"logs/{log.name}": log.read_bytes() for log in news.log.parent.glob("news.notice*")})
    case.run()
    return case


def within(begin: int, instant: int, end: int | None) -> bool:
    """Whether something that is told in seconds happened between two instants."""
    return end is not None and begin // SECOND <= instant // SECOND <= end // SECOND


def watched(did: Read) -> list[tuple[str, int, int]]:
    return [(group, articles, at) for group, articles, at in did.groups if group in TARGETS]


def told(case: Case, did: Read) -> list[dict[str, Any]]:
    """Give the group lines of a reader's connection, found by its address and begin, and see that it is nobody else."""
    of_it = [
        row
        for row in case.rows("events")
        if row["client_address"] == did.source and within(did.began, row["first_instant"], did.known)
    ]
    named = {row["client_host"] for row in of_it}
    assert named <= {None if did.label == did.source else did.label}
    return [row for row in of_it if row["target"] is not None]


def check(case: Case, dids: list[Read]) -> None:
    """Hold each reader's lines against what the reader did, and see that there are no others."""
    for did in dids:
        rows = told(case, did)
        done = watched(did)
        assert [(row["target"], row["articles"], row["counts"], row["reason"]) for row in rows] == [
            (TARGETS[group], articles, articles > 0, None if articles else "only_opened") for group, articles, _ in done
        ]
        for row, (_, _, at) in zip(rows, done, strict=True):
            assert within(at, row["time"], did.ended)
            assert row["login_verified"] == (did.login is not None)
            assert row["login"] == (None if did.login is None else case.login(did.login, "news"))
            assert within(done[-1][2], row["last_instant"], did.ended)
    assert sum(row["target"] is not None for row in case.rows("events")) == sum(len(watched(did)) for did in dids)
    said = case.file("logs/news.notice")
    assert said["lines"] == said["kept"] + sum(said["dropped"].values())
    assert said["rejected"] == {}


def test_what_each_reader_did_is_what_is_told_of_it(news: News, make_case: type[Case], tmp_path: Path) -> None:
    dids: list[Read] = []
    news.clock.set(AT)
    plain = news.reader("192.0.2.5")
    plain.enter("test.watched.a")
    for number in (1, 2, 3):
        assert plain.fetch(number)
    assert plain.fetch(4, "HEAD")
    assert plain.fetch("<test.other.1@news.example>", "BODY")
    assert not plain.fetch(99)
    plain.enter("test.other")
    plain.fetch(1)
    plain.enter("test.watched.b", "LISTGROUP")
    dids.append(plain.quit())
    elsewhere = news.reader("192.0.2.6")
    elsewhere.enter("test.other")
    elsewhere.fetch(2)
    dids.append(elsewhere.quit(politely=False))
    nameless = news.reader("192.0.2.66")
    nameless.enter("test.watched.b")
    nameless.fetch()
    dids.append(nameless.quit(politely=False))
    by_id = news.reader("192.0.2.7")  # what is fetched before any group is counted in the first
    assert by_id.fetch("<test.other.2@news.example>")
    by_id.enter("test.watched.a")
    dids.append(by_id.quit())
    six = news.reader("2001:db8:1::5")
    six.enter("test.watched.a")
    six.fetch()
    assert six.post("test.watched.a") == 240
    dids.append(six.quit())
    case = case_of(tmp_path / "case", news, make_case)
    check(case, dids)
    assert len(case.rows("visitors")) == 4


def test_a_name_that_the_server_took_is_verified_and_no_other(
    news: News, make_case: type[Case], tmp_path: Path
) -> None:
    dids: list[Read] = []
    for number, (name, word, group) in enumerate(
        (
            ("mary jane", "one", "test.watched.a"),
            ("mary jane", "wrong", "test.watched.a"),
            ("zoë", "two", "test.watched.b"),
            ("mary jane", "one", "test.watched.b"),
        )
    ):
        news.clock.set(AT + timedelta(hours=number))
        reader = news.reader(f"192.0.2.{7 + number}")
        reader.enter(group)
        reader.fetch(1)
        assert reader.login(name, word) == (word != "wrong")
        reader.fetch(2)
        dids.append(reader.quit())
    case = case_of(tmp_path / "case", news, make_case)
    check(case, dids)
    found = Counter(
        (row["basis"], row["login"] or row["client_address"], row["visits"]) for row in case.rows("visitors")
    )
    assert found == {
        ("login", case.login("mary jane", "news"), 2): 1,
        ("login", case.login("zoë", "news"), 1): 1,
        ("address", "192.0.2.8", 1): 1,
    }


def test_parallel_connections_and_tls_are_each_one_connection_and_one_visit(
    news: News, make_case: type[Case], tmp_path: Path
) -> None:
    news.clock.set(AT)
    six = [news.reader("192.0.2.9") for _ in range(6)]
    for number, reader in enumerate(six, 1):
        reader.enter("test.watched.a")
        reader.fetch(number)
    news.clock.set(AT + timedelta(minutes=4))
    parallel = [reader.quit() for reader in reversed(six)]
    tls = news.reader("192.0.2.10", SECURE)
    tls.enter("test.watched.a")
    tls.fetch(1)
    tls.secure()
    assert tls.login("anna", "three")
    tls.enter("test.watched.b")
    tls.fetch(1)
    tls.fetch(2)
    secured = tls.quit()
    case = case_of(tmp_path / "case", news, make_case)
    assert Counter(row["articles"] for row in case.rows("events") if row["client_address"] == "192.0.2.9") == {
        None: 12,
        1: 6,
    }
    (visitor,) = (row for row in case.rows("visitors") if row["client_address"] == "192.0.2.9")
    assert (visitor["visits"], visitor["connections"], visitor["events"]) == (1, 6, 6)
    assert all(row["last_instant"] // SECOND >= parallel[0].groups[0][2] // SECOND for row in told(case, parallel[0]))
    assert [(row["target"], row["articles"]) for row in told(case, secured)] == [("group-a", 1), ("groups", 2)]
    (named,) = (row for row in case.rows("visitors") if row["login"] == case.login("anna", "news"))
    assert (named["visits"], named["connections"], named["events"]) == (1, 1, 2)


def test_a_reader_that_was_killed_is_not_continued_by_who_gets_its_process_number(
    news: News, make_case: type[Case], tmp_path: Path
) -> None:
    news.clock.set(AT)
    killed = news.reader("192.0.2.11")
    killed.enter("test.watched.a")
    killed.fetch(1)
    killed.enter("test.watched.b")
    killed.fetch(1)
    first = killed.kill()  # the second group is never written
    dids = [first]
    for number in range(2):
        news.clock.set(AT + timedelta(minutes=2 + number))
        news.next_process(first.pid)
        reader = news.reader(f"192.0.2.{12 + number}")
        assert reader.did.pid == first.pid
        reader.enter("test.watched.a" if number else "test.watched.b")
        reader.fetch(2)
        dids.append(reader.quit())
    case = case_of(tmp_path / "case", news, make_case)
    check(case, dids)
    assert {row["client_address"] for row in case.rows("visitors")} == {"192.0.2.11", "192.0.2.12", "192.0.2.13"}


def test_the_night_of_the_change_is_told_apart_by_the_log_itself(
    news: News, make_case: type[Case], tmp_path: Path
) -> None:
    turn = datetime(2001, 10, 28, 1, tzinfo=UTC)  # 02:00 BST becomes 01:00 GMT
    dids: list[Read] = []
    for minutes in (-90, -30, -2, 0, 25, 58, 90):
        news.clock.set(turn + timedelta(minutes=minutes))
        reader = news.reader(f"192.0.2.{100 + minutes}")
        reader.enter("test.watched.a")
        reader.fetch(1)
        news.clock.set(turn + timedelta(minutes=minutes, seconds=90))
        reader.fetch(2)
        dids.append(reader.quit())
        if minutes == -30:
            news.rotate()
    case = case_of(tmp_path / "case", news, make_case)
    check(case, dids)
    assert not [row for row in case.rows("events") if row["time_until"] is not None]
    visits = sorted(row["first"] for row in case.rows("visits"))
    assert all(within(did.began, first, did.known) for first, did in zip(visits, dids, strict=True))


def test_where_the_log_is_silent_in_that_hour_both_readings_stand(
    news: News, make_case: type[Case], tmp_path: Path
) -> None:
    dids: list[Read] = []
    for minutes in (-120, 10, 240):
        news.clock.set(datetime(2001, 10, 28, 1, tzinfo=UTC) + timedelta(minutes=minutes))
        reader = news.reader("192.0.2.14")
        reader.enter("test.watched.a")
        reader.fetch(1)
        dids.append(reader.quit())
    case = case_of(tmp_path / "case", news, make_case)
    _, row, _ = (row for row in case.rows("events") if row["target"] is not None)
    assert {later - first for first, later in ((row["time"], row["time_until"]),)} == {3600 * SECOND}
    assert any(within(dids[1].began, instant, dids[1].ended) for instant in row["instants"])


@pytest.mark.parametrize("news", [("", LIMIT)], indirect=True)
def test_what_syslog_lost_to_its_rate_limit_is_admitted(news: News, make_case: type[Case], tmp_path: Path) -> None:
    news.clock.set(AT)
    reader = news.reader("192.0.2.15")
    for _ in range(30):
        reader.enter("test.watched.a")
        reader.enter("test.watched.b")
    lost = len(reader.did.groups)
    news.clock.set(AT + timedelta(hours=2))
    did = reader.quit()
    news.place.until(lambda: b" messages lost due to rate-limiting" in news.content(), "what syslog admits")
    case = case_of(tmp_path / "case", news, make_case)
    written = len(told(case, did))
    assert case.file("logs/news.notice")["admitted_lost"] == lost + 1 - written > 0


@pytest.mark.parametrize("news", [("$RepeatedMsgReduction on", "")], indirect=True)
def test_what_syslog_wrote_as_repeated_is_admitted(news: News, make_case: type[Case], tmp_path: Path) -> None:
    news.clock.set(AT)
    reader = news.reader("192.0.2.16")
    for _ in range(30):
        reader.enter("test.watched.a")
    did = reader.quit()
    case = case_of(tmp_path / "case", news, make_case)
    assert case.file("logs/news.notice")["admitted_lost"] == len(did.groups) - len(told(case, did)) == 29
