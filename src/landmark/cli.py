"""The command line: arguments in, a library call, words out. Nothing heavy is imported before it is needed."""

from __future__ import annotations

import codecs
import io
import json
import os
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path  # noqa: TC003 - cyclopts reads the annotations
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, CycloptsError, Parameter, validators

from landmark import commands
from landmark.errors import LandmarkError

if TYPE_CHECKING:
    from collections.abc import Callable

    from landmark.trace import Node

app = App(
    name="landmark",
    help="From a provider's raw logs, under a court's authority, to court-ready referrals for every country concerned.",
    version_flags=["--version"],
    suppress_keyboard_interrupt=False,  # `main` says what became of the run
)

AsOf = Annotated[date | None, Parameter(help="a day on which the authority was valid, for one that has ended")]
AsJson = Annotated[bool, Parameter(name="--json", negative="", help="print JSON, for a script")]


def _say(text: str = "") -> None:
    try:
        sys.stdout.write(text + "\n")
    except BrokenPipeError:
        _unheard()


def _unheard() -> None:
    """Go on in silence where nobody listens any more (`landmark show … | head`): the exit status still counts."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


_PLAIN = {"\u202f": " ", "−": "-", "–": "-", "…": "...", "→": "->"}


def _plainly(error: UnicodeError) -> tuple[str, int]:
    """Say what a terminal's encoding lacks in letters that it has; a path's odd bytes as escapes."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    said = (_PLAIN.get(letter) or ascii(letter)[1:-1] for letter in error.object[error.start : error.end])
    return "".join(said), error.end


codecs.register_error("landmark.plainly", _plainly)


@app.command
def new(folder: Path, /) -> int:
    """Make a case folder with a case file in which every key is explained."""
    path = commands.new(folder)
    _say(f"{path}: fill it in, put the inputs beside it, then: landmark check {folder}")
    return commands.DONE


@app.command
def sniff(file: Path, /, *, json_: AsJson = False) -> int:
    """Name the format of a log, and print the block of a case file to paste."""
    likeliest, *others = commands.sniff(file)
    if json_:
        found = [{**asdict(one), "confidence": one.confidence} for one in (likeliest, *others)]
        _say(json.dumps(found, indent=1, ensure_ascii=False))
        return commands.DONE
    _say(f"{file}: {likeliest.format}, {likeliest.confidence} in 100 of its first {likeliest.lines} lines speak for it")
    if likeliest.first_unread is None:
        _say("every line reads as that format")
    else:
        _say(f"{likeliest.unread} lines do not read; the first is line {likeliest.first_unread}: {likeliest.why}")
    for other in others:
        _say(f"  it could also be {other.format}: {other.confidence} in 100")
    _say()
    _say(likeliest.block.rstrip())
    return commands.DONE


@app.command
def acquire(
    folder: Path,
    /,
    *,
    by: Annotated[str, Parameter(help="who made the copy")],
    host: Annotated[str, Parameter(help="the machine that it was copied from")],
    right: Annotated[str, Parameter(help="by what right: the reference of the order, or the consent")],
    key: Annotated[Path | None, Parameter(help="the provider's private key (PEM), to sign with")] = None,
) -> int:
    """Write the manifest of copied files: who, from where, when, by what right, and the hash of each."""
    path = commands.acquire(folder, by=by, host=host, right=right, key=key)
    _say(f"{path}: `run` and `check --reread` hold every input against it" + (", signed" if key else ""))
    return commands.DONE


@app.command
def check(
    case: Path,
    /,
    *,
    reread: Annotated[bool, Parameter(negative="", help="hash every input and result again")] = False,
    as_of: AsOf = None,
    json_: AsJson = False,
) -> int:
    """See whether a case can run: its case file, its inputs up to their first block, and its ledger."""
    seen = commands.check(case, as_of=as_of, reread=reread)
    if json_:
        _say(json.dumps(asdict(seen), indent=1, ensure_ascii=False))
        return commands.DONE
    _say(f"case {seen.case}: the case file is right; {seen.ledger_lines} ledger lines hold")
    for file in seen.files:
        _say(
            f"  {file.path}: {file.format}, {file.bytes:,} bytes, {file.state}; "
            f"{file.readable} of its first {file.first_lines} lines read"
        )
    _say(f"  disk: {seen.disk}")
    for warning in seen.warnings:
        _say(f"warning: {warning}")
    return commands.DONE


@app.command
def run(  # noqa: PLR0913 - what a run may be told
    case: Path,
    /,
    *,
    as_of: AsOf = None,
    threads: Annotated[
        int | None,
        Parameter(help="how many threads may be used; changes no result", validator=validators.Number(gte=1)),
    ] = None,
    rate: Annotated[str | None, Parameter(help="how many bytes of input a second may be read, such as 50MB")] = None,
    nice: Annotated[bool, Parameter(negative="", help="take only what processors and disks have to spare")] = False,
    engine: Annotated[Literal["duckdb", "spark"], Parameter(help="what runs the stages; changes no result")] = "duckdb",
    json_: AsJson = False,
) -> int:
    """Take a case from its logs to leads and enquiries."""
    from landmark.report.terminal import funnel_table, funnel_text  # noqa: PLC0415 - start-up time

    bound = None if rate is None else commands.bytes_of(rate)
    if sys.stderr.isatty():
        sys.stderr.write(f"landmark: {commands.disk(case, as_of=as_of)}\n")
    with _shown() as progress:
        ran = commands.run(case, as_of=as_of, threads=threads, engine=engine, rate=bound, nice=nice, progress=progress)
    if json_:
        _say(json.dumps({**asdict(ran), "out": str(ran.out)}, indent=1, ensure_ascii=False))
        return ran.exit_status
    if sys.stdout.isatty():
        from rich.console import Console  # noqa: PLC0415 - start-up time

        Console().print(funnel_table(ran.funnel))
    else:
        _say(funnel_text(ran.funnel))
    _say(("" if ran.changed else "Nothing had changed. ") + f"Results: {ran.out}")
    _say(f"  {ran.out / 'report.html'}: the report; {ran.out / 'countries'}: a folder for each country")
    for path in ran.rejected_too_many:
        sys.stderr.write(f"landmark: {path}: more of its lines were rejected than [rules] reject_more_than allows\n")
    return ran.exit_status


@app.command
def funnel(case: Path, /, *, json_: AsJson = False) -> int:
    """Print the funnel of a case that has been run."""
    said = commands.funnel(case)
    if json_:
        _say(json.dumps(said, indent=1, ensure_ascii=False))
        return commands.DONE
    from landmark.report.terminal import funnel_table, funnel_text  # noqa: PLC0415 - start-up time

    if sys.stdout.isatty():
        from rich.console import Console  # noqa: PLC0415 - start-up time

        Console().print(funnel_table(said))
    else:
        _say(funnel_text(said))
    return commands.DONE


@app.command
def show(case: Path, reference: str, /, *, json_: AsJson = False, as_of: AsOf = None) -> int:
    """Show the rows under an event, a visit or a visitor (subject, enquiry, lead), down to bytes read again."""
    node = commands.show(case, reference, as_of=as_of)
    if json_:
        _say(json.dumps(node.as_json(), indent=1, ensure_ascii=False))
    else:
        _tree(node, "")
    return commands.DONE


def _tree(node: Node, indent: str) -> None:
    _say(f"{indent}{node.title}")
    for name, value in node.facts.items():
        said = ("no", "yes")[value] if isinstance(value, bool) else value
        _say(f"{indent}  {name}: {said}")
    for below in node.under:
        _tree(below, indent + "    ")


@app.command
def reveal(
    case: Path,
    /,
    *,
    request: Annotated[bool, Parameter(negative="", help="write the request to the provider")] = False,
    answer: Annotated[Path | None, Parameter(help="the provider's answer to that request")] = None,
    as_of: AsOf = None,
    json_: AsJson = False,
) -> int:
    """Look up the names of subjects over the threshold, where the authority covers them, and of nobody else."""
    revealed = commands.reveal(case, request=request, answer=answer, as_of=as_of)
    status = commands.TOO_MANY_REJECTED if revealed.rejected_too_many else commands.DONE
    if json_:
        _say(json.dumps(asdict(revealed), indent=1, ensure_ascii=False, default=str))
        return status
    _say(("" if revealed.changed else "Nothing had changed. ") + f"Names may be looked up for: {revealed.subjects}")
    if revealed.request is not None:
        _say(f"Request: {revealed.request}, {revealed.rows} instants to ask about")
    if revealed.identities is not None:
        found = revealed.results or {}
        _say("; ".join(f"{word} {count}" for word, count in found.items()) + f"; conflicts {revealed.conflicts}")
        _say(f"Names: {revealed.identities}; what stands against them: {revealed.identities / 'conflicts.csv'}")
    for path in revealed.rejected_too_many:
        sys.stderr.write(f"landmark: {path}: more of its lines were rejected than [rules] reject_more_than allows\n")
    return status


@app.command
def plot(
    case: Path,
    what: Literal["fit"],
    /,
    *,
    to: Annotated[Path | None, Parameter(help="where the files go; else into the case's folder plots")] = None,
    as_of: AsOf = None,
    json_: AsJson = False,
) -> int:
    """Draw how each clock fits the records when it is shifted (fit), of a case that has been run."""
    drawn = commands.plot(case, what, to=to, as_of=as_of)
    if json_:
        _say(json.dumps({"paths": list(map(str, drawn.paths)), "fits": drawn.figures}, indent=1, ensure_ascii=False))
        return commands.DONE
    for path in drawn.paths:
        _say(str(path))
    return commands.DONE


@app.command
def purge(case: Path, /, *, json_: AsJson = False) -> int:
    """Delete tables, cache and names of a closed case; its ledger and its totals stay."""
    from landmark.closing import by_folder  # noqa: PLC0415 - start-up time

    removed = commands.purge(case)
    if json_:
        _say(json.dumps(removed, indent=1, ensure_ascii=False))
        return commands.DONE
    for folder, (files, size) in by_folder(removed).items():
        _say(f"removed {case / folder}: {files} files, {size:,} bytes")
    _say(f"kept    {case / 'ledger.jsonl'}, {case / 'out' / 'funnel.json'}, {case / 'out' / 'communique.md'}")
    _say("        and case file, key and inputs, which are not Landmark's to delete")
    return commands.DONE


@app.command
def simulate(
    folder: Path,
    /,
    *,
    seed: Annotated[int, Parameter(help="another seed, another world")] = 2001,
    scale: Annotated[float, Parameter(help="1 is the size of Operation Landmark")] = 1.0,
    kind: Annotated[str, Parameter(name="--world", help="its kind: docs/worlds.md lists them")] = "provider",
) -> int:
    """Write a provider's simulated world with known truth: a complete case and its truth.json."""
    path = commands.simulate(folder, seed=seed, scale=scale, kind=kind)
    _say(f"{path}: a simulated provider; next: landmark run {path}")
    return commands.DONE


@app.command
def score(case: Path, truth: Path, /, *, json_: AsJson = False) -> int:
    """Hold the results of a simulated case against its truth; wrong leads make the exit status 1."""
    judged = commands.score(case, truth)
    _say(json.dumps(judged.as_json(), indent=1) if json_ else judged.as_text())
    return 1 if judged.wrong else commands.DONE


class _shown:  # noqa: N801 - used as a word in a with statement
    """Progress on a terminal; quiet in a pipe."""

    def __enter__(self) -> Callable[[str, int, int], None] | None:
        if not sys.stderr.isatty():
            self._bar = None
            return None
        from rich.console import Console  # noqa: PLC0415 - start-up time
        from rich.progress import (  # noqa: PLC0415
            BarColumn,
            DownloadColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(20), DownloadColumn(), TransferSpeedColumn(),
            TimeRemainingColumn(compact=True), TextColumn("left"), TextColumn("{task.fields[found]}"),
            TimeElapsedColumn(), console=Console(stderr=True), transient=True,
        )  # fmt: skip
        self._bar.start()
        self._what, self._done = "starting", 0
        self._task = self._bar.add_task(self._what, total=None, found="")
        return self._tell

    def _tell(self, what: str, done: int, whole: int) -> None:
        if self._bar is None:
            return
        work, _, found = what.partition("; ")
        if work != self._what or done < self._done:  # its rate is its own
            self._bar.remove_task(self._task)
            self._task = self._bar.add_task(work, total=whole or None, found=found)
        self._what, self._done = work, done
        self._bar.update(self._task, completed=done, found=found)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()


def _flush() -> None:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _unheard()


def main(arguments: list[str] | None = None) -> int:  # noqa: PLR0911 - a status for each way to end
    """Run a command and give its exit status; no traceback of what the user can mend reaches the user."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="landmark.plainly")
    try:
        status = app(arguments, exit_on_error=False, print_error=True, result_action="return_value")
        _flush()
    except CycloptsError:
        return 2
    except LandmarkError as error:
        sys.stderr.write("".join(f"landmark: {line}\n" for line in str(error).splitlines()))
        return error.exit_status
    except OSError as error:
        sys.stderr.write(f"landmark: {error.strerror or type(error).__name__}: the machine said no; run again\n")
        return 5
    except MemoryError:
        sys.stderr.write("landmark: not enough memory; earlier results are kept, nothing half-written is used\n")
        return 5
    except KeyboardInterrupt:
        sys.stderr.write("landmark: interrupted; the next run goes on from what was finished\n")
        return 130
    except Exception as error:  # noqa: BLE001 - a fault of Landmark is said in one line, without what it was reading
        sys.stderr.write(f"landmark: a fault of Landmark itself ({type(error).__name__}); please report it\n")
        return 1
    return status if isinstance(status, int) else 0
