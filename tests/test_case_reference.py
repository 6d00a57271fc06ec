"""The reference and the template say what the code reads: no more, no less."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from landmark import case, case_file, sources
from landmark.case import AssignmentFormat, LogFormat
from landmark.case_file.court import TARGETS
from landmark.case_file.said import Number
from landmark.case_file.sections import SECTIONS
from landmark.case_reference import reference
from landmark.case_template import TEMPLATE

if TYPE_CHECKING:
    from landmark.case_file.keys import Key, Section

FORMATS = {
    "combined": LogFormat("web", logs_host=False, needs_zone=False, needs_year=False, forwards=True),
    "inn": LogFormat("news", logs_host=False, needs_zone=True, needs_year=True, wrapped=True),
    "nginx": sources.ALL["nginx"].format,
}
CLASSES: dict[str, type] = {
    "authority": case.Authority,
    "rules": case.Rules,
    "countries": case.Countries,
    "target": case.Target,
    "log": case.Log,
    "assignment": case.Assignment,
    "subscribers": case.Subscribers,
    "login_map": case.Mapping,
    "account_map": case.Mapping,
    "known": case.Known,
    "leaf": case.Known,
}
KEYS = [pytest.param(section, key, id=f"{section.name}.{key.name}") for section in SECTIONS for key in section.keys]


def load(folder: Path, text: str) -> case.Case:
    (folder / "case.toml").write_text(text, encoding="utf-8")
    return case_file.load(
        folder,
        today=date(2001, 11, 5),
        formats=FORMATS,
        assignment_formats={
            "csv": AssignmentFormat(needs_zone=True, needs_year=None),
            "radius-sql": AssignmentFormat(needs_zone=False),
        },
    )


def test_the_committed_reference_is_the_one_that_the_code_gives() -> None:
    committed = Path(__file__).resolve().parents[1] / "docs" / "case-file.md"
    assert committed.read_text(encoding="utf-8") == reference()


def test_the_command_that_the_reference_names_writes_it() -> None:
    command = [sys.executable, "-m", "landmark.case_reference"]
    written = subprocess.run(command, capture_output=True, check=True, encoding="utf-8", env={"PYTHONUTF8": "1"})
    assert written.stdout == reference()


def read(key: Key, text: str) -> object:
    value = tomllib.loads(f"key = {text}", parse_float=Number)["key"]
    if key.kind is None:
        return value
    return tuple(key.kind.read(one) for one in value) if key.many else key.kind.read(value)


@pytest.mark.parametrize(("section", "key"), KEYS)
def test_every_example_in_the_reference_is_taken(section: Section, key: Key) -> None:
    assert f"| `{key.name}` |" in reference()
    assert section.title in reference()
    assert read(key, key.example) is not None
    assert "|" not in key.example + key.meaning, "it would end the cell"


@pytest.mark.parametrize(("section", "key"), KEYS)
def test_every_default_in_the_reference_is_the_one_of_the_case(section: Section, key: Key) -> None:
    if section.name not in CLASSES or key.name == "crawler_networks":
        return
    field = {one.name: one for one in dataclasses.fields(CLASSES[section.name])}[key.field]
    if key.default is not None:
        assert read(key, key.default) == field.default
    elif not key.required and key.name != "overlap":
        assert field.default in {None, ()} or field.default_factory is dict


def test_every_field_of_the_case_has_a_key() -> None:
    for section in SECTIONS:
        if section.name in CLASSES and section.name != "leaf":
            fields = {field.name for field in dataclasses.fields(CLASSES[section.name])} - {"line"}
            assert fields == {key.field for key in section.keys} - {"crawler_networks"}, section.name


def test_the_template_is_a_case_as_it_stands(tmp_path: Path) -> None:
    read_case = load(tmp_path, TEMPLATE)
    assert read_case.id == "landmark"
    assert case_file.warnings(read_case) == ()
    assert [log.format for log in read_case.logs] == ["combined", "inn"]


def test_the_template_is_a_case_with_every_key_that_may_be_left_out(tmp_path: Path) -> None:
    text = re.sub(r"^#(?=[a-z\[])", "", TEMPLATE, flags=re.MULTILINE).replace('targets = "targets.csv"\n', "")
    text = text.replace('"identification"]', '"identification", "subscriber"]')
    read_case = load(tmp_path, text)
    assert read_case.authority.valid_until == date(2002, 10, 1)
    assert read_case.subscribers[0].files == ("subscribers.csv",)
    assert read_case.leaf[0].login == "reading-room"


def test_every_key_stands_in_the_template_below_its_table() -> None:
    table, found = "", set()
    for line in TEMPLATE.splitlines():
        match = re.match(r"#?(?:\[+([a-z_]+)\]+|([a-z_]+) = )", line)
        if match:
            table = match[1] or table
            found.add((table, match[2] or ""))
    wanted = {(section.name, key.name) for section in SECTIONS for key in section.keys}
    wanted -= {("known", "account"), ("known", "login"), ("leaf", "account"), ("leaf", "address")}  # one of three
    assert wanted <= found
    assert ("", TARGETS.name) in found
    assert {name for name, _ in found} == {section.name for section in SECTIONS} | {""}
