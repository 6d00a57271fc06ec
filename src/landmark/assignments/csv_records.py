"""One line of the plain CSV: its columns by the header, and what it says of an address."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, NamedTuple

from landmark.assignments.addresses import canonical
from landmark.assignments.nat import translations
from landmark.assignments.times import Instant, UnreadableError, has_date, has_form, read_instant

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

NEEDED = ("address", "port_from", "port_to", "from", "until", "account")
OPTIONAL = ("protocol", "destination")
_HIGHEST_PORT = 65_535
_PORT = re.compile(r"[0-9]{1,5}")
_PROTOCOLS = frozenset(
    {"tcp", "udp", "icmp", "icmpv6", "dccp", "sctp", "udplite", "gre", "esp", "ah", "igmp", "ipv6-icmp"}
)
_OTHER_PROTOCOL = re.compile(r"25[0-5]|(?:2[0-4]|1[0-9]|[1-9])?[0-9]")  # by its number: no event is of it
_ANY_PROTOCOL = frozenset({"", "-", "*", "any", "all", "ip", "0"})
_OF_BOTH = frozenset({"tcp", "udp"})
_BETWEEN_PROTOCOLS = re.compile(r"[\s,;/+|&]+")
_DESTINATION = re.compile(r"\[(?P<six>[^\[\]]*)\]:(?P<port6>[0-9]{1,5})|(?P<four>[0-9.]+):(?P<port4>[0-9]{1,5})")
_FIELD = re.compile(rb'"(?:[^"]|"")*"|[^,"]*')


class Record(NamedTuple):
    """What one line says; instants are as written, whatever the clock's deviation."""

    address: str
    ports: tuple[int, int] | None
    protocol: str | None
    destination: str | None
    begin: Instant
    end: Instant | None
    account: bytes


def fields_of(written: bytes) -> list[str]:
    """Split one line as RFC 4180 says; Latin-1 keeps every byte as it is.

    Raises:
        UnreadableError: `malformed`: a quote is never closed, a quoted field goes on after it, or there is a NUL.
    """
    try:
        rows = list(csv.reader([written.decode("latin-1")], strict=True))
    except csv.Error:
        raise UnreadableError("malformed") from None
    if len(rows) != 1 or b"\0" in written:
        raise UnreadableError("malformed")
    return rows[0]


def places_of(names: Sequence[str], theirs: Mapping[str, str]) -> dict[str, int]:
    """Find the columns in a header.

    Args:
        names: the header's fields.
        theirs: what the header calls our columns, where it is not the same.

    Returns:
        The place of each column, from 0; `protocol` and `destination` only where the header has them.

    Raises:
        UnreadableError: `malformed`: a column is missing, or there twice.
    """
    plain = [name.strip() for name in names]
    places: dict[str, int] = {}
    for name in (*NEEDED, *OPTIONAL):
        called = theirs.get(name, name)
        if plain.count(called) == 1:
            places[name] = plain.index(called)
        elif called in plain or name in NEEDED or name in theirs:
            raise UnreadableError("malformed")
    return places


def read_record(values: Mapping[str, str], zone: ZoneInfo | None) -> Record:
    """Read one record.

    Args:
        values: its fields by our names.
        zone: the zone that the case declares.

    Raises:
        UnreadableError: `malformed` where the form of a field is broken; `bad_time` where a time is none, or the
            interval is empty.
    """
    address = canonical(values["address"].strip())
    ports = _ports(values["port_from"].strip(), values["port_to"].strip())
    since, until = values["from"].strip(), values["until"].strip()
    if address is None or not has_form(since) or (until and not has_form(until)):
        raise UnreadableError("malformed")
    begin = read_instant(since, zone)
    end = read_instant(until, zone) if until else None
    if end is not None and end.later <= begin.earlier:
        raise UnreadableError("bad_time")
    return Record(
        address,
        ports,
        _protocol(values.get("protocol", "").strip().lower()),
        _destination(values.get("destination", "").strip()),
        begin,
        end,
        values["account"].encode("latin-1"),
    )


def split_raw(line: bytes) -> list[bytes] | None:
    """Split one line without taking its quotes away; None where it cannot be split."""
    fields: list[bytes] = []
    at = 0
    while (field := _FIELD.match(line, at)) is not None:  # the pattern fits an empty field, too
        fields.append(field[0])
        at = field.end()
        if at == len(line):
            return fields
        if line[at : at + 1] != b",":
            break
        at += 1
    return None


def in_usual_order(fields: Sequence[str]) -> bool:
    """Tell whether the first five fields are what the usual header says they are."""
    if len(fields) < len(NEEDED) or canonical(fields[0]) is None:
        return False
    try:
        _ports(*fields[1:3])
    except UnreadableError:
        return False
    return has_date(fields[3]) and (not fields[4] or has_date(fields[4]))


def has_form_of(column: str, written: str) -> bool:
    """Tell whether a text has the form that one of our columns asks for; an account has none."""
    if column in {"from", "until"}:
        return has_form(written)
    if column in {"port_from", "port_to"}:
        return _PORT.fullmatch(written) is not None and int(written) <= _HIGHEST_PORT
    try:
        if column == "protocol":
            _protocol(written.lower())
        elif column == "destination":
            _destination(written)
        else:
            return column == "address" and canonical(written) is not None
    except UnreadableError:
        return False
    return True


def _protocol(written: str) -> str | None:
    """Read a protocol; None where a record is of every one that a server logs.

    A word that nobody knows would fit no event, and its record be gone without a trace: such a one is malformed.
    """
    if written in _ANY_PROTOCOL:
        return None
    names = {translations.protocol_name(one.encode("latin-1")) for one in _BETWEEN_PROTOCOLS.split(written)}
    known = all(one in _PROTOCOLS or _OTHER_PROTOCOL.fullmatch(one) for one in names)
    if not known or (len(names) > 1 and names != _OF_BOTH):
        raise UnreadableError("malformed")
    return None if names == _OF_BOTH else names.pop()


def _destination(written: str) -> str | None:
    """Read a destination and write it as an event has its own; an address without port could not be held against it."""
    if written in {"", "-"}:
        return None
    match = _DESTINATION.fullmatch(written)
    if match is None:
        raise UnreadableError("malformed")
    host, at = match["six"] or match["four"] or "", match["port6"] or match["port4"]
    found = translations.destination(host.encode("latin-1"), at.encode("ascii"))
    if found is None:
        raise UnreadableError("malformed")
    return found


def _ports(low: str, high: str) -> tuple[int, int] | None:
    if not low and not high:
        return None
    if not (_PORT.fullmatch(low) and _PORT.fullmatch(high) and int(low) <= int(high) <= _HIGHEST_PORT):
        raise UnreadableError("malformed")
    if int(high) == 0:  # no client has it: whoever wrote it had no port to write, and the record would fit no event
        raise UnreadableError("malformed")
    return int(low), int(high)
