-- Source test: for each clock of a log, each assignment source and each shift, what the readings say in the whole.
--
-- Reads   shifts              (shift)
--         assignment_clocks   (assignment, tolerance)
--         clocks              landmark.stages.CLOCKS
--         speaking            landmark.stages.SPEAKING
--         returning           landmark.stages.RETURNING, which has rows only where addresses alone are too few
-- Gives   landmark.tables.SOURCE_TESTS, a row for every combination, also where no reading speaks
WITH
voices AS (
    SELECT
        speaking.log,
        speaking.series,
        speaking.assignment,
        speaking.shift,
        speaking.instant,
        speaking.for_shift,
        FALSE AS by_login
    FROM speaking
    UNION ALL
    SELECT
        "returning".log,
        "returning".series,
        "returning".assignment,
        "returning".shift,
        "returning".instant,
        "returning".for_shift,
        TRUE AS by_login
    FROM "returning"
),
by_day AS (
    SELECT
        voices.log,
        voices.series,
        voices.assignment,
        voices.shift,
        voices.instant // 86400000000 AS day,
        CAST(sum(CASE WHEN voices.for_shift THEN 0 ELSE 1 END) AS BIGINT) AS for_zero,
        CAST(sum(CASE WHEN voices.for_shift THEN 1 ELSE 0 END) AS BIGINT) AS for_shift,
        CAST(sum(CASE WHEN voices.by_login AND NOT voices.for_shift THEN 1 ELSE 0 END) AS BIGINT)
            AS for_zero_by_logins,
        CAST(sum(CASE WHEN voices.by_login AND voices.for_shift THEN 1 ELSE 0 END) AS BIGINT) AS for_shift_by_logins
    FROM voices
    GROUP BY voices.log, voices.series, voices.assignment, voices.shift, voices.instant // 86400000000
),
-- Of the days those count on which any reading speaks for 0.
counted AS (
    SELECT
        by_day.log,
        by_day.series,
        by_day.assignment,
        by_day.shift,
        CAST(sum(by_day.for_zero) AS BIGINT) AS for_zero,
        CAST(sum(by_day.for_shift) AS BIGINT) AS for_shift,
        CAST(sum(by_day.for_zero_by_logins) AS BIGINT) AS for_zero_by_logins,
        CAST(sum(by_day.for_shift_by_logins) AS BIGINT) AS for_shift_by_logins,
        CAST(sum(CASE WHEN by_day.for_zero > 0 THEN 1 ELSE 0 END) AS BIGINT) AS days
    FROM by_day
    GROUP BY by_day.log, by_day.series, by_day.assignment, by_day.shift
),
tests AS (
    SELECT
        clocks.log,
        clocks.series,
        assignment_clocks.assignment,
        shifts.shift,
        coalesce(counted.for_zero, 0) AS for_zero,
        coalesce(counted.for_shift, 0) AS for_shift,
        coalesce(counted.for_zero_by_logins, 0) AS for_zero_by_logins,
        coalesce(counted.for_shift_by_logins, 0) AS for_shift_by_logins,
        coalesce(counted.days, 0) AS days
    FROM clocks
    CROSS JOIN assignment_clocks
    CROSS JOIN shifts
    LEFT JOIN counted
        ON counted.log = clocks.log
        AND counted.series = clocks.series
        AND counted.assignment = assignment_clocks.assignment
        AND counted.shift = shifts.shift
)
SELECT
    tests.log,
    tests.series,
    tests.assignment,
    tests.shift,
    tests.for_zero,
    tests.for_shift,
    tests.for_zero_by_logins,
    tests.for_shift_by_logins,
    tests.days,
    tests.for_zero >= 30 AND tests.days >= 3 AND tests.for_shift * 10 <= tests.for_zero AS excluded,
    tests.for_shift > tests.for_zero AND tests.for_shift >= 10 AS loud
FROM tests
