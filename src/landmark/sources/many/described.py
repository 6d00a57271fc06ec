"""Many lines of a described form at once: those in which the signs between fields stand nowhere else.

A description is cut at its quotes. Where a line has as many quotes as the description, and between two of them as many
blanks and brackets, each of them is that of the description in the same place: there is one way to read the line, and
it is the one that the description's pattern finds. Any other line is read by itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from landmark.sources import strftime
from landmark.sources.described import is_spliced
from landmark.sources.fields import ANY_TEXT, ANY_WORD, CLIENT, NUMBER, PEER
from landmark.sources.many import clf_times
from landmark.sources.many.combined import Apart, usual_lines
from landmark.sources.many.spans import Span, distinct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from landmark.sources import Settings
    from landmark.sources.described import Description
    from landmark.sources.many.spans import Buffer, Flags, Numbers

_BLANK, _OPENS, _CLOSES, _QUOTE, _DASH = b' []"-'
_NOT_OF_CLIENTS = b" []{},"
_MOST_QUOTES = 60  # of a description: no more are looked ahead
_MOST_DIGITS, _STATUS = 15, 3
_CLF = strftime.compiled(strftime.CLF)


class _Stretch(NamedTuple):
    """What a description says between two quotes: a literal, then fields, each with the literal behind it."""

    begins: bytes
    fields: tuple[tuple[int, bytes], ...]
    spare: int  # blanks within its fields

    def count(self, sign: int) -> int:
        """Say how often a sign stands in it."""
        literals = (self.begins, *(after for _, after in self.fields))
        return sum(one.count(sign) for one in literals) + (self.spare if sign == _BLANK else 0)


def apart(form: Description, settings: Settings) -> Callable[[Buffer, Numbers, Numbers], Iterator[Apart]] | None:
    """Give what takes usual lines of a description apart, as `combined.apart`; None where it cannot be told so."""
    peers = [group for group, one in enumerate(form.fields, 1) if one.part == "client" and one.rank == PEER]
    by_proxy = "forwarded" in form.taken and bool(settings.trusted_proxies)
    at_server = {"server_address", "server_port"} <= set(form.taken) and settings.server is None
    if "request" not in form.taken or by_proxy or at_server or set(peers) - {form.taken["client"]}:
        return None
    stretches = _stretches(form)
    return None if stretches is None else _Shape(form, settings, stretches).apart


def _stretches(form: Description) -> list[_Stretch] | None:
    """Cut a description at its quotes; None where fields of it are told apart by other signs than are counted."""
    parts: list[list[bytes | int]] = [[b""]]
    group = 0
    for piece in form.pieces:
        if not piece.literal:
            group += 1
            if isinstance(parts[-1][-1], int):
                return None
            parts[-1] += [group, b""] if piece.part else [b""]
            continue
        first, *others = piece.literal.split(b'"')
        _join(parts[-1], first)
        parts += [[one] for one in others]
    made = [_stretch(form, one) for one in parts]
    whole = [one for one in made if one is not None]
    return whole if len(whole) == len(made) <= _MOST_QUOTES else None


def _join(stretch: list[bytes | int], literal: bytes) -> None:
    last = stretch.pop()
    stretch.append(last + literal if isinstance(last, bytes) else literal)


def _stretch(form: Description, parts: Sequence[bytes | int]) -> _Stretch | None:
    literals = [one for one in parts if isinstance(one, bytes)]
    groups = [one for one in parts if isinstance(one, int)]
    begins, *after = literals
    if any(not one.isascii() or b"\\" in one or not one.decode().isprintable() for one in literals):
        return None
    fields = tuple(zip(groups, after, strict=True))
    if len(fields) <= 1:
        return _Stretch(begins, fields, 0)
    spare = 0
    for group, literal in fields:
        if form.fields[group - 1].time == _CLF:  # which holds a blank, and ends where a bracket closes
            if not literal.startswith(b"]"):
                return None
            spare += 1
    if any(not set(literal) & set(b" []") for _, literal in fields[:-1]):
        return None
    return _Stretch(begins, fields, spare)


class _Shape:
    """A description whose usual lines can be told."""

    def __init__(self, form: Description, settings: Settings, stretches: Sequence[_Stretch]) -> None:
        self._form = form
        self._zone = settings.zone
        self._stretches = stretches
        self._patterns = [re.compile(b"(?:%b)" % one.pattern, re.DOTALL) for one in form.pieces if not one.literal]
        self._written = [one.pattern for one in form.pieces if not one.literal]

    def apart(self, buffer: Buffer, begins: Numbers, ends: Numbers) -> Iterator[Apart]:
        """Take usual lines apart."""
        for _, lines, begin, stop in usual_lines(buffer, begins, ends, (len(self._stretches) - 1,)):
            yield self._apart(buffer, lines, begin, stop)

    def _apart(self, buffer: Buffer, lines: Numbers, begins: Numbers, stops: Numbers) -> Apart:
        spans, good = self._spans(buffer, begins, stops)
        # From here on only what has the shape is looked at.
        lines = lines[good]
        spans = {group: Span(span.begins[good], span.ends[good]) for group, span in spans.items()}
        good = np.ones(len(lines), np.bool_)
        for group, span in spans.items():
            good &= self._fits(buffer, group, span)

        def of(part: str) -> Span | None:
            return spans[self._form.taken[part]] if part in self._form.taken else None

        status, size, user = of("status"), of("size"), of("user")
        time, request, client = of("time"), of("request"), of("client")
        if time is None or request is None or client is None or status is None:
            raise TypeError
        instants, zones, zone_names, read = self._times(buffer, time)
        good &= read
        codes, read = _number(buffer, status)
        good &= read & (codes > 0) & (status.ends - status.begins == _STATUS)
        sizes = np.full(len(lines), -1, np.int64)
        if size is not None:
            sizes, read = _number(buffer, size)
            good &= read & ((sizes != 0) | (size.ends - size.begins != 3))  # noqa: PLR2004 - `000` is none
        if user is not None:
            users = distinct(buffer.texts(*user))
            good &= ~np.array([is_spliced(one.encode()) for one in users.texts.to_pylist()], np.bool_)[users.codes]

        host = of("host")
        if host is not None and len(self._form.hosts) > 1:  # where it says none, another one does
            good &= (host.ends - host.begins > 1) | (buffer.values[host.begins] != _DASH) & (host.ends > host.begins)

        def usual(span: Span | None) -> Span | None:
            return None if span is None else Span(span.begins[good], span.ends[good])

        return Apart(
            lines=lines[good],
            host=usual(host),
            client=Span(client.begins[good], client.ends[good]),
            port=usual(of("port")),
            user=usual(user),
            time=Span(time.begins[good], time.ends[good]),
            instants=instants[good],
            zones=zones[good],
            zone_names=zone_names,
            request=Span(request.begins[good], request.ends[good]),
            status=codes[good],
            sizes=sizes[good],
            referrer=usual(of("referrer")),
            agent=usual(of("agent")),
        )

    def _spans(self, buffer: Buffer, begins: Numbers, stops: Numbers) -> tuple[dict[int, Span], Flags]:
        """Give where each field stands, and whether the line has the shape."""
        quotes = buffer.places(_QUOTE)
        first = np.searchsorted(quotes, begins)
        good = np.ones(len(begins), np.bool_)
        spans: dict[int, Span] = {}
        begin = begins
        for number, stretch in enumerate(self._stretches):
            end = stops if number == len(self._stretches) - 1 else quotes[first + number]
            good &= _fields(buffer, stretch, Span(begin, end), spans)
            begin = end + 1
        return spans, good

    def _fits(self, buffer: Buffer, group: int, span: Span) -> Flags:
        """Say whether what stands in a field fits its pattern."""
        written, part = self._written[group - 1], self._form.fields[group - 1].part
        alone = any(len(one.fields) == 1 and one.fields[0][0] == group for one in self._stretches)
        if written in (ANY_TEXT if alone else ANY_WORD):
            return np.ones(len(span.begins), np.bool_)
        if written == CLIENT and not alone:
            good: Flags = span.ends > span.begins
            for sign in _NOT_OF_CLIENTS:
                good &= buffer.count(sign, *span) == 0
            return good
        if part in {"status", "size"} and written == NUMBER and self._form.taken[part] == group:
            return np.ones(len(span.begins), np.bool_)  # looked at as a number
        texts = distinct(buffer.texts(*span))
        match = self._patterns[group - 1].fullmatch
        fits = np.array([match(one.encode()) is not None for one in texts.texts.to_pylist()], np.bool_)[texts.codes]
        if self._form.fields[group - 1].time == _CLF:  # a time that is not read may lack the blank that was counted
            fits &= buffer.count(_BLANK, *span) == 1
        return fits

    def _times(self, buffer: Buffer, span: Span) -> tuple[Numbers, Numbers, list[tuple[str, str]], Flags]:
        """Give instants, the zones by which they were read, and whether each is one instant."""
        form = self._form.fields[self._form.taken["time"] - 1].time
        if form == _CLF:
            whole = span.ends - span.begins == clf_times.LENGTH
            begins = np.where(whole, span.begins, 0)
            instants, read = clf_times.read(buffer, begins)
            return (instants, *clf_times.zones(buffer, begins), read & whole)
        texts = distinct(buffer.texts(*span))
        found = [None if form is None else form.read(one.encode(), self._zone) for one in texts.texts.to_pylist()]
        single = np.array([one is not None and len(one.instants) == 1 for one in found], np.bool_)
        instants = np.array([one.instants[0] if one and len(one.instants) == 1 else 0 for one in found], np.int64)
        names: dict[tuple[str, str], int] = {}
        which = [0 if one is None else names.setdefault((one.zone, one.known), len(names)) for one in found]
        zones = np.array(which, np.int64)[texts.codes]
        return instants[texts.codes], zones, list(names) or [("", "")], single[texts.codes]


def _fields(buffer: Buffer, stretch: _Stretch, span: Span, spans: dict[int, Span]) -> Flags:
    """Find the fields of a stretch between two quotes, and say whether it has its shape."""
    begin = span.begins + len(stretch.begins)
    good = _stands(buffer, stretch.begins, span.begins)
    good &= begin <= span.ends if stretch.fields else begin == span.ends
    if not stretch.fields:
        return good
    if len(stretch.fields) > 1:
        for sign in (_BLANK, _OPENS, _CLOSES):
            if stretch.count(sign):
                good &= buffer.count(sign, *span) == stretch.count(sign)
    *others, (last, after_last) = stretch.fields
    for group, literal in others:
        at = next(place for place, byte in enumerate(literal) if byte in b" []")
        end = np.minimum(buffer.first(literal[at], np.minimum(begin, span.ends)), span.ends) - at
        good &= (end >= begin) & _stands(buffer, literal, end)
        spans[group] = Span(begin, end)
        begin = end + len(literal)
    end = span.ends - len(after_last)
    spans[last] = Span(begin, end)
    good &= (end >= begin) & _stands(buffer, after_last, end)
    return good


def _stands(buffer: Buffer, literal: bytes, at: Numbers) -> Flags:
    """Say where a literal stands."""
    good = np.ones(len(at), np.bool_)
    for place, byte in enumerate(literal):
        good &= buffer.values[np.minimum(at + place, buffer.size)] == byte
    return good


def _number(buffer: Buffer, span: Span) -> tuple[Numbers, Flags]:
    """Read numbers, -1 where none is written; and whether each is a number or none."""
    number, good = buffer.digits(*span, _MOST_DIGITS)
    length = span.ends - span.begins
    none = (length == 0) | ((length == 1) & (buffer.values[np.minimum(span.begins, buffer.size)] == ord("-")))
    numbers: Numbers = np.where(none, -1, number)
    return numbers, good | none
