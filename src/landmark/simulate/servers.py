"""What the servers write: Apache httpd's access logs and INN's nnrpd through syslog, rotated; and who sat at each line.

A web line is written when the answer is finished, with the time at which the request came; so later lines may have
earlier times. nnrpd names the client's address on the connect line only.
"""

from __future__ import annotations

import hashlib
import zlib
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from landmark.simulate.acts import sat
from landmark.simulate.addresses import name_of
from landmark.simulate.clock import CHANGE, DAY, HOUR, LOGS_FROM, LOGS_UNTIL, MINUTE, right, syslog_stamp, web_stamp
from landmark.simulate.sites import CLUB, watched

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from landmark.simulate.acts import Connection, Hit
    from landmark.simulate.clock import Clock

_FIRST_PID = 1_000
_LAST_PID = 32_767
_MEMBER_OF_GZIP = 31  # zlib: a gzip member; its header has no time and no name


class Written(NamedTuple):
    """One line of a log: when it was written, its text, whether it concerns a target, and who sat there."""

    time: int
    text: str
    watched: bool = False
    account: str | None = None
    person: str | None = None


class LogFile(NamedTuple):
    """One file: where, SHA-256 of its text, how many lines, and for each line that concerns a target who sat there."""

    path: str
    content_sha256: str
    lines: int
    watched: list[tuple[int, str | None]]  # its number, and the account
    sat: list[tuple[str | None, int]]  # the person, and the true instant at which the line was written


def write_logs(
    folder: Path, hits: Iterable[Hit], connections: Sequence[Connection], clock: Clock = right, *, ports: bool = False
) -> list[LogFile]:
    """Write every log below `folder`.

    Args:
        folder: where.
        hits: in the order of their times.
        connections: likewise.
        clock: what each server's clock shows.
        ports: whether the web servers log the client's port, after the agent.
    """
    web: dict[bool, list[Written]] = {True: [], False: []}
    for hit in hits:
        club = hit.host == CLUB
        text = _web_line(hit, clock("club" if club else "web", hit.time), ports=ports)
        person = sat(hit.account, hit.person)
        web[club].append(Written(hit.time + hit.lasts, text, hit.forum is not None, hit.account, person))
    news = _news_lines([one for one in connections if one.server == "news1"], "news1", _housekeeping("news1"))
    quiet = _news_lines([one for one in connections if one.server == "news2"], "news2", _quiet("news2"))
    week = LOGS_FROM + 5 * DAY + 17 * HOUR, LOGS_FROM + 10 * DAY + 17 * HOUR
    return [
        *_rotated(folder, "logs/access.log", sorted(web[False], key=lambda line: line.time), week),
        *_rotated(folder, "logs/club-access.log", sorted(web[True], key=lambda line: line.time), week[1:]),
        *_rotated(folder, "logs/news.notice", news, week[:1]),
        *_rotated(folder, "logs/news2.notice", quiet, ()),
    ]


def _web_line(hit: Hit, shown: int, *, ports: bool) -> str:
    if hit.host == CLUB:  # %h %l %u %t "%r" %>s %b
        host, size = "", str(hit.size or "-")
    else:  # %v:%p first, and %O for %b: with the headers
        host, size = f"{hit.host}:80 ", str(hit.size + 240)
    return (
        f'{host}{hit.address} - {hit.login or "-"} [{web_stamp(shown)}] "{hit.method} {hit.path} HTTP/1.0" '
        f'{hit.status} {size} "{hit.referrer}" "{hit.agent}"{f" {hit.port}" if ports else ""}'
    )


def _news_lines(connections: Sequence[Connection], host: str, other: list[Written]) -> list[Written]:
    lines = other
    pid = _FIRST_PID
    for one in connections:
        pid = pid + 1 + one.time % 7
        if pid > _LAST_PID:
            pid = _FIRST_PID
        lines.extend(_reader_lines(one, host, one.pid or pid))
    return sorted(lines, key=lambda line: line.time)  # stable: lines of one reader and second keep their order


def _reader_lines(one: Connection, host: str, pid: int) -> list[Written]:
    label = name_of(one.address)
    person = sat(one.account, one.person)
    concerned = any(watched(left.group) for left in one.left)
    articles = sum(left.articles for left in one.left)
    said = [(one.time, f"{label} ({one.address}) connect - port 119", concerned)]
    if one.login:
        said.append((one.time + 1, f"{label} user {one.login}", concerned))
    said += [(left.time, f"{label} group {left.group} {left.articles}", watched(left.group)) for left in one.left]
    if one.exits:
        end = one.left[-1].time
        elapsed = end - one.time
        said.append((end, f"{label} exit articles {articles} groups {len(one.left)}", concerned))
        said.append((end, f"{label} times user 0.010 system 0.020 idle 0.000 elapsed {elapsed}.000", False))
    return [
        Written(time, f"{syslog_stamp(time)} {host} nnrpd[{pid}]: {text}", is_watched, one.account, person)
        for time, text, is_watched in said
    ]


def _housekeeping(host: str) -> list[Written]:
    """Give what the news server itself writes, every three minutes: enough to tell the two hours of one name apart."""
    return [
        Written(time, f"{syslog_stamp(time)} {host} innd: ME HISstats {time % 977} hitpos 3 hitneg 41 missed")
        for time in range(LOGS_FROM, LOGS_UNTIL, 3 * MINUTE)
    ]


def _quiet(host: str) -> list[Written]:
    """Give what the second news server writes: twice a day, and nothing in the night the clocks change."""
    return [
        Written(time, f"{syslog_stamp(time)} {host} innd: ME status seconds 43200 accepted 0")
        for time in range(LOGS_FROM, LOGS_UNTIL, 12 * HOUR)
        if abs(time - CHANGE) > 3 * HOUR
    ]


def _rotated(folder: Path, path: str, lines: Sequence[Written], cuts: Sequence[int]) -> list[LogFile]:
    """Write a series of files, the oldest with the highest number, and compressed where it is the third."""
    edges = [LOGS_FROM - DAY, *cuts, LOGS_UNTIL + DAY]
    files = []
    for number, (begin, end) in enumerate(pairwise(edges)):
        age = len(cuts) - number
        name = f"{path}.{age}" if age else path
        part = [line for line in lines if begin <= line.time < end]
        text = "".join(f"{line.text}\n" for line in part).encode()
        if age > 1:
            name += ".gz"
            packer = zlib.compressobj(6, zlib.DEFLATED, _MEMBER_OF_GZIP)
            (folder / name).write_bytes(packer.compress(text) + packer.flush())
        else:
            (folder / name).write_bytes(text)
        seen = [(line, one.account) for line, one in enumerate(part, 1) if one.watched]
        sitting = [(one.person, one.time) for one in part if one.watched]
        files.append(LogFile(name, hashlib.sha256(text).hexdigest(), len(part), seen, sitting))
    return files
