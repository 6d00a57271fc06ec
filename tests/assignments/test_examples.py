"""Every format's own examples, and what holds for every format whatever bytes it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.assignments import ALL, Placed, Settings, Wanted
from landmark.sources import Line

if TYPE_CHECKING:
    from landmark.assignments import Example, Format

WANTED = Wanted(
    frozenset({"198.51.100.21", "198.51.100.22", "203.0.113.5", "203.0.113.9", "2001:db8::5"}),
    frozenset(),
    0,
    4_000_000_000_000_000,
)
EXAMPLES = [(name, example) for name, format_ in ALL.items() for example in format_.examples()]


def lines(text: bytes) -> list[Line]:
    parts = text.split(b"\n")
    whole = [(part, True) for part in parts[:-1]] + ([(parts[-1], False)] if parts[-1] else [])
    cut: list[Line] = []
    offset = 0
    for number, (part, ended) in enumerate(whole, 1):
        cut.append(Line(number, offset, part, ended))
        offset += len(part) + 1
    return cut


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[f"{name}: {example.name}" for name, example in EXAMPLES])
def test_an_example_comes_out_as_it_says(name: str, example: Example) -> None:
    stated: dict[str, Any] = dict(example.settings)
    settings = Settings(account=lambda account: account.decode(), **stated)
    (reading,) = ALL[name].read([lines(example.text)], settings, WANTED)
    assert len(reading.leases) == len(example.expected)
    for lease, expected in zip(reading.leases, example.expected, strict=True):
        assert {column: getattr(lease, column) for column in expected} == expected
    assert dict(reading.dropped) == dict(example.dropped)
    reasons = [reject.reason for reject in reading.rejects]
    assert {reason: reasons.count(reason) for reason in reasons} == dict(example.rejected)


@pytest.mark.parametrize("format_", ALL.values(), ids=tuple(ALL))
def test_every_format_has_an_example_with_rejects(format_: Format) -> None:
    assert any(example.rejected for example in format_.examples())


@pytest.mark.parametrize("name", sorted(ALL))
@given(st.data())
def test_lines_always_add_up_and_nothing_crashes(name: str, data: st.DataObject) -> None:
    text = b"".join(example.text for example in ALL[name].examples())
    for _ in range(data.draw(st.integers(0, 6))):
        at = data.draw(st.integers(0, len(text)))
        until = data.draw(st.integers(at, min(len(text), at + 30)))
        text = (
            text[:at]
            + data.draw(st.binary(max_size=8) | st.sampled_from([b"\n", b'"', b",", b"\0", b"\r\n"]))
            + text[until:]
        )
    cut = lines(text)
    middle = data.draw(st.integers(0, len(cut)))
    parts = [cut[:middle], cut[middle:]]
    settings = Settings(account=lambda account: account.hex(), zone=data.draw(st.sampled_from([None, "Europe/London"])))
    readings = ALL[name].read(parts, settings, WANTED)
    for part, reading in zip(parts, readings, strict=True):
        every = len(part) if reading.units is None else reading.units
        assert reading.kept + reading.dropped.total() + len(reading.rejects) == every
        rows = {row for lease in reading.leases for row in lease.rows}
        assert len(rows) <= reading.kept
        placed = isinstance(ALL[name], Placed)
        assert rows.isdisjoint(reject.offset if placed else reject.line for reject in reading.rejects)
        assert all(lease.end is None or lease.begin < lease.end for lease in reading.leases)
    for line in cut:
        ALL[name].mask(line.text)
