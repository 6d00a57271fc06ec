"""Names as the case ties them: a server's logins to accounts, one kind of account to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from landmark.case import Case
    from landmark.pseudonyms import Pseudonyms


INNER = "inner-address"
"""What a translation calls its account: none, but an address that is resolved further."""
_NOBODY = frozenset((b"", b"-", b"--", b"null", b"(null)", b"<null>", b"\\n", b"nil", b"none", b"n/a", b"unknown"))
"""What databases, printf and devices write in an account's place where there is none, in lower case."""


def names_nobody(name: bytes) -> bool:
    """Tell whether a name, whatever realm is behind it, only says that there is none.

    Taken for an account it would be that of everybody without one: their visits would be added up, and be one's.
    """
    return name.split(b"@", 1)[0].strip().lower() in _NOBODY


def tie(name: bytes, ties: Sequence[tuple[bytes, bytes]]) -> bytes | None:
    """Give what a name is tied to: by its whole, else by the longest suffix that begins with `@`; else None."""
    exact = [new for old, new in ties if not old.startswith(b"@") and old == name]
    if exact:
        return exact[0]
    suffixes = [(old, new) for old, new in ties if old.startswith(b"@") and name.endswith(old) and name != old]
    if not suffixes:
        return None
    old, new = max(suffixes, key=lambda pair: len(pair[0]))
    return name[: -len(old)] + new


def account_forms(case: Case) -> tuple[str | None, ...]:
    """Give how the case's records make differing spellings of an account one: each form once, in order."""
    forms = {one.account_form for one in case.assignments if one.account != INNER}
    return tuple(sorted(forms or {None}, key=lambda form: form or ""))


def account_of(case: Case, form: str | None, names: Pseudonyms) -> Callable[[bytes], str | None]:
    """Give the function from an account as recorded to its pseudonym: normalised, tied, hashed; None: it names nobody.

    Nothing else is made alike: two names that differ in a blank, a letter's case or how an accent is composed are two.
    """
    ties = [(one.old.encode(), one.new.encode()) for one in case.account_map]
    words = set((form or "").replace(",", " ").split())

    def account(name: bytes) -> str | None:
        if "no-realm" in words:
            name = name.rsplit(b"@", 1)[0]  # as FreeRADIUS cuts it: a name may be an address of mail
        if "lower" in words:
            name = name.lower()
        known = tie(name, ties) or name
        return None if names_nobody(known) else names.account(known)

    return account


def spellings_of(case: Case, form: str | None, names: Pseudonyms) -> Callable[[bytes], Sequence[bytes]]:
    """Give the function from an account as recorded to every name that is tied to it, itself the first.

    Letter case and realms are not gone into: who looks for a name passes over them.
    """
    account = account_of(case, form, names)
    tied: dict[str | None, list[bytes]] = {}
    for one in case.account_map:
        pair = [name.encode() for name in (one.old, one.new) if not name.startswith("@")]
        for hashed in {account(name) for name in pair} - {None}:
            tied.setdefault(hashed, []).extend(pair)
    return lambda name: (name, *tied.get(account(name), ()))
