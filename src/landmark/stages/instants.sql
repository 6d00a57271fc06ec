-- Instants: for each enquiry and each visit, the first counting event at each address and port; of a news connection
-- its connect line, since a group line is written when the group is left, and the address may be another's by then.
--
-- Reads   enquiries, events, sightings, visits, countries   (landmark.tables)
-- Gives   landmark.tables.INSTANTS
--
-- It is what the provider that holds the address must be asked.
WITH
connect_lines AS (
    SELECT events.event_id, min(events.event) AS event
    FROM events
    WHERE events.connection = events.event_id
    GROUP BY events.event_id
),
placed AS (
    SELECT
        enquiries.country,
        countries.candidate,
        enquiries.visitor_id,
        visits.visit,
        coalesce(connect_lines.event, events.event) AS event,
        events.client_address,
        events.client_port,
        events.client_host,
        events.target
    FROM enquiries
    JOIN sightings ON sightings.visitor_id = enquiries.visitor_id
    JOIN events ON events.event = sightings.event
    JOIN visits
        ON visits.visitor_id = enquiries.visitor_id
        AND visits."first" <= events.first_instant
        AND events.first_instant <= visits."last"
    LEFT JOIN connect_lines ON connect_lines.event_id = events.connection
    LEFT JOIN countries ON countries.client_address = events.client_address
    WHERE events.counts AND coalesce(countries.country, 'ZZ') = enquiries.country
),
ordered AS (
    SELECT
        placed.*,
        row_number() OVER (
            PARTITION BY
                placed.visitor_id, placed.visit, placed.client_address, placed.client_port, placed.client_host
            ORDER BY placed.event, placed.target
        ) AS place
    FROM placed
)
SELECT
    ordered.country,
    ordered.candidate,
    ordered.visitor_id,
    ordered.visit,
    ordered.event,
    written."time",
    written.time_until,
    written.time_text,
    written.zone,
    ordered.client_address,
    ordered.client_port,
    ordered.client_host,
    ordered.target
FROM ordered
JOIN events AS written ON written.event = ordered.event
WHERE ordered.place = 1
