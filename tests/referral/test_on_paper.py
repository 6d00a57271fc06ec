"""A country's page on paper, in a real browser: nothing that speaks for somebody is cut from whom it is about."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import sync_playwright

from landmark.referral.country import folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
STYLES = "([selector, key]) => [...document.querySelectorAll(selector)].map(one => getComputedStyle(one)[key])"


def test_what_speaks_against_a_subject_stays_with_its_name_and_a_lead_on_one_page(
    make: Callable[..., Any], make_lead: Callable[..., Any], make_enquiry: Callable[..., Any], tmp_path: Path
) -> None:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    world = make([make_lead(number) for number in range(1, 9)], [make_enquiry(9, "GB")])
    path = tmp_path / "index.html"
    path.write_bytes(folder(world.case, "GB", world.tables)["index.html"])
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, timeout=0)
        page = chromium.new_page()
        page.set_default_timeout(0)  # however busy the machine is
        page.emulate_media(media="print")
        page.goto(path.as_uri())
        found = {
            (selector, key): page.evaluate(STYLES, [selector, key])
            for selector, key in (
                ("article:not(.ask)", "breakInside"),
                ("article h3", "breakAfter"),
                (".against", "breakInside"),
            )
        }
        chromium.close()
    assert [len(styles) for styles in found.values()] == [8, 9, 9]
    assert {style for styles in found.values() for style in styles} == {"avoid"}
