-- Assignments of every expert, where a source gives counts; choice 0 stands for all choices together.
SELECT c.layer, c.choice, c.expert, u.unit, SUM(c.assignments) AS assignments
FROM counts c
JOIN units u ON u.document = c.document
GROUP BY c.layer, c.choice, c.expert, u.unit
ORDER BY c.layer, c.choice, c.expert, u.unit
