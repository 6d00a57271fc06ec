"""A form that the server's own configuration describes: what it says, and what a client can never do to it."""

from __future__ import annotations

import json
import string
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark import sources
from landmark.case import Target
from landmark.sources import apache, nginx, strftime

if TYPE_CHECKING:
    from collections.abc import Callable

COMBINED = r"%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-agent}i\""
VHOST = r'LogFormat "%v:%p %h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\"" vhost_combined'
MAIN = """log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';"""
LINE = b'192.0.2.1 - mary [02/Oct/2001:10:00:00 +0200] "GET /board/ HTTP/1.1" 200 5 "http://a.example/" "Reader/1.0"'
TEXT = st.text(string.printable.replace("\n", "").replace("\r", "") + "é\u2028", max_size=30)


@pytest.mark.parametrize(("name", "form"), [("apache", COMBINED), ("apache", f'LogFormat "{COMBINED}" combined')])
def test_the_common_forms_read_as_the_fixed_formats_do(name: str, form: str, read: Callable[..., Any]) -> None:
    (plain,) = read("combined", LINE + b"\n", host="forum-a.example").events
    (described,) = read(name, LINE + b"\n", host="forum-a.example", log_format=form).events
    assert described == plain


def test_the_directives_of_the_servers_own_documentation_are_read() -> None:
    assert nginx.facts(MAIN).forwards
    assert not nginx.facts(MAIN).logs_host
    assert apache.facts(VHOST).logs_host


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("$remote_addr", "without the time"),
        ('[$time_local] "$request" $status', "client's address"),
        ('$remote_addr [$time_local] "$request"', "status"),
        ("$remote_addr [$time_local] $status", "request"),
        ("$remote_addr [$time_local] $request $status", "without quotes"),
        ('$remote_addr$http_x_id [$time_local] "$request" $status', "run into one another"),
        ("escape=none '$remote_addr [$time_local] \"$request\" $status'", "escape=none"),
        ('log_format a \'$remote_addr [$time_local] "$request" $status;', "quote is not closed"),
    ],
)
def test_a_form_of_nginx_in_which_something_cannot_be_told_is_refused(form: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        nginx.facts(form)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ('%h %t "%r" %>s %', "percent sign"),
        ('%h %{%d/%m %T}t "%r" %>s', "without its year"),
        ('%h %{%Y-%m-%d %H:%M %z}t "%r" %>s', "without its second"),
        ('%h %{%Y-%m-%d %T %q}t "%r" %>s', "not read"),
        ('%h %{%Y-%m-%d %I:%M:%S}t "%r" %>s', "half of the day"),
        ('%h %{%Y-%m-%d %Y %T}t "%r" %>s', "year twice"),
        ('%h %{%Y-%m-%d}t "%r" %>s %{%T}t', "without its hour"),
        ('%h %{%F}t %{end:%T}t "%r" %>s', "without its hour"),
        ('%h [%{%F}t] [%{%T}t] "%r" %>s', "without its hour"),
        ('%h %{%FT%T}t.%{msec_frac}t%{%z}t%{%z}t "%r" %>s', "without its year"),
    ],
)
def test_a_form_of_apache_in_which_something_cannot_be_told_is_refused(form: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        apache.facts(form)


PLAIN = r"%h %l %u %t \"%r\" %>s %b"


@pytest.mark.parametrize(
    "directive",
    [
        f'LogFormat "{PLAIN}" common',
        """LogFormat '%h %l %u %t "%r" %>s %b' common""",
        f'CustomLog "|/usr/bin/rotatelogs -l /var/log/a.%Y 86400" "{PLAIN}" env=!dontlog',
        f'CustomLog logs/access_log "{PLAIN}" "expr=%{{REQUEST_STATUS}} -ge 200"',
        f'GlobalLog "logs/access log" "{PLAIN}"',
        'LogFormat "%h %l \\\n  %u %t \\"%r\\" %>s %b" common',
    ],
)
def test_a_directive_of_apache_is_read_as_httpd_reads_its_configuration(directive: str) -> None:
    assert apache.described(directive).pattern in {
        apache.described(PLAIN).pattern,
        apache.described(PLAIN.replace("%l %u", "%l   %u")).pattern,
    }


@pytest.mark.parametrize(
    ("form", "written"),
    [
        (r"%h\q%t \"%r\" %>s", rb"192.0.2.1\q"),
        (r"%h\\t%t \"%r\" %>s", b"192.0.2.1\t"),
        (r"%h\t%t \"%r\" %>s", b"192.0.2.1\t"),
        (r"%400,501!<h %t \"%r\" %>s", b"192.0.2.1 "),
        (r"%{c}h %t \"%r\" %>s", b"192.0.2.1 "),
    ],
)
def test_signs_and_modifiers_of_a_log_format_are_as_httpd_has_them(form: str, written: bytes) -> None:
    """Of a backslash before any sign but its own both stay; modifiers stand in any order."""
    line = written + b'[02/Oct/2001:12:00:00 +0200] "GET /board/ HTTP/1.1" 200'
    row = apache.described(form).row(line, None)
    assert row is not None
    assert (row.client.address, row.status) == ("192.0.2.1", 200)


def test_where_the_request_names_no_host_the_servers_own_name_is_taken(read: Callable[..., Any]) -> None:
    """As of HTTP/1.0, and of nginx's `$http_host` under HTTP/3."""
    form = r"%v %{Host}i %h %l %u %t \"%r\" %>s %b"
    line = b'forum-a.example %b 192.0.2.1 - - [02/Oct/2001:10:00:00 +0200] "GET /board/ HTTP/1.0" 200 5\n'
    text = line % b"-" + line % b"other.example"
    assert [event.line for event in read("apache", text, log_format=form).events] == [1]
    assert [event.line for event in read("apache", text * 100, log_format=form).events] == list(range(1, 200, 2))


def test_a_comment_among_the_texts_of_a_directive_is_none_of_it() -> None:
    form = """log_format main '$remote_addr [$time_local] "$request" '
    # 'not this'
    '$status';"""
    assert nginx.described(form).pattern == nginx.described('$remote_addr [$time_local] "$request" $status').pattern


@pytest.mark.parametrize(
    ("form", "written", "local"),
    [
        ("%A %d %B %Y %I:%M:%S %p %z", "Tuesday 02 October 2001 12:00:00 AM +0200", "2001-10-01T22:00:00Z"),
        ("%d/%b/%Y %I:%M:%S %p", "02/Oct/2001 12:30:00 PM", "2001-10-02T10:30:00Z"),
        ("%c", "Tue Oct  2 10:00:00 2001", "2001-10-02T08:00:00Z"),
        ("%D %r", "10/02/01 01:30:00 PM", "2001-10-02T11:30:00Z"),
        ("%y%m%d %H%M%S", "991231 235959", "1999-12-31T22:59:59Z"),
        ("%a, %d %b %Y %H:%M:%S %Z", "Tue, 02 Oct 2001 10:00:00 CEST", "2001-10-02T08:00:00Z"),
        ("%B %e %Y %k:%M:%S", "May  2 2001  9:00:00", "2001-05-02T07:00:00Z"),
        ("%d %B %Y %T", "02 Octobre 2001 10:00:00", None),
    ],
)
def test_conversions_of_time_are_those_of_posix(
    form: str, written: str, local: str | None, micros: Callable[[str], int]
) -> None:
    read = strftime.compiled(form).read(written.encode(), "Europe/Paris")
    assert read is not None
    assert read.instants == (() if local is None else (micros(local),))


@pytest.mark.parametrize(
    ("written", "zone", "instants"),
    [
        ("2001-10-02 10:00:00 CEST", "Europe/Paris", 1),
        ("2001-10-02 10:00:00 CET", "Europe/Paris", 0),  # a machine that does not turn its clock in summer
        ("2001-10-02 10:00:00 CEST", "Europe/London", 0),
        ("2001-10-02 10:00:00 UTC", "Europe/London", 0),
        ("2001-11-02 10:00:00 UTC", "Europe/London", 1),  # then it is the same
        ("2001-10-02 10:00:00 CST", "Asia/Shanghai", 1),  # one name, two zones
        ("2001-10-02 10:00:00 CST", "Asia/Tokyo", 0),
        ("2001-10-02 10:00:00 BRT", "America/Sao_Paulo", 1),  # a name that rules of today do not have
        ("2001-10-28 02:30:00 CEST", "Europe/Paris", 2),  # only the order of lines settles that hour
        ("2001-10-28 02:30:00 CET", "Europe/Paris", 2),
        ("2001-10-28 02:30:00 EST", "Europe/Paris", 0),
        ("2001-03-25 02:30:00 CEST", "Europe/Paris", 0),
        ("2005-07-02 10:00:00 EST", "Australia/Sydney", 1),  # what an older machine called it
        ("2005-07-02 10:00:00 PST", "Australia/Sydney", 0),
        ("2005-07-02 10:00:00 AST", "Asia/Riyadh", 1),
        ("2005-07-02 10:00:00 EST", "Asia/Riyadh", 0),
        ("2005-07-02 10:00:00 WIT", "Asia/Jakarta", 1),
        ("9999-12-31 23:59:59 CEST", "America/New_York", 0),
        ("9999-12-30 23:30:00 CET", "Etc/GMT+12", 1),  # a zone further east has no calendar for it
        ("0001-01-01 00:00:00 CEST", "Europe/Paris", 0),
    ],
)
def test_an_abbreviation_of_another_zone_than_the_declared_one_makes_a_bad_time(
    written: str, zone: str, instants: int
) -> None:
    """Read by the declared zone such a line is off by hours, and names whoever had the address then."""
    read = strftime.compiled("%F %T %Z").read(written.encode(), zone)
    assert read is not None
    assert (len(read.instants), read.zone, read.known) == (instants, zone, "declared")


def test_beside_an_offset_or_seconds_an_abbreviation_says_nothing() -> None:
    for form, written in (("%F %T %z %Z", "2001-10-02 12:00:00 +0200 PST"), ("%s %Z", "1002016800 PST")):
        read = strftime.compiled(form).read(written.encode(), "Europe/London")
        assert read is not None
        assert (read.instants, read.known) == ((NOON,), "stated")


NOON = 1_002_016_800_000_000  # 2001-10-02T10:00:00Z
PIECES = [
    ("[%{%d/%b/%Y:%H:%M:%S}t.%{usec_frac}t %{%z}t]", "[02/Oct/2001:12:00:00.000250 +0200]", 250, "stated"),
    ("[%{%d/%b/%Y:%T}t.%{msec_frac}t %{%z}t]", "[02/Oct/2001:05:30:00.999 -0430]", 999_000, "stated"),
    ("%{%Y-%m-%dT%T}t.%{usec_frac}t%{%z}t", "2001-10-02T10:00:00.999999+0000", 999_999, "stated"),
    ("[%{begin:%d/%b/%Y:%T}t.%{usec_frac}t %{%z}t]", "[02/Oct/2001:10:00:00.000250 +0000]", 250, "stated"),
    ("%{begin:%F}t %{%T}t,%{begin:msec_frac}t", "2001-10-02 12:00:00,007", 7_000, "declared"),
    ("%{sec}t.%{usec_frac}t", "1002016800.000001", 1, "stated"),
    ("%{%F}t%%%{%T}t", "2001-10-02%12:00:00", 0, "declared"),
    ("%{end:%F %T}t.%{end:usec_frac}t", "2001-10-02 12:00:00.000003", 3, "declared"),
]


@pytest.mark.parametrize(("form", "written", "micros", "known"), PIECES)
def test_a_time_that_apache_is_told_to_write_in_pieces_is_read_as_one(
    form: str, written: str, micros: int, known: str
) -> None:
    """Fractions and `strftime` cannot stand in one `%{…}t`: the manual says to use several."""
    described = apache.described(f'%h {form} "%r" %>s %b')
    row = described.row(f'192.0.2.1 {written} "GET /board/ HTTP/1.1" 200 5'.encode(), "Europe/Paris")
    assert row is not None
    assert (row.instant, row.zone_known) == (NOON + micros, known)
    assert row.time.decode() == written.strip("[]")
    assert described.facts.needs_zone == (known == "declared")


def test_the_time_at_the_end_of_a_request_is_another_one() -> None:
    form = apache.described('%h %{%F %T}t %{end:%F %T}t.%{end:usec_frac}t %{usec_frac}t "%r" %>s')
    row = form.row(b'192.0.2.1 2001-10-02 10:00:00 2001-10-02 10:00:07.000003 000009 "GET / HTTP/1.1" 200', "UTC")
    assert row is not None
    assert (row.instant, row.time) == (NOON, b"2001-10-02 10:00:00")


@pytest.mark.parametrize("name", ["", "begin", "begin:", "end", "end:"])
def test_the_common_time_is_written_also_where_only_its_instant_is_chosen(name: str) -> None:
    """Of a genuine Apache 2.4: each of these is as `%t`, with its brackets."""
    form = apache.described(f'%h %{{{name}}}t "%r" %>s')
    row = form.row(b'192.0.2.1 [02/Oct/2001:12:00:00 +0200] "GET / HTTP/1.1" 200', None)
    assert row is not None
    assert (row.instant, row.zone_known) == (NOON, "stated")


def test_of_two_times_of_one_instant_the_one_that_states_its_offset_is_taken() -> None:
    """A declared zone may be wrong; what the line itself says is not asked of the case."""
    both = apache.described('%h %{%F %T}t %t "%r" %>s')
    row = both.row(b'192.0.2.1 2001-10-02 12:00:00 [02/Oct/2001:12:00:00 +0200] "GET / HTTP/1.1" 200', "UTC")
    assert row is not None
    assert (row.instant, row.zone_known) == (NOON, "stated")
    assert not both.facts.needs_zone
    begin = apache.described('%h %{end}t %{%F %T}t "%r" %>s')
    row = begin.row(b'192.0.2.1 [02/Oct/2001:12:00:07 +0200] 2001-10-02 12:00:00 "GET / HTTP/1.1" 200', "Europe/Paris")
    assert row is not None
    assert (row.instant, row.zone_known) == (NOON, "declared")


@pytest.mark.parametrize("written", ["02/Oct/2001:12:00:00.25 +0200", "02/Oct/2001:12:00:00 +0200", "02/Oct/2001"])
def test_a_time_in_pieces_of_which_one_is_broken_is_malformed(written: str) -> None:
    form = apache.described('%h [%{%d/%b/%Y:%T}t.%{usec_frac}t %{%z}t] "%r" %>s')
    assert form.row(f'192.0.2.1 [{written}] "GET /board/ HTTP/1.1" 200'.encode(), None) is None


@pytest.mark.parametrize("form", ['%h %l %u [{}] %{{x}}n "%r" %>s', '"%h" "{}" "%r" %>s', '%h,{},%>s,"%r"'])
def test_lines_with_times_in_pieces_read_many_at_once_come_to_what_each_does(
    form: str, read: Callable[..., Any]
) -> None:
    time = "%{%d/%b/%Y:%T}t.%{usec_frac}t %{%z}t"
    known = {"log_format": form.format(time), "host": "forum-a.example"}
    given = form.format("TIME").replace("%h %l %u", "192.0.2.1 - mary").replace("%h", "192.0.2.1").replace("%>s", "200")
    given = given.replace("%r", "GET /board/ HTTP/1.1").replace("%{x}n", "c")
    micros = [number * 7919 % 1_000_000 for number in range(300)]
    text = "".join(f"{given.replace('TIME', f'02/Oct/2001:12:00:00.{one:06} +0200')}\n" for one in micros).encode()
    events = read("apache", text, **known).events
    assert [event.time for event in events] == [NOON + one for one in micros]
    alone = [read("apache", line + b"\n", **known).events for line in text.splitlines()]
    assert [(one.time, one.time_text, one.login, one.client_address) for (one,) in alone] == [
        (one.time, one.time_text, one.login, one.client_address) for one in events
    ]


def escaped(text: str) -> str:
    """Escape as nginx does by default."""
    return "".join(f"\\x{ord(one):02X}" if one in '"\\' or ord(one) < 32 or ord(one) == 127 else one for one in text)


@given(agent=TEXT, referrer=TEXT, login=TEXT.filter(lambda text: "[" not in text), query=TEXT)
def test_what_a_client_sends_moves_no_other_field(agent: str, referrer: str, login: str, query: str) -> None:
    read = sources.ALL["nginx"]
    form = nginx.described(MAIN)
    line = (
        f'192.0.2.1 - {escaped(login) or "-"} [02/Oct/2001:10:00:00 +0200] "GET /board/?{escaped(query)} HTTP/1.1" '
        f'200 5 "{escaped(referrer) or "-"}" "{escaped(agent) or "-"}" "-"'
    ).encode()
    row = form.row(line, None)
    if row is None:  # a login that looks like two lines spliced names nobody
        assert not login.strip() or "-" in login.split(" ")
        return
    assert (row.client.address, row.status, row.size) == ("192.0.2.1", 200, 5)
    assert row.agent == (escaped(agent) or "-").encode()
    assert row.user == (None if login in {"", "-"} else login.encode())
    assert login.encode() not in read.mask(line, MAIN).split(b" [", 1)[0].split(b" - ", 1)[1] or login in "*-"


AS_JSON = """escape=json '{"t":"$msec","a":"$remote_addr","p":$remote_port,"h":"$host","m":"$request_method",'
'"u":"$request_uri","s":$status,"ua":"$http_user_agent","x":"$remote_user"}'"""


@given(agent=TEXT, login=TEXT.filter(lambda text: "[" not in text), uri=st.text('board/%2F\\é"', max_size=12))
def test_what_a_client_sends_moves_no_other_field_of_json(agent: str, login: str, uri: str) -> None:
    said = {
        "t": "1002016800.250", "a": "2001:db8::1", "p": 40001, "h": "forum-a.example", "m": "GET", "u": "/" + uri,
        "s": 200, "ua": agent, "x": login,
    }  # fmt: skip
    line = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    row = nginx.described(AS_JSON).row(line, None)
    if row is None:
        assert (login and not login.strip()) or "-" in login.split(" ") or '"' in login
        return
    assert (row.client.address, row.port, row.status, row.instant) == ("2001:db8::1", 40001, 200, 1002016800_250000)
    assert row.agent == agent.encode()
    assert row.request == b"GET /" + uri.encode().replace(b"\\", b"\\\\")
    assert row.host == "forum-a.example"


def test_a_percent_sign_that_the_server_decoded_is_not_decoded_again() -> None:
    form = nginx.described('$remote_addr [$time_local] "$request_method $uri" $status')
    row = form.row(b'192.0.2.1 [02/Oct/2001:10:00:00 +0200] "GET /a%2Fb c" 200', None)
    assert row is not None
    assert row.request == b"GET /a%252Fb%20c"


@pytest.mark.parametrize(
    ("asked", "request_"),
    [("/a?b=1", b"GET /a?b=1"), ("/a-", b"GET /a"), ("/a--", b"GET /a-"), ("/a?-", b"GET /a")],
)
def test_path_and_arguments_by_themselves_are_what_was_asked(asked: str, request_: bytes) -> None:
    """Of a request without arguments nginx writes `$is_args` as nothing and `$args` as `-`."""
    form = nginx.described('$remote_addr [$time_local] "$request_method $uri$is_args$args $server_protocol" $status')
    row = form.row(f'192.0.2.1 [02/Oct/2001:10:00:00 +0200] "GET {asked} HTTP/1.1" 200'.encode(), None)
    assert row is not None
    assert row.request == request_


@pytest.mark.parametrize(
    "form",
    [
        '$remote_addr [$time_local] "$request_method $uri$is_args $server_protocol" $status',
        '$remote_addr [$time_local] "$request_method $uri $server_protocol" $status "$is_args"',
    ],
)
def test_where_no_arguments_stand_behind_a_path_its_dash_is_its_own(form: str) -> None:
    """Else who asked for another path would be counted as a reader of the target."""
    line = b'192.0.2.1 [02/Oct/2001:10:00:00 +0200] "GET /board- HTTP/1.1" 200'
    row = nginx.described(form).row(line + b' ""' * form.endswith('"'), None)
    assert row is not None
    assert row.request == b"GET /board-"


@pytest.mark.parametrize("before", ["log_format main # it's all", "escape=default # all"])
def test_a_comment_before_the_first_text_is_none_of_it(before: str) -> None:
    plain = '$remote_addr [$time_local] "$request" $status'
    assert nginx.described(f"{before}\n'{plain}';").pattern == nginx.described(plain).pattern


@pytest.mark.parametrize(
    ("directive", "literal"),
    [(r"""LogFormat '%h \"x\"' c""", rb" \"x\""), (r"""LogFormat "%h \"x\"" c""", b' "x"')],
)
def test_of_a_word_in_quotes_the_other_quotes_escapes_stay(directive: str, literal: bytes) -> None:
    """As httpd undoes them: a backslash, and the sign that the word is quoted with."""
    assert apache.tokens(directive)[-1] == literal


@pytest.mark.parametrize(
    ("written", "comes_to"),
    [
        ("/board/", {}),  # a rewrite left no arguments, and nothing stands for them
        ("/board/-", {}),  # or the path ends with a dash: both lie below
        ("/notice-", {"mention_only": 1}),  # `/notice`, or `/notice-` of which a rewrite emptied the arguments
        ("/notice--", {}),
        ("/notice-?a=b-", {}),
        ("/notes-", {"not_watched": 1}),
        ("/help/?/notice-", {"mention_only": 1}),
    ],
)
def test_a_dash_that_may_be_a_paths_own_is_told_and_accuses_nobody(
    written: str, comes_to: dict[str, int], read: Callable[..., Any]
) -> None:
    """nginx writes `-` for `$args` where the request came without them, and nothing where `rewrite … ?` took them."""
    form = '$remote_addr [$time_local] "$request_method $uri$is_args$args $server_protocol" $status'
    line = f'192.0.2.1 [02/Oct/2001:10:00:00 +0200] "GET {written} HTTP/1.1" 200\n'.encode()
    targets = (Target("board", path="/board"), Target("notice", path="/notice-"))
    came = read("nginx", line, log_format=form, targets=targets)
    assert came.dropped == comes_to
    assert len(came.events) == (not comes_to)
