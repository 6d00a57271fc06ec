"""What wraps a message: every wrapper comes to the same message, and stated times to the microsecond."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark import sources
from landmark.errors import LandmarkError
from landmark.sources import Step
from landmark.sources.transport import any_bare, bare, series
from landmark.targets import Targets

if TYPE_CHECKING:
    from collections.abc import Callable

    Read = Callable[..., Any]

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
AT = datetime(2001, 10, 2, 10, tzinfo=UTC)
MESSAGES = (
    "host-a.example (192.0.2.1) connect - port 119",
    "host-a.example user mary jane",
    "host-a.example group test.watched.a 3",
    "host-a.example exit articles 3 groups 1",
)
STATED = ("iso", "rfc5424", "journal")
OFFSET = timezone(timedelta(hours=2))


def wrapped(transport: str, at: datetime, message: str, *, host: str = "news1", offset: tzinfo = OFFSET) -> bytes:
    """Wrap a message of nnrpd as each transport does, at an instant."""
    if transport == "journal":
        fields = {
            "_HOSTNAME": host,
            "SYSLOG_IDENTIFIER": "nnrpd",
            "SYSLOG_PID": "41",
            "_PID": "1",
            "MESSAGE": message,
            "__REALTIME_TIMESTAMP": str((at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)),
        }
        return json.dumps(fields).encode() + b"\n"
    if transport == "rfc3164":
        return f"{at.astimezone(UTC):%b %e %H:%M:%S} {host} nnrpd[41]: {message}\n".encode()
    time = at.astimezone(offset).isoformat(timespec="microseconds")
    head = f"{time} {host} nnrpd[41]: " if transport == "iso" else f"<37>1 {time} {host} nnrpd 41 - - "
    return f"{head}{message}\n".encode()


def connection(transport: str, begin: datetime = AT) -> bytes:
    return b"".join(
        wrapped(transport, begin + timedelta(minutes=minute), message) for minute, message in enumerate(MESSAGES)
    )


def told(outcome: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 - what `read` gives
    """Everything of the events that does not come of the wrapper's own bytes."""
    own = {"event_id", "offset", "length", "time_text", "zone", "zone_known", "connection"}
    return [tuple(value for name, value in event._asdict().items() if name not in own) for event in outcome.events]


@pytest.mark.parametrize("transport", STATED)
def test_the_same_connection_comes_out_whatever_wraps_it(transport: str, read: Read) -> None:
    plain = read("inn", connection("rfc3164"), zone="UTC", year=2001)
    outcome = read("inn", connection(transport), transport=transport)
    assert told(outcome) == told(plain)
    assert len(outcome.events) == len(MESSAGES)
    assert {event.zone_known for event in outcome.events} == {"stated"}
    assert {event.zone for event in outcome.events} == {"UTC" if transport == "journal" else "+02:00"}


@pytest.mark.parametrize("transport", STATED)
def test_what_is_beyond_the_second_is_kept(transport: str, read: Read) -> None:
    begin = AT + timedelta(microseconds=123_456)
    first = read("inn", connection(transport, begin), transport=transport).events[0]
    assert first.time == 1_002_016_800_123_456


@pytest.mark.parametrize("transport", STATED)
def test_the_clock_of_a_host_that_goes_back_is_a_step_and_never_an_autumn_hour(transport: str, read: Read) -> None:
    first = AT + timedelta(hours=1)
    text = b"".join(
        (
            wrapped(transport, first, "x", host="news2"),
            wrapped(transport, first, "x"),
            wrapped(transport, first - timedelta(seconds=5), "x"),
            wrapped(transport, AT, "x"),
            wrapped(transport, first + timedelta(microseconds=1), "x", host="news2"),
        )
    )
    last = 1_002_016_800_000_000 + 3_600_000_000 - 5_000_000
    assert read("inn", text, transport=transport).steps == [Step("news1", 1_002_016_800_000_000, last)]


def test_of_a_file_whose_offset_changes_the_instants_count(read: Read) -> None:
    text = (
        b"2001-10-28T00:59:59+01:00 news1 nnrpd[41]: x\n"
        b"2001-10-27T23:59:59+00:00 news1 nnrpd[41]: x\n"
        b"2001-10-28T01:00:00+01:00 news1 nnrpd[41]: x\n"
    )
    assert read("inn", text, transport="iso").steps == []


def test_a_time_that_is_not_stated_needs_zone_and_year(settings: Callable[..., sources.Settings]) -> None:
    with pytest.raises(LandmarkError):
        series(settings())
    series(settings(zone="UTC", year=2001))
    for transport in STATED:
        series(settings(transport=transport))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"<37>1 2001-10-02T10:00:00Z news1 nnrpd 41 - - host-a.example x", b"nnrpd[41]: host-a.example x"),
        (b"<37>1 2001-10-02T10:00:00Z news1 nnrpd - - -  host-a.example x", b"nnrpd: host-a.example x"),
        (b"<37>1 2001-10-02T10:00:00Z - nnrpd[41] - - - x", b"nnrpd[41]: x"),
        (b'<37>1 2001-10-02T10:00:00Z news1 nnrpd 41 - [a b="]"][c@1 d="\\"" e="\\]"] x', b"nnrpd[41]: x"),
        (b"<37>1 2001-10-02T10:00:00Z news1 nnrpd 41 - [a] \xef\xbb\xbfx", b"nnrpd[41]: x"),
        (b"<37>1 2001-10-02T10:00:00Z news1 nnrpd 41 - -", b"nnrpd[41]: "),
        (b"<37>1 2001-10-02T10:00:00Z news1 nnrpd 41 - - [not] structured", b"nnrpd[41]: [not] structured"),
        (b'<37>1 2001-10-02T10:00:00Z news1 nnrpd 41 - [a b="c"', None),
        (b"<37>1 2001-10-02T10:00:00Z news1 nnrpd 41 x", None),
        (b"2001-10-02T10:00:00Z news1 nnrpd 41 - - x", None),
        (b"52 <37>1 2001-10-02T10:00:00Z news1 nnrpd 41 - - x", None),
    ],
)
def test_a_line_of_rfc_5424_is_taken_apart(line: bytes, message: bytes | None) -> None:
    found = bare(line, "rfc5424")
    assert (None if found is None else found.message) == message


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"SYSLOG_IDENTIFIER": "nnrpd", "SYSLOG_PID": "41", "_PID": "7", "MESSAGE": "x"}, b"nnrpd[41]: x"),
        ({"_COMM": "nnrpd", "_PID": "41", "MESSAGE": "x\ny"}, b"nnrpd[41]: x\ny"),
        ({"SYSLOG_IDENTIFIER": "nnrpd", "_PID": "forty", "MESSAGE": "x"}, b"nnrpd: x"),
        ({"SYSLOG_IDENTIFIER": "nnrpd", "_PID": "41", "MESSAGE": [120, 255]}, b"nnrpd[41]: x\xff"),
        ({"SYSLOG_IDENTIFIER": "nnrpd", "_PID": "41", "MESSAGE": [120, 256]}, b"nnrpd[41]: "),
        ({"SYSLOG_IDENTIFIER": "nnrpd", "_PID": "41", "MESSAGE": None}, b"nnrpd[41]: "),
        ({"SYSLOG_IDENTIFIER": "nnrpd", "_PID": "41"}, b"nnrpd[41]: "),
    ],
)
def test_an_entry_of_the_journal_is_taken_apart(fields: dict[str, Any], message: bytes) -> None:
    found = bare(json.dumps({"__REALTIME_TIMESTAMP": "1002016800000000", **fields}).encode(), "journal")
    assert found is not None
    assert found.message == message
    assert bare(json.dumps({"__REALTIME_TIMESTAMP": "later", **fields}).encode(), "journal") is None


@pytest.mark.parametrize("transport", ["rfc3164", *STATED])
def test_a_login_is_masked_whatever_wraps_it(transport: str) -> None:
    for message in MESSAGES:
        line = wrapped(transport, AT, message).rstrip(b"\n")
        masked = sources.ALL["inn"].mask(line)
        assert b"mary" not in masked
        assert (masked == line) is ("user" not in message)


def test_a_login_is_masked_where_the_journal_has_it_twice_or_as_bytes() -> None:
    fields: dict[str, Any] = {
        "__REALTIME_TIMESTAMP": "1002016800000000",
        "SYSLOG_IDENTIFIER": "nnrpd",
        "_PID": "41",
        "MESSAGE": "host-a.example user mary",
        "SYSLOG_RAW": "<37>Oct  2 10:00:00 nnrpd[41]: host-a.example user mary",
    }
    assert b"mary" not in sources.ALL["inn"].mask(json.dumps(fields).encode())
    line = json.dumps({**fields, "MESSAGE": list(b"host-a.example user mary")}).encode()
    assert sources.ALL["inn"].mask(line) == b"*" * len(line)


def test_the_number_that_solaris_writes_is_left_out(read: Read) -> None:
    text = (
        b"Oct  2 10:00:00 news1 nnrpd[41]: [ID 702911 news.notice] host-a.example (192.0.2.1) connect - port 119\n"
        b"Oct  2 10:05:00 news1 nnrpd[41]: [ID 702911 news.notice] host-a.example group test.watched.a 3\n"
        b"Oct  2 10:05:01 news1 nnrpd[41]: [ID x] host-a.example group test.watched.a 3\n"
    )
    outcome = read("inn", text, zone="UTC", year=2001)
    assert [event.client_address for event in outcome.events] == ["192.0.2.1"] * 2
    assert outcome.dropped == {"not_watched": 1}


@given(
    st.datetimes(datetime(1970, 1, 1), datetime(5000, 1, 1)),  # noqa: DTZ001 - UTC is put to it below
    st.sampled_from(STATED),
    st.integers(-14 * 60, 14 * 60),
)
def test_the_instant_is_always_the_one_that_was_stated(at: datetime, transport: str, minutes: int) -> None:
    instant = at.replace(tzinfo=UTC)
    line = wrapped(transport, instant, "x", offset=timezone(timedelta(minutes=minutes)))
    clocks = series(sources.Settings(0, 0, Targets(()), lambda _: "", lambda _: None, transport=transport))
    taken = clocks.take(line.rstrip(b"\n"), 1)
    assert taken is not None
    assert taken.stamp is not None
    elapsed = (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert clocks.instants(taken.stamp) == (elapsed,)


@given(st.binary(max_size=200), st.sampled_from(["rfc3164", *STATED]))
def test_any_bytes_are_a_message_or_none(text: bytes, transport: str) -> None:
    for line in (
        text,
        wrapped(transport, AT, "x")[:-1] + text,
        b"<37>1 " + text,
        b'{"__REALTIME_TIMESTAMP":"1",' + text,
    ):
        found = bare(line, transport)
        assert found is None or any_bare(line) == found


@pytest.mark.parametrize(
    ("transport", "path", "unread"),
    [
        ("iso", "formats/plaso/syslog_syslog_rsyslog", 0),
        ("rfc3164", "formats/lnav/logfile_syslog.0", 0),
    ],
)
def test_genuine_lines_are_taken_apart(transport: str, path: str, unread: int) -> None:
    if not DATA.is_dir():
        pytest.skip("the folder `shared` does not lie beside the checkout")
    lines = [line for line in (DATA / path).read_bytes().split(b"\n") if line]
    assert sum(bare(line, transport) is None for line in lines) == unread
    assert lines


def test_genuine_lines_of_rfc_5424_are_taken_apart() -> None:
    if not DATA.is_dir():
        pytest.skip("the folder `shared` does not lie beside the checkout")
    lines = [line for line in (DATA / "formats/logstash/syslog.txt").read_bytes().split(b"\n") if b">1 " in line[:7]]
    found = [bare(line, "rfc5424") for line in lines]
    # One has no structured data at all, one a value in it that is not in quotes, one `#{sd}` in its place.
    assert [one is None for one in found] == [False, False, True, False, True, True]
    hosts = [one.host for one in found if one is not None]
    assert hosts == [b"10.23.16.6", b"2000:6a0:b:315:10:23:4:13", b"-"]


@pytest.mark.parametrize("digits", [18, 19, 20])
def test_a_time_of_the_journal_in_another_unit_is_none(digits: int) -> None:
    time = "1002016800" + "0" * (digits - 10)
    entry = {"__REALTIME_TIMESTAMP": time, "_HOSTNAME": "news1", "SYSLOG_IDENTIFIER": "nnrpd", "MESSAGE": "x"}
    assert bare(json.dumps(entry).encode(), "journal") is None
