"""Which blocks of ISC dhcpd's lease file matter though nobody asked for their address: read of each is what tells that.

A block of another address matters where it names an account asked for, and where it says that the server's clock was
set back: its client was served before it was served last. Blocks of another form than the server's, and those of IPv6,
are all read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from landmark.assignments.addresses import canonical
from landmark.assignments.dhcp.dhcpd_blocks import ENDS, Block, PlainLease, leases_in, tokens_of
from landmark.assignments.dhcp.dhcpd_fields import data_of, instant, read_block
from landmark.assignments.dhcp.option_data import duid_of
from landmark.assignments.elsewhere import SetBack, Written, stretches_of
from landmark.assignments.holders import FOREVER
from landmark.assignments.times import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from landmark.assignments import Settings
    from landmark.assignments.elsewhere import Accounts
    from landmark.lines import Line

_SERVED = re.compile(rb"^[ \t]+cltt[ \t]([^;\n]*)", re.MULTILINE)
_DIGITS_AND_DOTS = re.compile(r"[0-9.]+")
_ONE_WORD = re.compile(rb"(\"[^\"\\]*\"|[0-9A-Fa-f:]+);\r?")
_UID = re.compile(rb"[ \t]uid[ \t]([^\n]*)")
_AGENT = {
    kind: re.compile(rb"[ \t]agent\.%b[ \t]([^\n]*)" % kind.encode())
    for kind in ("circuit-id", "remote-id", "subscriber-id")
}


def written_in(kind: str) -> Written:
    """Give how an account of a kind is written: the rest of its line."""
    pattern = _UID if kind in {"client-id", "duid"} else _AGENT.get(kind)
    return Written(() if pattern is None else (pattern,), _meanings)


def of_six(text: Iterable[Line]) -> bool:
    """Tell whether a text's first block is an association of IPv6: all of it is read."""
    first = next((line.text for line in text if line.text.startswith((b"lease", b"ia"))), b"")
    return first.startswith(b"ia")


def addresses_that_matter(texts: Sequence[Iterable[Line]], settings: Settings, accounts: Accounts) -> set[str]:
    """Give the addresses of which a block names an account asked for or may be of a step back."""
    found: set[str] = set()
    steps = SetBack(settings.tolerance)
    for number, text in enumerate(texts):
        series = settings.series[number] if number < len(settings.series) else ""
        for block in leases_in(stretches_of(text, ENDS)):
            for address, served, named in _told(block, settings, accounts):
                if named:
                    found.add(address)
                if served and served != FOREVER:
                    steps.saw(series, address, served)
    return found | steps.addresses


def _told(block: PlainLease | Block, settings: Settings, accounts: Accounts) -> Iterator[tuple[str, int | None, bool]]:
    """Give the addresses of a block, when its client was served, and whether it names an account asked for."""
    if isinstance(block, PlainLease):
        address = block.address.decode("latin-1")
        served = [_instant(one) for one in _SERVED.findall(block.statements)]
        if _DIGITS_AND_DOTS.fullmatch(address) is None:  # of more than one spelling, if it is an address at all
            address = canonical(address) or address
        yield address, served[0] if served else None, accounts.stand_in(block.statements)
        return
    try:
        held = read_block(block.statement)
    except UnreadableError:
        return
    for fields in held:
        yield fields.address, fields.cltt, accounts.mean(fields.ids.get(settings.account_kind))


def _instant(written: bytes) -> int | None:
    try:
        return instant(b" ".join(written.split()).decode("latin-1"))
    except UnreadableError:
        return None


def _meanings(written: bytes) -> Iterator[bytes | None]:
    one = _ONE_WORD.fullmatch(written)
    for word in (tokens_of(written) or ()) if one is None else (one[1],):
        try:
            data = data_of(word)
        except UnreadableError:
            continue
        yield data
        yield duid_of(data)
