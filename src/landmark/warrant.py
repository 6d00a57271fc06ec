"""What a case may keep under its authority: results of another authority are deleted before anything else is done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from landmark import keys, outputs, store
from landmark.contents import content_of

if TYPE_CHECKING:
    from landmark.case import Case

MARK = "authority"
"""The file in the cache that says under which authority the rest of it was made."""


def authority_of(case: Case) -> str:
    """Give the key of what the authority covers."""
    return keys.key_of(str(case.authority), [str(target) for target in case.targets])


def narrow(case: Case, cache: Path) -> bool:
    """Delete what an earlier run kept under another authority, which may no longer cover it.

    It comes before anything that can fail, so that it holds however the run ends.

    Returns:
        Whether there was another authority.

    Raises:
        MachineError: the machine refused.
    """
    out, path, now = case.folder / "out", cache / MARK, authority_of(case)
    said = outputs.manifest(out)
    written = None if said is None else said.get("authority")
    try:
        known = content_of(path).decode(errors="replace").strip() if path.exists() else None
        if now in {known, written} and {known, written} <= {now, None}:
            return False
        # Also an out/ without manifest: a run that was killed may have left tables there.
        outputs.remove(out)
        for kept in (*cache.glob("*/*"), *(case.folder / "plots").glob("fit*")):
            kept.unlink()
    except OSError as error:
        raise store.refused(Path(error.filename or cache), error) from error
    return known is not None or written is not None


def mark(case: Case, cache: Path) -> None:
    """Remember under which authority the cache is kept, once the ledger says what was deleted for it.

    Raises:
        MachineError: the machine refused.
    """
    path, now = cache / MARK, authority_of(case) + "\n"
    try:
        known = content_of(path).decode(errors="replace") if path.exists() else None
    except OSError as error:
        raise store.refused(path, error) from error
    if known != now:
        store.write_text(now, path)
