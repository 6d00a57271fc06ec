-- Returning: verified logins that come back tell, too, whether two clocks agree; where addresses alone are too few.
--
-- Reads   naming     landmark.stages.NAMING
--         speaking   landmark.stages.SPEAKING
-- Gives   landmark.stages.RETURNING
--
-- For 0 speaks a login that as written names one account, always; for the shift one that names several, where the
-- shift gives the account that is its own. The whole rule stands in docs/decisions/0013-logins-that-come-back.md.
WITH
-- Numbers for each pair of clock and source, and for each login in it.
logins AS (
    SELECT
        every.log,
        every.series,
        every.assignment,
        every.login,
        dense_rank() OVER (ORDER BY every.log, every.series, every.assignment) AS pair,
        row_number() OVER (ORDER BY every.log, every.series, every.assignment, every.login) AS login_number
    FROM (SELECT DISTINCT naming.log, naming.series, naming.assignment, naming.login FROM naming) AS every
),
named AS (
    SELECT
        naming.event,
        naming.instant,
        naming.client_address,
        naming.client_port,
        logins.pair,
        logins.login_number,
        naming.shift,
        naming.holder,
        naming.address
    FROM naming
    JOIN logins
        ON logins.log = naming.log
        AND logins.series = naming.series
        AND logins.assignment = naming.assignment
        AND logins.login = naming.login
),
as_written AS (
    SELECT
        named.login_number,
        min(named.pair) AS pair,
        min(named.holder) AS lowest_holder,
        max(named.holder) AS highest_holder,
        count(DISTINCT named.address) AS addresses
    FROM named
    WHERE named.shift = 0
    GROUP BY named.login_number
),
logins_of_a_holder AS (
    SELECT named.pair, named.holder, count(DISTINCT named.login_number) AS logins
    FROM named
    WHERE named.shift = 0
    GROUP BY named.pair, named.holder
),
-- A login that as written names one account, at two addresses or more; and no other login names that account.
steady AS (
    SELECT as_written.login_number
    FROM as_written
    JOIN logins_of_a_holder
        ON logins_of_a_holder.pair = as_written.pair
        AND logins_of_a_holder.holder = as_written.lowest_holder
    WHERE
        as_written.lowest_holder = as_written.highest_holder
        AND as_written.addresses >= 2
        AND logins_of_a_holder.logins = 1
),
compared AS (
    SELECT
        zero.instant,
        zero.client_address,
        zero.client_port,
        zero.pair,
        zero.login_number,
        shifted.shift,
        zero.holder AS here,
        zero.address AS address_here,
        shifted.holder AS there,
        shifted.address AS address_there
    FROM named AS zero
    JOIN named AS shifted ON shifted.event = zero.event AND shifted.login_number = zero.login_number
    WHERE zero.shift = 0 AND shifted.shift <> 0
),
at_the_shift AS (
    SELECT
        compared.login_number,
        compared.shift,
        min(compared.there) AS lowest_there,
        max(compared.there) AS highest_there
    FROM compared
    GROUP BY compared.login_number, compared.shift
),
at_either AS (
    SELECT
        compared.pair,
        compared.login_number,
        compared.shift,
        compared.here AS holder,
        compared.address_here AS address
    FROM compared
    UNION
    SELECT
        compared.pair,
        compared.login_number,
        compared.shift,
        compared.there AS holder,
        compared.address_there AS address
    FROM compared
),
ranked AS (
    SELECT
        at_either.*,
        dense_rank() OVER (PARTITION BY at_either.login_number, at_either.shift ORDER BY at_either.address)
            AS address_number
    FROM at_either
),
counted AS (
    SELECT
        ranked.*,
        max(ranked.address_number) OVER (PARTITION BY ranked.login_number, ranked.shift) AS addresses_of_the_login
    FROM ranked
),
-- A login's own account: named, as written or at the shift, at more than half of its addresses, and two at least.
owned AS (
    SELECT
        counted.pair,
        counted.login_number,
        counted.shift,
        counted.holder
    FROM counted
    GROUP BY counted.pair, counted.login_number, counted.shift, counted.holder
    HAVING count(*) >= 2 AND count(*) * 2 > max(counted.addresses_of_the_login)
),
owned_by_how_many AS (
    SELECT
        owned.*,
        count(*) OVER (PARTITION BY owned.pair, owned.shift, owned.holder) AS logins,
        count(*) OVER (PARTITION BY owned.login_number, owned.shift) AS owned_of_the_login
    FROM owned
),
-- What is the login's own of the two accounts that a reading names; and how many are its own at all.
weighed AS (
    SELECT
        compared.login_number,
        compared.shift,
        compared.instant,
        compared.client_address,
        compared.client_port,
        compared.here,
        max(CASE WHEN owned_by_how_many.holder = compared.here THEN 1 ELSE 0 END) AS own_here,
        max(CASE WHEN owned_by_how_many.holder = compared.there THEN owned_by_how_many.logins ELSE 0 END)
            AS logins_there,
        max(coalesce(owned_by_how_many.owned_of_the_login, 0)) AS owned_of_the_login
    FROM compared
    LEFT JOIN owned_by_how_many
        ON owned_by_how_many.login_number = compared.login_number
        AND owned_by_how_many.shift = compared.shift
    WHERE compared.here <> compared.there
    GROUP BY
        compared.login_number,
        compared.shift,
        compared.instant,
        compared.client_address,
        compared.client_port,
        compared.here
),
spoken AS (
    SELECT
        weighed.*,
        CASE WHEN steady.login_number IS NULL THEN 1 ELSE 0 END AS voice
    FROM weighed
    JOIN as_written ON as_written.login_number = weighed.login_number
    JOIN at_the_shift
        ON at_the_shift.login_number = weighed.login_number
        AND at_the_shift.shift = weighed.shift
    LEFT JOIN steady ON steady.login_number = weighed.login_number
    WHERE
        (
            -- Where another account is the login's own at the shift, both fit alike.
            steady.login_number IS NOT NULL
            AND at_the_shift.lowest_there < at_the_shift.highest_there
            AND weighed.owned_of_the_login = weighed.own_here
        )
        OR (
            as_written.lowest_holder < as_written.highest_holder
            AND weighed.logins_there = 1
            AND weighed.own_here = 0
        )
),
-- What an address said in a half hour is not said twice.
said AS (
    SELECT DISTINCT
        speaking.log,
        speaking.series,
        speaking.assignment,
        speaking.shift,
        speaking.client_address,
        speaking.client_port,
        speaking.instant // 1800000000 AS half_hour
    FROM speaking
),
-- One a login a day of UTC, so that a machine is not many witnesses: for the shift, if any of the day is.
in_a_day AS (
    SELECT
        logins.log,
        logins.series,
        logins.assignment,
        logins.login,
        spoken.shift,
        spoken.instant,
        spoken.client_address,
        spoken.client_port,
        spoken.voice,
        row_number() OVER (
            PARTITION BY spoken.login_number, spoken.shift, spoken.instant // 86400000000
            ORDER BY spoken.voice DESC, spoken.instant, spoken.client_address, spoken.client_port
        ) AS number_in_a_day
    FROM spoken
    JOIN logins ON logins.login_number = spoken.login_number
    LEFT JOIN said
        ON said.log = logins.log
        AND said.series = logins.series
        AND said.assignment = logins.assignment
        AND said.shift = spoken.shift
        AND said.client_address = spoken.client_address
        AND said.client_port = spoken.client_port
        AND said.half_hour = spoken.instant // 1800000000
    WHERE said.log IS NULL
)
SELECT
    in_a_day.log,
    in_a_day.series,
    in_a_day.assignment,
    in_a_day.shift,
    in_a_day.instant,
    in_a_day.client_address,
    in_a_day.client_port,
    in_a_day.login,
    in_a_day.voice = 1 AS for_shift
FROM in_a_day
WHERE in_a_day.number_in_a_day = 1
