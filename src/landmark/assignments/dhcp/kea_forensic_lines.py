"""The lines of Kea's forensic log: what one says, and what of it may be shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from landmark.assignments.addresses import canonical
from landmark.assignments.dhcp.option_data import duid_of, plain_hex
from landmark.assignments.holders import FOREVER
from landmark.assignments.times import Instant, UnreadableError, read_instant
from landmark.tables import DAY, HOUR, MINUTE, SECOND

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

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
# Behind it another line begins: two writes were spliced, and nobody knows whose identifiers are whose.
_ANOTHER = re.compile(
    r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)? [A-Za-z0-9+-]{1,8} (?:(?:Address|Prefix):|Administrator|HA partner)"
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
IDS = {
    kind: tuple(re.compile(name + rb": ?([0-9A-Fa-f:]+)(?![0-9A-Za-z])") for name in names)
    for kind, names in {
        "client-id": (b"client-id", b"DUID"),
        "duid": (b"client-id", b"DUID"),
        "circuit-id": (b"circuit-id", b"interface-id"),
        "remote-id": (b"remote-id",),
        "subscriber-id": (b"subscriber-id",),
    }.items()
}
"""What each kind of account may be written as, in group 1, wherever in a line it stands."""
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


def read_line(text: str, zone: ZoneInfo | None) -> Told:
    """Read one line.

    Raises:
        UnreadableError: `malformed` or `bad_time`.
    """
    match = _LINE.fullmatch(text)
    if match is None or "\0" in text or _ANOTHER.search(match["rest"]) is not None:
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


def meanings(written: bytes) -> tuple[bytes | None, ...]:
    """Give all that an identifier may mean, whichever it is."""
    data = plain_hex(written.decode("latin-1"))
    return data, duid_of(data or b"")


def masked(line: bytes) -> bytes:
    """Give a line with whatever names a client, its line or its device replaced by `***`."""
    match = _LINE.fullmatch(line.removesuffix(b"\r").decode("latin-1"))
    if match is None or (match["address"] or match["leased"]) is None:
        return b"***"
    lasts = _DURATION.search(match["rest"])
    shown = match.string[: match.start("rest")] + (f" {lasts[0]}" if lasts is not None else "")
    return f"{shown} ***".encode("latin-1") if match["rest"] else shown.encode("latin-1")
