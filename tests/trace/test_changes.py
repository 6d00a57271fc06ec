"""How far a clock must be off for another to fit, against a search through every instant of a small world."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from landmark.figures import exactly
from landmark.tables import DAY, HOUR, MINUTE, SECOND
from landmark.trace.answers import answer
from landmark.trace.changes import DISPUTED, FOREVER, Held, Stretch, allowed, reached, reason, under_shifts

FAR = 60
SURE = "as it stands"


def held(begin: int, end: int, holder: str = "a", slack: int = 2, lease: int = 0, **more: bool) -> Held:
    return Held(lease, "isp", holder, more.pop("known", True), begin, end, slack, **more, destination="")


rows = st.lists(
    st.builds(
        lambda begin, long, holder, slack, doubtful: held(begin, begin + long, holder, slack, doubtful=doubtful),
        st.integers(-25, 25),
        st.integers(1, 12),
        st.sampled_from("abc"),
        st.sampled_from((0, 2, 5)),
        st.booleans(),
    ),
    max_size=6,
)


@given(every=rows, at=st.integers(-20, 20), later=st.booleans())
def test_the_smallest_displacement_is_the_first_of_all_at_which_another_or_nobody_fits(
    every: list[Held], at: int, *, later: bool
) -> None:
    sign = 1 if later else -1
    reach = reached(every, at, "a", later=later)

    def others(by: int) -> set[Held]:
        return {row for row in every if row.holder != "a" and row.fits(at + sign * by)}

    fresh = (by for by in range(1, FAR) if others(by) - others(0))
    empty = (by for by in range(1, FAR) if not any(row.fits(at + sign * by) for row in every))
    assert (reach.other.by if reach.other else None) == next(fresh, None)
    if any(row.fits(at) for row in every):
        assert reach.nobody == next(empty, None)


@given(rows, st.integers(-20, 20))
def test_one_account_is_left_up_to_the_tolerance_that_is_given_and_not_beyond(every: list[Held], at: int) -> None:
    def holders(slack: int) -> int:
        return len({row.holder for row in every if row.fits(at, slack)})

    most = allowed(every, at)
    fitting = [slack for slack in range(FAR) if holders(slack) <= 1]
    assert fitting == list(range(FAR if most is None else max(most + 1, 0)))


@given(rows, st.integers(-20, 20))
def test_clocks_known_as_well_as_is_said_leave_no_other_account_within_the_tolerance(
    every: list[Held], at: int
) -> None:
    most = allowed(every, at)
    if most is not None and most >= 0:
        assert reason(every, at, slack=most) not in {
            "two_accounts",
            "several_accounts",
            "other_within_tolerance",
            "no_port",
        }


def test_each_reason_of_ports_and_clocks_is_found() -> None:
    hour = held(0, 10)
    assert reason([], 5) == "nobody"
    assert reason([held(0, 10, "x", known=False)], 5) == "no_account"
    assert reason([hour, held(0, 10, "b")], 5) == "two_accounts"
    assert reason([hour, held(0, 10, "b", lacks_port=True)], 5) == "no_port"
    assert reason([held(0, 5), held(6, 9, "b")], 5) == "several_accounts"
    assert reason([hour, held(11, 20, "b")], 9) == "other_within_tolerance"
    assert reason([hour, held(30, 40, "b")], 5, [Stretch("isp", 30)]) == "other_under_shift"
    assert reason([hour, held(30, 40, "b")], 5, [Stretch("other", 30)]) is None
    assert reason([hour], 11) == "only_within_tolerance"
    assert reason([held(0, 10, one_translation=True)], 11) is None
    assert reason([hour, held(4, 6, doubtful=True)], 5) == "doubtful_row"
    assert reason([held(4, 6, doubtful=True)], 5) == "doubtful_row"
    assert reason([hour], 5, [Stretch("isp", 0)]) == "doubtful_stretch"
    assert reason([hour], 5) is None
    assert under_shifts([hour, held(30, 40, "b", lease=7)], 5, [Stretch("isp", 30)], "a")[0][1].lease == 7


def test_a_length_of_time_is_said_with_nothing_cut_off() -> None:
    assert exactly(DAY + 2 * HOUR + 3 * MINUTE + 4_500_000) == "1 d 2 h 3 min 4.5 s"
    assert exactly(14 * MINUTE + 3 * SECOND) == "14 min 3 s"
    assert exactly(HOUR) == "1 h"
    assert exactly(1) == "0.000001 s"
    assert exactly(0) == "0 s"


def seconds(begin: int, end: int, holder: str, lease: int, **more: bool) -> Held:
    return held(begin * SECOND, end * SECOND, holder, 10 * SECOND, lease, **more)


def test_of_a_sure_answer_it_is_said_at_which_displacement_it_falls_and_how_far_the_tolerance_could_grow() -> None:
    every = [seconds(0, 1000, "a", 1), seconds(1000 + 853, 5000, "b", 2)]
    node = answer(every, 100 * SECOND, (), "change")
    assert node.facts == {
        SURE: "sure",
        "true time earlier": "by more than 1 min 50 s: nobody fits",
        "true time later": "by 15 min 10 s or more: nobody fits; by 29 min 3 s or more: lease 2 (b) fits",
        "tolerance": "10 s; it could grow to anything below 29 min 13 s before another account fits",
    }
    assert node.exact["later"] == {"another_fits": {"by": 1743 * SECOND, "lease": 2}, "nobody_fits": 910 * SECOND}


def test_what_has_no_end_is_never_left_however_much_later_it_is() -> None:
    every = [held(0, FOREVER, "a", 10 * SECOND, 1), seconds(-500, -200, "b", 2)]
    node = answer(every, 100 * SECOND, (), "change")
    assert node.facts["true time later"] == "by whatever it is: nobody else fits"
    assert node.exact["later"] == {"another_fits": None, "nobody_fits": None}


def test_of_another_account_seconds_away_it_is_said_how_well_the_clocks_must_be_known() -> None:
    every = [seconds(0, 1000, "a", 1), seconds(1003, 2000, "b", 2)]
    node = answer(every, 1000 * SECOND - 1, (), "change")
    assert node.facts["it would be sure with"] == "clocks that together are known to ±3 s, which leaves out lease 2 (b)"
    still = answer(every, 1000 * SECOND - 1, [Stretch("isp", HOUR), Stretch("isp", 5 * SECOND)], "change")
    assert str(still.facts["it would be sure with"]).endswith(
        "then there is still: another account if the clock was off"
    )


def test_of_nobody_the_nearest_leases_are_given() -> None:
    node = answer([seconds(0, 60, "a", 1), seconds(7200, 9000, "b", 2)], 3600 * SECOND, (), "change")
    assert node.facts["nearest before"] == "lease 1 (a) ended 59 min before, at 1970-01-01T00:01:00Z"
    assert node.facts["nearest after"] == "lease 2 (b) begins 1 h after, at 1970-01-01T02:00:00Z"
    assert answer([], 0, (), "change").facts["nearest before"] == "none on record"


def test_of_a_shared_address_it_is_a_logged_port() -> None:
    every = [seconds(0, 60, "a", 1, lacks_port=True), seconds(0, 60, "b", 2, lacks_port=True)]
    node = answer(every, 30 * SECOND, (), "change")
    assert node.facts == {SURE: "port not logged", "it would be sure with": "a logged port of the client"}


def test_of_a_shift_that_is_not_excluded_it_is_said_who_fits_under_it() -> None:
    every = [seconds(0, 600, "a", 1), seconds(3600, 4200, "b", 2)]
    node = answer(every, 300 * SECOND, [Stretch("isp", HOUR)], "change")
    assert node.facts["it would be sure with"] == (
        "the proof that the log's clock was not off by +1 h, under which lease 2 (b) had the address"
    )


WEB, NEWS = "192.0.2.80:80", "192.0.2.80:119"
NEEDS = "it would be sure with"


def to(destination: str, row: Held) -> Held:
    return row._replace(destination=destination)


def test_of_a_record_of_flows_to_one_server_it_is_said_that_the_logs_own_is_not_known() -> None:
    node = answer([to(WEB, held(0, FOREVER, "a", 10 * SECOND, 1))], 30 * SECOND, (), "change")
    assert node.facts[SURE] == "sure"
    assert node.facts["destination"] == (
        "not known of this log (`server` of its [[log]] would tell), so that records of flows to other servers count "
        "as well: lease 1 (a); if it is none of theirs: nobody recorded"
    )
    assert node.facts["tolerance"] == (
        "10 s; however large it is, no other account fits; whether this one does hangs on the log's destination"
    )


def test_where_the_account_holds_for_every_destination_the_answer_does_not_hang_on_it() -> None:
    every = [to(WEB, held(0, FOREVER, "a", 10 * SECOND, 1)), held(0, FOREVER, "a", 10 * SECOND, 2)]
    node = answer(every, 30 * SECOND, (), "change")
    assert str(node.facts["destination"]).endswith("count as well: lease 1 (a)")
    assert node.facts["tolerance"] == "10 s; however large it is, no other account fits"


def test_a_destination_of_a_record_that_does_not_fit_is_not_spoken_of() -> None:
    every = [seconds(0, 60, "a", 1), to(WEB, seconds(3600, 7200, "b", 2))]
    assert "destination" not in answer(every, 30 * SECOND, (), "change").facts


def test_of_accounts_that_differ_in_the_destination_only_it_is_the_logs_own() -> None:
    every = [to(WEB, seconds(0, 60, "a", 1)), to(NEWS, seconds(0, 60, "b", 2))]
    node = answer(every, 30 * SECOND, (), "change")
    assert node.facts[SURE] == "two accounts at once"
    assert node.facts[NEEDS] == (
        "the log's destination (`server` of its [[log]]), if it is 192.0.2.80:119 or 192.0.2.80:80; or the proof that "
        "all but one account of these is wrong: lease 1 (a), lease 2 (b)"
    )


def test_of_accounts_whose_records_are_of_every_destination_the_logs_own_does_not_help() -> None:
    every = [seconds(0, 60, "a", 1), seconds(0, 60, "b", 2), to(WEB, seconds(0, 60, "b", 3))]
    node = answer(every, 30 * SECOND, (), "change")
    assert str(node.facts[NEEDS]).startswith("the proof that all but one account of these is wrong")


def test_where_the_destination_leaves_one_account_and_a_doubt_the_doubt_is_said() -> None:
    every = [to(WEB, seconds(0, 60, "a", 1)), to(NEWS, seconds(0, 60, "b", 2))]
    node = answer(every, 30 * SECOND, [Stretch("isp", 0)], "change")
    assert str(node.facts[NEEDS]).startswith(
        "the log's destination (`server` of its [[log]]), if it is 192.0.2.80:119 or 192.0.2.80:80; then there is "
        "still: doubtful time; or the proof that "
    )


def test_of_another_account_under_a_shift_it_may_be_the_destination_too() -> None:
    every = [to(WEB, seconds(0, 600, "a", 1)), to(NEWS, seconds(3600, 4200, "b", 2))]
    node = answer(every, 300 * SECOND, [Stretch("isp", HOUR)], "change")
    assert str(node.facts[NEEDS]).startswith(
        "the log's destination (`server` of its [[log]]), if it is 192.0.2.80:80; or the proof that the log's clock"
    )


def test_where_only_the_records_of_a_destination_dispute_it_it_is_that_the_log_s_own_is_none_of_theirs() -> None:
    every = [seconds(0, 60, "a", 1), to(WEB, seconds(0, 60, "b", 2))]
    assert str(answer(every, 30 * SECOND, (), "change").facts[NEEDS]).startswith(
        "the log's destination (`server` of its [[log]]), if it is any but 192.0.2.80:80; or the proof that all but one"
    )
    every = [*every, to(NEWS, seconds(0, 60, "c", 3))]
    assert str(answer(every, 30 * SECOND, (), "change").facts[NEEDS]).startswith(
        "the log's destination (`server` of its [[log]]), if it is any but 192.0.2.80:119 and 192.0.2.80:80; or "
    )


def test_where_one_destination_does_as_well_as_none_of_theirs_it_is_any_but_the_others() -> None:
    every = [seconds(0, 60, "a", 1), to(WEB, seconds(0, 60, "b", 2)), to(NEWS, seconds(0, 60, "a", 3))]
    assert str(answer(every, 30 * SECOND, (), "change").facts[NEEDS]).startswith(
        "the log's destination (`server` of its [[log]]), if it is any but 192.0.2.80:80; or the proof that"
    )


def test_a_destination_with_which_another_fits_under_a_shift_is_none_with_which_it_would_be_sure() -> None:
    every = [seconds(0, 600, "a", 1), to(WEB, seconds(0, 600, "b", 2)), to(NEWS, seconds(3600, 4200, "c", 3))]
    assert str(answer(every, 300 * SECOND, [Stretch("isp", HOUR)], "change").facts[NEEDS]).startswith(
        "the log's destination (`server` of its [[log]]), if it is any but 192.0.2.80:119 and 192.0.2.80:80; or the "
    )


def test_none_of_theirs_is_not_offered_where_nobody_would_be_left() -> None:
    every = [to(WEB, seconds(0, 60, "a", 1)), to(NEWS, seconds(0, 60, "b", 2))]
    assert "any but" not in str(answer(every, 30 * SECOND, (), "change").facts[NEEDS])


@given(rows, st.integers(-20, 20), st.data())
def test_the_destinations_that_are_named_are_those_with_which_one_account_is_left(
    every: list[Held], at: int, data: st.DataObject
) -> None:
    restricted = [to(data.draw(st.sampled_from(("", WEB, NEWS))), row) for row in every]
    known = {where: [row for row in restricted if row.destination in {"", where}] for where in ("", WEB, NEWS)}
    fitting = {row.destination for row in restricted if row.fits(at)} - {""}
    node = answer(restricted, at, (), "change")
    first = str(node.facts.get(NEEDS, "")).split("; ")[0]
    if first.startswith("the log's destination"):
        said = {where for where in (WEB, NEWS) if where in first.split()}
        if "if it is any but " in first:
            said = {"", *fitting} - said
        elif "whichever it is" in first:
            said = {"", *fitting}
        assert said
        assert not {reason(known[where], at) for where in said} & {*DISPUTED, "nobody"}
    elif reason(restricted, at) in DISPUTED:
        left = {reason(known[where], at) for where in (fitting | {""} if fitting else fitting)}
        assert left <= {*DISPUTED, "nobody"}
