"""`check` says of a damaged or unreadable input what it can know without a run; with `--reread` of all of it."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest
from tests.system.conftest import TODAY, small_world
from tests.system.test_damaged_streams import DAMAGES

import landmark
from landmark import cli

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.system.conftest import Folder

    from landmark.commands.preparing import Check

LOG, RECORDS = "logs/access.log", "isp/assignments.csv"
WORDS = {
    "cut_off": "ends early: it is cut off",
    "checksum": "its check sum is wrong, or its length",
    "damaged": "is damaged",
}


def check(folder: Folder, *, reread: bool = False) -> Check:
    return landmark.check(folder.path, today=TODAY, reread=reread)


def said_of(seen: Check, name: str) -> list[str]:
    return [warning for warning in seen.warnings if warning.startswith(f"{name}: ")]


def damages(seen: Check) -> dict[str, str]:
    return {file.path: file.damage for file in seen.files if file.damage is not None}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_small_file_is_seen_to_its_end_and_its_damage_said(case: Folder, damage: str) -> None:
    pack, word, _ = DAMAGES[damage]
    for name in (LOG, RECORDS):
        case.write(name, pack((case.path / name).read_bytes()))
    for reread in (False, True):
        seen = check(case, reread=reread)
        assert damages(seen) == {LOG: word, RECORDS: word}
        for name, more in ((LOG, "who stood there"), (RECORDS, "speaks against")):
            said = said_of(seen, name)[0]
            assert WORDS[word] in said
            assert more in said


def test_of_a_whole_file_nothing_is_said(case: Folder) -> None:
    case.write(LOG, gzip.compress((case.path / LOG).read_bytes()))
    for reread in (False, True):
        seen = check(case, reread=reread)
        assert (damages(seen), said_of(seen, LOG)) == ({}, [])


def large(folder: Folder) -> None:
    """Write a log of more than the first block that is looked at, without its check sum."""
    lines = (folder.path / LOG).read_bytes()
    folder.write(LOG, gzip.compress(lines * (1 + (2 << 20) // len(lines)))[:-8])


def test_the_damage_of_a_large_file_is_known_once_it_was_read_whole(light: Folder) -> None:
    large(light)
    assert damages(check(light)) == {}
    assert damages(check(light, reread=True)) == {LOG: "cut_off"}
    # Nobody has touched it since: what was hashed then is known.
    assert damages(check(light)) == {LOG: "cut_off"}
    light.write(LOG, gzip.compress(b"another\n"))
    assert damages(check(light)) == {}


def test_both_forms_of_what_is_printed_say_it(case: Folder, capfd: pytest.CaptureFixture[str]) -> None:
    case.write(RECORDS, gzip.compress((case.path / RECORDS).read_bytes())[:-9])
    assert cli.main(["check", str(case.path), "--as-of", "2001-11-01"]) == 0
    assert f"warning: {RECORDS}: ends early: it is cut off" in capfd.readouterr().out
    assert cli.main(["check", str(case.path), "--as-of", "2001-11-01", "--json"]) == 0
    files = json.loads(capfd.readouterr().out)["files"]
    assert [file["damage"] for file in files if file["path"] == RECORDS] == ["cut_off"]


def semicolons(text: bytes) -> bytes:
    return text.replace(b",", b";")


def renamed(text: bytes) -> bytes:
    return text.replace(b"account", b"customer", 1)


def without_offset(text: bytes) -> bytes:
    return text.replace(b"Z,", b",")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (semicolons, "it has no comma"),
        (renamed, "it lacks account (or say under `columns` what it calls them)"),
        (without_offset, "an [[assignment]] that declares `zone`: its times do not say how they stand to UTC"),
    ],
)
def test_records_none_of_which_reads_are_told_what_is_expected(
    case: Folder, change: Callable[[bytes], bytes], expected: str
) -> None:
    case.assignments = [{key: value for key, value in case.assignments[0].items() if key != "zone"}]
    case.save().write(RECORDS, change((case.path / RECORDS).read_bytes()))
    seen = check(case)
    (said,) = (file.expected for file in seen.files if file.path == RECORDS)
    assert said is not None
    assert expected in said
    assert f"{RECORDS}: none of its first lines is a record of csv; expected: {said}" in seen.warnings


def test_of_records_that_read_nothing_is_expected(case: Folder) -> None:
    case.fill(small_world())
    assert {file.expected for file in check(case).files} == {None}
