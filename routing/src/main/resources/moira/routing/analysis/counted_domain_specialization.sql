-- Tokens that an expert is chosen for, where a source gives counts: the k experts of a token differ, so each of its assignments is
-- another token of that expert, and tokens are assignments / k; expert -1 stands for all tokens.
SELECT c.layer, -1 AS expert, u.unit, SUM(c.assignments) / m.experts_per_token AS tokens
FROM counts c
JOIN units u ON u.document = c.document
CROSS JOIN model m
WHERE c.choice = 0
GROUP BY c.layer, u.unit, m.experts_per_token
UNION ALL
SELECT c.layer, c.expert, u.unit, SUM(c.assignments) AS tokens
FROM counts c
JOIN units u ON u.document = c.document
WHERE c.choice = 0
GROUP BY c.layer, c.expert, u.unit
ORDER BY layer, expert, unit
