"""Which RADIUS records bear on the case, and what becomes of every line: shared by all forms of RADIUS accounting.

The texts are read twice: once to find whose packets name an address that is wanted, once to read the packets of those
accounts and sessions. So only what may bear is held in memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from landmark.assignments import FileLeases, Lease
from landmark.assignments.addresses import Bearing
from landmark.assignments.names import Names, Word, words_of
from landmark.assignments.radius.leases import Stretch, given, places, stretches
from landmark.assignments.radius.packets import RESTARTS
from landmark.assignments.radius.sessions import sessions
from landmark.assignments.sieve import Sieve, again
from landmark.assignments.times import merged

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from landmark.assignments import Settings, Wanted
    from landmark.assignments.radius.packets import Held, Key, Packet, Record
    from landmark.assignments.radius.sessions import Session, Sessions
    from landmark.lines import Line

_FATES = ("not_watched", "outside_window", "duplicate", "kept")  # a record has the last of those of its packets


class Records(Protocol):
    """Reads the texts of a source, each time from the beginning; accounts for every line that is in no record."""

    def __call__(
        self,
        texts: Sequence[Iterable[Line]],
        readings: Sequence[FileLeases],
        names: Names,
        bearing: Bearing | None = None,
    ) -> Iterator[Record]:
        """Give the records of all texts in order; `readings` are parallel to the texts.

        Those that hold none of the names, and do no more than to say so of a restart or a step of the clock, may be
        counted as not watched unread. With `bearing`, records that name none of its addresses may be left out,
        unaccounted for.
        """


class RecordsOf(Protocol):
    """Reads one text of a source by itself; accounts for every line that is in no record."""

    def __call__(
        self, number: int, text: Iterable[Line], settings: Settings, reading: FileLeases, names: Names
    ) -> Iterator[Record]:
        """Give the records of the text of that number."""


def read_each(
    records: RecordsOf, texts: Iterable[Iterable[Line]], settings: Settings, wanted: Wanted
) -> list[FileLeases]:
    """Read the texts as `read_together` does, where a record stands in one and must be read to know what it names."""

    def every(
        texts: Sequence[Iterable[Line]],
        readings: Sequence[FileLeases],
        names: Names,
        bearing: Bearing | None = None,  # noqa: ARG001 - nothing is left out by it
    ) -> Iterator[Record]:
        for number, (text, reading) in enumerate(zip(texts, readings, strict=True)):
            yield from records(number, text, settings, reading, names)

    return read_together(every, texts, settings, wanted)


class _Holding(NamedTuple):
    session: Session
    accounts: tuple[str | None, ...]
    intervals: dict[Held, list[Stretch]]  # those that touch the window
    within: bool


def read_together(
    records: Records, texts: Iterable[Iterable[Line]], settings: Settings, wanted: Wanted
) -> list[FileLeases]:
    """Read the texts of one source in order; only records that bear on `wanted` become leases.

    A lease stands in the text of the record that begins it, which is the session's first wherever the session takes an
    address; its rows are the first lines of the records that bound it, as far as they are in that text. Where
    what names the address is in a later text, all from the first microsecond that is asked for stands in that one.
    """
    texts = again(texts, wanted.accounts)
    bearing = Bearing(wanted.addresses)
    accounts = set(wanted.accounts)
    keys: set[Key] = set()
    words: set[Word] = set()
    for record in records(texts, [FileLeases() for _ in texts], Names(wanted.addresses), bearing):
        for packet in record.packets:
            if any(one.address in bearing for one in packet.held):
                keys.add(packet.key)
                words |= _words(packet, settings)
                if packet.account is not None:
                    accounts.add(packet.account)
    while True:
        readings = [FileLeases() for _ in texts]
        every = records(texts, readings, Names(wanted.addresses, words))
        held, steps, missed = _bearing_records(every, readings, accounts, keys)
        # Python's sort is stable: packets of one instant stay in the order of the texts.
        found = sessions(
            sorted((packet for record in held for packet in record.packets), key=lambda packet: packet.order),
            settings.tolerance,
        )
        holdings = _holdings(found, steps, wanted)
        named = _named(holdings, bearing) | set(wanted.accounts)
        further = {word for record in held for packet in record.packets for word in _words(packet, settings)} - words
        unasked = any(isinstance(text, Sieve) for text in texts) and bool(further)
        if named <= accounts and not missed and not unasked:
            break
        accounts |= named  # one that not every packet of its sessions names: once more
        words |= further
    kept = [one for one in holdings if _bears(one, named, bearing)]
    _account_for(held, _fates(kept, found, wanted), readings)
    for one in kept:
        if one.within:
            _give(one, bearing, wanted.begin, settings, readings)
    for reading in readings:
        reading.leases.sort(key=lambda lease: (lease.rows, lease.address, lease.begin, lease.account or ""))
    return readings


def _words(packet: Packet, settings: Settings) -> set[Word]:
    """Give the words by which the other packets of a packet's session, and of its account, are found."""
    number = packet.key.session
    own = (number,) if number and b"\0" not in number else ()  # one with a NUL is made up for want of one
    return words_of([*own, *(settings.spellings(packet.name) if packet.account is not None else ())])


def _bearing_records(
    records: Iterator[Record], readings: Sequence[FileLeases], accounts: Collection[str], keys: set[Key]
) -> tuple[list[Record], list[tuple[int, int]], bool]:
    """Give the records that may bear and where the clock was set back; and whether some were missed.

    The sessions of an account are found on the way, and are added to `keys`; of one whose first packets name no
    account, these have gone by then.
    """
    held: list[Record] = []
    steps: list[tuple[int, int]] = []
    nameless: set[Key] = set()
    for record in records:
        if record.step is not None:
            steps.append(record.step)
        named = [one.key for one in record.packets if one.account in accounts]
        keys.update(named)
        if named or any(one.kind in RESTARTS or one.key in keys for one in record.packets):
            held.append(record)
        else:
            nameless.update(one.key for one in record.packets if one.account is None)
            readings[record.text].dropped["not_watched"] += record.lines
    return held, merged(steps), not nameless.isdisjoint(keys)


def _holdings(found: Sessions, steps: Sequence[tuple[int, int]], wanted: Wanted) -> list[_Holding]:
    others = given(found.sessions)
    holdings = []
    for session in found.sessions:
        touching: dict[Held, list[Stretch]] = {}
        for place in places(session):
            for one in stretches(session, place, others, steps):
                if one.begin < wanted.end and (one.end is None or one.end > wanted.begin):
                    touching.setdefault(place, []).append(one)
        first, last = session.began.earlier, session.packets[-1].at.later
        shown = first < wanted.end and last >= wanted.begin
        accounts = dict.fromkeys(packet.account for packet in session.packets if packet.account is not None)
        holdings.append(_Holding(session, tuple(accounts) or (None,), touching, bool(touching) or shown))
    return holdings


def _named(holdings: Iterable[_Holding], bearing: Bearing) -> set[str]:
    return {
        account
        for one in holdings
        if any(place.address in bearing for place in one.intervals)
        for account in one.accounts
        if account is not None
    }


def _bears(one: _Holding, named: Collection[str], bearing: Bearing) -> bool:
    return any(account in named for account in one.accounts) or any(
        place.address in bearing for place in places(one.session)
    )


def _fates(kept: Iterable[_Holding], found: Sessions, wanted: Wanted) -> dict[tuple[int, int], str]:
    fates: dict[tuple[int, int], str] = {}

    def say(packets: Iterable[Packet], fate: str) -> None:
        for packet in packets:
            place = (packet.text, packet.row)
            fates[place] = max(fates.get(place, fate), fate, key=_FATES.index)

    served: set[bytes] = set()
    ending: set[tuple[int, int]] = set()
    for one in kept:
        session = one.session
        say((*session.packets, *session.late), "kept" if one.within else "outside_window")
        say(session.again, "duplicate" if one.within else "outside_window")
        if one.within:
            served.add(session.key.nas)
            if session.ended is not None:
                ending.add((session.ended.text, session.ended.row))
    for restarts, fate in ((found.restarts, "kept"), (found.restarts_again, "duplicate")):
        for packet in restarts:
            if packet.key.nas in served:
                bears = wanted.begin <= packet.at.later and packet.at.earlier < wanted.end
                say([packet], fate if bears or (packet.text, packet.row) in ending else "outside_window")
    return fates


def _account_for(held: Iterable[Record], fates: dict[tuple[int, int], str], readings: Sequence[FileLeases]) -> None:
    for record in held:
        fate = fates.get((record.text, record.row), "not_watched")
        if fate == "kept":
            readings[record.text].kept += record.lines
        else:
            readings[record.text].dropped[fate] += record.lines


def _give(one: _Holding, bearing: Bearing, since: int, settings: Settings, readings: Sequence[FileLeases]) -> None:
    line = settings.line(_line(one.session))
    first = min(one.session.packets, key=lambda packet: (packet.text, packet.row))
    leases: dict[tuple[int, Lease], None] = {}
    for place, parts in one.intervals.items():
        held_until: int | None = None
        for part in parts:
            # Whoever counts leases takes those for one that one record begins: whatever a session has, its first does.
            begun = part.begin != held_until
            held_until = part.end
            # On an address that nobody is asked for, a doubtful stretch answers nothing.
            if part.doubtful and place.address not in bearing:
                continue
            pieces = [(part.begin, part.end, (first, *part.made_by) if begun else part.made_by)]
            seam = max(part.begin, since) + 1
            apart = begun and not part.doubtful and first.text != part.made_by[0].text
            if apart and (part.end is None or seam < part.end):
                # What names the address stands in a later text: there all but its begin stands, with its own records.
                pieces = [(part.begin, seam, (first,)), (seam, part.end, part.made_by)]
            for begin, end, made_by in pieces:
                text = made_by[0].text
                rows = tuple(sorted({packet.row for packet in made_by if packet.text == text}))
                for account in one.accounts:
                    bounds = (begin, end, account, line, part.ends, part.doubtful)
                    leases[text, Lease(place.address, None, None, None, None, *bounds, rows)] = None
    for text, lease in leases:
        readings[text].leases.append(lease)


def _line(session: Session) -> bytes:
    """Give what tells a session's line from others: where its packets record none, or several, the session itself."""
    lines = {packet.line for packet in session.packets if packet.line is not None}
    return lines.pop() if len(lines) == 1 else b"session\0" + b"\0".join(session.key)
