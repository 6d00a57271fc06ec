"""Who had a public side when, from its records: worked cases, and a brute force over instants."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.assignments.mappings import Mapping, Record, mappings, pieces
from landmark.assignments.nat.translations import Kind, Outer, Said
from landmark.assignments.times import Instant

SECOND = 1_000_000
SLACK = 5 * SECOND
SIDE = Outer("203.0.113.5", 1024, 1535, None, None)
START = -7  # the source's first record, s


class Stretch(NamedTuple):
    """Seconds."""

    begin: int
    end: int | None
    doubtful: bool
    ends: str


def sure(begin: int, end: int | None, ends: str) -> Stretch:
    return Stretch(begin, end, doubtful=False, ends=ends)


def doubt(begin: int, end: int | None, ends: str) -> Stretch:
    return Stretch(begin, end, doubtful=True, ends=ends)


def record(  # noqa: PLR0913 - a record has that many facts
    kind: str,
    at: int,
    inner: str = "a",
    *,
    row: int = 0,
    later: int | None = None,
    began: int | None = None,
    exact: bool = False,
    host: str = "cgn1",
    name: bytes | None = None,
    realm: bytes = b"",
) -> Record:
    said = Said(
        Kind[kind],
        None if kind == "CLEARED" else SIDE,
        None if kind == "CLEARED" else inner,
        name,
        realm=realm,
        began=None if began is None else began * SECOND,
        exact=exact,
    )
    instant = Instant(at * SECOND, (at if later is None else later) * SECOND)
    return Record(instant, 0, (row,), 0, host.encode(), said)


def found(*records: Record) -> list[tuple[str | None, list[Stretch]]]:
    numbered = [one._replace(rows=(number,)) for number, one in enumerate(records)]
    return [
        (
            mapping.shown[0].said.inner,
            [
                Stretch(one.begin // SECOND, None if one.end is None else one.end // SECOND, one.doubtful, one.ends)
                for one in pieces(mapping)
            ],
        )
        for mapping in mappings(numbered, START * SECOND, SLACK)
    ]


def test_from_creation_to_deletion_all_is_certain() -> None:
    ((inner, stretches),) = found(record("CREATED", 10), record("DELETED", 20))
    assert inner == "a"
    assert stretches == [sure(10, 20, "released")]


def test_a_creation_alone_makes_nothing_certain() -> None:
    assert found(record("CREATED", 10)) == [("a", [doubt(10, None, "open")])]


def test_a_lost_deletion_is_certain_to_the_last_record_that_shows_it_and_doubtful_to_the_next_mapping() -> None:
    (first, second) = found(
        record("CREATED", 10), record("ALIVE", 15), record("CREATED", 30, "b"), record("DELETED", 40, "b")
    )
    assert first == ("a", [sure(10, 15, "last_seen"), doubt(15, 30, "replaced")])
    assert second == ("b", [sure(30, 40, "released")])


def test_a_restart_ends_what_its_device_had_and_nothing_of_another_device() -> None:
    ended = found(record("CREATED", 10), record("ALIVE", 15), record("CLEARED", 20))
    assert ended == [("a", [sure(10, 15, "last_seen"), doubt(15, 20, "rebooted")])]
    other = found(record("CREATED", 10), record("ALIVE", 15), record("CLEARED", 20, host="cgn2"))
    assert other == [("a", [sure(10, 15, "last_seen"), doubt(15, None, "open")])]


def test_a_record_after_a_restart_is_of_another_mapping() -> None:
    (_, second) = found(record("CREATED", 10), record("CLEARED", 20), record("DELETED", 30))
    assert second == ("a", [doubt(20, 30, "released")])


def test_two_both_have_it_where_one_is_deleted_after_the_other_was_created() -> None:
    assert found(
        record("CREATED", 10), record("CREATED", 20, "b"), record("DELETED", 25), record("DELETED", 40, "b")
    ) == [
        ("a", [sure(10, 25, "released")]),
        ("b", [sure(20, 40, "released")]),
    ]


def test_a_deletion_well_after_another_had_it_may_be_of_a_mapping_whose_creation_is_lost() -> None:
    assert found(
        record("CREATED", 10), record("CREATED", 20, "b"), record("DELETED", 30, "b"), record("DELETED", 60)
    ) == [
        ("a", [doubt(10, 20, "replaced")]),
        ("b", [sure(20, 30, "released")]),
        ("a", [doubt(30, 60, "released")]),
    ]


def test_a_record_that_says_of_which_mapping_it_is_shows_that_two_had_it_at_once() -> None:
    assert found(
        record("CREATED", 10), record("CREATED", 20, "b"), record("DELETED", 30, "b"), record("DELETED", 60, began=10)
    ) == [
        ("a", [sure(10, 60, "released")]),
        ("b", [sure(20, 30, "released")]),
    ]


def test_a_lost_creation_is_doubtful_from_the_begin_that_a_duration_gives() -> None:
    assert found(record("DELETED", 30, began=21)) == [("a", [doubt(21, 30, "released")])]


def test_a_lost_creation_is_certain_from_an_instant_that_is_stated() -> None:
    shown = found(record("ALIVE", 30, began=21, exact=True), record("DELETED", 50))
    assert shown == [("a", [sure(21, 50, "released")])]


def test_a_deletion_of_which_nothing_else_is_known_is_doubtful_from_the_record_before() -> None:
    assert found(record("DELETED", 30)) == [("a", [doubt(START, 30, "released")])]
    (_, second) = found(record("CREATED", 10, "b"), record("DELETED", 20, "b"), record("DELETED", 30))
    assert second == ("a", [doubt(20, 30, "released")])


def test_a_duration_that_denies_the_creation_before_makes_another_mapping() -> None:
    assert found(record("CREATED", 10), record("DELETED", 60, began=58)) == [
        ("a", [doubt(10, 60, "replaced")]),
        ("a", [doubt(58, 60, "released")]),
    ]


def test_a_record_that_comes_late_never_reopens_a_mapping() -> None:
    records = (record("CREATED", 10), record("DELETED", 20), record("ALIVE", 22, began=10, exact=True))
    assert found(*records) == [("a", [sure(10, 20, "released")])]


def test_a_name_says_of_which_mapping_a_record_is_however_late_it_comes() -> None:
    assert found(
        record("CREATED", 10, name=b"1"),
        record("CREATED", 20, "b", name=b"2"),
        record("DELETED", 30, "b", name=b"2"),
        record("DELETED", 60, name=b"1"),
    ) == [("a", [sure(10, 60, "released")]), ("b", [sure(20, 30, "released")])]
    (first, *_) = found(record("CREATED", 10, name=b"1"), record("DELETED", 60, name=b"2"))
    assert first == ("a", [doubt(10, 60, "replaced")])


def test_one_inner_address_in_two_routing_domains_is_two() -> None:
    assert found(record("CREATED", 10, realm=b"1"), record("DELETED", 60, realm=b"2")) == [
        ("a", [doubt(10, 60, "replaced")]),
        ("a", [doubt(10, 60, "released")]),
    ]


def test_a_creation_within_the_second_of_a_deletion_begins_another_mapping() -> None:
    records = (record("CREATED", 10), record("DELETED", 20), record("CREATED", 20), record("DELETED", 30))
    assert found(*records) == [("a", [sure(10, 20, "released")]), ("a", [sure(20, 30, "released")])]


def test_a_deletion_is_late_beside_a_creation_that_occurs_twice_by_its_later_reading() -> None:
    records = [record("CREATED", 10), record("CREATED", 20, "b", later=80)]
    (first, *_) = found(*records, record("DELETED", 84))
    assert first == ("a", [sure(10, 84, "released")])
    (first, *_) = found(*records, record("DELETED", 86))
    assert first == ("a", [doubt(10, 80, "replaced")])


def test_a_record_that_began_while_a_deletion_may_have_been_is_of_another_mapping() -> None:
    records = [record("CREATED", 10), record("DELETED", 20, later=80)]
    assert len(found(*records, record("DELETED", 90, began=15))) == 1
    assert len(found(*records, record("DELETED", 90, began=40))) == 2


def test_a_creation_written_twice_is_one() -> None:
    assert len(found(record("CREATED", 10), record("CREATED", 10), record("DELETED", 20))) == 1
    again = record("CREATED", 40, began=10)
    assert len(found(record("CREATED", 10, began=10), again, record("DELETED", 50))) == 1


def test_what_is_created_and_deleted_within_a_second_had_it_for_one() -> None:
    assert found(record("CREATED", 10), record("DELETED", 10)) == [("a", [sure(10, 11, "released")])]


def test_an_instant_that_occurs_twice_is_certain_only_where_both_readings_hold() -> None:
    assert found(record("CREATED", 10, later=70), record("DELETED", 100, later=160)) == [
        (
            "a",
            [
                doubt(10, 70, "released"),
                sure(70, 100, "released"),
                doubt(100, 160, "released"),
            ],
        )
    ]


RECORDS = st.lists(
    st.builds(
        lambda kind, at, inner, lasted, exact, host, twice: record(
            kind,
            at,
            inner,
            later=at + twice,
            began=None if lasted is None or kind not in {"ALIVE", "DELETED"} else at - lasted,
            exact=exact,
            host=host,
        ),
        st.sampled_from(["CREATED", "ALIVE", "DELETED", "DELETED", "CLEARED"]),
        st.integers(0, 30),
        st.sampled_from("abc"),
        st.none() | st.integers(0, 20),
        st.booleans(),
        st.sampled_from(["cgn1", "cgn1", "cgn2"]),
        st.sampled_from([0, 0, 0, 3]),
    ),
    max_size=12,
)


def by_holder(records: list[Record]) -> list[list[Record]]:
    """Divide the records of each inner address into mappings, by the rules as they are said."""
    groups: list[list[Record]] = []
    current: dict[str | None, list[Record]] = {}
    for one in records:
        if one.said.kind is Kind.CLEARED:
            current = {inner: group for inner, group in current.items() if group[0].host != one.host}
            continue
        group = current.get(one.said.inner)
        taken = None if group is None else is_taken(group, one, groups, records)
        if taken is None:
            current[one.said.inner] = [one]
            groups.append(current[one.said.inner])
        elif taken and group is not None:
            group.append(one)
    return groups


def is_taken(group: list[Record], one: Record, groups: list[list[Record]], records: list[Record]) -> bool | None:
    """Say whether a record is one of a mapping; False: it only says its end once more, None: it is of another."""
    first, last, began = group[0], group[-1], one.said.began
    closed = last.said.kind is Kind.DELETED
    if one.said.kind is Kind.CREATED:
        return True if not closed and first.said.kind is Kind.CREATED and one.at == first.at else None
    if closed:
        late = one.at.earlier <= last.at.later or (began is not None and began < last.at.earlier)
        return False if late else None
    if began is not None:
        since = first.at.later
        if first.said.kind is not Kind.CREATED and first.said.began is not None:
            since = first.said.began
        return True if began <= since + SLACK else None
    place = {id(record): number for number, record in enumerate(records)}
    meanwhile = [other[0] for other in groups if place[id(other[0])] > place[id(last)]]
    return None if meanwhile and one.at.earlier > meanwhile[0].at.later + SLACK else True


def labels(group: list[Record], groups: list[list[Record]], records: list[Record], seconds: range) -> dict[int, bool]:
    """Say of each second whether a mapping has it surely (False) or perhaps (True)."""
    place = {id(one): number for number, one in enumerate(records)}
    first, last = group[0], group[-1]
    stated = [one.said for one in group if one.said.began is not None]
    if first.said.kind is Kind.CREATED:
        perhaps_from, surely_from = first.at.earlier, first.at.later
    elif stated:
        exact = [one.began for one in stated if one.exact and one.began is not None]
        perhaps_from = min(first.at.earlier, max(exact) if exact else min(one.began or 0 for one in stated))
        surely_from = perhaps_from if exact else first.at.later
    else:
        before = records[: place[id(first)]]
        perhaps_from = min(first.at.earlier, before[-1].at.earlier if before else START * SECOND)
        surely_from = first.at.later
    surely_to = last.at.earlier
    if last.said.kind is Kind.DELETED:
        perhaps_to: float = last.at.later
    else:
        begins = {id(other[0]) for other in groups}
        following = [
            one
            for one in records[place[id(last)] + 1 :]
            if id(one) in begins or (one.said.kind is Kind.CLEARED and one.host == first.host)
        ]
        perhaps_to = following[0].at.later if following else float("inf")
    return {
        second: not surely_from <= second * SECOND < surely_to
        for second in seconds
        if perhaps_from <= second * SECOND < perhaps_to
    }


@given(RECORDS)
def test_the_mappings_of_any_records_are_what_the_rules_say_of_each_second(drawn: list[Record]) -> None:
    records = [one._replace(rows=(number,)) for number, one in enumerate(drawn)]
    ordered = sorted(records, key=lambda one: (one.at.earlier, one.rows))
    groups = by_holder(ordered)
    made = {id(mapping.shown[0]): mapping for mapping in mappings(records, START * SECOND, SLACK)}
    assert {id(group[0]) for group in groups} == set(made)
    seconds = range(-30, 60)
    for group in groups:
        mapping = made[id(group[0])]
        assert [one.rows for one in mapping.shown] == [one.rows for one in group]
        expected = labels(group, groups, ordered, seconds)
        divided = pieces(mapping)
        assert divided
        if not expected:
            (piece,) = divided
            assert (piece.end or 0) - piece.begin == SECOND
            continue
        got = {
            second: piece.doubtful
            for piece in divided
            for second in seconds
            if piece.begin <= second * SECOND and (piece.end is None or second * SECOND < piece.end)
        }
        assert got == expected


@given(RECORDS)
def test_every_record_is_of_one_mapping_and_pieces_follow_one_another(drawn: list[Record]) -> None:
    records = [one._replace(rows=(number,)) for number, one in enumerate(drawn)]
    made: list[Mapping] = mappings(records, START * SECOND, SLACK)
    rows = sorted(one.rows for mapping in made for one in mapping.records)
    assert rows == sorted(one.rows for one in records if one.said.kind is not Kind.CLEARED)
    for mapping in made:
        divided = pieces(mapping)
        assert all(one.end == other.begin for one, other in pairwise(divided))
        assert all(one.end is None or one.begin < one.end for one in divided)


@pytest.mark.parametrize("kind", ["ALIVE", "DELETED"])
def test_a_record_at_the_very_begin_of_the_source_still_makes_a_stretch(kind: str) -> None:
    at = record(kind, START)
    (mapping,) = mappings([at], START * SECOND, SLACK)
    assert len(pieces(mapping)) == 1
