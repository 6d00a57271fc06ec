"""How counts, and what others wrote, are given to people."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from landmark.figures import NARROW, many, on_a_line


def test_a_noun_stands_in_the_number_of_its_count() -> None:
    assert [many(number, "visit") for number in (0, 1, 2)] == ["0 visits", "1 visit", "2 visits"]
    assert many(1, "enquiry", "enquiries") == "1 enquiry"
    assert many(1_500, "enquiry", "enquiries") == f"1{NARROW}500 enquiries"


@given(st.text())
def test_what_others_wrote_stands_on_a_line_and_is_the_same_to_a_reader_of_json(text: str) -> None:
    line = on_a_line(text)
    assert all(sign.isprintable() or sign in {NARROW, "\t"} for sign in line)
    assert json.loads(on_a_line(json.dumps(text, ensure_ascii=False))) == text


def test_a_text_that_can_be_read_is_not_changed() -> None:
    assert on_a_line("Mozilla/4.77 [en] — „Grüße“ 日本") == "Mozilla/4.77 [en] — „Grüße“ 日本"
    assert on_a_line("\x1b[2J\x9b\u202e\n") == "\\u001b[2J\\u009b\\u202e\\n"
