-- Attributions: for each event with an address, every account that fits, and how surely.
--
-- Reads   events              landmark.tables.EVENTS (any part of them)
--         leases              landmark.tables.LEASES
--         reach               (client_address, address)
--         log_clocks          (log, tolerance)
--         assignment_clocks   (assignment, tolerance)
--         held                landmark.stages.HELD
--         doubts              landmark.tables.DOUBTS
-- Gives   landmark.tables.ATTRIBUTIONS
--
-- Reasons are numbered in the order of landmark.tables.ATTRIBUTION_REASONS, from worst to best, so that the first that
-- fits is the lowest number; 13 is none of them: sure. An event that must hold at two instants has the lower number.
WITH
places AS (
    SELECT seen.client_address, row_number() OVER (ORDER BY seen.client_address) AS place
    FROM (SELECT DISTINCT reach.client_address FROM reach) AS seen
),
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
holders AS (
    SELECT leases.account, min(leases.lease) AS holder
    FROM leases
    WHERE leases.account IS NOT NULL
    GROUP BY leases.account
),
-- Where one account holds two lines at once, on whatever addresses.
lines AS (
    SELECT
        holders.holder,
        leases.line,
        leases."from",
        coalesce(leases."until", 9223372036854775807) AS "until"
    FROM leases
    JOIN holders ON holders.account = leases.account
    WHERE leases.line IS NOT NULL AND NOT leases.doubtful
),
two_lines AS (
    SELECT DISTINCT
        one.holder,
        greatest(one."from", other."from") AS "from",
        least(one."until", other."until") AS "until"
    FROM lines AS one
    JOIN lines AS other ON other.holder = one.holder AND other.line > one.line
    WHERE greatest(one."from", other."from") < least(one."until", other."until")
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
            WHEN events.login_verified AND events.login_account IS NOT NULL THEN coalesce(holders.holder, -1)
        END AS login_holder
    FROM events
    JOIN places ON places.client_address = events.client_address
    JOIN log_clocks ON log_clocks.log = events.log
    LEFT JOIN clocks ON clocks.log = events.log AND clocks.series = coalesce(events.series, '')
    LEFT JOIN holders ON holders.account = events.login_account
),
grains AS (
    SELECT DISTINCT held.grain FROM held
),
questions AS (
    SELECT asked.*, grains.grain, asked.instant // grains.grain AS bucket
    FROM asked
    CROSS JOIN grains
),
-- Every row of every source that fits within the tolerance.
fitting AS (
    SELECT
        questions.event,
        questions.instant,
        questions.login_holder,
        held.holder,
        held.known,
        held.translated,
        held.doubtful,
        held."from" <= questions.instant AND questions.instant < held."until" AS at_the_instant,
        held.restricts AND questions.client_port IS NULL AS lacks_port,
        held.one_translation
            AND questions.client_port IS NOT NULL
            AND questions.protocol IS NOT NULL AS one_translation,
        two_lines.holder IS NOT NULL AS on_two_lines
    FROM questions
    JOIN held
        ON held.place = questions.place
        AND held.grain = questions.grain
        AND held.bucket = questions.bucket
    LEFT JOIN two_lines
        ON two_lines.holder = held.holder
        AND two_lines."from" <= questions.instant
        AND questions.instant < two_lines."until"
    WHERE
        held."from" <= questions.instant + (questions.tolerance + held.tolerance)
        AND held."until" > questions.instant - (questions.tolerance + held.tolerance)
        AND (
            NOT held.restricts
            OR questions.client_port IS NULL
            OR questions.client_port BETWEEN held.port_from AND held.port_to
        )
        AND (held.protocol IS NULL OR questions.protocol IS NULL OR held.protocol = questions.protocol)
        AND (held.destination IS NULL OR questions.destination IS NULL OR held.destination = questions.destination)
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
                WHEN NOT fitting.doubtful AND fitting.at_the_instant AND NOT fitting.lacks_port THEN fitting.holder
            END
        ) AS lowest_without_port,
        max(
            CASE
                WHEN NOT fitting.doubtful AND fitting.at_the_instant AND NOT fitting.lacks_port THEN fitting.holder
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
        bool_or(NOT fitting.doubtful AND fitting.login_holder IS NOT NULL AND fitting.holder = fitting.login_holder)
            AS login_agrees,
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
            WHEN coalesce(near.lowest_now < near.highest_now, FALSE) THEN 6
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
    SELECT asked.*, unshifted.holder, grains.grain, asked.instant // grains.grain AS bucket
    FROM unshifted
    JOIN asked ON asked.event = unshifted.event AND asked.instant = unshifted.instant
    CROSS JOIN (SELECT DISTINCT stretches.grain FROM stretches) AS grains
    WHERE unshifted.reason_number > 7 AND unshifted.holder IS NOT NULL
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
        asked_again.event,
        asked_again.instant,
        asked_again.holder,
        asked_again.place,
        asked_again.client_port,
        asked_again.protocol,
        asked_again.destination,
        asked_again.tolerance,
        stretches_in_buckets.source_number,
        stretches_in_buckets.shift,
        asked_again.instant + stretches_in_buckets.shift AS shifted_instant
    FROM asked_again
    JOIN stretches_in_buckets
        ON stretches_in_buckets.clock = asked_again.clock
        AND stretches_in_buckets.grain = asked_again.grain
        AND stretches_in_buckets.bucket = asked_again.bucket
    WHERE
        stretches_in_buckets."from" <= asked_again.instant
        AND asked_again.instant < stretches_in_buckets."until"
),
shifted_questions AS (
    SELECT shifted.*, grains.grain, shifted.shifted_instant // grains.grain AS bucket
    FROM shifted
    CROSS JOIN grains
),
under_a_shift AS (
    SELECT
        shifted_questions.event,
        shifted_questions.instant,
        min(
            CASE
                WHEN shifted_questions.shift = 0 THEN 12
                WHEN held.holder = shifted_questions.holder THEN 13
                WHEN held.doubtful THEN 10
                ELSE 8
            END
        ) AS reason_number
    FROM shifted_questions
    JOIN held
        ON held.place = shifted_questions.place
        AND held.grain = shifted_questions.grain
        AND held.bucket = shifted_questions.bucket
        AND held.source_number = shifted_questions.source_number
    WHERE
        held."from" <= shifted_questions.shifted_instant + (shifted_questions.tolerance + held.tolerance)
        AND held."until" > shifted_questions.shifted_instant - (shifted_questions.tolerance + held.tolerance)
        AND (
            NOT held.restricts
            OR shifted_questions.client_port IS NULL
            OR shifted_questions.client_port BETWEEN held.port_from AND held.port_to
        )
        AND (
            held.protocol IS NULL
            OR shifted_questions.protocol IS NULL
            OR held.protocol = shifted_questions.protocol
        )
        AND (
            held.destination IS NULL
            OR shifted_questions.destination IS NULL
            OR held.destination = shifted_questions.destination
        )
    GROUP BY shifted_questions.event, shifted_questions.instant
),
at_each_instant AS (
    SELECT
        asked.event,
        unshifted.holder,
        unshifted.highest_near,
        CASE
            WHEN unshifted.event IS NULL THEN 0
            WHEN under_a_shift.reason_number < unshifted.reason_number THEN under_a_shift.reason_number
            ELSE unshifted.reason_number
        END AS reason_number
    FROM asked
    LEFT JOIN unshifted ON unshifted.event = asked.event AND unshifted.instant = asked.instant
    LEFT JOIN under_a_shift ON under_a_shift.event = asked.event AND under_a_shift.instant = asked.instant
),
at_all_instants AS (
    SELECT
        at_each_instant.event,
        min(at_each_instant.reason_number) AS reason_number,
        min(at_each_instant.holder) AS lowest_holder,
        max(at_each_instant.highest_near) AS highest_holder
    FROM at_each_instant
    GROUP BY at_each_instant.event
),
fitting_holders AS (
    SELECT DISTINCT fitting.event, fitting.holder
    FROM fitting
    WHERE fitting.known AND NOT fitting.doubtful
),
fitting_accounts AS (
    SELECT fitting_holders.event, list_sort(list(DISTINCT holders.account)) AS accounts
    FROM fitting_holders
    JOIN holders ON holders.holder = fitting_holders.holder
    GROUP BY fitting_holders.event
),
graded AS (
    SELECT
        events.event,
        fitting_accounts.accounts,
        CASE
            WHEN at_all_instants.event IS NULL THEN 0
            WHEN at_all_instants.reason_number > 11 AND at_all_instants.lowest_holder < at_all_instants.highest_holder
                THEN 11
            ELSE at_all_instants.reason_number
        END AS reason_number
    FROM events
    LEFT JOIN at_all_instants ON at_all_instants.event = events.event
    LEFT JOIN fitting_accounts ON fitting_accounts.event = events.event
    WHERE events.client_address IS NOT NULL
)
SELECT
    graded.event,
    CASE
        WHEN graded.reason_number <= 1 THEN 'none'
        WHEN graded.reason_number <= 4 THEN 'contradicted'
        WHEN graded.reason_number <= 6 THEN 'shared'
        WHEN graded.reason_number <= 12 THEN 'fragile'
        ELSE 'sure'
    END AS grade,
    coalesce(graded.accounts, CAST([] AS VARCHAR[])) AS accounts,
    CASE graded.reason_number
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
