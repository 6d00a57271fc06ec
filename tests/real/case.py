"""A case folder that reads what genuine servers wrote."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

import landmark
from landmark.pseudonyms import load_or_make

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from pathlib import Path


@dataclass
class Case:
    """A case folder that reads what the servers wrote."""

    path: Path
    window: tuple[datetime, datetime]
    today: date

    def write(self, tables: str, inputs: Mapping[str, bytes]) -> None:
        """Write the case file, with these tables of targets and inputs, and the inputs that no server wrote."""
        begin, end = (at.isoformat() for at in self.window)
        head = (
            '[case]\nid = "real"\ntitle = "Genuine servers"\nlead = "GB"\n[authority]\nreference = "W-1"\n'
            'issuer = "Example Court"\nprovider = "Example Internet"\ncountry = "GB"\nzone = "Europe/London"\n'
            f'from = {begin}\nuntil = {end}\ncovers = ["traffic", "identification"]\n'
        )
        for name, content in {"case.toml": (head + tables).encode(), **inputs}.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def run(self) -> None:
        landmark.run(self.path, today=self.today)

    def rows(self, table: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = pq.read_table(self.path / "out" / "tables" / f"{table}.parquet").to_pylist()
        return rows

    def file(self, name: str) -> dict[str, Any]:
        """Give what the funnel says of an input."""
        funnel = json.loads((self.path / "out" / "funnel.json").read_bytes())
        found: dict[str, Any] = next(one for one in funnel["files"] if one["path"] == name)
        return found

    def account(self, name: str) -> str:
        """Give an account's pseudonym."""
        return load_or_make(self.path).account(name.encode())

    def login(self, name: str, realm: str) -> str:
        """Give a login's pseudonym."""
        return load_or_make(self.path).login(name.encode(), realm)
