"""What a process takes, on a machine that may do other work besides."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

BUSY = 0.08
"""Processors that others used, beyond which a measurement is taken again."""


class Took(NamedTuple):
    """What a process took: seconds by the clock, of processors, peak of resident MiB, processors that others used."""

    wall: float
    processors: float
    memory: int
    others: float


_WARMING = bytearray(1 << 20)


def took(command: Sequence[str], case: Path) -> Took:
    """Run a process on a case to its end; what it says is let go."""
    for path in case.glob("access.log*"):
        with path.open("rb", buffering=0) as file:
            while file.readinto(_WARMING):
                pass
    before, busy = time.perf_counter(), _busy()
    # Python's modules are compiled once, as they are where a program is installed, and not at every start.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with subprocess.Popen(  # noqa: S603 - ours
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        said = process.stderr.read() if process.stderr else b""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall, processors = time.perf_counter() - before, used.ru_utime + used.ru_stime
    if process.returncode:
        sys.stderr.write(f"{shlex.join(command)}\n{said.decode(errors='replace')}")
        raise SystemExit(process.returncode)
    return Took(wall, processors, used.ru_maxrss >> 10, max(0.0, _busy() - busy - processors) / wall)


def _busy() -> float:
    """Give the seconds that all processors have worked, for whomever; what a system does not tell is 0."""
    path = Path("/proc/stat")
    if not path.exists():
        return 0.0
    user, nice, system, _, _, *interrupts = map(int, path.read_text(encoding="ascii").split("\n", 1)[0].split()[1:8])
    return float(user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")


def quietly(measure: Callable[[], Took], tries: int) -> Took:
    """Measure; where the machine did much else, again, and take that measurement during which it did least.

    Args:
        measure: starts a process and waits for its end.
        tries: how often at most.
    """
    tried: list[Took] = []
    while not tried or (tried[-1].others > BUSY and len(tried) < tries):
        tried.append(measure())
    return min(tried, key=lambda one: one.others)
