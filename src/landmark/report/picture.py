"""The funnel as a picture: where each bar, label and loss stands. Geometry only; the template draws it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from landmark import words
from landmark.figures import count
from landmark.report.steps import ranked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from landmark.report.steps import Step

WIDTH = 1120
LEFT = 222  # where bars begin, behind the longest name in the widest letters that a reader may have
SPAN = 420  # length of the longest bar
GONE = 762  # where the losses stand
ROW = 48  # least height of a step
LINE = 17  # height of a line of losses
BAR = 30  # height of a bar
TOP = 34


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss: its place, its figure, and its words."""

    y: int
    figure: str
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A step: its place, the length of its bar, what the step before had, its words and losses."""

    y: int
    height: int
    length: int
    ghost: int
    figure: str
    share: str
    label: str
    unit: str
    kind: str
    losses: tuple[Loss, ...]
    new_unit: bool
    points: str  # the slope from the bar before to this one; empty where the unit changes


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole picture: its size, the decades of its scale, and its bars."""

    width: int
    height: int
    bottom: int
    left: int
    gone: int
    bar: int
    decades: tuple[tuple[int, str], ...]
    bars: tuple[Bar, ...]
    said: str


def picture(went: Sequence[Step], enquiries: int) -> Picture:
    """Lay out the steps, each with what was lost on the way to it, and the enquiries beside.

    The scale is logarithmic: 1 has a length of its own, and each factor of ten adds the same length.
    """
    most = max([1, enquiries, *(step.count for step in went)])
    decades = len(str(most))  # 1 to 9 are the first decade
    bars: list[Bar] = []
    y = TOP
    for index, step in enumerate(went):
        before = went[index - 1] if index else None
        bar = _bar(step, before, bars[-1] if bars else None, y, decades)
        bars.append(bar)
        y += bar.height
    bars.append(
        Bar(
            y + 14, ROW, _length(enquiries, decades), 0, count(enquiries), "", "Enquiries", "beside the leads",
            "enquiries", (), new_unit=True, points="",
        )
    )  # fmt: skip
    scale = tuple((LEFT + _length(10**power, decades), _short(power)) for power in range(decades))
    said = ", ".join(f"{words.step(step.step).label}: {count(step.count)}" for step in went)
    bottom = y + 14 + ROW
    return Picture(
        WIDTH, bottom + 8, bottom, LEFT, GONE, BAR, scale, tuple(bars), f"{said}. Enquiries: {count(enquiries)}."
    )


def _bar(step: Step, before: Step | None, above: Bar | None, y: int, decades: int) -> Bar:
    lost = ranked(step.lost)
    comparable = before is not None and (before.unit == step.unit or step.step == "events")
    middle = y + BAR // 2 + 5 - (len(lost) > 1) * 5
    losses = tuple(
        Loss(middle + place * LINE, f"− {count(number)}", words.loss(reason).label)
        for place, (reason, number) in enumerate(lost)
    )
    length = _length(step.count, decades)
    slope = ""
    if above is not None and comparable:
        end = above.y + BAR
        slope = f"{LEFT},{end} {LEFT + above.length},{end} {LEFT + length},{y} {LEFT},{y}"
    return Bar(
        y,
        max(ROW, len(lost) * LINE + 16),
        length,
        _length(before.count, decades) if before is not None and comparable else 0,
        count(step.count),
        _share(step.count, before.count) if before is not None and comparable else "",
        words.step(step.step).label,
        step.unit,
        "leads" if step.step == "leads" else step.unit,
        losses,
        before is not None and not comparable,
        slope,
    )


def _length(number: int, decades: int) -> int:
    """Give the length of a bar in whole units: exact at powers of ten, straight between them (no floats)."""
    if number <= 0:
        return 0
    power = len(str(number)) - 1
    low = int(10**power)
    unit = SPAN * 1000 // decades
    within = unit * (number - low) // (low * 9)
    return (unit * power + within + 12_000) // 1000


def _short(power: int) -> str:
    """Name a power of ten as briefly as a scale needs: `100 000`, `1 M`, `1 000 M`."""
    millions = 6
    return count(10**power) if power < millions else f"{count(10 ** (power - millions))} M"


def _share(part: int, whole: int) -> str:
    """Give a share as text: what lost anything is never rounded to all of it; empty where nothing was lost."""
    if whole <= 0 or part >= whole:
        return ""
    tenths = min(999, (part * 2000 + whole) // (2 * whole))
    if part and not tenths:
        return "under 0.1 %"
    return f"{tenths // 10}.{tenths % 10} %" if part else ""
