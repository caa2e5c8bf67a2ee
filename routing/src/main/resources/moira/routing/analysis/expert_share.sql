-- Assignments of every expert; choice 0 stands for all choices together.
SELECT layer, 0 AS choice, expert, unit, COUNT(*) AS assignments
FROM assignments
GROUP BY layer, expert, unit
UNION ALL
SELECT layer, choice, expert, unit, COUNT(*) AS assignments
FROM assignments
GROUP BY layer, choice, expert, unit
ORDER BY layer, choice, expert, unit
