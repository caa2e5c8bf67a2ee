-- Tokens that two experts are chosen for together; other -1 stands for all tokens of the expert.
SELECT layer, expert, -1 AS other, unit, COUNT(*) AS tokens
FROM assignments
GROUP BY layer, expert, unit
UNION ALL
SELECT a.layer, a.expert, b.expert AS other, a.unit, COUNT(*) AS tokens
FROM assignments a
JOIN assignments b ON b.document = a.document AND b.position = a.position AND b.layer = a.layer
WHERE b.expert <> a.expert
GROUP BY a.layer, a.expert, b.expert, a.unit
ORDER BY layer, expert, other, unit
