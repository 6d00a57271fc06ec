"""A look at a file's first block, for `check`: do its first lines read as the format that the case says?"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from landmark import assignments, sources
from landmark.scan.blocks import first_lines
from landmark.targets import Targets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from landmark.intake.inputs import Input
    from landmark.lines import Line
    from landmark.sources import Reader

LINES = 200
"""How many lines of the first block are tried."""


def peek(one: Input) -> tuple[int, int]:
    """Give how many of a file's first lines were tried, and how many of them read as one of its format.

    Raises:
        MachineError: the machine refuses to read it.
    """
    first = list(islice(first_lines(one.path), LINES))
    lines = [line for line in first if line.text.strip()]
    if one.kind == "assignment":
        settings = assignments.Settings(
            lambda _name: "", one.owner.zone, one.owner.year, getattr(one.owner, "columns", {})
        )
        wanted = assignments.Wanted(frozenset(), frozenset(), 0, 0)
        (leased,) = assignments.ALL[one.owner.format].read([first], settings, wanted)
        # A record of several lines that goes on after the last of them is cut off here, not in the file.
        return len(lines), len(lines) - sum(reject.reason != "truncated" for reject in leased.rejects)
    source = sources.ALL[one.owner.format]
    # As a last line without newline, a line is read whatever it names; what does not read is `truncated`.
    each = [line._replace(ended=False) for line in lines]
    texts = [each] if source.directed else [[line] for line in each]
    return len(lines), len(lines) - sum(_unread(source.reader(_settings(one)), text) for text in texts)


def _unread(reader: Reader, text: Sequence[Line]) -> int:
    reader.begin()
    reader.feed(text)
    (reading,) = reader.finish()
    return sum(reject.reason == "truncated" for reject in reading.rejects)


def _settings(one: Input) -> sources.Settings:
    owner = one.owner
    return sources.Settings(
        begin=0,
        end=0,
        targets=Targets(()),
        login=lambda _name: "",
        login_account=lambda _name: None,
        series=one.series,
        zone=owner.zone,
        host=getattr(owner, "host", None),
        year=getattr(owner, "year", None),
        log_format=getattr(owner, "log_format", None),
        transport=getattr(owner, "transport", "rfc3164"),
        client_port=getattr(owner, "client_port", None),
    )
