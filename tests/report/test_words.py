"""Every word of a closed list is explained, and figures are written as a reader expects."""

from __future__ import annotations

import pytest

from landmark import figures, tables, words
from landmark.tables import DAY, HOUR, MINUTE, SECOND

LISTS = [
    (words.DROPPED, tables.DROPPED),
    (words.REJECTED, tables.REJECTED),
    (words.NOT_COUNTED, tables.NOT_COUNTED),
    (words.ACTIONS, tables.ACTIONS),
    (words.ZONE_KNOWN, tables.ZONE_KNOWN),
    (words.GRADES, tables.GRADES),
    (words.BASES, tables.BASES),
    (words.ENDS, tables.ENDS),
    (words.REFERRED, tables.REFERRED),
    (words.MACHINES, tables.MACHINES),
    (words.ATTRIBUTION_REASONS, tables.ATTRIBUTION_REASONS),
    (words.UNTOLD, tables.UNTOLD),
    (words.LEAD_LOSSES, tables.LEAD_LOSSES),
    (words.AGAINST, tables.AGAINST),
    (words.HINTS, tables.HINTS),
    (words.STEPS, tables.STEPS),
]


@pytest.mark.parametrize(("explained", "closed"), LISTS)
def test_a_list_explains_exactly_the_words_of_its_closed_list_in_its_order(
    explained: dict[str, words.Word], closed: tuple[str, ...]
) -> None:
    assert tuple(explained) == closed


def test_every_closed_list_of_the_tables_is_explained() -> None:
    closed = {
        name
        for name, value in vars(tables).items()
        if name.isupper() and isinstance(value, tuple) and value and all(isinstance(word, str) for word in value)
    }
    explained = {name for name in closed if isinstance(getattr(words, name, None), dict)}
    assert closed == explained
    assert all(one in words.GLOSSARY.values() for one, _ in LISTS)


def test_every_sentence_is_one_and_every_label_is_short() -> None:
    for entries in words.GLOSSARY.values():
        for word in entries.values():
            assert word.sentence.endswith(".")
            assert word.sentence[0].isupper()
            assert 0 < len(word.label) <= 40


@pytest.mark.parametrize("said", ["sat there", "one person", "beyond doubt", "proves"])
def test_no_word_says_that_somebody_was_a_certain_person_or_that_something_is_proven(said: str) -> None:
    for entries in words.GLOSSARY.values():
        assert not [word for word in entries.values() if said in f"{word.label} {word.sentence}".lower()]


def test_no_reason_of_the_funnel_stands_in_two_lists() -> None:
    every = [*tables.DROPPED, *tables.REJECTED, *tables.NOT_COUNTED, *tables.LEAD_LOSSES]
    assert len(every) == len(set(every)) == len(words.LOSSES)


def test_a_word_of_no_list_stands_for_itself() -> None:
    assert words.loss("new_reason").label == "new reason"
    assert words.step("new_step").label == "new step"
    assert words.against("new_word").label == "new word"


def test_an_instant_has_a_fraction_only_where_there_is_one() -> None:
    assert figures.instant(1_001_894_400_000_000) == "2001-10-01T00:00:00Z"
    assert figures.instant(1_001_894_400_000_001) == "2001-10-01T00:00:00.000001Z"
    assert figures.instant(-1) == "1969-12-31T23:59:59.999999Z"
    assert figures.date(1_001_894_400_000_000) == "2001-10-01"
    assert figures.minute(1_001_894_459_999_999) == "2001-10-01 00:00"


@pytest.mark.parametrize(
    ("microseconds", "said"),
    [
        (0, "0 s"),
        (500_000, "0.5 s"),
        (5 * SECOND, "5 s"),
        (30 * MINUTE, "30 min"),
        (DAY + 2 * HOUR + 3 * MINUTE, "1 d 2 h"),
        (DAY + 3 * MINUTE, "1 d"),
        (90 * SECOND, "1 min 30 s"),
    ],
)
def test_a_length_of_time_is_given_in_its_two_largest_units(microseconds: int, said: str) -> None:
    assert figures.span(microseconds) == said


def test_a_shift_has_its_sign_and_a_count_its_blanks() -> None:
    assert [figures.shift(one) for one in (-HOUR, 0, 30 * MINUTE)] == ["−1 h", "0 s", "+30 min"]
    assert figures.count(1234567, " ") == "1 234 567"
    assert figures.count(999) == "999"
