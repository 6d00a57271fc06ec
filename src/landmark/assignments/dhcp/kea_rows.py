"""One row of Kea's lease file (Kea Administrator Reference Manual, "Memfile - Basic Storage for Leases").

Its fields are not quoted: a comma in one is written `&#x2c`, and the JSON of `user_context` has its quotes as they are.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from landmark.assignments.addresses import canonical
from landmark.assignments.dhcp.option_data import duid_of, plain_hex, relay_options, sub_options
from landmark.assignments.holders import FOREVER
from landmark.assignments.times import UnreadableError
from landmark.tables import SECOND

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COLUMNS4 = (
    "address",
    "hwaddr",
    "client_id",
    "valid_lifetime",
    "expire",
    "subnet_id",
    "fqdn_fwd",
    "fqdn_rev",
    "hostname",
    "state",
    "user_context",
    "pool_id",
)
COLUMNS6 = (
    "address",
    "duid",
    "valid_lifetime",
    "expire",
    "subnet_id",
    "pref_lifetime",
    "lease_type",
    "iaid",
    "prefix_len",
    "fqdn_fwd",
    "fqdn_rev",
    "hostname",
    "hwaddr",
    "state",
    "user_context",
    "hwtype",
    "hwaddr_source",
    "pool_id",
)
GRANTED, DECLINED, RECLAIMED, RELEASED, REGISTERED = range(5)  # `Lease::STATE_…`
_NAMED = {"default": 0, "declined": 1, "expired-reclaimed": 2, "released": 3, "registered": 4}  # of a database's dump
_BOM = b"\xef\xbb\xbf"
_NEEDED = frozenset(("address", "valid_lifetime", "expire"))
_NUMBER = re.compile(r"[0-9]{1,11}")
_INFINITE = 0xFFFF_FFFF
_PREFIXES = frozenset(("2", "IA_PD"))
_ESCAPED = re.compile(r"&#x([0-9A-Fa-f]{2})")
_RELAY_AGENT = 82


class Row(NamedTuple):
    """What one row says; µs UTC."""

    address: str
    begin: int  # `expire` less the lifetime: when the client was last served
    end: int  # FOREVER where the lifetime is infinite
    state: int
    device: bytes | None
    ids: dict[str, bytes]
    of_six: bool


def fields_of(row: bytes) -> list[str]:
    """Give the fields of a row without its line's end."""
    return row.removeprefix(_BOM).decode("latin-1").split(",")


def columns_of(header: Sequence[str]) -> dict[str, int] | None:
    """Find the columns; None where it is no header of a lease file."""
    names = [name.strip() for name in header]
    return {name: place for place, name in enumerate(names)} if set(names) >= _NEEDED and _unique(names) else None


def _unique(names: Sequence[str]) -> bool:
    return len(set(names)) == len(names)


def read_row(fields: Sequence[str], columns: Mapping[str, int]) -> Row:
    """Read one row.

    Raises:
        UnreadableError: `malformed`; `bad_time` where it begins at the epoch's zero or before.
    """

    def value(name: str) -> str:
        return fields[columns[name]].strip() if name in columns else ""

    of_six = "duid" in columns
    text = value("address")
    if value("lease_type") in _PREFIXES:
        text += f"/{value('prefix_len')}"
    address = canonical(text)
    lifetime, expire, state = value("valid_lifetime"), value("expire"), value("state") or "0"
    state = str(_NAMED.get(state, state))
    if address is None or not (_NUMBER.fullmatch(lifetime) and _NUMBER.fullmatch(expire)):
        raise UnreadableError("malformed")
    if state not in {"0", "1", "2", "3", "4"}:
        raise UnreadableError("malformed")
    begin = int(expire) - int(lifetime)
    if begin <= 0:
        raise UnreadableError("bad_time")
    ids = relayed(value("user_context"), of_six=of_six)
    ids |= client(value("duid") or value("client_id"), of_six=of_six)
    device = value("hwaddr").lower().encode("latin-1") or None
    end = FOREVER if int(lifetime) == _INFINITE else int(expire) * SECOND
    return Row(address, begin * SECOND, end, int(state), device, ids, of_six)


def client(text: str, *, of_six: bool) -> dict[str, bytes]:
    """Give the client's own identifier, and the DUID that it is or holds.

    Raises:
        UnreadableError: `malformed`.
    """
    if not text:
        return {}
    client_id = plain_hex(text)
    if client_id is None:
        raise UnreadableError("malformed")
    duid = client_id if of_six else duid_of(client_id)
    return {"client-id": client_id} if duid is None else {"client-id": client_id, "duid": duid}


def relayed(context: str, *, of_six: bool) -> dict[str, bytes]:
    """Give what the relay said of the line, where the server was told to keep it (`store-extended-info`).

    Raises:
        UnreadableError: `malformed`.
    """
    if not context:
        return {}
    try:
        said = json.loads(_ESCAPED.sub(lambda escaped: chr(int(escaped[1], 16)), context))
    except (ValueError, RecursionError):
        raise UnreadableError("malformed") from None
    if not isinstance(said, dict):
        raise UnreadableError("malformed")
    kept = said.get("ISC")
    if not isinstance(kept, dict):
        return {}
    return _relays(kept) if of_six else _agent(kept.get("relay-agent-info"))


def _agent(info: object) -> dict[str, bytes]:
    """Read option 82: its sub-options in hexadecimal, or (before Kea 2.3) with the option's own head or without."""
    if isinstance(info, dict):
        ids = sub_options(_hex(info.get("sub-options")))
        for kind in ("circuit-id", "remote-id"):
            data = _hex(info.get(kind))
            if data:
                ids.setdefault(kind, data)
        return ids
    data = _hex(info)
    if len(data) > 1 and data[0] == _RELAY_AGENT and data[1] == len(data) - 2:
        data = data[2:]
    return sub_options(data)


def _relays(kept: Mapping[str, object]) -> dict[str, bytes]:
    """Read the relay that is nearest to the client: of the fewest hops."""
    relays = kept.get("relay-info", kept.get("relays"))
    said = [one for one in relays if isinstance(one, dict)] if isinstance(relays, list) else []
    hops = [one["hop"] if isinstance(one.get("hop"), int) else 0 for one in said]
    for _, one in sorted(zip(hops, said, strict=True), key=lambda pair: pair[0])[:1]:
        ids = relay_options(_hex(one.get("options")))
        remote = _hex(one.get("remote-id"))
        if remote:
            ids.setdefault("remote-id", remote)
        return ids
    return {}


def _hex(value: object) -> bytes:
    if value is None:
        return b""
    data = plain_hex(value) if isinstance(value, str) else None
    if data is None:
        raise UnreadableError("malformed")
    return data
