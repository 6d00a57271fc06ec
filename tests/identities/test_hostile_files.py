"""A file of subscriber records as somebody malicious, or a bad export, may write it: nobody gets another's name."""

from __future__ import annotations

import csv
import gzip
import io
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landmark.case import Assignment, Authority, Case, Log, Rules, Subscribers, Target
from landmark.errors import CaseError, IntegrityError
from landmark.figures import instant
from landmark.identities import files, subscribers, writing
from landmark.identities.judging import judge
from landmark.identities.people import Subject, Visit
from landmark.identities.quoting import go_on, goes_on
from landmark.identities.unread import PARTING, parts_of, parts_of_long
from landmark.lines import Reject
from landmark.pseudonyms import Pseudonyms
from landmark.tables import DAY, HOUR, SECOND

if TYPE_CHECKING:
    from landmark.identities.judging import Outcome
    from landmark.identities.tallies import Tally

BEGIN = 1_001_894_400_000_000  # 2001-10-01T00:00:00Z
NAMES = Pseudonyms(bytes(range(32))).forgetful()
MORE_THAN = 3
HEAD = b"account,user_name,from,until\n"


def case_in(folder: Path, **files: Any) -> Case:  # noqa: ANN401 - what Subscribers takes
    authority = Authority("W-1", "Example Court", "Example Internet", BEGIN, BEGIN + 14 * DAY, ("traffic",))
    return Case(
        folder, "example", "Example", "GB", authority, (Target("a", path="/"),), (Log(("a.log",), "combined"),),
        Rules(more_than=MORE_THAN), subscribers=(Subscribers(**{"files": ("subscribers.csv",), **files}),),
    )  # fmt: skip


def subject(account: bytes = b"asked", visits: int = 6) -> Subject:
    """Give a subject with a visit of an hour each noon, from the first day on."""
    days = ((day + 1, BEGIN + day * DAY + 12 * HOUR) for day in range(visits))
    return Subject("0" * 16, NAMES.account(account), None, tuple(Visit(day, at, at + HOUR) for day, at in days))


def read(folder: Path, content: bytes, **options: Any) -> tuple[Outcome, Tally, str]:  # noqa: ANN401 - as case_in
    (folder / "subscribers.csv").write_bytes(content)
    case, asked = case_in(folder, **options), subject()
    reading = subscribers.read(case, files.identified(files.find(case)), [asked], NAMES)
    outcome = judge(reading.evidence[asked.account], "GB")
    (tally,) = reading.tallies
    made = b"".join(writing.texts([outcome], reading.tallies, "GB").values()).decode()
    return outcome, tally, made + str(reading)


def day(number: int) -> str:
    return instant(BEGIN + number * DAY)


def test_a_line_inside_a_quoted_cell_is_no_record(tmp_path: Path) -> None:
    """A customer whose address goes over the line's end may write a whole record of somebody else into it."""
    content = HEAD + b'other,"1 Example Street\nasked,Innocent,,\n",,\nlast,Mallory,,\n'
    outcome, tally, written = read(tmp_path, content)
    assert outcome.result == "unreadable"
    assert "Innocent" not in written
    assert tally.rejects == [(2, "malformed"), (3, "malformed"), (4, "malformed")]
    assert tally.dropped["not_asked"] == 1
    assert [one.place.line for one in outcome.conflicts if one.kind == "record_unreadable" and one.place] == [3]


def test_a_blank_line_or_a_header_inside_a_quoted_cell_is_a_part_of_it(tmp_path: Path) -> None:
    _, tally, _ = read(tmp_path, HEAD + b'other,"a\n\naccount,user_name,from,until\nb",,\n')
    assert tally.rejects == [(line, "malformed") for line in range(2, 6)]


def test_behind_a_line_that_is_too_long_nothing_is_taken_until_a_quote_ends(tmp_path: Path) -> None:
    """The line that was passed over may have opened a quoted cell."""
    content = HEAD + b'other,"' + b"x" * (1 << 21) + b'\nsold,Innocent,,\nb",,\nasked,Right,,\n'
    outcome, tally, written = read(tmp_path, content)
    assert "Innocent" not in written
    assert [one.cells["user_name"] for one in outcome.records] == ["Right"]
    assert sorted(tally.rejects) == [(2, "too_long"), (3, "malformed"), (4, "malformed")]


def test_behind_a_line_that_is_too_long_a_quote_may_open_a_cell_as_well_as_end_one(tmp_path: Path) -> None:
    content = HEAD + b"other," + b"x" * (1 << 21) + b'\nevil,"1 Example Street\nasked,Innocent,,\n",,\n'
    outcome, tally, written = read(tmp_path, content + b'"asked","Right","",""\n')
    assert "Innocent" not in written
    # The line of which nobody knows whether it was meant for the account stands against the name.
    assert (outcome.result, outcome.records) == ("unreadable", ())
    assert sorted(tally.rejects) == [(2, "too_long"), *((line, "malformed") for line in (3, 4, 5))]


def test_behind_a_line_that_is_too_long_and_opens_no_quote_the_next_line_is_read(tmp_path: Path) -> None:
    content = HEAD + b"other," + b"x" * (1 << 21) + b"\nasked,Right,,\nlast,Other,,\n"
    outcome, tally, _ = read(tmp_path, content)
    assert [one.cells["user_name"] for one in outcome.records] == ["Right"]
    assert tally.rejects == [(2, "too_long")]


def test_two_lines_in_a_row_that_are_too_long_may_open_a_quote_and_end_it(tmp_path: Path) -> None:
    long = b"x" * (1 << 21)
    lines = b'other,"' + long + b"\n" + long + b'",,\nasked,Right,,\nevil,"' + long + b"\nasked,Innocent,,\n" + long
    outcome, tally, written = read(tmp_path, HEAD + lines + b'",,\n')
    assert "Innocent" not in written
    assert [number for number, why in sorted(tally.rejects) if why == "malformed"] == [6]
    assert outcome.result == "unreadable"


def test_where_every_cell_is_quoted_the_next_line_is_a_record_again(tmp_path: Path) -> None:
    content = HEAD + b"other," + b"x" * (1 << 21) + b'\n"a","b","",""\n"asked","Right","",""\n'
    outcome, tally, _ = read(tmp_path, content)
    assert [one.cells["user_name"] for one in outcome.records] == ["Right"]
    assert tally.rejects == [(2, "too_long")]


@pytest.mark.parametrize(
    ("account", "lost"),
    [
        (b'"ou=a,cn=b"', b'"ou=a,cn=b",Later'),
        (b'"ou=a,cn=b"', b'x"ou=a,cn=b",Later,,'),
        (b"asked", b"\0" * 512 + b"asked,Later,,"),
        (b'"ou=a,cn=b"', b'"ou=a,cn=b",' + b"x" * (1 << 21)),
        ("müller".encode(), "müller,Später,,".encode("latin-1")),
    ],
)
def test_an_account_in_quotes_or_behind_what_was_never_written_is_found(
    account: bytes, lost: bytes, tmp_path: Path
) -> None:
    (tmp_path / "subscribers.csv").write_bytes(HEAD + account + b",Former,,\n" + lost + b"\n")
    case, asked = case_in(tmp_path), subject(account.strip(b'"'))
    reading = subscribers.read(case, files.identified(files.find(case)), [asked], NAMES)
    assert judge(reading.evidence[asked.account], "GB").result == "unreadable"


def test_a_file_that_is_another_one_when_its_long_lines_are_looked_through_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "subscribers.csv"
    path.write_bytes(HEAD + b"asked," + b"x" * (1 << 21) + b"\nlast,Mallory,,\n")
    case = case_in(tmp_path)
    ((_, identity),) = files.identified(files.find(case))
    reject = Reject(2, len(HEAD), (1 << 21) + 6, "too_long")
    assert (2, [b"asked"]) in list(parts_of_long(path, identity, [reject], "subscribers.csv"))
    path.write_bytes(HEAD + b"other," + b"x" * (1 << 21) + b"\nlast,Mallory,,\n")
    with pytest.raises(IntegrityError, match=r"subscribers\.csv: changed while it was read"):
        list(parts_of_long(path, identity, [reject], "subscribers.csv"))


def test_a_header_behind_a_line_that_is_too_long_is_none(tmp_path: Path) -> None:
    """It may stand in a cell that was opened before it; any record could then be taken for the header."""
    rows = b'"account","user_name","from","until"\n"first","Right","",""\n"asked","Name","",""\n'
    with pytest.raises(CaseError, match=r"subscribers\.csv:1: found none that can be read"):
        read(tmp_path, b"x" * (1 << 21) + b"\n" + rows)


def test_a_mark_before_a_header_on_the_second_line_is_said_and_is_no_fault(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="account"):
        read(tmp_path, b"\n\xef\xbb\xbf" + HEAD + b"asked,Name,,\n")


@pytest.mark.parametrize("line", [b"asked,Name", b'"asked","Name', b"asked,Na\xffme,,", b"asked,Na\0me,,", b"x,asked"])
def test_a_line_that_cannot_be_read_and_names_an_account_asked_about_is_listed(tmp_path: Path, line: bytes) -> None:
    outcome, tally, written = read(tmp_path, HEAD + line + b"\n")
    assert [one.kind for one in outcome.conflicts] == ["record_unreadable"]
    assert outcome.result == "unreadable"  # and not `none`: the provider does have a record
    assert tally.rejects == [(2, "malformed")]
    assert "Name" not in written


def test_a_record_of_local_times_without_a_zone_is_no_missing_one(tmp_path: Path) -> None:
    outcome, tally, written = read(tmp_path, HEAD + b"asked,Name,2001-01-01 00:00:00,\n")
    assert tally.rejects == [(2, "bad_time")]
    assert (outcome.result, [one.kind for one in outcome.conflicts]) == ("unreadable", ["record_unreadable"])
    assert "Name" not in written


def test_beside_too_few_visits_a_line_that_cannot_be_read_may_be_the_holders(tmp_path: Path) -> None:
    outcome, _, _ = read(tmp_path, HEAD + f"asked,Former,,{day(2)}\n".encode() + b"asked,Later\n")
    assert outcome.result == "unreadable"


def test_a_name_beside_a_record_that_cannot_be_read_is_withheld(tmp_path: Path) -> None:
    """The record that nobody could read may be of the one who had the account then."""
    outcome, tally, written = read(tmp_path, HEAD + b"asked,Former,,\n" + b'"asked","Later\n')
    assert (tally.kept, tally.dropped["named_nobody"]) == (0, 1)
    assert (outcome.result, outcome.records) == ("unreadable", ())
    assert [(one.kind, one.place and one.place.line) for one in outcome.conflicts] == [("record_unreadable", 3)]
    assert "Former" not in written


@pytest.mark.parametrize("account", [b"o'asked", b"a;sked", b"as|ked"])
def test_an_account_with_a_sign_in_it_is_found_in_a_line_that_cannot_be_read(account: bytes, tmp_path: Path) -> None:
    (tmp_path / "subscribers.csv").write_bytes(HEAD + account + b",Former,,\n" + account + b",Later\n")
    case, asked = case_in(tmp_path), subject(account)
    reading = subscribers.read(case, files.identified(files.find(case)), [asked], NAMES)
    outcome = judge(reading.evidence[asked.account], "GB")
    assert (outcome.result, outcome.records) == ("unreadable", ())


def test_an_account_with_blanks_around_it_is_that_account(tmp_path: Path) -> None:
    """Else a later holder, padded, would go unseen beside the former one."""
    assert read(tmp_path, HEAD + b" asked ,Name,,\n")[0].result == "found"
    outcome, _, _ = read(tmp_path, HEAD + b"asked,Former,," + day(3).encode() + b"\n asked ,Later,,\n")
    assert len(outcome.conflicts) > 1


@pytest.mark.parametrize("between", [b"", day(4).encode()])
def test_an_account_with_other_blanks_in_each_of_two_lines_may_be_two(tmp_path: Path, between: bytes) -> None:
    outcome, _, written = read(tmp_path, HEAD + b" asked,One,,%b\nasked ,Other,%b,\n" % (between, between))
    assert (outcome.result, outcome.records) == ("unreadable", ())
    assert "One" not in written


def test_an_account_with_blanks_beside_the_same_without_may_be_another(tmp_path: Path) -> None:
    outcome, tally, written = read(tmp_path, HEAD + b"asked,One,,\nasked ,Other,,\n")
    assert (outcome.result, outcome.records) == ("unreadable", ())
    assert [one.place.line for one in outcome.conflicts if one.kind == "record_unreadable" and one.place] == [3]
    assert tally.dropped["named_nobody"] == 2
    assert "One" not in written


@pytest.mark.parametrize(
    "written", ["Asked", "ASKED", "a\N{COMBINING RING ABOVE}sked", "\N{LATIN SMALL LETTER A WITH RING ABOVE}sked"]
)
def test_accounts_that_differ_in_a_letters_case_or_an_accents_composition_are_two(tmp_path: Path, written: str) -> None:
    (tmp_path / "subscribers.csv").write_bytes(HEAD + written.encode() + b",Other,,\n")
    case, asked = case_in(tmp_path), subject("\N{LATIN SMALL LETTER A WITH RING ABOVE}sked".encode())
    reading = subscribers.read(case, files.identified(files.find(case)), [asked], NAMES)
    named = judge(reading.evidence[asked.account], "GB").result == "found"
    assert named == (written == "\N{LATIN SMALL LETTER A WITH RING ABOVE}sked")


@pytest.mark.parametrize("nobody", [b"-", b"NULL", b"(null)", b"n/a", b"@isp.example"])
def test_a_record_of_nobody_names_nobody(tmp_path: Path, nobody: bytes) -> None:
    (tmp_path / "subscribers.csv").write_bytes(HEAD + nobody + b",Name,,\n")
    case, asked = case_in(tmp_path), subject(nobody)
    reading = subscribers.read(case, files.identified(files.find(case)), [asked], NAMES)
    assert judge(reading.evidence[asked.account], "GB").result == "none"


def test_where_periods_overlap_in_part_the_shared_visits_are_nobodys(tmp_path: Path) -> None:
    """Sold on on the fourth day, but the former record was never closed: who had only three visits is not named."""
    rows = [f"asked,Former,{day(-300)},", f"asked,Later,{day(3)},"]
    outcome, tally, written = read(tmp_path, HEAD + "".join(f"{row}\n" for row in rows).encode())
    assert outcome.result == "none"
    assert "Former" not in written
    assert "Later" not in written
    assert {"records_at_once", "at_most_threshold"} <= {one.kind for one in outcome.conflicts}
    assert {(one.visits, one.shared) for one in outcome.conflicts} == {(3, 3), (0, 3)}
    assert [line.split(",")[6:8] for line in written.splitlines() if "at_most_threshold" in line][:2] == [
        ["3", "3"],
        ["0", "3"],
    ]
    assert (tally.kept, tally.dropped["at_most_threshold"]) == (0, 2)


def test_who_is_over_the_threshold_without_the_shared_visits_is_named(tmp_path: Path) -> None:
    outcome, tally, written = read(tmp_path, HEAD + f"asked,Former,,\nasked,Later,{day(5)},\n".encode())
    assert [one.cells["user_name"] for one in outcome.records] == ["Former"]
    assert "Later" not in written
    assert '"visits_of_record": 5,\n   "visits_shared": 1' in written
    assert (tally.kept, tally.dropped["at_most_threshold"]) == (1, 1)


def test_records_of_the_same_visits_are_all_listed(tmp_path: Path) -> None:
    outcome, _, _ = read(tmp_path, HEAD + f"asked,One,,\nasked,Other,{day(-1)},\n".encode())
    assert outcome.result == "several"


@pytest.mark.parametrize(("until", "kept"), [(0, 0), (5 * SECOND, 0), (5 * SECOND + 1, 1)])
def test_a_visit_within_the_clocks_tolerance_of_a_change_of_holder_is_neithers(
    tmp_path: Path, until: int, kept: int
) -> None:
    end = instant(subject().visits[3].last + until)
    assert read(tmp_path, HEAD + f"asked,Former,,{end}\n".encode())[1].kept == kept


def test_one_text_under_two_statements_is_read_under_each(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_bytes(HEAD + b"asked,Name,2001-09-01,\n")
    case = case_in(tmp_path)
    owners = (Subscribers(files=("a.csv",), zone="UTC"), Subscribers(files=("b.csv",)))
    case = Case(**{**{name: getattr(case, name) for name in case.__slots__}, "subscribers": owners})
    reading = subscribers.read(case, files.identified(files.find(case)), [subject()], NAMES)
    assert [tally.duplicate_of for tally in reading.tallies] == [None, None]


@pytest.mark.parametrize(
    ("text", "inside", "after"),
    [
        (b'a,"b', False, True),
        (b'a,"b""', False, True),
        (b'a,"b"', False, False),
        (b'a,b"c', False, False),
        (b'a, "b', False, False),
        (b'b",c', True, False),
        (b'b","c', True, True),
        (b'b"",c', True, True),
        (b"", True, True),
        (b'"', True, False),
        (b'"x"y,"z', False, True),
    ],
)
def test_a_quoted_cell_goes_on_behind_the_lines_end(text: bytes, inside: bool, after: bool) -> None:  # noqa: FBT001
    assert goes_on(text, inside=inside) == after


@given(st.text(st.sampled_from('a",'), max_size=24).map(str.encode), st.integers(1, 5), st.booleans())
def test_a_line_in_pieces_ends_in_a_quoted_cell_where_it_does_as_a_whole(text: bytes, size: int, inside: bool) -> None:  # noqa: FBT001 - drawn
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    assert go_on(pieces, (inside,)) == (goes_on(text, inside=inside),)
    # As another reader of such files has it: a cell that goes on takes the next line with it.
    rows = list(csv.reader([('"' if inside else "") + text.decode() + "\n", "\n"]))
    assert goes_on(text, inside=inside) == (len(rows) == 1)


LONG = b"x" * (1 << 20)


@pytest.mark.parametrize(
    "line",
    [
        b"asked,Later," + LONG,
        LONG + b",Later,asked",
        LONG[:-2] + b",asked,Later",  # where the reading of a long line goes from one piece to the next
        LONG * 3 + b",asked,Later",
        b'"' + LONG + b'" asked ',
        LONG + b"|o'asked;asked",
    ],
)
def test_a_name_beside_a_line_that_is_too_long_and_may_be_the_accounts_is_withheld(tmp_path: Path, line: bytes) -> None:
    outcome, tally, written = read(tmp_path, HEAD + b"asked,Former,,\n" + line + b"\n")
    assert (outcome.result, outcome.records, tally.rejects) == ("unreadable", (), [(3, "too_long")])
    assert [(one.kind, one.place and one.place.line) for one in outcome.conflicts] == [("record_unreadable", 3)]
    assert "Former" not in written
    assert tally.dropped["named_nobody"] == 1


def test_a_name_beside_lines_that_are_too_long_and_are_of_others_is_taken(tmp_path: Path) -> None:
    lines = b"other," + LONG + b"\nunasked,asked2," + LONG + b"\n"
    outcome, tally, _ = read(tmp_path, HEAD + b"asked,Name,,\n" + lines)
    assert (outcome.result, [one.kind for one in outcome.conflicts]) == ("found", ["period_not_stated"])
    assert tally.rejects == [(3, "too_long"), (4, "too_long")]


@pytest.mark.parametrize(
    "end", [b"other,Lat", b"as", b'other,"1 Example Str', b'other,"1\nExample Str', b"other," + LONG]
)
def test_beside_a_file_that_was_cut_off_nobody_is_named(tmp_path: Path, end: bytes) -> None:
    """Whose the last line was is not known where it was cut in the account, nor whose stood behind it."""
    outcome, tally, written = read(tmp_path, HEAD + b"asked,Former,,\n" + end)
    assert (outcome.result, outcome.records) == ("unreadable", ())
    last = 3 + end.count(b"\n")
    assert tally.rejects[-1] == (last, "too_long" if LONG in end else "truncated")
    assert [(one.kind, one.place and one.place.line) for one in outcome.conflicts] == [("record_unreadable", last)]
    assert "Former" not in written


def test_beside_a_compressed_stream_that_ends_early_nobody_is_named(tmp_path: Path) -> None:
    """Whatever its last line says: what is lost behind it may be the record of anybody."""
    packed = gzip.compress(HEAD + b"asked,Former,,\n", mtime=0)
    outcome, tally, _ = read(tmp_path, packed)
    assert outcome.result == "found"
    outcome, tally, written = read(tmp_path, packed[:-4])
    assert (outcome.result, tally.rejects) == ("unreadable", [(3, "truncated")])
    assert "Former" not in written


def test_the_last_cell_of_a_last_line_without_newline_may_be_a_part_of_one(tmp_path: Path) -> None:
    """Its `until` was cut off: taken as it stands, whoever had the account before has it for ever."""
    outcome, tally, written = read(tmp_path, HEAD + b"asked,Former,,")
    assert (outcome.result, outcome.records) == ("unreadable", ())
    assert [(one.kind, one.place and one.place.line) for one in outcome.conflicts] == [("record_unreadable", 2)]
    assert (tally.rejects, tally.dropped["named_nobody"]) == ([], 1)
    assert "Former" not in written


def test_a_last_line_without_newline_stands_against_its_own_account_alone(tmp_path: Path) -> None:
    outcome, tally, _ = read(tmp_path, HEAD + b"asked,Name,,\nother,Somebody,,")
    assert (outcome.result, tally.rejects, tally.dropped["not_asked"]) == ("found", [], 1)


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_a_last_line_that_has_any_of_its_end_is_whole(tmp_path: Path, end: bytes) -> None:
    assert read(tmp_path, HEAD + b"asked,Name,," + end)[0].result == "found"


def test_a_last_cell_that_nobody_reads_may_be_cut(tmp_path: Path) -> None:
    assert read(tmp_path, b"account,user_name,note\nasked,Name,paid by ca")[0].result == "found"


def test_a_quote_at_the_end_does_not_say_that_the_last_cell_is_whole(tmp_path: Path) -> None:
    """Cut between two quotes that are one in the text, a nickname's first, it would be somebody else."""
    outcome, _, written = read(tmp_path, b'account,user_name\nasked,"Ann "')
    assert [one.kind for one in outcome.conflicts] == ["record_unreadable"]
    assert "Ann" not in written


def test_where_the_last_cell_is_the_account_whose_record_it_is_is_not_known(tmp_path: Path) -> None:
    outcome, tally, _ = read(tmp_path, b"user_name,account\nName,asked\nSomebody,other")
    assert (outcome.result, tally.rejects) == ("unreadable", [(3, "truncated")])


@given(st.binary(max_size=30).map(lambda text: text.replace(b"\n", b",")), st.integers(1, 7))
def test_a_line_that_is_read_in_pieces_has_the_parts_that_it_has_as_a_whole(text: bytes, size: int) -> None:
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    for signs in PARTING:
        assert [part for some in parts_of(pieces, signs) for part in some] == signs.split(text)


cells = st.text(st.sampled_from('ab",\n\r;= \0é'), max_size=8)


@given(st.lists(st.lists(cells, min_size=4, max_size=4), max_size=5))
@settings(max_examples=60)
def test_no_cell_of_a_written_csv_ever_becomes_a_record(rows: list[list[str]]) -> None:
    """Whatever customers have in their cells: a record is what the writer wrote as one, on one line."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    # In each cell somebody tries to begin a record of the account that is asked about.
    writer.writerows([[f"x{row[0]}", *(f"{cell}\nasked,Injected,,\n{cell}" for cell in row[1:])] for row in rows])
    with tempfile.TemporaryDirectory() as place:
        outcome, tally, written = read(Path(place), HEAD + text.getvalue().encode())
    assert "Injected" not in written
    assert not outcome.records
    assert tally.lines == tally.kept + tally.dropped.total() + len(tally.rejects)


@given(st.binary(max_size=200) | st.text(st.sampled_from('asked,"\n\r0-:TZ\0\ufeff'), max_size=80).map(str.encode))
@settings(max_examples=60)
def test_whatever_the_bytes_are_every_line_is_accounted_for(garbage: bytes) -> None:
    with tempfile.TemporaryDirectory() as place:
        _, tally, _ = read(Path(place), HEAD + b"asked,Name,,\n" + garbage)
    tally.check()
    assert tally.lines >= 2


def test_a_line_whose_name_is_taken_for_one_subject_is_kept_whatever_it_comes_to_for_another(tmp_path: Path) -> None:
    """With two forms of account one line may be two subjects' record, and for one of them overlap with another."""
    rows = f"asked@isp,Former,{day(-300)},\nasked,Later,{day(3)},\n"
    (tmp_path / "subscribers.csv").write_bytes(HEAD + rows.encode())
    written = Assignment(("a.csv",), "csv", "user-name")
    forms = written, replace(written, files=("b.csv",), account_form="no-realm")
    case = replace(case_in(tmp_path), assignments=forms)
    named, nobody = subject(b"asked@isp"), replace(subject(b"asked"), visitor_id="1" * 16)
    for asked in ([named, nobody], [nobody, named]):
        reading = subscribers.read(case, files.identified(files.find(case)), asked, NAMES)
        assert [len(reading.evidence[one.account].records) for one in (named, nobody)] == [1, 0]
        (tally,) = reading.tallies
        assert (tally.kept, tally.dropped["at_most_threshold"]) == (1, 1)
