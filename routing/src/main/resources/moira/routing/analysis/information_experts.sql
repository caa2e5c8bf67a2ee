-- Where they went.
SELECT a.layer, t.number, a.choice, a.expert
FROM assignments a
JOIN information_tokens t ON t.document = a.document AND t.position = a.position
