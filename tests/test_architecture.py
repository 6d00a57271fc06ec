"""The house: who may import whom, which statement reads which table, and that a command has its twin and its page."""

from __future__ import annotations

import ast
import inspect
import json
import re
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest
import sqlglot
from sqlglot import ErrorLevel, exp
from sqlglot.optimizer.scope import traverse_scope

import landmark
from landmark import cli, reference, tables
from landmark.engine import statement

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = Path(str(resources.files("landmark")))
MODULES = sorted(PACKAGE.rglob("*.py"))
STATEMENTS = sorted(path.stem for path in (PACKAGE / "stages").glob("*.sql"))
READ_FIRST = {
    "events",
    "leases",
    "reach",
    "shifts",
    "log_clocks",
    "assignment_clocks",
    "declared",
    "keeps",
    "links",
    "sought",
}
"""What no stage makes: what was read, and small tables that the case and the lookups give."""
WAY: tuple[str, ...] = (
    "overlaps",
    "clients",
    "accounts",
    "two_lines",
    "clocks",
    "held",
    "places",
    "grains",
    "speaking",
    "naming",
    "returning",
    "speaking_days",
    "fit_readings",
    "source_tests",
    "doubts",
    "settled",
    "attributions",
    "chain",
    "sightings",
    "visits",
    "visitors",
)
WAY += ("conduct", "countries", "subjects", "leads", "enquiries", "instants", "narrowed")
"""The one direction of the data; `conduct` and `countries` are no SQL."""
GIVES = {"source_test": "source_tests"}


def read_by(stage: str) -> set[str]:
    """Give the tables that a statement reads."""
    (tree,) = sqlglot.parse(statement(stage), read="duckdb")
    assert tree is not None
    sources = [source for scope in traverse_scope(tree) for source in scope.sources.values()]
    return {source.name for source in sources if isinstance(source, exp.Table)}


def declared_by(stage: str) -> set[str]:
    """Give the tables that the head of a statement says it reads."""
    listed = statement(stage).split("-- Reads ", 1)[1].split("-- Gives ", 1)[0]
    heads = re.findall(r"^(?:--)? {2,}([a-z_]+(?:, [a-z_]+)*)(?: {2,}| +\()", " " * 3 + listed, re.MULTILINE)
    return {name for head in heads for name in head.split(", ")}


def test_there_are_statements() -> None:
    assert len(STATEMENTS) >= 13


@pytest.mark.parametrize("stage", STATEMENTS)
def test_a_stage_is_one_statement_over_the_tables_that_its_head_declares(stage: str) -> None:
    assert read_by(stage) == declared_by(stage)


@pytest.mark.parametrize("stage", STATEMENTS)
def test_a_stage_reads_earlier_tables_only(stage: str) -> None:
    before = WAY[: WAY.index(GIVES.get(stage, stage))]
    assert read_by(stage) <= READ_FIRST | set(before)


def test_no_stage_reads_a_hint_so_none_can_enter_a_lead() -> None:
    assert [stage for stage in STATEMENTS if "narrowed" in read_by(stage)] == []


@pytest.mark.parametrize("stage", STATEMENTS)
def test_a_stage_is_translated_for_a_cluster_without_loss(stage: str) -> None:
    (translated,) = sqlglot.transpile(
        statement(stage), read="duckdb", write="spark", unsupported_level=ErrorLevel.RAISE, error_level=ErrorLevel.RAISE
    )
    assert len(sqlglot.parse(translated, read="spark")) == 1


UNLIKE = (exp.CountIf, exp.ArgMax, exp.ArgMin, exp.CurrentTimestamp, exp.CurrentDate, exp.Extract, exp.Rand)


@pytest.mark.parametrize("stage", STATEMENTS)
def test_a_stage_uses_nothing_that_two_engines_do_unlike(stage: str) -> None:
    (tree,) = sqlglot.parse(statement(stage), read="duckdb")
    assert tree is not None
    assert list(tree.find_all(*UNLIKE)) == []
    for total in tree.find_all(exp.Sum):
        above = total.parent
        while isinstance(above, exp.Window | exp.Filter):
            above = above.parent
        assert isinstance(above, exp.Cast), f"a sum without a cast: {total.sql()}"


def test_every_table_has_a_key_of_its_own_columns() -> None:
    for table in tables.ALL:
        assert set(table.key) <= set(table.names)
        assert len(set(table.names)) == len(table.names)


def test_the_flow_of_imports_has_one_way() -> None:
    script = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["--version"]], ids=" ".join)
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    script = (
        "import json, sys; from landmark.cli import main\n"
        "status = main(sys.argv[1:])\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)\n"
        "sys.exit(status)"
    )
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    loaded = set(json.loads(done.stderr))
    assert loaded & {"duckdb", "numpy", "pyarrow", "hyperscan", "sqlglot", "jinja2", "pandas"} == set()


COMMANDS = sorted(name for name in cli.app if not name.startswith("-"))


def test_the_commands_are_those_of_the_design() -> None:
    assert set(COMMANDS) >= {"new", "check", "run", "funnel", "show", "simulate", "score"}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_has_its_twin_in_the_library(command: str) -> None:
    assert command in landmark.__all__
    twin = inspect.signature(getattr(landmark, command)).parameters
    own = inspect.signature(getattr(cli, command)).parameters
    assert {name for name in own if name != "json_"} - {"case"} <= set(twin)
    assert {"folder", "file"} & set(twin)
    assert inspect.getdoc(getattr(landmark, command))


def test_what_is_said_to_be_public_is_there_and_is_all() -> None:
    assert sorted(landmark.__all__) == list(landmark.__all__)
    for name in landmark.__all__:
        assert getattr(landmark, name) is not None
    assert set(COMMANDS) <= set(landmark.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        getattr(landmark, "nothing")  # noqa: B009 - a name that is not there, which a type checker would not let pass


def test_the_pages_that_are_made_from_the_code_are_fresh() -> None:
    docs = ROOT / "docs"
    if not docs.is_dir():
        pytest.skip("no docs beside these tests")
    for name, text in reference.pages().items():
        assert (docs / name).read_text(encoding="utf-8") == text, f"docs/{name}: run `make docs`"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_is_a_noun_of_the_field(path: Path) -> None:
    assert path.stem not in {"utils", "util", "common", "base", "helpers", "helper", "misc", "internals"}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names |= {alias.name for node in imports for alias in node.names}
    assert not names & {"print", "print_exc", "traceback"}, "what a run was reading reaches no message"


NO_CLOCK = ("sources", "assignments", "stages", "lookups", "scan", "intake", "referral", "report")


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if path.relative_to(PACKAGE).parts[0] in NO_CLOCK],
    ids=lambda path: path.relative_to(PACKAGE).as_posix(),
)
def test_what_computes_knows_neither_the_clock_nor_chance(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = {
        node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert not calls & {
        "now",
        "utcnow",
        "today",
        "time_ns",
        "monotonic",
        "token_hex",
        "random",
        "getlocale",
        "localtime",
    }
    imported = {
        alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in (node.names if isinstance(node, ast.Import) else [ast.alias(node.module or "")])
    }
    assert not imported & {"random", "secrets", "uuid", "time", "locale"}


def test_no_property_fails_because_a_machine_was_slow() -> None:
    """What a test says for itself takes the place of what all tests say: it must be in both."""
    for path in sorted((ROOT / "tests").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for call in [node for node in ast.walk(tree) if isinstance(node, ast.Call)]:
            for word in call.keywords:
                said = {one.attr for one in ast.walk(word.value) if isinstance(one, ast.Attribute)}
                where = f"{path}:{call.lineno}"
                assert word.arg != "deadline" or ast.unparse(word.value) == "None", where
                assert word.arg != "suppress_health_check" or said & {"too_slow"} or path.name == "conftest.py", where
