"""How long the resolver takes, and how much memory: beside a plain join of the same files in the same run.

    python -m bench.resolver            a hundred thousand events, for a try
    python -m bench.resolver --full     ten million events and a million leases

Each measurement is a process of its own that reads Parquet and writes Parquet; its wall time, processor time and peak
of resident memory are what the system says of it.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    import pyarrow as pa

SMALL, FULL = (100_000, 10_000), (10_000_000, 1_000_000)
PLAIN = """COPY (
    SELECT events.event, CASE WHEN events.instant < leases."until" THEN leases.account END AS account
    FROM (SELECT event, client_address, first_instant AS instant FROM read_parquet('{folder}/events.parquet')) AS events
    ASOF LEFT JOIN (SELECT * FROM read_parquet('{folder}/leases.parquet') WHERE NOT doubtful) AS leases
        ON leases.address = events.client_address AND leases."from" <= events.instant
) TO '{folder}/plain.parquet' (COMPRESSION zstd)"""
"""What would be written without Landmark: the last lease begun on the address, if it has not ended."""
COMPARED = """
SELECT
    count(*) AS events,
    count(*) FILTER (ours.grade = 'sure') AS sure,
    count(*) FILTER (ours.grade = 'sure' AND plain.account IS DISTINCT FROM ours.accounts[1]) AS sure_unlike,
    count(*) FILTER (plain.account IS NOT NULL AND NOT list_contains(ours.accounts, plain.account)) AS missed,
    count(*) FILTER (plain.account IS NOT NULL AND ours.grade <> 'sure') AS named_but_not_sure
FROM read_parquet('{folder}/attributions.parquet') AS ours
JOIN read_parquet('{folder}/plain.parquet') AS plain ON plain.event = ours.event"""


class Measured(NamedTuple):
    """What a process took (seconds by the clock, seconds of processors, peak of resident MiB), and what it printed."""

    wall: float
    processors: float
    memory: int
    said: dict[str, float]


def write(folder: Path, world: str, events: int, leases: int) -> dict[str, float]:
    """Draw `events.parquet` and `leases.parquet`."""
    from bench import worlds  # noqa: PLC0415 - each process imports what it needs, and its memory shows it

    worlds.write(worlds.WORLDS[world], events, leases, folder)
    return {}


def ours(folder: Path, threads: int, memory: str, part: int) -> dict[str, float]:
    """Run the resolver; its answer lies in `attributions.parquet`. Give the seconds that each stage took."""
    from bench import worlds  # noqa: PLC0415 - as in `write`
    from landmark import case, tables  # noqa: PLC0415 - as in `write`
    from landmark.engine import Engine, Runner  # noqa: PLC0415 - as in `write`
    from landmark.kept import Kept, Stages  # noqa: PLC0415 - as in `write`
    from landmark.resolving import answer  # noqa: PLC0415 - as in `write`

    class Timed:
        def __init__(self, engine: Runner) -> None:
            self.engine, self.times = engine, dict[str, float]()

        def run(
            self, stage: str, given: Mapping[str, pa.Table | Path], parameters: Mapping[str, int | str | bool]
        ) -> pa.Table:
            before = time.perf_counter()
            found = self.engine.run(stage, given, parameters)
            self.times[stage] = self.times.get(stage, 0.0) + time.perf_counter() - before
            return found

        def each(self, asked: Iterator[tuple[str, Mapping[str, pa.Table | Path]]]) -> Generator[pa.Table]:
            before = time.perf_counter()
            first = next(asked)
            yield from self.engine.each(itertools.chain([first], asked))  # and what is done with each answer meanwhile
            stage = first[0].replace("settled", "attributions")  # of which it is the first half
            self.times[stage] = self.times.get(stage, 0.0) + time.perf_counter() - before

        def let_go(self) -> None:
            self.engine.let_go()

        def close(self) -> None:
            self.engine.close()

    authority = case.Authority("", "", "", worlds.BEGIN, worlds.BEGIN + worlds.DAYS * tables.DAY, case.COVERS)
    logs = tuple(case.Log((name,), "combined") for name in worlds.LOGS)
    sources = (case.Assignment((worlds.SOURCE,), "radius", "user-name"),)
    of = case.Case(folder, "bench", "", "", authority, (), logs, assignments=sources)
    cache = folder / "cache"
    cache.mkdir(exist_ok=True)
    timed = Timed(Engine(threads, folder / "spill", reads=folder, memory=memory))
    events = Kept.on_disk(folder / "events.parquet", tables.EVENTS, "events")
    leases = Kept.on_disk(folder / "leases.parquet", tables.LEASES, "leases")
    found = answer(of, (), events, leases, Stages(timed, cache, lambda _: None, part)).attributions
    (cache / f"{found.key}.parquet").replace(folder / "attributions.parquet")
    return timed.times


def plain(folder: Path, threads: int, memory: str) -> dict[str, float]:
    """Run the plain join; its answer lies in `plain.parquet`."""
    import duckdb  # noqa: PLC0415 - as in `write`

    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": threads,
        "memory_limit": memory,
        "temp_directory": str(folder / "spill"),
        "preserve_insertion_order": False,
    }
    duckdb.connect(":memory:", config=settings).execute(PLAIN.format(folder=folder))
    return {}


def compared(folder: Path) -> dict[str, float]:
    """Hold the two answers against each other."""
    import duckdb  # noqa: PLC0415 - as in `write`

    found = duckdb.execute(COMPARED.format(folder=folder))
    return dict(zip((column[0] for column in found.description or ()), found.fetchall()[0], strict=True))


def measured(*arguments: object) -> Measured:
    """Run this module in a process of its own, and measure it."""
    before = time.perf_counter()
    line = [sys.executable, "-m", "bench.resolver", "--alone", json.dumps(arguments, default=str)]
    with subprocess.Popen(line, stdout=subprocess.PIPE) as process:  # noqa: S603 - this program itself
        said = process.stdout.read() if process.stdout else b""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - before
    if process.returncode:
        raise SystemExit(process.returncode)
    return Measured(wall, used.ru_utime + used.ru_stime, used.ru_maxrss >> 10, json.loads(said))


def alone(what: str, folder: str, *more: object) -> None:
    """Do one thing in this process, and print what it gives."""
    doing = {"write": write, "ours": ours, "plain": plain, "compared": compared}[what]
    sys.stdout.write(json.dumps(doing(Path(folder), *more)))  # type: ignore[operator]


def machine() -> str:
    """Say on what it is measured."""
    names = [line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    name = names[0] if names else platform.processor() or "unknown"
    return f"{name}, {os.cpu_count()} cores, {memory:.0f} GiB; load at the start {load:.1f}"


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text(encoding="utf-8", errors="replace").splitlines() if file.exists() else []


def main(arguments: list[str] | None = None) -> None:
    """Measure and print a table in Markdown."""
    names = ("pool", "off", "long", "full")
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--full", action="store_true", help="ten million events, a million leases")
    parser.add_argument("--events", type=int, help="how many events")
    parser.add_argument("--leases", type=int, help="how many leases")
    parser.add_argument("--world", action="append", choices=names, help="which data (default: all kinds)")
    parser.add_argument("--threads", type=int, default=2, help="threads of the engine (default: 2)")
    parser.add_argument("--memory", default="400MB", help="what the engine may hold before it spills (default: 400MB)")
    parser.add_argument("--part", type=int, default=250_000, help="events asked at a time (default: 250000)")
    parser.add_argument("--folder", type=Path, help="where to put the files (default: a temporary folder)")
    parser.add_argument("--alone", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.alone:
        alone(*json.loads(given.alone))
        return
    events, leases = FULL if given.full else SMALL
    events, leases = given.events or events, given.leases or leases
    print(f"{machine()}\n{events} events, {leases} leases, {given.threads} threads\n")  # noqa: T201 - its output
    print("| data | ours, s | cpu s | MiB | plain, s | cpu s | MiB | ratio, s | ratio, cpu | sure | unlike |")  # noqa: T201
    print("|---|---|---|---|---|---|---|---|---|---|---|")  # noqa: T201 - as above
    stages: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        for world in given.world or names:
            folder = (given.folder or Path(temporary)) / world
            folder.mkdir(parents=True, exist_ok=True)
            measured("write", folder, world, events, leases)
            one = measured("ours", folder, given.threads, given.memory, given.part)
            other = measured("plain", folder, given.threads, given.memory)
            said = measured("compared", folder).said
            stages[world] = one.said
            cells = [
                world,
                *(f"{one.wall:.1f}", f"{one.processors:.1f}", str(one.memory)),
                *(f"{other.wall:.1f}", f"{other.processors:.1f}", str(other.memory)),
                *(f"{one.wall / other.wall:.1f}", f"{one.processors / other.processors:.1f}"),
                *(f"{said['sure'] / said['events']:.1%}", str(said["sure_unlike"] + said["missed"])),
            ]
            print(f"| {' | '.join(cells)} |", flush=True)  # noqa: T201 - as above
    print("\n| stage, s | " + " | ".join(stages) + " |\n|---|" + "---|" * len(stages))  # noqa: T201 - as above
    for stage in next(iter(stages.values())):
        print(f"| {stage} | " + " | ".join(f"{times[stage]:.1f}" for times in stages.values()) + " |")  # noqa: T201


if __name__ == "__main__":
    main()
