"""HAProxy's requests, line by line: no client can shift a field, and nothing else that HAProxy says is a request."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark import sources
from landmark.case import Target
from landmark.scan.blocks import Block
from landmark.scan.needles import Prefilter
from landmark.targets import Targets

if TYPE_CHECKING:
    from collections.abc import Callable

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
HEAD = b"Oct  2 10:00:01 lb1 haproxy[14389]: "
LINE = b'%s:%d [02/Oct/2001:10:00:00.655] http-in~ static/srv1 10/0/30/69/109 %s 2750 %s ---- 1/1/1/1/0 0/0 %s"%s"\n'


def written(value: bytes) -> bytes:
    """Write a text as HAProxy does: what is no printable ASCII, a quote and `#` as two digits."""
    return b"".join(b"%c" % one if 32 <= one < 127 and one not in b'"#{|}' else b"#%02X" % one for one in value)


@given(cookie=st.binary(max_size=60), header=st.binary(max_size=60), path=st.binary(max_size=60))
def test_what_a_client_sends_never_shifts_a_field(
    read: Callable[..., Any], cookie: bytes, header: bytes, path: bytes
) -> None:
    forged = b'- ---- 1/1/1/1/0 0/0 "GET /board/ HTTP/1.1"'
    request = b"GET /board/%b HTTP/1.1" % written(path.replace(b" ", b"").replace(b"/", b""))
    captured = b"{%b} " % written(header + b" 192.0.2.9:1 [01/Oct/2001:10:00:00.000] " + forged)
    for more in (cookie, forged, cookie + forged):
        line = HEAD + LINE % (b"192.0.2.1", 40001, b"200", b"a=%b -" % written(more), captured, request)
        (event,) = read("haproxy", line, host="forum-a.example", zone="UTC").events
        assert (event.client_address, event.client_port, event.status, event.bytes) == ("192.0.2.1", 40001, 200, 2750)


@pytest.mark.parametrize(
    ("head", "stated"),
    [
        (HEAD, {}),
        (b"<134>1 2001-10-02T10:00:01Z lb1 haproxy 14389 - - ", {"transport": "rfc5424"}),
    ],
)
def test_what_somebody_asked_for_is_put_on_nobody_whose_line_was_cut_off_before(
    read: Callable[..., Any], head: bytes, stated: dict[str, str]
) -> None:
    """Wherever that is: between the size and the request nearly anything may stand."""
    more = (b"200", b"a=b -", b"{forum-a.example} {} ")
    first = (head + LINE % (b"192.0.2.1", 40001, *more, b"GET /help HTTP/1.1"))[:-1]
    other = head + LINE % (b"192.0.2.2", 40002, *more, b"GET /board/ HTTP/1.1")
    for at in range(len(first) + 1):
        events = read("haproxy", first[:at] + other, host="forum-a.example", zone="UTC", **stated).events
        assert {event.client_address for event in events} <= {"192.0.2.2"}, first[:at]
        assert events or at, "whole, the other line is read"


def test_the_hour_that_occurs_twice_is_two_instants(micros: Callable[[str], int]) -> None:
    begin, end = micros("2001-10-01T00:00:00Z"), micros("2001-11-01T00:00:00Z")
    text = (HEAD + LINE % (b"192.0.2.1", 1, b"200", b"- -", b"", b"GET /board/ HTTP/1.1")).replace(
        b"02/Oct/2001:10:00", b"28/Oct/2001:01:30"
    )
    reader = sources.ALL["haproxy"].reader(
        sources.Settings(
            begin,
            end,
            Targets([Target("a", host="forum-a.example", path="/board/")]),
            lambda _: "",
            lambda _: None,
            host="forum-a.example",
            zone="Europe/London",
        )
    )
    reader.begin()
    reader.feed([sources.Line(1, 0, text.removesuffix(b"\n"), ended=True)])
    (event,) = reader.finish()[0].each()
    assert event.time_until is not None
    assert event.time_until - event.time == 3_600_000_000
    assert event.time % 1_000_000 == 655_000


def test_a_path_beyond_ascii_is_found_as_haproxy_writes_it(read: Callable[..., Any]) -> None:
    targets = [Target("a", host="forum-a.example", path="/für/")]
    line = HEAD + LINE % (b"192.0.2.1", 1, b"200", b"- -", b"", b"GET /f#C3#BCr/x HTTP/1.1")
    prefilter = Prefilter(Targets(targets).names("web", logs_host=False, host="forum-a.example"))
    assert [hits.total for hits in prefilter.lines(Block(0, bytearray(line), 0, len(line)), 1) if hits.lines] == [1]
    outcome = read("haproxy", line, targets=targets, host="forum-a.example", zone="UTC")
    assert [event.target for event in outcome.events] == ["a"]


def test_cookies_and_names_in_addresses_are_masked_and_the_rest_is_not() -> None:
    line = HEAD + LINE % (
        b"192.0.2.1",
        1,
        b"200",
        b"session=mary -",
        b"",
        b"GET http://mary:x@forum-a.example/ HTTP/1.1",
    )
    masked = sources.ALL["haproxy"].mask(line.rstrip(b"\n"))
    assert b"mary" not in masked
    assert b"192.0.2.1:1 [02/Oct/2001:10:00:00.655]" in masked
    assert b"forum-a.example/" in masked
    escaped = HEAD + LINE % (b"192.0.2.1", 1, b"200", b"- -", b"", b"GET http://m#C3#A9ry:x@forum-a.example/ HTTP/1.1")
    assert b"#A9ry" not in sources.ALL["haproxy"].mask(escaped.rstrip(b"\n"))
    other = HEAD + b"Server static/srv1 is DOWN"
    assert sources.ALL["haproxy"].mask(other) == b"*" * len(other)


def test_genuine_requests_come_out_with_client_port_and_time(read: Callable[..., Any]) -> None:
    if not DATA.is_dir():
        pytest.skip("the folder `shared` does not lie beside the checkout")
    text = (DATA / "formats/fail2ban/haproxy-http-auth").read_bytes()
    outcome = read("haproxy", text, targets=[Target("all", path="/")], zone="UTC", begin=0, end=1 << 60)
    found = [(event.client_address, event.client_port, event.status, event.reason) for event in outcome.events]
    assert found == [
        ("192.168.33.1", 58444, 403, "failed"),
        ("192.168.33.1", 58430, 401, "failed"),
        ("2001:db8::1234", 58430, 401, "failed"),
        ("192.168.33.1", 58430, 401, "failed"),
    ]
    assert outcome.events[0].time_text == "14/Nov/2015:22:45:25.439"
