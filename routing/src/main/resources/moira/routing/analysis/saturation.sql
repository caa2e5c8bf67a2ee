-- Of the tokens of each unit: how many have the same first choice in the last probe, and the choices in common with it.
WITH firsts AS (
    SELECT a.layer, a.unit, COUNT(*) AS tokens, SUM(CASE WHEN a.expert = l.expert THEN 1 ELSE 0 END) AS firsts
    FROM assignments a
    JOIN last_routing l ON l.document = a.document AND l.position = a.position AND l.layer = a.layer
    WHERE a.choice = 1 AND l.choice = 1
    GROUP BY a.layer, a.unit
),
common AS (
    SELECT a.layer, a.unit, COUNT(*) AS experts
    FROM assignments a
    JOIN last_routing l
      ON l.document = a.document AND l.position = a.position AND l.layer = a.layer AND l.expert = a.expert
    GROUP BY a.layer, a.unit
)
SELECT f.layer, -1 AS cell, f.unit, f.tokens, f.firsts, COALESCE(c.experts, 0) AS experts
FROM firsts f
LEFT JOIN common c ON c.layer = f.layer AND c.unit = f.unit
ORDER BY f.layer, f.unit
