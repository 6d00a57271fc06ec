"""Requests for a target, spelled in every way that servers accept and written as each server writes them: none is lost.

What must come out is known from what was sent, and from nothing that the sources say.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landmark import sources
from landmark.case import Target
from landmark.scan.blocks import Block
from landmark.scan.needles import Prefilter
from landmark.targets import Targets

if TYPE_CHECKING:
    from collections.abc import Callable

NOON = 1_002_016_800  # 2001-10-02T10:00:00Z
TARGETS = [
    Target("one", host="forum-a.example", path="/board/"),
    Target("two", host="forum-a.example", path="/x/y/z"),
    Target("umlaut", host="bücher.example", path="/straße/"),
    Target("blank", host="forum-b.example", path="/my board/50%"),
    Target("whole", host="forum-c.example"),
    Target("below", host="*.wide.example", path="/a-b_c~d/"),
    Target("sign", host="forum-d.example", path="/c:d;e=f@g/"),
]
HOSTS = {
    "bücher.example": ["bücher.example", "xn--bcher-kva.example", "BÜCHER.example", "XN--BCHER-kva.EXAMPLE"],
    "*.wide.example": ["a.wide.example", "A.b.Wide.example"],
}
HAND = [("192.0.2.1", 40001), ("2001:db8::1", 1024), ("2001:db8:1:2:3:4:5:6", 4444)]


class Sent(NamedTuple):
    """What a client sent: `host` and `asked` as bytes on the wire, and which target that is."""

    target: str
    host: bytes
    asked: bytes
    address: str
    port: int


def spell(draw: st.DrawFn, path: str) -> bytes:
    """Spell a path in one of the ways that come to the same: escapes, doubled slashes, dot segments."""
    out = b""
    for byte in path.encode():
        must = byte <= 32 or byte >= 127 or byte in b'%"\\?#'
        if byte == ord("/"):
            out += draw(st.sampled_from([b"/", b"/", b"/", b"//", b"/./", b"/q/../", b"%2F", b"%2f"]))
        elif must or draw(st.integers(0, 7)) == 0:
            out += draw(st.sampled_from([b"%%%02x", b"%%%02X"])) % byte
        else:
            out += b"%c" % byte
    return b"/" + out[3:] if out[:3] in {b"%2F", b"%2f"} else out


@st.composite
def sent(draw: st.DrawFn) -> Sent:
    target = draw(st.sampled_from(TARGETS))
    host = draw(st.sampled_from(HOSTS.get(target.host or "", [target.host or "", (target.host or "").upper()])))
    host += draw(st.sampled_from(["", "", ".", ":80", ".:8443"]))
    path = spell(draw, (target.path or "/any").rstrip("/"))
    path += draw(st.sampled_from([b"", b"/", b"/page", b"//", b"/a/../b", b"/%C3%A9"]))
    query = draw(st.sampled_from([b"", b"", b"?", b"?a=b", b"?u=/board/&q=%22", b"?\xc3\xa9", b'?"a\\b']))
    address, port = draw(st.sampled_from(HAND))
    return Sent(target.id, host.encode(), path + query, address, port)


def in_log(text: bytes) -> bytes:
    r"""Escape as Apache httpd does: `\"`, `\\`, `\xhh`."""
    return b"".join(
        b"\\%c" % one if one in b'"\\' else b"%c" % one if 32 <= one < 127 else b"\\x%02x" % one for one in text
    )


def in_nginx(text: bytes) -> bytes:
    r"""Escape as nginx does by default: `\xHH`."""
    return b"".join(b"\\x%02X" % one if one in b'"\\' or not 32 <= one < 127 else b"%c" % one for one in text)


def in_haproxy(text: bytes) -> bytes:
    return b"".join(b"#%02X" % one if one in b'"#' or not 32 <= one < 127 else b"%c" % one for one in text)


def in_zeek(text: bytes) -> bytes:
    return b"".join(b"\\\\" if one == 92 else b"%c" % one if 32 <= one < 127 else b"\\x%02x" % one for one in text)


def in_url(text: bytes) -> bytes:
    """Escape what a URL may not hold (RFC 1738), as proxies do."""
    return b"".join(b"%%%02X" % one if one <= 32 or one >= 127 or one in b'"\\' else b"%c" % one for one in text)


def twice(text: bytes) -> bytes:
    """Escape as CloudFront does, percent signs too."""
    return b"".join(b"%%%02X" % one if one <= 32 or one >= 127 or one in b'"\\%' else b"%c" % one for one in text)


def in_json(text: bytes, *, slashes: bool, ascii_only: bool) -> bytes:
    whole = json.dumps(text.decode("utf-8", "replace"), ensure_ascii=ascii_only).encode()[1:-1]
    return whole.replace(b"/", b"\\/") if slashes else whole


CLF = b"[02/Oct/2001:10:00:00 +0000]"
COMBINED = b"%b - - " + CLF + b' "GET %b HTTP/1.1" 200 5 "-" "a"\n'
IIS = b"#Fields: date time cs-method cs-uri-stem cs-uri-query c-ip c-port cs-host sc-status\n"
FRONT = b"#Fields: date time c-ip cs-method cs(Host) cs-uri-stem sc-status cs-uri-query x-host-header c-port\n"
ZEEK = b"#separator \\x09\n#fields\tts\tid.orig_h\tid.orig_p\tmethod\thost\turi\tstatus_code\n"


def halves(asked: bytes) -> tuple[bytes, bytes]:
    path, _, query = asked.partition(b"?")
    return path, query or b"-"


def write_vhost(one: Sent, **_: bool) -> bytes:
    return in_log(one.host) + b" " + COMBINED % (one.address.encode(), in_log(one.asked))


def write_combined(one: Sent, **_: bool) -> bytes:
    return COMBINED % (one.address.encode(), in_log(b"http://" + one.host + one.asked))


def write_squid(one: Sent, **_: bool) -> bytes:
    url = in_url(b"http://" + one.host + one.asked)
    return b"%d.000 5 %b TCP_MISS/200 5 GET %b - HIER_DIRECT/203.0.113.9 text/html\n" % (
        NOON,
        one.address.encode(),
        url,
    )


def write_squid_combined(one: Sent, **_: bool) -> bytes:
    line = COMBINED % (one.address.encode(), in_url(b"http://" + one.host + one.asked))
    return line[:-1] + b" TCP_MISS:HIER_DIRECT\n"


def write_elb(one: Sent, **_: bool) -> bytes:
    client = b"[%b]" % one.address.encode() if ":" in one.address else one.address.encode()
    url = in_url(b"https://" + one.host + one.asked)
    return b'h2 2001-10-02T10:00:00.000000Z app/f/5 %b:%d - 0 0 0 200 - 0 5 "GET %b HTTP/2.0" "a" - -\n' % (
        client, one.port, url,
    )  # fmt: skip


def write_w3c(one: Sent, **_: bool) -> bytes:
    path, query = halves(in_url(one.asked))
    said = (path, query, one.address.encode(), one.port, one.host)
    return IIS + b"2001-10-02 10:00:00 GET %b %b %b %d %b 200\n" % said


def write_cloudfront(one: Sent, **_: bool) -> bytes:
    path, query = halves(one.asked)
    said = (one.address.encode(), twice(path), twice(query), twice(one.host), one.port)
    return FRONT + b"2001-10-02\t10:00:00\t%b\tGET\td1.cdn.example\t%b\t200\t%b\t%b\t%d\n" % said


def write_zeek(one: Sent, **_: bool) -> bytes:
    said = (NOON, one.address.encode(), one.port, in_zeek(one.host), in_zeek(one.asked))
    return ZEEK + b"%d.000000\t%b\t%d\tGET\t%b\t%b\t200\n" % said


def write_haproxy(one: Sent, **_: bool) -> bytes:
    head = b"Oct  2 10:00:01 lb1 haproxy[7]: %b:%d [02/Oct/2001:10:00:00.000] f b/s 1/0/3/6/9 200 5 - - ---- 1/1/1/1/0 "
    request = in_haproxy(b"https://" + one.host + one.asked)
    return head % (one.address.encode(), one.port) + b'0/0 "GET %b HTTP/2.0"\n' % request


def of_objects(form: str) -> Callable[..., bytes]:
    def write(one: Sent, *, slashes: bool = False, ascii_only: bool = False) -> bytes:
        host, asked = (in_json(text, slashes=slashes, ascii_only=ascii_only) for text in (one.host, one.asked))
        joined = b"[%b]" % one.address.encode() if ":" in one.address else one.address.encode()
        told = {
            "HOST": host,
            "ASKED": asked,
            "PEER": joined,
            "FROM": one.address.encode(),
            "PORT": b"%d" % one.port,
            "NOON": b"%d" % NOON,
        }
        line = form.encode()
        for name, value in told.items():
            line = line.replace(name.encode(), value)
        return line + b"\n"

    return write


NGINX = '$http_host $remote_addr:$remote_port [$time_local] "$request" $status "$http_user_agent"'
NGINX_JSON = """escape=json '{"t":"$msec","a":"$remote_addr","p":$remote_port,"h":"$http_host","m":"$request_method",'
'"u":"$request_uri","s":$status}'"""
APACHE = r"%{Host}i %a:%{remote}p %l %u %t \"%r\" %>s"


def write_nginx(one: Sent, **_: bool) -> bytes:
    return b'%b %b:%d %b "GET %b HTTP/1.1" 200 "a"\n' % (
        in_nginx(one.host), one.address.encode(), one.port, CLF, in_nginx(one.asked),
    )  # fmt: skip


def write_apache(one: Sent, **_: bool) -> bytes:
    return b'%b %b:%d - - %b "GET %b HTTP/1.1" 200\n' % (
        in_log(one.host), one.address.encode(), one.port, CLF, in_log(one.asked),
    )  # fmt: skip


WRITERS: dict[str, tuple[str, Callable[..., bytes], bool, dict[str, Any]]] = {
    "vhost_combined": ("vhost_combined", write_vhost, False, {}),
    "combined, absolute": ("combined", write_combined, False, {"host": "other.example"}),
    "varnish": ("varnish", write_combined, False, {}),
    "squid": ("squid", write_squid, False, {}),
    "squid-combined": ("squid-combined", write_squid_combined, False, {}),
    "elb": ("elb", write_elb, True, {}),
    "w3c-host": ("w3c-host", write_w3c, True, {}),
    "cloudfront": ("cloudfront", write_cloudfront, True, {}),
    "zeek-http": ("zeek-http", write_zeek, True, {}),
    "haproxy": ("haproxy", write_haproxy, True, {"host": "other.example", "zone": "UTC"}),
    "nginx": ("nginx", write_nginx, True, {"log_format": NGINX}),
    "apache": ("apache", write_apache, True, {"log_format": APACHE}),
    "nginx, JSON": (
        "nginx",
        of_objects('{"t":"NOON.000","a":"FROM","p":PORT,"h":"HOST","m":"GET","u":"ASKED","s":200}'),
        True,
        {"log_format": NGINX_JSON},
    ),
    "zeek-http, JSON": (
        "zeek-http",
        of_objects('{"ts":NOON.0,"id.orig_h":"FROM","id.orig_p":PORT,"method":"GET","host":"HOST","uri":"ASKED","status_code":200}'),
        True,
        {},
    ),
    "caddy": (
        "caddy",
        of_objects(
            '{"ts":NOON.0,"logger":"http.log.access.log0","request":{"remote_ip":"FROM","remote_port":"PORT","method":"GET",'
            '"host":"HOST","uri":"ASKED"},"status":200}'
        ),
        True,
        {},
    ),
    "traefik": (
        "traefik",
        of_objects(
            '{"ClientAddr":"PEER:PORT","ClientPort":"PORT","RequestHost":"HOST","RequestMethod":"GET","RequestPath":"ASKED",'
            '"StartUTC":"2001-10-02T10:00:00.000000001Z","DownstreamStatus":200}'
        ),
        True,
        {},
    ),
    "cloudflare": (
        "cloudflare",
        of_objects(
            '{"ClientIP":"FROM","ClientSrcPort":PORT,"ClientRequestHost":"HOST","ClientRequestMethod":"GET",'
            '"ClientRequestURI":"ASKED","EdgeStartTimestamp":NOON000000001,"EdgeResponseStatus":200}'
        ),
        True,
        {},
    ),
    "suricata": (
        "suricata",
        of_objects(
            '{"timestamp":"2001-10-02T12:00:00.000000+0200","event_type":"http","src_ip":"FROM","src_port":PORT,'
            '"http":{"hostname":"HOST","url":"ASKED","http_method":"GET","status":200}}'
        ),
        True,
        {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITERS)
@given(one=sent(), slashes=st.booleans(), ascii_only=st.booleans())
@settings(max_examples=60)
def test_a_request_for_a_target_is_found_however_it_is_spelled(
    name: str, read: Callable[..., Any], one: Sent, *, slashes: bool, ascii_only: bool
) -> None:
    format_, write, has_port, stated = WRITERS[name]
    text = write(one, slashes=slashes, ascii_only=ascii_only)
    outcome = read(format_, text, targets=TARGETS, **stated)
    (event,) = outcome.events
    assert (event.target, event.client_address, event.status) == (one.target, one.address, 200)
    assert event.client_port == (one.port if has_port else None)
    assert (event.time, event.counts) == (NOON * 1_000_000, True)
    facts = sources.ALL[format_].format.of(stated.get("log_format"))
    prefilter = Prefilter(Targets(TARGETS).names("web", facts.logs_host, stated.get("host")))
    passed = {
        line.number for hits in prefilter.lines(Block(0, bytearray(text), 0, len(text)), 1) for line in hits.lines
    }
    assert event.line in passed
