"""The line index finds exactly what the parser of the standard library finds, each on its own line."""

from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from landmark.case_file.lines import Place, index

TEXT = '''\
# a comment with [brackets] and "quotes
title = "a # b" # c
'quoted key' . "in\\tner" = 1

[one.two]
text = """
[not.a.table]
a \\""" = "b" """""
other = \'\'\'
key = 1\'\'\'\'\'
[[many]]
list = [ 1, # ]
  [ "a", \'b]\' ],
  { x = 1, y.z = [true] },
]
[many.inner]
at = 2001-10-01 00:00:00Z
[[many]]
[[many.more]]
a = 1
[[many.more]]
'''


def test_every_kind_of_statement_is_found_on_its_line() -> None:
    assert index(TEXT) == {
        (): 1,
        ("title",): 2,
        ("quoted key",): 3,
        ("quoted key", "in\tner"): 3,
        ("one",): 5,
        ("one", "two"): 5,
        ("one", "two", "text"): 6,
        ("one", "two", "other"): 9,
        ("many",): 11,
        ("many", 0): 11,
        ("many", 0, "list"): 12,
        ("many", 0, "list", 0): 12,
        ("many", 0, "list", 1): 13,
        ("many", 0, "list", 1, 0): 13,
        ("many", 0, "list", 1, 1): 13,
        ("many", 0, "list", 2): 14,
        ("many", 0, "list", 2, "x"): 14,
        ("many", 0, "list", 2, "y"): 14,
        ("many", 0, "list", 2, "y", "z"): 14,
        ("many", 0, "list", 2, "y", "z", 0): 14,
        ("many", 0, "inner"): 16,
        ("many", 0, "inner", "at"): 17,
        ("many", 1): 18,
        ("many", 1, "more"): 19,
        ("many", 1, "more", 0): 19,
        ("many", 1, "more", 0, "a"): 20,
        ("many", 1, "more", 1): 21,
    }


def test_line_ends_of_windows_change_no_line() -> None:
    assert index(TEXT.replace("\n", "\r\n")) == index(TEXT)


def places(value: object, place: Place = ()) -> set[Place]:
    """Give every place of parsed values, as the index should name it."""
    found = {place}
    if isinstance(value, dict):
        for name, inner in value.items():
            found |= places(inner, (*place, name))
    if isinstance(value, list):
        for number, inner in enumerate(value):
            found |= places(inner, (*place, number))
    return found


LITERALS = ["1", "-1.5", "true", "2001-10-01T00:00:00Z", "inf", '""', "''", '"#"', "'[['", '"\\""', "'''\n]\n'''",
            '"""\n"a" ""\\"""""', '"a]b}c,d"']  # fmt: skip
blanks = st.sampled_from(["", " ", "\t"])
wide_blanks = st.sampled_from(["", " ", "\n", ' # ] } "\n', "\n\n\t"])
names = st.sampled_from(["a", "b-1", "C_", "1", '"x y"', "'q.r'", '"\\u00e9"', '"]"'])


@st.composite
def arrays(draw: st.DrawFn, values: st.SearchStrategy[str]) -> str:
    members = [draw(wide_blanks) + draw(values) + draw(wide_blanks) for _ in range(draw(st.integers(0, 3)))]
    comma = draw(st.sampled_from(["", ","])) if members else ""
    return "[" + ",".join(members) + comma + draw(wide_blanks) + "]"


@st.composite
def inline_tables(draw: st.DrawFn, values: st.SearchStrategy[str]) -> str:
    keys = draw(st.lists(names, max_size=3, unique=True))
    pairs = [f"{draw(blanks)}{key}{draw(blanks)}={draw(blanks)}{draw(values)}{draw(blanks)}" for key in keys]
    return "{" + ",".join(pairs) + "}"


values = st.recursive(
    st.sampled_from(LITERALS), lambda inner: st.one_of(arrays(inner), inline_tables(inner)), max_leaves=6
)
dotted = st.lists(names, min_size=1, max_size=3).map(".".join)
statements = st.one_of(
    st.tuples(dotted, blanks, values).map(lambda one: f"{one[0]}{one[1]}={one[1]}{one[2]}"),
    dotted.map(lambda name: f"[{name}]"),
    dotted.map(lambda name: f"[[ {name} ]] # here"),
    st.sampled_from(["", "# [a]", "  # b = 1"]),
)


def valid(lines: list[str]) -> list[str]:
    """Leave out every statement that would make the text none of TOML."""
    kept: list[str] = []
    for line in lines:
        try:
            tomllib.loads("\n".join([*kept, line]))
        except tomllib.TOMLDecodeError:
            continue
        kept.append(line)
    return kept


@given(st.lists(statements, max_size=12))
def test_the_index_names_exactly_the_places_that_the_parser_finds(lines: list[str]) -> None:
    kept = valid(lines)
    text = "\n".join(kept)
    found = index(text)
    assert set(found) == places(tomllib.loads(text))
    starts = [1]
    for statement in kept:
        starts.append(starts[-1] + statement.count("\n") + 1)
    tops = {line for place, line in found.items() if place and isinstance(place[-1], str) and len(place) == 1}
    assert tops <= set(starts)
