"""Who waits hears of bytes and of rows kept."""

from __future__ import annotations

from landmark.intake.told import Told


def test_bytes_add_up_and_rows_kept_stand_behind_what_is_at_work() -> None:
    heard: list[tuple[str, int, int]] = []
    told = Told(lambda *said: heard.append(said), "reading logs", 100)
    told(30)
    told.kept(0)
    told(20)
    told.kept(1234)
    told.kept(1234)
    assert heard == [
        ("reading logs", 30, 100),
        ("reading logs; 0 rows kept", 30, 100),
        ("reading logs; 0 rows kept", 50, 100),
        ("reading logs; 1,234 rows kept", 50, 100),
    ]
