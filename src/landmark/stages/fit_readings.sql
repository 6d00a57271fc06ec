-- Fit readings: the readings of the source test, for each assignment source that has their address on record.
--
-- Reads   events              landmark.tables.EVENTS
--         leases              landmark.tables.LEASES (only which addresses a source has, and whether it records ports)
--         reach               (client_address, address)
--         log_clocks          (log, tolerance)
--         assignment_clocks   (assignment, tolerance)
--         declared            (log, series, assignment, from, until): stretches that are doubtful outright; an empty
--                             log, series or assignment stands for every one
-- Gives   landmark.stages.FIT_READINGS
-- Asks    one_in: of the half hours of all addresses every one is taken (1), or one in so many
--
-- A reading is the first counting event of an address (and client port, where the source records ports) in each half
-- hour of UTC, as in `speaking`. What lies in a stretch that is doubtful outright is left out.
WITH
sources AS (
    SELECT
        leases.assignment,
        bool_or(coalesce(leases.port_from, 0) > 1 OR coalesce(leases.port_to, 65535) < 65535) AS records_ports
    FROM leases
    GROUP BY leases.assignment
),
on_record AS (
    SELECT leases.assignment, reach.client_address
    FROM leases
    JOIN reach ON reach.address = leases.address
    GROUP BY leases.assignment, reach.client_address
),
places AS (
    SELECT seen.client_address, row_number() OVER (ORDER BY seen.client_address) AS place
    FROM (SELECT DISTINCT reach.client_address FROM reach) AS seen
),
taken AS (
    SELECT
        events.event,
        events.log,
        coalesce(events.series, '') AS series,
        events.client_address,
        events.client_port,
        events.protocol,
        events.destination,
        events.first_instant AS instant,
        events.first_instant // 1800000000 AS half_hour
    FROM events
    JOIN places ON places.client_address = events.client_address
    WHERE
        events.counts
        AND (places.place * 1000003 + events.first_instant // 1800000000 * 998244353) % $one_in = 0
),
counting AS (
    SELECT
        taken.*,
        sources.assignment,
        log_clocks.tolerance + assignment_clocks.tolerance AS tolerance,
        CASE WHEN sources.records_ports THEN coalesce(taken.client_port, -1) ELSE -1 END AS reading_port
    FROM taken
    JOIN on_record ON on_record.client_address = taken.client_address
    JOIN sources ON sources.assignment = on_record.assignment
    JOIN log_clocks ON log_clocks.log = taken.log
    JOIN assignment_clocks ON assignment_clocks.assignment = sources.assignment
),
numbered AS (
    SELECT
        counting.*,
        row_number() OVER (
            PARTITION BY
                counting.assignment,
                counting.log,
                counting.series,
                counting.client_address,
                counting.reading_port,
                counting.half_hour
            ORDER BY counting.instant, counting.event
        ) AS number_in_half_hour
    FROM counting
)
SELECT
    numbered.assignment,
    numbered.log,
    numbered.series,
    numbered.event,
    numbered.instant,
    numbered.client_address,
    numbered.client_port,
    numbered.protocol,
    numbered.destination,
    numbered.tolerance
FROM numbered
LEFT JOIN declared
    ON (declared.log IS NULL OR declared.log = numbered.log)
    AND (declared.series IS NULL OR declared.series = numbered.series)
    AND (declared.assignment IS NULL OR declared.assignment = numbered.assignment)
    AND declared."from" <= numbered.instant
    AND numbered.instant < declared."until"
WHERE numbered.number_in_half_hour = 1 AND declared."from" IS NULL
