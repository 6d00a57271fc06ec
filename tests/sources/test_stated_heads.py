"""Heads that state their instant, read many at a time: a line is plain only where reading it alone says the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from landmark.sources import Settings
from landmark.sources.nnrpd import message_of
from landmark.sources.sieving import stated
from landmark.sources.sieving.heads import HeadReader
from landmark.sources.sieving.kinds import kind_of
from landmark.sources.sieving.looks import before_lines
from landmark.sources.sieving.octets import octets_of
from landmark.sources.transport import bare, series
from landmark.tables import SECOND
from landmark.targets import Targets

if TYPE_CHECKING:
    from landmark.sources.transport import Series

DATES = st.sampled_from(
    ["2001-10-02", "2001-10-03", "2001-02-29", "2000-02-29", "1999-12-31", "0001-01-01", "0000-01-01"]
)
TIMES = st.sampled_from(["00:00:00", "10:20:30", "23:59:59", "24:00:00", "10:60:00", "10:00:60", "1x:00:00"])
FRACTIONS = st.sampled_from(["", ".5", ".123", ".123456", ".1234567", ".12345678", ".999999", ".", ".12x", ",5"])
ZONES = st.sampled_from(["Z", "+00:00", "+0130", "-12:00", "+14:00", "+14:01", "+09:75", "z", ""])
HOSTS = st.sampled_from(["news1", "a.much.longer.name.of.some.server.example", "-", "caf\xe9", "b"])
BEFORE = st.sampled_from(["<6>1 ", "<61>1 ", "<165>1 ", "<61>1 ", "<1650>1 ", "<>1 ", "<61>12 ", "<61> ", ""])
BEHIND = st.sampled_from(
    [
        *("nnrpd 41 - - host-a.example exit", "nnrpd 41 - -  host-a.example exit", "x - - - ", "x - - -", "x 1 M7 - y"),
        *(
            'x 1 - [a@1 b="c"] y',
            "x 1 - [a y",
            "x 1 - y",
            "x",
            "nnrpd[41]: host-a.example exit",
            "x\ty - - - z",
            " - - - x",
        ),
    ]
)


def of(form: str) -> Series:
    known = Settings(0, 1, Targets(()), lambda _: "", lambda _: None, transport=form)
    return series(known)


@pytest.mark.parametrize("form", ["iso", "rfc5424"])
@given(drawn=st.lists(st.tuples(BEFORE, DATES, TIMES, FRACTIONS, ZONES, HOSTS, BEHIND), min_size=1, max_size=40))
def test_a_plain_line_is_of_the_host_and_the_instant_that_it_states(form: str, drawn: list[tuple[str, ...]]) -> None:
    lines = []
    for before, date, time, fraction, zone, host, behind in drawn:
        text = f"{before if form == 'rfc5424' else ''}{date}T{time}{fraction}{zone} {host} {behind}".encode("latin-1")
        # Most lines are as the first is: so kinds are met that others are of.
        lines += [text, text.replace(b"10:20:30", b"10:20:31")]
    end = b"<61>1 2001-10-02T10:20:30Z news1 x - - - " if form == "rfc5424" else b"2001-10-02T10:20:30Z news1 x: "
    buffer = bytearray(b"".join(line + b"\n" for line in [*lines, end + b"x" * 200]))
    reader, clocks = HeadReader(form, by_process=True), of(form)
    for _ in range(2):  # the kinds are met, and then known
        looked = reader.look(buffer, 0, len(buffer))()
        assert looked is not None
        told = reader.heads(buffer, 0, looked, clocks.days())
        if told is None:
            return
        heads = told[0]
        for number in np.flatnonzero(heads.plain[: len(lines)]).tolist():
            taken = clocks.take(lines[number], number)
            assert taken is not None
            assert taken.stamp is not None
            assert taken.host == reader.hosts[heads.host[number]]
            assert heads.clock[number] == taken.stamp.local * SECOND + taken.stamp.micros
            assert heads.local[number] == taken.stamp.local


@pytest.mark.parametrize(
    ("form", "line"),
    [
        ("iso", b"2001-10-02T10:00:00.123456+02:00 news1 nnrpd[41]: x"),
        ("rfc5424", b"<61>1 2001-10-02T10:00:00.123456+02:00 news1 nnrpd 41 - - x"),
    ],
)
def test_a_kind_is_learned_from_a_line_that_can_be_read(form: str, line: bytes) -> None:
    hosts: list[bytes] = [b"other"]
    kind = kind_of(line, form, hosts)
    assert kind is not None
    assert (kind.host, kind.tail, kind.digits, kind.offset) == (1, b"+02:00 news1 ", 6, 7200)
    assert hosts == [b"other", b"news1"]
    assert kind_of(line.replace(b"+02:00", b"+14:01"), form, hosts) is None
    assert kind_of(line.replace(b"10-02T", b"13-02T"), form, hosts) is None
    assert kind_of(line.replace(b"news1", b"n" * 300), form, hosts) is None
    assert hosts == [b"other", b"news1"]


DAYS = st.one_of(DATES, st.dates().map(str), st.from_regex(r"[12]00[01]-1[02]-0[12]", fullmatch=True))


@given(st.lists(DAYS, min_size=1, max_size=20))
def test_another_day_is_told_wherever_a_figure_of_the_date_is_another(dates: list[str]) -> None:
    text = b"".join(f"{date}T10:20:30Z news1 x: y\n".encode() for date in dates)
    stops = np.flatnonzero(np.frombuffer(text, np.uint8) == ord("\n"))
    found = stated.days(octets_of(b"\n" + text), before_lines(1, stops + 1))
    assert found.tolist() == [at for at, date in enumerate(dates) if not at or date != dates[at - 1]]


FIELD = st.one_of(
    st.sampled_from(["nnrpd", "41", "-", "M7", "", "a b", "a\tb", "a\x01b", "x" * 30, "x" * 61]),
    st.text("ab-[]", min_size=1, max_size=24),
)
DATA = st.sampled_from(["- ", "- ", "- ", "-", '[a@1 b="c"] ', "x ", "-x ", "-\t", "--", " ", ""])


@given(FIELD, FIELD, FIELD, DATA)
@example("", "41", "x", "- ")
@example("nnrpd", "", "x", "- ")
@example("a" * 20, "b" * 20, "c" * 20 + "-", "x ")  # the third blank is the last byte that is looked at
def test_fields_without_data_are_told_where_three_words_a_dash_and_a_blank_stand(
    program: str, process: str, name: str, data: str
) -> None:
    text = f"{program} {process} {name} {data}".encode()
    whole = re.match(rb"[^\x00-\x20]+ [^\x00-\x20]+ [^\x00-\x20]+ - ", text)
    # Whatever stands behind: a letter, so that a dash at the end is not followed by a blank.
    told = stated._without_data(octets_of(b"> " + text + b"y" * 200), np.array([2]))
    assert told.tolist() == [whole is not None and whole.end() <= 64]


FIELDS = st.sampled_from(
    [
        *("{name} {pid} - - ", "{name} {pid} - -  ", "{name} {pid} - - \xef\xbb\xbf", "{name} {pid} - -  \xef\xbb\xbf"),
        *("{name} {pid} - - \xef\xbb\xbf ", '{name} {pid} - [a@1 b="c"] ', "{name} {pid} M7 - ", "{name} {pid} - -"),
        *("{name}[{pid}] - - - ", "{name}-x {pid} - - ", "x {pid} {name} - ", "{name} {pid} - - -  ", "{name} - - - "),
    ]
)
SAID = st.sampled_from(
    [
        "(192.0.2.1) connect - port 119",
        "(192.0.2.1) connect",
        "exit articles 3 groups 1",
        "user mary",
        "group test.watched.a 3",
    ]
)


@given(
    st.lists(
        st.tuples(FIELDS, st.sampled_from(["nnrpd", "nnrpd-ssl"]), st.sampled_from(["41", "7x", "041"]), SAID),
        min_size=1,
        max_size=12,
    )
)
def test_a_line_of_rfc_5424_is_called_what_it_is_or_odd(drawn: list[tuple[str, str, str, str]]) -> None:
    stamp = "<61>1 2001-10-02T10:20:30.123456Z news1 "
    texts = [f"{stamp}{fields}host-a.example {said}".format(name=name, pid=pid) for fields, name, pid, said in drawn]
    lines = [text.encode("latin-1") for text in texts]
    buffer = bytearray(b"".join(line + b"\n" for line in [*lines, stamp.encode() + b"x - - - " + b"y" * 99]))
    reader = HeadReader("rfc5424", by_process=True)
    looked = reader.look(buffer, 0, len(buffer))()
    assert looked is not None
    told = reader.heads(buffer, 0, looked, of("rfc5424").days())
    assert told is not None
    heads, every = told
    found, odd, _ = every[-1]
    turns = set(found.turns.at.tolist())
    ours = dict(
        zip(found.line.tolist(), enumerate(zip(found.pid.tolist(), found.label.tolist(), strict=True)), strict=True)
    )
    for number in np.flatnonzero(heads.plain[: len(lines)]).tolist():
        if number in odd.tolist():
            continue
        head = bare(lines[number], "rfc5424")
        assert head is not None
        message = message_of(head.message)
        assert (message is None) == (number not in ours)
        if message is not None:
            place, (pid, label) = ours[number]
            assert int(message.pid) == pid
            assert bytes(buffer[label : label + len(message.label)]) == message.label
            assert (place in turns) == (message.kind in {"connect", "exit"})
