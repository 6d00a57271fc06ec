-- Enquiries: every other subject that is neither automated nor known, once for each country of its addresses.
--
-- Reads   subjects, events, sightings, countries   (landmark.tables)
--         $more_than    the threshold
-- Gives   landmark.tables.ENQUIRIES
--
-- Automated or known is whoever does not have more than the threshold of visits in which somebody may have sat there,
-- whatever else is said of it too.
WITH
asked AS (
    SELECT subjects.*
    FROM subjects
    WHERE subjects.lost IS NOT NULL AND subjects.attended_visits > $more_than
),
places AS (
    SELECT DISTINCT
        asked.visitor_id,
        coalesce(countries.country, 'ZZ') AS country,
        countries.candidate,
        coalesce(countries.dataset, '') AS dataset,
        countries.dataset_date
    FROM asked
    JOIN sightings ON sightings.visitor_id = asked.visitor_id
    JOIN events ON events.event = sightings.event
    LEFT JOIN countries ON countries.client_address = events.client_address
    WHERE events.counts
),
countries_of_each AS (
    SELECT
        places.visitor_id,
        places.country,
        list_sort(list(DISTINCT places.candidate) FILTER (WHERE places.candidate IS NOT NULL)) AS candidates,
        max(places.dataset) AS dataset,
        max(places.dataset_date) AS dataset_date
    FROM places
    GROUP BY places.visitor_id, places.country
)
SELECT
    asked.*,
    countries_of_each.country,
    CASE
        WHEN array_length(countries_of_each.candidates) > 0
            THEN array_to_string(countries_of_each.candidates, ', ')
    END AS candidate,
    countries_of_each.dataset,
    countries_of_each.dataset_date
FROM asked
JOIN countries_of_each ON countries_of_each.visitor_id = asked.visitor_id
