"""Which rows of Kea's lease file matter though nobody asked for their address: read of each is what tells that.

A row of another address matters where it names an account asked for, and where it says that the server's clock was set
back: it was then served before it was served last. For that its time, its state and one identifier are enough.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from landmark.assignments.addresses import canonical
from landmark.assignments.dhcp.kea_rows import client, columns_of, fields_of, relayed
from landmark.assignments.elsewhere import SetBack, Written, stretches_of
from landmark.assignments.times import UnreadableError
from landmark.tables import SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from landmark.assignments import Settings
    from landmark.assignments.elsewhere import Accounts
    from landmark.lines import Line

_WITHOUT_BEGIN = frozenset((b"1", b"2", b"3"))  # declined, reclaimed, released: they say nothing of the clock
_DIGITS_AND_DOTS = re.compile(r"[0-9.]+")
_OF_CLIENT = frozenset(("client-id", "duid"))


def of_six(text: Iterable[Line]) -> bool:
    """Tell whether a text's header is that of an IPv6 file.

    Its addresses have too many spellings to be found faster than they are read, and a prefix stands in two columns.
    """
    header = next((line.text for line in text if line.text.strip()), b"")
    return not {"duid", "lease_type"}.isdisjoint(columns_of(fields_of(header.removesuffix(b"\r"))) or ())


def written_in(kind: str) -> Written:
    """Give what the column that tells an account of a kind may mean, in an IPv4 file."""
    reading = client if kind in _OF_CLIENT else relayed

    def mean(written: bytes) -> Iterable[bytes]:
        try:
            return reading(written.decode("latin-1").strip(), of_six=False).values()
        except UnreadableError:
            return ()

    return Written((), mean)


def addresses_that_matter(texts: Sequence[Iterable[Line]], settings: Settings, accounts: Accounts) -> set[str]:
    """Give the addresses, in canonical form, of which a row names an account asked for or may be of a step back."""
    found: set[str] = set()
    steps = SetBack(settings.tolerance)
    for number, text in enumerate(texts):
        series = settings.series[number] if number < len(settings.series) else ""
        for address, begin, its in _rows(text, settings.account_kind):
            if begin is not None:
                steps.saw(series, address, begin * SECOND)
            if its and its in accounts:
                found.add(address)
    return found | steps.addresses


def _rows(text: Iterable[Line], kind: str) -> Iterator[tuple[str, int | None, bytes]]:
    """Give of each row that may be one its address, its begin in seconds where it is of a lease, what may name it."""
    places: tuple[int, int, int, int | None, int | None] | None = None
    width = 0
    for data in stretches_of(text):
        for written in data.split(b"\n"):
            if not width:
                if not written.strip():
                    continue
                header = fields_of(written.removesuffix(b"\r"))
                width, columns = len(header), columns_of(header)
                if columns is None:
                    return  # no row can be read
                its = columns.get("client_id" if kind in _OF_CLIENT else "user_context")
                places = (columns["address"], columns["valid_lifetime"], columns["expire"], columns.get("state"), its)
                continue
            fields = written.split(b",")
            if places is None or len(fields) != width:
                continue
            address, lifetime, expire, state, its = places
            try:
                lasts = int(fields[lifetime])
                begin = int(fields[expire]) - lasts
            except ValueError:
                continue
            serves = lasts and not (state is not None and fields[state].strip() in _WITHOUT_BEGIN)
            where = _address(fields[address])
            if where is not None:
                yield where, begin if serves else None, b"" if its is None else fields[its]


def _address(written: bytes) -> str | None:
    text = written.decode("latin-1")
    if _DIGITS_AND_DOTS.fullmatch(text):  # of one spelling, if it is an address at all
        return text
    return canonical(fields_of(written)[0].strip())
