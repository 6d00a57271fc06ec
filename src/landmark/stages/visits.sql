-- Visits: runs of one visitor's counting events, over all targets, addresses and servers together, web and news.
--
-- Reads   events       landmark.tables.EVENTS
--         sightings    landmark.tables.SIGHTINGS
--         $visit_gap, $window_from, $window_until (µs)
-- Gives   landmark.tables.VISITS
--
-- An event fills the time from its first instant to its last; pauses run between ends, and a pause of exactly the gap
-- goes on.
WITH
counting AS (
    SELECT
        sightings.visitor_id,
        events.event,
        events.first_instant,
        events.last_instant,
        events.connection IS NULL
            AND (
                events.first_instant - $window_from <= $visit_gap
                OR $window_until - events.last_instant <= $visit_gap
            ) AS at_the_edge
    FROM events
    JOIN sightings ON sightings.event = events.event
    WHERE events.counts
),
after_others AS (
    SELECT counting.*, max(counting.last_instant) OVER earlier AS seen_until
    FROM counting
    WINDOW
        earlier AS (
            PARTITION BY counting.visitor_id
            ORDER BY counting.first_instant, counting.last_instant, counting.event
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
),
begun AS (
    SELECT
        after_others.*,
        CASE
            WHEN after_others.seen_until IS NULL THEN 1
            WHEN after_others.first_instant - after_others.seen_until > $visit_gap THEN 1
            ELSE 0
        END AS begins
    FROM after_others
),
numbered AS (
    SELECT begun.*, CAST(sum(begun.begins) OVER so_far AS BIGINT) AS visit
    FROM begun
    WINDOW
        so_far AS (
            PARTITION BY begun.visitor_id
            ORDER BY begun.first_instant, begun.last_instant, begun.event
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        )
)
SELECT
    numbered.visitor_id,
    numbered.visit,
    min(numbered.first_instant) AS "first",
    max(numbered.last_instant) AS "last",
    count(*) AS events,
    bool_or(numbered.at_the_edge) AS edge
FROM numbered
GROUP BY numbered.visitor_id, numbered.visit
