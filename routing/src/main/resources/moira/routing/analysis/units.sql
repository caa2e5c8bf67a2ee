-- The unit of resampling: all recorded windows of one source of a domain. Numbered domain by domain, as they first appear.
WITH domains AS (
    SELECT domain, MIN(document) AS first_document FROM documents GROUP BY domain
)
SELECT d.document, d.domain, d.source,
       DENSE_RANK() OVER (ORDER BY g.first_document, d.source) - 1 AS unit
FROM documents d
JOIN domains g ON g.domain = d.domain
WHERE d.document IN (SELECT document FROM recorded)
