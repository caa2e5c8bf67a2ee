-- Every assignment, with its unit, of a trace that does not know its tokens.
SELECT u.unit, r.document, r.position, r.layer, r.choice, r.expert, CAST(NULL AS INTEGER) AS token
FROM routing r
JOIN units u ON u.document = r.document
