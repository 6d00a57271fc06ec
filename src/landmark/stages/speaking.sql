-- Speaking: the readings that tell whether a log's clock and an assignment source's clock agree.
--
-- Reads   events              landmark.tables.EVENTS
--         leases              landmark.tables.LEASES (only whether a source records ports)
--         shifts              (shift)
--         assignment_clocks   (assignment, tolerance)
--         clocks              landmark.stages.CLOCKS
--         declared            (log, series, assignment, from, until): stretches that are doubtful outright; an empty
--                             log, series or assignment stands for every one
--         held                landmark.stages.HELD (all rows near the instants of the events, at least)
--         places              landmark.stages.PLACES
--         grains              landmark.stages.GRAINS
-- Gives   landmark.stages.SPEAKING
--
-- A reading is the first counting event of an address (and client port, where the source records ports) in each half
-- hour of UTC. It speaks for 0 where somebody was there as the records stand and nobody at the shift, for the shift
-- where it is the other way round, and else for nothing. A doubtful row on either side leaves it out.
WITH
with_ports AS (
    SELECT DISTINCT leases.assignment
    FROM leases
    WHERE coalesce(leases.port_from, 0) > 1 OR coalesce(leases.port_to, 65535) < 65535
),
sources AS (
    SELECT
        assignment_clocks.assignment,
        row_number() OVER (ORDER BY assignment_clocks.assignment) AS source_number,
        with_ports.assignment IS NOT NULL AS records_ports
    FROM assignment_clocks
    LEFT JOIN with_ports ON with_ports.assignment = assignment_clocks.assignment
),
kinds AS (
    SELECT DISTINCT sources.records_ports FROM sources
),
counting AS (
    SELECT
        events.event,
        clocks.clock,
        places.place,
        kinds.records_ports,
        CASE WHEN kinds.records_ports THEN coalesce(events.client_port, -1) ELSE -1 END AS reading_port,
        events.first_instant // 1800000000 AS half_hour,
        events.first_instant - events.first_instant // 1800000000 * 1800000000 AS within
    FROM events
    JOIN places ON places.client_address = events.client_address
    JOIN clocks ON clocks.log = events.log AND clocks.series = coalesce(events.series, '')
    CROSS JOIN kinds
    WHERE events.counts
),
-- The earliest, and of several at one instant the lowest event: instant and event as one number (an event's is below
-- 2 to the 32nd, half an hour below 2 to the 31st microseconds), which takes a tenth of the room of sorting them.
firsts AS (
    SELECT
        counting.clock,
        counting.place,
        counting.records_ports,
        counting.reading_port,
        counting.half_hour,
        min(counting.within * 4294967296 + counting.event) AS "first"
    FROM counting
    GROUP BY
        counting.clock, counting.place, counting.records_ports, counting.reading_port, counting.half_hour
),
readings AS (
    SELECT
        firsts.clock,
        firsts.place,
        places.limited,
        places.one_source,
        firsts.records_ports,
        firsts.reading_port,
        firsts."first" % 4294967296 AS event,
        firsts.half_hour * 1800000000 + firsts."first" // 4294967296 AS instant
    FROM firsts
    JOIN places ON places.place = firsts.place
),
-- Each shift has a bit, 0 the lowest. All the zones that there are bring fewer than sixty.
tried AS (
    SELECT CAST(0 AS BIGINT) AS shift, CAST(1 AS BIGINT) AS bit
    UNION ALL
    SELECT shifts.shift, CAST(1 AS BIGINT) << CAST(row_number() OVER (ORDER BY shifts.shift) AS INTEGER) AS bit
    FROM shifts
),
farthest AS (
    SELECT min(tried.shift) AS back, max(tried.shift) AS forth FROM tried
),
-- Where no row of a place is limited, neither port nor protocol nor destination is asked about.
whole AS (
    SELECT
        held.slot,
        held.source_number,
        sources.records_ports,
        held.doubtful,
        held."from" - held.tolerance AS earliest,
        least(held."until", 9223372036854775807 - held.tolerance) + held.tolerance AS latest
    FROM held
    JOIN sources ON sources.source_number = held.source_number
),
-- Where one long row covers the instant at every shift, and its source is the only one that has the place on record,
-- a reading cannot speak: it meets the same row everywhere. It need not be asked shift by shift.
within_long AS (
    SELECT
        readings.event,
        readings.records_ports,
        grains.base + readings.instant // grains.grain AS slot,
        readings.instant + farthest.back + clocks.tolerance AS earliest,
        readings.instant + farthest.forth - clocks.tolerance AS latest
    FROM readings
    JOIN grains ON grains.place = readings.place
    JOIN clocks ON clocks.clock = readings.clock
    CROSS JOIN farthest
    WHERE readings.one_source AND NOT readings.limited AND grains.grain > 3600000000
),
calm AS (
    SELECT within_long.event, within_long.records_ports
    FROM within_long
    JOIN whole ON whole.slot = within_long.slot AND whole.records_ports = within_long.records_ports
    WHERE whole.earliest <= within_long.earliest AND within_long.latest < whole.latest
),
restless AS (
    SELECT
        readings.event,
        readings.place,
        readings.limited,
        readings.records_ports,
        readings.reading_port,
        readings.instant,
        clocks.tolerance
    FROM readings
    JOIN clocks ON clocks.clock = readings.clock
    LEFT JOIN calm ON calm.event = readings.event AND calm.records_ports = readings.records_ports
    WHERE calm.event IS NULL
),
in_grains AS (
    SELECT restless.*, grains.grain, grains.base
    FROM restless
    JOIN grains ON grains.place = restless.place
),
questions AS (
    SELECT
        in_grains.event,
        in_grains.records_ports,
        tried.bit,
        in_grains.base + (in_grains.instant + tried.shift) // in_grains.grain AS slot,
        in_grains.instant + tried.shift - in_grains.tolerance AS earliest,
        in_grains.instant + tried.shift + in_grains.tolerance AS latest
    FROM in_grains
    CROSS JOIN tried
    WHERE NOT in_grains.limited
),
-- At which shifts a reading meets somebody within the tolerance, and at which a doubtful row.
met_whole AS (
    SELECT
        questions.event,
        whole.source_number,
        bit_or(questions.bit) AS somebody,
        bit_or(CASE WHEN whole.doubtful THEN questions.bit ELSE 0 END) AS doubtful
    FROM questions
    JOIN whole ON whole.slot = questions.slot AND whole.records_ports = questions.records_ports
    WHERE whole.earliest <= questions.latest AND questions.earliest < whole.latest
    GROUP BY questions.event, whole.source_number
),
-- The same where some row is limited, with port, protocol and destination.
connections AS (
    SELECT events.event, events.protocol, events.destination
    FROM events
    JOIN places ON places.client_address = events.client_address
    WHERE events.counts AND places.limited
),
limited_questions AS (
    SELECT
        in_grains.event,
        in_grains.records_ports,
        CASE WHEN in_grains.reading_port >= 0 THEN in_grains.reading_port END AS client_port,
        connections.protocol,
        connections.destination,
        in_grains.tolerance,
        tried.bit,
        in_grains.instant + tried.shift AS instant,
        in_grains.base + (in_grains.instant + tried.shift) // in_grains.grain AS slot
    FROM in_grains
    JOIN connections ON connections.event = in_grains.event
    CROSS JOIN tried
),
held_limited AS (
    SELECT held.*
    FROM held
    JOIN places ON places.place = held.place
    WHERE places.limited
),
met_limited AS (
    SELECT
        limited_questions.event,
        held_limited.source_number,
        bit_or(limited_questions.bit) AS somebody,
        bit_or(CASE WHEN held_limited.doubtful THEN limited_questions.bit ELSE 0 END) AS doubtful
    FROM limited_questions
    JOIN held_limited ON held_limited.slot = limited_questions.slot
    JOIN sources
        ON sources.source_number = held_limited.source_number
        AND sources.records_ports = limited_questions.records_ports
    WHERE
        held_limited."from" <= limited_questions.instant + (limited_questions.tolerance + held_limited.tolerance)
        AND held_limited."until" > limited_questions.instant - (limited_questions.tolerance + held_limited.tolerance)
        AND (
            NOT held_limited.restricts
            OR limited_questions.client_port IS NULL
            OR limited_questions.client_port BETWEEN held_limited.port_from AND held_limited.port_to
        )
        AND (
            held_limited.protocol IS NULL
            OR limited_questions.protocol IS NULL
            OR held_limited.protocol = limited_questions.protocol
        )
        AND (
            held_limited.destination IS NULL
            OR limited_questions.destination IS NULL
            OR held_limited.destination = limited_questions.destination
        )
    GROUP BY limited_questions.event, held_limited.source_number
),
met AS (
    SELECT met_whole.event, met_whole.source_number, met_whole.somebody, met_whole.doubtful FROM met_whole
    UNION ALL
    SELECT met_limited.event, met_limited.source_number, met_limited.somebody, met_limited.doubtful FROM met_limited
),
every_shift AS (
    SELECT bit_or(tried.bit) AS bits FROM tried
),
-- Where somebody is met at every shift, nothing is said.
telling AS (
    SELECT met.event, met.source_number, met.somebody, met.doubtful
    FROM met
    CROSS JOIN every_shift
    WHERE met.somebody <> every_shift.bits AND (met.doubtful & 1) = 0
),
spoken AS (
    SELECT
        telling.event,
        telling.source_number,
        tried.shift,
        (telling.somebody & 1) = 0 AS for_shift
    FROM telling
    CROSS JOIN tried
    WHERE
        tried.shift <> 0
        AND (telling.doubtful & tried.bit) = 0
        AND ((telling.somebody & 1) = 0) <> ((telling.somebody & tried.bit) = 0)
),
doubtful_outright AS (
    SELECT readings.event, sources.source_number
    FROM readings
    JOIN clocks ON clocks.clock = readings.clock
    JOIN sources ON sources.records_ports = readings.records_ports
    JOIN declared
        ON (declared.log IS NULL OR declared.log = clocks.log)
        AND (declared.series IS NULL OR declared.series = clocks.series)
        AND (declared.assignment IS NULL OR declared.assignment = sources.assignment)
        AND declared."from" <= readings.instant
        AND readings.instant < declared."until"
    GROUP BY readings.event, sources.source_number
)
SELECT
    clocks.log,
    clocks.series,
    sources.assignment,
    spoken.shift,
    readings.instant,
    places.client_address,
    readings.reading_port AS client_port,
    spoken.for_shift
FROM spoken
JOIN sources ON sources.source_number = spoken.source_number
JOIN readings ON readings.event = spoken.event AND readings.records_ports = sources.records_ports
JOIN clocks ON clocks.clock = readings.clock
JOIN places ON places.place = readings.place
LEFT JOIN doubtful_outright
    ON doubtful_outright.event = spoken.event
    AND doubtful_outright.source_number = spoken.source_number
WHERE doubtful_outright.event IS NULL
