"""Where two writes were spliced into one line: the first was cut off, and behind it stands another's.

Whose head is whose message's, nobody knows then: the record would stand at the instant of a line cut off before. What a
device sends to a log server has two heads, too, the server's and its own, and looks like a line that was cut off right
behind its head. Of such a line the two times are of one moment.
"""

from __future__ import annotations

import re

from landmark.assignments.stamps import HEAD, OFFSET, TIME, read_time
from landmark.tables import SECOND

_ANY_TIME = re.compile(TIME)
# A device's own head behind that of the log server: whose it is, and up to when it was written.
_OWN = (
    rb"""
    (?:\S++\ ++(?:(?:[0-9]++\.[0-9.]++|[0-9a-fA-F]*+:[0-9a-fA-F]*+:[0-9a-fA-F:.]*+)\ ++)?+)?  # a host, its address
    (?:-\ -\ -\ -\ )?+                        # RFC 5424, without a word of who says it
    (?:<\d{1,3}>)?+ (?:1\ )?+                  # priority, version
    (?:\d{1,12}:\ (?:[\w.:-]++(?<=:)\ )?+)?+   # its own count of its lines, and behind that its name
    (?:(?:[\w.-]++\ )?[A-Z0-9]++(?:/[A-Z0-9]++){2,3}+:)?  # which of its processors
    (?:\([^()]*+\)\ ++)?+ \*?+ \.?+            # where it is; never set, not synchronised
    (?:\d{4}\ )?+"""
    + TIME.replace(b" ", b"\\ ")
    + rb"""(?:[.,]\d{1,9})?+ (?:[Zz]|[+-]\d\d:?\d\d)?+ (?:\ [A-Z]{2,5}(?=:\ ))?+"""
)
# One or several. Behind a colon there is no further one: a host's name there would be the message's first word.
_OF_DEVICE = re.compile(rb"(?:" + _OWN + rb"\ )*+ (?:" + _OWN + rb":)?+", re.VERBOSE)
_STAMP = re.compile(
    rb"(?P<off>[*.]?)(?:\d{4} )?(?P<time>" + TIME + rb")(?:[.,]\d{1,9})?(?P<offset>[Zz]|[+-]\d\d:?\d\d)?"
)
_QUARTER = 15 * 60  # seconds: of so many every zone's offset from UTC is a multiple
_WHOLE = len("2001-10-02T19:00:00")


def another_begins(message: bytes, before: int) -> bool:
    """Tell whether another line begins in a message, somewhere before a place of it: two writes were spliced."""
    if _ANY_TIME.search(message, 0, before) is None:
        return False
    if b"<" in message.split(None, 1)[0]:  # no host is called so: the first was cut off within its name, or before it
        return True
    own = _OF_DEVICE.match(message, 0, before)
    return _ANY_TIME.search(message, 0 if own is None else own.end(), before) is not None


def begins_twice(text: bytes, slack: int) -> bool:
    """Tell whether right behind the head of a line another stands that is no device's own behind a log server's.

    That is one of the same form that names the same host: a log server writes its own name, or its head in another form
    than the device's. And it is one whose time is another, unless it says itself that it is not to be believed.

    Args:
        text: the line.
        slack: how far the clocks of a device and of a log server may be apart, µs.
    """
    first = HEAD.match(text)
    if first is None or _ANY_TIME.search(text, first.start("host")) is None:
        return False
    own = _OF_DEVICE.match(text, first.start("host"))
    stamps = () if own is None else _STAMP.finditer(text, own.start(), own.end())
    return _names_its_host_again(first) or any(_is_of_another_time(first, stamp, slack) for stamp in stamps)


def _names_its_host_again(first: re.Match[bytes]) -> bool:
    unnamed = first["host"] + first["message"]  # of a device that writes no name
    for behind in (first["message"].lstrip(b" :"), unnamed):
        second = HEAD.match(behind)
        if second is not None and (behind is unnamed or second["host"] == first["host"]):
            return _form(first) == _form(second)
    return False


def _form(head: re.Match[bytes]) -> tuple[bool, ...]:
    return (
        head.string.startswith(b"<"),
        head["iso"] is not None,
        head["before"] is not None,
        head["after"] is not None,
    )


def _is_of_another_time(first: re.Match[bytes], stamp: re.Match[bytes], slack: int) -> bool:
    """Tell whether a device's own time cannot be of the moment of the head before it.

    Where not both say their offset from UTC, the device's may be of another zone: then quarters of an hour say nothing.
    """
    if stamp["off"]:
        return False
    written = (first["iso"] or b"").decode("ascii")
    if stamp["offset"] and OFFSET.search(written) is not None:
        server = read_time(written, None)
        device = read_time((stamp["time"] + stamp["offset"]).decode("ascii"), None)
        if isinstance(server, str) or isinstance(device, str):
            return True
        return abs(server.earlier - device.earlier) > slack
    apart = _seconds(first["clock"] or first["iso"][:_WHOLE]) - _seconds(stamp["time"])
    return min(apart % _QUARTER, -apart % _QUARTER) * SECOND > slack


def _seconds(time: bytes) -> int:
    """Give the minute and second, in seconds, of a time that ends with them."""
    return int(time[-5:-3]) * 60 + int(time[-2:])
