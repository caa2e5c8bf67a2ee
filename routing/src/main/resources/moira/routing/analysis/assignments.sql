-- Every assignment of a text token, with its token, the one that follows in the window, and its unit.
SELECT u.unit, r.document, r.position, r.layer, r.choice, r.expert, t.token, n.token AS next_token
FROM routing r
JOIN units u ON u.document = r.document
JOIN tokens t ON t.document = r.document AND t.position = r.position
LEFT JOIN tokens n ON n.document = r.document AND n.position = r.position + 1 AND NOT n.special
WHERE NOT t.special
