-- Grains: of which widths the buckets of each place are; most places have leases of one length.
--
-- Reads   held                landmark.stages.HELD
-- Gives   landmark.stages.GRAINS
SELECT DISTINCT held.place, held.grain, held.base
FROM held
