"""Whatever made a result is in its key."""

from __future__ import annotations

import hashlib
import re
from importlib import resources
from importlib.metadata import version
from pathlib import Path

from landmark import keys

HASH = re.compile(r"[0-9a-f]{64}")
CODE = {".py", ".sql", ".j2"}


def test_each_part_and_the_place_where_it_stands_counts_and_the_order_in_a_mapping_does_not() -> None:
    made = [
        keys.key_of("a", "b"),
        keys.key_of("b", "a"),
        keys.key_of("ab"),
        keys.key_of(["a", "b"]),
        keys.key_of("a", None),
        keys.key_of("a"),
        keys.key_of(1),
        keys.key_of("1"),
        keys.key_of({"a": 1, "b": 2}),
        keys.key_of({"a": 2, "b": 1}),
        keys.key_of(Path("a/b")),
    ]
    assert len(set(made)) == len(made)
    assert all(HASH.fullmatch(key) for key in made)
    assert keys.key_of({"b": 2, "a": 1}) == keys.key_of({"a": 1, "b": 2})


def test_the_key_of_the_program_has_every_statement_and_template_in_every_folder() -> None:
    root = Path(str(resources.files("landmark")))
    every = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.suffix in CODE}
    found = dict(keys._files(resources.files("landmark")))
    assert {name: file.read_bytes() for name, file in found.items()} == every
    assert {Path(name).suffix for name in found} == CODE


def test_the_key_of_the_program_is_over_its_files_and_the_version_of_each_library_that_results_hang_on() -> None:
    root = Path(str(resources.files("landmark")))
    files = {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*")
        if path.suffix in CODE
    }
    libraries = ("crawlerdetect", "duckdb", "idna", "iptocc", "jinja2", "numpy", "pyarrow", "tzdata")
    assert keys.key_of({name: version(name) for name in libraries}, files) == keys.code_key.__wrapped__()
