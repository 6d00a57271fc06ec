"""Gzip by isal's reader, which says nothing of where a fault is: what comes out is what comes member by member."""

from __future__ import annotations

import gzip
import zlib
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landmark.errors import MachineError
from landmark.scan.members import GZIP, unpacked
from landmark.scan.stored import Digest, Stored, opened
from landmark.scan.unpacking import unpack

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DRAW = Random(2)  # noqa: S311 - nothing here is a secret
TEXT = b"".join(b"192.0.2.%d - line %d of a log\n" % (n % 250, n * n) for n in range(400))
_HEAD = b"\x1f\x8b\x08\x1e" + bytes(5) + b"\x03" + b"\x05\x00abcde" + b"access.log\0" + b"a remark\0"


def headed(text: bytes) -> bytes:
    """Give a member with all that a header may have (RFC 1952, 2.3.1)."""
    return _HEAD + (zlib.crc32(_HEAD) & 0xFFFF).to_bytes(2, "little") + gzip.compress(text, mtime=0)[10:]


def in_pieces(path: Path, size: int) -> tuple[bytes, bool, str]:
    with opened(path) as file:
        stored = Stored(path, file, Digest())
        text = unpack(stored, GZIP)
        found = b""
        while piece := text.read(size):
            found += piece
        assert text.read(size) == b""
        stored.finish()
        return found, text.damage is not None, stored.digest.hexdigest


def by_member(path: Path) -> tuple[bytes, bool, str]:
    with opened(path) as file:
        stored = Stored(path, file, Digest())
        pieces = unpacked(stored, GZIP)
        found = b""
        while True:
            try:
                found += next(pieces)
            except StopIteration as end:
                stored.finish()
                return found, bool(end.value), stored.digest.hexdigest


LONG_NAMED = b"\x1f\x8b\x08\x08" + bytes(6) + b"n" * 600_000  # isal's reader takes no header of more than 512 KiB


@pytest.mark.parametrize("behind", [LONG_NAMED, LONG_NAMED + b"\0" + gzip.compress(TEXT, mtime=0)[10:]])
@pytest.mark.parametrize("before", [b"", gzip.compress(TEXT, mtime=0)])
def test_a_header_of_any_length_stops_nothing(before: bytes, behind: bytes, tmp_path: Path) -> None:
    path = tmp_path / "log.gz"
    path.write_bytes(before + behind)
    found = in_pieces(path, 1 << 20)
    assert found == by_member(path)
    assert found[0] == TEXT * (bool(before) + (len(behind) > len(LONG_NAMED)))


MEMBERS = st.lists(
    st.one_of(
        st.sampled_from([gzip.compress(TEXT, mtime=0), headed(TEXT), headed(b""), gzip.compress(b"x\n", mtime=0)]),
        st.integers(1, 20).map(bytes),
        st.binary(max_size=300).map(gzip.compress),
    ),
    min_size=1,
    max_size=4,
).map(lambda members: members[0] if len(members) == 1 else b"".join([headed(TEXT), *members]))


@settings(max_examples=150, deadline=None)
@given(
    stored=MEMBERS,
    place=st.integers(2, 1 << 20),
    how=st.sampled_from(["whole", "flipped", "cut", "more", "behind"]),
    other=st.binary(min_size=1, max_size=12),
    size=st.sampled_from([1, 100, 8192, 1 << 16]),
)
def test_what_comes_of_whole_and_of_damaged_members_is_what_comes_member_by_member(  # noqa: PLR0913 - drawn
    stored: bytes, *, place: int, how: str, other: bytes, size: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = min(2 + place % max(1, len(stored) - 2), len(stored) - 1)
    made = {
        "whole": stored,
        "flipped": stored[:place] + bytes([stored[place] ^ other[0]]) + stored[place + 1 :],
        "cut": stored[:place],
        "more": stored[:place] + other + stored[place:],
        "behind": stored + other,
    }[how]
    path = tmp_path_factory.mktemp("members") / "log.gz"
    path.write_bytes(made)
    assert in_pieces(path, size) == by_member(path)


def test_each_piece_is_as_long_as_was_asked_for_but_the_last(file: Callable[[bytes], Path]) -> None:
    path = file(b"".join(gzip.compress(TEXT[:size]) for size in range(0, 3000, 7)) + b"garbage")
    with opened(path) as stored:
        text = unpack(Stored(path, stored, Digest()), GZIP)
        sizes = [len(piece) for piece in iter(lambda: text.read(1000), b"")]
    assert set(sizes[:-1]) == {1000}
    assert sum(sizes) == sum(range(0, 3000, 7))


def test_a_fault_far_behind_loses_nothing_and_gives_nothing_twice(file: Callable[[bytes], Path]) -> None:
    long = DRAW.randbytes(3 << 19) + TEXT * 50
    whole = gzip.compress(long, 1, mtime=0)
    path = file(whole + whole[:-100])
    before = zlib.decompressobj(wbits=31).decompress(whole[:-100])
    assert in_pieces(path, 1 << 18)[:2] == (long + before, True)


def test_a_file_that_shrinks_between_both_readings_is_refused(file: Callable[[bytes], Path]) -> None:
    path = file(gzip.compress(DRAW.randbytes(3 << 20), 1) + b"\x1f\x8bgarbage")
    with opened(path) as stored:
        text = unpack(Stored(path, stored, Digest()), GZIP)
        given = len(text.read(3 << 20))
        assert given == 3 << 20
        path.write_bytes(path.read_bytes()[: 1 << 20])
        with pytest.raises(MachineError, match="changed while it was read"):
            text.read(1)
