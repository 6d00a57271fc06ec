"""Whatever stands in a case file, it is read or refused: no other error ever comes out."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from landmark import case_file
from landmark.case import AssignmentFormat, LogFormat
from landmark.case_template import TEMPLATE
from landmark.errors import CaseError

FORMATS = {
    "combined": LogFormat("web", logs_host=False, needs_zone=False, needs_year=False),
    "inn": LogFormat("news", logs_host=False, needs_zone=True, needs_year=True, wrapped=True),
}
WHOLE = [
    line[1:] if line.startswith("#") and not line.startswith("# ") else line
    for line in TEMPLATE.splitlines()
    if line and not line.startswith("# ")
]
ODD = ["", "=", "{}", "[]", "[[]]", "0", "-1", "1.5", "nan", "-inf", "1e999999999", "1e-999999999", "0x" + "f" * 5000,
       "true", '""', '" "', '"\\u0000"', '"a/../../b"', '"@"', '"::ffff:192.0.2.1"', '"fe80::1%eth0"', '"*"', '"*."',
       '"."', '".."', '"~"', '"xn--a"', '"http://a.example/"', '"\U0001f600"', '"ä.example"', "2001-10-01",
       "2001-10-01T00:00:00", "00:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "[1, 'a']",
       '["a", ["b"]]', "{ a = { b = [1] } }", '"999999d999999h"', '"-0s"', '"d"', '"1s1d"', "'''\n'''",
       "\u0663", '"\u0663s"', '"[::1]"', '"[::1]:0"', '"1.2.3.4:99999"']  # fmt: skip

lines = st.sampled_from(WHOLE)
keys = st.sampled_from([line.split("=")[0].strip() for line in WHOLE if "=" in line])
odd = st.sampled_from(ODD) | st.text(max_size=20) | st.sampled_from([line.split("=")[-1].strip() for line in WHOLE])


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Give the template with lines dropped, doubled, moved or changed, and with random text."""
    text = list(WHOLE)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(text) - 1)) if text else 0
        what = draw(st.sampled_from(["drop", "double", "swap", "value", "key", "text", "insert"]))
        line = text[at] if text else ""
        if what == "drop":
            del text[at : at + draw(st.integers(1, 5))]
        elif what == "double":
            text.insert(draw(st.integers(0, len(text))), line)
        elif what == "swap" and text:
            other = draw(st.integers(0, len(text) - 1))
            text[at], text[other] = text[other], text[at]
        elif what == "value" and "=" in line:
            text[at] = line.split("=")[0] + "= " + draw(odd)
        elif what == "key" and "=" in line:
            text[at] = draw(keys) + " = " + line.split("=", 1)[1]
        else:
            text.insert(at, draw(st.one_of(st.text(max_size=20), lines, st.tuples(keys, odd).map(" = ".join))))
    return "\n".join(text)


def read(text: str, targets: str | None = None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "case.toml").write_bytes(text.encode("utf-8", "surrogatepass"))
        if targets is not None:
            (Path(folder) / "targets.csv").write_bytes(targets.encode("utf-8", "surrogatepass"))
        try:
            case = case_file.load(
                Path(folder),
                today=date(2001, 11, 5),
                formats=FORMATS,
                assignment_formats={"csv": AssignmentFormat(needs_zone=True)},
            )
        except CaseError as error:
            said = [str(problem) for problem in error.problems]
        else:
            said = [str(problem) for problem in case_file.warnings(case)] or ["nothing"]
            assert case.authority.begin < case.authority.end
    assert said
    assert all(one.isprintable() and len(one) < 1000 for one in said), "a message is one line"


@settings(max_examples=300, deadline=None)
@given(mutated())
def test_a_mutated_case_file_is_read_or_refused(text: str) -> None:
    read(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
@example("\x00")
@example("\ufeff")
@example("a = [" + "{b=[" * 400)
@example("a=" + "[" * 300 + "]" * 300)
def test_any_text_is_read_or_refused(text: str) -> None:
    read(text)


@pytest.mark.parametrize("value", ODD)
def test_every_key_takes_or_refuses_an_odd_value(value: str) -> None:
    read("\n".join(f"{line.split('=', maxsplit=1)[0]}= {value}" if "=" in line else line for line in WHOLE))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from([*ODD, "id", "host", "path", "newsgroup", "from", "until", "x"]), max_size=9).map(
            ",".join
        ),
        max_size=5,
    ).map("\n".join)
    | st.text(max_size=80)
    | st.text(max_size=80).map("id,host,path,newsgroup,from,until,listed_by,basis\n".__add__)
)
def test_any_list_of_targets_is_read_or_refused(targets: str) -> None:
    text = TEMPLATE.replace("#targets =", "targets =")
    before, _, rest = text.partition("[[target]]\n")
    read(before + rest[rest.index("[[log]]") :], targets)
