-- Chain: what resolution in steps comes to, outer address → inner address → account.
--
-- Reads   attributions    landmark.tables.ATTRIBUTIONS, of the events and of the questions about inner addresses
--         links           (event, asked, inner): the question `asked` is about an inner address of `event`, which stands
--                         as `inner` among its accounts
-- Gives   landmark.tables.ATTRIBUTIONS of everything but the questions in `links`
--
-- The grade is the worst of all steps: of the outer address's own, and of what lies behind every inner address that
-- fits it. Of several reasons it is the one that comes first in landmark.tables.ATTRIBUTION_REASONS, which is in that
-- same order. A question that was never answered is answered by nobody. A login that agrees behind one of several inner
-- addresses disagrees with none of the others: only one of them can have been the client's.
WITH
-- How bad, in one number: the grade in sixteens, and in each the reason, from worst to best; 13 is no reason.
graded AS (
    SELECT
        attributions.event,
        attributions.accounts,
        16 * CASE attributions.grade
            WHEN 'none' THEN 0 WHEN 'contradicted' THEN 1 WHEN 'shared' THEN 2 WHEN 'fragile' THEN 3 ELSE 4
        END
        + CASE coalesce(attributions.reason, '')
            WHEN 'nobody' THEN 0
            WHEN 'no_account' THEN 1
            WHEN 'two_accounts' THEN 2
            WHEN 'two_lines' THEN 3
            WHEN 'login_disagrees' THEN 4
            WHEN 'no_port' THEN 5
            WHEN 'several_accounts' THEN 6
            WHEN 'other_within_tolerance' THEN 7
            WHEN 'other_under_shift' THEN 8
            WHEN 'only_within_tolerance' THEN 9
            WHEN 'doubtful_row' THEN 10
            WHEN 'two_instants' THEN 11
            WHEN 'doubtful_stretch' THEN 12
            ELSE 13
        END AS badness
    FROM attributions
),
-- 20 is a login that disagrees. Behind an inner address whose answer is better than that, the login agrees.
steps AS (
    SELECT
        links.event,
        coalesce(graded.badness, 0) AS badness,
        coalesce(graded.badness > 20 AND array_length(graded.accounts) > 0, FALSE) AS login_may_agree
    FROM links
    LEFT JOIN graded ON graded.event = links.asked
),
agreeing AS (
    SELECT DISTINCT steps.event
    FROM steps
    WHERE steps.login_may_agree
),
behind AS (
    SELECT steps.event, min(steps.badness) AS badness
    FROM steps
    LEFT JOIN agreeing ON agreeing.event = steps.event
    WHERE agreeing.event IS NULL OR steps.badness <> 20
    GROUP BY steps.event
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
),
worst AS (
    SELECT
        graded.event,
        CASE
            WHEN coalesce(behind.badness < graded.badness, FALSE) THEN behind.badness
            ELSE graded.badness
        END AS badness
    FROM graded
    LEFT JOIN behind ON behind.event = graded.event
    LEFT JOIN links AS questions ON questions.asked = graded.event
    WHERE questions.asked IS NULL
)
SELECT
    worst.event,
    CASE worst.badness // 16
        WHEN 0 THEN 'none' WHEN 1 THEN 'contradicted' WHEN 2 THEN 'shared' WHEN 3 THEN 'fragile' ELSE 'sure'
    END AS grade,
    coalesce(listed.accounts, CAST([] AS VARCHAR[])) AS accounts,
    CASE worst.badness % 16
        WHEN 0 THEN 'nobody'
        WHEN 1 THEN 'no_account'
        WHEN 2 THEN 'two_accounts'
        WHEN 3 THEN 'two_lines'
        WHEN 4 THEN 'login_disagrees'
        WHEN 5 THEN 'no_port'
        WHEN 6 THEN 'several_accounts'
        WHEN 7 THEN 'other_within_tolerance'
        WHEN 8 THEN 'other_under_shift'
        WHEN 9 THEN 'only_within_tolerance'
        WHEN 10 THEN 'doubtful_row'
        WHEN 11 THEN 'two_instants'
        WHEN 12 THEN 'doubtful_stretch'
    END AS reason
FROM worst
LEFT JOIN listed ON listed.event = worst.event
