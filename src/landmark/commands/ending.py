"""The end of a case: names for who is over the threshold, and what is deleted once it is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from landmark import ledger
from landmark.commands.case_folder import enter_withdrawn, held, load, now, vouched
from landmark.errors import CaseError, Problem

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from landmark.identities.revealing import Revealed


def reveal(
    folder: Path,
    *,
    request: bool = False,
    answer: Path | None = None,
    as_of: date | None = None,
    today: date | None = None,
) -> Revealed:
    """Look up the names of the subjects over the threshold, where the authority covers them, and of nobody else.

    Without `[[subscribers]]` in the case, or with `request`, the request to the provider is written instead.

    Args:
        folder: the case folder; the case has been run as it stands.
        request: write the request to the provider.
        answer: the provider's answer to that request.
        as_of: as for `run`.
        today: as for `run`.

    Raises:
        LandmarkError: with the exit status that fits; nothing half-written is left to be read.
    """
    from landmark.identities.revealing import Reveal  # noqa: PLC0415 - heavy: imported where it is needed, so that `--help` is quick
    from landmark.identities.writing import withdraw  # noqa: PLC0415

    if request and answer is not None:
        raise CaseError(Problem("either `--request` or `--answer`", found="both"))
    case = load(folder, as_of=as_of, today=today)
    with held(folder):
        book = ledger.read(folder, now)
        enter_withdrawn(book, withdraw(case))
        return Reveal(case, book, as_of).go(request=request, answer=answer)


def purge(folder: Path) -> dict[str, int]:
    """Delete cache, tables, country folders, plots, requests and names of a closed case; ledger and totals stay.

    Returns:
        What was removed: files by their path in the case folder, with their bytes.

    Raises:
        CaseError: the case has not been run, or was purged already.
        IntegrityError: ledger or funnel are not what was written.
        MachineError: the machine refused; ask again.
    """
    from landmark import closing, outputs  # noqa: PLC0415 - as above

    outputs.need(folder)
    with held(folder):
        return closing.purge(folder, vouched(folder))
