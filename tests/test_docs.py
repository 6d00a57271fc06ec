"""What the documentation says is so: its commands run, its examples come out, its words and links are all there.

- A block ```console holds commands (`$ landmark …`) with what they print. A line `…` stands for any lines, and names
  that a case's key makes (32 hex digits) and line numbers of a template are not compared.
- A page with a block ```toml and tables of lines is a case: the lines are written to its files, the case is run, and
  each row is held against what came of it.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import shutil
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import landmark
from landmark import cli, pseudonyms, reference, store, tables, words
from landmark.engine import Engine
from landmark.stages import RETURNING, SPEAKING

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PACKAGE = ROOT / "src" / "landmark"
PAGES = sorted([ROOT / "README.md", *DOCS.rglob("*.md")])
IDS = [path.relative_to(ROOT).as_posix() for path in PAGES]
TUTORIAL = DOCS / "tutorial.md"
COMMANDED = [path for path in PAGES if "```console" in path.read_text(encoding="utf-8") and path != TUTORIAL]
WORKED = [path for path in PAGES if "```toml" in path.read_text(encoding="utf-8")]
TODAY = date(2001, 11, 28)
SECONDS = 1_000_000
HOUR = 3_600 * SECONDS


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def headings(text: str) -> list[str]:
    return re.findall(r"^#+ (.*)$", text, re.MULTILINE)


def said_words(text: str) -> set[str]:
    return set(re.findall(r"`([a-z_]+)`", text))


# ── Commands ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Said:
    """A command of a page, what the page says it prints, and what it printed."""

    command: str
    expected: str
    printed: str


def transcript(path: Path) -> list[tuple[str, str]]:
    found = []
    for block in blocks(path.read_text(encoding="utf-8"), "console"):
        first, *parts = re.split(r"^\$ ", block, flags=re.MULTILINE)
        assert not first, f"{path.name}: a console block begins with a command"
        for part in parts:
            command, _, expected = part.partition("\n")
            found.append((command, expected))
    return found


def play(path: Path, folder: Path) -> list[Said]:
    """Run the commands of a page in a folder; a status that is not 0 must be asked for by the next command."""
    said = []
    status = 0
    with contextlib.chdir(folder):
        for command, expected in transcript(path):
            if command == "echo $?":
                said.append(Said(command, expected, f"{status}\n"))
                status = 0
                continue
            assert status == 0, f"{path.name}: the command before `{command}` ended with {status}"
            program, *arguments = shlex.split(command)
            assert program == "landmark", f"{path.name}: {command}"
            heard = io.StringIO()
            with contextlib.redirect_stdout(heard), contextlib.redirect_stderr(heard):
                status = cli.main(arguments)
            said.append(Said(command, expected, heard.getvalue()))
    assert status == 0, f"{path.name}: the last command ended with {status}"
    return said


def masked(text: str) -> list[str]:
    text = re.sub(r"\b[0-9a-f]{32}\b", "•", text)
    return re.sub(r"(?<=case\.toml:)\d+", "•", text).rstrip().split("\n")


def fits(expected: str, printed: str) -> bool:
    lines = [r"(?:.*\n)*?" if line.strip() == "…" else re.escape(line.rstrip()) + r"\n" for line in masked(expected)]
    return re.fullmatch("".join(lines), "".join(line.rstrip() + "\n" for line in masked(printed))) is not None


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Said]]:
    folder = tmp_path_factory.mktemp("tutorial")
    return folder, play(TUTORIAL, folder)


def hold(said: list[Said]) -> None:
    assert said
    for one in said:
        assert fits(one.expected, one.printed), f"$ {one.command}\n{one.printed}\nthe page says:\n{one.expected}"


def test_the_commands_of_the_tutorial_print_what_it_says(tutorial: tuple[Path, list[Said]]) -> None:
    hold(tutorial[1])


@pytest.mark.parametrize("page", COMMANDED, ids=lambda path: path.name)
def test_the_commands_of_every_other_page_go_on_where_the_tutorial_ends(
    page: Path, tutorial: tuple[Path, list[Said]], tmp_path: Path
) -> None:
    shutil.copytree(tutorial[0], tmp_path, dirs_exist_ok=True)
    hold(play(page, tmp_path))


def test_every_file_that_the_tutorial_shows_is_there(tutorial: tuple[Path, list[Said]]) -> None:
    (tree,) = blocks(TUTORIAL.read_text(encoding="utf-8"), "text")
    shown = [line.split()[0] for line in tree.splitlines()]
    assert len(shown) > 20
    for name in shown:
        assert (tutorial[0] / name).exists(), name


# ── Worked examples ────────────────────────────────────────────────────────────────────────────────────────────────

Row = dict[str, str]


def tables_of(text: str) -> list[list[Row]]:
    found = []
    for table in re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE):
        head, rule, *rows = [
            [cell.strip().strip("`") for cell in line.strip("|\n").split("|")] for line in table.splitlines()
        ]
        if all(set(cell) <= set("-:") for cell in rule):
            found.append([dict(zip(head, row, strict=True)) for row in rows])
    return found


def instant(text: str) -> int:
    """Give an instant of a page, UTC, in µs."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * SECONDS


@dataclass
class Worked:
    """A page's case: the rows of its tables, and the file and line on which each stands."""

    folder: Path
    places: list[tuple[str, int, Row]] = field(default_factory=list)
    leases: list[Row] = field(default_factory=list)
    summaries: list[Row] = field(default_factory=list)

    def write(self, page: Path) -> None:
        text = page.read_text(encoding="utf-8")
        (case,) = blocks(text, "toml")
        files: dict[str, list[str]] = {name: [] for name in re.findall(r'files = \["(logs/.*?)"\]', case)}
        # A syslog is in the order of time; a page need not be.
        for rows in sorted(tables_of(text), key=lambda rows: rows[0].get("as written", "")[:15]):
            if {"address", "ports"} <= set(rows[0]):
                self.leases += rows
            elif "subject" in rows[0]:
                self.summaries += rows
            for row in rows if name_of(rows[0]) in files else ():
                lines = files[name_of(rows[0])]
                lines.append(line_of(row))
                self.places.append((name_of(rows[0]), len(lines), row))
        self._file("case.toml", [case])
        for name, lines in files.items():
            self._file(name, lines)
        head = "address,port_from,port_to,protocol,from,until,account"
        for name, column in (("isp/assignments.csv", "account"), ("isp/nat.csv", "inner address")):
            if records := [_lease(row, column) for row in self.leases if column in row]:
                self._file(name, [head, *records])

    def _file(self, name: str, lines: list[str]) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")

    def table(self, name: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = pq.read_table(self.folder / "out" / "tables" / f"{name}.parquet").to_pylist()
        return rows


def name_of(row: Row) -> str:
    """Give the file in which a row of a table stands; that of a table of anything else is nowhere."""
    if "request" in row:
        return "logs/ports.log" if "port" in row else "logs/web.log"
    if "as written" in row:
        return "logs/news.notice" if " nnrpd[" in row["as written"] else "logs/web.log"
    return ""


def line_of(row: Row) -> str:
    if "request" in row:
        return _web(row)
    return "" if row["as written"] == "(an empty line)" else row["as written"]


def _web(row: Row) -> str:
    def given(name: str, otherwise: str) -> str:
        return otherwise if row.get(name, "–") in {"", "–"} else row[name]

    method, target = row["request"].split(" ")
    host, slash, path = target.partition("/")
    time = datetime.fromisoformat(row["time"]).strftime("%d/Oct/%Y:%H:%M:%S +0000")
    time = time.replace("/Oct/", "/Sep/") if row["time"][5:7] == "09" else time
    port = f" {given('port', '-')}" if "port" in row else ""
    page, agent = given("page", "-"), given("agent", "Browser/1.0")
    request = f'"{method} {slash}{path} HTTP/1.0" {row["answer"]} 512'
    return f'{host}:80 {row["client"]} - {given("login", "-")} [{time}] {request} "{page}" "{agent}"{port}'


def _lease(row: Row, column: str) -> str:
    low, _, high = "" if row["ports"] == "–" else row["ports"], "", ""
    if low:
        low, _, high = low.partition(" to ")
    protocol = "" if row.get("protocol", "–") == "–" else row["protocol"]
    account = "" if row[column] == "–" else row[column]
    until = "" if row["until"] == "–" else row["until"]
    return f"{row['address']},{low},{high},{protocol},{row['from']},{until},{account}"


@pytest.fixture(scope="module", params=WORKED, ids=lambda path: path.name)
def worked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Worked:
    made = Worked(tmp_path_factory.mktemp("worked") / "case")
    made.write(request.param)
    landmark.run(made.folder, today=TODAY)
    assert len(made.places) > 10
    return made


def test_every_example_line_becomes_what_its_row_says(worked: Worked) -> None:
    funnel = landmark.funnel(worked.folder)
    texts = {file["path"]: file["content_sha256"] for file in funnel["files"]}  # type: ignore[attr-defined]
    events = {(row["source"], row["line"]): row for row in worked.table("events")}
    rejects = {(row["source"], row["line"]): row["reason"] for row in worked.table("rejects")}
    dropped: dict[str, Counter[str]] = {name: Counter() for name in texts}
    for name, number, row in worked.places:
        if "counts" not in row:
            continue
        place = (texts[name], number)
        if place in events:
            reason = events[place]["reason"]
            came = "yes" if events[place]["counts"] else f"no, `{reason}"
        elif place in rejects:
            came = f"rejected, `{rejects[place]}"
        else:
            came = "not kept"
            dropped[name][row["counts"].partition("`")[2]] += 1
        assert row["counts"].startswith(came), (came, row)
    if all("counts" in row for _, _, row in worked.places):
        told = {file["path"]: Counter(file["dropped"]) for file in funnel["files"]}  # type: ignore[attr-defined]
        assert dropped == told


def test_every_example_event_has_the_visitor_the_visit_and_the_edge_that_its_row_says(worked: Worked) -> None:
    texts = {file["path"]: file["content_sha256"] for file in landmark.funnel(worked.folder)["files"]}  # type: ignore[attr-defined]
    events = {(row["source"], row["line"]): row for row in worked.table("events")}
    sightings = {row["event"]: row for row in worked.table("sightings")}
    visits = worked.table("visits")
    for name, number, row in worked.places:
        event = events.get((texts[name], number))
        if event is None:
            continue
        seen = sightings[event["event"]]
        own = [
            visit
            for visit in visits
            if visit["visitor_id"] == seen["visitor_id"]
            and event["counts"]
            and visit["first"] <= event["first_instant"] <= visit["last"]
        ]
        if "visit" in row:
            assert [str(visit["visit"]) for visit in own] == ([row["visit"]] if row["visit"] else []), row
        if "visitor" in row:
            assert seen["basis"] == row["visitor"], row
        if "edge" in row:
            assert [visit["edge"] for visit in own] == [row["edge"] == "yes"], row
        if row.get("fills from"):
            assert event["first_instant"] == instant(row["fills from"]), row
            assert event["last_instant"] == instant(row["fills to"]), row


def test_every_example_attribution_has_the_grade_the_accounts_and_the_reason_that_its_row_says(worked: Worked) -> None:
    names = pseudonyms.load_or_make(worked.folder)
    known = {names.account(row["account"].encode()): row["account"] for row in worked.leases if "account" in row}
    texts = {file["path"]: file["content_sha256"] for file in landmark.funnel(worked.folder)["files"]}  # type: ignore[attr-defined]
    events = {(row["source"], row["line"]): row["event"] for row in worked.table("events")}
    attributions = {row["event"]: row for row in worked.table("attributions")}
    for name, number, row in worked.places:
        if row.get("grade"):
            came = attributions[events[texts[name], number]]
            accounts = " and ".join(sorted(known[account] for account in came["accounts"])) or "nobody"
            assert (came["grade"], accounts, came["reason"] or "") == (row["grade"], row["accounts"], row["why"]), row


def test_every_example_client_is_the_subject_that_its_row_says(worked: Worked) -> None:
    visitors = {row["client_address"]: row for row in worked.table("visitors") if row["basis"] == "address"}
    subjects = {row["visitor_id"]: row for row in worked.table("subjects")}
    for row in worked.summaries:
        visitor = visitors[row["client"]]
        subject = subjects.get(visitor["visitor_id"])
        assert visitor["visits"] == int(row["visits"]), row
        assert (subject is not None) == (row["subject"] == "yes"), row
        assert bool(subject and subject["marginal"]) == (row["marginal"] == "yes"), row


# ── The source test ────────────────────────────────────────────────────────────────────────────────────────────────


def speaking(readings: list[tuple[int, bool]], shift: int = HOUR) -> pa.Table:
    """Give readings (instant, whether it speaks for the shift) as the stage `speaking` does."""
    rows = [
        {"log": "l", "series": "s", "assignment": "a", "shift": shift, "instant": at, "client_address": "192.0.2.1",
         "client_port": -1, "for_shift": for_shift}
        for at, for_shift in readings
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=store.schema(SPEAKING))


def source_test(readings: list[tuple[int, bool]]) -> tuple[dict[str, Any], dict[str, pa.Table]]:
    begin, end = (readings[0][0], readings[-1][0]) if readings else (0, 0)
    clock = {"log": "l", "series": "s", "clock": 1, "tolerance": 5 * SECONDS, "from": begin, "until": end + 1}
    given = {
        "clocks": pa.Table.from_pylist([clock]),
        "shifts": pa.table({"shift": [HOUR]}),
        "assignment_clocks": pa.table({"assignment": ["a"], "tolerance": [5 * SECONDS]}),
        "speaking": speaking(readings),
        "returning": store.empty(RETURNING),
    }
    made = store.conform(Engine().run("source_test", given, {}), tables.SOURCE_TESTS)
    return made.to_pylist()[0], {**given, "source_tests": made}


def test_the_example_counts_exclude_a_shift_or_are_loud_as_their_rows_say() -> None:
    text = (DOCS / "attribution.md").read_text(encoding="utf-8")
    (rows,) = [rows for rows in tables_of(text) if "for the shift" in rows[0]]
    assert len(rows) > 5
    for row in rows:
        for_zero, for_shift, days = (int(row[name]) for name in ("for the time as written", "for the shift", "days"))
        start = instant("2001-10-02 00:00:00")
        readings = [(start + place % max(days, 1) * 24 * HOUR, False) for place in range(for_zero)]
        readings += [(start, True)] * for_shift
        came, _ = source_test(sorted(readings))
        assert (came["for_zero"], came["for_shift"], came["days"]) == (for_zero, for_shift, days)
        assert came["excluded"] == (row["excluded"] == "yes"), row
        assert came["loud"] == (row["loud"] == "yes"), row


def test_the_example_of_the_ten_readings_is_in_doubt_where_the_page_says() -> None:
    text = (DOCS / "attribution.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"^[ws]{40}$", text, re.MULTILINE)
    start = instant("2001-10-02 20:00:00")
    readings = [(start + place * HOUR, mark == "s") for place, mark in enumerate(line)]
    came, given = source_test(readings)
    assert came["excluded"]
    none = pa.table(
        {name: pa.array([], pa.string()) for name in ("log", "series", "assignment")}
        | {name: pa.array([], pa.int64()) for name in ("shift", "from", "until")}
    )
    doubts = Engine().run("doubts", {name: given[name] for name in given if name != "shifts"} | {"declared": none}, {})
    (said,) = re.findall(r"just after the (\d+)th reading to the (\d+)nd itself", re.sub(r"\s+", " ", text))
    first, last = (start + (int(number) - 1) * HOUR for number in said)
    assert [(row["from"], row["until"]) for row in doubts.to_pylist()] == [(first + 1, last + 1)]


# ── Words ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("word", sorted({*tables.AGAINST, *tables.LEAD_LOSSES}))
def test_every_word_against_a_subject_is_explained_with_an_example_and_what_to_ask_next(word: str) -> None:
    text = (DOCS / "against.md").read_text(encoding="utf-8")
    sections = re.split(r"^### ", text, flags=re.MULTILINE)
    (section,) = [section for section in sections if section.startswith(f"`{word}`")]
    for part in ("**It means.**", "**Example.**", "**Ask next.**"):
        assert section.count(part) == 1, part
    label = words.AGAINST.get(word, words.LEAD_LOSSES.get(word))
    assert label is not None
    assert f"*{label.label[0].upper()}{label.label[1:]}.*" in section


@pytest.mark.parametrize(
    ("page", "listed"),
    [
        ("visits.md", (*tables.NOT_COUNTED, *tables.BASES)),
        ("attribution.md", (*tables.GRADES, *tables.ATTRIBUTION_REASONS)),
        ("accounting.md", (*tables.DROPPED, *tables.REJECTED, *tables.STEPS)),
    ],
)
def test_every_word_of_a_closed_list_stands_on_its_page(page: str, listed: tuple[str, ...]) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    missing = [word for word in listed if word not in said_words(text) and f"**{word}**" not in text]
    assert not missing


# ── Pages ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_link_leads_to_a_file_that_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if not link.startswith(("https://", "#")):
            assert (page.parent / link.partition("#")[0]).exists(), link


@pytest.mark.parametrize("name", sorted(reference.pages()))
def test_the_pages_made_from_the_code_are_those_that_the_code_gives(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == reference.pages()[name]


def test_every_page_of_docs_is_named_in_the_readme_and_every_decision_in_its_index() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for page in DOCS.glob("*.md"):
        assert f"docs/{page.name}" in readme
    index = (DOCS / "decisions" / "README.md").read_text(encoding="utf-8")
    for page in (DOCS / "decisions").glob("0*.md"):
        assert f"]({page.name})" in index
        assert headings(page.read_text(encoding="utf-8"))[0] in index


def mapped() -> list[str]:
    """Give the modules and folders of the README's map, in its order."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (tree,) = [block for block in blocks(readme, "text") if block.startswith("src/landmark/")]
    return re.findall(r"^  ([a-z_]+(?:\.py|/))", tree, re.MULTILINE)


def test_the_map_of_the_code_names_every_module_and_nothing_else() -> None:
    there = {path.name for path in PACKAGE.glob("*.py") if not path.name.startswith("__")}
    there |= {f"{path.name}/" for path in PACKAGE.iterdir() if path.is_dir() and not path.name.startswith("__")}
    assert sorted(mapped()) == sorted(there)


def test_nothing_imports_what_stands_above_it_in_the_map() -> None:
    order = [re.sub(r"\.py$|/$", "", name) for name in mapped()]
    for place, name in enumerate(order):
        own = PACKAGE / name
        for path in own.rglob("*.py") if own.is_dir() else [own.with_suffix(".py")]:
            text = path.read_text(encoding="utf-8")
            taken = re.findall(r"^ *(?:from|import) landmark\.([a-z_]+)", text, re.MULTILINE)
            for names in re.findall(r"^ *from landmark import (.+?)(?: #.*)?$", text, re.MULTILINE):
                taken += [one.split(" ")[0] for one in names.split(", ")]
            assert all(order.index(one) >= place for one in taken if one in order), path


def test_the_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"^    landmark ([a-z]+) ", readme, re.MULTILINE)
    assert sorted(named) == sorted(name for name in cli.app if not name.startswith("-"))


def test_the_funnel_of_the_readme_adds_up_and_the_demo_makes_it() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (printed,) = [block for block in blocks(readme, "text") if block.startswith("Step ")]
    assert "Over the threshold         440 visitors" in printed
    before, unit = 0, ""
    for step in re.split(r"\n(?=[A-Z])", printed.split("\n\n")[0])[1:-1]:
        number = r"(\d[\d ]*\d|\d)"
        count, now = re.findall(rf"  {number} ([a-z]+)", step)[0]
        lost = [int(one.replace(" ", "")) for one in re.findall(rf"− +{number} ", step)]
        if (unit, now) in {("lines", "events"), (now, now)}:
            assert before - sum(lost) == int(count.replace(" ", "")), step
        before, unit = int(count.replace(" ", "")), now
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in ("simulate", "run", "score"):
        assert f"landmark {command} $(DEMO)" in makefile


def test_the_exit_statuses_of_the_readme_are_those_of_the_code() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (rows,) = [rows for rows in tables_of(readme) if "exit status" in rows[0]]
    errors = (landmark.LandmarkError, landmark.CaseError, landmark.IntegrityError, landmark.MachineError)
    assert [row["exit status"] for row in rows] == ["0", "1", "2", "3", "4", "5"]
    assert {str(error.exit_status) for error in errors} <= {row["exit status"] for row in rows}
