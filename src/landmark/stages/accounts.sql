-- Accounts: each account by a number, the lowest of its leases.
--
-- Reads   leases              landmark.tables.LEASES
-- Gives   landmark.stages.ACCOUNTS
WITH
holders AS (
    SELECT leases.account, min(leases.lease) AS holder
    FROM leases
    WHERE leases.account IS NOT NULL
    GROUP BY leases.account
)
SELECT holders.account, holders.holder
FROM holders
