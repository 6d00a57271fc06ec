-- Attributions: for each event with an address, every account that fits, and how surely.
--
-- Reads   events              landmark.tables.EVENTS (any part of them)
--         log_clocks          (log, tolerance)
--         assignment_clocks   (assignment, tolerance)
--         accounts            landmark.stages.ACCOUNTS
--         two_lines           landmark.stages.TWO_LINES
--         held                landmark.stages.HELD (all rows near the instants of the events, at least)
--         places              landmark.stages.PLACES
--         grains              landmark.stages.GRAINS
--         doubts              landmark.tables.DOUBTS
-- Gives   landmark.tables.ATTRIBUTIONS
--
-- It answers any event. A run asks it of those only that `settled` leaves; of the others it would say the same.
--
-- Reasons are numbered in the order of landmark.tables.ATTRIBUTION_REASONS, from worst to best, so that the first that
-- fits is the lowest number; 13 is none of them: sure. An event that must hold at two instants has the lower number.
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
-- A row fits from "earliest" to "latest", the tolerance of its clock included.
near_by AS (
    SELECT
        held.*,
        held."from" - held.tolerance AS earliest,
        least(held."until", 9223372036854775807 - held.tolerance) + held.tolerance AS latest
    FROM held
),
asked AS (
    SELECT
        events.event,
        unnest(events.instants) AS instant,
        places.place,
        clocks.clock,
        events.client_port,
        events.protocol,
        events.destination,
        log_clocks.tolerance,
        -- -1 is an account that no lease names
        CASE
            WHEN events.login_verified AND events.login_account IS NOT NULL THEN coalesce(accounts.holder, -1)
        END AS login_holder
    FROM events
    JOIN places ON places.client_address = events.client_address
    JOIN log_clocks ON log_clocks.log = events.log
    LEFT JOIN clocks ON clocks.log = events.log AND clocks.series = coalesce(events.series, '')
    LEFT JOIN accounts ON accounts.account = events.login_account
),
questions AS (
    SELECT
        asked.*,
        asked.instant - asked.tolerance AS earliest,
        asked.instant + asked.tolerance AS latest,
        grains.base + asked.instant // grains.grain AS slot
    FROM asked
    JOIN grains ON grains.place = asked.place
),
-- Every row of every source that fits within the tolerance.
fitting AS (
    SELECT
        questions.event,
        questions.instant,
        questions.login_holder,
        near_by.holder,
        near_by.known,
        near_by.translated,
        near_by.doubtful,
        near_by."from" <= questions.instant AND questions.instant < near_by."until" AS at_the_instant,
        near_by.restricts AND questions.client_port IS NULL AS lacks_port,
        near_by.one_translation
            AND questions.client_port IS NOT NULL
            AND questions.protocol IS NOT NULL AS one_translation,
        two_lines.holder IS NOT NULL AS on_two_lines
    FROM questions
    JOIN near_by ON near_by.slot = questions.slot
    LEFT JOIN two_lines
        ON two_lines.holder = near_by.holder
        AND two_lines."from" <= questions.instant
        AND questions.instant < two_lines."until"
    WHERE
        near_by.earliest <= questions.latest
        AND near_by.latest > questions.earliest
        AND (
            NOT near_by.restricts
            OR questions.client_port IS NULL
            OR questions.client_port BETWEEN near_by.port_from AND near_by.port_to
        )
        AND (near_by.protocol IS NULL OR questions.protocol IS NULL OR near_by.protocol = questions.protocol)
        AND (
            near_by.destination IS NULL
            OR questions.destination IS NULL
            OR near_by.destination = questions.destination
        )
),
-- Where a lowest and a highest holder differ, there are several. "Now" is the written instant, "near" the tolerance.
near AS (
    SELECT
        fitting.event,
        fitting.instant,
        min(CASE WHEN NOT fitting.doubtful AND fitting.at_the_instant THEN fitting.holder END) AS lowest_now,
        max(CASE WHEN NOT fitting.doubtful AND fitting.at_the_instant THEN fitting.holder END) AS highest_now,
        min(
            CASE
                WHEN NOT fitting.doubtful AND fitting.at_the_instant AND NOT fitting.lacks_port
                    THEN fitting.holder
            END
        ) AS lowest_without_port,
        max(
            CASE
                WHEN NOT fitting.doubtful AND fitting.at_the_instant AND NOT fitting.lacks_port
                    THEN fitting.holder
            END
        ) AS highest_without_port,
        min(CASE WHEN NOT fitting.doubtful THEN fitting.holder END) AS lowest_near,
        max(CASE WHEN NOT fitting.doubtful THEN fitting.holder END) AS highest_near,
        bool_or(NOT fitting.doubtful AND fitting.known) AS some_known,
        -- Of an inner address it cannot be said yet whether the login disagrees.
        bool_or(NOT fitting.doubtful AND fitting.known AND NOT fitting.translated) AS some_named,
        bool_or(NOT fitting.doubtful AND fitting.at_the_instant AND fitting.lacks_port) AS lacks_port_now,
        bool_or(NOT fitting.doubtful AND fitting.lacks_port) AS lacks_port_near,
        bool_or(NOT fitting.doubtful AND fitting.at_the_instant AND fitting.on_two_lines) AS two_lines_now,
        bool_or(NOT fitting.doubtful AND fitting.on_two_lines) AS two_lines_near,
        max(fitting.login_holder) AS login_holder,
        bool_or(
            NOT fitting.doubtful
            AND fitting.login_holder IS NOT NULL
            AND fitting.holder = fitting.login_holder
        ) AS login_agrees,
        bool_and(fitting.doubtful OR fitting.one_translation) AS one_translation,
        bool_or(fitting.doubtful AND fitting.at_the_instant) AS doubtful_now,
        min(CASE WHEN fitting.doubtful THEN fitting.holder END) AS lowest_doubtful,
        max(CASE WHEN fitting.doubtful THEN fitting.holder END) AS highest_doubtful
    FROM fitting
    GROUP BY fitting.event, fitting.instant
),
-- What can be said without any shift; 13 where nothing speaks against it.
unshifted AS (
    SELECT
        near.event,
        near.instant,
        near.lowest_near AS holder,
        near.highest_near,
        CASE
            WHEN near.lowest_near IS NULL THEN 10
            WHEN near.lowest_near = near.highest_near AND NOT near.some_known THEN 1
            WHEN coalesce(near.lowest_without_port < near.highest_without_port, FALSE) THEN 2
            WHEN near.two_lines_now OR (near.lowest_now IS NULL AND near.two_lines_near) THEN 3
            WHEN near.login_holder IS NOT NULL AND near.some_named AND NOT near.login_agrees THEN 4
            WHEN near.lacks_port_now OR (near.lowest_now IS NULL AND near.lacks_port_near) THEN 5
            -- Several at the written instant are 2 or, where one of them lacks its port, 5.
            WHEN near.lowest_now IS NULL AND near.lowest_near < near.highest_near THEN 6
            WHEN near.lowest_near < near.highest_near THEN 7
            WHEN near.lowest_now IS NULL AND NOT near.one_translation THEN 9
            WHEN near.doubtful_now THEN 10
            WHEN near.lowest_doubtful <> near.lowest_near OR near.highest_doubtful <> near.lowest_near THEN 10
            ELSE 13
        END AS reason_number
    FROM near
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
        END AS grain
    FROM doubts
    JOIN clocks ON clocks.log = doubts.log AND clocks.series = doubts.series
    JOIN sources ON sources.assignment = doubts.assignment
),
-- Only where one account fits is it asked who else would, were the clock wrong.
asked_again AS (
    SELECT asked.*, unshifted.holder
    FROM unshifted
    JOIN asked ON asked.event = unshifted.event AND asked.instant = unshifted.instant
    WHERE unshifted.reason_number > 7 AND unshifted.holder IS NOT NULL AND asked.clock IS NOT NULL
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
-- Shift 0 asks whether a source that is doubtful outright has a row here at all.
shifted AS (
    SELECT
        in_buckets.event,
        in_buckets.holder,
        in_buckets.place,
        in_buckets.client_port,
        in_buckets.protocol,
        in_buckets.destination,
        stretches_in_buckets.source_number,
        stretches_in_buckets.shift,
        in_buckets.instant + stretches_in_buckets.shift AS instant,
        in_buckets.tolerance
    FROM in_buckets
    JOIN stretches_in_buckets
        ON stretches_in_buckets.clock = in_buckets.clock
        AND stretches_in_buckets.grain = in_buckets.grain
        AND stretches_in_buckets.bucket = in_buckets.bucket
    WHERE
        stretches_in_buckets."from" <= in_buckets.instant
        AND in_buckets.instant < stretches_in_buckets."until"
),
shifted_questions AS (
    SELECT
        shifted.*,
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
        AND (
            NOT near_by.restricts
            OR shifted_questions.client_port IS NULL
            OR shifted_questions.client_port BETWEEN near_by.port_from AND near_by.port_to
        )
        AND (
            near_by.protocol IS NULL
            OR shifted_questions.protocol IS NULL
            OR near_by.protocol = shifted_questions.protocol
        )
        AND (
            near_by.destination IS NULL
            OR shifted_questions.destination IS NULL
            OR near_by.destination = shifted_questions.destination
        )
        AND (shifted_questions.shift = 0 OR near_by.holder <> shifted_questions.holder)
    GROUP BY shifted_questions.event
),
at_all_instants AS (
    SELECT
        unshifted.event,
        count(*) AS answered,
        min(unshifted.reason_number) AS reason_number,
        min(unshifted.holder) AS lowest_holder,
        max(unshifted.highest_near) AS highest_holder
    FROM unshifted
    GROUP BY unshifted.event
),
-- Where there is more than one holder, all are listed.
several_holders AS (
    SELECT DISTINCT fitting.event, fitting.holder
    FROM fitting
    JOIN at_all_instants ON at_all_instants.event = fitting.event
    WHERE
        at_all_instants.lowest_holder < at_all_instants.highest_holder
        AND fitting.known
        AND NOT fitting.doubtful
),
several_accounts AS (
    SELECT several_holders.event, list_sort(list(DISTINCT accounts.account)) AS accounts
    FROM several_holders
    JOIN accounts ON accounts.holder = several_holders.holder
    GROUP BY several_holders.event
),
graded AS (
    SELECT
        events.event,
        CASE
            WHEN at_all_instants.lowest_holder < at_all_instants.highest_holder
                THEN coalesce(several_accounts.accounts, CAST([] AS VARCHAR[]))
            WHEN accounts.account IS NOT NULL THEN [accounts.account]
            ELSE CAST([] AS VARCHAR[])
        END AS accounts,
        CASE
            WHEN at_all_instants.event IS NULL OR at_all_instants.answered < array_length(events.instants) THEN 0
            WHEN at_all_instants.lowest_holder < at_all_instants.highest_holder
                THEN least(at_all_instants.reason_number, coalesce(under_a_shift.reason_number, 13), 11)
            ELSE least(at_all_instants.reason_number, coalesce(under_a_shift.reason_number, 13))
        END AS reason_number
    FROM events
    LEFT JOIN at_all_instants ON at_all_instants.event = events.event
    LEFT JOIN accounts ON accounts.holder = at_all_instants.lowest_holder
    LEFT JOIN several_accounts ON several_accounts.event = events.event
    LEFT JOIN under_a_shift ON under_a_shift.event = events.event
    WHERE events.client_address IS NOT NULL
)
SELECT
    graded.event,
    CASE
        WHEN graded.reason_number > 12 THEN 'sure'
        WHEN graded.reason_number > 6 THEN 'fragile'
        WHEN graded.reason_number > 4 THEN 'shared'
        WHEN graded.reason_number > 1 THEN 'contradicted'
        ELSE 'none'
    END AS grade,
    graded.accounts,
    CASE graded.reason_number
        WHEN 13 THEN NULL
        WHEN 0 THEN 'nobody'
        WHEN 1 THEN 'no_account'
        WHEN 2 THEN 'two_accounts'
        WHEN 3 THEN 'two_lines'
        WHEN 4 THEN 'login_disagrees'
        WHEN 5 THEN 'no_port'
        WHEN 6 THEN 'several_accounts'
        WHEN 7 THEN 'other_within_tolerance'
        WHEN 8 THEN 'other_under_shift'
        WHEN 9 THEN 'only_within_tolerance'
        WHEN 10 THEN 'doubtful_row'
        WHEN 11 THEN 'two_instants'
        WHEN 12 THEN 'doubtful_stretch'
    END AS reason
FROM graded
