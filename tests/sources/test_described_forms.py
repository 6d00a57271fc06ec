"""Any form of line that a server's configuration may describe: what a client chose is never taken for anything else.

Lines are written as the servers write them, with text in which a client does its worst. A form in which it could shift
something is refused; of all others a line says what was written, or nothing at all.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from landmark.sources import apache, nginx, request_line
from landmark.spellings import segments

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from landmark.sources.described import Description

PIECES = (
    *(
        b'"',
        b"\\",
        b" ",
        b"-",
        b"[",
        b"]",
        b"|",
        b",",
        b";",
        b":",
        b"{",
        b"}",
        b"x",
        b"7",
        b"?",
        b"#",
        b"/",
        b"=",
        b"\t",
    ),
    *(
        b"6.6.6.6",
        b"2001:db8::6",
        b"[02/Oct/2001:10:00:00 +0000]",
        b'" 200 5',
        b" - - ",
        b"200",
        b"\xff",
        b"%2F",
        b"' '",
    ),
    *(b'"GET /board/ HTTP/1.1"', b"GET /board/ HTTP/1.1", b"4444"),
)
CHOSEN = st.lists(st.sampled_from(PIECES), max_size=6).map(b"".join)
TEXT = st.sampled_from([b"", b"mary", b"a-b", b"Reader/1.0 (x)", b"http://a.example/b?c=d"]) | CHOSEN
WORD = CHOSEN.map(lambda text: re.sub(rb"[ \n?#]", b"", text))
BETWEEN = (" ", " ", " ", '" "', '" "', '"', " - ", "|", "\t", ", ", ";", " [", "] ", ":", "=", '","x":"', "' '")


class Sent(NamedTuple):
    """A request, and what a client chose in it."""

    address: str
    port: int
    user: bytes
    second: int
    path: bytes
    query: bytes
    host: bytes
    status: int
    referrer: bytes
    agent: bytes
    forwarded: bytes
    cookie: bytes

    @property
    def line(self) -> bytes:
        return b"GET /board/" + self.path + (b"?" + self.query if self.query else b"") + b" HTTP/1.1"

    def at(self, form: str) -> bytes:
        return datetime.fromtimestamp(self.second, UTC).strftime(form).encode()


SENT = st.builds(
    Sent,
    address=st.sampled_from(["192.0.2.1", "2001:db8::1", "2001:db8:1:2:3:4:5:6", "::1"]),
    port=st.sampled_from([80, 1024, 4444, 40001]),
    user=TEXT,
    second=st.integers(1_001_894_400, 1_003_104_000),
    path=WORD,
    query=WORD,
    host=st.sampled_from([b"forum-a.example", b"FORUM-A.example:80"]) | CHOSEN,
    status=st.sampled_from([200, 304, 404]),
    referrer=TEXT,
    agent=TEXT,
    forwarded=st.sampled_from([b"", b"198.51.100.9, 203.0.113.4"]) | CHOSEN,
    cookie=TEXT,
)


def by_apache(text: bytes) -> bytes:
    out = b"".join(
        b"\\%c" % one if one in b'"\\' else b"%c" % one if 32 <= one < 127 else b"\\x%02x" % one for one in text
    )
    return out.replace(b"\\x09", b"\\t")


def by_nginx(text: bytes) -> bytes:
    return b"".join(b"\\x%02X" % one if one in b'"\\' or not 32 <= one < 127 else b"%c" % one for one in text)


def as_json(text: bytes) -> bytes:
    out = b"".join(b"\\%c" % one if one in b'"\\' else b"%c" % one for one in text)
    return out.replace(b"\t", b"\\t")


Values = dict[str, "Callable[[Sent], bytes]"]
OF_APACHE: Values = {
    "%h": lambda one: one.address.encode(),
    "%a": lambda one: one.address.encode(),
    "%{remote}p": lambda one: b"%d" % one.port,
    "%l": lambda _: b"-",
    "%u": lambda one: by_apache(one.user) or b"-",
    "%t": lambda one: one.at("[%d/%b/%Y:%H:%M:%S +0000]"),
    "%{%Y-%m-%dT%H:%M:%S%z}t": lambda one: one.at("%Y-%m-%dT%H:%M:%S+0000"),
    "%{sec}t.%{usec_frac}t": lambda one: b"%d.000007" % one.second,
    "%r": lambda one: by_apache(one.line),
    "%m %U%q": lambda one: by_apache(one.line.removesuffix(b" HTTP/1.1")),
    "%>s": lambda one: b"%d" % one.status,
    "%{Referer}i": lambda one: by_apache(one.referrer) or b"-",
    "%{User-Agent}i": lambda one: by_apache(one.agent) or b"-",
    "%{Host}i": lambda one: by_apache(one.host) or b"-",
    "%{X-Forwarded-For}i": lambda one: by_apache(one.forwarded) or b"-",
    "%{Cookie}i": lambda one: by_apache(one.cookie) or b"-",
    "%b": lambda _: b"5",
    "%D": lambda _: b"1234",
    "%v": lambda _: b"forum-b.example",
    "%p": lambda _: b"443",
}


def of_nginx(escape: Callable[[bytes], bytes], nothing: bytes) -> Values:
    def chosen(text: bytes) -> bytes:
        return escape(text) or nothing

    return {
        "$remote_addr": lambda one: one.address.encode(),
        "$remote_port": lambda one: b"%d" % one.port,
        "$remote_user": lambda one: chosen(one.user),
        "$time_local": lambda one: one.at("%d/%b/%Y:%H:%M:%S +0000"),
        "$time_iso8601": lambda one: one.at("%Y-%m-%dT%H:%M:%S+00:00"),
        "$msec": lambda one: b"%d.000" % one.second,
        "$request": lambda one: escape(one.line),
        "$request_method $request_uri": lambda one: escape(one.line.removesuffix(b" HTTP/1.1")),
        "$request_method $uri$is_args$args": lambda one: (
            escape(b"GET /board/" + one.path) + (b"?" + escape(one.query) if one.query else nothing)
        ),
        "$status": lambda one: b"%d" % one.status,
        "$http_referer": lambda one: chosen(one.referrer),
        "$http_user_agent": lambda one: chosen(one.agent),
        "$http_host": lambda one: chosen(one.host),
        "$http_x_forwarded_for": lambda one: chosen(one.forwarded),
        "$http_cookie": lambda one: chosen(one.cookie),
        "$host": lambda _: b"forum-a.example",
        "$body_bytes_sent": lambda _: b"5",
        "$request_time": lambda _: b"0.123",
        "$upstream_addr": lambda _: b"10.0.0.1:80, 10.0.0.2:80 : unix:/x",
    }


NEEDED = {
    "apache": (("%h", "%a"), tuple(list(OF_APACHE)[5:8]), ("%r", "%m %U%q"), ("%>s",)),
    "nginx": (
        ("$remote_addr",),
        ("$time_local", "$time_iso8601", "$msec"),
        ("$request", "$request_method $request_uri", "$request_method $uri$is_args$args"),
        ("$status",),
    ),
}
DECODED = ("%U", "$uri")


@st.composite
def forms(draw: st.DrawFn, needed: tuple[tuple[str, ...], ...], values: Mapping[str, object]) -> list[str]:
    others = [name for name in values if name not in {one for names in needed for one in names}]
    some = draw(st.lists(st.sampled_from(others), max_size=4, unique=True))
    fields = draw(st.permutations([*(draw(st.sampled_from(names)) for names in needed), *some]))
    parts = [draw(st.sampled_from(["", '"', "[", '{"a":"']))]
    for name in fields[:-1]:
        parts += [name, draw(st.sampled_from(BETWEEN))]
    parts += [fields[-1], draw(st.sampled_from(["", '"', "]", '"}']))]
    assume("".join(parts).count('"') % 2 == 0)
    return parts


def described_as_json(form: str) -> Description:
    quoted = form.replace("'", "\\'").replace("\t", "\\t")
    return nginx.described(f"escape=json '{quoted}'")


SERVERS: dict[str, tuple[Callable[[str], Description], Values, tuple[tuple[str, ...], ...]]] = {
    "apache": (apache.described, OF_APACHE, NEEDED["apache"]),
    "nginx": (nginx.described, of_nginx(by_nginx, b"-"), NEEDED["nginx"]),
    "nginx, JSON": (described_as_json, of_nginx(as_json, b""), NEEDED["nginx"]),
}


@pytest.mark.parametrize("server", SERVERS)
@given(data=st.data())
@settings(max_examples=150)
def test_a_line_says_what_was_written_or_nothing(server: str, data: st.DataObject) -> None:
    described, values, needed = SERVERS[server]
    parts = data.draw(forms(needed, values))
    form = "".join(parts)
    try:
        compiled = described(form)
    except ValueError:
        return
    one = data.draw(SENT)
    row = compiled.row(b"".join(values[part](one) if part in values else part.encode() for part in parts), "UTC")
    if row is None:
        return
    assert (row.client.address, row.status) == (one.address, one.status)
    assert (row.instant or 0) // 1_000_000 == one.second
    assert row.port in {None, one.port}
    if "user" in compiled.taken:
        assert row.user == (None if one.user in {b"", b"-", b'""'} else one.user)
    asked = request_line.read(row.request)
    assert asked is not None
    if any(name in form for name in DECODED):
        assert ".." in str(one.path) or asked.segments == tuple(
            part for part in (b"/board/" + one.path).split(b"/") if part not in {b"", b"."}
        )
    else:
        assert asked.segments == segments(b"/board/" + one.path)
    if "$host" in parts and "$http_host" not in parts:
        assert row.host == "forum-a.example"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ('"$http_cookie|$request" $status $remote_addr [$time_local]', "behind other text"),
        ('"$request $http_cookie" $status $remote_addr [$time_local]', "before other text"),
        ('"$request, $upstream_addr" $status $remote_addr [$time_local]', "before other text"),
        ('$http_cookie:$remote_addr [$time_local] "$request" $status', "joined to the client"),
        ('$http_x_id.$host $remote_addr [$time_local] "$request" $status', "joined to the host"),
        ('$remote_addr:$upstream_addr [$time_local] "$request" $status', "runs into what follows"),
        ('$http_x_id, $remote_addr, $upstream_addr [$time_local] "$request" $status', "between it and another field"),
        ("$http_x_id|$remote_port|$request_method $uri $remote_addr", "without quotes"),
        ('$remote_addr:$remote_user [$time_local] "$request" $status', "joined to the client"),
    ],
)
def test_a_form_in_which_a_client_could_shift_something_is_refused(form: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        nginx.described(form)


def test_a_sign_that_no_host_holds_ends_one() -> None:
    form = nginx.described('$http_cookie|$host $remote_addr [$time_local] "$request" $status')
    row = form.row(b'a=b|forum-a.example 192.0.2.1 [02/Oct/2001:10:00:00 +0200] "GET /board/ HTTP/1.1" 200', None)
    assert row is not None
    assert row.host == "forum-a.example"
    assert form.row(b'|x|forum-a.example 192.0.2.1 [02/Oct/2001:10:00:00 +0200] "GET / HTTP/1.1" 200', None) is None


FORGED = Sent("6.6.6.6", 4444, b"eve", 1_002_000_000, b"", b"", b"forum-a.example", 200, b"-", b"x", b"-", b"x")
OWN_WORDS = st.sampled_from(["host", "referrer", "forwarded", "cookie"])


OF_SERVER = {"apache": ("%D", "%v", "%b"), "nginx": ("$request_time", "$upstream_addr", "$body_bytes_sent")}
OF_CLIENT = {
    "apache": ("%{Referer}i", "%{Cookie}i", "%{X-Forwarded-For}i", "%{Host}i"),
    "nginx": ("$http_referer", "$http_cookie", "$http_x_forwarded_for", "$http_host"),
}


@st.composite
def bare_forms(draw: st.DrawFn, server: str) -> list[str]:
    """Forms in which all but the request and the time stands without quotes, with one sign between any two fields."""
    server = server.partition(",")[0]
    address, time, request, status = (names[0] for names in NEEDED[server])
    client = draw(st.lists(st.sampled_from(OF_CLIENT[server]), min_size=1, max_size=2, unique=True))
    own = draw(st.lists(st.sampled_from(OF_SERVER[server]), max_size=2, unique=True))
    port = draw(st.sampled_from([[], ["%{remote}p" if server == "apache" else "$remote_port"]]))
    quoted = [['"', request, '"'], [time] if time == "%t" else ["[", time, "]"]]
    fields = draw(st.permutations([*quoted, *([one] for one in (address, status, *client, *own, *port))]))
    sign = draw(st.sampled_from([" ", " ", "|", ", ", " - ", ";"]))
    return [part for field in fields for part in (*field, sign)][:-1]


@pytest.mark.parametrize("server", SERVERS)
@given(data=st.data())
@settings(max_examples=250)
def test_who_knows_the_form_and_writes_a_part_of_it_says_nothing_of_another(server: str, data: st.DataObject) -> None:
    """What a client wrote is then an address, a time and a status where such stand; they must not be taken for true."""
    described, values, _ = SERVERS[server]
    parts = data.draw(bare_forms(server))
    try:
        compiled = described("".join(parts))
    except ValueError:
        return
    forged = [values[part](FORGED) if part in values else part.encode() for part in parts]
    one = data.draw(SENT)
    for word in data.draw(st.lists(OWN_WORDS, min_size=1, max_size=3, unique=True)):
        begin = data.draw(st.integers(0, len(parts) - 1))
        end = data.draw(st.integers(begin, len(parts)))
        before, after = data.draw(st.tuples(*[st.sampled_from([b"", b"x", b" ", b"x ", b" x"])] * 2))
        one = one._replace(**{word: before + b"".join(forged[begin:end]) + after})
    row = compiled.row(b"".join(values[part](one) if part in values else part.encode() for part in parts), "UTC")
    if row is not None:
        assert (row.client.address, row.status) == (one.address, one.status)
        assert (row.instant or 0) // 1_000_000 == one.second
        assert row.port in {None, one.port}


AROUND = '[$time_local] "$request" $status'
LINE = b'[02/Oct/2001:10:00:00 +0200] "GET / HTTP/1.1" 200 '


@pytest.mark.parametrize(
    ("fields", "true", "forged"),
    [
        ("$http_x_id $remote_addr $pid", b"x 192.0.2.1 77", b"x 192.0.2.66 1 192.0.2.1 77"),
        ("$remote_addr $http_x_id,$remote_port $request_length", b"192.0.2.1 x,40001 9", b"192.0.2.1 x,7 ,40001 9"),
        ("$http_x_id|$remote_addr;$hostname", b"x|192.0.2.1;web1", b"x|192.0.2.66;y|192.0.2.1;web1"),
        (
            "$pid - $http_x_id $remote_addr $upstream_addr",
            b"7 - x 192.0.2.1 a, b",
            b"7 - x 192.0.2.66 y, 192.0.2.1 a, b",
        ),
    ],
)
def test_behind_a_field_no_text_of_the_servers_takes_the_true_one_in(fields: str, true: bytes, forged: bytes) -> None:
    """With the address that a client wrote instead, somebody else would be the reader."""
    form = nginx.described(f"{AROUND} {fields}")
    row = form.row(LINE + true, None)
    assert row is not None
    assert row.client.address == "192.0.2.1"
    assert form.row(LINE + forged, None) is None


@pytest.mark.parametrize(
    ("form", "end"),
    [
        (f"$remote_addr {AROUND} $remote_user|$proxy_protocol_addr", b"mary|x|192.0.2.9"),
        (f"$remote_addr {AROUND} $remote_user|$proxy_protocol_addr", b"mary|192.0.2.9|192.0.2.9"),
    ],
)
def test_a_login_does_not_go_on_in_an_address_that_is_not_read(form: str, end: bytes) -> None:
    assert nginx.described(form).row(b"192.0.2.1 " + LINE + end, None) is None
    row = nginx.described(form).row(b"192.0.2.1 " + LINE + b"mary|192.0.2.9", None)
    assert row is not None
    assert row.user == b"mary"
