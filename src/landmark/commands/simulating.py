"""A provider that is simulated, with known truth, and how right a run was about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from landmark.simulate.score import Score


def simulate(folder: Path, *, seed: int = 2001, scale: float = 1.0, kind: str = "provider") -> Path:
    """Write a provider's simulated world with known truth: a complete case and `truth.json`.

    Args:
        folder: where.
        seed: another seed, another world.
        scale: 1 is the size of Operation Landmark.
        kind: a name of `landmark.simulate.kinds.KINDS`; docs/worlds.md says what is in each.

    Raises:
        CaseError: the folder holds something already, or there is no such kind.
        MachineError: the machine refused.
    """
    from landmark.simulate import world  # noqa: PLC0415 - heavy: imported where it is needed, so that `--help` is quick

    world(folder, seed=seed, scale=scale, kind=kind)
    return folder


def score(folder: Path, truth: Path) -> Score:
    """Hold the results of a simulated case against its truth.

    Raises:
        CaseError: the case has not been run, or the truth cannot be read.
        IntegrityError: results or ledger are not what was written, or the case's key is gone.
        MachineError: a table cannot be read.
    """
    from landmark.commands.case_folder import vouched  # noqa: PLC0415 - as above
    from landmark.simulate.score import score as judge  # noqa: PLC0415

    vouched(folder)
    return judge(folder, truth)
