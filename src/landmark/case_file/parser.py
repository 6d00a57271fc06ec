"""The text of a case file as TOML: values and lines, or in our words where and why it is none."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from landmark.case_file.lines import index
from landmark.case_file.said import Number
from landmark.case_file.sections import SECTIONS
from landmark.errors import CaseError, Problem

if TYPE_CHECKING:
    from landmark.case_file.lines import Place

FILE = "case.toml"

_PARSER = re.compile(r"(?P<said>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL)
_CURLY = tuple("“”„‟«»‘’‚‛")
_REPEATED = re.compile(
    rf"\s*\[?\[\s*({'|'.join(section.name for section in SECTIONS if section.several)})\s*\]\]?\s*(?:#.*)?"
)
_PARSER_SAYS = (
    (r"Illegal character '\\n'", "found a string that is not closed", "the quote that closes it"),
    (r"Invalid statement|Invalid initial character", "found something else", "`key = value` or a `[table]`"),
    (r"Expected newline or end of document", "found more behind a value or header", "the line to end there"),
    (r"Expected '='", "found no equals sign", "`=` between a key and its value"),
    (r"Expected ']'|Expected ']]'", "found a header that is not closed", "a header that ends as it began: `]` or `]]`"),
    (r"Invalid value", "found no value", "a value: a string in quotes, a number, a date, true, false, `[…]` or `{…}`"),
    (r"Invalid date", "found a date or time that does not exist", "a date and time such as 2001-10-01T00:00:00Z"),
    (r"Cannot overwrite|Cannot declare|Cannot redefine|Duplicate|Cannot mutate", "found it a second time",
     "each key and each table to be written once"),
    (r"Unterminated string|Expected \"'", "found a string that is not closed", "the quote that closes it"),
    (r"Unclosed array", "found an array that is not closed", "`,` or `]`"),
    (r"Unclosed inline table", "found an inline table that is not closed", "`,` or `}`"),
    (r"Unescaped|Invalid hex|Escaped character", "found a backslash that begins no escape",
     "`\\\\` for a backslash, or the text in single quotes"),
    (r"Illegal character|Found invalid character", "found a character that may not stand there",
     "text without control characters"),
)  # fmt: skip


def parse(text: str) -> tuple[dict[str, Any], dict[Place, int]]:
    """Give the values of a TOML text, floats as `Number`, and the line of each.

    Raises:
        CaseError: the text is no TOML, or is nested too deeply to be read.
    """
    try:
        return tomllib.loads(text, parse_float=Number), index(text)
    except RecursionError:
        raise CaseError(Problem("arrays and tables that are not nested so deeply", FILE)) from None
    except tomllib.TOMLDecodeError as error:
        raise CaseError(_broken(str(error), text)) from None
    except ValueError:  # a number of more digits than Python reads
        raise CaseError(Problem("numbers of at most 18 digits", FILE, found="a very large number")) from None


def _hint(written: str, column: int) -> str | None:
    """Give what is known of two slips: a word processor's quotes, and one bracket where a table may stand again."""
    if written[column - 1 : column] in _CURLY:
        return 'a quote that a word processor made: the straight one is meant, "'
    if (table := _REPEATED.fullmatch(written)) and column > table.start(1):
        return f"[[{table[1]}]], in two brackets each time, may stand any number of times"
    return None


def _broken(said: str, text: str) -> Problem:
    match = _PARSER.fullmatch(said)
    line, column = (match["line"], match["column"]) if match else (None, None)
    number = int(line) if line else text.count("\n") + 1
    where = f"column {column}" if column else "end of the file"
    reason = match["said"] if match else said
    written = ["", *text.split("\n"), ""][number]
    for pattern, found, expected in _PARSER_SAYS:
        if re.match(pattern, reason):
            hint = _hint(written, int(column)) if column else None
            return Problem(expected, FILE, number, where, found.removeprefix("found "), hint)
    return Problem("a text that is TOML", FILE, number, where, "something else")
