-- Tokens that an expert is chosen for, by any choice; expert -1 stands for all tokens.
SELECT layer, -1 AS expert, unit, COUNT(*) AS tokens
FROM assignments
WHERE choice = 1
GROUP BY layer, unit
UNION ALL
SELECT layer, expert, unit, COUNT(*) AS tokens
FROM assignments
GROUP BY layer, expert, unit
ORDER BY layer, expert, unit
