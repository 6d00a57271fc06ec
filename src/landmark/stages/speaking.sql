-- Speaking: the readings that tell whether a log's clock and an assignment source's clock agree.
--
-- Reads   events              landmark.tables.EVENTS
--         leases              landmark.tables.LEASES (only whether a source records ports)
--         reach               (client_address, address)
--         shifts              (shift)
--         log_clocks          (log, tolerance)
--         assignment_clocks   (assignment, tolerance)
--         declared            (log, series, assignment, from, until): stretches that are doubtful outright; an empty
--                             log, series or assignment stands for every one
--         held                landmark.stages.HELD
-- Gives   landmark.stages.SPEAKING
--
-- A reading is the first counting event of an address (and client port, where the source records ports) in each half
-- hour of UTC. It speaks for 0 where somebody was there as the records stand and nobody at the shift, for the shift
-- where it is the other way round, and else for nothing. A doubtful row on either side leaves it out.
WITH
places AS (
    SELECT seen.client_address, row_number() OVER (ORDER BY seen.client_address) AS place
    FROM (SELECT DISTINCT reach.client_address FROM reach) AS seen
),
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
clocks AS (
    SELECT every.log, every.series, row_number() OVER (ORDER BY every.log, every.series) AS clock
    FROM (SELECT DISTINCT events.log, coalesce(events.series, '') AS series FROM events WHERE events.counts) AS every
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
numbered AS (
    SELECT
        firsts.clock,
        firsts.place,
        firsts.records_ports,
        firsts.reading_port,
        firsts."first" % 4294967296 AS event,
        firsts.half_hour * 1800000000 + firsts."first" // 4294967296 AS instant
    FROM firsts
),
-- Protocol and destination are looked up only on addresses where some record restricts them.
restricted AS (
    SELECT DISTINCT places.client_address
    FROM held
    JOIN places ON places.place = held.place
    WHERE held.protocol IS NOT NULL OR held.destination IS NOT NULL
),
connections AS (
    SELECT events.event, events.protocol, events.destination
    FROM events
    JOIN restricted ON restricted.client_address = events.client_address
    WHERE events.counts
),
readings AS (
    SELECT
        numbered.clock,
        clocks.log,
        clocks.series,
        log_clocks.tolerance,
        numbered.place,
        numbered.records_ports,
        numbered.reading_port,
        CASE WHEN numbered.reading_port >= 0 THEN numbered.reading_port END AS client_port,
        connections.protocol,
        connections.destination,
        numbered.event,
        numbered.instant
    FROM numbered
    JOIN clocks ON clocks.clock = numbered.clock
    JOIN log_clocks ON log_clocks.log = clocks.log
    LEFT JOIN connections ON connections.event = numbered.event
),
-- Each shift has a bit, 0 the lowest. All the zones that there are bring fewer than sixty.
tried AS (
    SELECT CAST(0 AS BIGINT) AS shift, CAST(1 AS BIGINT) AS bit
    UNION ALL
    SELECT shifts.shift, CAST(1 AS BIGINT) << CAST(row_number() OVER (ORDER BY shifts.shift) AS INTEGER) AS bit
    FROM shifts
),
-- Of which widths the buckets of each place are: most have leases of one length.
grains AS (
    SELECT DISTINCT held.place, held.grain FROM held
),
questions AS (
    SELECT
        readings.event,
        readings.records_ports,
        readings.place,
        readings.client_port,
        readings.protocol,
        readings.destination,
        readings.tolerance,
        tried.bit,
        readings.instant + tried.shift AS instant,
        grains.grain,
        (readings.instant + tried.shift) // grains.grain AS bucket
    FROM readings
    JOIN grains ON grains.place = readings.place
    CROSS JOIN tried
),
-- At which shifts a reading meets somebody within the tolerance, and at which a doubtful row.
met AS (
    SELECT
        questions.event,
        held.source_number,
        bit_or(questions.bit) AS somebody,
        bit_or(CASE WHEN held.doubtful THEN questions.bit ELSE 0 END) AS doubtful
    FROM questions
    JOIN held
        ON held.place = questions.place
        AND held.grain = questions.grain
        AND held.bucket = questions.bucket
    JOIN sources
        ON sources.source_number = held.source_number
        AND sources.records_ports = questions.records_ports
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
    GROUP BY questions.event, held.source_number
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
    JOIN sources ON sources.records_ports = readings.records_ports
    JOIN declared
        ON (declared.log IS NULL OR declared.log = readings.log)
        AND (declared.series IS NULL OR declared.series = readings.series)
        AND (declared.assignment IS NULL OR declared.assignment = sources.assignment)
        AND declared."from" <= readings.instant
        AND readings.instant < declared."until"
    GROUP BY readings.event, sources.source_number
)
SELECT
    readings.log,
    readings.series,
    sources.assignment,
    spoken.shift,
    readings.instant,
    places.client_address,
    readings.reading_port AS client_port,
    spoken.for_shift
FROM spoken
JOIN sources ON sources.source_number = spoken.source_number
JOIN readings ON readings.event = spoken.event AND readings.records_ports = sources.records_ports
JOIN places ON places.place = readings.place
LEFT JOIN doubtful_outright
    ON doubtful_outright.event = spoken.event
    AND doubtful_outright.source_number = spoken.source_number
WHERE doubtful_outright.event IS NULL
