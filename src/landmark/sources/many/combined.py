"""Many lines of the combined or the common format at once: those that are written in the usual way, field by field.

Usual is a line of printable ASCII without a backslash, with six quotes or two, no blank in host, client, ident and
user, a status of three digits, nothing behind the agent. Any other line is read by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from landmark.sources.many import clf_times
from landmark.sources.many.spans import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from landmark.sources.many.spans import Buffer, Flags, Numbers

_COMBINED, _COMMON = 6, 2  # quotes
_BLANK, _QUOTE, _BACKSLASH, _NEWLINE, _RETURN = b' "\\\n\r'
_OPENS, _CLOSES, _DASH = b"[]-"
_FIRST, _PRINTABLE = 32, 95  # of bytes: the first that is printable, and how many are
_MOST_DIGITS = 15
_STATUS = 3


class Apart(NamedTuple):
    """Usual lines: which they are of those given, and their fields; sizes are -1 where there is none.

    `zones` says of each line which of `zone_names` its time was read by, and how that is known.
    """

    lines: Numbers
    host: Span | None
    client: Span
    port: Span | None
    user: Span | None
    time: Span
    instants: Numbers
    zones: Numbers
    zone_names: list[tuple[str, str]]
    request: Span
    status: Numbers
    sizes: Numbers
    referrer: Span | None
    agent: Span | None


def apart(buffer: Buffer, begins: Numbers, ends: Numbers, *, logs_host: bool) -> Iterator[Apart]:
    """Take usual lines apart.

    Args:
        buffer: of the lines, each with its newline.
        begins: of each line.
        ends: its newline.
        logs_host: whether a host stands before the client.
    """
    for count, lines, begin, stop in usual_lines(buffer, begins, ends, (_COMBINED, _COMMON)):
        yield _with_quotes(buffer, lines, begin, stop, count, logs_host=logs_host)


def usual_lines(
    buffer: Buffer, begins: Numbers, ends: Numbers, counts: Sequence[int]
) -> Iterator[tuple[int, Numbers, Numbers, Numbers]]:
    """Give the lines of printable ASCII without a backslash that have so many quotes: which, begins, and stops."""
    stops = ends - (buffer.values[ends - 1] == _RETURN)
    odd = np.flatnonzero(buffer.values[: buffer.size] - np.uint8(_FIRST) >= _PRINTABLE)
    good = np.searchsorted(odd, stops) == np.searchsorted(odd, begins)
    good &= buffer.count(_BACKSLASH, begins, stops) == 0
    quotes = buffer.count(_QUOTE, begins, stops)
    for count in counts:
        lines = np.flatnonzero(good & (quotes == count))
        if len(lines):
            yield count, lines, begins[lines], stops[lines]


def _with_quotes(  # noqa: PLR0913 - the lines, and what is known of them
    buffer: Buffer, lines: Numbers, begins: Numbers, stops: Numbers, count: int, *, logs_host: bool
) -> Apart:
    values = buffer.values
    places = buffer.places(_QUOTE)
    quotes = places[np.searchsorted(places, begins)[:, None] + np.arange(count)].T
    at = quotes[0] - clf_times.LENGTH - 4  # of the blank before ` [time] "`
    words, good = _words(buffer, begins, at, 3 + logs_host)
    *host, client, _, user = words
    time = np.maximum(at + 2, 0)
    instants, read = clf_times.read(buffer, time)
    zones, zone_names = clf_times.zones(buffer, time)
    good &= read
    for place, byte in ((at + 1, _OPENS), (quotes[0] - 2, _CLOSES), (quotes[0] - 1, _BLANK)):
        good &= values[place] == byte
    good &= buffer.count(_OPENS, *user) == 0
    # Behind the request: blank, three digits, blank, the size up to a blank and a quote or the line's end.
    after = quotes[1] + 1
    status, number = buffer.digits(after + 1, after + 1 + _STATUS, _STATUS)
    good &= number & (values[after] == _BLANK) & (values[after + 1 + _STATUS] == _BLANK)
    size = Span(after + 2 + _STATUS, stops if count == _COMMON else quotes[2] - 1)
    sizes, number = buffer.digits(*size, _MOST_DIGITS)
    none = (size.ends - size.begins == 1) & (values[size.begins] == _DASH)
    good &= number | none
    referrer = agent = None
    if count == _COMBINED:
        good &= (values[size.ends] == _BLANK) & (values[quotes[3] + 1] == _BLANK)
        good &= (quotes[4] == quotes[3] + 2) & (quotes[5] + 1 == stops)
        referrer, agent = Span(quotes[2] + 1, quotes[3]), Span(quotes[4] + 1, quotes[5])

    def usual(span: Span) -> Span:
        return Span(span.begins[good], span.ends[good])

    return Apart(
        lines=lines[good],
        host=usual(host[0]) if host else None,
        client=usual(client),
        port=None,
        user=usual(user),
        time=usual(Span(time, time + clf_times.LENGTH)),
        instants=instants[good],
        zones=zones[good],
        zone_names=zone_names,
        request=usual(Span(quotes[0] + 1, quotes[1])),
        status=status[good],
        sizes=np.where(none, -1, sizes)[good],
        referrer=None if referrer is None else usual(referrer),
        agent=None if agent is None else usual(agent),
    )


def _words(buffer: Buffer, begins: Numbers, ends: Numbers, count: int) -> tuple[list[Span], Flags]:
    """Give the words of each span, and whether it has exactly so many, with one blank after each."""
    blanks = buffer.places(_BLANK)
    at = np.searchsorted(blanks, begins)
    words, good = [], np.ones(len(begins), np.bool_)
    begin = begins
    for number in range(count):
        end = blanks[at + number]
        good &= end > begin
        words.append(Span(begin, end))
        begin = end + 1
    return words, good & (words[-1].ends == ends)
