"""The chain of steps against one that says the same in a few plain lines: the worst of all steps is the grade."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark import stages, store, tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from landmark.engine import Engine

    Answer = tuple[str, list[str], str | None]

GRADE_OF = {
    **dict.fromkeys(("nobody", "no_account"), "none"),
    **dict.fromkeys(("two_accounts", "two_lines", "login_disagrees"), "contradicted"),
    **dict.fromkeys(("no_port", "several_accounts"), "shared"),
}
ORDER = (*tables.ATTRIBUTION_REASONS, None)


def answer(reason: str | None, *accounts: str) -> Answer:
    grade = "sure" if reason is None else GRADE_OF.get(reason, "fragile")
    return grade, sorted(accounts), reason


@pytest.fixture(scope="module")
def chained(engine: Engine, make: Callable[..., Any]) -> Callable[..., dict[int, Answer]]:
    def run(answers: dict[int, Answer], links: list[tuple[int, int, str]]) -> dict[int, Answer]:
        rows = [
            {"event": event, "grade": grade, "accounts": accounts, "reason": reason}
            for event, (grade, accounts, reason) in answers.items()
        ]
        asked = [{"event": event, "asked": question, "inner": inner} for event, question, inner in links]
        known = {"attributions": make(tables.ATTRIBUTIONS, rows), "links": make(stages.LINKS, asked)}
        made = store.conform(engine.run("chain", known, {}), tables.ATTRIBUTIONS).to_pylist()
        return {row["event"]: (row["grade"], row["accounts"], row["reason"]) for row in made}

    return run


def by_hand(answers: dict[int, Answer], links: list[tuple[int, int, str]]) -> dict[int, Answer]:
    """Give the same by the rule: every step of an event, the worst first."""
    questions = {asked for _, asked, _ in links}
    told = {}
    for event, own in answers.items():
        if event in questions:
            continue
        behind = [answers.get(asked, answer("nobody")) for of, asked, _ in links if of == event]
        inner = {name for of, _, name in links if of == event}
        accounts = {name for one in behind for name in one[1]} | (set(own[1]) - inner)
        if any(ORDER.index(one[2]) > ORDER.index("login_disagrees") and one[1] for one in behind):
            behind = [one for one in behind if one[2] != "login_disagrees"]
        worst = min((own, *behind), key=lambda one: ORDER.index(one[2]))
        told[event] = (worst[0], sorted(accounts), worst[2])
    return told


@pytest.mark.parametrize(
    ("behind", "worst"),
    [
        ([answer(None, "a"), answer(None, "b")], answer("no_port", "a", "b")),
        ([answer(None, "a"), answer("nobody")], answer("nobody", "a")),
        ([answer(None, "a"), answer("no_account")], answer("no_account", "a")),
        ([answer(None, "a"), answer("two_accounts", "b", "c")], answer("two_accounts", "a", "b", "c")),
        ([answer("two_lines", "a"), answer("two_accounts", "b", "c")], answer("two_accounts", "a", "b", "c")),
        ([answer("doubtful_row", "a"), answer("other_under_shift", "b")], answer("no_port", "a", "b")),
        ([answer("login_disagrees", "a"), answer("login_disagrees", "b")], answer("login_disagrees", "a", "b")),
        ([answer("login_disagrees", "a"), answer("other_under_shift", "b")], answer("no_port", "a", "b")),
        ([answer("login_disagrees", "a"), answer("nobody")], answer("nobody", "a")),
        ([answer("login_disagrees", "a"), answer("doubtful_row")], answer("login_disagrees", "a")),
    ],
    ids=str,
)
def test_behind_several_inner_addresses_the_grade_is_the_worst_of_all_steps(
    chained: Callable[..., dict[int, Answer]], behind: list[Answer], worst: Answer
) -> None:
    answers = {0: answer("no_port", "inner 1", "inner 2"), 1: behind[0], 2: behind[1]}
    links = [(0, 1, "inner 1"), (0, 2, "inner 2")]
    assert chained(answers, links) == by_hand(answers, links) == {0: worst}


def test_of_two_steps_of_one_grade_the_reason_is_that_of_the_worse(
    chained: Callable[..., dict[int, Answer]],
) -> None:
    for outer, inner in (("doubtful_row", "other_under_shift"), ("other_under_shift", "doubtful_row")):
        answers = {0: answer(outer, "inner 1"), 1: answer(inner, "a")}
        assert chained(answers, [(0, 1, "inner 1")]) == {0: answer("other_under_shift", "a")}


def test_what_was_never_answered_is_answered_by_nobody(chained: Callable[..., dict[int, Answer]]) -> None:
    assert chained({0: answer(None, "inner 1")}, [(0, 9, "inner 1")]) == {0: answer("nobody")}


@given(seed=st.integers(0, 2**32))
def test_the_chain_is_what_the_rule_says_of_any_answers(chained: Callable[..., dict[int, Answer]], seed: int) -> None:
    random = Random(seed)  # noqa: S311 - a test draws answers
    answers: dict[int, Answer] = {}
    links: list[tuple[int, int, str]] = []
    number = 20
    for event in range(20):
        inner = [f"inner {place}" for place in range(random.choice((0, 0, 1, 1, 2, 3)))]
        others = random.sample(["a", "b"], random.randrange(3))
        answers[event] = answer(random.choice(ORDER), *others, *inner)
        for name in inner:
            links.append((event, number, name))
            if random.random() < 0.9:
                answers[number] = answer(random.choice(ORDER), *random.sample(["a", "b", "c"], random.randrange(3)))
            number += 1
    told = chained(answers, links)
    assert told == by_hand(answers, links)
    for event, (_, _, reason) in told.items():
        assert ORDER.index(reason) <= ORDER.index(answers[event][2]), "a step behind made it better"
