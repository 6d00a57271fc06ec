"""The command line: arguments in, a library call, words out. Nothing heavy is imported before it is needed."""

from __future__ import annotations

import io
import os
import sys

from cyclopts import CycloptsError

from landmark.cli import mistakes
from landmark.cli.ending import purge, reveal
from landmark.cli.preparing import acquire, check, new, sniff
from landmark.cli.running import run
from landmark.cli.saying import app, flush, warn
from landmark.cli.showing import funnel, plot, show
from landmark.cli.simulating import score, simulate
from landmark.errors import LandmarkError

__all__ = [
    "acquire",
    "app",
    "check",
    "funnel",
    "main",
    "new",
    "plot",
    "purge",
    "reveal",
    "run",
    "score",
    "show",
    "simulate",
    "sniff",
]


for _place, _name in enumerate(mistakes.COMMANDS):
    app[_name].sort_key = _place
    app[_name].help_epilogue = ""  # that of the whole is about the whole


def _prepare() -> None:
    """See to the memory and to the streams that every command needs."""
    # Arrow reads it once, when it is loaded. Its own allocator keeps what each of its threads ever held.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: PTH123, SIM115 - closed by whoever began this process
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: PTH123, SIM115 - as above
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="landmark.plainly")


def main(arguments: list[str] | None = None) -> int:  # noqa: PLR0911 - a status for each way to end
    """Run a command and give its exit status; no traceback of what the user can mend reaches the user."""
    _prepare()
    try:
        status = app(arguments, exit_on_error=False, print_error=False, result_action="return_value")
        flush()
    except SystemExit as ended:
        if not isinstance(ended.__context__, BrokenPipeError):
            raise
        return 0  # it was a page of help, and nobody listens to it any more
    except CycloptsError as error:
        warn(mistakes.said(error))
        return 2
    except LandmarkError as error:
        warn(str(error))
        return error.exit_status
    except OSError as error:
        where = "" if error.filename is None else f"{error.filename}: "
        warn(f"{where}{error.strerror or type(error).__name__}: the machine said no; run again")
        return 5
    except MemoryError:
        warn("not enough memory; earlier results are kept, nothing half-written is used")
        return 5
    except KeyboardInterrupt:
        warn("interrupted; the next run goes on from what was finished")
        return 130
    except Exception as error:  # noqa: BLE001 - a fault of Landmark is said in one line, without what it was reading
        warn(f"a fault of Landmark itself ({type(error).__name__}); please report it")
        return 1
    return status if isinstance(status, int) else 0
