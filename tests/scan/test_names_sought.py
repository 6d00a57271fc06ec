"""One pattern for many names finds what seeking each of them finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.spellings import Names

SEGMENT = st.text("ab.|", min_size=1, max_size=4).map(str.encode)


@given(paths=st.lists(st.lists(SEGMENT, min_size=1, max_size=1), max_size=8), text=st.text("ab/.|\n ", max_size=30))
def test_a_text_holds_a_name_if_any_of_them_stands_in_it(paths: list[list[bytes]], text: str) -> None:
    names = Names([tuple(path) for path in paths])
    wanted = any(b"/" + path[0] in text.encode() for path in paths)
    assert names.held_by(text.encode()) == wanted


@pytest.mark.parametrize("count", [1, 30, 3000])
def test_names_that_begin_alike_however_many_are_told_apart(count: int) -> None:
    names = Names(groups=["test." + "a" * number + "b" for number in range(count)])
    assert names.held_by(b"group test." + b"a" * (count - 1) + b"b 3")
    assert not names.held_by(b"group test." + b"a" * count + b"c 3")
