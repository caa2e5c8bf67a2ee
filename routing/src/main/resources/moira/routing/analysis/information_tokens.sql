-- The text tokens of the windows that are measured, numbered in their order.
SELECT ROW_NUMBER() OVER (ORDER BY t.document, t.position) - 1 AS number, t.unit, t.document, t.position, t.token
FROM (SELECT DISTINCT unit, document, position, token FROM assignments) t
JOIN information_windows w ON w.document = t.document AND t.position < w.positions
