-- Doubts: the stretches in which a shift is not excluded, and (shift 0) those that are doubtful outright.
--
-- Reads   events              landmark.tables.EVENTS
--         assignment_clocks   (assignment, tolerance)
--         declared            (log, series, assignment, from, until); an empty log, series or assignment stands for all
--         speaking            landmark.stages.SPEAKING
--         source_tests        landmark.tables.SOURCE_TESTS
-- Gives   landmark.tables.DOUBTS; stretches of one clock, source and shift that touch are one
--
-- "The whole time" is from the first to the last instant that any event of the clock brings.
WITH
instants AS (
    SELECT events.log, coalesce(events.series, '') AS series, unnest(events.instants) AS instant
    FROM events
    WHERE events.client_address IS NOT NULL
    UNION ALL
    SELECT events.log, coalesce(events.series, '') AS series, events.first_instant AS instant
    FROM events
    WHERE events.client_address IS NOT NULL
),
clocks AS (
    SELECT instants.log, instants.series, min(instants.instant) AS begins, max(instants.instant) + 1 AS ends
    FROM instants
    GROUP BY instants.log, instants.series
),
not_excluded_in_the_whole AS (
    SELECT
        source_tests.log,
        source_tests.series,
        source_tests.assignment,
        source_tests.shift,
        clocks.begins AS "from",
        clocks.ends AS "until"
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
        clocks.begins AS "from",
        clocks.ends AS "until"
    FROM source_tests
    JOIN clocks ON clocks.log = source_tests.log AND clocks.series = source_tests.series
    WHERE source_tests.loud
),
declared_outright AS (
    SELECT
        clocks.log,
        clocks.series,
        assignment_clocks.assignment,
        CAST(0 AS BIGINT) AS shift,
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
-- From each reading that speaks on: how many of these ten speak for the shift. The ten are those around every instant
-- after the fifth, up to the sixth; the first ten also those around all before, the last ten those around all after.
in_order AS (
    SELECT
        speaking.log,
        speaking.series,
        speaking.assignment,
        speaking.shift,
        row_number() OVER ordered AS first_of_ten,
        lead(speaking.instant, 4) OVER ordered AS fifth,
        lead(speaking.instant, 5) OVER ordered AS sixth,
        CAST(sum(CASE WHEN speaking.for_shift THEN 1 ELSE 0 END) OVER ten AS BIGINT) AS for_shift,
        count(*) OVER whole AS readings
    FROM speaking
    JOIN source_tests
        ON source_tests.log = speaking.log
        AND source_tests.series = speaking.series
        AND source_tests.assignment = speaking.assignment
        AND source_tests.shift = speaking.shift
    WHERE source_tests.excluded
    WINDOW
        whole AS (PARTITION BY speaking.log, speaking.series, speaking.assignment, speaking.shift),
        ordered AS (
            PARTITION BY speaking.log, speaking.series, speaking.assignment, speaking.shift
            ORDER BY speaking.instant, speaking.client_address, speaking.client_port
        ),
        ten AS (
            PARTITION BY speaking.log, speaking.series, speaking.assignment, speaking.shift
            ORDER BY speaking.instant, speaking.client_address, speaking.client_port
            ROWS BETWEEN CURRENT ROW AND 9 FOLLOWING
        )
),
not_excluded_around AS (
    SELECT
        in_order.log,
        in_order.series,
        in_order.assignment,
        in_order.shift,
        CASE WHEN in_order.first_of_ten = 1 THEN clocks.begins ELSE in_order.fifth + 1 END AS "from",
        CASE WHEN in_order.first_of_ten = in_order.readings - 9 THEN clocks.ends ELSE in_order.sixth + 1 END AS "until"
    FROM in_order
    JOIN clocks ON clocks.log = in_order.log AND clocks.series = in_order.series
    WHERE in_order.first_of_ten <= in_order.readings - 9 AND in_order.for_shift >= 2
),
stretches AS (
    SELECT * FROM not_excluded_in_the_whole
    UNION ALL
    SELECT * FROM fits_better_elsewhere
    UNION ALL
    SELECT * FROM declared_outright
    UNION ALL
    SELECT * FROM not_excluded_around WHERE not_excluded_around."from" < not_excluded_around."until"
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
