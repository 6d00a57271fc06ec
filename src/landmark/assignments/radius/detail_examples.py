"""Examples of FreeRADIUS `detail`: bytes in, leases out."""

from __future__ import annotations

from landmark.assignments import Example


def record(clock: str, stamp: int, status: str, *attributes: str) -> bytes:
    """Give a record of 2 October 2001, UTC."""
    lines = (f"Acct-Status-Type = {status}", "NAS-IP-Address = 192.0.2.254", *attributes, f"Timestamp = {stamp}")
    return "\n".join([f"Tue Oct  2 {clock} 2001", *(f"\t{line}" for line in lines), "\n"]).encode()


_EIGHT = 1_002_009_600
_HOUR = 3_600
_MICROS = 1_000_000
_A1 = ('User-Name = "user-a"', 'Acct-Session-Id = "A1"', "Framed-IP-Address = 198.51.100.21")
_B1 = ('User-Name = "user-b"', 'Acct-Session-Id = "B1"', "Framed-IP-Address = 198.51.100.21")
_V6 = ('User-Name = "user-a"', 'Acct-Session-Id = "A1"', "Delegated-IPv6-Prefix = 2001:db8::/56")
EXAMPLES = (
    Example(
        "Start and Stop; the Stop was ten seconds on its way",
        record("08:00:00", _EIGHT, "Start", *_A1, 'Event-Timestamp = "Oct  2 2001 08:00:00 UTC"')
        + record("09:00:10", _EIGHT + _HOUR + 10, "Stop", *_A1, "Acct-Delay-Time = 10", "Acct-Input-Gigawords = 4"),
        (
            {
                "address": "198.51.100.21",
                "begin": _EIGHT * _MICROS,
                "end": (_EIGHT + _HOUR) * _MICROS,
                "account": "user-a",
                "ends": "stopped",
                "doubtful": False,
                "rows": (1, 10),
            },
        ),
        {"empty": 2},
        settings={"zone": "UTC"},
    ),
    Example(
        "a Stop that never came: certain to the last Interim, doubtful until the next Start; that one has no Interim",
        record("08:00:00", _EIGHT, "Start", *_A1)
        + record("09:00:00", _EIGHT + _HOUR, "Interim-Update", *_A1)
        + record("11:00:00", _EIGHT + 3 * _HOUR, "Start", *_B1),
        (
            {"account": "user-a", "end": (_EIGHT + _HOUR) * _MICROS, "ends": "last_seen", "doubtful": False},
            {"account": "user-a", "end": (_EIGHT + 3 * _HOUR) * _MICROS, "ends": "replaced", "doubtful": True},
            {"account": "user-b", "end": None, "ends": "open", "doubtful": True},
        ),
        {"empty": 3},
        settings={"zone": "UTC"},
    ),
    Example(
        "a prefix first named in an Interim is doubtful before it; the NAS restarted",
        record("08:00:00", _EIGHT, "Start", *_A1[:2])
        + record("09:00:00", _EIGHT + _HOUR, "Interim-Update", *_V6)
        + record("10:00:00", _EIGHT + 2 * _HOUR, "Interim-Update", *_V6)
        + record("11:00:00", _EIGHT + 3 * _HOUR, "Accounting-On"),
        (
            {"begin": _EIGHT * _MICROS, "end": (_EIGHT + _HOUR) * _MICROS, "doubtful": True},
            {"address": "2001:db8::/56", "end": (_EIGHT + 2 * _HOUR) * _MICROS, "ends": "last_seen", "doubtful": False},
            {"end": (_EIGHT + 3 * _HOUR) * _MICROS, "ends": "rebooted", "doubtful": True},
        ),
        {"empty": 4},
        settings={"zone": "UTC"},
    ),
    Example(
        "a date that disagrees with Timestamp by an hour bounds nothing",
        record("08:00:00", _EIGHT, "Start", *_A1) + record("10:00:00", _EIGHT + _HOUR, "Stop", *_A1),
        ({"begin": _EIGHT * _MICROS, "end": (_EIGHT + _HOUR) * _MICROS, "ends": "stopped", "doubtful": True},),
        {"empty": 2},
        settings={"zone": "UTC"},
    ),
    Example(
        "each line of a record shares its fate; a record cut off at the end is truncated",
        record("08:00:00", _EIGHT, "Start", *_A1[:2], "Framed-IP-Address = 198.51.100.300")
        + record("08:00:00", 0, "Start", *_A1)
        + record("08:00:00", _EIGHT, "Start", 'User-Name = "user-')
        + record("08:00:00", _EIGHT, "Start", *_A1)[:-1],
        (),
        {"empty": 3, "not_watched": 12},
        {"bad_time": 7, "truncated": 7},
        {"zone": "UTC"},
    ),
)
