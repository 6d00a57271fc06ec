"""News logs of which only some lines are read one by one: what comes out is as if all had been."""

from __future__ import annotations

import gzip
import re
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from landmark import sources
from landmark.case import Target
from landmark.scan.reading import read as read_file
from landmark.sources.local_times import Zone
from landmark.sources.nnrpd import message_of
from landmark.sources.sieving import octets, set_aside, sieve
from landmark.sources.sieving.heads import HeadReader, clock_lines
from landmark.sources.sieving.kinds import host_of
from landmark.sources.sieving.newlines import newlines
from landmark.sources.syslog import Clocks, head_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from landmark.sources import Reader, Settings, Step

    Given = Callable[..., Settings]

LABELS = ("host-a.example", "host-b.example", "192.0.2.7", "a" * 70 + ".example")
BEGINNINGS = (
    datetime(2001, 10, 2, 10),  # noqa: DTZ001 - local, as all that follow
    datetime(2001, 10, 2, 23, 55),  # noqa: DTZ001
    datetime(2001, 12, 31, 23, 50),  # noqa: DTZ001
    datetime(2001, 10, 28, 0, 40),  # noqa: DTZ001
    datetime(2001, 3, 25, 0, 40),  # noqa: DTZ001
    datetime(2002, 1, 1, 0, 0, 5),  # noqa: DTZ001
)
HOSTS = (
    ("news1",),
    ("news1",),
    ("news1", "news2"),
    ("a-long.name.of.a.server.example", "b"),
    tuple("abcdefghijklmnopqr"),
)
PIDS = (
    ("41",),
    ("41", "42"),
    tuple(map(str, range(40, 60))),
    ("1", "041", "12345678", "4194303", "4194304", "99999999999"),
    tuple(map(str, range(100, 4000, 13))),
)
ODD_MESSAGES = (
    "{label} exit for STARTTLS articles 0 groups 0",
    "{label} (a b) connect - port 119",
    "{label} () connect",
    "{label}  (192.0.2.1) connect",
    "{label}\t(192.0.2.1) connect",
    "a\x01b (192.0.2.1) connect",
    "(192.0.2.1) connect",
    "{label} exit articles -3 groups 2",
    "{label} exit articles 3 groups",
    "[ID 12 news.notice] {label} (192.0.2.1) connect - port 119",
    "[ID 12 news.notice] {label} group test.watched.a 4",
    "{label} group test.watched.a",
    "{label} post test.watched.a",
    "{label} (192.0.2.1) connect - port 123456",
    "{label}",
    "",
    "{label} user ",
    "{label} ((x)) connect",
    "{label} (x) connect - port 119 ",
    "{label} exit articles 12345678 groups 2",
    "{label} exit articles 3 groups 12345678",
    "{label} quit (192.0.2.4) connect",
    "q" * 600 + " (192.0.2.1) connect",
)
ODD_LINES = (
    "",
    "\0\0{line}",
    "nonsense",
    "<30>{line}",
    "{head}",
    "\r",
    "x" * 2000,
    "Oct 2 10:00:00 news1 x",
    "Oct 32 10:00:00 news1 nnrpd[41]: host-a.example (192.0.2.1) connect",
    "Okt  2 10:00:00 news1 nnrpd[41]: host-a.example (192.0.2.1) connect",
    "Oct  2 25:00:00 news1 nnrpd[41]: host-a.example exit articles 1 groups 1",
    "{head}9 nnrpd[41]: host-a.example (192.0.2.1) connect",
    "test.watched.a",
    "Feb 29 10:00:00 news1 x: y",
    "{head} systemd-journald[9]: Suppressed 13 messages from x",
)
FIELDS = ("{name} {pid} - - ",) * 12 + (
    "{name} {pid} - -  ",
    "{name} {pid} - -  ",
    "{name} {pid} - -   ",
    "{name} {pid} - - \xef\xbb\xbf",
    "{name} {pid} - - \xef\xbb\xbf ",
    '{name} {pid} - [a@1 b="c"] ',
    "{name} {pid} M7 - ",
    "{name} {pid} - ",
    "{name} {pid} - -",
    "{name}[{pid}] - - - ",
    "{name}[{pid}] {pid} - - ",
    "{name}  {pid} - - ",
    "{name}-x {pid} - - ",
    "{name} {pid}\x01 - - ",
    "{name}\t{pid} - - ",
    "x {pid} {name} - ",
    "x - - - {name}[{pid}]: ",
)
"""What stands between host and message in RFC 5424, as it should, and otherwise."""
STATED = (
    *("", "\0", "<61>", "<3>1 ", "<161>1 ", "<1610>1 ", "<>1 ", "<61>2 ", "<61>1  ", "<6 >1 ", "61>1 ", "<61>1"),
    "<61>1 2001-10-02T10:00:00Z x",
)
"""What stands before a stamp, seldom."""
STAMPS = (
    *("2001-02-29T10:00:00Z", "2001-10-02T24:00:00Z", "2001-10-02T10:00:60Z", "0000-10-02T10:00:00Z", "-"),
    *("2001-10-02T10:00:00.123456789Z", "2001-10-02T10:00:00.Z", "2001-10-02t10:00:00Z", "2001-10-02T10:00:00,5Z"),
    *("2001-10-02T10:00:00", "2001-10-02T10:00:00+14:01", "2001-10-02T10:00:00+09:60", "2001-10-02T10:00:00z"),
    *("9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00", "2011-10-02T10:00:00Z", "1001-10-02T10:00:00.5Z"),
)
ZONES, DIGITS = ("Z", "+00:00", "+01:00", "-0230", "+05:30"), (0, 3, 6, 6, 6, 7, 9, 1)
DIABLO_END = "groups=1 arts=3 bytes=9 posts=0 postbytes=0 postfail=0 vserv=default secs=9"


class Came(NamedTuple):
    """What came of texts: of each the events and all else, and the steps; and how many lines were read one by one."""

    files: list[tuple[Any, ...]]
    steps: list[Step]
    read: int


class EveryLine:
    """A reader that is fed every line."""

    def __init__(self, reader: Reader) -> None:
        self.begin, self.feed, self.finish = reader.begin, reader.feed, reader.finish


def came_of(reader: Any, paths: Iterable[Path], block_size: int, *, every: bool = False) -> Came:  # noqa: ANN401
    fed: Any = EveryLine(reader) if every else reader
    counts = []
    for path in paths:
        fed.begin()
        counts.append(read_file(path, fed, None, stateful=True, block_size=block_size))
    files = []
    for file, count in zip(fed.finish(), counts, strict=True):
        dropped = file.dropped + type(file.dropped)(not_watched=count.unseen)
        files.append((file.events, dropped, file.rejects, file.admitted_lost, count.lines, count.identity))
    return Came(files, list(reader.steps), sum(count.passed for count in counts))


class Writer:
    """Writes a news log by lot."""

    def __init__(self, draw: Random) -> None:
        self.draw = draw
        self.odd = draw.choice((0, 0, 0.002, 0.01, 0.05, 0.3))
        self.hosts, self.pids = draw.choice(HOSTS), draw.choice(PIDS)
        self.now = dict.fromkeys(self.hosts, draw.choice(BEGINNINGS))
        self.pace, self.watched = draw.choice((0, 1, 20, 200, 4000)), draw.choice((0.005, 0.02, 0.1, 0.4))
        self.day, self.end = draw.choice(("%e", "%e", "%d")), draw.choice(("\n", "\n", "\r\n"))
        self.tags = draw.choice((("nnrpd",), ("nnrpd", "nnrpd-ssl"), ("dreaderd",)))
        self.labels: dict[tuple[str, str], str] = {}
        self.transport = draw.choice(("rfc3164", "rfc3164", "iso", "rfc5424"))
        self.zone, self.digits = draw.choice(ZONES), draw.choice(DIGITS)

    def text(self, lines: int) -> bytes:
        text = "".join(self.line() + self.end for _ in range(lines))
        return text[: len(text) - self.draw.choice((0, 0, 1, 2, 10))].encode("latin-1")

    def line(self) -> str:
        draw = self.draw
        host, pid = draw.choice(self.hosts), draw.choice(self.pids)
        step = draw.choice((0, 0, draw.random() * self.pace))
        if draw.random() < self.odd:
            step = draw.choice((-3, -6, -5, -55, -3600, -90_000, 7200, 90_000, -120))
        elif draw.random() < 0.1:
            step = -draw.choice((1, 3))
        self.now[host] += timedelta(seconds=step)
        head = f"{self.stamp(self.now[host])} {host}"
        line = f"{head} {self.tagged(draw.choice(self.tags), pid)}{self.message(host, pid)}"
        if draw.random() < 0.15:
            other = "x - - - y" if self.transport == "rfc5424" else "innd: x checkpoint"
            line = f"{head} {draw.choice((other, 'last message repeated 3 times'))}"
        return draw.choice(ODD_LINES).format(line=line, head=head) if draw.random() < self.odd else line

    def stamp(self, now: datetime) -> str:
        draw = self.draw
        if self.transport == "rfc3164":
            return now.strftime(f"%b {self.day} %H:%M:%S")
        before = "" if self.transport == "iso" else f"<{draw.choice((6, 61, 61, 61, 165))}>1 "
        if draw.random() < self.odd:
            before = draw.choice(STATED)
        if draw.random() < self.odd:
            return before + draw.choice(STAMPS)
        if draw.random() < self.odd:
            self.zone, self.digits = draw.choice(ZONES), draw.choice(DIGITS)
        micros = draw.choice((0, 5, 500_000, 999_999))
        fraction = f".{micros:06}{draw.randrange(1000):03}"[: self.digits + 1] if self.digits else ""
        return f"{before}{now:%Y-%m-%dT%H:%M:%S}{fraction}{self.zone}"

    def tagged(self, name: str, pid: str) -> str:
        if self.transport != "rfc5424":
            return f"{name}[{pid}]: "
        fields = self.draw.choice(FIELDS) if self.draw.random() < self.odd else FIELDS[0]
        return fields.format(name=name, pid=pid)

    def message(self, host: str, pid: str) -> str:  # noqa: PLR0911 - one for each kind of line
        draw = self.draw
        label = self.labels.get((host, pid), LABELS[0]) if draw.random() < 0.8 else draw.choice(LABELS)
        if draw.random() < self.odd:
            return draw.choice(ODD_MESSAGES).format(label=label)
        lot = draw.random()
        if lot < 0.25:
            self.labels[host, pid] = label = draw.choice(LABELS)
            port = draw.choice((" - port 119", " - port 119", "", " - port 5", " - port 12345"))
            connect = f"{label} (192.0.2.{draw.randrange(9)}) connect{port}"
            return f"connect to default from {label} (192.0.2.1:{pid[:5]})" if "dreaderd" in self.tags else connect
        if lot < 0.35:
            return f"{label} user {draw.choice(('mary', 'mary jane', 'x'))}"
        if lot < 0.6:
            group = "test.watched.a" if draw.random() < self.watched else "test.other.x"
            count = draw.choice((0, 3, 12))
            info = f"info {label} group {group} articles {count} bytes 9"
            return info if "dreaderd" in self.tags else f"{label} group {group} {count}"
        if lot < 0.75:
            end = f"closed from {label} (192.0.2.1:{pid[:5]}) {DIABLO_END}"
            return end if "dreaderd" in self.tags else f"{label} exit articles {draw.randrange(300)} groups 1"
        if lot < 0.8:
            return f"{label} times user 0.1 system 0.1 idle 1.0 elapsed 300.0"
        return f"{label} post ok <x@y>"


def parted(text: bytes, parts: int, draw: Random) -> list[bytes]:
    cuts = sorted(text.find(b"\n", draw.randrange(len(text))) + 1 or len(text) for _ in range(parts - 1))
    return [text[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]


def check(given: Given, folder: Path, seed: int) -> Came:
    draw = Random(seed)  # noqa: S311 - nothing here is a secret
    writer = Writer(draw)
    paths = []
    for number, part in enumerate(parted(writer.text(draw.choice((60, 150, 300))), draw.choice((1, 1, 2, 3)), draw)):
        paths.append(folder / f"{seed}.{number}")
        paths[-1].write_bytes(gzip.compress(part) if draw.random() < 0.1 else part)
    group = draw.choice(("test.watched.a", "test.watched.*"))
    more = {
        "zone": draw.choice(("UTC", "Europe/London", "America/St_Johns")),
        "year": 2001,
        "tolerance": draw.choice((0, 5_000_000, 5_500_000)),
        "targets": [target(group)],
        "end": 1_100_000_000_000_000,
        "transport": writer.transport,
    }
    source = sources.ALL["diablo" if "dreaderd" in writer.tags else "inn"]
    every = came_of(source.reader(given(**more)), paths, 1 << 20, every=True)
    sifted = came_of(source.reader(given(**more)), paths, draw.choice((500, 1000, 3000, 10_000, 100_000)))
    assert sifted.files == every.files
    assert sifted.steps == every.steps
    return sifted


def target(group: str) -> Target:
    return Target("group-a", newsgroup=group)


@pytest.mark.parametrize("share", [0.5, 1.01])
def test_what_comes_out_is_never_another_than_if_every_line_had_been_read(
    share: float, settings: Given, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sieve, "MOST_READ", share)

    @limits(max_examples=25, deadline=None)
    @given(st.integers(0, 1 << 32))
    def try_one(seed: int) -> None:
        check(settings, tmp_path_factory.mktemp("news"), seed)

    try_one()


def quiet(lines: int, begin: datetime = BEGINNINGS[0], step: float = 1, host: str = "news1") -> list[str]:
    """Lines of readers who are none of the case's business, each of its own process."""
    found = []
    for number in range(lines):
        at = begin + timedelta(seconds=number * step)
        label = f"other-{number // 4}.example"
        said = (
            f"({number // 4 % 200 + 1}.0.0.1) connect - port 119",
            "user x",
            "group test.other 3",
            "exit articles 3 groups 1",
        )
        pid = 1000 + number // 4
        found.append(
            f"{at:%b %e %H:%M:%S} {host} nnrpd[{pid}]: {label} {said[number % 4].replace('.0.0.1', '.2.0.192')}"
        )
    return found


def as_stated(line: str, transport: str) -> str:
    """A line of RFC 3164 as another transport has it."""
    when, host, tag, message = re.fullmatch(r"(.{15}) (\S+) (\S+): (.*)", line).groups()  # type: ignore[union-attr] # ours
    stamp = f"{datetime.strptime(f'2001 {when}', '%Y %b %d %H:%M:%S'):%Y-%m-%dT%H:%M:%S}.000123+00:00 {host}"  # noqa: DTZ007 - local
    if transport == "iso":
        return f"{stamp} {tag}: {message}"
    return f"<61>1 {stamp} {tag.replace('[', ' ').removesuffix(']')} - -  {message}"


def at_once(given: Given, folder: Path, *texts: Sequence[str], block_size: int = 8000, **more: Any) -> Came:  # noqa: ANN401
    paths = []
    transport = more.get("transport", "rfc3164")
    for number, text in enumerate(texts):
        paths.append(folder / f"news.{number}")
        lines = text if transport == "rfc3164" else [as_stated(line, transport) for line in text]
        paths[-1].write_bytes("".join(line + "\n" for line in lines).encode())
    facts = {"zone": "UTC", "year": 2001, "end": 1_100_000_000_000_000, **more}
    source = sources.ALL["inn"]
    every = came_of(source.reader(given(**facts)), paths, 1 << 20, every=True)
    sifted = came_of(source.reader(given(**facts)), paths, block_size)
    assert sifted.files == every.files
    assert sifted.steps == every.steps
    assert sifted.read < every.read / 4
    return sifted


def watched(begin: datetime, *messages: str, pid: int = 41) -> list[str]:
    return [
        f"{begin + timedelta(seconds=number):%b %e %H:%M:%S} news1 nnrpd[{pid}]: host-a.example {message}"
        for number, message in enumerate(messages)
    ]


CONNECT, USER, GROUP = "(192.0.2.1) connect - port 119", "user mary", "group test.watched.a 3"
EXIT = "exit articles 3 groups 1"


@pytest.mark.parametrize("transport", ["rfc3164", "iso", "rfc5424"])
def test_a_connection_that_began_blocks_and_texts_ago_is_found_again(
    transport: str, settings: Given, tmp_path: Path
) -> None:
    begin = BEGINNINGS[0]
    late = begin + timedelta(hours=1)
    came = at_once(
        settings,
        tmp_path,
        [*quiet(600), *watched(begin + timedelta(minutes=11), CONNECT, USER)],
        quiet(600, begin + timedelta(minutes=12)),
        [
            *quiet(600, begin + timedelta(minutes=25)),
            *watched(late, GROUP, EXIT),
            *quiet(600, late + timedelta(minutes=1)),
        ],
        transport=transport,
    )
    assert [[event.action for event in file[0]] for file in came.files] == [
        ["connect", "other"],
        [],
        ["fetch", "other"],
    ]
    assert {event.client_address for file in came.files for event in file[0]} == {"192.0.2.1"}
    assert {event.login for file in came.files for event in file[0]} == {"login mary"}


def test_readers_of_one_process_are_two_although_the_clock_went_back_between_them(
    settings: Given, tmp_path: Path
) -> None:
    begin = BEGINNINGS[0]
    lines = [
        *watched(begin, CONNECT, GROUP),
        *watched(begin + timedelta(seconds=100), CONNECT, USER),
        *watched(begin + timedelta(seconds=30), CONNECT, GROUP),
    ]
    came = at_once(
        settings, tmp_path, [*quiet(200, begin - timedelta(minutes=5)), *lines, *quiet(400, begin)], block_size=1 << 20
    )
    assert [event.reason for event in came.files[0][0]] == ["connection", None, "connection", None]
    assert len({event.connection for event in came.files[0][0]}) == 2


def test_behind_the_end_of_a_reader_nothing_of_the_process_is_read(settings: Given, tmp_path: Path) -> None:
    end, more = "times user 0.1 system 0.1 idle 1.0 elapsed 300.0", (EXIT, "user other", EXIT)
    begin = BEGINNINGS[0]
    session, others = [CONNECT, GROUP, EXIT, end, *more * 100], quiet(600, begin + timedelta(minutes=5))
    at_once(settings, tmp_path, [*watched(begin, *session), *others], block_size=1 << 20)
    # Whoever comes after it is read again, with what he alone wrote.
    again = [CONNECT, GROUP, EXIT, CONNECT, USER, GROUP, EXIT]
    came = at_once(settings, tmp_path, [*watched(begin, *again), *others], block_size=1 << 20)
    assert [event.login for event in came.files[0][0]] == [None] * 3 + ["login mary"] * 4


def test_a_last_line_without_newline_finds_its_connection(settings: Given, tmp_path: Path) -> None:
    lines = [*watched(BEGINNINGS[0], CONNECT), *quiet(2000)]
    path = tmp_path / "news"
    path.write_text("".join(line + "\n" for line in lines) + watched(BEGINNINGS[0] + timedelta(hours=1), GROUP)[0])
    came = came_of(sources.ALL["inn"].reader(settings(zone="UTC", year=2001)), [path], 8000)
    assert [event.line for event in came.files[0][0]] == [1, len(lines) + 1]
    assert came.read < 500


def test_a_line_of_last_year_is_recalled_with_its_year(settings: Given, tmp_path: Path) -> None:
    begin = datetime(2001, 12, 31, 23, 50)  # noqa: DTZ001
    lines = [*watched(begin, CONNECT), *quiet(1500, begin + timedelta(seconds=1))]
    came = at_once(
        settings,
        tmp_path,
        [*lines, *watched(begin + timedelta(minutes=40), GROUP), *quiet(100, begin + timedelta(minutes=41))],
    )
    connect, group = came.files[0][0]
    assert group.time - connect.time == 40 * 60 * 1_000_000


def test_a_step_back_is_between_the_same_lines(settings: Given, tmp_path: Path) -> None:
    begin = BEGINNINGS[0]
    came = at_once(settings, tmp_path, [*quiet(700), *quiet(700, begin + timedelta(seconds=300)), *quiet(700, begin)])
    assert [(step.end - step.begin) // 1_000_000 for step in came.steps] == [999, 399]


def test_a_clock_that_drifts_back_within_the_tolerance_makes_no_step(settings: Given, tmp_path: Path) -> None:
    begin = BEGINNINGS[0]
    lines = [*quiet(400), *quiet(300, begin + timedelta(seconds=400), -1), *quiet(400, begin + timedelta(seconds=101))]
    came = at_once(
        settings, tmp_path, [*lines[:600], *watched(begin + timedelta(seconds=200), CONNECT, GROUP, EXIT), *lines[600:]]
    )
    assert came.steps == []


@pytest.mark.parametrize("pace", [1, 3])
def test_an_autumn_hour_is_settled_as_by_every_line(pace: int, settings: Given, tmp_path: Path) -> None:
    first = quiet(3000 // pace, datetime(2001, 10, 28, 1, 9), pace)  # noqa: DTZ001
    second = quiet(3000 // pace, datetime(2001, 10, 28, 1, 0, 30), pace)  # noqa: DTZ001
    within = watched(datetime(2001, 10, 28, 1, 30), CONNECT, GROUP, EXIT)  # noqa: DTZ001
    came = at_once(
        settings, tmp_path, [*first, *second[: 1700 // pace], *within, *second[1800 // pace :]], zone="Europe/London"
    )
    assert {event.time_until for event in came.files[0][0]} == {None}
    assert came.steps == []


def test_lines_at_a_time_that_never_occurs_are_read_one_by_one(settings: Given, tmp_path: Path) -> None:
    lines = quiet(4000, datetime(2001, 3, 25, 0, 10), 1)  # noqa: DTZ001
    never = [line for line in lines if line.startswith("Mar 25 01")]
    came = at_once(settings, tmp_path, lines[: len(lines) - len(never) + 100], zone="Europe/London", begin=0)
    assert came.read >= len([line for line in lines[: len(lines) - len(never) + 100] if line.startswith("Mar 25 01")])


def test_lines_that_were_set_aside_are_let_go_of_when_their_readers_end() -> None:
    aside = set_aside.SetAside()
    buffer = bytearray(b"x" * 4000)
    one = np.ones(1, np.int64)
    for number in range(200):
        numbers, truths = [one * number for _ in range(9)], [np.ones(1, np.bool_), np.zeros(1, np.bool_)]
        rows = set_aside.Rows._make([*numbers, *truths])
        aside.add(buffer, rows._replace(pid=one * (number % 7), length=one * 8, label_length=one * 3))
        assert [earlier.line.number for earlier in aside.lines(number % 7)] == [number]
        aside.let_go(one * (number % 7))
        assert aside.lines(number % 7) == []
        assert not aside.before(one * (number % 7)).known.any()
    assert len(aside.pids) == 0


@given(st.binary(min_size=30, max_size=200), st.data())
def test_words_say_what_the_bytes_say(data: bytes, draw: st.DataObject) -> None:
    buffer = bytearray(data)
    place = draw.draw(st.integers(0, len(data) - 1))
    end = draw.draw(st.integers(place, len(data)))
    every, places, ends = octets.octets_of(buffer), np.array([place]), np.array([end])
    words = every.words
    padded = data + b"\0" * 8
    assert int(octets.at(words, places)[0]) == int.from_bytes(padded[place : place + 8], "little")
    blank = next((at for at in range(place, end) if data[at] <= 0x20), end)
    assert octets.first_blank(every, places, ends)[0] == blank
    digits = len((re.match(rb"\d{0,8}", padded[place : place + 8]) or [b""])[0])
    assert octets.digits_first(octets.at(words, places))[0] == digits
    tail = data[max(0, end - 8) : end].rjust(8, b"x")
    assert octets.digits_last(np.array([octets.literal(tail)]))[0] == len(tail) - len(tail.rstrip(b"0123456789"))
    texts, begins = octets.texts_at(words, places, ends - places)
    assert texts.tobytes()[int(begins[0]) * 8 :][: end - place] == data[place:end]
    other = draw.draw(st.integers(0, place))
    length = draw.draw(st.integers(0, len(data) - place))
    some = octets.Texts(every, places, np.array([length]))
    assert octets.equal(some, some._replace(places=np.array([other])))[0] == (
        data[place : place + length] == data[other : other + length]
    )


@given(st.text("0123456789", min_size=1, max_size=8))
def test_a_number_is_what_its_digits_are(digits: str) -> None:
    word = np.array([octets.literal(digits.encode().ljust(8, b"]"))])
    assert octets.number(word, np.array([len(digits)]))[0] == int(digits)


def heads_of(text: bytes, hosts: Sequence[bytes] = ()) -> Any:  # noqa: ANN401 - what a reader of heads gives
    reader = HeadReader("rfc3164", by_process=True)
    reader.hosts += hosts
    reader.kinds += [host_of(number, name) for number, name in enumerate(hosts)]
    buffer = bytearray(text)
    looked = reader.look(buffer, 0, len(buffer))()
    assert looked is not None
    told = reader.heads(buffer, 0, looked, Clocks(Zone("UTC"), 2001, 5_000_000).days())
    assert told is not None
    return reader, buffer, *told


MESSAGE = st.lists(
    st.sampled_from(
        [
            *("host-a.example", " ", "(", ")", "192.0.2.1", " connect", " - port ", "119", " exit articles ", "3"),
            *(" groups ", "-", "\t", "\x01", "[ID 1 a.b] ", "user ", " times ", "\r", "]: ", "x" * 20),
        ]
    ),
    max_size=9,
).map("".join)


@given(
    st.lists(
        st.tuples(st.sampled_from(["nnrpd", "nnrpd-ssl", "innd"]), st.sampled_from([*PIDS[3], "7x", ""]), MESSAGE),
        min_size=1,
    ),
    st.sampled_from([(), (b"news1",), (b"a-longer-name.example", b"news1")]),
)
def test_a_line_is_called_what_it_is_or_odd(drawn: list[tuple[str, str, str]], hosts: tuple[bytes, ...]) -> None:
    head = "Oct  2 10:00:00 news1 "
    lines = [f"{head}{tag}[{pid}]: {message}".encode() for tag, pid, message in drawn]
    text = b"".join(line + b"\n" for line in [*lines, (head + "x" * 80).encode()])
    # The host is met here, or known beforehand.
    _, buffer, told_heads, every = heads_of(text, hosts)
    found, odd, _ = every[-1]
    assert told_heads.plain[: len(lines)].all()
    turns = {int(at): (bool(connect), int(length)) for at, connect, length in zip(*found.turns[:3], strict=True)}
    told = {
        int(line): (int(pid), int(label), turns.get(number))
        for number, (line, pid, label) in enumerate(zip(found.line, found.pid, found.label, strict=True))
    }
    assert set(told).isdisjoint(odd.tolist())
    for number, line in enumerate(lines):
        read = head_of(line.removesuffix(b"\r"))
        assert read is not None
        message = message_of(read.message)
        if number in odd.tolist():
            continue
        if message is not None:
            assert int(message.pid) == told[number][0]
        if number not in told:
            assert message is None
            continue
        _, label, turn = told[number]
        kind = None if message is None else message.kind
        assert (kind == "connect") == (turn is not None and turn[0])
        if turn is not None:
            assert message is not None
            assert kind == ("connect" if turn[0] else "exit")
            assert bytes(buffer[label : label + turn[1]]) == message.label


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["41", "42", "4711"]),
            st.sampled_from([*LABELS, "h" * 30, "a" * 70 + ".another"]),
            st.sampled_from(["(192.0.2.1) connect - port 119", "exit articles 3 groups 1", "group test.x 3"]),
        )
    )
)
def test_of_each_process_it_is_told_with_which_line_the_last_reader_leaves(drawn: list[tuple[str, str, str]]) -> None:
    head = "Oct  2 10:00:00 news1 "
    lines = [f"{head}nnrpd[{pid}]: {label} {said}\n".encode() for pid, label, said in drawn]
    *_, every = heads_of(b"".join([*lines, (head + "x" * 200 + "\n").encode()]), (b"news1",))
    found, _, ends = every[0]
    came: dict[int, list[tuple[int, str, bool]]] = {}
    for number, (pid, label, said) in enumerate(drawn):
        if not said.startswith("group"):
            came.setdefault(int(pid), []).append((number, label, "connect" in said))
    assert ends.pids.tolist() == sorted(came)
    for pid, turn in zip(ends.pids.tolist(), ends.end.tolist(), strict=True):
        last = next(((number, label) for number, label, connect in reversed(came[pid]) if connect), None)
        leaves = [number for number, label, connect in came[pid] if last and number > last[0] and label == last[1]]
        assert (found.line[found.turns.at[turn]] if turn >= 0 else None) == next(iter(leaves), None)
        if turn < 0:  # what it did is told, whatever it was
            others = ends.others
            mine = others.turn[others.rank == others.pids.tolist().index(pid)]
            assert found.line[found.turns.at[mine]].tolist() == [number for number, _, _ in came[pid]]


@given(
    st.lists(st.one_of(st.binary(max_size=40), st.sampled_from([b"", b"\n", b"x" * 3000])), max_size=300),
    st.integers(0, 40),
)
def test_newlines_are_found_wherever_they_are(texts: list[bytes], before: int) -> None:
    data = b"\n".join(texts) + b"\n"
    values = np.frombuffer(b"\n" * before + data, np.uint8)
    found = newlines(values, before, len(values))
    expected = [before + at for at, byte in enumerate(data) if byte == ord("\n")]
    if found is None:
        assert len(expected) * 16 > len(data)
    else:
        assert found.tolist() == expected


def test_of_lines_in_a_row_the_first_and_the_last_tell_the_clock_all() -> None:
    text = "".join(line + "\n" for line in quiet(200)).encode()
    reader, _, told, _ = heads_of(text)
    assert told.plain.all()
    nothing = np.zeros(200, np.bool_)
    assert np.flatnonzero(clock_lines(told, len(reader.hosts), nothing, 5)).tolist() == [0, 199]
