-- Chain: what resolution in steps comes to, outer address → inner address → account.
--
-- Reads   attributions    landmark.tables.ATTRIBUTIONS, of the events and of the questions about inner addresses
--         links           (event, asked, inner): the question `asked` is about an inner address of `event`, which stands
--                         as `inner` among its accounts
-- Gives   landmark.tables.ATTRIBUTIONS of everything but the questions in `links`
--
-- The grade is the worst of the steps. Where several inner addresses fit, what lies behind each is listed, and the
-- grade stays that of the step that could not tell them apart.
WITH
graded AS (
    SELECT
        attributions.event,
        attributions.grade,
        attributions.reason,
        attributions.accounts,
        CASE attributions.grade
            WHEN 'none' THEN 1 WHEN 'contradicted' THEN 2 WHEN 'shared' THEN 3 WHEN 'fragile' THEN 4 ELSE 5
        END AS badness
    FROM attributions
),
behind AS (
    SELECT
        links.event,
        count(*) AS inner_addresses,
        min(coalesce(graded.badness, 1)) AS badness,
        min(coalesce(graded.grade, 'none')) AS grade,
        min(CASE WHEN graded.event IS NULL THEN 'nobody' ELSE graded.reason END) AS reason
    FROM links
    LEFT JOIN graded ON graded.event = links.asked
    GROUP BY links.event
),
-- Every account of every step; an inner address itself is none.
named AS (
    SELECT graded.event, unnest(graded.accounts) AS account
    FROM graded
),
outer_accounts AS (
    SELECT named.event, named.account
    FROM named
    LEFT JOIN links ON links.event = named.event AND links.inner = named.account
    WHERE links.event IS NULL
),
all_accounts AS (
    SELECT outer_accounts.event, outer_accounts.account
    FROM outer_accounts
    UNION
    SELECT links.event, named.account
    FROM links
    JOIN named ON named.event = links.asked
),
listed AS (
    SELECT all_accounts.event, list_sort(list(DISTINCT all_accounts.account)) AS accounts
    FROM all_accounts
    GROUP BY all_accounts.event
)
SELECT
    graded.event,
    CASE
        WHEN behind.inner_addresses = 1 AND behind.badness < graded.badness THEN behind.grade
        ELSE graded.grade
    END AS grade,
    coalesce(listed.accounts, CAST([] AS VARCHAR[])) AS accounts,
    CASE
        WHEN behind.inner_addresses = 1 AND behind.badness < graded.badness THEN behind.reason
        ELSE graded.reason
    END AS reason
FROM graded
LEFT JOIN behind ON behind.event = graded.event
LEFT JOIN listed ON listed.event = graded.event
LEFT JOIN links AS questions ON questions.asked = graded.event
WHERE questions.asked IS NULL
