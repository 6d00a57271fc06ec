"""What a referrer says: its text with names in it masked, and whether its host is the row's own."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from landmark.sources.naming import without_user_info
from landmark.spellings import host_name, split_absolute, text_of, unescape

_LONGEST = 1 << 9  # bytes of a referrer that is remembered: what was made of it is held with it


class Origin(NamedTuple):
    """Whether there is a referrer, and the host that it names, in its one form."""

    is_one: bool
    host: str | None

    def to(self, host: str | None) -> str:
        """Say how it stands to the host that a row's request was for: none, own, other, unknown."""
        if not self.is_one:
            return "none"
        if self.host is None or host is None:
            return "unknown"
        return "own" if self.host == host else "other"


class Referrer(NamedTuple):
    """A referrer as text, and where it is of."""

    text: str | None
    origin: Origin


NOTHING = Referrer(None, Origin(is_one=False, host=None))


def known(referrer: bytes) -> Referrer:
    """Say what a referrer as logged comes to."""
    return _known(referrer) if len(referrer) <= _LONGEST else _known.__wrapped__(referrer)


@lru_cache(maxsize=1 << 13)
def _known(referrer: bytes) -> Referrer:
    absolute = split_absolute(unescape(referrer))
    host = None if absolute is None else host_name(absolute[0])
    return Referrer(text_of(without_user_info(referrer)), Origin(referrer not in {b"", b"-"}, host))
