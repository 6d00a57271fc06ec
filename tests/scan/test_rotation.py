"""Names in, series out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.scan.rotation import ages, chains, rotated, series


@pytest.mark.parametrize(
    ("path", "name", "date", "number"),
    [
        ("logs/access.log", "logs/access.log", None, None),
        ("logs/access.log.gz", "logs/access.log", None, None),
        ("logs/access.log.2.gz", "logs/access.log", None, 2),
        ("access.log.48", "access.log", None, 48),
        ("access.log-20011003", "access.log", "20011003", None),
        ("access.log-20011003.gz", "access.log", "20011003", None),
        ("access.log-2001100314", "access.log", "2001100314", None),
        ("access.log-20011003.1", "access.log", "20011003", 1),
        ("access.log.2001-10-03", "access.log", "20011003", None),
        ("access.log.2001-10-03_14", "access.log", "2001100314", None),
        ("access-2001-10-03.log", "access.log", "20011003", None),
        ("access_2001_10_03.log.zst", "access.log", "20011003", None),
        ("access-2001-10-03T12-30-00.000.log.gz", "access.log", "20011003123000000", None),
        ("access-20011003T123000Z.log", "access.log", "20011003123000", None),
        ("2001-10-03-access.log", "access.log", "20011003", None),
        ("20011003.log", "*.log", "20011003", None),
        ("detail-20011003", "detail", "20011003", None),
        ("access.log-200110", "access.log", "200110", None),
        ("access-2001-10.log", "access.log", "200110", None),
        ("access.log.2001", "access.log", "2001", None),
        ("access_log.1002067200", "access_log", "1002067200", None),
        ("/var/log/news.notice.10.gz", "/var/log/news.notice", None, 10),
        ("2001-10-03/access.log", "2001-10-03/access.log", None, None),
        ("access.log-20011399", "access.log-20011399", None, None),
        ("forum-a.example.log", "forum-a.example.log", None, None),
        ("mp3.log", "mp3.log", None, None),
        ("access.log.bz2", "access.log.bz2", None, None),
        (".gz", "", None, None),
        (".20011003", "*", "20011003", None),
    ],
)
def test_a_name_is_taken_apart(path: str, name: str, date: str | None, number: int | None) -> None:
    assert rotated(path) == (name, date, number)


def test_the_highest_number_is_read_first_and_the_plain_file_last() -> None:
    files = ["access.log", "access.log.1", "access.log.10.gz", "access.log.2.gz"]
    assert series(files) == [("access.log", ["access.log.10.gz", "access.log.2.gz", "access.log.1", "access.log"])]


def test_dates_ascend_and_the_plain_file_is_last() -> None:
    files = ["access.log", "access.log-20011010.gz", "access.log-20010930.gz", "access.log-20011003"]
    assert series(files) == [("access.log", [files[2], files[3], files[1], files[0]])]
    files = ["access.log", "access-2001-10-10.log", "access-2001-09-30.log.gz"]
    assert series(files) == [("access.log", files[::-1])]


def test_where_the_newest_number_is_nought_it_is_read_after_one_and_before_the_plain_file() -> None:
    files = ["access.log", "access.log.0", "access.log.1.gz"]
    assert series(files) == [("access.log", files[::-1])]
    assert chains(files) == [("access.log", files[::-1])]


def test_series_stand_as_the_case_lists_them() -> None:
    files = ["b/news.1", "a/news", "b/news", "a/news.1.gz", "other"]
    assert series(files) == [
        ("b/news", ["b/news.1", "b/news"]),
        ("a/news", ["a/news.1.gz", "a/news"]),
        ("other", ["other"]),
    ]


def test_where_rotation_left_no_order_it_is_the_cases() -> None:
    assert series(["x.log.gz", "x.log"]) == [("x.log", ["x.log.gz", "x.log"])]
    assert series(["x.log", "x.log.gz"]) == [("x.log", ["x.log", "x.log.gz"])]


@given(st.permutations([f"access.log.{n}" for n in range(1, 12)]))
def test_the_order_of_rotation_does_not_depend_on_that_of_the_case(files: list[str]) -> None:
    assert series(files) == [("access.log", [f"access.log.{n}" for n in range(11, 0, -1)])]


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (["a.2", "a.1", "a"], [0, 1, 2]),
        (["a-20011002", "a-20011003", "a"], [0, 1, 2]),
        (["a-2001-10-02", "a-20011002", "a-20011003"], [0, 0, 1]),
        (["a-20011002", "a-2001100205", "a-2001100210", "a-20011003"], [0, 0, 0, 1]),
        (["a-200110", "a-20011002", "a-200111"], [0, 0, 1]),
        (["a-20011002.1", "a-20011002"], [0, 0]),
        (["a", "a.gz"], [0, 0]),
        ([], []),
    ],
)
def test_names_tell_which_file_is_older_unless_one_date_begins_the_other(files: list[str], told: list[int]) -> None:
    assert (ages(files), [name for _, names in series(files) for name in names]) == (told, files)


def test_where_no_year_is_written_older_files_may_lie_in_a_folder_of_their_own() -> None:
    files = [
        "log/news.notice",
        "log/OLD/news.notice.2.gz",
        "log/OLD/news.notice.1.gz",
        "log/news.err",
        "log/news.err.1",
    ]
    assert chains(files) == [
        ("news.err", ["log/news.err.1", "log/news.err"]),
        ("news.notice", ["log/OLD/news.notice.2.gz", "log/OLD/news.notice.1.gz", "log/news.notice"]),
    ]


def test_files_of_one_name_and_age_in_several_folders_are_of_several_servers() -> None:
    files = ["b/news", "b/news.1", "a/news", "a/news.1", "a/news.2"]
    assert chains(files) == [("a/news", ["a/news.2", "a/news.1", "a/news"]), ("b/news", ["b/news.1", "b/news"])]


def test_dates_in_the_names_of_two_servers_leave_two_chains() -> None:
    files = ["b/news-20011003", "b/news-20011004", "a/news-20011004", "a/news-20011003"]
    assert chains(files) == [("a/news", files[:1:-1]), ("b/news", files[:2])]


def test_where_no_year_is_written_and_rotation_left_no_order_all_files_are_one_chain_as_listed() -> None:
    assert chains(["x/b", "x/a", "c.gz", "c"]) == [("c", ["x/b", "x/a", "c.gz", "c"])]
    assert chains([]) == []
