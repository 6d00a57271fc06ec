"""Requests, many at once: what each comes to, as `request_line` says of one; each distinct text is looked at once.

A request is plain that names a path without an escape, an empty segment or a dot segment: of it all is told by where
its signs stand. Any other is read by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from landmark.sources import request_line
from landmark.sources.many.spans import Distinct, distinct
from landmark.spellings import segments

if TYPE_CHECKING:
    from landmark.sources.many.spans import Buffer, Flags, Numbers
    from landmark.spellings import Path

_SIGNS = r"[0-9A-Za-z_~!$&'()*+,;=:@\-]"
_SEGMENT = rf"{_SIGNS}(?:{_SIGNS}|\.)*"
_PLAIN = rf"^(?:GET|POST|HEAD) /(?:{_SEGMENT}/)*(?:{_SEGMENT})?(?:\?[^ %#\\]*)?(?: HTTP/[0-9]+(?:\.[0-9]+)?)?$"
_SEARCH = r"^GET [^ ?]*\?(?:[^ ]*&)?(?:q|s|search|query|keywords)(?:[=& ]|$)"
_BLANK, _SLASH, _ASKS, _DOT = b" /?."
_METHODS = ("GET", "POST", "HEAD")
_ACTIONS = ("open", "fetch", "search", "post", "other")


class Asked(NamedTuple):
    """Distinct requests, one of each: a column for each thing that they come to.

    `place` is which of `places` the beginning of its path is, -1 where it is none that is told here: one that cannot
    be read, names its own host, or has no path. `plain` is whether its path stands in it as the segments say.
    """

    place: Numbers
    places: list[Path]
    plain: Flags
    method: Numbers  # which of `methods`
    methods: list[str]
    action: Numbers  # which of `actions`
    actions: list[str]
    object: pa.StringArray
    static: Flags


def read(texts: pa.StringArray, depth: int) -> Asked:
    """Read distinct requests.

    Args:
        texts: the requests as logged.
        depth: of how many segments the beginning of a path is told.
    """
    found = Distinct(np.arange(len(texts)), texts)
    plain = pc.match_substring_regex(texts, _PLAIN).to_numpy(zero_copy_only=False)
    buffer, begins, ends = found.buffer()
    at = np.flatnonzero(plain)
    place = np.full(len(texts), -1, np.int64)
    static = np.zeros(len(texts), np.bool_)
    objects = pa.nulls(len(texts), pa.string())
    method, action = np.zeros(len(texts), np.int64), np.zeros(len(texts), np.int64)
    methods, actions = ({name: number for number, name in enumerate(names)} for names in (_METHODS, _ACTIONS))
    places: dict[Path, int] = {}
    if len(at):
        whole = _Plain(buffer, begins[at], ends[at], depth)
        beginnings = distinct(whole.above)
        codes = [places.setdefault(segments(path.encode()), len(places)) for path in beginnings.texts.to_pylist()]
        place[at] = np.array(codes, np.int64)[beginnings.codes]
        static[at] = whole.static
        objects = whole.asked if len(at) == len(texts) else pc.replace_with_mask(objects, pa.array(plain), whole.asked)
        method[at] = whole.method
        got = whole.static.astype(np.int64)
        asks = np.flatnonzero(whole.asks)
        searches = pc.match_substring_regex(texts.take(pa.array(at[asks])), _SEARCH).to_numpy(zero_copy_only=False)
        got[asks[searches]] = 2
        action[at] = np.where(whole.method == 0, got, whole.method + 2)
    told: dict[int, str] = {}
    for one in np.flatnonzero(~plain).tolist():
        asked = request_line.known(texts[one].as_py().encode())
        if asked is None or asked.request.host is not None or asked.object is None:
            continue
        place[one] = places.setdefault(asked.request.segments[:depth], len(places))
        static[one], told[one] = asked.static, asked.object
        method[one] = methods.setdefault(asked.request.method, len(methods))
        action[one] = actions.setdefault(asked.action, len(actions))
    if told:
        others = np.zeros(len(texts), np.bool_)
        others[list(told)] = True
        objects = pc.replace_with_mask(objects, pa.array(others), pa.array(list(told.values()), pa.string()))
    return Asked(place, list(places), plain, method, list(methods), action, list(actions), objects, static)


class _Plain:
    """Plain requests by where their signs stand."""

    def __init__(self, buffer: Buffer, begins: Numbers, ends: Numbers, depth: int) -> None:
        path = buffer.first(_BLANK, begins) + 1
        stop = np.minimum(buffer.first(_BLANK, path), ends)
        query = buffer.first(_ASKS, path)
        self.asks: Flags = query < stop
        end = np.minimum(query, stop)
        slashes, dots = buffer.places(_SLASH), buffer.places(_DOT)
        first = np.searchsorted(slashes, path)
        self.asked = buffer.texts(path, stop)
        self.above = buffer.texts(path, np.minimum(slashes[np.minimum(first + depth, len(slashes) - 1)], end))
        self.method = np.minimum(path - begins - 4, 1) + (buffer.values[begins] == ord("H"))
        # The last segment: what is behind the last slash but for one that ends the path.
        last = slashes[np.searchsorted(slashes, end) - 1]
        closed = (last == end - 1) & (last > path)
        end = np.where(closed, last, end)
        last = np.where(closed, slashes[np.maximum(np.searchsorted(slashes, last) - 1, 0)], last)
        at = np.searchsorted(dots, end)
        dot = np.where(at > 0, dots[np.maximum(at - 1, 0)], -1)
        named = dot > last
        extensions = distinct(buffer.texts(np.where(named, dot + 1, end), end))
        known = np.array([one.lower() in request_line.STATIC for one in extensions.texts.to_pylist()], np.bool_)
        self.static: Flags = named & known[extensions.codes]
