"""News connections, line by line: what is kept, whose it is, and what counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from landmark import sources
from landmark.case import Target
from landmark.errors import LandmarkError

if TYPE_CHECKING:
    from collections.abc import Callable

    News = Callable[..., Any]

READER = """
    10:00:00 nnrpd[41]: host-a.example (192.0.2.1) connect - port 119
    10:05:00 nnrpd[41]: host-a.example group test.watched.a 3
    10:06:00 nnrpd[41]: host-a.example exit articles 3 groups 1
"""
SECOND, MINUTE = 1_000_000, 60_000_000


def reasons(outcome: Any) -> dict[int, str | None]:  # noqa: ANN401 - what `news` gives
    return {event.line: event.reason for event in outcome.events}


def test_an_event_has_every_column_that_the_format_has(news: News, micros: Callable[[str], int]) -> None:
    connect, group, leave = news(READER, server="192.0.2.119:119").events
    begin, end = micros("2001-10-02T10:00:00Z"), micros("2001-10-02T10:05:00Z")
    for event in (connect, group, leave):
        assert (event.client_address, event.client_port, event.client_host) == ("192.0.2.1", None, "host-a.example")
        assert (event.protocol, event.destination, event.series) == ("tcp", "192.0.2.119:119", "news1")
        assert (event.instants, event.first_instant, event.last_instant) == ((begin, end), begin, end)
        assert (event.connection, event.zone, event.zone_known) == (connect.event_id, "UTC", "declared")
        assert (event.status, event.bytes, event.agent, event.referrer, event.host) == (None,) * 5
        assert (event.referred, event.static, event.login_verified, event.login) == ("none", False, False, None)
    assert [event.action for event in (connect, group, leave)] == ["connect", "fetch", "other"]
    assert [event.target for event in (connect, group, leave)] == [None, "group-a", None]
    assert [event.articles for event in (connect, group, leave)] == [None, 3, None]
    assert (group.object, group.time, group.time_text) == ("test.watched.a", end, "Oct  2 10:05:00")
    assert [event.reason for event in (connect, group, leave)] == ["connection", None, "connection"]


def test_a_new_connect_line_ends_the_reader_before_it(news: News) -> None:
    outcome = news("""
        10:00:00 nnrpd[41]: host-a.example (192.0.2.1) connect - port 119
        10:05:00 nnrpd[41]: host-b.example (192.0.2.2) connect - port 119
        10:06:00 nnrpd[41]: host-b.example group test.watched.a 1
        10:07:00 nnrpd[41]: host-a.example group test.watched.a 1
    """)
    assert {event.client_address for event in outcome.events} == {"192.0.2.2"}
    assert outcome.rejected == [(4, "orphan")]
    assert outcome.dropped == {"not_watched": 1}


def test_the_reader_daemon_with_tls_has_another_name_and_the_same_process_numbers(news: News) -> None:
    outcome = news("""
        10:00:00 nnrpd[41]: host-a.example (192.0.2.1) connect - port 119
        10:05:00 nnrpd-ssl[41]: host-b.example (192.0.2.2) connect - port 563
        10:06:00 nnrpd-ssl[41]: host-b.example group test.watched.a 1
        10:06:00 nnrpd-ssl[41]: host-b.example exit for STARTTLS articles 1 groups 1
        10:06:00 nnrpd-ssl[41]: starttls: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) no authentication
        10:06:01 nnrpd-ssl[41]: host-b.example user mary jane
        10:07:00 nnrpd-ssl[41]: host-b.example group test.watched.a 2
        10:07:00 nnrpd-ssl[41]: host-a.example group test.watched.a 4
        10:08:00 xnnrpd-ssl[41]: host-b.example group test.watched.a 8
    """)
    assert [
        (event.client_address, event.articles, event.login_verified) for event in outcome.events if event.target
    ] == [
        ("192.0.2.2", 1, True),
        ("192.0.2.2", 2, True),
    ]
    assert outcome.rejected == [(8, "orphan")]


def test_a_process_number_is_of_its_log_host(news: News) -> None:
    outcome = news("""
        Oct  2 10:00:00 news1 nnrpd[41]: host-a.example (192.0.2.1) connect - port 119
        Oct  2 10:00:00 news2 nnrpd[41]: host-a.example (192.0.2.2) connect - port 119
        Oct  2 10:06:00 news1 nnrpd[41]: host-a.example group test.watched.a 1
    """)
    assert [(event.line, event.client_address) for event in outcome.events] == [(1, "192.0.2.1"), (3, "192.0.2.1")]


def test_a_line_after_the_exit_is_nobodys(news: News) -> None:
    outcome = news(READER + "10:07:00 nnrpd[41]: host-a.example group test.watched.a 9\n")
    assert outcome.rejected == [(4, "orphan")]
    times = "10:05:01 nnrpd[41]: host-a.example times user 0.1 system 0.1 elapsed 1.0\n"
    lost = news(
        READER.rsplit("\n", 2)[0] + "\n" + times + "10:07:00 nnrpd[41]: host-a.example group test.watched.a 9\n"
    )
    assert lost.rejected == [(4, "orphan")]


def test_other_groups_posts_and_all_else_of_the_same_reader_are_not_watched(news: News) -> None:
    outcome = news(
        READER.replace(
            "10:06:00",
            """10:05:01 nnrpd[41]: host-a.example group test.other 7
            10:05:02 nnrpd[41]: host-a.example post ok <x@test.watched.a>
            10:05:03 nnrpd[41]: host-a.example unrecognized group test.watched.a 9
            10:05:04 nnrpd[41]: host-a.example newnews test.watched.a
            10:06:00""",
        )
    )
    assert outcome.dropped == {"not_watched": 4}
    assert len(outcome.events) == 3


def test_a_starttls_or_sasl_reader_is_one_and_its_further_connect_lines_are_duplicates(news: News) -> None:
    outcome = news("""
        10:00:00 nnrpd[41]: host-a.example (192.0.2.1) connect - port 119
        10:00:01 nnrpd[41]: host-a.example exit for STARTTLS articles 0 groups 0
        10:00:01 nnrpd[41]: host-a.example (192.0.2.1) connect - port 119
        10:00:50 nnrpd[41]: host-a.example exit for AUTHINFO SASL articles 0 groups 0
        10:00:50 nnrpd[41]: host-a.example (192.0.2.1) connect - port 119
        10:05:00 nnrpd[41]: host-a.example group test.watched.a 3
    """)
    assert reasons(outcome) == {1: "connection", 6: None}
    assert outcome.dropped == {"duplicate": 2, "not_watched": 2}


@pytest.mark.parametrize(
    "between",
    [
        "10:00:30 nnrpd[41]: host-a.example exit articles 0 groups 0",
        "10:00:30 nnrpd[41]: host-a.example times user 0.1 system 0.1 idle 0.1 elapsed 30.0",
        "10:00:30 nnrpd[41]: host-z.example exit articles 0 groups 0",
        "10:00:30 nnrpd[99]: host-a.example exit articles 0 groups 0\n10:01:01 cron: x",
    ],
)
def test_a_connect_line_after_an_exit_or_a_minute_is_a_reader_of_its_own(news: News, between: str) -> None:
    again = "10:01:00" if "[41]" in between else "10:01:01"
    outcome = news(f"""
        10:00:00 nnrpd[41]: host-a.example (192.0.2.1) connect - port 119
        {between}
        {again} nnrpd[41]: host-a.example (192.0.2.1) connect - port 119
        10:05:00 nnrpd[41]: host-a.example group test.watched.a 3
    """)
    assert "duplicate" not in outcome.dropped
    assert min(event.time_text for event in outcome.events) == f"Oct  2 {again}"


def test_one_verified_name_is_of_the_whole_connection(news: News) -> None:
    user = "10:00:01 nnrpd[41]: host-a.example user mary jane\n"
    connect, *rest = READER.strip().splitlines()
    events = news("\n".join([connect, user, *rest])).events
    assert {(event.login, event.login_verified, event.login_account) for event in events} == {
        ("login mary jane", True, "account mary jane")
    }
    assert [event.action for event in events] == ["connect", "other", "fetch", "other"]


def test_two_different_names_verify_none(news: News) -> None:
    connect, *rest = READER.strip().splitlines()
    users = [f"10:00:0{at} nnrpd[41]: host-a.example user {name}" for at, name in enumerate(("mary", "mary", "anna"))]
    events = news("\n".join([connect, *users, *rest])).events
    assert not any(event.login_verified for event in events)
    assert [event.login for event in events] == [None, "login mary", "login mary", "login anna", None, None]
    assert news("\n".join([connect, *users[:2], *rest])).events[0].login == "login mary"


def test_a_user_line_of_another_label_is_not_the_readers(news: News) -> None:
    connect, *rest = READER.strip().splitlines()
    events = news("\n".join([connect, "10:00:01 nnrpd[41]: host-b.example user mary", *rest])).events
    assert [event.login for event in events] == [None, None, None]


def test_a_user_line_that_may_be_cut_verifies_nobody(read: Callable[..., Any]) -> None:
    connect, group, _ = (f"Oct  2 {line.strip()[:8]} news1 {line.strip()[9:]}" for line in READER.strip().splitlines())
    cut = f"{connect}\n{group}\nOct  2 10:05:01 news1 nnrpd[41]: host-a.example user ma"
    events = read("inn", cut.encode(), zone="UTC", year=2001).events
    assert [(event.login, event.login_verified) for event in events] == [
        (None, False),
        (None, False),
        ("login ma", False),
    ]


def test_reasons_go_connection_then_only_opened_then_cut(news: News, micros: Callable[[str], int]) -> None:
    text = """
        10:00:00 nnrpd[41]: host-a.example (192.0.2.1) connect - port 119
        10:01:00 nnrpd[41]: host-a.example user mary
        10:05:00 nnrpd[41]: host-a.example group test.watched.a 0
        10:06:00 nnrpd[41]: host-a.example group test.watched.a 3
        10:07:00 nnrpd[41]: host-a.example exit articles 3 groups 2
    """
    whole = news(text)
    assert reasons(whole) == {1: "connection", 2: "connection", 3: "only_opened", 4: None, 5: "connection"}
    assert whole.events[2].action == "open"
    begun = news(text, begin=micros("2001-10-02T10:00:30Z"))
    assert reasons(begun) == {2: "connection", 3: "only_opened", 4: "cut", 5: "connection"}
    assert begun.dropped == {"outside_window": 1}
    assert {(event.client_address, event.client_host) for event in begun.events} == {(None, "host-a.example")}
    assert {event.connection for event in begun.events} == {begun.events[0].event_id}
    assert all(event.instants == (event.time,) for event in begun.events)
    ended = news(text, end=micros("2001-10-02T10:05:30Z"))
    assert reasons(ended) == {1: "connection", 2: "connection", 3: "only_opened"}
    assert ended.dropped == {"outside_window": 2}
    assert {event.client_address for event in ended.events} == {"192.0.2.1"}


def test_a_cut_connection_keeps_no_name_from_outside_the_window(news: News, micros: Callable[[str], int]) -> None:
    text = READER.replace("10:05:00", "10:01:00 nnrpd[41]: host-a.example user mary\n        10:05:00")
    events = news(text, begin=micros("2001-10-02T10:02:00Z")).events
    assert [(event.login, event.client_address) for event in events] == [(None, None), (None, None)]


def test_a_connection_whose_watched_lines_all_lie_outside_keeps_nothing(
    news: News, micros: Callable[[str], int]
) -> None:
    outcome = news(READER, end=micros("2001-10-02T10:05:00Z"))
    assert outcome.events == []
    assert outcome.dropped == {"outside_window": 1, "not_watched": 2}


def test_a_last_group_line_outside_the_window_cuts_what_is_inside(news: News, micros: Callable[[str], int]) -> None:
    text = READER.replace("10:06:00", "10:20:00 nnrpd[41]: host-a.example group test.watched.a 8\n        10:21:00")
    outcome = news(text, end=micros("2001-10-02T10:10:00Z"))
    assert reasons(outcome) == {1: "connection", 2: "cut"}
    assert outcome.dropped == {"outside_window": 2}


def test_a_group_that_is_not_in_force_is_outside_the_window(news: News, micros: Callable[[str], int]) -> None:
    late = Target("late", newsgroup="test.watched.*", begin=micros("2001-10-02T10:05:00Z"))
    text = READER.replace("10:05:00", "10:04:59 nnrpd[41]: host-a.example group test.watched.b 3\n        10:05:00")
    outcome = news(text, targets=[late])
    assert reasons(outcome) == {1: "connection", 3: None, 4: "connection"}
    assert outcome.dropped == {"outside_window": 1}


def test_an_orphan_outside_the_window_is_outside_the_window(news: News, micros: Callable[[str], int]) -> None:
    text = "10:05:00 nnrpd[41]: host-a.example group test.watched.a 3\n"
    assert news(text).rejected == [(1, "orphan")]
    assert news(text, begin=micros("2001-10-02T10:06:00Z")).dropped == {"outside_window": 1}


def test_a_connection_goes_on_across_rotated_texts_each_line_in_its_own(news: News) -> None:
    connect, group, leave = READER.strip().splitlines()
    outcome = news(connect, "10:01:00 cron: x", f"{group}\n{leave}")
    assert [len(file.events) for file in outcome.files] == [1, 0, 2]
    assert [dict(file.dropped) for file in outcome.files] == [{}, {"not_watched": 1}, {}]
    first = outcome.files[0].events[0].event_id
    assert {event.connection for event in outcome.events} == {first}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("10:05:00 nnrpd[41]: host-a.example group test.watched.a", "malformed"),
        ("10:05:00 nnrpd[41]: host-a.example group test.watched.a -3", "malformed"),
        ("10:05:00 nnrpd[41]: host-a.example group test.watched.a 3 x", "malformed"),
        ("10:05:00 nnrpd[41]: host-a.example group test.waOct  2 10:05:00 x test.watched.a 3", "malformed"),
        ("Oct 2001 test.watched.a", "malformed"),
        ("Oct 32 10:00:00 news1 nnrpd[41]: host-a.example group test.watched.a 3", "bad_time"),
        ("Oct 32 10:00:00 news1 nnrpd[41]: host-a.example group test.watched.ab 3", "bad_time"),
        ("Oct  2 25:00:00 news1 innd: test.watched.a", "bad_time"),
    ],
)
def test_a_line_with_a_watched_name_that_does_not_read_is_rejected(news: News, line: str, reason: str) -> None:
    outcome = news(READER.replace("10:06:00", f"{line}\n        10:06:00"))
    assert outcome.rejected == [(3, reason)]
    assert len(outcome.events) == 3


@pytest.mark.parametrize(
    "line",
    [
        *("10:05:00 innd: test.watched.a", "10:05:00 nnrpd: host group test.watched.a 3", "Oct 2001 test.other 3"),
        *("10:05:00 nnrpd[41]: host-a.example group Test.watched.a 3", "Oct 32 10:00:00 news1 x", "x\0y"),
        "10:05:00 nnrpd[41]: host-a.example group test.watched.ab 3",
    ],
)
def test_all_else_is_not_watched(news: News, line: str) -> None:
    assert news("Oct  2 10:00:00 news1 x: y\n" + line).dropped == {"not_watched": 2}


def test_lines_of_a_kept_connection_whose_time_cannot_be_are_bad_times(news: News) -> None:
    text = READER.replace("10:06:00", "Oct 32 10:06:00 news1").replace("news1 nnrpd", "news1 nnrpd")
    assert news(text).rejected == [(3, "bad_time")]
    lost = READER.replace("10:00:00", "Oct 32 10:00:00 news1")
    assert news(lost).rejected == [(2, "orphan")]


def test_what_the_log_says_it_lost_is_counted(news: News) -> None:
    outcome = news("""
        10:00:00 rsyslogd: imuxsock[pid: 41, name: nnrpd]: 3 messages lost due to rate-limiting (200 allowed)
        10:00:00 rsyslogd-2177: imuxsock lost 5 messages from pid 41 due to rate-limiting
        10:00:00 last message repeated 7 times
        10:00:00 nnrpd[41]: message repeated 11 times: [ host-a.example group test.watched.a 3]
        10:00:00 systemd-journald[9]: Suppressed 13 messages from news.service
        10:00:00 nnrpd[41]: host-a.example user last message repeated 100 times
        10:00:00 nnrpd[41]: host-a.example unrecognized x: 100 messages lost due to rate-limiting
    """)
    assert outcome.file.admitted_lost == 3 + 5 + 7 + 11 + 13
    assert outcome.dropped == {"not_watched": 7}


def test_both_ends_of_an_ambiguous_hour_are_instants(news: News, micros: Callable[[str], int]) -> None:
    events = news(
        READER.replace("10:00:00", "Oct 28 00:50:00 news1")
        .replace("10:05:00", "Oct 28 01:30:00 news1")
        .replace("10:06:00", "Oct 28 02:10:00 news1"),
        zone="Europe/London",
        end=micros("2001-10-29T00:00:00Z"),
    ).events
    begin = micros("2001-10-27T23:50:00Z")
    first, second = micros("2001-10-28T00:30:00Z"), micros("2001-10-28T01:30:00Z")
    assert {event.instants for event in events} == {(begin, first, second)}
    group = events[1]
    assert (group.time, group.time_until, group.last_instant) == (first, second, second)
    assert group.counts
    assert events[0].time_until is None


def test_both_instants_must_lie_in_the_window(news: News, micros: Callable[[str], int]) -> None:
    text = READER.replace("10:05:00", "Oct 28 01:30:00 news1").replace("10:00:00", "Oct 28 00:50:00 news1")
    outcome = news(text, zone="Europe/London", end=micros("2001-10-28T01:30:00Z"))
    assert outcome.events == []


def test_a_clocks_deviation_is_taken_off_every_instant(news: News, micros: Callable[[str], int]) -> None:
    group = news(READER, clock_ahead=7 * MINUTE).events[1]
    assert (group.first_instant, group.time) == (micros("2001-10-02T09:53:00Z"), micros("2001-10-02T09:58:00Z"))


def test_a_clock_that_was_set_back_is_listed_whatever_the_lines_say(news: News, micros: Callable[[str], int]) -> None:
    outcome = news("10:30:00 cron: x\n10:00:00 cron: y\n", clock_ahead=MINUTE)
    assert outcome.steps == [("news1", micros("2001-10-02T09:59:00Z"), micros("2001-10-02T10:29:00Z"))]
    before = news("10:30:00 cron: x\n10:00:00 cron: y\n", begin=micros("2001-10-03T00:00:00Z"))
    assert before.steps == []


def test_the_case_must_state_zone_and_year(news: News) -> None:
    with pytest.raises(LandmarkError):
        news(READER, zone=None)
    with pytest.raises(LandmarkError):
        news(READER, year=None)


def test_a_carriage_return_and_an_empty_line_are_taken_as_such(read: Callable[..., Any]) -> None:
    text = "".join(
        f"Oct  2 {line.strip()[:8]} news1 {line.strip()[9:]}\r\n" for line in READER.strip().splitlines()
    ).encode()
    outcome = read("inn", text + b"\r\n\n", zone="UTC", year=2001)
    assert len(outcome.events) == 3
    assert outcome.dropped == {"empty": 2}


def test_what_is_shown_is_masked() -> None:
    mask = sources.ALL["inn"].mask
    head = b"Oct  2 10:00:00 news1 nnrpd[41]: "
    assert mask(head + b"host user mary jane\r") == head + b"host user ***"
    assert mask(head + b"host group test.watched.a 3") == head + b"host group test.watched.a 3"
    for text in (head + b"host < AUTHINFO USER mary", b"mary", b"Oct  2 10:00:00 news1 x: mary"):
        assert mask(text) == b"*" * len(text)
