"""Gzip members (RFC 1952) and zstd frames (RFC 8878), one after the other, decompressed in bounded memory."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from gzip import BadGzipFile
from itertools import chain
from typing import TYPE_CHECKING, Literal, Protocol, cast

import zstandard
from isal import igzip_lib

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

_GZIP_WRAPPED = 31  # zlib's window bits 15, plus 16 for the gzip wrapper with its check sum
_LARGEST_WINDOW = 1 << 31  # of `zstd --ultra --long=31`; the library's own limit is lower
_CAREFULLY = 1 << 14  # pieces of input, once there is damage
_SLOWLY = 1 << 17  # of the input before the piece that is damaged, how much byte by byte: a block of zstd is no longer
MOST = 1 << 19
"""Bytes of text that are taken of a gzip member at a time."""


Damage = Literal["cut_off", "checksum", "damaged"]
"""How a stream fails: there is no more of it before its end; its text is not what its check sum or length says; or what
is there is no such stream. In each case nothing behind is read."""
_CHECKSUM = re.compile("incorrect (?:data|length) check|match checksum")  # as zlib and zstd say it, and in no other way


class Packed(Protocol):
    """What is to be unpacked, read from its beginning."""

    @property
    def taken(self) -> int:
        """How many bytes `read` has given."""

    def read(self, count: int, /) -> bytes:
        """Give at most `count` of the next bytes; none at the end. Raises as `Stored.readinto`."""

    def again(self, begin: int, end: int, piece: int, /) -> Iterator[bytes]:
        """Give bytes that were read before once more, in pieces; nothing may be read after. Raises as `read`."""


class _Decoder(Protocol):
    """Decompresses one gzip member or zstd frame, as the standard library's `zlib.decompressobj` does."""

    @property
    def eof(self) -> bool:
        """Whether its end was reached."""

    @property
    def unused_data(self) -> bytes:
        """What was given beyond the end."""

    def decompress(self, data: bytes, /) -> bytes:
        """Give what more input makes."""


class _Bounded(Protocol):
    """Decompresses one gzip member or zstd frame, and gives no more at a time than is asked for."""

    @property
    def eof(self) -> bool:
        """Whether its end was reached."""

    @property
    def needs_input(self) -> bool:
        """Whether it has given all that it could make of its input."""

    @property
    def unused_data(self) -> bytes:
        """What was given beyond the end."""

    def decompress(self, data: bytes, most: int, /) -> bytes:
        """Give what more input makes, or what is left of that given before."""


class _Whole:
    """Gives all that a piece of input makes, however much."""

    needs_input = True

    def __init__(self, decoder: _Decoder) -> None:
        self._decoder = decoder

    @property
    def eof(self) -> bool:
        return self._decoder.eof

    @property
    def unused_data(self) -> bytes:
        return self._decoder.unused_data

    def decompress(self, data: bytes, _most: int, /) -> bytes:
        return self._decoder.decompress(data)


@dataclass(frozen=True, slots=True)
class Kind:
    """A compressed form. What comes of `piece` bytes of input at a time bounds the memory of a hostile file.

    Deflate makes at most 1032 bytes of one, but is asked for `MOST` at a time; zstd makes at most 128 KiB of a block's
    four bytes, so 2 KiB make 64 MiB.
    """

    piece: int
    decoder: Callable[[], _Bounded]
    careful: Callable[[], _Decoder]  # gives all that can be had before the damage
    errors: tuple[type[Exception], ...]
    begins: frozenset[int]  # with which byte a member or frame may begin

    def damage(self, error: Exception) -> Damage:
        """Tell of what a careful decoder raised whether all was read, and is another text than was packed."""
        return "checksum" if _CHECKSUM.search(str(error)) else "damaged"


GZIP = Kind(
    piece=1 << 18,
    decoder=lambda: igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP),
    careful=lambda: zlib.decompressobj(wbits=_GZIP_WRAPPED),
    # Its stub calls the class an instance; the last three are of isal's reader, the last where a header is long.
    errors=(cast("type[Exception]", igzip_lib.error), zlib.error, BadGzipFile, EOFError, OverflowError),
    begins=frozenset(b"\x1f"),
)
ZSTD = Kind(
    piece=1 << 11,
    decoder=lambda: _Whole(zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW).decompressobj()),
    careful=lambda: zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW).decompressobj(),
    errors=(zstandard.ZstdError,),
    begins=frozenset(b"\x28" + bytes(range(0x50, 0x60))),
)


def kind_of(magic: bytes) -> Kind | None:
    """Tell a compressed file by its first four bytes; None: its bytes are the text."""
    if magic.startswith(b"\x1f\x8b"):
        return GZIP
    # pzstd begins a file with a frame that is to be skipped.
    return ZSTD if re.match(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18", magic) else None


def unpacked(stored: Packed, kind: Kind) -> Generator[bytes, None, Damage | None]:
    """Give the text inside all members; return why it ended early, if so: cut short, damaged, or garbage behind it.

    Raises:
        MachineError: as `Stored.readinto`.
    """
    pending = stored.read(kind.piece)
    while pending:
        damage, pending = yield from _member(stored, kind, pending)
        if damage is not None:
            return damage
        # What pads a member to a tape's or disk's block is no garbage; gzip passes over it too.
        while not (pending := pending.lstrip(b"\0")):
            if not (pending := stored.read(kind.piece)):
                return None
        if pending[0] not in kind.begins:
            return "damaged"
    return None


def _member(stored: Packed, kind: Kind, piece: bytes) -> Generator[bytes, None, tuple[Damage | None, bytes]]:
    """Give what one member holds; return what is wrong with it, and the bytes read beyond it."""
    begin = stored.taken - len(piece)
    decoder = kind.decoder()
    given = 0
    try:
        while piece:
            text = decoder.decompress(piece, MOST)
            given += len(text)
            yield text
            while not (decoder.eof or decoder.needs_input):
                text = decoder.decompress(b"", MOST)
                given += len(text)
                yield text
            if decoder.eof:
                return None, decoder.unused_data
            piece = stored.read(kind.piece)
    except kind.errors:
        pass  # damaged: what was decompressed before the damage counts
    return (yield from _rest_before_damage(stored, kind, begin, given)), b""


def _rest_before_damage(stored: Packed, kind: Kind, begin: int, given: int) -> Generator[bytes, None, Damage]:
    """Decompress a broken member once more, byte by byte near its break, and give what was not given before.

    A decoder that meets damage lets go what it made of the same piece of input, and isal holds back a few bytes.

    Returns:
        What is wrong with it.
    """
    decoder = kind.careful()
    near = max(begin, stored.taken - kind.piece - _SLOWLY)
    careful = min(kind.piece, _CAREFULLY)
    bytewise = (bytes([byte]) for piece in stored.again(near, stored.taken, careful) for byte in piece)
    pieces = chain(stored.again(begin, near, careful), bytewise)
    try:
        for piece in pieces:
            text = decoder.decompress(piece)
            if len(text) > given:
                yield text[given:]
            given = max(0, given - len(text))
            if decoder.eof:
                return "damaged"
    except kind.errors as error:
        return kind.damage(error)
    return "cut_off"
