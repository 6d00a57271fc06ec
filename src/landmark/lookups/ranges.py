"""Data sets of countries in files: ranges of addresses, each with a country and its overlaps resolved.

Two forms. `start,end,CC` a line, as ip-location-db publishes it: addresses or numbers, both versions. And the
registries' "delegated" files: `registry|CC|type|start|value|date|status`
(https://www.apnic.net/about-apnic/corporate-documents/documents/resource-guidelines/rir-statistics-exchange-format/).
"""

from __future__ import annotations

import csv
import gzip
import heapq
import re
import socket
import zlib
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from landmark.errors import CaseError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

FORMS = (
    "a data set of countries: lines `start,end,CC` (addresses or numbers), or a registry's delegated or "
    "delegated-extended file; UTF-8, also gzip. An .mmdb is not read: export it to CSV"
)
_FAMILIES = {4: (socket.AF_INET, 32), 6: (socket.AF_INET6, 128)}
_COUNTRY = re.compile(r"[A-Za-z]{2}", re.ASCII)
_NOWHERE = frozenset({"", "-", "ZZ"})
_DATE = re.compile(r"#\s*date:\s*(\d{4}-\d{2}-\d{2})\s*", re.ASCII)
_GZIP = b"\x1f\x8b"
_RECORD = 7
"""Fields of a record in a registry's file; the extended form has more."""


class Range(NamedTuple):
    """Addresses of one version from first to last, both included, and their country."""

    version: int
    first: int
    last: int
    country: str


class DataSet(NamedTuple):
    """The ranges of a file, and the date that it tells of itself."""

    ranges: tuple[Range, ...]
    date: date | None


def parse(content: bytes, name: str) -> DataSet:
    """Read a data set.

    Args:
        content: the file's bytes.
        name: what the case calls it, for messages.

    Returns:
        Its ranges, and its date: the end date in the headers of a registry's file (of several the earliest), or what
        a first line `# date: YYYY-MM-DD` says.

    Raises:
        CaseError: it is neither form, or a line is not of it.
    """
    lines = _text(content, name).split("\n")
    first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    if "|" in first:
        return DataSet(tuple(_delegated(lines, name)), _header_date(lines))
    said = _DATE.fullmatch(lines[0].strip())
    return DataSet(tuple(_rows(lines, name)), _day(said[1]) if said else None)


def narrowest(ranges: Iterable[Range], version: int, addresses: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Give the country of each address: of all ranges that hold it the narrowest wins.

    Returns:
        Address → countries, ascending: none where no range holds it, several where ranges as narrow disagree.
    """
    waiting = sorted(one for one in ranges if one.version == version)
    open_: list[tuple[int, int, str]] = []  # (width, last, country)
    found: dict[int, tuple[str, ...]] = {}
    place = 0
    for address in sorted(set(addresses)):
        while place < len(waiting) and waiting[place].first <= address:
            one = waiting[place]
            heapq.heappush(open_, (one.last - one.first, one.last, one.country))
            place += 1
        best: list[tuple[int, int, str]] = []
        while open_ and (not best or open_[0][0] == best[0][0]):
            one_open = heapq.heappop(open_)
            if one_open[1] >= address:  # what ended before is not put back
                best.append(one_open)
        for one_open in best:
            heapq.heappush(open_, one_open)
        found[address] = tuple(sorted({country for _, _, country in best}))
    return found


def number(text: str) -> tuple[int, int]:
    """Give version and number of an address.

    Raises:
        ValueError: it is none.
    """
    version = 6 if ":" in text else 4
    try:
        return version, int.from_bytes(socket.inet_pton(_FAMILIES[version][0], text), "big")
    except OSError as error:
        raise ValueError("not an address") from error


def _text(content: bytes, name: str) -> str:
    try:
        plain = gzip.decompress(content) if content.startswith(_GZIP) else content
        return plain.decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise CaseError(Problem(FORMS, file=name)) from error


def _rows(lines: Sequence[str], name: str) -> Iterator[Range]:
    begun = False
    for place, fields in enumerate(csv.reader(_one_by_one(lines)), start=1):
        if not fields or fields[0].startswith("#"):
            continue
        heading = not begun and not any(character.isdigit() or character == ":" for character in "".join(fields[:2]))
        begun = True
        if heading:
            continue
        try:
            start, end, country = (field.strip() for field in fields)
            if country.upper() not in _NOWHERE:
                yield _range(_either(start), _either(end), country)
        except ValueError as error:
            raise CaseError(Problem(FORMS, file=name, line=place)) from error


def _one_by_one(lines: Sequence[str]) -> Iterator[str]:
    """Give lines such that an open quote cannot swallow the next: numbers of lines stay true."""
    for line in lines:
        yield line.rstrip("\r").replace('"', "")


def _delegated(lines: Sequence[str], name: str) -> Iterator[Range]:
    for place, line in enumerate(lines, start=1):
        fields = line.rstrip("\r").split("|")
        if line.startswith("#") or not line.strip() or fields[0][:1].isdigit() or fields[-1] == "summary":
            continue
        try:
            _, country, kind, start, value, _, _, *_ = fields
            if kind not in {"ipv4", "ipv6"} or country.upper() in _NOWHERE:
                continue
            version, first = number(start)
            size = int(value) if kind == "ipv4" else 1 << (128 - int(value))
            yield _range((version, first), (version, first + size - 1), country)
        except ValueError as error:
            raise CaseError(Problem(FORMS, file=name, line=place)) from error


def _header_date(lines: Sequence[str]) -> date | None:
    """Of headers `version|registry|serial|records|startdate|enddate|UTCoffset` give the earliest end date."""
    headers = [line.split("|") for line in lines if line[:1].isdigit()]
    days = [_day(fields[5]) for fields in headers if len(fields) >= _RECORD]
    return min((day for day in days if day is not None), default=None)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _either(text: str) -> tuple[int, int]:
    """Give version and number of an address that may be written as a number."""
    if not (text.isascii() and text.isdigit()):
        return number(text)
    value = int(text)
    return (4 if value < 1 << 32 else 6), value


def _range(start: tuple[int, int], end: tuple[int, int], country: str) -> Range:
    version, first = start
    if version != end[0] or not first <= end[1] < 1 << _FAMILIES[version][1] or not _COUNTRY.fullmatch(country):
        raise ValueError("not a range")
    return Range(version, first, end[1], country.upper())
