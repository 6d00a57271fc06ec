"""A provider's answer, held against what was asked cell by cell: one that is to something else is not taken.

An answer is the request's own file with its last columns filled in. All that is wrong with it is said at once, with
line and column; no message quotes a cell of it, since any may hold a name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from landmark import store
from landmark.contents import content_of
from landmark.errors import CaseError, Problem
from landmark.identities.columns import BOM, NAMES, cells_of
from landmark.referral.request import ANSWERS, ASKED, REQUEST_HEAD
from landmark.referral.sheet import harmless

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from landmark.referral.request import Request
    from landmark.referral.sheet import Cell

_MOST_DIGITS = 9
_AS_SENT = "as it was sent: the answer is to another question, or the file was changed on its way"


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """One row of an answer, by the number of the question that it is to."""

    row: int
    line: int
    cells: Mapping[str, str]  # by the names of `REQUEST_HEAD`

    @property
    def word(self) -> str:
        """One of `ANSWERS`."""
        return self.cells["answer"].strip().lower()


def content(path: Path) -> bytes:
    """Read an answer's file.

    Raises:
        CaseError: there is none.
        MachineError: it cannot be read.
    """
    try:
        return content_of(path)
    except FileNotFoundError:
        raise CaseError(Problem("a provider's answer", str(path), found="no file")) from None
    except OSError as error:
        raise store.refused(path, error) from error


def answers(text: bytes, file: str, made: Request) -> tuple[Answer, ...]:
    """Read an answer and hold it against the request.

    Args:
        text: the whole file.
        file: what messages call it.
        made: what was asked.

    Raises:
        CaseError: anything in it is not to what was asked, is missing or is there twice; nothing is taken of it then.
    """
    lines = [line.removesuffix(b"\r") for line in text.removeprefix(BOM).split(b"\n")]
    rows = [(number, cells_of(line)) for number, line in enumerate(lines, start=1) if line.strip()]
    problems = list(_header(rows, file))
    if problems:
        raise CaseError(*problems)
    found: dict[int, Answer] = {}
    for number, cells in rows[1:]:
        if cells is None or len(cells) != len(REQUEST_HEAD):
            expected = f"{len(REQUEST_HEAD)} cells in UTF-8, as the header has"
            problems.append(Problem(expected, file, number, found="a line that has not"))
            continue
        answer = dict(zip(REQUEST_HEAD, cells, strict=True))
        wrong, row = _echo(answer, file, number, made)
        problems += wrong
        if row in found:
            where = f"a second answer to the row; the first is on line {found[row].line}"
            problems.append(Problem("one answer to each row", file, number, "row", where))
        elif row is not None:
            found[row] = Answer(row, number, answer)
        problems += _answered(answer, file, number)
    missing = len(made.questions) - len(found)
    if missing and not problems:
        first = next(row for row in range(1, len(made.questions) + 1) if row not in found)
        hint = f"the first is row {first}; a provider without a record says so: {ANSWERS[1]}"
        problems.append(Problem("an answer to every row", file, found=f"none to {missing} of them", hint=hint))
    if problems:
        raise CaseError(*problems)
    return tuple(found[row] for row in sorted(found))


def _header(rows: Sequence[tuple[int, list[str] | None]], file: str) -> Iterator[Problem]:
    expected = "the header of the request: " + ",".join(REQUEST_HEAD)
    if not rows or rows[0][1] is None:
        yield Problem(expected, file, rows[0][0] if rows else 1, found="none that can be read")
    elif tuple(cell.strip() for cell in rows[0][1]) != REQUEST_HEAD:
        hint = "parted by commas, not by semicolons" if len(rows[0][1]) == 1 else None
        yield Problem(expected, file, rows[0][0], found="another one", hint=hint)


def _echo(answer: Mapping[str, str], file: str, line: int, made: Request) -> tuple[list[Problem], int | None]:
    """Hold the cells of the question against what was asked, and give the row, if it is one."""
    text = answer["row"]
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else 0
    row = number if str(number) == text and 1 <= number <= len(made.questions) else None
    if answer["request"] != made.id:
        return [Problem(f"{made.id}, the request of this case", file, line, "request", "another one")], row
    if row is None:
        return [Problem(f"a row of the request, 1 to {len(made.questions)}", file, line, "row", "another one")], None
    asked = zip(ASKED, made.asked(row), strict=True)
    return [
        Problem(_AS_SENT, file, line, name, "another cell") for name, cell in asked if answer[name] != _sent(cell)
    ], row


def _sent(cell: Cell) -> str:
    return "" if cell is None else harmless(cell) if isinstance(cell, str) else str(cell)


def _answered(answer: Mapping[str, str], file: str, line: int) -> Iterator[Problem]:
    word = answer["answer"].strip().lower()
    if word not in ANSWERS:
        yield Problem(f"one of: {', '.join(ANSWERS)}", file, line, "answer", "another word" if word else "nothing")
        return
    if word == ANSWERS[0] and not answer["account"].strip():
        yield Problem("the account that had the address", file, line, "account", "nothing")
    if word != ANSWERS[0]:
        for name in ("account", *NAMES):
            if answer[name].strip():
                yield Problem(f"an empty cell beside the answer “{word}”", file, line, name, "something")
