"""What came of each news connection, once the whole series was read: which of its lines are kept, and as what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from landmark.sources import Event, FileReading, Reject, Settings
from landmark.sources.addresses import address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from landmark.sources.connected import Connection, Group, Place
    from landmark.sources.transport import Series

Instants = tuple[int, ...]
"""The instants that one local time can be, µs UTC, ascending."""


@dataclass(frozen=True, slots=True)
class _Reader:
    """What every row of one connection has in common."""

    address: str | None
    host: str | None
    port: int | None
    login: bytes | None  # the one name that the server verified
    claimed: bytes | None
    connection: str
    ends: Instants | None  # those of the connect line and of the last watched group line; None: cut


class _What(NamedTuple):
    """What a line adds to that."""

    action: str
    reason: str | None
    name: bytes | None = None  # of a user line
    target: str | None = None
    group: bytes | None = None
    articles: int | None = None
    size: int | None = None


class Accounting:
    """Enters each connection's lines where they belong: kept, dropped or rejected."""

    def __init__(self, settings: Settings, clocks: Series, files: Sequence[FileReading]) -> None:
        """Take the settings, the clocks, settled, and the readings of the series' texts, which are added to."""
        self._settings = settings
        self._clocks = clocks
        self._files = files

    def enter(self, connection: Connection) -> None:
        """Enter every line of a connection with a watched group line."""
        watched = [(group, self._target(group)) for group in connection.groups]
        kept = any(target is not None and self._is_inside(group.place) for group, target in watched)
        if not kept:
            for place in connection.others:
                self._drop(place, "not_watched")
            for group in connection.groups:
                self._drop(group.place, "outside_window")
            return
        last = [group.place for group, target in watched if target is not None][-1]
        reader = self._reader(connection, last)
        self._keep(connection.connect, reader, _What("connect", "connection"))
        for further in connection.further:
            self._keep(further, reader, _What("connect", "connection"))
        for again in connection.again:
            self._drop(again, "duplicate" if self._is_inside(again) else "outside_window")
        for user in connection.users:
            self._keep(user.place, reader, _What("other", "connection", name=user.name))
        for place in connection.exits:
            self._keep(place, reader, _What("other", "connection"))
        for group, target in watched:
            if target is None:
                self._drop(group.place, "outside_window")
            else:
                self._keep(group.place, reader, _of_group(group, target, cut=reader.ends is None))

    def enter_orphan(self, group: Group) -> None:
        """Enter a watched group line that belongs to no connection."""
        if self._target(group) is not None and self._is_inside(group.place):
            self._reject(group.place, "orphan")
        else:
            self._drop(group.place, "outside_window")

    def _reader(self, connection: Connection, last: Place) -> _Reader:
        known = self._is_inside(connection.connect)
        name = connection.label if connection.name is None else connection.name
        label = name.decode("utf-8", "backslashreplace").lower()
        client = address(connection.address) if known else None
        return _Reader(
            address=client,
            # Where no address is known, the label is all that its own lines say, be it an address.
            host=label if client is None or address(name) is None else None,
            port=None if client is None else connection.port,
            login=self._login(connection),
            claimed=connection.claimed,
            connection=(connection.connect if known else self._first_inside(connection)).event_id,
            ends=self._ends(connection.connect, last) if known and self._is_inside(last) else None,
        )

    def _login(self, connection: Connection) -> bytes | None:
        """Give the one name that was verified; a line outside the window can gainsay it, but tells no name."""
        names = {user.name for user in connection.users}
        told = any(self._is_inside(user.place) for user in connection.users)
        if len(names) != 1 or not told or not all(user.whole for user in connection.users):
            return None
        return names.pop()

    def _first_inside(self, connection: Connection) -> Place:
        """Give the first line that the window covers: of the connect line before it nothing is kept, no name either."""
        places = [*connection.others, *(group.place for group in connection.groups)]
        return min((place for place in places if self._is_inside(place)), key=lambda place: (place.file, place.line))

    def _ends(self, first: Place, last: Place) -> Instants:
        return tuple(sorted({*self._instants(first), *self._instants(last)}))

    def _target(self, group: Group) -> str | None:
        return self._settings.targets.match_news(group.group, self._instants(group.place)).target

    def _instants(self, place: Place) -> Instants:
        if place.stamp is None:
            return ()
        instants, ahead = self._clocks.instants(place.stamp), self._settings.clock_ahead
        return tuple(one - ahead for one in instants) if ahead else instants

    def _is_inside(self, place: Place) -> bool:
        return self._are_inside(self._instants(place))

    def _are_inside(self, instants: Instants) -> bool:
        return bool(instants) and self._settings.begin <= instants[0] and instants[-1] < self._settings.end

    def _drop(self, place: Place, reason: str) -> None:
        self._files[place.file].dropped[reason] += 1

    def _reject(self, place: Place, reason: str) -> None:
        self._files[place.file].rejects.append(Reject(place.line, place.offset, place.length, reason))

    def _keep(self, place: Place, reader: _Reader, what: _What) -> None:
        own = self._instants(place)
        if place.stamp is None:
            self._reject(place, "bad_time")
        elif self._are_inside(own):
            self._files[place.file].events.append(self._event(place, own, reader, what))
        else:
            self._drop(place, "outside_window")

    def _event(self, place: Place, own: Instants, reader: _Reader, what: _What) -> Event:
        settings = self._settings
        instants = reader.ends or own
        login = next((one for one in (reader.login, what.name, reader.claimed) if one is not None), None)
        stated = None if place.stamp is None else place.stamp.zone
        return Event(
            event_id=place.event_id,
            line=place.line,
            offset=place.offset,
            length=place.length,
            time=own[0],
            time_until=own[-1] if len(own) > 1 else None,
            time_text="" if place.stamp is None else place.stamp.text,
            zone=(settings.zone or "") if stated is None else stated,
            zone_known="declared" if stated is None else "stated",
            client_address=reader.address,
            client_port=reader.port,
            client_host=reader.host,
            protocol="tcp",
            destination=settings.server,
            login=None if login is None else settings.login(login),
            target=what.target,
            action=what.action,
            object=None if what.group is None else what.group.decode("utf-8", "backslashreplace"),
            articles=what.articles,
            status=None,
            bytes=what.size,
            agent=None,
            referrer=None,
            connection=reader.connection,
            counts=what.reason is None,
            reason=what.reason,
            series="" if place.stamp is None else place.stamp.host,
            host=None,
            static=False,
            referred="none",
            login_verified=reader.login is not None,
            login_account=None if reader.login is None else settings.login_account(reader.login),
            instants=instants,
            first_instant=instants[0],
            last_instant=instants[-1],
        )


def _of_group(group: Group, target: str, *, cut: bool) -> _What:
    reason = "only_opened" if group.articles == 0 else "cut" if cut else None
    action = "fetch" if group.articles else "open"
    return _What(action, reason, target=target, group=group.group, articles=group.articles, size=group.size)
