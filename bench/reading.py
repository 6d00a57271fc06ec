"""How fast logs are read, beside what would be used without Landmark, on the same files in the same run.

    python -m bench.reading             some hundred megabytes, for a try
    python -m bench.reading --full      2 GB and 8 GB

Each measurement is a process of its own from its start to its end. Pairs are taken in turn, so that what else the
machine does hits both; a ratio is the median of the pairs, and the spread stands beside it.
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
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bench import lines
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


class Took(NamedTuple):
    """What a process took: seconds by the clock, seconds of processors, peak of resident MiB."""

    wall: float
    processors: float
    memory: int


class Row(NamedTuple):
    """A figure: of what, ours and the other's (words), how ours stands to it in each pair, and what it should be."""

    what: str
    ours: str
    other: str
    ratios: Sequence[float]
    goal: str


def took(command: Sequence[str]) -> Took:
    """Run a process to its end; what it says is let go."""
    before = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:  # noqa: S603 - ours
        said = process.stderr.read() if process.stderr else b""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - before
    if process.returncode:
        sys.stderr.write(f"{shlex.join(command)}\n{said.decode(errors='replace')}")
        raise SystemExit(process.returncode)
    return Took(wall, used.ru_utime + used.ru_stime, used.ru_maxrss >> 10)


def run(case: Path) -> Took:
    """Measure `landmark run` on a case of which nothing is known."""
    for name in ("cache", "out"):
        shutil.rmtree(case / name, ignore_errors=True)
    for name in ("ledger.jsonl", "case.key"):
        (case / name).unlink(missing_ok=True)
    return took([sys.executable, "-m", "landmark", "run", str(case)])


def read_only(case: Path) -> Took:
    """Measure from the file to the kept rows in Parquet, and nothing after it."""
    shutil.rmtree(case / "cache", ignore_errors=True)
    return took([sys.executable, "-m", "bench.reading", "--alone", str(case)])


def alone(case: Path) -> None:
    """Do what `read_only` measures."""
    from landmark import commands, pseudonyms  # noqa: PLC0415 - each process imports what it needs
    from landmark.intake import inputs  # noqa: PLC0415 - as above
    from landmark.intake.logs import Reading  # noqa: PLC0415 - as above
    from landmark.intake.shelf import Shelf  # noqa: PLC0415 - as above

    (case / "cache" / "events").mkdir(parents=True)
    of = commands.load(case)
    reading = Reading(of, pseudonyms.load_or_make(case), Shelf(case / "cache" / "events"))
    reading.ahead(inputs.find(of), ())


class Bench:
    """The measurements, in the order of the table."""

    def __init__(self, folder: Path, sizes: tuple[int, int], pairs: int, share: float, polars: str | None) -> None:
        """Take where to put files, the two sizes (bytes), how many pairs, the share of lines concerned, and a Python.

        `polars` is an interpreter that has it; None: this one.
        """
        self._folder, self._sizes, self._pairs, self._share = folder, sizes, pairs, share
        self._polars = polars or sys.executable

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
        with self._case(lines.forums(), self._sizes[0]) as small, self._case(lines.forums(), self._sizes[1]) as large:
            yield from self._two_sizes("30 unlike targets", small, large, ("2", "1.5"))

    def domain(self) -> Iterator[Row]:
        """The same where all targets are under one domain that nine in ten lines name."""
        logs = lines.one_domain()
        with self._case(logs, self._sizes[0]) as small, self._case(logs, self._sizes[1]) as large:
            yield from self._two_sizes("targets under the domain of nine lines in ten", small, large, ("2", "1.5"))

    def gzip(self) -> Iterator[Row]:
        """One gzip file."""
        with self._case(lines.forums(), self._sizes[1], packed=True) as case:
            seek = " ".join(map(shlex.quote, seeker(case)))
            command = ["sh", "-c", f"gzip -dc {shlex.quote(str(case / 'access.log.gz'))} | {seek}"]
            yield self._pair(
                "gzip, one file", lambda: run(case), lambda: took(command), f"gzip -dc, {seek_name()}", "3.5"
            )

    def goaccess(self) -> Iterator[Row | str]:
        """A statistics program on the same log."""
        program = shutil.which("goaccess")
        if program is None:
            yield "GoAccess is not installed: its figure is left out"
            return
        with self._case(lines.forums(), self._sizes[0]) as case:
            report = str(case / "report.json")
            command = [program, str(case / "access.log"), "--log-format=COMBINED", "--no-progress", "-o", report]
            yield self._pair("report on the same log", lambda: run(case), lambda: took(command), "GoAccess", "60")

    def every(self) -> Iterator[Row | str]:
        """A log every line of which concerns the case, from the file to Parquet."""
        has = subprocess.run([self._polars, "-c", "import polars"], capture_output=True, check=False)  # noqa: S603 - as given
        with self._case(lines.forums(), self._sizes[0] // 10, share=1.0) as case:
            if has.returncode:
                yield f"Polars is not installed for {self._polars}: what stands beside every line concerned is left out"
                return
            command = [self._polars, "-c", POLARS, str(case / "access.log"), str(case / "polars.parquet")]
            yield self._pair("every line concerned", lambda: read_only(case), lambda: took(command), "Polars", "0.77")

    def targets(self) -> Iterator[Row]:
        """Three thousand targets beside three."""
        few, many = lines.forums(3), lines.forums(3000)
        # The same lines are concerned: of the many, others are asked for than are written.
        with self._case(few, self._sizes[0]) as one, self._case(few, self._sizes[0], seek=many) as other:
            pairs = [(run(other), run(one)) for _ in range(self._pairs)]
            slower = [ours.wall / fewer.wall for ours, fewer in pairs]
            yield Row("seconds with 3000 targets", _said(pairs, 0), f"3: {_said(pairs, 1)}", slower, "under 1.5")

    def news(self) -> Iterator[Row]:
        """A news log, of which every line tells a clock, beside a web log of the same size."""
        size = self._sizes[0] // 5
        with self._case(lines.news(), size) as news, self._case(lines.forums(), size) as web:
            pairs = [(run(news), run(web)) for _ in range(self._pairs)]
            ratios = [ours.wall / other.wall for ours, other in pairs]
            yield Row("seconds for a news log", _said(pairs, 0), f"web log: {_said(pairs, 1)}", ratios, "under 2")

    def _two_sizes(self, what: str, small: Path, large: Path, goals: tuple[str, str]) -> Iterator[Row]:
        runs: list[tuple[Took, Took, Took, Took]] = []
        for _ in range(self._pairs):
            ours = run(small), run(large)
            runs.append((*ours, took(seeker(small)), took(seeker(large))))
        between = (_size(large) - _size(small)) / 1e9
        by_clock = [(max(b.wall - a.wall, 1e-9), max(d.wall - c.wall, 1e-9)) for a, b, c, d in runs]
        of_processors = [
            (max(b.processors - a.processors, 1e-9), max(d.processors - c.processors, 1e-9)) for a, b, c, d in runs
        ]
        whole = [(b, d) for _, b, _, d in runs]
        for unit, slopes, goal in (("", by_clock, goals[0]), (", by seconds of processors", of_processors, "")):
            mine, theirs = (statistics.median(between / pair[side] for pair in slopes) for side in (0, 1))
            slower = [there / here for here, there in slopes]
            yield Row(f"{what}, marginal{unit}", f"{mine:.2f} GB/s", f"{seek_name()} {theirs:.2f} GB/s", slower, goal)
        ratios = [theirs.wall / mine.wall for mine, theirs in whole]
        size = _size(large) / 1e9
        yield Row(f"{what}, {size:.1f} GB cold", _said(whole, 0), f"{seek_name()} {_said(whole, 1)}", ratios, goals[1])
        peak = [[one.memory for one in column] for column in zip(*runs, strict=True)][:2]
        ratios = [more / less for less, more in zip(*peak, strict=True)]
        said = f"{max(peak[1])} MiB", f"at {_size(small) / 1e9:.1f} GB {max(peak[0])} MiB"
        yield Row(f"{what}, memory at {size:.1f} GB", *said, ratios, "under 1.1")

    def _pair(self, what: str, ours: Callable[[], Took], other: Callable[[], Took], name: str, goal: str) -> Row:
        pairs = [(ours(), other()) for _ in range(self._pairs)]
        return Row(what, _said(pairs, 0), f"{name} {_said(pairs, 1)}", [o.wall / u.wall for u, o in pairs], goal)

    @contextmanager
    def _case(
        self,
        log: lines.Log,
        size: int,
        share: float | None = None,
        *,
        packed: bool = False,
        seek: lines.Log | None = None,
    ) -> Iterator[Path]:
        case = Path(tempfile.mkdtemp(dir=self._folder)) / "case"
        try:
            lines.write(case, log, size, self._share if share is None else share, packed=packed, seek=seek)
            yield case
        finally:
            shutil.rmtree(case.parent)


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
    parser.add_argument("--share", type=float, default=0.001, help="share of lines concerned (default: 0.001)")
    parser.add_argument("--polars", help="a Python that has Polars (default: this one)")
    parser.add_argument("--only", action="append", default=[], help="one figure: sizes, domain, gzip, goaccess, …")
    parser.add_argument("--folder", type=Path, help="where to put the files (default: a temporary folder)")
    parser.add_argument("--alone", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.alone:
        alone(given.alone)
        return
    small, large = FULL if given.full else SMALL
    sizes = (given.sizes[0] * MB, given.sizes[1] * MB) if given.sizes else (small, large)
    version = importlib.metadata.version("landmark")
    print(f"{machine()}; {hashing()}; Landmark {version}, {given.pairs} pairs, {given.share:.2%} of lines concerned\n")  # noqa: T201 - its output
    print("| figure | Landmark | beside it | ratio | spread | goal |\n|---|---|---|---|---|---|")  # noqa: T201 - as above
    if seek_name() == "grep":
        print("ripgrep is not installed: grep stands in its place")  # noqa: T201 - as above
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        for row in Bench(Path(folder), sizes, given.pairs, given.share, given.polars).rows(given.only):
            if isinstance(row, str):
                print(row, flush=True)  # noqa: T201 - as above
                continue
            ratio, spread = statistics.median(row.ratios), f"{min(row.ratios):.2f} to {max(row.ratios):.2f}"
            print(f"| {row.what} | {row.ours} | {row.other} | {ratio:.2f} | {spread} | {row.goal} |", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
