"""A web log's lines, whatever its format: many at once where that can be, in order, each kept, dropped or rejected."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from landmark.sources import FileReading, Line, Reject, Settings, Step
from landmark.sources.naming import without_user_info
from landmark.sources.web_lines import Judge
from landmark.spellings import host_name, segments

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import pyarrow as pa

    from landmark.lines import Stretch
    from landmark.sources.many.combined import Apart
    from landmark.sources.many.judging import Taken
    from landmark.sources.many.rows import Rows
    from landmark.sources.many.spans import Buffer, Numbers
    from landmark.sources.row import Directives, Found, Row

__all__ = ["FURTHEST", "WebReader", "masked"]

FURTHEST = 10**15 - (1 << 30)
"""Offsets beyond have, or may have, more digits than an `event_id` has room for."""
_FEW = 64  # lines that are judged sooner one by one
_TOGETHER = 1 << 13  # lines that are judged at once
_GATHERED, _HELD = 1 << 11, 1 << 20  # lines and bytes of which no more wait


class WebReader:
    """Reads the lines of a web log, each for itself but for directives."""

    def __init__(  # noqa: PLR0913 - each is a thing of its own that a format may leave out
        self,
        settings: Settings,
        parse: Callable[[bytes], Row | None],
        *,
        logs_host: bool,
        directives: Directives | None = None,
        plain: Callable[[bytes], bytes] | None = None,
        apart: Callable[[Buffer, Numbers, Numbers], Iterator[Apart]] | None = None,
    ) -> None:
        r"""Take the settings and the format.

        Args:
            settings: what is known besides the bytes.
            parse: takes a line apart; None where it is malformed.
            logs_host: whether the lines say which host was asked.
            directives: takes in the lines that say how others read, if the format has such.
            plain: undoes what is the format's own way to write a character (`\u002f`), to find a target's name.
            apart: takes many usual lines apart at once, as `parse` does each of them, if the format can.
        """
        self._settings = settings
        self._directives = directives
        self._files: list[FileReading] = []
        self._rows: Rows
        self._waiting: list[Line] = []
        self._held = 0  # bytes of what waits
        from landmark.sources.many.in_turn import InTurn  # noqa: PLC0415 - start-up time
        from landmark.sources.many.judging import Known, Many  # noqa: PLC0415 - as above

        known = Known(
            settings,
            settings.targets.sought("web", logs_host=logs_host, host=settings.host),
            None if settings.host is None else host_name(settings.host.encode()),
            logs_host,
            partial(_is_below, tuple(segments(path.encode()) for path in settings.login_verified)),
        )
        self._judge = Judge(known, parse, directives, plain)
        self._many = Many(known, apart)
        self._judged: InTurn[Taken] = InTurn()

    @property
    def steps(self) -> list[Step]:
        """None: a web server writes a line when the answer ends, with the time at which it began."""
        return []

    def begin(self) -> None:
        """Begin the next text."""
        from landmark.sources.many.rows import Rows  # noqa: PLC0415 - start-up time

        self._end()
        self._rows = Rows(self._settings.series)
        self._files.append(FileReading(rows=self._rows))
        if self._directives is not None:
            self._directives.begin()

    def finish(self) -> list[FileReading]:
        """Give what came of each text."""
        self._end()
        return self._files

    def last(self, lines: Iterable[Line]) -> Row | None:
        """Take the last of some lines of a text apart, behind its directives, and count none of them."""
        came: Row | str = ""
        for line in lines:
            came = self._judge.read(line)
        return None if isinstance(came, str) else came

    def feed(self, lines: Iterable[Line]) -> None:
        """Take lines; each is kept, dropped or rejected."""
        for line in lines:
            self._waiting.append(line)
            self._held += len(line.text)
        if len(self._waiting) >= _GATHERED or self._held >= _HELD:
            self._settle()

    def feed_stretch(self, stretch: Stretch) -> None:
        """Take lines of which most are sure to name a target; each is kept, dropped or rejected."""
        self._settle()
        for part in stretch.parts(_TOGETHER):
            if part.offset >= FURTHEST:
                self._take(*self._judged.rest())
                self._each(part.lines())
            else:
                self._take(*self._judged.ask(partial(self._many.along, part)))

    def _settle(self) -> None:
        """Judge the lines that wait to be many."""
        lines, self._waiting, self._held = self._waiting, [], 0
        for begin in range(0, len(lines), _TOGETHER):
            some = lines[begin : begin + _TOGETHER]
            if len(some) < _FEW or some[-1].offset >= FURTHEST or not all(line.ended for line in some):
                self._take(*self._judged.rest())
                self._each(some)
            elif self._judged.busy:
                self._take(*self._judged.ask(partial(self._many.of, some)))
            else:  # few lines concern the case: threads would gain little, and hold what memory they once had
                self._take(self._many.of(some))

    def _end(self) -> None:
        """Judge all that was fed."""
        self._settle()
        self._take(*self._judged.rest())
        self._judged.end()

    def _take(self, *judged: Taken) -> None:
        for taken in judged:
            self._outside(taken.outside_window)
            self._each(taken.left, taken.columns)

    def _outside(self, count: int) -> None:
        if count:
            self._files[-1].dropped["outside_window"] += count

    def _each(self, lines: Iterable[Line], columns: Sequence[dict[str, pa.Array]] = ()) -> None:
        """Take lines apart one by one, and judge them; what is kept stands with columns that were made already."""
        rows: list[tuple[Line, Row]] = []
        for line in lines:
            came = self._judge.read(line)
            if isinstance(came, str):
                self._account(line, came)
            else:
                rows.append((line, came))
        if len(rows) >= _FEW and rows[-1][0].offset < FURTHEST:
            taken = self._many.rows(rows)
            self._outside(taken.outside_window)
            columns, rows = [*columns, *taken.columns], taken.left
        found: list[Found] = []
        for line, row in rows:
            judged = self._judge.judge(line, row)
            if isinstance(judged, str):
                self._account(line, judged)
            else:
                found.append(judged)
        self._rows.put(columns, found)

    def _account(self, line: Line, reason: str) -> None:
        if reason in _REJECTED:
            self._files[-1].rejects.append(Reject(line.number, line.offset, len(line.text), reason))
        else:
            self._files[-1].dropped[reason] += 1


def _is_below(those: tuple[tuple[bytes, ...], ...], path: tuple[bytes, ...]) -> bool:
    return any(path[: len(above)] == above for above in those)


_REJECTED = frozenset(("malformed", "bad_time", "truncated"))


def masked(line: bytes, match: re.Match[bytes] | None) -> bytes:
    """Mask user and ident (RFC 1413: a name too), and names in addresses; all of a line that cannot be read."""
    if match is None:
        return b"*" * len(line)
    parts, at = [], 0
    for name in ("ident", "user"):
        if name in match.re.groupindex:
            begin, end = match.span(name)
            parts += [line[at:begin], match[name] if match[name] in {b"-", b'""'} else b"***"]
            at = end
    return without_user_info(b"".join((*parts, line[at:])))
