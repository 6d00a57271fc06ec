"""The times of an Apache `LogFormat`: a whole one, or one that several `%{…}t` say part by part.

    [%{%d/%b/%Y:%H:%M:%S}t.%{usec_frac}t %{%z}t]

Fractions of a second and `strftime` cannot stand in one `%{…}t`; the manual says to use several
(<https://httpd.apache.org/docs/2.4/mod/mod_log_config.html#formats>). Each is of the same instant: the begin of the
request, or its end where it says `end:`. Of several times one of the begin is taken; of those one that states which
instant it means, else one that leaves it to the declared zone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from landmark.sources import strftime
from landmark.sources.fields import Field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from landmark.sources.fields import Token

_CLF = strftime.compiled(strftime.CLF)
_CHOSEN = re.compile(r"(begin|end)(?::|$)(.*)", re.DOTALL)
_TIMES = {"msec": strftime.MILLIS, "usec": strftime.MICROS}
_PARTS: dict[str, str | int] = {"sec": "%s", "msec_frac": 3, "usec_frac": 6}  # digits of a fraction
_APART = frozenset(b'"[]')


class Time(NamedTuple):
    """A `%{…}t` that may say a part of a time: of which of two, and what."""

    at_end: bool
    part: str | int


def tokens(name: str | None) -> list[Token | Time]:
    """Read what stands between the braces of a `%{…}t`; None: it has none, as `%t`.

    Raises:
        ValueError: with what is wrong with it.
    """
    chosen = _CHOSEN.fullmatch(name or "")
    at_end, form = (False, name or "") if chosen is None else (chosen[1] == "end", chosen[2])
    if not form:  # `%t`, `%{end}t`
        return [b"[", Field("time", _rank(_CLF, at_end=at_end), time=_CLF, pattern=rb"[^\]\"]*"), b"]"]
    whole = _TIMES.get(form)
    return [Time(at_end, _PARTS.get(form, form)) if whole is None else _field_of(whole, at_end=at_end)]


def _field_of(time: strftime.Form, *, at_end: bool) -> Field:
    pattern = b"(?:%b|-)" % re.sub(rb"\(\?P<\w+>", b"(?:", time.pattern)
    return Field("time", _rank(time, at_end=at_end), time=time, pattern=pattern)


def _rank(time: strftime.Form, *, at_end: bool) -> int:
    """Give which of several times is taken, the lowest."""
    return 2 * at_end + (not time.stated)


def joined(found: Sequence[Token | Time]) -> list[Token]:
    """Join the parts of each time, with what stands between them.

    Raises:
        ValueError: parts do not name a whole instant.
    """
    made: list[Token] = []
    place = 0
    while place < len(found):
        token = found[place]
        place += 1
        if not isinstance(token, Time):
            made.append(token)
        elif isinstance(token.part, int):
            made.append(Field("other"))
        else:
            parts, count = _parts(token, found[place:])
            place += count
            made.append(_field_of(strftime.joined(parts), at_end=token.at_end))
    return made


def _parts(first: Time, after: Sequence[Token | Time]) -> tuple[list[str | int], int]:
    """Give the parts of a time with what stands between them, and how many tokens behind its first that are.

    What says again what was said is of another time.
    """
    parts: list[str | int] = [first.part]
    count = 0
    while count < len(after):
        stands = after[count]
        between = stands if isinstance(stands, bytes) and not _APART & set(stands) else b""
        count_of = 2 if between else 1
        token = after[count + count_of - 1] if count + count_of <= len(after) else b""
        if not isinstance(token, Time) or token.at_end != first.at_end:
            break
        more = [between.decode().replace("%", "%%"), token.part]
        said, besides = strftime.names_of(parts), strftime.names_of(more)
        if said & besides or ("epoch" in said | besides and besides != {"fraction"}):
            break
        parts += more
        count += count_of
    return parts, count
