"""A provider's file has a name that every file system takes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.identities.asking import file_name


@pytest.mark.parametrize(
    ("provider", "name"),
    [
        ("Example Internet", "Example-Internet.csv"),
        ('Tele/Com: "A\\B" <x>|?*', "Tele-Com-A-B-x.csv"),
        ("Téléphone du Nord", "Telephone-du-Nord.csv"),
        ("CON", "provider-CON.csv"),
        ("lpt1", "provider-lpt1.csv"),
        ("../../etc", "etc.csv"),
        ("Пример", "provider.csv"),
        ("...", "provider.csv"),
        ("x" * 300, "x" * 60 + ".csv"),
    ],
)
def test_a_name_is_made_of_letters_digits_and_hyphens(provider: str, name: str) -> None:
    assert file_name(provider) == name


@given(st.text())
def test_no_name_is_one_that_a_file_system_refuses(provider: str) -> None:
    name = file_name(provider)
    assert re.fullmatch(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*\.csv", name)
    assert len(name) <= 75
    stem = name.removesuffix(".csv").lower()
    assert stem not in {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
