"""Usual lines of a web log, many at once: those that are kept, or lie outside the window, as columns.

What is said of each is what `web_lines.Judge` says of a line by itself, found once for each distinct text. Whatever is
not told here (a line that is not usual, that concerns no target, that names its own host) is read by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from landmark.sources import request_line
from landmark.sources.answers import reason
from landmark.sources.many import referrers, requests
from landmark.sources.many.lines import Lines
from landmark.sources.many.spans import distinct, event_ids, firsts, pick
from landmark.sources.many.usual import of_rows, of_spans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from landmark.lines import Line, Stretch
    from landmark.sources import Settings
    from landmark.sources.many.combined import Apart
    from landmark.sources.many.spans import Buffer, Flags, Numbers
    from landmark.sources.many.usual import Usual
    from landmark.sources.row import Row
    from landmark.spellings import Names, Path

_NOT_VERIFIED = (401, 403)
_OUTSIDE, _UNTOLD = -2, -1  # instead of a target: it concerns one, but not then; it is to be read by itself


class Taken(NamedTuple):
    """What came of lines: rows kept as columns, how many lie outside the window, and the lines left to be read."""

    columns: list[dict[str, pa.Array]]
    outside_window: int
    left: list[Line]


class TakenRows(NamedTuple):
    """The same of lines that were taken apart."""

    columns: list[dict[str, pa.Array]]
    outside_window: int
    left: list[tuple[Line, Row]]


class Known(NamedTuple):
    """What is known of a log besides its lines."""

    settings: Settings
    names: Names | None  # of which a line holds one that concerns a target; None: every line does
    stated: str | None  # host, in its one form
    logs_host: bool
    is_verified: Callable[[Path], bool]


class Many:
    """Judges usual lines of one log."""

    def __init__(self, known: Known, apart: Callable[[Buffer, Numbers, Numbers], Iterator[Apart]] | None) -> None:
        """Take what is known of the log, and how usual lines are taken apart, where they can be."""
        self._known = known
        self._apart = apart
        self._bounds = np.array(known.settings.targets.bounds, np.int64)

    def of(self, lines: Sequence[Line]) -> Taken:
        """Judge lines that need not stand one behind the other."""
        return self._take(Lines.of(lines))

    def along(self, stretch: Stretch) -> Taken:
        """Judge lines that stand one behind the other."""
        return self._take(Lines.along(stretch))

    def rows(self, rows: Sequence[tuple[Line, Row]]) -> TakenRows:
        """Judge lines that were taken apart, each of which holds a target's name and has an instant."""
        lines, parsed = zip(*rows, strict=True)
        usual = of_rows(parsed, self._known.settings.trusted_proxies, logs_host=self._known.logs_host)
        left = np.ones(len(rows), np.bool_)
        columns, outside = self._judge(Lines.of(lines), usual, left, mentioned=True)
        return TakenRows(columns, outside, [rows[number] for number in np.flatnonzero(left).tolist()])

    def _take(self, lines: Lines) -> Taken:
        left = np.ones(len(lines.texts), np.bool_)
        outside, columns = 0, []
        if self._apart is not None:
            buffer = lines.buffer()
            for apart in self._apart(buffer, lines.begins, lines.begins + lines.lengths):
                made, more = self._judge(lines, of_spans(buffer, apart), left, mentioned=False)
                columns += made
                outside += more
        return Taken(columns, outside, lines.some(left))

    def _judge(
        self, lines: Lines, usual: Usual, left: Flags, *, mentioned: bool
    ) -> tuple[list[dict[str, pa.Array]], int]:
        """Give the columns of what is kept, and how many lines lie outside the window; mark what is not left."""
        judged = _Judged(self._known, self._bounds, usual, mentioned=mentioned)
        left[usual.lines[judged.target != _UNTOLD]] = False
        outside = int(np.count_nonzero(judged.target == _OUTSIDE))
        kept = np.flatnonzero(judged.target >= 0)
        if not len(kept):
            return [], outside
        at = usual.lines[kept]
        every = len(at) == len(lines.texts)
        texts = lines.texts if every else [lines.texts[number] for number in at.tolist()]
        columns = {
            "event_id": event_ids(texts, lines.offsets[at]),
            "line": pa.array(lines.numbers[at]),
            "offset": pa.array(lines.offsets[at]),
            "length": pa.array(lines.lengths[at]),
            **judged.columns(kept, self._known.is_verified),
        }
        return [columns], outside


class _Judged:
    """Usual lines, and what is known of each: `target` is which of `ids`, or why there is none."""

    def __init__(self, known: Known, bounds: Numbers, usual: Usual, *, mentioned: bool) -> None:
        settings = self._settings = known.settings
        self._usual = usual
        self._instants = usual.instants - settings.clock_ahead
        self._requests = usual.requests
        self._asked = requests.read(self._requests.texts, settings.targets.deepest)
        self._host, self._hosts = usual.hosts or (np.zeros(len(usual.lines), np.int64), [known.stated])
        self.ids: list[str] = []
        self.target = self._targets(bounds, self._names_hold(None if mentioned else known.names))
        self.target[~usual.senders.known[usual.senders.codes]] = _UNTOLD

    def _names_hold(self, names: Names | None) -> Flags:
        """Say of each distinct request whether, where it concerns a target, it is sure to hold a target's name."""
        sure = self._asked.plain.copy()
        if names is None:
            sure[:] = True
        else:
            for one in np.flatnonzero(~sure & (self._asked.place >= 0)):
                sure[one] = names.held_by(self._requests.texts[one].as_py().encode())
        return sure

    def _targets(self, bounds: Numbers, sure: Flags) -> Numbers:
        """Say what each line concerns; between two bounds a target is in force or not: each stretch is asked once."""
        settings, usual = self._settings, self._usual
        target = np.full(len(usual.lines), _UNTOLD, np.int64)
        place = np.where(sure, self._asked.place, -1)[self._requests.codes]
        told = np.flatnonzero(place >= 0)
        stretch = np.searchsorted(bounds, self._instants[told], side="right")
        key = (self._host[told] * len(self._asked.places) + place[told]) * (len(bounds) + 1) + stretch
        first, which = firsts(key)
        ids: dict[str, int] = {}
        found = [self._match(told[one], place[told[one]], ids) for one in first]
        target[told] = np.array(found, np.int64)[which]
        self.ids = list(ids)
        outside = (self._instants < settings.begin) | (self._instants >= settings.end)
        target[(target >= 0) & outside] = _OUTSIDE
        return target

    def _match(self, line: int, place: int, ids: dict[str, int]) -> int:
        targets, host = self._settings.targets, self._hosts[self._host[line]]
        if host is None and self._usual.hosts is not None:
            return _UNTOLD
        if host is not None and not targets.reached_at(host):
            return _UNTOLD
        match = targets.match_web(host, self._asked.places[place], (int(self._instants[line]),))
        if match.target is None:
            return _OUTSIDE if match.fits else _UNTOLD
        return ids.setdefault(match.target, len(ids))

    def columns(self, kept: Numbers, is_verified: Callable[[Path], bool]) -> dict[str, pa.Array]:
        """Give the columns of the lines that are kept, but for where they stand."""
        settings, usual, asked = self._settings, self._usual, self._asked
        count = len(kept)
        request = self._requests.codes[kept]
        clients = usual.senders.codes[kept]
        stated = pick([settings.server], np.zeros(count, np.int64))
        zones, zone_names = usual.zones
        sizes, status = usual.sizes[kept], usual.status[kept]
        referrer, referred, words = self._referred(kept)
        static = asked.static[request]
        return {
            "time": pa.array(self._instants[kept]),
            "time_until": pa.nulls(count, pa.int64()),
            "time_text": _some(usual.times, kept),
            "zone": pick([zone for zone, _ in zone_names], zones[kept]),
            "zone_known": pick([known for _, known in zone_names], zones[kept]),
            "client_address": pick(usual.senders.addresses, clients),
            "client_port": _some(usual.ports, kept),
            "client_host": pick(usual.senders.names, clients),
            "destination": stated if settings.server else _some(usual.destinations, kept),
            **self._logins(kept, is_verified),
            "target": pick(self.ids, self.target[kept]),
            "action": pick(asked.actions, asked.action[request]),
            "object": pick(asked.object, request),
            "status": pa.array(status, mask=status < 0),
            "bytes": pa.array(sizes, mask=sizes < 0),
            "agent": _some(usual.agents, kept),
            "referrer": referrer,
            "reason": self._reasons(asked.method[request], status, static, referred, words),
            "host": pick(self._hosts, self._host[kept]),
            "static": pa.array(static),
            "referred": pick(words, referred),
        }

    def _referred(self, kept: Numbers) -> tuple[pa.DictionaryArray, Numbers, list[str]]:
        """Give the referrers' texts, and how each stands to the row's host: which of some words."""
        found = distinct(_some(self._usual.referrers, kept))
        read = referrers.read(found.texts)
        key = self._host[kept] * len(read.origins) + read.origin[found.codes]
        first, which = firsts(key)
        said = [divmod(int(pair), len(read.origins)) for pair in key[first]]
        words = [read.origins[origin].to(self._hosts[host]) for host, origin in said]
        without = self._usual.without_referrer[kept]
        texts = pa.concat_arrays([read.texts, pa.nulls(1, pa.string())])
        return pick(texts, np.where(without, len(read.texts), found.codes)), which, words

    def _reasons(
        self, method: Numbers, status: Numbers, static: Flags, referred: Numbers, words: Sequence[str]
    ) -> pa.DictionaryArray:
        other = np.array([word == "other" for word in words], np.bool_)[referred]
        # A status has few digits, and is -1 where there is none.
        first, which = firsts((((status + 1) * len(self._asked.methods) + method) * 2 + static) * 2 + other)
        found = [
            reason(
                self._asked.methods[method[one]],
                int(status[one]) if status[one] >= 0 else None,
                static=bool(static[one]),
                referred=words[referred[one]],
            )
            for one in first
        ]
        return pick(found, which)

    def _logins(self, kept: Numbers, is_verified: Callable[[Path], bool]) -> dict[str, pa.Array]:
        """Give the columns that tell of logins."""
        settings, count = self._settings, len(kept)
        codes, names = self._usual.users
        users = codes[kept]
        verified = np.zeros(count, np.bool_)
        accounts: list[str | None] = [None] * count
        if settings.login_verified:
            asked = [request_line.known(one.encode()) for one in self._requests.texts.to_pylist()]
            paths = np.array([one is not None and is_verified(one.request.segments) for one in asked], np.bool_)
            verified = np.array([name is not None for name in names], np.bool_)[users]
            verified &= paths[self._requests.codes[kept]] & ~np.isin(self._usual.status[kept], _NOT_VERIFIED)
            for row in np.flatnonzero(verified):
                name = names[users[row]]
                accounts[row] = None if name is None else settings.login_account(name)
        return {
            "login": pick(self._hashed(users, names), users),
            "login_verified": pa.array(verified),
            "login_account": pa.array(accounts, pa.string()),
        }

    def _hashed(self, users: Numbers, names: Sequence[bytes | None]) -> list[str | None]:
        """Give the keyed hash of each login that a kept line has: of no other is one made."""
        hashed: list[str | None] = [None] * len(names)
        for one in np.unique(users).tolist():
            name = names[one]
            hashed[one] = None if name is None else self._settings.login(name)
        return hashed


def _some(column: pa.Array, kept: Numbers) -> pa.Array:
    """Give a column of the lines that are kept, which ascend."""
    return column if len(kept) == len(column) else column.take(pa.array(kept))
