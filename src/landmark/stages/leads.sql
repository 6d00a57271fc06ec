-- Leads: subjects whose account is sure, and against whom nothing stands that bars a lead.
--
-- Reads   subjects    landmark.tables.SUBJECTS
--         $country    of the provider, ISO 3166-1 alpha-2
-- Gives   landmark.tables.LEADS
SELECT subjects.*, $country AS country
FROM subjects
WHERE subjects.lost IS NULL
