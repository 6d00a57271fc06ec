"""The report in a real browser: it asks the network for nothing, runs nothing, and fits the window."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, Request, sync_playwright

from landmark.report.page import report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture
def browser() -> Iterator[Page]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, timeout=0)
        page = chromium.new_page(viewport={"width": 1200, "height": 900})
        page.set_default_timeout(0)  # however busy the machine is
        yield page
        chromium.close()


@pytest.mark.parametrize("width", [400, 450])
def test_in_a_narrow_window_every_figure_stands_in_full_and_no_name_in_pieces(
    browser: Page, many: Callable[[int], Any], tmp_path: Path, width: int
) -> None:
    world = many(12)
    path = tmp_path / "report.html"
    path.write_text(report(world.case, world.funnel, world.tables), encoding="utf-8")
    browser.set_viewport_size({"width": width, "height": 900})
    browser.goto(path.as_uri())
    assert browser.evaluate("document.documentElement.scrollWidth") <= width
    for shown in ("#funnel details tbody th", "#sources tbody th > code:first-child", "#heed tbody .all"):
        boxes = [one.bounding_box() for one in browser.locator(shown).all()]
        assert boxes, shown
        assert all(box is not None and box["height"] < 80 for box in boxes), shown


@pytest.mark.parametrize("width", [1200, 480])
def test_the_report_asks_for_nothing_says_no_error_and_fits_the_window(
    browser: Page, many: Callable[[int], Any], tmp_path: Path, width: int
) -> None:
    world = many(60)
    path = tmp_path / "report.html"
    path.write_text(report(world.case, world.funnel, world.tables), encoding="utf-8")
    asked: list[str] = []
    said: list[str] = []

    def heard(request: Request) -> None:
        asked.append(request.url)

    browser.on("request", heard)
    browser.on("console", lambda message: said.append(message.text))
    browser.set_viewport_size({"width": width, "height": 900})
    browser.goto(path.as_uri())
    assert asked == [path.as_uri()]
    assert said == []
    assert browser.evaluate("document.scripts.length") == 0
    assert browser.evaluate("document.documentElement.scrollWidth") <= width
    first = browser.locator("svg").first.bounding_box()
    assert first is not None
    assert first["y"] < 900
    lines = browser.evaluate("[...document.querySelectorAll('.at')].map(one => one.getClientRects().length)")
    assert lines
    assert set(lines) == {1}, "an instant is on one line"
