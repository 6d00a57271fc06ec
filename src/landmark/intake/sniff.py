"""Which log format a file is of: its first lines are tried as every format, and counted by what each makes of them.

A line speaks for a format where it is read as a request, or as a reader's line of a news server, and not merely where
it could be one. A format that the server's own configuration describes cannot be told from the lines.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING

from landmark import sources
from landmark.case import TRANSPORTS, Target
from landmark.case_file.parser import FILE
from landmark.errors import CaseError, Problem
from landmark.scan.blocks import first_lines
from landmark.spellings import host_name
from landmark.targets import Targets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from landmark.lines import Line, Reject
    from landmark.sources import Source

LINES = 2_000
"""How many of the first lines are tried."""
_MOST_NAMES = 500
# Possessive, and not from within a label: a long line costs time in proportion to its length.
_HOST = re.compile(rb"(?<![A-Za-z0-9_.-])[A-Za-z0-9_](?:[A-Za-z0-9_-]*+\.)++[A-Za-z0-9-]*+|(?<!\[)\[[0-9A-Fa-f:.]++\]")
_GROUP = re.compile(rb"(?<= group )[^\s]+")
_FOREVER = 1 << 62


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What the first lines of a file are as one format.

    Of `lines` that are neither empty nor directives, `spoke` were read as requests or readers, and `unread` not at all;
    `first_unread` is the number of the first of those, from 1, and `why` what is wrong with it.
    """

    format: str
    lines: int
    spoke: int
    unread: int
    first_unread: int | None
    why: str | None
    block: str

    @property
    def confidence(self) -> int:
        """How many of a hundred lines speak for the format."""
        return 100 * self.spoke // self.lines if self.lines else 0


def sniff(path: Path) -> tuple[Sniffed, ...]:
    """Try the first lines of a file as every format; those for which any line speaks, the likeliest first.

    Raises:
        CaseError: no format reads any of its lines.
        MachineError: the machine refuses to read it.
    """
    lines = [line for line, _ in zip(first_lines(path), range(LINES), strict=False)]
    tried = _tried(lines, path, anywhere=False)
    if not any(one.spoke for one in tried if not sources.ALL[one.format].format.logs_host):
        # Where no other format can be meant, a line in which no host was written speaks too.
        tried = _tried(lines, path, anywhere=True)
    most = max((one.spoke for one in tried), default=0)

    def finds_hosts(one: Sniffed) -> bool:
        """Of formats that read about as many lines, the one that finds the host in them tells more."""
        return sources.ALL[one.format].format.logs_host and 3 * one.spoke >= 2 * most

    found = sorted(
        (one for one in tried if one.spoke),
        key=lambda one: (not finds_hosts(one), -one.spoke, one.unread, one.format, one.block),
    )
    if not found:
        raise CaseError(
            Problem(
                "a log in a format of docs/formats.md",
                file=str(path),
                found="no line that reads as a request or as a news reader's" if lines else "no line",
                hint=(
                    'of Apache and nginx paste the server\'s own line: format = "apache" and log_format; '
                    "records of who had which address are not sniffed: [[assignment]]"
                ),
            )
        )
    return tuple(found)


def _tried(lines: Sequence[Line], path: Path, *, anywhere: bool) -> list[Sniffed]:
    return [
        _try(source, transport, lines, path, anywhere=anywhere)
        for source in sources.ALL.values()
        if source.format.described is None
        for transport in (TRANSPORTS if source.format.wrapped else TRANSPORTS[:1])
    ]


def _try(source: Source, transport: str, lines: Sequence[Line], path: Path, *, anywhere: bool) -> Sniffed:
    facts = source.format
    reader = source.reader(
        sources.Settings(
            begin=-_FOREVER,
            end=_FOREVER,
            targets=Targets(_targets(lines, facts.kind, logs_host=facts.logs_host, anywhere=anywhere)),
            login=lambda _name: "",
            login_account=lambda _name: None,
            zone="UTC",
            year=2001,
            transport=transport,
        )
    )
    reader.begin()
    # As a last line without newline, a line is read whatever it names; what does not read is `truncated`.
    reader.feed(lines if source.stateful else [line._replace(ended=False) for line in lines])
    (reading,) = reader.finish()
    rejects = sorted(reading.rejects)
    counted = len(lines) - reading.dropped["directive"] - reading.dropped["empty"]
    return Sniffed(
        source.name,
        counted,
        reading.kept,
        len(rejects),
        rejects[0].line if rejects else None,
        _why(rejects[0]) if rejects else None,
        _block(source, transport, path),
    )


def _why(reject: Reject) -> str:
    return "malformed" if reject.reason == "truncated" else reject.reason


def _targets(lines: Sequence[Line], kind: str, *, logs_host: bool, anywhere: bool) -> list[Target]:
    """Watch everything that the lines name, so that each request is kept."""
    if kind == "news":
        groups = {group for line in lines for group in _GROUP.findall(line.text)}
        return [
            Target(f"group {number}", newsgroup=group.decode("utf-8", "backslashreplace"))
            for number, group in enumerate(sorted(groups)[:_MOST_NAMES])
        ]
    everything = [Target("anything", path="/")]
    if not logs_host:
        return everything
    hosts = {host_name(name) for line in lines for name in _HOST.findall(line.text)}
    # All names below one are one target: a proxy's log has as many names as lines.
    wanted = {host if host.endswith("]") else f"*.{host.rpartition('.')[2]}" for host in hosts if host}
    named = [Target(f"host {name}", host=name) for name in sorted(wanted)[:_MOST_NAMES]]
    return [*named, *everything] if anywhere else named


def _block(source: Source, transport: str, path: Path) -> str:
    facts = source.format.carried(transport)
    said = ["[[log]]", f'files = ["{_pattern(_as_a_case_names_it(path))}"]', f'format = "{source.name}"']
    if transport != TRANSPORTS[0]:
        said.append(f'transport = "{transport}"')
    if facts.kind == "web" and not facts.logs_host:
        said.append('host = ""  # the host that was asked: this format does not log it')
    if facts.needs_zone:
        said.append('zone = ""  # of the written times, such as Europe/London')
    if facts.needs_year:
        said.append("year = 0  # of the first line")
    return "\n".join(said) + "\n"


def _as_a_case_names_it(path: Path) -> str:
    """Give the path relative to the case folder that it lies in; where it lies in none, as it was given."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links
    for folder in whole.parents:
        if (folder / FILE).is_file():
            return whole.relative_to(folder).as_posix()
    return path.as_posix()


def _pattern(path: str) -> str:
    """Give what names a file in TOML: one whose name is no text (PEP 383) by a pattern."""
    bare = re.sub(r"[\udc80-\udcff]", "?", path)
    return "".join(map(_in_toml, path if bare == path else re.sub(r"[\udc80-\udcff]", "?", escape(path))))


def _in_toml(sign: str) -> str:
    if sign in {'"', "\\"}:
        return f"\\{sign}"
    return sign if sign.isprintable() else f"\\U{ord(sign):08X}"
