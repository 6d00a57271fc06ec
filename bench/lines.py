"""Logs of any size with known shares of lines that concern a case; nothing in them is about anybody.

A piece is drawn from a seed and written again and again: what reads it cannot tell, and drawing it does not take longer
than measuring.
"""

from __future__ import annotations

import gzip
from random import Random
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

PIECE, NEWS_PIECE = 8 << 20, 64 << 20
"""Bytes of the piece that is drawn; where every line tells a clock, it goes back a fortnight behind each piece."""
_NAMES = "haldon brimley corsham denby eskdale farley gorran hexby imber jarrow kelso ludham marston norley otley"
_AGENTS = (
    "Mozilla/4.0 (compatible; MSIE 5.5; Windows 98)",
    "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)",
    "Mozilla/4.77 [en] (Windows NT 5.0; U)",
    "Opera/5.12 (Windows 98; U) [en]",
)
_SYLLABLES = (
    *("ba", "co", "di", "fu", "ga", "he", "ji", "ko", "lu", "ma", "ne", "po", "qui", "ra", "so", "ti", "vu", "wa"),
    *("xe", "yo", "zu"),
)
_CASE = """[case]
id = "bench"
title = "A measurement"
lead = "GB"
[authority]
reference = "none"
issuer = "none"
provider = "none"
zone = "UTC"
from = 2001-10-01T00:00:00Z
until = 2001-11-01T00:00:00Z
covers = ["traffic"]
"""


class Log(NamedTuple):
    """What is drawn: the format, what the [[log]] says besides, whether a share of lines names one domain, targets."""

    format: str
    said: str
    domain: bool
    targets: tuple[str, ...]


def names(count: int) -> list[str]:
    """Give unlike names, always the same."""
    draw = Random(3)  # noqa: S311 - nothing here is a secret
    found = dict.fromkeys(_NAMES.split())
    while len(found) < count:
        found["".join(draw.choices(_SYLLABLES, k=4))] = None
    return list(found)[:count]


def forums(count: int = 30) -> Log:
    """Targets that are paths unlike each other, of one server."""
    return Log("combined", 'host = "www.example"', domain=False, targets=tuple(f"/{name}/" for name in names(count)))


def one_domain(count: int = 30) -> Log:
    """Targets that are hosts under one domain, which nine in ten lines name."""
    targets = tuple(f"{name}.provider.example" for name in names(count))
    return Log("vhost_combined", "", domain=True, targets=targets)


def news(count: int = 30) -> Log:
    """Targets that are newsgroups."""
    targets = tuple(f"test.watched.{name}" for name in names(count))
    return Log("inn", 'zone = "UTC"\nyear = 2001', domain=False, targets=targets)


def write(  # noqa: PLR0913 - what a measured case is made of
    folder: Path, log: Log, size: int, share: float, *, packed: bool = False, seek: Log | None = None
) -> None:
    """Make a case and `targets.txt`.

    Args:
        folder: where.
        log: what the lines are of.
        size: bytes of text, about.
        share: of its lines that concern the case.
        packed: by gzip.
        seek: whose targets the case has; else those of the log.
    """
    folder.mkdir(parents=True)
    said = [_CASE, f'[[log]]\nfiles = ["access.log{".gz" if packed else ""}"]\nformat = "{log.format}"\n{log.said}\n']
    for number, target in enumerate((seek or log).targets):
        key = "path" if target.startswith("/") else "newsgroup" if log.format == "inn" else "host"
        said.append(f'[[target]]\nid = "t{number}"\n{key} = "{target}"\n')
    (folder / "case.toml").write_text("".join(said), encoding="utf-8")
    (folder / "targets.txt").write_text("".join(f"{target}\n" for target in (seek or log).targets), encoding="utf-8")
    piece = b"".join(_drawn(log, min(NEWS_PIECE if log.format == "inn" else PIECE, size), share))
    path = folder / ("access.log.gz" if packed else "access.log")
    stored = gzip.compress(piece, compresslevel=6) if packed else piece
    with path.open("wb") as file:
        for _ in range(max(1, size // len(piece))):
            file.write(stored)  # packed, one member behind the other


def _drawn(log: Log, size: int, share: float) -> Iterator[bytes]:
    draw = Random(7)  # noqa: S311 - as above
    line = _News() if log.format == "inn" else _web
    done = 0
    while done < size:
        text = line(draw, log, done / size, draw.random() < share)
        done += len(text)
        yield text


def _web(draw: Random, log: Log, at: float, watched: bool) -> bytes:  # noqa: FBT001 - drawn by lot
    day, second = divmod(int(at * 14 * 86_400), 86_400)
    clock = f"{day + 2:02}/Oct/2001:{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02} +0000"
    target = draw.choice(log.targets) if watched else ""
    hosted = target or (f"www{draw.randrange(40)}.provider.example" if draw.random() < 0.9 else "else.example")  # noqa: PLR2004
    host = f"{hosted}:80 " if log.domain else ""
    path = "/".join(_words(draw)) + draw.choice((".html", ".gif", "/", ".jpg"))
    path = f"{path}?q=a%20b" if draw.random() < 0.005 else path  # noqa: PLR2004 - one line in 200 has an escape
    begin = target if target.startswith("/") else "/"
    referrer = "-" if draw.random() < 0.3 else f"http://www.example/{'/'.join(_words(draw))}.html"  # noqa: PLR2004
    client = f"10.{draw.randrange(4)}.{draw.randrange(256)}.{draw.randrange(256)}"
    request = f"GET {begin}{path} HTTP/1.0"
    answer = f"{draw.choice((200, 200, 200, 304, 404))} {draw.randrange(60_000)}"
    return f'{host}{client} - - [{clock}] "{request}" {answer} "{referrer}" "{draw.choice(_AGENTS)}"\n'.encode()


def _words(draw: Random) -> Sequence[str]:
    return ["".join(draw.choices(_SYLLABLES, k=3)) for _ in range(draw.randrange(1, 4))]


class _News:
    """Whole sessions, some 150 at a time; four lines in ten are the server's own."""

    def __init__(self) -> None:
        self._open: list[tuple[int, str]] = []
        self._pid = 300

    def __call__(self, draw: Random, log: Log, at: float, watched: bool) -> bytes:  # noqa: FBT001 - drawn by lot
        day, second = divmod(int(at * 14 * 86_400), 86_400)
        head = f"Oct {day + 2:2} {second // 3600:02}:{second // 60 % 60:02}:{second % 60:02} news1"
        lot = draw.random()
        if watched and self._open:
            pid, host = draw.choice(self._open)
            return f"{head} nnrpd[{pid}]: {host} group {draw.choice(log.targets)} {draw.randrange(1, 90)}\n".encode()
        if lot < 0.4:  # noqa: PLR2004 - as above
            said = f"{'.'.join(_words(draw))}:{draw.randrange(60)} checkpoint seconds 600 accepted 7"
            return f"{head} innd: {said}\n".encode()
        if lot < 0.55 or not self._open:  # noqa: PLR2004
            self._pid = self._pid + 1 if self._pid < 32_767 else 300  # noqa: PLR2004 - as a system numbers processes
            host = f"host-{draw.randrange(3000)}.example"
            self._open.append((self._pid, host))
            client = f"10.0.{draw.randrange(256)}.{draw.randrange(256)}"
            return f"{head} nnrpd[{self._pid}]: {host} ({client}) connect - port 119\n".encode()
        if lot < 0.75 or len(self._open) < 150:  # noqa: PLR2004
            pid, host = draw.choice(self._open)
            return f"{head} nnrpd[{pid}]: {host} group test.{'.'.join(_words(draw))} {draw.randrange(90)}\n".encode()
        pid, host = self._open.pop(draw.randrange(len(self._open)))
        nnrpd = f"{head} nnrpd[{pid}]: {host}"
        return (
            f"{nnrpd} exit articles {draw.randrange(90)} groups 1\n"
            f"{nnrpd} times user 0.010 system 0.000 idle 0.000 elapsed 3.123\n"
        ).encode()
