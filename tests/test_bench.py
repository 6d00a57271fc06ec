"""The measurements run, and what they measure answers as a plain join does wherever both say something."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_the_resolver_is_measured_beside_a_plain_join_and_contradicts_it_nowhere() -> None:
    sizes = ["--events", "4000", "--leases", "500", "--part", "1500"]
    line = [sys.executable, "-m", "bench.resolver", *sizes, "--world", "pool", "--world", "long", "--threads", "1"]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in done.stdout.splitlines() if row[:1] == "|"]
    measured = {row[0]: dict(zip(rows[0], row, strict=True)) for row in rows if row[0] in {"pool", "long"}}
    assert set(measured) == {"pool", "long"}
    for row in measured.values():
        assert row["unlike"] == "0"
    assert measured["long"]["sure"] != "0.0%"
    assert {row[0] for row in rows} >= {"held", "speaking", "attributions"}


def test_reading_is_measured_beside_what_is_installed_and_says_what_is_not() -> None:
    # No figure is looked at, so none is measured again because others work too.
    few = ["--sizes", "1", "2", "--pairs", "1", "--tries", "1"]
    line = [sys.executable, "-m", "bench.reading", *few, "--polars", sys.executable]
    only = [argument for name in ("sizes", "every", "news") for argument in ("--only", name)]
    done = subprocess.run([*line, *only], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows = {row.split("|")[1].strip(): row for row in done.stdout.splitlines() if row[:1] == "|"}
    assert "30 unlike targets, marginal, 0.0 to 0.0 GB" in rows
    assert "seconds for a news log, 0.00 GB" in rows
    assert "every line concerned, 0.00 GB" in rows or "Polars is not installed" in done.stdout
    assert "SHA extensions" in done.stdout
