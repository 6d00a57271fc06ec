"""The statements after attribution are ones that the translation to Spark takes without loss."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import ErrorLevel, exp

from landmark.engine import statement

READS = {
    "sightings": "events attributions",
    "visits": "events sightings",
    "visitors": "events sightings visits",
    "subjects": "events attributions leases sightings visits visitors conduct countries reach sought",
    "leads": "subjects",
    "enquiries": "subjects events sightings countries",
    "instants": "enquiries events sightings visits countries",
}


@pytest.mark.parametrize("stage", READS)
def test_a_statement_is_one_and_translates(stage: str) -> None:
    (translated,) = sqlglot.transpile(
        statement(stage), read="duckdb", write="spark", unsupported_level=ErrorLevel.RAISE
    )
    (again,) = sqlglot.parse(translated, read="spark")
    assert isinstance(again, exp.Select)


@pytest.mark.parametrize("stage", READS)
def test_a_statement_reads_the_tables_that_are_named_and_no_others(stage: str) -> None:
    (parsed,) = sqlglot.parse(statement(stage), read="duckdb")
    assert parsed is not None
    steps = {step.alias for step in parsed.find_all(exp.CTE)}
    read = {table.name for table in parsed.find_all(exp.Table)} - steps
    assert read == set(READS[stage].split())
