"""What can be known without a run of an input that is damaged, or of records none of which reads: for `check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from landmark.scan.blocks import early_damage

if TYPE_CHECKING:
    from landmark.intake.inputs import Input
    from landmark.intake.stamps import Stamps
    from landmark.scan.members import Damage

_DAMAGE: dict[Damage, str] = {
    "cut_off": "ends early: it is cut off",
    "checksum": "its check sum is wrong, or its length: what is read of it may be other than what was packed",
    "damaged": "is damaged: near the damage what is read of it may be other than what was packed",
}
_LOST = {
    "log": "who stood there will be missing",
    "assignment": "a record that speaks against an attribution may be among it",
}


def damage_of(one: Input, known: Stamps) -> Damage | None:
    """Tell how a file is damaged: of one that nobody has touched since it was hashed, else within its first block.

    Raises:
        MachineError: the machine refuses to read it.
    """
    identity = known.look(one, ())
    return early_damage(one.path) if identity is None else identity.damage


def said_of(one: Input, damage: Damage | None, expected: str | None) -> list[str]:
    """Say it to people, a sentence each."""
    said = []
    if damage is not None:
        said.append(f"{one.name}: {_DAMAGE[damage]}; what stood behind is not known, and {_LOST[one.kind]}")
    if expected is not None:
        said.append(f"{one.name}: none of its first lines is a record of {one.owner.format}; expected: {expected}")
    return said
