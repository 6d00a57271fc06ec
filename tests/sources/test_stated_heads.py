"""Heads that state their instant, read many at a time: a line is plain only where reading it alone says the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.sources import Settings
from landmark.sources.sieving.heads import HeadReader
from landmark.sources.sieving.kinds import kind_of
from landmark.sources.transport import series
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
