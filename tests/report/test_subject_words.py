"""A subject's card says of each figure what it counts, and of which clock its hours are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from landmark.report.page import report

if TYPE_CHECKING:
    from collections.abc import Callable


def test_visits_are_said_to_have_begun_in_hours_of_utc_and_days_to_run_on(
    make: Callable[..., Any], make_subject: Callable[..., dict[str, Any]]
) -> None:
    row = make_subject(1) | {"hours": [3, *[0] * 22, 9], "weeks": 2, "longest_run": 4}
    page = report(*make([row], {row["visitor_id"]: "GB"}))
    assert "<dt>Visits begun</dt><dd>3 from 0 to 6 h, 9 from 18 to 24 h (UTC)</dd>" in page
    assert "<dt>Regular</dt><dd>in 2 weeks, on up to 4 days running" in page
