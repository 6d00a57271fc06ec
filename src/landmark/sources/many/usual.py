"""Lines that were taken apart, as columns: by where their fields stand in a buffer, or each by its format's parser."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from landmark.sources.addresses import Client, client, port
from landmark.sources.forwarded import sender
from landmark.sources.many.spans import Distinct, distinct
from landmark.spellings import host_name, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from landmark.sources.many.combined import Apart
    from landmark.sources.many.spans import Buffer, Flags, Numbers, Span
    from landmark.sources.row import Row

_NUMBER = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = rf"^(?:{_NUMBER}\.){{3}}{_NUMBER}$"
_T = TypeVar("_T")
_NO_REFERRER = "-"  # beside a mark: it comes to the same


class Senders(NamedTuple):
    """Which distinct client each line has; the address and the name of each, and whether it is a client at all."""

    codes: Numbers
    addresses: pa.StringArray
    names: pa.StringArray
    known: Flags


class Usual(NamedTuple):
    """Lines, which they are of those given, and what stands in each; numbers are -1 where there is none."""

    lines: Numbers
    hosts: tuple[Numbers, list[str | None]] | None  # None: the lines log none
    senders: Senders
    ports: pa.Int64Array
    users: tuple[Numbers, list[bytes | None]]
    times: pa.StringArray
    instants: Numbers
    zones: tuple[Numbers, list[tuple[str, str]]]  # which zone each time was read by, and how that is known
    requests: Distinct
    status: Numbers
    sizes: Numbers
    referrers: pa.StringArray
    without_referrer: Flags
    agents: pa.StringArray
    destinations: pa.StringArray


def of_spans(buffer: Buffer, apart: Apart) -> Usual:
    """Give what stands in lines of which it is known where their fields are."""
    count = len(apart.lines)
    nothing = pa.nulls(count, pa.string())
    hosts = None
    if apart.host is not None:
        written = _distinct(buffer, apart.host)
        hosts = written.codes, [host_name(one.encode()) for one in written.texts.to_pylist()]
    users: tuple[Numbers, list[bytes | None]] = np.zeros(count, np.int64), [None]
    if apart.user is not None:
        logins = _distinct(buffer, apart.user)
        users = logins.codes, [None if one in {"", "-"} else one.encode() for one in logins.texts.to_pylist()]
    no_referrer = apart.referrer is None
    return Usual(
        lines=apart.lines,
        hosts=hosts,
        senders=_senders(_distinct(buffer, apart.client)),
        ports=_ports(buffer, apart.port, count),
        users=users,
        times=buffer.texts(*apart.time),
        instants=apart.instants,
        zones=(apart.zones, apart.zone_names),
        requests=_distinct(buffer, apart.request),
        status=apart.status,
        sizes=apart.sizes,
        referrers=pa.repeat(_NO_REFERRER, count) if apart.referrer is None else buffer.texts(*apart.referrer),
        without_referrer=np.full(count, no_referrer),
        agents=nothing if apart.agent is None else buffer.texts(*apart.agent),
        destinations=nothing,
    )


def _distinct(buffer: Buffer, span: Span) -> Distinct:
    return distinct(buffer.texts(*span))


def _ports(buffer: Buffer, span: Span | None, count: int) -> pa.Int64Array:
    if span is None:
        return pa.nulls(count, pa.int64())
    ports = _distinct(buffer, span)
    read = pa.array([port(one.encode()) for one in ports.texts.to_pylist()], pa.int64())
    return read.take(pa.array(ports.codes))


def _senders(written: Distinct) -> Senders:
    texts = written.texts
    plain = pc.match_substring_regex(texts, _IPV4)
    known = np.ones(len(texts), np.bool_)
    others = np.flatnonzero(~plain.to_numpy(zero_copy_only=False))
    nothing = pa.nulls(len(texts), pa.string())
    if not len(others):
        return Senders(written.codes, texts, nothing, known)
    read = [client(one.encode()) for one in texts.take(pa.array(others)).to_pylist()]
    known[others] = [one is not None for one in read]
    clients = [one or Client(None, None) for one in read]
    mask = pc.invert(plain)
    addresses = pc.replace_with_mask(texts, mask, pa.array([one.address for one in clients], pa.string()))
    names = pc.replace_with_mask(nothing, mask, pa.array([one.host for one in clients], pa.string()))
    return Senders(written.codes, addresses, names, known)


def of_rows(rows: Sequence[Row], trusted: tuple[str, ...], *, logs_host: bool) -> Usual:
    """Give what stands in rows, but for those that have two instants, or whose request or referrer is no UTF-8.

    Args:
        rows: each with an instant.
        trusted: networks of the proxies whose word is taken.
        logs_host: whether they have a host of their own.
    """
    texts = [_texts(row) for row in rows]
    lines = [number for number, one in enumerate(texts) if one is not None]
    some = [rows[number] for number in lines]
    asked, referrers = zip(*(one for one in texts if one is not None), strict=True) if lines else ((), ())
    came = [sender(row.client, row.port, row.forwarded, trusted) for row in some]
    clients, each = _coded(one.client for one in came)
    hosts = _coded(row.host for row in some)
    requests, written = _coded(asked)
    return Usual(
        lines=np.array(lines, np.int64),
        hosts=hosts if logs_host else None,
        senders=Senders(
            clients,
            pa.array([one.address for one in each], pa.string()),
            pa.array([one.host for one in each], pa.string()),
            np.ones(len(each), np.bool_),
        ),
        ports=pa.array([one.port for one in came], pa.int64()),
        users=_coded(row.user for row in some),
        times=pa.array([text_of(row.time) for row in some], pa.string()),
        instants=np.array([row.instant for row in some], np.int64),
        zones=_coded((row.zone, row.zone_known) for row in some),
        requests=Distinct(requests, pa.array(written, pa.string())),
        status=np.array([-1 if row.status is None else row.status for row in some], np.int64),
        sizes=np.array([-1 if row.size is None else row.size for row in some], np.int64),
        referrers=pa.array([_NO_REFERRER if one is None else one for one in referrers], pa.string()),
        without_referrer=np.array([one is None for one in referrers], np.bool_),
        agents=pa.array([None if row.agent is None else text_of(row.agent) for row in some], pa.string()),
        destinations=pa.array([row.destination for row in some], pa.string()),
    )


def _texts(row: Row) -> tuple[str, str | None] | None:
    """Give request and referrer as texts that say the same bytes; None where the row is to be judged by itself."""
    if row.later is not None or (row.status or 0) < 0 or (row.size or 0) < 0:
        return None
    try:
        return row.request.decode(), None if row.referrer is None else row.referrer.decode()
    except UnicodeDecodeError:
        return None


def _coded(values: Iterable[_T]) -> tuple[Numbers, list[_T]]:
    """Give which of distinct values each value is."""
    known: dict[_T, int] = {}
    codes = np.array([known.setdefault(one, len(known)) for one in values], np.int64)
    return codes, list(known)
