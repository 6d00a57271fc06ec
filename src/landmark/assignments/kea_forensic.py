"""The log of Kea's forensic (once legal) logging library: who was given which address, a line each, in local time.

    2018-01-06 01:02:03 CET Address: 192.0.2.100 has been assigned for 1 hrs 52 min 15 secs to a device with hardware
    address: …, client-id: … connected via relay at address: …, identified by circuit-id: 68:6f (ho) and remote-id: …

(Kea Administrator Reference Manual, "Forensic Logging"; DHCPv6 writes `Address:2001:db8::1`, `Prefix:2001:db8::/48`.)
The zone of the case wins over the abbreviation. It is a history: an address is renewed, released (`released`), or the
time runs out (`timed_out`). An administrator, or a partner server, who deletes a lease does not take the address from
the machine that has it: from there it is doubtful. A line without a time, as the server can be told to write, tells no
instant and is malformed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from landmark.assignments import Example
from landmark.assignments.addresses import canonical
from landmark.assignments.held_rows import Reading, account_for
from landmark.assignments.holders import FOREVER, Part, Record
from landmark.assignments.local_order import LocalOrder
from landmark.assignments.names import Names
from landmark.assignments.option_data import account_of, duid_of, line_of, plain_hex
from landmark.assignments.times import Instant, UnreadableError, read_instant
from landmark.tables import DAY, HOUR, MINUTE, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable

    from landmark.assignments import FileLeases, Settings, Wanted
    from landmark.assignments.held_rows import Series
    from landmark.lines import Line

_LINE = re.compile(
    r"""
    (?P<time>[0-9]{4}-[0-9]{2}-[0-9]{2}\ [0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?)\ [A-Za-z0-9+-]{1,8}[ ]
    (?:
        (?:Address|Prefix):\ ?(?P<address>[0-9A-Fa-f.:/]+)\ has\ been\ (?P<act>assigned|renewed|released)
        | (?:Administrator|HA\ partner)\ (?P<deed>added|updated|deleted)\ (?:information\ on\ )?(?:the|a)\ lease
          (?:(?:\ of|\ for)\ (?:address|prefix):\ ?(?P<leased>[0-9A-Fa-f.:/]+)|\ for\ a\ device\ identified\ by:.*)
    )
    (?P<rest>(?:[ ,].*)?)
    """,
    re.VERBOSE | re.DOTALL,
)
_DURATION = re.compile(
    r"""
    \bfor\ (?:
        (?P<infinite>infinite\ duration)
        | (?:(?P<days>[0-9]{1,5})\ days?,?\ )?(?P<hours>[0-9]{1,2})\ hrs?\ (?P<minutes>[0-9]{1,2})\ mins?
          \ (?P<seconds>[0-9]{1,2})\ secs?
        | (?P<only>[0-9]{1,10})\ seconds?
    )\b
    """,
    re.VERBOSE,
)
_ID = re.compile(
    r"\b(?P<kind>client-id|DUID|circuit-id|interface-id|remote-id|subscriber-id): ?"
    r"(?P<data>[0-9A-Fa-f:]+)(?![0-9A-Za-z])"
)
_DEVICE = re.compile(r"\bhardware address: ?(?:hwtype=[0-9]+ )?(?P<data>[0-9A-Fa-f:]+)")
_KINDS = {"interface-id": "circuit-id", "DUID": "duid"}


class Told(NamedTuple):
    """What one line says. Instants are µs UTC as the clock had them."""

    at: Instant
    address: str | None
    act: str  # assigned, renewed, released, added, updated, deleted
    lasts: int | None  # µs; FOREVER: without end; None: not said
    device: bytes | None
    ids: dict[str, bytes]
    of_six: bool


class _History(NamedTuple):
    """The lines of one series: first read and then, once their order has settled their times, taken."""

    series: Series
    order: LocalOrder
    lines: list[tuple[int, Told, Record]]


class KeaForensic:
    """The format; `FORMAT` is the one there is."""

    name = "kea-forensic"
    version = 1
    needs_zone = True
    needs_year = False
    translates = False

    def read(self, texts: Iterable[Iterable[Line]], settings: Settings, wanted: Wanted) -> list[FileLeases]:
        """Read the texts; lines of one address follow one another also from a text to the next of its series."""
        reading = Reading(settings)
        names = Names(wanted.addresses)
        zone = None if settings.zone is None else ZoneInfo(settings.zone)
        histories: dict[int, _History] = {}
        for text in texts:
            number, counts, series = reading.next_text()
            for line in text:
                written = line.text.removesuffix(b"\r")
                if not written.strip():
                    counts.dropped["empty"] += 1
                    continue
                try:
                    told = read_line(written.decode("latin-1"), zone)
                except UnreadableError as error:
                    account_for(counts, [line], error.reason if line.ended else "truncated", names)
                    continue
                history = histories.setdefault(id(series), _History(series, LocalOrder(settings.tolerance), []))
                place = history.order.add(b"", told.at)
                if told.address is None:
                    counts.dropped["not_watched"] += 1
                else:
                    history.lines.append((place, told, Record(number, (line.number,))))
        for series, order, lines in histories.values():
            order.settle()
            series.steps += [(begin - settings.clock_ahead, end - settings.clock_ahead) for begin, end in order.steps]
            for place, told, record in lines:
                _take(told._replace(at=order.instant(place)), record, series, settings)
        return reading.finish(wanted)

    def mask(self, line: bytes) -> bytes:
        """Give the line with whatever names a client, its line or its device replaced by `***`."""
        match = _LINE.fullmatch(line.removesuffix(b"\r").decode("latin-1"))
        if match is None or (match["address"] or match["leased"]) is None:
            return b"***"
        lasts = _DURATION.search(match["rest"])
        shown = match.string[: match.start("rest")] + (f" {lasts[0]}" if lasts is not None else "")
        return f"{shown} ***".encode("latin-1") if match["rest"] else shown.encode("latin-1")

    def examples(self) -> tuple[Example, ...]:
        """Give examples, rejects included."""
        return _EXAMPLES


def read_line(text: str, zone: ZoneInfo | None) -> Told:
    """Read one line.

    Raises:
        UnreadableError: `malformed` or `bad_time`.
    """
    match = _LINE.fullmatch(text)
    if match is None or "\0" in text:
        raise UnreadableError("malformed")
    at = read_instant(match["time"], zone)
    act, rest = match["act"] or match["deed"], match["rest"]
    written = match["address"] or match["leased"]
    address = canonical(written) if written else None
    lasts = _lasts(rest)
    needs = act in {"assigned", "renewed"}
    if (written and address is None) or (needs and lasts is None) or (written is None and act != "deleted"):
        raise UnreadableError("malformed")
    ids: dict[str, bytes] = {}
    for found in _ID.finditer(rest):
        data = plain_hex(found["data"])
        if data is None:
            raise UnreadableError("malformed")
        ids.setdefault(_KINDS.get(found["kind"], found["kind"]), data)
    of_six = address is not None and ":" in address
    if of_six:
        ids |= {"client-id": ids["duid"]} if "duid" in ids else {}
    else:
        duid = duid_of(ids.get("client-id", b""))
        ids |= {} if duid is None else {"duid": duid}
    device = _DEVICE.search(rest)
    return Told(at, address, act, lasts, device["data"].lower().encode() if device else None, ids, of_six)


def _lasts(rest: str) -> int | None:
    found = _DURATION.search(rest)
    if found is None:
        return None
    if found["infinite"]:
        return FOREVER
    if found["only"]:
        return int(found["only"]) * SECOND
    days, hours, minutes, seconds = (int(found[name] or 0) for name in ("days", "hours", "minutes", "seconds"))
    return days * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND


def _take(told: Told, record: Record, series: Series, settings: Settings) -> None:
    timeline = series.timelines[told.address or ""]
    at = Instant(told.at.earlier - settings.clock_ahead, told.at.later - settings.clock_ahead)
    if told.act in {"released", "deleted"} or told.lasts == 0:
        timeline.give_back(at, "released", record, known=told.act == "released")
        return
    account = account_of(told.ids, settings)
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
    line = line_of(told.ids, settings, enterprise=told.of_six)
    timeline.grant(Part(at, end, account, line, told.device, ends, over=False, records=[record]))


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
