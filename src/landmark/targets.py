"""The targets of a case, compiled: which of them a row concerns, and whether a line holds a target's name at all.

A line that holds no name is `not_watched` whatever else it is; the prefilter passes every line that holds one, so
which others it passes changes no figure.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from landmark.spellings import Names, Path, host_name, segments

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from landmark.case import Target


_LONGEST = 512
"""Bytes of a host and the beginning of a path that are held with what they fit."""


class Match(NamedTuple):
    """What a row concerns: whether any target fits it, and the id of the first of those in force."""

    fits: bool
    target: str | None


class _Place(NamedTuple):
    target: Target
    wildcard: bool
    depth: int
    order: int

    def in_force(self, instants: Sequence[int]) -> bool:
        begin, end = self.target.begin, self.target.end
        if begin is None and end is None:
            return True
        return all((begin is None or begin <= one) and (end is None or one < end) for one in instants)


class _Tree:
    """The targets of one host by path."""

    def __init__(self) -> None:
        self._places: dict[Path, list[_Place]] = {}
        self._depth = 0

    def add(self, path: Path, place: _Place) -> None:
        self._places.setdefault(path, []).append(place)
        self._depth = max(self._depth, len(path))

    def above(self, path: Path) -> Iterator[_Place]:
        """Give those whose path is the given one or above it, on whole segments."""
        for depth in range(min(len(path), self._depth), -1, -1):
            yield from self._places.get(path[:depth], ())


class Targets:
    """The targets of a case, compiled."""

    def __init__(self, targets: Sequence[Target]) -> None:
        """Compile targets, in the order of the case."""
        self._web: list[tuple[str | None, Path]] = []
        self._groups: list[str] = []
        self._exact: dict[str, _Tree] = {}
        self._below: dict[str, _Tree] = {}
        self._anywhere: _Tree | None = None
        self._news: dict[bytes, list[_Place]] = {}
        self._news_below: dict[bytes, list[_Place]] = {}
        self._all = tuple(targets)
        self._deepest = 0
        self._names = lru_cache(maxsize=64)(self._make_names)
        self._found = lru_cache(maxsize=1 << 12)(self._find)
        self._reached = lru_cache(maxsize=1 << 12)(self._is_reached)
        for order, target in enumerate(targets):
            if target.newsgroup is None:
                self._add_web(target, order)
            else:
                self._add_news(target, target.newsgroup, order)

    def _add_web(self, target: Target, order: int) -> None:
        path = segments((target.path or "").encode())
        wildcard = target.host is not None and target.host.startswith("*.")
        host = None if target.host is None else _host(target.host.removeprefix("*."))
        if host is None:
            tree = self._anywhere = self._anywhere or _Tree()
        else:
            tree = (self._below if wildcard else self._exact).setdefault(host, _Tree())
        tree.add(path, _Place(target, wildcard or host is None, len(path), order))
        self._deepest = max(self._deepest, len(path))
        self._web.append((f".{host}" if wildcard else host, path))

    def _add_news(self, target: Target, group: str, order: int) -> None:
        wildcard = group.endswith(".*")
        name = group.removesuffix("*")
        places = self._news_below if wildcard else self._news
        places.setdefault(name.encode(), []).append(_Place(target, wildcard, 0, order))
        self._groups.append(name)

    def names(self, kind: Literal["web", "news"], logs_host: bool, host: str | None) -> tuple[bytes, ...] | None:  # noqa: FBT001 - a fact of the format, as `LogFormat` has it
        """Give the literals that a prefilter seeks, in either letter case, in a log.

        Args:
            kind: of log.
            logs_host: whether its format logs the host that a request was for.
            host: that its [[log]] states.

        Returns:
            The literals; None where every line holds a name. A line may spell a name otherwise, which always takes
            a percent or log escape, a doubled slash, a dot segment, punycode or a byte beyond ASCII.
        """
        names = self._names(kind, logs_host, host)
        return None if names is None else names.literals

    def sought(self, kind: Literal["web", "news"], *, logs_host: bool, host: str | None) -> Names | None:
        """Give the names of which a line of a log holds one in some spelling, as in `names`; None: every line does."""
        return self._names(kind, logs_host, host)

    def mentions(self, line: bytes, kind: Literal["web", "news"], logs_host: bool, host: str | None) -> bool:  # noqa: FBT001 - as in `names`
        """Say whether a line of a log holds the name of a target in any accepted spelling."""
        names = self._names(kind, logs_host, host)
        return names is None or names.held_by(line)

    def written(self, kind: Literal["web", "news"], *, logs_host: bool, host: str | None) -> Names:
        """Give the names that can be told from a line, even where every line of the log holds one."""
        if kind == "news":
            return Names(groups=self._groups)
        stated = None if host is None else host_name(host.encode())
        paths: list[Path] = []
        hosts: list[str] = []
        for name, path in self._web:
            if name is not None and (logs_host or not (path or _is_at(name, stated))):
                hosts.append(name)
            elif path:
                paths.append(path)
        return Names(paths, hosts)

    def _make_names(self, kind: Literal["web", "news"], logs_host: bool, host: str | None) -> Names | None:  # noqa: FBT001 - as in `names`
        stated = None if host is None or logs_host else host_name(host.encode())
        if kind == "web" and any(not path and (name is None or _is_at(name, stated)) for name, path in self._web):
            return None
        return self.written(kind, logs_host=logs_host, host=host)

    def reached_at(self, host: str, *, absolute: bool = False) -> bool:
        """Say whether any target can be reached at a host, in its one form.

        Args:
            host: that the request was for.
            absolute: whether the request named it itself, which only a target with a host matches.
        """
        return self._reached(host, absolute)

    def _is_reached(self, host: str, absolute: bool) -> bool:  # noqa: FBT001 - a key of a cache
        return next(self._trees(host, absolute=absolute), None) is not None

    def match_web(self, host: str | None, path: Path, instants: Sequence[int], *, absolute: bool = False) -> Match:
        """Give what a request concerns.

        Args:
            host: that the request was for, in its one form; None where it is not known.
            path: its segments.
            instants: at all of which a target must be in force, µs UTC.
            absolute: whether the request named the host itself.
        """
        above = path[: self._deepest]
        if len(host or "") + sum(map(len, above)) > _LONGEST:
            return _first(self._find(host, above, absolute), instants)
        return _first(self._found(host, above, absolute), instants)

    def _find(self, host: str | None, path: Path, absolute: bool) -> tuple[_Place, ...]:  # noqa: FBT001 - a key of a cache
        places = [place for tree in self._trees(host, absolute=absolute) for place in tree.above(path)]
        return _sorted(places)

    @property
    def deepest(self) -> int:
        """Of how many segments the longest path of a target is: what is further down makes no difference."""
        return self._deepest

    @property
    def bounds(self) -> list[int]:
        """The instants at which a target begins or ends to be in force, ascending, µs UTC."""
        ends = (bound for target in self._all for bound in (target.begin, target.end))
        return sorted({bound for bound in ends if bound is not None})

    def match_news(self, group: bytes, instants: Sequence[int]) -> Match:
        """Give what a newsgroup concerns, at instants µs UTC."""
        places = list(self._news.get(group, ()))
        places += [place for name, below in self._news_below.items() if _is_below(group, name) for place in below]
        return _first(_sorted(places), instants)

    def _trees(self, host: str | None, *, absolute: bool) -> Iterator[_Tree]:
        if host is not None:
            if tree := self._exact.get(host):
                yield tree
            _, *above = host.split(".") if self._below else ("",)
            for depth in range(len(above)):
                if tree := self._below.get(".".join(above[depth:])):
                    yield tree
        if self._anywhere is not None and not absolute:
            yield self._anywhere


def _sorted(places: list[_Place]) -> tuple[_Place, ...]:
    """Exact before wildcard, longest path, order in the case; a target without host is as wide as a wildcard."""
    return tuple(sorted(places, key=lambda place: (place.wildcard, -place.depth, place.order)))


def _first(places: tuple[_Place, ...], instants: Sequence[int]) -> Match:
    for place in places:
        if place.in_force(instants):
            return Match(fits=True, target=place.target.id)
    return Match(fits=bool(places), target=None)


def _host(host: str) -> str:
    return host_name(host.encode()) or host


def _is_at(name: str, stated: str | None) -> bool:
    if stated is None:
        return False
    return stated == name or (name.startswith(".") and stated.endswith(name) and stated != name)


def _is_below(group: bytes, name: bytes) -> bool:
    return group.startswith(name) and group != name
