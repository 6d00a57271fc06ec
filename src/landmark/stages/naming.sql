-- Naming: which account a verified login's reading names, as written and at each shift, where addresses are too few.
--
-- Reads   events              landmark.tables.EVENTS
--         leases              landmark.tables.LEASES
--         shifts              (shift)
--         log_clocks          (log, tolerance)
--         assignment_clocks   (assignment, tolerance)
--         declared            (log, series, assignment, from, until); an empty log, series or assignment stands for all
--         held                landmark.stages.HELD
--         places              landmark.stages.PLACES
--         grains              landmark.stages.GRAINS
--         speaking            landmark.stages.SPEAKING
-- Gives   landmark.stages.NAMING, only for a clock, source and shift for which fewer than thirty readings speak
--
-- A login's reading is its first counting event, verified, at an address (and client port, where the source records
-- ports) in each half hour of UTC. It names an account where exactly one holds the address within the tolerance, surely.
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
under_a_login AS (
    SELECT
        events.event,
        events.log,
        coalesce(events.series, '') AS series,
        events.login,
        events.client_address,
        events.client_port,
        events.protocol,
        events.destination,
        events.first_instant AS instant
    FROM events
    WHERE events.counts AND events.login_verified AND events.login IS NOT NULL AND events.client_address IS NOT NULL
),
enough AS (
    SELECT speaking.log, speaking.series, speaking.assignment, speaking.shift
    FROM speaking
    GROUP BY speaking.log, speaking.series, speaking.assignment, speaking.shift
    HAVING count(*) >= 30
),
wanted AS (
    SELECT clocks.log, clocks.series, sources.assignment, sources.source_number, sources.records_ports, shifts.shift
    FROM (SELECT DISTINCT under_a_login.log, under_a_login.series FROM under_a_login) AS clocks
    CROSS JOIN sources
    CROSS JOIN shifts
    LEFT JOIN enough
        ON enough.log = clocks.log
        AND enough.series = clocks.series
        AND enough.assignment = sources.assignment
        AND enough.shift = shifts.shift
    WHERE enough.log IS NULL
),
counting AS (
    SELECT
        under_a_login.*,
        places.place,
        log_clocks.tolerance,
        kinds.records_ports,
        CASE WHEN kinds.records_ports THEN coalesce(under_a_login.client_port, -1) ELSE -1 END AS reading_port
    FROM under_a_login
    JOIN places ON places.client_address = under_a_login.client_address
    JOIN log_clocks ON log_clocks.log = under_a_login.log
    CROSS JOIN kinds
),
numbered AS (
    SELECT
        counting.*,
        row_number() OVER (
            PARTITION BY
                counting.log,
                counting.series,
                counting.login,
                counting.records_ports,
                counting.place,
                counting.reading_port,
                counting.instant // 1800000000
            ORDER BY counting.instant, counting.event
        ) AS number_in_half_hour
    FROM counting
),
doubtful_outright AS (
    SELECT DISTINCT numbered.event, sources.source_number
    FROM numbered
    JOIN sources ON sources.records_ports = numbered.records_ports
    JOIN declared
        ON (declared.log IS NULL OR declared.log = numbered.log)
        AND (declared.series IS NULL OR declared.series = numbered.series)
        AND (declared.assignment IS NULL OR declared.assignment = sources.assignment)
        AND declared."from" <= numbered.instant
        AND numbered.instant < declared."until"
    WHERE numbered.number_in_half_hour = 1
),
readings AS (
    SELECT numbered.*, sources.source_number, sources.assignment
    FROM numbered
    JOIN sources ON sources.records_ports = numbered.records_ports
    LEFT JOIN doubtful_outright
        ON doubtful_outright.event = numbered.event
        AND doubtful_outright.source_number = sources.source_number
    WHERE numbered.number_in_half_hour = 1 AND doubtful_outright.event IS NULL
),
tried AS (
    SELECT wanted.log, wanted.series, wanted.source_number, wanted.shift FROM wanted
    UNION ALL
    SELECT DISTINCT wanted.log, wanted.series, wanted.source_number, CAST(0 AS BIGINT) AS shift FROM wanted
),
questions AS (
    SELECT
        readings.event,
        readings.source_number,
        readings.place,
        readings.client_port,
        readings.protocol,
        readings.destination,
        readings.tolerance,
        tried.shift,
        readings.instant + tried.shift AS instant,
        grains.base + (readings.instant + tried.shift) // grains.grain AS slot
    FROM readings
    JOIN tried
        ON tried.log = readings.log
        AND tried.series = readings.series
        AND tried.source_number = readings.source_number
    JOIN grains ON grains.place = readings.place
),
-- Most leases are at addresses from which nobody logs in.
held_there AS (
    SELECT held.*
    FROM held
    JOIN (SELECT DISTINCT questions.place FROM questions) AS there ON there.place = held.place
),
met AS (
    SELECT
        questions.event,
        questions.source_number,
        questions.shift,
        min(held_there.holder) AS lowest_holder,
        max(held_there.holder) AS highest_holder,
        min(held_there.lease) AS lease,
        bool_or(held_there.doubtful) AS doubtful,
        bool_and(held_there.known AND NOT held_there.translated) AS an_account,
        bool_or(held_there.restricts AND questions.client_port IS NULL) AS lacks_port
    FROM questions
    JOIN held_there
        ON held_there.slot = questions.slot
        AND held_there.source_number = questions.source_number
    WHERE
        held_there."from" <= questions.instant + (questions.tolerance + held_there.tolerance)
        AND held_there."until" > questions.instant - (questions.tolerance + held_there.tolerance)
        AND (
            NOT held_there.restricts
            OR questions.client_port IS NULL
            OR questions.client_port BETWEEN held_there.port_from AND held_there.port_to
        )
        AND (
            held_there.protocol IS NULL
            OR questions.protocol IS NULL
            OR held_there.protocol = questions.protocol
        )
        AND (
            held_there.destination IS NULL
            OR questions.destination IS NULL
            OR held_there.destination = questions.destination
        )
    GROUP BY questions.event, questions.source_number, questions.shift
)
SELECT
    readings.log,
    readings.series,
    readings.assignment,
    readings.login,
    met.shift,
    readings.event,
    readings.instant,
    readings.client_address,
    readings.reading_port AS client_port,
    met.lowest_holder AS holder,
    leases.address
FROM met
JOIN readings ON readings.event = met.event AND readings.source_number = met.source_number
JOIN leases ON leases.lease = met.lease
WHERE met.lowest_holder = met.highest_holder AND NOT met.doubtful AND met.an_account AND NOT met.lacks_port
