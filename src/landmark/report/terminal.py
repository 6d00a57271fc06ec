"""The funnel for a terminal: a table for the eye, and the same as plain text for a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from landmark import figures, words
from landmark.report.heard import loud, set_back
from landmark.report.steps import dried_up, files, ranked, steps
from landmark.report.unread import unread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console, ConsoleOptions, RenderResult

    from landmark.report.steps import Step

_HEADS = ("Step", "Count", "of", "Lost on the way here")
_BAR = 16
_UNBOUND = 1_000
_BLOCKS = " ▏▎▍▌▋▊▉█"


class FunnelTable:
    """The funnel as a table that a person reads at a glance: step, count, unit, and losses, the largest first.

    The bar beside each count is logarithmic, so that lines in millions and a dozen leads can both be seen. Where the
    terminal has no room for it, it goes first; where the losses do not fit beside the steps, they stand under them. No
    figure is ever cut, and no loss left out.
    """

    def __init__(self, funnel: Mapping[str, Any]) -> None:
        """Take the funnel as `funnel.json` has it."""
        self._funnel = funnel

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Give the widest of three tables that fits, and under it what must be heard."""
        unbound = options.update(max_width=_UNBOUND)
        for table in (_table(self._funnel, bars=True), _table(self._funnel, bars=False)):
            if Measurement.get(console, unbound, table).maximum <= options.max_width:
                yield table
                break
        else:
            yield _narrow(self._funnel)
        yield from map(Text, _said(self._funnel))


def _table(funnel: Mapping[str, Any], *, bars: bool) -> Table:
    went = steps(funnel)
    table = _empty()
    table.add_column(_HEADS[0], no_wrap=True)
    table.add_column(_HEADS[1], justify="right", no_wrap=True)
    if bars:
        table.add_column("", no_wrap=True, style="cyan", width=_BAR)
    table.add_column(_HEADS[2], no_wrap=True, style="dim")
    table.add_column(_HEADS[3], no_wrap=True)
    most = max((step.count for step in went), default=0)

    def row(cells: tuple[Text, Text, Text, Text], number: int, *, end: bool = False) -> None:
        label, count, *rest = cells
        table.add_row(label, count, *([_bar(number, most)] if bars else []), *rest, end_section=end)

    for index, step in enumerate(went):
        last = index == len(went) - 1
        style = "bold green" if last else ""
        losses = Text("\n".join(_losses(step)), style="yellow")
        cells = (*_named(words.step(step.step).label, step.count, style), Text(_unit(step)), losses)
        row(cells, step.count, end=last or _new_unit(went, index))
    enquiries = int(funnel["enquiries"])
    asked = Text("of whom a provider must be asked")
    row((*_named("Enquiries, beside", enquiries, "bold"), Text(_asked(funnel)), asked), enquiries)
    for label, visitors, unit, rest in _addresses(funnel):
        row((Text(label), Text(visitors), Text(unit), Text(rest.replace(", ", "\n"))), 0)
    return table


def _narrow(funnel: Mapping[str, Any]) -> Table:
    """Give a table in which the losses stand under their step."""
    went = steps(funnel)
    table = _empty()
    table.add_column(_HEADS[0], overflow="fold")
    table.add_column(_HEADS[1], justify="right", no_wrap=True, min_width=len(figures.count(went[0].count, " ")) + 2)
    for index, step in enumerate(went):
        last = index == len(went) - 1
        table.add_row(*_named(words.step(step.step).label, step.count, "bold green" if last else "bold"))
        for reason, number in ranked(step.lost):
            table.add_row(*_named(f"  {words.loss(reason).label}", number, "yellow", "− "))
        if last or _new_unit(went, index):
            table.add_section()
    table.add_row(*_named("Enquiries, beside", int(funnel["enquiries"]), "bold"))
    for label, visitors, unit, rest in _addresses(funnel):
        table.add_row(Text(f"{label}: {unit}\n  {rest}"), Text(visitors))
    return table


def _empty() -> Table:
    return Table(box=SIMPLE_HEAD, header_style="bold", border_style="dim", pad_edge=False, padding=(0, 1, 0, 0))


def _named(label: str, number: int, style: str, sign: str = "") -> tuple[Text, Text]:
    return Text(label, style=style), Text(sign + figures.count(number, " "), style=style)


def funnel_text(funnel: Mapping[str, Any]) -> str:
    """Give the same as lines of plain text: no colour, no frame, one line a step and one a loss."""
    rows: list[tuple[str, str, str, str]] = [_HEADS]
    for step in steps(funnel):
        first, *more = _losses(step) or [""]
        rows.append((words.step(step.step).label, figures.count(step.count, " "), _unit(step), first))
        rows += [("", "", "", loss) for loss in more]
    rows.append(("Enquiries, beside", figures.count(int(funnel["enquiries"]), " "), _asked(funnel), ""))
    rows += _addresses(funnel)
    wide = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [
        f"{name:<{wide[0]}}  {number:>{wide[1]}} {unit:<{wide[2]}}  {loss}".rstrip()
        for name, number, unit, loss in rows
    ]
    return "\n".join([*lines, *_said(funnel)]) + "\n"


def _unit(step: Step) -> str:
    return step.unit.removesuffix("s") if step.count == 1 else step.unit


def _asked(funnel: Mapping[str, Any]) -> str:
    return "enquiry" if int(funnel["enquiries"]) == 1 else "enquiries"


def _addresses(funnel: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    """Give the count by address alone as a row, so that a reader sees what attribution did."""
    if "by_address" not in funnel:
        return []
    addresses = funnel["by_address"]
    visitors, over = (figures.count(addresses[name], " ") for name in ("visitors", "over_threshold"))
    rest = f"{figures.many(addresses['visits'], 'visit', blank=' ')}, {over} over the threshold"
    return [("By address, beside", visitors, "visitor" if addresses["visitors"] == 1 else "visitors", rest)]


def _said(funnel: Mapping[str, Any]) -> list[str]:
    """Give what must be heard beside the figures, the gravest first."""
    said = [f"HEED: {one}" for one in unread(funnel)]
    said += [f"HEED: {one}" for one in loud(funnel)]
    said += set_back(funnel)
    for file in files(funnel):
        if file.unlike:
            said.append(f"HEED: none of the first lines of “{file.path}” reads as its format, and nothing was kept.")
        if file.embeds_unknown:
            said.append(f"“{file.path}” tells no host: what a foreign page shows cannot be told from a visit there.")
        if file.admitted_lost:
            said.append(f"“{file.path}” says itself that it lost {figures.many(file.admitted_lost, 'line')}.")
    empty = dried_up(funnel)
    return [_plain(one) for one in (*said, *([empty] if empty else []))]


def _losses(step: Step) -> list[str]:
    lost = [(figures.count(number, " "), words.loss(reason).label) for reason, number in ranked(step.lost)]
    wide = max((len(number) for number, _ in lost), default=0)
    return [f"− {number:>{wide}} {label}" for number, label in lost]


def _new_unit(went: Sequence[Step], index: int) -> bool:
    return index + 1 < len(went) and went[index].unit != went[index + 1].unit


def _bar(number: int, most: int) -> Text:
    """Draw a logarithmic bar in eighths of a cell: 1 is one decade less than 10; integers only, as bit lengths."""
    eighths = number.bit_length() * _BAR * 8 // max(most.bit_length(), 1)
    return Text("█" * (eighths // 8) + _BLOCKS[eighths % 8].strip())


def _plain(text: str) -> str:
    return figures.on_a_line(text).replace(figures.NARROW, " ")
