"""How fast logs are read, beside what would be used without Landmark, on the same files in the same run.

    python -m bench.reading             some hundred megabytes, for a try
    python -m bench.reading --full      2 GB and 8 GB

Each measurement is a process of its own from its start to its end, on a file that was read to its end just before, so
that it lies in memory. Pairs are taken in turn; a ratio is the median of the pairs, and the spread stands beside it.
What else the machine did meanwhile is measured too: where it was more than a little, the measurement is taken again.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bench import lines
from bench.processes import Took, quietly, took
from bench.resolver import machine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

MB = 1_000_000
SMALL, FULL = (100 * MB, 300 * MB), (2_000 * MB, 8_000 * MB)
POLARS = r"""
import sys
import polars
pattern = (
    r'^(?<client>\S+) (?<ident>\S+) (?<user>\S+) \[(?<time>[^\]]+)\] "(?<request>[^"]*)" (?<status>\d+|-) '
    r'(?<size>\d+|-) "(?<referrer>[^"]*)" "(?<agent>[^"]*)"'
)
table = polars.read_csv(sys.argv[1], has_header=False, separator="\x01", quote_char=None, new_columns=["line"])
table.select(polars.col("line").str.extract_groups(pattern)).unnest("line").write_parquet(sys.argv[2])
"""


class Row(NamedTuple):
    """A figure: of what, ours and the other's (words), how ours stands to it in each pair, and what it should be."""

    what: str
    ours: str
    other: str
    ratios: Sequence[float]
    goal: str
    others: float


def run(case: Path) -> Took:
    """Measure `landmark run` on a case of which nothing is known."""
    for name in ("cache", "out"):
        shutil.rmtree(case / name, ignore_errors=True)
    for name in ("ledger.jsonl", "case.key"):
        (case / name).unlink(missing_ok=True)
    return took([sys.executable, "-m", "landmark", "run", str(case)], case)


def read_only(case: Path) -> Took:
    """Measure from the file to the kept rows in Parquet, and nothing after it."""
    shutil.rmtree(case / "cache", ignore_errors=True)
    return took([sys.executable, "-m", "bench.reading", "--alone", str(case)], case)


def alone(case: Path) -> None:
    """Do what `read_only` measures."""
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # as the command does
    from landmark import commands, pseudonyms  # noqa: PLC0415 - each process imports what it needs
    from landmark.intake import inputs  # noqa: PLC0415 - as above
    from landmark.intake.logs import Reading  # noqa: PLC0415 - as above
    from landmark.intake.shelf import Shelf  # noqa: PLC0415 - as above

    (case / "cache" / "events").mkdir(parents=True)
    of = commands.load(case)
    reading = Reading(of, pseudonyms.load_or_make(case), Shelf(case / "cache" / "events"))
    reading.ahead(inputs.find(of), ())


class Asked(NamedTuple):
    """The two sizes (bytes), how many pairs, the share of lines concerned, a Python that has Polars, and tries."""

    sizes: tuple[int, int]
    pairs: int
    share: float
    polars: str | None
    tries: int


class Bench:
    """The measurements, in the order of the table."""

    def __init__(self, folder: Path, asked: Asked) -> None:
        """Take where to put files, and what is asked for."""
        self._folder, self._sizes, self._pairs, self._share, polars, self._tries = folder, *asked
        self._polars = polars or sys.executable

    def start(self) -> None:
        """Run once, so that Python's modules are compiled."""
        run(self._case("start", lines.forums(), MB))

    def rows(self, only: Sequence[str]) -> Iterator[Row | str]:
        """Give each figure as it is measured, or a word on why it is not."""
        doing = {
            "sizes": self.sizes,
            "domain": self.domain,
            "gzip": self.gzip,
            "goaccess": self.goaccess,
            "every": self.every,
            "targets": self.targets,
            "news": self.news,
        }
        for name, measure in doing.items():
            if not only or name in only:
                yield from measure()

    def sizes(self) -> Iterator[Row]:
        """The slope between two sizes, the larger as a whole, and the memory at both."""
        yield from self._two_sizes("30 unlike targets", lines.forums())

    def domain(self) -> Iterator[Row]:
        """The same where all targets are under one domain that nine in ten lines name."""
        yield from self._two_sizes("targets under the domain of nine lines in ten", lines.one_domain())

    def gzip(self) -> Iterator[Row]:
        """One gzip file."""
        case = self._case("packed", lines.forums(), self._sizes[1], packed=True)
        seek = " ".join(map(shlex.quote, seeker(case)))
        command = ["sh", "-c", f"gzip -dc {shlex.quote(str(case / 'access.log.gz'))} | {seek}"]
        what = f"gzip, one file, {self._sizes[1] / 1e9:.1f} GB of text|gzip -dc, {seek_name()}"
        yield self._pair(what, self._pairs, lambda: run(case), lambda: took(command, case), "3.5")

    def goaccess(self) -> Iterator[Row | str]:
        """A statistics program on the same log."""
        program = shutil.which("goaccess")
        if program is None:
            yield "GoAccess is not installed: its figure is left out"
            return
        case = self._case("forums", lines.forums(), self._sizes[0])
        command = [program, str(case / "access.log"), "--log-format=COMBINED", "--no-progress"]
        command += ["-o", str(case / "report.json")]
        what = f"report on the same log, {_size(case) / 1e9:.1f} GB|GoAccess"
        yield self._pair(what, 1, lambda: run(case), lambda: took(command, case), "60")

    def every(self) -> Iterator[Row | str]:
        """A log every line of which concerns the case, from the file to Parquet."""
        has = subprocess.run([self._polars, "-c", "import polars"], capture_output=True, check=False)  # noqa: S603 - as given
        if has.returncode:
            yield f"Polars is not installed for {self._polars}: what stands beside every line concerned is left out"
            return
        case = self._case("every", lines.forums(), self._sizes[0] // 10, share=1.0)
        command = [self._polars, "-c", POLARS, str(case / "access.log"), str(case / "polars.parquet")]
        what = f"every line concerned, {_size(case) / 1e9:.2f} GB|Polars"
        yield self._pair(what, self._pairs, lambda: read_only(case), lambda: took(command, case), "0.77")

    def targets(self) -> Iterator[Row]:
        """Three thousand targets beside three."""
        few, many = lines.forums(3), lines.forums(3000)
        # The same lines are concerned: of the many, others are asked for than are written.
        one, other = (self._case(name, few, self._sizes[0], seek=seek) for name, seek in (("3", few), ("3000", many)))
        what = f"seconds with 3000 targets, {_size(one) / 1e9:.1f} GB"
        yield self._slower(what, other, one, "3", "under 1.5")

    def news(self) -> Iterator[Row]:
        """A news log, of which every line tells a clock, beside a web log of the same size."""
        size = self._sizes[0]
        news, web = self._case("news", lines.news(), size), self._case("forums", lines.forums(), size)
        yield self._slower(f"seconds for a news log, {size / 1e9:.2f} GB", news, web, "web log", "under 2")

    def _two_sizes(self, what: str, log: lines.Log) -> Iterator[Row]:
        name = "domain" if log.domain else "forums"
        small, large = (self._case(name, log, size) for size in self._sizes)
        seek_small, seek_large = seeker(small), seeker(large)
        runs: list[tuple[Took, Took, Took, Took]] = []
        for _ in range(self._pairs):
            ours = self._quietly(lambda: run(small)), self._quietly(lambda: run(large))
            theirs = self._quietly(lambda: took(seek_small, small)), self._quietly(lambda: took(seek_large, large))
            runs.append((*ours, *theirs))
        others = max(one.others for four in runs for one in four)
        sizes = f"{_size(small) / 1e9:.1f} to {_size(large) / 1e9:.1f} GB"
        between = (_size(large) - _size(small)) / 1e9
        by_clock = [(max(b.wall - a.wall, 1e-9), max(d.wall - c.wall, 1e-9)) for a, b, c, d in runs]
        of_processors = [
            (max(b.processors - a.processors, 1e-9), max(d.processors - c.processors, 1e-9)) for a, b, c, d in runs
        ]
        for unit, slopes, goal in (("", by_clock, "2"), (", by seconds of processors", of_processors, "")):
            mine, other = (statistics.median(between / pair[side] for pair in slopes) for side in (0, 1))
            said = f"{mine:.2f} GB/s", f"{seek_name()} {other:.2f} GB/s"
            ratios = [there / here for here, there in slopes]
            yield Row(f"{what}, marginal, {sizes}{unit}", *said, ratios, goal, others)
        whole = [(b, d) for _, b, _, d in runs]
        said = _said(whole, 0), f"{seek_name()} {_said(whole, 1)}"
        ratios = [theirs.wall / mine.wall for mine, theirs in whole]
        yield Row(f"{what}, {_size(large) / 1e9:.1f} GB, cold process", *said, ratios, "1.5", others)
        peak = [[one.memory for one in column] for column in zip(*runs, strict=True)][:2]
        ratios = [more / less for less, more in zip(*peak, strict=True)]
        said = f"{max(peak[1])} MiB", f"{max(peak[0])} MiB"
        yield Row(f"{what}, peak memory, {sizes}", *said, ratios, "1.1, 600 MiB", others)

    def _pair(self, what: str, times: int, ours: Callable[[], Took], other: Callable[[], Took], goal: str) -> Row:
        """Measure in turn; `what` is the figure and, behind `|`, the name of what stands beside."""
        figure, _, name = what.partition("|")
        pairs = [(self._quietly(ours), self._quietly(other)) for _ in range(times)]
        ratios = [theirs.wall / mine.wall for mine, theirs in pairs]
        return Row(figure, _said(pairs, 0), f"{name} {_said(pairs, 1)}", ratios, goal, _others(pairs))

    def _slower(self, what: str, case: Path, other: Path, name: str, goal: str) -> Row:
        pairs = [(self._quietly(lambda: run(case)), self._quietly(lambda: run(other))) for _ in range(self._pairs)]
        ratios = [ours.wall / less.wall for ours, less in pairs]
        return Row(what, _said(pairs, 0), f"{name}: {_said(pairs, 1)}", ratios, goal, _others(pairs))

    def _quietly(self, measure: Callable[[], Took]) -> Took:
        return quietly(measure, self._tries)

    def _case(  # noqa: PLR0913 - as `lines.write`
        self,
        name: str,
        log: lines.Log,
        size: int,
        share: float | None = None,
        *,
        packed: bool = False,
        seek: lines.Log | None = None,
    ) -> Path:
        """Give a case that is drawn once and stays in the folder."""
        share = self._share if share is None else share
        case = self._folder / f"{name}-{size // MB}-{share}"
        if not (case / DRAWN).exists():
            shutil.rmtree(case, ignore_errors=True)
            lines.write(case, log, size, share, packed=packed, seek=seek)
            (case / DRAWN).touch()
        return case


DRAWN = "drawn"
"""Stands in the folder of a case that is whole."""


def seeker(case: Path) -> list[str]:
    """Give the command that counts lines with a target's name: ripgrep, or grep where that is not there.

    It reads the log of the case, or standard input where that is packed.
    """
    program = shutil.which("rg") or shutil.which("grep") or "grep"
    path = case / "access.log"
    flags = ["-a", "-F", "-c", "-f", str(case / "targets.txt")]
    return [program, *flags, *([str(path)] if path.exists() else ["-"])]


def seek_name() -> str:
    """Name what seeks."""
    return "ripgrep" if shutil.which("rg") else "grep"


def _size(case: Path) -> int:
    return (case / "access.log").stat().st_size


def _others(pairs: Sequence[tuple[Took, Took]]) -> float:
    return max(one.others for pair in pairs for one in pair)


def _said(pairs: Sequence[tuple[Took, Took]], side: int) -> str:
    wall = statistics.median(pair[side].wall for pair in pairs)
    return f"{wall:.1f} s ({statistics.median(pair[side].processors for pair in pairs):.1f} of processors)"


def hashing() -> str:
    """Say whether the processor has instructions for SHA-256: hashing is the ceiling."""
    info = Path("/proc/cpuinfo")
    flags = info.read_text(encoding="utf-8").split() if info.exists() else []
    return "with SHA extensions" if {"sha_ni", "sha2"} & set(flags) else "no SHA extensions seen"


def main(arguments: list[str] | None = None) -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--full", action="store_true", help="2 GB and 8 GB")
    parser.add_argument("--sizes", type=int, nargs=2, metavar="MB", help="the two sizes")
    parser.add_argument("--pairs", type=int, default=3, help="how often each is measured (default: 3)")
    parser.add_argument("--tries", type=int, default=3, help="how often at most while others work too (default: 3)")
    parser.add_argument("--share", type=float, default=0.001, help="share of lines concerned (default: 0.001)")
    parser.add_argument("--polars", help="a Python that has Polars (default: this one)")
    parser.add_argument("--only", action="append", default=[], help="one figure: sizes, domain, gzip, goaccess, …")
    parser.add_argument("--folder", type=Path, help="where to put the files, to be used again (default: nowhere)")
    parser.add_argument("--alone", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.alone:
        alone(given.alone)
        return
    small, large = FULL if given.full else SMALL
    sizes = (given.sizes[0] * MB, given.sizes[1] * MB) if given.sizes else (small, large)
    version = importlib.metadata.version("landmark")
    print(f"{machine()}; {hashing()}; Landmark {version}, {given.pairs} pairs, {given.share:.2%} of lines concerned\n")  # noqa: T201 - its output
    print("| figure | Landmark | beside it | ratio | spread | goal | others |\n|---|---|---|---|---|---|---|")  # noqa: T201 - as above
    if seek_name() == "grep":
        print("ripgrep is not installed: grep stands in its place")  # noqa: T201 - as above
    with tempfile.TemporaryDirectory() as nowhere:
        os.environ.setdefault("PYTHONPYCACHEPREFIX", f"{nowhere}/compiled")
        folder = given.folder or Path(nowhere)
        bench = Bench(folder, Asked(sizes, given.pairs, given.share, given.polars, given.tries))
        bench.start()
        for row in bench.rows(given.only):
            print(row if isinstance(row, str) else _cells(row), flush=True)  # noqa: T201 - as above


def _cells(row: Row) -> str:
    ratio, spread = statistics.median(row.ratios), f"{min(row.ratios):.2f} to {max(row.ratios):.2f}"
    return f"| {row.what} | {row.ours} | {row.other} | {ratio:.2f} | {spread} | {row.goal} | {row.others:.0%} |"


if __name__ == "__main__":
    main()
