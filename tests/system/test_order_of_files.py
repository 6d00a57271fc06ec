"""Lines without a year: which files are one log, and in which order they are read, decides on the year of each line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.system.conftest import Folder

NEW_YEAR = datetime(2002, 1, 1, tzinfo=UTC)
OVER_NEW_YEAR = {"from": "@2001-12-20T00:00:00Z", "until": "@2002-01-10T00:00:00Z"}


@pytest.mark.parametrize(
    ("patterns", "older", "newer"),
    [
        (["logs/news.notice*"], "logs/news.notice.1", "logs/news.notice"),
        (["logs/news.notice", "logs/OLD/*"], "logs/OLD/news.notice.1", "logs/news.notice"),
        (["logs/news.notice", "logs/OLD/*"], "logs/OLD/news.notice-20020101", "logs/news.notice"),
        (["logs/second", "logs/first"], "logs/second", "logs/first"),
        (["logs/*/news.notice"], "logs/01/news.notice", "logs/02/news.notice"),
    ],
)
def test_the_year_and_a_connection_go_on_from_file_to_file(
    light: Folder, talk: Callable[..., list[bytes]], patterns: list[str], older: str, newer: str
) -> None:
    across = talk(NEW_YEAR - timedelta(minutes=3), "192.0.2.1", 41)
    light.write(older, talk(NEW_YEAR - timedelta(days=2), "192.0.2.1", 40) + across[:1])
    light.write(newer, across[1:] + talk(NEW_YEAR + timedelta(days=2), "192.0.2.1", 42))
    light.logs = [light.logs[0], {**light.logs[1], "files": patterns}]
    light.authority = OVER_NEW_YEAR
    light.save().run()
    read = [row["time"] // 1_000_000 for row in light.rows("events") if row["counts"]]
    ends = [NEW_YEAR + timedelta(days=days, minutes=minutes) for days, minutes in ((-2, 5), (0, 2), (2, 5))]
    assert read == [int(end.timestamp()) for end in ends]
    assert light.file(older)["rejected"] == light.file(newer)["rejected"] == {}


def test_logs_of_two_servers_in_folders_of_their_own_begin_in_the_stated_year_each(
    light: Folder, talk: Callable[..., list[bytes]]
) -> None:
    for number, server in enumerate(("a", "b")):
        for name, days in ((".1", (-40, -10)), ("", (1,))):
            lines = [line for day in days for line in talk(NEW_YEAR + timedelta(days=day), f"192.0.2.{number}", 40)]
            light.write(f"logs/{server}/news.notice{name}", lines)
    light.logs = [light.logs[0], {**light.logs[1], "files": ["logs/*/news.notice*"]}]
    light.authority = OVER_NEW_YEAR
    light.save().run()
    read = [row["client_address"] for row in light.rows("events") if row["counts"]]
    assert sorted(read) == ["192.0.2.0", "192.0.2.0", "192.0.2.1", "192.0.2.1"]
