-- Narrowed: which accounts are among the candidates of every visit under one verified login. A hint, and never a lead.
--
-- Reads   events, attributions, leases, sightings, visits, subjects   (landmark.tables)
--         sought         (event, client_address): where an event's account was sought
--         reach          (client_address, address): the lease addresses that bear on an address sought
-- Gives   landmark.stages.NARROWED
--
-- A candidate set is every account that fits an event which several share. An account is left where it is in the sets
-- of all events. What chance would leave is reckoned from fewer: of one visit the first set, and of one lease address,
-- or of sets that are equal, the first visit's; the others say again what that one said.
WITH
-- Subjects only: below the threshold nobody is looked at.
logins AS (
    SELECT subjects.visitor_id, subjects.login
    FROM subjects
    WHERE subjects.basis = 'login'
),
-- Taken are rows that several accounts share, now or within the tolerance. A row whose grade rests on a shift, a doubtful
-- record or an unknown holder alone gives no set. Beside several accounts these do not show: that a set is complete is
-- assumed (landmark.hints.ASSUMED).
candidates AS (
    SELECT
        logins.visitor_id,
        visits.visit,
        events.event,
        events.first_instant,
        attributions.accounts
    FROM logins
    JOIN sightings ON sightings.visitor_id = logins.visitor_id
    JOIN events ON events.event = sightings.event
    JOIN visits
        ON visits.visitor_id = logins.visitor_id
        AND visits."first" <= events.first_instant
        AND events.first_instant <= visits."last"
    JOIN attributions ON attributions.event = events.event
    WHERE
        events.counts
        AND events.login_verified
        AND (attributions.grade = 'shared' OR coalesce(attributions.reason, '') = 'other_within_tolerance')
        AND array_length(attributions.accounts) > 1
),
in_order AS (
    SELECT
        candidates.*,
        row_number() OVER (
            PARTITION BY candidates.visitor_id, candidates.visit
            ORDER BY candidates.first_instant, candidates.event
        ) AS place
    FROM candidates
),
sets AS (
    SELECT in_order.* FROM in_order WHERE in_order.place = 1
),
addresses AS (
    SELECT DISTINCT sets.visitor_id, sets.visit, reach.address
    FROM sets
    JOIN sought ON sought.event = sets.event
    JOIN reach ON reach.client_address = sought.client_address
),
first_at AS (
    SELECT addresses.visitor_id, addresses.address, min(addresses.visit) AS visit
    FROM addresses
    GROUP BY addresses.visitor_id, addresses.address
),
first_alike AS (
    SELECT sets.visitor_id, sets.accounts, min(sets.visit) AS visit
    FROM sets
    GROUP BY sets.visitor_id, sets.accounts
),
repeated AS (
    SELECT addresses.visitor_id, addresses.visit
    FROM addresses
    JOIN first_at ON first_at.visitor_id = addresses.visitor_id AND first_at.address = addresses.address
    WHERE first_at.visit < addresses.visit
    UNION
    SELECT sets.visitor_id, sets.visit
    FROM sets
    JOIN first_alike ON first_alike.visitor_id = sets.visitor_id AND first_alike.accounts = sets.accounts
    WHERE first_alike.visit < sets.visit
),
counted AS (
    SELECT sets.visitor_id, list_sort(list(CAST(array_length(sets.accounts) AS BIGINT))) AS sizes
    FROM sets
    LEFT JOIN repeated ON repeated.visitor_id = sets.visitor_id AND repeated.visit = sets.visit
    WHERE repeated.visit IS NULL
    GROUP BY sets.visitor_id
),
several AS (
    SELECT
        candidates.visitor_id,
        count(DISTINCT candidates.visit) AS visits,
        count(*) AS events
    FROM candidates
    GROUP BY candidates.visitor_id
    HAVING count(DISTINCT candidates.visit) > 1
),
named AS (
    SELECT candidates.visitor_id, unnest(candidates.accounts) AS account
    FROM candidates
),
in_how_many AS (
    SELECT named.visitor_id, named.account, count(*) AS events
    FROM named
    GROUP BY named.visitor_id, named.account
),
in_all AS (
    SELECT in_how_many.visitor_id, list_sort(list(DISTINCT in_how_many.account)) AS accounts
    FROM in_how_many
    JOIN several ON several.visitor_id = in_how_many.visitor_id AND several.events = in_how_many.events
    GROUP BY in_how_many.visitor_id
),
customers AS (
    SELECT count(DISTINCT leases.account) AS customers
    FROM leases
    WHERE leases."inner" IS NULL
)
SELECT
    several.visitor_id,
    logins.login,
    several.visits,
    several.events,
    counted.sizes,
    CASE WHEN in_all.visitor_id IS NULL THEN 'contradicted' ELSE 'narrowed' END AS grade,
    coalesce(in_all.accounts, CAST([] AS VARCHAR[])) AS accounts,
    CASE WHEN in_all.visitor_id IS NULL THEN CAST(0 AS BIGINT) ELSE CAST(array_length(in_all.accounts) AS BIGINT) END
        AS remaining,
    customers.customers
FROM several
JOIN logins ON logins.visitor_id = several.visitor_id
JOIN counted ON counted.visitor_id = several.visitor_id
LEFT JOIN in_all ON in_all.visitor_id = several.visitor_id
CROSS JOIN customers
