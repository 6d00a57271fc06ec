"""A line of the plain CSV as evidence: what may be an account or a name is `***`, what tells of the address stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from landmark.assignments.csv_records import NEEDED, fields_of, has_form_of, in_usual_order, places_of, split_raw
from landmark.assignments.times import UnreadableError, has_date
from landmark.lines import MARK

if TYPE_CHECKING:
    from collections.abc import Mapping

_MASK = b"***"


def masked(line: bytes) -> bytes:
    """Mask a line alone, which does not say which column is which.

    In the usual order all from the sixth field on is masked, else all but the times.
    """
    text = line.removesuffix(b"\r")
    fields = split_raw(text)
    if fields is None:
        return _MASK
    plain = list(map(_value, fields))
    if set(plain) >= set(NEEDED):
        return line
    usual = in_usual_order(plain)
    shown = [
        field if not value or (place < NEEDED.index("account") if usual else has_date(value)) else _MASK
        for place, (field, value) in enumerate(zip(fields, plain, strict=True))
    ]
    return b",".join(shown) + line[len(text) :]


def masked_under(header: bytes, line: bytes, columns: Mapping[str, str]) -> bytes:
    """Mask a line under its header: what stands in a column of ours but the account's, and has its form, is shown.

    Args:
        header: the first line of the text that is not blank.
        line: a line of it.
        columns: what the header calls our columns, where it is not the same.
    """
    try:
        called = fields_of(header.removeprefix(MARK).removesuffix(b"\r"))
        places = places_of(called, columns)
    except UnreadableError:
        # The case calls the columns otherwise than when they were read: no order tells which is which.
        called, places = [], {}
    text = line.removesuffix(b"\r")
    fields = split_raw(text)
    if fields is None or len(fields) != len(called):
        return _MASK
    told = {place: name for name, place in places.items() if place != places["account"]}
    shown = [
        field if not value or (place in told and has_form_of(told[place], value)) else _MASK
        for place, (field, value) in enumerate(zip(fields, map(_value, fields), strict=True))
    ]
    return b",".join(shown) + line[len(text) :]


def _value(field: bytes) -> str:
    return field.strip(b'"').decode("latin-1").strip()
