"""How far a run is, on terminals of every width."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from landmark.cli.progress import Shown


def shown(width: int, *told: tuple[str, int, int]) -> list[str]:
    """Give the lines that a terminal of this width shows in the end, without the signs that move it."""
    out = io.StringIO()
    console = Console(
        file=out,
        force_terminal=True,
        width=width,
        color_system=None,
        legacy_windows=False,
        get_time=lambda: 0.0,  # on a machine of any speed
    )
    with Shown(console) as tell:
        for one in told:
            tell(*one)
    last = out.getvalue().partition("\n\x1b[?25h")[0].rpartition("\x1b[2K")[2]
    return last.splitlines()


@pytest.mark.parametrize("width", [40, 60, 80, 100, 160])
def test_it_is_one_line_on_a_terminal_of_any_width(width: int) -> None:
    (line,) = shown(width, ("reading logs; 123,456 rows kept", 12_900_000_000, 36_600_000_000))
    assert len(line.rstrip()) <= width
    assert "12.9/36.6 GB" in line


def test_of_work_whose_size_is_not_known_it_says_what_it_is_and_how_long_it_takes() -> None:
    (line,) = shown(80, ("reading assignments", 0, 0))
    assert "?" not in line
    assert "left" not in line
    assert line.replace("━", "").split()[0::2] == ["reading", "0:00:00"]
