"""One worked example or more for each grade and reason: leases and an event in, the answer out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from landmark import tables

if TYPE_CHECKING:
    from collections.abc import Callable

    Resolve = Callable[..., dict[str, list[dict[str, Any]]]]

SECOND = 1_000_000
HOUR = 3600 * SECOND
A = "198.51.100.21"
FIVE = {"web": 2 * SECOND}, {"isp": 3 * SECOND, "other": 3 * SECOND}


def at(clock: str, day: int = 2) -> int:
    """Give the instant of a time of day in October 2001, UTC."""
    moment = datetime.fromisoformat(f"2001-10-{day:02}T{clock}+00:00")
    return int(moment.astimezone(UTC).timestamp()) * SECOND


def lease(account: str | None, since: str, until: str | None, **more: object) -> dict[str, object]:
    return {
        "address": A,
        "account": account,
        "from": at(since),
        "until": None if until is None else at(until),
        "doubtful": False,
        **more,
    }


def seen(*clocks: str, **more: object) -> dict[str, object]:
    return {"client_address": A, "instants": [at(clock) for clock in clocks], **more}


def grade(resolve: Resolve, event: dict[str, object], *leases: dict[str, object], **more: object) -> tuple[Any, ...]:
    """Give grade, reason and accounts of one event; both clocks together may be off by five seconds."""
    (row,) = resolve([event], leases, log_clocks=FIVE[0], assignment_clocks=FIVE[1], **more)["attributions"]
    return row["grade"], row["reason"], row["accounts"]


def test_one_account_and_nothing_against_it_is_sure(resolve: Resolve) -> None:
    assert grade(resolve, seen("10:00:00"), lease("a", "09:00:00", "11:00:00")) == ("sure", None, ["a"])


def test_a_lease_is_half_open_and_has_no_end_where_none_is_recorded(resolve: Resolve) -> None:
    exact = {"log_clocks": {"web": 0}, "assignment_clocks": {"isp": 0}}
    events = [seen("09:00:00"), seen("10:59:59"), seen("11:00:00"), seen("12:00:00"), seen("23:59:59")]
    leases = [lease("a", "09:00:00", "11:00:00"), lease("b", "12:00:00", None)]
    rows = resolve(events, leases, **exact)["attributions"]
    assert [(row["grade"], row["accounts"]) for row in rows] == [
        ("sure", ["a"]),
        ("sure", ["a"]),
        ("none", []),
        ("sure", ["b"]),
        ("sure", ["b"]),
    ]


def test_a_lease_that_ends_as_it_begins_holds_nothing(resolve: Resolve) -> None:
    assert grade(resolve, seen("10:00:00"), lease("a", "10:00:00", "10:00:00")) == ("none", "nobody", [])


def test_nobody_within_the_tolerance_is_none(resolve: Resolve) -> None:
    assert grade(resolve, seen("11:00:05"), lease("a", "09:00:00", "11:00:00")) == ("none", "nobody", [])
    assert grade(resolve, seen("08:59:54"), lease("a", "09:00:00", "11:00:00")) == ("none", "nobody", [])
    assert grade(resolve, seen("10:00:00")) == ("none", "nobody", [])


def test_nobody_is_none_whatever_the_shifts_say(resolve: Resolve) -> None:
    assert grade(resolve, seen("12:00:00"), lease("a", "12:30:00", "14:00:00"), shifts=[HOUR])[:2] == ("none", "nobody")


def test_the_tolerance_is_the_sum_of_both_and_reaches_its_edges(resolve: Resolve) -> None:
    only = ("fragile", "only_within_tolerance", ["a"])
    assert grade(resolve, seen("08:59:55"), lease("a", "09:00:00", "11:00:00")) == only
    assert grade(resolve, seen("11:00:00"), lease("a", "09:00:00", "11:00:00")) == only
    assert grade(resolve, seen("11:00:04"), lease("a", "09:00:00", "11:00:00")) == only


def test_a_lease_without_account_alone_is_none(resolve: Resolve) -> None:
    assert grade(resolve, seen("10:00:00"), lease(None, "09:00:00", "11:00:00")) == ("none", "no_account", [])


def test_a_lease_without_account_beside_another_is_another_account(resolve: Resolve) -> None:
    nobody = lease(None, "09:00:00", "11:00:00")
    known = lease("a", "09:00:00", "11:00:00")
    assert grade(resolve, seen("10:00:00"), nobody, known) == ("contradicted", "two_accounts", ["a"])
    assert grade(resolve, seen("10:00:00"), nobody, nobody) == ("contradicted", "two_accounts", [])
    late = lease(None, "10:00:03", "11:00:00")
    assert grade(resolve, seen("10:00:00"), known, late) == ("fragile", "other_within_tolerance", ["a"])


def test_two_accounts_at_the_written_instant_are_contradicted(resolve: Resolve) -> None:
    leases = [lease("b", "09:00:00", "11:00:00"), lease("a", "10:00:00", "11:00:00", assignment="other")]
    assert grade(resolve, seen("10:00:00"), *leases) == ("contradicted", "two_accounts", ["a", "b"])


def test_one_account_in_two_leases_is_one_account(resolve: Resolve) -> None:
    leases = [lease("a", "09:00:00", "10:00:00"), lease("a", "10:00:00", "11:00:00", assignment="other")]
    assert grade(resolve, seen("10:00:00"), *leases) == ("sure", None, ["a"])


def test_one_account_on_two_lines_at_once_is_contradicted_on_whatever_address(resolve: Resolve) -> None:
    here = lease("a", "09:00:00", "11:00:00", line="one")
    there = lease("a", "09:30:00", "10:30:00", line="two", address="198.51.100.99")
    assert grade(resolve, seen("10:00:00"), here, there) == ("contradicted", "two_lines", ["a"])
    assert grade(resolve, seen("10:30:00"), here, there) == ("sure", None, ["a"])
    assert grade(resolve, seen("09:29:59"), here, there) == ("sure", None, ["a"])
    assert grade(resolve, seen("10:00:00"), here, {**there, "line": "one"}) == ("sure", None, ["a"])
    assert grade(resolve, seen("10:00:00"), here, {**there, "line": None}) == ("sure", None, ["a"])
    assert grade(resolve, seen("10:00:00"), here, {**there, "doubtful": True}) == ("sure", None, ["a"])
    assert grade(resolve, seen("10:00:00"), here, {**there, "account": "b"}) == ("sure", None, ["a"])


def test_where_nobody_is_there_two_lines_speak_against_the_account_within_the_tolerance(resolve: Resolve) -> None:
    away = [lease("a", "09:00:00", "11:00:00", line=line, address="198.51.100.99") for line in ("one", "two")]
    found = grade(resolve, seen("10:00:00"), lease("a", "10:00:02", "11:00:00"), *away)
    assert found == ("contradicted", "two_lines", ["a"])


def test_a_login_and_an_assignment_that_disagree_are_contradicted(resolve: Resolve) -> None:
    held = lease("a", "09:00:00", "11:00:00")
    away = lease("b", "09:00:00", "11:00:00", address="198.51.100.99")
    assert grade(resolve, seen("10:00:00", login_account="b"), held, away) == ("contradicted", "login_disagrees", ["a"])
    assert grade(resolve, seen("10:00:00", login_account="x"), held) == ("contradicted", "login_disagrees", ["a"])
    assert grade(resolve, seen("10:00:00", login_account="a"), held) == ("sure", None, ["a"])


def test_a_login_that_nobody_verified_disagrees_with_nobody(resolve: Resolve) -> None:
    event = seen("10:00:00", login_account="b", login_verified=False)
    assert grade(resolve, event, lease("a", "09:00:00", "11:00:00")) == ("sure", None, ["a"])


def test_a_login_agrees_where_one_of_the_accounts_within_the_tolerance_is_its_own(resolve: Resolve) -> None:
    leases = [lease("a", "09:00:00", "10:00:02"), lease("b", "10:00:02", "11:00:00")]
    agrees = grade(resolve, seen("10:00:00", login_account="b"), *leases)
    assert agrees == ("fragile", "other_within_tolerance", ["a", "b"])
    disagrees = grade(resolve, seen("10:00:00", login_account="c"), *leases)
    assert disagrees == ("contradicted", "login_disagrees", ["a", "b"])


BLOCKS = [
    lease("a", "09:00:00", "11:00:00", port_from=1024, port_to=2047),
    lease("b", "09:00:00", "11:00:00", port_from=2048, port_to=3071),
]


def test_a_shared_address_without_a_port_is_shared_by_all(resolve: Resolve) -> None:
    assert grade(resolve, seen("10:00:00"), *BLOCKS) == ("shared", "no_port", ["a", "b"])


def test_a_row_without_the_port_that_the_record_restricts_is_shared_however_many_fit(resolve: Resolve) -> None:
    assert grade(resolve, seen("10:00:00"), BLOCKS[0]) == ("shared", "no_port", ["a"])
    assert grade(resolve, seen("11:00:02"), BLOCKS[0]) == ("shared", "no_port", ["a"])


def test_a_port_picks_its_block_edges_included(resolve: Resolve) -> None:
    for port, account in ((1024, "a"), (2047, "a"), (2048, "b"), (3071, "b")):
        assert grade(resolve, seen("10:00:00", client_port=port), *BLOCKS) == ("sure", None, [account])
    assert grade(resolve, seen("10:00:00", client_port=1023), *BLOCKS)[0] == "none"
    assert grade(resolve, seen("10:00:00", client_port=3072), *BLOCKS)[0] == "none"


def test_two_blocks_with_one_port_are_contradicted(resolve: Resolve) -> None:
    leases = [BLOCKS[0], lease("c", "09:00:00", "11:00:00", port_from=2000, port_to=2100)]
    assert grade(resolve, seen("10:00:00", client_port=2000), *leases) == ("contradicted", "two_accounts", ["a", "c"])


def test_a_whole_address_beside_a_block_is_shared_without_port_and_contradicted_with_it(resolve: Resolve) -> None:
    leases = [BLOCKS[0], lease("c", "09:00:00", "11:00:00")]
    assert grade(resolve, seen("10:00:00"), *leases) == ("shared", "no_port", ["a", "c"])
    assert grade(resolve, seen("10:00:00", client_port=1500), *leases)[:2] == ("contradicted", "two_accounts")


@pytest.mark.parametrize("ports", [(None, None), (0, 65535), (1, 65535)])
def test_a_record_of_all_ports_restricts_none(resolve: Resolve, ports: tuple[int | None, int | None]) -> None:
    row = lease("a", "09:00:00", "11:00:00", port_from=ports[0], port_to=ports[1])
    assert grade(resolve, seen("10:00:00"), row) == ("sure", None, ["a"])


@pytest.mark.parametrize("ports", [(2, 65535), (0, 65534), (1024, 65535), (0, 0)])
def test_a_record_that_leaves_a_port_out_restricts(resolve: Resolve, ports: tuple[int, int]) -> None:
    row = lease("a", "09:00:00", "11:00:00", port_from=ports[0], port_to=ports[1])
    assert grade(resolve, seen("10:00:00"), row) == ("shared", "no_port", ["a"])


def test_protocol_and_destination_speak_where_both_sides_have_them(resolve: Resolve) -> None:
    tcp = lease("a", "09:00:00", "11:00:00", protocol="tcp", destination="192.0.2.1:80")
    assert grade(resolve, seen("10:00:00"), tcp)[0] == "sure"
    assert grade(resolve, seen("10:00:00", protocol="tcp", destination="192.0.2.1:80"), tcp)[0] == "sure"
    assert grade(resolve, seen("10:00:00", protocol="udp"), tcp)[0] == "none"
    assert grade(resolve, seen("10:00:00", destination="192.0.2.2:80"), tcp)[0] == "none"


def test_nobody_at_the_instant_and_several_within_the_tolerance_are_shared(resolve: Resolve) -> None:
    leases = [lease("a", "09:00:00", "09:59:58"), lease("b", "10:00:02", "11:00:00")]
    assert grade(resolve, seen("10:00:00"), *leases) == ("shared", "several_accounts", ["a", "b"])


def test_another_account_within_the_tolerance_is_fragile(resolve: Resolve) -> None:
    leases = [lease("a", "09:00:00", "10:00:05"), lease("b", "10:00:05", "11:00:00")]
    assert grade(resolve, seen("10:00:00"), *leases) == ("fragile", "other_within_tolerance", ["a", "b"])
    assert grade(resolve, seen("09:59:59"), *leases) == ("sure", None, ["a"])


def test_one_translation_with_port_and_protocol_is_sure_within_the_tolerance(resolve: Resolve) -> None:
    row = lease("a", "10:00:02", "10:00:04", port_from=5000, port_to=5000, protocol="tcp")
    event = seen("10:00:00", client_port=5000, protocol="tcp")
    assert grade(resolve, event, row) == ("sure", None, ["a"])
    only = ("fragile", "only_within_tolerance", ["a"])
    assert grade(resolve, {**event, "protocol": None}, row) == only
    assert grade(resolve, event, {**row, "protocol": None}) == only
    assert grade(resolve, event, {**row, "port_to": 5001}) == only
    block = lease("a", "10:00:03", "11:00:00", port_from=4096, port_to=8191)
    assert grade(resolve, event, row, block) == only


def test_another_account_under_a_shift_that_is_not_excluded_is_fragile(resolve: Resolve) -> None:
    leases = [lease("a", "10:00:00", "10:40:00"), lease("b", "11:00:00", "11:40:00")]
    fragile = ("fragile", "other_under_shift", ["a"])
    assert grade(resolve, seen("10:20:00"), *leases, shifts=[HOUR]) == fragile
    assert grade(resolve, seen("10:20:00"), *leases, shifts=[-HOUR]) == ("sure", None, ["a"])
    assert grade(resolve, seen("10:20:00"), *leases) == ("sure", None, ["a"])
    other_way = ("fragile", "other_under_shift", ["b"])
    assert grade(resolve, seen("11:20:00"), *leases, shifts=[-HOUR]) == other_way
    assert grade(resolve, seen("11:20:00"), *leases, shifts=[HOUR]) == ("sure", None, ["b"])


def test_under_a_shift_too_ports_protocol_and_destination_must_fit(resolve: Resolve) -> None:
    here = lease("a", "10:00:00", "10:40:00")
    later = lease("b", "11:00:00", "11:40:00", port_from=1024, port_to=2047, protocol="tcp", destination="192.0.2.1:80")
    event = seen("10:20:00", client_port=1500, protocol="tcp", destination="192.0.2.1:80")
    assert grade(resolve, event, here, later, shifts=[HOUR])[1] == "other_under_shift"
    unknown = {"client_port": None, "protocol": None, "destination": None}
    assert grade(resolve, {**event, **unknown}, here, later, shifts=[HOUR])[1] == "other_under_shift"
    for other in ({"client_port": 1023}, {"client_port": 2048}, {"protocol": "udp"}, {"destination": "192.0.2.2:80"}):
        assert grade(resolve, {**event, **other}, here, later, shifts=[HOUR]) == ("sure", None, ["a"])


def test_another_under_a_shift_is_said_before_one_that_only_the_tolerance_reaches(resolve: Resolve) -> None:
    leases = [lease("a", "10:00:03", "10:40:00"), lease("b", "10:50:00", "11:40:00")]
    assert grade(resolve, seen("10:00:00"), *leases, shifts=[HOUR]) == ("fragile", "other_under_shift", ["a"])
    assert grade(resolve, seen("10:00:00"), *leases) == ("fragile", "only_within_tolerance", ["a"])


def test_a_shift_is_tried_with_the_tolerance(resolve: Resolve) -> None:
    leases = [lease("a", "10:00:00", "10:40:00"), lease("b", "11:00:00", "11:40:00")]
    assert grade(resolve, seen("10:39:59"), *leases, shifts=[HOUR])[1] == "other_under_shift"
    late = [lease("a", "09:00:00", "10:40:00"), lease("b", "11:00:00", "11:40:00")]
    assert grade(resolve, seen("09:59:55"), *late, shifts=[HOUR])[1] == "other_under_shift"
    assert grade(resolve, seen("09:59:54"), *late, shifts=[HOUR])[0] == "sure"


def test_nobody_or_the_same_account_under_a_shift_is_harmless(resolve: Resolve) -> None:
    leases = [lease("a", "10:00:00", "10:40:00"), lease("a", "11:00:00", "11:40:00")]
    assert grade(resolve, seen("10:20:00"), *leases, shifts=[-HOUR, HOUR]) == ("sure", None, ["a"])


def test_a_lease_without_account_under_a_shift_is_another_account(resolve: Resolve) -> None:
    leases = [lease("a", "10:00:00", "10:40:00"), lease(None, "11:00:00", "11:40:00")]
    assert grade(resolve, seen("10:20:00"), *leases, shifts=[HOUR])[1] == "other_under_shift"


def test_a_doubtful_row_is_fragile_at_the_instant_whoevers_it_is(resolve: Resolve) -> None:
    sure = lease("a", "09:00:00", "11:00:00")
    for account in ("a", "b", None):
        doubtful = lease(account, "09:30:00", "10:30:00", doubtful=True)
        assert grade(resolve, seen("10:00:00"), sure, doubtful) == ("fragile", "doubtful_row", ["a"])


def test_a_doubtful_row_within_the_tolerance_is_fragile_only_of_another_account(resolve: Resolve) -> None:
    sure = lease("a", "09:00:00", "11:00:00")
    own, other = (lease(account, "10:00:03", "10:30:00", doubtful=True) for account in ("a", "b"))
    assert grade(resolve, seen("10:00:00"), sure, own) == ("sure", None, ["a"])
    assert grade(resolve, seen("10:00:00"), sure, other) == ("fragile", "doubtful_row", ["a"])
    assert grade(resolve, seen("10:00:00"), sure, own, other) == ("fragile", "doubtful_row", ["a"])
    assert grade(resolve, seen("10:00:00"), other, own, sure) == ("fragile", "doubtful_row", ["a"])


def test_a_doubtful_row_of_another_account_under_a_shift_is_fragile(resolve: Resolve) -> None:
    sure = lease("a", "09:00:00", "10:30:00")
    own, other = (lease(account, "11:00:00", "11:30:00", doubtful=True) for account in ("a", "b"))
    assert grade(resolve, seen("10:15:00"), sure, own, shifts=[HOUR]) == ("sure", None, ["a"])
    assert grade(resolve, seen("10:15:00"), sure, other, shifts=[HOUR]) == ("fragile", "doubtful_row", ["a"])


def test_nobody_certain_and_a_doubtful_row_is_fragile_without_account(resolve: Resolve) -> None:
    doubtful = lease("a", "10:00:05", "11:00:00", doubtful=True)
    assert grade(resolve, seen("10:00:00"), doubtful) == ("fragile", "doubtful_row", [])
    blocked = {**doubtful, "port_from": 1024, "port_to": 2047}
    assert grade(resolve, seen("10:00:00"), blocked) == ("fragile", "doubtful_row", [])


def test_two_instants_with_different_accounts_are_fragile(resolve: Resolve) -> None:
    leases = [lease("a", "09:00:00", "10:00:00"), lease("b", "10:30:00", "11:00:00")]
    event = seen("09:30:00", "10:45:00")
    different = ("fragile", "two_instants", ["a", "b"])
    assert grade(resolve, event, *leases) == different
    bad = {"log": "web", "from": at("09:00:00"), "until": at("11:00:00")}
    assert grade(resolve, event, *leases, declared=[bad]) == different


def test_two_instants_have_the_worse_grade_and_all_accounts(resolve: Resolve) -> None:
    leases = [lease("a", "09:00:00", "10:00:00"), lease("b", "10:30:00", "11:00:00")]
    assert grade(resolve, seen("09:30:00", "10:15:00"), *leases) == ("none", "nobody", ["a"])
    assert grade(resolve, seen("09:30:00", "09:45:00"), *leases) == ("sure", None, ["a"])
    twice = [*leases, lease("c", "10:30:00", "11:00:00")]
    assert grade(resolve, seen("09:30:00", "10:45:00"), *twice) == ("contradicted", "two_accounts", ["a", "b", "c"])


@pytest.mark.parametrize("minutes", [150, -150, 149, -149])
def test_a_shift_that_was_found_beyond_those_tried_meets_whoever_is_there(resolve: Resolve, minutes: int) -> None:
    """Of the last event of the window, and of the first: no other has a question so late, or so early."""
    there = at("12:00:00") + minutes * 60 * 1_000_000
    other = {**lease("b", "00:00:00", "00:00:01"), "from": there - 1, "until": there + 1}
    found = {"shift": minutes * 60 * 1_000_000, "from": at("11:00:00"), "until": at("13:00:00")}
    own = lease("a", "11:59:00", "12:01:00")
    assert grade(resolve, seen("12:00:00"), own, other) == ("sure", None, ["a"])
    assert grade(resolve, seen("12:00:00"), own, other, declared=[found]) == ("fragile", "other_under_shift", ["a"])


def test_a_stretch_that_the_case_declares_is_doubtful_outright(resolve: Resolve) -> None:
    row = lease("a", "09:00:00", "11:00:00")
    bad = {"log": "web", "from": at("10:00:00"), "until": at("10:30:00")}
    doubtful = ("fragile", "doubtful_stretch", ["a"])
    assert grade(resolve, seen("10:00:00"), row, declared=[bad]) == doubtful
    assert grade(resolve, seen("10:29:59"), row, declared=[bad]) == doubtful
    assert grade(resolve, seen("10:30:00"), row, declared=[bad]) == ("sure", None, ["a"])
    assert grade(resolve, seen("09:59:59"), row, declared=[bad]) == ("sure", None, ["a"])
    assert grade(resolve, seen("10:00:00", log="web"), row, declared=[{**bad, "log": "news"}])[0] == "sure"
    assert grade(resolve, seen("10:00:00"), row, declared=[{**bad, "series": "web"}]) == doubtful
    assert grade(resolve, seen("10:00:00"), row, declared=[{**bad, "series": "elsewhere"}])[0] == "sure"


def test_a_doubtful_source_bears_only_where_it_has_a_row(resolve: Resolve) -> None:
    leases = [lease("a", "09:00:00", "11:00:00"), lease("a", "09:00:00", "09:59:55", assignment="other")]
    bad = {"assignment": "other", "from": at("09:00:00"), "until": at("12:00:00")}
    assert grade(resolve, seen("10:00:00"), *leases, declared=[bad]) == ("sure", None, ["a"])
    assert grade(resolve, seen("09:59:59"), *leases, declared=[bad]) == ("fragile", "doubtful_stretch", ["a"])


def test_a_shift_that_one_source_excludes_is_still_asked_of_the_other_and_only_there(resolve: Resolve) -> None:
    """Forty readings on four days exclude an hour for `isp`; nothing is known of `other`."""
    there = "198.51.100.77"
    days = [(day, hour) for day in range(4, 8) for hour in range(0, 20, 2)]
    known = [
        {**lease("x", "00:00:00", None), "address": there, "from": at(f"{hour:02}:00:00", day),
         "until": at(f"{hour:02}:10:00", day)}
        for day, hour in days
    ]  # fmt: skip
    readings = [{"client_address": there, "instants": [at(f"{hour:02}:05:00", day)]} for day, hour in days]
    here = lease("a", "10:00:00", "10:40:00")
    later = lease("b", "11:00:00", "11:40:00")
    for source, expected in (("isp", "sure"), ("other", "fragile")):
        rows = resolve(
            [seen("10:20:00"), *readings],
            [here, {**later, "assignment": source}, *known],
            shifts=[HOUR],
            assignment_clocks={"isp": 0, "other": 0},
        )
        assert [row["excluded"] for row in rows["source_tests"]] == [True, False]
        assert rows["attributions"][0]["grade"] == expected


def test_a_prefix_holds_every_address_in_it(resolve: Resolve) -> None:
    prefix = lease("a", "09:00:00", "11:00:00", address="198.51.100.0/24")
    assert grade(resolve, seen("10:00:00"), prefix) == ("sure", None, ["a"])
    both = [prefix, lease("b", "09:00:00", "11:00:00")]
    assert grade(resolve, seen("10:00:00"), *both) == ("contradicted", "two_accounts", ["a", "b"])


def test_an_event_without_address_has_no_attribution(resolve: Resolve) -> None:
    event = {"client_address": None, "instants": [at("10:00:00")]}
    assert resolve([event], [lease("a", "09:00:00", "11:00:00")])["attributions"] == []


def test_events_that_do_not_count_are_attributed_too(resolve: Resolve) -> None:
    row = lease("a", "09:00:00", "11:00:00")
    assert grade(resolve, seen("10:00:00", counts=False, reason="failed"), row) == ("sure", None, ["a"])


def test_long_leases_answer_as_short_ones(resolve: Resolve) -> None:
    for days in (1, 2, 11, 13, 40):
        until = at("00:00:00") + days * 24 * HOUR
        row = {**lease("a", "00:00:00", None), "until": until}
        event = {"client_address": A, "instants": [until - 1]}
        early = {"client_address": A, "instants": [at("00:00:00")]}
        rows = resolve([event, early, {**event, "instants": [until]}], [row])["attributions"]
        assert [one["grade"] for one in rows] == ["sure", "sure", "none"]


def test_every_reason_has_its_grade(resolve: Resolve) -> None:
    """The words in the SQL are those of the tables, in their order."""
    grades = ["none"] * 2 + ["contradicted"] * 3 + ["shared"] * 2 + ["fragile"] * 6
    assert len(grades) == len(tables.ATTRIBUTION_REASONS)
    wanted = dict(zip(tables.ATTRIBUTION_REASONS, grades, strict=True))
    found = grade(resolve, seen("10:00:00"), *BLOCKS)
    assert wanted[found[1]] == found[0]


def test_a_stretch_that_the_case_declares_is_doubtful_outright_behind_ports_too(resolve: Resolve) -> None:
    bad = {"log": "web", "from": at("10:00:00"), "until": at("10:30:00")}
    for port, account in ((1024, "a"), (2048, "b")):
        event = seen("10:00:00", client_port=port)
        assert grade(resolve, event, *BLOCKS, declared=[bad]) == ("fragile", "doubtful_stretch", [account])
        later = seen("10:30:00", client_port=port)
        assert grade(resolve, later, *BLOCKS, declared=[bad]) == ("sure", None, [account])


def test_with_an_inner_address_alone_a_login_does_not_disagree_yet(resolve: Resolve) -> None:
    translated = lease("10.0.0.7", "09:00:00", "11:00:00", inner="10.0.0.7")
    assert grade(resolve, seen("10:00:00", login_account="b"), translated) == ("sure", None, ["10.0.0.7"])
    both = [translated, lease("a", "09:00:00", "11:00:00", address="198.51.100.99")]
    assert grade(resolve, seen("10:00:00", login_account="a"), *both) == ("sure", None, ["10.0.0.7"])


@pytest.mark.parametrize(("other", "answer"), [("b", "other_under_shift"), ("a", None), (None, None)])
def test_an_attribution_must_stand_under_a_shift_that_another_source_showed(
    resolve: Resolve, other: str | None, answer: str | None
) -> None:
    """Another account, the same, or nobody a minute and a half later; and no shift was tried."""
    leases = [lease("a", "09:00:00", "10:00:30"), *([lease(other, "10:01:00", "11:00:00")] if other else [])]
    found = {"assignment": "isp", "log": "web", "shift": 90 * SECOND, "from": at("09:30:00"), "until": at("10:00:01")}

    def asked(**stretch: object) -> tuple[Any, ...]:
        events = [seen("10:00:00"), seen("12:00:00", client_address="192.0.2.1")]
        (row, _) = resolve(events, leases, declared=[{**found, **stretch}])["attributions"]
        return row["grade"], row["reason"], row["accounts"]

    assert asked() == ("sure" if answer is None else "fragile", answer, ["a"])
    for elsewhere in (
        {"assignment": "other"},
        {"log": "news"},
        {"until": at("10:00:00")},
        {"shift": 90 * SECOND - HOUR},
    ):
        assert asked(**elsewhere) == ("sure", None, ["a"])
