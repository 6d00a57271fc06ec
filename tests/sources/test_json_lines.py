"""A JSON line: values as bytes, and nothing that a client chose breaks out of its text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.sources import json_lines


@given(st.text(max_size=30).filter(lambda text: not any("\ud800" <= one <= "\udfff" for one in text)))
def test_a_text_comes_out_as_it_went_in_however_it_is_escaped(text: str) -> None:
    for ascii_only in (True, False):
        line = json.dumps({"uri": text}, ensure_ascii=ascii_only).encode()
        assert json_lines.loads(line) == {"uri": text.encode()}
        assert json_lines.plain(line) == b'{"uri": "' + text.encode() + b'"}'


@given(st.dictionaries(st.sampled_from(["user", "uri", "deep"]), st.text("us\"er:\\,[]{} '", max_size=20)))
def test_masking_hides_every_value_of_its_keys_and_leaves_a_json_object(said: dict[str, str]) -> None:
    hidden = json_lines.masked(json.dumps({**said, "more": [{"user": ["x y", "z"]}]}).encode(), frozenset(("user",)))
    found = json.loads(hidden)
    assert found["more"] == [{"user": "***"}]
    assert {key: "***" if key == "user" else value for key, value in said.items()} == {
        key: value for key, value in found.items() if key != "more"
    }


@pytest.mark.parametrize(
    "line", [b"", b"[]", b"{", b'{"a":1,"a":2}', b'{"a":NaN}', b'{"a":' + b"[" * 100_000, b'{"a":"\n"}']
)
def test_what_is_no_object_is_none_and_all_of_it_is_masked(line: bytes) -> None:
    assert json_lines.loads(line) is None
    assert json_lines.masked(line, frozenset(("a",))) == b"*" * len(line)


def test_a_key_that_is_spelled_with_an_escape_masks_the_whole_line() -> None:
    line = b'{"us\\u0065r":"mary"}'
    assert json_lines.masked(line, frozenset(("user",))) == b"*" * len(line)


def test_numbers_stand_as_they_are_written() -> None:
    assert json_lines.loads(b'{"ts":1002016800.500000,"n":-1e2}') == {"ts": b"1002016800.500000", "n": b"-1e2"}
