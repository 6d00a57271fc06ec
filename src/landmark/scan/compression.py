"""The text inside a file: as it stands, in gzip members (RFC 1952), or in zstd frames (RFC 8878).

What a file is, its first bytes say, not its name. A file in another compressed form is refused: as plain bytes it would
be a log in which nobody reads anything. A stream that is cut short or damaged gives the text up to there, and
says so; the file as stored is hashed to its end all the same.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, TypeVar

from landmark.errors import CaseError, LandmarkError, Problem
from landmark.scan.crew import Crew
from landmark.scan.forms import MAGIC, WIDE, foreign, foreign_inside
from landmark.scan.members import kind_of
from landmark.scan.stored import HASHING, Digest, Stored, opened
from landmark.scan.unpacking import unpack
from landmark.store import refused

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from io import FileIO
    from pathlib import Path

    from landmark.scan.crew import Job
    from landmark.scan.members import Damage, Kind

T = TypeVar("T")
_PIECE = 1 << 20  # bytes that are unpacked at a time on the way to those that are looked for


class Text:
    """The text inside a file, read once from its beginning to its end.

    `damage`, hashes and counts are known once `readinto` has given 0.
    """

    def __init__(self, stored: Stored, kind: Kind | None, at: Collection[int], crew: Crew) -> None:
        """Begin at the first byte of the text; the crew may fetch and hash it."""
        self.path = stored.path
        self.stored_bytes = stored.size
        self.packed = kind is not None
        self._stored = stored
        self._content = stored.digest if kind is None else Digest(at, crew)
        self._crew = crew
        self._fetching = crew.stream(HASHING + 1 if kind is None else HASHING - 1)
        self._unpacked = None if kind is None else unpack(stored, kind)
        self._ended = False

    def readinto(self, buffer: bytearray | memoryview) -> int:
        """Fill the buffer as far as text is left, and give how many bytes that is; 0 at the end.

        The bytes must stay as they are until the next call that is given the same buffer: they may still be being
        hashed.

        Raises:
            MachineError: the machine refuses to read, or the file changed while it was read.
        """
        count = self.fill(buffer)
        self.tell()
        return count

    def tell(self) -> None:
        """Tell whoever wants to know how many stored bytes were read."""
        self._stored.tell(ended=self._ended)

    def fill(self, buffer: bytearray | memoryview) -> int:
        """Do what `readinto` does, in whatever thread, and tell nobody; once it has raised, there is no more to be had.

        Raises:
            MachineError: as `readinto`.
        """
        view = memoryview(buffer)
        if self._unpacked is None:
            count = self._stored.readinto(view)
        else:
            found = self._unpacked.read(len(view))
            count = len(found)
            self._content.let_go(view)
            view[:count] = found
            self._content.update(view[:count])
        self._see(count)
        return count

    def take(self, size: int) -> bytes:
        """Give the next bytes of a packed text, fewer than `size` at its end only; else as `fill`."""
        if self._unpacked is None:
            raise LandmarkError(f"{self.path}: is not packed")
        found = self._unpacked.read(size)
        self._content.update(memoryview(found))
        self._see(len(found))
        return found

    def _see(self, count: int) -> None:
        if not count and not self._ended:
            self._stored.finish()
            self._ended = True

    def ask(self, fetch: Callable[[], T]) -> Job[T]:
        """Have the crew do what calls `fill` or `take`, after what was asked for before."""
        return self._crew.ask(self._fetching, fetch)

    def wait(self, job: Job[T]) -> T:
        """Wait for what was asked for, and give it. Raises what it raised."""
        return self._crew.wait(job)

    def drop(self) -> None:
        """Let go what was asked for and not begun."""
        self._crew.drop(self._fetching)

    def extract(self, offset: int, length: int) -> bytes:
        """Give bytes of the text, fewer where it ends before; nothing else may be read before or after.

        Raises:
            MachineError: the machine refuses to read.
        """
        end = offset + length
        if self._unpacked is None:
            end = min(end, self._stored.size)
            return b"".join(self._stored.again(offset, end, max(1, end - offset)))
        found, position = bytearray(), 0
        while position < end and (piece := self._unpacked.read(min(_PIECE, end - position))):
            found += piece[max(0, offset - position) :]
            position += len(piece)
        return bytes(found)

    @property
    def damage(self) -> Damage | None:
        """Why the text ended early, if so: it was cut short, damaged, or had garbage behind it."""
        return None if self._unpacked is None else self._unpacked.damage

    @property
    def ended_early(self) -> bool:
        """Whether the text was cut short, damaged, or had garbage behind it."""
        return self.damage is not None

    @property
    def sha256(self) -> str:
        """SHA-256 of the whole file as stored, hex."""
        return self._known(self._stored.digest).hexdigest

    @property
    def content_sha256(self) -> str:
        """SHA-256 of the text, hex."""
        return self._known(self._content).hexdigest

    @property
    def text_bytes(self) -> int:
        """Bytes of the text."""
        return self._known(self._content).length

    @property
    def prefixes(self) -> dict[int, str]:
        """SHA-256 of the text's beginning, hex, by each length that was asked for and is not beyond its end."""
        return dict(self._known(self._content).prefixes)

    def close(self) -> None:
        """Let threads go; nothing is read after this."""
        self._crew.close()

    def _known(self, digest: Digest) -> Digest:
        if not self._ended:
            raise LandmarkError(f"{self.path}: asked for the hash of a text that was not read to its end")
        digest.settle()
        return digest


@contextmanager
def open_text(
    path: Path,
    at: Collection[int] = (),
    progress: Callable[[int], None] | None = None,
    until: int | None = None,
) -> Iterator[Text]:
    """Open a file to read the text inside, read-only and without any lock.

    Args:
        path: the file.
        at: lengths of the text, bytes, at which its hash is wanted too (`Text.prefixes`).
        progress: is told of stored bytes as they are read, by who reads; they add up to the file's size.
        until: the text's length when it was identified: of a plain file what was appended since is not read, nor in
            its hashes. A compressed file is always read whole; one that grew has another hash.

    Raises:
        CaseError: it is compressed in a form that is not read, or text in UTF-16 or UTF-32.
        MachineError: permission is refused, the file is not there, or a folder stands in its place.
    """
    with opened(path) as file:
        kind, form = _seen(file, path)
        if form == WIDE:
            utf8 = "text with one byte a sign, or UTF-8; name a copy that `iconv` made, beside the file as it came"
            raise CaseError(Problem(utf8, file=str(path), found=f"text in {form}"))
        if form is not None:
            raise CaseError(Problem("text, gzip or zstd; unpack it", file=str(path), found=f"a file packed by {form}"))
        plain = kind is None
        crew = Crew()
        stored = Stored(path, file, Digest(at if plain else (), crew), progress, until if plain else None)
        with closing(Text(stored, kind, at, crew)) as text:
            yield text


def _seen(file: FileIO, path: Path) -> tuple[Kind | None, str | None]:
    """Tell by a file's beginning how it is packed, and which form that is not read it has, packed or not."""
    try:
        magic = file.read(MAGIC) or b""
        kind = kind_of(magic)
        file.seek(0)
        form = foreign(magic) if kind is None else foreign_inside(file, kind)
        file.seek(0)
    except OSError as error:
        raise refused(path, error) from error
    return kind, form
