-- Doubts: the stretches in which a shift is not excluded, and (shift 0) those that are doubtful outright.
--
-- Reads   assignment_clocks   (assignment, tolerance)
--         clocks              landmark.stages.CLOCKS
--         declared            (log, series, assignment, shift, from, until), beside what the case declares where a clock
--                             was set back, and where landmark.fitting.elsewhere finds that another minute, a line or a
--                             day fits better, which for the other sources is a shift; an empty log, series or
--                             assignment stands for all
--         speaking            landmark.stages.SPEAKING
--         returning           landmark.stages.RETURNING, which has rows only where addresses alone are too few
--         source_tests        landmark.tables.SOURCE_TESTS
-- Gives   landmark.tables.DOUBTS; stretches of one clock, source and shift that touch are one
--
-- Where logins had to help, the ten readings around an instant must lie within a day (24 hours), the instant included:
-- what was silent for longer may have been off for as long.
--
-- "The whole time" is from the first to the last instant that any event of the clock brings.
WITH
not_excluded_in_the_whole AS (
    SELECT
        source_tests.log,
        source_tests.series,
        source_tests.assignment,
        source_tests.shift,
        clocks."from" AS "from",
        clocks."until" AS "until"
    FROM source_tests
    JOIN clocks ON clocks.log = source_tests.log AND clocks.series = source_tests.series
    WHERE NOT source_tests.excluded
),
fits_better_elsewhere AS (
    SELECT DISTINCT
        source_tests.log,
        source_tests.series,
        source_tests.assignment,
        CAST(0 AS BIGINT) AS shift,
        clocks."from" AS "from",
        clocks."until" AS "until"
    FROM source_tests
    JOIN clocks ON clocks.log = source_tests.log AND clocks.series = source_tests.series
    WHERE source_tests.loud
),
as_declared AS (
    SELECT
        clocks.log,
        clocks.series,
        assignment_clocks.assignment,
        declared.shift,
        declared."from",
        declared."until"
    FROM clocks
    CROSS JOIN assignment_clocks
    JOIN declared
        ON (declared.log IS NULL OR declared.log = clocks.log)
        AND (declared.series IS NULL OR declared.series = clocks.series)
        AND (declared.assignment IS NULL OR declared.assignment = assignment_clocks.assignment)
    WHERE declared."from" < declared."until"
),
for_the_shift AS (
    SELECT speaking.log, speaking.series, speaking.assignment, speaking.shift
    FROM speaking
    WHERE speaking.for_shift
    UNION ALL
    SELECT "returning".log, "returning".series, "returning".assignment, "returning".shift
    FROM "returning"
    WHERE "returning".for_shift
),
twice_for_the_shift AS (
    SELECT for_the_shift.log, for_the_shift.series, for_the_shift.assignment, for_the_shift.shift
    FROM for_the_shift
    GROUP BY for_the_shift.log, for_the_shift.series, for_the_shift.assignment, for_the_shift.shift
    HAVING count(*) >= 2
),
-- The tests that are passed in the whole and may fail somewhere, by number: two of ten can speak for a shift only where
-- two of all do, and silence counts only where logins had to help.
tests AS (
    SELECT
        source_tests.log,
        source_tests.series,
        source_tests.assignment,
        source_tests.shift,
        source_tests.for_zero_by_logins + source_tests.for_shift_by_logins > 0 AS by_logins,
        row_number() OVER (
            ORDER BY source_tests.log, source_tests.series, source_tests.assignment, source_tests.shift
        ) AS test
    FROM source_tests
    LEFT JOIN twice_for_the_shift
        ON twice_for_the_shift.log = source_tests.log
        AND twice_for_the_shift.series = source_tests.series
        AND twice_for_the_shift.assignment = source_tests.assignment
        AND twice_for_the_shift.shift = source_tests.shift
    WHERE
        source_tests.excluded
        AND (
            twice_for_the_shift.log IS NOT NULL
            OR source_tests.for_zero_by_logins + source_tests.for_shift_by_logins > 0
        )
),
voices AS (
    SELECT
        tests.test,
        tests.by_logins,
        speaking.instant,
        speaking.client_address,
        speaking.client_port,
        '' AS login,
        speaking.for_shift
    FROM speaking
    JOIN tests
        ON tests.log = speaking.log
        AND tests.series = speaking.series
        AND tests.assignment = speaking.assignment
        AND tests.shift = speaking.shift
    UNION ALL
    SELECT
        tests.test,
        tests.by_logins,
        "returning".instant,
        "returning".client_address,
        "returning".client_port,
        "returning".login,
        "returning".for_shift
    FROM "returning"
    JOIN tests
        ON tests.log = "returning".log
        AND tests.series = "returning".series
        AND tests.assignment = "returning".assignment
        AND tests.shift = "returning".shift
),
-- From each reading that speaks on: how many of these ten speak for the shift. The ten are those around every instant
-- after the fifth, up to the sixth; the first ten also those around all before, the last ten those around all after.
in_order AS (
    SELECT
        voices.test,
        voices.by_logins,
        row_number() OVER ordered AS first_of_ten,
        voices.instant,
        lead(voices.instant, 4) OVER ordered AS fifth,
        lead(voices.instant, 5) OVER ordered AS sixth,
        lead(voices.instant, 9) OVER ordered AS tenth,
        CAST(sum(CASE WHEN voices.for_shift THEN 1 ELSE 0 END) OVER ten AS BIGINT) AS for_shift,
        count(*) OVER whole AS readings
    FROM voices
    WINDOW
        whole AS (PARTITION BY voices.test),
        ordered AS (
            PARTITION BY voices.test
            ORDER BY voices.instant, voices.client_address, voices.client_port, voices.login
        ),
        ten AS (
            PARTITION BY voices.test
            ORDER BY voices.instant, voices.client_address, voices.client_port, voices.login
            ROWS BETWEEN CURRENT ROW AND 9 FOLLOWING
        )
),
not_excluded_around AS (
    SELECT
        tests.log,
        tests.series,
        tests.assignment,
        tests.shift,
        CASE WHEN in_order.first_of_ten = 1 THEN clocks."from" ELSE in_order.fifth + 1 END AS "from",
        CASE WHEN in_order.first_of_ten = in_order.readings - 9 THEN clocks."until" ELSE in_order.sixth + 1 END AS "until"
    FROM in_order
    JOIN tests ON tests.test = in_order.test
    JOIN clocks ON clocks.log = tests.log AND clocks.series = tests.series
    WHERE
        in_order.first_of_ten <= in_order.readings - 9
        AND (in_order.for_shift >= 2 OR (in_order.by_logins AND in_order.tenth - in_order.instant > 86400000000))
),
-- Long before the first ten and long after the last.
out_of_reach AS (
    SELECT
        tests.log,
        tests.series,
        tests.assignment,
        tests.shift,
        clocks."from" AS "from",
        in_order.tenth - 86400000000 AS "until"
    FROM in_order
    JOIN tests ON tests.test = in_order.test
    JOIN clocks ON clocks.log = tests.log AND clocks.series = tests.series
    WHERE in_order.by_logins AND in_order.first_of_ten = 1 AND in_order.readings >= 10
    UNION ALL
    SELECT
        tests.log,
        tests.series,
        tests.assignment,
        tests.shift,
        in_order.instant + 86400000001 AS "from",
        clocks."until" AS "until"
    FROM in_order
    JOIN tests ON tests.test = in_order.test
    JOIN clocks ON clocks.log = tests.log AND clocks.series = tests.series
    WHERE in_order.by_logins AND in_order.first_of_ten = in_order.readings - 9
),
stretches AS (
    SELECT * FROM not_excluded_in_the_whole
    UNION ALL
    SELECT * FROM fits_better_elsewhere
    UNION ALL
    SELECT * FROM as_declared
    UNION ALL
    SELECT * FROM not_excluded_around WHERE not_excluded_around."from" < not_excluded_around."until"
    UNION ALL
    SELECT * FROM out_of_reach WHERE out_of_reach."from" < out_of_reach."until"
),
reached AS (
    SELECT
        stretches.*,
        max(stretches."until") OVER (
            PARTITION BY stretches.log, stretches.series, stretches.assignment, stretches.shift
            ORDER BY stretches."from", stretches."until"
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reached_before
    FROM stretches
),
numbered AS (
    SELECT
        reached.*,
        CAST(
            sum(CASE WHEN reached.reached_before IS NULL OR reached."from" > reached.reached_before THEN 1 ELSE 0 END)
                OVER (
                    PARTITION BY reached.log, reached.series, reached.assignment, reached.shift
                    ORDER BY reached."from", reached."until"
                    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                )
            AS BIGINT
        ) AS stretch
    FROM reached
)
SELECT
    numbered.log,
    numbered.series,
    numbered.assignment,
    numbered.shift,
    min(numbered."from") AS "from",
    max(numbered."until") AS "until"
FROM numbered
GROUP BY numbered.log, numbered.series, numbered.assignment, numbered.shift, numbered.stretch
