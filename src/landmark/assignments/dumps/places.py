r"""What may stand where in a row that a dump writes: a value after a comma, and a comma or the end after a value.

A quote that was lost makes of every text what lies between two texts, and the other way about. What a client wrote is
then no value any more, but it may be rows and statements. So nothing is passed over that no dump writes: the first
word that touches a quote ends the reading, and it comes before whatever another client wrote.
"""

from __future__ import annotations

import re
from enum import Enum

from landmark.assignments.dumps.tokens import Kind, LostError

_PREFIX = re.compile(rb"(?i:[nbx]|_[a-z0-9]++)")


class Place(Enum):
    """Where in a row a token stands: what may follow there."""

    EXPECTED = "expected"  # a value
    SIGNED = "signed"  # a number: its sign was there
    NAMED = "named"  # a word was there: a value, or what a computed value or a quote begins with
    PREFIXED = "prefixed"  # such a word, before quotes
    OPENED = "opened"  # what a computed value is made of, or nothing
    OVER = "over"  # a comma or the end

    def after(self, kind: Kind, text: bytes) -> Place:
        """Give the place behind the next token.

        Raises:
            LostError: no row has it there.
        """
        found = _FOLLOWING.get((self, kind)) if kind is not Kind.SIGN else _SIGNS.get((self, text))
        if found is None:
            raise LostError
        return Place.PREFIXED if kind is Kind.WORD and is_prefix(text) else found


_FOLLOWING = {
    (Place.EXPECTED, Kind.STRING): Place.OVER,
    (Place.EXPECTED, Kind.NUMBER): Place.OVER,
    (Place.EXPECTED, Kind.NAME): Place.OVER,
    (Place.EXPECTED, Kind.WORD): Place.NAMED,
    (Place.OPENED, Kind.STRING): Place.OVER,
    (Place.OPENED, Kind.NUMBER): Place.OVER,
    (Place.OPENED, Kind.NAME): Place.OVER,
    (Place.OPENED, Kind.WORD): Place.NAMED,
    (Place.SIGNED, Kind.NUMBER): Place.OVER,
    (Place.SIGNED, Kind.WORD): Place.OVER,
    (Place.PREFIXED, Kind.STRING): Place.OVER,
    (Place.PREFIXED, Kind.NUMBER): Place.OVER,
}
_SIGNS = {
    **{(place, sign): Place.SIGNED for place in (Place.EXPECTED, Place.OPENED) for sign in (b"+", b"-")},
    **{(place, b","): Place.EXPECTED for place in (Place.NAMED, Place.PREFIXED, Place.OVER)},
    **{(place, b")"): Place.OVER for place in (Place.NAMED, Place.PREFIXED, Place.OVER, Place.OPENED)},
    (Place.NAMED, b"("): Place.OPENED,
}


def is_prefix(word: bytes) -> bool:
    """Tell whether a word stands before quotes and says what is in them."""
    return _PREFIX.fullmatch(word) is not None
