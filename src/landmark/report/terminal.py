"""The funnel for a terminal: a table for the eye, and the same as plain text for a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from landmark import figures, words
from landmark.report import fits
from landmark.report.steps import dried_up, files, ranked, steps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from landmark.report.steps import Step

_HEADS = ("Step", "Count", "of", "Lost on the way here")
_BAR = 16
_BLOCKS = " ▏▎▍▌▋▊▉█"


def funnel_table(funnel: Mapping[str, Any]) -> Table:
    """Give the funnel as a table that a person reads at a glance: step, count, unit, and losses, the largest first.

    The bar beside each count is logarithmic, so that lines in millions and a dozen leads can both be seen.
    """
    went = steps(funnel)
    table = Table(box=SIMPLE_HEAD, header_style="bold", border_style="dim", pad_edge=False, caption_justify="left")
    table.add_column(_HEADS[0], no_wrap=True)
    table.add_column(_HEADS[1], justify="right", no_wrap=True)
    table.add_column("", no_wrap=True, style="cyan", width=_BAR)
    table.add_column(_HEADS[2], no_wrap=True, style="dim")
    table.add_column(_HEADS[3], overflow="fold")
    most = max((step.count for step in went), default=0)
    for index, step in enumerate(went):
        last = index == len(went) - 1
        table.add_row(
            Text(words.step(step.step).label, style="bold green" if last else ""),
            Text(figures.count(step.count, " "), style="bold green" if last else ""),
            _bar(step.count, most),
            Text(step.unit),
            Text("\n".join(_losses(step)), style="yellow"),
            end_section=last or _new_unit(went, index),
        )
    enquiries = int(funnel["enquiries"])
    table.add_row(
        Text("Enquiries, beside", style="bold"),
        Text(figures.count(enquiries, " "), style="bold"),
        _bar(enquiries, most),
        Text("enquiries"),
        Text("subjects of whom the provider that holds the address must be asked"),
    )
    for label, number, unit, rest in _addresses(funnel):
        table.add_row(Text(label), Text(number), "", Text(unit), Text(rest))
    said = _said(funnel)
    table.caption = Text("\n".join(said)) if said else None
    return table


def funnel_text(funnel: Mapping[str, Any]) -> str:
    """Give the same as lines of plain text: no colour, no frame, one line a step and one a loss."""
    rows: list[tuple[str, str, str, str]] = [_HEADS]
    for step in steps(funnel):
        first, *more = _losses(step) or [""]
        rows.append((words.step(step.step).label, figures.count(step.count, " "), step.unit, first))
        rows += [("", "", "", loss) for loss in more]
    rows.append(("Enquiries, beside", figures.count(int(funnel["enquiries"]), " "), "enquiries", ""))
    rows += _addresses(funnel)
    wide = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [
        f"{name:<{wide[0]}}  {number:>{wide[1]}} {unit:<{wide[2]}}  {loss}".rstrip()
        for name, number, unit, loss in rows
    ]
    return "\n".join([*lines, *_said(funnel)]) + "\n"


def _addresses(funnel: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    """Give the count by address alone as a row, so that a reader sees what attribution did."""
    if "by_address" not in funnel:
        return []
    addresses = {name: figures.count(number, " ") for name, number in funnel["by_address"].items()}
    rest = f"{addresses['visits']} visits, {addresses['over_threshold']} over the threshold"
    return [("By address, beside", addresses["visitors"], "visitors", rest)]


def _said(funnel: Mapping[str, Any]) -> list[str]:
    """Give what must be heard beside the figures, the gravest first."""
    said = [
        f"HEED: the clock of “{one['log']}” ({one['series']}) fits “{one['assignment']}” better at "
        f"{figures.shift(one['shift'])} ({one['for_shift']} readings) than as written ({one['for_zero']}); nothing was "
        "corrected, and all its attributions are doubtful."
        for one in funnel.get("loud", ())
    ]
    said += [f"HEED: {fits.loud(one)}" for one in funnel.get("elsewhere", ())]
    said += [
        f"The clock of “{one['series']}” in “{one['log']}” was set back from {figures.instant(one['until'])} to "
        f"{figures.instant(one['from'])}; attributions in between are doubtful."
        for one in funnel.get("clock_steps", ())
    ]
    for file in files(funnel):
        if file.unlike:
            said.append(f"HEED: none of the first lines of “{file.path}” reads as its format, and nothing was kept.")
        if file.embeds_unknown:
            said.append(f"“{file.path}” tells no host: what a foreign page shows cannot be told from a visit there.")
        if file.admitted_lost:
            said.append(f"“{file.path}” says itself that it lost {figures.count(file.admitted_lost, ' ')} lines.")
    empty = dried_up(funnel)
    return [_plain(one) for one in (*said, *([empty] if empty else []))]


def _losses(step: Step) -> list[str]:
    lost = [(figures.count(number, " "), words.loss(reason).label) for reason, number in ranked(step.lost)]
    wide = max((len(number) for number, _ in lost), default=0)
    return [f"− {number:>{wide}} {label}" for number, label in lost]


def _new_unit(went: Sequence[Step], index: int) -> bool:
    return index + 1 < len(went) and went[index].unit != went[index + 1].unit


def _bar(number: int, most: int) -> str:
    """Draw a logarithmic bar in eighths of a cell: 1 is one decade less than 10; integers only, as bit lengths."""
    eighths = number.bit_length() * _BAR * 8 // max(most.bit_length(), 1)
    return "█" * (eighths // 8) + _BLOCKS[eighths % 8].strip()


def _plain(text: str) -> str:
    return text.replace(figures.NARROW, " ")
