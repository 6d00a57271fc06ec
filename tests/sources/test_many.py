"""Lines that are read many at once come to what each comes to by itself, whatever is in them."""

from __future__ import annotations

import re
from functools import partial
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landmark import sources, store
from landmark.case import Target
from landmark.lines import Line, Stretch
from landmark.sources import combined, nginx, referrers, request_line, web, web_lines
from landmark.sources.many import clf_times
from landmark.sources.many import combined as usual
from landmark.sources.many import described as many_described
from landmark.sources.many import referrers as many_referrers
from landmark.sources.many import requests as many_requests
from landmark.sources.many.spans import Buffer, distinct, event_ids, firsts, pick
from landmark.targets import Targets

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from landmark.sources.row import Row

DAY = 86_400_000_000
BEGIN = 1_001_894_400_000_000  # 2001-10-01
FORUM = "forum-a.example"
ADDRESSES = [
    *(b"192.0.2.1", b"192.0.2.1", b"198.51.100.255", b"host-a.example", b"HOST.example.", b"::ffff:192.0.2.1"),
    *(
        b"2001:DB8::1",
        b"192.0.2.04",
        b"192.0.2.256",
        b"-",
        b"a\tb",
        b"192.0.2.1,192.0.2.2",
        b"\xc3\xa4.example",
        b"1.2.3",
    ),
]
USERS = [
    b"-",
    b"-",
    b"mary",
    b"mary jane",
    b'""',
    b"a[b",
    b"- -",
    b"x -",
    b" ",
    b"jo\\x22e",
    b"me%40x",
    b'a"b',
    b"\xff",
]
TIMES = [
    *(b"02/Oct/2001:10:00:00 +0000", b"05/Oct/2001:23:59:59 -0330", b"14/Oct/2001:23:59:59 +0000"),
    *(b"15/Oct/2001:00:00:00 +0000", b"30/Sep/2001:23:59:59 +0000", b"31/Feb/2001:10:00:00 +0000"),
    *(b"29/Feb/2000:10:00:00 +0000", b"02/Oct/2001:24:00:00 +0000", b"02/Oct/2001:10:00:60 +0000"),
    *(b"02/oct/2001:10:00:00 +0000", b"02/Oct/2001:10:00:00 +1401", b"02/Oct/2001:10:00:00 +1400"),
    *(b"02/Oct/2001:10:00:00 +0060", b"02/Oct/0000:10:00:00 +0000", b"02/Oct/2001:10:00", b"2/Oct/2001:10:00:00 +0000"),
    *(b"0x/Oct/2001:10:00:00 +0000", b"02/Oct/2001:10:00:00 Z0000", b""),
]
PATHS = [
    *(b"/board/", b"/board/a/b.gif", b"/board/x?q=1", b"/board", b"/board/x.GIF/", b"/boardroom/", b"/bo%61rd/x"),
    *(b"//board/", b"/x/../board/y.css", b"/board/.hidden", b"/board/a..b.js", b"/board/x?a=b&search=%20"),
    *(b"/board/?searchy=1", b"/board/?s", b"/board?q", b"/board/?a&q&b", b"/board/x#q", b"/board/?x/board/.gif"),
    *(b"/help/", b"/help?u=/board/", b"/", b"", b"/deep/down/here.png", b"/deep/down", b"/deep/other", b"/tim/x.jpg"),
    *(b"/board/%zz", b"/board/a;b", b"/board/index.", b"/board/.gif", b"/caf\\x22/x", b"http://forum-a.example/board/"),
    *(
        b"http://other.example/board/",
        b"*",
        b"/board/a b",
        b"/a%2e/../board",
        b"/b\\x6fard/",
        b"/board/|{x}",
        b"/\xc3\xa4",
    ),
]
METHODS = [b"GET", b"GET", b"GET", b"POST", b"HEAD", b"PUT", b"CONNECT", b"get", b"", b"\\x16\\x03", b"GE T"]
PROTOCOLS = [b" HTTP/1.1", b" HTTP/1.0", b"", b" HTTP/2", b" HTTP/x", b"  HTTP/1.1", b" HTTP/1.1 "]
REFERRERS = [
    *(b"-", b"", b"http://forum-a.example/x", b"https://FORUM-A.example:443/?q", b"http://www.example#x"),
    *(b"http://other.example./a/b?c", b"/board/", b"http://u:p@forum-a.example/", b"http://x/?m=a@b", b"http:///x"),
    *(b"android-app://x.y", b"http://x y/", b"http://\xff/", b"1http://x/", b"http://.../", b"http://forum-a.example"),
    *(b"http://x/a\\x22", b"about:blank", b"http://-/", b"http://x:/", b"a+b://forum-a.example?x"),
]
AGENTS = [b"Reader/1.0", b"-", b"", b'a\\"b', b"\xc3\xa4", b"x/board/", b"a\tb", b"Mozilla (x; y)"]
SIZES = [b"512", b"-", b"0", b"", b"x", b"9" * 15, b"9" * 16, b"9" * 18, b"9" * 19, b"-1"]
STATUSES = [b"200", b"200", b"304", b"404", b"302", b"401", b"-", b"20", b"0200", b"000"]
MORE = [b"", b"", b"", b' "x"', b" ", b" 40001", b"x", b' "', b"\r"]
HOSTS = [
    *(b"forum-a.example", b"forum-a.example:80", b"FORUM-A.example.", b"sub.wild.example", b"wild.example"),
    *(b"other.example", b"-", b"a b", b"xn--4ca.example", b"\xc3\xa4.example", b"x:y", b'"', b"notforum-a.example"),
]
TARGETS = [
    [
        Target("a", host=FORUM, path="/board/"),
        Target("d", host=FORUM, path="/deep/down/"),
        Target("t", host=FORUM, path="/tim", begin=BEGIN + 3 * DAY, end=BEGIN + 9 * DAY),
    ],
    [Target("p", path="/board"), Target("w", host="*.wild.example"), Target("x", path="/deep", begin=BEGIN + 2 * DAY)],
    [Target("h", host=FORUM), Target("h2", host=FORUM, path="/board/", begin=BEGIN + DAY, end=BEGIN + 4 * DAY)],
    [Target("r", path="/")],
    [Target("n", path="/nowhere"), Target("i", host="xn--4ca.example"), Target("c", path='/caf"')],
]
STATED: list[dict[str, Any]] = [
    {"host": FORUM},
    {"host": FORUM, "login_verified": ("/board", "/deep/down")},
    {"host": "x.wild.example", "server": "192.0.2.80:80", "clock_ahead": 3_600_000_000},
    {"host": FORUM, "client_port": 1},
]


def made(draw: Random, format_: str, odd: float) -> bytes:
    """Draw a line; each field is odd with some probability, and so is the whole."""

    def one(given: Sequence[bytes]) -> bytes:
        return draw.choice(given) if draw.random() < odd else given[0]

    asked = one(METHODS) + b" " + draw.choice(PATHS[: len(PATHS) if draw.random() < odd else 3]) + one(PROTOCOLS)
    line = b'%s %s %s [%s] "%s" %s %s' % (
        *(one(ADDRESSES), one([b"-", b"id", b"", b"a b", b'"']), one(USERS), one(TIMES)),
        *(asked, one(STATUSES), one(SIZES)),
    )
    if draw.random() < 0.8:
        line += b' "%s" "%s"' % (one(REFERRERS), one(AGENTS))
    line = (one(HOSTS) + b" " if format_ == "vhost_combined" else b"") + line + one(MORE)
    if draw.random() < odd / 5:
        at = draw.randrange(len(line))
        line = (
            line[:at]
            + draw.choice((b"", b'"', b" ", b"[", b"\\", b"\0", b"\xff", b"\r"))
            + line[at + draw.randrange(3) :]
        )
    return b"" if draw.random() < odd / 20 else line


FIELDS: dict[str, list[bytes]] = {
    "remote_addr": ADDRESSES,
    "remote_user": USERS,
    "time_local": TIMES,
    "time_iso8601": [
        b"2001-10-02T10:00:00+02:00",
        b"2001-10-05T10:00:00+0000",
        b"2001-10-02T25:00:00+00:00",
        b"x",
        b"-",
    ],
    "msec": [b"1002016800.123", b"1002016800", b"x", b""],
    "status": STATUSES,
    "body_bytes_sent": SIZES,
    "http_referer": REFERRERS,
    "http_user_agent": AGENTS,
    "remote_port": [b"40001", b"-", b"", b"0", b"70000", b"x", b"123456"],
    "host": HOSTS,
    "request_time": [b"0.012", b"-", b"", b"1.5, 0.2", b"x y", b'"', b"a]b"],
    "http_x_forwarded_for": [b"-", b"198.51.100.9", b"198.51.100.9, 192.0.2.1", b"junk", b""],
    "server_addr": ADDRESSES,
    "server_port": [b"443", b"-", b"x"],
}
DESCRIBED = [
    '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"',
    '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" rt=$request_time',
    '$host $remote_addr $remote_port [$time_local] "$request" $status',
    '$remote_addr:$remote_port - [$time_local] "$host" "$request" $status $body_bytes_sent',
    (
        'escape=json \'{"t":"$time_iso8601","a":"$remote_addr","p":"$remote_port","u":"$remote_user",\'\n'
        '\'"r":"$request","s":$status,"b":$body_bytes_sent,"h":"$host","f":"$http_referer","g":"$http_user_agent"}\''
    ),
    '"$time_local" $remote_addr "$remote_user" "$request" "$status" "$body_bytes_sent" x="$http_x_forwarded_for"',
    '$remote_addr [$time_local] "$request" $status $server_addr $server_port "$http_referer"',
    '$msec $remote_addr "$request" $status',
    '[$time_local] $remote_addr ($remote_user) {$status} "$request" "$http_x_forwarded_for"',
    '$remote_addr | $time_iso8601 | "$request" | $status | $request_time',
]


def described(draw: Random, form: str, odd: float) -> bytes:
    """Draw a line of a described form, each field of which is odd with some probability, and so is the whole."""

    def one(given: Sequence[bytes]) -> bytes:
        return draw.choice(given) if draw.random() < odd else given[0]

    def field(match: re.Match[str]) -> str:
        if match[1] == "request":
            paths = PATHS[: len(PATHS) if draw.random() < odd else 3]
            return (one(METHODS) + b" " + draw.choice(paths) + one(PROTOCOLS)).decode("latin-1")
        return one(FIELDS[match[1]]).decode("latin-1")

    body = "".join(re.findall(r"'([^']*)'", form)) or form
    line = re.sub(r"\$(\w+)", field, body).encode("latin-1") + one([b"", b"\r", b" "])
    if draw.random() < odd / 5:
        at = draw.randrange(len(line))
        line = line[:at] + draw.choice((b"", b'"', b" ", b"[", b"\\", b"\0", b"\xff")) + line[at + draw.randrange(3) :]
    return line


def come_to(file: sources.FileReading) -> tuple[object, ...]:
    return file.each(), dict(file.dropped), sorted(file.rejects), file.kept


def one_by_one(reader: sources.Reader, lines: Sequence[Line]) -> tuple[object, ...]:
    """A few lines are never read together: what waits is read when it is asked what came of it."""
    reader.begin()
    for line in lines:
        reader.feed([line])
        reader.finish()
    (file,) = reader.finish()
    return come_to(file)


@pytest.mark.parametrize("format_", ["combined", "vhost_combined"])
@given(
    seed=st.integers(0, 1 << 32),
    odd=st.sampled_from([0.01, 0.1, 0.4]),
    targets=st.sampled_from(TARGETS),
    said=st.sampled_from(STATED),
    cuts=st.lists(st.integers(0, 150), max_size=3),
)
@settings(max_examples=25, deadline=None)
def test_lines_read_together_come_to_what_each_comes_to_by_itself(  # noqa: PLR0913, PLR0917 - each thing drawn
    format_: str,
    seed: int,
    odd: float,
    targets: list[Target],
    said: dict[str, Any],
    cuts: list[int],
    lines: Callable[[bytes], list[Line]],
) -> None:
    draw = Random(seed)  # noqa: S311 - nothing here is a secret
    text = b"".join(made(draw, format_, odd) + b"\n" for _ in range(150))
    given_ = lines(text)
    known = dict(_settings(targets), **said)
    source = sources.ALL[format_]
    expected = one_by_one(source.reader(sources.Settings(**known)), given_)
    together = source.reader(sources.Settings(**known))
    together.begin()
    stretches = source.reader(sources.Settings(**known))
    assert isinstance(stretches, web.WebReader)
    stretches.begin()
    bounds = [0, *sorted(cuts), len(given_)]
    for begin, end in pairwise(bounds):
        together.feed(given_[begin:end])
        part = given_[begin:end]
        if part:
            stretches.feed_stretch(Stretch(part[0].number, part[0].offset, b"".join(one.text + b"\n" for one in part)))
    for reader in (together, stretches):
        (file,) = reader.finish()
        assert come_to(file) == expected


@pytest.mark.parametrize("together", [64, 100, 1 << 13])
@pytest.mark.parametrize("threads", [1, 2])
def test_rows_and_their_order_depend_neither_on_threads_nor_on_how_many_lines_are_read_together(
    threads: int, together: int, lines: Callable[[bytes], list[Line]], monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = Random(5)  # noqa: S311 - as above
    given_ = lines(b"".join(made(draw, "combined", 0.02) + b"\n" for _ in range(1500)))
    known = {**_settings(TARGETS[0]), "host": FORUM}
    expected = one_by_one(sources.ALL["combined"].reader(sources.Settings(**known)), given_)
    monkeypatch.setattr(web, "_TOGETHER", together)
    reader = sources.ALL["combined"].reader(sources.Settings(**known))
    assert isinstance(reader, web.WebReader)
    reader.begin()
    poured: list[pa.RecordBatch] = []
    (file,) = reader.finish()
    assert file.rows is not None
    file.rows.pour(poured.append)
    with store.arrow_bounded(threads):
        reader.feed(given_[:700])
        part = given_[700:]
        reader.feed_stretch(Stretch(part[0].number, part[0].offset, b"".join(one.text + b"\n" for one in part)))
        (file,) = reader.finish()
    numbers = [line for batch in poured for line in batch.column("line").to_pylist()]
    assert numbers == sorted(numbers)
    came = [sources.Event(**{**row, "instants": tuple(row["instants"])}) for one in poured for row in one.to_pylist()]
    assert (came, dict(file.dropped), sorted(file.rejects), file.kept) == expected


NUMBERS = st.lists(st.integers(-2, 4), max_size=30)


@given(NUMBERS)
def test_distinct_numbers_are_told_by_where_they_first_stand(numbers: list[int]) -> None:
    first, which = firsts(np.array(numbers, np.int64))
    assert first.tolist() == [at for at, one in enumerate(numbers) if one not in numbers[:at]]
    assert [numbers[first[one]] for one in which] == numbers


@given(st.lists(st.sampled_from([None, "", "a", "b"]), min_size=1, max_size=5), st.data())
def test_values_picked_by_codes_are_those_and_each_is_held_once(values: list[str | None], data: st.DataObject) -> None:
    codes = data.draw(st.lists(st.integers(0, len(values) - 1), max_size=8))
    found = pick(values, np.array(codes, np.int64))
    assert found.to_pylist() == [values[code] for code in codes]
    words = found.dictionary.to_pylist()
    assert None not in words
    assert len(set(words)) == len(words)


@pytest.mark.parametrize("form", DESCRIBED)
@given(
    seed=st.integers(0, 1 << 32),
    odd=st.sampled_from([0.01, 0.1, 0.4]),
    targets=st.sampled_from(TARGETS),
    said=st.sampled_from([*STATED[:3], {"trusted_proxies": ("192.0.2.0/24",)}]),
)
@settings(max_examples=15, deadline=None)
def test_described_lines_read_together_come_to_what_each_comes_to_by_itself(  # noqa: PLR0913, PLR0917 - as above
    form: str,
    seed: int,
    odd: float,
    targets: list[Target],
    said: dict[str, Any],
    lines: Callable[[bytes], list[Line]],
) -> None:
    draw = Random(seed)  # noqa: S311 - as above
    each = lines(b"".join(described(draw, form, odd) + b"\n" for _ in range(100)))
    known = {**_settings(targets), "zone": "Europe/London", "log_format": form, **said}
    expected = one_by_one(sources.ALL["nginx"].reader(sources.Settings(**known)), each)
    together = sources.ALL["nginx"].reader(sources.Settings(**known))
    together.begin()
    together.feed(each)
    (file,) = together.finish()
    assert come_to(file) == expected


TIME = TIMES[0]
BLANKS = [
    (
        "nginx",
        '[$time_local] "$request"[$remote_addr][$server_addr]$status',
        b'[%b] "GET /board/ HTTP/1.1"[192.0.2.1][192.0.2.80%b]200',
        (b"", b" x"),
    ),
    (
        "nginx",
        '$remote_addr [$time_local] [$time_local] $connection "$request" $status',
        b'192.0.2.1 [%b] [%b "GET /board/ HTTP/1.1" 200',
        (TIME + b"] b", b"x] a b"),
    ),
    (
        "apache",
        '%a %t [%{%d/%b/%Y:%H:%M:%S %z}t] %{x}n "%r" %>s',
        b'192.0.2.1 [%b] [%b "GET /board/ HTTP/1.1" 200',
        (TIME + b"] b", b"-] a b"),
    ),
]


@pytest.mark.parametrize(("format_", "form", "line", "parts"), BLANKS)
def test_a_blank_in_a_field_that_may_hold_none_is_not_taken_for_one_between_fields(
    format_: str, form: str, line: bytes, parts: tuple[bytes, bytes], lines: Callable[[bytes], list[Line]]
) -> None:
    each = lines(b"".join(line % (TIME, parts[number % 2]) + b"\n" for number in range(100)))
    known = {**_settings(TARGETS[0]), "host": FORUM, "log_format": form}
    expected = one_by_one(sources.ALL[format_].reader(sources.Settings(**known)), each)
    together = sources.ALL[format_].reader(sources.Settings(**known))
    together.begin()
    together.feed(each)
    (file,) = together.finish()
    assert come_to(file) == expected
    assert file.kept == len(file.rejects) == 50


@pytest.mark.parametrize(("form", "told"), [(form, number not in {3, 6}) for number, form in enumerate(DESCRIBED)])
def test_which_descriptions_can_be_told_by_their_signs(form: str, told: bool) -> None:  # noqa: FBT001 - a case
    known = sources.Settings(**_settings(TARGETS[0]), log_format=form)
    assert (many_described.apart(nginx.described(form), known) is not None) == told


def _settings(targets: list[Target]) -> dict[str, Any]:
    return {
        "begin": BEGIN,
        "end": BEGIN + 14 * DAY,
        "targets": Targets(targets),
        "login": lambda name: "login " + name.decode("latin-1"),
        "login_account": lambda name: "account " + name.decode("latin-1"),
        "series": "series",
    }


def test_usual_lines_are_not_read_one_by_one(lines: Callable[[bytes], list[Line]]) -> None:
    def refuse(text: bytes) -> Row | None:
        raise AssertionError(text)

    draw = Random(5)  # noqa: S311 - as above
    known = sources.Settings(host=FORUM, **_settings(TARGETS[0]))
    reader = web.WebReader(known, refuse, logs_host=False, apart=partial(usual.apart, logs_host=False))
    reader.begin()
    reader.feed(lines(b"".join(made(draw, "combined", 0) + b"\n" for _ in range(500))))
    (file,) = reader.finish()
    assert file.kept == 500


def test_a_line_without_newline_and_one_beyond_a_petabyte_are_read_by_themselves() -> None:
    line = made(Random(1), "combined", 0)  # noqa: S311 - as above
    known = sources.Settings(host=FORUM, **_settings(TARGETS[0]))
    for offset, ended in ((10**15 + 7, True), (0, False)):
        each = [Line(number, offset + 1000 * number, line, ended) for number in range(1, 100)]
        reader = sources.ALL["combined"].reader(known)
        reader.begin()
        reader.feed(each)
        (file,) = reader.finish()
        assert [event.event_id for event in file.each()] == [web_lines.event_id(one) for one in each]
    stretch = Stretch(1, 10**15, (line + b"\n") * 100)
    reader = sources.ALL["combined"].reader(known)
    assert isinstance(reader, web.WebReader)
    reader.begin()
    reader.feed_stretch(stretch)
    (file,) = reader.finish()
    assert [event.event_id for event in file.each()] == [web_lines.event_id(one) for one in stretch.lines()]


def test_lines_cut_off_are_told_among_many_that_are_not() -> None:
    line = made(Random(1), "combined", 0)  # noqa: S311 - as above
    each = [
        Line(number, 1000 * number, line if number % 3 else b"x /board/", number % 2 > 0) for number in range(1, 100)
    ]
    reader = sources.ALL["combined"].reader(sources.Settings(host=FORUM, **_settings(TARGETS[0])))
    reader.begin()
    reader.feed(each)
    (file,) = reader.finish()
    expected = one_by_one(sources.ALL["combined"].reader(sources.Settings(host=FORUM, **_settings(TARGETS[0]))), each)
    assert come_to(file)[1:] == expected[1:]
    assert {reject.reason for reject in file.rejects} == {"malformed", "truncated"}


@given(
    texts=st.lists(
        st.one_of(
            st.sampled_from(TIMES),
            st.datetimes().map(lambda one: one.strftime("%d/%b/%Y:%H:%M:%S +0130").encode()),
            st.binary(min_size=26, max_size=26),
        ).filter(lambda text: len(text) == clf_times.LENGTH),
        min_size=1,
        max_size=20,
    )
)
@settings(max_examples=100, deadline=None)
def test_times_read_together_are_those_read_one_by_one(texts: list[bytes]) -> None:
    begins = np.arange(0, len(texts) * clf_times.LENGTH, clf_times.LENGTH)
    instants, good = clf_times.read(Buffer(b"".join(texts)), begins)
    expected = [combined.instant_of(text) for text in texts]
    assert [one is not None and one[0] is not None for one in expected] == good.tolist()
    assert [one[0] for one in expected if one and one[0] is not None] == instants[good].tolist()


SIGNS = st.sampled_from(
    [*(bytes([one]) for one in b" /?#%.&=qs~;:-_Aa1*@|"), b"GET ", b" HTTP/1.1", b".gif", b"//", b"/../"]
)
REQUEST = st.one_of(
    st.tuples(*map(st.sampled_from, (METHODS, [b" "], PATHS, PROTOCOLS))).map(b"".join),
    st.lists(SIGNS, max_size=12).map(lambda parts: b"GET /" + b"".join(parts)),
    st.lists(SIGNS, max_size=12).map(b"".join),
).filter(lambda text: text.isascii() and b"\\" not in text and text.decode().isprintable())


@given(fields=st.lists(REQUEST, min_size=1, max_size=20, unique=True), depth=st.integers(0, 3))
@settings(max_examples=300, deadline=None)
def test_requests_read_together_are_those_read_one_by_one(fields: list[bytes], depth: int) -> None:
    asked = many_requests.read(pa.array([field.decode() for field in fields]), depth)
    for number, field in enumerate(fields):
        known = request_line.known(field)
        told = known is not None and known.request.host is None and known.object is not None
        assert (asked.place[number] >= 0) == told
        if known is not None and told:
            assert asked.places[asked.place[number]] == known.request.segments[:depth]
            found = (
                asked.methods[asked.method[number]],
                asked.actions[asked.action[number]],
                asked.object[number].as_py(),
                asked.static[number],
            )
            assert found == (known.request.method, known.action, known.object, known.static)
            if asked.plain[number]:
                assert b"/" + b"/".join(known.request.segments) in field


@given(
    texts=st.lists(
        st.one_of(
            st.sampled_from(REFERRERS),
            st.lists(
                st.sampled_from([b"http", b"://", b":", b"/", b"?", b"#", b"@", b".", b"x", b"-", b"Y:80", b" "]),
                max_size=9,
            ).map(b"".join),
        ).filter(lambda text: text.isascii() and b"\\" not in text),
        min_size=1,
        max_size=20,
        unique=True,
    )
)
@settings(max_examples=300, deadline=None)
def test_referrers_read_together_are_those_read_one_by_one(texts: list[bytes]) -> None:
    read = many_referrers.read(pa.array([text.decode() for text in texts]))
    for number, text in enumerate(texts):
        known = referrers.known(text)
        assert (read.texts[number].as_py(), read.origins[read.origin[number]].is_one) == (
            known.text,
            known.origin.is_one,
        )
        for host in ("x", FORUM, None):
            assert read.origins[read.origin[number]].to(host) == known.origin.to(host)


@given(st.lists(st.tuples(st.binary(max_size=200), st.integers(0, 10**15 - 1)), min_size=1, max_size=20))
@settings(max_examples=50, deadline=None)
def test_names_of_events_made_together_are_those_made_one_by_one(given_: list[tuple[bytes, int]]) -> None:
    texts, offsets = zip(*given_, strict=True)
    found = event_ids(texts, np.array(offsets, np.int64)).to_pylist()
    assert found == [web_lines.event_id(Line(1, offset, text, ended=True)) for text, offset in given_]


@given(st.lists(st.text(st.characters(max_codepoint=126), max_size=6), min_size=1, max_size=20))
@settings(max_examples=100, deadline=None)
def test_what_is_cut_out_of_a_buffer_is_what_stands_there(parts: list[str]) -> None:
    text = "".join(parts).encode()
    ends = np.cumsum([len(part) for part in parts])
    begins = ends - np.array([len(part) for part in parts])
    buffer = Buffer(text)
    column = buffer.texts(begins, ends)
    assert column.to_pylist() == parts
    found = distinct(column)
    assert [found.texts[code].as_py() for code in found.codes] == parts
    assert buffer.count(ord("a"), begins, ends).tolist() == [part.count("a") for part in parts]
    numbers, good = buffer.digits(begins, ends, 4)
    assert good.tolist() == [part.isdecimal() and 1 <= len(part) <= 4 for part in parts]
    assert numbers[good].tolist() == [int(part) for part, one in zip(parts, good, strict=True) if one]


def mutated(draw: Random, line: bytes) -> bytes:
    at = draw.randrange(len(line) + 1)
    new = draw.choice(
        [b"", b'"', b" ", b"\\", b"/", b"%2F", b"\xc3\xa4", b"\xff", b"?q=1", b".gif", b"@", b"\\u002f", b"\t"]
    )
    return line[:at] + new + line[at + draw.randrange(3) :]


WEB = [
    (name, example)
    for name, source in sorted(sources.ALL.items())
    if source.format.kind == "web"
    for example in source.examples()
]


@pytest.mark.parametrize(("name", "example"), WEB, ids=[f"{name}-{example.name}" for name, example in WEB])
@given(seed=st.integers(0, 1 << 32), targets=st.sampled_from(TARGETS), wide=st.booleans())
@settings(max_examples=6, deadline=None)
def test_lines_of_every_web_format_come_together_to_what_each_comes_to_by_itself(  # noqa: PLR0913, PLR0917 - as above
    name: str,
    example: sources.Example,
    seed: int,
    targets: list[Target],
    wide: bool,  # noqa: FBT001 - drawn
    lines: Callable[[bytes], list[Line]],
) -> None:
    draw = Random(seed)  # noqa: S311 - as above
    given_ = [line for line in example.text.split(b"\n") if line]
    head = [line for line in given_ if line.startswith(b"#")]
    drawn = [draw.choice(given_) for _ in range(100)]
    text = b"\n".join([*head, *(mutated(draw, line) if draw.random() < 0.3 else line for line in drawn), b""])
    known = {**_settings(targets), **example.settings}
    if wide:
        known |= {"begin": 0, "end": BEGIN + 9000 * DAY, "trusted_proxies": ("192.0.2.0/24", "10.0.0.0/8")}
    each = lines(text)
    expected = one_by_one(sources.ALL[name].reader(sources.Settings(**known)), each)
    together = sources.ALL[name].reader(sources.Settings(**known))
    together.begin()
    together.feed(each)
    (file,) = together.finish()
    assert come_to(file) == expected
