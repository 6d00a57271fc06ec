"""Tables for a spreadsheet: CSV as RFC 4180 has it, in which no text can be run as a formula.

Lines end in CR LF and a field is quoted where it must be, as RFC 4180 says. UTF-8 without a byte order mark: programs
take a mark for part of the first name; who opens the file in a spreadsheet chooses UTF-8 in the import dialogue.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Cell = str | int | bool | None

_RUN = frozenset("=+-@\u2212")  # the last is the minus sign, which some programs read as a hyphen
_QUOTES = frozenset("'\"`´‘’‚‛“”„‟«»‹›")
_BREAKS = frozenset("\t\r\n")
_CUTS = _BREAKS | frozenset(",;|")  # where a spreadsheet of another locale may cut a cell in two
_LIST = "; "


def harmless(text: str) -> str:
    """Put an apostrophe wherever a spreadsheet would begin to read a formula, and nowhere else.

    That is before `=`, `+`, `-`, `@` (full-width and other forms that are compatible with them alike, Unicode NFKC) at
    the begin, or after a sign at which a spreadsheet of another locale would cut the cell in two (`;`, `,`, `|`, tab,
    line ends), in both cases also after blanks, controls and quotes; and at the begin before a tab or line end.
    The text as it was stands in the JSON beside.
    """
    made: list[str] = []
    start = 0  # of the part that the sign belongs to
    fresh = True  # nothing has stood in it yet that a spreadsheet does not pass over
    for sign in text:
        if sign in _CUTS:
            if fresh and not start and sign in _BREAKS:
                made.insert(0, "'")
            made.append(sign)
            fresh, start = True, len(made)
            continue
        if fresh and not _skipped(sign):
            if unicodedata.normalize("NFKC", sign)[:1] in _RUN:
                made.insert(start, "'")
            fresh = False
        made.append(sign)
    return "".join(made)


def _skipped(sign: str) -> bool:
    """Tell whether a sign is a blank, a control, a mark without width or a quote: what may stand before a formula."""
    plain = unicodedata.normalize("NFKC", sign)[:1]
    return sign in _QUOTES or plain in _QUOTES or unicodedata.category(sign)[0] in "ZCM" or not plain.strip()


def sheet(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Give a CSV file; texts are made harmless, numbers stay numbers, empty is an empty field, a bool is yes or no."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def listed(texts: Sequence[str]) -> str:
    """Give several texts as one cell, in the order given."""
    return _LIST.join(texts)


def _cell(cell: Cell) -> str | int:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return harmless(cell) if isinstance(cell, str) else cell
