"""A provider's world with known truth, and the score of a run against it.

Nothing here imports a source or a stage: truth shares no code with what it judges.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

from landmark.simulate.kinds import DEFAULT, KINDS
from landmark.simulate.provider import SEED, world

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["KINDS", "world"]


class _Command(ModuleType):
    """This package, which is also the command of its name.

    `landmark.simulate` is the function of the library until this package is imported; then the import system puts the
    package in its place, and it must go on being one that can be called.
    """

    def __call__(self, folder: Path, *, seed: int = SEED, scale: float = 1.0, kind: str = DEFAULT) -> Path:
        """Write a world, as `landmark.simulate` says."""
        world(folder, seed=seed, scale=scale, kind=kind)
        return folder


sys.modules[__name__].__class__ = _Command
