-- Clocks: each clock of a log by a number, and the first and last instant that any of its events brings.
--
-- Reads   events              landmark.tables.EVENTS
--         log_clocks          (log, tolerance)
-- Gives   landmark.stages.CLOCKS
--
-- An event brings the instant at which it was written down and those at which the question of the address is asked.
WITH
brought AS (
    SELECT
        events.log,
        coalesce(events.series, '') AS series,
        min(events.first_instant) AS first_written,
        max(events.first_instant) AS last_written,
        min(list_min(events.instants)) AS first_asked,
        max(list_max(events.instants)) AS last_asked
    FROM events
    WHERE events.client_address IS NOT NULL
    GROUP BY events.log, coalesce(events.series, '')
)
SELECT
    brought.log,
    brought.series,
    row_number() OVER (ORDER BY brought.log, brought.series) AS clock,
    log_clocks.tolerance,
    least(brought.first_written, coalesce(brought.first_asked, brought.first_written)) AS "from",
    greatest(brought.last_written, coalesce(brought.last_asked, brought.last_written)) + 1 AS "until"
FROM brought
JOIN log_clocks ON log_clocks.log = brought.log
