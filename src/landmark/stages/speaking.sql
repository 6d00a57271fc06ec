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
counting AS (
    SELECT
        events.event,
        events.log,
        coalesce(events.series, '') AS series,
        events.client_address,
        places.place,
        events.client_port,
        events.protocol,
        events.destination,
        events.first_instant AS instant,
        log_clocks.tolerance,
        kinds.records_ports,
        CASE WHEN kinds.records_ports THEN coalesce(events.client_port, -1) ELSE -1 END AS reading_port
    FROM events
    JOIN places ON places.client_address = events.client_address
    JOIN log_clocks ON log_clocks.log = events.log
    CROSS JOIN kinds
    WHERE events.counts
),
numbered AS (
    SELECT
        counting.*,
        row_number() OVER (
            PARTITION BY
                counting.log,
                counting.series,
                counting.records_ports,
                counting.place,
                counting.reading_port,
                counting.instant // 1800000000
            ORDER BY counting.instant, counting.event
        ) AS number_in_half_hour
    FROM counting
),
readings AS (
    SELECT numbered.* FROM numbered WHERE numbered.number_in_half_hour = 1
),
tried AS (
    SELECT CAST(0 AS BIGINT) AS shift
    UNION ALL
    SELECT shifts.shift FROM shifts
),
grains AS (
    SELECT DISTINCT held.grain FROM held
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
        tried.shift,
        readings.instant + tried.shift AS instant,
        grains.grain,
        (readings.instant + tried.shift) // grains.grain AS bucket
    FROM readings
    CROSS JOIN tried
    CROSS JOIN grains
),
-- What a reading meets at each shift, within the tolerance: a lease, a doubtful row, or both.
met AS (
    SELECT
        questions.event,
        held.source_number,
        questions.shift,
        bool_or(held.doubtful) AS doubtful
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
    GROUP BY questions.event, held.source_number, questions.shift
),
at_zero AS (
    SELECT met.event, met.source_number, met.doubtful FROM met WHERE met.shift = 0
),
spoken AS (
    SELECT at_zero.event, at_zero.source_number, shifts.shift, FALSE AS for_shift
    FROM at_zero
    CROSS JOIN shifts
    LEFT JOIN met
        ON met.event = at_zero.event
        AND met.source_number = at_zero.source_number
        AND met.shift = shifts.shift
    WHERE NOT at_zero.doubtful AND met.event IS NULL
    UNION ALL
    SELECT met.event, met.source_number, met.shift, TRUE AS for_shift
    FROM met
    LEFT JOIN at_zero ON at_zero.event = met.event AND at_zero.source_number = met.source_number
    WHERE met.shift <> 0 AND NOT met.doubtful AND at_zero.event IS NULL
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
    readings.client_address,
    readings.reading_port AS client_port,
    spoken.for_shift
FROM spoken
JOIN sources ON sources.source_number = spoken.source_number
JOIN readings ON readings.event = spoken.event AND readings.records_ports = sources.records_ports
LEFT JOIN doubtful_outright
    ON doubtful_outright.event = spoken.event
    AND doubtful_outright.source_number = spoken.source_number
WHERE doubtful_outright.event IS NULL
