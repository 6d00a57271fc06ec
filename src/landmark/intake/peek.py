"""A look at a file's first block, for `check`: do its first lines read as the format that the case says?"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from landmark import assignments, sources
from landmark.assignments.addresses import canonical
from landmark.case import Assignment, Target
from landmark.lines import unmarked
from landmark.scan.blocks import first_lines
from landmark.targets import Targets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from landmark.intake.inputs import Input
    from landmark.lines import Line, Reject
    from landmark.sources import Reader

_FOUR = rb"(?<![0-9A-Za-z.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9A-Za-z])"
_ADDRESS = re.compile(_FOUR + rb"|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
LINES = 200
"""How many lines of the first block are tried."""


class Peeked(NamedTuple):
    """Of a file's first lines how many were tried, and how many read as one of its format, or as part of one.

    Of a web log `bad_times` are those of the latter that were written at no time by the declared zone, or that bear
    another zone's abbreviation.
    """

    tried: int
    readable: int
    bad_times: int = 0


def peek(one: Input) -> Peeked:
    """Try a file's first lines.

    Raises:
        MachineError: the machine refuses to read it.
    """
    first = list(islice(first_lines(one.path), LINES))
    lines = [line for line in first if line.text.strip()]
    if isinstance(one.owner, Assignment):
        settings = assignments.Settings(
            lambda _name: "",
            one.owner.zone,
            one.owner.year,
            one.owner.columns,
            account_kind=one.owner.account,
            table=one.owner.table,
        )
        # Of records only those are read that hold an address which is asked for: ask for each that stands there.
        wanted = assignments.Wanted(_addresses(lines), frozenset(), 0, 0)
        (leased,) = assignments.ALL[one.owner.format].read([list(unmarked(first))], settings, wanted)
        # A record of several lines that goes on after the last of them is cut off here, not in the file.
        unread = sum(reject.reason != "truncated" for reject in leased.rejects)
        return Peeked(len(lines), 0 if unread and not wanted.addresses else len(lines) - unread)
    source = sources.ALL[one.owner.format]
    # As a last line without newline, a line is read whatever it names; what does not read is `truncated`.
    each = [line._replace(ended=False) for line in lines]
    texts = [each] if source.directed else [[line] for line in each]
    rejects = [reject.reason for text in texts for reject in _rejects(source.reader(_settings(one)), text)]
    return Peeked(len(lines), len(lines) - rejects.count("truncated"), rejects.count("bad_time"))


def _addresses(lines: Sequence[Line]) -> frozenset[str]:
    """Give whatever in the lines may be an address, in the form of RFC 5952."""
    written = (found.decode("ascii") for line in lines for found in _ADDRESS.findall(line.text))
    return frozenset(one for one in map(canonical, written) if one is not None and "/" not in one)


def _rejects(reader: Reader, text: Sequence[Line]) -> list[Reject]:
    reader.begin()
    reader.feed(text)
    (reading,) = reader.finish()
    return reading.rejects


def _settings(one: Input) -> sources.Settings:
    owner = one.owner
    return sources.Settings(
        begin=0,
        end=0,
        targets=Targets([Target("anything", path="/")]),  # the time of every line is of interest
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
