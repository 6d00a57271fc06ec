"""Which records of other addresses a reading of holders needs, beside those of the addresses asked for.

Other addresses bear on the case where an account that is found at those asked for holds them, too: of such an address
every record is read, since another's may end the account's. And a format may need more: where the rows of an address
tell that the server's clock was set back, the leases of all addresses are doubtful there.

So the texts are read once for the addresses asked for; then looked through, cheaply, for the others; and, where there
are any, read once more for both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from landmark.assignments.addresses import canonical
from landmark.assignments.dhcp.option_data import name_of
from landmark.assignments.names import Names
from landmark.assignments.sieve import LINES, Needles, Sieve, Skipped, again, asked

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from landmark.assignments import FileLeases, Settings, Wanted
    from landmark.assignments.held_rows import Reading
    from landmark.lines import Line

_NOTHING = Names(())
_MOST_KNOWN = 1 << 18


class Written(NamedTuple):
    """How records write the identifiers that may be an account: group 1 of some patterns, and all that one may mean."""

    patterns: tuple[re.Pattern[bytes], ...]
    mean: Callable[[bytes], Iterable[bytes | None]]


class Once(Protocol):
    """Reads the texts from the beginning; records that hold no name may be counted as not watched, unread."""

    def __call__(self, texts: Sequence[Iterable[Line]], names: Names) -> Reading:
        """Give what the records say."""


class Look(Protocol):
    """Looks through the texts for other addresses of which every record must be read."""

    def __call__(self, texts: Sequence[Iterable[Line]], accounts: Accounts) -> set[str]:
        """Give them in canonical form; what is no address may be among them."""


class Accounts:
    """Tells which identifiers, as records write them, are those of accounts asked for."""

    def __init__(self, accounts: Collection[str], settings: Settings, written: Written) -> None:
        """Take the accounts, what makes them of names, and how their identifiers are written."""
        self._accounts = accounts
        self._settings = settings
        self._written = written
        self._known: dict[bytes, bool] = {}

    def __bool__(self) -> bool:
        """Tell whether any is asked for."""
        return bool(self._accounts)

    def __contains__(self, written: bytes) -> bool:
        """Tell of one identifier; clients come back, and are known again."""
        known = self._known.get(written)
        if known is None:
            if len(self._known) > _MOST_KNOWN:
                self._known.clear()
            known = self._known[written] = any(self.mean(data) for data in self._written.mean(written))
        return known

    def mean(self, data: bytes | None) -> bool:
        """Tell whether an identifier's bytes mean one."""
        return data is not None and bool(data) and self._settings.account(name_of(data)) in self._accounts

    def stand_in(self, data: bytes) -> bool:
        """Tell whether one stands in some bytes."""
        return any(one in self for pattern in self._written.patterns for one in set(pattern.findall(data)))

    def lines(self, data: bytes) -> Iterator[bytes]:
        """Give the lines, of some whole ones, in which one stands."""
        for pattern in self._written.patterns if self else ():
            if any(one in self for one in set(pattern.findall(data))):
                for found in pattern.finditer(data):
                    if found[1] in self:
                        yield data[data.rfind(b"\n", 0, found.start()) + 1 : data.find(b"\n", found.end())]


class SetBack:
    """The addresses whose rows may tell that a clock was set back; rows that nobody can read may be among them."""

    def __init__(self, tolerance: int) -> None:
        """Take the step back, µs, that is none."""
        self._tolerance = tolerance
        self._latest: dict[str, dict[str, int]] = {}  # by series and address
        self.addresses: set[str] = set()

    def saw(self, series: str, address: str, at: int) -> None:
        """Take the time of the next row of an address in a series of files, µs."""
        own = self._latest.setdefault(series, {})
        latest = own.get(address)
        if latest is None or at >= latest:
            own[address] = at
        elif latest - at > self._tolerance:
            self.addresses.add(address)


def read(  # noqa: PLR0913, PLR0917 - each is a thing of its own
    once: Once,
    look: Look,
    written: Written,
    texts: Iterable[Iterable[Line]],
    settings: Settings,
    wanted: Wanted,
) -> list[FileLeases]:
    """Read the texts of one source: the records of the addresses asked for, and of others as far as these are needed.

    Args:
        once: reads them once.
        look: finds the other addresses.
        written: how records write what may be an account.
        texts: the texts in order; of one that cannot be sifted everything is read.
        settings: what the case states of the source.
        wanted: what is asked for.
    """
    every = again(texts, wanted.accounts)
    reading = once(every, Names(wanted.addresses))
    if any(isinstance(text, Sieve) for text in every):
        found = look(every, Accounts(reading.accounts(wanted), settings, written)) - set(wanted.addresses)
        further = {address for address in found if canonical(address) == address}
        if further:
            reading = once(every, Names({*wanted.addresses, *further}))
    return reading.finish(wanted)


def stretches_of(text: Iterable[Line], apart: bytes = LINES) -> Iterator[bytes]:
    """Give the whole units of a text, many at a time; of one that cannot be sifted nothing: all of it is read."""
    if isinstance(text, Sieve):
        for piece in asked(text, Needles(_NOTHING, apart=apart)):
            if isinstance(piece, Skipped):
                yield piece.data
            else:
                yield b"".join([line.text + b"\n" for line in piece])
