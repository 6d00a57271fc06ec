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
