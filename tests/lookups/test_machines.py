"""Agents that call themselves machines."""

from __future__ import annotations

import pytest

from landmark.lookups.machines import LONGEST, automated_agents, list_name

MACHINES = ("Googlebot/2.1 (+http://www.google.com/bot.html)", "Wget/1.8", "curl/7.9", "Feedly/1.0 (+http://example)")
BROWSERS = (
    "Mozilla/4.0 (compatible; MSIE 6.0; Windows 98)",
    "Mozilla/4.76 [en] (X11; U; Linux 2.4.2 i686)",
    "Mozilla/5.0 (X11; U; Linux i686; en-US; rv:0.9.4) Gecko/20011019 Netscape6/6.2",
    "Opera/5.12 (Windows 98; U)  [en]",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36",
)


def test_machines_are_told_from_browsers() -> None:
    assert automated_agents([*MACHINES, *BROWSERS]) == set(MACHINES)


@pytest.mark.parametrize("agent", ["", " ", "-", None])
def test_an_agent_that_is_missing_is_no_machine(agent: str | None) -> None:
    assert automated_agents([agent]) == frozenset()


def test_text_of_any_kind_and_length_is_taken() -> None:
    # A list of patterns that tried the whole text would not end within the day.
    assert automated_agents(["a" * 1_000_000, "\x00\udcff" * 300_000, "=cmd()"]) == frozenset()


def test_only_the_beginning_of_a_long_agent_is_looked_at() -> None:
    within, beyond = "x" * (LONGEST - 10) + " Googlebot", "x" * LONGEST + " Googlebot"
    assert automated_agents([within, beyond]) == {within}


def test_the_list_has_a_name_with_its_version() -> None:
    assert list_name().startswith("crawlerdetect ")
