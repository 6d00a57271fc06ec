"""What always or never holds, whatever the bytes: accounting, other people's rows, and the prefilter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landmark import sources
from landmark.case import Target
from landmark.targets import Targets

if TYPE_CHECKING:
    from collections.abc import Callable

WHEN = b"[02/Oct/2001:10:00:00 +0000]"
OTHERS = [
    b'192.0.2.7 - mary [02/Oct/2001:09:59:00 +0000] "GET /board/1 HTTP/1.1" 200 5 "-" "Reader/1.0"',
    b'192.0.2.8 - - [02/Oct/2001:10:01:00 +0000] "POST /board/2 HTTP/1.1" 302 5 "-" "Reader/1.0"',
    b'192.0.2.9 - - [02/Oct/2001:10:02:00 +0000] "GET /board/3 HTTP/1.1" 404 5 "-" "Reader/1.0"',
]
NEWS = [
    b"Oct  2 10:00:00 news1 nnrpd[41]: host-a.example (192.0.2.7) connect - port 119",
    b"Oct  2 10:01:00 news1 nnrpd[41]: host-a.example user mary",
    b"Oct  2 10:05:00 news1 nnrpd[41]: host-a.example group test.watched.a 3",
    b"Oct  2 10:06:00 news1 nnrpd[41]: host-a.example exit articles 3 groups 1",
]
STATED: dict[str, dict[str, Any]] = {
    "combined": {"host": "forum-a.example"},
    "vhost_combined": {},
    "inn": {"zone": "Europe/London", "year": 2001},
}
EXAMPLES = {
    "combined": OTHERS,
    "vhost_combined": [b"forum-a.example:80 " + line for line in OTHERS],
    "inn": [*NEWS, b"Oct  2 10:00:01 news1 last message repeated 2 times"],
}
PIECES = [
    *(
        b'"',
        b"\\",
        b" ",
        b"-",
        b"[",
        b"]",
        b"\n",
        b"\r",
        b"\0",
        b"\t",
        b"%2F",
        b"/board/",
        b"forum-a.example",
        b"192.0.2.7",
    ),
    *(WHEN, b'" 200 5 "-" "x"', b"GET /board/ HTTP/1.1", b" - - ", b"\xff", b"nnrpd[41]: ", b"test.watched.a", b" 3"),
    *(b"host-a.example", b" group ", b" user ", b" (192.0.2.8) connect - port 119", b" exit articles 1 groups 1"),
    *(b"Oct  2 10:00:30 news1 ", b"message repeated 3 times", *OTHERS, *NEWS),
]
CHOSEN = st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=5)), max_size=8).map(b"".join)


def apache(text: bytes) -> bytes:
    """Escape as Apache httpd does what a client chose."""
    out = bytearray()
    for byte in text:
        if byte in b'"\\':
            out += b"\\%c" % byte
        elif 32 <= byte < 127:
            out.append(byte)
        else:
            out += b"\\n" if byte == 10 else b"\\x%02x" % byte
    return bytes(out)


def syslog(text: bytes) -> bytes:
    """Escape as syslog daemons do what a client chose: control characters in octal."""
    return b"".join(b"#%03o" % byte if byte < 32 or byte == 127 else b"%c" % byte for byte in text)


def others(events: list[sources.Event], place: Callable[[sources.Event], object], own: int) -> list[object]:
    return [place(event) for event in events if event.line != own]


def without_place(event: sources.Event) -> object:
    return event._replace(event_id="", line=0, offset=0, connection=None)


@given(chosen=st.tuples(*[CHOSEN] * 5))
@settings(max_examples=150)
def test_what_a_web_client_writes_makes_moves_or_removes_no_row_of_anybody_else(
    read: Callable[..., Any], chosen: tuple[bytes, ...]
) -> None:
    user, path, referrer, agent, host = map(apache, chosen)
    own = b'192.0.2.66 - %s %s "GET %s HTTP/1.1" 200 5 "%s" "%s"' % (user or b"-", WHEN, path, referrer, agent)
    for format_, prefix in (("combined", b""), ("vhost_combined", (host or b"x") + b":80 ")):
        ours = EXAMPLES[format_]
        alone = read(format_, b"".join(line + b"\n" for line in ours), **STATED[format_]).events
        mixed = [ours[0], prefix + own, *ours[1:]]
        events = read(format_, b"".join(line + b"\n" for line in mixed), **STATED[format_]).events
        assert others(events, without_place, own=2) == [without_place(event) for event in alone]
        assert {event.client_address for event in events if event.line == 2} <= {"192.0.2.66"}


@given(
    chosen=st.lists(CHOSEN, max_size=4),
    form=st.sampled_from([b"user %s", b"post ok %s", b"unrecognized %s", b"bad_auth %s"]),
)
@settings(max_examples=150)
def test_what_a_news_client_writes_makes_moves_or_removes_no_row_of_anybody_else(
    read: Callable[..., Any], chosen: list[bytes], form: bytes
) -> None:
    own = [b"Oct  2 10:02:00 news1 nnrpd[66]: host-z.example (192.0.2.66) connect - port 119"]
    own += [b"Oct  2 10:02:00 news1 nnrpd[66]: host-z.example " + form % syslog(text) for text in chosen]
    alone = read("inn", b"".join(line + b"\n" for line in NEWS), **STATED["inn"]).events
    mixed = [*NEWS[:2], *own, *NEWS[2:]]
    outcome = read("inn", b"".join(line + b"\n" for line in mixed), **STATED["inn"])
    assert [without_place(event) for event in outcome.events] == [without_place(event) for event in alone]
    assert outcome.file.admitted_lost == 0


def total(file: sources.FileReading) -> int:
    return file.kept + sum(file.dropped.values()) + len(file.rejects)


@st.composite
def damaged(draw: st.DrawFn, ours: list[bytes]) -> bytes:
    """Lines cut, joined and corrupted."""
    text = b"\n".join(draw(st.lists(st.sampled_from([*ours, b"", b"\r"]), max_size=10)))
    for _ in range(draw(st.integers(0, 4))):
        begin = draw(st.integers(0, len(text)))
        end = min(len(text), begin + draw(st.integers(0, 40)))
        text = text[:begin] + draw(CHOSEN) + text[end:]
    return text


@pytest.mark.parametrize("format_", sorted(STATED))
@given(data=st.data())
@settings(max_examples=150)
def test_lines_always_add_up_whatever_happened_to_them(
    format_: str, read: Callable[..., Any], lines: Callable[..., Any], data: st.DataObject
) -> None:
    texts = data.draw(st.lists(damaged(EXAMPLES[format_]), min_size=1, max_size=3))
    outcome = read(format_, *texts, **STATED[format_])
    assert len(outcome.files) == len(texts)
    for file, text in zip(outcome.files, texts, strict=True):
        assert total(file) == len(lines(text))
        kept = [event.line for event in file.each()]
        assert kept == sorted(set(kept))
        assert not set(kept) & {reject.line for reject in file.rejects}
    for line in texts[0].split(b"\n"):
        sources.ALL[format_].mask(line)


@pytest.mark.parametrize("format_", ["combined", "vhost_combined"])
@given(data=st.data())
@settings(max_examples=150)
def test_what_a_prefilter_passes_beyond_the_names_changes_no_figure(
    format_: str, read: Callable[..., Any], data: st.DataObject
) -> None:
    targets = [Target("a", host="forum-a.example", path="/board/"), Target("b", path="/x/y/")]
    stated = {**STATED[format_], "targets": targets}
    text = data.draw(
        damaged([*EXAMPLES[format_], *(line.replace(b"/board/", b"/x//y/") for line in EXAMPLES[format_])])
    )
    seed = data.draw(st.integers(0, 255))
    compiled = Targets(targets)

    def passes(line: sources.Line) -> bool:
        if not line.ended or line.text in {b"", b"\r"}:
            return True
        held = compiled.mentions(line.text, "web", format_ == "vhost_combined", stated.get("host"))
        return held or (sum(line.text) + line.number) % 256 < seed

    whole = read(format_, text, **stated).file
    filtered = read(format_, text, keep=passes, **stated).file
    assert filtered.each() == whole.each()
    assert filtered.rejects == whole.rejects
    unwatched = whole.dropped.pop("not_watched", 0)
    assert filtered.dropped.pop("not_watched", 0) <= unwatched
    assert filtered.dropped == whole.dropped
