"""The log of Kea's forensic (once legal) logging library: who was given which address, a line each, in local time.

    2018-01-06 01:02:03 CET Address: 192.0.2.100 has been assigned for 1 hrs 52 min 15 secs to a device with hardware
    address: …, client-id: … connected via relay at address: …, identified by circuit-id: 68:6f (ho) and remote-id: …

(Kea Administrator Reference Manual, "Forensic Logging"; DHCPv6 writes `Address:2001:db8::1`, `Prefix:2001:db8::/48`.)
The zone of the case wins over the abbreviation. It is a history: an address is renewed, released (`released`), or the
time runs out (`timed_out`). An administrator, or a partner server, who deletes a lease does not take the address from
the machine that has it: from there it is doubtful. A renewal or release of another's lease shows that the line that
gave it is lost (`holders`). A line without a time, as the server can be told to write, tells no instant and is
malformed.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from landmark.assignments import Example, elsewhere
from landmark.assignments.dhcp.kea_forensic_lines import IDS, Told, masked, meanings, read_line
from landmark.assignments.dhcp.line_histories import read_lines
from landmark.assignments.dhcp.option_data import account_of, line_of
from landmark.assignments.elsewhere import Written, stretches_of
from landmark.assignments.held_rows import Reading
from landmark.assignments.holders import FOREVER, Part, Record
from landmark.assignments.local_order import LocalOrder
from landmark.assignments.names import Names
from landmark.assignments.times import Instant, UnreadableError, read_instant
from landmark.zones import zone_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from zoneinfo import ZoneInfo

    from landmark.assignments import FileLeases, Settings, Wanted
    from landmark.assignments.elsewhere import Accounts
    from landmark.assignments.held_rows import Series
    from landmark.assignments.sieve import Skipped
    from landmark.lines import Line

_BEGUN = re.compile(rb"^([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?) ", re.MULTILINE)
_CLOCK = b""  # one server writes the file


class _History:
    """The lines of one series: first read and then, once their order has settled their times, taken."""

    def __init__(self, series: Series, settings: Settings, zone: ZoneInfo | None) -> None:
        self._series = series
        self._settings = settings
        self._zone = zone
        self._order = LocalOrder(settings.tolerance)
        self._lines: list[tuple[int, Told, Record] | bytes] = []  # of one that could not be read its bytes

    def read(self, text: bytes, record: Record) -> bool:
        """Read a line; tell whether it says of an address."""
        told = read_line(text.decode("latin-1"), self._zone)
        place = self._order.add(_CLOCK, told.at)
        if told.address is not None:
            self._lines.append((place, told, record))
        return told.address is not None

    def unreadable(self, text: bytes) -> None:
        """Take a line that could not be read."""
        self._lines.append(text)

    def passes(self, skipped: Skipped) -> bool:
        """Tell whether lines that nobody asked for can be left unread: their times run on, none occurs twice."""
        times = _BEGUN.findall(skipped.data)
        if any(one > other for one, other in pairwise(times)) or not all(
            _occurs_once(minute, self._zone) for minute in {time[:16] for time in times}
        ):
            return False
        first = next((at for at in (_instant(time, self._zone) for time in times) if at is not None), None)
        if first is None:
            return True
        if not self._order.runs_on({_CLOCK: [first]}):
            return False
        for text in skipped.backwards():
            try:
                told = read_line(text.removesuffix(b"\r").decode("latin-1"), self._zone)
            except UnreadableError:
                continue
            self._order.add(_CLOCK, told.at)
            break
        return True

    def tell(self) -> None:
        """Tell the series what its lines say."""
        self._order.settle()
        ahead = self._settings.clock_ahead
        self._series.steps += [(begin - ahead, end - ahead) for begin, end in self._order.steps]
        for line in self._lines:
            if isinstance(line, bytes):
                self._series.unreadable(line)
            else:
                place, told, record = line
                _take(told._replace(at=self._order.instant(place)), record, self._series, self._settings)


class KeaForensic:
    """The format; `FORMAT` is the one there is."""

    name = "kea-forensic"
    version = 1
    needs_zone = True
    needs_year = False
    translates = False

    def read(self, texts: Iterable[Iterable[Line]], settings: Settings, wanted: Wanted) -> list[FileLeases]:
        """Read the texts; lines of one address follow one another also from a text to the next of its series."""
        zone = None if settings.zone is None else zone_of(settings.zone)
        faulty = Names(wanted.addresses)

        def once(texts: Sequence[Iterable[Line]], names: Names) -> Reading:
            return _once(texts, names, faulty, settings, zone)

        def look(texts: Sequence[Iterable[Line]], accounts: Accounts) -> set[str]:
            return {address for text in texts for address in _addresses_of(text, accounts, zone)}

        written = Written(IDS.get(settings.account_kind, ()), meanings)
        return elsewhere.read(once, look, written, texts, settings, wanted)

    def mask(self, line: bytes) -> bytes:
        """Give the line with whatever names a client, its line or its device replaced by `***`."""
        return masked(line)

    def examples(self) -> tuple[Example, ...]:
        """Give examples, rejects included."""
        return _EXAMPLES


def _once(
    texts: Sequence[Iterable[Line]], names: Names, faulty: Names, settings: Settings, zone: ZoneInfo | None
) -> Reading:
    reading = Reading(settings)
    for history in read_lines(texts, names, faulty, reading, lambda series: _History(series, settings, zone)):
        history.tell()
    return reading


def _addresses_of(text: Iterable[Line], accounts: Accounts, zone: ZoneInfo | None) -> Iterator[str]:
    """Give the addresses of lines that name an account asked for."""
    for data in stretches_of(text) if accounts else ():
        for line in accounts.lines(data):
            try:
                told = read_line(line.removesuffix(b"\r").decode("latin-1"), zone)
            except UnreadableError:
                continue
            if told.address is not None:
                yield told.address


@lru_cache(maxsize=1 << 12)
def _occurs_once(minute: bytes, zone: ZoneInfo | None) -> bool:
    """Tell whether no time of a minute is two instants; before 1973 not every offset was of whole minutes."""
    both = (_instant(minute + second, zone) for second in (b":00", b":59"))
    return minute >= b"1973" and all(at is None or at.earlier == at.later for at in both)


def _instant(time: bytes, zone: ZoneInfo | None) -> Instant | None:
    try:
        return read_instant(time.decode("ascii"), zone)
    except UnreadableError:
        return None


def _take(told: Told, record: Record, series: Series, settings: Settings) -> None:
    timeline = series.timelines[told.address or ""]
    at = Instant(told.at.earlier - settings.clock_ahead, told.at.later - settings.clock_ahead)
    account, line = account_of(told.ids, settings), line_of(told.ids, settings, enterprise=told.of_six)
    if told.act in {"released", "deleted"} or told.lasts == 0:
        timeline.missed(Part(at, at, account, line, told.device, "", over=True, records=[record]))
        timeline.give_back(at, "released", record, known=told.act == "released")
        return
    last = timeline.parts[-1] if timeline.parts else None
    again = last is not None and last.account == account and (account is not None or last.device == told.device)
    if told.lasts is None and last is not None and again:
        last.records.append(record)  # an update that says nothing of the time leaves it
        return
    if told.lasts is None:
        end, ends = Instant(at.earlier, FOREVER), "open"
    elif told.lasts == FOREVER:
        end, ends = Instant(FOREVER, FOREVER), "open"
    else:
        end, ends = Instant(at.earlier + told.lasts, at.later + told.lasts), "timed_out"
    part = Part(at, end, account, line, told.device, ends, over=False, records=[record])
    if told.act == "renewed":
        timeline.missed(part)
    timeline.grant(part)


_TO = b" to a device with hardware address: hwtype=1 02:00:00:00:00:01 connected via relay at address: 192.0.2.1"
_EXAMPLES = (
    Example(
        "assigned, renewed, released",
        b"2001-10-02 07:00:00 BST Address: 198.51.100.21 has been assigned for 1 hrs 0 mins 0 secs" + _TO + b", "
        b"identified by circuit-id: 6c:69:6e:65:2d:31 (line-1) and remote-id: 02:00\n"
        b"2001-10-02 07:30:00 BST Address: 198.51.100.21 has been renewed for 3600 seconds" + _TO + b", "
        b"circuit-id: 6c:69:6e:65:2d:31, remote-id: 02:00\n"
        b"2001-10-02 07:45:00 BST Address: 198.51.100.21 has been released from a device with hardware address: "
        b"hwtype=1 02:00:00:00:00:01\n",
        (
            {
                "begin": 1_002_002_400_000_000,
                "end": 1_002_005_100_000_000,
                "account": "line-1",
                "ends": "released",
                "doubtful": False,
                "rows": (1, 2, 3),
            },
        ),
        settings={"zone": "Europe/London", "account_kind": "circuit-id"},
    ),
    Example(
        "a device that did not say its line has the address without account; deleted by hand, it is doubtful",
        b"2001-10-02 06:00:00 UTC Address:2001:db8::5 has been assigned for 0 hrs 10 mins 0 secs to a device with "
        b"DUID: 00:03:00:01 connected via relay at address: fe80::1 for client on link address: 2001:db8::1, "
        b"hop count: 1\n"
        b"2001-10-02 06:05:00 UTC Administrator deleted the lease for address: 2001:db8::5\n",
        (
            {"address": "2001:db8::5", "end": 1_002_002_700_000_000, "account": None, "doubtful": False},
            {"begin": 1_002_002_700_000_000, "end": 1_002_003_000_000_000, "doubtful": True},
        ),
        settings={"zone": "UTC", "account_kind": "circuit-id"},
    ),
    Example(
        "what cannot be read is located by its reason, and the next line is read",
        b"Address: 198.51.100.21 has been assigned for 6735 seconds" + _TO + b"\n"
        b"2001-02-30 06:00:00 UTC Address: 198.51.100.21 has been assigned for 60 seconds" + _TO + b"\n"
        b"\n"
        b"2001-10-02 06:00:00 UTC Address: 198.51.100.21 has been assigned for 60 seconds" + _TO + b"\n",
        ({"begin": 1_002_002_400_000_000, "end": 1_002_002_460_000_000, "ends": "timed_out", "rows": (4,)},),
        {"empty": 1},
        {"malformed": 1, "bad_time": 1},
        {"zone": "UTC", "account_kind": "circuit-id"},
    ),
)
FORMAT = KeaForensic()
