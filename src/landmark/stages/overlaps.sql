-- Two files whose periods overlap and that tell the same: each pair, and how many rows are equal.
--
-- Reads  events  tables.EVENTS
--        keeps   log: the logs whose overlap the case allows
-- Gives  one, other: SHA-256 of the two texts, one < other; equal: rows that are equal in both.
--
-- Rows are equal where their lines are, or where client, second and request are; hosts or client's ports that are
-- both known and differ are two requests. Files of one rotated series
-- may share the instant at which one ends and the next begins, if each has more than that instant.
WITH periods AS (
    SELECT source, "log", series, min("time") AS begins, max("time") AS ends
    FROM events
    GROUP BY source, "log", series
),

overlapping AS (
    SELECT DISTINCT a.source AS one, b.source AS other
    FROM periods AS a
    INNER JOIN periods AS b
        ON a.source < b.source
        AND a.begins <= b.ends
        AND b.begins <= a.ends
    WHERE NOT (
            a."log" = b."log"
            AND a.series = b.series
            AND (a.begins = b.ends OR b.begins = a.ends)
            AND a.begins < a.ends
            AND b.begins < b.ends
        )
        AND a."log" NOT IN (SELECT "log" FROM keeps)
        AND b."log" NOT IN (SELECT "log" FROM keeps)
),

told AS (
    SELECT
        source,
        event,
        substr(event_id, 1, 16) AS line_hash,
        "length",
        coalesce(client_address, client_host) AS client,
        "time" // 1000000 AS "second",
        "object",
        "action",
        host,
        client_port
    FROM events
    WHERE source IN (SELECT one FROM overlapping UNION SELECT other FROM overlapping)
),

equal_lines AS (
    SELECT o.one, o.other, a.event
    FROM overlapping AS o
    INNER JOIN told AS a ON a.source = o.one
    INNER JOIN told AS b ON b.source = o.other AND b.line_hash = a.line_hash AND b."length" = a."length"
),

equal_requests AS (
    SELECT o.one, o.other, a.event
    FROM overlapping AS o
    INNER JOIN told AS a ON a.source = o.one
    INNER JOIN told AS b
        ON b.source = o.other
        AND b.client = a.client
        AND b."second" = a."second"
        AND b."object" = a."object"
        AND b."action" = a."action"
        AND (b.host IS NULL OR a.host IS NULL OR b.host = a.host)
        AND (b.client_port IS NULL OR a.client_port IS NULL OR b.client_port = a.client_port)
)

SELECT one, other, CAST(count(DISTINCT event) AS BIGINT) AS equal
FROM (
    SELECT one, other, event FROM equal_lines
    UNION ALL
    SELECT one, other, event FROM equal_requests
) AS twice
GROUP BY one, other
