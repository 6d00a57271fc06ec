"""Each statement of the resolver: one, readable by both engines, over the tables that it declares and no others."""

from __future__ import annotations

import re

import pytest
import sqlglot
from sqlglot import ErrorLevel, exp
from sqlglot.optimizer.scope import traverse_scope

from landmark import tables
from landmark.engine import statement
from landmark.stages import READS

FORBIDDEN = (exp.CountIf, exp.ArgMax, exp.ArgMin, exp.Div, exp.CurrentTimestamp, exp.CurrentDate, exp.Extract, exp.Rand)


@pytest.mark.parametrize("stage", sorted(READS))
def test_it_is_one_statement_over_declared_tables(stage: str) -> None:
    (tree,) = sqlglot.parse(statement(stage), read="duckdb")
    assert tree is not None
    read = {
        source.name
        for scope in traverse_scope(tree)
        for source in scope.sources.values()
        if isinstance(source, exp.Table)
    }
    assert read == set(READS[stage])


@pytest.mark.parametrize("stage", sorted(READS))
def test_its_head_names_what_it_reads(stage: str) -> None:
    head = statement(stage).split("\nWITH\n", 1)[0]
    listed = head.split("-- Reads ", 1)[1].split("-- Gives", 1)[0]
    assert re.findall(r"^(?:--)? {2,9}([a-z_]+) {2,}", listed, re.MULTILINE) == list(READS[stage])


@pytest.mark.parametrize("stage", sorted(READS))
def test_it_is_translated_for_a_cluster_without_loss(stage: str) -> None:
    translated = sqlglot.transpile(
        statement(stage), read="duckdb", write="spark", unsupported_level=ErrorLevel.RAISE, error_level=ErrorLevel.RAISE
    )
    assert len(translated) == 1
    assert sqlglot.parse(translated[0], read="spark")


@pytest.mark.parametrize("stage", sorted(READS))
def test_it_keeps_to_what_both_engines_do_alike(stage: str) -> None:
    (tree,) = sqlglot.parse(statement(stage), read="duckdb")
    assert tree is not None
    assert not list(tree.find_all(*FORBIDDEN))
    # A sum of integers would come out as DOUBLE: each has its cast. A frame stands in a named window only.
    for total in tree.find_all(exp.Sum):
        above = total.parent
        while isinstance(above, exp.Window):
            above = above.parent
        assert isinstance(above, exp.Cast)
    for function in tree.find_all(exp.Literal):
        assert function.is_string or "." not in function.name, "no fractions"


def test_the_reasons_in_the_sql_are_the_tables_words_in_their_order() -> None:
    text = statement("attributions").split("CASE graded.reason_number", 1)[1]
    found = re.findall(r"WHEN (\d+) THEN '([a-z_]+)'", text)
    assert [(int(number), word) for number, word in found] == list(enumerate(tables.ATTRIBUTION_REASONS))
