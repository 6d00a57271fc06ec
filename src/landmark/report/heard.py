"""What must be heard of clocks before any figure, as the funnel has it: for the terminal, and for every country."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from landmark import figures
from landmark.report import clocks, fits
from landmark.report.unread import unread

if TYPE_CHECKING:
    from collections.abc import Mapping


def loud(funnel: Mapping[str, Any]) -> list[str]:
    """Say of each clock that fits the records better at another time than as written that it does."""
    said = [
        f"the clock of “{one['log']}” ({one['series']}) fits “{one['assignment']}” better at "
        f"{figures.shift(one['shift'])} ({figures.many(one['for_shift'], 'reading')}) than as written "
        f"({one['for_zero']}){f', and so at {clocks.others(more)}' if more else ''}; nothing was corrected, and all "
        "its attributions are doubtful."
        for one, *more in clocks.by_pair(funnel.get("loud", ()), funnel.get("elsewhere", ()))
    ]
    return [*said, *(fits.loud(one) for one in funnel.get("elsewhere", ()))]


def set_back(funnel: Mapping[str, Any]) -> list[str]:
    """Say of each clock that was seen to be set back when that was."""
    return [
        f"The clock of “{one['series']}” in “{one['log']}” was set back from {figures.instant(one['until'])} to "
        f"{figures.instant(one['from'])}; attributions in between are doubtful."
        for one in funnel.get("clock_steps", ())
    ]


def abroad(funnel: Mapping[str, Any]) -> tuple[str, ...]:
    """Give what a country must hear before it asks a provider or acts on a lead, the gravest first."""
    off, back = loud(funnel), set_back(funnel)
    said = [f"{one[0].upper()}{one[1:]}".replace("`", "") for one in off] + back
    if said:
        said.append(
            "It may be that clock which is off, or that of the records. As long as nobody has measured it, an instant "
            "of such a log may be another one, and a provider that is asked about it may name the wrong customer."
        )
    return (*said, *unread(funnel))
