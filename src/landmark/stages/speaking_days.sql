-- Speaking by day: how many readings of each UTC day speak for 0 and for each shift.
--
-- Reads   speaking            landmark.stages.SPEAKING
--         returning           landmark.stages.RETURNING
-- Gives   landmark.tables.SPEAKING_DAYS; a day on which nothing speaks has no row
WITH
spoken AS (
    SELECT
        speaking.log,
        speaking.series,
        speaking.assignment,
        speaking.shift,
        speaking.instant // 86400000000 * 86400000000 AS day,
        speaking.for_shift
    FROM speaking
    UNION ALL
    SELECT
        "returning".log,
        "returning".series,
        "returning".assignment,
        "returning".shift,
        "returning".instant // 86400000000 * 86400000000 AS day,
        "returning".for_shift
    FROM "returning"
)
SELECT
    spoken.log,
    spoken.series,
    spoken.assignment,
    spoken.shift,
    spoken.day,
    CAST(sum(CASE WHEN spoken.for_shift THEN 0 ELSE 1 END) AS BIGINT) AS for_zero,
    CAST(sum(CASE WHEN spoken.for_shift THEN 1 ELSE 0 END) AS BIGINT) AS for_shift
FROM spoken
GROUP BY spoken.log, spoken.series, spoken.assignment, spoken.shift, spoken.day
