-- Consecutive tokens of a window: pairs, pairs with equal first choices, pairs with a common expert, common experts.
WITH pairs AS (
    SELECT a.layer, a.unit, COUNT(*) AS pairs, SUM(CASE WHEN a.expert = b.expert THEN 1 ELSE 0 END) AS firsts
    FROM assignments a
    JOIN assignments b ON b.document = a.document AND b.layer = a.layer AND b.position = a.position + 1
    WHERE a.choice = 1 AND b.choice = 1
    GROUP BY a.layer, a.unit
),
common AS (
    SELECT a.layer, a.unit, a.document, a.position, COUNT(*) AS experts
    FROM assignments a
    JOIN assignments b
      ON b.document = a.document AND b.layer = a.layer AND b.position = a.position + 1 AND b.expert = a.expert
    GROUP BY a.layer, a.unit, a.document, a.position
),
shared AS (
    SELECT layer, unit, COUNT(*) AS anys, SUM(experts) AS experts FROM common GROUP BY layer, unit
)
SELECT p.layer, -1 AS cell, p.unit, p.pairs, p.firsts, COALESCE(o.anys, 0) AS anys, COALESCE(o.experts, 0) AS experts
FROM pairs p
LEFT JOIN shared o ON o.layer = p.layer AND o.unit = p.unit
ORDER BY p.layer, p.unit
