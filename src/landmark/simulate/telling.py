"""A score in words, for whoever judges by it: what was found, what was missed and why, how often a grade is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from landmark import words
from landmark.figures import count, many
from landmark.simulate.calibration import Share

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from landmark.simulate.score import Score

_CAME = "Who came more often than the threshold, knowingly"
_MISSED = {
    "at_most_threshold": "too few visits are surely theirs",
    "not_counted": "nothing is surely theirs",
}
_WHY_WRONG = {
    "another": "a visit was made over other lines than that account's",
    "not_knowingly": "the visits were made over that account's line, but by nobody who came so often knowingly",
    "too_few": "the visits were made over that account's line, but by true time they are not more than the threshold",
}
_WHO = {
    "holder": "the account's holder came so often",
    "another": "another person did, and not the holder",
    "together": "only several persons together did",
}
_UNSEEN = {"unseen": "the records were asked for none of their events"}
_GRADES = {
    "sure": "names one account",
    "fragile": "may be another's",
    "shared": "cannot tell who of several",
    "contradicted": "records exclude each other",
    "none": "names nobody",
}


def told(score: Score) -> str:
    """Give a score in words; no line names anybody."""
    return "\n".join(_lines(score))


def _lines(score: Score) -> Iterator[str]:
    yield f"Leads: {_count(score.leads)}. Right: {_count(score.right)}. Wrong: {_count(score.wrong)}."
    yield from _each((number, _WHY_WRONG.get(why, _plain(why))) for why, number in score.why_wrong.items())
    reached = f"leads among them: {_count(score.reached)}"
    yield f"{_CAME}, and whom the records can tell: {_count(score.reachable)}; {reached}."
    yield f"{_CAME}, and who is no lead, told by the records or not: {_count(sum(score.missed.values()))}."
    if score.unreached:
        most = {grade: _UNSEEN.get(grade, f"most of their events are {grade}") for grade in score.unreached}
        every = ((grade, *one) for grade, reasons in score.unreached.items() for one in reasons.items())
        yield from _each((number, f"{_missed(why)}; {most[grade]}") for grade, why, number in every)
    else:
        yield from _each((number, _missed(why)) for why, number in score.missed.items())
    yield "Whose address it was, as answered for each event, held against whose it was:"
    yield from _table(score)
    yield "  (A half hour: the events of one person at one address in it, which are right or wrong together.)"
    if score.complete.number:
        events = many(score.complete.number, "event", blank=" ")
        yield f"Surely and rightly answered, of {events} whose own records are whole: {score.complete.as_text()}."
    if score.who:
        yield "What no record can tell, but the truth of this world does:"
        yield from _each(
            (score.who[who], f"of the right leads: {said}") for who, said in _WHO.items() if who in score.who
        )
        visits = many(score.visits, "visit", blank=" ")
        yield from _each([(score.others, f"of the leads' {visits}: another person than the holder sat there")])


def _table(score: Score) -> Iterator[str]:
    rows = [("grade", "the answer", "right", "wrong", "half hours", "of these right (bounds of 95 % certainty)")]
    for grade, one in score.grades.items():
        of = score.calibration.get(grade, Share(0, 0))
        rows.append((grade, _GRADES[grade], _count(one.right), _count(one.wrong), _count(of.number), of.as_text()))
    wide = [max(len(row[column]) for row in rows) for column in range(5)]
    for grade, what, *figures, share in rows:
        numbers = "  ".join(f"{figure:>{width}}" for figure, width in zip(figures, wide[2:], strict=True))
        yield f"  {grade:<{wide[0]}}  {what:<{wide[1]}}  {numbers}  {share}"


def _each(rows: Iterable[tuple[int, str]]) -> Iterator[str]:
    for number, said in rows:
        yield f"  {_count(number):>6}  {said}"


def _missed(why: str) -> str:
    return _MISSED.get(why) or words.LEAD_LOSSES.get(why, words.Word(_plain(why), "")).label


def _plain(why: str) -> str:
    return why.replace("_", " ")


def _count(number: int) -> str:
    return count(number, " ")
