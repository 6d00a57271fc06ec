"""`landmark plot CASE fit`: of a simulated world, its clock right or an hour off for some days."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from typing import TYPE_CHECKING

import pytest

import landmark
from landmark import cli
from landmark.errors import CaseError, IntegrityError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plot") / "case"
    landmark.simulate(folder, scale=0.05)
    landmark.run(folder)
    return folder


def test_a_case_that_was_not_run_has_nothing_to_draw(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    landmark.simulate(tmp_path / "case", scale=0.05)
    assert cli.main(["plot", str(tmp_path / "case"), "fit"]) == 2
    assert "run the case first" in capsys.readouterr().err
    assert not (tmp_path / "case" / "plots").exists()


def test_the_pictures_are_written_beside_the_results_and_their_paths_printed(
    world: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["plot", str(world), "fit"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == str(world / "plots" / "fit.html")
    assert sorted(printed) == sorted(str(path) for path in (world / "plots").iterdir())
    before = {path.name: path.read_bytes() for path in (world / "plots").iterdir()}
    (world / "plots" / "fit-99-of-an-earlier-run.svg").write_text("")
    drawn = landmark.plot(world, "fit")
    assert {path.name: path.read_bytes() for path in (world / "plots").iterdir()} == before
    assert len(drawn.figures) == len(drawn.paths) - 1


def test_where_they_may_not_be_written_another_folder_is_proposed(
    world: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(world / "plots", ignore_errors=True)
    (world / "plots").write_bytes(b"")
    assert cli.main(["plot", str(world)]) == 5
    assert "--to DIR draws elsewhere" in capsys.readouterr().err
    (world / "plots").unlink()


def test_they_are_written_elsewhere_where_that_is_asked_for_and_the_figures_printed(
    world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["plot", str(world), "fit", "--to", str(tmp_path / "there"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert {str(path) for path in (tmp_path / "there").iterdir()} == set(said["paths"])
    assert {row["log"] for row in said["fits"]} == {row["log"] for row in landmark.plot(world).figures}
    (web,) = [row for row in said["fits"] if row["log"] == "logs/access.log*"]
    assert web["lowest"] <= 0 <= web["highest"]
    assert not web["loud"]
    assert sum(row["there"] for row in web["curve"] if row["shift"] == 0) > 100


def test_a_picture_that_there_is_not_and_tables_that_were_touched_are_refused(world: Path) -> None:
    with pytest.raises(CaseError, match="fit"):
        landmark.plot(world, "moon")
    path = world / "out" / "tables" / "fits.parquet"
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    with pytest.raises(IntegrityError, match=r"fits\.parquet"):
        landmark.plot(world, "fit")
    path.write_bytes(content)


@pytest.mark.parametrize("seed", range(4))
def test_a_simulated_world_whose_clocks_are_right_never_raises_an_alarm(tmp_path: Path, seed: int) -> None:
    landmark.simulate(tmp_path / "case", scale=0.05, seed=seed)
    ran = landmark.run(tmp_path / "case")
    assert ran.funnel["elsewhere"] == []


def test_a_server_that_was_an_hour_ahead_for_four_days_is_said_loudly_and_not_corrected(tmp_path: Path) -> None:
    """Four days of the weblog, from 18 October, are written an hour late; the events keep their time as written."""
    landmark.simulate(tmp_path / "case", scale=0.3)
    for path in (tmp_path / "case" / "logs").glob("access.log*"):
        packed = path.suffix == ".gz"
        text = gzip.decompress(path.read_bytes()) if packed else path.read_bytes()
        text = re.sub(rb"\[(18|19|2[01])(/Oct/2001:\S+) \+0100\]", rb"[\1\2 +0000]", text)
        path.write_bytes(gzip.compress(text) if packed else text)
    ran = landmark.run(tmp_path / "case")
    elsewhere = ran.funnel["elsewhere"]
    assert isinstance(elsewhere, list)
    (row,) = elsewhere
    assert row["log"] == "logs/access.log*"
    assert row["days_elsewhere"] >= 3
    page = (ran.out / "report.html").read_text(encoding="utf-8")
    assert "A clock does not fit the records." in page
    assert "Nothing was corrected" in page
