-- Sightings: whose each event is, whether it counts or not.
--
-- Reads   events          landmark.tables.EVENTS
--         attributions    landmark.tables.ATTRIBUTIONS (without rows where the case has no assignments)
--         $salt           made of the case's key: without it a pseudonym could be tried against every address
-- Gives   landmark.tables.SIGHTINGS
--
-- The account, where the assignments name exactly one and surely; else the login that a server verified; else the
-- address, or the host name where the log has no address.
WITH
identities AS (
    SELECT
        events.event,
        events.counts,
        CASE
            WHEN attributions.grade = 'sure' AND array_length(attributions.accounts) = 1 THEN attributions.accounts[1]
        END AS account,
        CASE WHEN events.login_verified THEN events.login END AS login,
        events.client_address,
        events.client_host
    FROM events
    LEFT JOIN attributions ON attributions.event = events.event
),
named AS (
    SELECT
        identities.event,
        identities.counts,
        CASE
            WHEN identities.account IS NOT NULL THEN 'account'
            WHEN identities.login IS NOT NULL THEN 'login'
            WHEN identities.client_address IS NOT NULL THEN 'address'
            WHEN identities.client_host IS NOT NULL THEN 'host'
        END AS basis,
        coalesce(identities.account, identities.login, identities.client_address, identities.client_host) AS name
    FROM identities
)
SELECT
    named.event,
    substr(sha256($salt || ':' || named.basis || ':' || named.name), 1, 16) AS visitor_id,
    named.basis,
    CASE WHEN named.basis = 'account' THEN named.name END AS account,
    CASE WHEN named.basis = 'login' THEN named.name END AS login,
    CASE WHEN named.basis = 'address' THEN named.name END AS client_address,
    CASE WHEN named.basis = 'host' THEN named.name END AS client_host
FROM named
-- One that counts and has nobody stays in, without a visitor: the writer refuses the table instead of losing it.
WHERE named.name IS NOT NULL OR named.counts
