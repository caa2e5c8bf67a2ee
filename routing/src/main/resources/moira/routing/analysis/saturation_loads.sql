-- How often each expert is chosen, now and in the last probe.
SELECT a.layer, a.choice, a.expert, l.expert AS last_expert, COUNT(*) AS assignments
FROM assignments a
JOIN last_routing l
  ON l.document = a.document AND l.position = a.position AND l.layer = a.layer AND l.choice = a.choice
GROUP BY a.layer, a.choice, a.expert, l.expert
ORDER BY a.layer
