-- Two lines: when one account holds two lines at once, on whatever addresses.
--
-- Reads   leases              landmark.tables.LEASES
--         accounts            landmark.stages.ACCOUNTS
-- Gives   landmark.stages.TWO_LINES
WITH
on_lines AS (
    SELECT
        leases.account,
        leases.line,
        leases."from",
        coalesce(leases."until", 9223372036854775807) AS "until"
    FROM leases
    WHERE leases.account IS NOT NULL AND leases.line IS NOT NULL AND NOT leases.doubtful
),
-- Most accounts have one line, and are done with.
with_several AS (
    SELECT on_lines.account
    FROM on_lines
    GROUP BY on_lines.account
    HAVING min(on_lines.line) < max(on_lines.line)
),
lines AS (
    SELECT accounts.holder, on_lines.line, on_lines."from", on_lines."until"
    FROM on_lines
    JOIN with_several ON with_several.account = on_lines.account
    JOIN accounts ON accounts.account = on_lines.account
)
SELECT DISTINCT
    one.holder,
    greatest(one."from", other."from") AS "from",
    least(one."until", other."until") AS "until"
FROM lines AS one
JOIN lines AS other ON other.holder = one.holder AND other.line > one.line
WHERE greatest(one."from", other."from") < least(one."until", other."until")
