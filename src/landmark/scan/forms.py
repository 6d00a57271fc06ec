"""Forms that are not read, packed or an archive: a file is known by its first bytes, not by its name.

As plain bytes it would be a log in which nobody reads anything; so would a text that has two bytes a sign or four. The
files in an archive of logs lie in no order that rotation gave them, each behind a header that hides its first line; so
it is refused, inside gzip and zstd too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from landmark.scan.members import ZSTD

if TYPE_CHECKING:
    from typing import BinaryIO

    from landmark.scan.members import Kind

# Longest first bytes that the forms have: a log may begin with any three letters.
_FOREIGN = {
    "lzip": re.compile(rb"LZIP[\x00\x01]"),
    "lzma": re.compile(rb"\x5d\x00\x00[\x00-\xff]{2}(?:\xff{5}|[\x00-\xff]{4}\x00)"),
    "rar": re.compile(rb"Rar!\x1a\x07"),
    "bzip2": re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"),
    "xz": re.compile(rb"\xfd7zXZ\x00"),
    "compress": re.compile(rb"\x1f\x9d[\x89-\x90]"),
    "zip": re.compile(rb"PK\x03\x04"),
    "7z": re.compile(rb"7z\xbc\xaf\x27\x1c"),
    "lz4": re.compile(rb"\x04\x22\x4d\x18"),
}
WIDE = "UTF-16 or UTF-32"
# Behind its byte order mark, or without one: a line that a server began again behind NULs has many in a row.
_WIDE = re.compile(rb"\xff\xfe|\xfe\xff|\0\0\xfe\xff|(?:[\t -~]\0){8}|(?:\0[\t -~]){8}")
MAGIC = 512
"""Bytes at a file's beginning that tell what it is: as many as the first header of an archive has."""
_FIRST_PIECES = 128  # of a packed file that are unpacked for as many bytes: a block of zstd is no longer


def foreign(magic: bytes) -> str | None:
    """Name the form that is not read here, packed or an archive, by a file's first bytes; None: it is none of them.

    Of a text with more than one byte a sign it is `WIDE`.
    """
    found = next((name for name, pattern in _FOREIGN.items() if pattern.match(magic)), None)
    return found or (WIDE if _WIDE.match(magic) else "tar" if _is_archive(magic) else None)


def _is_archive(text: bytes) -> bool:
    """Say whether a text begins with the header of a tar archive (POSIX.1-2017, pax, ustar), also of an old one.

    Its check sum must be right and NULs stand in it, which no client writes into a log.
    """
    if b"\0" not in text[100:257]:
        return False
    from tarfile import TarError, TarInfo  # noqa: PLC0415 - start-up time

    try:
        TarInfo.frombuf(text[:MAGIC], "utf-8", "surrogateescape")
    except TarError:
        return False
    return True


def foreign_inside(file: BinaryIO, kind: Kind) -> str | None:
    """Name the form, not read here, of what is packed in a file, as `foreign`; what is damaged is none.

    Args:
        file: at its beginning; it is left anywhere.
        kind: of the file.

    Raises:
        OSError: the machine refuses to read.
    """
    decoder, text, piece = kind.careful(), b"", b""
    for _ in range(_FIRST_PIECES):
        piece = piece or file.read(ZSTD.piece)
        if not piece or len(text) >= MAGIC:
            break
        try:
            text += decoder.decompress(piece)[:MAGIC]
        except kind.errors:
            break
        piece = decoder.unused_data
        if decoder.eof:
            decoder = kind.careful()
    return foreign(text[:MAGIC])
