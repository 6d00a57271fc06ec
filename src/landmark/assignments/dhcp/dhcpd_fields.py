"""What the statements of one lease block of ISC dhcpd say (dhcpd.leases(5)): times, state, address, identifiers.

Times are UTC whatever the server's zone was: `2 2001/10/02 06:00:00`, the first digit being the day of the week, which
the server ignores, too; or `epoch 1002002400`, behind which a comment gives the local time for people.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from landmark.assignments.addresses import canonical
from landmark.assignments.dhcp.option_data import duid_of, octets, unquoted
from landmark.assignments.holders import FOREVER
from landmark.assignments.times import UnreadableError
from landmark.tables import SECOND

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from landmark.assignments.dhcp.dhcpd_blocks import Statement

STATES = frozenset(("active", "free", "expired", "released", "abandoned", "reset", "backup"))
_DATE = re.compile(r"[0-6] ([0-9]{4,5})/([0-9]{1,2})/([0-9]{1,2}) ([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?: UTC)?")
_SINCE_EPOCH = re.compile(r"epoch (-?[0-9]{1,11})")
_IAID = 4
_AGENT = b"agent."


class Fields(NamedTuple):
    """One address or prefix of a block. Instants are µs UTC; 0 is what the server writes for one that is not set."""

    address: str
    state: str
    starts: int | None
    ends: int | None
    cltt: int | None
    device: bytes | None
    ids: dict[str, bytes]
    delegated: bool  # of DHCPv6


def read_block(block: Statement) -> list[Fields]:
    """Read a block.

    Raises:
        UnreadableError: `malformed` or `bad_time`.
    """
    if len(block.words) != 2:  # noqa: PLR2004 - the kind and the address, or the association
        raise UnreadableError("malformed")
    if block.words[0] == b"lease":
        return [_lease(block)]
    association = data_of(block.words[1])
    if len(association) <= _IAID:
        raise UnreadableError("malformed")
    duid = association[_IAID:]
    ids = {"duid": duid, "client-id": duid}
    cltt = _time(_only(block.inner, b"cltt"))
    held = [inner for inner in block.inner if inner.words[0] in {b"iaaddr", b"iaprefix"}]
    found = [_delegated(one, cltt, ids) for one in held]
    if len({one.address for one in found}) != len(found):
        raise UnreadableError("malformed")
    return found


def _lease(block: Statement) -> Fields:
    state = _state(block.inner)
    hardware = _only(block.inner, b"hardware")
    ids = dict(_agent(block.inner))
    uid = _only(block.inner, b"uid")
    if uid:
        ids["client-id"] = data_of(uid[-1])
        duid = duid_of(ids["client-id"])
        if duid is not None:
            ids["duid"] = duid
    return Fields(
        _address(block.words[1], prefix=False),
        "abandoned" if _only(block.inner, b"abandoned") is not None else state,
        _time(_only(block.inner, b"starts")),
        _time(_only(block.inner, b"ends")),
        _time(_only(block.inner, b"cltt")),
        b" ".join(hardware).lower() if hardware else None,
        ids,
        delegated=False,
    )


def _delegated(held: Statement, cltt: int | None, ids: dict[str, bytes]) -> Fields:
    if len(held.words) != 2:  # noqa: PLR2004 - the kind and the address
        raise UnreadableError("malformed")
    address = _address(held.words[1], prefix=held.words[0] == b"iaprefix")
    ends = _time(_only(held.inner, b"ends"))
    return Fields(address, _state(held.inner), cltt, ends, cltt, None, ids, delegated=True)


def _only(statements: Sequence[Statement], name: bytes) -> tuple[bytes, ...] | None:
    """Give the words after a name; None without it. The server writes none twice: two are two writes spliced."""
    found = [one.words[1:] for one in statements if one.words[0] == name]
    if len(found) > 1:
        raise UnreadableError("malformed")
    return found[0] if found else None


def _state(statements: Sequence[Statement]) -> str:
    words = _only(statements, b"binding")
    if words is None:
        return "active"  # before version 3 of the server there were no states
    state = words[-1].decode("latin-1") if len(words) == 2 and words[0] == b"state" else ""  # noqa: PLR2004
    if state not in STATES:
        raise UnreadableError("malformed")
    return state


def _agent(statements: Sequence[Statement]) -> Iterator[tuple[str, bytes]]:
    options = [one.words[1:] for one in statements if one.words[0] == b"option"]
    names = [words[0] for words in options if words and words[0].startswith(_AGENT)]
    if len(names) != len(set(names)):
        raise UnreadableError("malformed")
    for words in options:
        if words and words[0] in {b"agent.circuit-id", b"agent.remote-id", b"agent.subscriber-id"}:
            if len(words) != 2:  # noqa: PLR2004 - name and value
                raise UnreadableError("malformed")
            yield words[0].removeprefix(_AGENT).decode("ascii"), data_of(words[1])


def data_of(word: bytes) -> bytes:
    """Read what a word stands for: a string, or octets in hexadecimal.

    Raises:
        UnreadableError: `malformed`.
    """
    if word.startswith(b'"'):
        return unquoted(word[1:-1])
    data = octets(word.decode("latin-1"))
    if data is None:
        raise UnreadableError("malformed")
    return data


def _address(word: bytes, *, prefix: bool) -> str:
    text = word.decode("latin-1")
    address = canonical(text)
    if address is None or ("/" in text) != prefix:
        raise UnreadableError("malformed")
    return address


def _time(words: tuple[bytes, ...] | None) -> int | None:
    return None if words is None else instant(b" ".join(words).decode("latin-1"))


@lru_cache(maxsize=1 << 16)
def instant(text: str) -> int:
    """Read a time, µs UTC; `never` is `FOREVER`.

    Raises:
        UnreadableError: `malformed`, or `bad_time` where there is no such date.
    """
    if text == "never":
        return FOREVER
    since = _SINCE_EPOCH.fullmatch(text)
    if since is not None:
        return int(since[1]) * SECOND
    date = _DATE.fullmatch(text)
    if date is None:
        raise UnreadableError("malformed")
    try:
        year, month, day, hour, minute, second = map(int, date.groups())
        return int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()) * SECOND
    except (ValueError, OverflowError):
        raise UnreadableError("bad_time") from None
