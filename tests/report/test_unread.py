"""What is said of inputs that are damaged or do not read, whatever their counts are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import pytest

from landmark.report.page import report
from landmark.report.terminal import funnel_text
from landmark.report.unread import unread
from landmark.scan.members import Damage

if TYPE_CHECKING:
    from collections.abc import Callable


def with_records(funnel: dict[str, Any]) -> dict[str, Any]:
    funnel["assignment_files"] = [{**funnel["files"][0], "path": "isp/leases.csv", "rejected": {}}]
    return funnel


@pytest.mark.parametrize("damage", get_args(Damage))
@pytest.mark.parametrize("part", ["files", "assignment_files"])
def test_every_damage_is_said_with_what_may_be_lost(many: Callable[[int], Any], part: str, damage: str) -> None:
    funnel = with_records(many(2).funnel)
    assert unread(funnel) == ()
    funnel[part][0] |= {"damage": damage}
    (said,) = unread(funnel)
    assert funnel[part][0]["path"] in said
    assert "what stood behind is not known" in said
    assert ("speaks against" in said) == (part == "assignment_files")


def test_each_damage_is_told_from_the_others(many: Callable[[int], Any]) -> None:
    funnel = many(2).funnel
    said = {unread({**funnel, "files": [funnel["files"][0] | {"damage": one}]}) for one in get_args(Damage)}
    assert len(said) == len(get_args(Damage))


def test_it_is_heard_before_all_else_records_before_logs(many: Callable[[int], Any]) -> None:
    world = many(2)
    with_records(world.funnel)
    world.funnel["files"][0] |= {"damage": "cut_off", "admitted_lost": 12}
    world.funnel["assignment_files"][0] |= {"damage": "checksum"}
    lines = funnel_text(world.funnel).splitlines()
    first, second, third = lines[-3:]
    assert "has a wrong check sum" in first
    assert "ends early" in second
    assert "says itself" in third
    page = report(*world)
    assert page.index("has a wrong check sum") < page.index("ends early") < page.index("says itself that it lost")


def test_records_of_which_none_reads_say_what_is_expected_once(many: Callable[[int], Any]) -> None:
    world = many(2)
    with_records(world.funnel)
    world.funnel["assignment_files"][0] |= {"unlike": True, "format": "csv", "expected": "a first line with account"}
    (said,) = unread(world.funnel)
    assert "reads as csv" in said
    assert said.endswith("Expected: a first line with account.")
    assert report(*world).count("None of the first lines of") == 1
    assert funnel_text(world.funnel).count("None of the first lines of") == 1


def test_a_single_record_that_cannot_be_read_is_said_and_a_line_of_a_log_is_not(many: Callable[[int], Any]) -> None:
    funnel = with_records(many(2).funnel)
    for part in ("files", "assignment_files"):
        funnel[part][0] = {**funnel[part][0], "lines": 100_000, "rejected": {"bad_time": 1}}
    (said,) = unread(funnel)
    assert said.startswith("Of “isp/leases.csv”, 1 line with an address that was asked for could not be read.")
    funnel["assignment_files"][0]["rejected"] = {"bad_time": 1, "malformed": 1}
    assert "2 lines" in unread(funnel)[0]
    funnel["assignment_files"][0]["damage"] = "cut_off"
    (said,) = unread(funnel)
    assert "ends early" in said


def test_a_line_that_is_rejected_whatever_stands_in_it_is_not_said_to_hold_an_address(
    many: Callable[[int], Any],
) -> None:
    funnel = with_records(many(2).funnel)
    funnel["assignment_files"][0]["rejected"] = {"truncated": 1, "too_long": 2, "malformed": 4}
    first, second = unread(funnel)
    assert "4 lines with an address that was asked for could not be read" in first
    assert "3 lines cut off or too long could not be read, and may hold an address" in second


def test_what_the_case_declares_gone_is_said_of_records_first(make: Callable[..., Any]) -> None:
    funnel = make().funnel
    before = unread(funnel)
    funnel["gone"] = [{"path": "logs/a.log.9", "of": "files"}, {"path": "isp/*", "of": "assignment_files"}]
    records, logs = unread(funnel)[len(before) :]
    assert records.startswith("What an earlier run read of “isp/*” is gone, as the case declares. A record that speaks")
    assert logs.endswith(
        "“logs/a.log.9” is gone, as the case declares. Whoever stands there is missing from every figure."
    )
