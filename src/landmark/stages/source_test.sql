-- Source test: for each clock of a log, each assignment source and each shift, what the readings say in the whole.
--
-- Reads   events              landmark.tables.EVENTS
--         shifts              (shift)
--         assignment_clocks   (assignment, tolerance)
--         speaking            landmark.stages.SPEAKING
-- Gives   landmark.tables.SOURCE_TESTS, a row for every combination, also where no reading speaks
WITH
clocks AS (
    SELECT DISTINCT events.log, coalesce(events.series, '') AS series
    FROM events
    WHERE events.client_address IS NOT NULL
),
counted AS (
    SELECT
        speaking.log,
        speaking.series,
        speaking.assignment,
        speaking.shift,
        CAST(sum(CASE WHEN speaking.for_shift THEN 0 ELSE 1 END) AS BIGINT) AS for_zero,
        CAST(sum(CASE WHEN speaking.for_shift THEN 1 ELSE 0 END) AS BIGINT) AS for_shift,
        CAST(
            count(DISTINCT CASE WHEN NOT speaking.for_shift THEN speaking.instant // 86400000000 END) AS BIGINT
        ) AS days
    FROM speaking
    GROUP BY speaking.log, speaking.series, speaking.assignment, speaking.shift
),
tests AS (
    SELECT
        clocks.log,
        clocks.series,
        assignment_clocks.assignment,
        shifts.shift,
        coalesce(counted.for_zero, 0) AS for_zero,
        coalesce(counted.for_shift, 0) AS for_shift,
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
    tests.days,
    tests.for_zero >= 30 AND tests.days >= 3 AND tests.for_shift * 10 <= tests.for_zero AS excluded,
    tests.for_shift > tests.for_zero AND tests.for_shift >= 10 AS loud
FROM tests
