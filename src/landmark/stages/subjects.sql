-- Subjects: visitors with strictly more than the threshold of visits, what speaks against each, and why it is no lead.
--
-- Reads   events, attributions, leases, sightings, visits, visitors, conduct, countries   (landmark.tables)
--         sought         (event, client_address): where an event's account was sought: the client's address, and inner
--                        addresses behind it
--         reach          (client_address, address): the lease addresses that bear on an address sought
--         $more_than     the threshold
--         $country       of the provider; '' where the case does not say
-- Gives   landmark.tables.SUBJECTS
WITH
regulars AS (
    SELECT visitors.*
    FROM visitors
    WHERE visitors.visits > $more_than
),
counting AS (
    SELECT
        regulars.visitor_id,
        regulars.basis,
        regulars.account,
        events.event,
        events."time",
        events.client_address,
        events.connection,
        events.host,
        events.zone_known,
        CASE WHEN events.login_verified THEN events.login END AS login,
        attributions.grade
    FROM regulars
    JOIN sightings ON sightings.visitor_id = regulars.visitor_id
    JOIN events ON events.event = sightings.event
    LEFT JOIN attributions ON attributions.event = events.event
    WHERE events.counts
),
-- Renewals without a gap are one lease. A doubtful stretch is none, but what it joins is not two.
rows_of_each AS (
    SELECT
        leases.lease,
        leases.account,
        leases.address,
        leases."from",
        coalesce(leases."until", 9223372036854775807) AS "until",
        leases.doubtful,
        leases.ends = 'stated' OR leases."until" IS NULL AS static,
        leases.source || ' ' || CAST(list_min(leases.rows) AS VARCHAR) AS record
    FROM leases
    JOIN regulars ON regulars.account = leases.account
),
after_others AS (
    SELECT rows_of_each.*, max(rows_of_each."until") OVER earlier AS held_until
    FROM rows_of_each
    WINDOW
        earlier AS (
            PARTITION BY rows_of_each.account, rows_of_each.address
            ORDER BY rows_of_each."from", rows_of_each."until", rows_of_each.lease
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
),
begun AS (
    SELECT
        after_others.*,
        CASE
            WHEN after_others.held_until IS NULL THEN 1
            WHEN after_others."from" > after_others.held_until THEN 1
            ELSE 0
        END AS begins
    FROM after_others
),
numbered AS (
    SELECT begun.*, CAST(sum(begun.begins) OVER so_far AS BIGINT) AS run
    FROM begun
    WINDOW
        so_far AS (
            PARTITION BY begun.account, begun.address
            ORDER BY begun."from", begun."until", begun.lease
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        )
),
runs AS (
    SELECT
        numbered.account,
        numbered.address,
        numbered.run,
        min(numbered."from") AS "from",
        max(numbered."until") AS "until",
        bool_and(numbered.static OR numbered.doubtful) AS static
    FROM numbered
    GROUP BY numbered.account, numbered.address, numbered.run
    HAVING NOT bool_and(numbered.doubtful)
),
-- One session may give an account several addresses, at once or one after the other: what the same record begins is one
-- lease, though it be doubtful at first, and though another source tell of one of the addresses too.
begun_by AS (
    SELECT DISTINCT runs.account, runs.address, runs.run, numbered.record
    FROM runs
    JOIN numbered
        ON numbered.account = runs.account
        AND numbered.address = runs.address
        AND numbered.run = runs.run
        AND numbered."from" = runs."from"
),
first_records AS (
    SELECT begun_by.account, begun_by.address, begun_by.run, min(begun_by.record) AS record
    FROM begun_by
    GROUP BY begun_by.account, begun_by.address, begun_by.run
),
beside AS (
    SELECT begun_by.account, begun_by.record, min(first_records.record) AS first_record
    FROM begun_by
    JOIN first_records
        ON first_records.account = begun_by.account
        AND first_records.address = begun_by.address
        AND first_records.run = begun_by.run
    GROUP BY begun_by.account, begun_by.record
),
records_once AS (
    SELECT begun_by.account, begun_by.address, begun_by.run, min(beside.first_record) AS record
    FROM begun_by
    LEFT JOIN beside ON beside.account = begun_by.account AND beside.record = begun_by.record
    GROUP BY begun_by.account, begun_by.address, begun_by.run
),
beside_again AS (
    SELECT begun_by.account, begun_by.record, min(records_once.record) AS first_record
    FROM begun_by
    JOIN records_once
        ON records_once.account = begun_by.account
        AND records_once.address = begun_by.address
        AND records_once.run = begun_by.run
    GROUP BY begun_by.account, begun_by.record
),
records AS (
    SELECT begun_by.account, begun_by.address, begun_by.run, min(beside_again.first_record) AS record
    FROM begun_by
    LEFT JOIN beside_again ON beside_again.account = begun_by.account AND beside_again.record = begun_by.record
    GROUP BY begun_by.account, begun_by.address, begun_by.run
),
-- Each sure event speaks for one lease, even where a prefix and an address in it are both held.
made_sure AS (
    SELECT
        counting.visitor_id,
        counting."time" // 86400000000 AS day,
        coalesce(records.record, runs.address || ' ' || CAST(runs.run AS VARCHAR)) AS lease,
        runs.static,
        row_number() OVER (PARTITION BY counting.event ORDER BY runs.address, runs.run) AS place
    FROM counting
    JOIN sought ON sought.event = counting.event
    JOIN reach ON reach.client_address = sought.client_address
    JOIN runs
        ON runs.account = counting.account
        AND runs.address = reach.address
        AND runs."from" <= counting."time"
        AND counting."time" < runs."until"
    JOIN records
        ON records.account = runs.account
        AND records.address = runs.address
        AND records.run = runs.run
),
-- A static assignment counts once for each UTC day; a record that gives another address beside it is none.
lease_uses AS (
    SELECT
        made_sure.visitor_id,
        made_sure.lease,
        made_sure.day,
        bool_and(made_sure.static) OVER every_use AS static
    FROM made_sure
    WHERE made_sure.place = 1
    WINDOW every_use AS (PARTITION BY made_sure.visitor_id, made_sure.lease)
),
leases_used AS (
    SELECT DISTINCT
        lease_uses.visitor_id,
        lease_uses.lease,
        CASE WHEN lease_uses.static THEN lease_uses.day ELSE -1 END AS static_day
    FROM lease_uses
),
lease_counts AS (
    SELECT leases_used.visitor_id, count(*) AS leases
    FROM leases_used
    GROUP BY leases_used.visitor_id
),
lease_days AS (
    SELECT made_sure.visitor_id, count(DISTINCT made_sure.day) AS lease_days
    FROM made_sure
    GROUP BY made_sure.visitor_id
),
-- A verified login used from two accounts, or from two addresses at once.
logins AS (
    SELECT DISTINCT counting.login
    FROM counting
    WHERE counting.login IS NOT NULL
),
login_uses AS (
    SELECT
        events.login,
        sightings.account,
        events.client_address,
        events.event,
        events.first_instant,
        events.last_instant
    FROM events
    JOIN logins ON logins.login = events.login
    JOIN sightings ON sightings.event = events.event
    WHERE events.login_verified AND events.counts
),
from_addresses AS (
    SELECT
        login_uses.login,
        login_uses.first_instant,
        max(login_uses.last_instant) OVER anywhere AS used_until,
        max(login_uses.last_instant) OVER here AS used_here_until
    FROM login_uses
    WHERE login_uses.client_address IS NOT NULL
    WINDOW
        anywhere AS (
            PARTITION BY login_uses.login
            ORDER BY login_uses.first_instant, login_uses.last_instant, login_uses.event
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ),
        here AS (
            PARTITION BY login_uses.login, login_uses.client_address
            ORDER BY login_uses.first_instant, login_uses.last_instant, login_uses.event
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
),
shared_logins AS (
    SELECT login_uses.login
    FROM login_uses
    GROUP BY login_uses.login
    HAVING count(DISTINCT login_uses.account) > 1
    UNION
    -- What ran latest before is another address's, and runs still.
    SELECT from_addresses.login
    FROM from_addresses
    WHERE
        from_addresses.used_until >= from_addresses.first_instant
        AND (from_addresses.used_here_until IS NULL OR from_addresses.used_here_until < from_addresses.used_until)
),
-- Accounts that a verified login disagrees with, on either side; also where the records contradict themselves, which
-- is the reason that is given then.
tied AS (
    SELECT
        attributions.event,
        attributions.reason,
        events.login_account,
        unnest(attributions.accounts) AS account
    FROM attributions
    JOIN events ON events.event = attributions.event
    WHERE attributions.grade = 'contradicted' AND events.login_verified AND events.login_account IS NOT NULL
),
agreeing AS (
    SELECT DISTINCT tied.event
    FROM tied
    WHERE tied.account = tied.login_account AND tied.reason <> 'login_disagrees'
),
disagreeing AS (
    SELECT tied.account, tied.login_account
    FROM tied
    LEFT JOIN agreeing ON agreeing.event = tied.event
    WHERE agreeing.event IS NULL
),
contradicted_accounts AS (
    SELECT disagreeing.account
    FROM disagreeing
    UNION
    SELECT disagreeing.login_account AS account
    FROM disagreeing
),
-- The commonest grade of the events that kept a visitor from an account; of two as common, the worse.
grades AS (
    SELECT
        counting.visitor_id,
        counting.grade,
        count(*) AS events,
        CASE counting.grade
            WHEN 'none' THEN 1 WHEN 'contradicted' THEN 2 WHEN 'shared' THEN 3 WHEN 'fragile' THEN 4
        END AS badness
    FROM counting
    WHERE counting.grade <> 'sure'
    GROUP BY counting.visitor_id, counting.grade
),
ranked_grades AS (
    SELECT
        grades.visitor_id,
        grades.grade,
        row_number() OVER (PARTITION BY grades.visitor_id ORDER BY grades.events DESC, grades.badness) AS place
    FROM grades
),
edge_visits AS (
    SELECT visits.visitor_id, count(*) AS visits
    FROM visits
    WHERE visits.edge
    GROUP BY visits.visitor_id
),
seen AS (
    SELECT
        counting.visitor_id,
        bool_or(coalesce(counting.grade = 'shared', FALSE)) AS some_shared,
        bool_or(coalesce(counting.grade = 'contradicted', FALSE)) AS some_contradicted,
        bool_or(counting.zone_known = 'declared') AS some_declared,
        bool_or(counting.connection IS NULL AND counting.host IS NULL) AS some_host_unknown,
        bool_or(coalesce(countries.anonymiser, FALSE)) AS some_anonymiser,
        bool_or(shared_logins.login IS NOT NULL) AS some_shared_login
    FROM counting
    LEFT JOIN countries ON countries.client_address = counting.client_address
    LEFT JOIN shared_logins ON shared_logins.login = counting.login
    GROUP BY counting.visitor_id
),
facts AS (
    SELECT
        regulars.visitor_id,
        regulars.basis,
        regulars.visits,
        regulars.events,
        regulars.days,
        conduct.marginal,
        coalesce(conduct.machine, '') AS machine,
        conduct.purposeful_visits,
        conduct.by_link,
        conduct.automated_events,
        seen.some_shared,
        seen.some_contradicted,
        seen.some_declared,
        seen.some_host_unknown,
        seen.some_anonymiser,
        seen.some_shared_login,
        contradicted_accounts.account IS NOT NULL AS identity_contradicted,
        coalesce(edge_visits.visits, 0) AS edge_visits,
        coalesce(lease_counts.leases, 0) AS leases,
        coalesce(lease_days.lease_days, 0) AS lease_days,
        coalesce(ranked_grades.grade, 'no_assignment') AS kept_by
    FROM regulars
    JOIN conduct ON conduct.visitor_id = regulars.visitor_id
    JOIN seen ON seen.visitor_id = regulars.visitor_id
    LEFT JOIN contradicted_accounts ON contradicted_accounts.account = regulars.account
    LEFT JOIN edge_visits ON edge_visits.visitor_id = regulars.visitor_id
    LEFT JOIN lease_counts ON lease_counts.visitor_id = regulars.visitor_id
    LEFT JOIN lease_days ON lease_days.visitor_id = regulars.visitor_id
    LEFT JOIN ranked_grades ON ranked_grades.visitor_id = regulars.visitor_id AND ranked_grades.place = 1
),
speaking AS (
    SELECT facts.visitor_id, words.word
    FROM facts
    CROSS JOIN (
        VALUES
            ('automated'), ('unattended'), ('leaf'), ('known'), ('shared_address'), ('shared_login'), ('marginal'),
            ('one_burst'), ('foreign_page'), ('embedded'), ('declared_zone'), ('single_lease'), ('edge'),
            ('contradicted'), ('anonymiser'), ('some_automated'), ('host_unknown')
    ) AS words (word)
    WHERE
        CASE words.word
            WHEN 'shared_address' THEN (facts.basis = 'address' AND facts.some_shared) OR facts.machine = 'leaf'
            WHEN 'shared_login' THEN facts.some_shared_login
            WHEN 'marginal' THEN facts.marginal
            WHEN 'one_burst' THEN facts.days = 1
            WHEN 'foreign_page' THEN 2 * facts.by_link >= facts.events
            WHEN 'embedded' THEN facts.purposeful_visits <= $more_than
            WHEN 'declared_zone' THEN facts.some_declared
            WHEN 'single_lease' THEN facts.basis = 'account' AND (facts.leases < 2 OR facts.lease_days < 2)
            WHEN 'edge' THEN facts.visits - facts.edge_visits <= $more_than
            WHEN 'contradicted' THEN facts.identity_contradicted OR facts.some_contradicted
            WHEN 'anonymiser' THEN facts.some_anonymiser
            WHEN 'some_automated' THEN facts.automated_events > 0 AND facts.machine <> 'automated'
            WHEN 'host_unknown' THEN facts.some_host_unknown
            ELSE facts.machine = words.word
        END
),
against AS (
    SELECT speaking.visitor_id, list_sort(list(DISTINCT speaking.word)) AS words
    FROM speaking
    GROUP BY speaking.visitor_id
)
SELECT
    regulars.*,
    conduct.marginal,
    conduct.machine,
    conduct.machine_why,
    conduct.weeks,
    conduct.longest_run,
    conduct.gap_low,
    conduct.gap_median,
    conduct.gap_high,
    conduct.hours,
    conduct.strip,
    conduct.attended_visits,
    conduct.purposeful_visits,
    conduct.opened,
    conduct.fetched,
    conduct.posted,
    conduct.searched,
    conduct.by_link,
    conduct.by_embed,
    conduct.failed,
    conduct.automated_events,
    facts.leases,
    facts.lease_days,
    coalesce(against.words, CAST([] AS VARCHAR[])) AS against,
    -- The first reason why it is no lead, in the order of landmark.tables.LEAD_LOSSES.
    CASE
        WHEN conduct.machine IS NOT NULL THEN conduct.machine
        WHEN facts.purposeful_visits <= $more_than THEN 'embedded'
        WHEN facts.basis <> 'account' THEN facts.kept_by
        WHEN facts.identity_contradicted THEN 'contradicted'
        WHEN facts.leases < 2 OR facts.lease_days < 2 THEN 'single_lease'
        WHEN $country = '' THEN 'no_country'
    END AS lost
FROM regulars
JOIN conduct ON conduct.visitor_id = regulars.visitor_id
JOIN facts ON facts.visitor_id = regulars.visitor_id
LEFT JOIN against ON against.visitor_id = regulars.visitor_id
