-- Visitors: everybody with at least one visit.
--
-- Reads   events       landmark.tables.EVENTS
--         sightings    landmark.tables.SIGHTINGS
--         visits       landmark.tables.VISITS
-- Gives   landmark.tables.VISITORS
--
-- Connections, events and days stand beside the visits and are never compared with the threshold.
WITH
counting AS (
    SELECT
        sightings.visitor_id,
        sightings.basis,
        sightings.account,
        sightings.login,
        sightings.client_address,
        sightings.client_host,
        events.first_instant,
        events.last_instant,
        events."time" // 86400000000 AS day,
        events.target,
        events.connection,
        CASE
            WHEN events.connection IS NULL AND events.client_port IS NOT NULL
                THEN coalesce(events.client_address, events.client_host, '') || ' ' || CAST(events.client_port AS VARCHAR)
        END AS socket
    FROM events
    JOIN sightings ON sightings.event = events.event
    WHERE events.counts
),
seen AS (
    SELECT
        counting.visitor_id,
        min(counting.basis) AS basis,
        min(counting.account) AS account,
        min(counting.login) AS login,
        min(counting.client_address) AS client_address,
        min(counting.client_host) AS client_host,
        count(DISTINCT counting.connection) + count(DISTINCT counting.socket) AS connections,
        count(*) AS events,
        count(DISTINCT counting.day) AS days,
        min(counting.first_instant) AS "first",
        max(counting.last_instant) AS "last",
        list_sort(list(DISTINCT counting.target)) AS targets
    FROM counting
    GROUP BY counting.visitor_id
),
visits_of_each AS (
    SELECT visits.visitor_id, count(*) AS visits
    FROM visits
    GROUP BY visits.visitor_id
)
SELECT
    seen.visitor_id,
    seen.basis,
    seen.account,
    seen.login,
    seen.client_address,
    seen.client_host,
    visits_of_each.visits,
    CASE WHEN seen.connections > 0 THEN seen.connections END AS connections,
    seen.events,
    seen.days,
    seen."first",
    seen."last",
    seen.targets
FROM seen
JOIN visits_of_each ON visits_of_each.visitor_id = seen.visitor_id
