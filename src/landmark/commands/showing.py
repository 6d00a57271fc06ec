"""What a run came to: its funnel, any row down to its bytes, and how the clocks fit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from landmark.commands.case_folder import load, vouched
from landmark.errors import CaseError, MachineError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from landmark.trace import Node


@dataclass(frozen=True, slots=True)
class Plotted:
    """What was drawn: the files, the page first, and the same as figures, one for each picture."""

    paths: tuple[Path, ...]
    figures: tuple[Mapping[str, object], ...]


def funnel(folder: Path) -> dict[str, object]:
    """Give the funnel of a case that has been run, as `funnel.json` has it.

    Raises:
        CaseError: the case has not been run.
        IntegrityError: it is not what the run wrote, or the ledger is not that of these results.
    """
    from landmark import outputs  # noqa: PLC0415 - heavy: imported where it is needed, so that `--help` is quick

    vouched(folder)
    content: dict[str, object] = json.loads(outputs.text(folder, "funnel.json"))
    return content


def show(folder: Path, reference: str, *, as_of: date | None = None, today: date | None = None) -> Node:
    """Give the chain of rows under an event, visit, visitor, subject, enquiry or lead down to re-read bytes.

    Raises:
        CaseError: the case has not been run, or there is no such row.
        IntegrityError: results, ledger, or bytes under the row are not what they were.
    """
    from landmark import outputs  # noqa: PLC0415 - as above
    from landmark.intake import inputs  # noqa: PLC0415
    from landmark.trace import Tracer, as_run  # noqa: PLC0415

    case = load(folder, as_of=as_of, today=today)
    entries = vouched(folder).entries
    stated, known = as_run(case, entries, outputs.hash_of(folder / "case.toml")), inputs.seen(entries)
    by_name = {one.name: one for one in inputs.find(stated.case)}
    texts = {was.content_sha256: by_name[name] for name, was in sorted(known.items()) if name in by_name}
    return Tracer(stated.case, texts, stated.heed).show(reference)


def plot(
    folder: Path,
    what: str = "fit",
    *,
    to: Path | None = None,
    as_of: date | None = None,
    today: date | None = None,
) -> Plotted:
    """Draw how each clock of a log fits each assignment source when it is shifted, for a case that has been run.

    Args:
        folder: the case folder.
        what: the picture; there is one.
        to: the folder for `fit.html` and a `fit-….svg` for each pair; None: `plots` in the case folder.
        as_of: as for `run`.
        today: as for `run`.

    Raises:
        CaseError: the case has not been run, or there is no such picture.
        IntegrityError: its tables are not what the run wrote, or the ledger is not that of these results.
        MachineError: the machine refused.
    """
    from landmark import outputs, store  # noqa: PLC0415 - as above
    from landmark.report import fit_page, fits  # noqa: PLC0415

    if what != "fit":
        raise CaseError(Problem("fit", key="plot", found=what))
    case = load(folder, as_of=as_of, today=today)
    vouched(folder)
    tables = {name: outputs.table(folder, name) for name in fits.READS}
    into = folder / "plots" if to is None else to
    files = fit_page.drawings(case, tables)
    try:
        into.mkdir(parents=True, exist_ok=True)
        for path in into.glob("fit-*.svg"):  # of an earlier run, with other pairs
            path.unlink()
    except OSError as error:
        refused = store.refused(into, error)
        raise refused if to is not None else MachineError(f"{refused}; --to DIR draws elsewhere") from error
    for name, content in files.items():
        store.write_bytes(content, into / name)
    return Plotted(tuple(into / name for name in files), tuple(fit_page.figures(tables)))
