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
readings AS (
    SELECT
        numbered.event,
        numbered.clock,
        numbered.place,
        numbered.records_ports,
        numbered.reading_port,
        numbered.instant,
        log_clocks.tolerance
    FROM numbered
    JOIN clocks ON clocks.clock = numbered.clock
    JOIN log_clocks ON log_clocks.log = clocks.log
),
-- Each shift has a bit, 0 the lowest. All the zones that there are bring fewer than sixty.
tried AS (
    SELECT CAST(0 AS BIGINT) AS shift, CAST(1 AS BIGINT) AS bit
    UNION ALL
    SELECT shifts.shift, CAST(1 AS BIGINT) << CAST(row_number() OVER (ORDER BY shifts.shift) AS INTEGER) AS bit
    FROM shifts
),
-- A row within the tolerance of an instant begins and ends so, each clock's tolerance taken on its own side: the
-- instant is widened by the log's, the row by the source's. (Without end is no number to which any could be added.)
held_with_tolerance AS (
    SELECT
        held.place,
        held.grain,
        held.bucket,
        held.source_number,
        sources.records_ports,
        held."from" - held.tolerance AS begins,
        least(held."until", 4611686018427387904) + held.tolerance AS ends,
        held.doubtful,
        held.restricts OR held.protocol IS NOT NULL OR held.destination IS NOT NULL AS limited,
        held.restricts,
        held.port_from,
        held.port_to,
        held.protocol,
        held.destination
    FROM held
    JOIN sources ON sources.source_number = held.source_number
),
-- Most rows hold for the whole address: there a question needs no port, no protocol and no destination.
grains AS (
    SELECT DISTINCT held_with_tolerance.grain, held_with_tolerance.limited FROM held_with_tolerance
),
met_of_whole_addresses AS (
    SELECT
        questions.event,
        whole.source_number,
        bit_or(questions.bit) AS somebody,
        bit_or(CASE WHEN whole.doubtful THEN questions.bit ELSE 0 END) AS doubtful
    FROM (
        SELECT
            readings.event,
            readings.place,
            readings.records_ports,
            tried.bit,
            grains.grain,
            (readings.instant + tried.shift) // grains.grain AS bucket,
            readings.instant + tried.shift - readings.tolerance AS earliest,
            readings.instant + tried.shift + readings.tolerance AS latest
        FROM readings
        CROSS JOIN tried
        CROSS JOIN grains
        WHERE NOT grains.limited
    ) AS questions
    JOIN (SELECT * FROM held_with_tolerance WHERE NOT held_with_tolerance.limited) AS whole
        ON whole.place = questions.place
        AND whole.bucket = questions.bucket
        AND whole.grain = questions.grain
        AND whole.records_ports = questions.records_ports
        AND whole.begins <= questions.latest
        AND whole.ends > questions.earliest
    GROUP BY questions.event, whole.source_number
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
met_of_limited AS (
    SELECT
        questions.event,
        limited.source_number,
        bit_or(questions.bit) AS somebody,
        bit_or(CASE WHEN limited.doubtful THEN questions.bit ELSE 0 END) AS doubtful
    FROM (
        SELECT
            readings.event,
            readings.place,
            readings.records_ports,
            CASE WHEN readings.reading_port >= 0 THEN readings.reading_port END AS client_port,
            connections.protocol,
            connections.destination,
            tried.bit,
            grains.grain,
            (readings.instant + tried.shift) // grains.grain AS bucket,
            readings.instant + tried.shift - readings.tolerance AS earliest,
            readings.instant + tried.shift + readings.tolerance AS latest
        FROM readings
        LEFT JOIN connections ON connections.event = readings.event
        CROSS JOIN tried
        CROSS JOIN grains
        WHERE grains.limited
    ) AS questions
    JOIN (SELECT * FROM held_with_tolerance WHERE held_with_tolerance.limited) AS limited
        ON limited.place = questions.place
        AND limited.bucket = questions.bucket
        AND limited.grain = questions.grain
        AND limited.records_ports = questions.records_ports
        AND limited.begins <= questions.latest
        AND limited.ends > questions.earliest
    WHERE
        (
            NOT limited.restricts
            OR questions.client_port IS NULL
            OR questions.client_port BETWEEN limited.port_from AND limited.port_to
        )
        AND (limited.protocol IS NULL OR questions.protocol IS NULL OR limited.protocol = questions.protocol)
        AND (
            limited.destination IS NULL
            OR questions.destination IS NULL
            OR limited.destination = questions.destination
        )
    GROUP BY questions.event, limited.source_number
),
-- At which shifts a reading meets somebody within the tolerance, and at which a doubtful row.
met AS (
    SELECT
        either.event,
        either.source_number,
        bit_or(either.somebody) AS somebody,
        bit_or(either.doubtful) AS doubtful
    FROM (
        SELECT * FROM met_of_whole_addresses
        UNION ALL
        SELECT * FROM met_of_limited
    ) AS either
    GROUP BY either.event, either.source_number
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
