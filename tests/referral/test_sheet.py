"""No text in a sheet is run by a spreadsheet, and no number is made a text."""

from __future__ import annotations

import csv
import io
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.referral.sheet import harmless, listed, sheet

NASTY = st.text(
    st.one_of(
        st.sampled_from(list("=+-@\t\r\n '\"`,;|\x00\ufeff\u200b\u00a0＝＋－＠﹦＂＇⁼₊−\u202e")),
        st.characters(exclude_categories=["Cs"]),
    )
)
RUN = "=+-@"


def cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def begins_a_formula(text: str) -> bool:
    """Tell it another way: after everything a spreadsheet may pass over, does a sign stand there that is run."""
    if text.lstrip(' \u00a0\x00\ufeff\u200b"`＂')[:1] in ("\t", "\r", "\n"):
        return True
    plain = unicodedata.normalize("NFKC", text).replace("\u2212", "-")
    kept = [sign for sign in plain if unicodedata.category(sign)[0] not in "CMZ" and sign not in "\"'`´‘’“”«»‚‛„‟‹›"]
    return bool(kept) and kept[0] in RUN and not text.startswith("'")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1", "-1", "@SUM(A1)", " \tx", "'\rx", "  =1", "\u00a0=1", "\ufeff=1", '"=1', "'=1", '" =1',
        "＝1", "＋1", "－1", "＠x", "\x00=1", "⁼1", "−1", "﹣1", "＂=1", "\u200b=1", "\ttext", "\rtext", "\ntext",
        "¨=1", "⩵1",
    ],
)  # fmt: skip
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe_in_front(text: str) -> None:
    assert harmless(text) == "'" + text


@pytest.mark.parametrize(
    "text",
    ["", "forum-a", "a=b", "2001-10-01T00:00:00Z", "192.0.2.7", "2001:db8::1", "a - b", "'", ",a", "a;\tb", "; "],
)
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


def test_a_text_that_another_locale_would_cut_is_harmless_in_each_part() -> None:
    assert harmless("a;=1") == "a;'=1"
    assert harmless("a, =1|@x") == "a,' =1|'@x"
    assert harmless("a\t=1\n-2") == "a\t'=1\n'-2"


@given(NASTY)
def test_no_produced_cell_ever_begins_a_formula_even_when_cut(text: str) -> None:
    made = harmless(text)
    assert not begins_a_formula(made)
    for part in re.split(r"[;,|\t\r\n]", made):
        assert not begins_a_formula(part)


@given(NASTY)
def test_making_harmless_only_ever_adds_apostrophes(text: str) -> None:
    made = iter(harmless(text))
    taken = [next(sign for sign in made if sign == wanted or sign != "'") for wanted in text]
    assert "".join(taken) == text
    assert set(made) <= {"'"}


@given(st.lists(st.lists(st.one_of(NASTY, st.integers(), st.none()), min_size=2, max_size=2), max_size=5))
def test_a_sheet_reads_back_cell_for_cell(rows: list[list[str | int | None]]) -> None:
    back = cells(sheet(("a", "b"), rows))
    assert back == [
        ["a", "b"],
        *(
            [harmless(cell) if isinstance(cell, str) else "" if cell is None else str(cell) for cell in row]
            for row in rows
        ),
    ]


def test_numbers_of_ours_stay_numbers_even_below_zero() -> None:
    assert sheet(("a", "b"), [(-5, "-5")]) == b"a,b\r\n-5,'-5\r\n"


def test_lines_end_as_rfc_4180_says_and_there_is_no_byte_order_mark() -> None:
    assert sheet(("a", "b"), [('say "x"', "c,d"), (None, True), ("e", False)]) == (
        b'a,b\r\n"say ""x""","c,d"\r\n,yes\r\ne,no\r\n'
    )


def test_several_texts_in_one_cell_are_each_harmless() -> None:
    assert sheet(("a",), [(listed(["x", "=1", "+2"]),)]) == b"a\r\nx;' =1;' +2\r\n"
