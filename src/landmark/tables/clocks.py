"""How the clock of a log fits assignment records as written, and when it is shifted."""

from __future__ import annotations

from landmark.tables.columns import Table, always, maybe

SOURCE_TESTS = Table(
    "source_tests",
    "For each clock of a log, each assignment source and each shift: what the readings say.",
    ("log", "series", "assignment", "shift"),
    (
        always("log", "string", "the [[log]]"),
        always("series", "string", "the clock in it: log host or rotated series"),
        always("assignment", "string", "the [[assignment]]"),
        always("shift", "int64", "shift of the log's clock, µs"),
        always("for_zero", "int64", "b: readings that fall in a lease at 0 only"),
        always("for_shift", "int64", "c: readings that fall in a lease at the shift only"),
        always("for_zero_by_logins", "int64", "how many of b verified logins gave that come back"),
        always("for_shift_by_logins", "int64", "how many of c verified logins gave that come back"),
        always("days", "int64", "UTC days on which readings speak for 0"),
        always("excluded", "bool", "excluded in the whole: b ≥ 30 on 3 days or more, and c ≤ b / 10"),
        always("loud", "bool", "somewhere fits better than 0: c > b and c ≥ 10"),
    ),
)

DOUBTS = Table(
    "doubts",
    "Stretches in which a shift is not excluded (shift 0: doubtful outright).",
    ("log", "series", "assignment", "shift", "from"),
    (
        always("log", "string", "the [[log]]"),
        always("series", "string", "the clock in it"),
        always("assignment", "string", "the [[assignment]]"),
        always("shift", "int64", "the shift that is not excluded, µs; 0: doubtful outright"),
        always("from", "int64", "begin, included, µs UTC"),
        always("until", "int64", "end, excluded, µs UTC"),
    ),
)

SPEAKING_DAYS = Table(
    "speaking_days",
    "For each UTC day, clock of a log, assignment source and shift: how many readings speak for 0 and for the shift.",
    ("log", "series", "assignment", "shift", "day"),
    (
        always("log", "string", "the [[log]]"),
        always("series", "string", "the clock in it"),
        always("assignment", "string", "the [[assignment]]"),
        always("shift", "int64", "shift of the log's clock, µs"),
        always("day", "int64", "begin of the UTC day, µs UTC; a day on which nothing speaks has no row"),
        always("for_zero", "int64", "readings that speak for 0, those of verified logins included"),
        always("for_shift", "int64", "readings that speak for the shift, those of verified logins included"),
    ),
)

FITS = Table(
    "fits",
    "For each UTC day, clock of a log, assignment source and shift of a grid: for how many readings somebody is there.",
    ("log", "series", "assignment", "day", "shift"),
    (
        always("log", "string", "the [[log]]"),
        always("series", "string", "the clock in it"),
        always("assignment", "string", "the [[assignment]]"),
        always("day", "int64", "begin of the UTC day, µs UTC"),
        always("shift", "int64", "shift of the log's clock, µs"),
        always("readings", "int64", "readings that meet no doubtful row at 0 or at the shift"),
        always("there", "int64", "those for which somebody has the address at the shift"),
        always("for_zero", "int64", "those for which somebody has it at 0 only"),
        always("for_shift", "int64", "those for which somebody has it at the shift only"),
    ),
)

FIT_DAYS = Table(
    "fit_days",
    "For each UTC day, clock of a log and assignment source: the shift that fits best. Nothing is corrected by it; "
    "where 0 is excluded, the day is doubtful outright.",
    ("log", "series", "assignment", "day"),
    (
        always("log", "string", "the [[log]]"),
        always("series", "string", "the clock in it"),
        always("assignment", "string", "the [[assignment]]"),
        always("day", "int64", "begin of the UTC day, µs UTC"),
        always("readings", "int64", "readings that meet no doubtful row at 0"),
        maybe("best", "int64", "the shift that fits best, middle of its plateau, µs; empty: cannot be told"),
        maybe("lowest", "int64", "lowest shift against which the best does not stand out, µs"),
        maybe("highest", "int64", "highest shift against which the best does not stand out, µs"),
        always("for_best", "int64", "readings that fit at the best only, not at 0"),
        always("for_zero", "int64", "readings that fit at 0 only, not at the best"),
        always("elsewhere", "bool", "0 is excluded against the best: for_best ≥ 30, and for_zero ≤ for_best / 10"),
    ),
)

DRIFTS = Table(
    "drifts",
    "For each clock of a log and assignment source: the shift that fits best, and a straight line through the days. "
    "Nothing is corrected by it; where one of them fits better than 0, the whole pair is doubtful outright.",
    ("log", "series", "assignment"),
    (
        always("log", "string", "the [[log]]"),
        always("series", "string", "the clock in it"),
        always("assignment", "string", "the [[assignment]]"),
        always("one_in", "int64", "1: every reading is used; else one half hour of an address in so many"),
        always("readings", "int64", "readings used that meet no doubtful row at 0"),
        always("days", "int64", "UTC days with such a reading"),
        maybe("best", "int64", "one shift for all days that fits best, µs; empty: cannot be told"),
        maybe("lowest", "int64", "lowest shift against which it does not stand out, µs"),
        maybe("highest", "int64", "highest shift against which it does not stand out, µs"),
        maybe("best_untold", "string", "why it cannot be told: too_few, never_empty, no_peak"),
        always("for_best", "int64", "readings that fit at it only, not at 0"),
        always("for_zero", "int64", "readings that fit at 0 only, not at it"),
        always("elsewhere", "bool", "told, with more readings for it than for 0, and at least ten; or 0 is excluded"),
        always("told_days", "int64", "UTC days whose own best shift can be told"),
        always("told_readings", "int64", "readings of those days"),
        maybe("offset", "int64", "the line at the window's begin, µs; empty: cannot be told"),
        maybe("drift", "int64", "slope of the line, µs a day"),
        maybe("line_untold", "string", "why there is no line: few_days, no_line"),
        always("for_line", "int64", "readings that fit on the line only, not at 0"),
        always("for_zero_not_line", "int64", "readings that fit at 0 only, not on the line"),
        always("line_elsewhere", "bool", "the line fits better than 0: more readings for it, and at least ten"),
        always("drifting", "bool", "the best one shift for all days is excluded against the line"),
        always("days_elsewhere", "int64", "UTC days on which 0 is excluded against that day's best"),
        always("loud", "bool", "somewhere fits better than 0: as one shift, on the line, or on a day"),
    ),
)
