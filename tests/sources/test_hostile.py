"""What a client may send to be somebody else, to be seen in another place, or to stop a run: it comes to nothing."""

from __future__ import annotations

import json
import signal
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from landmark import sources
from landmark.intake.sniff import sniff
from landmark.sources import apache, json_lines, nginx
from landmark.sources.times import epoch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STAMP = "[02/Oct/2001:10:00:00 +0200]"
SHORT = '$remote_addr [$time_local] "$request" $status'
CADDY = {"ts": 1002016800, "status": 200, "user_id": "mary"}
ASKED = {"remote_ip": "192.0.2.1", "method": "GET", "host": "forum-a.example", "uri": "/board/"}
LONG = 1 << 18  # bytes


@pytest.fixture
def no_hang() -> Iterator[None]:
    """Stop what would take hours, by the processor's time, which no other program takes: no figure is measured."""

    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, 60)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, before)


def as_line(said: object) -> bytes:
    return json.dumps(said, separators=(",", ":")).encode() + b"\n"


@pytest.mark.parametrize("depth", [20, 200, 500, 900, 5000])
@pytest.mark.parametrize("parts", [("[", "]"), ('{"a":', "}"), ('{"a":[', "]}")])
def test_a_value_within_values_however_deep_stops_nothing(
    depth: int, parts: tuple[str, str], read: Callable[..., Any]
) -> None:
    begin, end = parts
    line = as_line({**CADDY, "request": {**ASKED, "headers": "X"}})
    line = line.replace(b'"X"', (begin * depth + "1" + end * depth).encode())
    file = read("caddy", line).file
    assert (file.kept, len(file.rejects)) in {(1, 0), (0, 1)}
    assert b"mary" not in sources.ALL["caddy"].mask(line)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("cloudflare", {"Cookies": {"session": "mary"}, "RequestHeaders": {"authorization": "mary"}}),
        ("cloudflare", {"ResponseHeaders": {"set-cookie": ["mary"]}}),
        ("caddy", {"common_log": f'192.0.2.1 - mary {STAMP} "GET / HTTP/1.1" 200 1'}),
        ("caddy", {"request": {"tls": {"client_common_name": "mary", "client_serial": "1"}}}),
        ("caddy", {"request": {"headers": {"X-Forwarded-User": ["mary"], "Remote-User": ["mary"]}}}),
        ("caddy", {"request": {"headers": {"Referer": ["http://mary:secret@forum-a.example/"]}}}),
        ("traefik", {"TLSClientSubject": "CN=mary", "downstream_Set-Cookie": "mary"}),
        ("suricata", {"http": {"request_headers": [{"name": "Authorization", "value": "mary"}]}}),
        ("suricata", {"http": {"proxy_authorization": "mary"}}),
        ("zeek-http", {"username": "mary", "password": ["mary"]}),
    ],
)
def test_what_may_name_somebody_is_masked_wherever_it_stands(name: str, said: object) -> None:
    assert b"mary" not in sources.ALL[name].mask(as_line(said)[:-1])


@pytest.mark.parametrize(
    ("name", "log_format", "line"),
    [
        ("apache", '%h %t "%r" %>s "%{Referer}i"', f'192.0.2.1 {STAMP} "GET / HTTP/1.1" 200 "http://mary:x@a.example/"'),
        ("apache", '%h %t "%r" %>s %{SSL_CLIENT_S_DN}x', f'192.0.2.1 {STAMP} "GET / HTTP/1.1" 200 mary'),
        ("apache", '%h %t "%r" %>s "%{REMOTE_USER}e"', f'192.0.2.1 {STAMP} "GET / HTTP/1.1" 200 "mary"'),
        ("apache", '%h %t "%r" %>s "%{Set-Cookie}o"', f'192.0.2.1 {STAMP} "GET / HTTP/1.1" 200 "mary"'),
        ("nginx", f'{SHORT} "$http_x_forwarded_user"', f'192.0.2.1 {STAMP} "GET / HTTP/1.1" 200 "mary"'),
        ("nginx", f'{SHORT} "$sent_http_set_cookie"', f'192.0.2.1 {STAMP} "GET / HTTP/1.1" 200 "mary"'),
        ("elb", None, '2001-10-02T10:00:00Z a 192.0.2.1:1 b:80 0 0 0 200 200 0 57 "GET https://mary:x@a/" "a"'),
        ("squid", None, "1002016800.123    250 192.0.2.1 TCP_MISS/200 3456 GET ftp://mary:x@forum-a.example/ - A/- -"),
        ("zeek-http", None, "1002016800.5|C1|192.0.2.1|1|192.0.2.2|80|1|GET|forum-a.example|/|mary"),
        ("zeek-http", None, "1002016800.5\t192.0.2.1\tforum-a.example\tmary"),
    ],
)  # fmt: skip
def test_a_name_in_an_address_a_header_or_a_certificate_is_masked(name: str, log_format: str | None, line: str) -> None:
    assert b"mary" not in sources.ALL[name].mask(line.encode(), log_format)


@pytest.mark.parametrize(
    ("form", "line"),
    [
        # Each line is what the server writes of one request by 192.0.2.1, a header of which is text chosen to forge.
        ('$http_x_id $remote_addr $remote_user [$time_local] "$request" $status',
         f'x 203.0.113.6 192.0.2.1 mary {STAMP} "GET /board/ HTTP/1.1" 200'),
        ("$http_x_id $remote_addr $msec $status $request",
         "x 203.0.113.6 1002016800.000 200 GET /board/ 192.0.2.1 1002016800.000 404 GET / HTTP/1.1"),
        ('[$time_local] $status "$http_x_id|$remote_addr|$request"',
         f'{STAMP} 200 "x|203.0.113.6|GET /board/|192.0.2.1|GET / HTTP/1.1"'),
        ('[$time_local] $status "$request $remote_addr $http_referer"',
         f'{STAMP} 200 "GET /board/ HTTP/1.1 192.0.2.1 x 203.0.113.6 y"'),
        ('$http_x_id,$remote_addr $msec;$http_y "$request" $status',
         'x,203.0.113.6 1002016800.5;y,192.0.2.1 1002016800.5;z "GET /board/ HTTP/1.1" 200'),
    ],
)  # fmt: skip
def test_no_header_that_stands_beside_the_address_makes_another_of_it(form: str, line: str) -> None:
    try:
        row = nginx.described(form).row(line.encode(), None)
    except ValueError:
        return
    assert row is None or row.client.address == "192.0.2.1"


def test_a_list_of_forwarded_addresses_without_quotes_moves_nothing() -> None:
    form = apache.described('%{X-Forwarded-For}i %h %l %u %t "%r" %>s')
    row = form.row(f'198.51.100.1, 192.0.2.9 10.0.0.1 - mary {STAMP} "GET / HTTP/1.1" 200'.encode(), None)
    assert row is not None
    assert (row.client.address, row.user, row.forwarded) == ("10.0.0.1", b"mary", b"198.51.100.1, 192.0.2.9")
    assert form.row(f'x 203.0.113.6 10.0.0.1 - mary {STAMP} "GET / HTTP/1.1" 200'.encode(), None) is None


def test_the_port_of_a_proxy_is_not_that_of_the_client_whom_it_named() -> None:
    form = apache.described('%a %{c}a %{remote}p %t "%r" %>s')
    proxied = form.row(f'192.0.2.1 10.0.0.1 40001 {STAMP} "GET / HTTP/1.1" 200'.encode(), None)
    direct = form.row(f'192.0.2.1 192.0.2.1 40001 {STAMP} "GET / HTTP/1.1" 200'.encode(), None)
    assert proxied is not None
    assert direct is not None
    assert (proxied.port, direct.port) == (None, 40001)


def test_a_directive_that_goes_on_over_lines_is_one() -> None:
    assert apache.facts('LogFormat "%h %l %u %t \\\n \\"%r\\" %>s" short').kind == "web"
    form = apache.described('LogFormat "%h %t \\\n\\"%r\\" %>s" short')
    assert form.row(f'192.0.2.1 {STAMP} "GET / HTTP/1.1" 200'.encode(), None) is not None


def test_what_traefik_takes_from_a_header_is_never_the_client(read: Callable[..., Any]) -> None:
    said = {
        "ClientHost": "203.0.113.6", "RequestHost": "forum-a.example", "RequestMethod": "GET", "RequestPath": "/board/",
        "StartUTC": "2001-10-02T10:00:00Z", "DownstreamStatus": 200,
    }  # fmt: skip
    assert read("traefik", as_line(said)).rejected == [(1, "malformed")]
    (direct,) = read("traefik", as_line({**said, "ClientAddr": "192.0.2.1:40001"})).events
    assert (direct.client_address, direct.client_port) == ("192.0.2.1", 40001)
    behind = as_line({**said, "ClientAddr": "10.0.0.1:40001"})
    (named,) = read("traefik", behind, trusted_proxies=("10.0.0.0/8",)).events
    assert (named.client_address, named.client_port) == ("10.0.0.1", 40001)


def test_a_forwarded_address_stands_beside_the_request_in_a_sensors_event(read: Callable[..., Any]) -> None:
    said = {
        "timestamp": "2001-10-02T12:00:00.250000+0200", "event_type": "http", "src_ip": "10.0.0.1", "src_port": 40001,
        "http": {"hostname": "forum-a.example", "url": "/board/", "http_method": "GET", "status": 200},
        "xff": "192.0.2.7",
    }  # fmt: skip
    (event,) = read("suricata", as_line(said), trusted_proxies=("10.0.0.0/8",)).events
    assert event.client_address == "192.0.2.7"


FIELDS = b"#Fields: date time c-ip cs-method cs-uri-stem sc-status x-host-header x-forwarded-for cs(User-Agent)\n"


@pytest.mark.parametrize(
    ("stem", "came"),
    [
        ("/b%256Fard/", "kept"),
        ("/board/my%2520page", "kept"),
        ("/x%25252Fboard/", "mention or none"),
        ("/%252e%252e/board/", "kept"),
    ],
)
def test_cloudfront_encodes_once_more_what_the_viewer_sent(stem: str, came: str, read: Callable[..., Any]) -> None:
    line = f"2001-10-02\t10:00:00\t192.0.2.1\tGET\t{stem}\t200\tforum-a.example\t-\tReader%201\n"
    events = read("cloudfront", FIELDS + line.encode()).events
    assert len(events) == (came == "kept")
    assert all(event.agent == "Reader 1" for event in events)


@pytest.mark.parametrize(
    ("name", "claimed"), [("cloudfront", "203.0.113.9,%20192.0.2.7"), ("w3c-host", "203.0.113.9,+192.0.2.7")]
)
def test_blanks_in_a_list_of_forwarded_addresses_are_read_as_each_server_writes_them(
    name: str, claimed: str, read: Callable[..., Any]
) -> None:
    line = f"2001-10-02\t10:00:00\t10.0.0.1\tGET\t/board/\t200\tforum-a.example\t{claimed}\ta\n"
    fields = FIELDS.replace(b"x-host-header", b"cs-host") if name == "w3c-host" else FIELDS
    (event,) = read(name, fields + line.encode(), trusted_proxies=("10.0.0.0/8",)).events
    assert event.client_address == "192.0.2.7"


def test_of_two_forwarded_headers_in_no_order_neither_is_believed(read: Callable[..., Any]) -> None:
    said = {
        "ts": 1002016800.5, "id.orig_h": "10.0.0.1", "method": "GET", "host": "forum-a.example", "uri": "/board/",
        "proxied": ["X-FORWARDED-FOR -> 192.0.2.7", "X-FORWARDED-FOR -> 203.0.113.6"],
    }  # fmt: skip
    (event,) = read("zeek-http", as_line(said), trusted_proxies=("10.0.0.0/8",)).events
    assert event.client_address == "10.0.0.1"


@pytest.mark.parametrize(("uri", "kept"), [("/x\\x2f..\\x2fboard/", 0), ("/board/\\xe9", 1), ("/board\\x2f", 0)])
def test_a_backslash_that_a_client_sent_is_no_escape_of_the_sensor(
    uri: str, kept: int, read: Callable[..., Any]
) -> None:
    said = {"ts": 1002016800.5, "id.orig_h": "192.0.2.1", "method": "GET", "host": "forum-a.example", "uri": uri}
    assert len(read("zeek-http", as_line(said)).events) == kept


@pytest.mark.parametrize("written", [b"1002016800250.5", b"1002016800250.5000", b"1002016800250"])
def test_milliseconds_may_have_a_fraction(written: bytes) -> None:
    found = epoch(written)
    assert found is not None
    assert found.instant in {1002016800_250500, 1002016800_250000}


@pytest.mark.parametrize("day", ["0001-01-01 00:00:00", "9999-12-31 23:59:59", "0000-01-01 00:00:00"])
@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York"])
def test_the_first_and_the_last_days_of_the_calendar_stop_nothing(
    day: str, zone: str, read: Callable[..., Any]
) -> None:
    line = f'{day} 192.0.2.1 "forum-a.example" "GET /board/ HTTP/1.1" 200\n'.encode()
    file = read("apache", line, log_format='%{%F %T}t %h "%{Host}i" "%r" %>s', zone=zone).file
    assert not file.kept
    assert [reject.reason for reject in file.rejects] == ["bad_time"] or file.dropped["outside_window"] == 1


@pytest.mark.usefixtures("no_hang")
@pytest.mark.parametrize("part", [b"a", b"/", b"?", b" ", b"\\x41", b"=&", b":", b"a,"])
@pytest.mark.parametrize(
    "asked",
    ["$request_method $uri$is_args$args $server_protocol", "$request_method $host$uri", "$host$request_uri"],
)
def test_a_long_request_is_read_in_time_whatever_it_is_made_of(part: bytes, asked: str) -> None:
    form = nginx.described(f'$remote_addr [$time_local] $request_method "{asked}" $status')
    for begin in (b"GET ", b"GET /", b"GET /?"):
        for end in (b' HTTP/1.1" 200', b'" x'):
            line = f'192.0.2.1 {STAMP} GET "'.encode() + begin + part * (LONG // len(part)) + end
            row = form.row(line, None)
            assert row is None or row.client.address == "192.0.2.1"


@pytest.mark.usefixtures("no_hang")
@pytest.mark.parametrize("part", [b"a", b"a.", b"-", b"[", b" group ", b"%", b"\\", b'"', b"{", b"\t"])
def test_a_long_line_of_anything_is_sniffed_in_time(part: bytes, tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_bytes(
        part * (LONG // len(part) - 1) + b'\n192.0.2.1 - - [02/Oct/2001:10:00:00 +0200] "GET / HTTP/1.1" 200 1\n'
    )
    assert "combined" in {one.format for one in sniff(file)}


@pytest.mark.parametrize(
    "name", ['a"b.log', "a\\b.log", "a\nb.log", "a\x7f\x01.log", "é.log", "a[1]*?.log", "\udcff.log"]
)
def test_the_block_to_paste_is_toml_whatever_the_file_is_called(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(b'192.0.2.1 - - [02/Oct/2001:10:00:00 +0200] "GET / HTTP/1.1" 200 1\n')
    for one in sniff(file):
        block = one.block.encode().decode()
        (named,) = tomllib.loads(block)["log"][0]["files"]
        if "\udcff" not in name:
            assert Path(named) == file


def test_masking_leaves_what_names_nobody() -> None:
    line = b'{"a":"\\"user\\":\\"x","user_agent":"b","deep":[{"user":{"x":["mary"]},"n":1.5}],"c":null}'
    masked = json_lines.masked(line, frozenset(("user",)))
    assert masked == b'{"a":"\\"user\\":\\"x","user_agent":"b","deep":[{"user":"***","n":1.5}],"c":null}'


def test_no_tab_in_an_agent_moves_the_address_of_w3c(read: Callable[..., Any]) -> None:
    """IIS writes a blank that was sent as `+`; whatever a server makes of a tab, it is no end of a column there."""
    fields = b"#Fields: date time cs-method cs-uri-stem cs-uri-query s-port c-ip cs(User-Agent) sc-status\n"
    true = b"2001-10-02 10:00:00 GET /board/ q=1 443 192.0.2.1 Reader/1.0 200\n"
    quoted = b'2001-10-02 10:00:00 GET /board/ "q 1" 443 192.0.2.1 Reader/1.0 200\n'
    forged = b'2001-10-02 10:00:00 GET /board/ "q 443 192.0.2.1 x"\t443\t192.0.2.66\tx 200\n'
    values = (*b"2001-10-02 10:00:00 GET /board/".split(), b'"q 1"', b"443", b"192.0.2.1", b'"A; B"', b"200\n")
    tabbed = b"\t".join(values)
    came = read("w3c", fields + true + quoted + forged + tabbed, host="forum-a.example")
    assert [event.client_address for event in came.events] == ["192.0.2.1"] * 3
    assert [event.agent for event in came.events][-1] == "A; B"
    assert came.rejected == [(4, "malformed")]


def test_a_file_of_a_byte_order_mark_alone_has_nobody_in_it(read: Callable[..., Any]) -> None:
    came = read("combined", b"\xef\xbb\xbf", host="forum-a.example")
    assert (came.dropped, came.rejected) == ({"empty": 1}, [])
