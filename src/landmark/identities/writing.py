"""The folders `identities/` and `requests/`: whole, tied to the results they are of, and deleted with them.

Names are no part of `out/`: a run writes that anew. `identities/manifest.json` holds the hash of the run's manifest;
names that are not of the results which stand are deleted by the next `run` or `reveal`.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from landmark import outputs, store
from landmark.figures import instant
from landmark.identities.columns import NAMES
from landmark.identities.judging import CONFLICTS, RESULTS, country_of
from landmark.keys import key_of
from landmark.referral.sheet import listed, sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from landmark.case import Case
    from landmark.identities.judging import Outcome, Record
    from landmark.identities.tallies import Tally
    from landmark.referral.sheet import Cell

_FILE = re.compile(r"[A-Za-z0-9-]+\.csv")  # as `asking.file_name` makes them
IDENTITIES, REQUESTS = "identities", "requests"
HEAD = (
    "visitor_id", "pseudonym", "lead", "visits", "visits_of_record", "visits_shared", "record", "record_sha256",
    "held_from", "held_until", "account", *NAMES, "country", "country_by", "conflicts", "conflicts_in_words",
)  # fmt: skip
"""`billing` is who pays, `installation` where the line ends, `user` who uses it: three columns each, never merged."""
CONFLICT_HEAD = (
    "visitor_id", "pseudonym", "lead", "conflict", "in_words", "record", "visits", "visits_shared", "held_from",
    "held_until", "said",
)  # fmt: skip
"""`visits` are the record's alone; `visits_shared` lie in the period of another record, too, and are neither's."""


def texts(outcomes: Sequence[Outcome], tallies: Sequence[Tally], provider_country: str) -> dict[str, bytes]:
    """Give every file by its path in `identities/`.

    Args:
        outcomes: in the order of their subjects.
        tallies: the accounting of every file read.
        provider_country: whom a name is told where the installation's country is not stated.
    """
    rows: dict[str, list[dict[str, Any]]] = {}
    for one in outcomes:
        for record in one.records:
            country, by = country_of(record, provider_country)
            rows.setdefault(country, []).append(_row(one, record, country, by))
    made = {
        "conflicts.csv": sheet(CONFLICT_HEAD, (cells for one in outcomes for cells in _conflicts(one))),
        "accounting.json": _json(
            {
                "files": [tally.as_json() for tally in tallies],
                "looked_up": len(outcomes),
                "results": counts(outcomes),
            }
        ),
    }
    for country, own in sorted(rows.items()):
        made[f"{country}/subscribers.csv"] = sheet(HEAD, ([_cell(row[name]) for name in HEAD] for row in own))
        made[f"{country}/subscribers.json"] = _json({"country": country, "subscribers": own})
    return made


def counts(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """Give how many look-ups came to what."""
    return {word: sum(one.result == word for one in outcomes) for word in RESULTS}


def _row(outcome: Outcome, record: Record, country: str, by: str) -> dict[str, Any]:
    own = [one for one in outcome.conflicts if one.place in {None, record.place}]
    other = [one for one in outcome.conflicts if one not in own]
    kinds = list(dict.fromkeys(one.kind for one in (*own, *other)))
    return {
        "visitor_id": outcome.subject.visitor_id,
        "pseudonym": outcome.subject.account,
        "lead": outcome.subject.lost is None,
        "visits": len(outcome.subject.visits),
        "visits_of_record": len(record.visits) - len(record.shared),
        "visits_shared": len(record.shared),
        "record": record.place.said,
        "record_sha256": record.place.sha256,
        "held_from": None if record.begin is None else instant(record.begin),
        "held_until": None if record.end is None else instant(record.end),
        "account": record.cells["account"],
        **{name: record.cells[name] for name in NAMES},
        "country": country,
        "country_by": by,
        "conflicts": kinds,
        "conflicts_in_words": [CONFLICTS[kind] for kind in kinds],
    }


def _cell(value: object) -> Cell:
    if isinstance(value, list):
        return listed(value)
    return value if value is None or isinstance(value, bool | int) else str(value)


def _conflicts(outcome: Outcome) -> list[tuple[Cell, ...]]:
    return [
        (
            outcome.subject.visitor_id,
            outcome.subject.account,
            outcome.subject.lost is None,
            one.kind,
            CONFLICTS[one.kind],
            None if one.place is None else one.place.said,
            one.visits,
            one.shared,
            None if one.begin is None else instant(one.begin),
            None if one.end is None else instant(one.end),
            one.said,
        )
        for one in outcome.conflicts
    ]


def _json(content: object) -> bytes:
    return (json.dumps(content, sort_keys=True, indent=1) + "\n").encode()


@contextlib.contextmanager
def _for_owner_alone() -> Iterator[None]:
    """Make files and folders that nobody else may read, from their first byte on (on Windows the folder's right)."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def _own(folder: Path) -> None:
    """Make a folder for its owner alone, or make it so.

    Raises:
        MachineError: the machine refused.
    """
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        if os.name != "nt":
            folder.chmod(0o700)
    except OSError as error:
        raise store.refused(folder, error) from error


def write(case: Case, made: dict[str, bytes], facts: outputs.Manifest) -> outputs.Manifest:
    """Write the files of `identities/` for their owner alone; `seal` makes them whole.

    Raises:
        MachineError: the machine refused; without a manifest nobody reads what is there.
    """
    folder = case.folder / IDENTITIES
    _own(folder)
    with _for_owner_alone():
        return outputs.write(folder, {}, made, facts)


def seal(case: Case, manifest: outputs.Manifest) -> None:
    """Write the manifest of `identities/`: from here on it is whole.

    Raises:
        MachineError: the machine refused.
    """
    with _for_owner_alone():
        outputs.seal(case.folder / IDENTITIES, manifest)


def write_request(case: Case, name: str, content: bytes, results: str) -> Path:
    """Write a request; the manifest comes first, so that whatever is there is known to be Landmark's.

    The folder is for its owner alone: an answer, which holds names, may be put beside.

    Raises:
        MachineError: the machine refused.
    """
    folder = case.folder / REQUESTS
    _own(folder)
    outputs.seal(folder, {"case": case.id, "results": results, "files": {name: key_of(content.hex())}})
    store.write_bytes(content, folder / name)
    return folder / name


def withdraw(case: Case) -> tuple[str, ...]:
    """Delete names and requests that are not of the results which stand, or that the authority no longer covers.

    Of `requests/` only what Landmark wrote goes: an answer may lie beside it.

    Returns:
        The folders of which something was deleted.

    Raises:
        MachineError: the machine refused.
    """
    results = results_of(case)
    covered = "subscriber" in case.authority.covers and results is not None
    gone = []
    folder = case.folder / IDENTITIES
    said = outputs.manifest(folder)
    if (
        folder.is_dir()
        and any(folder.iterdir())
        and not (covered and said is not None and said.get("results") == results)
    ):
        outputs.remove(folder)
        gone.append(IDENTITIES)
    folder = case.folder / REQUESTS
    said = outputs.manifest(folder)
    if said is not None and not (covered and said.get("results") == results):
        files = said.get("files")
        try:
            # A name alone: whatever a manifest says, nothing is deleted elsewhere.
            for name in (one for one in (files if isinstance(files, dict) else ()) if _FILE.fullmatch(one)):
                for path in (folder / name, folder / f"{name}.part"):
                    path.unlink(missing_ok=True)
            (folder / outputs.MANIFEST).unlink()
            with contextlib.suppress(OSError):  # an answer lies there
                folder.rmdir()
        except OSError as error:
            raise store.refused(Path(error.filename or folder), error) from error
        gone.append(REQUESTS)
    return tuple(gone)


def results_of(case: Case) -> str | None:
    """Give the hash by which the ledger knows the results that stand, or None where there are none."""
    said = outputs.manifest(case.folder / "out")
    return None if said is None else key_of(said)
