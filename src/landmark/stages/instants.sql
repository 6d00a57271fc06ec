-- Instants: for each enquiry and each visit, the first counting event at each address and port.
--
-- Reads   enquiries, events, sightings, visits, countries   (landmark.tables)
-- Gives   landmark.tables.INSTANTS
--
-- It is what the provider that holds the address must be asked.
WITH
placed AS (
    SELECT
        enquiries.country,
        countries.candidate,
        enquiries.visitor_id,
        visits.visit,
        events.event,
        events."time",
        events.time_until,
        events.time_text,
        events.zone,
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
    LEFT JOIN countries ON countries.client_address = events.client_address
    WHERE events.counts AND coalesce(countries.country, 'ZZ') = enquiries.country
),
ordered AS (
    SELECT
        placed.*,
        row_number() OVER (
            PARTITION BY
                placed.visitor_id, placed.visit, placed.client_address, placed.client_port, placed.client_host
            ORDER BY placed.event
        ) AS place
    FROM placed
)
SELECT
    ordered.country,
    ordered.candidate,
    ordered.visitor_id,
    ordered.visit,
    ordered.event,
    ordered."time",
    ordered.time_until,
    ordered.time_text,
    ordered.zone,
    ordered.client_address,
    ordered.client_port,
    ordered.client_host,
    ordered.target
FROM ordered
WHERE ordered.place = 1
