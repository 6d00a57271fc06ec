-- Held: which leases bear on an address that was seen, and in which time buckets each is looked for.
--
-- Reads   leases              landmark.tables.LEASES
--         reach               (client_address, address): the lease addresses and prefixes that hold a client's address
--         shifts              (shift): the shifts to be tried, µs, zero not among them
--         assignment_clocks   (assignment, tolerance)
--         clocks              landmark.stages.CLOCKS
--         accounts            landmark.stages.ACCOUNTS
-- Gives   landmark.stages.HELD
--
-- A question is always "who held this place at this instant", so a lease is put into every bucket that it touches,
-- widened by the tolerances, and the question into one; short leases lie in hours, long ones in days, the longest in
-- one bucket for all time. The exact comparison comes afterwards, with the lease's own begin and end.
--
-- The rows are in order of the width and the begin, so that those near a stretch of time lie together.
WITH
places AS (
    SELECT seen.client_address, row_number() OVER (ORDER BY seen.client_address) AS place
    FROM (SELECT DISTINCT reach.client_address FROM reach) AS seen
),
sources AS (
    SELECT
        assignment_clocks.assignment,
        assignment_clocks.tolerance,
        row_number() OVER (ORDER BY assignment_clocks.assignment) AS source_number
    FROM assignment_clocks
),
-- A shift that is not tried, but found later, is two and a half hours at most (landmark.fitting.elsewhere).
farthest AS (
    SELECT greatest(coalesce(max(abs(shifts.shift)), 0), 9000000000) AS shift FROM shifts
),
-- The first and last instant about which any question can be asked, shifts included.
span AS (
    SELECT
        min(clocks."from") - max(farthest.shift) AS first_asked,
        max(clocks."until") - 1 + max(farthest.shift) AS last_asked,
        max(clocks.tolerance) AS log_tolerance
    FROM clocks
    CROSS JOIN farthest
),
on_seen_addresses AS (
    SELECT
        places.place,
        leases.lease,
        sources.source_number,
        sources.tolerance,
        leases."from",
        coalesce(leases."until", 9223372036854775807) AS "until",
        -- A lease without account has a holder of its own.
        coalesce(accounts.holder, leases.lease) AS holder,
        leases.account IS NOT NULL AS known,
        leases."inner" IS NOT NULL AS translated,
        coalesce(leases.port_from, 0) AS port_from,
        coalesce(leases.port_to, 65535) AS port_to,
        coalesce(leases.port_from, 0) > 1 OR coalesce(leases.port_to, 65535) < 65535 AS restricts,
        coalesce(leases.port_from = leases.port_to AND leases.protocol IS NOT NULL, FALSE) AS one_translation,
        leases.protocol,
        leases.destination,
        leases.doubtful,
        span.first_asked,
        span.last_asked,
        span.log_tolerance + sources.tolerance AS slack
    FROM leases
    JOIN reach ON reach.address = leases.address
    JOIN places ON places.client_address = reach.client_address
    JOIN sources ON sources.assignment = leases.assignment
    LEFT JOIN accounts ON accounts.account = leases.account
    CROSS JOIN span
    WHERE leases."until" IS NULL OR leases."from" < leases."until"
),
within_the_span AS (
    SELECT
        on_seen_addresses.*,
        greatest(on_seen_addresses."from", on_seen_addresses.first_asked - on_seen_addresses.slack)
            - on_seen_addresses.slack AS first_touched,
        least(on_seen_addresses."until", on_seen_addresses.last_asked + on_seen_addresses.slack)
            + on_seen_addresses.slack AS last_touched
    FROM on_seen_addresses
    WHERE
        on_seen_addresses."from" <= on_seen_addresses.last_asked + on_seen_addresses.slack
        AND on_seen_addresses."until" >= on_seen_addresses.first_asked - on_seen_addresses.slack
),
grained AS (
    SELECT
        within_the_span.*,
        CASE
            WHEN within_the_span.last_touched - within_the_span.first_touched <= 43200000000 THEN 3600000000
            WHEN within_the_span.last_touched - within_the_span.first_touched <= 1036800000000 THEN 86400000000
            ELSE 4611686018427387904
        END AS grain
    FROM within_the_span
),
-- The place and the width as one number, from which on its buckets are numbered; there are fewer than 2 to the 28th of
-- them on either side of 1970.
numbered AS (
    SELECT
        grained.*,
        CASE grained.grain
            WHEN 3600000000 THEN CAST(grained.place AS BIGINT) * 3
            WHEN 86400000000 THEN CAST(grained.place AS BIGINT) * 3 + 1
            ELSE CAST(grained.place AS BIGINT) * 3 + 2
        END * 536870912 AS base
    FROM grained
),
in_buckets AS (
    SELECT
        numbered.*,
        unnest(range(numbered.first_touched // numbered.grain, numbered.last_touched // numbered.grain + 1)) AS bucket
    FROM numbered
)
SELECT
    in_buckets.place,
    in_buckets.grain,
    in_buckets.base,
    in_buckets.base + in_buckets.bucket AS slot,
    in_buckets.lease,
    in_buckets.source_number,
    in_buckets.tolerance,
    in_buckets."from",
    in_buckets."until",
    in_buckets.holder,
    in_buckets.known,
    in_buckets.translated,
    in_buckets.restricts,
    in_buckets.port_from,
    in_buckets.port_to,
    in_buckets.protocol,
    in_buckets.destination,
    in_buckets.one_translation,
    in_buckets.doubtful
FROM in_buckets
ORDER BY in_buckets.grain, in_buckets."from"
