"""What the lines of one series of dhcpd's syslog come to: acknowledgements, and the lines that asked for them.

They are read first and told then, once their order has settled their times. `dhcpd_syslog` says what each means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from landmark.assignments.dhcp.dhcpd_messages import Message, may_give, said_by
from landmark.assignments.dhcp.option_data import account_of, line_of
from landmark.assignments.dhcp.silences import Silences
from landmark.assignments.holders import FOREVER, Part, Record, holds_on
from landmark.assignments.local_order import LocalOrder
from landmark.assignments.stamps import Clock, message_of
from landmark.assignments.times import Instant, UnreadableError
from landmark.tables import SECOND

if TYPE_CHECKING:
    from landmark.assignments import Settings
    from landmark.assignments.held_rows import Series
    from landmark.assignments.sieve import Skipped

_WITHIN = 5 * SECOND
_INFINITE = 0xFFFF_FFFF


class _Told(NamedTuple):
    """A message, the host that wrote it, and its line."""

    place: int  # in the order of the lines, which knows its instant
    host: bytes
    message: Message
    record: Record


class History:
    """The lines of one series: first read and then, once their order has settled their times, told."""

    def __init__(self, series: Series, settings: Settings) -> None:
        """Begin without a line."""
        self._series = series
        self._settings = settings
        self._clock = Clock(settings.zone, settings.year)
        self._order = LocalOrder(settings.tolerance)
        self._silences = Silences()
        self._told: list[_Told | bytes] = []  # of a line that could not be read its bytes
        self._circuits: dict[tuple[bytes, str], tuple[_Told, Instant]] = {}
        self._offered: set[str] = set()
        self._offers: set[str] = set()  # the addresses of which offers are logged
        self._served: dict[str, bytes] = {}  # by which host each address was given last
        self._unused: list[Record] = []

    def read(self, text: bytes, record: Record) -> bool:
        """Read a line, whoever wrote it, for its time; tell whether it may concern a lease."""
        head = self._clock.head(text)
        self._silences.wrote(head.host, head.at.earlier, head.at.later)
        message = said_by(head)
        place = self._order.add(head.host, head.at)
        if message is not None:
            self._told.append(_Told(place, head.host, message, record))
        return message is not None

    def unreadable(self, text: bytes) -> None:
        """Take a line that could not be read."""
        message = message_of(text)
        if may_give(text if message is None else message.removeprefix(b" ")):
            self._told.append(text)

    def passes(self, skipped: Skipped) -> bool:
        """Tell whether lines that nobody asked for can be left unread: the times of each host run on."""
        hosts = None if b"\0" in skipped.data else self._clock.times(skipped.data)
        if hosts is None or not self._order.runs_on(hosts):
            return False
        for host, times in hosts.items():
            for at, _ in times:
                self._silences.wrote(host, at, at)
        left = set(hosts)
        for text in skipped.backwards() if left else ():
            try:
                head = self._clock.head(text.removesuffix(b"\r"))
                if head.host in left:
                    said_by(head)
            except UnreadableError:
                continue
            if head.host in left:
                self._order.add(head.host, head.at)
                left.remove(head.host)
            if not left:
                break
        return True

    def tell(self) -> list[Record]:
        """Tell the series what its lines say; give the records that say nothing of a lease."""
        self._order.settle()
        ahead = self._settings.clock_ahead
        self._series.steps += [(begin - ahead, end - ahead) for begin, end in self._order.steps]
        for told in self._told:
            if isinstance(told, bytes):
                self._offered |= self._series.unreadable(told)  # it may be an offer, too
                continue
            at = self._order.instant(told.place)
            self._tell(told, Instant(at.earlier - ahead, at.later - ahead))
        return self._unused + [told.record for told, _ in self._circuits.values()]

    def _tell(self, told: _Told, at: Instant) -> None:
        form, address = told.message.form, told.message.address
        if form in {"given", "booted"}:
            self._give(told, at)
        elif form in {"circuit", "raw"}:
            before = self._circuits.pop((told.host, address), None)
            if before is not None:
                self._unused.append(before[0].record)
            self._circuits[told.host, address] = told, at
        elif form == "offered":
            self._offered.add(address)
            self._offers.add(address)
            if not self._series.timelines[address].offered(self._whose(told, at)):
                self._unused.append(told.record)
        elif form == "released" and not told.message.found:
            self._unused.append(told.record)
        else:
            self._series.timelines[address].missed(self._whose(told, at))
            ends = "timed_out" if form == "expired" else "released"
            self._series.timelines[address].give_back(at, ends, told.record, known=True)

    def _whose(self, told: _Told, at: Instant) -> Part:
        account = account_of(told.message.ids, self._settings)
        return Part(at, at, account, None, told.message.mac, "", over=True, records=[told.record])

    def _give(self, told: _Told, at: Instant) -> None:
        message, records = told.message, [told.record]
        ids = dict(message.ids)
        circuit = self._circuits.pop((told.host, message.address), None)
        if circuit is not None:
            asked, when = circuit
            if asked.message.mac in {None, message.mac} and 0 <= at.earlier - when.earlier <= _WITHIN:
                ids |= asked.message.ids
                records.append(asked.record)
            else:
                self._unused.append(asked.record)
        timeline = self._series.timelines[message.address]
        if message.lasts == 0:
            for record in records:
                timeline.give_back(at, "timed_out", record, known=True)
            return
        account, line = account_of(ids, self._settings), line_of(ids, self._settings)
        part = Part(at, Instant(at.earlier, FOREVER), account, line, message.mac, "open", over=False, records=records)
        if (
            timeline.parts
            and message.address not in self._offered
            and _still_has(timeline.parts[-1], part)
            and self._served.get(message.address) == told.host
            and not self._is_silent(told.host, timeline.parts[-1].begin.earlier, at.later)
        ):
            timeline.parts[-1].end = Instant(FOREVER, FOREVER)
            timeline.parts[-1].ends = part.ends = "last_seen"
        if message.lasts == _INFINITE:
            part.end, part.ends = Instant(FOREVER, FOREVER), "open"
        elif message.lasts is not None:
            part.end = Instant(at.earlier + message.lasts * SECOND, at.later + message.lasts * SECOND)
            part.ends = "timed_out"
        if message.address in self._offers and message.address not in self._offered:
            timeline.missed(part)  # it answers no offer: a renewal
        self._offered.discard(message.address)
        self._served[message.address] = told.host
        timeline.grant(part)

    def _is_silent(self, host: bytes, begin: int, end: int) -> bool:
        """Tell whether the log was silent for long between two instants, the clock's known deviation taken off."""
        ahead = self._settings.clock_ahead
        return self._silences.within(host, begin + ahead, end + ahead)


def _still_has(last: Part, part: Part) -> bool:
    """Tell whether a lease of which nobody said how long it lasts went on until its client is served again."""
    untold = last.end == (last.begin.earlier, FOREVER) and last.begin.earlier < part.begin.earlier
    return untold and not last.over and last.device == part.device and holds_on(last, part)
