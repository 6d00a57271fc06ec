-- Clients: the address of each client, once.
--
-- Reads   events              landmark.tables.EVENTS
-- Gives   landmark.stages.CLIENTS
SELECT DISTINCT events.client_address
FROM events
WHERE events.client_address IS NOT NULL
