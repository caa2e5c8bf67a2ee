-- The text tokens of the windows that are measured, numbered in their order; their place counts from the first text token of the
-- window, so that a BOS, which not every trace has, makes no difference.
SELECT ROW_NUMBER() OVER (ORDER BY t.document, t.position) - 1 AS number, t.unit, t.document, t.position,
       t.position - MIN(t.position) OVER (PARTITION BY t.document) AS place, t.token
FROM (SELECT DISTINCT unit, document, position, token FROM assignments) t
JOIN information_windows w ON w.document = t.document AND t.position < w.positions
