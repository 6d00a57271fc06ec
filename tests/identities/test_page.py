"""`docs/reveal.md` explains every word that a reveal may say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from landmark.case import SUBSCRIBER_COLUMNS
from landmark.identities.judging import CONFLICTS
from landmark.identities.people import ALONE
from landmark.identities.tallies import DROPPED, REJECTED
from landmark.referral.request import ANSWERS, ASKED

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reveal.md"


@pytest.mark.parametrize(
    "word", [*CONFLICTS, *DROPPED, *REJECTED, *ALONE, *ANSWERS, *ASKED, "account", "from", "until"]
)
def test_every_word_of_a_closed_list_stands_on_the_page(word: str) -> None:
    assert f"`{word}`" in PAGE.read_text(encoding="utf-8")


def test_every_group_of_columns_stands_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    groups = {name.split("_")[0] for name in SUBSCRIBER_COLUMNS if "_" in name}
    assert groups == set(re.findall(r"`([a-z]+)_…`", text))
