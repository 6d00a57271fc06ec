"""Where a request said that it came from: forwarded addresses, which are no column, read again from the line. Pure.

X-Forwarded-For is a list to which each proxy appends whom it was asked by; what stands before the word of a proxy that
the case trusts may have been written by anybody. `landmark.sources.forwarded` follows the list from its end as far as
the proxies are trusted: if one more of them was trusted each time, it gives every address that stands there, the
nearest first, up to an entry that is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from landmark import sources
from landmark.case import Target
from landmark.sources.forwarded import Sender, sender
from landmark.sources.web import WebReader
from landmark.targets import Targets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from landmark.case import Log
    from landmark.lines import Line
    from landmark.sources.row import Row

    Event = Mapping[str, Any]

_ALWAYS = 1 << 62  # µs
_MOST = 16
"""Addresses of a list that are given: a client may write a list of any length."""
_REST = "… (more in the line)"


class Claimed(NamedTuple):
    """Through which trusted proxies a request came, the nearest to the server first, and what else was forwarded.

    `not_used` are addresses that nobody vouches for, in the order of the list; `more` whether there are further ones,
    of these or, where there are none of these, of the proxies.
    """

    through: tuple[str, ...] = ()
    not_used: tuple[str, ...] = ()
    more: bool = False

    def facts(self) -> dict[str, object]:
        """Say it, marked as what it is worth."""
        made: dict[str, object] = {}
        if self.through:
            one = len(self.through) == 1
            others = f", {_REST}" if self.more and not self.not_used else ""
            proxies = "a proxy that the case trusts" if one else "proxies that the case trusts"
            wrote = "it wrote" if one else "they wrote"
            made["came through"] = (
                f"{', '.join(self.through)}{others}: {proxies} (`trusted_proxies`); the client's address is what "
                f"{wrote}"
            )
        if self.not_used:
            more = f"{_REST}, " if self.more else ""
            made["forwarded, not used"] = (
                f"{more}{', '.join(self.not_used)}: said in the request (X-Forwarded-For), by the client itself or by "
                "a proxy that the case does not trust; anybody can write so: evidence beside, and never the client"
            )
        return made

    def exact(self) -> dict[str, object]:
        """Give the same for programs: addresses alone, without ports."""
        if not (self.through or self.not_used):
            return {}
        said = {"through": self.through, "not_used": self.not_used}
        return {"forwarded": {name: [one.split(" ")[0] for one in those] for name, those in said.items()}}


def forwards(log: Log) -> bool:
    """Tell whether lines of a log may hold forwarded addresses."""
    return sources.ALL[log.format].format.of(log.log_format).forwards


def claimed(log: Log, event: Event, lines: Sequence[Line]) -> Claimed:
    """Give what was forwarded beside the client of an event; nothing where the line has no list, or no address in it.

    Args:
        log: the event's, as it was when its results were made.
        event: the event.
        lines: its line, behind the directives that say how it reads.
    """
    row = _row(log, event, lines)
    if row is None or row.forwarded is None or row.client.address is None:
        return Claimed()
    used, peer = (_sender(row, trusted) for trusted in (log.trusted_proxies, ()))
    if (used.client.address, used.port) != (event["client_address"], event["client_port"]):
        return Claimed()
    chain = [peer]
    while len(chain) <= 2 * _MOST + 1:
        further = _sender(row, tuple(str(one.client.address) for one in chain))
        if further.client in {one.client for one in chain}:
            break
        chain.append(further)
    proxies = next((at for at, one in enumerate(chain) if one.client == used.client), len(chain))
    beside = chain[proxies + 1 :]
    return Claimed(
        tuple(str(one.client.address) for one in chain[: min(proxies, _MOST)]),
        tuple(_said(one) for one in reversed(beside[:_MOST])),
        len(beside) > _MOST or proxies > _MOST,
    )


def _said(one: Sender) -> str:
    return f"{one.client.address}" if one.port is None else f"{one.client.address} (port {one.port})"


def _sender(row: Row, trusted: tuple[str, ...]) -> Sender:
    """Give whom a line is of, had the case trusted these proxies."""
    return sender(row.client, row.port, row.forwarded, trusted)


def _row(log: Log, event: Event, lines: Sequence[Line]) -> Row | None:
    """Take the line apart, the last of `lines`; None where it does not read as the log's."""
    settings = sources.Settings(
        begin=-_ALWAYS,
        end=_ALWAYS,
        targets=Targets([Target("anything", host=event["host"])]),  # whatever it was that was asked for there
        login=lambda _name: "",
        login_account=lambda _name: None,
        host=log.host,
        zone=log.zone,
        log_format=log.log_format,
        transport=log.transport,
        client_port=log.client_port,
    )
    reader = sources.ALL[log.format].reader(settings)
    return reader.last(lines) if isinstance(reader, WebReader) else None
