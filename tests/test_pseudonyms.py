"""A name's pseudonym hangs on the case's key, the kind of name and its realm, and the key is whole or not there."""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
from typing import TYPE_CHECKING

import pytest

from landmark.errors import MachineError
from landmark.pseudonyms import KEY_FILE, Pseudonyms, load_or_make

if TYPE_CHECKING:
    from pathlib import Path

KEY = bytes(range(32))
NAMES = Pseudonyms(KEY)


def by_hand(kind: bytes, name: bytes, key: bytes = KEY) -> str:
    """HMAC-SHA256 (RFC 2104) of the kind's length, the kind and the name, cut to 128 bits."""
    return hmac.new(key, bytes((0, 0, 0, len(kind))) + kind + name, hashlib.sha256).hexdigest()[:32]


def test_every_pseudonym_is_that_of_its_kind() -> None:
    for _ in range(2):  # also where it is remembered
        assert NAMES.account(b"user-0001") == by_hand(b"account", b"user-0001")
        assert NAMES.line(b"user-0001") == by_hand(b"line", b"user-0001")
        assert NAMES.login(b"user-0001", "club") == by_hand(b"login\0club", b"user-0001")
        assert NAMES.salt == by_hand(b"salt", b"")
        assert NAMES.fingerprint == by_hand(b"fingerprint", b"")


def test_another_key_kind_realm_or_name_is_another_pseudonym() -> None:
    made = [
        NAMES.account(b"a"),
        NAMES.account(b"b"),
        NAMES.line(b"a"),
        NAMES.login(b"a", ""),
        NAMES.login(b"a", "club"),
        NAMES.login(b"aclub", ""),
        NAMES.login(b"", "cluba"),
        Pseudonyms(KEY[::-1]).account(b"a"),
    ]
    assert len(set(made)) == len(made)


def test_the_forgetful_one_says_the_same_and_holds_no_name() -> None:
    names = Pseudonyms(KEY)
    forgets = names.forgetful()
    assert forgets.account(b"user-0001") == names.account(b"user-0001")
    assert b"user-0001" in str(vars(names)).encode()
    assert b"user-0001" not in str(vars(forgets)).encode()


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    made = load_or_make(tmp_path)
    path = tmp_path / KEY_FILE
    text = path.read_bytes()
    assert len(bytes.fromhex(text.decode("ascii"))) == 32
    assert text.endswith(b"\n")
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_or_make(tmp_path, lambda: "00" * 32).fingerprint == made.fingerprint
    assert path.read_bytes() == text
    assert [one.name for one in tmp_path.iterdir()] == [KEY_FILE]


def test_the_key_of_a_simulated_world_is_its_own(tmp_path: Path) -> None:
    (tmp_path / f"{KEY_FILE}.part").write_bytes(b"half a k")  # of a run that was killed
    assert load_or_make(tmp_path, KEY.hex).account(b"a") == NAMES.account(b"a")
    assert [one.name for one in tmp_path.iterdir()] == [KEY_FILE]


@pytest.mark.parametrize("text", [b"", b"ab" * 31, b"ab" * 33, b"xy" * 32, b"ab" * 31 + b"a", b"\xff" * 64], ids=str)
def test_what_is_no_key_is_refused_and_stays(tmp_path: Path, text: bytes) -> None:
    (tmp_path / KEY_FILE).write_bytes(text)
    with pytest.raises(MachineError, match=r"case\.key: "):
        load_or_make(tmp_path)
    assert (tmp_path / KEY_FILE).read_bytes() == text
