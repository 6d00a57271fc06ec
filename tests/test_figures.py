"""How counts are written for people."""

from __future__ import annotations

from landmark.figures import NARROW, many


def test_a_noun_stands_in_the_number_of_its_count() -> None:
    assert [many(number, "visit") for number in (0, 1, 2)] == ["0 visits", "1 visit", "2 visits"]
    assert many(1, "enquiry", "enquiries") == "1 enquiry"
    assert many(1_500, "enquiry", "enquiries") == f"1{NARROW}500 enquiries"
