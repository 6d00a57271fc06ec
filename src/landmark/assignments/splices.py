"""Where two writes were spliced into one line: the first was cut off, and behind it stands another's.

Whose head is whose message's, nobody knows then: the record would stand at the instant of a line cut off before. What a
device sends to a log server has two heads, too, the server's and its own.
"""

from __future__ import annotations

import re

from landmark.assignments.stamps import HEAD, TIME

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


def another_begins(message: bytes, before: int) -> bool:
    """Tell whether another line begins in a message, somewhere before a place of it: two writes were spliced."""
    if _ANY_TIME.search(message, 0, before) is None:
        return False
    if b"<" in message.split(None, 1)[0]:  # no host is called so: the first was cut off within its name, or before it
        return True
    own = _OF_DEVICE.match(message, 0, before)
    return _ANY_TIME.search(message, 0 if own is None else own.end(), before) is not None


def begins_twice(text: bytes) -> bool:
    """Tell whether right behind the head of a line another of the same form stands that names the same host.

    That is the device's next line: a log server writes its own name, or its head in another form than the device's.
    """
    first = HEAD.match(text)
    if first is None or _ANY_TIME.search(text, first.start("host")) is None:
        return False
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
