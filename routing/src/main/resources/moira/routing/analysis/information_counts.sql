-- Assignments by unit and expert.
SELECT c.layer, c.choice, u.domain, u.unit AS item, c.expert, SUM(c.assignments) AS assignments
FROM counts c
JOIN units u ON u.document = c.document
GROUP BY c.layer, c.choice, u.domain, u.unit, c.expert
