"""The one writer and reader of tables: same rows, same bytes."""

from __future__ import annotations

from landmark.store.digests import digest, digest_of
from landmark.store.files import refused, sync_folder, whole, write_bytes, write_text
from landmark.store.memory import arrow_bounded, let_go
from landmark.store.parquet import ROW_GROUP, check, copy, read, readable, write, writing
from landmark.store.schemas import cast, conform, empty, schema

__all__ = [
    "ROW_GROUP",
    "arrow_bounded",
    "cast",
    "check",
    "conform",
    "copy",
    "digest",
    "digest_of",
    "empty",
    "let_go",
    "read",
    "readable",
    "refused",
    "schema",
    "sync_folder",
    "whole",
    "write",
    "write_bytes",
    "write_text",
    "writing",
]
