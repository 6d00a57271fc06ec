"""Referrers, many at once: what each comes to, as `sources.referrers` says of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from landmark.sources.many.spans import Distinct, distinct
from landmark.sources.referrers import Origin, known
from landmark.spellings import host_name

if TYPE_CHECKING:
    from landmark.sources.many.spans import Numbers

_PLAIN = r"^[A-Za-z][A-Za-z0-9+.\-]*://[^/?#@\\]*(?:[/?#][^@\\]*)?$"
_COLON, _AFTER_SCHEME = 58, 3
_AFTER_HOST = b"/?#"


class Referrers(NamedTuple):
    """Distinct referrers: the text of each, and which of `origins` is its."""

    texts: pa.StringArray
    origin: Numbers
    origins: list[Origin]


def read(texts: pa.StringArray) -> Referrers:
    """Read distinct referrers: one that names a host, and holds neither `@` nor a backslash, by its signs."""
    plain = pc.match_substring_regex(texts, _PLAIN).to_numpy(zero_copy_only=False)
    buffer, begins, ends = Distinct(np.arange(len(texts)), texts).buffer()
    origin = np.zeros(len(texts), np.int64)
    origins: dict[Origin, int] = {}
    at = np.flatnonzero(plain)
    if len(at):
        begin, stop = buffer.first(_COLON, begins[at]) + _AFTER_SCHEME, ends[at]
        for byte in _AFTER_HOST:
            stop = np.minimum(stop, buffer.first(byte, begin))
        hosts = distinct(buffer.texts(begin, stop))
        found = [Origin(is_one=True, host=host_name(one.encode())) for one in hosts.texts.to_pylist()]
        origin[at] = np.array([origins.setdefault(one, len(origins)) for one in found], np.int64)[hosts.codes]
    others = np.flatnonzero(~plain)
    if len(others):
        read_alone = [known(one.encode()) for one in texts.take(pa.array(others)).to_pylist()]
        origin[others] = [origins.setdefault(one.origin, len(origins)) for one in read_alone]
        texts = pc.replace_with_mask(texts, pa.array(~plain), pa.array([one.text for one in read_alone], pa.string()))
    return Referrers(texts, origin, list(origins))
