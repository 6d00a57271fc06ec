"""The records of a lease as their file has them, by where they stand there, with names masked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from landmark import assignments

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from landmark.assignments import Format, Headed
    from landmark.lines import Line


def shown(format_: Format, text: Iterable[Line], rows: Collection[int], columns: Mapping[str, str]) -> dict[str, str]:
    """Give records, masked.

    Args:
        format_: of the file.
        text: every line of it.
        rows: where the records begin: numbers of lines, or offsets where a record is no line.
        columns: what a header calls the format's columns, where it is not the same.
    """
    if isinstance(format_, assignments.Placed):
        masked = {
            f"line {row.number}, byte {row.offset}, {len(row.text)} bytes": format_.mask(row.text)
            for row in format_.placed(text, rows)
        }
    elif isinstance(format_, assignments.Headed):
        masked = dict(_under_header(format_, text, rows, columns))
    else:
        masked = {f"line {line.number}": format_.mask(line.text) for line in _records(text, rows)}
    return {place: line.decode("utf-8", "backslashreplace") for place, line in masked.items()}


def _under_header(
    format_: Headed, text: Iterable[Line], rows: Collection[int], columns: Mapping[str, str]
) -> Iterator[tuple[str, bytes]]:
    header = b""
    for line in text:
        header = header if header.strip() else line.text
        if line.number in rows:
            yield f"line {line.number}", format_.mask_under(header, line.text, columns)


def _records(lines: Iterable[Line], first: Collection[int]) -> Iterator[Line]:
    """Give the records that begin on the lines `first`: each with the lines that are set in under it, and a brace."""
    inside = False
    for line in lines:
        inside = line.number in first or (inside and line.text[:1] in {b" ", b"\t", b"}"})
        if inside:
            yield line
