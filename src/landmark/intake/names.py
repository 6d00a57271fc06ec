"""Names as the case ties them: a server's logins to accounts, one kind of account to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from landmark.case import Case
    from landmark.pseudonyms import Pseudonyms


INNER = "inner-address"
"""What a translation calls its account: none, but an address that is resolved further."""


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


def account_of(case: Case, form: str | None, names: Pseudonyms) -> Callable[[bytes], str]:
    """Give the function from an account as recorded to its pseudonym: normalised, tied, hashed."""
    ties = [(one.old.encode(), one.new.encode()) for one in case.account_map]
    words = set((form or "").replace(",", " ").split())

    def account(name: bytes) -> str:
        if "no-realm" in words:
            name = name.split(b"@", 1)[0]
        if "lower" in words:
            name = name.lower()
        return names.account(tie(name, ties) or name)

    return account


def spellings_of(case: Case, form: str | None, names: Pseudonyms) -> Callable[[bytes], Sequence[bytes]]:
    """Give the function from an account as recorded to every name that is tied to it, itself the first.

    Letter case and realms are not gone into: who looks for a name passes over them.
    """
    account = account_of(case, form, names)
    tied: dict[str, list[bytes]] = {}
    for one in case.account_map:
        pair = [name.encode() for name in (one.old, one.new) if not name.startswith("@")]
        for hashed in {account(name) for name in pair}:
            tied.setdefault(hashed, []).extend(pair)
    return lambda name: (name, *tied.get(account(name), ()))
