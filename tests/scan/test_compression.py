"""Files in, text out: plain, gzip, zstd, whole and broken."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import os
import tarfile
import zipfile
import zlib
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from landmark.errors import CaseError, LandmarkError, MachineError
from landmark.scan.compression import open_text
from landmark.scan.members import MOST, kind_of, unpacked
from landmark.scan.memory import paged
from landmark.scan.stored import Digest, Stored, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from contextlib import AbstractContextManager
    from pathlib import Path

    from landmark.scan.members import Damage

TEXT = b"".join(b"192.0.2.%d - line %d of a log\r\n" % (n % 250, n * n) for n in range(3000))
GZIP = gzip.compress(TEXT, mtime=0)
# FHCRC, FEXTRA, FNAME and FCOMMENT (RFC 1952, 2.3.1).
_HEAD = b"\x1f\x8b\x08\x1e" + bytes(5) + b"\x03" + b"\x05\x00abcde" + b"access.log\0" + b"a remark\0"
HEADED = _HEAD + (zlib.crc32(_HEAD) & 0xFFFF).to_bytes(2, "little") + GZIP[10:]
# Several pieces as they are read, and of one piece several times what is taken of it.
DRAW = Random(1)  # noqa: S311 - nothing here is a secret
LONG = DRAW.randbytes(1 << 19) + bytes(3 << 20) + DRAW.randbytes(1 << 18)
ZSTD_SKIPPABLE = b"\x53\x2a\x4d\x18\x04\x00\x00\x00skip"


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True).compress(data)


ZSTD = zstd(TEXT)


class Result(NamedTuple):
    text: bytes
    damage: Damage | None
    sha256: str
    content_sha256: str
    stored_bytes: int
    text_bytes: int
    prefixes: dict[int, str]


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def everything(path: Path, at: Collection[int] = (), size: int = 1 << 16) -> Result:
    found = b""
    with open_text(path, at) as text:
        buffer = bytearray(size)
        while count := text.readinto(buffer):
            found += buffer[:count]
        return Result(
            found,
            text.damage,
            text.sha256,
            text.content_sha256,
            text.stored_bytes,
            text.text_bytes,
            text.prefixes,
        )


# What is stored, the text inside, why it ended early.
FILES: dict[str, tuple[bytes, bytes, Damage | None]] = {
    "empty file": (b"", b"", None),
    "plain": (TEXT, TEXT, None),
    "plain that begins half like gzip": (b"\x1f", b"\x1f", None),
    "gzip of nothing": (gzip.compress(b""), b"", None),
    "gzip": (GZIP, TEXT, None),
    "gzip members": (GZIP + gzip.compress(b"x\n") + GZIP, TEXT + b"x\n" + TEXT, None),
    "a thousand gzip members": (gzip.compress(b"x\n") * 1000, b"x\n" * 1000, None),
    "gzip with all that a header may have": (HEADED, TEXT, None),
    "gzip padded with zeros": (GZIP + bytes(50_000), TEXT, None),
    "gzip member after zeros": (GZIP + bytes(50_000) + GZIP, TEXT + TEXT, None),
    "gzip with garbage": (GZIP + b"garbage, not a member", TEXT, "damaged"),
    "gzip with one byte of garbage": (GZIP + b"\n", TEXT, "damaged"),
    "gzip and the beginning of a member": (GZIP + bytes(3) + b"\x1f\x8b", TEXT, "cut_off"),
    "gzip without the last byte of its length": (GZIP[:-1], TEXT, "cut_off"),
    "gzip without check sum and length": (GZIP[:-8], TEXT, "cut_off"),
    "gzip with a wrong check sum": (GZIP[:-8] + bytes(4) + GZIP[-4:], TEXT, "checksum"),
    "gzip with a wrong length": (GZIP[:-4] + bytes(4), TEXT, "checksum"),
    "gzip's magic alone": (b"\x1f\x8b", b"", "cut_off"),
    "gzip of an unknown method": (b"\x1f\x8b\x07no such method", b"", "damaged"),
    "zstd of nothing": (zstd(b""), b"", None),
    "zstd": (ZSTD, TEXT, None),
    "zstd frames": (ZSTD + zstd(b"x\n") + ZSTD, TEXT + b"x\n" + TEXT, None),
    "zstd with frames to be skipped": (ZSTD_SKIPPABLE + ZSTD + ZSTD_SKIPPABLE, TEXT, None),
    "zstd with garbage": (ZSTD + b"garbage", TEXT, "damaged"),
    "zstd without the last byte of its check sum": (ZSTD[:-1], TEXT, "cut_off"),
    "zstd with a wrong check sum": (ZSTD[:-4] + bytes(4), TEXT, "checksum"),
    "zstd's magic alone": (b"\x28\xb5\x2f\xfd", b"", "cut_off"),
}


@pytest.mark.parametrize(("stored", "text", "damage"), FILES.values(), ids=FILES.keys())
def test_the_text_inside_and_both_hashes_and_why_it_ended_early(
    file: Callable[[bytes], Path], stored: bytes, text: bytes, damage: Damage | None
) -> None:
    found = everything(file(stored))
    assert (found.text, found.damage) == (text, damage)
    assert (found.sha256, found.stored_bytes) == (sha(stored), len(stored))
    assert (found.content_sha256, found.text_bytes) == (sha(text), len(text))


def test_a_window_larger_than_the_library_allows_by_itself_is_read(file: Callable[[bytes], Path]) -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=28, write_content_size=False)
    compressor = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    stored = compressor.compress(TEXT) + compressor.flush()
    assert everything(file(stored)).text == TEXT


@settings(max_examples=60, deadline=None)
@given(place=st.floats(0, 0.999), size=st.integers(1, 5000))
def test_a_gzip_cut_anywhere_gives_what_zlib_gives_of_it(
    place: float, size: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = gzip.compress(TEXT[:40_000])
    stored = whole[: max(2, int(place * len(whole)))]
    path = tmp_path_factory.mktemp("cut") / "log.gz"
    path.write_bytes(stored)
    found = everything(path, size=size)
    assert found.damage == "cut_off"
    assert found.text == zlib.decompressobj(wbits=31).decompress(stored)
    assert found.sha256 == sha(stored)


@pytest.mark.parametrize("padding", [1, 512, 1 << 19])
def test_what_pads_a_member_to_a_block_of_a_tape_is_no_damage(file: Callable[[bytes], Path], padding: int) -> None:
    member, nothing = gzip.compress(b"a line\n"), b"\0" * padding
    for stored, text in ((member + nothing, b"a line\n"), (member + nothing + member, b"a line\n" * 2)):
        with open_text(file(stored)) as opened_text:
            buffer = bytearray(64)
            count = opened_text.readinto(buffer)
            assert bytes(buffer[:count]) == text
            assert opened_text.readinto(buffer) == 0
            assert not opened_text.ended_early


def test_members_that_end_anywhere_in_what_is_read_are_all_read(file: Callable[[bytes], Path]) -> None:
    texts = [DRAW.randbytes(DRAW.randrange(3000)) for _ in range(400)]
    found = everything(file(b"".join(gzip.compress(text, mtime=0) for text in texts)))
    assert found.damage is None
    assert found.text == b"".join(texts)


@pytest.mark.parametrize("cut", [0, 1, 9, 1 << 17, (1 << 19) + 400, (1 << 19) + 3000, 700_000])
def test_a_gzip_of_several_pieces_gives_what_zlib_gives_of_it(file: Callable[[bytes], Path], cut: int) -> None:
    whole = gzip.compress(LONG, mtime=0)
    stored = whole[: len(whole) - cut]
    found = everything(file(stored), size=1 << 20)
    assert found.damage == ("cut_off" if cut else None)
    assert found.text == zlib.decompressobj(wbits=31).decompress(stored)


def test_damage_behind_the_first_piece_loses_nothing_before_it(file: Callable[[bytes], Path]) -> None:
    whole = gzip.compress(LONG, mtime=0)
    at = len(whole) - (1 << 17) - 50
    found = everything(file(whole[:at] + b"\xff" * 2000 + whole[at + 2000 :]), size=1 << 20)
    assert found.damage or found.text != LONG
    assert found.text.startswith(zlib.decompressobj(wbits=31).decompress(whole[:at]))


@pytest.mark.parametrize("at", [5_000, 33_000, 100_000, 131_000, 250_000])
def test_damage_anywhere_in_a_piece_loses_nothing_before_it(file: Callable[[bytes], Path], at: int) -> None:
    text = b"".join(hashlib.sha256(number.to_bytes(8, "big")).hexdigest().encode() + b"\n" for number in range(20_000))
    whole = gzip.compress(text, mtime=0)
    found = everything(file(whole[:at] + b"\xff" * 400 + whole[at + 400 :]), size=1 << 20)
    before = zlib.decompressobj(wbits=31).decompress(whole[:at])
    assert found.damage is not None
    assert len(before) > at
    assert found.text.startswith(before)


def test_what_a_hostile_piece_makes_is_taken_little_by_little(tmp_path: Path) -> None:
    path = tmp_path / "log.gz"
    path.write_bytes(gzip.compress(bytes(50 << 20), compresslevel=9))
    with opened(path) as file:
        stored = Stored(path, file, Digest())
        kind = kind_of(b"\x1f\x8b")
        assert kind is not None
        sizes = [len(piece) for piece in unpacked(stored, kind)]
    assert sum(sizes) == 50 << 20
    assert max(sizes) <= MOST


@settings(max_examples=60, deadline=None)
@given(place=st.floats(0, 0.999), flip=st.integers(1, 255), form=st.sampled_from(["gzip", "zstd"]))
def test_damage_anywhere_ends_the_text_early_or_changes_nothing(
    place: float, flip: int, form: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    stored = bytearray(GZIP if form == "gzip" else ZSTD)
    position = max(4, int(place * len(stored)))
    stored[position] ^= flip
    path = tmp_path_factory.mktemp("damaged") / "log"
    path.write_bytes(stored)
    found = everything(path)
    assert found.sha256 == sha(bytes(stored))
    assert found.content_sha256 == sha(found.text)
    assert found.damage or found.text == TEXT


def test_what_was_decompressed_before_the_damage_counts(file: Callable[[bytes], Path]) -> None:
    half = GZIP[: len(GZIP) // 2]
    found = everything(file(half + b"\xff" * len(half)))
    before = zlib.decompressobj(wbits=31).decompress(half)
    assert found.damage is not None
    assert len(before) > len(TEXT) // 3
    assert found.text.startswith(before)


@pytest.mark.parametrize("form", ["plain", "gzip"])
def test_hashes_at_lengths_of_the_text(file: Callable[[bytes], Path], form: str) -> None:
    stored = gzip.compress(TEXT) if form == "gzip" else TEXT
    lengths = [0, 1, 4095, 4096, 4097, len(TEXT) - 1, len(TEXT)]
    found = everything(file(stored), at=[*lengths, len(TEXT) + 1, -1, 1], size=4096)
    assert found.prefixes == {length: sha(TEXT[:length]) for length in lengths}


def test_large_pieces_are_hashed_beside_and_come_out_the_same(file: Callable[[bytes], Path]) -> None:
    text = os.urandom(1000) * 5000
    for stored in (text, gzip.compress(text, 1)):
        found = everything(file(stored), at=[3_000_001], size=2 << 20)
        assert found.content_sha256 == sha(text)
        assert found.prefixes == {3_000_001: sha(text[:3_000_001])}


@pytest.mark.parametrize("before", [0, 1, 1 << 16])
@pytest.mark.parametrize("size", [1, 4095, 4096, 1 << 22])
def test_what_is_read_lies_on_whole_pages_of_memory(before: int, size: int) -> None:
    buffer, begin = paged(before, size)
    assert (np.frombuffer(buffer, np.uint8).__array_interface__["data"][0] + begin) % 4096 == 0
    assert before <= begin <= len(buffer) - size


def test_a_text_has_no_hash_before_its_end(file: Callable[[bytes], Path]) -> None:
    with open_text(file(TEXT)) as text, pytest.raises(LandmarkError, match="not read to its end"):
        assert text.sha256


def test_progress_adds_up_to_the_stored_bytes(file: Callable[[bytes], Path]) -> None:
    stored = gzip.compress(TEXT) + b"garbage" * 1000
    told: list[int] = []
    with open_text(file(stored), progress=told.append) as text:
        while text.readinto(bytearray(1000)):
            pass
    assert sum(told) == len(stored)


def test_a_folder_in_a_files_place_is_the_machines_no(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="Is a directory"), open_text(tmp_path):
        pass


def test_a_file_that_is_not_there_is_the_machines_no(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="No such file"), open_text(tmp_path / "gone.log"):
        pass


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_named_pipe_does_not_keep_us_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(MachineError, match="Not a regular file"), open_text(tmp_path / "pipe"):
        pass


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions are others there")
def test_a_permission_refused_is_the_machines_no(
    open_folder: Path, as_nobody: Callable[[], AbstractContextManager[None]]
) -> None:
    path = open_folder / "access.log"
    path.write_bytes(TEXT)
    path.chmod(0o644)
    with as_nobody(), open_text(path) as text:
        assert text.readinto(bytearray(10)) == 10
    path.chmod(0)
    with as_nobody(), pytest.raises(MachineError, match="Permission denied"), open_text(path):
        pass


def read_and_meanwhile(path: Path, meanwhile: Callable[[], object]) -> None:
    with open_text(path) as text:
        text.readinto(bytearray(10))
        meanwhile()
        while text.readinto(bytearray(1 << 20)):
            pass


@pytest.mark.parametrize("form", ["plain", "gzip"])
def test_a_file_that_shrinks_while_it_is_read_is_refused(file: Callable[[bytes], Path], form: str) -> None:
    body = os.urandom(3 << 20)
    path = file(gzip.compress(body, 1) if form == "gzip" else body)
    with pytest.raises(MachineError, match="changed while it was read"):
        read_and_meanwhile(path, lambda: os.truncate(path, 100))


def test_a_file_rewritten_in_place_while_it_is_read_is_refused(file: Callable[[bytes], Path]) -> None:
    path = file(TEXT)
    with pytest.raises(MachineError, match="changed while it was read"):
        read_and_meanwhile(path, lambda: os.utime(path, ns=(0, 0)))


def test_a_message_of_the_machine_quotes_nothing_of_the_file(file: Callable[[bytes], Path]) -> None:
    path = file(TEXT)
    with pytest.raises(MachineError) as refused:
        read_and_meanwhile(path, lambda: os.truncate(path, 50))
    assert "192.0.2." not in str(refused.value)


def test_a_file_that_grows_while_it_is_read_is_read_as_it_was_opened(file: Callable[[bytes], Path]) -> None:
    path = file(TEXT)
    found = b""
    with open_text(path) as text:
        buffer = bytearray(1000)
        while count := text.readinto(buffer):
            found += buffer[:count]
            with path.open("ab") as log:
                log.write(b"another line\n")
        assert (text.sha256, text.stored_bytes) == (sha(TEXT), len(TEXT))
    assert found == TEXT


def zipped(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("access.log", data)
    return buffer.getvalue()


def archive(data: bytes, form: int = tarfile.GNU_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as made:
        one = tarfile.TarInfo("var/log/access.log")
        one.size = len(data)
        made.addfile(one, io.BytesIO(data))
    return buffer.getvalue()


TAR = archive(TEXT)


def summed(header: bytes) -> bytes:
    """Give a header of tar with its check sum."""
    return header[:148] + b"%07o " % (sum(header[:148] + header[156:512]) + 8 * ord(" ")) + header[156:]


NAMED = summed(TAR.replace(b"\0", b" "))  # as a client may write it into a first line
OLD = summed(TAR[:257] + bytes(255) + TAR[512:])


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (lzma.compress(TEXT, lzma.FORMAT_ALONE), "lzma"),
        (b"\x5d\x00\x00\x80\x00" + len(TEXT).to_bytes(8, "little") + b"\x00", "lzma"),
        (b"LZIP\x01\x0c" + TEXT, "lzip"),
        (b"Rar!\x1a\x07\x01\x00" + TEXT, "rar"),
        (TAR, "tar"),
        (archive(TEXT, tarfile.PAX_FORMAT), "tar"),
        (archive(b"", tarfile.USTAR_FORMAT), "tar"),
        (OLD, "tar"),
        (gzip.compress(TAR), "tar"),
        (zstd(TAR), "tar"),
        (ZSTD_SKIPPABLE + zstd(TAR), "tar"),
        (gzip.compress(bz2.compress(TEXT)), "bzip2"),
        (bz2.compress(TEXT), "bzip2"),
        (bz2.compress(b""), "bzip2"),
        (lzma.compress(TEXT), "xz"),
        (zipped(TEXT), "zip"),
        (b"\x1f\x9d\x90" + TEXT, "compress"),
    ],
)
def test_a_form_that_is_not_read_is_refused_and_not_taken_for_a_log_without_readers(
    tmp_path: Path, content: bytes, form: str
) -> None:
    path = tmp_path / "access.log"
    path.write_bytes(content)
    with pytest.raises(CaseError, match=f"access.log: found a file packed by {form}, expected text, gzip or zstd"):
        everything(path)


@pytest.mark.parametrize("form", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd])
def test_a_text_of_more_bytes_a_sign_is_refused_and_not_taken_for_a_log_without_readers(
    tmp_path: Path, form: str, pack: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "access.log"
    path.write_bytes(pack("198.51.100.7 - - [05/Oct/2001:12:00:00 +0000]\n".encode(form)))
    with pytest.raises(CaseError, match=r"access\.log: found text in UTF-16 or UTF-32, expected .*UTF-8") as said:
        everything(path)
    assert "iconv" in str(said.value)


SUMMED = TAR[:148] + b"0000000\0" + TAR[156:]


@pytest.mark.parametrize(
    "text",
    [
        b"BZh9 is a line\n",
        b"PK\n",
        b"7z\n",
        b"\xfd7z",
        b"",
        b"Rar!\n",
        b"]\0\0\n",
        NAMED,
        SUMMED,
        bytes(2000),
        b"\xff\n",
        b"\xef\xbb\xbfa\n",
        b"a\0b\0c\n",
    ],
)
def test_a_text_that_begins_as_a_packed_file_does_is_a_text(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "access.log"
    path.write_bytes(text)
    assert everything(path).text == text
