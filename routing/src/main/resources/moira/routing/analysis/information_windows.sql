-- Text tokens of every recorded window.
SELECT unit, document, COUNT(DISTINCT position) AS tokens
FROM assignments
GROUP BY unit, document
ORDER BY unit, document
