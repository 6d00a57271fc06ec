"""`communique.md`: what may be said in public. Totals only, and no count under five, given or computable.

The rule. None is "none". A count of one to four is "fewer than five". Beyond that:

1. A total of the funnel is not given where it differs by one to four from the next one given below it: the difference
   would be a count. Leads come first, so that of two such totals the one further up is withheld.
2. Nor where it lies within four of leads and enquiries together (a total under five of either stands for any of one to
   four): the difference would be a count of subjects who are neither, or of enquiries that no person made.
3. Nor, leads excepted, where it is five or six: a total withheld below it could be one figure only.
4. By country, figures are given only where they leave each count under five open: every value from one to four must
   be possible, given the total and all other figures. Where that is not so, the smallest other countries are withheld
   too, one after the other; where that does not suffice, or the total is itself under five, no figure by country is
   given.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from landmark import words
from landmark.figures import count, date, instant, many
from landmark.report.steps import dried_up, steps
from landmark.report.unread import in_public

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from landmark.case import Case
    from landmark.report.steps import Step

FEW = 5
FEWER = "fewer than five"
WITHHELD = "not given"
_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&])")


def communique(case: Case, funnel: Mapping[str, Any], tables: Mapping[str, pa.Table]) -> str:
    """Give the communique as Markdown.

    Args:
        case: the case.
        funnel: the funnel as in `funnel.json`.
        tables: `leads` and `enquiries` are read.
    """
    leads = Counter(tables["leads"]["country"].to_pylist())
    enquiries = Counter(tables["enquiries"]["country"].to_pylist())
    went = steps(funnel)
    given = chain([step.count for step in went], enquiries.total())
    asked = _figure(enquiries.total())
    authority = case.authority
    heed = in_public(funnel, case.rules.reject_more_than)
    lines = [
        f"# {_escape(case.title)}",
        "",
        f"Totals for the time from {date(authority.begin)} up to {_last_day(authority.end)} (UTC).",
        "A visitor is an account, a login or an address. A lead is a reason to look closer, and no proof. An enquiry",
        "is a question to the provider that holds an address; it names nobody, and a visitor seen in two countries is",
        "in both.",
        "",
        *((*heed, "") if heed else ()),
        "| What | How many |",
        "|---|---:|",
        *(f"| {_said(step, case)} | {figure} |" for step, figure in zip(went, given, strict=True)),
        f"| Enquiries, one for each visitor and country | {asked} |",
        "",
        *_by_country("Leads by country", leads),
        *_by_country("Enquiries by country", enquiries),
    ]
    if not leads and not enquiries:
        lines += ["There is neither a lead nor an enquiry.", ""]
    elif not leads:
        lines += ["There is no lead.", ""]
    lines += [_why(went), ""] if not leads and dried_up(funnel) else []
    lines += [
        f"A count under five is given as “{FEWER}”. “{WITHHELD}” stands where such a count could be computed from the",
        "figure.",
    ]
    return "\n".join(lines) + "\n"


def chain(counts: Sequence[int], enquiries: int) -> list[str]:
    """Give the figures of a chain of totals, each at most the one before, the last of which is leads.

    Args:
        counts: the totals, first to last.
        enquiries: the total beside, which is given (or is fewer than five).
    """
    low = high = 0
    for total in (enquiries, counts[-1] if counts else 0):
        low += 1 if 0 < total < FEW else total
        high += FEW - 1 if 0 < total < FEW else total
    given: list[str] = []
    below: int | None = None
    for total in reversed(counts):
        near = below is not None and 0 < total - below < FEW
        beside = bool(given) and low - FEW < total < high + FEW and not low == total == high
        alone = bool(given) and FEW <= total < FEW + 2
        if total >= FEW and (near or beside or alone):
            given.append(WITHHELD)
            continue
        given.append(_figure(total))
        if total == 0 or total >= FEW:
            below = total
    return given[::-1]


def by_country(counts: Mapping[str, int]) -> dict[str, str] | None:
    """Give the figure of each country, or None where none can be given without a count under five being computable."""
    total = sum(counts.values())
    if total < FEW:
        return None
    few = sum(0 < number < FEW for number in counts.values())
    others = sorted((number, country) for country, number in counts.items() if number >= FEW)
    for withheld in range(len(others) + 1):
        hidden = total - sum(number for number, _ in others[withheld:])
        top = others[withheld][0] if withheld < len(others) else total
        if not few or _open(few, withheld, hidden, top):
            gone = {country for _, country in others[:withheld]}
            return {
                country: WITHHELD if country in gone else _figure(counts[country])
                for country in sorted(counts)
                if counts[country]
            }
    return None


def _open(few: int, withheld: int, hidden: int, top: int) -> bool:
    """Tell whether each of `few` counts of one to four may be any of these.

    Args:
        few: how many counts are under five.
        withheld: how many others are withheld, each known to be five or more and at most `top`.
        hidden: what all of these are together, which a reader can compute.
        top: the smallest count that is given, since the smallest are withheld first.
    """
    others = few - 1
    least, most = others + FEW * withheld, (FEW - 1) * others + top * withheld
    return hidden - (FEW - 1) >= least and hidden - 1 <= most


def _figure(number: int) -> str:
    if number == 0:
        return "none"
    return FEWER if number < FEW else count(number)


def _said(step: Step, case: Case) -> str:
    label = words.step(step.step).label
    if step.step == "over_threshold":
        return f"{label} (more than {many(case.rules.more_than, 'visit')})"
    return label


def _by_country(head: str, counts: Counter[str]) -> list[str]:
    if not counts:
        return []
    figures = by_country(counts)
    if figures is None:
        return [f"{head}: no figures are given, since counts under five could be computed from them.", ""]
    rows = [f"| {_escape(country)} | {figure} |" for country, figure in figures.items()]
    return [f"{head}:", "", "| Country | How many |", "|---|---:|", *rows, ""]


def _why(went: Sequence[Step]) -> str:
    if not went[0].count:
        return "The logs that were given have no lines."
    at = next(step for step in went if not step.count)
    return f"Nothing is left at “{words.step(at.step).label}”: {words.step(at.step).sentence}"


def _last_day(end: int) -> str:
    """Give the end of the half-open window: a day where it is midnight, else the instant."""
    text = instant(end)
    return text.removesuffix("T00:00:00Z")


def _escape(text: str) -> str:
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
