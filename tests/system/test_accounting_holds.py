"""Logs cut, joined and corrupted at random: lines always add up, steps always follow, and nothing ever crashes."""

from __future__ import annotations

import gzip
import itertools
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import landmark

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.system.conftest import Folder, World

FILES = ("logs/access.log", "logs/access.log.1", "logs/vhosts.log", "logs/news.notice", "logs/news.notice.1", "isp")
CHANGES = ("delete", "double", "flip", "nul", "newline", "join", "insert", "move", "quote")
ODD: tuple[bytes, ...] = (
    b"\0\0\0",
    b"\r",
    b"\xff\xfe",
    b'"',
    b"[",
    b"\\",
    b"\n\n",
    b"%2e%2e/",
    b"nnrpd[1003]: ",
    b"connect - port 119\n",
)
ODD += (
    b"Feb 29 25:61:61",
    b" group test.watched.a 9\n",
    b"[02/Oct/2001:10:00:00 +0000]",
    b"GET http://",
    b"\xe2\x80\xae",
)


class Change(NamedTuple):
    """One thing that befalls a file; places are shares of its length, in thousandths."""

    what: str
    file: str
    at: int
    length: int
    odd: bytes


changes = st.lists(
    st.builds(
        Change,
        st.sampled_from(CHANGES),
        st.sampled_from(FILES),
        st.integers(0, 1000),
        st.one_of(st.integers(0, 40), st.integers(40, 3000)),
        st.sampled_from(ODD),
    ),
    min_size=1,
    max_size=12,
)


def applied(text: bytes, change: Change) -> bytes:  # noqa: PLR0911 - one for each kind of change
    at = len(text) * change.at // 1000
    before, piece, after = text[:at], text[at : at + change.length], text[at + change.length :]
    match change.what:
        case "delete":
            return before + after
        case "double":
            return before + piece + piece + after
        case "flip":
            return before + bytes(byte ^ 0x20 for byte in piece) + after
        case "nul":
            return before + b"\0" * len(piece) + after
        case "newline":
            return before + b"\n" + text[at:]
        case "join":
            return before + piece.replace(b"\n", b"") + after
        case "insert":
            return before + change.odd + text[at:]
        case "move":
            return piece + before + after
        case _:
            return before + piece.replace(b'"', b"") + b'"' + after


def texts(whole: World) -> dict[str, bytes]:
    """The small world, spread over the files of three formats and the assignments."""
    web, news = whole.web_lines(), whole.news_lines()
    rows = ["address,port_from,port_to,from,until,account", *whole.assignments]
    return {
        "logs/access.log.1": b"".join(web[:40]),
        "logs/access.log": b"".join(web[40:70]),
        "logs/vhosts.log": b"".join(b"forum-a.example:80 " + line for line in web[70:]),
        "logs/news.notice.1": b"".join(news[:25]),
        "logs/news.notice": b"".join(news[25:]),
        "isp": ("\n".join(rows) + "\n").encode(),
    }


def adds_up(folder: Folder) -> None:
    """See that each file's lines and each step of the funnel add up, counted from the funnel as it is written."""
    funnel = folder.funnel()
    lines: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for file in [*funnel["files"], *funnel["assignment_files"]]:
        if "duplicate_of" not in file:
            gone = {**file["dropped"], **file["rejected"]}
            assert file["lines"] == file["kept"] + sum(gone.values()), file
            assert min([file["kept"], *gone.values()]) >= 0
    for file in funnel["files"]:
        if "duplicate_of" not in file:
            lines.update({"lines": file["lines"], "kept": file["kept"]})
            lost.update({**file["dropped"], **file["rejected"]})
    steps = funnel["steps"]
    assert (steps[0]["count"], steps[1]["count"]) == (lines["lines"], lines["kept"])
    assert steps[1]["lost"] == dict(lost)
    for before, after in itertools.pairwise(steps):
        if before["unit"] == after["unit"] or after["step"] == "events":
            assert before["count"] - sum(after["lost"].values()) == after["count"], (before, after)
    for table in ("events", "visits", "visitors", "leads"):
        assert len(folder.rows(table)) == folder.step(table)
    assert len(folder.rows("rejects")) == sum(
        sum(file["rejected"].values()) for file in funnel["files"] if "duplicate_of" not in file
    )
    subjects = folder.step("over_threshold")
    outcome = Counter(row["lost"] or "lead" for row in folder.rows("subjects"))
    assert sum(outcome.values()) == subjects
    assert outcome["lead"] == folder.step("leads")


@pytest.fixture(scope="module")
def put(make: Callable[..., Folder], world: Callable[[], World]) -> Callable[[Path], Folder]:
    """Make the case with three formats in a folder."""
    whole = world()

    def made(path: Path) -> Folder:
        folder = make(path, whole)
        folder.logs = [*folder.logs, {"files": ["logs/vhosts.log"], "format": "vhost_combined"}]
        return folder.save()

    return made


@settings(max_examples=50)
@given(changes=changes, packed=st.sampled_from([None, None, None, *FILES[:5]]), cut=st.integers(0, 1100))
def test_whatever_befalls_the_logs_every_line_is_accounted_for(
    put: Callable[[Path], Folder],
    world: Callable[[], World],
    changes: list[Change],
    packed: str | None,
    cut: int,
) -> None:
    files = texts(world())
    for change in changes:
        files[change.file] = applied(files[change.file], change)
    if packed is not None:
        whole = gzip.compress(files[packed])
        files[packed] = whole[: max(1, len(whole) * cut // 1000)]
    with tempfile.TemporaryDirectory() as place:
        folder = put(Path(place) / "case")
        for name, content in files.items():
            folder.write("isp/assignments.csv" if name == "isp" else name, content)
        try:
            ran = folder.run()
        except landmark.LandmarkError as error:
            assert error.exit_status in {2, 3, 5}  # noqa: PT017 - any other exception is to come through
            assert not (folder.path / "out" / "manifest.json").exists()
            return
        assert ran.exit_status in {0, 4}
        assert folder.whole()
        adds_up(folder)


def test_undisturbed_the_same_files_add_up_to_the_same_people(
    put: Callable[[Path], Folder], world: Callable[[], World], undisturbed: Folder, tmp_path: Path
) -> None:
    folder = put(tmp_path / "case")
    for name, content in texts(world()).items():
        folder.write("isp/assignments.csv" if name == "isp" else name, content)
    assert folder.run().exit_status == 0
    adds_up(folder)
    assert folder.rows("leads") == undisturbed.rows("leads")
    assert folder.step("lines") == undisturbed.step("lines")
