-- Settled: the events whose answer is plain, which are most of them. Every other is weighed in `attributions`.
--
-- Reads   events              landmark.tables.EVENTS (any part of them)
--         log_clocks          (log, tolerance)
--         assignment_clocks   (assignment, tolerance)
--         two_lines           landmark.stages.TWO_LINES
--         held                landmark.stages.HELD (all rows near the instants of the events, at least)
--         places              landmark.stages.PLACES
--         grains              landmark.stages.GRAINS
--         doubts              landmark.tables.DOUBTS
-- Gives   landmark.stages.SETTLED
--
-- `attributions` says the same of each of these events. Their answer is plain where the event has one instant, no
-- verified login, and an address that no record limits, and where all rows that fit within the tolerance surely name
-- one and the same account, which never holds two lines at once, and hold at the instant itself.
WITH
sources AS (
    SELECT
        assignment_clocks.assignment,
        row_number() OVER (ORDER BY assignment_clocks.assignment) AS source_number
    FROM assignment_clocks
),
clocks AS (
    SELECT every.log, every.series, row_number() OVER (ORDER BY every.log, every.series) AS clock
    FROM (SELECT DISTINCT doubts.log, doubts.series FROM doubts) AS every
),
with_two_lines AS (
    SELECT DISTINCT two_lines.holder FROM two_lines
),
-- A row fits from "earliest" to "latest", the tolerance of its clock included.
near_by AS (
    SELECT
        held.slot,
        held.source_number,
        held."from",
        held."until",
        held."from" - held.tolerance AS earliest,
        least(held."until", 9223372036854775807 - held.tolerance) + held.tolerance AS latest,
        held.holder,
        held.doubtful,
        held.known AND NOT held.doubtful AND with_two_lines.holder IS NULL AS plain
    FROM held
    LEFT JOIN with_two_lines ON with_two_lines.holder = held.holder
),
placed AS (
    SELECT events.event, events.instants[1] AS instant, places.place, clocks.clock, log_clocks.tolerance
    FROM events
    JOIN places ON places.client_address = events.client_address
    JOIN log_clocks ON log_clocks.log = events.log
    LEFT JOIN clocks ON clocks.log = events.log AND clocks.series = coalesce(events.series, '')
    WHERE
        array_length(events.instants) = 1
        AND NOT places.limited
        AND (NOT events.login_verified OR events.login_account IS NULL)
),
questions AS (
    SELECT
        placed.event,
        placed.instant,
        placed.instant - placed.tolerance AS earliest,
        placed.instant + placed.tolerance AS latest,
        grains.base + placed.instant // grains.grain AS slot
    FROM placed
    JOIN grains ON grains.place = placed.place
),
-- The lowest is -1 where some row is not plain or does not hold at the instant, and so is not the highest.
met AS (
    SELECT
        questions.event,
        min(
            CASE
                WHEN
                    near_by.plain
                    AND near_by."from" <= questions.instant
                    AND questions.instant < near_by."until"
                    THEN near_by.holder
                ELSE -1
            END
        ) AS lowest,
        max(near_by.holder) AS highest
    FROM questions
    JOIN near_by
        ON near_by.slot = questions.slot
        AND near_by.earliest <= questions.latest
        AND near_by.latest > questions.earliest
    GROUP BY questions.event
),
plain AS (
    SELECT met.event, met.lowest AS holder
    FROM met
    WHERE met.lowest = met.highest
),
stretches AS (
    SELECT
        clocks.clock,
        sources.source_number,
        doubts.shift,
        doubts."from",
        doubts."until",
        CASE
            WHEN doubts."until" - doubts."from" <= 7200000000 THEN 300000000
            WHEN doubts."until" - doubts."from" <= 172800000000 THEN 3600000000
            ELSE 4611686018427387904
        END AS grain,
        -- Of two that are as far it is the later.
        doubts.shift <> 0
            AND abs(doubts.shift) * 2 + CASE WHEN doubts.shift > 0 THEN 1 ELSE 0 END
            = max(abs(doubts.shift) * 2 + CASE WHEN doubts.shift > 0 THEN 1 ELSE 0 END) OVER () AS is_farthest
    FROM doubts
    JOIN clocks ON clocks.log = doubts.log AND clocks.series = doubts.series
    JOIN sources ON sources.assignment = doubts.assignment
),
-- It is asked who else would fit, were the clock wrong.
asked_again AS (
    SELECT placed.event, placed.instant, placed.place, placed.clock, placed.tolerance, plain.holder
    FROM plain
    JOIN placed ON placed.event = plain.event
    WHERE placed.clock IS NOT NULL
),
in_buckets AS (
    SELECT asked_again.*, grains.grain, asked_again.instant // grains.grain AS bucket
    FROM asked_again
    CROSS JOIN (SELECT DISTINCT stretches.grain FROM stretches) AS grains
),
stretches_in_buckets AS (
    SELECT
        stretches.*,
        unnest(range(stretches."from" // stretches.grain, stretches."until" // stretches.grain + 1)) AS bucket
    FROM stretches
),
-- Whom another surely meets at the farthest of the shifts need not be asked at the others: the reason is the same.
at_the_farthest AS (
    SELECT
        in_buckets.event,
        in_buckets.holder,
        stretches_in_buckets.source_number,
        in_buckets.instant + stretches_in_buckets.shift - in_buckets.tolerance AS earliest,
        in_buckets.instant + stretches_in_buckets.shift + in_buckets.tolerance AS latest,
        grains.base + (in_buckets.instant + stretches_in_buckets.shift) // grains.grain AS slot
    FROM in_buckets
    JOIN stretches_in_buckets
        ON stretches_in_buckets.clock = in_buckets.clock
        AND stretches_in_buckets.grain = in_buckets.grain
        AND stretches_in_buckets.bucket = in_buckets.bucket
    JOIN grains ON grains.place = in_buckets.place
    WHERE
        stretches_in_buckets.is_farthest
        AND stretches_in_buckets."from" <= in_buckets.instant
        AND in_buckets.instant < stretches_in_buckets."until"
),
met_at_the_farthest AS (
    SELECT DISTINCT at_the_farthest.event
    FROM at_the_farthest
    JOIN near_by
        ON near_by.slot = at_the_farthest.slot
        AND near_by.source_number = at_the_farthest.source_number
    WHERE
        near_by.earliest <= at_the_farthest.latest
        AND near_by.latest > at_the_farthest.earliest
        AND near_by.holder <> at_the_farthest.holder
        AND NOT near_by.doubtful
),
-- Shift 0 asks whether a source that is doubtful outright has a row here at all.
shifted AS (
    SELECT
        in_buckets.event,
        in_buckets.holder,
        in_buckets.place,
        stretches_in_buckets.source_number,
        stretches_in_buckets.shift,
        in_buckets.instant + stretches_in_buckets.shift AS instant,
        in_buckets.tolerance
    FROM in_buckets
    LEFT JOIN met_at_the_farthest ON met_at_the_farthest.event = in_buckets.event
    JOIN stretches_in_buckets
        ON stretches_in_buckets.clock = in_buckets.clock
        AND stretches_in_buckets.grain = in_buckets.grain
        AND stretches_in_buckets.bucket = in_buckets.bucket
    WHERE
        met_at_the_farthest.event IS NULL
        AND stretches_in_buckets."from" <= in_buckets.instant
        AND in_buckets.instant < stretches_in_buckets."until"
),
shifted_questions AS (
    SELECT
        shifted.event,
        shifted.holder,
        shifted.source_number,
        shifted.shift,
        shifted.instant - shifted.tolerance AS earliest,
        shifted.instant + shifted.tolerance AS latest,
        grains.base + shifted.instant // grains.grain AS slot
    FROM shifted
    JOIN grains ON grains.place = shifted.place
),
under_a_shift AS (
    SELECT
        shifted_questions.event,
        min(
            CASE
                WHEN shifted_questions.shift = 0 THEN 12
                WHEN near_by.doubtful THEN 10
                ELSE 8
            END
        ) AS reason_number
    FROM shifted_questions
    JOIN near_by
        ON near_by.slot = shifted_questions.slot
        AND near_by.source_number = shifted_questions.source_number
    WHERE
        near_by.earliest <= shifted_questions.latest
        AND near_by.latest > shifted_questions.earliest
        AND (shifted_questions.shift = 0 OR near_by.holder <> shifted_questions.holder)
    GROUP BY shifted_questions.event
    UNION ALL
    SELECT met_at_the_farthest.event, 8 AS reason_number FROM met_at_the_farthest
)
SELECT
    plain.event,
    CASE WHEN under_a_shift.event IS NULL THEN 'sure' ELSE 'fragile' END AS grade,
    plain.holder,
    CASE under_a_shift.reason_number
        WHEN 8 THEN 'other_under_shift'
        WHEN 10 THEN 'doubtful_row'
        WHEN 12 THEN 'doubtful_stretch'
    END AS reason
FROM plain
LEFT JOIN under_a_shift ON under_a_shift.event = plain.event
