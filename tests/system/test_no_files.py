"""A pipe or a device in a file's place: it is said, nobody waits for it, and it is not read without end."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from landmark import cli
from landmark.contents import content_of, sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.system.conftest import Folder


@pytest.fixture
def pipe() -> Callable[[Path], None]:
    """Put a named pipe in a file's place."""
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")

    def put(path: Path) -> None:
        path.unlink(missing_ok=True)
        os.mkfifo(path)

    return put


def test_what_is_no_file_has_no_content(tmp_path: Path, pipe: Callable[[Path], None]) -> None:
    pipe(tmp_path / "pipe")
    (tmp_path / "device").symlink_to("/dev/zero")
    for name in ("pipe", "device"):
        for read in (content_of, sha256_of):
            with pytest.raises(OSError, match="Not a regular file"):
                read(tmp_path / name)


@pytest.mark.parametrize(
    "name",
    ["case.toml", "targets.csv", "geo.csv", "case.key", "ledger.jsonl", "logs/acquisition.json", "cache/authority"],
)
def test_a_run_says_what_is_no_file_and_keeps_what_it_had(
    light: Folder, pipe: Callable[[Path], None], capfd: pytest.CaptureFixture[str], name: str
) -> None:
    (light.path / "cache").mkdir()
    pipe(light.path / name)
    if name == "targets.csv":
        text = (light.path / "case.toml").read_text(encoding="utf-8")
        listed = text[: text.index("[[target]]")].replace("[case]", 'targets = "targets.csv"\n[case]')
        light.write("case.toml", listed.encode())
    assert cli.main(["run", str(light.path), "--as-of", "2001-11-01"]) == 5
    said = capfd.readouterr().err
    assert name.rpartition("/")[2] in said
    assert "Traceback" not in said
    assert not (light.path / "out").exists()


def test_what_a_run_writes_itself_takes_the_place_of_what_is_no_file(
    light: Folder, pipe: Callable[[Path], None]
) -> None:
    for name in ("out/manifest.json", "cache/inputs.json"):
        (light.path / name).parent.mkdir()
        pipe(light.path / name)
    light.run()
    assert light.whole()
    assert (light.path / "cache/inputs.json").is_file()
