"""The key of a result: SHA-256 of everything that made it. Same key, same bytes; nothing else is asked."""

from __future__ import annotations

import functools
import hashlib
import json
from importlib import resources
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

_LIBRARIES = ("crawlerdetect", "duckdb", "idna", "iptocc", "jinja2", "numpy", "pyarrow", "tzdata")
_CODE = (".py", ".sql", ".j2")


def key_of(*parts: object) -> str:
    """Give the key over parts that JSON can write; anything else counts by its text."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


@functools.cache
def release(package: str) -> str:
    """Give the version of an installed package. It is looked up once: nothing of it changes while a process runs."""
    return version(package)


@functools.cache
def code_key() -> str:
    """Give the key of the program itself: every statement and template of Landmark, and its libraries' versions."""
    files = {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in _files(resources.files("landmark"))}
    return key_of({name: release(name) for name in _LIBRARIES}, files)


def _files(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, Traversable]]:
    for one in sorted(folder.iterdir(), key=lambda one: one.name):
        if one.is_dir() and not one.name.startswith("__"):
            yield from _files(one, f"{prefix}{one.name}/")
        elif one.name.endswith(_CODE):
            yield prefix + one.name, one
