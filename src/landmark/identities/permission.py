"""Whether names may be revealed: whether the authority covers them, and results and key are those of the case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from landmark import outputs, pseudonyms, store, warrant
from landmark.contents import sha256_of
from landmark.errors import CaseError, IntegrityError, Problem
from landmark.keys import key_of

if TYPE_CHECKING:
    from landmark.case import Case
    from landmark.ledger import Ledger

WORD = "subscriber"
"""What `[authority] covers` must have for anybody to be named."""


def check(case: Case, book: Ledger) -> None:
    """See that the authority covers names, and that the results are of this case as it stands.

    Raises:
        CaseError: it does not, or they are not.
        IntegrityError: they are not what the run wrote.
    """
    authority = case.authority
    if WORD not in authority.covers:
        found = f"an authority that covers {', '.join(authority.covers)}"
        raise CaseError(
            Problem(f'"{WORD}" among them, to reveal names', "case.toml", key="[authority] covers", found=found)
        )
    said = outputs.need(case.folder)
    outputs.vouch(book, case.folder / "out")
    wrong = outputs.intact(case.folder / "out", said)
    if wrong:
        raise IntegrityError("\n".join(f"out/{name}: is not what the run wrote; run the case again" for name in wrong))
    if said.get("authority") != warrant.authority_of(case) or _made_with(said, book) != case_sha256(case):
        expected = "results of the case as it stands: run the case again, then reveal"
        raise CaseError(Problem(expected, "case.toml", found="another case file than the one that was run"))


def _made_with(said: outputs.Manifest, book: Ledger) -> object:
    """Give the hash of the case file with which the results that stand were made, or found to be still right."""
    digest, case_sha256, made_with = key_of(said), None, None
    for entry in book.entries:
        if entry["what"] == "run":
            case_sha256 = entry.get("case_sha256")
        elif entry.get("manifest_sha256") == digest or entry.get("key") == said.get("key"):
            made_with = case_sha256
    return made_with


def case_sha256(case: Case) -> str:
    """Give the SHA-256 of the case file, hex.

    Raises:
        MachineError: it cannot be read.
    """
    path = case.folder / "case.toml"
    try:
        return sha256_of(path)
    except OSError as error:
        raise store.refused(path, error) from error


def pseudonyms_of(case: Case, book: Ledger) -> pseudonyms.Pseudonyms:
    """Give who gives the pseudonyms of this case; another key would find nobody, or somebody else.

    Raises:
        IntegrityError: the key is not there, or is another one.
    """
    marks = [entry["key_mark"] for entry in book.entries if "key_mark" in entry]
    if not (case.folder / pseudonyms.KEY_FILE).exists():
        raise IntegrityError(f"{pseudonyms.KEY_FILE}: is not there; restore it: without it no pseudonym has a name")
    names = pseudonyms.load_or_make(case.folder)
    if not marks or marks[-1] != names.fingerprint:
        raise IntegrityError(f"{pseudonyms.KEY_FILE}: is not the key that this case was begun with; restore it")
    return names.forgetful()
