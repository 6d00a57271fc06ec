"""Files that write no year, over New Year: what has gone does not move what is left into another year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import landmark

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.system.conftest import Folder

NEWS = {"files": ["logs/news.notice*"], "format": "inn", "zone": "UTC", "year": 2001}


def reader(day: str, number: int) -> bytes:
    """Give what one reader's connection leaves."""
    head = f"{day} 12:%02d:00 news1 nnrpd[{number}]: host-{number}.example "
    said = ("(192.0.2.9) connect - port 119", "group test.watched.a 3", "exit articles 3 groups 1")
    return b"".join(f"{head % minute}{text}\n".encode() for minute, text in enumerate(said))


@pytest.fixture
def over(tmp_path: Path, make: Callable[..., Folder]) -> Callable[..., Folder]:
    """Run a case whose two news files are of December and of January, and let December's go."""

    def made(begin: str = "2001-12-20T00:00:00Z", **news: Any) -> Folder:  # noqa: ANN401 - a [[log]]'s own
        window = {"from": f"@{begin}", "until": "@2002-01-20T00:00:00Z"}
        case = make(tmp_path / "case", authority=window, logs=[NEWS], assignments=[])
        case.write("logs/news.notice.1", reader("Dec 30", 71) + reader("Dec 31", 72))
        case.write("logs/news.notice", reader("Jan  2", 73) + reader("Jan  3", 74))
        case.run()
        assert len(case.rows("events")) == 12
        (case.path / "logs/news.notice.1").unlink()
        case.logs = [{**NEWS, "gone": ["logs/news.notice.1"], **news}]
        return case.save()

    return made


@pytest.mark.parametrize("begin", ["2001-12-20T00:00:00Z", "2000-12-20T00:00:00Z"])
def test_a_year_that_has_come_to_mean_another_one_is_refused(over: Callable[..., Folder], begin: str) -> None:
    case = over(begin)
    before = case.out()
    with pytest.raises(landmark.CaseError, match=r"year: found 2001.*logs/news\.notice"):
        case.run()
    assert case.out() == before
    assert [entry for entry in case.ledger() if entry["what"] == "input gone"] == []


def test_the_year_of_what_is_left_is_taken(over: Callable[..., Folder]) -> None:
    case = over(year=2002)
    case.run()
    assert [row["time"] // 86_400_000_000 for row in case.rows("events")][::3] == [11_689, 11_690]


def test_what_has_gone_within_a_year_asks_for_nothing(over: Callable[..., Folder]) -> None:
    case = over(year=2001)
    case.write("logs/news.notice.1", reader("Dec 30", 71) + reader("Dec 31", 72))
    case.write("logs/news.notice.2", reader("Dec 29", 70))
    case.logs = [NEWS]
    case.save().run()
    (case.path / "logs/news.notice.2").unlink()
    case.logs = [{**NEWS, "gone": ["logs/news.notice.2"]}]
    case.save().run()
    assert len(case.rows("events")) == 12


def test_a_connection_that_began_in_what_has_gone_says_nothing_of_the_year(over: Callable[..., Folder]) -> None:
    case = over()
    lines = reader("Jan  2", 75).splitlines(keepends=True)
    case.write("logs/news.notice.1", lines[0])
    case.write("logs/news.notice", b"".join(lines[1:]))
    case.logs = [{**NEWS, "year": 2002, "gone": ["logs/*"]}]
    case.save().run()
    assert len(case.rows("events")) == 3
    (case.path / "logs/news.notice.1").unlink()
    case.run()
    assert case.rows("events") == []
