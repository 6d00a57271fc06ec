-- Places: each client's address by a number, and what is known of all the leases that hold it.
--
-- Reads   reach               (client_address, address)
--         held                landmark.stages.HELD
-- Gives   landmark.stages.PLACES
--
-- A place is limited where some record holds only for certain ports, for one protocol or for one destination.
WITH
numbered AS (
    SELECT seen.client_address, row_number() OVER (ORDER BY seen.client_address) AS place
    FROM (SELECT DISTINCT reach.client_address FROM reach) AS seen
),
known AS (
    SELECT
        held.place,
        bool_or(held.restricts OR held.protocol IS NOT NULL OR held.destination IS NOT NULL) AS limited,
        min(held.source_number) = max(held.source_number) AS one_source
    FROM held
    GROUP BY held.place
)
SELECT numbered.client_address, numbered.place, known.limited, known.one_source
FROM numbered
JOIN known ON known.place = numbered.place
