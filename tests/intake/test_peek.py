"""What `check` sees of a file's first lines: whether they read as the format that the case gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from landmark import assignments
from landmark.case import Assignment
from landmark.intake.inputs import Input
from landmark.intake.peek import peek

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "address,port_from,port_to,from,until,account\n"
RECORDS = HEADER + "".join(
    f"192.0.2.{number},,,2001-10-02T19:00:00Z,2001-10-02T22:00:00Z,user-{number}\n" for number in range(1, 10)
)
EXAMPLES = [
    (name, one) for name, format_ in sorted(assignments.ALL.items()) for one in format_.examples() if not one.rejected
]


def peeked(
    path: Path, data: bytes, format_: str = "csv", account: str = "user-name", **stated: object
) -> tuple[int, int]:
    path.write_bytes(data)
    owner = Assignment(files=(path.name,), format=format_, account=account, **stated)  # type: ignore[arg-type]  # of an example
    return peek(Input(path.name, path, "assignment", owner, "series"))


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=lambda one: one if isinstance(one, str) else one.name)
def test_what_reads_as_its_format_is_said_to(tmp_path: Path, name: str, example: assignments.Example) -> None:
    stated = {key: value for key, value in example.settings.items() if key in {"zone", "year", "columns", "table"}}
    account = str(example.settings.get("account_kind", "user-name"))
    lines, readable = peeked(tmp_path / "records", example.text, name, account, **stated)
    assert lines == readable > 0


@pytest.mark.parametrize(
    "data",
    [RECORDS.replace(",", ";").encode(), RECORDS.encode("utf-16"), RECORDS.replace("account", "customer").encode()],
    ids=["semicolons", "UTF-16", "a header"],
)
def test_of_a_list_that_no_run_could_read_nothing_is_said_to_read(tmp_path: Path, data: bytes) -> None:
    assert peeked(tmp_path / "records", RECORDS.encode()) == (10, 10)
    assert peeked(tmp_path / "records", data)[1] == 0


def test_a_record_that_does_not_read_is_counted_whatever_stands_in_it(tmp_path: Path) -> None:
    assert peeked(tmp_path / "records", (RECORDS + "192.0.2.99,,,never,,user-99\n").encode()) == (11, 10)
