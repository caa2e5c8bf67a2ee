-- Assignments by domain, token and expert.
SELECT layer, choice, domain, token AS item, expert, SUM(assignments) AS assignments
FROM token_counts
GROUP BY layer, choice, domain, token, expert
