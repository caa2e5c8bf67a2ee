-- The router's decisions on text tokens; where tokens are not known, on all. Decimals add up to the same sum in any order.
SELECT r.layer, -1 AS cell, u.unit, COUNT(*) AS decisions,
       SUM(CAST(r.entropy AS DECIMAL(18, 12))) AS entropy,
       SUM(CAST(r.margin AS DECIMAL(18, 12))) AS margin,
       SUM(CASE WHEN CAST(r.margin AS DOUBLE) < 0.001 THEN 1 ELSE 0 END) AS near_ties
FROM router r
JOIN units u ON u.document = r.document
LEFT JOIN special_tokens s ON s.document = r.document AND s.position = r.position
WHERE s.document IS NULL
GROUP BY r.layer, u.unit
ORDER BY r.layer, u.unit
