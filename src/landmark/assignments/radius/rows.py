"""One row of RADIUS accounting in a CSV: its columns by the header, and the packets that it stands for.

A row is either a session as a database keeps it (`from`, `until`, `updated`), or one packet (`status`, `time`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from landmark.assignments.radius.leases import SLACK
from landmark.assignments.radius.packets import KINDS, NO_PACKETS, RESTARTS, Held, Key, Kind, Packet, held, line_of
from landmark.assignments.times import Instant, UnreadableError, has_form, read_instant

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from landmark.assignments import Settings

_SECOND = 1_000_000
_SECONDS = re.compile(r"[0-9]{1,10}")
# What databases write where there is nothing.
_NOTHING = frozenset({"", "NULL", "null", "\\N", "0000-00-00 00:00:00"})
_ATTRIBUTES = ("address", "address6", "prefix", "delegated")
# Acct-Terminate-Cause (RFC 2866, section 5.10), by its word or number: what a database is told of sessions whose Stop
# never came, too, by a restart of their NAS or by whoever tidies the table up.
_NAS_RESTARTED = frozenset({"nas-reboot", "nas-request-reboot", "11"})
_TIDIED_UP = frozenset({"admin-reset", "admin-reboot", "nas-error", "6", "7", "9"})
USUAL = {
    "address": "framedipaddress",
    "address6": "framedipv6address",
    "prefix": "framedipv6prefix",
    "delegated": "delegatedipv6prefix",
    "user": "username",
    "session": "acctsessionid",
    "nas": "nasipaddress",
    "station": "callingstationid",
    "port": "nasportid",
    "from": "acctstarttime",
    "until": "acctstoptime",
    "updated": "acctupdatetime",
    "cause": "acctterminatecause",
    "lasted": "acctsessiontime",
    "status": "acctstatustype",
    "time": "timestamp",
    "delay": "acctdelaytime",
}
"""What FreeRADIUS's `radacct` calls the columns, and what a table of packets would; `circuit` has no usual name."""
_ACCOUNTS = {"": "user", "user-name": "user", "calling-station-id": "station", "circuit-id": "circuit"}


class Columns(NamedTuple):
    """Where the columns are, and which of the two kinds of rows they make."""

    places: Mapping[str, int]
    packets: bool


class Clock(NamedTuple):
    """What the case says of the times: µs."""

    zone: ZoneInfo | None
    ahead: int


def columns_of(names: Sequence[str], settings: Settings) -> Columns:
    """Find the columns in a header; the letter case of their names is all one.

    Raises:
        UnreadableError: `malformed`: a column that is needed is missing, or a column is there twice, or one that the
            case names is not there.
    """
    plain = [name.strip().lower() for name in names]
    theirs = {name: called.lower() for name, called in settings.columns.items()}
    kind = _ACCOUNTS.get(settings.account_kind)
    if kind is not None and "account" not in theirs:
        called = theirs.get(kind) or USUAL.get(kind)
        theirs |= {} if called is None else {"account": called}
    places: dict[str, int] = {}
    for name, called in {**USUAL, **theirs}.items():
        if plain.count(called) == 1:
            places[name] = plain.index(called)
        elif called in plain or name in theirs:
            raise UnreadableError("malformed")
    packets = "status" in places
    needed = {"account", "session", "nas", "time"} if packets else {"account", "from", "until"}
    if not needed <= places.keys() or not places.keys() & set(_ATTRIBUTES):
        raise UnreadableError("malformed")
    return Columns(places, packets)


class Row:
    """A row's fields by our names; an empty text is nothing."""

    def __init__(self, fields: Sequence[str], columns: Columns) -> None:
        """Take the fields of one line."""
        self.is_packet = columns.packets
        self._values = {
            name: "" if fields[at].strip() in _NOTHING else fields[at] for name, at in columns.places.items()
        }

    def text(self, name: str) -> str:
        """Give a field without blanks around it."""
        return self._values.get(name, "").strip()

    def name(self, name: str) -> bytes:
        """Give a field's exact bytes."""
        return self._values.get(name, "").encode("latin-1")

    def seconds(self, name: str) -> int:
        """Give a number of seconds, µs; 0 where there is none."""
        text = self.text(name)
        if text and not _SECONDS.fullmatch(text):
            raise UnreadableError("malformed")
        return int(text or "0") * _SECOND

    def instant(self, name: str, clock: Clock, delay: int = 0) -> Instant | None:
        """Give an instant with the clock's deviation and a delay taken off; None where there is none."""
        text = self.text(name)
        if not text:
            return None
        if not has_form(text):
            raise UnreadableError("malformed")
        at = read_instant(text, clock.zone)
        return Instant(at.earlier - clock.ahead - delay, at.later - clock.ahead - delay)

    def held(self, kind: Kind) -> tuple[Held, ...]:
        """Give its addresses and prefixes; several of one attribute stand with commas between."""
        parts = ((name, part) for name in _ATTRIBUTES for part in self.text(name).replace(",", " ").split())
        return held(parts, kind if self.is_packet else Kind.START)


def packets(row: Row, clock: Clock, settings: Settings, *, text: int, number: int) -> list[Packet]:
    """Give the packets that a row stands for, earliest first.

    Raises:
        UnreadableError: `malformed` where the form of a field is broken or one is missing; `bad_time` where an instant
            is none, or an end is before its begin.
    """
    moments = _one_packet(row, clock) if row.is_packet else _one_session(row, clock)
    restart = any(kind in RESTARTS for kind, _ in moments)
    nas, session, name, lasted = row.name("nas"), row.name("session"), row.name("account"), row.seconds("lasted")
    if row.is_packet and moments and not (nas and (session or restart)):
        raise UnreadableError("malformed")
    # Without a number of its own, a session is its row.
    key = Key(nas, session or b"row\0%d\0%d" % (text, number), row.name("user") or name)
    found: list[Packet] = []
    for kind, at in moments:
        bounds = kind in {Kind.INTERIM, Kind.STOP}
        if at.earlier <= (lasted if bounds else 0):
            raise UnreadableError("bad_time")
        found.append(
            Packet(
                order=max(at.earlier, found[-1].order) if found else at.earlier,
                at=at,
                sure=True,
                kind=kind,
                key=Key(nas, b"", b"") if restart else key,
                account=settings.account(name) if name and not restart else None,
                line=line_of(nas, row.name("circuit"), row.name("station"), row.name("port")),
                held=row.held(kind),
                lasted=lasted or None if bounds else None,
                text=text,
                row=number,
                name=b"" if restart else name,
            )
        )
    return found


def _one_packet(row: Row, clock: Clock) -> list[tuple[Kind, Instant]]:
    at = row.instant("time", clock, row.seconds("delay"))
    kind = KINDS.get(row.text("status").lower())
    if at is None:
        raise UnreadableError("malformed")
    return [] if kind is None else [(kind, at)]


def _one_session(row: Row, clock: Clock) -> list[tuple[Kind, Instant]]:
    """Divide a session into packets: one whose Stop may never have come was seen last where it was updated last."""
    begin, updated, end = (row.instant(name, clock) for name in ("from", "updated", "until"))
    kind = _end_of(row, begin, end)
    moments: list[tuple[Kind, Instant]] = []
    if begin is not None:
        moments.append((Kind.START, begin))
    if updated is not None and (end is None or kind in NO_PACKETS):
        moments.append((Kind.INTERIM, updated))
    if end is not None:
        moments.append((kind, end))
    if not moments or moments[0][0] in NO_PACKETS:
        raise UnreadableError("malformed")
    if any(at.later < moments[0][1].earlier for _, at in moments):
        raise UnreadableError("bad_time")
    return moments


def _end_of(row: Row, begin: Instant | None, end: Instant | None) -> Kind:
    """Tell whether a session's end is that of its Stop: one that counts no second of a session that lasted is not."""
    cause = "-".join(row.text("cause").lower().replace("_", " ").split())
    if cause in _NAS_RESTARTED:
        return Kind.LOST
    lasted = 0 if begin is None or end is None else end.later - begin.earlier  # perhaps
    uncounted = row.text("lasted") != "" and not row.seconds("lasted")
    return Kind.CLOSED if cause in _TIDIED_UP or (uncounted and lasted > SLACK) else Kind.STOP
